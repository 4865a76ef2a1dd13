from __future__ import annotations

import itertools
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.kernel.strategies import MINUTE, Walker, calendar_data, instants, pauses, working_times
from yunheng.kernel.business_time import BeyondCalendar, Pauses, WorkingTime
from yunheng.kernel.calendars import ServiceCalendar, built_in
from yunheng.kernel.reading import CaseError, epoch

quick = settings(max_examples=20, deadline=None)
targets = st.integers(0, 5000).map(lambda minutes: minutes * MINUTE)


def office() -> WorkingTime:
    return WorkingTime.of(built_in("cn-5x8"), date(2021, 7, 1), date(2022, 6, 30))


def at(text: str) -> int:
    return epoch(datetime.fromisoformat(f"{text}+08:00"))


class TestAlgebra:
    @quick
    @given(working_times(), st.tuples(instants(), instants(), instants()), pauses())
    def test_elapsed_time_adds_up(
        self, working: WorkingTime, three: tuple[int, int, int], stopped: list[tuple[int, int]]
    ) -> None:
        first, second, third = sorted(three)
        still = Pauses.of([stopped])
        whole = working.elapsed(first, third, still)
        assert whole == working.elapsed(first, second, still) + working.elapsed(second, third, still)

    @quick
    @given(working_times(), instants(), targets, pauses())
    def test_due_is_the_first_instant_at_which_the_target_has_elapsed(
        self, working: WorkingTime, start: int, seconds: int, stopped: list[tuple[int, int]]
    ) -> None:
        still = Pauses.of([stopped])
        due = working.due(start, seconds, still)
        assert working.elapsed(start, due, still) == seconds or seconds == 0
        if seconds:
            assert working.elapsed(start, due - 1, still) < seconds

    @quick
    @given(working_times(), instants(), targets)
    def test_a_shift_back_undoes_a_shift_forward(self, working: WorkingTime, start: int, seconds: int) -> None:
        back = working.shift(working.shift(start, seconds), -seconds)
        assert working.elapsed(back, start) == 0

    @quick
    @given(working_times(), instants(), targets)
    def test_a_shift_back_is_the_last_instant_that_leaves_so_much(
        self, working: WorkingTime, start: int, seconds: int
    ) -> None:
        moved = working.shift(start, -seconds)
        if seconds:
            assert working.elapsed(moved, start) == seconds
            assert working.elapsed(moved + 1, start) < seconds

    @quick
    @given(calendar_data(), instants(), instants())
    def test_splitting_a_window_changes_nothing(self, data: dict[str, Any], one: int, other: int) -> None:
        split = {**data, "weekly": {name: _halved(windows) for name, windows in data["weekly"].items()}}
        whole, parts = (
            WorkingTime.of(ServiceCalendar.parse(entry), date(2021, 3, 1), date(2021, 11, 30))
            for entry in (data, split)
        )
        assert whole.elapsed(one, other) == parts.elapsed(one, other)
        assert whole.due(one, 7 * 3600) == parts.due(one, 7 * 3600)

    @quick
    @given(working_times(), instants(), targets, pauses(), st.randoms())
    def test_the_order_of_pauses_does_not_matter(
        self, working: WorkingTime, start: int, seconds: int, stopped: list[tuple[int, int]], chance: Any
    ) -> None:
        mixed = [*stopped]
        chance.shuffle(mixed)
        assert working.due(start, seconds, Pauses.of([stopped])) == working.due(start, seconds, Pauses.of([mixed]))

    @quick
    @given(working_times(), instants(), targets, targets, pauses(), pauses())
    def test_more_target_or_more_pause_is_never_due_earlier(
        self,
        working: WorkingTime,
        start: int,
        seconds: int,
        more: int,
        stopped: list[tuple[int, int]],
        further: list[tuple[int, int]],
    ) -> None:
        due = working.due(start, seconds, Pauses.of([stopped]))
        assert due <= working.due(start, seconds + more, Pauses.of([stopped]))
        assert due <= working.due(start, seconds, Pauses.of([stopped + further]))

    @quick
    @given(instants(), targets)
    def test_around_the_clock_is_wall_time(self, start: int, seconds: int) -> None:
        always = WorkingTime.of(built_in("cn-7x24"), date(2021, 1, 1), date(2021, 1, 2))
        assert always.due(start, seconds) == start + seconds
        assert always.elapsed(start, start + seconds) == seconds
        assert always.shift(start, -seconds) == start - seconds

    @settings(max_examples=10, deadline=None)
    @given(calendar_data(), instants(), st.integers(0, 2000), pauses())
    def test_a_walk_minute_by_minute_agrees(
        self, data: dict[str, Any], start: int, minutes: int, stopped: list[tuple[int, int]]
    ) -> None:
        if data["timezone"] in ("America/New_York", "Australia/Lord_Howe"):
            # Where clocks go back the walker sees a window that ends in the repeated hour open twice.
            data = {**data, "timezone": "Asia/Kathmandu"}
        walker = Walker(data, stopped)
        working = WorkingTime.of(ServiceCalendar.parse(data), date(2021, 3, 1), date(2021, 3, 2))
        end = start + minutes * MINUTE
        assert working.elapsed(start, end, Pauses.of([stopped])) == walker.elapsed(start, end)
        if minutes:
            target = minutes % 300 * MINUTE + MINUTE
            assert working.due(start, target, Pauses.of([stopped])) == walker.due(start, target)


