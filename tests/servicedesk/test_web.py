"""What each person sees of tickets and may do with them in the browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.cast import Cast
from tests.servicedesk.builders import a_device, a_fault, a_system, a_ticket, an_office_with_targets, at, later

from yunheng.people.models import User
from yunheng.servicedesk import actions
from yunheng.servicedesk.models import Ticket
from yunheng.servicedesk.web.lists import listing
from yunheng.ui.lists import missing_indexes

SignedIn = Callable[[User], Client]


def page(name: str, ticket: Ticket, *more: object) -> str:
    return reverse(f"servicedesk:{name}", args=[ticket.uid, *more])


def fresh(cast: Cast, *, level: int = 2) -> Ticket:
    """A fault of this moment, so that its steps can be taken through the pages."""
    from tests.servicedesk.builders import DEGREES

    now = later(timezone.now(), minutes=-10)
    impact, urgency = DEGREES[level]
    return actions.open_ticket(
        scope=cast.contract, title="门户打不开", impact=impact, urgency=urgency, actor=cast.clerk.actor, now=now
    )


@pytest.mark.parametrize("name", ["owner", "leader", "vendor", "engineer", "supervisor", "auditor"])
def test_the_parties_see_the_tickets_of_their_contract(cast: Cast, signed_in: SignedIn, name: str) -> None:
    an_office_with_targets(cast)
    ticket = a_fault(cast, "2021-09-27 09:00", responded="2021-09-27 10:30")
    client = signed_in(getattr(cast, name))
    assert ticket.number in client.get(reverse("servicedesk:ticket-list")).content.decode()
    assert client.get(page("ticket", ticket)).status_code == 200
    assert client.get(page("clock", ticket, "response")).status_code == 200


@pytest.mark.parametrize("name", ["outsider", "stranger", "system_admin", "security_admin", "audit_admin"])
def test_for_others_the_ticket_does_not_exist(cast: Cast, signed_in: SignedIn, name: str) -> None:
    an_office_with_targets(cast)
    ticket = a_fault(cast, "2021-09-27 09:00")
    client = signed_in(getattr(cast, name))
    for address in (page("ticket", ticket), page("clock", ticket, "response"), page("step", ticket, "accept")):
        assert client.get(address).status_code == 404
    answer = client.get(reverse("servicedesk:ticket-list"))
    assert answer.status_code == 404 or ticket.number not in answer.content.decode()


def test_a_clerk_sees_his_own_tickets_and_no_others(cast: Cast, signed_in: SignedIn) -> None:
    an_office_with_targets(cast)
    mine, other = a_ticket(cast), a_ticket(cast, by=cast.engineer)
    client = signed_in(cast.clerk)
    shown = client.get(reverse("servicedesk:ticket-list")).content.decode()
    assert mine.number in shown
    assert other.number not in shown
    assert client.get(page("ticket", mine)).status_code == 200
    assert client.get(page("ticket", other)).status_code == 404


def test_whoever_is_not_signed_in_is_asked_to(cast: Cast) -> None:
    answer = Client().get(reverse("servicedesk:ticket-list"))
    assert answer.status_code == 302


def test_a_clerk_reports_a_fault_with_one_form(cast: Cast, signed_in: SignedIn) -> None:
    an_office_with_targets(cast)
    device = a_device(cast)
    client = signed_in(cast.clerk)
    assert client.get(reverse("servicedesk:ticket-new")).status_code == 200
    answer = client.post(
        reverse("servicedesk:ticket-new"),
        {
            "title": "打印机不出纸", "impact": "3", "urgency": "2", "kind": "incident",
            "scope": str(cast.contract.pk), "device": device.code,
        },
    )  # fmt: skip
    ticket = Ticket.objects.get()
    assert answer["Location"] == page("ticket", ticket)
    assert (ticket.requester, ticket.level, ticket.device) == ("clerk", 4, device)


def test_an_unfinished_report_says_what_is_missing(cast: Cast, signed_in: SignedIn) -> None:
    an_office_with_targets(cast)
    answer = signed_in(cast.clerk).post(reverse("servicedesk:ticket-new"), {"title": ""})
    assert answer.status_code == 422
    assert not Ticket.objects.exists()


def test_the_engineer_takes_a_fault_to_its_solution_and_the_clerk_agrees(cast: Cast, signed_in: SignedIn) -> None:
    an_office_with_targets(cast)
    ticket = fresh(cast)
    engineer, clerk = signed_in(cast.engineer), signed_in(cast.clerk)
    for name, values in (
        ("respond", {"note": "已致电"}),
        ("restore", {"how": "temporary"}),
        ("resolve", {"note": "重启服务"}),
    ):
        assert engineer.get(page("step", ticket, name)).status_code == 200
        assert engineer.post(page("step", ticket, name), values).status_code == 302
    assert clerk.post(page("step", ticket, "confirm"), {}).status_code == 302
    ticket.refresh_from_db()
    assert ticket.state == "confirmed"


def test_a_step_that_is_refused_comes_back_with_the_reason(cast: Cast, signed_in: SignedIn) -> None:
    an_office_with_targets(cast)
    ticket = fresh(cast)
    answer = signed_in(cast.engineer).post(page("step", ticket, "respond"), {"occurred_at": "2035-01-01T09:00"})
    assert answer.status_code == 422
    ticket.refresh_from_db()
    assert ticket.responded_at is None


def test_a_step_somebody_else_has_taken_is_a_conflict(cast: Cast, signed_in: SignedIn) -> None:
    ticket = fresh(cast)
    client = signed_in(cast.engineer)
    client.post(page("step", ticket, "accept"), {})
    assert client.post(page("step", ticket, "accept"), {}).status_code == 409


def test_buttons_are_those_of_state_and_role(cast: Cast, signed_in: SignedIn) -> None:
    ticket = fresh(cast)
    vendor = signed_in(cast.engineer).get(page("ticket", ticket)).content.decode()
    auditor = signed_in(cast.auditor).get(page("ticket", ticket)).content.decode()
    assert page("step", ticket, "respond") in vendor
    assert page("step", ticket, "resolve") not in vendor
    assert "/step/" not in auditor
    assert signed_in(cast.auditor).get(page("step", ticket, "respond")).status_code == 403


def test_the_supervisor_confirms_a_pause_on_the_page(cast: Cast, signed_in: SignedIn) -> None:
    an_office_with_targets(cast)
    ticket = fresh(cast)
    engineer = signed_in(cast.engineer)
    engineer.post(page("step", ticket, "respond"), {})
    engineer.post(page("step", ticket, "pause"), {"reason": "owner_parts"})
    entry = ticket.clock_entries.get(action="pause")
    supervisor = signed_in(cast.supervisor)
    assert page("decide-pause", ticket, entry.pk) in supervisor.get(page("ticket", ticket)).content.decode()
    assert supervisor.post(page("decide-pause", ticket, entry.pk), {"answer": "no"}).status_code == 422
    assert supervisor.post(page("decide-pause", ticket, entry.pk), {"answer": "yes"}).status_code == 302
    entry.refresh_from_db()
    assert entry.confirmed_by == "supervisor"
    assert engineer.get(page("decide-pause", ticket, entry.pk)).status_code == 403


def test_the_owner_decides_on_a_lower_level_on_the_page(cast: Cast, signed_in: SignedIn) -> None:
    an_office_with_targets(cast)
    ticket = fresh(cast)
    values = {"impact": "3", "urgency": "3", "reason": "只影响一人"}
    signed_in(cast.engineer).post(page("step", ticket, "change_level"), values)
    owner = signed_in(cast.owner)
    assert page("decide-level", ticket) in owner.get(page("ticket", ticket)).content.decode()
    assert owner.post(page("decide-level", ticket), {"answer": "yes"}).status_code == 302
    ticket.refresh_from_db()
    assert ticket.level == 4


def test_a_back_filled_fact_is_confirmed_and_a_time_corrected_on_the_page(cast: Cast, signed_in: SignedIn) -> None:
    an_office_with_targets(cast)
    ticket = a_ticket(cast, "2021-09-27 09:00", by=cast.engineer, now=at("2021-09-30 09:00"))
    fact = ticket.facts.get()
    supervisor = signed_in(cast.supervisor)
    assert supervisor.post(page("confirm-fact", ticket, fact.pk)).status_code == 302
    values = {"occurred_at": "2021-09-27T09:10", "reason": "以来电记录为准"}
    assert supervisor.post(page("correct-fact", ticket, fact.pk), values).status_code == 302
    ticket.refresh_from_db()
    assert ticket.reported_at == at("2021-09-27 09:10")


def test_a_clock_explains_its_deadline_with_days_off_and_calendar(cast: Cast, signed_in: SignedIn) -> None:
    an_office_with_targets(cast)
    ticket = a_ticket(cast, "2021-09-30 16:30", level=3)
    shown = signed_in(cast.owner).get(page("clock", ticket, "restore")).content.decode()
    assert "2021-10-08 17:30" in shown
    assert "cn-5x8" in shown


def test_the_filters_of_the_list_narrow_it(cast: Cast, signed_in: SignedIn) -> None:
    an_office_with_targets(cast)
    system = a_system(cast)
    late = a_fault(cast, "2021-09-27 09:00", system=system, responded="2021-09-27 10:30")
    other = a_ticket(cast, "2021-09-27 09:00", level=4, kind="request")
    client = signed_in(cast.owner)
    for query, found, lost in (
        ("show=late", late, other),
        ("system=OA", late, other),
        ("level=4", other, late),
        ("state=new", other, late),
        ("show=requests", other, late),
        (f"q={late.number}", late, other),
    ):
        shown = client.get(reverse("servicedesk:ticket-list") + f"?{query}").content.decode()
        assert found.number in shown, query
        assert lost.number not in shown, query


def test_the_list_costs_few_statements(cast: Cast, signed_in: SignedIn, django_assert_max_num_queries: object) -> None:
    an_office_with_targets(cast)
    for _index in range(12):
        a_ticket(cast, "2021-09-27 09:00")
    client = signed_in(cast.owner)
    client.get(reverse("servicedesk:ticket-list"))
    with django_assert_max_num_queries(15):  # type: ignore[operator]  # the fixture has no public type
        client.get(reverse("servicedesk:ticket-list"))


def test_every_filter_and_sort_of_the_list_has_its_index() -> None:
    declared = listing(at("2021-09-27 09:00"), list, actor_id=1, may_open=True)
    assert missing_indexes(declared, Ticket) == []


def test_the_home_page_shows_running_clocks_and_what_waits(cast: Cast, signed_in: SignedIn) -> None:
    an_office_with_targets(cast)
    ticket = fresh(cast)
    engineer = signed_in(cast.engineer)
    engineer.post(page("step", ticket, "respond"), {})
    engineer.post(page("step", ticket, "pause"), {"reason": "waiting_user"})
    shown = signed_in(cast.supervisor).get(reverse("home")).content.decode()
    assert shown.count(ticket.number) == 2


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_pages_speak_both_languages(cast: Cast, signed_in: SignedIn, language: str) -> None:
    an_office_with_targets(cast)
    ticket = a_fault(cast, "2021-09-27 09:00", responded="2021-09-27 10:30", resolved="2021-09-27 11:00")
    client = signed_in(cast.owner)
    client.cookies["yunheng_language"] = language
    shown = client.get(page("ticket", ticket)).content.decode()
    assert ("Reported by" in shown) == (language == "en")
