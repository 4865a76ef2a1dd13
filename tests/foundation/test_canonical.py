from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yunheng.foundation.canonical import canonical_json

zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
instants = st.datetimes(min_value=datetime(1902, 1, 1), max_value=datetime(2298, 1, 1), timezones=zones)  # noqa: DTZ001
texts = st.text(st.characters(codec="utf-8"))
plain = st.recursive(
    st.none() | st.booleans() | st.integers() | texts,
    lambda inner: st.lists(inner) | st.dictionaries(texts, inner),
)


@given(plain)
def test_plain_values_survive_the_way_there_and_back(value: Any) -> None:
    assert json.loads(canonical_json(value)) == value


@given(plain)
def test_the_text_of_the_text_is_the_same_text(value: Any) -> None:
    once = canonical_json(value)
    assert canonical_json(json.loads(once)) == once


@given(st.dictionaries(texts, st.integers()))
def test_the_order_of_keys_does_not_matter(value: dict[str, int]) -> None:
    assert canonical_json(value) == canonical_json(dict(reversed(value.items())))


@given(instants, zones)
def test_an_instant_has_one_text_in_every_zone(instant: datetime, zone: timezone) -> None:
    assert canonical_json(instant) == canonical_json(instant.astimezone(zone))
    said = json.loads(canonical_json(instant))
    assert said.endswith("Z")
    assert datetime.fromisoformat(said) == instant


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6))
def test_a_decimal_keeps_its_digits_and_has_no_exponent(value: Decimal) -> None:
    said = json.loads(canonical_json(value))
    assert "e" not in said.lower()
    assert Decimal(said) == value


@given(st.fractions())
def test_a_fraction_is_exact(value: Fraction) -> None:
    assert Fraction(json.loads(canonical_json(value))) == value


@given(st.sets(texts))
def test_a_set_is_a_sorted_list(value: set[str]) -> None:
    assert json.loads(canonical_json(value)) == sorted(value)


class Kind(StrEnum):
    A = "a"


def test_values_have_the_texts_that_the_chain_was_written_with() -> None:
    value = {
        "b": Decimal("178.870"),
        "a": datetime(2021, 7, 1, 0, 30, tzinfo=timezone(timedelta(hours=8))),
        "micro": datetime(2021, 7, 1, 0, 0, 0, 5, tzinfo=UTC),
        "day": date(2021, 7, 1),
        "kind": Kind.A,
        "share": Fraction(118, 126),
        "whole": Fraction(4, 2),
        "word": "打印机",
    }
    assert canonical_json(value).decode() == (
        '{"a":"2021-06-30T16:30:00Z","b":"178.870","day":"2021-07-01","kind":"a",'
        '"micro":"2021-07-01T00:00:00.000005Z","share":"59/63","whole":"2","word":"打印机"}'
    )


@pytest.mark.parametrize("value", [1.5, datetime(2021, 7, 1), object(), b"x", {"a": [0.1]}])  # noqa: DTZ001
def test_what_has_no_agreed_text_is_refused(value: Any) -> None:
    with pytest.raises(TypeError):
        canonical_json(value)
