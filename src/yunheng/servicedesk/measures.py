"""What the service desk offers to whoever judges: five measures over one register of faults."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from yunheng.assets.queries import InUse, devices_in_use, systems_in_use
from yunheng.foundation import measures, registers
from yunheng.foundation.measures import MeasureRequest, MeasureResult, Register
from yunheng.foundation.models import Scope
from yunheng.kernel.wall_clock import DAY, WallClock
from yunheng.servicedesk.access import KIND
from yunheng.servicedesk.models import Ticket
from yunheng.servicedesk.queries.calendars import PinnedCalendars
from yunheng.servicedesk.queries.faults import FaultRegister, Period, deadlines_without_pauses, register_of
from yunheng.servicedesk.queries.logs import CHUNK, differences, logs_of, objects_named, seconds
from yunheng.servicedesk.rules import faults as rules
from yunheng.servicedesk.rules.clocks import NONE
from yunheng.servicedesk.rules.faults import Faults, Stretches, Verdict
from yunheng.servicedesk.rules.projection import project

REGISTER = "servicedesk.faults"

#: Place i explains code i + 1 of `left_out`.
REASONS = (
    gettext_noop("A request, not a fault."),
    gettext_noop("It repeats another ticket."),
    gettext_noop("A false alarm."),
    gettext_noop("It was withdrawn."),
    gettext_noop("It was found to be no fault."),
    gettext_noop("Back-filled, and nobody has confirmed it."),
    gettext_noop("It was reported before the period."),
    gettext_noop("It belongs to a contract that is not judged here."),
    gettext_noop("Its time limit has not run out yet."),
    gettext_noop("Faults of this level do not count here."),
    gettext_noop("It names no object that is counted here."),
    gettext_noop("It fell on no day of service of its object."),
)

NO_TARGET = gettext_noop(
    "%(contract)s has no confirmed time limit for level %(level)s: %(count)s faults cannot be judged, first %(first)s."
)
NOT_KEPT = gettext_noop(
    "%(contract)s: no fault is recorded and no nil return signed for %(months)s; "
    "nobody can tell whether the register was kept."
)
NO_FAULTS = gettext_noop("No fault of the period is to be judged; the register was kept.")
NO_MONITORING = gettext_noop("There are no monitoring data; choose the method of the fault register.")
ONLY_DEVICE_DAYS = gettext_noop("Only counting by device-days is available.")
METHOD_DAYS = gettext_noop(
    "Method: fault register; a day on which an unplanned fault was open at any time is not a normal day."
)
OBJECT_DAYS = gettext_noop("%(name)s (%(code)s): %(faulty)s of %(days)s days with a fault.")
MORE_OBJECTS = gettext_noop("%(count)s further objects had days with a fault.")
NOTHING_IN_USE = gettext_noop("Nothing of this kind was in use in the period.")
MOST_OBJECTS_TOLD = 20

Words = list[tuple[str, Mapping[str, Any]]]


# ---------------------------------------------------------------- the register, once per evaluation


class _Shared:
    """The register of one evaluation and what its measures have in common."""

    def __init__(self, name: str, request: MeasureRequest) -> None:
        self.name = name
        self.scopes = request.scopes
        self.period = Period(
            tuple(scope.id for scope in request.scopes), request.start, request.end, request.cut_off, request.as_of
        )
        self.found: FaultRegister = register_of(self.period)
        self.register = _told(name, self.found, [scope.code for scope in request.scopes])

    def left_out(self, request: MeasureRequest) -> rules.Codes:
        mine = {scope.id for scope in request.scopes}
        return rules.left_out(self.found.faults, [place for place, scope in enumerate(self.scopes) if scope.id in mine])


def _shared(request: MeasureRequest) -> _Shared:
    """The register read for the first measure serves those of the same or fewer contracts too."""
    known: list[_Shared] = request.cache.setdefault(REGISTER, [])
    wanted = {scope.id for scope in request.scopes}
    for shared in known:
        if wanted <= set(shared.period.scope_ids):
            return shared
    name = REGISTER if not known else f"{REGISTER}.{len(known) + 1}"
    known.append(_Shared(name, request))
    return known[-1]


def _told(name: str, found: FaultRegister, contracts: Sequence[str]) -> Register:
    """The values that were used, as they go into the evidence."""
    faults = found.faults
    columns: dict[str, Any] = {
        "contract": _words(faults.contract, contracts),
        "excluded": _words(faults.excluded, ("", *rules.EXCLUSIONS)),
        "system": _words(faults.system + 1, ("", *found.systems)),
        "device": _words(faults.device + 1, ("", *found.devices)),
        "level": faults.level,
        "confirmed": faults.counts.astype(np.int64),
    }
    for column in (
        *("reported", "responded", "restored", "resolved", "response_due", "restore_due", "repair_due"),
        *("response_breached", "restore_breached", "repair_breached", "held_since"),
    ):
        columns[column] = getattr(faults, column)
    return Register(name, KIND, found.numbers, columns, found.sources)


def _words(places: npt.NDArray[np.int64], texts: Sequence[str]) -> list[str]:
    return np.array(list(texts) or [""], dtype=object)[places].tolist()  # type: ignore[no-any-return]  # a list of str


# ---------------------------------------------------------------- I04, I05, I06


def resolved(request: MeasureRequest) -> MeasureResult:
    """I04: faults resolved by the cut-off / all faults."""
    shared = _shared(request)
    cut_off = min(request.cut_off, request.end) if request.options.get("cut_off") == "period_end" else request.cut_off
    open_counts = request.options.get("open_and_not_overdue") == "counted"
    verdict = rules.resolved(shared.found.faults, shared.left_out(request), seconds(cut_off), open_counts=open_counts)
    return _ratio(request, shared, verdict)


def responded_in_time(request: MeasureRequest) -> MeasureResult:
    """I05: faults answered by a person within the time limit of their level / all faults."""
    shared = _shared(request)
    verdict = rules.responded_in_time(shared.found.faults, shared.left_out(request), seconds(request.cut_off))
    return _ratio(request, shared, verdict)


def restored_in_time(request: MeasureRequest) -> MeasureResult:
    """I06: faults restored, replaced or repaired within the time limit / all faults."""
    shared = _shared(request)
    faults = shared.found.faults
    if request.options.get("stopped_clock") == "never":
        faults = _never_stopped(shared, faults)
    verdict = rules.restored_in_time(
        faults,
        shared.left_out(request),
        seconds(request.cut_off),
        final=request.options.get("restoration") == "final_repair",
    )
    return _ratio(request, shared, verdict)


def _never_stopped(shared: _Shared, faults: Faults) -> Faults:
    rows = faults.paused
    if not rows.any():
        return faults
    due = deadlines_without_pauses(shared.found, rows, shared.period)
    return faults.with_deadlines(rows, due["response"], due["restore"], due["repair"])


def _ratio(request: MeasureRequest, shared: _Shared, verdict: Verdict) -> MeasureResult:
    faults, counted = shared.found.faults, verdict.counted
    result = MeasureResult(
        measures.MEASURED,
        register=shared.register,
        counted=counted,
        hit=verdict.hit,
        left_out=verdict.left_out,
        reasons=REASONS,
    )
    if verdict.unjudged.any():
        return replace(result, state=measures.MISSING, words=tuple(_without_targets(shared, verdict.unjudged)))
    parts, words, silent = {}, [], []
    for place, scope in enumerate(shared.scopes):
        if scope not in request.scopes:
            continue
        mine = faults.contract == place
        denominator = int((counted & mine).sum())
        if denominator:
            parts[scope.code] = (Fraction(int((verdict.hit & mine).sum())), Fraction(denominator))
        elif unkept := _unkept(request, scope.id, faults, mine):
            words.append((NOT_KEPT, {"contract": scope.code, "months": _months(unkept)}))
        else:
            silent.append(scope.code)
    if words:
        return replace(result, state=measures.MISSING, words=tuple(words), parts=parts)
    if not parts:
        return replace(result, state=measures.VACUOUS, words=((NO_FAULTS, {}),))
    numerator = sum((part[0] for part in parts.values()), Fraction(0))
    denominator_sum = sum((part[1] for part in parts.values()), Fraction(0))
    return replace(
        result,
        numerator=numerator,
        denominator=denominator_sum,
        value=numerator / denominator_sum,
        parts=parts,
    )


def _without_targets(shared: _Shared, unjudged: rules.Mask) -> Words:
    faults = shared.found.faults
    words: Words = []
    for place, scope in enumerate(shared.scopes):
        for level in range(1, 5):
            rows = np.flatnonzero(unjudged & (faults.contract == place) & (faults.level == level))
            if len(rows):
                told = {
                    "contract": scope.code,
                    "level": level,
                    "count": len(rows),
                    "first": shared.found.numbers[int(rows[0])],
                }
                words.append((NO_TARGET, told))
    return words


# ---------------------------------------------------------------- was the register kept


def _unkept(request: MeasureRequest, scope_id: int, faults: Faults, mine: rules.Mask) -> list[date]:
    """Months of the period without any entry for which nobody vouched."""
    empty = set(registers.months_between(request.first, request.last))
    if not empty:
        return []
    reported = faults.reported[mine & ~faults.earlier]
    if len(reported):
        zone = ZoneInfo(request.project.zone)
        days = np.unique(reported // DAY)  # far fewer than tickets
        for day in days.tolist():
            for moment in (day * DAY, day * DAY + DAY - 1):
                empty.discard(datetime.fromtimestamp(moment, zone).date().replace(day=1))
    return sorted(registers.kept(scope_id, registers.INCIDENTS, sorted(empty), as_of=request.as_of))


def _months(months: Sequence[date]) -> str:
    return ", ".join(f"{month:%Y-%m}" for month in months)


# ---------------------------------------------------------------- I09, I10


def devices_normal(request: MeasureRequest) -> MeasureResult:
    """I09: device-days without an open fault / device-days in use."""
    if request.options.get("counting", "device_days") != "device_days":
        return MeasureResult(measures.MISSING, words=((ONLY_DEVICE_DAYS, {}),))
    return _by_days(request, devices_in_use, lambda found: (found.devices, found.faults.device), all_levels=True)


def fault_free_days(request: MeasureRequest) -> MeasureResult:
    """I10: mean over systems of the share of days without an open fault of a counted level."""
    every_level = request.options.get("counted_levels") == "all"
    return _by_days(
        request, systems_in_use, lambda found: (found.systems, found.faults.system), all_levels=every_level, mean=True
    )


InUseQuery = Callable[..., list[InUse]]
Objects = Callable[[FaultRegister], tuple[list[str], npt.NDArray[np.int64]]]


def _by_days(
    request: MeasureRequest, in_use: InUseQuery, objects: Objects, *, all_levels: bool, mean: bool = False
) -> MeasureResult:
    if request.options.get("method") == "monitoring":
        return MeasureResult(measures.MISSING, words=((NO_MONITORING, {}),))
    shared = _shared(request)
    faults = shared.found.faults
    stretches = in_use([scope.id for scope in request.scopes], request.first, request.last, as_of=request.as_of)
    codes, of_fault = objects(shared.found)
    out = shared.left_out(request)
    out[out == rules.EARLIER] = 0  # a fault from before the period costs the days it was still open in it
    if not all_levels:
        out[(out == 0) & (faults.level > 2)] = rules.LEVEL
    served, service = _service(stretches, codes)
    out[(out == 0) & ~np.isin(of_fault, service.object)] = rules.NO_OBJECT
    rows = np.flatnonzero(out == 0)
    first, last = _open_days(request, faults, rows)
    cost, used = rules.faulty_days(service, of_fault[rows], first, last)
    out[rows[~used]] = rules.NO_DAY
    counted = out == 0
    result = MeasureResult(
        measures.MEASURED,
        register=shared.register,
        counted=counted,
        hit=np.zeros(len(faults), np.bool_),
        left_out=out,
        reasons=REASONS,
    )
    words: Words = [(METHOD_DAYS, {})]
    unkept: Words = [
        (NOT_KEPT, {"contract": scope.code, "months": _months(months)})
        for scope in request.scopes
        if any(one.scope_id == scope.id for one in stretches)
        and (months := _unkept(request, scope.id, faults, faults.contract == _place(shared, scope.id)))
    ]
    if unkept:
        return replace(result, state=measures.MISSING, words=tuple(words + unkept))
    if not stretches:
        return replace(result, state=measures.NOT_APPLICABLE, words=((NOTHING_IN_USE, {}),))
    return _summed(request, result, served, cost, words, mean=mean)


def _place(shared: _Shared, scope_id: int) -> int:
    return shared.period.scope_ids.index(scope_id)


def _service(stretches: Sequence[InUse], codes: Sequence[str]) -> tuple[Sequence[InUse], Stretches]:
    """Objects that no fault names get places of their own behind the others."""
    place = {code: index for index, code in enumerate(codes)}
    for one in stretches:
        place.setdefault(one.code, len(place))
    epoch = date(1970, 1, 1)
    return stretches, Stretches(
        object=np.array([place[one.code] for one in stretches], np.int64),
        first=np.array([(one.first - epoch).days for one in stretches], np.int64),
        last=np.array([(one.last - epoch).days for one in stretches], np.int64),
        contract=np.array([one.scope_id for one in stretches], np.int64),
    )


def _open_days(
    request: MeasureRequest, faults: Faults, rows: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """First and last local day of each fault, half-open in time: restored at midnight does not cost the new day."""
    latest = min(seconds(request.cut_off), seconds(request.end) - 1)
    reported = faults.reported[rows]
    ended = np.where(faults.restored[rows] == NONE, latest, faults.restored[rows] - 1)
    ended = np.maximum(ended, reported)
    if not len(rows):
        return reported, ended
    clock = WallClock.of([(0, ZoneInfo(request.project.zone))], int(reported.min()) - DAY, int(ended.max()) + DAY)
    return clock.local(reported) // DAY, clock.local(ended) // DAY


def _summed(
    request: MeasureRequest,
    result: MeasureResult,
    stretches: Sequence[InUse],
    cost: npt.NDArray[np.int64],
    words: Words,
    *,
    mean: bool,
) -> MeasureResult:
    """Days per object over its stretches, then pooled (devices) or averaged (systems), per contract and in all."""
    days: dict[tuple[int, str], list[int]] = {}
    names: dict[str, str] = {}
    for one, faulty in zip(stretches, cost.tolist(), strict=True):
        found = days.setdefault((one.scope_id, one.code), [0, 0])
        found[0] += one.days
        found[1] += faulty
        names[one.code] = one.name
    parts: dict[str, tuple[Fraction, Fraction]] = {}
    for scope in request.scopes:
        mine = [found for (scope_id, _code), found in days.items() if scope_id == scope.id]
        if not mine:
            continue
        if mean:
            share = rules.mean_fault_free([whole for whole, _faulty in mine], [faulty for _whole, faulty in mine])
            parts[scope.code] = (share, Fraction(len(mine)))
        else:
            whole = sum(found[0] for found in mine)
            parts[scope.code] = (Fraction(whole - sum(found[1] for found in mine)), Fraction(whole))
    numerator = sum((part[0] for part in parts.values()), Fraction(0))
    denominator = sum((part[1] for part in parts.values()), Fraction(0))
    worst = sorted(((faulty, code, whole) for (_id, code), (whole, faulty) in days.items() if faulty), reverse=True)
    for faulty, code, whole in worst[:MOST_OBJECTS_TOLD]:
        words.append((OBJECT_DAYS, {"name": names[code], "code": code, "faulty": faulty, "days": whole}))
    if len(worst) > MOST_OBJECTS_TOLD:
        words.append((MORE_OBJECTS, {"count": len(worst) - MOST_OBJECTS_TOLD}))
    return replace(
        result,
        numerator=numerator,
        denominator=denominator,
        value=numerator / denominator,
        words=tuple(words),
        parts=parts,
    )


# ---------------------------------------------------------------- were the rows edited


def source_check(request: MeasureRequest) -> list[tuple[str, str, str]]:
    """Tickets of the period whose row is not what their facts say: (number, column, what stands there)."""
    shared = _shared(request)
    known: dict[str, list[tuple[str, str, str]]] = request.cache.setdefault(f"{REGISTER}.edited", {})
    if shared.name in known:
        return known[shared.name]
    found = known[shared.name] = []
    numbers = shared.found.numbers
    for begin in range(0, len(numbers), CHUNK):
        found += _edited(request, shared.period.scope_ids, numbers[begin : begin + CHUNK])
    return found


def _edited(request: MeasureRequest, scope_ids: Sequence[int], numbers: Sequence[str]) -> list[tuple[str, str, str]]:
    tickets = list(Ticket.objects.filter(scope_id__in=scope_ids, number__in=numbers).order_by("number"))
    logs = logs_of([ticket.pk for ticket in tickets])
    tenant_id = Scope.objects.values_list("tenant_id", flat=True).get(pk=request.project.id) or request.project.id
    rows = project([logs[ticket.pk] for ticket in tickets], PinnedCalendars(tenant_id))
    objects = objects_named(rows, tenant_id)
    return [
        (ticket.number, name, str(getattr(ticket, name)))
        for ticket, row in zip(tickets, rows, strict=True)
        for name in differences(ticket, row, objects)
    ]


# ---------------------------------------------------------------- offered


def _faults_of_month(scope_id: int, month: date) -> int:
    zone = ZoneInfo(Scope.objects.values_list("zone", flat=True).get(pk=scope_id))
    start = datetime(month.year, month.month, 1, tzinfo=zone)
    following = (month.replace(day=28) + timedelta(days=4)).replace(day=1)
    end = datetime(following.year, following.month, 1, tzinfo=zone)
    found = Ticket.objects.filter(scope_id=scope_id, reported_at__gte=start, reported_at__lt=end, kind="incident")
    return found.count()


registers.declare(registers.INCIDENTS, label=_("Faults"), count=_faults_of_month)

for _name, _function, _label, _unit in (
    ("servicedesk.resolved", resolved, _("Faults resolved"), "incident"),
    ("servicedesk.responded_in_time", responded_in_time, _("Faults answered in time"), "incident"),
    ("servicedesk.restored_in_time", restored_in_time, _("Faults restored in time"), "incident"),
    ("servicedesk.devices_normal", devices_normal, _("Device-days without a fault"), "device-day"),
    ("servicedesk.fault_free_days", fault_free_days, _("Days of systems without a fault"), "day"),
):
    measures.register(_name, _function, label=_label, unit=_unit, source_check=source_check)
