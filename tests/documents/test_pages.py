"""What each role sees of papers, and what the forms do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import Settings
from tests.cast import Cast
from tests.documents.papers import PDF, a_paper, a_submission

from yunheng.documents.models import Document
from yunheng.documents.web.pages import LIST
from yunheng.people.models import User
from yunheng.ui.lists import missing_indexes

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]
SignedIn = Callable[[User], Client]
SEES = ("owner", "leader", "vendor", "engineer", "supervisor", "auditor")
SEES_NOT = ("outsider", "clerk", "stranger", "system_admin", "security_admin", "audit_admin")


def english(client: Client) -> Client:
    client.cookies["yunheng_language"] = "en"
    return client


def upload(name: str = "周报.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def form(cast: Cast, **changes: object) -> dict[str, object]:
    values = {
        "scope": cast.contract.pk,
        "kind": "weekly-report",
        "title": "第36周周报",
        "file": upload(),
        "submit": "on",
    }
    return {**values, **changes}


@pytest.mark.parametrize("name", SEES)
def test_who_takes_part_sees_the_paper_and_may_take_its_file(cast: Cast, signed_in: SignedIn, name: str) -> None:
    document, client = a_paper(cast), signed_in(cast.people[name])
    assert document.number in client.get(reverse("documents:document-list")).content.decode()
    assert client.get(reverse("documents:document", args=[document.uid])).status_code == 200
    response = client.get(reverse("documents:download", args=[document.uid, 1]))
    assert b"".join(response) == PDF
    assert response["Content-Disposition"] == "attachment; filename*=utf-8''%E5%91%A8%E6%8A%A5.pdf"
    assert response["Content-Type"] == "application/pdf"
    assert response["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("name", SEES_NOT)
def test_for_others_neither_the_paper_nor_its_file_exists(cast: Cast, signed_in: SignedIn, name: str) -> None:
    document, client = a_paper(cast), signed_in(cast.people[name])
    assert client.get(reverse("documents:document", args=[document.uid])).status_code == 404
    assert client.get(reverse("documents:download", args=[document.uid, 1])).status_code == 404
    assert document.number not in client.get(reverse("documents:document-list")).content.decode()


def test_a_version_that_is_not_there_is_not_found(cast: Cast, signed_in: SignedIn) -> None:
    document = a_paper(cast)
    assert signed_in(cast.owner).get(reverse("documents:download", args=[document.uid, 2])).status_code == 404


@pytest.mark.parametrize("damage", ["gone", "cut"])
def test_a_file_lost_from_the_disk_is_said_and_not_handed_out(
    cast: Cast, signed_in: SignedIn, media: Path, damage: str
) -> None:
    document = a_paper(cast)
    path = document.versions.get().file.path
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes(PDF[:5])
    response = english(signed_in(cast.owner)).get(reverse("documents:download", args=[document.uid, 1]))
    assert response.status_code == 500
    assert "backup" in response.content.decode()


def test_the_form_saves_and_hands_in_at_once(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.engineer)
    response = client.post(reverse("documents:document-new"), form(cast))
    document = Document.objects.get()
    assert response["Location"] == reverse("documents:document", args=[document.uid])
    assert (document.title, document.state) == ("第36周周报", Document.State.SUBMITTED)


def test_the_form_can_leave_a_draft(cast: Cast, signed_in: SignedIn) -> None:
    values = form(cast)
    del values["submit"]
    signed_in(cast.engineer).post(reverse("documents:document-new"), values)
    assert Document.objects.get().state == Document.State.DRAFT


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"title": ""}, "Title"),
        ({"file": ""}, "File"),
        ({"file": SimpleUploadedFile("a.exe", b"MZ")}, "Programs and scripts are not accepted."),
        ({"file": SimpleUploadedFile("a.pdf", b"")}, "empty"),
        ({"period_from": "2021-09-06"}, "Give both days"),
        ({"period_from": "2021-09-06", "period_to": "2021-09-01"}, "ends before it begins"),
    ],
)
def test_a_mistake_comes_back_with_its_words_and_saves_nothing(
    cast: Cast, signed_in: SignedIn, changes: dict[str, object], words: str
) -> None:
    response = english(signed_in(cast.engineer)).post(reverse("documents:document-new"), form(cast, **changes))
    assert response.status_code == 422
    assert words in response.content.decode()
    assert not Document.objects.exists()


def test_too_large_a_file_comes_back_with_the_limit(cast: Cast, signed_in: SignedIn, settings: Settings) -> None:
    settings.UPLOAD_LIMIT_BYTES = 1_048_576 // 2
    values = form(cast, file=upload(content=PDF.ljust(600_000)))
    response = english(signed_in(cast.engineer)).post(reverse("documents:document-new"), values)
    assert response.status_code == 422
    assert "0.5" in response.content.decode()


def test_a_contract_of_others_is_not_offered_and_not_taken(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.engineer)
    assert "子项目2" not in client.get(reverse("documents:document-new")).content.decode()
    response = client.post(reverse("documents:document-new"), form(cast, scope=cast.other_contract.pk))
    assert response.status_code == 422


@pytest.mark.parametrize("name", ["auditor", *SEES_NOT[1:]])
def test_who_may_not_hand_in_has_no_form(cast: Cast, signed_in: SignedIn, name: str) -> None:
    assert signed_in(cast.people[name]).get(reverse("documents:document-new")).status_code == 404


def test_the_supervisor_returns_the_vendor_corrects_the_supervisor_accepts(cast: Cast, signed_in: SignedIn) -> None:
    document = a_submission(cast).document
    supervisor, engineer = signed_in(cast.supervisor), signed_in(cast.engineer)
    assert supervisor.post(reverse("documents:return", args=[document.uid]), {"reason": ""}).status_code == 422
    supervisor.post(reverse("documents:return", args=[document.uid]), {"reason": "缺少统计"})
    page = engineer.get(reverse("documents:document", args=[document.uid])).content.decode()
    assert "缺少统计" in page
    corrected = {"file": upload(content=PDF + b"2"), "note": "已补", "submit": "on"}
    engineer.post(reverse("documents:version-new", args=[document.uid]), corrected)
    supervisor.post(reverse("documents:accept", args=[document.uid]))
    document.refresh_from_db()
    assert document.state == Document.State.ACCEPTED
    assert document.versions.count() == 2


def test_the_buttons_are_the_allowed_steps_and_nothing_else(cast: Cast, signed_in: SignedIn) -> None:
    document = a_submission(cast).document
    address = reverse("documents:document", args=[document.uid])
    accept = reverse("documents:accept", args=[document.uid])
    assert accept in signed_in(cast.supervisor).get(address).content.decode()
    for name in ("engineer", "vendor", "auditor"):
        assert accept not in signed_in(cast.people[name]).get(address).content.decode()
        assert signed_in(cast.people[name]).post(accept).status_code == 403


def test_a_paper_that_does_not_wait_cannot_be_accepted(cast: Cast, signed_in: SignedIn) -> None:
    document = a_paper(cast)
    response = signed_in(cast.supervisor).post(reverse("documents:accept", args=[document.uid]))
    assert response.status_code == 409


def test_steps_are_taken_by_posting_only(cast: Cast, signed_in: SignedIn) -> None:
    document = a_paper(cast)
    for name in ("submit", "accept"):
        assert signed_in(cast.owner).get(reverse(f"documents:{name}", args=[document.uid])).status_code == 405


def test_markup_in_a_title_stays_words(cast: Cast, signed_in: SignedIn) -> None:
    document = a_paper(cast, title="<script>alert(1)</script>")
    page = signed_in(cast.owner).get(reverse("documents:document", args=[document.uid])).content.decode()
    assert "<script>alert" not in page


def test_every_filter_and_sort_of_the_list_has_its_index() -> None:
    assert missing_indexes(LIST, Document) == []


def test_nobody_sees_a_paper_without_signing_in(cast: Cast, client: Client) -> None:
    document = a_paper(cast)
    response = client.get(reverse("documents:download", args=[document.uid, 1]))
    assert response.status_code == 302
    assert reverse("people:sign-in") in response["Location"]
