"""Standing of an occurrence, held against cases in words."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from yunheng.plans.rules.status import Mark, Status, judge

ZONE = ZoneInfo("Asia/Shanghai")
CASES = [
    line
    for line in (Path(__file__).parent / "cases/standing.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]


def _at(text: str) -> datetime | None:
    return None if text == "-" else datetime.fromisoformat(text).replace(tzinfo=ZONE)


def _pairs(text: str) -> list[tuple[str, datetime | None]]:
    found = []
    for part in filter(None, (part.strip() for part in text.split(";"))):
        name, _, at = part.partition(" ")
        found.append((name, _at(at)))
    return found


@pytest.mark.parametrize("line", CASES)
def test_an_occurrence_stands_as_the_case_says(line: str) -> None:
    given, expected = line.split("=>")
    marks, met, missing_from, at = (part.strip() for part in given.split("|"))
    judged_at = _at(at)
    assert judged_at is not None
    verdict = judge(
        [Mark(name, due) for name, due in _pairs(marks)],
        {name: instant for name, instant in _pairs(met) if instant},
        missing_from=_at(missing_from),
        at=judged_at,
        zone=ZONE,
    )
    assert f"{verdict.status} {verdict.late_days}" == expected.strip()


def test_what_was_waived_is_neither_late_nor_missing() -> None:
    verdict = judge(
        [Mark("完成", _at("2021-07-31 23:59"))],
        {},
        missing_from=None,
        at=datetime(2022, 7, 1, tzinfo=ZONE),
        zone=ZONE,
        waived=True,
    )
    assert verdict.status is Status.WAIVED
    assert not verdict.is_done
