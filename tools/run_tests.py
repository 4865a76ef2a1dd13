"""`make test`: every test, in the order in which a mistake shows soonest, and an honest last word.

    python tools/run_tests.py [PASS ...]     pure, main, postgres, browser; without a name all of them

The pure tests run first and without Django, then everything on SQLite, then everything that touches the
database once more on PostgreSQL, where YUNHENG_TEST_DATABASE_URL answers, and what needs a browser where
chromium is found. Otherwise those tests are skipped, and every skipped test is named with its reason at the
very end. With CI set a skipped test is a failure.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NO_TESTS = 5  # pytest's exit code when nothing was collected


@dataclass(frozen=True, slots=True)
class Pass:
    """One run of pytest."""

    name: str
    arguments: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    lacking: str = ""  # why its tests cannot run here


@dataclass(frozen=True, slots=True)
class Outcome:
    passed: int = 0
    failed: int = 0
    xfailed: int = 0
    skipped: tuple[tuple[str, str], ...] = ()
    broken: tuple[str, ...] = ()  # passes that ended badly without a failed test

    def __add__(self, other: Outcome) -> Outcome:
        return Outcome(
            self.passed + other.passed,
            self.failed + other.failed,
            self.xfailed + other.xfailed,
            self.skipped + other.skipped,
            self.broken + other.broken,
        )


def pure_folders(tests: Path) -> list[str]:
    """Tests of plain functions over plain values: the kernel and the rules of each domain."""
    folders = [tests / "kernel", *sorted(tests.glob("*/rules"))]
    return [str(folder.relative_to(tests.parent)) for folder in folders if folder.is_dir()]


def passes(pure: Sequence[str], postgres_url: str) -> list[Pass]:
    apart = tuple(f"--ignore={folder}" for folder in pure)
    two = ("-n", "2")
    lacking = without_postgres(postgres_url)
    # Without PostgreSQL the tests of the second round have run on SQLite: only those made for it are skipped.
    second_round = "postgres" if lacking else "not browser and not sqlite"
    return [
        Pass("pure", ("-p", "no:django", *pure)),
        Pass("main", ("-m", "not postgres and not browser", *two, *apart, "tests")),
        Pass(
            "postgres",
            ("-m", second_round, *two, *apart, "--ignore=tests/architecture", "tests"),
            environment={"DATABASE_URL": postgres_url},
            lacking=lacking,
        ),
        Pass("browser", ("-m", "browser", *apart, "tests"), lacking=without_browser()),
    ]


def without_postgres(url: str) -> str:
    if not url:
        return "YUNHENG_TEST_DATABASE_URL names no PostgreSQL"
    import psycopg

    try:
        psycopg.connect(url, connect_timeout=3).close()
    except psycopg.OperationalError as problem:
        return f"the PostgreSQL of YUNHENG_TEST_DATABASE_URL does not answer: {str(problem).strip()}"
    return ""


def without_browser() -> str:
    return "" if shutil.which("chromium") else "no chromium was found"


def run(one: Pass) -> Outcome:
    print(f"\n==== {one.name} tests", flush=True)
    with tempfile.TemporaryDirectory(prefix="yunheng-outcome-") as folder:
        outcome = Path(folder) / "outcome.json"
        command = [
            *(sys.executable, "-m", "pytest", "-q", "-p", "tests.plugins.outcome", "--outcome", str(outcome)),
            *(["--skip-all", one.lacking] if one.lacking else []),
            *one.arguments,
        ]
        environment = dict(os.environ)
        if not one.lacking:
            environment |= one.environment
        code = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
        return read(one.name, outcome, code)


def read(name: str, path: Path, code: int) -> Outcome:
    """What a pass came to; a pass that died without a word counts as broken, an empty one as nothing."""
    if not path.exists():
        return Outcome(broken=(f"{name}: pytest ended with {code} and left no result",))
    found = json.loads(path.read_text(encoding="utf-8"))
    skipped = tuple((str(test), str(reason)) for test, reason in found["skipped"])
    outcome = Outcome(found["passed"], found["failed"], found["xfailed"], skipped)
    if code not in {0, NO_TESTS} and not outcome.failed:
        return outcome + Outcome(broken=(f"{name}: pytest ended with {code}",))
    return outcome


def last_word(outcome: Outcome, seconds: float, *, strict: bool) -> tuple[str, int]:
    """The text that ends the run and the exit code. ``strict``: a skipped test is a failure."""
    total = f"{outcome.passed} passed, {outcome.failed} failed, {len(outcome.skipped)} skipped"
    lines = ["", f"All tests together took {seconds:.0f} s", *outcome.broken, total]
    by_reason: dict[str, list[str]] = defaultdict(list)
    for test, reason in outcome.skipped:
        by_reason[reason].append(test)
    for reason, tests in sorted(by_reason.items()):
        lines += [f"skipped, {reason}:", *(f"  {test}" for test in tests)]
    if not outcome.skipped:
        lines.append("nothing was skipped")
    elif strict:
        lines.append("a skipped test counts as a failure here, because CI is set")
    bad = outcome.failed or outcome.broken or not outcome.passed or (strict and outcome.skipped)
    return "\n".join(lines), 1 if bad else 0


def main(names: Sequence[str]) -> int:
    known = passes(pure_folders(ROOT / "tests"), os.environ.get("YUNHENG_TEST_DATABASE_URL", ""))
    wrong = set(names) - {one.name for one in known}
    if wrong:
        print(f"{', '.join(sorted(wrong))}: no such pass; known are {', '.join(one.name for one in known)}")
        return 2
    started = time.monotonic()
    outcome = Outcome()
    for one in known:
        if not names or one.name in names:
            outcome += run(one)
    text, code = last_word(outcome, time.monotonic() - started, strict=bool(os.environ.get("CI")))
    print(text, flush=True)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
