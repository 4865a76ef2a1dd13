"""How tickets are spoken of on pages: labels, chips, steps, the trail."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy, gettext_noop
from django.utils.translation import gettext as _

from yunheng.foundation.models import AuditEntry, Source
from yunheng.kernel.words import Words, say
from yunheng.servicedesk.models import (
    ClockAction,
    Exclusion,
    FactKind,
    PauseParty,
    PauseReason,
    Ticket,
    TicketState,
)
from yunheng.servicedesk.queries.logs import instant
from yunheng.servicedesk.queries.pages import ClockFace, Life
from yunheng.servicedesk.rules import workflow
from yunheng.ui.components import Clock, Step, Text, TrailEntry
from yunheng.ui.formatting import duration_text, instant_text
from yunheng.ui.lists import Badge

CLOCK_LABELS: Mapping[str, Text] = {
    "response": gettext_lazy("Response"),
    "on_site": gettext_lazy("On site"),
    "restore": gettext_lazy("Restore"),
    "repair": gettext_lazy("Repair"),
}
IMPACTS = ((1, gettext_lazy("The whole office")), (2, gettext_lazy("A department")), (3, gettext_lazy("One person")))
URGENCIES = ((1, gettext_lazy("Work stands still")), (2, gettext_lazy("Work is hindered")), (3, gettext_lazy("Slight")))
RESTORED_BY = (
    ("temporary", gettext_lazy("By a temporary measure")),
    ("spare", gettext_lazy("By spare equipment")),
    ("repair", gettext_lazy("It is repaired")),
)

STATE_TONES = {
    "new": "soon",
    "accepted": "none",
    "assigned": "none",
    "in_progress": "none",
    "on_hold": "held",
    "restored": "good",
    "resolved": "good",
    "confirmed": "good",
    "closed": "none",
}
LEVEL_TONES = {1: "late", 2: "soon", 3: "none", 4: "none"}
LEVEL_ICONS = {1: "urgent", 2: "arrow-up", 3: "minus", 4: "arrow-down"}


def state_badge(ticket: Ticket) -> Badge:
    if ticket.excluded:
        return Badge("none", Exclusion(ticket.excluded).label, "eye-off")
    return Badge(STATE_TONES[ticket.state], TicketState(ticket.state).label)


def level_badge(ticket: Ticket) -> Badge:
    return Badge(LEVEL_TONES[ticket.level], _("Level %(level)s") % {"level": ticket.level}, LEVEL_ICONS[ticket.level])


def chip(face: ClockFace, ticket: Ticket, life: Life) -> Clock:
    """One clock on the page of its ticket; it opens the explanation."""
    url = reverse("servicedesk:clock", args=[ticket.uid, face.kind])
    label, due = CLOCK_LABELS[face.kind], instant(face.due)
    if face.void or ticket.excluded:
        return Clock("stopped", label, due=due, url=url)
    if face.stop is not None:
        missed = face.breached is not None
        return Clock("missed" if missed else "met", label, min(face.remaining, 0) if missed else None, due=due, url=url)
    if face.held:
        pause = next((one for one in reversed(life.pauses) if one.end is None and one.stops), None)
        return Clock(
            "paused",
            label,
            face.remaining,
            face.whole,
            due,
            PauseReason(pause.reason).label if pause else "",
            PauseParty(pause.party).label if pause else "",
            url,
        )
    return Clock("running", label, face.remaining, face.whole, due, url=url)


def steps(life: Life) -> list[Step]:
    """The bar at the head: what was done, what comes next; steps that were passed over are said to be skipped."""
    done = {fact.kind: fact for fact in reversed(life.facts)}
    reopened = [fact.occurred_at for fact in life.facts if fact.kind == "reopened"]
    since = max(reopened, default=None)
    names = [name for name in workflow.MILESTONES if name not in ("arrived", "restored") or name in done]
    reached = [
        name
        for name in names
        if name in done
        and not (
            since is not None
            and name in ("restored", "resolved", "confirmed", "closed")
            and done[name].occurred_at < since
        )
    ]
    last = names.index(reached[-1]) if reached else -1
    shown = []
    for place, name in enumerate(names):
        label = FactKind(name).label
        if name in reached:
            fact = done[name]
            shown.append(Step(label, "done", fact.recorded_by, fact.occurred_at))
        elif place < last:
            shown.append(Step(label, "skipped"))
        elif place == last + 1:
            shown.append(Step(label, "current", _who_is_next(name, life.ticket), until=_until(life)))
        else:
            shown.append(Step(label))
    return shown


def _who_is_next(name: str, ticket: Ticket) -> Text:
    """The user agrees that it is solved; everything else is the vendor's turn."""
    if name == "confirmed":
        return ticket.requester
    return ticket.assignee or PauseParty.VENDOR.label


