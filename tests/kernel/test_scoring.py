from __future__ import annotations

import copy
import json
from datetime import date
from decimal import Decimal
from fractions import Fraction
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yunheng.kernel.indicator_values import maintained, years_later
from yunheng.kernel.reading import CaseError
from yunheng.kernel.rounding import half_up
from yunheng.kernel.schemes import BUILT_IN
from yunheng.kernel.scoring import MEASURED, MISSING, NOT_APPLICABLE, Scheme, score

quick = settings(max_examples=20, deadline=None)
SEED = Scheme.parse("seed12")
GOOD: dict[str, Any] = {
    "I01": {"value": True},
    "I02": {"numerator": 4, "denominator": 4},
    "I03": {"start": "2021-07-01", "end": "2022-06-30"},
    "I04": {"numerator": 118, "denominator": 126},
    "I05": {"numerator": 124, "denominator": 126},
    "I06": {"numerator": 117, "denominator": 126},
    "I07": {"budget": "178.87", "price": "171.00"},
    "I08": {"value": 0, "nil_return": True},
    "I09": {"value": "0.992"},
    "I10": {"value": "0.961"},
    "I11": {"value": 1},
    "I12": {"numerator": 46, "denominator": 50},
    "B01": {"executed": "165.00", "budget": "178.87"},
}
WEIGHTS = ("points100", "equal", "cz2020", "level2")


def frame() -> dict[str, Any]:
    """The built-in frame as a person would edit it."""
    path = files("yunheng.kernel").joinpath("data", BUILT_IN["cz2020-frame"])
    data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return data


class TestTotals:
    def test_points_are_rounded_row_by_row_and_add_up(self) -> None:
        verdict = score(SEED, "points100", {}, GOOD)
        assert verdict.total == Decimal("91.96")
        assert sum(row.points for row in verdict.indicators if row.points is not None) == verdict.total
        # Rounded only at the end it would be a hundredth more.
        shares = (row.exact * row.weight / 100 for row in verdict.indicators if row.exact and row.weight)
        unrounded = sum(shares, Fraction(0))
        assert half_up(unrounded) == Decimal("91.97")

    def test_points_are_the_default(self) -> None:
        assert score(SEED, None, {}, GOOD).weight_set == "points100"

    def test_points_that_do_not_apply_scale_the_total(self) -> None:
        values = {**GOOD, "I11": {"state": NOT_APPLICABLE, "reason": "不直接面向用户"}}
        verdict = score(SEED, "points100", {}, values)
        assert verdict["I11"].weight is None
        assert verdict["I04"].weight == 10
        assert verdict.exact_total == Fraction("91.96") * 100 / 95
        assert verdict.total == Decimal("96.80")

    def test_weights_that_do_not_apply_are_scaled_up(self) -> None:
        values = {**GOOD, "I11": {"state": NOT_APPLICABLE, "reason": "不直接面向用户"}}
        verdict = score(SEED, "equal", {}, values)
        assert verdict.weights == dict.fromkeys([id_ for id_ in GOOD if id_ not in ("I11", "B01")], Fraction(1, 11))
        # The order does not matter: what is left out counts as little as if it had never been there.
        assert verdict.exact_total == sum(verdict[id_].exact or 0 for id_ in verdict.weights) / 11

    def test_without_an_applicable_indicator_there_is_no_total(self) -> None:
        values = {id_: {"state": NOT_APPLICABLE, "reason": "-"} for id_ in GOOD}
        for weights in WEIGHTS:
            verdict = score(SEED, weights, {}, values)
            assert (verdict.total, verdict.grade, verdict.blocking) == (None, None, ())

    def test_what_is_missing_blocks_the_total(self) -> None:
        verdict = score(SEED, "equal", {}, {**GOOD, "I05": None, "I12": {"state": MISSING}})
        assert verdict.blocking == ("I05", "I12")
        assert (verdict.total, verdict.grade, verdict.exact_total) == (None, None, None)
        assert score(SEED, "equal", {}, {}).blocking == tuple(GOOD)[:12]

    def test_a_weight_of_nothing_does_not_block(self) -> None:
        weights = {"I04": 100, "I05": 0}
        verdict = score(SEED, weights, {}, {"I04": GOOD["I04"]})
        assert (verdict.total, verdict.blocking) == (Decimal("98.58"), ())

    def test_a_value_without_weight_is_shown_and_not_weighed(self) -> None:
        verdict = score(SEED, {"I04": 1}, {}, GOOD)
        assert verdict["B01"].exact is not None
        assert verdict.weights == {"I04": 1}

    def test_own_weights_may_be_whole_points(self) -> None:
        weights = {"points": True, "rows": {"I04": 60, "I05": 40}}
        verdict = score(SEED, weights, {}, GOOD)
        assert verdict.total == Decimal("59.15") + Decimal("39.37")

    @pytest.mark.parametrize(
        ("total", "four", "five"),
        [
            ("89.995", "优", "优"),
            ("89.5", "良", "良"),
            ("75", "中", "中"),
            ("69.99", "中", "低"),
            ("59.99", "差", "差"),
        ],
    )
    def test_the_grade_comes_from_the_rounded_total(self, total: str, four: str, five: str) -> None:
        exact = half_up(Fraction(total))
        assert SEED.bands("four").grade(Fraction(exact)) == four
        assert SEED.bands("five").grade(Fraction(exact)) == five
        data = frame()
        data["weights"] = {"one": {"name": "one", "rows": {"F07": 1}}}
        verdict = score(Scheme.parse(data), "one", {}, {"F07": {"value": str(Fraction(total) / 100)}}, bands="five")
        assert (verdict.total, verdict.grade) == (exact, five)

    @quick
    @given(st.integers(0, 60), st.integers(1, 60), st.sampled_from(WEIGHTS))
    def test_more_resolved_faults_never_cost_anything(self, resolved: int, faults: int, weights: str) -> None:
        low, high = sorted((min(resolved, faults), min(resolved + 1, faults)))
        totals = [
            score(SEED, weights, {}, {**GOOD, "I04": {"numerator": top, "denominator": faults}}).exact_total
            for top in (low, high)
        ]
        assert totals[0] is not None
        assert totals[1] is not None
        assert 0 <= totals[0] <= totals[1] <= 100

    @quick
    @given(st.permutations(sorted(GOOD)), st.sampled_from(WEIGHTS))
    def test_the_order_of_values_does_not_matter(self, order: list[str], weights: str) -> None:
        assert score(SEED, weights, {}, {id_: GOOD[id_] for id_ in order}).total == score(SEED, weights, {}, GOOD).total


