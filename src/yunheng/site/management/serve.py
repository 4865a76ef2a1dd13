"""`yunheng serve` and `yunheng worker`: the web processes, and the worker that delivers events and runs jobs."""

from __future__ import annotations

import argparse
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from types import FrameType

from django.conf import settings
from django.utils.translation import gettext as _

from yunheng.site import catalogues, static_files
from yunheng.site.cli import TROUBLE, complain
from yunheng.site.management.database import unapplied

RESTART_AFTER = 3.0  # seconds before a worker that died is started again
PATIENCE = 30.0  # seconds that a worker has to finish what it is doing


def serve(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="yunheng serve", description=_("The web pages, and a worker beside them."))
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    options = parser.parse_args(argv)
    if unapplied():
        complain(_("The database is not at this version. Run: yunheng migrate"))
        return TROUBLE
    taken = _taken(options.host, options.port)
    if taken:
        complain(
            _("%(host)s:%(port)s cannot be used (%(why)s). Choose another with --host or --port.")
            % {"host": options.host, "port": options.port, "why": taken}
        )
        return TROUBLE
    catalogues.compile_stale()
    static_files.gather_when_stale()
    with WorkerBeside(wanted=settings.WORKER_IN_SERVER):
        return _serve_pages(options.host, options.port)


def _serve_pages(host: str, port: int) -> int:
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    os.environ["YUNHENG_SERVED_BY"] = str(os.getpid())
    server = Granian(
        "yunheng.site.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=settings.WEB_WORKERS,
        blocking_threads=settings.WEB_THREADS,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
        log_level=LogLevels.error,
    )
    words = _greeting(host, port)
    threading.Thread(target=_greet_when_open, args=(host, port, words), name="greeter", daemon=True).start()
    server.serve()
    return 0


def _greet_when_open(host: str, port: int, words: str) -> None:
    """The address is shown when somebody would be answered there, not before."""
    asked = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 (compared, not bound)
    for _attempt in range(600):
        try:
            socket.create_connection((asked, port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
            continue
        print(words, flush=True)
        return


def _taken(host: str, port: int) -> str:
    """Why the address cannot be listened on. Asked before, because the server shares a port with its like."""
    try:
        family, kind, protocol, _name, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as attempt:
            attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            attempt.bind(address)
    except (OSError, OverflowError) as problem:
        return str(problem)
    return ""


def _greeting(host: str, port: int) -> str:
    shown = f"[{host}]" if ":" in host else host
    lines = [_("Yunheng is at http://%(host)s:%(port)s/   (Ctrl+C ends it)") % {"host": shown, "port": port}]
    if host not in {"127.0.0.1", "::1", "localhost"} and "YUNHENG_HOSTS" not in os.environ:
        lines.append(_("Name the host names that browsers will use in YUNHENG_HOSTS, otherwise they are refused."))
    log_ins = settings.DATA_FOLDER / "demo-logins.txt"
    if log_ins.is_file():
        lines += ["", log_ins.read_text(encoding="utf-8").rstrip()]
    return "\n".join(lines)


class WorkerBeside:
    """The worker as a process of its own, started again when it dies and asked to finish when the pages end."""

    def __init__(self, *, wanted: bool) -> None:
        self._wanted = wanted
        self._ending = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._keeper = threading.Thread(target=self._keep, name="worker-keeper", daemon=True)

    def __enter__(self) -> WorkerBeside:
        if self._wanted:
            self._keeper.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._ending.set()
        if self._wanted:
            self._keeper.join()

    def _keep(self) -> None:
        command = [sys.executable, "-m", "yunheng.site.cli", "worker", "--parent", str(os.getpid())]
        while not self._ending.is_set():
            process = subprocess.Popen(command)  # noqa: S603 (our own program)
            while process.poll() is None and not self._ending.wait(0.2):
                pass
            if self._ending.is_set():
                self._end(process)
                return
            complain(_("The worker ended (%(code)s) and is started again.") % {"code": process.returncode})
            self._ending.wait(RESTART_AFTER)

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        process.terminate()
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def work(argv: list[str]) -> int:
    from yunheng.foundation import jobs

    parser = argparse.ArgumentParser(prog="yunheng worker", description=_("A worker alone: events, jobs."))
    parser.add_argument("--parent", type=int, default=0, help=_("end when this process has ended"))
    options = parser.parse_args(argv)
    if unapplied():
        complain(_("The database is not at this version. Run: yunheng migrate"))
        return TROUBLE
    stop = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    if options.parent:
        threading.Thread(target=_end_with, args=(options.parent, stop), name="parent-watch", daemon=True).start()
    jobs.work(stop=stop)
    return 0


def _end_with(parent: int, stop: threading.Event) -> None:
    """A server that was killed cannot tell its worker to end."""
    while not stop.wait(1.0):
        if os.getppid() != parent:
            stop.set()