def _until(life: Life) -> datetime | None:
    return None if life.row.next_due is None else instant(life.row.next_due)


def said(words: Words) -> str:
    """A sentence of the kernel in the language of the page."""
    return say(words, get_language() or "en")


def target_text(face: ClockFace) -> str:
    if face.target.days is not None:
        return _("%(days)s working days") % {"days": face.target.days}
    return duration_text(face.target.seconds or 0)


# ---------------------------------------------------------------- the trail

VERBS = {
    "open": gettext_noop("Reported"),
    "load": gettext_noop("Imported"),
    "correct": gettext_noop("Time corrected"),
    "confirm_fact": gettext_noop("Back-filled fact confirmed"),
    "confirm_pause": gettext_noop("Pause confirmed"),
    "confirm_level": gettext_noop("Lower level approved"),
    "ask": gettext_noop("Approval asked for"),
    "approve": gettext_noop("Approved"),
    "reject": gettext_noop("Rejected"),
    "refused": gettext_noop("An attempt was refused"),
}


def trail(chain: list[AuditEntry]) -> list[TrailEntry]:
    """From the links of the chain: what was recorded when, by whom, under which number."""
    return [_line(link) for link in chain]


def _line(link: AuditEntry) -> TrailEntry:
    facts = json.loads(bytes(link.body))[7]
    verb = link.verb
    if verb.startswith("clock_"):
        label: str = str(ClockAction(verb.removeprefix("clock_")).label)
        if facts.get("clock"):
            label = f"{label} · {CLOCK_LABELS[facts['clock']]}"
    elif verb in FactKind.values:
        label = str(FactKind(verb).label)
    else:
        label = _(VERBS[verb]) if verb in VERBS else verb
    source = facts.get("source", "")
    return TrailEntry(
        at=link.at,
        label=label,
        actor=link.actor_label,
        kind="system" if link.actor_id is None else "transition" if verb in FactKind.values else "fact",
        detail=_detail(facts, link.at),
        source=str(Source(source).label) if source and source != Source.ON_SITE else "",
        number=link.sequence,
    )


def _detail(facts: Mapping[str, Any], recorded: datetime) -> str:
    parts = []
    if occurred := facts.get("occurred_at"):
        at = datetime.fromisoformat(occurred)
        if abs((recorded - at).total_seconds()) >= 60:
            parts.append(_("happened %(at)s") % {"at": instant_text(at)})
    if facts.get("reason") in PauseReason.values:
        parts.append(str(PauseReason(facts["reason"]).label))
    elif facts.get("reason"):
        parts.append(str(facts["reason"]))
    if facts.get("party"):
        parts.append(str(PauseParty(facts["party"]).label))
    value = facts.get("value") or {}
    if "from" in value:
        parts.append(_("level %(old)s → %(new)s") % {"old": value["from"], "new": value["level"]})
    if value.get("as") in Exclusion.values:
        parts.append(str(Exclusion(value["as"]).label))
    parts += [str(value[name]) for name in ("reason", "duplicate_of", "note", "correction") if value.get(name)]
    parts += [facts["note"]] if facts.get("note") else []
    return " · ".join(parts)
