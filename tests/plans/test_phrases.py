"""The phrase table, held against a list that a contract manager can read."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from yunheng.plans.rules.phrases import Phrase, read_phrase

WINDOW = (date(2021, 7, 1), date(2022, 6, 30))
CASES = [
    tuple(part.strip() for part in line.split("=>"))
    for line in (Path(__file__).parent / "cases/phrases.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]


def _told(phrase: Phrase | None) -> str:
    if phrase is None:
        return "0"
    reading = phrase.reading
    head = reading["kind"]
    if head == "periodic":
        head += f" {reading['freq']} x{reading['per_period']} {reading['quota_rule']} {reading['covers']}"
    marks = [f"{mark['name']} {mark['at']} {mark['time'] or '-'} {mark['shift']}" for mark in reading["marks"]]
    return "; ".join([head, *marks])


@pytest.mark.parametrize(("phrase", "expected"), CASES)
def test_a_phrase_reads_as_the_list_says(phrase: str, expected: str) -> None:
    assert _told(read_phrase(phrase, WINDOW)) == expected


def test_a_date_before_the_service_period_is_taken_as_printed_and_doubted() -> None:
    phrase = read_phrase("2021年6月30日前提交", WINDOW)
    assert phrase is not None
    assert phrase.reading["marks"][0]["at"] == "date:2021-06-30"
    assert "早于服务期" in phrase.doubts[0]
