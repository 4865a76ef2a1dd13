"""Many at once, and killed at the worst moment: real processes on a real database, SQLite and PostgreSQL."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.foundation.places import Place, a_model, a_place, finish

VENDORS = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


@pytest.fixture(scope="module", params=VENDORS)
def model(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    if request.param == "postgresql" and not os.environ.get("YUNHENG_TEST_DATABASE_URL"):
        pytest.skip("YUNHENG_TEST_DATABASE_URL names no PostgreSQL")
    with a_model(request.param, tmp_path_factory.mktemp("model")) as found:
        yield request.param, found


@pytest.fixture
def place(model: tuple[str, str], tmp_path: Path) -> Iterator[Place]:
    vendor, found = model
    with a_place(vendor, found, tmp_path) as place:
        yield place


def numbers(count: int) -> list[str]:
    return [f"ACT-2022-{number:06d}" for number in range(1, count + 1)]


def test_twenty_writers_in_two_processes_take_turns_and_none_is_refused(place: Place) -> None:
    writers = [place.start("write", 10, 8) for _n in range(2)]
    singles = place.start("single", 30)
    refused = [json.loads(finish(writer)) for writer in writers]
    finish(singles)
    found = place.report()
    assert refused == [[], []]
    assert found["numbers"] == numbers(160)
    assert (found["counter"], found["links"], found["chain"], found["sound"]) == (160, 160, True, "ok")


def test_a_writer_killed_inside_its_transaction_leaves_nothing_and_blocks_nobody(place: Place) -> None:
    place.run("write", 1, 1)
    place.kill_at("transaction", "write", 1, 1)
    killed = place.report()
    assert (killed["numbers"], killed["counter"], killed["links"]) == (numbers(1), 1, 1)
    place.run("write", 1, 1)
    found = place.report()
    assert found["numbers"] == numbers(2)
    assert found["chain"]


def test_a_delivery_killed_half_way_is_done_once_by_the_next_worker_and_in_order(place: Place) -> None:
    place.run("write", 1, 3)
    place.kill_at("delivery", "work")
    assert place.report()["heard"] == []
    place.run("drain")
    found = place.report()
    assert found["heard"] == numbers(3)
    assert found["waiting"] == 0


def test_a_job_killed_half_way_is_begun_again_and_nothing_is_doubled(place: Place) -> None:
    place.run("enqueue")
    place.kill_at("job", "work")
    killed = place.report()
    assert killed["chunks"] == ["0", "1", "2"]
    assert killed["jobs"] == [["running", 1]]
    place.run("drain")
    found = place.report()
    assert found["chunks"] == ["0", "1", "2", "3", "4", "5"]
    assert found["chunk_links"] == 6
    assert found["jobs"] == [["done", 2]]
    assert found["chain"]


def test_a_full_disk_stops_the_writer_and_keeps_all_that_was_said_to_be_done(place: Place, tmp_path: Path) -> None:
    if "DATABASE_URL" in place.environment:
        return  # the disk of a PostgreSQL server is not ours to fill
    most = (tmp_path / "yunheng.sqlite3").stat().st_size + 300_000
    full = json.loads(place.run("fill", most))
    assert "full" in full["said"] or "I/O" in full["said"]
    found = place.report()
    assert found["numbers"] == numbers(full["done"])
    assert (found["links"], found["chain"], found["sound"]) == (full["done"], True, "ok")
    place.run("write", 1, 1)
    assert place.report()["numbers"] == numbers(full["done"] + 1)
