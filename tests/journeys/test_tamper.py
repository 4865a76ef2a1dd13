"""What somebody touches behind the system's back is named on the command line: real processes, a database file."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.sqlite

ROOT = Path(__file__).parents[2]
FAULT = "INC-2021-000003"
DIGEST = "Digest: "
COLUMN_EDITED = "The evidence file was edited: servicedesk.faults.restored does not hold what was written."
WHOLE, KEPT, NAMED, BAD_INPUT = 60, 0, 1, 2  # seconds until a process is given up; exit codes

# Nine faults on two contracts; what no record of this small office can tell, the owner enters.
OFFICE = """
import django; django.setup()
from tests.cast import NOW, assemble
from tests.contracts.builders import a_target
from tests.evaluation.builders import a_weighed_office
from tests.servicedesk.builders import TABLE, a_fault
from yunheng.contracts.models import Contract
from yunheng.evaluation.actions.judging import evaluate
from yunheng.evaluation.actions.values import enter_value
cast = assemble()
project, scheme = a_weighed_office(cast)
for contract in Contract.objects.all():
    for level, clocks in TABLE.items():
        for clock, (seconds, days, outside, calendar) in clocks.items():
            a_target(contract, level, clock, seconds=seconds, days=days, outside_seconds=outside, calendar=calendar)
for n in range(8):
    day = f"2021-09-{6 + n:02}"
    a_fault(cast, f"{day} 09:00", level=n % 4 + 1, responded=f"{day} 09:10", restored=f"{day} 10:00",
            resolved=f"{day} 11:00")
a_fault(cast, "2021-10-11 09:00", scope=cast.other_contract, worker=cast.outsider, responded="2021-10-11 09:10",
        restored="2021-10-11 10:00", resolved="2021-10-11 11:00")
draft = evaluate(project=project, actor=cast.owner.actor, now=NOW)
survey = {"numerator": "46", "denominator": "50"}
for indicator, state, inputs in (
    ("I08", "not_applicable", {}), ("I11", "not_applicable", {}), ("I12", "measured", survey)
):
    enter_value(evaluation=draft, indicator=indicator, state=state, inputs=inputs, reason="按会议纪要",
                evidence="纪要第3号", actor=cast.owner.actor, now=NOW)
