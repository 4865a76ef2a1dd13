"""What the administrators and the parties may do to one another, and what they never may."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from tests.cast import NOW, Cast
from tests.people.builders import a_posting, an_organisation

from yunheng.foundation import access as ground
from yunheng.foundation import audit
from yunheng.foundation.errors import Conflict, Invalid, Refused, Unseen
from yunheng.foundation.models import AuditEntry, Grant, Scope
from yunheng.people import access
from yunheng.people.actions import grants, organisations, postings, users
from yunheng.people.models import Posting, User
from yunheng.people.roles import Role


def give(cast: Cast, user: User, role: str, scope: Scope, **changes: Any) -> Grant:
    values: dict[str, Any] = {"since": NOW, "until": None, "actor": cast.security_admin.actor, "now": NOW}
    return grants.give(user=user, role=role, scope=scope, **(values | changes))


def a_newcomer(cast: Cast) -> User:
    return users.create(
        tenant=cast.tenant,
        username="newcomer",
        name="新同事",
        organisation=None,
        actor=cast.system_admin.actor,
        now=NOW,
    ).user


# ---------------------------------------------------------------- roles


def test_a_given_role_holds_and_stands_in_the_chain(cast: Cast) -> None:
    newcomer = a_newcomer(cast)
    give(cast, newcomer, Role.AUDITOR, cast.tenant)
    assert ground.may(newcomer.actor, "view", access.AUDIT, cast.tenant, NOW)
    assert AuditEntry.objects.filter(kind="people.grant", verb="give", reference="newcomer").exists()


def test_nobody_gives_himself_a_role_or_ends_his_own(cast: Cast) -> None:
    with pytest.raises(Refused):
        give(cast, cast.security_admin, Role.AUDITOR, cast.tenant)
    own = Grant.objects.get(actor_id=cast.security_admin.pk)
    with pytest.raises(Refused):
        grants.end(grant=own, actor=cast.security_admin.actor, now=NOW)


@pytest.mark.parametrize("name", ["system_admin", "security_admin", "audit_admin"])
def test_an_administrator_gets_no_role_in_the_business(cast: Cast, name: str) -> None:
    second = a_newcomer(cast)
    give(cast, second, Role.SECURITY_ADMIN, cast.tenant)
    with pytest.raises(Invalid):
        give(cast, getattr(cast, name), Role.AUDITOR, cast.tenant, actor=second.actor)


@pytest.mark.parametrize("role", [Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN])
def test_who_takes_part_in_the_business_becomes_no_administrator(cast: Cast, role: str) -> None:
    with pytest.raises(Invalid):
        give(cast, cast.owner, role, cast.tenant)


def test_the_three_administrators_are_three_people(cast: Cast) -> None:
    with pytest.raises(Invalid):
        give(cast, cast.system_admin, Role.AUDIT_ADMIN, cast.tenant)


def test_a_role_that_begins_later_counts_for_keeping_apart(cast: Cast) -> None:
    newcomer = a_newcomer(cast)
    give(cast, newcomer, Role.AUDITOR, cast.tenant, since=NOW + timedelta(days=30))
    with pytest.raises(Invalid):
        give(cast, newcomer, Role.SYSTEM_ADMIN, cast.tenant)
    give(cast, newcomer, Role.SYSTEM_ADMIN, cast.tenant, until=NOW + timedelta(days=30))


@pytest.mark.parametrize(
    ("role", "place"),
    [(Role.VENDOR_MANAGER, "project"), (Role.SYSTEM_ADMIN, "project"), (Role.SUPERVISOR, "contract")],
)
def test_a_role_is_given_only_where_it_makes_sense(cast: Cast, role: str, place: str) -> None:
    with pytest.raises(Invalid):
        give(cast, a_newcomer(cast), role, getattr(cast, place))


def test_a_role_is_not_given_twice_for_the_same_time(cast: Cast) -> None:
    newcomer = a_newcomer(cast)
    give(cast, newcomer, Role.REQUESTER, cast.tenant)
    with pytest.raises(Conflict):
        give(cast, newcomer, Role.REQUESTER, cast.tenant)


def test_roles_of_another_office_are_out_of_reach(cast: Cast) -> None:
    with pytest.raises(Unseen):
        give(cast, a_newcomer(cast), Role.REQUESTER, Scope.objects.get(code="T2"))
    with pytest.raises(Invalid):
        give(cast, cast.stranger, Role.REQUESTER, cast.tenant)


@pytest.mark.parametrize("name", ["owner", "system_admin", "audit_admin", "vendor"])
def test_only_the_security_administrator_gives_roles(cast: Cast, name: str) -> None:
    with pytest.raises((Refused, Unseen)):
        give(cast, cast.clerk, Role.REQUESTER, cast.project, actor=getattr(cast, name).actor)


def test_an_ended_role_no_longer_holds_and_is_ended_once(cast: Cast) -> None:
    grant = Grant.objects.get(actor_id=cast.vendor.pk)
    grants.end(grant=grant, actor=cast.security_admin.actor, now=NOW)
    assert not ground.may(cast.vendor.actor, "view", access.POSTING, cast.contract, NOW)
    assert ground.may(cast.vendor.actor, "view", access.POSTING, cast.contract, NOW - timedelta(seconds=1))
    with pytest.raises(Conflict):
        grants.end(grant=grant, actor=cast.security_admin.actor, now=NOW + timedelta(hours=1))


def test_a_role_that_has_not_begun_is_taken_away(cast: Cast) -> None:
    grant = give(cast, a_newcomer(cast), Role.REQUESTER, cast.tenant, since=NOW + timedelta(days=3))
    grants.end(grant=grant, actor=cast.security_admin.actor, now=NOW)
    assert not Grant.objects.filter(pk=grant.pk).exists()


# ---------------------------------------------------------------- users


@pytest.mark.parametrize("username", ["", "a", "has space", "Ünicode", "-dash", "x" * 61])
def test_a_user_name_of_other_signs_is_refused(cast: Cast, username: str) -> None:
    with pytest.raises(Invalid):
        users.create(
            tenant=cast.tenant, username=username, name="x", organisation=None, actor=cast.system_admin.actor, now=NOW
        )


def test_first_passwords_differ_and_meet_the_rules() -> None:
    from django.contrib.auth.password_validation import validate_password

    made = {users.new_password() for _n in range(200)}
    assert len(made) == 200
    for password in made:
        validate_password(password)


def test_who_is_out_of_service_cannot_sign_in(cast: Cast, client: Any) -> None:
    users.deactivate(user=cast.vendor, actor=cast.system_admin.actor, now=NOW)
    client.post("/sign-in", {"username": "vendor", "password": "vendor-pass-1"})
    assert "_auth_user_id" not in client.session


def test_nobody_puts_himself_out_of_service_or_unlocks_himself(cast: Cast) -> None:
    with pytest.raises(Refused):
        users.deactivate(user=cast.system_admin, actor=cast.system_admin.actor, now=NOW)
    with pytest.raises(Refused):
        users.unlock(user=cast.security_admin, actor=cast.security_admin.actor, now=NOW)


def test_a_refusal_stands_in_the_chain(cast: Cast) -> None:
    with pytest.raises(Refused):
        users.unlock(user=cast.vendor, actor=cast.system_admin.actor, now=NOW)
    assert AuditEntry.objects.get().verb == "refused"


# ---------------------------------------------------------------- organisations and postings


def test_a_project_lead_records_organisations_of_his_office(cast: Cast) -> None:
    made = organisations.record(tenant=cast.tenant, kind="vendor", name="新公司", actor=cast.owner.actor, now=NOW)
    assert made.tenant == cast.tenant
    with pytest.raises(Conflict):
        organisations.record(tenant=cast.tenant, kind="vendor", name="新公司", actor=cast.owner.actor, now=NOW)
    with pytest.raises(Refused):
        organisations.record(tenant=cast.tenant, kind="vendor", name="x", actor=cast.vendor.actor, now=NOW)
    with pytest.raises(Unseen):
        organisations.record(tenant=cast.tenant, kind="vendor", name="x", actor=cast.stranger.actor, now=NOW)


def a_placement(cast: Cast, **changes: Any) -> postings.Placement:
    values: dict[str, Any] = {
        "person_name": "甲",
        "organisation": an_organisation(cast.tenant),
        "post": "驻场工程师",
        "since": date(2022, 7, 1),
    }
    return postings.Placement(**(values | changes))


def test_a_vendor_posts_people_to_his_own_contract_only(cast: Cast) -> None:
    made = postings.place(scope=cast.contract, placement=a_placement(cast), actor=cast.vendor.actor, now=NOW)
    assert made.number == "PST-2022-000001"
    with pytest.raises(Unseen):
        postings.place(scope=cast.other_contract, placement=a_placement(cast), actor=cast.vendor.actor, now=NOW)
    with pytest.raises(Refused):
        postings.place(scope=cast.contract, placement=a_placement(cast), actor=cast.supervisor.actor, now=NOW)


def test_the_name_of_a_person_is_not_in_the_chain(cast: Cast) -> None:
    postings.place(
        scope=cast.contract, placement=a_placement(cast, person_name="张三丰"), actor=cast.vendor.actor, now=NOW
    )
    entry = AuditEntry.objects.get(kind="people.posting")
    assert "张三丰".encode() not in bytes(entry.body)
    assert audit.personal("张三丰").encode() in bytes(entry.body)


def replacement(cast: Cast) -> Posting:
    earlier = a_posting(cast.contract)
    return postings.place(
        scope=cast.contract,
        placement=a_placement(cast, person_name="乙", replaces=earlier),
        actor=cast.vendor.actor,
        now=NOW,
    )


def answer(posting: Posting, actor: User, approve: bool, role: str, reason: str = "") -> Posting:
    decision = access.replacement_decisions(posting).get(role=role)
    return postings.answer_replacement(
        posting=posting, decision=decision, approve=approve, reason=reason, actor=actor.actor, now=NOW
    )


def test_a_replacement_stands_when_owner_and_supervisor_said_yes(cast: Cast) -> None:
    posting = replacement(cast)
    answer(posting, cast.owner, True, Role.OWNER_LEAD)
    posting.refresh_from_db()
    assert not posting.replacement_approved
    answer(posting, cast.supervisor, True, Role.SUPERVISOR)
    posting.refresh_from_db()
    assert posting.replacement_approved


def test_one_no_is_enough_and_needs_a_reason(cast: Cast) -> None:
    posting = replacement(cast)
    with pytest.raises(Invalid):
        answer(posting, cast.supervisor, False, Role.SUPERVISOR)
    answer(posting, cast.supervisor, False, Role.SUPERVISOR, "证书不符")
    answer(posting, cast.owner, True, Role.OWNER_LEAD)
    posting.refresh_from_db()
    assert not posting.replacement_approved


def test_nobody_answers_for_another_party(cast: Cast) -> None:
    posting = replacement(cast)
    with pytest.raises(Refused):
        answer(posting, cast.owner, True, Role.SUPERVISOR)
    with pytest.raises(Refused):
        answer(posting, cast.vendor, True, Role.OWNER_LEAD)


def test_a_posting_ends_after_it_begins_and_once(cast: Cast) -> None:
    posting = a_posting(cast.contract)
    with pytest.raises(Invalid):
        postings.end(posting=posting, until=posting.since, actor=cast.owner.actor, now=NOW)
    postings.end(posting=posting, until=date(2022, 7, 1), actor=cast.owner.actor, now=NOW)
    assert not posting.covers(date(2022, 7, 1))
    assert posting.covers(date(2022, 6, 30))
    with pytest.raises(Conflict):
        postings.end(posting=posting, until=date(2022, 8, 1), actor=cast.owner.actor, now=NOW)
