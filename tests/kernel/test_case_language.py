from __future__ import annotations

from pathlib import Path

import pytest

from tests.kernel.case_language import Script, ScriptError

WRONG = """
use cn-5x8
due 2021-09-13 09:00 + 1h = 2021-09-13 10:01
elapsed 2021-09-13 09:00..2021-09-13 10:00 = 2h
workdays 2021-09-13..2021-09-13 = 2
window 2021-07-01..2022-06-30
row monthly: every month: 完成 period_end 23:59 none
count 11
for 2021-07-01..2021-07-31: 完成 2021-07-30 23:59
for 2021-07-02..2021-07-31: 完成 2021-07-31 23:59
timeline 0..10
state 0 up
totals up 9
percent 99.0000 unknown 0.0000
percent 100.0000 unknown 0.0000 no score
outages 0..1
sheet seed12 equal
value I04 1/2
score I04 = 99.00
total 5.00 优
weight I04 = 1/11
calendar good
  mon 08:00-09:00
refused good: nothing wrong
"""


def checks(tmp_path: Path, text: str) -> list[str]:
    script = tmp_path / "some.test"
    script.write_text(text, encoding="utf-8")
    failed = []
    for check in Script(script).checks():
        try:
            check.run()
        except AssertionError:
            failed.append(check.name)
    return failed


def test_every_kind_of_check_can_fail(tmp_path: Path) -> None:
    failed = checks(tmp_path, WRONG)
    prepared = ("use", "window", "row", "timeline", "state", "sheet", "value", "calendar", " ")
    asked = [line for line in WRONG.splitlines() if line and not line.startswith(prepared)]
    assert len(failed) == len(asked)
    assert failed[0] == "some.test:3 due 2021-09-13 09:00 + 1h = 2021-09-13 10:01"


@pytest.mark.parametrize("line", ["dew 2021-09-13", "due 2021-09-13 09:00 + 1h = x", "  mon 08:00-09:00", "percent 5"])
def test_a_line_that_cannot_be_read_is_named(tmp_path: Path, line: str) -> None:
    with pytest.raises(ScriptError, match=r"some\.test:1"):
        checks(tmp_path, line)
