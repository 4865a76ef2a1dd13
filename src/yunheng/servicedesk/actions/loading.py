"""Many tickets at once, whole with their facts: what an import applies and what demo and benchmarks build with.

``prepare`` does the arithmetic outside any transaction; ``write`` is one short write transaction. The rows are the
same as if each step had been an action, but for the chain: it has one entry per ticket, with all its facts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from yunheng.assets.models import Device, System
from yunheng.foundation import audit, numbering
from yunheng.foundation.actors import Actor
from yunheng.foundation.models import ImportBatch, Scope, Source, new_uid
from yunheng.foundation.writing import writing
from yunheng.servicedesk import access, bulk
from yunheng.servicedesk.actions.opening import SERIES
from yunheng.servicedesk.models import NO_CLOCK, ClockEntry, Ticket, TicketFact, TicketKind
from yunheng.servicedesk.queries.calendars import PinnedCalendars
from yunheng.servicedesk.queries.logs import MILESTONE_COLUMNS, instant
from yunheng.servicedesk.queries.targets import TargetBook
from yunheng.servicedesk.rules.clocks import CLOCKS
from yunheng.servicedesk.rules.projection import Entry, Fact, Log, Row, project

Value = Mapping[str, Any]
Instant = Callable[[int], Any]


@dataclass(frozen=True, slots=True)
class FactDraft:
    """``at`` in epoch seconds."""

    kind: str
    at: int
    value: Value = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PauseDraft:
    """A stretch on hold; ``end`` None while it lasts. Unless ``confirmed`` it waits for supervisor or owner."""

    start: int
    end: int | None
    reason: str
    party: str
    note: str = ""
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class TicketDraft:
    """``facts`` begin with the report, whose value is {level, impact, urgency, system, device}."""

    title: str
    facts: Sequence[FactDraft]
    pauses: Sequence[PauseDraft] = ()
    kind: str = TicketKind.INCIDENT
    description: str = ""
    category: str = ""
    requester: str = ""
    requester_id: int | None = None
    external_reference: str = ""
    external_verdict: Value | None = None

    @property
    def reported(self) -> int:
        return self.facts[0].at


@dataclass(frozen=True, slots=True)
class Prepared:
    draft: TicketDraft
    setting: Value
    row: Row


class Loader:
    """Loads tickets of one contract. ``source`` holds for every fact."""

    def __init__(self, scope: Scope, actor: Actor, *, source: str = Source.IMPORTED) -> None:
        self.scope, self.actor, self.source = scope, actor, source
        self.tenant_id = scope.tenant_id or scope.pk
        self.calendars = PinnedCalendars(self.tenant_id)
        self._targets = TargetBook(scope, self.calendars)
        self._zone = ZoneInfo(scope.zone)
        self._objects = {
            "system": dict(System.objects.filter(scope=scope).values_list("code", "pk")),
            "device": dict(Device.objects.filter(scope=scope).values_list("code", "pk")),
        }

    def knows(self, kind: str, code: str) -> bool:
        """Whether the contract serves a "system" or "device" of this code."""
        return code in self._objects[kind]

    def prepare(self, drafts: Sequence[TicketDraft]) -> list[Prepared]:
        settings = [self._targets.setting(draft.facts[0].value["level"], instant(draft.reported)) for draft in drafts]
        counts = self.source != Source.BACK_FILLED
        logs = [
            Log(
                [
                    Fact(index, fact.kind, fact.at, counts, not counts, None, fact.value)
                    for index, fact in enumerate(draft.facts)
                ],
                _entries(draft, setting),
            )
            for draft, setting in zip(drafts, settings, strict=True)
        ]
        rows = project(logs, self.calendars)
        return [Prepared(*found) for found in zip(drafts, settings, rows, strict=True)]

    def write(self, prepared: Sequence[Prepared], *, now: datetime, batch: ImportBatch | None = None) -> list[str]:
        """Returns the numbers given, in order. One transaction; keep it to some hundred tickets."""
        if not prepared:
            return []
        at = bulk.instants(_instants(prepared)).__getitem__
        told = [self._told(one, batch) for one in prepared]
        with writing():
            numbers = self._numbers(prepared)
            ids = bulk.reserve_ids(Ticket, len(prepared))
            recorded = bulk.written(now)
            self._write_tickets(prepared, ids, numbers, at, recorded, batch)
            self._write_facts(prepared, ids, at, recorded)
            self._write_entries(prepared, ids, at, recorded)
            audit.load_many(
                scope=self.scope,
                actor=self.actor,
                now=now,
                entries=[("load", access.KIND, number, facts) for number, facts in zip(numbers, told, strict=True)],
            )
        return numbers

    def _numbers(self, prepared: Sequence[Prepared]) -> list[str]:
        """By series and year of the report, in the order of the drafts."""
        wanted: dict[tuple[str, int], list[int]] = {}
        for index, one in enumerate(prepared):
            year = datetime.fromtimestamp(one.draft.reported, self._zone).year
            wanted.setdefault((SERIES[TicketKind(one.draft.kind)], year), []).append(index)
        numbers = [""] * len(prepared)
        for (series, year), places in sorted(wanted.items()):
            for place, number in zip(places, numbering.reserve(self.scope, series, year, len(places)), strict=True):
                numbers[place] = number
        return numbers

    def _write_tickets(
        self,
        prepared: Sequence[Prepared],
        ids: Sequence[int],
        numbers: Sequence[str],
        at: Instant,
        recorded: Any,
        batch: ImportBatch | None,
    ) -> None:
        never = bulk.written(NO_CLOCK)
        batch_id = batch.pk if batch else None
        rows = []
        for pk, number, one in zip(ids, numbers, prepared, strict=True):
            draft, row = one.draft, one.row
            verdict = None if draft.external_verdict is None else bulk.json_text(draft.external_verdict)
            rows.append(
                [
                    pk,
                    new_uid(),
                    self.scope.pk,
                    self.tenant_id,
                    number,
                    str(draft.kind),
                    draft.title[:200],
                    draft.description,
                    draft.category[:80],
                    row.impact,
                    row.urgency,
                    row.level,
                    row.state,
                    self._objects["system"].get(row.system) if row.system else None,
                    self._objects["device"].get(row.device) if row.device else None,
                    draft.requester_id,
                    draft.requester[:120],
                    row.assignee_id,
                    row.assignee,
                    row.team,
                    at(row.reported),
                    None if row.paused_since is None else at(row.paused_since),
                    never if row.next_due is None else at(row.next_due),
                    row.next_clock,
                    row.next_calendar,
                    row.paused,
                    bool(row.breached),
                    row.reopened,
                    row.awaiting,
                    row.excluded,
                    row.excluded_reason,
                    row.duplicate_of,
                    str(self.source),
                    row.counts,
                    recorded,
                    recorded,
                    at(row.last_occurred),
                    draft.external_reference[:80],
                    verdict,
                    batch_id,
                    *(None if (found := getattr(row, name)) is None else at(found) for name in MILESTONE_COLUMNS),
                    *(None if (due := row.due.get(clock)) is None else at(due) for clock in CLOCKS),
                    *(None if (missed := row.breached.get(clock)) is None else at(missed) for clock in CLOCKS),
                ]
            )
        bulk.insert(Ticket, _TICKET_COLUMNS, rows)

    def _write_facts(self, prepared: Sequence[Prepared], ids: Sequence[int], at: Instant, recorded: Any) -> None:
        actor, source = self.actor, str(self.source)
        bulk.insert(
            TicketFact,
            _FACT_COLUMNS,
            (
                (
                    at(fact.at),
                    recorded,
                    source,
                    actor.id,
                    actor.label,
                    "",
                    pk,
                    fact.kind,
                    bulk.json_text(fact.value) if fact.value else "{}",
                )
                for pk, one in zip(ids, prepared, strict=True)
                for fact in one.draft.facts
            ),
        )

    def _write_entries(self, prepared: Sequence[Prepared], ids: Sequence[int], at: Instant, recorded: Any) -> None:
        actor, source = self.actor, str(self.source)
        signed = (recorded, source, actor.id, actor.label)
        agreed = (actor.id, actor.label, recorded)
        unconfirmed = (None, "", None)
        rows: list[tuple[Any, ...]] = []
        values: dict[int, str] = {}
        for pk, one in zip(ids, prepared, strict=True):
            value = values.get(id(one.setting)) or values.setdefault(id(one.setting), bulk.json_text(one.setting))
            rows.append((at(one.draft.reported), *signed, *unconfirmed, pk, "start", "", "", "", value, ""))
            for pause in one.draft.pauses:
                confirmation = agreed if pause.confirmed else unconfirmed
                note = pause.note[:200]
                rows.append(
                    (at(pause.start), *signed, *confirmation, pk, "pause", pause.reason, pause.party, note, "{}", "")
                )
                if pause.end is not None:
                    rows.append((at(pause.end), *signed, *unconfirmed, pk, "resume", "", "", "", "{}", ""))
        bulk.insert(ClockEntry, _ENTRY_COLUMNS, rows)

    def _told(self, one: Prepared, batch: ImportBatch | None) -> dict[str, Any]:
        draft = one.draft
        told: dict[str, Any] = {
            "kind": str(draft.kind),
            "level": one.row.level,
            "source": str(self.source),
            "facts": " ".join(
                f"{fact.kind}={at}Z"
                for fact, at in zip(draft.facts, bulk.texts([fact.at for fact in draft.facts], "T"), strict=True)
            ),
        }
        if draft.pauses:
            told["pauses"] = [[pause.start, pause.end, pause.reason, pause.party] for pause in draft.pauses]
        if draft.external_reference:
            told["external_reference"] = draft.external_reference
        if batch is not None:
            told["batch"] = batch.number
        return told


def _instants(prepared: Sequence[Prepared]) -> Iterator[int]:
    """Every instant that the rows of these tickets will show."""
    for one in prepared:
        row = one.row
        yield from (fact.at for fact in one.draft.facts)
        for pause in one.draft.pauses:
            yield pause.start
            if pause.end is not None:
                yield pause.end
        yield from row.due.values()
        yield from row.breached.values()
        yield row.last_occurred
        if row.restored is not None:
            yield row.restored
        if row.next_due is not None:
            yield row.next_due


def _entries(draft: TicketDraft, setting: Value) -> list[Entry]:
    entries = [Entry(0, "start", draft.reported, value=setting)]
    for pause in draft.pauses:
        entries.append(
            Entry(len(entries), "pause", pause.start, confirmed=pause.confirmed, party=pause.party, reason=pause.reason)
        )
        if pause.end is not None:
            entries.append(Entry(len(entries), "resume", pause.end))
    return entries


_TICKET_COLUMNS = (
    *("id", "uid", "scope_id", "tenant_id", "number", "kind", "title", "description", "category", "impact", "urgency"),
    *("level", "state", "system_id", "device_id", "requester_id", "requester", "assignee_id", "assignee", "team"),
    *(
        "reported_at",
        "paused_since",
        "next_due_at",
        "next_clock",
        "next_calendar",
        "paused",
        "late",
        "reopened",
        "awaiting",
        "excluded",
    ),
    *("excluded_reason", "duplicate_of", "source", "counts", "recorded_at", "last_recorded_at", "last_occurred_at"),
    *("external_reference", "external_verdict", "batch_id"),
    *(f"{name}_at" for name in MILESTONE_COLUMNS),
    *(f"{clock}_due_at" for clock in CLOCKS),
    *(f"{clock}_breached_at" for clock in CLOCKS),
)
_FACT_COLUMNS = (
    *("occurred_at", "recorded_at", "source", "recorded_by_id", "recorded_by", "confirmed_by", "ticket_id"),
    *("kind", "value"),
)
_ENTRY_COLUMNS = (
    *("occurred_at", "recorded_at", "source", "recorded_by_id", "recorded_by"),
    *("confirmed_by_id", "confirmed_by", "confirmed_at", "ticket_id", "action", "reason", "party", "note", "value"),
    "clock_kind",
)
