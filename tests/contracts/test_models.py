"""The database guards the truth: what must not be stored cannot be stored."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError
from tests.cast import Cast
from tests.contracts.builders import EARLY, FIRST, a_node, a_payment, a_requirement, a_target, an_office

from yunheng.contracts.models import Contract, PaymentNode, Project, ServiceTarget, SubProject, Suspension


@pytest.fixture
def contract(cast: Cast) -> Contract:
    an_office(cast)
    return Contract.objects.get(scope=cast.contract)


def refused(name: str) -> pytest.RaisesExc[IntegrityError]:
    return pytest.raises(IntegrityError, match=name)


def test_a_project_ends_after_it_begins_and_has_no_negative_budget(contract: Contract) -> None:
    with refused("project_period_in_order"):
        Project.objects.update(service_to=date(2021, 6, 30))


def test_no_budget_is_negative(contract: Contract) -> None:
    with refused("budget_not_negative"):
        SubProject.objects.update(budget=Decimal("-0.01"))


def test_two_contracts_never_share_a_number(contract: Contract) -> None:
    with pytest.raises(IntegrityError):
        Contract.objects.update(number="HT-2021-001")


def test_a_contract_price_is_not_negative(contract: Contract) -> None:
    with refused("contract_price_not_negative"):
        Contract.objects.update(price=Decimal("-1"))


def test_an_anchor_has_its_date_and_reason(contract: Contract) -> None:
    with refused("contract_anchor_complete"):
        Contract.objects.update(anchor_reason="")


@pytest.mark.parametrize("level", [0, 5])
def test_levels_run_from_one_to_four(contract: Contract, level: int) -> None:
    with refused("target_level_1_to_4"):
        a_target(contract, level)


def test_a_target_is_seconds_or_days_and_never_both(contract: Contract) -> None:
    target = a_target(contract, seconds=900)
    with refused("target_seconds_or_days"):
        ServiceTarget.objects.filter(pk=target.pk).update(target_days=3)


def test_a_target_is_not_confirmed_without_its_clause(contract: Contract) -> None:
    a_target(contract)
    with refused("target_confirmed_with_its_clause"):
        ServiceTarget.objects.update(clause_number="")


def test_a_line_has_one_template(contract: Contract) -> None:
    a_target(contract, confirmed_at=None)
    with pytest.raises(IntegrityError):
        a_target(contract, confirmed_at=None)


def test_a_payment_is_not_negative_and_is_corrected_once(contract: Contract) -> None:
    wrong = a_payment(contract, "10.00")
    a_payment(contract, "9.00", corrects=wrong)
    with pytest.raises(IntegrityError):
        a_payment(contract, "8.00", corrects=wrong)


def test_a_voucher_is_entered_once(contract: Contract) -> None:
    a_payment(contract, "10.00", voucher="记-15")
    with pytest.raises(IntegrityError):
        a_payment(contract, "10.00", voucher="记-15")


def test_a_payment_node_is_met_only_with_proof_or_reason(contract: Contract) -> None:
    a_node(contract)
    with refused("payment_node_met_with_its_proof"):
        PaymentNode.objects.update(state=PaymentNode.State.CONDITION_MET, met_at=EARLY)


def test_a_post_is_required_once(contract: Contract) -> None:
    a_requirement(contract)
    with pytest.raises(IntegrityError):
        a_requirement(contract)


def test_a_suspension_ends_after_it_begins(contract: Contract) -> None:
    with refused("suspension_ends_after_it_begins"):
        Suspension.objects.create(
            contract=contract,
            since=FIRST,
            since_recorded_at=EARLY,
            until=FIRST,
            until_recorded_at=EARLY,
            due_to_vendor=True,
            reason="暂停",
        )
