from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.cast import NOW, Cast

from yunheng.foundation.models import AuditEntry, Scope
from yunheng.people.models import User


def verbs() -> list[str]:
    return list(AuditEntry.objects.order_by("sequence").values_list("verb", flat=True))


def knock(client: Client, username: str, password: str) -> int:
    return client.post("/sign-in", {"username": username, "password": password}).status_code


def test_coming_in_and_going_out_stand_in_the_chain_of_the_office(cast: Cast, client: Client) -> None:
    assert knock(client, " Vendor ", "vendor-pass-1") == 302
    client.post("/sign-out")
    assert verbs() == ["sign-in", "sign-out"]
    entry = AuditEntry.objects.get(verb="sign-in")
    assert (entry.tenant, entry.reference, entry.actor_id) == (cast.tenant, "vendor", cast.vendor.pk)


def test_signing_out_needs_a_form(cast: Cast, client: Client) -> None:
    client.force_login(cast.vendor, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/sign-out").status_code == 405


def test_the_page_says_that_it_is_for_unclassified_use(client: Client, db: None) -> None:
    client.cookies["yunheng_language"] = "zh-hans"
    assert "非涉密" in client.get("/sign-in").content.decode()


def test_a_wrong_password_and_an_unknown_name_read_the_same(cast: Cast, client: Client) -> None:
    wrong = client.post("/sign-in", {"username": "vendor", "password": "no"}).context["form"].errors
    unknown = client.post("/sign-in", {"username": "nobody", "password": "no"}).context["form"].errors
    assert wrong == unknown


def test_after_five_failures_the_log_in_is_locked_and_the_page_says_until_when(cast: Cast, client: Client) -> None:
    with time_machine.travel(NOW, tick=False):
        codes = [knock(client, "vendor", "wrong") for _n in range(settings.AXES_FAILURE_LIMIT)]
        assert codes == [200, 200, 200, 200, 429]
        answer = client.post("/sign-in", {"username": "vendor", "password": "vendor-pass-1"})
        assert answer.status_code == 429
        assert answer.context["until"] == NOW + timedelta(hours=settings.AXES_COOLOFF_TIME)
    with time_machine.travel(NOW + timedelta(minutes=10), tick=False):
        assert knock(client, "vendor", "wrong") == 429  # knocking meanwhile does not make it longer
    with time_machine.travel(NOW + timedelta(minutes=15, seconds=1), tick=False):
        assert knock(client, "vendor", "vendor-pass-1") == 302
    assert verbs() == ["sign-in-failed"] * 4 + ["locked-out", "sign-in"]


def test_the_security_administrator_lets_somebody_try_again(cast: Cast, client: Client) -> None:
    for _n in range(settings.AXES_FAILURE_LIMIT):
        knock(client, "vendor", "wrong")
    desk = Client()
    desk.force_login(cast.security_admin, backend="django.contrib.auth.backends.ModelBackend")
    assert desk.post(f"/users/{cast.vendor.uid}/unlock").status_code == 302
    assert knock(client, "vendor", "vendor-pass-1") == 302


def test_an_unknown_name_is_not_kept_readable(cast: Cast, client: Client) -> None:
    Scope.objects.filter(code="T2").update(kind="project")  # one office is left
    knock(client, "my secret password", "oops")
    entry = AuditEntry.objects.get()
    assert entry.reference.startswith("hmac:")
    assert b"my secret password" not in bytes(entry.body)


def test_a_newcomer_sees_nothing_before_choosing_a_password(cast: Cast, client: Client) -> None:
    User.objects.filter(pk=cast.vendor.pk).update(must_change_password=True)
    knock(client, "vendor", "vendor-pass-1")
    answer = client.get("/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/password")
    new = {"old_password": "vendor-pass-1", "new_password1": "Kalter-Hund-7", "new_password2": "Kalter-Hund-7"}
    assert client.post("/password", new).status_code == 302
    assert client.get("/").status_code == 200
    assert verbs() == ["sign-in", "change-password"]


@pytest.mark.parametrize("password", ["short-A1", "alllowercaseletters", "1234567890", "vendor-pass-1"])
def test_a_weak_or_an_old_password_is_refused(cast: Cast, client: Client, password: str) -> None:
    client.force_login(cast.vendor, backend="django.contrib.auth.backends.ModelBackend")
    new = {"old_password": "vendor-pass-1", "new_password1": password, "new_password2": password}
    assert client.post("/password", new).status_code == 422


def test_an_idle_session_ends_and_the_door_says_why(cast: Cast, client: Client) -> None:
    with time_machine.travel(NOW, tick=False):
        knock(client, "vendor", "vendor-pass-1")
    with time_machine.travel(NOW + timedelta(minutes=29), tick=False):
        assert client.get("/").status_code == 200  # work keeps it alive
    with time_machine.travel(NOW + timedelta(minutes=58), tick=False):
        assert client.get("/").status_code == 200
    with time_machine.travel(NOW + timedelta(minutes=90), tick=False):
        answer = client.get("/account", follow=True)
        assert answer.redirect_chain == [("/sign-in?next=/account", 302)]
        assert answer.context["ended"]


def test_the_chosen_language_follows_the_person_to_another_device(cast: Cast, client: Client) -> None:
    client.force_login(cast.vendor, backend="django.contrib.auth.backends.ModelBackend")
    client.post("/i18n/setlang/", {"language": "en", "next": "/account"})
    elsewhere = Client(headers={"accept-language": "zh-CN"})
    elsewhere.force_login(cast.vendor, backend="django.contrib.auth.backends.ModelBackend")
    assert 'lang="en"' in elsewhere.get("/account").content.decode()


def test_reading_pages_writes_the_session_at_most_once_a_minute(cast: Cast, client: Client) -> None:
    client.force_login(cast.vendor, backend="django.contrib.auth.backends.ModelBackend")
    client.get("/account")
    with CaptureQueriesContext(connection) as seen:
        client.get("/account")
    assert not [query for query in seen.captured_queries if query["sql"].startswith(("UPDATE", "INSERT"))]
