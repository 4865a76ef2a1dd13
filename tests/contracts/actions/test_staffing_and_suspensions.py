from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.cast import NOW, Cast
from tests.contracts.builders import an_office

from yunheng.contracts.actions import staffing, suspensions
from yunheng.contracts.models import Contract, StaffingRequirement
from yunheng.contracts.queries import needs_as_known
from yunheng.foundation.errors import Conflict, Invalid, Refused


@pytest.fixture
def contract(cast: Cast) -> Contract:
    an_office(cast)
    return Contract.objects.get(scope=cast.contract)


def test_another_number_replaces_the_earlier_one_and_both_are_remembered(cast: Cast, contract: Contract) -> None:
    later = NOW + timedelta(days=1)
    for required, now in ((1, NOW), (2, later)):
        staffing.require_staff(contract=contract, post="桌面", required=required, actor=cast.owner.actor, now=now)

    def known(now: object) -> list[int]:
        return [need.required for need in needs_as_known([contract.scope_id], now)[contract.scope_id]]  # type: ignore[arg-type]

    assert (known(NOW), known(later)) == ([1], [2])
    assert StaffingRequirement.objects.count() == 2


def test_only_the_owner_requires_staff(cast: Cast, contract: Contract) -> None:
    with pytest.raises(Refused):
        staffing.require_staff(contract=contract, post="桌面", required=1, actor=cast.vendor.actor, now=NOW)


def test_work_is_suspended_once_at_a_time(cast: Cast, contract: Contract) -> None:
    def suspend(since: date) -> None:
        suspensions.suspend(
            contract=contract, since=since, due_to_vendor=True, reason="整改", actor=cast.supervisor.actor, now=NOW
        )

    suspend(date(2021, 8, 1))
    with pytest.raises(Conflict):
        suspend(date(2021, 9, 1))
    stopped = contract.suspensions.get()
    with pytest.raises(Invalid):
        suspensions.resume(suspension=stopped, until=date(2021, 8, 1), actor=cast.supervisor.actor, now=NOW)
    suspensions.resume(suspension=stopped, until=date(2021, 8, 5), actor=cast.supervisor.actor, now=NOW)
    with pytest.raises(Conflict):
        suspend(date(2021, 8, 4))
    suspend(date(2021, 8, 5))
