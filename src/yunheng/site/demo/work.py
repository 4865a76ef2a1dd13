"""The service plan and what was done of it: on time, late, not at all, entered afterwards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from yunheng.foundation.actors import SYSTEM
from yunheng.plans.actions import (
    Work,
    complete_many,
    complete_occurrence,
    confirm_completion,
    confirm_interpretation,
    fill_sheets,
    open_on_demand,
    propose_interpretation,
    settle_satisfied_by,
    waive,
)
from yunheng.plans.actions.papers import PAPER_MARK
from yunheng.plans.imports import bring_in
from yunheng.plans.models import Completion, Occurrence, PlanRow
from yunheng.plans.queries import active_rows
from yunheng.site.demo.stage import LAST, ZONE, Stage, at, content, texts
from yunheng.site.demo.timeline import Act

_MORNING = "R15"
_ROLES = {
    "项目经理": "vendor",
    "二线安全工程师": "secondline",
    "二线人员": "secondline",
    "系统开发工程师": "secondline",
}


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days whose records were written by hand and entered on a later day."""

    first: date
    last: date
    entered: date
    why: str


def work_the_plan(stage: Stage) -> None:
    words = texts("work")
    bring_in(
        project=stage.project.scope,
        name="demo-plan.json",
        content=content("demo-plan.json"),
        actor=stage.actor("owner"),
        now=at("2021-06-29", "16:00"),
    )
    _interpret(stage, words["interpretations"])
    _settle(stage, words["settled"])
    _schedule(stage, words)
    _by_need(stage, words["work_orders"])
    for row_id, (day, reason) in words["waived"].items():
        stage.timeline.at(at("2022-01-28", "10:00"), _waive(stage, row_id, date.fromisoformat(day), reason))


# ---------------------------------------------------------------- what the rows mean


def _interpret(stage: Stage, meanings: dict[str, str]) -> None:
    proposed = at("2021-06-30", "09:30")
    rows = {row.row_id: row for row in active_rows(stage.project.scope_id)}
    interpretations = [
        propose_interpretation(row=rows[row_id], text=text, actor=stage.actor("supervisor"), now=proposed)
        for row_id, text in _all_meanings(rows, meanings, texts("work")).items()
    ]
    for interpretation in interpretations:
        vendor = "vendor2" if interpretation.row.sub_project == 2 else "vendor"
        for party in ("supervisor", vendor, "owner"):
            confirm_interpretation(
                interpretation=interpretation, approve=True, actor=stage.actor(party), now=at("2021-06-30", "16:00")
            )


def _all_meanings(rows: Mapping[str, PlanRow], meanings: Mapping[str, str], words: Any) -> dict[str, str]:
    """The meanings that were argued about; every other doubtful row stands as it was read."""
    others = {
        row_id: words["as_read"] % {"doubts": "".join(row.doubts)}
        for row_id, row in rows.items()
        if row.doubts and row_id not in words["left_doubtful"]
    }
    return others | dict(meanings)


def _settle(stage: Stage, row_ids: Sequence[str]) -> None:
    for row in active_rows(stage.project.scope_id).filter(row_id__in=row_ids):
        settle_satisfied_by(row=row, on=True, actor=stage.actor("owner"), now=at("2021-06-30", "16:30"))


# ---------------------------------------------------------------- regular work


