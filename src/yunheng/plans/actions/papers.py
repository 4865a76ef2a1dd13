"""A paper was handed in, returned, accepted: its due entry follows, and the rows whose paper it is."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from yunheng.foundation import access, audit
from yunheng.foundation.actors import SYSTEM, Actor
from yunheng.foundation.models import Source
from yunheng.foundation.writing import writing
from yunheng.plans.access import DOCUMENT
from yunheng.plans.actions.completions import complete_occurrence
from yunheng.plans.models import Completion, DocumentDue, Occurrence, PlanRow
from yunheng.plans.queries import active_rows, effective
from yunheng.plans.rules.status import Mark, days_late, is_late

PAPER_MARK = "提交"


def record_submission(
    *,
    due: DocumentDue,
    document: str,
    paper_time: datetime | None,
    actor: Actor,
    now: datetime,
    source: str = Source.ON_SITE,
    kind: str = "documents.document",
) -> DocumentDue:
    """Take over how the document (its number) stands. ``paper_time`` is the instant by which its punctuality is
    judged (documents.rules.submissions), None until it is accepted; then the rows that it is the paper of are met."""
    access.require(actor, "link", DOCUMENT, due.scope, now, reference=due.number)
    with writing():
        held = DocumentDue.objects.select_for_update(of=("self",)).select_related("scope", "entry").get(pk=due.pk)
        zone = ZoneInfo(held.scope.zone)
        mark = Mark(PAPER_MARK, held.due_at)
        held.document = document
        held.state = DocumentDue.State.SUBMITTED if paper_time is None else DocumentDue.State.ACCEPTED
        held.done_at = paper_time
        held.is_late = paper_time is not None and is_late(mark, paper_time, zone)
        held.late_days = days_late(held.due_at, paper_time, zone) if held.is_late and paper_time is not None else 0
        held.save()
        audit.record(
            scope=held.scope,
            actor=actor,
            now=now,
            verb="accept" if paper_time is not None else "link",
            kind=DOCUMENT,
            reference=held.number,
            facts={"document": document, "time": paper_time, "source": str(source)},
        )
        if paper_time is not None:
            fulfil_rows(due=held, now=now, source=source, kind=kind)
    due.refresh_from_db()
    return due


def fulfil_rows(*, due: DocumentDue, now: datetime, source: str, kind: str) -> list[Completion]:
    """Meet the paper's marks of the rows it belongs to, when every paper of the row for that period is accepted."""
    made = []
    for row in active_rows(due.entry.project_id).filter(row_id__in=due.entry.rows):
        marks = [name for name in row.mark_names if name == PAPER_MARK or row.obligation == PlanRow.Obligation.DOCUMENT]
        occurrence = _occurrence(row, due)
        if not marks or occurrence is None:
            continue
        papers = _papers_of(row, due)
        if any(paper.state != DocumentDue.State.ACCEPTED for paper in papers):
            continue
        last = max(papers, key=lambda paper: (paper.done_at or now, paper.number))
        assert last.done_at is not None
        met = {item.mark for item in effective(occurrence.completions.all()) if item.counts}
        made += [
            complete_occurrence(
                occurrence=occurrence,
                mark=name,
                occurred_at=last.done_at,
                actor=SYSTEM,
                now=now,
                source=source,
                reference_kind=kind,
                reference=last.document,
                objects=[system.code for system in row.systems.all()],
            )
            for name in marks
            if name not in met
        ]
    return made


def _occurrence(row: PlanRow, due: DocumentDue) -> Occurrence | None:
    """The one that falls due with the paper: same covered period, or the only one of its row."""
    open_ones = Occurrence.objects.filter(row=row, state=Occurrence.State.OPEN).select_related("scope", "row")
    same = open_ones.filter(period_from=due.period_from, period_to=due.period_to).order_by("sequence").first()
    if same is not None or row.reading.get("kind") == "periodic":
        return same
    return open_ones.order_by("period_from", "sequence").first()


def _papers_of(row: PlanRow, due: DocumentDue) -> list[DocumentDue]:
    """The papers of the row for the same period, this one among them."""
    same = DocumentDue.objects.filter(
        entry__project_id=row.project_id, period_from=due.period_from, period_to=due.period_to
    ).exclude(state=DocumentDue.State.WITHDRAWN)
    return [paper for paper in same.select_related("entry") if row.row_id in paper.entry.rows]
