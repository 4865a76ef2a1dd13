"""Small plans for tests: say what matters, the rest is believable."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from tests.cast import Cast

from yunheng.foundation import events, jobs
from yunheng.foundation.actors import SYSTEM
from yunheng.plans.actions import generate, start_plan
from yunheng.plans.models import Occurrence, PlanRow, PlanVersion
from yunheng.plans.rules.drafts import DocumentDraft, PlanFile, RowDraft
from yunheng.plans.rules.phrases import read_phrase

ZONE = ZoneInfo("Asia/Shanghai")
WINDOW = (date(2021, 7, 1), date(2022, 6, 30))
EARLY = datetime(2021, 7, 1, 9, 0, tzinfo=ZONE)


def at(text: str) -> datetime:
    """`2021-08-05 16:00` on the office's wall."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def a_draft(row_id: str = "R33", schedule: str = "每月", **more: Any) -> RowDraft:
    """A row of sub-project 1 whose schedule is read by the phrase table."""
    phrase = read_phrase(schedule, WINDOW)
    assert phrase is not None, schedule
    values: dict[str, Any] = {
        "printed_no": row_id.strip("R"),
        "phase": "实施阶段",
        "service": "维护",
        "item": "",
        "subitem": "",
        "content": f"{row_id} 的工作",
        "schedule_text": schedule,
        "reading": phrase.reading,
        "sub_project": 1,
    }
    return RowDraft(row_id=row_id, **(values | more))


def a_paper(
    doc_id: str = "D18", rows: Sequence[str] = ("R12",), reading: Mapping[str, Any] | None = None, name: str = "月报"
) -> DocumentDraft:
    phrase = read_phrase("每月5号前提交", WINDOW)
    assert phrase is not None
    return DocumentDraft(
        doc_id=doc_id,
        name=name,
        about="",
        kind="报告",
        rows=tuple(rows),
        reading=reading or phrase.reading,
        author_roles=("驻场人员",),
        reviewer_role="项目监理",
        approver_role="项目负责人",
        basis={},
        note="",
    )


def a_plan_file(*drafts: RowDraft, documents: Sequence[DocumentDraft] = ()) -> PlanFile:
    return PlanFile("服务计划", WINDOW, (), tuple(drafts or [a_draft()]), tuple(documents), ())


def a_plan(
    cast: Cast, *drafts: RowDraft, documents: Sequence[DocumentDraft] = (), now: datetime = EARLY
) -> PlanVersion:
    """A plan in force on the cast's project, with its occurrences."""
    version = start_plan(project=cast.project, plan=a_plan_file(*drafts, documents=documents), actor=SYSTEM, now=now)
    generate(project=cast.project, actor=SYSTEM, now=now)
    return version


def the_row(row_id: str) -> PlanRow:
    return PlanRow.objects.filter(row_id=row_id).order_by("-revision")[0]


def the_occurrence(number: str) -> Occurrence:
    return Occurrence.objects.select_related("row", "scope").get(number=number)


def settle_events(now: datetime) -> None:
    """Deliver what was told, run what was put down, until nothing is left."""
    while events.deliver_due(now) or jobs.run_one(now, clock=lambda: now):
        pass
