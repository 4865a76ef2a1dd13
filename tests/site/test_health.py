from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from tests.cast import Cast

from yunheng.people.models import User
from yunheng.site import checks

Enter = Callable[[User], Client]


def test_a_watching_machine_gets_one_word(client: Client, db: None) -> None:
    answer = client.get("/health")
    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert client.get("/health?format=json").json() == {"state": "ok"}
    assert client.get("/health", headers={"accept": "application/json"}).json() == {"state": "ok"}


def test_details_are_for_the_system_administrator(cast: Cast, signed_in: Enter) -> None:
    told = signed_in(cast.system_admin).get("/health?format=json").json()
    assert {check["name"] for check in told["checks"]} == {"database", "chain", "worker", "disk", "deliveries", "jobs"}
    for name in ("owner", "security_admin", "audit_admin", "auditor", "vendor"):
        assert signed_in(getattr(cast, name)).get("/health?format=json").json() == {"state": "ok"}
        assert signed_in(getattr(cast, name)).get("/health").content == b"ok\n"


def test_trouble_is_a_503(client: Client, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(now: object) -> checks.Finding:
        return checks.Finding("disk", "bad", "Disk", "0 MB free", "Make room.")

    monkeypatch.setattr(checks, "HEALTH", (checks.database, full))
    answer = client.get("/health")
    assert (answer.status_code, answer.content) == (503, b"trouble\n")


def test_a_database_that_does_not_answer_is_trouble_and_no_error_page(
    client: Client, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(now: object) -> checks.Finding:
        return checks.Finding("database", "bad", "Database", "away")

    monkeypatch.setattr(checks, "HEALTH", (away,))
    client.cookies["sessionid"] = "x"
    assert client.get("/health?format=json").json() == {"state": "trouble"}


def test_the_page_of_the_administrator_says_the_way_out(cast: Cast, signed_in: Enter) -> None:
    text = signed_in(cast.system_admin).get("/health").content.decode()
    assert "yunheng worker" in text
