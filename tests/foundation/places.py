"""A database that processes share: a file in a folder, or one made for the test on the PostgreSQL server."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 120
PLAY = "import django; django.setup(); from tests.foundation import stage; stage.play()"


@dataclass
class Place:
    environment: dict[str, str]
    running: list[subprocess.Popen[str]] = field(default_factory=list)

    def start(self, command: str, *arguments: object, stop: str = "") -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", PLAY, command, *map(str, arguments)],
            cwd=ROOT,
            env=self.environment | {"STAGE_STOP": stop},
            stdout=subprocess.PIPE,
            text=True,
        )
        self.running.append(process)
        return process

    def run(self, command: str, *arguments: object) -> str:
        return finish(self.start(command, *arguments))

    def kill_at(self, moment: str, command: str, *arguments: object) -> None:
        """Start a command and kill -9 it when it says that the moment has come."""
        process = self.start(command, *arguments, stop=moment)
        assert process.stdout is not None
        assert process.stdout.readline().strip() == moment
        process.send_signal(signal.SIGKILL)
        assert process.wait(PATIENCE) == -signal.SIGKILL
        process.stdout.close()

    def report(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.run("report"))
        return found


def finish(process: subprocess.Popen[str]) -> str:
    said, _errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, said
    return said


def environment_of(folder: Path) -> dict[str, str]:
    found = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
        "DJANGO_SETTINGS_MODULE": "yunheng.site.settings_test",
        "YUNHENG_DATA": str(folder),
        "YUNHENG_LOG_LEVEL": "CRITICAL",
    }
    found.pop("DATABASE_URL", None)
    return found


@contextmanager
def a_model(vendor: str, folder: Path) -> Iterator[str]:
    """A migrated database with one contract, to be copied: the file's path, or the database's name."""
    if vendor == "sqlite":
        Place(environment_of(folder)).run("setup")
        yield str(folder / "yunheng.sqlite3")
        return
    name = f"yunheng_model_{secrets.token_hex(6)}"
    with _database(name) as url:
        Place(environment_of(folder) | {"DATABASE_URL": url}).run("setup")
        yield name


@contextmanager
def a_place(vendor: str, model: str, folder: Path) -> Iterator[Place]:
    if vendor == "sqlite":
        shutil.copy(model, folder / "yunheng.sqlite3")
        yield from _playing(Place(environment_of(folder)))
        return
    with _database(f"yunheng_stage_{secrets.token_hex(6)}", model) as url:
        yield from _playing(Place(environment_of(folder) | {"DATABASE_URL": url}))


@contextmanager
def _database(name: str, model: str = "template1") -> Iterator[str]:
    import psycopg
    from psycopg import sql

    server = os.environ["YUNHENG_TEST_DATABASE_URL"]
    create = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(model))
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(create)
    try:
        yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _playing(place: Place) -> Iterator[Place]:
    try:
        yield place
    finally:
        _end(place)


def _end(place: Place) -> None:
    for process in place.running:
        if process.poll() is None:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()
