"""Amounts in yuan: not negative, two decimals, sixteen digits."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

LARGEST = Decimal(10) ** 14
CENT = Decimal("0.01")


def fault_of(amount: Decimal) -> str:
    """ "" when the amount can be kept; else negative, too_fine or too_large."""
    if not amount.is_finite() or abs(amount) >= LARGEST:
        return "too_large"
    if amount < 0:
        return "negative"
    return "" if amount == amount.quantize(CENT) else "too_fine"


def cents(amount: Decimal) -> int:
    return int(amount.scaleb(2))


def share_of(price: Decimal, percent: Decimal) -> Decimal:
    """An instalment given as a share of the price, half up to the cent."""
    return (price * percent / 100).quantize(CENT, ROUND_HALF_UP)
