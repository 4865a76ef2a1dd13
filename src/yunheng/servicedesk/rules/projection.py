"""From the facts and the clock log of a ticket to its row. Pure: the same log always gives the same row.

The rules, each once:

* a fact that a later one corrects is gone, as soon as the correction counts;
* a back-filled fact counts for times and clocks once it is confirmed; the state follows what was claimed;
* a pause stops a clock when it is confirmed and its party is not the vendor; a pause of "" stops every clock but
  response;
* a reopening puts the restore and repair clocks on again where they stood: the time between their stop and the
  reopening does not count;
* targets are those of the newest start or retarget entry, counted from the report;
* a recorded breach stays unless an exemption names it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from yunheng.servicedesk.rules import workflow
from yunheng.servicedesk.rules.clocks import (
    CLOCKS,
    NEVER,
    ON_SITE,
    REPAIR,
    RESPONSE,
    RESTORE,
    Calendars,
    Pair,
    Setting,
    Target,
    deadlines,
)

VENDOR = "vendor"
Value = Mapping[str, Any]
_EMPTY: Value = {}


@dataclass(frozen=True, slots=True)
class Fact:
    """``at`` in epoch seconds; ``counts`` is false for what still waits for a confirmation."""

    id: int
    kind: str
    at: int
    counts: bool = True
    back_filled: bool = False
    corrects: int | None = None
    value: Value = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the clock log; ``clock`` "" means every clock but response."""

    id: int
    action: str
    at: int
    clock: str = ""
    confirmed: bool = True
    party: str = ""
    reason: str = ""
    corrects: int | None = None
    value: Value = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Log:
    facts: Sequence[Fact]
    entries: Sequence[Entry] = ()


@dataclass(frozen=True, slots=True)
class Pause:
    """One stretch on hold as the log has it; ``end`` is None while it lasts."""

    entry: int
    clock: str
    start: int
    end: int | None
    reason: str
    party: str
    confirmed: bool

    @property
    def stops(self) -> bool:
        return self.confirmed and self.party != VENDOR

    def stops_clock(self, clock: str) -> bool:
        return self.stops and (self.clock == clock or (self.clock == "" and clock != RESPONSE))


@dataclass(slots=True)
class Row:
    """What the ticket's row shows. Instants in epoch seconds, None for "not (yet)"."""

    state: str = workflow.NEW
    level: int = 4
    impact: int = 3
    urgency: int = 3
    system: str = ""
    device: str = ""
    reported: int = 0
    accepted: int | None = None
    responded: int | None = None
    arrived: int | None = None
    restored: int | None = None
    resolved: int | None = None
    confirmed: int | None = None
    closed: int | None = None
    due: dict[str, int] = field(default_factory=dict)
    breached: dict[str, int] = field(default_factory=dict)
    paused_since: int | None = None
    on_hold: bool = False
    next_due: int | None = None
    next_clock: str = ""
    next_calendar: str = ""
    reopened: int = 0
    paused: bool = False
    excluded: str = ""
    excluded_reason: str = ""
    duplicate_of: str = ""
    assignee_id: int | None = None
    assignee: str = ""
    team: str = ""
    awaiting: int = 0
    back_filled: bool = False
    counts: bool = True
    last_occurred: int = 0

    def stop(self, clock: str) -> int | None:
        """The instant at which a clock stopped. The restore clock stops at the earliest of temporary restore,
        spare equipment and repair."""
        if clock == RESPONSE:
            return self.responded
        if clock == ON_SITE:
            return self.arrived
        return self.restored if clock == RESTORE else self.resolved


