"""The four clocks by cases that a contract manager can read, and by their boundaries."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from yunheng.kernel.business_time import WorkingTime
from yunheng.kernel.calendars import built_in
from yunheng.servicedesk.rules import clocks
from yunheng.servicedesk.rules.clocks import CalendarKey
from yunheng.servicedesk.rules.projection import Entry, Fact, Log, project

ZONE = ZoneInfo("Asia/Shanghai")
CASES = [
    tuple(part.strip() for part in line.split("|"))
    for line in (Path(__file__).parent / "cases.txt").read_text(encoding="utf-8").splitlines()
    if line.strip() and not line.startswith("#")
]


def calendars(key: CalendarKey) -> WorkingTime:
    return WorkingTime.of(built_in(key[0]), date(2021, 7, 1), date(2022, 6, 30))


def epoch(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZONE).timestamp())


def wall(at: int) -> str:
    return datetime.fromtimestamp(at, ZONE).strftime("%Y-%m-%d %H:%M")


def start(reported: str, **targets: dict[str, object]) -> Entry:
    return Entry(1, "start", epoch(reported), value={"level": 3, "clocks": targets})


@pytest.mark.parametrize("case", CASES, ids=[f"{case[0]} {case[1]} {case[2]}" for case in CASES])
def test_the_deadline_is_the_one_of_the_case(case: tuple[str, ...]) -> None:
    reported, calendar, amount, paused, due = case
    number, unit = amount.split()
    target: dict[str, object] = {"calendar": calendar}
    target |= {"seconds": int(number) * 3600} if unit == "h" else {"days": int(number)}
    entries = [start(reported, repair=target)]
    for index, text in enumerate(part for part in paused.split(",") if part.strip()):
        party, span = text.strip().split(" ", 1)
        begin, end = (epoch(moment.strip()) for moment in span.split(">"))
        entries += [
            Entry(10 + index, "pause", begin, party=party),
            Entry(20 + index, "resume", end),
        ]
    if "," in paused:  # two stretches that overlap end one after the other
        entries = [entries[0], *_overlapping(paused)]
    [row] = project([Log([Fact(1, "reported", epoch(reported))], entries)], calendars)
    assert wall(row.due["repair"]) == due


def _overlapping(paused: str) -> list[Entry]:
    """Put on hold twice; both go on at the later of the two ends."""
    spans = [text.strip().split(" ", 1)[1].split(">") for text in paused.split(",")]
    begins = [epoch(span[0].strip()) for span in spans]
    ends = [epoch(span[1].strip()) for span in spans]
    return [
        *(Entry(10 + index, "pause", begin, party="owner") for index, begin in enumerate(begins)),
        Entry(20, "resume", max(ends)),
    ]


def test_a_breach_is_strictly_after_the_deadline() -> None:
    due = np.array([1000, 1000, 1000, 1000, clocks.NONE], np.int64)
    stopped = np.array([1000, 1001, clocks.NONE, clocks.NONE, 5], np.int64)
    breached = np.full(5, clocks.NONE, np.int64)
    assert clocks.outcomes(due, stopped, breached, 1000).tolist() == [
        clocks.IN_TIME,
        clocks.LATE,
        clocks.RUNNING,
        clocks.RUNNING,
        clocks.NO_TARGET,
    ]
    assert clocks.outcomes(due, stopped, breached, 1001)[2] == clocks.OVERDUE


def test_a_recorded_breach_stays_a_breach_when_the_deadline_moves() -> None:
    due, stopped = np.array([5000], np.int64), np.array([2000], np.int64)
    assert clocks.outcomes(due, stopped, np.array([1000], np.int64), 9000).tolist() == [clocks.LATE]


def test_many_clocks_give_what_each_gives_alone() -> None:
    settings = [
        clocks.Setting(
            epoch("2021-09-27 09:00") + 977 * index, clocks.Target(("cn-5x8", "built-in"), seconds=index * 600)
        )
        for index in range(1, 40)
    ]
    settings += [
        clocks.Setting(
            one.start, clocks.Target(("cn-5x8", "built-in"), days=index % 5), [(one.start, one.start + 7200)]
        )
        for index, one in enumerate(settings)
    ]
    together = clocks.deadlines(settings, calendars)
    assert together == [clocks.deadlines([one], calendars)[0] for one in settings]


def test_closing_time_is_outside_the_hours() -> None:
    moments = np.array([epoch("2021-09-27 12:00"), epoch("2021-09-27 11:59"), epoch("2021-10-01 10:00")], np.int64)
    assert clocks.outside_hours(calendars(("cn-5x8", "")), moments).tolist() == [True, False, True]
