"""The four documents of an evaluation: Word, PDF, workbook and page, cold and warm.

    python -m benchmarks.documents [--tickets N ...] [--folder FOLDER]

430 tickets are the demo's year; larger sizes are the bulk office of ``benchmarks.evaluate``. Cold is a process that has
rendered nothing yet: loading the renderers, fonts and the evidence belong to it. Building is not counted. Same data
give the same bytes, which is looked at on the way.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks import evaluate
from benchmarks.bulk import begin, memory

DEMO = 430
SIZES = (DEMO, 10_000, 100_000)
FORMATS = ("docx", "pdf", "xlsx", "html")
GOAL = 3.0  # seconds, all four, demo year


def build(folder: Path, tickets: int) -> None:
    if tickets > DEMO:
        evaluate.build(folder, tickets)
        evaluate.judge(folder)
        return
    begin(folder)
    from yunheng.evaluation.models import Evaluation
    from yunheng.site.demo.command import build as build_demo

    if not Evaluation.objects.exists():
        begun = time.perf_counter()
        build_demo(tickets=tickets)
        print(f"  demo of {tickets} tickets built in {time.perf_counter() - begun:.0f} s", flush=True)


def render(folder: Path) -> dict[str, Any]:
    begin(folder)
    from yunheng.evaluation.models import Evaluation
    from yunheng.reporting.evaluation_report import documents_of

    row = Evaluation.objects.select_related("scope", "scheme").latest("pk")
    found: dict[str, Any] = {"seconds": {}, "again": {}, "bytes": {}}
    whole, cpu = time.perf_counter(), time.process_time()
    kept = {}
    for name in FORMATS:
        begun = time.perf_counter()
        [(_file, kept[name])] = list(documents_of(row, [name]))
        found["seconds"][name] = time.perf_counter() - begun
        found["bytes"][name] = len(kept[name])
    found["cold"], found["cpu"] = time.perf_counter() - whole, time.process_time() - cpu
    whole = time.perf_counter()
    for name in FORMATS:
        begun = time.perf_counter()
        [(_file, content)] = list(documents_of(row, [name]))
        found["again"][name] = time.perf_counter() - begun
        if content != kept[name]:
            raise SystemExit(f"{name}: other bytes from the same data")
    found["warm"], found["peak"] = time.perf_counter() - whole, memory()
    return found


def child(what: str, folder: Path, tickets: int) -> dict[str, Any]:
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "benchmarks.documents",
            "--child",
            what,
            "--folder",
            str(folder),
            "--tickets",
            str(tickets),
        ],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    *lines, last = done.stdout.strip().splitlines()
    for line in lines:
        print(line, flush=True)
    found: dict[str, Any] = json.loads(last)
    return found


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.documents")
    parser.add_argument("--tickets", nargs="+", type=int, default=SIZES)
    parser.add_argument("--folder", type=Path, help="keep the demos here, one folder per size")
    parser.add_argument("--child", choices=["build", "render"], help=argparse.SUPPRESS)
    options = parser.parse_args(argv)
    if options.child == "build":
        build(options.folder, options.tickets[0])
        print(json.dumps({}))
        return 0
    if options.child == "render":
        print(json.dumps(render(options.folder)))
        return 0
    base = options.folder or Path(tempfile.mkdtemp(prefix="yunheng-documents-"))
    try:
        report(base, options.tickets)
    finally:
        if not options.folder:
            shutil.rmtree(base, ignore_errors=True)
    return 0


def report(base: Path, sizes: list[int]) -> None:
    print(f"{'tickets':>8}  {'':4} " + "".join(f"{name:>8}" for name in FORMATS) + f"{'all':>8} {'CPU s':>7} {'MB':>5}")
    for size in sizes:
        folder = base / (f"demo-{size}" if size <= DEMO else str(size))
        folder.mkdir(parents=True, exist_ok=True)
        child("build", folder, size)
        found = child("render", folder, size)
        for label, part, total in (("cold", "seconds", "cold"), ("warm", "again", "warm")):
            cells = "".join(f"{found[part][name]:8.2f}" for name in FORMATS)
            spent = f"{found['cpu']:7.2f} {found['peak']:5}" if label == "cold" else ""
            print(f"{size:>8}  {label} {cells}{found[total]:8.2f} {spent}", flush=True)
        print(f"{size:>8}  kB   " + "".join(f"{found['bytes'][name] / 1024:8.0f}" for name in FORMATS))
        if size == DEMO:
            print(f"  goal for the demo year, cold: {GOAL:.0f} s: {'met' if found['cold'] <= GOAL else 'NOT met'}")


if __name__ == "__main__":
    sys.exit(main())