def project(
    logs: Sequence[Log], calendars: Calendars, *, cut_off: int = NEVER, without_pauses: bool = False
) -> list[Row]:
    """One row per log. Facts that occurred after ``cut_off`` are left aside; ``without_pauses`` lets no clock stop."""
    rows: list[Row] = []
    settings: list[Setting] = []
    places: list[tuple[Row, str]] = []
    breaches: list[dict[str, int]] = []
    set_to: list[dict[str, Target]] = []
    for log in logs:
        facts = [fact for fact in standing(log.facts) if fact.at <= cut_off]
        entries = [entry for entry in standing(log.entries) if entry.at <= cut_off]
        row = _milestones(facts)
        rows.append(row)
        pauses = pauses_of(entries)
        stopped_spans = _reopened_gaps(facts)
        _hold(row, pauses, facts, entries)
        breaches.append(_recorded_breaches(entries))
        set_to.append(targets_of(entries))
        for clock, target in set_to[-1].items():
            stood: list[Pair] = [] if without_pauses else clock_pauses(pauses, clock)
            stood += stopped_spans.get(clock, [])
            settings.append(Setting(row.reported, target, stood))
            places.append((row, clock))
    for (row, clock), due_at in zip(places, deadlines(settings, calendars), strict=True):
        row.due[clock] = due_at
    for row, recorded, targets in zip(rows, breaches, set_to, strict=True):
        _judge(row, recorded, targets)
    return rows


def standing(items: Iterable[Any]) -> list[Any]:
    """Facts or entries that no counting correction has replaced, in order of instant and record."""
    items = list(items)
    gone = {item.corrects for item in items if item.corrects is not None and getattr(item, "counts", True)}
    if gone:
        items = [item for item in items if item.id not in gone]
    if len(items) > 1:
        items.sort(key=_order)
    return items


def _order(item: Fact | Entry) -> tuple[int, int]:
    return item.at, item.id


def _milestones(facts: Sequence[Fact]) -> Row:
    row = Row()
    claimed: dict[str, int] = {}
    for fact in facts:
        kind, at = fact.kind, fact.at
        if at > row.last_occurred:
            row.last_occurred = at
        if fact.back_filled:
            row.back_filled = True
        if not fact.counts:
            row.awaiting += 1
        value = fact.value or _EMPTY
        if kind == "reported":
            if row.reported and not fact.counts:
                continue  # a correction that still waits does not move the report
            row.reported, row.counts = at, fact.counts
            row.impact, row.urgency = value.get("impact", 3), value.get("urgency", 3)
            row.level = value.get("level", 4)
            row.system, row.device = value.get("system", ""), value.get("device", "")
        elif kind == "assigned":
            row.assignee_id, row.assignee = value.get("assignee_id"), value.get("assignee", "")
            row.team = value.get("team", "")
            claimed["assigned"] = at
        elif kind == "placed":
            row.system, row.device = value.get("system", ""), value.get("device", "")
        elif kind == "level_changed":
            if fact.counts:
                row.level = value["level"]
                row.impact, row.urgency = value.get("impact", row.impact), value.get("urgency", row.urgency)
        elif kind == "excluded":
            row.excluded, row.duplicate_of = value["as"], value.get("duplicate_of", "")
            row.excluded_reason = value.get("reason", "")
        elif kind == "included":
            row.excluded = row.excluded_reason = row.duplicate_of = ""
        elif kind == "reopened":
            row.reopened += 1
            for name in ("restored", "resolved", "confirmed", "closed"):
                claimed.pop(name, None)
            row.restored = row.resolved = row.confirmed = row.closed = None
        elif kind in _TIMES:
            claimed.setdefault(kind, at)
            if fact.counts:
                if getattr(row, kind) is None:
                    setattr(row, kind, at)
                if kind == "resolved" and row.restored is None:
                    row.restored = at
    row.state = _state(claimed)
    return row


_TIMES = frozenset({"accepted", "responded", "arrived", "restored", "resolved", "confirmed", "closed"})
_STATE_OF = (
    ("closed", workflow.CLOSED),
    ("confirmed", workflow.CONFIRMED),
    ("resolved", workflow.RESOLVED),
    ("restored", workflow.RESTORED),
    ("arrived", workflow.IN_PROGRESS),
    ("responded", workflow.IN_PROGRESS),
    ("assigned", workflow.ASSIGNED),
    ("accepted", workflow.ACCEPTED),
)


def _state(claimed: Mapping[str, int]) -> str:
    for kind, state in _STATE_OF:
        if kind in claimed:
            return state
    return workflow.NEW


