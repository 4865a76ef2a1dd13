"""One ticket: its page, the explanation of a clock, and the form that opens one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from yunheng.foundation import access as ground
from yunheng.foundation.errors import Invalid
from yunheng.servicedesk import access, actions
from yunheng.servicedesk.actions.correcting import CORRECTABLE
from yunheng.servicedesk.models import PauseParty, PauseReason, Ticket, TicketFact
from yunheng.servicedesk.queries.logs import instant
from yunheng.servicedesk.queries.pages import (
    ClockFace,
    Life,
    chain_of,
    explained,
    life_of,
    open_decision,
    waiting_facts,
    waiting_pauses,
)
from yunheng.servicedesk.web import words
from yunheng.servicedesk.web.forms import OpenForm
from yunheng.servicedesk.web.steps import transitions
from yunheng.ui.context import actor_of, current_project, surroundings
from yunheng.ui.formatting import duration_text
from yunheng.ui.redirects import redirect_to


@login_required
@require_http_methods(["GET", "HEAD"])
def ticket(request: HttpRequest, uid: str) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    found = access.ticket(actor, uid, now)
    life = life_of(found, now)
    may = access.powers(surroundings(request).standing, found)
    bar, menu = transitions(found, may)
    may_confirm = may("confirm")
    may_correct = may_confirm or may("work")
    waits = {fact.pk for fact in waiting_facts(life.facts)}
    pauses_waiting = {entry.pk for entry in waiting_pauses(life.entries)}
    context = {
        "ticket": found,
        "page_title": f"{found.number} {found.title}",
        "crumbs": [(_("Tickets"), reverse("servicedesk:ticket-list")), (found.number, "")],
        "level": words.level_badge(found),
        "state": words.state_badge(found),
        "impact": dict(words.IMPACTS)[found.impact],
        "urgency": dict(words.URGENCIES)[found.urgency],
        "steps": words.steps(life),
        "transitions": bar,
        "menu": menu,
        "clocks": [(face, words.chip(face, found, life)) for face in life.clocks],
        "facts": [_fact(fact, life, waits, may_correct=may_correct) for fact in life.facts],
        "pauses": _pauses(life, pauses_waiting),
        "may_confirm": may_confirm,
        "decision": open_decision(found) if may("approve_level") else None,
        "trail": words.trail(chain_of(found)),
        "now": now,
    }
    return render(request, "servicedesk/ticket.html", context)


def _fact(fact: TicketFact, life: Life, waits: set[int], *, may_correct: bool) -> dict[str, Any]:
    corrected = any(other.corrects_id == fact.pk for other in life.facts)
    return {
        "fact": fact,
        "waits": fact.pk in waits,
        "corrected": corrected,
        "may_correct": may_correct and not corrected and fact.kind in CORRECTABLE,
        "note": " · ".join(
            str(fact.value[name]) for name in ("note", "reason", "assignee", "team") if fact.value.get(name)
        ),
    }


def _pauses(life: Life, waiting: set[int]) -> list[dict[str, Any]]:
    by_id = {entry.pk: entry for entry in life.entries}
    return [
        {
            "entry": by_id[pause.entry],
            "start": instant(pause.start),
            "end": None if pause.end is None else instant(pause.end),
            "reason": PauseReason(pause.reason).label if pause.reason else "",
            "party": PauseParty(pause.party).label if pause.party else "",
            "waits": pause.entry in waiting,
            "stops": pause.stops,
        }
        for pause in life.pauses
    ]


@login_required
@require_http_methods(["GET", "HEAD"])
def clock(request: HttpRequest, uid: str, kind: str) -> HttpResponse:
    """How a deadline came about: targets, steps, pauses, calendar."""
    actor, now = actor_of(request), timezone.now()
    found = access.ticket(actor, uid, now)
    life = life_of(found, now)
    face = life.face(kind)
    if face is None:
        raise Http404
    told = explained(life, face)
    code, revision = face.target.calendar
    context = {
        "ticket": found,
        "page_title": _("%(clock)s of %(number)s") % {"clock": words.CLOCK_LABELS[kind], "number": found.number},
        "crumbs": [
            (_("Tickets"), reverse("servicedesk:ticket-list")),
            (found.number, reverse("servicedesk:ticket", args=[found.uid])),
            (words.CLOCK_LABELS[kind], ""),
        ],
        "face": face,
        "chip": words.chip(face, found, life),
        "outcome": _outcome(face),
        "target": words.target_text(face),
        "due": instant(face.due),
        "stop": None if face.stop is None else instant(face.stop),
        "breached": None if face.breached is None else instant(face.breached),
        "steps": [(words.said(step.words), duration_text(step.seconds) if step.seconds else "") for step in told],
        "calendar": code,
        "revision": revision,
        "pauses": [pause for pause in _pauses(life, set()) if kind != "response"],
        "now": now,
    }
    return render(request, "servicedesk/clock.html", context)


def _outcome(face: ClockFace) -> str:
    if face.void:
        return _("Nobody had to come: it was solved without.")
    if face.breached is not None:
        return _("Missed.")
    if face.stop is not None:
        return _("Kept: up to and including the deadline is in time.")
    return _("On hold: the deadline moves on until work goes on.") if face.held else _("Running.")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    scopes = access.scopes_to_open(actor, now, within=current_project(request))
    if not scopes.exists():
        raise ground.unseen()
    form = OpenForm(request.POST if request.method == "POST" else None, scopes=scopes)
    if request.method == "POST" and form.is_valid():
        try:
            made = _open(form.cleaned_data, request)
        except Invalid as refusal:
            for name, message in refusal.fields.items():
                form.add_error(name if name in form.fields else None, message)
        else:
            messages.success(request, _("%(number)s is reported.") % {"number": made.number})
            return redirect_to(request, reverse("servicedesk:ticket", args=[made.uid]))
    context = {
        "form": form,
        "page_title": _("Report a fault or ask for something"),
        "back": reverse("servicedesk:ticket-list"),
        "crumbs": [(_("Tickets"), reverse("servicedesk:ticket-list")), (_("New ticket"), "")],
    }
    return render(request, "servicedesk/new.html", context, status=422 if form.errors else 200)


def _open(values: dict[str, Any], request: HttpRequest) -> Ticket:
    device, system = values["device"], values["system"]
    if device is not None and system is None:
        system = device.system
    return actions.open_ticket(
        scope=values["scope"],
        title=values["title"],
        kind=values["kind"],
        impact=values["impact"],
        urgency=values["urgency"],
        description=values["description"],
        system=system,
        device=device,
        reported_at=values["reported_at"],
        actor=actor_of(request),
        now=timezone.now(),
    )
