"""The register of faults of a period as columns: from the tickets' rows where those are what was known then, from
their facts where something was recorded or happened later."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import compress
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db.models import Case, ExpressionWrapper, F, IntegerField, Q, QuerySet, Value, When

from yunheng.assets.models import Device, System
from yunheng.foundation.columns import MISSING, columns
from yunheng.foundation.models import SOURCE_CODES, ImportBatch, Scope
from yunheng.servicedesk.access import KIND
from yunheng.servicedesk.models import Ticket
from yunheng.servicedesk.queries.calendars import PinnedCalendars
from yunheng.servicedesk.queries.logs import logs_of, seconds
from yunheng.servicedesk.rules.clocks import NONE, REPAIR, RESPONSE, RESTORE
from yunheng.servicedesk.rules.faults import EXCLUSIONS, Faults
from yunheng.servicedesk.rules.projection import Row, project

Column = npt.NDArray[np.int64]

#: How far back a fault may have been reported that is still open when a period begins.
OPEN_FROM_BEFORE = timedelta(days=366)

_NUMBERS_AT_ONCE = 900  # below the number of parameters that every SQLite takes

_INSTANTS = (
    *("reported", "responded", "restored", "resolved", "response_due", "restore_due", "repair_due"),
    *("response_breached", "restore_breached", "repair_breached"),
)
_NAMES = (
    "contract",
    *_INSTANTS,
    "level",
    "excluded",
    "counts",
    "held_since",
    "paused",
    "system",
    "device",
    "source",
)


@dataclass(frozen=True, slots=True)
class Period:
    scope_ids: tuple[int, ...]
    start: datetime
    end: datetime
    cut_off: datetime
    as_of: datetime


@dataclass(frozen=True, slots=True, eq=False)
class FaultRegister:
    """``numbers`` sorted; ``faults`` and ``sources`` run along them. Systems and devices are places in the code
    lists."""

    numbers: list[str]
    faults: Faults
    sources: npt.NDArray[np.uint8]
    systems: list[str]
    devices: list[str]


def register_of(period: Period) -> FaultRegister:
    known = _known(period)
    in_period = Q(reported_at__gte=period.start, reported_at__lt=period.end)
    before = Q(reported_at__gte=period.start - OPEN_FROM_BEFORE, reported_at__lt=period.start) & (
        Q(restored_at__isnull=True) | Q(restored_at__gte=period.start)
    ) & (Q(system__isnull=False) | Q(device__isnull=False))  # fmt: skip
    as_it_stands = Q(last_recorded_at__lte=period.as_of)
    parts: list[dict[str, Any]] = []
    later: list[str] = []  # something of them happened after the cut-off
    for reach in (in_period, before):
        for scope_id in period.scope_ids:
            part, numbers = _read(known.filter(reach, as_it_stands, scope_id=scope_id), scope_id, period.cut_off)
            parts.append(part)
            later += numbers
    touched = known.filter(Q(last_recorded_at__gt=period.as_of, recorded_at__lte=period.as_of))
    parts.append(_projected(touched, period))
    parts += [
        _projected(known.filter(number__in=later[begin : begin + _NUMBERS_AT_ONCE]), period)
        for begin in range(0, len(later), _NUMBERS_AT_ONCE)
    ]
    return _assembled(parts, period)


def _known(period: Period) -> QuerySet[Ticket]:
    """Tickets of the contracts, less those of imports that were not in force at the instant asked about."""
    tickets = Ticket.objects.filter(scope_id__in=period.scope_ids).order_by()
    batches = ImportBatch.objects.filter(kind=KIND).exclude(
        Q(applied_at__lte=period.as_of) & (Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gt=period.as_of))
    )
    hidden = list(batches.values_list("pk", flat=True))
    return tickets.filter(Q(batch__isnull=True) | ~Q(batch__in=hidden)) if hidden else tickets


def _bits(field: str, values: Mapping[str, int], step: int) -> Case:
    """A short code of a text column, ``step`` apart."""
    return Case(
        *(When(**{field: text}, then=Value(code * step)) for text, code in values.items()),
        default=Value(0),
        output_field=IntegerField(),
    )


# Eight small facts about a ticket travel as one number: every column less is a million values less to carry over.
_LEVEL, _EXCLUDED, _SOURCE, _COUNTS, _PAUSED, _HELD, _LATE, _AFTER = 1, 8, 64, 512, 1024, 2048, 4096, 8192
_FLAGS = (
    F("level") * _LEVEL
    + Case(
        When(kind="request", then=Value(1 * _EXCLUDED)),
        *(
            When(excluded=code, then=Value(place * _EXCLUDED))
            for place, code in enumerate(EXCLUSIONS, 1)
            if code != "request"
        ),
        default=Value(0),
        output_field=IntegerField(),
    )
    + _bits("source", SOURCE_CODES, _SOURCE)
    + Case(When(counts=True, then=Value(_COUNTS)), default=Value(0), output_field=IntegerField())
    + Case(When(paused=True, then=Value(_PAUSED)), default=Value(0), output_field=IntegerField())
    + Case(When(paused_since__isnull=False, then=Value(_HELD)), default=Value(0), output_field=IntegerField())
    + Case(When(late=True, then=Value(_LATE)), default=Value(0), output_field=IntegerField())
)
_BREACHES = ("response_breached", "restore_breached", "repair_breached")
_READ = tuple(name for name in _INSTANTS if name not in _BREACHES)


def _read(tickets: QuerySet[Ticket], scope_id: int, cut_off: datetime) -> tuple[dict[str, Any], list[str]]:
    """The fast way, one contract at a time: rows that are the projection of everything known, and the numbers of
    those where something happened after the cut-off. One statement, and one or two more for the few that are late
    or held."""
    after = Case(When(last_occurred_at__gt=cut_off, then=Value(_AFTER)), default=Value(0), output_field=IntegerField())
    found: dict[str, Any] = columns(
        tickets,
        {
            "number": "number",
            **{name: f"{name}_at" for name in _READ},
            "flags": ExpressionWrapper(_FLAGS + after, output_field=IntegerField()),
            "system": "system_id",
            "device": "device_id",
        },
    )
    later = (found["flags"] & _AFTER) != 0
    numbers = [found["number"][row] for row in np.flatnonzero(later).tolist()]
    if numbers:
        found = {
            name: column[~later] if isinstance(column, np.ndarray) else list(compress(column, (~later).tolist()))
            for name, column in found.items()
        }
    flags = found.pop("flags")
    rows = len(flags)
    found["contract"] = np.full(rows, scope_id, np.int64)
    found["level"] = flags & 7
    found["excluded"] = (flags // _EXCLUDED) & 7
    found["source"] = (flags // _SOURCE) & 7
    found["counts"] = (flags & _COUNTS) // _COUNTS
    found["paused"] = (flags & _PAUSED) // _PAUSED
    for name in (*_BREACHES, "held_since"):
        found[name] = np.full(rows, MISSING, np.int64)
    rare = np.flatnonzero(flags & (_HELD | _LATE))
    if len(rare):
        _add_rare(found, tickets, rare, held=bool(((flags & (_HELD | _LATE)) == _HELD).any()))
    return found, numbers


def _add_rare(found: dict[str, Any], tickets: QuerySet[Ticket], rows: Column, *, held: bool) -> None:
    """Breaches of late tickets and pauses that last."""
    wanted = {name: f"{name}_at" for name in _BREACHES} | {"number": "number", "held_since": "paused_since"}
    parts = [columns(tickets.filter(late=True), wanted)]
    if held:  # no index leads to them
        parts.append(columns(tickets.filter(late=False, paused_since__isnull=False), wanted))
    place = {found["number"][row]: row for row in rows.tolist()}
    for part in parts:
        # A ticket that became late since the first statement is not among the rows asked for.
        there = np.array([place.get(number, -1) for number in part["number"]], np.int64)
        for name in (*_BREACHES, "held_since"):
            found[name][there[there >= 0]] = part[name][there >= 0]


def _projected(tickets: QuerySet[Ticket], period: Period) -> dict[str, Any]:
    """The slow way: from the facts recorded by then and dated by then."""
    found = list(tickets.values_list("pk", "number", "scope_id", "tenant_id", "kind"))
    if not found:
        return {}
    logs = logs_of([pk for pk, *_rest in found], as_of=period.as_of)
    found = [one for one in found if any(fact.kind == "reported" for fact in logs[one[0]].facts)]
    calendars = PinnedCalendars(found[0][3]) if found else None
    rows = project([logs[one[0]] for one in found], calendars, cut_off=seconds(period.cut_off)) if calendars else []
    lines = [(one, row) for one, row in zip(found, rows, strict=True) if row.reported and _reaches(row, period)]
    return _columns_of(lines)


def _reaches(row: Row, period: Period) -> bool:
    start, end = seconds(period.start), seconds(period.end)
    if start <= row.reported < end:
        return True
    still_open = row.restored is None or row.restored >= start
    earliest = seconds(period.start - OPEN_FROM_BEFORE)
    return earliest <= row.reported < start and still_open and bool(row.system or row.device)


def _columns_of(lines: Sequence[tuple[Any, Row]]) -> dict[str, Any]:
    systems = dict(
        System.objects.filter(code__in={row.system for _one, row in lines if row.system}).values_list("code", "pk")
    )
    devices = dict(
        Device.objects.filter(code__in={row.device for _one, row in lines if row.device}).values_list("code", "pk")
    )
    cells: dict[str, list[Any]] = {name: [] for name in ("number", *_NAMES)}
    for (_pk, number, scope_id, _tenant, kind), row in lines:
        excluded = "request" if kind == "request" else row.excluded
        for name, value in (
            ("number", number),
            ("contract", scope_id),
            ("reported", row.reported),
            ("responded", row.responded),
            ("restored", row.restored),
            ("resolved", row.resolved),
            ("response_due", row.due.get(RESPONSE)),
            ("restore_due", row.due.get(RESTORE)),
            ("repair_due", row.due.get(REPAIR)),
            ("response_breached", row.breached.get(RESPONSE)),
            ("restore_breached", row.breached.get(RESTORE)),
            ("repair_breached", row.breached.get(REPAIR)),
            ("level", row.level),
            ("excluded", EXCLUSIONS.index(excluded) + 1 if excluded else 0),
            ("counts", int(row.counts)),
            ("held_since", row.paused_since),
            ("paused", int(row.paused)),
            ("system", systems.get(row.system)),
            ("device", devices.get(row.device)),
            ("source", SOURCE_CODES["back_filled"] if row.back_filled else -1),
        ):
            cells[name].append(MISSING if value is None else value)
    found: dict[str, Any] = {name: np.array(cells[name], np.int64) for name in _NAMES}
    found["number"] = cells["number"]
    unsure = found["source"] < 0
    if unsure.any():
        ids = [one[0] for one, row in lines if not row.back_filled]
        stored = dict(Ticket.objects.filter(pk__in=ids).values_list("pk", "source"))
        found["source"][unsure] = np.array([_first_source(stored[pk]) for pk in ids], np.int64)
    return found


def _first_source(stored: str) -> int:
    """The row may have become back-filled since; then it was on the spot before."""
    return 0 if stored == "back_filled" else SOURCE_CODES[stored]


def _assembled(parts: Sequence[dict[str, Any]], period: Period) -> FaultRegister:
    """Uses the parts up, so that no column is held twice."""
    parts = [part for part in parts if part and len(part["number"])]
    numbers: list[str] = [number for part in parts for number in part.pop("number")]
    # Numbers are given nearly in the order of reports, so that this sort has little to do.
    order = np.array(sorted(range(len(numbers)), key=numbers.__getitem__), np.int64)
    numbers = [numbers[place] for place in order.tolist()]
    cells: dict[str, Column] = {
        name: np.concatenate([part.pop(name) for part in parts])[order] if parts else np.empty(0, np.int64)
        for name in _NAMES
    }
    systems, system = _coded(cells["system"], System, period.scope_ids)
    devices, device = _coded(cells["device"], Device, period.scope_ids)
    places = {scope_id: place for place, scope_id in enumerate(period.scope_ids)}
    contract = np.empty(len(numbers), np.int64)
    for scope_id, place in places.items():
        contract[cells["contract"] == scope_id] = place
    faults = Faults(
        contract=contract,
        level=cells["level"],
        excluded=cells["excluded"],
        counts=cells["counts"] == 1,
        earlier=cells["reported"] < seconds(period.start),
        held_since=cells["held_since"],
        paused=cells["paused"] == 1,
        system=system,
        device=device,
        **{name: cells[name] for name in _INSTANTS},
    )
    return FaultRegister(numbers, faults, cells["source"].astype(np.uint8), systems, devices)


def _coded(ids: Column, model: type[System] | type[Device], scope_ids: Sequence[int]) -> tuple[list[str], Column]:
    """(codes in order, place of each row's code or -1)."""
    known = dict(model._default_manager.filter(scope_id__in=scope_ids).order_by("pk").values_list("pk", "code"))
    if not known:
        return [], np.full(len(ids), -1, np.int64)
    names = sorted(known.values())
    place = {name: index for index, name in enumerate(names)}
    keys = np.array(list(known), np.int64)
    mapped = np.array([place[code] for code in known.values()], np.int64)
    found = np.minimum(np.searchsorted(keys, ids), len(keys) - 1)
    return names, np.where(keys[found] == ids, mapped[found], -1)


def ids_of(register: FaultRegister, rows: npt.NDArray[np.bool_], scope_ids: Sequence[int]) -> list[int]:
    """Database ids of some rows, for further reading in this process; they never leave it."""
    numbers = [register.numbers[row] for row in np.flatnonzero(rows).tolist()]
    found: dict[str, int] = {}
    for begin in range(0, len(numbers), _NUMBERS_AT_ONCE):
        some = numbers[begin : begin + _NUMBERS_AT_ONCE]
        tickets = Ticket.objects.filter(scope_id__in=scope_ids, number__in=some)
        found.update(tickets.values_list("number", "pk"))
    return [found[number] for number in numbers]


def deadlines_without_pauses(register: FaultRegister, rows: npt.NDArray[np.bool_], period: Period) -> dict[str, Column]:
    """Deadlines of some rows as if nothing had ever stood still: clock → due, in the order of the rows."""
    ids = ids_of(register, rows, period.scope_ids)
    if not ids:
        return {clock: np.empty(0, np.int64) for clock in (RESPONSE, RESTORE, REPAIR)}
    tenant_id = Scope.objects.values_list("tenant_id", flat=True).get(pk=period.scope_ids[0])
    logs = logs_of(ids, as_of=period.as_of)
    projected = project(
        [logs[pk] for pk in ids],
        PinnedCalendars(tenant_id or period.scope_ids[0]),
        cut_off=seconds(period.cut_off),
        without_pauses=True,
    )
    return {
        clock: np.array([row.due.get(clock, NONE) for row in projected], np.int64)
        for clock in (RESPONSE, RESTORE, REPAIR)
    }