class TestManyRows:
    def test_many_rows_answer_like_each_row_alone(self) -> None:
        chance = np.random.default_rng(7)
        start = at("2021-07-01T00:00") + chance.integers(0, 300 * 86_400, 200)
        seconds = chance.integers(0, 80 * 3600, 200)
        stopped = [
            [(int(begin), int(begin + length))]
            for begin, length in zip(start + 3600, chance.integers(0, 9 * 3600, 200), strict=True)
        ]
        stopped[3], stopped[4] = [], stopped[4] + stopped[5]
        working, still = office(), Pauses.of(stopped)
        due = working.due(start, seconds, still)
        days = working.due_days(start, seconds // 36_000, still)
        spent = working.elapsed(start, due, still)
        back = working.shift(start, -seconds)
        opened = working.first_open(start)
        paused = working.paused(still, 200)
        for row in range(200):
            alone = Pauses.of([stopped[row]])
            first, target = int(start[row]), int(seconds[row])
            assert due[row] == working.due(first, target, alone)
            assert days[row] == working.due_days(first, target // 36_000, alone)
            assert spent[row] == working.elapsed(first, int(due[row]), alone)
            assert back[row] == working.shift(first, -target)
            assert opened[row] == working.first_open(first)
            assert paused[row] == working.paused(alone, 1)[0]

    def test_pauses_may_come_in_any_order_of_rows(self) -> None:
        working = office()
        start = np.array([at("2021-09-13T09:00"), at("2021-09-14T09:00")])
        rows = [(1, "2021-09-14T09:30", "2021-09-14T10:00"), (0, "2021-09-13T09:30", "2021-09-13T09:45")]
        still = Pauses(
            np.array([row for row, _, _ in rows]),
            np.array([at(begin) for _, begin, _ in rows]),
            np.array([at(end) for _, _, end in rows]),
        )
        due = working.due(start, 3600, still)
        assert [working.shown(int(moment)) for moment in due] == ["2021-09-13 10:15", "2021-09-14 10:30"]

    def test_no_rows_give_no_answers(self) -> None:
        working, none = office(), np.zeros(0, np.int64)
        for answer in (
            working.due(none, 3600, Pauses.of([])),
            working.elapsed(none, none, Pauses.of([])),
            working.due_days(none, 2, Pauses.of([])),
            working.shift(none, -5),
            working.first_open(none),
        ):
            assert answer.shape == (0,)

    def test_a_pause_of_a_row_that_does_not_exist_is_refused(self) -> None:
        with pytest.raises(IndexError):
            office().due(at("2021-09-13T09:00"), 60, Pauses.of([[], [(0, 1)]]))

    def test_one_start_and_many_targets_are_refused(self) -> None:
        with pytest.raises(TypeError):
            office().due(at("2021-09-13T09:00"), np.array([60, 120]))

    def test_elapsed_is_negative_when_the_end_lies_before_the_start(self) -> None:
        begin, end = at("2021-09-13T09:00"), at("2021-09-13T16:00")
        still = Pauses.of([[(at("2021-09-13T10:00"), at("2021-09-13T11:00"))]])
        assert office().elapsed(end, begin, still) == -4 * 3600


class TestRange:
    def test_the_range_grows_as_far_as_the_answer_lies(self) -> None:
        working = WorkingTime.of(built_in("cn-5x8"), date(2021, 7, 1), date(2021, 7, 2))
        assert working.shown(working.due(at("2021-07-01T08:30"), 7 * 3600 * 250)) == "2022-06-30 17:30"
        assert len(working.workdays(date(2020, 7, 1), date(2021, 6, 30))) == 250
        assert working.shown(working.shift(at("2021-07-01T08:30"), -7 * 3600 * 250)) == "2020-07-01 08:30"
        assert working.next_workday(date(2021, 7, 1), after=249) == date(2022, 6, 30)
        assert working.previous_workday(date(2022, 6, 30), before=249) == date(2021, 7, 1)
        assert working.shown(working.due_days(at("2021-07-01T08:30"), 249)) == "2022-06-30 08:30"

    def test_a_question_from_before_the_range_is_answered(self) -> None:
        working = WorkingTime.of(built_in("cn-5x8"), date(2022, 1, 1), date(2022, 6, 30))
        assert working.elapsed(at("2021-09-30T16:30"), at("2021-10-08T17:30")) == 8 * 3600

    @pytest.mark.parametrize(
        "ask",
        [
            lambda working: working.due(at("2021-07-01T08:30"), 10**10),
            lambda working: working.shift(at("2021-07-01T08:30"), -(10**10)),
            lambda working: working.due_days(at("2021-07-01T08:30"), 10**6),
            lambda working: working.elapsed(-(2**62), 0),
            lambda working: working.elapsed(0, 2**61),
            lambda working: working.next_workday(date(2199, 12, 31), after=5),
            lambda working: working.workdays(date(1800, 1, 1), date(1800, 1, 2)),
        ],
    )
    def test_beyond_every_calendar_is_said(self, ask: Any) -> None:
        with pytest.raises(BeyondCalendar, match="1901-01-01 to 2199-12-31"):
            ask(office())

    def test_before_the_first_version_nothing_is_known(self) -> None:
        calendar = ServiceCalendar.parse(
            {"versions": [{"from": "2021-07-01", "weekly": {"thu": [["00:00", "24:00"]]}}]}
        )
        working = WorkingTime.of(calendar, date(2020, 1, 1), date(2021, 8, 1))
        assert working.first_open(at("2021-07-01T00:30")) == at("2021-07-01T00:30")
        with pytest.raises(BeyondCalendar, match="2021-07-01"):
            working.first_open(at("2021-06-30T23:59"))
        with pytest.raises(CaseError, match="no version is in force on 2021-06-30"):
            calendar.windows(date(2021, 6, 30))

    def test_a_calendar_of_special_dates_alone_ends_with_them(self) -> None:
        working = WorkingTime.of(
            ServiceCalendar.parse({"weekly": {}, "special": {"2021-09-13": [["09:00", "10:00"]]}}),
            date(2021, 1, 1),
            date(2021, 2, 1),
        )
        assert working.elapsed(at("2021-01-01T00:00"), at("2021-01-05T00:00")) == 0
        assert working.due(at("2021-01-05T00:00"), 3600) == at("2021-09-13T10:00")
        with pytest.raises(BeyondCalendar):
            working.due(at("2021-09-13T09:30"), 3600)
        with pytest.raises(BeyondCalendar):
            working.first_open(at("2021-09-13T10:00"))

    def test_a_version_that_begins_later_is_found_when_the_range_grows(self) -> None:
        data = {
            "weekly": {"mon": [["09:00", "10:00"]]},
            "versions": [{"from": "2021-10-01", "weekly": {"tue": [["09:00", "10:00"]]}}],
        }
        working = WorkingTime.of(ServiceCalendar.parse(data), date(2021, 9, 1), date(2021, 9, 15))
        assert working.shown(working.due(at("2021-09-20T09:00"), 3 * 3600)) == "2021-10-05 10:00"

    def test_a_deadline_before_its_start_is_refused(self) -> None:
        with pytest.raises(CaseError, match="seconds"):
            office().due(at("2021-09-13T09:00"), -1)
        with pytest.raises(CaseError, match="days"):
            office().due_days(at("2021-09-13T09:00"), -1)

    def test_a_pause_that_ends_before_it_begins_is_refused(self) -> None:
        with pytest.raises(CaseError, match=r"pauses\[1\]: ends before it begins"):
            Pauses.of([[(1, 2), (4, 3)]])


class TestDays:
    def test_a_workday_is_a_day_with_working_time(self) -> None:
        working = office()
        assert working.is_workday(date(2021, 9, 18))
        assert not working.is_workday(date(2021, 9, 20))
        assert working.next_workday(date(2021, 10, 1)) == date(2021, 10, 8)
        assert working.next_workday(date(2021, 10, 8)) == date(2021, 10, 8)
        assert working.previous_workday(date(2021, 10, 5)) == date(2021, 9, 30)

    def test_the_hours_of_a_stretch_are_a_set(self) -> None:
        hours = office().open_hours(at("2021-09-13T11:00"), at("2021-09-13T15:00"))
        assert hours.pairs() == [
            (at("2021-09-13T11:00"), at("2021-09-13T12:00")),
            (at("2021-09-13T14:00"), at("2021-09-13T15:00")),
        ]

    def test_years_not_announced_are_provisional(self) -> None:
        working = office()
        assert not working.provisional(at("2026-12-31T12:00"))
        assert working.provisional(at("2027-01-01T12:00"))
        # Only what the law fixes by date is off; the lunar holidays of that year are not known.
        assert not working.is_workday(date(2027, 10, 1))
        assert working.is_workday(date(2027, 10, 4))

    def test_an_instant_needs_its_offset(self) -> None:
        with pytest.raises(ValueError, match="aware"):
            epoch(datetime.fromisoformat("2021-09-13T09:00"))

    def test_instants_are_written_with_the_offset_of_the_place(self) -> None:
        abroad = WorkingTime.of(
            ServiceCalendar.parse({"timezone": "America/St_Johns", "weekly": {"mon": [["09:00", "10:00"]]}}),
            date(2021, 1, 1),
            date(2021, 12, 31),
        )
        winter = int(datetime(2021, 1, 4, 12, tzinfo=UTC).timestamp())
        assert abroad.iso(winter) == "2021-01-04T08:30:00-03:30"
        assert abroad.iso(winter + 181 * 86_400) == "2021-07-04T09:30:00-02:30"
        assert abroad.shown(winter + 5) == "2021-01-04 08:30:05"
        assert office().iso(winter) == "2021-01-04T20:00:00+08:00"

    def test_a_move_leaves_the_changes_of_the_old_zone_behind(self) -> None:
        """Were the old zone's change to winter time kept, it would fall into the time of the new zone."""
        hours = {name: [["09:00", "17:00"]] for name in ("mon", "tue", "wed", "thu", "fri")}
        moved = ServiceCalendar.parse(
            {
                "timezone": "America/New_York",
                "weekly": hours,
                "versions": [{"from": "2021-11-01", "timezone": "Asia/Shanghai"}],
            }
        )
        working = WorkingTime.of(moved, date(2021, 10, 1), date(2021, 12, 1))
        friday = epoch(datetime.fromisoformat("2021-10-29T16:00:00-04:00"))
        assert working.iso(working.due(friday, 2 * 3600)) == "2021-11-01T10:00:00+08:00"
        assert working.iso(working.due(friday, 42 * 3600)) == "2021-11-08T10:00:00+08:00"

    def test_a_calendar_may_move_to_another_zone(self) -> None:
        hours = {name: [["09:00", "17:00"]] for name in ("mon", "tue", "wed", "thu", "fri")}
        moved = ServiceCalendar.parse(
            {
                "timezone": "Asia/Shanghai",
                "weekly": hours,
                "versions": [{"from": "2021-09-14", "timezone": "Europe/London"}],
            }
        )
        working = WorkingTime.of(moved, date(2021, 9, 1), date(2021, 9, 30))
        monday = epoch(datetime(2021, 9, 13, 16, tzinfo=moved.versions[0].zone))
        assert working.iso(working.due(monday, 2 * 3600)) == "2021-09-14T10:00:00+01:00"
        assert working.iso(monday) == "2021-09-13T16:00:00+08:00"


def _halved(windows: list[list[str]]) -> list[list[str]]:
    """Each window cut in two, where it is long enough."""
    cut: list[list[str]] = []
    for begin, end in windows:
        first, last = (int(time[:2]) * 60 + int(time[3:]) for time in (begin, end))
        middle = (first + last) // 2
        marks = (begin, f"{middle // 60:02}:{middle % 60:02}", end)
        cut += [list(pair) for pair in itertools.pairwise(marks)]
    return cut
