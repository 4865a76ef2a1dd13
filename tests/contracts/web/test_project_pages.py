"""The list of projects and a project's page, for each of the cast."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.cast import Cast
from tests.contracts.builders import a_node, a_payment, a_posting, a_requirement, a_target, an_office, an_organisation

from yunheng.contracts.models import Amendment, Contract, Payment, Project, ServiceTarget
from yunheng.contracts.web import payments, projects, targets
from yunheng.foundation.models import AuditEntry, Grant
from yunheng.people.models import Organisation, User
from yunheng.ui.lists import missing_indexes

SignIn = Callable[[User], Client]


def file_of(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


SEE_ALL = ["owner", "leader", "supervisor", "auditor"]
SEE_PART = ["vendor", "engineer", "outsider"]
SEE_NOTHING = ["clerk", "stranger", "system_admin", "security_admin", "audit_admin"]


@pytest.fixture
def project(cast: Cast) -> Project:
    found = an_office(cast)
    contract = Contract.objects.get(scope=cast.contract)
    a_node(contract)
    a_payment(contract, "123456.78")
    a_requirement(contract)
    a_posting(contract)
    a_target(contract, confirmed_at=None)
    return found


def page(project: Project) -> str:
    return reverse("contracts:project", args=[project.uid])


def test_each_of_the_three_lists_has_its_indexes() -> None:
    assert missing_indexes(projects.listing_for(frozenset()), Project) == []
    assert missing_indexes(targets.LIST, ServiceTarget) == []
    assert missing_indexes(payments.LIST, Payment) == []


@pytest.mark.parametrize("name", SEE_ALL)
def test_owner_supervisor_and_auditor_see_money_and_every_contract(
    cast: Cast, project: Project, signed_in: SignIn, name: str
) -> None:
    body = signed_in(getattr(cast, name)).get(page(project)).content.decode()
    for words in ("1,500,000.00", "123,456.78", "8.23", "HT-2021-001", "HT-2021-002", "480,000.00", "桌面工程师"):
        assert words in body


@pytest.mark.parametrize("name", SEE_PART)
def test_a_vendor_sees_his_own_contract_and_no_budget(
    cast: Cast, project: Project, signed_in: SignIn, name: str
) -> None:
    body = signed_in(getattr(cast, name)).get(page(project)).content.decode()
    mine, other = ("HT-2021-001", "HT-2021-002") if name != "outsider" else ("HT-2021-002", "HT-2021-001")
    assert mine in body
    assert other not in body
    for secret in ("1,500,000.00", "市级财政", "1,000,000.00", "480,000.00" if name != "outsider" else "950,000.00"):
        assert secret not in body


def test_an_engineer_sees_no_price(cast: Cast, project: Project, signed_in: SignIn) -> None:
    assert "950,000.00" in signed_in(cast.vendor).get(page(project)).content.decode()
    assert "950,000.00" not in signed_in(cast.engineer).get(page(project)).content.decode()


@pytest.mark.parametrize("name", SEE_NOTHING)
def test_for_everybody_else_there_is_no_project(cast: Cast, project: Project, signed_in: SignIn, name: str) -> None:
    client = signed_in(getattr(cast, name))
    contract = Contract.objects.get(scope=cast.contract)
    for address in (
        page(project),
        reverse("contracts:execution", args=[project.uid]),
        reverse("contracts:contract", args=[contract.uid]),
        reverse("contracts:target", args=[ServiceTarget.objects.get().uid]),
        reverse("contracts:payment", args=[Payment.objects.get().uid]),
    ):
        assert client.get(address).status_code == 404, address


def test_the_list_shows_to_each_his_projects(cast: Cast, project: Project, signed_in: SignIn) -> None:
    address = reverse("contracts:projects")
    assert "1,500,000.00" in signed_in(cast.owner).get(address).content.decode()
    as_vendor = signed_in(cast.vendor).get(address).content.decode()
    assert project.name in as_vendor
    assert "1,500,000.00" not in as_vendor
    assert project.name not in signed_in(cast.stranger).get(address).content.decode()
    assert signed_in(cast.clerk).get(address).status_code == 404


def test_an_export_is_written_into_the_chain_and_keeps_the_budget_from_the_vendor(
    cast: Cast, project: Project, signed_in: SignIn
) -> None:
    address = reverse("contracts:projects") + "?export=csv"
    text = file_of(signed_in(cast.auditor).get(address)).decode()
    assert "1500000.00" in text
    assert AuditEntry.objects.get().verb == "export"
    text = file_of(signed_in(cast.vendor).get(address)).decode()
    assert "1500000.00" not in text
    assert signed_in(cast.engineer).get(address).status_code == 404


def test_the_executed_share_opens_the_payments_that_count_and_those_that_do_not(
    cast: Cast, project: Project, signed_in: SignIn
) -> None:
    wrong = Payment.objects.get()
    a_payment(wrong.contract, "100000.00", corrects=wrong)
    address = reverse("contracts:execution", args=[project.uid])
    body = signed_in(cast.auditor).get(address, headers={"HX-Request": "true", "HX-Target": "drawer"}).content.decode()
    assert "<html" not in body
    assert "100,000.00 / 1,500,000.00" in body
    assert "6.67 %" in body
    assert wrong.number in body
    assert signed_in(cast.vendor).get(address).status_code == 404


def test_only_the_owner_is_offered_changes(cast: Cast, project: Project, signed_in: SignIn) -> None:
    edit = reverse("contracts:project-edit", args=[project.uid])
    assert edit in signed_in(cast.owner).get(page(project)).content.decode()
    assert edit not in signed_in(cast.auditor).get(page(project)).content.decode()
    assert signed_in(cast.auditor).get(edit).status_code == 403
    assert signed_in(cast.vendor).get(edit).status_code == 404


def test_a_change_is_saved_and_shows_in_the_trail(cast: Cast, project: Project, signed_in: SignIn) -> None:
    client = signed_in(cast.owner)
    data = {
        "number": "XM-2021-001",
        "name": "<b>改名</b>",
        "service_from": "2021-07-01",
        "service_to": "2022-06-30",
        "funding": "",
        "purpose": "",
    }
    answer = client.post(reverse("contracts:project-edit", args=[project.uid]), data, follow=True)
    body = answer.content.decode()
    assert "&lt;b&gt;改名&lt;/b&gt;" in body
    assert "<b>改名" not in body
    assert "trail-entry" in body


def test_what_is_wrong_is_said_at_the_top_and_beside_the_field(cast: Cast, project: Project, signed_in: SignIn) -> None:
    data = {"number": "XM-2021-001", "name": "名", "service_from": "2021-07-01", "service_to": "2021-06-30"}
    answer = signed_in(cast.owner).post(reverse("contracts:project-edit", args=[project.uid]), data)
    assert answer.status_code == 422
    assert 'href="#id_service_to"' in answer.content.decode()


def test_the_budget_is_changed_with_its_reason(cast: Cast, project: Project, signed_in: SignIn) -> None:
    client, address = signed_in(cast.owner), reverse("contracts:budget-amend", args=[project.uid])
    assert client.post(address, {"budget": "1600000", "reason": ""}).status_code == 422
    assert client.post(address, {"budget": "-5", "reason": "因"}).status_code == 422
    assert client.post(address, {"budget": "1600000.00", "reason": "追加"}).status_code == 302
    assert Amendment.objects.get().after == "1600000.00"
    part = reverse("contracts:sub-budget-amend", args=[project.uid, 1])
    assert client.post(part, {"budget": "900000.00", "reason": "调减"}).status_code == 302
    assert client.get(reverse("contracts:sub-budget-amend", args=[project.uid, 9])).status_code == 404


def test_a_sub_project_and_its_contract_are_recorded(cast: Cast, project: Project, signed_in: SignIn) -> None:
    client = signed_in(cast.owner)
    part = {"no": "3", "kind": "operations", "name": "子项目3", "scope_text": "", "budget": ""}
    assert client.post(reverse("contracts:sub-project-new", args=[project.uid]), part).status_code == 302
    vendor = an_organisation(cast.tenant, "丙公司")
    data = {
        "code": "C3",
        "number": "HT-2021-003",
        "vendor": vendor.uid,
        "signed_on": "2021-06-30",
        "service_from": "2021-07-01",
        "service_to": "2022-06-30",
        "price": "100.00",
    }
    new = reverse("contracts:contract-new", args=[project.uid, 3])
    assert client.get(new).status_code == 200
    assert client.post(new, data | {"price": "-1"}).status_code == 422
    assert client.post(new, data).status_code == 302
    assert ServiceTarget.objects.filter(contract__code="C3").count() == 15
    assert client.get(page(project)).status_code == 200


def test_a_party_is_added_once(cast: Cast, project: Project, signed_in: SignIn) -> None:
    authority = an_organisation(cast.tenant, "数据局", Organisation.Kind.AUTHORITY)
    address = reverse("contracts:party-new", args=[project.uid])
    for _again in range(2):
        answer = signed_in(cast.owner).post(address, {"organisation": authority.uid, "role": "authority"})
        assert answer.status_code == 302
    assert project.parties.filter(organisation=authority).count() == 1


def test_a_project_is_opened_by_the_offices_leader(cast: Cast, signed_in: SignIn) -> None:
    owner = an_organisation(cast.tenant, "某市事务中心", Organisation.Kind.OWNER)
    data = {
        "code": "P9",
        "number": "XM-9",
        "name": "新项目",
        "owner": owner.uid,
        "service_from": "2022-07-01",
        "service_to": "2023-06-30",
        "budget": "100.00",
    }
    assert signed_in(cast.owner).get(reverse("contracts:project-new")).status_code == 404
    assert signed_in(cast.leader).post(reverse("contracts:project-new"), data).status_code == 302
    assert Project.objects.get().budget == Decimal("100.00")


def test_pages_cost_a_known_number_of_queries(cast: Cast, project: Project, signed_in: SignIn) -> None:
    client = signed_in(cast.owner)
    for address, most in ((page(project), 34), (reverse("contracts:projects"), 15)):
        client.get(address)
        with CaptureQueriesContext(connection) as asked:
            client.get(address)
        assert len(asked) <= most, [query["sql"][:120] for query in asked]


def test_a_grant_that_has_ended_shows_nothing(cast: Cast, project: Project, signed_in: SignIn) -> None:
    Grant.objects.filter(actor_id=cast.owner.pk).update(until="2020-06-01T00:00:00Z")
    assert signed_in(cast.owner).get(page(project)).status_code == 404
