"""Anchors and amendments bind three parties, and each of them signs."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from tests.cast import NOW, Cast
from tests.contracts.builders import a_contract, an_office

from yunheng.contracts.access import decisions_on
from yunheng.contracts.actions import amendments, anchors
from yunheng.contracts.models import Amendment, Contract, Project
from yunheng.foundation.actors import SYSTEM
from yunheng.foundation.errors import Conflict, Invalid, Refused, Unseen
from yunheng.foundation.models import Decision, OutboxEvent, Scope, ScopeKind
from yunheng.people.models import User

DAY = date(2021, 7, 15)


@pytest.fixture
def project(cast: Cast) -> Project:
    return an_office(cast)


@pytest.fixture
def contract(cast: Cast, project: Project) -> Contract:
    """On a scope of its own where the vendor manages too, without an anchor."""
    Contract.objects.filter(scope=cast.contract).update(
        anchor_kind="", anchor_date=None, anchor_reason="", anchor_signed_at=None
    )
    return Contract.objects.get(scope=cast.contract)


def proposed(cast: Cast, contract: Contract) -> Contract:
    return anchors.sign_anchor(
        contract=contract, kind="work_order", day=DAY, reason="以开工令为准", actor=cast.owner.actor, now=NOW
    )


def answer(contract: Contract, person: User, *, approve: bool = True) -> Contract:
    role = {"vendor": "vendor_manager", "supervisor": "supervisor"}[person.name]
    asked = decisions_on(contract).get(role=role, state=Decision.State.OPEN)
    return anchors.answer_anchor(
        contract=contract, decision=asked, approve=approve, reason="不同意", actor=person.actor, now=NOW
    )


def test_an_anchor_is_in_force_when_all_three_have_signed(cast: Cast, contract: Contract) -> None:
    proposed(cast, contract)
    answer(contract, cast.vendor)
    assert Contract.objects.filter(pk=contract.pk, anchor_signed_at=None).exists()
    answer(contract, cast.supervisor)
    assert Contract.objects.filter(pk=contract.pk, anchor_date=DAY, anchor_signed_at=NOW).exists()
    assert OutboxEvent.objects.get().payload["start"] == "2021-07-15"


def test_an_anchor_is_chosen_once(cast: Cast, contract: Contract) -> None:
    proposed(cast, contract)
    with pytest.raises(Conflict):
        proposed(cast, contract)


def test_a_no_frees_the_choice_and_the_next_proposal_asks_anew(cast: Cast, contract: Contract) -> None:
    proposed(cast, contract)
    answer(contract, cast.vendor, approve=False)
    contract.refresh_from_db()
    assert contract.anchor_kind == ""
    proposed(cast, contract)
    answer(contract, cast.vendor)
    answer(contract, cast.supervisor)
    contract.refresh_from_db()
    assert contract.anchor_signed_at == NOW


def test_nobody_signs_for_another_party(cast: Cast, contract: Contract) -> None:
    proposed(cast, contract)
    asked = decisions_on(contract).get(role="supervisor")
    with pytest.raises(Refused):
        anchors.answer_anchor(
            contract=contract, decision=asked, approve=True, reason="", actor=cast.vendor.actor, now=NOW
        )


def test_an_anchor_lies_in_the_service_period_and_has_a_reason(cast: Cast, contract: Contract) -> None:
    with pytest.raises(Invalid) as refused:
        anchors.sign_anchor(
            contract=contract,
            kind="arrival",
            day=date(2021, 6, 30),
            reason="",
            actor=cast.owner.actor,
            now=NOW,
        )
    assert set(refused.value.fields) == {"day", "reason"}


def test_a_paper_signed_by_all_comes_in_with_the_system_only(cast: Cast, contract: Contract) -> None:
    with pytest.raises(Refused):
        anchors.sign_anchor(
            contract=contract,
            kind="contract",
            day=DAY,
            reason="按合同",
            paper="三方确认书1号",
            actor=cast.owner.actor,
            now=NOW,
        )
    anchors.sign_anchor(
        contract=contract, kind="contract", day=DAY, reason="按合同", paper="三方确认书1号", actor=SYSTEM, now=NOW
    )
    assert contract.anchor_signed_at == NOW
    assert set(decisions_on(contract).values_list("reason", flat=True)) == {"三方确认书1号"}


def test_a_price_changes_when_all_three_have_signed(cast: Cast, project: Project) -> None:
    contract = Contract.objects.get(scope=cast.contract)
    amendment = amendments.propose_amendment(
        contract=contract, subject="price", after="960000.00", reason="增项", actor=cast.owner.actor, now=NOW
    )
    for person, role in ((cast.vendor, "vendor_manager"), (cast.supervisor, "supervisor")):
        asked = decisions_on(contract).get(role=role, question=amendments.question_of(amendment))
        amendments.answer_amendment(
            amendment=amendment, decision=asked, approve=True, reason="", actor=person.actor, now=NOW
        )
    contract.refresh_from_db()
    assert contract.price == Decimal("960000.00")
    assert (amendment.before, amendment.state) == ("950000.00", Amendment.State.IN_FORCE)


def test_a_declined_amendment_changes_nothing_and_another_may_follow(cast: Cast, project: Project) -> None:
    contract = Contract.objects.get(scope=cast.contract)

    def propose() -> Amendment:
        return amendments.propose_amendment(
            contract=contract, subject="service_to", after="2022-09-30", reason="延期", actor=cast.owner.actor, now=NOW
        )

    amendment = propose()
    with pytest.raises(Conflict):
        propose()
    asked = decisions_on(contract).get(role="vendor_manager", question=amendments.question_of(amendment))
    amendments.answer_amendment(
        amendment=amendment, decision=asked, approve=False, reason="不同意", actor=cast.vendor.actor, now=NOW
    )
    assert amendment.state == Amendment.State.REJECTED
    contract.refresh_from_db()
    assert contract.service_to == date(2022, 6, 30)
    assert propose().state == Amendment.State.PROPOSED


def test_an_amendment_says_what_is_wrong(cast: Cast, project: Project) -> None:
    contract = Contract.objects.get(scope=cast.contract)
    for subject, after in (
        ("price", "-1"),
        ("price", "950000.00"),
        ("service_to", "gestern"),
        ("anchor", "x 2021-07-01"),
    ):
        with pytest.raises(Invalid):
            amendments.propose_amendment(
                contract=contract, subject=subject, after=after, reason="因", actor=cast.owner.actor, now=NOW
            )


def test_a_contract_of_another_vendor_is_not_there(cast: Cast, project: Project) -> None:
    third = Scope.objects.create_child(kind=ScopeKind.CONTRACT, code="C3", name="子项目3", parent=cast.project)
    contract = a_contract(project, third, no=3, vendor="丙公司", anchor=None)
    proposed(cast, contract)
    asked = decisions_on(contract).get(role="vendor_manager")
    with pytest.raises(Unseen):
        anchors.answer_anchor(
            contract=contract, decision=asked, approve=True, reason="", actor=cast.vendor.actor, now=NOW
        )
