"""Evaluate n tickets: every measure of the frozen scheme, digests, the evidence file and the draft; documents apart.

    python -m benchmarks.evaluate [--tickets N ...] [--folder FOLDER] [--profile]

Each size runs in a process of its own, twice: the second run is what people meet who press the button again. The peer
is a plain loop over model instances that only counts what was restored in time, over a sample of the same tickets in
the same process. ``--folder`` keeps the databases for the next run.
"""

from __future__ import annotations

import argparse
import cProfile
import json
import pstats
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.bulk import FIRST, LAST, RECORDED, begin, load, memory, office

SIZES = (10_000, 100_000, 1_000_000)
SAMPLE = 20_000
FROZEN = datetime(2021, 6, 30, 1, tzinfo=UTC)
GOAL_SECONDS, GOAL_MEGABYTES = 8.0, 1024  # of a million


def build(folder: Path, tickets: int) -> None:
    begin(folder)
    from yunheng.contracts.models import Project
    from yunheng.evaluation.actions.schemes import freeze_scheme, propose_scheme
    from yunheng.evaluation.models import Scheme
    from yunheng.foundation.actors import SYSTEM

    if not Project.objects.exists():
        _project, contracts = office()
        print(f"  built in {load(contracts, tickets):.0f} s", flush=True)
    if not Scheme.objects.exists():
        project = Project.objects.select_related("scope").get()
        scheme = propose_scheme(project=project, code="BENCH", name="测算", actor=SYSTEM, now=FROZEN)
        freeze_scheme(scheme=scheme, actor=SYSTEM, now=FROZEN)


def timed(call: Callable[[], Any]) -> tuple[Any, float, float]:
    """Answer, seconds, CPU seconds."""
    wall, cpu = time.perf_counter(), time.process_time()
    answer = call()
    return answer, time.perf_counter() - wall, time.process_time() - cpu


def judge(folder: Path, *, profile: bool = False) -> dict[str, Any]:
    begin(folder)
    from yunheng.contracts.models import Project
    from yunheng.evaluation import evidence_store
    from yunheng.evaluation.actions.judging import evaluate
    from yunheng.foundation.actors import SYSTEM

    project = Project.objects.select_related("scope", "owner").get()
    before = memory()

    def run(later: int) -> Any:
        now = RECORDED + timedelta(days=60, minutes=later)
        return evaluate(project=project, first=FIRST, last=LAST, actor=SYSTEM, now=now)

    profiler = cProfile.Profile(time.process_time) if profile else None
    if profiler:
        profiler.enable()
    row, seconds, cpu = timed(lambda: run(0))
    if profiler:
        profiler.disable()
        pstats.Stats(profiler, stream=sys.stderr).sort_stats("tottime").print_stats(25)
    peak = memory()
    same, again, _cpu = timed(lambda: run(1))
    counted, peer_wall, peer_cpu = timed(lambda: loop(project))
    return {
        "seconds": seconds,
        "cpu": cpu,
        "again": again,
        "same": same.digest == row.digest,
        "before": before,
        "peak": peak,
        "evidence": evidence_store.path_of(row.evidence).stat().st_size,
        "peer": peer_cpu / counted,
        "peer_wall": peer_wall,
        "total": str(row.result["total"]),
    }


def loop(project: Any) -> int:
    """What one writes first: instance by instance, restored before its deadline or not."""
    from yunheng.servicedesk.models import Ticket

    seen = hit = 0
    tickets = Ticket.objects.filter(scope__parent=project.scope_id, kind="incident", excluded="")
    for ticket in tickets.order_by("pk")[:SAMPLE].iterator():
        seen += 1
        due = ticket.restore_due_at or ticket.repair_due_at
        done = ticket.restored_at or ticket.resolved_at
        hit += due is not None and done is not None and done <= due
    return max(seen, 1)


def child(what: str, folder: Path, tickets: int, *, profile: bool = False) -> dict[str, Any]:
    """In a process of its own, so that the memory of one size is not the memory of another."""
    arguments = ["--child", what, "--folder", str(folder), "--tickets", str(tickets)]
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.evaluate", *arguments, *(["--profile"] if profile else [])],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    lines = done.stdout.strip().splitlines()
    for line in lines[:-1]:
        print(line, flush=True)
    found: dict[str, Any] = json.loads(lines[-1])
    return found


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.evaluate")
    parser.add_argument("--tickets", nargs="+", type=int, default=SIZES)
    parser.add_argument("--folder", type=Path, help="keep the databases here, one folder per size")
    parser.add_argument("--profile", action="store_true", help="print where the time goes")
    parser.add_argument("--child", choices=["build", "judge"], help=argparse.SUPPRESS)
    options = parser.parse_args(argv)
    if options.child == "build":
        build(options.folder, options.tickets[0])
        print(json.dumps({}))
        return 0
    if options.child == "judge":
        print(json.dumps(judge(options.folder, profile=options.profile)))
        return 0
    base = options.folder or Path(tempfile.mkdtemp(prefix="yunheng-evaluate-"))
    try:
        report(base, options.tickets, profile=options.profile)
    finally:
        if not options.folder:
            shutil.rmtree(base, ignore_errors=True)
    return 0


def report(base: Path, sizes: list[int], *, profile: bool) -> None:
    print(
        f"{'tickets':>9} {'s':>7} {'again s':>8} {'CPU s/1,000':>12} {'growth':>7} {'peak MB':>8} "
        f"{'B/ticket':>9} {'loop':>6}"
    )
    last: tuple[int, float] | None = None
    for size in sizes:
        folder = base / str(size)
        folder.mkdir(parents=True, exist_ok=True)
        child("build", folder, size)
        found = child("judge", folder, size, profile=profile)
        growth = f"x{found['cpu'] / last[1]:.1f}" if last else ""
        per_thousand = found["cpu"] / size * 1000
        print(
            f"{size:>9,} {found['seconds']:7.2f} {found['again']:8.2f} {per_thousand:12.5f} {growth:>7} "
            f"{found['peak']:>8} {found['evidence'] / size:9.1f} x{found['peer'] * 1000 / per_thousand:.1f}",
            flush=True,
        )
        if not found["same"]:
            raise SystemExit("the second run gave another digest")
        if size >= 1_000_000:
            met = found["seconds"] <= GOAL_SECONDS and found["peak"] <= GOAL_MEGABYTES
            print(f"  goal for a million: {GOAL_SECONDS:.0f} s, {GOAL_MEGABYTES} MB: {'met' if met else 'NOT met'}")
        last = (size, found["cpu"])


if __name__ == "__main__":
    sys.exit(main())
