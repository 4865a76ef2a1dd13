"""What plans hear from others: work that was done fulfils occurrences."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from yunheng.documents.events import DocumentAccepted, DocumentReturned, DocumentSubmitted
from yunheng.foundation import events, jobs
from yunheng.foundation.actors import SYSTEM
from yunheng.foundation.models import Scope
from yunheng.plans.access import ROW
from yunheng.plans.actions import open_on_demand, record_submission
from yunheng.plans.actions.completions import complete_occurrence
from yunheng.plans.actions.satisfaction import fulfil_further_rows
from yunheng.plans.events import OccurrenceDone, PlanInForce
from yunheng.plans.models import DocumentDue, Occurrence, PlanRow
from yunheng.plans.queries import active_rows, effective, project_scope
from yunheng.plans.subjects import due_number

#: What kind of work answers to which trigger of a row by need (grammar of the plan): (kind, begin of its number).
TRIGGERS = {
    ("servicedesk.ticket", "INC-"): "fault",
    ("servicedesk.ticket", "REQ-"): "request",
    ("secops.event", "SEC-"): "incident",
}
ROW_OBJECT = f"{ROW}:"  # an object `plans.row:R16` says outright which row the work belongs to


def on_work_done(event: events.WorkDone, *, now: datetime, idempotency_key: str) -> None:
    """Fulfil the rows that the work names, else the rows by need that its kind triggers and whose systems it names."""
    scope = Scope.objects.select_related("parent").filter(pk=event.scope_id).first()
    if scope is None:
        return
    occurred_at = datetime.fromisoformat(event.occurred_at)
    named = [name.removeprefix(ROW_OBJECT) for name in event.objects if name.startswith(ROW_OBJECT)]
    objects = [name for name in event.objects if not name.startswith(ROW_OBJECT)]
    triggers = triggers_of(event.kind, event.reference)
    rows = active_rows(project_scope(scope).pk).prefetch_related("systems")
    if named:
        for row in rows.filter(row_id__in=named):
            _fulfil(row, event, occurred_at, objects, now)
    elif triggers:
        for row in rows.filter(scope=scope, reading__kind="on_demand"):
            if _is_triggered(row, triggers, objects):
                _fulfil_by_need(row, event, occurred_at, objects, now)


def on_document_submitted(event: DocumentSubmitted, *, now: datetime, idempotency_key: str) -> None:
    due = _due(event.subject, event.scope_id)
    if due is not None and due.state != DocumentDue.State.ACCEPTED:
        record_submission(due=due, document=event.document, paper_time=None, actor=SYSTEM, now=now)


def on_document_returned(event: DocumentReturned, *, now: datetime, idempotency_key: str) -> None:
    """A returned paper waits for its vendor again."""
    due = _due(event.subject, event.scope_id)
    if due is not None and due.state == DocumentDue.State.SUBMITTED:
        due.state = DocumentDue.State.OPEN
        due.save(update_fields=["state"])


def on_document_accepted(event: DocumentAccepted, *, now: datetime, idempotency_key: str) -> None:
    """Documents know when a paper counts as handed in (``paper_time``); the plan takes that over."""
    due = _due(event.subject, event.scope_id)
    if due is not None:
        time = datetime.fromisoformat(event.paper_time)
        record_submission(due=due, document=event.document, paper_time=time, actor=SYSTEM, now=now)


def _due(subject: str, scope_id: int) -> DocumentDue | None:
    number = due_number(subject)
    if not number:
        return None
    dues = DocumentDue.objects.filter(number=number, scope__tenant_id=_tenant(scope_id))
    return dues.exclude(state=DocumentDue.State.WITHDRAWN).select_related("scope", "entry").first()


def _tenant(scope_id: int) -> int:
    scope = Scope.objects.get(pk=scope_id)
    return scope.tenant_id or scope.pk


def on_occurrence_done(event: OccurrenceDone, *, now: datetime, idempotency_key: str) -> None:
    # Most work stands for nothing else: that is found out before anything is read.
    named = PlanRow.objects.filter(project_id=event.project, satisfied_by_on=True)
    if not any(event.row in satisfied_by for satisfied_by in named.values_list("satisfied_by", flat=True)):
        return
    occurrence = (
        Occurrence.objects.select_related("row", "scope")
        .filter(scope_id=event.scope_id, number=event.reference, state=Occurrence.State.DONE)
        .first()
    )
    if occurrence is not None:
        fulfil_further_rows(occurrence=occurrence, now=now)


def on_plan_in_force(event: PlanInForce, *, now: datetime, idempotency_key: str) -> None:
    jobs.enqueue(
        "plans.generate", now=now, arguments={"project": event.scope_id}, unique_key=f"plans.generate:{event.scope_id}"
    )


def triggers_of(kind: str, reference: str) -> set[str]:
    return {trigger for (known, begin), trigger in TRIGGERS.items() if known == kind and reference.startswith(begin)}


def _is_triggered(row: PlanRow, triggers: set[str], objects: Sequence[str]) -> bool:
    if row.trigger not in triggers:
        return False
    systems = {system.code for system in row.systems.all()} | {system.name for system in row.systems.all()}
    return bool(systems & set(objects)) if systems else False


def _fulfil_by_need(
    row: PlanRow, event: events.WorkDone, occurred_at: datetime, objects: Sequence[str], now: datetime
) -> None:
    occurrence = open_on_demand(
        row=row,
        happened_at=occurred_at,
        actor=SYSTEM,
        now=now,
        trigger_kind=event.kind,
        trigger_reference=event.reference,
    )
    _complete(occurrence, event, occurred_at, objects, now)


def _fulfil(row: PlanRow, event: events.WorkDone, occurred_at: datetime, objects: Sequence[str], now: datetime) -> None:
    if row.on_demand:
        _fulfil_by_need(row, event, occurred_at, objects, now)
        return
    day = occurred_at.astimezone(ZoneInfo(row.scope.zone)).date()
    already = Occurrence.objects.filter(
        row=row, completions__reference_kind=event.kind, completions__reference=event.reference
    )
    if already.exists():
        return
    inside = Occurrence.objects.filter(row=row, state=Occurrence.State.OPEN, period_from__lte=day, period_to__gte=day)
    occurrence = inside.select_related("scope", "row").order_by("period_from", "sequence").first()
    if occurrence is not None:
        _complete(occurrence, event, occurred_at, objects, now)


def _complete(
    occurrence: Occurrence, event: events.WorkDone, occurred_at: datetime, objects: Sequence[str], now: datetime
) -> None:
    """Meet the first mark that is wanting: the work; its paper is handed in by itself."""
    if occurrence.state != Occurrence.State.OPEN:
        return
    met = {item.mark for item in effective(occurrence.completions.all())}
    wanting = [str(mark["name"]) for mark in occurrence.marks if str(mark["name"]) not in met]
    if wanting:
        complete_occurrence(
            occurrence=occurrence,
            mark=wanting[0],
            occurred_at=min(occurred_at, now),
            actor=SYSTEM,
            now=now,
            reference_kind=event.kind,
            reference=event.reference,
            objects=list(objects),
        )


events.subscribe(events.WorkDone, "plans.fulfil-rows", on_work_done)
events.subscribe(DocumentSubmitted, "plans.paper-submitted", on_document_submitted)
events.subscribe(DocumentReturned, "plans.paper-returned", on_document_returned)
events.subscribe(DocumentAccepted, "plans.paper-accepted", on_document_accepted)
events.subscribe(OccurrenceDone, "plans.fulfil-further-rows", on_occurrence_done)
events.subscribe(PlanInForce, "plans.generate", on_plan_in_force)
