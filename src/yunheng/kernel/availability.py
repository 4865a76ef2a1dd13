"""Availability of one object over a window: one class per instant, six totals that sum to the window exactly.

Precedence: unmonitored > outside service hours > planned work > unreachable > flapping > raw state. No data is
unknown, never up and never down. Instants are epoch seconds, intervals half-open.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from yunheng.kernel.intervals import Intervals
from yunheng.kernel.reading import CaseError
from yunheng.kernel.words import Words

STATES = ("up", "degraded", "down", "unknown", "unreachable", "flapping", "unmonitored")
TOTALS = ("up", "degraded", "down", "planned", "unknown", "not_scored")
UNKNOWN_CEILING = Fraction(5, 100)
# What a state counts as once nothing stronger covers it; flapping counts as the raw state it hides.
_COUNTS_AS = {
    "up": "up",
    "degraded": "degraded",
    "down": "down",
    "unknown": "unknown",
    "unreachable": "unknown",
    "unmonitored": "unknown",
}

Event = tuple[int, str]  # from this instant on, the object is in this state


@dataclass(frozen=True, slots=True)
class Planned:
    """Planned work [start, end). It counts only when it was approved before it starts."""

    start: int
    end: int
    approved_at: int | None

    @property
    def late(self) -> bool:
        return self.approved_at is None or self.approved_at >= self.start


@dataclass(frozen=True, slots=True, eq=False)
class Availability:
    """`totals` are seconds by TOTALS. `late` are the indices of planned work that did not count."""

    totals: Mapping[str, int]
    in_use: int  # seconds of the window within service hours
    dark: int  # of these, seconds unknown or unmonitored
    outages: Intervals
    late: tuple[int, ...]
    forgive: bool
    ceiling: Fraction

    @property
    def exact(self) -> Fraction | None:
        """(up + degraded) / (up + degraded + down); forgiven planned work joins both. None: nothing to divide."""
        good = self.totals["up"] + self.totals["degraded"] + (self.totals["planned"] if self.forgive else 0)
        whole = good + self.totals["down"]
        return Fraction(good, whole) if whole else None

    @property
    def unknown_share(self) -> Fraction:
        return Fraction(self.dark, self.in_use) if self.in_use else Fraction(0)

    @property
    def scored(self) -> Fraction | None:
        """The availability to be scored: none above the ceiling of the unknown share."""
        return None if self.unknown_share > self.ceiling else self.exact


def totals(
    window: tuple[int, int],
    events: Iterable[Event],
    planned: Sequence[Planned] = (),
    hours: Intervals | None = None,
    *,
    now: int | None = None,
    forgive: bool = False,
    ceiling: Fraction = UNKNOWN_CEILING,
) -> Availability:
    """Figures for the time that has elapsed; what lies after `now` is not scored.

    `events` in any order; of two at one instant the later in the list holds. `hours` None: all hours are service
    hours. Raises CaseError for a window or planned work that ends before it begins.
    """
    start, end = window
    if end <= start:
        raise CaseError("window", Words("ends before it begins."))
    for index, work in enumerate(planned):
        if work.end < work.start:
            raise CaseError(f"planned[{index}]", Words("ends before it begins."))
    elapsed = end if now is None else min(max(now, start), end)
    by_class = _classes(events, start, elapsed)
    whole = Intervals.of([(start, elapsed)])
    served = whole if hours is None else whole & hours
    monitored = served - by_class["unmonitored"]
    approved = Intervals.of([(work.start, work.end) for work in planned if not work.late])
    at_work = monitored & approved
    rest = monitored - at_work
    raw = {name: rest & by_class[name] for name in ("up", "degraded", "down", "unknown")}
    found = {name: raw[name].total for name in raw} | {"planned": at_work.total}
    found["not_scored"] = end - start - sum(found.values())
    return Availability(
        totals={name: found[name] for name in TOTALS},
        in_use=served.total,
        dark=found["unknown"] + served.total - monitored.total,
        outages=raw["down"],
        late=tuple(index for index, work in enumerate(planned) if work.late),
        forgive=forgive,
        ceiling=ceiling,
    )


def projected(
    window: tuple[int, int],
    events: Iterable[Event],
    planned: Sequence[Planned] = (),
    hours: Intervals | None = None,
    *,
    now: int,
    forgive: bool = False,
    ceiling: Fraction = UNKNOWN_CEILING,
) -> Availability:
    """Figures for the whole window if the state of `now` lasts to its end. Never mixed with the elapsed ones."""
    known = [event for event in events if event[0] < now]
    return totals(window, known, planned, hours, forgive=forgive, ceiling=ceiling)


def _classes(events: Iterable[Event], start: int, end: int) -> dict[str, Intervals]:
    """Time by class, clipped to [start, end). Before the first event the object is unmonitored."""
    begins, classes, raw = [start], ["unmonitored"], "unknown"
    for instant, state in sorted(events, key=lambda event: event[0]):
        if state != "flapping":
            raw = _COUNTS_AS[state]
        begins.append(min(max(instant, start), end))
        classes.append("unmonitored" if state == "unmonitored" else raw)
    begin = np.array(begins, np.int64)
    finish = np.append(begin[1:], np.int64(end))
    named = np.array(classes)
    return {
        name: Intervals.union(begin[named == name], finish[named == name])
        for name in ("unmonitored", "up", "degraded", "down", "unknown")
    }
