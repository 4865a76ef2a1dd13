"""A line of the service targets is a template until its clause is entered and the owner confirms."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from tests.cast import NOW, Cast
from tests.contracts.builders import FIRST, an_office

from yunheng.contracts.actions import targets
from yunheng.contracts.actions.targets import Clause
from yunheng.contracts.models import Contract, ServiceTarget
from yunheng.contracts.queries import active_targets
from yunheng.foundation.errors import Conflict, Invalid, Refused
from yunheng.foundation.models import OutboxEvent

CLAUSE = Clause("6.2", "重大故障十五分钟内响应。", FIRST, seconds=900)


@pytest.fixture
def contract(cast: Cast) -> Contract:
    an_office(cast)
    found = Contract.objects.get(scope=cast.contract)
    targets.create_templates(contract=found, actor=cast.owner.actor, now=NOW)
    return found


def entered(cast: Cast, contract: Contract, clause: Clause = CLAUSE) -> ServiceTarget:
    return targets.enter_clause(
        contract=contract, level=1, clock="response", clause=clause, actor=cast.owner.actor, now=NOW
    )


def in_force(contract: Contract) -> list[tuple[int, str, int | None]]:
    return [(target.level, target.clock, target.seconds) for target in active_targets(contract.scope_id, NOW)]


def test_a_template_has_no_force(cast: Cast, contract: Contract) -> None:
    assert in_force(contract) == []
    with pytest.raises(Invalid):
        targets.confirm_target(target=contract.targets.first(), actor=cast.owner.actor, now=NOW)  # type: ignore[arg-type]


def test_a_clause_waits_for_the_owner(cast: Cast, contract: Contract) -> None:
    target = entered(cast, contract)
    assert in_force(contract) == []
    targets.confirm_target(target=target, actor=cast.owner.actor, now=NOW)
    assert in_force(contract) == [(1, "response", 900)]
    assert OutboxEvent.objects.get().payload["target"] == "C1/P1/response"


def test_the_vendor_may_enter_a_clause_and_not_confirm_it(cast: Cast, contract: Contract) -> None:
    target = targets.enter_clause(
        contract=contract, level=1, clock="response", clause=CLAUSE, actor=cast.vendor.actor, now=NOW
    )
    with pytest.raises(Refused):
        targets.confirm_target(target=target, actor=cast.vendor.actor, now=NOW)


def test_a_new_wording_is_in_force_from_its_day_and_the_old_one_until_then(cast: Cast, contract: Contract) -> None:
    targets.confirm_target(target=entered(cast, contract), actor=cast.owner.actor, now=NOW)
    later = replace(CLAUSE, seconds=600, valid_from=date(2022, 1, 1))
    targets.confirm_target(target=entered(cast, contract, later), actor=cast.owner.actor, now=NOW)
    assert in_force(contract) == [(1, "response", 600)]
    assert [target.seconds for target in active_targets(contract.scope_id, NOW - timedelta(days=300))] == [900]


def test_two_wordings_never_begin_on_one_day(cast: Cast, contract: Contract) -> None:
    targets.confirm_target(target=entered(cast, contract), actor=cast.owner.actor, now=NOW)
    again = entered(cast, contract)
    with pytest.raises(Conflict):
        targets.confirm_target(target=again, actor=cast.owner.actor, now=NOW)


def test_what_is_wrong_with_a_clause_is_named_by_field(cast: Cast, contract: Contract) -> None:
    wrong = Clause("", " ", date(2020, 1, 1), seconds=900, days=1, calendar_code="nowhere")
    with pytest.raises(Invalid) as refused:
        entered(cast, contract, wrong)
    assert set(refused.value.fields) == {"clause_number", "clause_text", "valid_from", "amount", "calendar_code"}
