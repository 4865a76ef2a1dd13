"""What each role sees of a plan, and what the forms do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests.cast import Cast
from tests.contracts.builders import an_office
from tests.plans.builders import a_draft, a_paper, a_plan, at, settle_events, the_occurrence, the_row

from yunheng.documents.models import Document
from yunheng.foundation.actors import SYSTEM
from yunheng.people.models import User
from yunheng.plans.actions import complete_occurrence, propose_interpretation, propose_version, waive
from yunheng.plans.models import DocumentDue, DocumentEntry, Occurrence, PlanVersion
from yunheng.plans.web import tiles

SignedIn = Callable[[User], Client]
SEES = ("owner", "leader", "vendor", "engineer", "supervisor", "auditor")
SEES_NOT = ("outsider", "clerk", "stranger", "system_admin", "security_admin", "audit_admin")
WHEN = at("2021-08-01 09:00")


@pytest.fixture
def office(cast: Cast) -> Cast:
    an_office(cast)
    a_plan(cast, a_draft("R33"), a_draft("R20", "按需"), a_draft("R12", "每月5号前提交"), documents=[a_paper()])
    return cast


def english(client: Client) -> Client:
    client.cookies["yunheng_language"] = "en"
    return client


def addresses() -> list[str]:
    occurrence = the_occurrence("R33/2021-08/1")
    return [
        reverse("plans:row", args=[the_row("R33").uid]),
        reverse("plans:occurrence", args=[occurrence.uid]),
        f"{reverse('plans:occurrences')}?row={the_row('R33').uid}&status=missing",
        reverse("plans:document-entry", args=[DocumentEntry.objects.get().uid]),
    ]


GENERAL = ("plans:plan", "plans:today", "plans:calendar", "plans:documents")


@pytest.mark.parametrize("name", SEES)
def test_who_takes_part_sees_the_plan(office: Cast, signed_in: SignedIn, name: str) -> None:
    client = signed_in(office.people[name])
    for address in [*map(reverse, GENERAL), *addresses(), reverse("plans:day", args=["2021-08-31"])]:
        assert client.get(address).status_code == 200, address
    assert "R33 的工作" in client.get(reverse("plans:plan")).content.decode()


@pytest.mark.parametrize("name", SEES_NOT)
def test_for_others_its_rows_and_work_do_not_exist(office: Cast, signed_in: SignedIn, name: str) -> None:
    client = signed_in(office.people[name])
    for address in addresses():
        assert client.get(address).status_code == 404, address
    assert "R33 的工作" not in client.get(reverse("plans:plan")).content.decode()


@pytest.mark.parametrize("name", ["clerk", "system_admin", "security_admin", "audit_admin"])
def test_who_has_no_part_in_any_plan_is_told_nothing_is_here(office: Cast, signed_in: SignedIn, name: str) -> None:
    client = signed_in(office.people[name])
    for address in map(reverse, GENERAL):
        assert client.get(address).status_code == 404, address


def test_work_is_recorded_with_its_claimed_time(office: Cast, signed_in: SignedIn) -> None:
    client, occurrence = english(signed_in(office.engineer)), the_occurrence("R33/2021-08/1")
    form = {"mark": "完成", "occurred_at": "2021-08-20T15:00", "note": "两台", "next": reverse("plans:today")}
    response = client.post(reverse("plans:complete", args=[occurrence.uid]), form)
    assert (response.status_code, response["Location"]) == (302, reverse("plans:today"))
    completion = occurrence.completions.get()
    assert (completion.occurred_at, completion.source) == (at("2021-08-20 15:00"), "back_filled")
    page = english(signed_in(office.supervisor)).get(reverse("plans:occurrence", args=[occurrence.uid]))
    assert "Confirm" in page.content.decode()
    signed_in(office.supervisor).post(reverse("plans:confirm", args=[occurrence.uid, completion.pk]))
    assert the_occurrence("R33/2021-08/1").state == Occurrence.State.DONE


def test_the_way_back_never_leaves_the_house(office: Cast, signed_in: SignedIn) -> None:
    occurrence = the_occurrence("R33/2021-08/1")
    form = {"mark": "完成", "occurred_at": "2021-08-20T15:00", "next": "https://elsewhere.example/"}
    response = signed_in(office.engineer).post(reverse("plans:complete", args=[occurrence.uid]), form)
    assert response["Location"] == reverse("plans:occurrence", args=[occurrence.uid])


@pytest.mark.parametrize(("form", "word"), [({"occurred_at": "2999-01-01T10:00"}, "future"), ({}, "required")])
def test_what_is_wrong_with_the_form_is_said_beside_it(
    office: Cast, signed_in: SignedIn, form: dict[str, str], word: str
) -> None:
    client, occurrence = english(signed_in(office.engineer)), the_occurrence("R33/2021-08/1")
    response = client.post(reverse("plans:complete", args=[occurrence.uid]), {"mark": "完成"} | form)
    assert response.status_code == 422
    assert word in response.content.decode() or "passed" in response.content.decode()


@pytest.mark.parametrize(
    ("name", "page", "status"),
    [
        ("auditor", "complete", 403),
        ("vendor", "waive", 403),
        ("owner", "waive", 200),
        ("outsider", "complete", 404),
    ],
)
def test_buttons_that_are_not_offered_are_refused_by_address(
    office: Cast, signed_in: SignedIn, name: str, page: str, status: int
) -> None:
    occurrence = the_occurrence("R33/2021-08/1")
    assert signed_in(office.people[name]).get(reverse(f"plans:{page}", args=[occurrence.uid])).status_code == status


def test_the_owner_waives_with_a_reason(office: Cast, signed_in: SignedIn) -> None:
    client, occurrence = signed_in(office.owner), the_occurrence("R33/2021-08/1")
    address = reverse("plans:waive", args=[occurrence.uid])
    assert client.post(address, {"reason": ""}).status_code == 422
    assert client.post(address, {"reason": "停电检修"}).status_code == 302
    assert the_occurrence("R33/2021-08/1").waived_reason == "停电检修"


def test_an_entry_is_taken_back_with_a_reason(office: Cast, signed_in: SignedIn) -> None:
    occurrence = the_occurrence("R33/2021-08/1")
    entry = complete_occurrence(
        occurrence=occurrence,
        mark="完成",
        occurred_at=at("2021-08-20 09:00"),
        actor=office.engineer.actor,
        now=at("2021-08-20 09:30"),
    )
    address = reverse("plans:retract", args=[occurrence.uid, entry.pk])
    assert signed_in(office.engineer).get(address).status_code == 403
    assert signed_in(office.vendor).post(address, {"reason": "记错"}).status_code == 302
    assert the_occurrence("R33/2021-08/1").state == "open"


def test_print_reading_doubts_and_interpretation_stand_side_by_side(office: Cast, signed_in: SignedIn) -> None:
    row = the_row("R33")
    client = english(signed_in(office.vendor))
    client.post(reverse("plans:interpret", args=[row.uid]), {"text": "按季度做。", "schedule": "每季度1次"})
    proposed = row.interpretations.get()
    assert proposed.reading["freq"] == "quarter"
    page = client.get(reverse("plans:row", args=[row.uid])).content.decode()
    for words in ("As printed", "Our reading", "Doubts", "Agreed interpretation", "按季度做。"):
        assert words in page
    for name in ("vendor", "owner", "supervisor"):
        address = reverse("plans:answer-interpretation", args=[proposed.uid])
        assert signed_in(office.people[name]).post(address, {"answer": "yes"}).status_code == 302
    assert the_row("R33").interpretation == "按季度做。"
    assert the_row("R33").revision == 2


def test_a_schedule_that_nobody_knows_is_refused_in_the_form(office: Cast, signed_in: SignedIn) -> None:
    client = signed_in(office.vendor)
    address = reverse("plans:interpret", args=[the_row("R33").uid])
    assert client.post(address, {"text": "…", "schedule": "适时"}).status_code == 422
    assert not the_row("R33").interpretations.exists()


def test_an_interpretation_of_a_row_one_cannot_see_cannot_be_answered(office: Cast, signed_in: SignedIn) -> None:
    proposed = propose_interpretation(row=the_row("R33"), text="…", actor=office.vendor.actor, now=WHEN)
    address = reverse("plans:answer-interpretation", args=[proposed.uid])
    assert signed_in(office.outsider).post(address, {"answer": "yes"}).status_code == 404
    assert signed_in(office.auditor).post(address, {"answer": "yes"}).status_code == 403


def test_work_by_need_is_opened_from_its_row(office: Cast, signed_in: SignedIn) -> None:
    client = signed_in(office.engineer)
    address = reverse("plans:open", args=[the_row("R20").uid])
    assert client.post(address, {"happened_at": "2021-06-01T10:00"}).status_code == 422
    assert client.post(address, {"happened_at": "2021-08-02T10:00", "reference": "函1"}).status_code == 302
    assert the_row("R20").occurrences.get().trigger_reference == "函1"


def test_a_change_of_the_plan_is_signed_on_its_page(office: Cast, signed_in: SignedIn) -> None:
    from tests.plans.builders import a_plan_file

    version = propose_version(
        project=office.project,
        plan=a_plan_file(a_draft("R33"), a_draft("R12", "每月5号前提交"), a_draft("R34")),
        valid_from=date(2021, 10, 1),
        reason="补充协议",
        actor=office.owner.actor,
        now=WHEN,
    )
    address = reverse("plans:version", args=[version.uid])
    assert "补充协议" in signed_in(office.vendor).get(address).content.decode()
    for name in ("owner", "vendor", "supervisor"):
        answer = reverse("plans:answer-version", args=[version.uid])
        assert signed_in(office.people[name]).post(answer, {"answer": "yes"}).status_code == 302
    assert PlanVersion.objects.get(pk=version.pk).state == "in_force"


def test_the_owner_brings_a_plan_in_after_a_check(cast: Cast, signed_in: SignedIn) -> None:
    an_office(cast)
    a_plan(cast)
    content = "序号,计划内容,计划安排时间\n33,R33 的工作,每月\n34,温湿度,每月\n".encode()
    client = english(signed_in(cast.owner))
    address = reverse("plans:import")

    def upload(**more: str) -> dict[str, object]:
        return {"file": SimpleUploadedFile("plan.csv", content), **more}

    checked = client.post(address, upload(step="check"))
    assert checked.status_code == 200
    assert "can be taken" in checked.content.decode()
    assert client.post(address, upload(step="apply")).status_code == 422
    applied = client.post(address, upload(step="apply", valid_from="2021-10-01", reason="补充"))
    assert applied.status_code == 302
    assert PlanVersion.objects.filter(state="proposed").exists()
    assert signed_in(cast.vendor).get(address).status_code == 404


def test_a_paper_is_handed_in_where_it_is_due_and_its_acceptance_counts(
    office: Cast, signed_in: SignedIn, settings: pytest.FixtureRequest, tmp_path: object
) -> None:
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined]  # pytest-django's settings
    due = DocumentDue.objects.get(number="D18/2021-08/1")
    file = SimpleUploadedFile("月报.txt", "内容".encode())
    address = reverse("plans:hand-in", args=[due.uid])
    assert signed_in(office.auditor).get(address).status_code == 403
    assert signed_in(office.vendor).post(address, {"file": file}).status_code == 302
    document = Document.objects.get()
    assert document.subject == "plans.document:D18/2021-08/1"
    from django.utils import timezone

    from yunheng.documents.actions import accept_submission

    settle_events(timezone.now())
    due.refresh_from_db()
    assert (due.state, due.document) == ("submitted", document.number)
    accept_submission(submission=document.submissions.get(), actor=office.supervisor.actor, now=timezone.now())
    settle_events(timezone.now())
    due.refresh_from_db()
    assert due.state == "accepted"
    assert the_occurrence("R12/2021-08/1").state == "done"


def test_numbers_open_lists_and_an_unknown_standing_is_refused(office: Cast, signed_in: SignedIn) -> None:
    client = signed_in(office.owner)
    for status in ("planned", "due", "done", "on_time", "late", "missing", "overdue", "open", "waived", "unconfirmed"):
        assert client.get(f"{reverse('plans:occurrences')}?status={status}").status_code == 200, status
    assert client.get(f"{reverse('plans:occurrences')}?status=lost").status_code == 422
    assert client.get(f"{reverse('plans:calendar')}?month=soon").status_code == 422


def test_the_drawer_gets_a_fragment(office: Cast, signed_in: SignedIn) -> None:
    address = reverse("plans:occurrence", args=[the_occurrence("R33/2021-08/1").uid])
    response = signed_in(office.owner).get(address, headers={"HX-Target": "drawer"})
    assert "<html" not in response.content.decode()


def test_the_plan_page_asks_a_fixed_number_of_questions(
    office: Cast, signed_in: SignedIn, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    client = signed_in(office.owner)
    for name in GENERAL:
        with django_assert_max_num_queries(30):  # type: ignore[attr-defined]  # a context manager
            client.get(reverse(name))


def test_tiles_show_what_is_due_and_what_waits(office: Cast) -> None:
    now = at("2021-08-05 09:00")
    due = tiles.due_today(office.engineer.actor, office.project, now)
    assert due is not None
    assert [item.number for item, _badge in due["tasks"]] == ["R33/2021-07/1", "R12/2021-07/1"]
    assert tiles.due_today(office.clerk.actor, None, now) is None
    assert tiles.waiting_for_me(office.supervisor.actor, office.project, now) is None
    propose_interpretation(row=the_row("R33"), text="…", actor=office.vendor.actor, now=now)
    waiting = tiles.waiting_for_me(office.supervisor.actor, office.project, now)
    assert waiting is not None
    assert len(waiting["rows"]) == 1
    assert tiles.waiting_for_me(office.engineer.actor, office.project, now) is None


def test_what_was_waived_says_so(office: Cast, signed_in: SignedIn) -> None:
    waive(occurrence=the_occurrence("R33/2021-08/1"), reason="停电", actor=SYSTEM, now=WHEN)
    page = english(signed_in(office.vendor)).get(
        reverse("plans:occurrence", args=[the_occurrence("R33/2021-08/1").uid])
    )
    assert "Waived because" in page.content.decode()
