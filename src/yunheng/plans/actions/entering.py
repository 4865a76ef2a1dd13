"""A sheet of work entered in one go: what one person did that day, or wrote down by hand and enters afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from yunheng.foundation import access, audit
from yunheng.foundation.actors import Actor
from yunheng.foundation.errors import Conflict, Invalid
from yunheng.foundation.models import Scope
from yunheng.foundation.writing import writing
from yunheng.plans.access import OCCURRENCE
from yunheng.plans.actions.completions import facts_of, source_of, tell_done
from yunheng.plans.actions.projection import settle
from yunheng.plans.models import Completion, Occurrence
from yunheng.plans.queries import effective


@dataclass(frozen=True, slots=True)
class Work:
    """One mark of one occurrence (by its number) that was met."""

    occurrence: str
    mark: str
    occurred_at: datetime
    objects: Sequence[str] = ()
    note: str = ""


def complete_many(*, tenant: Scope, work: Sequence[Work], actor: Actor, now: datetime) -> list[Completion]:
    """All or nothing, in the order given; the same as ``complete_occurrence`` for each, in a few statements.

    Raises Invalid or Conflict naming the first piece of work that cannot be entered.
    """
    _require(tenant, work, actor, now)
    with writing():
        held = {
            one.number: one
            for one in Occurrence.objects.select_for_update(of=("self",))
            .select_related("scope", "row")
            .filter(tenant_id=tenant.pk, number__in={one.occurrence for one in work})
        }
        known: dict[int, list[Completion]] = {one.pk: [] for one in held.values()}
        for completion in Completion.objects.filter(occurrence__in=known).order_by("recorded_at", "id"):
            known[completion.occurrence_id].append(completion)
        made = []
        for one in work:
            occurrence = held[one.occurrence]
            _check(occurrence, known[occurrence.pk], one, now)
            completion = _completion(occurrence, one, actor, now)
            known[occurrence.pk].append(completion)
            made.append(completion)
        Completion.objects.bulk_create(made)
        _tell(made, held, actor, now)
        done = [one for one in held.values() if settle(one, known[one.pk], now)]
        Occurrence.objects.bulk_update(
            held.values(),
            ["state", "done_at", "is_late", "late_days", "waits_for_confirmation", "last_recorded_at"],
        )
        for occurrence in done:
            tell_done(occurrence, now)
    return made


def _require(tenant: Scope, work: Sequence[Work], actor: Actor, now: datetime) -> None:
    """Before the transaction begins: a refusal is written into the chain and outlives it."""
    wanted = Occurrence.objects.filter(tenant_id=tenant.pk, number__in={one.occurrence for one in work})
    places = dict(wanted.values_list("number", "scope_id"))
    for one in work:
        if one.occurrence not in places:
            raise Invalid(_("There is no planned work %(number)s.") % {"number": one.occurrence}, place=one.occurrence)
    for scope in Scope.objects.filter(pk__in=set(places.values())).order_by("pk"):
        access.require(actor, "complete", OCCURRENCE, scope, now)


def _check(occurrence: Occurrence, known: Sequence[Completion], one: Work, now: datetime) -> None:
    names = [str(item["name"]) for item in occurrence.marks]
    if one.mark not in names:
        raise Invalid(
            _("%(number)s asks for %(marks)s.") % {"number": occurrence.number, "marks": "、".join(names)},
            place=occurrence.number,
        )
    if one.occurred_at > now:
        raise Invalid(_("Work cannot have been done in the future."), place=occurrence.number)
    if occurrence.state in (Occurrence.State.WAIVED, Occurrence.State.WITHDRAWN):
        raise Conflict(_("%(number)s is no longer asked for.") % {"number": occurrence.number})
    if any(item.mark == one.mark and item.counts for item in effective(known)):
        raise Conflict(
            _("%(mark)s of %(number)s is recorded already.") % {"mark": one.mark, "number": occurrence.number},
            way_out=_("Take the entry back first if it is wrong."),
        )


def _completion(occurrence: Occurrence, one: Work, actor: Actor, now: datetime) -> Completion:
    completion = Completion(
        occurrence=occurrence,
        mark=one.mark,
        occurred_at=one.occurred_at,
        recorded_at=now,
        source=source_of(one.occurred_at, now),
        objects_named=sorted(set(one.objects)),
        note=one.note,
    )
    completion.signed_by(actor)
    return completion


def _tell(made: Sequence[Completion], held: dict[str, Occurrence], actor: Actor, now: datetime) -> None:
    by_scope: dict[int, list[Completion]] = {}
    for completion in made:
        by_scope.setdefault(completion.occurrence.scope_id, []).append(completion)
    scopes = {one.scope_id: one.scope for one in held.values()}
    for scope_id, some in sorted(by_scope.items()):
        audit.record_many(
            scope=scopes[scope_id],
            actor=actor,
            now=now,
            entries=[("complete", OCCURRENCE, one.occurrence.number, facts_of(one)) for one in some],
        )
