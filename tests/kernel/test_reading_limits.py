"""Numbers that are legal JSON and still no numbers anybody weighs."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from yunheng.kernel.reading import CaseError, number


@pytest.mark.parametrize("value", ["1e99999999", Decimal("1E+99999999"), "1e-400", "9" * 300])
def test_a_number_beyond_all_measure_is_refused_at_once(value: object) -> None:
    with pytest.raises(CaseError):
        number(value, "values.I04.numerator")


@pytest.mark.parametrize("value", ["0", "1788700.00", "1/12", Decimal("0.004"), "1e6"])
def test_ordinary_numbers_are_read_without_loss(value: str | Decimal) -> None:
    assert number(value, "x") == Fraction(value)
