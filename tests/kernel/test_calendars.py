from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from yunheng.kernel import holidays
from yunheng.kernel.calendars import ServiceCalendar, built_in
from yunheng.kernel.reading import CaseError

MONDAY = {"mon": [["08:30", "12:00"]]}

# Off days and make-up workdays as announced, written down independently of the data files.
ANNOUNCED = {
    2021: (
        "1.1-1.3 2.11-2.17 4.3-4.5 5.1-5.5 6.12-6.14 9.19-9.21 10.1-10.7",
        "2.7 2.20 4.25 5.8 9.18 9.26 10.9",
    ),
    2022: (
        "1.1-1.3 1.31-2.6 4.3-4.5 4.30-5.4 6.3-6.5 9.10-9.12 10.1-10.7 12.31-12.31",
        "1.29 1.30 4.2 4.24 5.7 10.8 10.9",
    ),
    2023: (
        "1.1-1.2 1.21-1.27 4.5-4.5 4.29-5.3 6.22-6.24 9.29-10.6 12.30-12.31",
        "1.28 1.29 4.23 5.6 6.25 10.7 10.8",
    ),
    2024: (
        "1.1-1.1 2.10-2.17 4.4-4.6 5.1-5.5 6.8-6.10 9.15-9.17 10.1-10.7",
        "2.4 2.18 4.7 4.28 5.11 9.14 9.29 10.12",
    ),
    2025: ("1.1-1.1 1.28-2.4 4.4-4.6 5.1-5.5 5.31-6.2 10.1-10.8", "1.26 2.8 4.27 9.28 10.11"),
    2026: ("1.1-1.3 2.15-2.23 4.4-4.6 5.1-5.5 6.19-6.21 9.25-9.27 10.1-10.7", "1.4 2.14 2.28 5.9 9.20 10.10"),
}


def days(text: str, year: int) -> set[date]:
    found: set[date] = set()
    for part in text.split():
        first, _, last = part.partition("-")
        begin, end = (date(year, *map(int, edge.split("."))) for edge in (first, last or first))
        found |= {date.fromordinal(number) for number in range(begin.toordinal(), end.toordinal() + 1)}
    return found


class TestHolidays:
    @pytest.mark.parametrize("year", sorted(ANNOUNCED))
    def test_the_data_say_what_was_announced(self, year: int) -> None:
        off, workdays = (days(text, year) for text in ANNOUNCED[year])
        found = holidays.national(year)
        # Weekends are off by rule: whether a list names them does not matter.
        assert {day for day in found.off if day.weekday() < 5} == {day for day in off if day.weekday() < 5}
        assert set(found.workdays) == workdays

    @pytest.mark.parametrize("year", range(2007, 2027))
    def test_every_year_is_sound(self, year: int) -> None:
        found = holidays.national(year)
        assert not found.provisional
        assert "State Council" in found.source
        assert all(day.year == year for day in (*found.off, *found.workdays))
        assert all(day.weekday() >= 5 for day in found.workdays)
        assert not set(found.off) & set(found.workdays)

    def test_a_year_without_notice_is_provisional(self) -> None:
        assert holidays.provisional(2027)
        assert holidays.provisional(2006)
        assert not holidays.provisional(2026)
        assert built_in("cn-5x8").provisional(date(2027, 3, 1))
        assert not built_in("cn-7x24").provisional(date(2027, 3, 1))


