"""The demo office in a data folder of its own: lived through once per run of the tests, copied for each journey."""

from __future__ import annotations

import fcntl
import json
import shutil
import sqlite3
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.site.commands import ROOT, command, environment, yunheng

TICKETS = 40
_PATIENCE = 900  # a busy machine with several workers


@dataclass(frozen=True, slots=True)
class DemoOffice:
    """``data`` is the data folder, ``out`` what evaluate has written."""

    data: Path
    out: Path

    def run(self, *arguments: object) -> subprocess.CompletedProcess[str]:
        return yunheng(self.data, *arguments)

    def write(self, sql: str, *values: object) -> int:
        """Behind the system's back, straight into the database; returns how many rows were touched."""
        database = sqlite3.connect(self.data / "yunheng.sqlite3")
        try:
            with database:
                return database.execute(sql, values).rowcount
        finally:
            database.close()

    def read(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        database = sqlite3.connect(self.data / "yunheng.sqlite3")
        try:
            return database.execute(sql, values).fetchall()
        finally:
            database.close()

    @property
    def result(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.out / "result.json").read_text(encoding="utf-8"))
        return found

    def copy(self, folder: Path) -> DemoOffice:
        copied = DemoOffice(folder / "data", folder / "out")
        shutil.copytree(self.data, copied.data)
        if self.out.exists():
            shutil.copytree(self.out, copied.out)
        return copied


def lived_through(tmp_path_factory: pytest.TempPathFactory, config: pytest.Config) -> DemoOffice:
    """The first of several test processes makes the office, the others find it."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if hasattr(config, "workerinput") else base) / "demo-office"
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "said.txt").exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            _live(folder)
    return DemoOffice(folder / "data", folder / "out")


def _live(folder: Path) -> None:
    """The year, by the command; what it said comes last and says that it is whole."""
    done = yunheng(folder / "data", "migrate")
    assert done.returncode == 0, done.stderr
    lived = subprocess.run(
        command("demo", "--tickets", TICKETS),
        cwd=ROOT,
        env=environment(folder / "data"),
        capture_output=True,
        text=True,
        timeout=_PATIENCE,
    )
    assert lived.returncode == 0, lived.stderr
    (folder / "said.txt").write_text(lived.stdout, encoding="utf-8")
