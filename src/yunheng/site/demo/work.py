"""The service plan and what was done of it: on time, late, not at all, entered afterwards."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from yunheng.plans.actions import (
    complete_occurrence,
    confirm_completion,
    confirm_interpretation,
    open_on_demand,
    propose_interpretation,
    settle_satisfied_by,
    waive,
)
from yunheng.plans.actions.papers import PAPER_MARK
from yunheng.plans.imports import bring_in
from yunheng.plans.models import Completion, Occurrence, PlanRow
from yunheng.plans.queries import active_rows
from yunheng.site.demo.stage import ZONE, Stage, at, content, texts

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
    for row_id, text in meanings.items():
        interpretation = propose_interpretation(
            row=rows[row_id], text=text, actor=stage.actor("supervisor"), now=proposed
        )
        for party in ("supervisor", "vendor", "owner"):
            confirm_interpretation(
                interpretation=interpretation, approve=True, actor=stage.actor(party), now=at("2021-06-30", "16:00")
            )


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
    left = [words["left_unconfirmed"]]
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
            _put_down(stage, row, one, days[one.number], one.number in late, stretch, left)


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
    stage: Stage, row: PlanRow, one: Occurrence, day: date, late: bool, stretch: Stretch | None, left: list[int]
) -> None:
    actor = _worker(stage, row, day)
    objects = [system.code for system in row.systems.all()]
    if row.row_id == "R17":
        objects = ["OA", "YS", "WZ"]
    for index, mark in enumerate(one.marks):
        name = str(mark["name"])
        if name == PAPER_MARK and row.row_id != _MORNING:
            continue
        if row.row_id == _MORNING:
            clock = stage.clock("07:55", "08:26") if index == 0 else stage.clock("08:31", "08:57")
            if late:
                clock = stage.clock("08:36", "08:55") if index == 0 else stage.clock("09:05", "09:40")
        else:
            clock = stage.clock("09:05", "16:50")
        done = at(stage.next_workday(one.period_to or day, 2) if late and row.row_id != _MORNING else day, clock)
        if stretch is None:
            stage.timeline.at(done + timedelta(minutes=3), _complete(stage, one, name, done, actor, objects))
        else:
            confirmed = left[0] <= 0 or stretch.first.year == 2021
            left[0] -= not confirmed
            entered = at(stretch.entered, stage.clock("15:00", "17:00"))
            stage.timeline.at(
                entered, _complete(stage, one, name, done, actor, objects, note=stretch.why, confirm=confirmed)
            )


def _worker(stage: Stage, row: PlanRow, day: date) -> str:
    if row.sub_project == 2:
        return "developer"
    role = next((_ROLES[name] for name in row.owner_roles if name in _ROLES), "")
    if role:
        return role
    return "engineer2" if day >= date(2021, 12, 23) and day.toordinal() % 2 else "engineer"


def _complete(
    stage: Stage,
    one: Occurrence,
    mark: str,
    done: datetime,
    actor: str,
    objects: Sequence[str],
    *,
    note: str = "",
    confirm: bool = False,
) -> Callable[[datetime], None]:
    def complete(now: datetime) -> None:
        completion = complete_occurrence(
            occurrence=one,
            mark=mark,
            occurred_at=done,
            actor=stage.actor(actor),
            now=now,
            objects=objects,
            note=note,
        )
        if confirm:
            stage.timeline.at(
                at(stage.next_workday(now.astimezone(ZONE).date(), 2), "10:30"), _confirm(stage, completion)
            )

    return complete


def _confirm(stage: Stage, completion: Completion) -> Callable[[datetime], None]:
    def confirm(now: datetime) -> None:
        confirm_completion(completion=completion, actor=stage.actor("supervisor"), now=now)

    return confirm


# ---------------------------------------------------------------- the rest


def _by_need(stage: Stage, orders: dict[str, list[str]]) -> None:
    for row in active_rows(stage.project.scope_id).filter(row_id__in=orders):
        for day in orders[row.row_id]:
            stage.timeline.at(at(day, "10:00"), _need(stage, row))


def _need(stage: Stage, row: PlanRow) -> Callable[[datetime], None]:
    def open_one(now: datetime) -> None:
        asked = stage.actor("owner")
        due = stage.working(now, 35)
        one = open_on_demand(row=row, happened_at=now, actor=asked, now=now, due_at=due)
        done = stage.working(now, stage.chance.randint(10, 30))
        stage.timeline.at(
            done, _complete(stage, one, str(one.marks[0]["name"]), done, _worker(stage, row, done.date()), [])
        )

    return open_one


def _waive(stage: Stage, row_id: str, first: date, reason: str) -> Callable[[datetime], None]:
    def act(now: datetime) -> None:
        one = Occurrence.objects.select_related("scope", "row").get(row__row_id=row_id, period_from=first)
        waive(occurrence=one, reason=reason, actor=stage.actor("owner"), now=now)

    return act
