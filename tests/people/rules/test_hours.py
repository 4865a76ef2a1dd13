from __future__ import annotations

from typing import Any

import pytest

from yunheng.people.rules import hours


@pytest.mark.parametrize(
    "text",
    [
        "08:30-12:00 14:00-17:30",
        "8:30-12:00, 14:00-17:30",
        "8:30–12:00；14:00 – 17:30",
        "8：30至12：00、14：00～17：30",
    ],
)
def test_windows_are_read_as_people_write_them(text: str) -> None:
    assert hours.windows(text) == [["08:30", "12:00"], ["14:00", "17:30"]]


@pytest.mark.parametrize("text", ["", "  ", "closed", "休"])
def test_a_closed_day_has_no_window(text: str) -> None:
    assert hours.windows(text) == []


@pytest.mark.parametrize("text", ["morning", "8-12", "08:30", "08:30-12:00 x"])
def test_what_is_no_window_is_named(text: str) -> None:
    with pytest.raises(hours.Unreadable) as caught:
        hours.windows(text)
    assert caught.value.wanted == "window"


def test_days_come_back_sorted_and_once() -> None:
    assert hours.days("2021-10-02, 2021-10-01\n2021-10-01") == ["2021-10-01", "2021-10-02"]


def test_a_make_up_day_names_the_weekday_it_takes() -> None:
    assert hours.make_up_days("2021-09-18 fri\n2021-09-26 周二\n2021-10-09") == {
        "2021-09-18": "fri",
        "2021-09-26": "tue",
        "2021-10-09": "mon",
    }


def test_an_unknown_weekday_is_named() -> None:
    with pytest.raises(hours.Unreadable) as caught:
        hours.make_up_days("2021-09-18 funday")
    assert (caught.value.wanted, caught.value.text) == ("weekday", "2021-09-18 funday")


def test_special_days_replace_or_close_a_date() -> None:
    assert hours.special_days("2021-12-31 08:30-12:00\n2022-01-04 closed") == {
        "2021-12-31": [["08:30", "12:00"]],
        "2022-01-04": [],
    }


def test_what_is_shown_reads_back_as_it_was() -> None:
    data: dict[str, Any] = {
        "weekly": {"mon": [["08:30", "12:00"], ["14:00", "24:00"]]},
        "holidays": {"dates": ["2021-10-01"], "yearly": ["01-01"]},
        "workdays": {"2021-09-18": "fri"},
        "special": {"2021-12-31": [], "2022-01-01": [["08:30", "12:00"]]},
    }
    shown = hours.lines_of(data)
    assert hours.windows(shown["mon"]) == data["weekly"]["mon"]
    assert hours.days(shown["dates"]) == ["2021-10-01"]
    assert hours.make_up_days(shown["workdays"]) == data["workdays"]
    assert hours.special_days(shown["special"]) == data["special"]
