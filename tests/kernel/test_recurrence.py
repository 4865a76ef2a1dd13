from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yunheng.kernel.business_time import WorkingTime
from yunheng.kernel.calendars import built_in
from yunheng.kernel.periods import Period, in_month, months_later
from yunheng.kernel.reading import CaseError
from yunheng.kernel.recurrence import Occurrence, Recurrence, Switches, moved_window, occurrences, plan_window

PLAN: dict[str, Any] = json.loads((Path(__file__).parent / "data" / "plan.json").read_text(encoding="utf-8"))
ROWS: dict[str, dict[str, Any]] = {row["row_id"]: row for row in PLAN["rows"]}
YEAR = Period(date(2021, 7, 1), date(2022, 6, 30))


def office() -> WorkingTime:
    return WorkingTime.of(built_in("cn-5x8"), date(2021, 7, 1), date(2022, 8, 31))


def found(row_id: str, switches: Switches | None = None, **changes: Any) -> list[Occurrence]:
    row = {"recurrence": {**ROWS[row_id]["recurrence"], **changes}}
    return occurrences(row, office(), switches=switches)


def dues(row_id: str, switches: Switches | None = None, **changes: Any) -> list[str]:
    working = office()
    return [
        working.shown(int(mark.due.timestamp()))
        for occurrence in found(row_id, switches, **changes)
        for mark in occurrence.marks
    ]


class TestPlan:
    @pytest.mark.parametrize("row_id", ROWS)
    def test_every_row_has_as_many_occurrences_as_agreed(self, row_id: str) -> None:
        assert len(found(row_id)) == (ROWS[row_id]["recurrence"]["expected_count"] or 0)

    def test_the_whole_plan_has_1199(self) -> None:
        working = office()
        assert len(PLAN["rows"]) == 71
        assert sum(len(occurrences(row, working)) for row in PLAN["rows"]) == 1199

    def test_occurrences_are_numbered_through_the_row(self) -> None:
        assert [occurrence.number for occurrence in found("R16")] == list(range(1, 105))

    def test_the_window_of_a_plan_is_the_one_most_rows_carry(self) -> None:
        assert plan_window(PLAN["rows"]) == YEAR
        assert plan_window([{"row_id": "R01"}]) is None


class TestSwitches:
    """Other readings of the same words: the counts they lead to."""

    def test_every_day_read_as_natural_days(self) -> None:
        assert len(found("R18", calendar="natural")) == 365

    def test_a_weekly_report_waived_for_a_week_without_workday(self) -> None:
        assert len(found("R11", quota_rule="min_workdays")) == 52

    def test_a_weekly_report_from_wednesday_to_wednesday(self) -> None:
        marks = [{"name": "提交", "at": "week_day:3", "time": "10:00", "shift": "next_workday"}]
        reports = found("R11", covers="week_to_mark", marks=marks)
        assert len(reports) == 52
        assert reports[0].period == (date(2021, 7, 1), date(2021, 7, 7))
        assert reports[1].period == (date(2021, 7, 7), date(2021, 7, 14))
        assert reports[-1].period == (date(2022, 6, 22), date(2022, 6, 29))

    def test_a_round_read_as_quarterly(self) -> None:
        assert len(found("R17", freq="quarter")) == 4

    def test_before_read_as_exclusive(self) -> None:
        exclusive = Switches(exclusive=True)
        assert dues("R12", exclusive)[0] == "2021-08-04 23:59"
        assert dues("R11", exclusive)[0] == "2021-07-07 09:59:59"
        assert dues("R13", exclusive) == ["2021-12-29 23:59"]
        # The end of a period is not written with 前.
        assert dues("R33", exclusive)[0] == "2021-07-31 23:59"
        assert len(found("R12", exclusive)) == 12

    def test_shifting_to_the_workday_before(self) -> None:
        earlier = Switches(shift="previous_workday")
        assert dues("R12", earlier)[2] == "2021-09-30 23:59"
        assert dues("R33", earlier)[0] == "2021-07-31 23:59"
        assert dues("R12", Switches(shift="none"))[2] == "2021-10-05 23:59"

    def test_august_included(self) -> None:
        marks = [{"name": "提交", "at": "month_end:2022-08", "time": "23:59", "shift": "none"}]
        assert dues("R72", marks=marks) == ["2022-08-31 23:59"]

    def test_twice_a_week_on_agreed_days(self) -> None:
        fixed = dues("R16", weekdays=[2, 5])
        assert len(fixed) == 104
        # The window begins on a Thursday: Tuesday lies before it, so the first workday stands for it.
        assert fixed[:4] == ["2021-07-01 23:59", "2021-07-02 23:59", "2021-07-06 23:59", "2021-07-09 23:59"]
        # 20 and 21 September are off, so Tuesday's round moves to Wednesday.
        assert "2021-09-22 23:59" in fixed
        # In the week of 1 October Friday is off: the last workday of the week stands for it.
        assert "2021-09-30 23:59" in fixed

    def test_agreed_days_in_a_week_without_workday_fall_on_its_end(self) -> None:
        assert "2022-02-06 23:59" in dues("R16", weekdays=[2, 5], quota_rule="none")


