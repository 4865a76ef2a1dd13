from __future__ import annotations

from decimal import Decimal

import pytest

from yunheng.contracts.rules.money import cents, fault_of, share_of


@pytest.mark.parametrize(
    ("amount", "fault"),
    [("0", ""), ("12.30", ""), ("12.300", ""), ("-0.01", "negative"), ("0.001", "too_fine"), ("1e14", "too_large"),
     ("NaN", "too_large"), ("Infinity", "too_large")],
)  # fmt: skip
def test_what_can_be_kept(amount: str, fault: str) -> None:
    assert fault_of(Decimal(amount)) == fault


def test_cents_are_exact() -> None:
    assert cents(Decimal("1788700.01")) == 178870001


def test_a_share_is_rounded_half_up_to_the_cent() -> None:
    assert share_of(Decimal("0.05"), Decimal("50")) == Decimal("0.03")
