"""释义: the three parties settle what a doubtful row means."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from yunheng.foundation import access, audit, decisions
from yunheng.foundation.actors import Actor
from yunheng.foundation.errors import Conflict, Invalid, Refused
from yunheng.foundation.models import Decision
from yunheng.foundation.writing import writing
from yunheng.kernel.reading import CaseError
from yunheng.kernel.recurrence import Recurrence
from yunheng.plans.access import ROW, SIGNERS
from yunheng.plans.actions.revisions import revise_reading
from yunheng.plans.models import Interpretation, PlanRow
from yunheng.plans.wording import in_words

SUBJECT = "plans.interpretation"
QUESTION = "confirm interpretation"


def propose_interpretation(
    *, row: PlanRow, text: str, actor: Actor, now: datetime, reading: Mapping[str, Any] | None = None
) -> Interpretation:
    """Write down what the row means; ``reading`` is the recurrence it settles (default: the row's own)."""
    access.require(actor, "interpret", ROW, row.scope, now, reference=row.reference)
    if not text.strip():
        raise Invalid(_("An interpretation has to say something."), fields={"text": _("Write what the row means.")})
    settled = dict(reading) if reading is not None else dict(row.reading)
    try:
        Recurrence.parse(settled)
    except CaseError as problem:
        raise Invalid(
            in_words(problem.message), place=problem.place, fields={"reading": in_words(problem.message)}
        ) from problem
    with writing():
        if row.interpretations.filter(state=Interpretation.State.PROPOSED).exists():
            raise Conflict(_("An interpretation of this row waits for confirmation already."))
        last = row.interpretations.aggregate(last=Max("number"))["last"] or 0
        interpretation = Interpretation.objects.create(
            scope=row.scope,
            row=row,
            number=last + 1,
            text=text.strip(),
            reading=settled,
            proposed_at=now,
            proposed_by_id=actor.id,
            proposed_by=actor.label,
        )
        for role in SIGNERS:
            decisions.ask(
                scope=row.scope,
                subject_kind=SUBJECT,
                subject_reference=interpretation.reference,
                question=QUESTION,
                role=role,
                actor=actor,
                now=now,
            )
        audit.record(
            scope=row.scope,
            actor=actor,
            now=now,
            verb="interpret",
            kind=ROW,
            reference=row.reference,
            facts={"number": interpretation.number, "text": interpretation.text, "reading": settled},
        )
    return interpretation


def confirm_interpretation(
    *, interpretation: Interpretation, approve: bool, reason: str = "", actor: Actor, now: datetime
) -> Interpretation:
    """One party's word; with the third yes the interpretation is in force, with a no it is rejected."""
    row = interpretation.row
    access.require(actor, "confirm", ROW, row.scope, now, reference=row.reference)
    with writing():
        held = (
            Interpretation.objects.select_for_update(of=("self",))
            .select_related("row__scope", "row__version__scope", "scope")
            .get(pk=interpretation.pk)
        )
        mine = my_open_decisions(held, actor, now)
        if not mine:
            raise Refused(_("This interpretation does not wait for your word."))
        for decision in mine:
            decisions.answer(decision=decision, approve=approve, reason=reason, actor=actor, now=now)
        if not approve:
            held.state = Interpretation.State.REJECTED
            held.save(update_fields=["state"])
        elif not decisions_of(held).exclude(state=Decision.State.APPROVED).exists():
            _come_into_force(held, actor, now)
    interpretation.refresh_from_db()
    return interpretation


def decisions_of(interpretation: Interpretation) -> QuerySet[Decision]:
    return Decision.objects.filter(
        subject_kind=SUBJECT, subject_reference=interpretation.reference, scope=interpretation.scope
    )


def my_open_decisions(interpretation: Interpretation, actor: Actor, now: datetime) -> list[Decision]:
    roles = access.standing(actor, now).roles_at(interpretation.scope)
    return list(decisions_of(interpretation).filter(state=Decision.State.OPEN, role__in=roles))


def _come_into_force(held: Interpretation, actor: Actor, now: datetime) -> None:
    held.state, held.in_force_at = Interpretation.State.IN_FORCE, now
    held.save(update_fields=["state", "in_force_at"])
    row = held.row
    if dict(row.reading) != dict(held.reading):
        row = revise_reading(row=row, reading=held.reading, reason=held.text, actor=actor, now=now)
    row.interpretation, row.interpreted_at = held.text, now
    row.save(update_fields=["interpretation", "interpreted_at"])
    audit.record(
        scope=held.scope,
        actor=actor,
        now=now,
        verb="settle",
        kind=ROW,
        reference=row.reference,
        facts={"interpretation": held.number, "text": held.text},
    )
