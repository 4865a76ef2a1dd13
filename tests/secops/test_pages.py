from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from tests.cast import Cast
from tests.secops.builders import an_event

from yunheng.people.models import User
from yunheng.secops.models import SecurityEvent
from yunheng.secops.web.pages import LIST
from yunheng.ui.lists import missing_indexes

SignedIn = Callable[[User], Client]


@pytest.mark.parametrize("name", ["owner", "leader", "supervisor", "vendor", "auditor"])
def test_who_may_know_sees_the_register(cast: Cast, signed_in: SignedIn, name: str) -> None:
    event, client = an_event(cast.contract), signed_in(cast.people[name])
    assert event.number in client.get(reverse("secops:event-list")).content.decode()
    assert client.get(reverse("secops:event", args=[event.uid])).status_code == 200


@pytest.mark.parametrize(
    "name", ["engineer", "clerk", "stranger", "outsider", "system_admin", "security_admin", "audit_admin"]
)
def test_for_others_there_is_no_event(cast: Cast, signed_in: SignedIn, name: str) -> None:
    event, client = an_event(cast.contract), signed_in(cast.people[name])
    assert event.number not in client.get(reverse("secops:event-list")).content.decode()
    for page in ("event", "confirm", "dismiss", "note"):
        assert client.get(reverse(f"secops:{page}", args=[event.uid])).status_code == 404


def test_an_event_is_reported_and_decided_on_its_pages(cast: Cast, signed_in: SignedIn) -> None:
    form = {"scope": cast.contract.pk, "title": "网页被改动", "occurred_at": "2021-09-10T10:00", "level": "4"}
    assert signed_in(cast.vendor).post(reverse("secops:report"), form).status_code == 302
    event = SecurityEvent.objects.get()
    answer = {"level": "3", "liable_party": "vendor", "reason": "经核实"}
    assert signed_in(cast.vendor).post(reverse("secops:confirm", args=[event.uid]), answer).status_code == 403
    assert signed_in(cast.owner).post(reverse("secops:confirm", args=[event.uid]), answer).status_code == 302
    event.refresh_from_db()
    assert (event.state, event.level) == ("confirmed", 3)
    assert signed_in(cast.owner).post(reverse("secops:dismiss", args=[event.uid]), {"reason": ""}).status_code == 422
    assert (
        signed_in(cast.supervisor).post(reverse("secops:note", args=[event.uid]), {"text": "已恢复"}).status_code == 302
    )


def test_every_sort_and_filter_has_its_index() -> None:
    assert missing_indexes(LIST, SecurityEvent) == []
