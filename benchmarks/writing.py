"""Twenty people write at once on SQLite: actions a second, refusals and waiting, beside Django's own backend.

    python -m benchmarks.writing [--writers N] [--processes N] [--actions N]

An action is what a use case does in one transaction: a number without gaps, a row, a link of the audit chain, an
event with its delivery. Both backends run in this order, twice, on the same disk, in databases of their own.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from yunheng.foundation.models import Scope

ROOT = Path(__file__).resolve().parent.parent
#: ours; Django's with nothing set; Django's with what its documentation advises for many writers.
ENGINES = ("yunheng", "default", "advised")
DJANGO = "django.db.backends.sqlite3"
ADVISED = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 5,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
}


def begin(folder: str, engine: str) -> None:
    """Django on a file in ``folder``, with one of the three ways of writing."""
    os.environ["YUNHENG_DATA"] = folder
    os.environ["YUNHENG_LOG_LEVEL"] = "CRITICAL"
    os.environ["DJANGO_SETTINGS_MODULE"] = "yunheng.site.settings"
    from django.conf import settings

    if engine != "yunheng":
        options = ADVISED if engine == "advised" else {}
        settings.DATABASES["default"] = {"ENGINE": DJANGO, "NAME": f"{folder}/yunheng.sqlite3", "OPTIONS": options}
    import django

    django.setup()


def prepare(folder: str, engine: str) -> None:
    begin(folder, engine)
    from django.core.management import call_command

    from yunheng.foundation.models import Scope, ScopeKind

    call_command("migrate", verbosity=0, skip_checks=True)
    tenant = Scope.objects.create_child(kind=ScopeKind.TENANT, code="T", name="T")
    Scope.objects.create_child(kind=ScopeKind.PROJECT, code="P", name="P", parent=tenant)


def act(scope: Scope, number: int) -> None:
    from django.utils import timezone

    from yunheng.foundation import audit, events, numbering
    from yunheng.foundation.actors import Actor
    from yunheng.foundation.models import ImportBatch
    from yunheng.foundation.writing import writing

    now = timezone.now()
    with writing():
        reference = numbering.next_number(scope, "BEN", 2022)
        ImportBatch.objects.create(
            scope=scope,
            number=reference,
            kind="benchmark",
            file_name="",
            digest=reference,
            mapping="",
            created_at=now,
            created_by="writer",
        )
        facts = {"title": "打印机卡纸", "level": 3, "n": number}
        audit.record(
            scope=scope, actor=Actor(1, "writer"), now=now, verb="open", kind="bench", reference=reference, facts=facts
        )
        done = events.WorkDone("bench", reference, scope.pk, now.isoformat())
        events.publish(done, scope=scope, aggregate=f"bench:{reference}", now=now)


def write(folder: str, engine: str, threads: int, actions: int) -> None:
    """One process: its threads write; prints seconds per action and refusals as JSON."""
    begin(folder, engine)
    from django.db import OperationalError, connection

    from yunheng.foundation import events
    from yunheng.foundation.models import Scope, ScopeKind

    events.subscribe(events.WorkDone, "bench.hear", lambda event, **given: None)
    scope = Scope.objects.get(kind=ScopeKind.PROJECT)
    took: list[float] = []
    refused: list[str] = []

    def one() -> None:
        for number in range(actions):
            started = time.perf_counter()
            try:
                act(scope, number)
            except OperationalError as problem:
                refused.append(str(problem))
            else:
                took.append(time.perf_counter() - started)
        connection.close()

    people = [threading.Thread(target=one) for _n in range(threads)]
    sys.stdin.readline()  # all processes start together
    for person in people:
        person.start()
    for person in people:
        person.join()
    print(json.dumps({"took": took, "refused": len(refused), "why": sorted(set(refused))}))


def measure(engine: str, writers: int, processes: int, actions: int) -> str:
    with tempfile.TemporaryDirectory(prefix="yunheng-writing-") as folder:
        subprocess.run(_command("prepare", folder, engine), cwd=ROOT, check=True)
        running = [
            subprocess.Popen(
                _command("write", folder, engine, writers // processes, actions),
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            for _n in range(processes)
        ]
        time.sleep(6)  # until each has its Django
        started = time.perf_counter()
        for process in running:
            assert process.stdin is not None
            process.stdin.write("\n")
            process.stdin.flush()
        found = [json.loads(process.communicate()[0]) for process in running]
        seconds = time.perf_counter() - started
    took = sorted(second for one in found for second in one["took"])
    refused = sum(one["refused"] for one in found)
    total = len(took) + refused
    why = ", ".join(sorted({words for one in found for words in one["why"]}))
    return (
        f"{engine:<8} {len(took) / seconds:7.0f} actions/s   "
        f"refused {refused:5d} of {total} ({refused / total:5.1%})   "
        f"p50 {took[len(took) // 2] * 1000:6.1f} ms   p99 {took[int(len(took) * 0.99)] * 1000:7.1f} ms   "
        f"worst {took[-1] * 1000:7.1f} ms   {why}"
    )


def _command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "benchmarks.writing", *map(str, arguments)]


def main(arguments: list[str]) -> None:
    match arguments:
        case ["prepare", folder, engine]:
            prepare(folder, engine)
            return
        case ["write", folder, engine, threads, actions]:
            write(folder, engine, int(threads), int(actions))
            return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--writers", type=int, default=20)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--actions", type=int, default=60, help="of each writer")
    options = parser.parse_args(arguments)
    print(f"{options.writers} writers in {options.processes} processes, {options.actions} actions each")
    for engine in ENGINES * 2:
        print(measure(engine, options.writers, options.processes, options.actions), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