class TestAnotherYear:
    def test_dates_in_rows_move_by_whole_years(self) -> None:
        working = office()
        chosen = Period(date(2022, 7, 1), date(2023, 6, 30))
        kickoff = occurrences(ROWS["R01"], working, chosen, years=1)
        assert kickoff[0].period == (date(2022, 7, 1), date(2022, 7, 31))
        summary = occurrences(ROWS["R13"], working, chosen, years=1)
        assert summary[0].period == (date(2022, 7, 1), date(2022, 12, 30))

    def test_a_row_with_its_own_window_keeps_its_place_in_the_year(self) -> None:
        chosen = Period(date(2022, 7, 1), date(2023, 6, 30))
        assert moved_window(YEAR, YEAR, chosen) == chosen
        assert moved_window(None, YEAR, chosen) == chosen
        autumn = Period(date(2021, 8, 1), date(2021, 12, 31))
        assert moved_window(autumn, YEAR, chosen) == Period(date(2022, 8, 1), date(2022, 12, 31))

    def test_29_february_moves_to_the_28th(self) -> None:
        row = {
            "recurrence": {
                "kind": "once",
                "not_before": "2024-02-29",
                "marks": [{"name": "提交", "at": "date:2024-02-29"}],
            }
        }
        moved = occurrences(row, office(), years=1)
        assert moved[0].period == (date(2025, 2, 28), date(2025, 2, 28))


class TestMarks:
    def test_2359_stands_for_the_whole_day(self) -> None:
        mark = found("R33")[0].marks[0]
        midnight = datetime.fromisoformat("2021-08-01T00:00:00+08:00")
        assert mark.whole_day
        assert mark.on_time(midnight - timedelta(microseconds=1))
        assert not mark.on_time(midnight)

    def test_another_time_is_exact(self) -> None:
        mark = found("R11")[0].marks[0]
        assert mark.on_time(datetime.fromisoformat("2021-07-07T10:00:00+08:00"))
        assert not mark.on_time(datetime.fromisoformat("2021-07-07T10:00:01+08:00"))

    def test_a_mark_remembers_the_day_that_was_named(self) -> None:
        assert found("R12")[2].marks[0].named == date(2021, 10, 5)


class TestPeriods:
    @settings(max_examples=60, deadline=None)
    @given(st.dates(date(2019, 1, 1), date(2022, 12, 31)), st.integers(0, 500), st.sampled_from("dwmqh"))
    def test_periods_tile_the_window(self, first: date, length: int, kind: str) -> None:
        window = Period(first, first + timedelta(days=length))
        tilings: dict[str, Callable[[], Iterator[Period]]] = {
            "d": lambda: (Period(day, day) for day in window.days()),
            "w": window.weeks,
            "m": window.months,
            "q": lambda: window.every_months(3),
            "h": lambda: window.every_months(6),
        }
        tiles = list(tilings[kind]())
        assert tiles[0].first == window.first
        assert tiles[-1].last == window.last
        assert all(a.last + timedelta(days=1) == b.first for a, b in pairwise(tiles))
        assert sum(map(len, tiles)) == len(window)

    def test_a_short_month_ends_early(self) -> None:
        assert in_month(2022, 2, 30) == date(2022, 2, 28)
        assert months_later(date(2021, 10, 31), 1) == date(2021, 11, 30)
        assert months_later(date(2021, 1, 31), -2) == date(2020, 11, 30)

    def test_a_period_knows_its_days(self) -> None:
        assert date(2021, 7, 1) in YEAR
        assert date(2022, 7, 1) not in YEAR
        assert len(YEAR) == 365
        assert YEAR.clipped(Period(date(2022, 6, 1), date(2022, 7, 31))) == Period(date(2022, 6, 1), date(2022, 6, 30))
        assert YEAR.clipped(Period(date(2023, 6, 1), date(2023, 7, 31))) is None
        with pytest.raises(ValueError, match="before it begins"):
            Period(date(2021, 7, 2), date(2021, 7, 1))


