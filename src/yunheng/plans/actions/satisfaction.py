"""One record fulfils several rows: what else is done because an occurrence is."""

from __future__ import annotations

from datetime import datetime

from yunheng.foundation.actors import SYSTEM
from yunheng.plans.access import OCCURRENCE
from yunheng.plans.actions.completions import complete_occurrence
from yunheng.plans.models import Completion, Occurrence, PlanRow
from yunheng.plans.queries import active_rows, effective
from yunheng.plans.rules.satisfaction import DoneWork, latest, satisfied_by


def fulfil_further_rows(*, occurrence: Occurrence, now: datetime) -> list[Completion]:
    """Complete the open occurrences of every row whose ``satisfied_by`` is in force, names this occurrence's row and
    is wholly met inside its own covered period."""
    row = occurrence.row
    if occurrence.period_from is None or occurrence.period_to is None:
        return []
    named = active_rows(row.project_id).filter(satisfied_by_on=True).values_list("pk", "satisfied_by")
    dependents = [pk for pk, satisfied_by in named if row.row_id in satisfied_by]
    if not dependents:
        return []
    made = []
    for dependent in active_rows(row.project_id).filter(pk__in=dependents).prefetch_related("systems"):
        around = Occurrence.objects.filter(
            row=dependent,
            state=Occurrence.State.OPEN,
            period_from__lte=occurrence.period_from,
            period_to__gte=occurrence.period_to,
        ).select_related("scope", "row")
        for wanting in around.order_by("period_from", "sequence"):
            made += _fulfil(wanting, dependent, now)
    return made


def _fulfil(wanting: Occurrence, row: PlanRow, now: datetime) -> list[Completion]:
    assert wanting.period_from is not None
    assert wanting.period_to is not None
    period = (wanting.period_from, wanting.period_to)
    candidates = Occurrence.objects.filter(
        row__project_id=row.project_id,
        row__row_id__in=row.satisfied_by,
        state=Occurrence.State.DONE,
        period_from__gte=period[0],
        period_to__lte=period[1],
    ).select_related("row")
    done: dict[str, list[DoneWork]] = {}
    by_number = {}
    for candidate in candidates.prefetch_related("completions"):
        work = _work(candidate)
        done.setdefault(candidate.row.row_id, []).append(work)
        by_number[candidate.number] = candidate
    found = satisfied_by(row.satisfied_by, [system.code for system in row.systems.all()], period, done)
    if found is None:
        return []
    last = latest(found)
    record = effective(by_number[last.number].completions.all())[-1]
    confirmed = (
        (record.confirmed_by_id, record.confirmed_by, record.confirmed_at) if record.confirmed_at is not None else None
    )
    met = {item.mark for item in effective(wanting.completions.all())}
    return [
        complete_occurrence(
            occurrence=wanting,
            mark=str(mark["name"]),
            occurred_at=last.done_at,
            actor=SYSTEM,
            now=now,
            source=record.source,
            reference_kind=OCCURRENCE,
            reference=last.number,
            objects=sorted(last.objects),
            note=", ".join(work.number for work in found),
            confirmed_by=confirmed,
        )
        for mark in wanting.marks
        if str(mark["name"]) not in met
    ]


def _work(occurrence: Occurrence) -> DoneWork:
    assert occurrence.period_from is not None
    assert occurrence.period_to is not None
    assert occurrence.done_at is not None
    named = frozenset(
        str(name) for completion in effective(occurrence.completions.all()) for name in completion.objects_named
    )
    return DoneWork(occurrence.number, (occurrence.period_from, occurrence.period_to), occurrence.done_at, named)
