"""A service calendar laid out once over a range of days: UTC windows with prefix sums, ready for binary search."""

from dataclasses import dataclass

import numpy as np

from yunheng.kernel.calendars import ServiceCalendar
from yunheng.kernel.reading import date_of, day_number
from yunheng.kernel.wall_clock import DAY, Seconds, WallClock


class Short(Exception):
    """The answer lies outside this timetable, before it (`earlier`) or after it: lay out a longer one."""

    def __init__(self, *, earlier: bool) -> None:
        super().__init__(earlier)
        self.earlier = earlier


@dataclass(frozen=True, slots=True, eq=False)
class Timetable:
    """Windows [start[i], end[i]) in epoch seconds, disjoint and in order; worked[i] seconds lie before window i.

    "Working position" below means the working seconds between the beginning of the timetable and an instant.
    """

    first: int  # day number of the first day laid out
    last: int  # day number of the last day laid out, inclusive
    since: int  # epoch second at which the first day begins
    until: int  # epoch second at which the last day ends
    clock: WallClock
    start: Seconds
    end: Seconds
    worked: Seconds  # one longer than start: the last is the total
    day: Seconds  # day number of each window
    workdays: Seconds  # day numbers that have a window

    @classmethod
    def of(cls, calendar: ServiceCalendar, first: int, last: int) -> "Timetable":
        clock = WallClock.of(calendar.zones(), (first - 2) * DAY, (last + 3) * DAY)
        number, opening, closing = _windows(calendar, first, last)
        start = clock.instant(number * DAY + opening)
        end = clock.instant(number * DAY + closing)
        real = end > start  # a window that daylight saving skips whole is never open
        start, end, number = start[real], end[real], number[real]
        since, until = clock.instant(np.array([first * DAY, (last + 1) * DAY], np.int64)).tolist()
        worked = np.concatenate((np.zeros(1, np.int64), np.cumsum(end - start)))
        return cls(first, last, since, until, clock, start, end, worked, number, np.unique(number))

    @property
    def total(self) -> int:
        return int(self.worked[-1])

    def position(self, instant: Seconds) -> Seconds:
        """Working position of each instant."""
        if not len(self.start):
            return np.zeros_like(instant)
        index = np.searchsorted(self.start, instant, side="right") - 1
        inside = np.minimum(instant, self.end[index]) - self.start[index]
        return np.where(index < 0, 0, self.worked[index] + inside)

    def earliest(self, position: Seconds) -> Seconds:
        """First instant at which each position is reached: a closing, never the opening that follows it.

        Position 0 has no such instant unless the timetable opens with one; callers ask for more than 0.
        """
        if position.size and (int(position.max()) > self.total or not len(self.start)):
            raise Short(earlier=False)
        index = np.maximum(np.searchsorted(self.worked, position, side="left") - 1, 0)
        return self.start[index] + (position - self.worked[index])

    def latest(self, position: Seconds) -> Seconds:
        """Last instant at which each position still holds: an opening, never the closing before it."""
        if position.size and int(position.min()) < 0:
            raise Short(earlier=True)
        index = np.searchsorted(self.worked, position, side="right") - 1
        return self.start[index] + (position - self.worked[index])

    def opening(self, instant: Seconds) -> Seconds:
        """The instant itself while a window is open, else the next opening."""
        index = np.searchsorted(self.end, instant, side="right")
        if index.size and int(index.max()) >= len(self.start):
            raise Short(earlier=False)
        return np.maximum(instant, self.start[index])

    def day_at(self, instant: int) -> int:
        """Number of the local day."""
        return (instant + self.clock.offset_at(instant)) // DAY

    def midnight(self, day: int) -> int:
        return int(self.clock.instant(np.array([day * DAY], np.int64))[0])

    def shown(self, instant: int, separator: str = " ", *, seconds: bool = False) -> str:
        """Local date and time; with seconds when asked for or when there are some."""
        number, time = divmod(instant + self.clock.offset_at(instant), DAY)
        text = f"{date_of(number)}{separator}{time // 3600:02}:{time % 3600 // 60:02}"
        return f"{text}:{time % 60:02}" if seconds or time % 60 else text

    def windows_of(self, day: Seconds) -> tuple[Seconds, Seconds]:
        """Index of the first and of the last window of each day (a workday)."""
        return np.searchsorted(self.day, day, side="left"), np.searchsorted(self.day, day, side="right") - 1


def _windows(calendar: ServiceCalendar, first: int, last: int) -> tuple[Seconds, Seconds, Seconds]:
    """Day number, opening and closing (seconds of the day) of every window of these days, in order.

    Most days are like their weekday: those are laid out by array, only the exceptional ones date by date.
    """
    rows: list[Seconds] = [np.zeros((0, 3), np.int64)]
    begins = [day_number(version.first) if version.first else first for version in calendar.versions]
    for version, begin, after in zip(calendar.versions, begins, [*begins[1:], last + 1], strict=True):
        low, high = max(begin, first), min(after - 1, last)
        if high < low:
            continue
        special = {day_number(day) for day in version.exceptions(range(date_of(low).year, date_of(high).year + 1))}
        days = np.arange(low, high + 1)
        regular = days[~np.isin(days, np.fromiter(special, np.int64, len(special)))]
        weekday = (regular + 3) % 7  # 1970-01-01 was a Thursday
        for index, windows in enumerate(version.weekly):
            mine = regular[weekday == index]
            rows += [np.stack(np.broadcast_arrays(mine, *window), axis=1) for window in windows]
        found = [
            (number, *window)
            for number in special
            if low <= number <= high
            for window in version.windows(date_of(number))
        ]
        rows.append(np.array(found, np.int64).reshape(-1, 3))
    table = np.concatenate(rows)
    number, opening, closing = table[np.lexsort((table[:, 1], table[:, 0]))].T
    return number, opening, closing
