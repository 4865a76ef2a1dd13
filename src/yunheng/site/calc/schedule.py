"""`yunheng calc schedule`: occurrences of a service plan, also for another service year."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from yunheng.kernel.business_time import WorkingTime
from yunheng.kernel.periods import Period
from yunheng.kernel.reading import CaseError, array, days, epoch, one_of, table, text
from yunheng.kernel.recurrence import Mark, Occurrence, Recurrence, Switches, moved_window, occurrences, plan_window
from yunheng.kernel.words import Words, say
from yunheng.site.calc.cases import Clock, Json, Manner


def schedule(data: Mapping[str, object], manner: Manner) -> Json:
    table(data, "file", required=("rows",))
    rows = [table(row, f"rows[{index}]", required=("row_id",)) for index, row in enumerate(array(data["rows"], "rows"))]
    plan = Period(*days(data["window"], "window")) if "window" in data else plan_window(rows)
    chosen = None if manner.window is None else Period(*days(manner.window, "--window"))
    years = chosen.first.year - plan.first.year if chosen is not None and plan is not None else 0
    working = Clock().of(data.get("calendar", "cn-5x8"), "calendar")
    switches, overrides = _switches(data.get("switches", {}))
    known = {text(row["row_id"], f"rows[{index}].row_id") for index, row in enumerate(rows)}
    for name in overrides:
        one_of(name, f"switches.rows.{name}", sorted(known))
    answers, seen, total = [], set(), 0
    provisional: set[int] = set()
    for row in rows:
        row_id = str(row["row_id"])
        if row_id in seen:
            raise CaseError(f"row {row_id}", Words("stands here twice."))
        seen.add(row_id)
        if row_id in overrides:
            recurrence = table(row.get("recurrence"), f"row {row_id}: recurrence")
            row = {**row, "recurrence": {**recurrence, **overrides[row_id]}}
        window = None
        if plan is not None and chosen is not None:
            own = Recurrence.parse(row.get("recurrence"), f"row {row_id}: recurrence").window
            window = moved_window(own, plan, chosen)
        found = occurrences(row, working, window, switches=switches, years=years, place=f"row {row_id}")
        total += len(found)
        dates = {working.local_date(epoch(mark.due)) for entry in found for mark in entry.marks}
        provisional |= {day.year for day in dates if working.calendar.provisional(day)}
        answers.append(
            {
                "row_id": row_id,
                "count": len(found),
                "occurrences": [_occurrence(entry, working, manner) for entry in found],
            }
        )
    shown = chosen or plan
    return {
        "window": None if shown is None else [shown.first.isoformat(), shown.last.isoformat()],
        "total": total,
        "provisional": sorted(provisional),
        "rows": answers,
    }


def _switches(value: object) -> tuple[Switches, dict[str, Mapping[str, object]]]:
    fields = table(value, "switches", optional=("deadline", "shift", "rows"))
    deadline = one_of(fields.get("deadline", "inclusive"), "switches.deadline", ("inclusive", "exclusive"))
    shift = None
    if "shift" in fields:
        shift = one_of(fields["shift"], "switches.shift", ("none", "next_workday", "previous_workday"))
    rows = {
        name: table(entry, f"switches.rows.{name}")
        for name, entry in table(fields.get("rows", {}), "switches.rows").items()
    }
    return Switches(exclusive=deadline == "exclusive", shift=shift), rows


def _occurrence(found: Occurrence, working: WorkingTime, manner: Manner) -> Json:
    answer: Json = {
        "number": found.number,
        "period": [day.isoformat() for day in found.period],
        "marks": [{"name": mark.name, "due": working.iso(epoch(mark.due))} for mark in found.marks],
    }
    if manner.explain:
        answer["steps"] = [
            say(words, manner.language) for mark in found.marks for words in _mark_told(mark, found, working)
        ]
    return answer


def _mark_told(mark: Mark, found: Occurrence, working: WorkingTime) -> Iterator[Words]:
    first, last = found.period
    due = epoch(mark.due)
    yield Words(
        "%(name)s for %(first)s to %(last)s: by %(due)s.",
        {"name": mark.name, "first": first, "last": last, "due": working.shown(due)},
    )
    if mark.named != working.local_date(due):
        why = working.calendar.version_on(mark.named).described(mark.named)
        yield Words("Moved from %(named)s (%(why)s).", {"named": mark.named, "why": why})