MARK = {"name": "完成", "at": "period_end"}


@pytest.mark.parametrize(
    ("recurrence", "complaint"),
    [
        ({"kind": "sometimes", "marks": [MARK]}, "recurrence.kind: sometimes is not one of periodic"),
        ({"kind": "periodic", "marks": [MARK]}, "recurrence.freq: is missing."),
        ({"kind": "periodic", "freq": "week", "marks": []}, "recurrence.marks: every row has at least one due mark."),
        ({"kind": "periodic", "freq": "week", "marks": [MARK], "pause": 1}, "recurrence.pause: is not a known field."),
        ({"kind": "periodic", "freq": "week", "marks": [MARK], "per_period": 0}, "recurrence.per_period: 0 is less"),
        (
            {"kind": "periodic", "freq": "week", "marks": [MARK], "weekdays": [8]},
            "recurrence.weekdays[0]: ISO weekdays",
        ),
        (
            {"kind": "periodic", "freq": "week", "marks": [{"name": "x", "at": "noon"}]},
            "recurrence.marks[0].at: noon is",
        ),
        (
            {"kind": "once", "marks": [{"name": "x", "at": "date:2021-13-01"}]},
            "recurrence.marks[0].at: date:2021-13-01 do",
        ),
        (
            {"kind": "once", "marks": [{"name": "x", "at": "next_week:9"}]},
            "recurrence.marks[0].at: next_week:9 does not",
        ),
        ({"kind": "once", "marks": [{"name": "x", "at": "next_month:0"}]}, "recurrence.marks[0].at: next_month:0 does"),
        ({"kind": "once", "marks": [{"name": "x", "at": "window_end:3"}]}, "recurrence.marks[0].at: window_end:3 does"),
        (
            {"kind": "once", "marks": [{**MARK, "time": "24:00"}]},
            "recurrence.marks[0].time: 24:00 is not a time of day.",
        ),
        (
            {"kind": "once", "marks": [{**MARK, "shift": "later"}]},
            "recurrence.marks[0].shift: later is not one of none",
        ),
        ({"kind": "once", "marks": [MARK], "window": ["2021-07-01"]}, "recurrence.window: expected a pair"),
        (
            {"kind": "once", "marks": [MARK], "window": ["2021-07-01", "2021-06-30"]},
            "recurrence.window: ends on 2021-06-30",
        ),
    ],
)
def test_a_schedule_that_cannot_be_read_says_where_and_why(recurrence: dict[str, Any], complaint: str) -> None:
    with pytest.raises(CaseError) as caught:
        Recurrence.parse(recurrence)
    assert str(caught.value).startswith(complaint)


@pytest.mark.parametrize(
    ("recurrence", "complaint"),
    [
        ({"kind": "periodic", "freq": "week", "marks": [MARK]}, "row.recurrence.window: is missing."),
        ({"kind": "once", "marks": [MARK]}, "row.recurrence.marks: a single occurrence needs a date, not period_end."),
        (
            {
                "kind": "within_period",
                "window": ["2021-07-01", "2022-06-30"],
                "marks": [{"name": "x", "at": "event"}],
            },
            "row.recurrence.marks: a mark at an event belongs to a row on demand.",
        ),
    ],
)
def test_a_schedule_that_has_no_answer_says_why(recurrence: dict[str, Any], complaint: str) -> None:
    with pytest.raises(CaseError) as caught:
        occurrences({"recurrence": recurrence}, office())
    assert str(caught.value).startswith(complaint)


def test_a_row_without_recurrence_is_refused() -> None:
    with pytest.raises(CaseError, match=r"row\.recurrence: is missing"):
        occurrences({}, office())
