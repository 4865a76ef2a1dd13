"""tools/run_tests.py and its plugin: what was skipped is said last, and an honest exit code."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from tests.architecture import tree
from tools import run_tests
from tools.run_tests import Outcome

TESTS = """
import pytest

def test_good(): pass

@pytest.mark.skip(reason="no bell here")
def test_bell(): pass

@pytest.mark.xfail(reason="known", strict=True)
def test_known(): assert False
"""


def outcome_of(folder: Path, source: str, *arguments: str) -> Outcome:
    """Runs pytest with our plugin over one file, away from the settings of this repository."""
    (folder / "pytest.ini").write_text("[pytest]\n")
    (folder / "test_sample.py").write_text(source)
    result = folder / "outcome.json"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:django", "-p", "no:cacheprovider"]
    command += ["-p", "tests.plugins.outcome", "--outcome", str(result), f"--rootdir={folder}", *arguments]
    done = subprocess.run(
        [*command, "-c", str(folder / "pytest.ini"), str(folder)], cwd=tree.ROOT, capture_output=True, check=False
    )
    return run_tests.read("sample", result, done.returncode)


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["one process", "two workers"])
def test_counts_and_reasons_are_kept(tmp_path: Path, workers: tuple[str, ...]) -> None:
    found = outcome_of(tmp_path, TESTS, *workers)
    assert (found.passed, found.failed, found.xfailed, found.broken) == (1, 0, 1, ())
    assert [reason for _, reason in found.skipped] == ["no bell here"]


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["one process", "two workers"])
def test_a_module_that_skips_itself_is_kept(tmp_path: Path, workers: tuple[str, ...]) -> None:
    source = 'import pytest\npytest.skip("no bell in this house", allow_module_level=True)\n'
    found = outcome_of(tmp_path, source, *workers)
    assert [reason for _, reason in found.skipped] == ["no bell in this house"]


def test_a_failed_test_is_counted_once(tmp_path: Path) -> None:
    source = "import pytest\n\n@pytest.fixture\ndef x():\n    yield\n    assert 0\n\ndef test_it(x):\n    assert 0\n"
    assert outcome_of(tmp_path, source).failed == 1


def test_a_file_that_cannot_be_imported_is_a_failure(tmp_path: Path) -> None:
    assert outcome_of(tmp_path, "import nothing_of_this_name\n").failed == 1


def test_tests_that_cannot_run_here_are_skipped_with_the_reason(tmp_path: Path) -> None:
    found = outcome_of(tmp_path, TESTS, "--skip-all", "no PostgreSQL")
    assert ("test_sample.py::test_good", "no PostgreSQL") in found.skipped


def test_a_run_without_a_result_is_broken(tmp_path: Path) -> None:
    found = run_tests.read("main", tmp_path / "missing.json", -9)
    assert found.broken == ("main: pytest ended with -9 and left no result",)


# ---------------------------------------------------------------- the last word

SKIPPED = Outcome(passed=3, skipped=(("tests/a.py::test_b", "no chromium was found"),))


def test_the_skipped_tests_are_the_last_thing_said() -> None:
    text, code = run_tests.last_word(SKIPPED, 12.0, strict=False)
    assert text.splitlines()[-3:] == [
        "3 passed, 0 failed, 1 skipped",
        "skipped, no chromium was found:",
        "  tests/a.py::test_b",
    ]
    assert code == 0


def test_a_skipped_test_is_a_failure_in_ci() -> None:
    text, code = run_tests.last_word(SKIPPED, 12.0, strict=True)
    assert text.endswith("a skipped test counts as a failure here, because CI is set")
    assert code == 1


@pytest.mark.parametrize(
    ("outcome", "code"),
    [
        (Outcome(passed=3), 0),
        (Outcome(passed=3, failed=1), 1),
        (Outcome(passed=3, broken=("main: pytest ended with 3",)), 1),
        (Outcome(), 1),
    ],
    ids=["all well", "one failed", "a pass broke", "no test ran"],
)
def test_the_exit_code_is_honest(outcome: Outcome, code: int) -> None:
    assert run_tests.last_word(outcome, 12.0, strict=True)[1] == code


def test_pure_tests_are_the_kernel_and_the_rules(tmp_path: Path) -> None:
    for name in ("kernel", "desk/rules", "desk/actions"):
        (tmp_path / "tests" / name).mkdir(parents=True)
    assert run_tests.pure_folders(tmp_path / "tests") == ["tests/kernel", "tests/desk/rules"]


def test_without_an_address_there_is_no_postgresql() -> None:
    assert run_tests.without_postgres("") == "YUNHENG_TEST_DATABASE_URL names no PostgreSQL"
