"""The occurrences that a reading asks for in a service period."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from yunheng.kernel import recurrence
from yunheng.kernel.business_time import WorkingTime
from yunheng.kernel.periods import Period
from yunheng.plans.rules.periods import last_day_of_the_following, occurrence_number
from yunheng.plans.rules.status import Mark, end_of_grace

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Planned:
    """``sequence`` counts within the period. ``missing_from`` is None unless the row is periodic."""

    number: str
    sequence: int
    period: tuple[date, date]
    marks: tuple[Mark, ...]
    missing_from: datetime | None

    @property
    def first_due(self) -> datetime | None:
        return min((mark.due for mark in self.marks if mark.due is not None), default=None)

    @property
    def due(self) -> datetime | None:
        return max((mark.due for mark in self.marks if mark.due is not None), default=None)


def planned(
    label: str, reading: Mapping[str, Any], working: WorkingTime, window: tuple[date, date], *, place: str = "row"
) -> list[Planned]:
    """In order of period; ``label`` begins their numbers. Raises CaseError for a reading that the kernel refuses."""
    freq = str(reading.get("freq", "")) if reading.get("kind") == "periodic" else ""
    count: Counter[tuple[date, date]] = Counter()
    found = []
    for occurrence in recurrence.occurrences({"recurrence": reading}, working, Period(*window), place=place):
        count[occurrence.period] += 1
        marks = tuple(Mark(mark.name, mark.due) for mark in occurrence.marks)
        found.append(
            Planned(
                number=occurrence_number(label, freq, occurrence.period, count[occurrence.period]),
                sequence=count[occurrence.period],
                period=occurrence.period,
                marks=marks,
                missing_from=_missing_from(freq, reading, occurrence.period, window, marks, working),
            )
        )
    return found


def _missing_from(
    freq: str,
    reading: Mapping[str, Any],
    period: tuple[date, date],
    window: tuple[date, date],
    marks: tuple[Mark, ...],
    working: WorkingTime,
) -> datetime | None:
    if not freq:
        return None
    every_day = reading.get("calendar") == "natural"
    last = last_day_of_the_following(
        freq, period, window[0], None if every_day else lambda day: working.next_workday(day + ONE_DAY)
    )
    zone = working.calendar.zone
    midnight = datetime.combine(last + ONE_DAY, time(), zone)
    # After a long holiday a shifted paper may fall due later than the following period ends.
    return max([midnight, *(end_of_grace(mark.due, zone) for mark in marks if mark.due is not None)])
