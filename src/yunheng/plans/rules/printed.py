"""A plan as an office prints it, eight columns with merged cells, as drafts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from yunheng.kernel.words import Words
from yunheng.plans.rules.drafts import COLUMNS, PlanFile, Problem, RowDraft
from yunheng.plans.rules.phrases import read_phrase

_MERGED = ("服务名称", "服务项目", "计划安排时间", "负责人", "产出物")  # an empty cell belongs to the one above


def read_columns(
    lines: Iterable[tuple[int, Mapping[str, str]]], window: tuple[date, date], title: str = ""
) -> PlanFile:
    """``lines`` are (line number, cells). An empty cell under a merged one takes the text above; a line with nothing
    but one text begins a phase; the schedule is read by the phrase table, what that does not hold is a problem."""
    problems: list[Problem] = []
    rows: list[RowDraft] = []
    phase, phases = "", []
    above: dict[str, str] = {}
    taken: dict[str, int] = {}
    for line, cells in lines:
        texts = {column: str(cells.get(column) or "").strip() for column in COLUMNS}
        filled = [text for text in texts.values() if text]
        if not filled:
            continue
        if len(filled) == 1 and not texts["计划内容"]:
            phase, above = filled[0], {}
            phases.append({"name": phase})
            continue
        draft = _printed_row(line, texts, above, str(cells.get("阶段") or "").strip() or phase, window, problems)
        above = {column: texts[column] or above.get(column, "") for column in _MERGED}
        if draft is not None:
            rows.append(_with_key(draft, taken))
    return PlanFile(title, window, tuple(phases), tuple(rows), (), tuple(problems))


def _printed_row(
    line: int,
    texts: Mapping[str, str],
    above: Mapping[str, str],
    phase: str,
    window: tuple[date, date],
    problems: list[Problem],
) -> RowDraft | None:
    place = texts["序号"] or f"#{line}"
    used = {column: texts[column] or above.get(column, "") for column in _MERGED}
    if not texts["计划内容"]:
        problems.append(Problem(place, "计划内容", "", Words("This cell may not be empty.")))
        return None
    schedule = used["计划安排时间"]
    phrase = read_phrase(schedule, window) if schedule else None
    if phrase is None:
        words = Words("This schedule is not in the phrase table; enter the row as JSON or reword it.")
        problems.append(
            Problem(place, "计划安排时间", schedule, words if schedule else Words("This cell may not be empty."))
        )
        return None
    deliverables = split_names(used["产出物"])
    return RowDraft(
        row_id=texts["序号"],
        printed_no=texts["序号"],
        phase=phase,
        service=used["服务名称"],
        item=used["服务项目"],
        subitem="",
        content=texts["计划内容"],
        schedule_text=schedule,
        reading=phrase.reading,
        owner_roles=split_names(used["负责人"]),
        deliverables=deliverables,
        printed=dict(texts),
        inherited=tuple(column for column in _MERGED if not texts[column] and used[column]),
        doubts=phrase.doubts,
        obligation="both" if deliverables else "work",
    )


def _with_key(draft: RowDraft, taken: dict[str, int]) -> RowDraft:
    """A stable key of our own: a printed number may be missing or doubled."""
    number = draft.printed_no
    base = f"R{int(number):02}" if number.isdecimal() else "RX"
    count = taken[base] = taken.get(base, 0) + 1
    if base == "RX":
        return replace(draft, row_id=f"RX{count}")
    return replace(draft, row_id=base if count == 1 else f"{base}{chr(ord('a') + count - 1)}")


def split_names(text: str) -> tuple[str, ...]:
    """`《甲》《乙》` or `甲、乙` into names."""
    titles = re.findall(r"《[^》]*》[^《》、,，;；\s]*", text)
    if titles:
        return tuple(titles)
    return tuple(part for part in re.split(r"[、,，;；/\s]+", text) if part)
