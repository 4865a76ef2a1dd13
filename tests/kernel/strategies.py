"""Calendars, instants and pauses for property tests, and a walker that answers minute by minute."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from yunheng.kernel.business_time import WorkingTime
from yunheng.kernel.calendars import WEEKDAYS, ServiceCalendar

FIRST, LAST = date(2021, 2, 20), date(2021, 12, 1)
ZONES = ("Asia/Shanghai", "America/New_York", "Australia/Lord_Howe", "UTC", "Asia/Kathmandu")
MINUTE = 60


def instants() -> st.SearchStrategy[int]:
    """Whole minutes of 2021, from March to October, when clocks change."""
    first = int(datetime(2021, 3, 1, tzinfo=UTC).timestamp())
    return st.integers(0, 250 * 1440).map(lambda minutes: first + minutes * MINUTE)


@st.composite
def windows(draw: st.DrawFn) -> list[list[str]]:
    marks = sorted(draw(st.sets(st.integers(0, 48), min_size=2, max_size=6)))
    pairs = zip(marks[::2], marks[1::2], strict=False)
    return [[_half_hour(begin), _half_hour(end)] for begin, end in pairs]


@st.composite
def calendar_data(draw: st.DrawFn) -> dict[str, Any]:
    weekly = {name: draw(windows()) for name in draw(st.sets(st.sampled_from(WEEKDAYS), min_size=1))}
    near = st.dates(date(2021, 3, 1), date(2021, 5, 1))
    return {
        "timezone": draw(st.sampled_from(ZONES)),
        "weekly": weekly,
        "holidays": {"dates": [str(day) for day in draw(st.lists(near, max_size=5))], "yearly": ["10-01"]},
        "workdays": {str(day): draw(st.sampled_from(sorted(weekly))) for day in draw(st.lists(near, max_size=3))},
        "special": {str(day): draw(windows()) for day in draw(st.lists(near, max_size=2))},
    }


def working_times() -> st.SearchStrategy[WorkingTime]:
    # Short on purpose: answers must be right when the range has to grow.
    return calendar_data().map(
        lambda data: WorkingTime.of(ServiceCalendar.parse(data), date(2021, 3, 1), date(2021, 3, 14))
    )


def pauses() -> st.SearchStrategy[list[tuple[int, int]]]:
    return st.lists(
        st.tuples(instants(), st.integers(0, 10 * 1440)).map(lambda p: (p[0], p[0] + p[1] * MINUTE)), max_size=5
    )


class Walker:
    """The same questions answered by looking at the wall clock every minute: slow and plain."""

    def __init__(self, data: dict[str, Any], stopped: list[tuple[int, int]]) -> None:
        self.calendar = ServiceCalendar.parse(data)
        self.zone = ZoneInfo(data["timezone"])
        self.stopped = stopped

    def works(self, minute: int) -> bool:
        wall = datetime.fromtimestamp(minute, UTC).astimezone(self.zone)
        time = wall.hour * 3600 + wall.minute * 60
        inside = any(begin <= time < end for begin, end in self.calendar.windows(wall.date()))
        return inside and not any(begin <= minute < end for begin, end in self.stopped)

    def elapsed(self, start: int, end: int) -> int:
        return sum(MINUTE for minute in range(start, end, MINUTE) if self.works(minute))

    def due(self, start: int, seconds: int) -> int:
        minute = start
        while seconds:
            seconds -= MINUTE if self.works(minute) else 0
            minute += MINUTE
        return minute


def _half_hour(number: int) -> str:
    return f"{number // 2:02}:{number % 2 * 30:02}"
