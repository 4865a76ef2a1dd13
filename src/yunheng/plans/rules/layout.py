"""A plan file in the JSON layout, with its readings, as drafts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from yunheng.kernel.reading import CaseError, days
from yunheng.kernel.words import Words
from yunheng.plans.rules.drafts import DocumentDraft, PlanFile, Problem, RowDraft

OBLIGATIONS = ("work", "document", "both")
# Fields of the JSON layout whose print stands in one of the eight columns.
_COLUMN_OF = {
    "no": "序号",
    "service": "服务名称",
    "item": "服务项目",
    "content": "计划内容",
    "schedule_text": "计划安排时间",
    "owner_role": "负责人",
    "deliverables": "产出物",
    "remarks": "备注",
}
#: Rows whose ``satisfied_by`` is in force without being asked for (grammar of the layout); the others are proposals.
SATISFIED_BY_DEFAULT = frozenset({"R18", "R27"})


def read_layout(data: object, window: tuple[date, date] | None = None) -> PlanFile:
    """The JSON layout. ``window`` moves the service year. Raises CaseError when the file as a whole is unusable."""
    if not isinstance(data, Mapping) or not isinstance(data.get("rows"), Sequence):
        raise CaseError("rows", Words("The file holds no list of plan rows."))
    meta = data.get("meta") if isinstance(data.get("meta"), Mapping) else {}
    assert isinstance(meta, Mapping)
    in_file = _window_of(meta)
    used = window or in_file
    if used is None:
        raise CaseError("meta.window", Words("The service period is not known."), Words("Name it with --window."))
    problems: list[Problem] = []
    rows = []
    for index, entry in enumerate(data["rows"]):
        place = str(entry.get("row_id") or f"#{index + 1}") if isinstance(entry, Mapping) else f"#{index + 1}"
        draft = _row(entry, place, problems)
        if draft is not None:
            rows.append(draft)
    documents = []
    for index, entry in enumerate(data.get("documents") or ()):
        paper = _document(entry, f"documents #{index + 1}", used, problems)
        if paper is not None:
            documents.append(paper)
    _check_keys(rows, documents, problems)
    phases = tuple({str(k): str(v) for k, v in phase.items()} for phase in meta.get("phases") or ())
    return PlanFile(str(meta.get("title") or ""), used, phases, tuple(rows), tuple(documents), tuple(problems))


def _window_of(meta: Mapping[str, Any]) -> tuple[date, date] | None:
    facts = meta.get("calendar_facts")
    if "window" in meta:
        return days(meta["window"], "meta.window")
    if isinstance(facts, Mapping) and "window" in facts:
        return days(facts["window"], "meta.calendar_facts.window")
    return None


def _row(entry: object, place: str, problems: list[Problem]) -> RowDraft | None:
    if not isinstance(entry, Mapping):
        problems.append(Problem(place, "", str(entry), Words("A row has to be an object.")))
        return None
    before = len(problems)
    problems.extend(
        Problem(place, name, "", Words("This cell may not be empty."))
        for name in ("row_id", "content")
        if not str(entry.get(name) or "").strip()
    )
    reading = entry.get("recurrence")
    if not isinstance(reading, Mapping) or not isinstance(reading.get("marks"), Sequence) or not reading["marks"]:
        problems.append(Problem(place, "recurrence", "", Words("The row has no recurrence with a due mark.")))
    obligation = str(entry.get("obligation") or "work")
    if obligation not in OBLIGATIONS:
        problems.append(Problem(place, "obligation", obligation, Words("Write work, document or both.")))
    sub_project = entry.get("sub_project")
    if sub_project is not None and (isinstance(sub_project, bool) or not isinstance(sub_project, int)):
        problems.append(Problem(place, "sub_project", str(sub_project), Words("Write the number of a sub-project.")))
    problems.extend(
        Problem(place, name, str(entry.get(name)), Words("Write a list."))
        for name in ("owner_role", "deliverables", "systems", "satisfied_by", "notes")
        if not _is_list(entry.get(name))
    )
    if len(problems) > before:
        return None
    assert isinstance(reading, Mapping)
    return RowDraft(
        row_id=str(entry["row_id"]).strip(),
        printed_no="" if entry.get("no") is None else str(entry["no"]),
        phase=str(entry.get("phase") or ""),
        service=str(entry.get("service") or ""),
        item=str(entry.get("item") or ""),
        subitem=str(entry.get("subitem") or ""),
        content=str(entry.get("content_clean") or entry["content"]),
        schedule_text=str(entry.get("schedule_text") or ""),
        reading={key: value for key, value in reading.items() if key != "expected_count"},
        owner_roles=_texts(entry.get("owner_role")),
        deliverables=_texts(entry.get("deliverables")),
        printed=_printed(entry),
        readings=_texts(entry.get("our_reading")),
        inherited=_texts(entry.get("inherited")),
        doubts=_texts(entry.get("notes")) + ((str(reading["note"]),) if reading.get("note") else ()),
        obligation=obligation,
        sub_project=sub_project,
        systems=_texts(entry.get("systems")),
        systems_basis=str(entry.get("systems_basis") or ""),
        satisfied_by=_texts(entry.get("satisfied_by")),
        satisfied_by_on=bool(entry.get("satisfied_by_on", entry["row_id"] in SATISFIED_BY_DEFAULT)),
        own_row=bool(entry.get("own_row", False)),
    )


def _printed(entry: Mapping[str, Any]) -> dict[str, str]:
    """The eight cells as they stand in print: empty where the value was inherited or is our reading."""
    moved = {*_texts(entry.get("inherited")), *_texts(entry.get("our_reading"))}
    broken = entry.get("printed_cells")
    cells = {}
    for name, column in _COLUMN_OF.items():
        value = entry.get(name)
        text = "、".join(_texts(value)) if isinstance(value, list | tuple) else ("" if value is None else str(value))
        cells[column] = "" if name in moved else text
    if isinstance(broken, Mapping):
        cells |= {_COLUMN_OF.get(str(name), str(name)): str(text) for name, text in broken.items()}
    return cells


_PERIODS = ("workday", "week", "month", "quarter", "halfyear")


def _document(entry: object, place: str, window: tuple[date, date], problems: list[Problem]) -> DocumentDraft | None:
    if not isinstance(entry, Mapping):
        problems.append(Problem(place, "", str(entry), Words("A paper has to be an object.")))
        return None
    doc_id, name = str(entry.get("doc_id") or ""), str(entry.get("name") or "")
    if not doc_id or not name:
        problems.append(Problem(doc_id or place, "name", name, Words("This cell may not be empty.")))
        return None
    period, marks = str(entry.get("period") or ""), entry.get("marks")
    if not isinstance(marks, Sequence) or not marks or period not in (*_PERIODS, "once", "window", "on_demand"):
        problems.append(Problem(doc_id, "period", period, Words("The paper has no known cycle with a due mark.")))
        return None
    basis = entry.get("basis")
    return DocumentDraft(
        doc_id=doc_id,
        name=name,
        about=str(entry.get("scope") or ""),
        kind=str(entry.get("kind") or ""),
        rows=_texts(entry.get("rows")),
        reading=document_reading(period, str(entry.get("quota_rule") or "none"), marks, window),
        author_roles=_texts(entry.get("author_role")),
        reviewer_role=str(entry.get("reviewer") or ""),
        approver_role=str(entry.get("approver") or ""),
        basis={str(key): str(value) for key, value in basis.items()} if isinstance(basis, Mapping) else {},
        note=str(entry.get("note") or ""),
    )


def document_reading(
    period: str, quota_rule: str, marks: Sequence[Mapping[str, Any]], window: tuple[date, date]
) -> dict[str, Any]:
    """The cycle of a paper as the recurrence of a row: same words, same arithmetic."""
    bounds = [day.isoformat() for day in window]
    kept = [dict(mark) for mark in marks]
    if period == "once":
        return {"kind": "once", "not_before": bounds[0], "marks": kept}
    if period == "window":
        return {"kind": "within_period", "window": bounds, "min_count": 1, "marks": kept}
    if period == "on_demand":
        return {
            "kind": "on_demand",
            "window": bounds,
            "min_count": 0,
            "trigger": "request",
            "clock": "agreed_per_request",
            "marks": kept,
        }
    return {
        "kind": "periodic",
        "freq": period,
        "per_period": 1,
        "quota_rule": quota_rule,
        "calendar": "cn_workday" if period == "workday" else "natural",
        "covers": _covers(period, str(kept[-1].get("at", ""))),
        "window": bounds,
        "marks": kept,
    }


def _covers(period: str, at: str) -> str:
    if at.startswith("next_week"):
        return "previous_monday_sunday_week"
    if at.startswith("next_month"):
        return "previous_month"
    return {"workday": "same_day"}.get(period, f"same_{period}")


def _check_keys(rows: Sequence[RowDraft], documents: Sequence[DocumentDraft], problems: list[Problem]) -> None:
    seen: set[str] = set()
    for row in rows:
        if row.row_id in seen:
            problems.append(
                Problem(row.row_id, "row_id", row.row_id, Words("This key is used by another row already."))
            )
        seen.add(row.row_id)
    for row in rows:
        problems.extend(
            Problem(row.row_id, "satisfied_by", other, Words("There is no such other row."))
            for other in row.satisfied_by
            if other not in seen or other == row.row_id
        )
    papers: set[str] = set()
    for paper in documents:
        if paper.doc_id in papers:
            words = Words("This key is used by another paper already.")
            problems.append(Problem(paper.doc_id, "doc_id", paper.doc_id, words))
        papers.add(paper.doc_id)
        problems.extend(
            Problem(paper.doc_id, "rows", other, Words("There is no such row."))
            for other in paper.rows
            if other not in seen
        )


def _is_list(value: object) -> bool:
    return value is None or isinstance(value, list | tuple)


def _texts(value: object) -> tuple[str, ...]:
    return tuple(str(item) for item in value) if isinstance(value, list | tuple) else ()
