"""From staged rows to tickets, with the facts of the log by its own verdict, and what was kept out and why."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from yunheng.servicedesk.actions.loading import FactDraft, PauseDraft, TicketDraft
from yunheng.servicedesk.imports.mapping import Mapping, State
from yunheng.servicedesk.imports.staging import StagedRow, Staging
from yunheng.servicedesk.rules import history
from yunheng.servicedesk.rules.levels import level_of

_SENTENCES = {
    "same_order": gettext_noop("Two updates of this ticket have the same number; the ticket is kept out."),
    "backwards": gettext_noop("The time lies before the update before it; the row is kept out."),
}


class LogReader:
    """Walk ``tickets`` once; then ``facts`` are those of the whole log."""

    def __init__(self, staging: Staging, mapping: Mapping, zone: ZoneInfo) -> None:
        self.staging, self.mapping, self.zone = staging, mapping, zone
        self.taken = 0
        self.kept_out = 0
        self.rejected_rows = 0
        self._within: Counter[int] = Counter()
        self._judged: Counter[int] = Counter()
        self._hours = array("d")
        self._reopened = self._never_reassigned = 0

    def tickets(self, already: Callable[[Sequence[str]], dict[str, str]] | None = None) -> Iterator[TicketDraft]:
        """Sound tickets by report. ``already`` says which source numbers are here under which number of ours."""
        waiting: list[tuple[str, list[StagedRow]]] = []
        for found in self.staging.tickets():
            waiting.append(found)
            if len(waiting) == 500:
                yield from self._sound(waiting, already)
                waiting.clear()
        yield from self._sound(waiting, already)

    def facts(self) -> dict[str, Any]:
        priorities = sorted(self._judged)
        hours = list(self._hours)
        return {
            "rows": self.staging.rows,
            "tickets": self.taken,
            "rejected": self.rejected_rows + self.staging.unplaced,
            "rejected_tickets": self.kept_out,
            "within_target": {
                "all": self._within.total(),
                "by_priority": {str(level): self._within[level] for level in priorities},
                "of": {
                    "all": self._judged.total(),
                    "by_priority": {str(level): self._judged[level] for level in priorities},
                },
            },
            "resolve_hours": {
                "known": len(hours),
                "median": round(median(hours), 2) if hours else None,
                "mean": round(sum(hours) / len(hours), 2) if hours else None,
            },
            "reopened": self._reopened,
            "never_reassigned": self._never_reassigned,
        }

    def _sound(
        self,
        found: list[tuple[str, list[StagedRow]]],
        already: Callable[[Sequence[str]], dict[str, str]] | None,
    ) -> Iterator[TicketDraft]:
        here = already([number for number, _rows in found]) if already and found else {}
        for number, rows in found:
            if number in here:
                self._problem(
                    rows[-1].row,
                    "number",
                    number,
                    _("This ticket is already here as %(number)s; it is not taken twice.") % {"number": here[number]},
                )
                self._keep_out(len(rows))
                continue
            draft = self._of_updates(number, rows) if self.mapping.by_update else self._of_rows(number, rows)
            if draft is None:
                self._keep_out(len(rows))
            else:
                self.taken += 1
                yield draft

    # ---------------------------------------------------------------- one row per update

    def _of_updates(self, number: str, rows: list[StagedRow]) -> TicketDraft | None:
        last = rows[-1]
        if not last.sound:
            self._problem(last.row, "number", number, _("Its last update cannot be read; the ticket is kept out."))
            return None
        readable = [row for row in rows if row.sound]
        if not self._has(last, ("reported", "state", "updated")):
            return None
        reported: int = last.cells["reported"]
        updates = [self._update(row) for row in readable if row.cells["state"] and row.cells["updated"] is not None]
        kept, wrong = history.in_order(updates, reported)
        for one in wrong:
            row = next(row for row in readable if row.row == one.row)
            self._problem(one.row, one.column, self._shown(row, one.column), _(_SENTENCES[one.what]))
        if any(one.whole for one in wrong) or not self._forward(last):
            return None
        level = self._level(last)
        if level is None:
            return None
        self.rejected_rows += len(rows) - len(kept)
        told = history.of_updates(kept, reported, last.cells.get("resolved"), last.cells.get("closed"))
        return self._draft(number, last, level, told)

    def _update(self, row: StagedRow) -> history.Update:
        state: State = self.mapping.states[row.cells["state"]]
        return history.Update(row.row, row.order, state.is_, row.cells["updated"], state.reason, state.party)

    # ---------------------------------------------------------------- one row per ticket

    def _of_rows(self, number: str, rows: list[StagedRow]) -> TicketDraft | None:
        if len(rows) > 1:
            for row in rows:
                self._problem(row.row, "number", number, _("This number stands in several rows; none is taken."))
            return None
        [row] = rows
        if not row.sound or not self._has(row, ("reported",)) or not self._forward(row):
            return None
        level = self._level(row)
        return None if level is None else self._draft(number, row, level, history.of_row(row.cells))

    # ---------------------------------------------------------------- what both share

    def _has(self, row: StagedRow, fields: Sequence[str]) -> bool:
        for name in fields:
            if row.cells.get(name) is None:
                self._problem(row.row, name, "", _("This must be known; the ticket is kept out."))
                return False
        return True

    def _forward(self, row: StagedRow) -> bool:
        found = history.out_of_order(row.cells)
        if found is None:
            return True
        column, before = found
        self._problem(
            row.row,
            column,
            self._shown(row, column),
            _("This lies before “%(column)s” (%(time)s); the ticket is kept out.")
            % {"column": self.staging.headings.get(before, before), "time": self._shown(row, before)},
        )
        return False

    def _level(self, row: StagedRow) -> int | None:
        level, impact, urgency = (row.cells.get(name) for name in ("level", "impact", "urgency"))
        if level is not None:
            return int(level)
        if impact is not None and urgency is not None:
            return level_of(impact, urgency)
        self._problem(row.row, "level", "", _("Neither a level nor impact and urgency; the ticket is kept out."))
        return None

    def _draft(self, number: str, row: StagedRow, level: int, told: history.History) -> TicketDraft:
        cells = row.cells
        self._count(cells, level)
        impact, urgency = history.DEGREES_OF[level]
        reported = {
            "level": level,
            "impact": cells.get("impact") or impact,
            "urgency": cells.get("urgency") or urgency,
            **{name: cells[name] for name in ("system", "device") if cells.get(name)},
        }
        facts = [FactDraft("reported", cells["reported"], reported)]
        assigned = {name: cells[name] for name in ("assignee", "team") if cells.get(name)}
        if assigned:
            facts.append(FactDraft("assigned", cells["reported"], assigned))
        facts += [FactDraft(kind, at) for kind, at in told.steps]
        category = " / ".join(cells[name] for name in ("category", "subcategory") if cells.get(name))
        return TicketDraft(
            title=cells.get("title") or (f"{number} {category}" if category else number),
            description=cells.get("description") or "",
            category=category,
            kind=cells.get("type") or self.mapping.kind,
            requester=cells.get("requester") or "",
            facts=facts,
            pauses=[PauseDraft(*wait) for wait in told.waits],
            external_reference=number,
            external_verdict=self._verdict(cells),
        )

    def _verdict(self, cells: Any) -> dict[str, Any]:
        """The source's own word, kept beside ours."""
        found = {name: cells[name] for name in ("reassigned", "reopened") if cells.get(name) is not None}
        if cells.get("verdict") is not None:
            found["in_time"] = bool(cells["verdict"])
        for name in ("resolved", "closed"):
            if cells.get(name) is not None:
                found[f"{name}_at"] = datetime.fromtimestamp(cells[name], UTC).isoformat()
        return found

    def _count(self, cells: Any, level: int) -> None:
        verdict, resolved = cells.get("verdict"), cells.get("resolved")
        if verdict is not None:
            self._judged[level] += 1
            self._within[level] += verdict
        if resolved is not None:
            self._hours.append((resolved - cells["reported"]) / 3600)
        self._reopened += (cells.get("reopened") or 0) > 0
        self._never_reassigned += cells.get("reassigned") == 0

    def _keep_out(self, rows: int) -> None:
        self.kept_out += 1
        self.rejected_rows += rows

    def _problem(self, row: int, column: str, value: str, message: str) -> None:
        self.staging.problems.add(row, self.staging.headings.get(column, column), value, message)

    def _shown(self, row: StagedRow, column: str) -> str:
        value = row.order if column == "order" else row.cells.get(column)
        if isinstance(value, int) and column != "order":
            return datetime.fromtimestamp(value, self.zone).strftime("%Y-%m-%d %H:%M")
        return "" if value is None else str(value)
