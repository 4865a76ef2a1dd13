"""Did the service last the year that was promised, suspensions of the vendor's making taken off?"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

_DAY = timedelta(days=1)


def years_later(of: date, years: int = 1) -> date:
    """The same day years later; 29 February becomes 1 March, so that a year is never cut short."""
    try:
        return of.replace(year=of.year + years)
    except ValueError:
        return date(of.year + years, 3, 1)


def wanted_last_day(start: date, years: int = 1) -> date:
    return years_later(start, years) - _DAY


def suspended_days(start: date, end: date, stretches: Iterable[tuple[date, date | None]]) -> int:
    """Days of [start, end] inside stretches [from, resumed); days that two stretches share count once."""
    count, reached = 0, start
    for since, resumed in sorted(stretches, key=lambda stretch: stretch[0]):
        first = max(since, reached)
        after = min(resumed or end + _DAY, end + _DAY)
        if after > first:
            count += (after - first).days
            reached = after
    return count


def is_served(start: date, end: date, suspended: int, years: int = 1) -> bool:
    return end - timedelta(days=suspended) >= wanted_last_day(start, years)
