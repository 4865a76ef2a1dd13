"""Record sheets: papers that are nothing but the records of the work. Nobody writes them a second time; the platform
fills them from what was recorded."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from yunheng.foundation import access, audit
from yunheng.foundation.actors import Actor
from yunheng.foundation.models import Scope
from yunheng.foundation.writing import writing
from yunheng.plans.access import DOCUMENT
from yunheng.plans.actions.papers import PAPER_MARK
from yunheng.plans.models import DocumentDue, Occurrence
from yunheng.plans.rules.status import Mark, days_late, is_late


def fill_sheets(*, project: Scope, sheets: Collection[str], actor: Actor, now: datetime) -> int:
    """Fill the sheets (by the plan's key, `D21`) that are due by ``now`` and whose period holds finished work of
    their rows; each then names the last of it. Returns how many. Run again, it fills what is still empty."""
    dues = list(
        DocumentDue.objects.filter(
            entry__project=project, entry__doc_id__in=sheets, state=DocumentDue.State.OPEN, due_at__lte=now
        ).select_related("entry", "scope")
    )
    scopes = {due.scope_id: due.scope for due in dues}
    for scope in scopes.values():
        access.require(actor, "link", DOCUMENT, scope, now)
    work = _Work(project, {row for due in dues for row in due.entry.rows})
    filled = [due for due in dues if _fill(due, work)]
    with writing():
        DocumentDue.objects.bulk_update(
            filled, ["document", "state", "done_at", "is_late", "late_days"], batch_size=200
        )
        for scope_id, scope in scopes.items():
            audit.record_many(
                scope=scope,
                actor=actor,
                now=now,
                entries=[
                    ("fill", DOCUMENT, due.number, {"record": due.document, "time": due.done_at})
                    for due in filled
                    if due.scope_id == scope_id
                ],
            )
    return len(filled)


class _Work:
    """Finished work of some rows, to be asked by period."""

    def __init__(self, project: Scope, rows: Collection[str]) -> None:
        self._by_row: dict[str, list[tuple[date, date, datetime, str]]] = {}
        done = Occurrence.objects.filter(
            row__project=project, row__row_id__in=rows, state=Occurrence.State.DONE, period_from__isnull=False
        )
        for row_id, first, last, at, number in done.values_list(
            "row__row_id", "period_from", "period_to", "done_at", "number"
        ):
            if first is not None and last is not None and at is not None:
                self._by_row.setdefault(row_id, []).append((first, last, at, number))

    def inside(self, rows: Iterable[str], first: date, last: date) -> list[tuple[datetime, str]]:
        """(done, number) of what lies in the period."""
        return [
            (done_at, number)
            for row in rows
            for begin, end, done_at, number in self._by_row.get(row, [])
            if first <= begin and end <= last
        ]


def _fill(due: DocumentDue, work: _Work) -> bool:
    if due.period_from is None or due.period_to is None:
        return False
    found = work.inside(due.entry.rows, due.period_from, due.period_to)
    if not found:
        return False
    zone = ZoneInfo(due.scope.zone)
    due.done_at, due.document = max(found)
    due.state = DocumentDue.State.ACCEPTED
    due.is_late = is_late(Mark(PAPER_MARK, due.due_at), due.done_at, zone)
    due.late_days = days_late(due.due_at, due.done_at, zone) if due.is_late else 0
    return True
