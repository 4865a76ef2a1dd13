from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

from tests.site.commands import yunheng


def findings(data: Path, **more: str) -> tuple[int, dict[str, str]]:
    done = yunheng(data, "doctor", "--json", **more)
    assert done.stderr == "", done.stderr
    return done.returncode, {found["name"]: found["level"] for found in json.loads(done.stdout)}


def test_a_sound_office_has_nothing_bad(office: Path) -> None:
    code, found = findings(office)
    assert code == 0
    assert set(found) == {
        *("python", "database", "migrations", "data_folder", "secret_key", "disk", "fonts", "chain", "worker"),
        *("deliveries", "jobs", "time_zone", "languages"),
    }
    assert found["worker"] == "warn"  # nobody serves here
    assert "bad" not in found.values()


def test_missing_tables_are_bad_and_the_way_out_is_named(tmp_path: Path) -> None:
    done = yunheng(tmp_path, "doctor")
    assert done.returncode == 1
    assert "yunheng migrate" in done.stdout
    assert "Traceback" not in done.stderr


def test_a_secret_that_others_can_read_is_bad(office: Path) -> None:
    (office / "secret.key").chmod(0o644)
    code, found = findings(office)
    assert (code, found["data_folder"]) == (1, "bad")


def test_an_edited_link_at_the_end_of_the_chain_is_seen(office: Path) -> None:
    yunheng(office, "user", "create", "admin", "--name", "x", "--office", "T1", "--office-name", "T")
    yunheng(office, "user", "reset", "admin")
    assert findings(office)[1]["chain"] == "ok"
    with closing(sqlite3.connect(office / "yunheng.sqlite3")) as database:
        database.execute("UPDATE foundation_auditentry SET body = CAST('[]' AS BLOB) WHERE sequence = 2")
        database.commit()
    assert findings(office)[1]["chain"] == "bad"
