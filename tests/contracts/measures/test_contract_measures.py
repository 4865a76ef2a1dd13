"""I01, I03, I07 and B01 over records, as they were known at an instant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.cast import NOW, Cast
from tests.contracts.builders import (
    EARLY,
    FIRST,
    LAST,
    a_payment,
    a_posting,
    a_requirement,
    an_office,
)

from yunheng.contracts.actions import projects, suspensions
from yunheng.contracts.models import Contract, Payment, Project, Suspension
from yunheng.contracts.queries import resolved, resolved_scopes
from yunheng.foundation import measures
from yunheng.foundation.measures import MeasureRequest, MeasureResult
from yunheng.foundation.models import Source
from yunheng.people.actions import postings
from yunheng.people.models import Posting

MONDAY = date(2021, 8, 2)


@pytest.fixture
def project(cast: Cast) -> Project:
    return an_office(cast)


@pytest.fixture
def contract(cast: Cast, project: Project) -> Contract:
    return Contract.objects.get(scope=cast.contract)


def ask(
    name: str,
    project: Project,
    *,
    only: str = "",
    cut_off: datetime = NOW,
    as_of: datetime = NOW,
    options: Mapping[str, str] | None = None,
) -> MeasureResult:
    scopes = tuple(scope for scope in resolved_scopes(project) if only in {"", scope.code})
    request = MeasureRequest(
        project=resolved(project.scope),
        scopes=scopes,
        first=FIRST,
        last=LAST,
        start=datetime(2021, 6, 30, 16, tzinfo=UTC),
        end=datetime(2022, 6, 30, 16, tzinfo=UTC),
        cut_off=cut_off,
        as_of=as_of,
        options=options or {},
    )
    result = measures.get(f"contracts.{name}").function(request)
    if result.register is not None and result.counted is not None:
        rows = len(result.register.references)
        assert result.register.references == sorted(result.register.references)
        assert len(result.counted) == len(result.register.sources) == rows
        assert all(len(column) == rows for column in result.register.columns.values())
    return result


# ---------------------------------------------------------------- I01


def staffing(project: Project, **more: object) -> tuple[str, Fraction | None]:
    result = ask("staffing", project, only="C1", **more)  # type: ignore[arg-type]  # as ask takes them
    return result.state, result.value


def test_three_of_three_in_twelve_months(project: Project, contract: Contract) -> None:
    a_requirement(contract, required=3)
    for name in "甲乙丙":
        a_posting(contract, name)
    result = ask("staffing", project)
    assert (result.state, result.numerator, result.denominator) == ("measured", Fraction(12), Fraction(12))
    assert result.register is not None
    assert result.register.references[0] == "C1/桌面工程师/2021-07"
    assert result.register.references[-1] == "C1/桌面工程师/2022-06"
    assert result.parts == {"C1": (Fraction(12), Fraction(12))}


def test_two_of_three_in_the_last_month(project: Project, contract: Contract) -> None:
    a_requirement(contract, required=3)
    a_posting(contract, "甲")
    a_posting(contract, "乙")
    a_posting(contract, "丙", until=date(2022, 6, 1))
    assert staffing(project) == ("measured", Fraction(11, 12))


@pytest.mark.parametrize(
    ("back", "approved", "filled"),
    [(date(2021, 8, 9), True, 12), (date(2021, 8, 10), True, 11), (date(2021, 8, 3), False, 11)],
)
def test_a_gap_within_the_grace_needs_an_approved_replacement(
    project: Project, contract: Contract, back: date, approved: bool, filled: int
) -> None:
    a_requirement(contract)
    gone = a_posting(contract, "甲", until=MONDAY)
    a_posting(contract, "乙", since=back, replaces=gone, approved=approved)
    assert staffing(project) == ("measured", Fraction(filled, 12))


def test_the_grace_is_the_contracts_where_it_says_so_else_the_schemes(project: Project, contract: Contract) -> None:
    requirement = a_requirement(contract, grace_days=10)
    gone = a_posting(contract, "甲", until=MONDAY)
    a_posting(contract, "乙", since=date(2021, 8, 10), replaces=gone, approved=True)
    assert staffing(project) == ("measured", Fraction(1))
    requirement.grace_days = None
    requirement.save()
    assert staffing(project) == ("measured", Fraction(11, 12))
    assert staffing(project, options={"replacement_grace_days": "6"}) == ("measured", Fraction(1))


def test_a_holiday_inside_a_gap_is_no_workday(project: Project, contract: Contract) -> None:
    a_requirement(contract)
    gone = a_posting(contract, "甲", until=date(2021, 9, 30))
    a_posting(contract, "乙", since=date(2021, 10, 14), replaces=gone, approved=True)  # 30, 8, 9 (made up), 11-13
    assert staffing(project)[1] == Fraction(10, 12)


def test_no_requirement_is_not_applicable_and_no_anchor_is_missing(project: Project, contract: Contract) -> None:
    assert staffing(project)[0] == "not_applicable"
    a_requirement(contract)
    Contract.objects.filter(pk=contract.pk).update(anchor_signed_at=None)
    result = ask("staffing", project)
    assert (result.state, result.value) == ("missing", None)
    assert "signed" in result.words[0][0]


def test_months_after_the_cut_off_are_not_judged_yet(project: Project, contract: Contract) -> None:
    a_requirement(contract)
    a_posting(contract, "甲")
    result = ask("staffing", project, cut_off=datetime(2021, 9, 15, tzinfo=UTC))
    assert result.denominator == 3


def test_an_end_that_was_entered_later_was_not_known(cast: Cast, project: Project, contract: Contract) -> None:
    a_requirement(contract)
    posting = a_posting(contract, "甲")
    later = NOW + timedelta(days=3)
    postings.end(posting=posting, until=date(2022, 3, 1), actor=cast.owner.actor, now=later)
    assert staffing(project)[1] == Fraction(1)
    assert staffing(project, as_of=later)[1] == Fraction(8, 12)


def test_a_back_filled_posting_counts_once_confirmed(project: Project, contract: Contract) -> None:
    a_requirement(contract)
    posting = a_posting(contract, "甲")
    Posting.objects.filter(pk=posting.pk).update(source=Source.BACK_FILLED)
    assert staffing(project)[1] == 0
    Posting.objects.filter(pk=posting.pk).update(confirmed_at=EARLY, confirmed_by="supervisor")
    result = ask("staffing", project)
    assert result.value == 1
    assert result.register is not None
    assert set(result.register.sources) == {1}


def test_options_judge_at_acceptance_or_on_average(project: Project, contract: Contract) -> None:
    a_requirement(contract)
    a_posting(contract, "甲", until=MONDAY)
    a_posting(contract, "乙", since=date(2021, 9, 1))
    assert staffing(project)[1] == Fraction(11, 12)
    assert staffing(project, options={"measure_at": "acceptance"})[1] == 1
    assert staffing(project, options={"measure_at": "average"})[1] == 0


def test_staffing_is_read_in_a_known_number_of_statements(project: Project, contract: Contract) -> None:
    a_requirement(contract, required=3)
    for name in "甲乙丙":
        a_posting(contract, name)
    ask("staffing", project)
    with CaptureQueriesContext(connection) as asked:
        ask("staffing", project)
    assert len(asked) <= 10


# ---------------------------------------------------------------- I03


@pytest.mark.parametrize(("start", "served"), [(FIRST, 2), (date(2021, 7, 15), 1)])
def test_the_anchor_decides_whether_the_year_is_served(
    project: Project, contract: Contract, start: date, served: int
) -> None:
    Contract.objects.filter(pk=contract.pk).update(anchor_date=start)
    result = ask("service_period", project)
    assert (result.state, result.numerator, result.denominator) == ("measured", Fraction(served), Fraction(2))


def test_a_suspension_of_the_vendors_making_shortens_the_service(
    cast: Cast, project: Project, contract: Contract
) -> None:
    later = NOW + timedelta(days=1)
    suspensions.suspend(
        contract=contract,
        since=date(2021, 8, 1),
        due_to_vendor=True,
        reason="整改",
        actor=cast.owner.actor,
        now=later,
    )
    assert ask("service_period", project).value == 1
    assert ask("service_period", project, as_of=later).value == Fraction(1, 2)
    Suspension.objects.update(due_to_vendor=False)
    assert ask("service_period", project, as_of=later).value == 1


def test_an_unsigned_anchor_is_missing(project: Project, contract: Contract) -> None:
    Contract.objects.filter(pk=contract.pk).update(anchor_signed_at=None)
    assert ask("service_period", project).state == "missing"
    assert ask("service_period", project, only="C2").state == "measured"


# ---------------------------------------------------------------- I07


def test_savings_pool_exactly(project: Project, contract: Contract) -> None:
    budgets = {"C1": ("1000000.00", "955000.00"), "C2": ("788700.00", "755000.00")}
    for one in Contract.objects.select_related("sub_project"):
        budget, price = budgets[one.code]
        one.sub_project.budget, one.price = Decimal(budget), Decimal(price)
        one.sub_project.save()
        one.save()
    result = ask("savings", project)
    assert result.inputs == {"budget": "1788700.00", "price": "1710000.00"}
    assert result.value == Fraction("78700") / Fraction("1788700")
    assert result.parts["C1"] == (Fraction(45000), Fraction(1000000))


def test_an_unknown_budget_is_missing_and_one_of_nothing_not_applicable(project: Project, contract: Contract) -> None:
    contract.sub_project.budget = None
    contract.sub_project.save()
    assert ask("savings", project).state == "missing"
    contract.sub_project.budget = Decimal(0)
    contract.sub_project.save()
    assert ask("savings", project, only="C1").state == "not_applicable"


def test_a_later_amendment_leaves_the_past_as_it_was(cast: Cast, project: Project, contract: Contract) -> None:
    later = NOW + timedelta(days=2)
    projects.amend_budget(
        project=project,
        sub_project=contract.sub_project,
        budget=Decimal("2000000.00"),
        reason="追加",
        actor=cast.owner.actor,
        now=later,
    )
    assert ask("savings", project).inputs["budget"] == "1500000.00"
    assert ask("savings", project, as_of=later).inputs["budget"] == "2500000.00"


# ---------------------------------------------------------------- B01


def test_payments_over_budget_corrections_applied(project: Project, contract: Contract) -> None:
    wrong = a_payment(contract, "1000000.00")
    a_payment(contract, "1383722.00", corrects=wrong)
    result = ask("budget_execution", project, only="C2")
    assert result.value == Fraction("1383722") / Fraction("1500000")
    assert result.inputs == {"executed": "1383722.00", "budget": "1500000.00"}
    assert result.left_out is not None
    assert sorted(result.left_out.tolist()) == [0, 1]


def test_what_was_paid_or_recorded_later_does_not_count(project: Project, contract: Contract) -> None:
    a_payment(contract, "100.00")
    a_payment(contract, "10.00", paid_on=date(2022, 6, 1), recorded_at=NOW + timedelta(days=1))
    a_payment(contract, "1.00", paid_on=date(2022, 6, 2))
    assert ask("budget_execution", project).numerator == 101
    assert ask("budget_execution", project, as_of=NOW + timedelta(days=1)).numerator == 111
    early = ask("budget_execution", project, cut_off=datetime(2022, 5, 1, tzinfo=UTC))
    assert early.numerator == 100
    assert early.left_out is not None
    assert early.reasons[int(max(early.left_out)) - 1].startswith("It was paid after")


def test_a_correction_made_after_the_as_of_is_not_known(project: Project, contract: Contract) -> None:
    wrong = a_payment(contract, "100.00")
    a_payment(contract, "0.00", corrects=wrong, recorded_at=NOW + timedelta(days=1))
    assert ask("budget_execution", project).numerator == 100
    assert ask("budget_execution", project, as_of=NOW + timedelta(days=1)).numerator == 0


def test_a_back_filled_payment_counts_once_confirmed(project: Project, contract: Contract) -> None:
    payment = a_payment(contract, "100.00", source=Source.BACK_FILLED)
    assert ask("budget_execution", project).numerator == 0
    Payment.objects.filter(pk=payment.pk).update(confirmed_at=EARLY)
    assert ask("budget_execution", project).numerator == 100


def test_no_budget_is_not_applicable(project: Project) -> None:
    Project.objects.update(budget=0)
    assert ask("budget_execution", project).state == "not_applicable"


def test_the_same_question_has_the_same_answer(project: Project, contract: Contract) -> None:
    a_payment(contract)
    first, second = ask("budget_execution", project), ask("budget_execution", project)
    assert replace(first, register=None, counted=None, hit=None, left_out=None) == replace(
        second, register=None, counted=None, hit=None, left_out=None
    )
