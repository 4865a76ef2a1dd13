"""Covered periods: what follows one, and how people call it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

_MONTHS = {"month": 1, "quarter": 3, "halfyear": 6}


def last_day_of_the_following(
    freq: str, period: tuple[date, date], window_from: date, next_workday: Callable[[date], date] | None
) -> date:
    """Last day of the period after ``period``, not clipped. Quarters and half-years count from the window's first
    day, as they do for the period itself. ``next_workday`` gives the first workday after a day; None: every day."""
    first, last = period
    if freq == "workday":
        return next_workday(last) if next_workday else last + timedelta(days=1)
    if freq == "week":
        monday = first - timedelta(days=first.weekday())
        return monday + timedelta(days=13)
    step = _MONTHS[freq]
    origin = window_from.replace(day=1)
    passed = ((first.year - origin.year) * 12 + first.month - origin.month) // step
    return add_months(origin, (passed + 2) * step) - timedelta(days=1)


def add_months(first_of_month: date, months: int) -> date:
    index = first_of_month.year * 12 + first_of_month.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def period_label(freq: str, first: date, last: date) -> str:
    """`2021-W31`, `2021-07`, `2021-07..09`, `2021-09-18`: the middle part of an occurrence's number."""
    match freq:
        case "workday":
            return first.isoformat()
        case "week":
            year, week, _day = first.isocalendar()
            return f"{year}-W{week:02}"
        case "month":
            return f"{first:%Y-%m}"
        case "quarter" | "halfyear":
            return f"{first:%Y-%m}..{last:%m}"
    return ""


def occurrence_number(label: str, freq: str, period: tuple[date, date], sequence: int) -> str:
    """`R16/2021-W31/2`; a row that falls due once in all is `R01/1`."""
    middle = period_label(freq, *period)
    return f"{label}/{middle}/{sequence}" if middle else f"{label}/{sequence}"
