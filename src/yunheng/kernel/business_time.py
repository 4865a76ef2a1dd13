"""Working time: how much of it lies between two instants, and when a given amount of it is used up.

Everything is interval arithmetic on a timetable (windows with prefix sums) and is written for many rows at once;
one row is the case n = 1. Instants are int64 epoch seconds, durations are working seconds. The decisions behind
the edges (closing, gaps, pauses, days) are in docs/domains/kernel.md.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

import numpy as np

from yunheng.kernel.calendars import ServiceCalendar
from yunheng.kernel.explanation import Step, explained
from yunheng.kernel.intervals import Intervals
from yunheng.kernel.reading import CaseError, date_of, day_number
from yunheng.kernel.timetable import Short, Timetable
from yunheng.kernel.wall_clock import DAY, Seconds
from yunheng.kernel.words import Words

EARLIEST = day_number(date(1901, 1, 1))
LATEST = day_number(date(2199, 12, 31))

Rows = TypeVar("Rows", int, Seconds)  # one row or many: the answer has the shape of the first argument
Given = int | Seconds


class BeyondCalendar(CaseError):
    """An instant asked about, or the answer, lies where no calendar can be laid out."""


@dataclass(frozen=True, slots=True, eq=False)
class Pauses:
    """Stretches in which a clock stands still, ragged: pause i stops the clock of row `owner[i]` in [start, end).

    Any order; overlapping pauses count once; time outside working hours is not counted again.
    """

    owner: Seconds
    start: Seconds
    end: Seconds

    def __post_init__(self) -> None:
        backwards = np.flatnonzero(self.end < self.start)
        if len(backwards):
            raise CaseError(f"pauses[{backwards[0]}]", Words("ends before it begins."))

    @classmethod
    def of(cls, rows: Iterable[Sequence[tuple[int, int]]]) -> "Pauses":
        """One list of (from, to) per row."""
        flat = [(row, begin, end) for row, pauses in enumerate(rows) for begin, end in pauses]
        owner, start, end = np.array(flat, np.int64).reshape(-1, 3).T
        return cls(owner, start, end)

    def in_order(self) -> "Pauses":
        """By row and beginning; the same object when it already is."""
        step = np.diff(self.owner)
        if np.all((step > 0) | ((step == 0) & (np.diff(self.start) >= 0))):
            return self
        order = np.lexsort((self.start, self.owner))
        return Pauses(self.owner[order], self.start[order], self.end[order])


class WorkingTime:
    """A calendar resolved over a range of dates. The range grows by itself when a question leads out of it."""

    __slots__ = ("_timetable", "calendar")

    def __init__(self, calendar: ServiceCalendar, timetable: Timetable) -> None:
        self.calendar = calendar
        self._timetable = timetable

    @classmethod
    def of(cls, calendar: ServiceCalendar, first: date, last: date) -> "WorkingTime":
        lowest, highest = _limits(calendar)
        begin = min(max(day_number(first), lowest), highest)
        return cls(calendar, Timetable.of(calendar, begin, min(max(day_number(last), begin), highest)))

    # ------------------------------------------------------------------ seconds

    def elapsed(self, start: Rows, end: Given, pauses: Pauses | None = None) -> Rows:
        """Working seconds in [start, end) outside pauses; negative when end lies before start."""
        begin, finish = _rows(start, end)

        def answer(table: Timetable) -> Seconds:
            low, high = table.position(begin), table.position(finish)
            if pauses is None:
                return high - low
            _, stopped, owner = _stopped(table, pauses, np.minimum(low, high), np.maximum(low, high))
            net: Seconds = high - low - np.sign(high - low) * _sums(owner, stopped, len(low))
            return net

        return _shaped(self._answer(answer, begin, finish, pauses), start)

    def due(self, start: Rows, seconds: Given, pauses: Pauses | None = None) -> Rows:
        """First instant at which `seconds` of working time outside pauses have passed since start.

        A target used up exactly at closing is due at closing. A target of 0 is due when the clock could start.
        """
        begin, target = _rows(start, seconds)
        _refuse_negative(target, "seconds")

        def answer(table: Timetable) -> Seconds:
            low = table.position(begin)
            goal = low + target
            if pauses is not None:
                goal = goal + _extension(table, pauses, low, target)
            due = table.earliest(goal)
            idle = target == 0
            if idle.any():
                due[idle] = table.opening(begin[idle])
            return due

        return _shaped(self._answer(answer, begin, None, pauses), start)

    def shift(self, start: Rows, seconds: Given) -> Rows:
        """Forward like `due`; backward (negative seconds) to the last instant that leaves so much working time.

        A backward shift used up exactly at an opening is that opening.
        """
        begin, step = _rows(start, seconds)
        back = step < 0

        def answer(table: Timetable) -> Seconds:
            moved = np.empty_like(begin)
            position = table.position(begin) + step
            moved[back] = table.latest(position[back])
            ahead = step > 0
            moved[ahead] = table.earliest(position[ahead])
            still = step == 0
            moved[still] = table.opening(begin[still])
            return moved

        return _shaped(self._answer(answer, begin, None, None), start)

    def first_open(self, start: Rows) -> Rows:
        """The instant itself in working time, else the next opening: where a clock starts."""
        begin, _ = _rows(start, 0)
        return _shaped(self._answer(lambda table: table.opening(begin), begin, None, None), start)

    def paused(self, pauses: Pauses, rows: int) -> Seconds:
        """Working seconds inside the pauses of each of `rows` rows; an overlap counts once."""

        def answer(table: Timetable) -> Seconds:
            whole = np.zeros(rows, np.int64)
            _, stopped, owner = _stopped(table, pauses, whole, whole + table.total)
            return _sums(owner, stopped, rows)

        return self._answer(answer, None, None, pauses)

    # ------------------------------------------------------------------ days

    def due_days(
        self, start: Rows, days: Given, pauses: Pauses | None = None, *, end_of_working_day: bool = False
    ) -> Rows:
        """`days` working days after the clock starts, at the same wall time; then the paused working seconds.

        The clock starts at `first_open`. Where the target day is not open at that time, it is due at the closing
        before, or, when the day opens later, at its opening.
        """
        begin, count = _rows(start, days)
        _refuse_negative(count, "days")

        def answer(table: Timetable) -> Seconds:
            opened = table.opening(begin)
            today = table.day[np.searchsorted(table.start, opened, side="right") - 1]
            rank = np.searchsorted(table.workdays, today) + count
            if rank.size and int(rank.max()) >= len(table.workdays):
                raise Short(earlier=False)
            target = table.workdays[rank]
            first, last = table.windows_of(target)
            if end_of_working_day:
                base = table.end[last]
            else:
                time_of_day = table.clock.local(opened) - today * DAY
                wall = table.clock.instant(target * DAY + time_of_day)
                window = np.searchsorted(table.start, wall, side="right") - 1
                base = np.where(window < first, table.start[first], np.minimum(wall, table.end[np.maximum(window, 0)]))
            if pauses is None:
                return base
            low, high = table.position(begin), table.position(base)
            extra = _extension(table, pauses, low, high - low)
            late = extra > 0
            base[late] = table.earliest((high + extra)[late])
            return base

        return _shaped(self._answer(answer, begin, None, pauses), start)

    def is_workday(self, day: date) -> bool:
        """A day with at least one window."""
        return bool(self.calendar.windows(day))

    def workdays(self, first: date, last: date) -> list[date]:
        """Workdays from first to last, both inclusive."""
        table = self._covering_days(day_number(first), day_number(last))
        low, high = np.searchsorted(table.workdays, (day_number(first), day_number(last) + 1))
        return [date_of(number) for number in table.workdays[low:high].tolist()]

    def next_workday(self, day: date, after: int = 0) -> date:
        """The day itself when it is a workday, else the next one; `after` counts workdays further on."""
        return self._workday(day, after, ahead=True)

    def previous_workday(self, day: date, before: int = 0) -> date:
        """The day itself when it is a workday, else the one before; `before` counts workdays further back."""
        return self._workday(day, before, ahead=False)

    def instant_of(self, day: date, seconds: int = 0) -> int:
        """Epoch second at which the wall reaches so many seconds of the day."""
        number = day_number(day)
        table = self._covering_days(number, number)
        return int(table.clock.instant(np.array([number * DAY + seconds], np.int64))[0])

    def provisional(self, instant: int) -> bool:
        """True when the instant lies in a year whose holidays are not announced yet."""
        return self.calendar.provisional(self.local_date(instant))

    def open_hours(self, first: int, last: int) -> Intervals:
        """The working time within [first, last), as a set."""
        table = self._covering(first, max(first, last - 1))
        return Intervals.union(table.start, table.end) & Intervals.of([(first, last)])

    # ------------------------------------------------------------------ words

    def local_date(self, instant: int) -> date:
        return date_of(self._covering(instant, instant).day_at(instant))

    def shown(self, instant: int) -> str:
        """`2021-10-08 17:30` on the wall of the calendar's zone."""
        return self._covering(instant, instant).shown(instant)

    def iso(self, instant: int) -> str:
        """ISO 8601 with the offset of the calendar's zone at that instant."""
        table = self._covering(instant, instant)
        east = table.clock.offset_at(instant)
        hours, minutes = divmod(abs(east) // 60, 60)
        return f"{table.shown(instant, 'T', seconds=True)}{'-' if east < 0 else '+'}{hours:02}:{minutes:02}"

    def explain_due(self, start: int, seconds: int, pauses: Pauses | None = None) -> list[Step]:
        """The steps from start to the deadline, in words."""
        due = self.due(start, seconds, pauses)
        return explained(self._covering(start, due), self.calendar, start, due, _pairs(pauses))

    def explain_due_days(
        self, start: int, days: int, pauses: Pauses | None = None, *, end_of_working_day: bool = False
    ) -> list[Step]:
        due = self.due_days(start, days, pauses, end_of_working_day=end_of_working_day)
        return explained(self._covering(start, due), self.calendar, start, due, _pairs(pauses), "days", days)

    def explain_elapsed(self, start: int, end: int, pauses: Pauses | None = None) -> list[Step]:
        """What each day between start and end gave."""
        if self.first_open(start) >= end:
            arguments = {"start": self.shown(start), "end": self.shown(end)}
            return [Step(Words("No working time from %(start)s to %(end)s.", arguments), end, 0)]
        return explained(self._covering(start, end), self.calendar, start, end, _pairs(pauses), "elapsed")

    # ------------------------------------------------------------------ the range

    def _answer(
        self,
        compute: Callable[[Timetable], Seconds],
        first: Seconds | None,
        second: Seconds | None,
        pauses: Pauses | None,
    ) -> Seconds:
        given = [array for array in (first, second) if array is not None and array.size]
        if pauses is not None and pauses.owner.size:
            given += [pauses.start, pauses.end]
        if not given:
            return compute(self._timetable)
        table = self._covering(min(int(a.min()) for a in given), max(int(a.max()) for a in given))
        while True:
            try:
                return compute(table)
            except Short as short:
                table = self._longer(table, earlier=short.earlier)

    def _covering(self, first: int, last: int) -> Timetable:
        """A timetable that holds both epoch seconds."""
        table = self._timetable
        if table.since <= first and last < table.until:
            return table
        lowest, highest = _limits(self.calendar)
        begin, end = first // DAY - 1, last // DAY + 1
        if begin >= lowest - 2 and end <= highest + 2:
            table = self._laid_out(max(begin, lowest), min(end, highest))
            if table.since <= first and last < table.until:
                return table
        raise _beyond(lowest, highest)

    def _covering_days(self, first: int, last: int) -> Timetable:
        lowest, highest = _limits(self.calendar)
        if first < lowest or last > highest:
            raise _beyond(lowest, highest)
        return self._laid_out(first, last)

    def _laid_out(self, first: int, last: int) -> Timetable:
        table = self._timetable
        if first < table.first or last > table.last:
            table = Timetable.of(self.calendar, min(first, table.first), max(last, table.last))
            self._timetable = table
        return table

    def _longer(self, table: Timetable, *, earlier: bool) -> Timetable:
        """Twice as long, in the direction in which the answer lies."""
        lowest, highest = _limits(self.calendar)
        more = max(table.last - table.first, 366)
        first = max(table.first - more, lowest) if earlier else table.first
        last = table.last if earlier else min(table.last + more, highest)
        if (first, last) == (table.first, table.last):
            raise _beyond(lowest, highest)
        return self._laid_out(first, last)

    def _workday(self, day: date, further: int, *, ahead: bool) -> date:
        number = day_number(day)
        table = self._covering_days(number, number)
        while True:
            if ahead:
                index = int(np.searchsorted(table.workdays, number, side="left")) + further
            else:
                index = int(np.searchsorted(table.workdays, number, side="right")) - 1 - further
            if 0 <= index < len(table.workdays):
                return date_of(int(table.workdays[index]))
            table = self._longer(table, earlier=not ahead)


def _rows(first: Given, second: Given) -> tuple[Seconds, Seconds]:
    if np.ndim(first) == 0 and np.ndim(second) > 0:
        raise TypeError("the first argument decides the shape: give one start per row")
    one, other = np.broadcast_arrays(np.asarray(first, np.int64).reshape(-1), np.asarray(second, np.int64))
    return one, other


def _shaped(answer: Seconds, like: Rows) -> Rows:
    if isinstance(like, np.ndarray):
        return answer
    return int(answer[0])


def _stopped(table: Timetable, pauses: Pauses, low: Seconds, high: Seconds) -> tuple[Seconds, Seconds, Seconds]:
    """Pauses in working time: where each begins after `low`, how long it stops beyond those before it, its row.

    Rows are laid end to end on one axis, so that one running maximum removes the overlaps of all of them.
    """
    pauses = pauses.in_order()
    owner = pauses.owner
    if owner.size and (owner[0] < 0 or owner[-1] >= len(low)):
        raise IndexError("a pause names a row that does not exist")
    floor, ceiling = low[owner], high[owner]
    begin = np.clip(table.position(pauses.start), floor, ceiling)
    end = np.clip(table.position(pauses.end), floor, ceiling)
    axis = owner * (table.total + 1)
    reached = np.maximum.accumulate(end + axis) - axis
    begin[1:] = np.maximum(begin[1:], np.where(owner[1:] == owner[:-1], reached[:-1], begin[1:]))
    return begin - floor, np.maximum(end - begin, 0), owner


def _extension(table: Timetable, pauses: Pauses, low: Seconds, target: Seconds) -> Seconds:
    """Working seconds by which pauses put off a target: of all pauses that begin before it is used up."""
    at, stopped, owner = _stopped(table, pauses, low, np.full_like(low, table.total))
    before = np.cumsum(stopped) - stopped
    new = np.ones(len(owner), bool)
    new[1:] = owner[1:] != owner[:-1]
    first_of_row = np.maximum.accumulate(np.where(new, np.arange(len(owner)), 0))
    used = at - (before - before[first_of_row])
    return _sums(owner, np.where(used < target[owner], stopped, 0), len(low))


def _sums(owner: Seconds, seconds: Seconds, rows: int) -> Seconds:
    # bincount adds in float64, exact far beyond any sum of seconds (2**53).
    return np.bincount(owner, weights=seconds, minlength=rows).astype(np.int64)


def _pairs(pauses: Pauses | None) -> list[tuple[int, int]]:
    """The pauses of a single row."""
    return [] if pauses is None else list(zip(pauses.start.tolist(), pauses.end.tolist(), strict=True))


def _refuse_negative(values: Seconds, name: str) -> None:
    if values.size and int(values.min()) < 0:
        raise CaseError(name, Words("a deadline cannot lie before its start: %(value)s.", {"value": int(values.min())}))


def _limits(calendar: ServiceCalendar) -> tuple[int, int]:
    return max(EARLIEST, EARLIEST if calendar.first is None else day_number(calendar.first)), LATEST


def _beyond(lowest: int, highest: int) -> BeyondCalendar:
    return BeyondCalendar(
        "",
        Words(
            "the answer or an instant lies beyond the calendar, which reaches from %(first)s to %(last)s.",
            {"first": date_of(lowest), "last": date_of(highest)},
        ),
        Words("Check the year of the instant, the target, and the first version of the calendar."),
    )