def _schedule(stage: Stage, words: Any) -> None:
    """A step for every occurrence that somebody does himself; the others follow from records and papers."""
    stretches = [
        Stretch(date.fromisoformat(first), date.fromisoformat(last), date.fromisoformat(entered), why)
        for first, last, entered, why in words["back_filled"]
    ]
    sheets: dict[tuple[datetime, str, bool], list[Work]] = {}
    for row in active_rows(stage.project.scope_id).prefetch_related("systems"):
        if row.on_demand or row.satisfied_by_on or row.obligation == PlanRow.Obligation.DOCUMENT:
            continue
        wanted = list(Occurrence.objects.filter(row=row).select_related("scope").order_by("period_from", "sequence"))
        ordinary = [one for one in wanted if not any(_inside(one, stretch) for stretch in stretches)]
        count = min(len(ordinary), words["skipped"].get(row.row_id, 0) + words["late"].get(row.row_id, 0))
        chosen = stage.chance.sample([one.number for one in ordinary], count)
        skipped = set(chosen[: words["skipped"].get(row.row_id, 0)])
        late = set(chosen) - skipped
        days = _days(stage, row, wanted)
        for one in wanted:
            if one.number in skipped or one.number not in days:
                continue
            stretch = next((stretch for stretch in stretches if _inside(one, stretch)), None)
            _put_down(stage, row, one, days[one.number], one.number in late, stretch, sheets)
    for (entered, actor, back_filled), sheet in sorted(sheets.items(), key=lambda item: item[0]):
        unconfirmed = words["left_unconfirmed"] if back_filled and entered.year == LAST.year else 0
        sheet.sort(key=lambda work: (work.occurred_at, work.occurrence))
        stage.timeline.at(entered, _enter(stage, sheet, actor, back_filled, min(unconfirmed, len(sheet))))
    for month in range(13):
        first = date(2021 + (6 + month) // 12, (6 + month) % 12 + 1, 1)
        stage.timeline.at(at(first, "02:00"), _fill(stage, words["sheets"]))


def _inside(one: Occurrence, stretch: Stretch) -> bool:
    return one.period_from is not None and stretch.first <= one.period_from and one.period_to <= stretch.last  # type: ignore[operator]  # both ends or none (occurrence_period_in_order)


def _days(stage: Stage, row: PlanRow, wanted: Sequence[Occurrence]) -> dict[str, date]:
    """The day on which each occurrence is done: the workdays of its period, one each, late in long periods."""
    found: dict[str, date] = {}
    by_period: dict[tuple[date, date], list[Occurrence]] = {}
    for one in wanted:
        due = one.due_at.astimezone(ZONE).date() if one.due_at else stage.project.service_to
        first = one.period_from or stage.project.service_from
        last = one.period_to or due
        if row.reading.get("kind") in {"once", "within_period"}:
            first, last = _single(row, first, due)
        by_period.setdefault((first, last), []).append(one)
    for (first, last), group in by_period.items():
        days = stage.workdays(first, last) or [last]
        if len(days) > 8:
            days = days[len(days) // 3 : -1]
        for one, day in zip(group, sorted(stage.chance.sample(days, min(len(group), len(days)))), strict=False):
            found[one.number] = day
    return found


def _single(row: PlanRow, first: date, due: date) -> tuple[date, date]:
    not_before = row.reading.get("not_before")
    begin = date.fromisoformat(not_before) if not_before else first
    if row.reading.get("kind") == "within_period":
        return (date(2021, 10, 11), date(2022, 5, 20))
    return (max(begin, due - timedelta(days=20)), due - timedelta(days=2))


def _put_down(
    stage: Stage,
    row: PlanRow,
    one: Occurrence,
    day: date,
    late: bool,
    stretch: Stretch | None,
    sheets: dict[tuple[datetime, str, bool], list[Work]],
) -> None:
    """Onto the sheet of the day: the morning check is entered when it is done, the rest late in the afternoon."""
    actor = _worker(stage, row, day)
    objects = [system.code for system in row.systems.all()] or (["OA", "YS", "WZ"] if row.row_id == "R17" else [])
    for index, mark in enumerate(one.marks):
        name = str(mark["name"])
        if name == PAPER_MARK and row.row_id != _MORNING:
            continue
        if row.row_id == _MORNING:
            clock = _morning(stage, index, late)
            entered = at(day, "09:42" if late else "08:58")
        else:
            day = stage.next_workday(one.period_to or day, 2) if late else day
            clock = stage.clock("15:05", "16:50")
            entered = at(day, "17:00")
        done = at(day, clock)
        confirmed = False
        if stretch is not None:
            entered, confirmed = at(stretch.entered, "16:20"), True
        work = Work(one.number, name, done, objects, stretch.why if stretch else "")
        sheets.setdefault((entered, actor, confirmed), []).append(work)


def _morning(stage: Stage, index: int, late: bool) -> str:
    if late:
        return stage.clock("08:36", "08:55") if index == 0 else stage.clock("09:05", "09:40")
    return stage.clock("07:55", "08:26") if index == 0 else stage.clock("08:31", "08:57")


def _enter(stage: Stage, sheet: Sequence[Work], actor: str, back_filled: bool, unconfirmed: int) -> Act:
    def enter(now: datetime) -> None:
        made = complete_many(tenant=stage.tenant, work=sheet, actor=stage.actor(actor), now=now)
        if back_filled:
            then = at(stage.next_workday(now.astimezone(ZONE).date(), 2), "10:30")
            for completion in made[: len(made) - unconfirmed]:
                stage.timeline.at(then, _confirm(stage, completion))

    return enter


def _worker(stage: Stage, row: PlanRow, day: date) -> str:
    if row.sub_project == 2:
        return "developer"
    role = next((_ROLES[name] for name in row.owner_roles if name in _ROLES), "")
    if role:
        return role
    return "engineer2" if day >= date(2021, 12, 23) and day.toordinal() % 2 else "engineer"


def _confirm(stage: Stage, completion: Completion) -> Act:
    def confirm(now: datetime) -> None:
        confirm_completion(completion=completion, actor=stage.actor("supervisor"), now=now)

    return confirm


# ---------------------------------------------------------------- the rest


def _by_need(stage: Stage, orders: dict[str, list[str]]) -> None:
    for row in active_rows(stage.project.scope_id).filter(row_id__in=orders):
        for day in orders[row.row_id]:
            stage.timeline.at(at(day, "10:00"), _need(stage, row))


def _need(stage: Stage, row: PlanRow) -> Act:
    def open_one(now: datetime) -> None:
        asked = stage.actor("owner")
        due = stage.working(now, 35)
        one = open_on_demand(row=row, happened_at=now, actor=asked, now=now, due_at=due)
        done = stage.working(now, stage.chance.randint(10, 30))
        worker = _worker(stage, row, done.date())
        mark = str(one.marks[0]["name"])
        stage.timeline.at(
            done,
            lambda moment: complete_occurrence(
                occurrence=one, mark=mark, occurred_at=moment, actor=stage.actor(worker), now=moment
            ),
        )

    return open_one


def _fill(stage: Stage, sheets: Sequence[str]) -> Act:
    def fill(now: datetime) -> None:
        fill_sheets(project=stage.project.scope, sheets=sheets, actor=SYSTEM, now=now)

    return fill


def _waive(stage: Stage, row_id: str, first: date, reason: str) -> Act:
    def act(now: datetime) -> None:
        one = Occurrence.objects.select_related("scope", "row").get(row__row_id=row_id, period_from=first)
        waive(occurrence=one, reason=reason, actor=stage.actor("owner"), now=now)

    return act
