"""`yunheng calc availability`: six totals, percentage and outages from a timeline of states."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from fractions import Fraction
from zoneinfo import ZoneInfo

from yunheng.kernel import availability
from yunheng.kernel.calendars import DEFAULT_ZONE
from yunheng.kernel.reading import CaseError, array, instant, number, one_of, pair, table
from yunheng.kernel.rounding import half_up
from yunheng.kernel.words import Words, say
from yunheng.site.calc.cases import Clock, Json, Manner, cases, inside


def availability_of_cases(data: Mapping[str, object], manner: Manner) -> Json:
    clock = Clock()
    answers = []
    for identity, case in cases(data):
        with inside(f"case {identity}: "):
            answers.append({"id": identity, **_availability_of(case, clock, manner)})
    return {"cases": answers}


# Plain seconds stay inside the years that a calendar knows (1 to 9999).
MOST_SECONDS = 60_000_000_000


@dataclass(frozen=True, slots=True)
class _Line:
    """How instants are written in a case: ISO on a wall, or plain seconds."""

    zone: ZoneInfo
    offset: timezone | None  # of the answers; None: plain seconds

    def read(self, value: object, place: str) -> int:
        if isinstance(value, int) and not isinstance(value, bool):
            if abs(value) > MOST_SECONDS:
                raise CaseError(place, Words("%(value)s is not a number.", {"value": value}))
            return value
        return instant(value, place, self.zone)

    def write(self, moment: int) -> object:
        if self.offset is None:
            return moment
        return datetime.fromtimestamp(moment, UTC).astimezone(self.offset).isoformat()


def _availability_of(case: Mapping[str, object], clock: Clock, manner: Manner) -> Json:
    optional = ("planned", "service_hours", "options", "note")
    table(case, "", required=("id", "window", "events"), optional=optional)
    begin, end = pair(case["window"], "window")
    working = None
    if case.get("service_hours") is not None:
        working = clock.of(case["service_hours"], "service_hours")
    zone = working.calendar.zone if working is not None else ZoneInfo(DEFAULT_ZONE)
    line = _Line(zone, None)
    window = line.read(begin, "window[0]"), line.read(end, "window[1]")
    if isinstance(begin, str):
        stated = datetime.fromisoformat(begin)
        shift = stated.utcoffset() if working is None and stated.tzinfo else None
        if shift is None:
            shift = datetime.fromtimestamp(window[0], zone).utcoffset()
        line = _Line(zone, timezone(shift or timedelta()))
    if window[1] <= window[0]:
        raise CaseError("window", Words("ends before it begins."))
    events = []
    for index, entry in enumerate(array(case["events"], "events")):
        event = table(entry, f"events[{index}]", required=("t", "state"), optional=("note",))
        state = one_of(event["state"], f"events[{index}].state", availability.STATES)
        events.append((line.read(event["t"], f"events[{index}].t"), state))
    works = [
        _planned(entry, f"planned[{i}]", line) for i, entry in enumerate(array(case.get("planned", ()), "planned"))
    ]
    options = table(case.get("options", {}), "options", optional=("planned", "now", "unknown_ceiling"))
    forgive = one_of(options.get("planned", "leave"), "options.planned", ("leave", "forgive")) == "forgive"
    ceiling = number(options.get("unknown_ceiling", availability.UNKNOWN_CEILING), "options.unknown_ceiling", least=0)
    now = None if options.get("now") is None else line.read(options["now"], "options.now")
    hours = None if working is None else working.open_hours(*window)
    found = availability.totals(window, events, works, hours, now=now, forgive=forgive, ceiling=ceiling)
    answer = _figures(found) | {
        "outages": [
            {"from": line.write(first), "to": line.write(last), "seconds": last - first}
            for first, last in found.outages.pairs()
        ],
        "late_planned": list(found.late),
    }
    if now is not None:
        reached = min(max(now, window[0]), window[1])
        if reached > window[0]:
            elapsed = availability.totals((window[0], reached), events, works, hours, forgive=forgive, ceiling=ceiling)
            answer["elapsed"] = {"to": line.write(reached), **_figures(elapsed)}
        ahead = availability.projected(window, events, works, hours, now=now, forgive=forgive, ceiling=ceiling)
        answer["projected"] = _figures(ahead)
    if manner.explain:
        answer["steps"] = [say(words, manner.language) for words in _availability_told(found, line)]
    return answer


def _planned(entry: object, place: str, line: _Line) -> availability.Planned:
    fields = table(entry, place, required=("from", "to"), optional=("approved_at", "note"))
    begin, end = line.read(fields["from"], f"{place}.from"), line.read(fields["to"], f"{place}.to")
    if end < begin:
        raise CaseError(f"{place}.to", Words("lies before from."))
    approved = fields.get("approved_at")
    return availability.Planned(begin, end, None if approved is None else line.read(approved, f"{place}.approved_at"))


def _figures(found: availability.Availability) -> Json:
    # The figure is always printed; above the ceiling of the unknown share it must not be scored.
    return {
        "totals": dict(found.totals),
        "percent": None if found.exact is None else str(half_up(found.exact * 100, 4)),
        "exact": None if found.exact is None else str(found.exact),
        "unknown_share": str(half_up(found.unknown_share, 6)),
        "above_ceiling": found.unknown_share > found.ceiling,
    }


def _availability_told(found: availability.Availability, line: _Line) -> Iterator[Words]:
    yield Words(
        "Up %(up)s s, degraded %(degraded)s s, down %(down)s s, planned %(planned)s s, unknown %(unknown)s s,"
        " not scored %(not_scored)s s.",
        found.totals,
    )
    for index in found.late:
        yield Words("Planned work %(index)s does not count: it was not approved before it began.", {"index": index + 1})
    if found.exact is None:
        yield Words("There is no scored time: no figure.")
        return
    join = Words("with planned work forgiven") if found.forgive else Words("planned work left out")
    shares = {"share": _percent(found.unknown_share), "ceiling": _percent(found.ceiling)}
    yield Words(
        "(up + degraded) / (up + degraded + down), %(join)s: %(percent)s; unknown share %(share)s.",
        {**shares, "join": join, "percent": _percent(found.exact)},
    )
    if found.unknown_share > found.ceiling:
        yield Words("The unknown share is above the ceiling of %(ceiling)s: no score.", shares)


def _percent(share: Fraction) -> str:
    return f"{half_up(share * 100, 4)}%"
