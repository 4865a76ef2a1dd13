"""Payments are facts; corrections are facts that name them; instalments know whether they may be paid."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from tests.cast import NOW, Cast
from tests.contracts.builders import a_node, an_office

from yunheng.contracts.actions import payments
from yunheng.contracts.actions.payments import PaymentFacts
from yunheng.contracts.models import Contract, Payment, PaymentNode
from yunheng.contracts.queries.money import executed, payments_as_known
from yunheng.foundation.errors import Conflict, Invalid, Refused, Unseen
from yunheng.foundation.models import AuditEntry, OutboxEvent, Source

FACTS = PaymentFacts(date(2021, 9, 1), Decimal("100.00"), "记-15")


@pytest.fixture
def contract(cast: Cast) -> Contract:
    an_office(cast)
    return Contract.objects.get(scope=cast.contract)


def paid(cast: Cast, contract: Contract, facts: PaymentFacts = FACTS, node: PaymentNode | None = None) -> Payment:
    return payments.record_payment(contract=contract, facts=facts, node=node, actor=cast.owner.actor, now=NOW)


def total(contract: Contract) -> Decimal:
    return executed(payments_as_known([contract.scope_id], cut_off=NOW, as_of=NOW))


def test_a_payment_has_a_number_its_day_and_its_voucher(cast: Cast, contract: Contract) -> None:
    payment = paid(cast, contract)
    assert payment.number == "PAY-2021-000001"
    assert payment.occurred_at.isoformat() == "2021-09-01T00:00:00+08:00"
    assert payment.recorded_by == "owner"
    assert OutboxEvent.objects.get().payload["amount"] == "100.00"


def test_a_correction_names_the_wrong_entry_and_both_stay(cast: Cast, contract: Contract) -> None:
    wrong = paid(cast, contract)
    right = payments.correct_payment(
        payment=wrong,
        facts=replace(FACTS, amount=Decimal("90.00"), note="录错"),
        actor=cast.owner.actor,
        now=NOW + timedelta(hours=1),
    )
    assert right.corrects == wrong
    assert Payment.objects.count() == 2
    assert executed(payments_as_known([contract.scope_id], cut_off=NOW, as_of=NOW)) == Decimal("100.00")
    assert executed(payments_as_known([contract.scope_id], cut_off=NOW, as_of=NOW + timedelta(hours=1))) == Decimal(
        "90.00"
    )
    with pytest.raises(Conflict):
        payments.correct_payment(payment=wrong, facts=replace(FACTS, note="again"), actor=cast.owner.actor, now=NOW)


def test_a_correction_needs_its_reason(cast: Cast, contract: Contract) -> None:
    wrong = paid(cast, contract)
    with pytest.raises(Invalid) as refused:
        payments.correct_payment(payment=wrong, facts=FACTS, actor=cast.owner.actor, now=NOW)
    assert set(refused.value.fields) == {"note"}


def test_a_voucher_is_entered_once_and_leaves_no_trace_the_second_time(cast: Cast, contract: Contract) -> None:
    paid(cast, contract)
    before = AuditEntry.objects.count()
    with pytest.raises(Conflict):
        paid(cast, contract)
    assert AuditEntry.objects.count() == before
    assert paid(cast, contract, replace(FACTS, voucher="记-16")).number == "PAY-2021-000002"


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        (replace(FACTS, amount=Decimal("-1")), "amount"),
        (replace(FACTS, amount=Decimal("0")), "amount"),
        (replace(FACTS, amount=Decimal("0.001")), "amount"),
        (replace(FACTS, voucher=" "), "voucher"),
        (replace(FACTS, paid_on=date(2022, 7, 2)), "paid_on"),
    ],
)
def test_what_is_wrong_is_named_by_field(cast: Cast, contract: Contract, facts: PaymentFacts, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        paid(cast, contract, facts)
    assert set(refused.value.fields) == {field}


def test_the_vendor_sees_payments_and_records_none(cast: Cast, contract: Contract) -> None:
    with pytest.raises(Refused):
        payments.record_payment(contract=contract, facts=FACTS, actor=cast.vendor.actor, now=NOW)
    with pytest.raises(Unseen):
        payments.record_payment(contract=contract, facts=FACTS, actor=cast.outsider.actor, now=NOW)


def test_a_back_filled_payment_counts_once_somebody_else_confirmed_it(cast: Cast, contract: Contract) -> None:
    payment = paid(cast, contract, replace(FACTS, source=Source.BACK_FILLED))
    assert total(contract) == 0
    with pytest.raises(Refused):
        payments.confirm_payment(payment=payment, actor=cast.owner.actor, now=NOW)
    payments.confirm_payment(payment=payment, actor=cast.supervisor.actor, now=NOW)
    assert total(contract) == Decimal("100.00")


def test_the_seal_meets_the_condition_of_those_nodes_that_wait_for_it(cast: Cast, contract: Contract) -> None:
    early, last = a_node(contract, 1), a_node(contract, 2, needs_verdict=True)
    met = payments.payment_condition_met(
        scope=cast.project, reference="SEAL-2022-000001", actor=cast.owner.actor, now=NOW
    )
    assert met == [last]
    early.refresh_from_db()
    last.refresh_from_db()
    assert (early.state, last.state, last.met_reference) == ("waiting", "condition_met", "SEAL-2022-000001")


def test_paying_before_the_condition_is_met_needs_a_reason(cast: Cast, contract: Contract) -> None:
    node = a_node(contract)
    with pytest.raises(Invalid):
        paid(cast, contract, node=node)
    paid(cast, contract, replace(FACTS, note="年度预算到期"), node=node)
    node.refresh_from_db()
    assert (node.state, node.met_reason) == ("paid", "年度预算到期")


def test_the_owner_declares_a_condition_met_once_and_with_proof_or_reason(cast: Cast, contract: Contract) -> None:
    node = a_node(contract)
    with pytest.raises(Invalid):
        payments.declare_condition_met(node=node, actor=cast.owner.actor, now=NOW)
    payments.declare_condition_met(node=node, reference="验收单1号", actor=cast.owner.actor, now=NOW)
    with pytest.raises(Conflict):
        payments.declare_condition_met(node=node, reference="验收单1号", actor=cast.owner.actor, now=NOW)
