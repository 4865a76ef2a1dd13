"""A contract's page, its service targets, payments and signatures, as the cast sees and uses them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.cast import Cast
from tests.contracts.builders import a_node, a_payment, a_target, an_office

from yunheng.contracts.access import decisions_on
from yunheng.contracts.models import Contract, Payment, PaymentNode, ServiceTarget, StaffingRequirement
from yunheng.foundation.models import Source
from yunheng.people.models import User

SignIn = Callable[[User], Client]


def file_of(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


@pytest.fixture
def contract(cast: Cast) -> Contract:
    an_office(cast)
    return Contract.objects.get(scope=cast.contract)


def page(contract: Contract) -> str:
    return reverse("contracts:contract", args=[contract.uid])


def test_the_page_shows_the_contract_and_says_what_a_template_is(
    cast: Cast, contract: Contract, signed_in: SignIn
) -> None:
    a_target(contract, confirmed_at=None)
    a_target(contract, 2)
    body = signed_in(cast.owner).get(page(contract), headers={"Accept-Language": "en"}).content.decode()
    assert "HT-2021-001" in body
    assert "1 of 2 lines are a template without force" in body
    assert "950,000.00" in body


@pytest.mark.parametrize("name", ["outsider", "clerk", "stranger", "system_admin"])
def test_another_vendor_and_everybody_without_a_part_in_it_find_nothing(
    cast: Cast, contract: Contract, signed_in: SignIn, name: str
) -> None:
    client = signed_in(getattr(cast, name))
    payment, target = a_payment(contract), a_target(contract)
    addresses = [
        page(contract),
        reverse("contracts:payment", args=[payment.uid]),
        reverse("contracts:target", args=[target.uid]),
        reverse("contracts:payment-new", args=[contract.uid]),
    ]
    assert {client.get(address).status_code for address in addresses} == {404}
    assert client.post(reverse("contracts:target-confirm", args=[target.uid])).status_code == 404


def test_the_three_parties_sign_the_anchor_on_the_page(cast: Cast, contract: Contract, signed_in: SignIn) -> None:
    Contract.objects.filter(pk=contract.pk).update(
        anchor_kind="", anchor_date=None, anchor_reason="", anchor_signed_at=None
    )
    propose = reverse("contracts:anchor-propose", args=[contract.uid])
    data = {"kind": "contract", "day": "2021-07-01", "reason": "按合同"}
    assert signed_in(cast.vendor).post(propose, data).status_code == 403
    assert signed_in(cast.owner).get(propose).status_code == 200
    assert signed_in(cast.owner).post(propose, data | {"day": "2020-01-01"}).status_code == 422
    assert signed_in(cast.owner).post(propose, data).status_code == 302
    for person, role in ((cast.vendor, "vendor_manager"), (cast.supervisor, "supervisor")):
        asked = decisions_on(contract).get(role=role)
        address = reverse("contracts:answer", args=[contract.uid, asked.pk])
        client = signed_in(person)
        assert address in client.get(page(contract)).content.decode()
        assert signed_in(cast.auditor).post(address, {"answer": "approve"}).status_code == 403
        assert client.post(address, {"answer": "approve"}).status_code == 302
    contract.refresh_from_db()
    assert contract.anchor_signed_at is not None
    assert propose not in signed_in(cast.owner).get(page(contract)).content.decode()


def test_an_amendment_is_proposed_and_shown_with_its_signatures(
    cast: Cast, contract: Contract, signed_in: SignIn
) -> None:
    address = reverse("contracts:amendment-propose", args=[contract.uid])
    client = signed_in(cast.owner)
    assert client.post(address, {"subject": "price", "amount": "", "reason": "增项"}).status_code == 422
    assert client.post(address, {"subject": "price", "amount": "960000.00", "reason": "增项"}).status_code == 302
    body = signed_in(cast.supervisor).get(page(contract)).content.decode()
    assert "950000.00 → 960000.00" in body
    asked = decisions_on(contract).get(role="supervisor")
    answer = signed_in(cast.supervisor).post(
        reverse("contracts:answer", args=[contract.uid, asked.pk]),
        {"answer": "reject", "reason": "无依据"},
        follow=True,
    )
    assert "无依据" in answer.content.decode()


def test_a_clause_is_entered_by_form_and_confirmed_by_the_owner(
    cast: Cast, contract: Contract, signed_in: SignIn
) -> None:
    target = a_target(contract, confirmed_at=None)
    address = reverse("contracts:clause-enter", args=[target.uid])
    data = {
        "clause_number": "6.2",
        "clause_text": "十五分钟内响应",
        "valid_from": "2021-07-01",
        "hours": "0",
        "minutes": "15",
        "calendar_code": "cn-7x24",
    }
    vendor = signed_in(cast.vendor)
    assert vendor.get(address).status_code == 200
    assert vendor.post(address, data | {"minutes": "", "hours": ""}).status_code == 422
    assert vendor.post(address, data).status_code == 302
    confirm = reverse("contracts:target-confirm", args=[target.uid])
    assert confirm not in vendor.get(reverse("contracts:target", args=[target.uid])).content.decode()
    assert vendor.post(confirm).status_code == 403
    owner = signed_in(cast.owner)
    assert confirm in owner.get(reverse("contracts:target", args=[target.uid])).content.decode()
    assert owner.post(confirm).status_code == 302
    found = ServiceTarget.objects.get()
    assert (found.target_seconds, found.is_template) == (900, False)


def test_the_list_of_targets_filters_and_exports(cast: Cast, contract: Contract, signed_in: SignIn) -> None:
    a_target(contract, 1, confirmed_at=None)
    a_target(contract, 3, "repair", days=3)
    client, address = signed_in(cast.auditor), reverse("contracts:targets")
    body = client.get(address, {"state": "in_force"}).content.decode()
    assert "C1/P3/repair" in body
    assert "C1/P1/response" not in body
    file = file_of(client.get(address, {"export": "xlsx"}))
    assert file.startswith(b"PK")
    assert "C1/P3" not in signed_in(cast.outsider).get(address).content.decode()


def test_a_payment_is_recorded_corrected_and_shown_in_the_drawer(
    cast: Cast, contract: Contract, signed_in: SignIn
) -> None:
    client, address = signed_in(cast.owner), reverse("contracts:payment-new", args=[contract.uid])
    data = {"paid_on": "2021-09-01", "amount": "100.00", "voucher": "记-15", "note": "<script>x</script>"}
    assert client.get(address).status_code == 200
    assert client.post(address, data | {"amount": "-1"}).status_code == 422
    assert client.post(address, data | {"amount": "1e999"}).status_code == 422
    assert client.post(address, data).status_code == 302
    assert client.post(address, data).status_code == 422
    payment = Payment.objects.get()
    correct = reverse("contracts:payment-correct", args=[payment.uid])
    assert client.post(correct, {"paid_on": "2021-09-01", "amount": "90", "voucher": "记-15"}).status_code == 422
    again = {"paid_on": "2021-09-01", "amount": "90.00", "voucher": "记-15", "note": "录错"}
    assert client.post(correct, again).status_code == 302
    body = client.get(reverse("contracts:payment", args=[payment.uid])).content.decode()
    assert "PAY-2021-000002" in body
    assert "<script>x" not in body
    listed = signed_in(cast.vendor).get(reverse("contracts:payments")).content.decode()
    assert "PAY-2021-000002" in listed
    assert signed_in(cast.engineer).get(reverse("contracts:payments")).status_code == 404


def test_a_back_filled_payment_is_confirmed_by_another(cast: Cast, contract: Contract, signed_in: SignIn) -> None:
    data = {"paid_on": "2021-09-01", "amount": "100.00", "voucher": "记-15", "back_filled": "on"}
    signed_in(cast.owner).post(reverse("contracts:payment-new", args=[contract.uid]), data)
    payment = Payment.objects.get(source=Source.BACK_FILLED)
    address = reverse("contracts:payment-confirm", args=[payment.uid])
    assert address not in signed_in(cast.owner).get(reverse("contracts:payment", args=[payment.uid])).content.decode()
    assert signed_in(cast.owner).post(address).status_code == 403
    assert signed_in(cast.supervisor).post(address).status_code == 302


def test_a_payment_node_is_declared_met_and_paid(cast: Cast, contract: Contract, signed_in: SignIn) -> None:
    client = signed_in(cast.owner)
    new = reverse("contracts:node-new", args=[contract.uid])
    assert client.post(new, {"no": "1", "condition": "验收后", "share": "30", "amount": "5"}).status_code == 422
    assert client.post(new, {"no": "1", "condition": "验收后", "share": "30"}).status_code == 302
    met = reverse("contracts:node-met", args=[contract.uid, 1])
    assert client.post(met, {}).status_code == 422
    assert client.post(met, {"reference": "验收单1号"}).status_code == 302
    data = {"paid_on": "2021-09-01", "amount": "285000.00", "voucher": "记-1", "node": "1"}
    assert client.post(reverse("contracts:payment-new", args=[contract.uid]), data).status_code == 302
    assert PaymentNode.objects.get().state == PaymentNode.State.PAID
    assert "285,000.00" in client.get(page(contract)).content.decode()


def test_staff_is_required_and_work_suspended_and_resumed(cast: Cast, contract: Contract, signed_in: SignIn) -> None:
    client = signed_in(cast.owner)
    staff = reverse("contracts:staff-require", args=[contract.uid])
    assert client.post(staff, {"post": "a/b", "required": "1"}).status_code == 422
    assert client.post(staff, {"post": "桌面工程师", "required": "2"}).status_code == 302
    assert StaffingRequirement.objects.get().required == 2
    stop = reverse("contracts:suspend", args=[contract.uid])
    assert client.post(stop, {"since": "2021-08-01", "reason": "整改", "due_to_vendor": "on"}).status_code == 302
    go_on = reverse("contracts:resume", args=[contract.uid, contract.suspensions.get().pk])
    assert go_on in client.get(page(contract)).content.decode()
    assert client.post(go_on, {"until": "2021-07-01"}).status_code == 422
    assert client.post(go_on, {"until": "2021-08-05"}).status_code == 302


def test_the_contract_is_corrected(cast: Cast, contract: Contract, signed_in: SignIn) -> None:
    address = reverse("contracts:contract-edit", args=[contract.uid])
    client = signed_in(cast.owner)
    data = {"number": contract.number, "vendor": contract.vendor.uid, "signed_on": "2021-06-20"}
    assert client.get(address).status_code == 200
    assert client.post(address, data).status_code == 302
    assert client.post(address, data | {"number": "X"}).status_code == 422


def test_the_page_costs_a_known_number_of_queries(cast: Cast, contract: Contract, signed_in: SignIn) -> None:
    for number in range(20):
        a_payment(contract, voucher=f"记-{number}")
        a_node(contract, number + 1, share="1.00")
    for level in (1, 2, 3):
        a_target(contract, level)
    client = signed_in(cast.owner)
    client.get(page(contract))
    with CaptureQueriesContext(connection) as asked:
        client.get(page(contract))
    assert len(asked) <= 32, [query["sql"][:120] for query in asked]


def test_nobody_is_let_in_without_signing_in(cast: Cast, contract: Contract) -> None:
    assert Client().get(page(contract)).status_code == 302
