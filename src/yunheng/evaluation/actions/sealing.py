"""The owner's act: this verdict stands."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError
from django.utils.translation import gettext as _

from yunheng.contracts.actions.payments import payment_condition_met
from yunheng.contracts.models import Project
from yunheng.contracts.queries import contracts_of, project_of
from yunheng.evaluation.access import EVALUATION
from yunheng.evaluation.actions.judging import evaluate
from yunheng.evaluation.events import EvaluationSealed
from yunheng.evaluation.models import Evaluation, Seal
from yunheng.evaluation.verification import verify
from yunheng.foundation import access, audit, events, numbering
from yunheng.foundation.actors import Actor
from yunheng.foundation.errors import Conflict, Invalid
from yunheng.foundation.models import ScopeKind
from yunheng.foundation.writing import writing


def seal(*, evaluation: Evaluation, actor: Actor, now: datetime) -> Seal:
    """Seal a draft. Sealing what this very draft already sealed returns that seal.

    Raises Invalid for a trial, a missing value or an unfrozen scheme, Conflict when records have changed since the
    draft was made or when somebody else sealed the same scope, period, scheme and revision first.
    """
    access.require(actor, "seal", EVALUATION, evaluation.scope, now, reference=evaluation.number)
    existing = Seal.objects.filter(evaluation=evaluation).first()
    if existing is not None:
        return existing
    _ready(evaluation)
    _still_true(evaluation, actor, now)
    _verified(evaluation, now)
    try:
        with writing():
            number = numbering.next_number(evaluation.scope, "SEAL", evaluation.last.year)
            entry = audit.record(
                scope=evaluation.scope,
                actor=actor,
                now=now,
                verb="seal",
                kind=EVALUATION,
                reference=evaluation.number,
                facts={
                    "seal": number,
                    "digest": evaluation.digest,
                    "evidence": evaluation.evidence,
                    "scheme": evaluation.scheme.digest,
                    "total": evaluation.result["total"],
                    "grade": evaluation.result["grade"],
                    "revision": evaluation.revision,
                },
            )
            row = Seal.objects.create(
                evaluation=evaluation,
                number=number,
                scope_ref=evaluation.scope_id,
                scheme_ref=evaluation.scheme_id,
                first=evaluation.first,
                last=evaluation.last,
                revision=evaluation.revision,
                digest=evaluation.digest,
                sealed_at=now,
                sealed_by_id=actor.id or 0,
                sealed_by=actor.label,
                chain_sequence=entry.sequence,
                chain_link=bytes(entry.link).hex(),
            )
            Evaluation.objects.filter(pk=evaluation.pk).update(state=Evaluation.State.SEALED)
            if evaluation.replaces_id:
                Evaluation.objects.filter(pk=evaluation.replaces_id).update(state=Evaluation.State.REPLACED)
            events.publish(
                EvaluationSealed(
                    evaluation=evaluation.number,
                    seal=number,
                    scope_id=evaluation.scope_id,
                    digest=evaluation.digest,
                    total=evaluation.result["total"],
                    grade=evaluation.result["grade"],
                ),
                scope=evaluation.scope,
                aggregate=f"{EVALUATION}:{evaluation.number}",
                now=now,
            )
            # Instalments that waited for this verdict may be paid.
            payment_condition_met(scope=evaluation.scope, reference=number, actor=actor, now=now)
    except IntegrityError as problem:
        raise Conflict(
            _("This scope and period have been sealed already."),
            place=evaluation.number,
            way_out=_("Look at the sealed evaluation; a change is made by correcting or reopening it."),
        ) from problem
    evaluation.refresh_from_db()
    return row


def _ready(evaluation: Evaluation) -> None:
    if evaluation.trial:
        raise Invalid(_("A trial is never sealed."), place=evaluation.number)
    if not evaluation.scheme.is_frozen:
        raise Invalid(_("The scheme is not frozen."), place=evaluation.number)
    blocking = evaluation.result["blocking"]
    if blocking or evaluation.result["total"] is None:
        raise Invalid(
            _("Values are missing: %(missing)s.") % {"missing": ", ".join(blocking) or "-"},
            place=evaluation.number,
            way_out=_("Complete the records, or enter the value with reason and evidence, then evaluate again."),
        )


def _verified(evaluation: Evaluation, now: datetime) -> None:
    """Rows against their facts, scheme, evidence and chain: a draft over touched records is not sealed."""
    found = verify(evaluation, now=now)
    if not found.holds:
        raise Conflict(
            _("The draft does not hold: %(finding)s") % {"finding": found.findings[0]},
            place=evaluation.number,
            way_out=_("Look at the verification of this draft first."),
        )


def _still_true(evaluation: Evaluation, actor: Actor, now: datetime) -> None:
    project: Project = project_of(evaluation.scope)
    of_contract = evaluation.scope.kind == ScopeKind.CONTRACT
    fresh = evaluate(
        project=project,
        contract=contracts_of(project).get(scope=evaluation.scope) if of_contract else None,
        first=evaluation.first,
        last=evaluation.last,
        scheme=evaluation.scheme,
        actor=actor,
        now=now,
    )
    if fresh.digest != evaluation.digest:
        raise Conflict(
            _("Records have changed since this draft was made; the new draft is %(number)s.")
            % {"number": fresh.number},
            place=evaluation.number,
            way_out=_("Look at the new draft and seal that one."),
        )
