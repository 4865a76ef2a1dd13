"""Writes what a test run came to into a file, so that `tools/run_tests.py` can add up several runs.

    pytest -p tests.plugins.outcome --outcome FILE [--skip-all REASON]

The file is JSON: ``passed``, ``failed``, ``xfailed`` (numbers) and ``skipped`` (test, reason).
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("outcome")
    group.addoption("--outcome", metavar="FILE", help="write counts and skipped tests to FILE as JSON")
    group.addoption("--skip-all", metavar="REASON", help="collect, but skip every test for this reason")


def pytest_configure(config: pytest.Config) -> None:
    path = config.getoption("--outcome")
    if path and not hasattr(config, "workerinput"):  # the workers of xdist report to their controller
        config.pluginmanager.register(Outcome(Path(path)), "outcome-file")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    reason = config.getoption("--skip-all")
    if reason:
        for item in items:
            item.add_marker(pytest.mark.skip(reason=reason))


class Outcome:
    """Counts reports as they come in; with xdist these are the workers' reports."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.passed = 0
        self.xfailed = 0
        self.failed: set[str] = set()
        self.skipped: dict[str, str] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.failed.add(report.nodeid)
        elif hasattr(report, "wasxfail"):
            self.xfailed += 1
        elif report.skipped:
            self.skipped[report.nodeid] = _reason(report)
        elif report.when == "call":
            self.passed += 1

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.failed.add(report.nodeid)
        elif report.skipped:
            self.skipped[report.nodeid] = _reason(report)

    def pytest_sessionfinish(self) -> None:
        self.path.write_text(
            json.dumps(
                {
                    "passed": self.passed,
                    "failed": len(self.failed),
                    "xfailed": self.xfailed,
                    "skipped": sorted(self.skipped.items()),
                },
                ensure_ascii=False,
            ),
            encoding="utf-8",
        )


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    """The reason of a skip, which pytest hands over as (file, line, "Skipped: reason")."""
    said = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return said.removeprefix("Skipped: ")
