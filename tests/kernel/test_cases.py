"""Every check of cases/*.test is a test of its own."""

from pathlib import Path

import pytest

from tests.kernel.case_language import Check, Script

SCRIPTS = sorted((Path(__file__).parent / "cases").glob("*.test"))
CHECKS = [check for script in SCRIPTS for check in Script(script).checks()]


@pytest.mark.parametrize("check", CHECKS, ids=[check.name for check in CHECKS])
def test_case(check: Check) -> None:
    check.run()
