"""A service calendar laid out once over a range of days: UTC windows with prefix sums, ready for binary search."""

from dataclasses import dataclass

import numpy as np

from yunheng.kernel.calendars import ServiceCalendar
from yunheng.kernel.reading import date_of
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
        rows = [
            (number, opening, closing)
            for number in range(first, last + 1)
            for opening, closing in calendar.windows(date_of(number))
        ]
        number, opening, closing = np.array(rows, np.int64).reshape(-1, 3).T
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
