"""The server as it is started: real processes on a real port."""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path

from tests.site.commands import PATIENCE, ROOT, command, environment, yunheng


def a_free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def serving(data: Path, port: int, **more: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        command("serve", "--port", port), cwd=ROOT, env=environment(data, **more), stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        assert f"http://127.0.0.1:{port}/" in process.stdout.readline()
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait(PATIENCE)
        if process.stdout is not None:
            process.stdout.close()


def ask(port: int, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    finally:
        connection.close()


def answers(port: int) -> bool:
    with socket.socket() as knock:
        return knock.connect_ex(("127.0.0.1", port)) == 0


def workers(data: Path) -> list[str]:
    with closing(sqlite3.connect(data / "yunheng.sqlite3", timeout=30)) as database:
        return [name for (name,) in database.execute("SELECT name FROM foundation_workerseen")]


def until(condition: object, seconds: float = 60) -> None:
    assert callable(condition)
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.2)


def test_pages_static_files_and_a_worker_and_a_graceful_end(office: Path) -> None:
    port = a_free_port()
    with serving(office, port) as server:
        status, headers, body = ask(port, "/sign-in", Accept="text/html")
        assert status == 200
        assert "script-src 'self'" in headers["content-security-policy"]
        style = next(part for part in body.decode().split('"') if part.startswith("/static/ui/css/base."))
        status, headers, _body = ask(port, style)
        assert status == 200
        assert "immutable" in headers["cache-control"]
        until(lambda: workers(office))
        assert json.loads(ask(port, "/health?format=json")[2]) == {"state": "ok"}
        server.send_signal(signal.SIGTERM)
        assert server.wait(PATIENCE) == 0
    assert workers(office) == []  # the worker said goodbye


def test_a_port_in_use_is_said_before_anything_is_started(office: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = yunheng(office, "serve", "--port", taken.getsockname()[1])
    assert done.returncode == 1
    assert "--port" in done.stderr


def test_a_killed_server_takes_its_worker_along(office: Path) -> None:
    port = a_free_port()
    with serving(office, port) as server:
        until(lambda: workers(office))
        worker = int(workers(office)[0].split(":")[1])
        server.kill()
        server.wait(PATIENCE)
        until(lambda: not _runs(worker))
        until(lambda: not answers(port))  # and its web processes: an orphan would keep the port


def test_a_killed_worker_is_started_again(office: Path) -> None:
    port = a_free_port()
    with serving(office, port):
        until(lambda: workers(office))
        first = int(workers(office)[0].split(":")[1])
        os.kill(first, signal.SIGKILL)
        until(lambda: any(int(name.split(":")[1]) != first for name in workers(office)))


def test_without_a_worker_only_pages_are_served(office: Path) -> None:
    port = a_free_port()
    with serving(office, port, YUNHENG_WORKER="0"):
        assert ask(port, "/health")[0] == 200
        time.sleep(2)
        assert workers(office) == []


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # A zombie that waits for its parent runs no more.
    return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
