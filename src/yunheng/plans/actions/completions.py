"""Work was done, a paper was handed in: recorded, confirmed, taken back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from yunheng.foundation import access, audit, events
from yunheng.foundation.actors import Actor
from yunheng.foundation.errors import Conflict, Invalid
from yunheng.foundation.models import Source
from yunheng.foundation.writing import writing
from yunheng.plans.access import OCCURRENCE
from yunheng.plans.actions.projection import project
from yunheng.plans.events import OccurrenceDone
from yunheng.plans.models import Completion, Occurrence
from yunheng.plans.queries import effective

ON_THE_SPOT = timedelta(hours=2)  # recorded later than this after the claimed time is back-filled


def complete_occurrence(
    *,
    occurrence: Occurrence,
    mark: str,
    occurred_at: datetime,
    actor: Actor,
    now: datetime,
    source: str = "",
    reference_kind: str = "",
    reference: str = "",
    objects: Sequence[str] = (),
    note: str = "",
    confirmed_by: tuple[int | None, str, datetime] | None = None,
) -> Completion:
    """Record that a mark was met. Without a source it is 现场 when recorded within two hours, otherwise 补录.

    ``confirmed_by`` carries a confirmation that the record behind it has already (id, name, instant). The same
    record meets the same mark once: announced again, the first completion is returned.
    """
    access.require(actor, "complete", OCCURRENCE, occurrence.scope, now, reference=occurrence.number)
    names = [str(item["name"]) for item in occurrence.marks]
    if mark not in names:
        raise Invalid(
            _("%(number)s asks for %(marks)s.") % {"number": occurrence.number, "marks": "、".join(names)},
            fields={"mark": _("Choose one of the marks.")},
        )
    if occurred_at > now:
        raise Invalid(
            _("Work cannot have been done in the future."),
            fields={"occurred_at": _("Enter a time that has passed.")},
        )
    with writing():
        held = Occurrence.objects.select_for_update(of=("self",)).select_related("scope", "row").get(pk=occurrence.pk)
        if held.state in (Occurrence.State.WAIVED, Occurrence.State.WITHDRAWN):
            raise Conflict(
                _("%(number)s is no longer asked for.") % {"number": held.number},
                way_out=_("Reload the page to see what happened."),
            )
        done = effective(held.completions.all())
        if reference:
            same = [
                item
                for item in done
                if (item.mark, item.reference_kind, item.reference) == (mark, reference_kind, reference)
            ]
            if same:
                return same[0]
        if any(item.mark == mark and item.counts for item in done):
            raise Conflict(
                _("%(mark)s of %(number)s is recorded already.") % {"mark": mark, "number": held.number},
                way_out=_("Take the entry back first if it is wrong."),
            )
        completion = Completion(
            occurrence=held,
            mark=mark,
            occurred_at=occurred_at,
            recorded_at=now,
            source=source or source_of(occurred_at, now),
            reference_kind=reference_kind,
            reference=reference,
            objects_named=sorted(set(objects)),
            note=note,
        )
        completion.signed_by(actor)
        if confirmed_by is not None:
            completion.confirmed_by_id, completion.confirmed_by, completion.confirmed_at = confirmed_by
        completion.save()
        _audit(completion, held, actor, now, "complete")
        _settle(held, now)
    occurrence.refresh_from_db()
    return completion


def confirm_completion(*, completion: Completion, actor: Actor, now: datetime) -> Completion:
    """Owner or supervisor confirm what was back-filled; from then on it counts."""
    occurrence = completion.occurrence
    access.require(actor, "confirm", OCCURRENCE, occurrence.scope, now, reference=occurrence.number)
    if completion.recorded_by_id is not None and completion.recorded_by_id == actor.id:
        raise Invalid(_("Somebody else has to confirm what you recorded yourself."))
    with writing():
        changed = Completion.objects.filter(pk=completion.pk, confirmed_at__isnull=True).update(
            confirmed_by_id=actor.id, confirmed_by=actor.label, confirmed_at=now
        )
        if not changed:
            raise Conflict(_("This has been confirmed already."))
        completion.refresh_from_db()
        held = Occurrence.objects.select_for_update(of=("self",)).select_related("scope", "row").get(pk=occurrence.pk)
        _audit(completion, held, actor, now, "confirm")
        _settle(held, now)
    return completion


def retract_completion(*, completion: Completion, reason: str, actor: Actor, now: datetime) -> Completion:
    """Say that an entry was wrong: a new fact that names it. What was fulfilled through it opens again."""
    occurrence = completion.occurrence
    access.require(actor, "retract", OCCURRENCE, occurrence.scope, now, reference=occurrence.number)
    if not reason.strip():
        raise Invalid(_("A correction needs a reason."), fields={"reason": _("Write why.")})
    with writing():
        held = Occurrence.objects.select_for_update(of=("self",)).select_related("scope", "row").get(pk=occurrence.pk)
        return _retract(completion, held, reason, actor, now)


def _retract(completion: Completion, held: Occurrence, reason: str, actor: Actor, now: datetime) -> Completion:
    if completion.pk not in {item.pk for item in effective(held.completions.all())}:
        raise Conflict(_("This entry was taken back already."))
    correction = Completion(
        occurrence=held,
        mark=completion.mark,
        occurred_at=completion.occurred_at,
        recorded_at=now,
        source=Source.ON_SITE,
        note=reason,
        corrects=completion,
        retracts=True,
    )
    correction.signed_by(actor)
    correction.save()
    _audit(correction, held, actor, now, "retract")
    _settle(held, now)
    if held.state != Occurrence.State.DONE:
        through = Completion.objects.filter(
            reference_kind=OCCURRENCE, reference=held.number, occurrence__tenant_id=held.tenant_id
        ).select_related("occurrence__scope", "occurrence__row")
        for other in through:
            if other.pk in {item.pk for item in effective(other.occurrence.completions.all())}:
                _retract(other, other.occurrence, reason, actor, now)
    return correction


def _settle(held: Occurrence, now: datetime) -> None:
    """Project, and tell others when the occurrence has just become done (subscriptions fulfil further rows)."""
    if project(held, now):
        tell_done(held, now)


def tell_done(held: Occurrence, now: datetime) -> None:
    assert held.done_at is not None
    events.publish(
        OccurrenceDone(
            reference=held.number,
            scope_id=held.scope_id,
            done_at=held.done_at.isoformat(),
            row=held.row.row_id,
            project=held.row.project_id,
        ),
        scope=held.scope,
        aggregate=f"{OCCURRENCE}:{held.number}",
        now=now,
    )


def source_of(occurred_at: datetime, now: datetime) -> Source:
    return Source.ON_SITE if now - occurred_at <= ON_THE_SPOT else Source.BACK_FILLED


def _audit(completion: Completion, held: Occurrence, actor: Actor, now: datetime, verb: str) -> None:
    audit.record(
        scope=held.scope,
        actor=actor,
        now=now,
        verb=verb,
        kind=OCCURRENCE,
        reference=held.number,
        facts=facts_of(completion),
    )


def facts_of(completion: Completion) -> dict[str, object]:
    """What the chain keeps of it."""
    return {
        "mark": completion.mark,
        "occurred_at": completion.occurred_at,
        "source": str(completion.source),
        "record": completion.reference,
        "objects": completion.objects_named,
        "note": completion.note,
        "retracts": completion.retracts,
    }