"""


@dataclass(frozen=True)
class Place:
    """A data folder of its own and the folder of the verdict beside it."""

    root: Path

    @property
    def data(self) -> Path:
        return self.root / "data"

    @property
    def out(self) -> Path:
        return self.root / "verdict"

    @property
    def result(self) -> Path:
        return self.out / "result.json"

    @property
    def evidence(self) -> Path:
        return self.data / "files" / "evidence"

    @property
    def environment(self) -> dict[str, str]:
        return os.environ | {
            "YUNHENG_DATA": str(self.data),
            "YUNHENG_LANGUAGE": "en",
            "DJANGO_SETTINGS_MODULE": "yunheng.site.settings",
            "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
            "DATABASE_URL": "",
        }

    def start(self, *arguments: object) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, *map(str, arguments)],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def command(self, *arguments: object) -> subprocess.Popen[str]:
        return self.start("-m", "yunheng.site.cli", *arguments)

    def run(self, *arguments: object) -> tuple[int, str]:
        return finished(self.command(*arguments))

    def evaluate(self) -> str:
        """The digest that the sheet ends with."""
        code, said = self.run("evaluate", "--out", self.out, "--no-documents")
        assert code == KEPT, said
        return said.split(DIGEST)[1].split()[0]

    def verify(self) -> tuple[int, str]:
        return self.run("verify", self.result)

    @contextmanager
    def database(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self.data / "yunheng.sqlite3", timeout=30)) as database, database:
            yield database

    def one(self, question: str) -> Any:
        with self.database() as database:
            [answer] = database.execute(question).fetchone()
        return answer

    def copied(self, root: Path) -> Place:
        shutil.copytree(self.root, root)
        return Place(root)


def finished(process: subprocess.Popen[str]) -> tuple[int, str]:
    """Exit code and everything said; a traceback is never among it."""
    said, complained = process.communicate(timeout=WHOLE)
    assert "Traceback" not in complained, complained
    return process.returncode, said + complained


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Place:
    place = Place(tmp_path_factory.mktemp("office"))
    place.data.mkdir()
    code, said = place.run("migrate")
    assert code == KEPT, said
    code, said = finished(place.start("-c", OFFICE))
    assert code == KEPT, said
    return place


@pytest.fixture(scope="module")
def evaluated(office: Place, tmp_path_factory: pytest.TempPathFactory) -> Place:
    place = office.copied(tmp_path_factory.mktemp("evaluated") / "place")
    place.evaluate()
    return place


@pytest.fixture(scope="module")
def sealed_once(evaluated: Place, tmp_path_factory: pytest.TempPathFactory) -> Place:
    place = evaluated.copied(tmp_path_factory.mktemp("sealed") / "place")
    code, said = place.run("seal", place.out, "--as", "owner")
    assert code == KEPT, said
    assert "Sealed as SEAL-2022-000001 by owner" in said
    return place


@pytest.fixture
def place(sealed_once: Place, tmp_path: Path) -> Place:
    """The sealed office, a copy that may be touched."""
    return sealed_once.copied(tmp_path / "place")


# ---------------------------------------------------------------- what holds


def test_an_untouched_verdict_holds_and_so_does_the_chain(place: Place) -> None:
    code, said = place.verify()
    assert (code, "EVA-2022-" in said, "13 records compared" in said) == (KEPT, True, True), said
    assert "SEAL-2022-000001" in said
    assert place.run("verify", "--chain")[0] == KEPT


# ---------------------------------------------------------------- records


def another_time_of_restoring(place: Place) -> None:
    with place.database() as database:
        changed = "UPDATE servicedesk_ticket SET restored_at = '2021-09-08 01:20:00' WHERE number = ?"
        assert database.execute(changed, [FAULT]).rowcount == 1


def a_fault_removed(place: Place) -> None:
    with place.database() as database:
        [key] = database.execute("SELECT id FROM servicedesk_ticket WHERE number = ?", [FAULT]).fetchone()
        database.execute("DELETE FROM servicedesk_clockentry WHERE ticket_id = ?", [key])
        assert database.execute("DELETE FROM servicedesk_ticketfact WHERE ticket_id = ?", [key]).rowcount > 1
        database.execute("DELETE FROM servicedesk_ticket WHERE id = ?", [key])


FORGED = "INC-2021-000777"
TIMES_OF_RECORDING = ("recorded_at", "last_recorded_at")


def forge(place: Place, recorded: str | None) -> None:
    """A copy of a fault with its facts and clocks under another number; ``recorded`` in place of the old times."""
    with place.database() as database:
        database.row_factory = sqlite3.Row
        found = database.execute("SELECT * FROM servicedesk_ticket WHERE number = ?", [FAULT]).fetchone()
        key = put(database, "servicedesk_ticket", found, recorded, number=FORGED)
        for table in ("servicedesk_ticketfact", "servicedesk_clockentry"):
            question = f"SELECT * FROM {table} WHERE ticket_id = ?"
            for row in database.execute(question, [found["id"]]).fetchall():
                put(database, table, row, recorded, ticket_id=key)


def put(database: sqlite3.Connection, table: str, row: sqlite3.Row, recorded: str | None, **changed: object) -> int:
    values = dict(row) | changed
    del values["id"]
    if "uid" in values:
        values["uid"] = hashlib.sha256(f"{table}{row['id']}".encode()).hexdigest()[:26]
    if recorded:
        values |= {name: recorded for name in TIMES_OF_RECORDING if name in values}
    columns = ", ".join(f'"{name}"' for name in values)
    marks = ", ".join("?" * len(values))
    written = database.execute(f"INSERT INTO {table} ({columns}) VALUES ({marks})", list(values.values()))
    assert written.lastrowid is not None
    return written.lastrowid


def a_fault_added_with_old_times(place: Place) -> None:
    forge(place, None)


def a_fault_added_with_the_time_of_now(place: Place) -> None:
    forge(place, datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S.%f"))


# ---------------------------------------------------------------- scheme and papers


def a_weight_changed(place: Place) -> None:
    data = json.loads(place.one("SELECT data FROM evaluation_scheme"))
    weights = data["scheme"]["weights"]["points100"]["rows"]
    weights["I04"], weights["I05"] = str(int(weights["I04"]) - 1), str(int(weights["I05"]) + 1)
    with place.database() as database:
        database.execute("UPDATE evaluation_scheme SET data = ?", [json.dumps(data, ensure_ascii=False)])


def a_total_written_into_the_result(place: Place) -> None:
    result = json.loads(place.result.read_text(encoding="utf-8"))
    result["total"] = "99.99"
    place.result.write_text(json.dumps(result, ensure_ascii=False, indent=1), encoding="utf-8")


def edit_times_of_restoring(path: Path) -> None:
    """One byte of one column differs; the archive is a sound one."""
    with zipfile.ZipFile(path) as archive:
        contents = {item: archive.read(item) for item in archive.infolist()}
        manifest = json.loads(archive.read("manifest.json"))
    [faults] = [item for item in manifest["registers"] if item["name"] == "servicedesk.faults"]
    [column] = [item["file"] for item in faults["columns"] if item["name"] == "restored"]
    with zipfile.ZipFile(path, "w") as archive:
        for item, content in contents.items():
            edited = bytes([content[0] ^ 1]) + content[1:] if item.filename == column else content
            archive.writestr(item, edited)


def the_evidence_of_the_folder_edited(place: Place) -> None:
    edit_times_of_restoring(place.out / "evidence.zip")


def the_evidence_of_the_database_edited(place: Place) -> None:
    digest = place.one("SELECT evidence FROM evaluation_evaluation WHERE state = 'sealed'")
    [path] = place.evidence.rglob(f"{digest}.zip")
    edit_times_of_restoring(path)


@pytest.mark.parametrize(
    ("touch", "named"),
    [
        (another_time_of_restoring, [f"{FAULT} was changed: restored was 2021-09-08 10:00:00 and is"]),
        (a_fault_removed, [f"{FAULT} was counted and is gone."]),
        (a_fault_added_with_old_times, [f"{FORGED} was added afterwards, dated back into the period."]),
        (a_fault_added_with_the_time_of_now, [f"{FORGED} was recorded after this verdict and dated back"]),
        (a_weight_changed, ["weights.I04 was 10 and is 9", "weights.I05"]),
        (a_total_written_into_the_result, ["result.json was edited: total says 99.99"]),
        (the_evidence_of_the_folder_edited, [COLUMN_EDITED]),
        (the_evidence_of_the_database_edited, [COLUMN_EDITED]),
    ],
)
def test_what_was_touched_is_named(place: Place, touch: Callable[[Place], None], named: list[str]) -> None:
    touch(place)
    code, said = place.verify()
    assert code == NAMED, said
    assert [words for words in named if words not in said] == [], said
    # A record that claims old times is not said to be a late one as well.
    assert not ("was added afterwards" in said and "was recorded after" in said), said


# ---------------------------------------------------------------- the audit chain


def an_entry_edited(place: Place) -> None:
    with place.database() as database:
        database.execute("UPDATE foundation_auditentry SET actor_label = 'somebody' WHERE sequence = 7")


def the_body_of_an_entry_edited(place: Place) -> None:
    with place.database() as database:
        database.execute("UPDATE foundation_auditentry SET body = CAST(body || ' ' AS BLOB) WHERE sequence = 7")


def the_tail_cut_off(place: Place) -> None:
    with place.database() as database:
        database.execute("DELETE FROM foundation_auditentry WHERE sequence > 20")


@pytest.mark.parametrize(
    ("touch", "named"),
    [
        (an_entry_edited, "Audit chain: the readable part of entry 7 was edited"),
        (the_body_of_an_entry_edited, "Audit chain: entry 7 was edited"),
        (the_tail_cut_off, "Audit chain: it was cut off at entry 21."),
    ],
)
def test_a_touched_chain_is_named_with_the_entry(place: Place, touch: Callable[[Place], None], named: str) -> None:
    touch(place)
    both = place.command("verify", place.result), place.command("verify", "--chain")
    for code, said in map(finished, both):
        assert (code, named in said) == (NAMED, True), said


def test_a_tail_cut_off_with_its_head_set_back_is_betrayed_by_the_seal(place: Place) -> None:
    seal = json.loads(place.result.read_text(encoding="utf-8"))["seal"]["chain"]
    with place.database() as database:
        [link] = database.execute("SELECT link FROM foundation_auditentry WHERE sequence = 20").fetchone()
        database.execute("DELETE FROM foundation_auditentry WHERE sequence > 20")
        database.execute("UPDATE foundation_audithead SET sequence = 20, link = ?", [link])
    code, said = place.verify()
    assert (code, f"Audit chain: entry {seal['sequence']} is not the one" in said) == (NAMED, True), said


# ---------------------------------------------------------------- bad input


def test_what_is_no_result_is_wrong_use(place: Place) -> None:
    place.result.write_bytes(b"\x00\xff no json")
    for path in (place.result, place.root / "nowhere.json"):
        code, said = place.run("verify", path)
        assert (code, said.startswith("yunheng: ")) == (BAD_INPUT, True), said


# ---------------------------------------------------------------- at once, and killed


def test_two_that_seal_at_once_make_one_seal(evaluated: Place, tmp_path: Path) -> None:
    place = evaluated.copied(tmp_path / "place")
    both = [place.command("seal", place.out, "--as", "owner") for _n in range(2)]
    ended = [finished(process) for process in both]
    assert KEPT in [code for code, _said in ended], ended
    for code, said in ended:
        assert said.startswith("Sealed as SEAL-2022-000001" if code == KEPT else "yunheng: "), said
    assert place.one("SELECT count(*) FROM evaluation_seal") == 1
    assert place.one("SELECT count(*) FROM foundation_auditentry WHERE verb = 'seal'") == 1
    code, said = place.verify()
    assert code == KEPT, said


def evidence_is_kept(place: Place) -> bool:
    return any(place.evidence.rglob("*.zip"))


def a_draft_is_written(place: Place) -> bool:
    return bool(place.one("SELECT count(*) > 1 FROM evaluation_evaluation"))


def files_are_being_written(place: Place) -> bool:
    return any(place.out.glob(".evaluation-*")) or place.result.exists()


def at_once(place: Place) -> bool:
    return place.data.exists()


@pytest.mark.parametrize("moment", [at_once, evidence_is_kept, a_draft_is_written, files_are_being_written])
def test_a_killed_evaluation_leaves_nothing_half_done_and_the_next_gives_the_same_digest(
    office: Place, evaluated: Place, tmp_path: Path, moment: Callable[[Place], bool]
) -> None:
    place = office.copied(tmp_path / "place")
    shutil.rmtree(place.evidence)  # that of the first draft, which is the same
    begun = place.command("evaluate", "--out", place.out, "--no-documents")
    while begun.poll() is None and not moment(place):
        time.sleep(0.005)
    begun.send_signal(signal.SIGKILL)
    begun.communicate()
    assert moment(place)
    if place.result.exists():
        kept = json.loads(place.result.read_text(encoding="utf-8"))["evidence"]["sha256"]
        assert hashlib.sha256((place.out / "evidence.zip").read_bytes()).hexdigest() == kept
    assert place.one("PRAGMA integrity_check") == "ok"
    assert place.run("verify", "--chain")[0] == KEPT
    undisturbed = json.loads(evaluated.result.read_text(encoding="utf-8"))["digest"]
    assert place.evaluate() == undisturbed
    assert place.one("SELECT count(*) FROM evaluation_evaluation WHERE state = 'draft'") == 1
    code, said = place.verify()
    assert code == KEPT, said
