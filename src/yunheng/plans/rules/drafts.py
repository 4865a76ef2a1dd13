"""What a plan file says, before it is written down: rows, papers, and the problems that keep it out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from yunheng.kernel.words import Words

#: The eight columns as an office prints them.
COLUMNS = ("序号", "服务名称", "服务项目", "计划内容", "计划安排时间", "负责人", "产出物", "备注")


@dataclass(frozen=True, slots=True)
class Problem:
    """A cell that cannot be taken as it is: the row as the file calls it, the column, the value, what is wrong."""

    row: str
    column: str
    value: str
    words: Words


@dataclass(frozen=True, slots=True)
class RowDraft:
    row_id: str
    printed_no: str
    phase: str
    service: str
    item: str
    subitem: str
    content: str
    schedule_text: str
    reading: Mapping[str, Any]
    owner_roles: tuple[str, ...] = ()
    deliverables: tuple[str, ...] = ()
    printed: Mapping[str, str] = field(default_factory=dict)
    readings: tuple[str, ...] = ()
    inherited: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    obligation: str = "work"
    sub_project: int | None = None
    systems: tuple[str, ...] = ()
    systems_basis: str = ""
    satisfied_by: tuple[str, ...] = ()
    satisfied_by_on: bool = False
    own_row: bool = False


@dataclass(frozen=True, slots=True)
class DocumentDraft:
    doc_id: str
    name: str
    about: str
    kind: str
    rows: tuple[str, ...]
    reading: Mapping[str, Any]
    author_roles: tuple[str, ...]
    reviewer_role: str
    approver_role: str
    basis: Mapping[str, str]
    note: str


@dataclass(frozen=True, slots=True)
class PlanFile:
    title: str
    window: tuple[date, date]
    phases: tuple[Mapping[str, str], ...]
    rows: tuple[RowDraft, ...]
    documents: tuple[DocumentDraft, ...]
    problems: tuple[Problem, ...]
