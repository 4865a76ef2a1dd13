"""Public holidays and make-up workdays as the State Council announced them, one data file per year.

A year without a file is provisional: weekends, and the statutory days whose date the law fixes. What the lunar
calendar and the yearly notice will add is not known yet and is never guessed.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files

FIXED_BY_LAW = (
    (1, 1, "New Year"),
    (5, 1, "Labour Day"),
    (10, 1, "National Day"),
    (10, 2, "National Day"),
    (10, 3, "National Day"),
)


@dataclass(frozen=True, slots=True)
class HolidayYear:
    """`off` and `workdays` (make-up days, 调休上班) by date with the name of the holiday, an English msgid."""

    year: int
    off: Mapping[date, str]
    workdays: Mapping[date, str]
    source: str
    provisional: bool


@cache
def national(year: int) -> HolidayYear:
    entry = files("yunheng.kernel").joinpath(f"data/holidays/cn-{year}.json")
    if not entry.is_file():
        return HolidayYear(
            year,
            off={date(year, month, day): name for month, day, name in FIXED_BY_LAW},
            workdays={},
            source="not announced; weekends and the statutory days of fixed date",
            provisional=True,
        )
    data = json.loads(entry.read_text(encoding="utf-8"))
    off: dict[date, str] = {}
    for run in data["off"]:
        day, last = date.fromisoformat(run["from"]), date.fromisoformat(run["to"])
        while day <= last:
            off[day] = run["name"]
            day += timedelta(days=1)
    workdays = {date.fromisoformat(entry["date"]): entry["for"] for entry in data["workdays"]}
    return HolidayYear(year, off, workdays, source=data["source"], provisional=False)


def provisional(year: int) -> bool:
    """True while the notice for the year is not part of the data."""
    return national(year).provisional
