"""The demo office: complete, the same for the same seed, all of it or nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from tests.cast import Cast
from tests.journeys.demo_office import TICKETS, DemoOffice, lived_through

from yunheng.foundation.errors import Refused
from yunheng.foundation.models import Scope
from yunheng.people.passwords import SmallArgon2Hasher
from yunheng.site.demo import command
from yunheng.site.demo import main as demo
from yunheng.site.demo.office import PASSWORD


@pytest.fixture(scope="session")
def lived(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> DemoOffice:
    """The demo as the command made it, in a file."""
    return lived_through(tmp_path_factory, request.config)


@pytest.fixture
def result(lived: DemoOffice) -> Iterator[dict[str, Any]]:
    [(text,)] = lived.read("SELECT result FROM evaluation_evaluation ORDER BY id DESC LIMIT 1")
    yield json.loads(text)


# ---------------------------------------------------------------- what it holds


@pytest.mark.sqlite
def test_nothing_is_missing_and_the_total_is_the_sum_of_the_printed_points(result: dict[str, Any]) -> None:
    assert result["blocking"] == []
    assert Decimal(result["total"]) == sum(Decimal(item["points"]) for item in result["indicators"] if item["points"])


@pytest.mark.sqlite
def test_every_indicator_has_counted_records_but_the_one_of_which_nothing_happened(result: dict[str, Any]) -> None:
    empty = {item["id"] for item in result["indicators"] if not item["evidence"]["counted"]}
    assert empty == {"I08"}  # no security event, and a nil return for every month


@pytest.mark.sqlite
def test_everybody_signs_in_with_the_printed_password(lived: DemoOffice) -> None:
    hasher = SmallArgon2Hasher()  # the tests' own settings know a quicker one only
    people = lived.read("SELECT username, password, must_change_password FROM people_user")
    assert {name for name, encoded, changes in people if changes or not hasher.verify(PASSWORD, encoded)} == set()
    assert {"owner", "vendor", "vendor2", "supervisor", "auditor", "clerk"} <= {name for name, *_rest in people}


@pytest.mark.sqlite
def test_its_audit_chain_holds(lived: DemoOffice) -> None:
    assert lived.run("verify", "--chain").returncode == 0


@pytest.mark.sqlite
def test_its_audit_chain_runs_forward_in_time(lived: DemoOffice) -> None:
    instants = [at for (at,) in lived.read("SELECT at FROM foundation_auditentry ORDER BY sequence")]
    assert [late for early, late in pairwise(instants) if late < early] == []


@pytest.mark.sqlite
def test_everything_that_was_told_was_heard(lived: DemoOffice) -> None:
    assert lived.read("SELECT state, count(*) FROM foundation_outboxdelivery WHERE state != 'done' GROUP BY 1") == []


@pytest.mark.sqlite
def test_the_last_month_waits_for_the_owners_signature(lived: DemoOffice) -> None:
    found = lived.read(
        "SELECT DISTINCT month, (SELECT count(*) FROM feedback_signing WHERE signature_id = month_.id)"
        " FROM feedback_monthlysignature AS month_ WHERE month >= '2022-05-01' ORDER BY month"
    )
    assert found == [("2022-05-01", 3), ("2022-06-01", 2)]


@pytest.mark.sqlite
def test_it_says_the_log_ins_and_the_verdict_at_the_end(lived: DemoOffice) -> None:
    said = (lived.data.parent / "said.txt").read_text(encoding="utf-8")
    assert PASSWORD in said
    assert "supervisor" in said
    assert "points, grade" in said


@pytest.mark.sqlite
def test_if_empty_leaves_a_project_alone(lived: DemoOffice) -> None:
    done = lived.run("demo", "--if-empty")
    assert done.returncode == 0
    assert "nothing was done" in done.stdout


# ---------------------------------------------------------------- the same, or nothing


@pytest.mark.django_db
def test_the_same_seed_gives_the_same_verdict_in_any_database(lived: DemoOffice) -> None:
    [(digest,)] = lived.read("SELECT digest FROM evaluation_evaluation ORDER BY id DESC LIMIT 1")
    assert command.build(tickets=TICKETS).digest == digest


@pytest.mark.django_db
def test_an_interrupted_demo_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_stage: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("yunheng.site.demo.scenes.hand_in_papers", interrupted)
    with pytest.raises(KeyboardInterrupt):
        command.build(tickets=TICKETS)
    assert not Scope.objects.exists()


def test_it_never_mixes_with_an_office_that_is_there(cast: Cast) -> None:
    with pytest.raises(Refused, match="T1"):
        demo([])


def test_a_number_of_tickets_that_is_none_is_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        demo(["--tickets", "many"])
    assert "many" in capsys.readouterr().err
