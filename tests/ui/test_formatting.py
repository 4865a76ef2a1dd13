"""Instants, durations and figures as people read them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from django.utils import timezone, translation

from yunheng.ui import formatting

INSTANT = datetime(2021, 9, 18, 8, 5, tzinfo=UTC)


def test_an_instant_is_written_in_the_readers_zone() -> None:
    assert formatting.instant_text(INSTANT) == "2021-09-18 16:05"
    with timezone.override("UTC"):
        assert formatting.instant_text(INSTANT) == "2021-09-18 08:05"


def test_machines_get_the_instant_in_utc() -> None:
    assert formatting.machine_text(INSTANT) == "2021-09-18T08:05:00Z"


def test_an_instant_just_before_midnight_in_utc_is_the_next_day_in_shanghai() -> None:
    assert formatting.day_text(datetime(2021, 9, 17, 20, tzinfo=UTC)) == "2021-09-18"
    assert formatting.day_text(date(2021, 9, 17)) == "2021-09-17"


@pytest.mark.parametrize(
    ("seconds", "english", "chinese"),
    [
        (8100, "2 h 15 min", "2 时 15 分"),
        (-2400, "40 min", "40 分"),
        (7200, "2 h", "2 时"),
        (59, "under 1 min", "不到 1 分"),
        (0, "0 min", "0 分"),
        (30 * 3600, "30 h", "30 时"),
    ],
)
def test_working_time_is_hours_and_minutes_never_days(seconds: int, english: str, chinese: str) -> None:
    with translation.override("en"):
        assert formatting.duration_text(seconds) == english
    with translation.override("zh-hans"):
        assert formatting.duration_text(seconds) == chinese


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1199, "1,199"),
        (Decimal("1788700.50"), "1,788,700.50"),
        (1234.5, "1,234.50"),
        (Fraction(118, 126), "59/63"),
        ("92.86", "92.86"),
        (True, "True"),
    ],
)
def test_figures_have_their_thousands_separated(value: object, text: str) -> None:
    assert formatting.figure_text(value) == text


def test_the_same_instant_in_two_zones_is_written_twice_not_once() -> None:
    for hours in range(3):
        at = INSTANT + timedelta(hours=hours)
        with timezone.override("UTC"):
            assert formatting.instant_text(at) == f"2021-09-18 {8 + hours:02}:05"
