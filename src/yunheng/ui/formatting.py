"""Instants, days, durations and figures as people read them. Django's date filter is several times slower."""

from __future__ import annotations

from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from django.utils import timezone
from django.utils.translation import gettext as _


def instant_text(at: datetime) -> str:
    """`2021-09-18 16:05` in the reader's zone."""
    return _instant_text(at.timestamp(), timezone.get_current_timezone())


@lru_cache(maxsize=8192)
def _instant_text(seconds: float, zone: tzinfo) -> str:
    return datetime.fromtimestamp(seconds, zone).strftime("%Y-%m-%d %H:%M")


def machine_text(at: datetime) -> str:
    """The `datetime` attribute of `<time>`: UTC, to the second."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def day_text(day: date) -> str:
    """`2021-09-18`; an instant is first moved to the reader's zone."""
    if isinstance(day, datetime):
        day = timezone.localtime(day).date()
    return day.isoformat()


def duration_text(seconds: int) -> str:
    """Working time in hours and minutes, `2 时 15 分`; never days, whose length differs by calendar."""
    minutes = abs(seconds) // 60
    hours, minutes = divmod(minutes, 60)
    if hours and minutes:
        return _("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": minutes}
    if hours:
        return _("%(hours)s h") % {"hours": hours}
    if minutes or not seconds:
        return _("%(minutes)s min") % {"minutes": minutes}
    return _("under 1 min")


def figure_text(value: object) -> str:
    """Numbers with thousands separated; anything else as it is."""
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, int | Decimal):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.2f}"
    if isinstance(value, Fraction):
        return f"{value.numerator:,}/{value.denominator:,}"
    return str(value)
