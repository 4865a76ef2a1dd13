"""The log of a ticket as the rules want it, and the row they make of it as the table keeps it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from django.db.models import Q

from yunheng.assets.models import Device, System
from yunheng.foundation.models import Source
from yunheng.servicedesk.models import NO_CLOCK, ClockEntry, Ticket, TicketFact
from yunheng.servicedesk.rules.clocks import CLOCKS
from yunheng.servicedesk.rules.projection import Entry, Fact, Log, Row

CHUNK = 500


def seconds(instant: datetime) -> int:
    return int(instant.timestamp())


def instant(at: int) -> datetime:
    return datetime.fromtimestamp(at, UTC)


def logs_of(ticket_ids: Sequence[int], *, as_of: datetime | None = None) -> dict[int, Log]:
    """Ticket id → what was known of it at ``as_of`` (None: now). Two statements per 500 tickets."""
    found: dict[int, Log] = {}
    for begin in range(0, len(ticket_ids), CHUNK):
        ids = list(ticket_ids[begin : begin + CHUNK])
        facts: dict[int, list[Fact]] = {pk: [] for pk in ids}
        entries: dict[int, list[Entry]] = {pk: [] for pk in ids}
        known = Q() if as_of is None else Q(recorded_at__lte=as_of)
        for row in TicketFact.objects.filter(known, ticket_id__in=ids).values_list(*_FACT):
            facts[row[0]].append(fact_of(row, as_of))
        for row in ClockEntry.objects.filter(known, ticket_id__in=ids).values_list(*_ENTRY):
            entries[row[0]].append(entry_of(row, as_of))
        found.update((pk, Log(facts[pk], entries[pk])) for pk in ids)
    return found


_FACT = ("ticket_id", "id", "kind", "occurred_at", "source", "confirmed_at", "corrects_id", "value")
_ENTRY = (
    "ticket_id", "id", "action", "occurred_at", "clock_kind", "confirmed_at", "party", "reason", "corrects_id", "value",
)  # fmt: skip


def fact_of(row: Sequence[Any], as_of: datetime | None = None) -> Fact:
    _ticket, pk, kind, occurred, source, confirmed, corrects, value = row
    agreed = confirmed is not None and (as_of is None or confirmed <= as_of)
    waits = source == Source.BACK_FILLED or (value or {}).get("needs_approval", False)
    return Fact(pk, kind, seconds(occurred), agreed or not waits, source == Source.BACK_FILLED, corrects, value or {})


def entry_of(row: Sequence[Any], as_of: datetime | None = None) -> Entry:
    _ticket, pk, action, occurred, clock, confirmed, party, reason, corrects, value = row
    agreed = action != "pause" or (confirmed is not None and (as_of is None or confirmed <= as_of))
    return Entry(pk, action, seconds(occurred), clock, agreed, party, reason, corrects, value or {})


def fields_of(row: Row, objects: Mapping[str, Mapping[str, int]]) -> dict[str, Any]:
    """Column → value. ``objects`` maps "system" and "device" to code → id."""
    found: dict[str, Any] = {
        "state": row.state,
        "level": row.level,
        "impact": row.impact,
        "urgency": row.urgency,
        "system_id": objects["system"].get(row.system) if row.system else None,
        "device_id": objects["device"].get(row.device) if row.device else None,
        "assignee_id": row.assignee_id,
        "assignee": row.assignee,
        "team": row.team,
        "reported_at": instant(row.reported),
        "paused_since": _instant(row.paused_since),
        "next_due_at": NO_CLOCK if row.next_due is None else instant(row.next_due),
        "next_clock": row.next_clock,
        "next_calendar": row.next_calendar,
        "paused": row.paused,
        "late": bool(row.breached),
        "reopened": row.reopened,
        "awaiting": row.awaiting,
        "excluded": row.excluded,
        "excluded_reason": row.excluded_reason,
        "duplicate_of": row.duplicate_of,
        "counts": row.counts,
        "last_occurred_at": instant(row.last_occurred),
    }
    for name in MILESTONE_COLUMNS:
        found[f"{name}_at"] = _instant(getattr(row, name))
    for clock in CLOCKS:
        found[f"{clock}_due_at"] = _instant(row.due.get(clock))
        found[f"{clock}_breached_at"] = _instant(row.breached.get(clock))
    return found


MILESTONE_COLUMNS = ("accepted", "responded", "arrived", "restored", "resolved", "confirmed", "closed")


def _instant(at: int | None) -> datetime | None:
    return None if at is None else instant(at)


def objects_named(rows: Iterable[Row], tenant_id: int) -> dict[str, dict[str, int]]:
    """Codes used by the rows → ids, for ``fields_of``; at most two statements."""
    rows = list(rows)
    systems = {row.system for row in rows if row.system}
    devices = {row.device for row in rows if row.device}
    return {
        "system": dict(System.objects.filter(tenant_id=tenant_id, code__in=systems).values_list("code", "pk"))
        if systems
        else {},
        "device": dict(Device.objects.filter(tenant_id=tenant_id, code__in=devices).values_list("code", "pk"))
        if devices
        else {},
    }


def differences(ticket: Ticket, row: Row, objects: Mapping[str, Mapping[str, int]]) -> list[str]:
    """Columns of a ticket that are not what its log makes of it."""
    return [name for name, value in fields_of(row, objects).items() if getattr(ticket, name) != value]
