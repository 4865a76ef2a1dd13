from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from fractions import Fraction

import pytest
from tests.cast import NOW

from yunheng.foundation import access, events, measures, records
from yunheng.foundation.actors import SYSTEM, Actor
from yunheng.foundation.measures import MeasureRequest, MeasureResult


def test_a_record_kind_describes_what_the_actor_may_see_and_an_unknown_kind_nothing() -> None:
    def describe(references: Iterable[str], actor: Actor, at: datetime) -> list[records.Described]:
        return [records.Described(reference, "t", f"/{reference}") for reference in references if reference != "hidden"]

    records.register(records.RecordKind("tests.kind", "Kind", describe))
    assert set(records.describe("tests.kind", ["a", "hidden"], SYSTEM, NOW)) == {"a"}
    assert records.describe("tests.unknown", ["a"], SYSTEM, NOW) == {}
    assert "tests.kind" in records.kinds()


def test_a_measure_is_found_by_its_name_and_a_wrong_name_lists_the_known_ones() -> None:
    def measure(request: MeasureRequest) -> MeasureResult:
        return MeasureResult(measures.MEASURED, Fraction(1), Fraction(2), Fraction(1, 2))

    measures.register("tests.half", measure, label="Half", unit="half")
    assert measures.get("tests.half").function is measure
    with pytest.raises(LookupError, match=r"tests\.half"):
        measures.get("tests.whole")


def test_a_policy_names_viewers_and_nobody_acts_on_what_he_may_not_view() -> None:
    with pytest.raises(ValueError, match="view"):
        access.declare("tests.a", {"open": {"owner_lead"}})
    with pytest.raises(ValueError, match="may not view"):
        access.declare("tests.a", {"view": {"owner_lead"}, "open": {"auditor"}})
    with pytest.raises(LookupError, match="no policy"):
        access.roles_for("tests.nothing", "view")


def test_subscriptions_can_be_listed() -> None:
    assert isinstance(events.subscriptions(), dict)
