"""I03: a year from the anchor, counted by the calendar, suspensions taken off."""

from __future__ import annotations

from datetime import date

import pytest

from yunheng.contracts.rules.service_period import is_served, suspended_days, wanted_last_day

END = date(2022, 6, 30)


@pytest.mark.parametrize(("start", "served"), [(date(2021, 7, 1), True), (date(2021, 7, 15), False)])
def test_the_start_decides(start: date, served: bool) -> None:
    assert is_served(start, END, 0) is served


def test_a_day_of_suspension_is_a_day_too_few() -> None:
    assert not is_served(date(2021, 7, 1), END, 1)
    assert is_served(date(2021, 7, 1), date(2022, 7, 1), 1)


def test_a_year_from_the_last_of_february_is_a_year() -> None:
    assert wanted_last_day(date(2024, 2, 29)) == date(2025, 2, 28)
    assert wanted_last_day(date(2023, 3, 1)) == date(2024, 2, 29)


def test_suspended_days_are_clipped_and_shared_days_count_once() -> None:
    start = date(2021, 7, 1)
    assert suspended_days(start, END, [(date(2021, 6, 1), date(2021, 7, 3))]) == 2
    assert suspended_days(start, END, [(date(2022, 6, 29), None)]) == 2
    assert suspended_days(start, END, [(date(2021, 8, 1), date(2021, 8, 5)), (date(2021, 8, 3), date(2021, 8, 6))]) == 5
    assert suspended_days(start, END, []) == 0
