"""`yunheng calc worktime`: deadlines and working time of service calendars."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from yunheng.kernel.business_time import Pauses, WorkingTime
from yunheng.kernel.explanation import Step
from yunheng.kernel.reading import CaseError, array, boolean, instant, integer, one_of, pair, table
from yunheng.kernel.words import Words, say
from yunheng.site.calc.cases import Clock, Json, Manner, cases, inside


def worktime(data: Mapping[str, object], manner: Manner) -> Json:
    clock, answers = Clock(), []
    for identity, case in cases(data):
        with inside(f"case {identity}: "):
            answers.append({"id": identity, "checks": _checks(case, clock, manner)})
    return {"cases": answers}


def _checks(case: Mapping[str, object], clock: Clock, manner: Manner) -> list[Json]:
    table(case, "", required=("id", "checks"), optional=("calendar", "note"))
    answers = []
    for index, entry in enumerate(array(case["checks"], "checks")):
        spot = f"checks[{index}]"
        check = table(entry, spot, required=("op",))
        op = one_of(check["op"], f"{spot}.op", tuple(_CHECKS))
        required, optional, compute = _CHECKS[op]
        table(check, spot, required=("op", *required), optional=(*optional, "calendar", "id", "note"))
        named = check.get("calendar", case.get("calendar"))
        if named is None:
            raise CaseError(f"{spot}.calendar", Words("is missing, here and in the case."))
        working = clock.of(named, f"{spot}.calendar" if "calendar" in check else "calendar")
        with inside(spot):
            asked = _Check(working, check)
            result, steps = compute(asked, explain=manner.explain)
            latest = result if op in _INSTANTS else asked.latest()
            answer: Json = {"op": op, "result": working.iso(result) if op in _INSTANTS else result}
            if latest is not None and working.provisional(latest):
                answer["provisional"] = True
        if "id" in check:
            answer["id"] = check["id"]
        if manner.explain:
            answer["steps"] = [_step(step, working, manner.language) for step in steps]
        answers.append(answer)
    return answers


@dataclass(frozen=True, slots=True)
class _Check:
    working: WorkingTime
    fields: Mapping[str, object]

    def instant(self, name: str) -> int:
        return instant(self.fields[name], name, self.working.calendar.zone)

    def latest(self) -> int | None:
        """The last instant that a question about seconds names."""
        if "end" in self.fields:
            return self.instant("end")
        pauses = self.pauses()
        return None if pauses is None or not pauses.end.size else int(pauses.end.max())

    def pauses(self) -> Pauses | None:
        if "pauses" not in self.fields:
            return None
        zone, found = self.working.calendar.zone, []
        for index, entry in enumerate(array(self.fields["pauses"], "pauses")):
            place = f"pauses[{index}]"
            begin, end = pair(entry, place)
            found.append((instant(begin, f"{place}[0]", zone), instant(end, f"{place}[1]", zone)))
        return Pauses.of([found])


def _due(check: _Check, *, explain: bool) -> tuple[int, list[Step]]:
    start, seconds = check.instant("start"), integer(check.fields["seconds"], "seconds", least=0)
    pauses = check.pauses()
    steps = check.working.explain_due(start, seconds, pauses) if explain else []
    return check.working.due(start, seconds, pauses), steps


def _elapsed(check: _Check, *, explain: bool) -> tuple[int, list[Step]]:
    start, end, pauses = check.instant("start"), check.instant("end"), check.pauses()
    if end < start:
        raise CaseError("end", Words("lies before start."))
    steps = check.working.explain_elapsed(start, end, pauses) if explain else []
    return check.working.elapsed(start, end, pauses), steps


def _paused_working(check: _Check, *, explain: bool) -> tuple[int, list[Step]]:
    pauses = check.pauses()
    assert pauses is not None
    result = int(check.working.paused(pauses, 1)[0])
    steps: list[Step] = []
    if explain:
        for begin, end in zip(pauses.start.tolist(), pauses.end.tolist(), strict=True):
            steps += check.working.explain_elapsed(begin, end)
    return result, steps


def _shift(check: _Check, *, explain: bool) -> tuple[int, list[Step]]:
    start, seconds = check.instant("from"), integer(check.fields["seconds"], "seconds")
    moved = check.working.shift(start, seconds)
    steps: list[Step] = []
    if explain:
        steps = check.working.explain_elapsed(min(start, moved), max(start, moved))
    return moved, steps


def _first_open(check: _Check, *, explain: bool) -> tuple[int, list[Step]]:
    start = check.instant("start")
    steps = check.working.explain_due(start, 0)[:1] if explain else []
    return check.working.first_open(start), steps


def _due_days(check: _Check, *, explain: bool) -> tuple[int, list[Step]]:
    start, count, pauses = check.instant("start"), integer(check.fields["days"], "days", least=0), check.pauses()
    to_closing = boolean(check.fields.get("end_of_working_day", False), "end_of_working_day")
    steps = check.working.explain_due_days(start, count, pauses, end_of_working_day=to_closing) if explain else []
    return check.working.due_days(start, count, pauses, end_of_working_day=to_closing), steps


_INSTANTS = ("due", "shift", "first_open", "due_days")
_CHECKS = {
    "due": (("start", "seconds"), ("pauses",), _due),
    "elapsed": (("start", "end"), ("pauses",), _elapsed),
    "paused_working": (("pauses",), (), _paused_working),
    "shift": (("from", "seconds"), (), _shift),
    "first_open": (("start",), (), _first_open),
    "due_days": (("start", "days"), ("end_of_working_day", "pauses"), _due_days),
}


def _step(step: Step, working: WorkingTime, language: str) -> Json:
    return {"words": say(step.words, language), "at": working.iso(step.instant), "seconds": step.seconds}
