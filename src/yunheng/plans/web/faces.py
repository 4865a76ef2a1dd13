"""How plans look in words and colours: states, readings, steps, trail."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yunheng.foundation import access
from yunheng.foundation.actors import Actor
from yunheng.foundation.models import AuditEntry, Decision
from yunheng.people.roles import Role
from yunheng.plans.access import OCCURRENCE
from yunheng.plans.models import DocumentDue, Interpretation, Occurrence, PlanRow, PlanVersion
from yunheng.plans.queries import effective, marks_of, verdict
from yunheng.plans.rules.status import Mark, Status, days_late, is_late
from yunheng.ui.components import Step, TrailEntry, TrailKind, Transition
from yunheng.ui.lists import Badge

STATUS_LABELS = {
    Status.OPEN: ("none", gettext_lazy("Not done yet")),
    Status.OVERDUE: ("late", gettext_lazy("Overdue")),
    Status.ON_TIME: ("good", gettext_lazy("On time")),
    Status.LATE: ("soon", gettext_lazy("Late")),
    Status.MISSING: ("late", gettext_lazy("Missed")),
    Status.WAIVED: ("none", gettext_lazy("Waived")),
}
COUNT_LABELS = {
    "planned": gettext_lazy("Planned"),
    "due": gettext_lazy("Due so far"),
    "done": gettext_lazy("Done"),
    "on_time": gettext_lazy("On time"),
    "late": gettext_lazy("Late"),
    "missing": gettext_lazy("Missed"),
    "overdue": gettext_lazy("Overdue"),
    "open": gettext_lazy("Not done yet"),
    "waived": gettext_lazy("Waived"),
    "unconfirmed": gettext_lazy("Wait for confirmation"),
}


def badge_of(occurrence: Occurrence, now: datetime) -> Badge:
    if occurrence.state == Occurrence.State.WITHDRAWN:
        return Badge("none", _("Withdrawn"))
    if occurrence.waits_for_confirmation and occurrence.state == Occurrence.State.OPEN:
        return Badge("held", _("Waits for confirmation"))
    found = verdict(occurrence, now)
    state, label = STATUS_LABELS[found.status]
    if found.status == Status.LATE and found.late_days:
        return Badge(state, _("Late by %(days)s days") % {"days": found.late_days})
    return Badge(state, str(label))


def paper_badge(due: DocumentDue, now: datetime) -> Badge:
    if due.state == DocumentDue.State.ACCEPTED:
        if not due.is_late:
            return Badge("good", _("Accepted"))
        return Badge("soon", _("Accepted, late by %(days)s days") % {"days": due.late_days})
    if due.state == DocumentDue.State.SUBMITTED:
        return Badge("held", _("Handed in"))
    zone = ZoneInfo(due.scope.zone)
    mark = Mark("", due.due_at)
    if is_late(mark, now, zone):
        return Badge("late", _("Overdue by %(days)s days") % {"days": days_late(due.due_at, now, zone)})
    return Badge("none", _("Not handed in yet"))


# ---------------------------------------------------------------- readings in words

_FREQ = {
    "workday": gettext_lazy("every workday"),
    "week": gettext_lazy("every week"),
    "month": gettext_lazy("every month"),
    "quarter": gettext_lazy("every service quarter"),
    "halfyear": gettext_lazy("every half-year"),
}
_TRIGGERS = {
    "fault": gettext_lazy("a fault"),
    "request": gettext_lazy("a request"),
    "incident": gettext_lazy("a security event or major fault"),
    "advisory": gettext_lazy("a patch, alarm or security notice"),
    "plan_change": gettext_lazy("an approved change of the plan"),
    "quality_finding": gettext_lazy("a notice or an assessment"),
}


def reading_lines(reading: Mapping[str, Any]) -> list[str]:
    """Our reading in sentences: how often, and when each mark is due."""
    return [_frequency(reading), *(_mark(mark) for mark in reading.get("marks", []))]


def _frequency(reading: Mapping[str, Any]) -> str:
    kind = reading.get("kind")
    if kind == "periodic":
        often = str(_FREQ.get(str(reading.get("freq")), reading.get("freq")))
        if reading.get("freq") == "workday" and reading.get("calendar") == "natural":
            often = _("every day")
        times = int(reading.get("per_period", 1))
        told = _("%(often)s, %(times)s times") % {"often": often, "times": times} if times > 1 else often
        if reading.get("quota_rule") == "min_workdays":
            told = _("%(often)s; none in a week without workdays") % {"often": told}
        return told
    if kind == "within_period":
        return _("at least %(count)s in the service period") % {"count": reading.get("min_count", 1)}
    if kind == "on_demand":
        trigger = _TRIGGERS.get(str(reading.get("trigger")), reading.get("trigger", ""))
        return _("by need, opened by %(trigger)s") % {"trigger": trigger}
    return _("once")


def _mark(mark: Mapping[str, Any]) -> str:
    at, _colon, argument = str(mark.get("at", "")).partition(":")
    day = {
        "period_day": _("that day"),
        "period_end": _("the last day of the period"),
        "next_week": _("weekday %(argument)s of the following week"),
        "week_day": _("weekday %(argument)s of that week"),
        "next_month": _("day %(argument)s of the following month"),
        "month_end": _("the end of %(argument)s"),
        "date": "%(argument)s",
        "window_end": _("the end of the service period"),
        "event": _("when the event sets it"),
    }.get(at, at)
    told = f"{mark.get('name')}: {day % {'argument': argument}}"
    time = mark.get("time")
    if time and time != "23:59" and at != "event":
        told += f" {time}"
    if mark.get("shift") == "next_workday":
        told += _("; on a day off the next workday")
    elif mark.get("shift") == "previous_workday":
        told += _("; on a day off the workday before")
    return told


_FIELDS = {
    "no": gettext_lazy("No."),
    "no_inferred": gettext_lazy("No."),
    "service": gettext_lazy("service"),
    "item": gettext_lazy("item"),
    "subitem": gettext_lazy("sub-item"),
    "content": gettext_lazy("content"),
    "content_clean": gettext_lazy("content"),
    "schedule_text": gettext_lazy("schedule"),
    "recurrence": gettext_lazy("schedule"),
    "owner_role": gettext_lazy("in charge"),
    "deliverables": gettext_lazy("deliverables"),
}


def field_names(names: Iterable[str]) -> list[str]:
    """Fields of the plan file as the page calls them."""
    return [str(_FIELDS.get(name, name)) for name in names]


@dataclass(frozen=True, slots=True)
class RowFace:
    """Where the 释义 of a row stands."""

    badge: Badge
    waiting: Interpretation | None


def row_face(row: PlanRow, waiting: Interpretation | None) -> RowFace:
    if row.interpreted_at is not None:
        return RowFace(Badge("good", _("Interpretation agreed")), waiting)
    if waiting is not None:
        return RowFace(Badge("soon", _("Interpretation waits for confirmation")), waiting)
    if row.readings or row.doubts:
        return RowFace(Badge("held", _("Not agreed yet")), None)
    return RowFace(Badge("none", _("As printed")), None)


def spoken(decisions: Iterable[Decision]) -> list[tuple[str, Decision]]:
    """Each with the role it asks, in words."""
    return [(str(Role(decision.role).label), decision) for decision in decisions]


def version_badge(version: PlanVersion) -> Badge:
    states = {"proposed": "soon", "in_force": "good", "rejected": "late", "withdrawn": "none"}
    return Badge(states[version.state], version.get_state_display())


# ---------------------------------------------------------------- the life of an occurrence


def steps_of(occurrence: Occurrence, now: datetime) -> list[Step]:
    """Planned → each mark → (confirmed) → done."""
    done = {item.mark: item for item in effective(occurrence.completions.all())}
    steps = [Step(_("Planned"), "done", at=occurrence.created_at)]
    if occurrence.state == Occurrence.State.WAIVED:
        return [*steps, Step(_("Waived"), "done", at=occurrence.waived_at)]
    found_current = False
    for mark in marks_of(occurrence):
        item = done.get(mark.name)
        if item is not None:
            steps.append(Step(mark.name, "done", at=item.occurred_at))
            continue
        state = "ahead" if found_current else "current"
        actor = "、".join(occurrence.row.owner_roles) if state == "current" else ""
        steps.append(Step(mark.name, "current" if state == "current" else "ahead", actor=actor, until=mark.due))
        found_current = True
    waiting = any(not item.counts for item in done.values())
    if waiting:
        state = "ahead" if found_current else "current"
        actor = _("Supervisor or owner")
        steps.append(Step(_("Confirmed"), "current" if state == "current" else "ahead", actor=actor))
    elif any(item.confirmed_at for item in done.values()):
        steps.append(Step(_("Confirmed"), "done", at=max(i.confirmed_at for i in done.values() if i.confirmed_at)))
    return steps


def transitions_of(occurrence: Occurrence, actor: Actor, now: datetime) -> list[Transition]:
    """What this person may do next; the actions check again."""

    def may(verb: str) -> bool:
        return access.may(actor, verb, OCCURRENCE, occurrence.scope, now)

    def to(name: str) -> str:
        return reverse(f"plans:{name}", args=[occurrence.uid])

    if occurrence.state != Occurrence.State.OPEN:
        return []
    found = []
    done = {item.mark for item in effective(occurrence.completions.all())}
    if may("complete") and any(mark.name not in done for mark in marks_of(occurrence)):
        found.append(Transition(_("Record as done"), to("complete"), primary=True, icon="check"))
    if may("waive"):
        found.append(Transition(_("Waive"), to("waive"), icon="circle-off"))
    return found


_KINDS: dict[str, TrailKind] = {"complete": "fact", "retract": "fact", "generate": "system"}


def trail_of(occurrence: Occurrence) -> list[TrailEntry]:
    """The entries of the audit chain, newest first, in words."""
    entries = AuditEntry.objects.filter(
        tenant_id=occurrence.tenant_id, kind=OCCURRENCE, reference=occurrence.number
    ).order_by("-sequence")
    labels = {
        "complete": _("Recorded as done"),
        "confirm": _("Confirmed"),
        "retract": _("Entry taken back"),
        "waive": _("Waived"),
        "open": _("Opened by need"),
        "refused": _("Refused"),
    }
    return [
        TrailEntry(
            at=entry.at,
            label=labels.get(entry.verb, entry.verb),
            actor=entry.actor_label,
            kind=_KINDS.get(entry.verb, "transition"),
            detail=_detail(json.loads(bytes(entry.body))[-1]),
            number=entry.sequence,
        )
        for entry in entries
    ]


def _detail(facts: Mapping[str, Any]) -> str:
    parts = [str(facts.get("mark") or ""), str(facts.get("record") or "")]
    parts += [str(facts.get("note") or ""), str(facts.get("reason") or "")]
    return " · ".join(part for part in parts if part)
