from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests.cast import NOW, Cast
from tests.contracts.builders import an_office
from tests.feedback.builders import a_complaint, a_signed_month, a_survey, at

from yunheng.feedback.actions import open_complaint
from yunheng.feedback.models import Complaint, MonthlySignature, Signing, Survey
from yunheng.feedback.web import tiles
from yunheng.feedback.web.complaints import LIST
from yunheng.people.models import User
from yunheng.ui.lists import missing_indexes

SignedIn = Callable[[User], Client]


def test_a_clerk_complains_in_a_minute_and_reads_the_decision(cast: Cast, signed_in: SignedIn) -> None:
    clerk = signed_in(cast.clerk)
    form = {"scope": cast.contract.pk, "subject": "会议室没有网络"}
    assert clerk.post(reverse("feedback:complaint-new"), form).status_code == 302
    complaint = Complaint.objects.get()
    assert complaint.complainant_id == cast.clerk.pk
    answer = {"disposition": "to_ticket", "ticket": "INC-2021-000001", "reason": "按故障处理"}
    address = reverse("feedback:dispose", args=[complaint.uid])
    assert clerk.post(address, answer).status_code == 403
    assert signed_in(cast.owner).post(address, answer).status_code == 302
    page = clerk.get(reverse("feedback:complaint", args=[complaint.uid])).content.decode()
    assert "按故障处理" in page
    assert "INC-2021-000001" in page


def test_a_clerk_sees_no_complaint_of_others(cast: Cast, signed_in: SignedIn) -> None:
    other = a_complaint(cast.contract)
    mine = open_complaint(scope=cast.contract, subject="没人修", actor=cast.clerk.actor, now=NOW)
    client = signed_in(cast.clerk)
    listed = client.get(reverse("feedback:complaint-list")).content.decode()
    assert mine.number in listed
    assert other.number not in listed
    assert client.get(reverse("feedback:complaint", args=[other.uid])).status_code == 404


@pytest.mark.parametrize("name", ["engineer", "stranger", "system_admin", "security_admin", "audit_admin", "outsider"])
def test_for_others_there_is_no_complaint(cast: Cast, signed_in: SignedIn, name: str) -> None:
    complaint, client = a_complaint(cast.contract), signed_in(cast.people[name])
    assert client.get(reverse("feedback:complaint", args=[complaint.uid])).status_code == 404
    assert complaint.number not in client.get(reverse("feedback:complaint-list")).content.decode()


def test_undecided_complaints_can_be_picked(cast: Cast, signed_in: SignedIn) -> None:
    complaint = a_complaint(cast.contract)
    page = signed_in(cast.owner).get(f"{reverse('feedback:complaint-list')}?disposition=undecided")
    assert complaint.number in page.content.decode()
    comment = reverse("feedback:comment", args=[complaint.uid])
    assert signed_in(cast.vendor).post(comment, {"text": "已上门"}).status_code == 302
    assert signed_in(cast.vendor).post(comment, {"text": " "}).status_code == 422


def test_three_parties_sign_a_month(cast: Cast, signed_in: SignedIn) -> None:
    an_office(cast)
    prepare = reverse("feedback:prepare", args=[cast.contract.uid, "2021-09"])
    nil = {"nil_incidents": "on", "nil_security": "on", "nil_complaints": "on"}
    assert signed_in(cast.vendor).post(prepare, nil).status_code == 302
    signature = MonthlySignature.objects.get()
    sign = reverse("feedback:sign", args=[signature.uid])
    for name in ("vendor", "supervisor", "owner"):
        assert signed_in(cast.people[name]).post(sign).status_code == 302
    assert signed_in(cast.owner).post(sign).status_code == 409
    assert signed_in(cast.auditor).post(sign).status_code == 403
    page = signed_in(cast.auditor).get(reverse("feedback:signature", args=[signature.uid]))
    assert page.status_code == 200
    assert signature.number in page.content.decode()
    mine = Signing.objects.get(party="owner")
    retract = reverse("feedback:retract", args=[signature.uid, mine.pk])
    assert signed_in(cast.owner).post(retract, {"reason": "有误"}).status_code == 302


@pytest.mark.parametrize(("name", "status"), [("engineer", 200), ("clerk", 404), ("system_admin", 404)])
def test_who_sees_the_months(cast: Cast, signed_in: SignedIn, name: str, status: int) -> None:
    an_office(cast)
    signature = a_signed_month(cast, cast.contract, date(2021, 9, 1))
    client = signed_in(cast.people[name])
    assert client.get(reverse("feedback:months")).status_code == status
    assert client.get(reverse("feedback:signature", args=[signature.uid])).status_code == status
    assert client.get(reverse("feedback:surveys")).status_code == status


def test_another_vendor_prepares_nothing_here(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.outsider)
    assert client.get(reverse("feedback:prepare", args=[cast.contract.uid, "2021-09"])).status_code == 404
    assert signed_in(cast.owner).get(reverse("feedback:prepare", args=[cast.contract.uid, "soon"])).status_code == 422


def test_a_survey_is_brought_in_and_opened(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.owner)
    content = "标题,开始,结束,有效答卷,满意人次\n年度,2022-06-01,2022-06-10,50,46\n".encode()
    address = reverse("feedback:survey-import")
    wrong = content.replace(b"46", b"51")
    assert client.post(address, {"file": SimpleUploadedFile("s.csv", wrong)}).status_code == 422
    assert client.post(address, {"file": SimpleUploadedFile("s.csv", content)}).status_code == 302
    survey = Survey.objects.get()
    page = client.get(reverse("feedback:survey", args=[survey.uid])).content.decode()
    assert "92.00 %" in page
    assert "92.00 %" in client.get(reverse("feedback:surveys")).content.decode()
    assert signed_in(cast.vendor).get(address).status_code == 404


def test_a_survey_of_the_project_is_seen_by_its_vendors_and_one_of_another_contract_is_not(
    cast: Cast, signed_in: SignedIn
) -> None:
    whole, other = a_survey(cast.project), a_survey(cast.other_contract)
    client = signed_in(cast.vendor)
    assert client.get(reverse("feedback:survey", args=[whole.uid])).status_code == 200
    assert client.get(reverse("feedback:survey", args=[other.uid])).status_code == 404


def test_the_tile_lists_months_that_lack_my_party(cast: Cast) -> None:
    an_office(cast)
    now = at("2021-09-05 09:00")
    waiting = tiles.waiting_for_my_signature(cast.vendor.actor, cast.project, now)
    assert waiting is not None
    assert [(scope.code, month) for scope, month, _signature in waiting["months"]] == [
        ("C1", date(2021, 7, 1)),
        ("C1", date(2021, 8, 1)),
    ]
    a_signed_month(cast, cast.contract, date(2021, 7, 1), who=("vendor",), now=now)
    again = tiles.waiting_for_my_signature(cast.vendor.actor, cast.project, now)
    assert again is not None
    assert [month for _scope, month, _signature in again["months"]] == [date(2021, 8, 1)]
    assert tiles.waiting_for_my_signature(cast.engineer.actor, cast.project, now) is None
    a_complaint(cast.contract)
    owner = tiles.waiting_for_my_signature(cast.owner.actor, cast.project, now)
    assert owner is not None
    assert owner["undecided"] == 1


def test_every_sort_and_filter_has_its_index() -> None:
    assert missing_indexes(LIST, Complaint) == []
