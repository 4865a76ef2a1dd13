"""Who reaches which page of people and administration, and what everybody else gets: nothing there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from tests.cast import Cast
from tests.people.builders import a_calendar_version, a_posting, an_organisation

from yunheng.foundation.models import AuditEntry, Job
from yunheng.people.models import User

Enter = Callable[[User], Client]

EVERYBODY = {
    *("owner", "leader", "vendor", "engineer", "supervisor", "auditor", "clerk", "outsider", "stranger"),
    *("system_admin", "security_admin", "audit_admin"),
}
PARTIES = {"owner", "leader", "vendor", "engineer", "supervisor", "auditor", "outsider", "stranger"}
PAGES: dict[str, set[str]] = {
    "/account": EVERYBODY,
    "/password": EVERYBODY,
    "/users/": {"system_admin", "security_admin"},
    "/users/new": {"system_admin"},
    "/grants/": {"security_admin", "audit_admin"},
    "/grants/new": {"security_admin"},
    "/calendars/": PARTIES | {"system_admin"},
    "/audit/": {"auditor", "audit_admin"},
    "/jobs/": {"system_admin"},
    "/organisations/": PARTIES,
    "/organisations/new": {"owner", "stranger"},
    "/postings/": PARTIES,
    "/postings/new": {"owner", "vendor", "outsider"},
}


@pytest.mark.parametrize("address", PAGES)
def test_a_page_opens_for_its_roles_and_does_not_exist_for_others(cast: Cast, signed_in: Enter, address: str) -> None:
    opened = {name for name in EVERYBODY if signed_in(getattr(cast, name)).get(address).status_code == 200}
    assert opened == PAGES[address]


@pytest.mark.parametrize("address", sorted(PAGES))
def test_without_signing_in_every_page_leads_to_the_door(client: Client, db: None, address: str) -> None:
    answer = client.get(address)
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/sign-in?next={address}")


def test_the_pages_of_one_user_show_to_each_administrator_his_own_buttons(cast: Cast, signed_in: Enter) -> None:
    address = f"/users/{cast.vendor.uid}/"
    as_system = signed_in(cast.system_admin).get(address).content.decode()
    as_security = signed_in(cast.security_admin).get(address).content.decode()
    assert "reset-password" in as_system
    assert "/grants/new" not in as_system
    assert "reset-password" not in as_security
    assert f"/grants/new?user={cast.vendor.uid}" in as_security


def test_users_of_another_office_do_not_exist_here(cast: Cast, signed_in: Enter) -> None:
    client = signed_in(cast.system_admin)
    assert "stranger" not in client.get("/users/").content.decode()
    assert client.get(f"/users/{cast.stranger.uid}/").status_code == 404


def test_the_first_password_is_shown_once_and_nowhere_else(cast: Cast, signed_in: Enter) -> None:
    client = signed_in(cast.system_admin)
    answer = client.post("/users/new", {"username": "New.One", "name": "新同事", "tenant": cast.tenant.pk})
    made = User.objects.get(username="new.one")
    shown = answer.context["made"].password
    assert shown in answer.content.decode()
    assert made.check_password(shown)
    assert made.must_change_password
    assert shown not in client.get(f"/users/{made.uid}/").content.decode()
    entry = AuditEntry.objects.get(reference="new.one", verb="create")
    assert shown.encode() not in bytes(entry.body)
    assert "新同事".encode() not in bytes(entry.body)


def test_a_taken_user_name_is_said_at_the_top_and_nothing_is_made(cast: Cast, signed_in: Enter) -> None:
    before = User.objects.count()
    answer = signed_in(cast.system_admin).post(
        "/users/new", {"username": "owner", "name": "x", "tenant": cast.tenant.pk}
    )
    assert answer.status_code == 422
    assert User.objects.count() == before


def test_names_are_text_and_never_markup(cast: Cast, signed_in: Enter) -> None:
    evil = "<script>alert(1)</script>"
    cast.vendor.name = evil
    cast.vendor.save()
    an_organisation(cast.tenant, f"{evil} & Co")
    a_posting(cast.contract, person_name=evil, post=evil, certificate=evil)
    pages = {
        cast.system_admin: ["/users/", f"/users/{cast.vendor.uid}/"],
        cast.security_admin: ["/grants/", f"/users/{cast.vendor.uid}/"],
        cast.owner: ["/organisations/", "/postings/"],
        cast.vendor: ["/account", "/"],
    }
    for user, addresses in pages.items():
        client = signed_in(user)
        for address in addresses:
            text = client.get(address).content.decode()
            assert evil not in text, address
            assert "&lt;script&gt;" in text or address == "/grants/", address


def test_an_own_calendar_shows_its_versions_and_a_month(cast: Cast, signed_in: Enter) -> None:
    a_calendar_version(cast.tenant, "cn-5x8", date(2021, 7, 1))
    a_calendar_version(
        cast.tenant, "cn-5x8", date(2021, 7, 1), revision=2, data={"weekly": {"mon": [["09:00", "12:00"]]}}
    )
    text = signed_in(cast.system_admin).get(f"/calendars/{cast.tenant.uid}/cn-5x8/?month=2021-09").content.decode()
    assert "09:00-12:00" in text
    assert "2021-07-01" in text


def test_a_version_is_looked_at_before_it_is_recorded(cast: Cast, signed_in: Enter) -> None:
    client = signed_in(cast.system_admin)
    address = f"/calendars/{cast.tenant.uid}/new"
    version = {
        "code": "desk",
        "name": "Desk",
        "valid_from": "2035-01-01",
        "reason": "clause 4",
        "timezone": "Asia/Shanghai",
    }
    version |= {"national": "on", "mon": "8:30-12:00, 14:00-17:30"}
    looked = client.post(address, version | {"look": "1"})
    assert looked.context["month"].provisional
    assert not AuditEntry.objects.filter(kind="people.calendar").exists()
    assert client.post(address, version).status_code == 302
    assert AuditEntry.objects.get(kind="people.calendar").reference == "desk"


@pytest.mark.parametrize(
    "wrong",
    [{"mon": "morning"}, {"mon": "08:30-12:00 11:00-13:00"}, {"mon": ""}, {"reason": ""}, {"timezone": "Mars/Base"}],
    ids=["no window", "overlap", "empty calendar", "no reason", "no zone"],
)
def test_a_calendar_that_makes_no_sense_is_refused(cast: Cast, signed_in: Enter, wrong: dict[str, str]) -> None:
    version = {
        "code": "desk",
        "valid_from": "2035-01-01",
        "reason": "r",
        "timezone": "Asia/Shanghai",
        "mon": "08:30-12:00",
    }
    answer = signed_in(cast.system_admin).post(f"/calendars/{cast.tenant.uid}/new", version | wrong)
    assert answer.status_code == 422
    assert answer.context["form"].errors


def test_a_failed_job_is_run_again_by_the_system_administrator(cast: Cast, signed_in: Enter) -> None:
    from tests.cast import NOW

    job = Job.objects.create(name="x.y", created_at=NOW, run_at=NOW, state="failed", attempts=5, error="boom")
    client = signed_in(cast.system_admin)
    assert "boom" in client.get("/jobs/").content.decode()
    client.post(f"/jobs/{job.uid}/again")
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("waiting", 0)
    assert AuditEntry.objects.get(kind="foundation.job").reference == job.uid
    assert signed_in(cast.owner).post(f"/jobs/{job.uid}/again").status_code == 404


def test_the_chain_is_verified_with_one_button_and_a_broken_link_is_named(cast: Cast, signed_in: Enter) -> None:
    client = signed_in(cast.audit_admin)
    client.post("/audit/verify")
    assert client.get("/audit/").context["last_facts"]["holds"]
    AuditEntry.objects.filter(sequence=1).update(actor_label="somebody else")
    client.post("/audit/verify")
    facts = client.get("/audit/").context["last_facts"]
    assert (facts["holds"], facts["sequence"], facts["trouble"]) == (False, 1, "columns")


def test_a_link_of_the_chain_shows_its_facts(cast: Cast, signed_in: Enter) -> None:
    client = signed_in(cast.audit_admin)
    client.post("/audit/verify")
    entry = AuditEntry.objects.get()
    text = client.get(f"/audit/{entry.pk}").content.decode()
    assert bytes(entry.link).hex() in text
    assert signed_in(cast.owner).get(f"/audit/{entry.pk}").status_code == 404


def test_the_supervisor_sees_a_posting_without_its_personal_part(cast: Cast, signed_in: Enter) -> None:
    posting = a_posting(cast.contract, background="无犯罪记录 2021-06")
    assert "无犯罪记录" in signed_in(cast.owner).get(f"/postings/{posting.uid}/").content.decode()
    shown = signed_in(cast.supervisor).get(f"/postings/{posting.uid}/").content.decode()
    assert posting.person_name in shown
    assert "无犯罪记录" not in shown
    assert signed_in(cast.outsider).get(f"/postings/{posting.uid}/").status_code == 404
