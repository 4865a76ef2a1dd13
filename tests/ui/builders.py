"""Notes for lists, and the values that components show."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from django.urls import reverse
from tests.ui.models import Note

from yunheng.foundation.models import Scope
from yunheng.ui.components import Clock, Step, TrailEntry, Transition
from yunheng.ui.lists import Badge, BulkAction, Choice, Column, Condition, ListPage, Period, Sort, Text

START = datetime(2021, 9, 1, tzinfo=UTC)
NOW = datetime(2021, 9, 18, 8, 5, tzinfo=UTC)


def some_notes(scope: Scope, count: int, *, first: int = 1, hours: int = 1) -> list[Note]:
    """Numbered on from `first`, one per `hours`; every third is of level 1, every tenth names a printer."""
    return Note.objects.bulk_create(
        Note(
            scope=scope,
            number=f"N-2021-{first + index:06d}",
            title=f"Printer {index} jams" if index % 10 == 0 else f"Screen {index} is dark",
            level=1 if index % 3 == 0 else 3,
            at=START + timedelta(hours=hours * index),
        )
        for index in range(count)
    )


def a_listing(**changes: object) -> ListPage:
    values: dict[str, object] = {
        "kind": "ui.note",
        "title": "Notes",
        "columns": [
            Column("number", "Number", link=True),
            Column("title", "Title", wide=True),
            Column(
                "level", "Level", lambda note: Badge("late" if note.level == 1 else "none", f"P{note.level}"), bare=True
            ),
            Column("at", "Reported"),
            Column("amount", "Amount", numeric=True),
        ],
        "filters": [
            Choice("level", "Level", [(1, "P1"), (2, "P2"), (3, "P3")]),
            Period("at", "Reported"),
            Text("q", contains=("title",)),
        ],
        "sorts": [Sort("-at", "Reported"), Sort("number", "Number")],
        "page_size": 10,
        "address": lambda note: f"/notes/{note.uid}/",
    }
    return ListPage(**{**values, **changes})  # type: ignore[arg-type]  # values by name


def a_clock(state: str = "running", **values: object) -> Clock:
    return Clock(**{"state": state, "target": 4 * 3600, **values})  # type: ignore[arg-type]  # values by name


def some_steps() -> list[Step]:
    return [
        Step("受理", "done", at=START),
        Step("响应", "done", at=START + timedelta(minutes=20)),
        Step("处理", "current", actor="驻场工程师", until=START + timedelta(hours=4)),
        Step("确认", "ahead"),
        Step("关闭", "ahead"),
    ]


def some_transitions() -> list[Transition]:
    return [
        Transition("确认暂停", reverse("home"), icon="player-pause"),
        Transition("报告恢复", reverse("home"), primary=True, icon="check"),
    ]


def some_trail() -> Sequence[TrailEntry]:
    return [
        TrailEntry(
            START + timedelta(hours=3),
            "暂停：等待采购",
            "乙方项目经理",
            "transition",
            "UPS 电池由甲方采购，预计两日到货。",
            number=1204,
        ),
        TrailEntry(START + timedelta(hours=1), "到达现场", "驻场工程师", "fact", source="现场", number=1203),
        TrailEntry(START + timedelta(minutes=40), "照片 2 张", "驻场工程师", "file", url="/"),
        TrailEntry(START + timedelta(minutes=20), "响应", "服务台", "fact", source="补录", number=1202),
        TrailEntry(START, "工单已登记", "系统", "system", number=1201),
    ]


def a_condition() -> Condition:
    from django.db.models import Q

    return Condition("rank", "Rank", [("urgent", "urgent", Q(level=1)), ("other", "other", ~Q(level=1))])


def a_bulk_action() -> BulkAction:
    return BulkAction("Close", "home", icon="check")
