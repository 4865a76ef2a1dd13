"""docs/access.md is the truth: every cell is walked with a person of that role."""

from __future__ import annotations

import pytest
from tests.cast import NOW, Cast

from yunheng.foundation import access
from yunheng.foundation.errors import Refused, Unseen
from yunheng.foundation.models import AuditEntry
from yunheng.people.roles import ADMINISTRATORS, Role
from yunheng.site import access_page

PERSONS = {
    Role.OWNER_LEAD: "owner",
    Role.OWNER_LEADER: "leader",
    Role.VENDOR_MANAGER: "vendor",
    Role.VENDOR_ENGINEER: "engineer",
    Role.SUPERVISOR: "supervisor",
    Role.REQUESTER: "clerk",
    Role.AUDITOR: "auditor",
    Role.SYSTEM_ADMIN: "system_admin",
    Role.SECURITY_ADMIN: "security_admin",
    Role.AUDIT_ADMIN: "audit_admin",
}
OF_THE_OFFICE = {"people.user", "people.grant", "foundation.audit", "foundation.job"}


def printed() -> dict[tuple[str, str], frozenset[str]]:
    return access_page.read(access_page.PAGE.read_text(encoding="utf-8"))


def test_the_page_is_what_the_domains_declare() -> None:
    assert access_page.PAGE.read_text(encoding="utf-8") == access_page.page(), (
        "run: python -m yunheng.site.access_page --write"
    )


def test_every_cell_holds_for_a_person_of_the_role(cast: Cast) -> None:
    cells = printed()
    assert cells
    wrong = []
    for (kind, verb), roles in cells.items():
        for role, name in PERSONS.items():
            allowed = access.may(getattr(cast, name).actor, verb, kind, cast.contract, NOW)
            if allowed != (role in roles):
                wrong.append(f"{name} {verb} {kind}: printed {role in roles}, is {allowed}")
    assert wrong == []


def test_what_is_not_printed_is_refused_or_does_not_exist(cast: Cast) -> None:
    cells = printed()
    refusals = 0
    for (kind, verb), roles in cells.items():
        for role, name in PERSONS.items():
            actor = getattr(cast, name).actor
            if role in roles:
                access.require(actor, verb, kind, cast.contract, NOW)
            elif role in cells[(kind, "view")]:
                with pytest.raises(Refused):
                    access.require(actor, verb, kind, cast.contract, NOW)
                refusals += 1
            else:
                with pytest.raises(Unseen):
                    access.require(actor, verb, kind, cast.contract, NOW)
    assert AuditEntry.objects.filter(verb="refused").count() == refusals


@pytest.mark.parametrize("name", ["outsider", "stranger"])
def test_another_vendor_and_another_office_reach_nothing_here(cast: Cast, name: str) -> None:
    actor = getattr(cast, name).actor
    reached = [cell for cell in printed() if access.may(actor, cell[1], cell[0], cast.contract, NOW)]
    assert reached == []


def test_after_its_end_and_before_its_beginning_a_grant_gives_nothing(cast: Cast) -> None:
    from datetime import timedelta

    from tests.cast import LONG_AGO

    from yunheng.foundation.models import Grant

    Grant.objects.update(until=NOW)
    for moment in (NOW, NOW + timedelta(days=1), LONG_AGO - timedelta(seconds=1)):
        for name in PERSONS.values():
            assert access.standing(getattr(cast, name).actor, moment).held == ()


def test_administrators_and_the_business_have_no_verb_in_common() -> None:
    for (kind, verb), roles in printed().items():
        administers = roles & ADMINISTRATORS
        if kind in OF_THE_OFFICE:
            assert roles <= ADMINISTRATORS | {Role.AUDITOR}, (kind, verb)
        elif kind == "people.calendar":
            assert verb == "view" or roles == {Role.SYSTEM_ADMIN}
        else:
            assert not administers, (kind, verb)


def test_the_three_administrators_cannot_do_one_anothers_work() -> None:
    acts = {
        (kind, verb): roles & ADMINISTRATORS
        for (kind, verb), roles in printed().items()
        if verb not in {"view"} and roles & ADMINISTRATORS
    }
    assert acts
    assert all(len(administrators) == 1 for administrators in acts.values())


def test_the_auditor_only_reads() -> None:
    reading = {"view", "view_all", "view_personal", "verify", "export"}
    assert {verb for (_kind, verb), roles in printed().items() if Role.AUDITOR in roles} <= reading
