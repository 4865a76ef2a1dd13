"""The register of faults of a period as columns: from the tickets' rows where those are what was known then, from
their facts where something was recorded or happened later."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

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

_INSTANTS = (
    *("reported", "responded", "restored", "resolved", "response_due", "restore_due", "repair_due"),
    *("response_breached", "restore_breached", "repair_breached"),
)
_NAMES = (
    "pk",
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
    lists. ``ids`` are for further reading in this process and never leave it."""

    numbers: list[str]
    faults: Faults
    sources: npt.NDArray[np.uint8]
    systems: list[str]
    devices: list[str]
    ids: Column


def register_of(period: Period) -> FaultRegister:
    known = _known(period)
    in_period = Q(reported_at__gte=period.start, reported_at__lt=period.end)
    before = Q(reported_at__gte=period.start - OPEN_FROM_BEFORE, reported_at__lt=period.start) & (
        Q(restored_at__isnull=True) | Q(restored_at__gte=period.start)
    ) & (Q(system__isnull=False) | Q(device__isnull=False))  # fmt: skip
    as_it_stands = Q(last_recorded_at__lte=period.as_of)
    on_time = Q(last_occurred_at__lte=period.cut_off)
    parts = [_read(known.filter(reach, as_it_stands, on_time)) for reach in (in_period, before)]
    touched = known.filter(Q(last_recorded_at__gt=period.as_of, recorded_at__lte=period.as_of))
    later = known.filter(in_period | before, as_it_stands, last_occurred_at__gt=period.cut_off)
    parts += [_projected(found, period) for found in (touched, later)]
    return _assembled(parts, period)


def _known(period: Period) -> QuerySet[Ticket]:
    """Tickets of the contracts, less those of imports that were not in force at the instant asked about."""
    tickets = Ticket.objects.filter(scope_id__in=period.scope_ids).order_by()
    batches = ImportBatch.objects.filter(kind=KIND).exclude(
        Q(applied_at__lte=period.as_of) & (Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gt=period.as_of))
    )
    hidden = list(batches.values_list("pk", flat=True))
    return tickets.filter(Q(batch__isnull=True) | ~Q(batch__in=hidden)) if hidden else tickets


_EXCLUDED = Case(
    When(kind="request", then=Value(1)),
    *(When(excluded=code, then=Value(place)) for place, code in enumerate(EXCLUSIONS, 1) if code != "request"),
    default=Value(0),
    output_field=IntegerField(),
)
_SOURCE = Case(
    *(When(source=code, then=Value(number)) for code, number in SOURCE_CODES.items()),
    default=Value(0),
    output_field=IntegerField(),
)


def _read(tickets: QuerySet[Ticket]) -> dict[str, Any]:
    """The fast way: the rows are the projection of everything known."""
    wanted: dict[str, Any] = {
        "number": "number",
        "pk": "pk",
        "contract": "scope_id",
        **{name: f"{name}_at" for name in _INSTANTS},
        "level": "level",
        "excluded": _EXCLUDED,
        "counts": "counts",
        "held_since": "paused_since",
        "paused": "paused",
        "system": "system_id",
        "device": "device_id",
        "source": _SOURCE,
    }
    return columns(tickets, wanted)


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
    for (pk, number, scope_id, _tenant, kind), row in lines:
        excluded = "request" if kind == "request" else row.excluded
        for name, value in (
            ("pk", pk),
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
        stored = dict(Ticket.objects.filter(pk__in=found["pk"][unsure].tolist()).values_list("pk", "source"))
        codes = [_first_source(stored[pk]) for pk in found["pk"][unsure].tolist()]
        found["source"][unsure] = np.array(codes, np.int64)
    return found


def _first_source(stored: str) -> int:
    """The row may have become back-filled since; then it was on the spot before."""
    return 0 if stored == "back_filled" else SOURCE_CODES[stored]


def _assembled(parts: Sequence[Mapping[str, Any]], period: Period) -> FaultRegister:
    parts = [part for part in parts if part and len(part["number"])]
    numbers: list[str] = [number for part in parts for number in part["number"]]
    cells: dict[str, Column] = {
        name: np.concatenate([part[name] for part in parts]) if parts else np.empty(0, np.int64) for name in _NAMES
    }
    # Numbers are given nearly in the order of reports, so that this sort has little to do.
    order = sorted(range(len(numbers)), key=numbers.__getitem__)
    if order != list(range(len(numbers))):
        numbers = [numbers[place] for place in order]
        turned = np.array(order, np.int64)
        cells = {name: column[turned] for name, column in cells.items()}
    systems, system = _coded(cells["system"], dict(_codes(System, cells["system"])))
    devices, device = _coded(cells["device"], dict(_codes(Device, cells["device"])))
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
    return FaultRegister(numbers, faults, cells["source"].astype(np.uint8), systems, devices, cells["pk"])


def _codes(model: type[System] | type[Device], ids: Column) -> list[tuple[int, str]]:
    wanted = np.unique(ids[ids != MISSING]).tolist()
    found: list[tuple[int, str]] = []
    for begin in range(0, len(wanted), 900):
        found += model._default_manager.filter(pk__in=wanted[begin : begin + 900]).values_list("pk", "code")
    return found


def _coded(ids: Column, codes: Mapping[int, str]) -> tuple[list[str], Column]:
    """(codes in order, place of each row's code or -1)."""
    names = sorted(codes.values())
    if not names:
        return [], np.full(len(ids), -1, np.int64)
    place = {name: index for index, name in enumerate(names)}
    unique, inverse = np.unique(ids, return_inverse=True)
    mapped = np.array([place[codes[pk]] if pk in codes else -1 for pk in unique.tolist()], np.int64)
    return names, mapped[inverse]


def deadlines_without_pauses(register: FaultRegister, rows: npt.NDArray[np.bool_], period: Period) -> dict[str, Column]:
    """Deadlines of some rows as if nothing had ever stood still: clock → due, in the order of the rows."""
    ids = register.ids[rows].tolist()
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
