"""A year's ticket log of 150,000 rows: read dry, then written beside twenty people at work.

    python -m benchmarks.tickets_import [ROWS] [--users 20]

Prints seconds, rows a second, peak memory of the importing process, and what the people felt: how long their
actions took and how many were refused (none may be).
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.bulk import begin, office

if TYPE_CHECKING:
    from yunheng.contracts.models import Contract

RUN = """
import json, resource, sys, time
import django; django.setup()
from yunheng.servicedesk.imports import main
begun = time.perf_counter()
code = main(sys.argv[1:])
print(json.dumps({"code": code, "seconds": time.perf_counter() - begun,
                  "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}), file=sys.stderr)
"""
# Priority → impact, urgency.
MATRIX = {"1": ("1", "1"), "2": ("1", "2"), "3": ("2", "2"), "4": ("3", "3")}
HEAD = (
    "number,incident_state,active,reassignment_count,reopen_count,sys_mod_count,made_sla,caller_id,opened_by,opened_at,"
    "sys_created_by,sys_created_at,sys_updated_by,sys_updated_at,contact_type,location,category,subcategory,u_symptom,"
    "cmdb_ci,impact,urgency,priority,assignment_group,assigned_to,knowledge,u_priority_confirmation,notify,problem_id,"
    "rfc,vendor,caused_by,closed_code,resolved_by,resolved_at,closed_at"
)
STATES = ("Active", "Active", "Active", "Awaiting User Info", "Awaiting Vendor", "Awaiting Problem")


def a_log(path: Path, rows: int) -> int:
    """A made-up log in the dialect of the mapping `servicenow`; returns the number of tickets."""
    from datetime import datetime

    chance = random.Random(7)
    start = datetime(2021, 7, 1, 0, 0)  # noqa: DTZ001 (the dialect has no zone)
    step = 365 * 24 * 60 / (rows / 5.75)

    def wall(minutes: float) -> str:
        at = start + timedelta(minutes=int(minutes))
        return f"{at.day}/{at.month}/{at.year} {at:%H:%M}"

    written = tickets = 0
    with path.open("w", encoding="utf-8") as file:
        file.write(HEAD + "\n")
        while written < rows:
            opened = tickets * step
            count = min(chance.choice((3, 4, 5, 6, 7, 9)), rows - written)
            at, priority = opened, chance.choice(("3", "3", "3", "3", "4", "2", "1"))
            impact, urgency = MATRIX[priority]
            ends = sorted(chance.randrange(10, 6000) for _ in range(count - 1))
            solved = wall(opened + (ends[-2] if len(ends) > 1 else ends[-1] if ends else 10))
            closed = wall(opened + (ends[-1] if ends else 10))
            in_time = "true" if chance.random() < 0.63 else "false"
            for place in range(count):
                state = "New"
                if place:
                    at = opened + ends[place - 1]
                    last, before = place == count - 1, place == count - 2
                    state = "Closed" if last else "Resolved" if before else chance.choice(STATES)
                file.write(
                    f"B{tickets:07},{state},true,{min(place, 2)},0,{place},{in_time},{chance.randrange(5000)},8,"
                    f"{wall(opened)},6,{wall(opened)},21,{wall(at)},Phone,143,{tickets % 60},{tickets % 170},72,?,"
                    f"{impact},{urgency},{priority},{tickets % 70},{chance.randrange(200)},true,false,Do Not Notify,"
                    f"?,?,?,?,5,149,{solved},{closed}\n"
                )
            written += count
            tickets += 1
    return tickets


def run(*arguments: str) -> dict[str, Any]:
    """The import in a process of its own: what it said, its seconds and its peak memory."""
    done = subprocess.run(
        [sys.executable, "-c", RUN, *arguments, "--mapping", "servicenow", "--json"],
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[1] / "src")},
        capture_output=True,
        text=True,
        check=True,
    )
    return {**json.loads(done.stdout), **json.loads(done.stderr.strip().splitlines()[-1])}


class Person(threading.Thread):
    """Reports a fault, answers it, solves it; one action about every second."""

    def __init__(self, contract: Contract, stop: threading.Event, number: int) -> None:
        super().__init__()
        self.contract, self.stop, self.chance = contract, stop, random.Random(number)
        self.took: list[float] = []
        self.refused: list[str] = []

    def run(self) -> None:
        from django.db import connection
        from django.utils import timezone

        from yunheng.foundation.actors import SYSTEM
        from yunheng.servicedesk import actions

        ticket = None
        while not self.stop.wait(self.chance.uniform(0.5, 1.5)):
            begun = time.perf_counter()
            now = timezone.now()
            try:
                if ticket is None:
                    ticket = actions.open_ticket(
                        scope=self.contract.scope, title="打印机不出纸", impact=3, urgency=2, actor=SYSTEM, now=now
                    )
                elif ticket.state == "new":
                    actions.respond(ticket=ticket, actor=SYSTEM, now=now)
                else:
                    actions.resolve(ticket=ticket, note="好了", actor=SYSTEM, now=now)
                    ticket = None
            except Exception as problem:
                self.refused.append(repr(problem))
            self.took.append(time.perf_counter() - begun)
        connection.close()


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.tickets_import")
    parser.add_argument("rows", nargs="?", type=int, default=150_000)
    parser.add_argument("--users", type=int, default=20)
    options = parser.parse_args(argv)
    folder = Path(tempfile.mkdtemp(prefix="yunheng-bench-"))
    try:
        log = folder / "log.csv"
        tickets = a_log(log, options.rows)
        begin(folder)
        _project, contracts = office()
        dry = run(str(log), "--dry-run")
        print(f"dry run: {dry['rows']} rows, {dry['tickets']} of {tickets} tickets in {dry['seconds']:.1f} s "
              f"({dry['rows'] / dry['seconds']:.0f} rows/s), peak {dry['megabytes']} MB")  # fmt: skip
        stop = threading.Event()
        people = [Person(contracts[1], stop, number) for number in range(options.users)]
        for person in people:
            person.start()
        try:
            wet = run(str(log), "--contract", "C1")
        finally:
            stop.set()
            for person in people:
                person.join()
        took = sorted(one for person in people for one in person.took)
        refused = [one for person in people for one in person.refused]
        print(f"written: {wet['tickets']} tickets in {wet['seconds']:.1f} s beside {options.users} people, "
              f"peak {wet['megabytes']} MB")  # fmt: skip
        if took:
            print(f"people: {len(took)} actions, p50 {took[len(took) // 2] * 1000:.0f} ms, "
                  f"p99 {took[int(len(took) * 0.99)] * 1000:.0f} ms, worst {took[-1] * 1000:.0f} ms, "
                  f"refused {len(refused)}")  # fmt: skip
        for one in refused[:3]:
            print(f"  {one}")
        return 1 if refused else 0
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
