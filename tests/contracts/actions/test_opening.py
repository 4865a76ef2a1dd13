"""Projects and contracts come into being with their scopes, their parties and the template of service targets."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from tests.cast import NOW, Cast
from tests.contracts.builders import FIRST, LAST, an_office, an_organisation

from yunheng.contracts.actions import contracts, projects
from yunheng.contracts.actions.contracts import ContractFacts, NodeFacts
from yunheng.contracts.actions.projects import ProjectFacts, SubProjectFacts
from yunheng.contracts.models import Amendment, Contract, Project, ServiceTarget, SubProject
from yunheng.foundation.errors import Conflict, Invalid, Refused, Unseen
from yunheng.foundation.models import AuditEntry, OutboxEvent
from yunheng.people.models import Organisation

PROJECT = ProjectFacts("XM-9", "新项目", FIRST, LAST, Decimal("100.00"))
CONTRACT = ContractFacts("HT-9", FIRST, FIRST, LAST, Decimal("90.00"))


def opened(cast: Cast, facts: ProjectFacts = PROJECT, code: str = "P9") -> Project:
    owner = an_organisation(cast.tenant, "某市事务中心", Organisation.Kind.OWNER)
    parts = [
        SubProjectFacts(1, SubProject.Kind.OPERATIONS, "运维"),
        SubProjectFacts(2, SubProject.Kind.SUPERVISION, "监理"),
    ]
    return projects.create_project(
        tenant=cast.tenant,
        code=code,
        facts=facts,
        owner=owner,
        sub_projects=parts,
        actor=cast.leader.actor,
        now=NOW,
    )


def signed(cast: Cast, no: int = 1, code: str = "C9", facts: ContractFacts = CONTRACT) -> Contract:
    sub_project = SubProject.objects.get(project__scope=cast.project, no=no)
    return contracts.create_contract(
        sub_project=sub_project,
        code=code,
        facts=facts,
        vendor=an_organisation(cast.tenant, "甲运维公司"),
        nodes=[NodeFacts(1, "合同签订后", share=Decimal(40)), NodeFacts(2, "验收后", share=Decimal(60))],
        catalogue=[("桌面", "桌面维护")],
        actor=cast.owner.actor,
        now=NOW,
    )


@pytest.fixture
def office(cast: Cast) -> Project:
    """Two sub-projects more, which wait for their contracts."""
    project = an_office(cast)
    for no, kind in ((3, SubProject.Kind.OPERATIONS), (4, SubProject.Kind.SUPERVISION)):
        SubProject.objects.create(project=project, no=no, kind=kind, name=f"子项目{no}")
    return project


def test_a_project_opens_its_scope_and_knows_its_owner(cast: Cast) -> None:
    project = opened(cast)
    assert (project.scope.code, project.scope.parent, project.scope.name) == ("P9", cast.tenant, "新项目")
    assert [(party.organisation.name, party.role) for party in project.parties.all()] == [("某市事务中心", "owner")]
    assert AuditEntry.objects.get().verb == "create"


def test_what_is_wrong_with_a_project_is_named_by_field(cast: Cast) -> None:
    facts = replace(PROJECT, service_to=date(2021, 6, 1), budget=Decimal("-1"), name=" ")
    with pytest.raises(Invalid) as refused:
        opened(cast, facts)
    assert set(refused.value.fields) == {"service_to", "budget", "name"}
    assert not AuditEntry.objects.exists()


def test_a_code_is_taken_once(cast: Cast) -> None:
    opened(cast)
    with pytest.raises(Conflict):
        opened(cast, replace(PROJECT, number="XM-10"))


def test_who_has_no_role_in_the_office_sees_nothing_to_open(cast: Cast) -> None:
    owner = an_organisation(cast.tenant, "某市事务中心", Organisation.Kind.OWNER)
    with pytest.raises(Unseen):
        projects.create_project(
            tenant=cast.tenant, code="P9", facts=PROJECT, owner=owner, actor=cast.stranger.actor, now=NOW
        )


def test_an_operations_contract_starts_with_a_template_of_fifteen_lines(cast: Cast, office: Project) -> None:
    contract = signed(cast, no=3)
    assert contract.scope.parent == cast.project
    targets = ServiceTarget.objects.filter(contract=contract)
    assert targets.count() == 15
    assert all(target.is_template for target in targets)
    assert OutboxEvent.objects.get().payload == {
        "contract": "HT-9",
        "scope_id": contract.scope_id,
        "kind": "operations",
    }


def test_a_supervision_contract_has_no_service_targets(cast: Cast, office: Project) -> None:
    contract = signed(cast, no=4)
    assert not ServiceTarget.objects.filter(contract=contract).exists()
    assert contract.vendor_id in office.parties.filter(role="supervisor").values_list("organisation_id", flat=True)


def test_a_sub_project_has_one_contract(cast: Cast, office: Project) -> None:
    with pytest.raises(Conflict):
        signed(cast, no=1)


def test_a_vendor_may_not_record_a_contract(cast: Cast, office: Project) -> None:
    sub_project = SubProject.objects.get(project=office, no=3)
    with pytest.raises(Unseen):
        contracts.create_contract(
            sub_project=sub_project,
            code="C9",
            facts=CONTRACT,
            vendor=an_organisation(cast.tenant, "甲运维公司"),
            actor=cast.vendor.actor,
            now=NOW,
        )


def test_a_node_is_a_share_or_an_amount(cast: Cast, office: Project) -> None:
    contract = Contract.objects.get(scope=cast.contract)
    with pytest.raises(Invalid) as refused:
        contracts.add_payment_node(contract=contract, node=NodeFacts(9, "验收后"), actor=cast.owner.actor, now=NOW)
    assert set(refused.value.fields) == {"share"}


def test_a_budget_is_amended_with_its_reason_and_the_old_value_stays(cast: Cast, office: Project) -> None:
    amendment = projects.amend_budget(
        project=office, budget=Decimal("1600000.00"), reason="追加", actor=cast.owner.actor, now=NOW
    )
    assert (amendment.before, amendment.after, amendment.state) == (
        "1500000.00",
        "1600000.00",
        Amendment.State.IN_FORCE,
    )
    with pytest.raises(Refused):
        projects.amend_budget(project=office, budget=Decimal(1), reason="x", actor=cast.auditor.actor, now=NOW)


def test_the_number_stays_once_the_parties_were_asked(cast: Cast, office: Project) -> None:
    contract = Contract.objects.get(scope=cast.contract)
    with pytest.raises(Conflict):
        contracts.change_contract(
            contract=contract,
            number="HT-X",
            signed_on=contract.signed_on,
            vendor=contract.vendor,
            actor=cast.owner.actor,
            now=NOW,
        )


def test_a_change_says_what_was_changed_and_nothing_else(cast: Cast, office: Project) -> None:
    facts = ProjectFacts(office.number, "改名", FIRST, LAST, office.budget, "市级财政", "系统安全稳定，服务及时。")
    projects.change_project(project=office, facts=facts, actor=cast.owner.actor, now=NOW)
    body = bytes(AuditEntry.objects.get().body).decode()
    assert '{"name":"改名"}' in body
    office.scope.refresh_from_db()
    assert office.scope.name == "改名"
