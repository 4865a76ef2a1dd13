"""Errors as pages, drawers and notices: plain words, what was kept, a way out."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.test import Client, RequestFactory
from pytest_django.fixtures import Settings
from tests.cast import Cast

from yunheng.people.models import User
from yunheng.ui import errors

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.ui.urls")]


@pytest.fixture
def client(cast: Cast, signed_in: Callable[[User], Client]) -> Client:
    client = signed_in(cast.owner)
    client.raise_request_exception = False
    client.cookies["yunheng_language"] = "en"
    return client


@pytest.mark.parametrize(
    ("name", "status", "words"),
    [
        ("invalid", 422, "Nothing was saved."),
        ("refused", 403, "Nothing was changed."),
        ("unseen", 404, "Check the address"),
        ("conflict", 409, "what the other person saved was kept"),
        ("missing", 404, "There is nothing here, or you may not see it."),
        ("crash", 500, "tell the system administrator"),
    ],
)
def test_an_error_page_says_what_happened_and_the_way_out(client: Client, name: str, status: int, words: str) -> None:
    response = client.get(f"/trouble/{name}/")
    html = response.content.decode()
    assert response.status_code == status
    assert words in html
    assert "To the start page" in html
    assert "a fault of ours" not in html


def test_an_invalid_entry_names_place_and_field(client: Client) -> None:
    html = client.get("/trouble/invalid/").content.decode()
    assert "第 12 行" in html
    assert "结束时间应晚于 08:30。" in html


def test_htmx_gets_a_notice_at_the_top_of_the_page(client: Client) -> None:
    response = client.get("/trouble/conflict/", headers={"HX-Request": "true", "HX-Target": "list"})
    assert response.status_code == 409
    assert response.headers["HX-Retarget"] == "#notices"
    assert "<html" not in response.content.decode()


def test_the_drawer_shows_its_own_error(client: Client) -> None:
    response = client.get("/trouble/refused/", headers={"HX-Request": "true", "HX-Target": "drawer"})
    assert "HX-Retarget" not in response.headers
    assert 'role="alert"' in response.content.decode()


def test_too_much_data_is_413_and_a_broken_request_400() -> None:
    request = RequestFactory().get("/")
    assert errors.bad_request(request, RequestDataTooBig()).status_code == 413
    assert errors.bad_request(request, SuspiciousOperation()).status_code == 400


def test_an_upload_beyond_the_limit_is_told_in_words(client: Client, settings: Settings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10
    response = client.post("/ui/components/", "title=much-more-than-ten-bytes", "application/x-www-form-urlencoded")
    assert response.status_code == 413
    assert "larger than this server takes" in response.content.decode()


def test_a_form_without_its_secret_is_told_to_have_expired(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    client.cookies["yunheng_language"] = "en"
    response = client.post("/ui/components/", {})
    assert response.status_code == 403
    assert "This form has expired" in response.content.decode()


def test_the_words_are_shown_even_when_the_frame_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("no frame")

    monkeypatch.setattr(errors, "answer", broken)
    response = errors.server_error(RequestFactory().get("/"))
    assert response.status_code == 500
    assert b"<h1>" in response.content


def test_error_pages_speak_chinese(client: Client) -> None:
    client.cookies["yunheng_language"] = "zh-hans"
    assert "有人先一步处理了" in client.get("/trouble/conflict/").content.decode()


def test_every_error_page_says_the_platform_is_for_unclassified_use(client: Client) -> None:
    assert "unclassified information only" in client.get("/trouble/missing/").content.decode()