class TestRounding:
    @pytest.mark.parametrize(
        ("value", "printed"),
        [("89.995", "90.00"), ("0.005", "0.01"), ("0.0049999", "0.00"), ("-0.005", "-0.01"), ("2/3", "0.67")],
    )
    def test_ties_go_away_from_zero(self, value: str, printed: str) -> None:
        assert str(half_up(Fraction(value))) == printed

    def test_places_can_be_chosen(self) -> None:
        assert str(half_up(Fraction("92.856"), 0)) == "93"
        assert str(half_up(Fraction(1, 3), 4)) == "0.3333"


class TestSchemes:
    def test_the_twelve_indicators_carry_their_groups(self) -> None:
        assert [(row.level1, row.level2) for row in SEED.indicators.values()][:7] == [
            ("产出", "产出数量"),
            ("产出", "产出数量"),
            ("产出", "产出数量"),
            ("产出", "产出质量"),
            ("产出", "产出时效"),
            ("产出", "产出时效"),
            ("效益", "经济效益"),
        ]
        assert SEED.options_of("I07", SEED.options({"I07.gap_mode": "step_ceil"})) == {"gap_mode": "step_ceil"}

    def test_applicability_says_yes_or_no_with_a_reason_everywhere(self) -> None:
        assert set(SEED.applicability) == set(SEED.indicators)
        applying: dict[str, set[str]] = {kind: set() for kind in SEED.contract_kinds}
        for id_, row in SEED.applicability.items():
            assert set(row) == set(SEED.contract_kinds)
            assert all(cell.reason for cell in row.values())
            for kind, cell in row.items():
                if cell.applies:
                    applying[kind].add(id_)
        twelve = set(SEED.indicators)
        assert applying["operations"] == twelve
        assert applying["software"] == twelve - {"I09"}
        assert applying["cloud"] == {"I07", "I08", "B01"}
        assert applying["supervision"] == applying["planning"] == {"I07", "B01"}

    def test_the_official_frame_works_like_any_scheme(self) -> None:
        scheme = Scheme.parse(frame())
        levels = {"level": "met", "score": 90}
        values: dict[str, Any] = {id_: levels for id_, row in scheme.indicators.items() if row.formula == "levels"}
        values |= {id_: {"numerator": 9, "denominator": 10} for id_ in ("F07", "F08", "F12", "F13", "F14")}
        values |= {"F15": {"budget": 100, "price": 98}, "F17": {"satisfied": 8, "respondents": 10}}
        verdict = score(scheme, None, {}, values)
        assert len(scheme.indicators) == 17
        assert verdict["F17"].printed == Decimal("88.89")
        assert verdict["F15"].printed == Decimal("100.00")
        assert verdict.grade == "优"

    def test_satisfaction_of_the_frame_has_a_pass_mark_and_a_full_mark(self) -> None:
        def printed(satisfied: int) -> str:
            values = {"F17": {"satisfied": satisfied, "respondents": 100}}
            return str(score(Scheme.parse("cz2020-frame"), {"F17": 1}, {}, values).total)

        assert [printed(n) for n in (59, 60, 89, 90, 100)] == ["0.00", "66.67", "98.89", "100.00", "100.00"]

    def test_a_target_that_must_not_be_exceeded(self) -> None:
        data = frame()
        data["indicators"][11] |= {"formula": "inverse_ratio", "target": "4"}
        scheme = Scheme.parse(data)
        assert str(score(scheme, {"F12": 1}, {}, {"F12": {"value": 5}}).total) == "80.00"
        assert str(score(scheme, {"F12": 1}, {}, {"F12": {"value": 3}}).total) == "100.00"

    def test_a_scheme_without_weights_asks_for_them(self) -> None:
        scheme = Scheme.parse({**frame(), "weights": {}})
        with pytest.raises(CaseError, match="no weights of its own"):
            scheme.weights()

    def test_bands_may_be_given_outright(self) -> None:
        bands = [{"grade": "合格", "least": 60}, {"grade": "不合格", "least": 0}]
        assert score(SEED, "equal", {}, GOOD, bands=bands).grade == "合格"
        data = frame()
        del data["bands"]["four"]["default"]
        assert Scheme.parse(data).bands().id == "four"

    def test_a_scheme_file_that_cannot_be_used_says_where(self) -> None:
        def complaint(change: Any) -> str:
            data = copy.deepcopy(frame())
            change(data)
            with pytest.raises(CaseError) as caught:
                Scheme.parse(data)
            return str(caught.value)

        assert "indicators[1].id: F01 stands here twice" in complaint(lambda d: d["indicators"][1].update(id="F01"))
        assert "at least one indicator" in complaint(lambda d: d.update(indicators=[]))
        assert "at least one set of grade bands" in complaint(lambda d: d.update(bands={}))
        assert "weights.proposal: the weights sum to 101, not to 100" in complaint(
            lambda d: d["weights"]["proposal"]["rows"].update(F01=4)
        )
        assert "rows.F99" not in complaint(lambda d: d["weights"]["proposal"]["rows"].update(F99=4))
        assert "bands go from the best grade down" in complaint(lambda d: d["bands"]["four"]["bands"].reverse())
        assert "the lowest band begins at 0" in complaint(lambda d: d["bands"]["four"]["bands"].pop())
        assert "indicators[6].target: is missing" in complaint(lambda d: d["indicators"][6].pop("target"))
        assert "a ratio cannot have the target 0" in complaint(lambda d: d["indicators"][6].update(target=0))
        assert "fields: names the numerator" in complaint(lambda d: d["indicators"][6].update(fields=["one"]))
        assert "is not one of ratio" in complaint(lambda d: d["indicators"][6].update(formula="guess"))
        assert "options.gap_mode.default: sometimes is not one of" in complaint(
            lambda d: d["indicators"][14]["options"]["gap_mode"].update(default="sometimes")
        )
        assert "is not one of seed12, cz2020-frame" in _complaint(lambda: Scheme.parse("seed13"))