class TestVersions:
    def test_a_version_keeps_what_it_does_not_name(self) -> None:
        calendar = ServiceCalendar.parse(
            {
                "weekly": MONDAY,
                "holidays": {"dates": ["2022-02-07"]},
                "versions": [{"from": "2022-01-01", "weekly": {"mon": [["09:00", "10:00"]]}}],
            }
        )
        assert calendar.windows(date(2021, 12, 27)) == ((30_600, 43_200),)
        assert calendar.windows(date(2022, 1, 3)) == ((32_400, 36_000),)
        assert calendar.windows(date(2022, 2, 7)) == ()
        assert calendar.first is None

    def test_a_local_day_off_is_stronger_than_a_national_make_up_day(self) -> None:
        data = {"weekly": {"mon": [["09:00", "12:00"]]}, "holidays": {"national": "cn", "dates": ["2021-09-18"]}}
        calendar = ServiceCalendar.parse(data)
        assert calendar.windows(date(2021, 9, 18)) == ()
        assert calendar.windows(date(2021, 9, 26)) == ((32_400, 43_200),)

    def test_a_day_says_why_it_is_as_it_is(self) -> None:
        version = built_in("cn-5x8").versions[0]
        told = {
            str(version.described(day))
            for day in (date(2021, 9, 17), date(2021, 9, 18), date(2021, 9, 20), date(2021, 9, 25))
        }
        assert told == {"working day", "make-up workday", "Mid-Autumn Festival", "weekly day off"}
        own = ServiceCalendar.parse(
            {
                "weekly": MONDAY,
                "holidays": {"yearly": ["02-29"]},
                "special": {"2021-09-13": [], "2021-09-20": [["09:00", "10:00:30"]]},
            }
        ).versions[0]
        assert str(own.described(date(2021, 9, 13))) == "closed by a special date"
        assert str(own.described(date(2021, 9, 20))) == "special hours"
        assert str(own.described(date(2024, 2, 29))) == "day off"


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (5, "calendar: expected an object, found a number."),
        (None, "calendar: expected an object, found nothing."),
        ("cn-9x9", "calendar: cn-9x9 is not one of cn-5x8, cn-7x24."),
        ({}, "calendar.weekly: has no working time at all: nothing would ever be due."),
        ({"weakly": {}}, "calendar.weakly: is not a known field. Known here: holidays, special, timezone, versions,"),
        ({"weekly": {"monday": []}}, "calendar.weekly.monday: is not a known field."),
        ({"weekly": {"mon": "08:30"}}, "calendar.weekly.mon: expected a list, found a text."),
        ({"weekly": {"mon": [["08:30"]]}}, "calendar.weekly.mon[0]: expected a pair [from, to], found 1 items."),
        ({"weekly": {"mon": [["8:30", "12:00"]]}}, "calendar.weekly.mon[0][0]: 8:30 is not a time of day."),
        ({"weekly": {"mon": [["08:30", "24:01"]]}}, "calendar.weekly.mon[0][1]: 24:01 is not a time of day."),
        ({"weekly": {"mon": [[830, "24:00"]]}}, "calendar.weekly.mon[0][0]: expected a text, found a number."),
        (
            {"weekly": MONDAY, "holidays": {"dates": ["2021-2-3"]}},
            "calendar.holidays.dates[0]: 2021-2-3 is not a date.",
        ),
        ({"weekly": MONDAY, "holidays": {"yearly": ["13-01"]}}, "calendar.holidays.yearly[0]: 13-01 is not a day of"),
        (
            {"weekly": MONDAY, "holidays": {"yearly": ["1-1"]}},
            "calendar.holidays.yearly[0]: 1-1 is not a day of the year.",
        ),
        ({"weekly": MONDAY, "holidays": {"national": "fr"}}, "calendar.holidays.national: fr is not one of cn."),
        ({"weekly": MONDAY, "workdays": {"2021-09-18": 5}}, "calendar.workdays.2021-09-18: 5 is not one of mon"),
        ({"weekly": MONDAY, "workdays": {"18.9.": "mon"}}, "calendar.workdays.18.9.: 18.9. is not a date."),
        ({"weekly": MONDAY, "timezone": "Mars"}, "calendar.timezone: Mars is not a known time zone."),
        ({"weekly": MONDAY, "timezone": "../etc"}, "calendar.timezone: ../etc is not a known time zone."),
        ({"weekly": MONDAY, "versions": [{"weekly": {}}]}, "calendar.versions[0].from: is missing."),
        ({"versions": [{"from": "2021-01-01", "weekly": {}}]}, "calendar.weekly: has no working time at all from 2021"),
    ],
)
def test_a_calendar_that_cannot_be_used_says_where_and_why(data: Any, complaint: str) -> None:
    with pytest.raises(CaseError) as caught:
        ServiceCalendar.parse(data)
    assert str(caught.value).startswith(complaint)
