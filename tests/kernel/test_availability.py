from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yunheng.kernel.availability import STATES, TOTALS, Event, Planned, projected, totals
from yunheng.kernel.business_time import WorkingTime
from yunheng.kernel.calendars import built_in
from yunheng.kernel.intervals import Intervals
from yunheng.kernel.reading import CaseError, epoch

quick = settings(max_examples=40, deadline=None)
events = st.lists(
    st.tuples(st.integers(-50, 350), st.sampled_from(STATES)), max_size=8, unique_by=lambda event: event[0]
)
works = st.lists(
    st.builds(
        lambda begin, length, approved: Planned(begin, begin + length, approved),
        st.integers(-20, 320),
        st.integers(0, 60),
        st.none() | st.integers(-50, 320),
    ),
    max_size=3,
)
hours = st.none() | st.lists(
    st.tuples(st.integers(0, 300), st.integers(0, 90)).map(lambda p: (p[0], p[0] + p[1])), max_size=4
).map(Intervals.of)
WINDOW = (0, 300)


@quick
@given(events, works, hours, st.none() | st.integers(-10, 310))
def test_six_totals_sum_to_the_window(
    timeline: list[Event], planned: list[Planned], served: Intervals | None, now: int | None
) -> None:
    found = totals(WINDOW, timeline, planned, served, now=now)
    assert tuple(found.totals) == TOTALS
    assert sum(found.totals.values()) == 300
    assert min(found.totals.values()) >= 0
    assert found.outages.total == found.totals["down"]
    assert 0 <= found.unknown_share <= 1


@quick
@given(events, works, hours, st.randoms())
def test_the_order_of_events_and_works_does_not_matter(
    timeline: list[Event], planned: list[Planned], served: Intervals | None, chance: Any
) -> None:
    mixed, works_mixed = [*timeline], [*planned]
    chance.shuffle(mixed)
    chance.shuffle(works_mixed)
    assert totals(WINDOW, timeline, planned, served).totals == totals(WINDOW, mixed, works_mixed, served).totals


@quick
@given(events, works, hours, st.integers(1, 299))
def test_a_window_cut_in_two_has_the_same_totals(
    timeline: list[Event], planned: list[Planned], served: Intervals | None, cut: int
) -> None:
    whole = totals(WINDOW, timeline, planned, served).totals
    parts = [totals(window, timeline, planned, served).totals for window in ((0, cut), (cut, 300))]
    assert whole == {name: parts[0][name] + parts[1][name] for name in TOTALS}


@quick
@given(events, works, hours)
def test_a_walk_second_by_second_agrees(
    timeline: list[Event], planned: list[Planned], served: Intervals | None
) -> None:
    count = dict.fromkeys(TOTALS, 0)
    for second in range(300):
        count[_class_at(second, timeline, planned, served)] += 1
    assert totals(WINDOW, timeline, planned, served).totals == count


def _class_at(second: int, timeline: list[Event], planned: list[Planned], served: Intervals | None) -> str:
    state, raw = "unmonitored", "unknown"
    for at, name in sorted(timeline):
        if at <= second:
            state = name
            if name != "flapping":
                raw = name if name in ("up", "degraded", "down") else "unknown"
    if state == "unmonitored":
        return "not_scored"
    if served is not None and not any(begin <= second < end for begin, end in served.pairs()):
        return "not_scored"
    if any(work.start <= second < work.end and not work.late for work in planned):
        return "planned"
    return raw


def test_elapsed_and_projected_figures_are_apart() -> None:
    timeline = [(0, "up"), (100, "down"), (250, "up")]
    ahead = projected(WINDOW, timeline, now=200)
    assert totals(WINDOW, timeline, now=200).totals["down"] == 100
    # What is recorded for after now is not known yet: the state of now goes on.
    assert ahead.totals["down"] == 200
    assert ahead.exact == Fraction(1, 3)


def test_service_hours_come_from_a_calendar() -> None:
    working = WorkingTime.of(built_in("cn-5x8"), date(2021, 9, 1), date(2021, 10, 31))
    first, last = (epoch(datetime.fromisoformat(f"{day}T00:00:00+08:00")) for day in ("2021-09-30", "2021-10-09"))
    found = totals((first, last), [(0, "up")], hours=working.open_hours(first, last))
    assert found.totals["up"] == found.in_use == 14 * 3600


def test_late_planned_work_is_named() -> None:
    found = totals(WINDOW, [(0, "up")], [Planned(10, 20, 5), Planned(30, 40, 30), Planned(50, 60, None)])
    assert found.late == (1, 2)


def test_the_ceiling_of_the_unknown_share_can_be_set() -> None:
    timeline = [(0, "up"), (270, "unknown")]
    assert totals(WINDOW, timeline).scored is None
    assert totals(WINDOW, timeline, ceiling=Fraction(1, 10)).scored == 1


def test_nothing_in_use_has_no_unknown_share() -> None:
    assert totals(WINDOW, [], hours=Intervals.of([])).unknown_share == 0


def test_windows_and_works_that_end_before_they_begin_are_refused() -> None:
    with pytest.raises(CaseError, match="window"):
        totals((5, 5), [])
    with pytest.raises(CaseError, match=r"planned\[0\]"):
        totals(WINDOW, [], [Planned(9, 8, None)])