class TestValues:
    @pytest.mark.parametrize(
        ("values", "complaint"),
        [
            ({"I99": {}}, "values.I99: is not an indicator of seed12."),
            ({"I04": {}}, "values.I04: gives no value. Give one of: value, numerator, denominator."),
            ({"I04": 5}, "values.I04: expected an object, found a number."),
            ({"I04": {"numerator": 5}}, "values.I04.denominator: is missing."),
            ({"I04": {"numerator": 127, "denominator": 126}}, "values.I04.numerator: 127 is more than the whole, 126."),
            ({"I04": {"numerator": -1, "denominator": 126}}, "values.I04.numerator: -1 is less than 0."),
            ({"I04": {"numerator": "many", "denominator": 126}}, "values.I04.numerator: many is not a number."),
            ({"I04": {"numerator": True, "denominator": 1}}, "values.I04.numerator: expected a number, found true or"),
            ({"I04": {"value": 92}}, "values.I04.value: 92 is more than 1, the whole. Write 92 % as 0.92."),
            ({"I04": {"state": "fine"}}, "values.I04.state: fine is not one of measured, vacuous"),
            ({"I04": {"state": "not_applicable"}}, "values.I04.reason: is missing. Say why, in words."),
            (
                {"I04": {"numerator": 0, "denominator": 0, "nil_return": "yes"}},
                "values.I04.nil_return: expected true or",
            ),
            ({"F01": {"level": "met", "score": 79}}, "values.F01: is not an indicator of seed12."),
            ({"I08": {"value": 0, "nil_return": [1]}}, "values.I08.nil_return: expected true or false, found a list."),
            ({"I12": {"state": "vacuous"}}, "values.I12.state: I12 can never be vacuous."),
            ({"I12": {"value": 1, "target": 0}}, "values.I12.target: a ratio cannot have the target 0."),
            ({"I01": {"required": 3}}, "values.I01.qualified: is missing."),
            ({"I01": {"required": [3, 3], "qualified": [3]}}, "values.I01.qualified: has not as many numbers"),
            ({"I01": {"required": 3, "qualified": -3}}, "values.I01.qualified: -3 is less than 0."),
            ({"I01": {"required": "three"}}, "values.I01.required: expected a list, found a text."),
            ({"I02": {"systems": [{}]}}, "values.I02.systems[0].name: is missing."),
            ({"I02": {"systems": [{"name": "甲", "maintained": True}]}}, "values.I02.systems[0].reason: is missing."),
            (
                {"I02": {"systems": [{"name": "甲", "rows": {"R": "5"}}]}},
                "values.I02.systems[0].rows.R: 5 is not written",
            ),
            (
                {"I02": {"systems": [{"name": "甲", "rows": {"R": "6/5"}}]}},
                "values.I02.systems[0].rows.R: 6 is more than",
            ),
            ({"I03": {"start": "2021-07-01"}}, "values.I03.end: is missing."),
            ({"I03": {"start": "2021-07-01", "end": "2021-06-01"}}, "values.I03.end: ends on 2021-06-01, before"),
            ({"I07": {"budget": 5}}, "values.I07.price: is missing."),
            ({"I08": {"value": "0.5"}}, "values.I08.value: 0.5 is not a whole number."),
            (
                {"I10": {"per_system": [{"fault_days": 9, "service_days": 8}]}},
                "values.I10.per_system[0].fault_days: 9 is",
            ),
            ({"I11": {"cases": {"lost": 1}}}, "values.I11.cases.lost: is not a known field."),
        ],
    )
    def test_a_value_that_cannot_be_used_says_where_and_why(self, values: dict[str, Any], complaint: str) -> None:
        assert _complaint(lambda: score(SEED, "equal", {}, values)).startswith(complaint)

    @pytest.mark.parametrize(
        ("options", "complaint"),
        [
            ({"I07.gap": "linear"}, "options.I07.gap: is not a known option. Known here: "),
            ({"I99.target": 1}, "options.I99.target: is not a known option."),
            ({"I07.gap_mode": "cubic"}, "options.I07.gap_mode: cubic is not one of linear, step_floor, step_ceil."),
            ({"I01.replacement_grace_days": "-1"}, "options.I01.replacement_grace_days: -1 is less than 0."),
        ],
    )
    def test_an_option_that_is_not_known_is_refused(self, options: dict[str, Any], complaint: str) -> None:
        assert _complaint(lambda: score(SEED, "equal", options, GOOD)).startswith(complaint)

    @pytest.mark.parametrize(
        ("weights", "complaint"),
        [
            ("best", "weights: best is not one of points100, equal, cz2020, level2."),
            ({"I04": 50}, "weights: the weights sum to 50, not to 100."),
            ({"I04": 99, "I99": 1}, "weights.I99: I99 is not one of I01"),
            ({"I04": 101, "I05": -1}, "weights.I05: -1 is less than 0."),
            ({"points": True, "rows": {"I04": 1}}, "weights: the weights sum to 1, not to 100."),
        ],
    )
    def test_weights_that_do_not_add_up_are_refused(self, weights: Any, complaint: str) -> None:
        assert _complaint(lambda: score(SEED, weights, {}, GOOD)).startswith(complaint)

    def test_whatever_a_rule_reads_it_also_takes_a_ready_number(self) -> None:
        values = {"I03": {"value": False}, "I07": {"numerator": "7.87", "denominator": "178.87"}}
        values |= {"I08": {"numerator": 2, "denominator": 1}, "I03": {"numerator": 1, "denominator": 2}}
        verdict = score(SEED, "equal", {}, values)
        assert verdict["I07"].printed == Decimal("88.00")
        assert verdict["I03"].exact == 0
        assert verdict["I08"].exact == 0
        assert score(SEED, "equal", {}, {"I03": {"value": True}})["I03"].exact == 100

    def test_steps_tell_how_the_number_came_about(self) -> None:
        verdict = score(SEED, "points100", {"I07.gap_mode": "step_ceil"}, GOOD)
        assert [str(step) for step in verdict["I04"].steps] == [
            "Actual 118 / 126 = 93.65%.",
            "Target 95.00%.",
            "93.65% / 95.00% × 100, at most 100: score 98.58.",
            "9.86 of 10 points, rounded half up.",
        ]
        assert "0.60 points short of 5.00, 20 marks off for each (per started point): score 80.00." in [
            str(step) for step in verdict["I07"].steps
        ]
        # With 80 instead of 88 for the saving the printed points are 0.64 fewer.
        assert [str(step) for step in verdict.steps] == ["Sum of the printed points: 91.32.", "Grade 优 by 优良中差."]

    def test_a_systems_state_by_its_plan_rows(self) -> None:
        assert maintained([]) is None
        assert maintained([(0, 0, 0)]) is None
        assert maintained([(95, 100, 5)])
        assert not maintained([(94, 100, 6)])
        assert maintained([(60, 104, 0)])
        assert not maintained([(60, 104, 0)], "strict")
        assert not maintained([(0, 5, 5)], "any")

    def test_a_year_from_29_february_is_a_whole_year(self) -> None:
        assert years_later(date(2020, 2, 29), 1) == date(2021, 3, 1)
        assert years_later(date(2020, 2, 29), 4) == date(2024, 2, 29)

    def test_marks_must_belong_to_their_level(self) -> None:
        def complaint(level: str, marks: object) -> str:
            values = {"F01": {"level": level, "score": marks}}
            return _complaint(lambda: score(Scheme.parse("cz2020-frame"), {"F01": 1}, {}, values))

        assert complaint("met", 79) == "values.F01.score: 79 marks do not belong to the level met."
        assert "100.5 marks" in complaint("met", "100.5")
        assert "score: 60 marks" in complaint("not_met", 60)
        assert (
            str(score(Scheme.parse("cz2020-frame"), {"F01": 1}, {}, {"F01": {"level": "met", "score": 100}}).total)
            == "100.00"
        )

    def test_vacuous_may_be_said_outright(self) -> None:
        row = score(SEED, "equal", {}, {"I04": {"state": "vacuous"}})["I04"]
        assert row.state == "vacuous"
        assert row.exact == 100

    def test_states_are_measured_unless_something_is_said(self) -> None:
        assert score(SEED, "equal", {}, GOOD)["I04"].state == MEASURED


class TestRollUp:
    """The project's value comes from pooled numbers, never from the mean of contract scores."""

    def test_numerators_and_denominators_pool(self) -> None:
        def printed(top: int, bottom: int) -> Fraction:
            exact = score(SEED, {"I04": 1}, {}, {"I04": {"numerator": top, "denominator": bottom}}).exact_total
            assert exact is not None
            return exact

        assert half_up(printed(110 + 8, 118 + 8)) == Decimal("98.58")
        assert half_up((printed(110, 118) + printed(8, 8)) / 2) == Decimal("99.06")

    def test_all_or_nothing_needs_every_contract(self) -> None:
        assert score(SEED, {"I03": 1}, {}, {"I03": {"numerator": 1, "denominator": 2}}).total == 0
        assert score(SEED, {"I03": 1}, {}, {"I03": {"numerator": 2, "denominator": 2}}).total == 100


def _complaint(run: Any) -> str:
    with pytest.raises(CaseError) as caught:
        run()
    return str(caught.value)