def _hold(row: Row, pauses: Sequence[Pause], facts: Sequence[Fact], entries: Sequence[Entry]) -> None:
    for pause in pauses:
        row.awaiting += not pause.confirmed
        row.paused = row.paused or pause.stops
        if pause.end is None and row.state in workflow.AT_WORK:
            row.on_hold, row.state = True, workflow.ON_HOLD
            if pause.stops and row.paused_since is None:
                row.paused_since = pause.start
    for entry in entries:
        row.last_occurred = max(row.last_occurred, entry.at)


def pauses_of(entries: Sequence[Entry]) -> list[Pause]:
    """Pauses in order; a resume ends every pause that is open. Entries must be standing()."""
    found: list[Pause] = []
    begun: list[Entry] = []
    for entry in entries:
        if entry.action == "pause":
            begun.append(entry)
        elif entry.action == "resume":
            found += [_pause(one, entry.at) for one in begun]
            begun = []
    return found + [_pause(one, None) for one in begun]


def _pause(entry: Entry, end: int | None) -> Pause:
    return Pause(entry.id, entry.clock, entry.at, end, entry.reason, entry.party, entry.confirmed)


def clock_pauses(pauses: Sequence[Pause], clock: str) -> list[Pair]:
    """Closed stretches in which this clock stood still."""
    return [(pause.start, pause.end) for pause in pauses if pause.end is not None and pause.stops_clock(clock)]


def _reopened_gaps(facts: Sequence[Fact]) -> dict[str, list[Pair]]:
    """Between the stop of a clock and the reopening that put it on again."""
    if all(fact.kind != "reopened" for fact in facts):
        return {}
    gaps: dict[str, list[Pair]] = {RESTORE: [], REPAIR: []}
    restored = resolved = None
    for fact in facts:
        if fact.kind in ("restored", "resolved") and fact.counts:
            restored = fact.at if restored is None else restored
            if fact.kind == "resolved" and resolved is None:
                resolved = fact.at
        elif fact.kind == "reopened":
            if restored is not None:
                gaps[RESTORE].append((restored, fact.at))
            if resolved is not None:
                gaps[REPAIR].append((resolved, fact.at))
            restored = resolved = None
    return gaps


def gaps_of(facts: Sequence[Fact], clock: str) -> list[Pair]:
    return _reopened_gaps(facts).get(clock, [])


def targets_of(entries: Sequence[Entry]) -> dict[str, Target]:
    """What the clocks are set to: the newest start or retarget entry."""
    setting: Entry | None = None
    for entry in entries:
        if entry.action in ("start", "retarget") and (setting is None or entry.id > setting.id):
            setting = entry
    if setting is None:
        return {}
    return {
        clock: Target(
            calendar=(found["calendar"], found.get("revision", "built-in")),
            seconds=found.get("seconds"),
            days=found.get("days"),
            clause=found.get("clause", ""),
        )
        for clock, found in setting.value.get("clocks", {}).items()
        if clock in CLOCKS
    }


def _recorded_breaches(entries: Sequence[Entry]) -> dict[str, int]:
    exempted = {entry.value.get("breach") for entry in entries if entry.action == "exempt"}
    found: dict[str, int] = {}
    for entry in entries:
        if entry.action == "breach" and entry.id not in exempted:
            found.setdefault(entry.clock, entry.at)
    return found


def _judge(row: Row, recorded: Mapping[str, int], targets: Mapping[str, Target]) -> None:
    """Breaches, and the instant at which the next running clock would break."""
    waiting: list[tuple[int, str]] = []
    for clock in CLOCKS:
        due_at, stop = row.due.get(clock), row.stop(clock)
        if clock in recorded:
            row.breached[clock] = recorded[clock]
        elif due_at is not None and stop is not None and stop > due_at:
            row.breached[clock] = due_at
        elif due_at is not None and stop is None and not row.excluded and row.state not in (workflow.CLOSED,):
            held = clock != RESPONSE and row.paused_since is not None and due_at > row.paused_since
            if not held and not (clock == ON_SITE and row.resolved is not None):
                waiting.append((due_at, clock))
    if waiting:
        row.next_due, row.next_clock = min(waiting)
        row.next_calendar = targets[row.next_clock].calendar[0]
