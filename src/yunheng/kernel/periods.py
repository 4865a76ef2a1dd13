"""Stretches of whole local days, both ends included: days, weeks, months and longer periods inside a window."""

from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, order=True)
class Period:
    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError(f"a period cannot end on {self.last}, before it begins on {self.first}")

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def __len__(self) -> int:
        """Days."""
        return (self.last - self.first).days + 1

    def clipped(self, window: "Period") -> "Period | None":
        first, last = max(self.first, window.first), min(self.last, window.last)
        return None if last < first else Period(first, last)

    def days(self) -> Iterator[date]:
        return (self.first + timedelta(days=n) for n in range(len(self)))

    def weeks(self) -> Iterator["Period"]:
        """Monday to Sunday, the first and last clipped."""
        return self._clipped_runs(monday_of(self.first), lambda day: day + timedelta(days=7))

    def months(self) -> Iterator["Period"]:
        """Calendar months, the first and last clipped."""
        return self._clipped_runs(self.first.replace(day=1), lambda day: months_later(day, 1))

    def every_months(self, count: int) -> Iterator["Period"]:
        """Periods of `count` months counted from the first day, the last clipped."""
        begin, index = self.first, 0
        while begin <= self.last:
            index += 1
            after = months_later(self.first, count * index)
            yield Period(begin, min(after - ONE_DAY, self.last))
            begin = after

    def _clipped_runs(self, begin: date, following: Callable[[date], date]) -> Iterator["Period"]:
        while begin <= self.last:
            after = following(begin)
            yield Period(max(begin, self.first), min(after - ONE_DAY, self.last))
            begin = after


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def last_of_month(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def in_month(year: int, month: int, day: int) -> date:
    """That day of the month, or its last day when the month is shorter."""
    return min(last_of_month(year, month), date(year, month, 1) + timedelta(days=day - 1))


def months_later(day: date, months: int) -> date:
    """The same day of the month, or the last one when the month is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return in_month(year, month + 1, day.day)
