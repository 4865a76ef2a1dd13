"""I11 and I12, with the worked examples of the indicators."""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction

import pytest
from tests.cast import Cast
from tests.feedback.builders import YEAR, a_complaint, a_decided_complaint, a_signed_month, a_survey, at

from yunheng.contracts.queries import resolved
from yunheng.feedback.actions import withdraw_survey
from yunheng.feedback.rules.answers import Result, pooled, small_sample
from yunheng.foundation import measures
from yunheng.foundation.actors import SYSTEM
from yunheng.foundation.measures import MeasureRequest, MeasureResult

END = at("2022-08-01 00:00")


def measure(cast: Cast, name: str, as_of: datetime = END, **options: str) -> MeasureResult:
    return measures.get(name).function(
        MeasureRequest(
            project=resolved(cast.project),
            scopes=(resolved(cast.contract), resolved(cast.other_contract)),
            first=date(2021, 7, 1),
            last=date(2022, 6, 30),
            start=at("2021-07-01 00:00"),
            end=at("2022-07-01 00:00"),
            cut_off=END,
            as_of=as_of,
            options=options,
        )
    )


def sign_the_year(cast: Cast, *left_open: date, busy: date | None = None) -> None:
    for scope in (cast.contract, cast.other_contract):
        for month in YEAR:
            if month not in left_open:
                nil = not (busy == month and scope == cast.contract)
                a_signed_month(cast, scope, month, nil_complaints=nil)


# ---------------------------------------------------------------- complaints


def test_no_complaint_is_zero_only_when_every_month_was_signed(cast: Cast) -> None:
    sign_the_year(cast, date(2022, 2, 1))
    lacking = measure(cast, "feedback.complaints")
    assert lacking.state == "missing"
    assert {str(arguments["months"]) for _msgid, arguments in lacking.words} == {"2022-02"}
    for scope in (cast.contract, cast.other_contract):
        a_signed_month(cast, scope, date(2022, 2, 1))
    assert measure(cast, "feedback.complaints").state == "vacuous"


def test_one_complaint_counts(cast: Cast) -> None:
    a_decided_complaint(cast.contract, "accepted")
    result = measure(cast, "feedback.complaints")
    assert (result.state, result.value) == ("measured", Fraction(1))


def test_what_the_owner_disposed_of_leaves_the_count_with_its_reason(cast: Cast) -> None:
    for disposition in ("not_accepted", "to_ticket", "to_ticket", "withdrawn"):
        a_decided_complaint(cast.contract, disposition)
    sign_the_year(cast)
    result = measure(cast, "feedback.complaints")
    assert (result.state, result.value) == ("vacuous", Fraction(0))
    assert result.left_out is not None
    assert result.left_out.tolist() == [1, 2, 2, 3]
    assert ({"count": 4}) in [dict(arguments) for _msgid, arguments in result.words]


def test_an_undecided_case_counts(cast: Cast) -> None:
    a_complaint(cast.contract)
    result = measure(cast, "feedback.complaints")
    assert result.value == 1
    assert any("not decided" in msgid for msgid, _arguments in result.words)


def test_only_substantiated_cases_count_by_option(cast: Cast) -> None:
    a_decided_complaint(cast.contract, "accepted", substantiated=False)
    a_decided_complaint(cast.contract, "accepted", substantiated=True)
    a_decided_complaint(cast.contract, "accepted")
    assert measure(cast, "feedback.complaints").value == 3
    assert measure(cast, "feedback.complaints", counts="substantiated").value == 2


def test_a_decision_taken_later_was_not_known_then(cast: Cast) -> None:
    a_decided_complaint(cast.contract, "withdrawn", "2022-06-10 10:00")
    sign_the_year(cast)
    assert measure(cast, "feedback.complaints").state == "vacuous"
    before = measure(cast, "feedback.complaints", as_of=at("2022-06-10 09:59"))
    assert before.register is not None
    assert before.register.references == []


# ---------------------------------------------------------------- satisfaction


def test_the_share_of_satisfied_answers(cast: Cast) -> None:
    a_survey(cast.contract, 46, 50)
    result = measure(cast, "feedback.satisfaction")
    assert (result.state, result.value) == ("measured", Fraction(46, 50))
    assert dict(result.inputs) == {"satisfied": "46", "respondents": "50"}


def test_surveys_are_pooled_never_averaged(cast: Cast) -> None:
    a_survey(cast.contract, 90, 100)
    a_survey(cast.other_contract, 10, 20)
    result = measure(cast, "feedback.satisfaction")
    assert result.value == Fraction(100, 120)
    assert dict(result.parts) == {
        "C1": (Fraction(90), Fraction(100)),
        "C2": (Fraction(10), Fraction(20)),
    }


def test_no_respondent_is_missing_never_vacuous(cast: Cast) -> None:
    assert measure(cast, "feedback.satisfaction").state == "missing"
    a_survey(cast.contract, 0, 0)
    assert measure(cast, "feedback.satisfaction").state == "missing"


def test_a_small_sample_is_said_in_words(cast: Cast) -> None:
    a_survey(cast.contract, 8, 9)
    a_survey(cast.other_contract, 20, 20, users=200)
    words = [msgid for msgid, _arguments in measure(cast, "feedback.satisfaction").words]
    assert sum(msgid.startswith("Few answers") for msgid in words) == 2


def test_a_survey_taken_back_no_longer_counts(cast: Cast) -> None:
    survey = a_survey(cast.contract)
    withdraw_survey(survey=survey, reason="重复", actor=SYSTEM, now=at("2022-06-25 09:00"))
    assert measure(cast, "feedback.satisfaction").state == "missing"
    assert measure(cast, "feedback.satisfaction", as_of=at("2022-06-24 09:00")).value == Fraction(46, 50)


FIVE = {"very_satisfied": 20, "satisfied": 10, "basic": 10, "dissatisfied": 5, "very_dissatisfied": 5}


@pytest.mark.parametrize(
    ("satisfied_answers", "questions", "share"),
    [
        ("satisfied", "overall", Fraction(30, 50)),
        ("also_basic", "overall", Fraction(40, 50)),
        ("satisfied", "mean", (Fraction(30, 50) + Fraction(1)) / 2),
        ("satisfied", "weighted", Fraction(20 * 100 + 10 * 80 + 10 * 60 + 5 * 30, 100 * 50)),
    ],
)
def test_the_options_of_the_indicator(satisfied_answers: str, questions: str, share: Fraction) -> None:
    result = Result(30, 50, {"overall": FIVE, "速度": {"satisfied": 50}})
    found = pooled([result], satisfied_answers=satisfied_answers, questions=questions)
    assert found.numerator / found.denominator == share
    assert found.complete


def test_without_the_single_answers_the_overall_figures_stand_in_and_it_is_said() -> None:
    found = pooled([Result(30, 50, {})], questions="mean")
    assert (found.numerator, found.denominator, found.complete) == (Fraction(30), Fraction(50), False)


def test_a_sample_is_small_below_ten_or_thirty_per_cent() -> None:
    assert small_sample(9, None)
    assert not small_sample(10, None)
    assert small_sample(29, 100)
    assert not small_sample(30, 100)
