"""From rows in force to their occurrences; safe to run again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from yunheng.foundation import audit
from yunheng.foundation.actors import Actor
from yunheng.foundation.errors import Invalid
from yunheng.foundation.models import Scope, new_uid
from yunheng.foundation.writing import writing
from yunheng.kernel.business_time import WorkingTime
from yunheng.kernel.reading import CaseError
from yunheng.plans.access import VERSION
from yunheng.plans.models import DocumentDue, DocumentEntry, Occurrence, PlanRow, PlanVersion
from yunheng.plans.queries import active_rows, document_entries, service_window, working
from yunheng.plans.rules.generation import Planned, planned
from yunheng.plans.wording import in_words

CHUNK = 500  # rows per transaction


def generate(*, project: Scope, actor: Actor, now: datetime) -> int:
    """Write the occurrences and papers that are wanting; returns how many. What is there stays untouched, so the job
    may run again after a new version, a new anchor or a kill half-way."""
    windows: dict[int, tuple[tuple[date, date], WorkingTime]] = {}
    rows = list(active_rows(project.pk))
    made = 0
    wanted: list[Occurrence | DocumentDue] = []
    for row in rows:
        window, hours = _window(row.scope, row.version, windows)
        since = row.version.valid_from if row.version.number > 1 else None
        wanted += [
            _occurrence(row, item, now)
            for item in _planned(row.reference, row.reading, hours, window)
            if since is None or item.period[0] >= since
        ]
    made += _write(Occurrence, wanted)
    papers: list[Occurrence | DocumentDue] = []
    for entry in document_entries(project.pk):
        window, hours = _window(entry.scope, entry.version, windows)
        label = f"{entry.version.prefix}/{entry.doc_id}" if entry.version.prefix else entry.doc_id
        papers += [_paper(entry, item) for item in _planned(label, entry.reading, hours, window)]
    made += _write(DocumentDue, papers)
    if made:
        with writing():
            audit.record(
                scope=project,
                actor=actor,
                now=now,
                verb="generate",
                kind=VERSION,
                reference=rows[-1].version.reference if rows else project.code,
                facts={"occurrences": len(wanted), "papers": len(papers), "new": made},
            )
    return made


def withdraw_open(row: PlanRow, since: date, now: datetime) -> int:
    """Take back what a retired row still asks for from a day on; inside the caller's transaction."""
    return Occurrence.objects.filter(row=row, state=Occurrence.State.OPEN, period_from__gte=since).update(
        state=Occurrence.State.WITHDRAWN, withdrawn_at=now
    )


def _window(
    scope: Scope, version: PlanVersion, known: dict[int, tuple[tuple[date, date], WorkingTime]]
) -> tuple[tuple[date, date], WorkingTime]:
    if scope.pk not in known:
        window = service_window(scope, (version.window_from, version.window_to))
        known[scope.pk] = (window, working(scope, window))
    return known[scope.pk]


def _planned(label: str, reading: dict[str, Any], hours: WorkingTime, window: tuple[date, date]) -> list[Planned]:
    try:
        return planned(label, reading, hours, window, place=label)
    except CaseError as problem:
        raise Invalid(
            in_words(problem.message),
            place=problem.place,
            way_out=_("Correct the reading of this row."),
        ) from problem


def _occurrence(row: PlanRow, item: Planned, now: datetime) -> Occurrence:
    return Occurrence(
        uid=new_uid(),
        scope=row.scope,
        tenant_id=row.scope.tenant_id or row.scope_id,
        row=row,
        number=item.number,
        sequence=item.sequence,
        period_from=item.period[0],
        period_to=item.period[1],
        marks=[{"name": mark.name, "due": mark.due.isoformat() if mark.due else None} for mark in item.marks],
        first_due_at=item.first_due,
        due_at=item.due,
        missing_from=item.missing_from,
        created_at=now,
        last_recorded_at=now,
    )


def _paper(entry: DocumentEntry, item: Planned) -> DocumentDue:
    return DocumentDue(
        uid=new_uid(),
        scope=entry.scope,
        tenant_id=entry.scope.tenant_id or entry.scope_id,
        entry=entry,
        number=item.number,
        sequence=item.sequence,
        name=f"{entry.name}（{entry.about}）" if entry.about else entry.name,
        period_from=item.period[0],
        period_to=item.period[1],
        due_at=item.due,
    )


def _write(model: type[Occurrence] | type[DocumentDue], items: Sequence[Occurrence | DocumentDue]) -> int:
    made = 0
    for start in range(0, len(items), CHUNK):
        chunk = items[start : start + CHUNK]
        with writing():
            numbers = [item.number for item in chunk]
            present = set(
                model.objects.filter(tenant_id=chunk[0].tenant_id, number__in=numbers).values_list("number", flat=True)
            )
            fresh = [item for item in chunk if item.number not in present]
            model.objects.bulk_create(fresh)  # type: ignore[arg-type]  # one model per call, the union is ours
            made += len(fresh)
    return made
