"""Rounding, once and at the end: half up (四舍五入), away from zero for negatives."""

from decimal import Decimal
from fractions import Fraction


def half_up(value: Fraction, places: int = 2) -> Decimal:
    """An exact number as printed: 89.995 → Decimal('90.00')."""
    scaled = abs(value) * 10**places
    units = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Decimal(units if value >= 0 else -units).scaleb(-places)


def plain(value: Fraction) -> str:
    """For sentences: a whole number, or a decimal of at most four places without trailing zeros."""
    if value.denominator == 1:
        return str(value.numerator)
    return str(half_up(value, 4)).rstrip("0").rstrip(".")
