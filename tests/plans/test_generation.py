"""Counts per row of our own plan file, and of the papers beside it."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date, datetime
from importlib.resources import files
from zoneinfo import ZoneInfo

import pytest

from yunheng.kernel.business_time import WorkingTime
from yunheng.kernel.calendars import built_in
from yunheng.plans.rules.drafts import PlanFile
from yunheng.plans.rules.generation import planned
from yunheng.plans.rules.layout import read_layout

ZONE = ZoneInfo("Asia/Shanghai")
EXPECTED = (
    dict.fromkeys(["R01", "R02", "R03", "R04", "R05", "R07", "R08", "R13", "R14", "R65", "R66", "R67a", "R67b"], 1)
    | dict.fromkeys(["R70", "R71", "R72", "R73", "R74"], 1)
    | dict.fromkeys(["R09", "R10"], 2)
    | dict.fromkeys(["R11"], 53)
    | dict.fromkeys(["R15", "R18"], 250)
    | dict.fromkeys(["R16"], 104)
    | dict.fromkeys(["R27", "R39", "R40", "R45", "R47", "R49", "R51"], 52)
    | dict.fromkeys(["R12", "R17", "R33", "R34", "R35", "R36", "R37", "R38", "R42", "R62"], 12)
    | dict.fromkeys(["R19", "R23", "R24", "R29", "R32", "R58", "R59", "R60", "R61"], 4)
)


@pytest.fixture(scope="module")
def plan() -> PlanFile:
    text = files("yunheng.site").joinpath("data/demo-plan.json").read_text(encoding="utf-8")
    return read_layout(json.loads(text))


@pytest.fixture(scope="module")
def hours(plan: PlanFile) -> WorkingTime:
    return WorkingTime.of(built_in("cn-5x8"), *plan.window)


def test_the_plan_file_has_no_problem(plan: PlanFile) -> None:
    assert plan.problems == ()
    assert sum(not row.own_row for row in plan.rows) == 71
    assert len(plan.documents) == 58


def test_each_row_falls_due_as_often_as_it_says(plan: PlanFile, hours: WorkingTime) -> None:
    counts = {
        row.row_id: len(planned(row.row_id, row.reading, hours, plan.window)) for row in plan.rows if not row.own_row
    }
    assert {row: count for row, count in counts.items() if count} == EXPECTED
    assert sum(counts.values()) == 1199


def test_the_papers_are_counted_apart(plan: PlanFile, hours: WorkingTime) -> None:
    counts = Counter(
        {paper.doc_id: len(planned(paper.doc_id, paper.reading, hours, plan.window)) for paper in plan.documents}
    )
    assert counts.total() == 1426
    assert sum(counts[paper.doc_id] for paper in plan.documents if paper.kind == "记录") == 862


def test_numbers_are_unique(plan: PlanFile, hours: WorkingTime) -> None:
    numbers = [item.number for row in plan.rows for item in planned(row.row_id, row.reading, hours, plan.window)]
    assert len(numbers) == len(set(numbers))


def test_a_paper_shifted_by_a_long_holiday_is_not_missing_before_it_is_due(plan: PlanFile, hours: WorkingTime) -> None:
    row = next(row for row in plan.rows if row.row_id == "R11")
    by_number = {item.number: item for item in planned("R11", row.reading, hours, plan.window)}
    spring = by_number["R11/2022-W04/1"]
    assert spring.due == datetime(2022, 2, 7, 10, 0, tzinfo=ZONE)
    assert spring.missing_from is not None
    assert spring.missing_from > spring.due


def test_a_later_start_anchor_moves_the_first_covered_period(plan: PlanFile, hours: WorkingTime) -> None:
    row = next(row for row in plan.rows if row.row_id == "R12")
    items = planned("R12", row.reading, hours, (date(2021, 7, 15), date(2022, 6, 30)))
    assert items[0].period == (date(2021, 7, 15), date(2021, 7, 31))
