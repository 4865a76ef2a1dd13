"""The steps of a ticket as small forms. Each opens in the drawer and stands alone without script."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from yunheng.foundation.actors import Actor
from yunheng.foundation.errors import Conflict, Invalid
from yunheng.foundation.models import Grant
from yunheng.people.models import User
from yunheng.people.roles import VENDOR
from yunheng.servicedesk import access, actions
from yunheng.servicedesk.models import ClockEntry, PauseReason, Ticket, TicketFact
from yunheng.servicedesk.queries.pages import open_decision
from yunheng.servicedesk.rules import workflow
from yunheng.servicedesk.web import forms as ours
from yunheng.ui.components import Text, Transition
from yunheng.ui.context import actor_of
from yunheng.ui.formatting import instant_text
from yunheng.ui.redirects import redirect_to

Take = Callable[[Ticket, Mapping[str, Any], Actor, datetime], None]
MakeForm = Callable[[Ticket, Any, datetime], forms.Form]


@dataclass(frozen=True, slots=True)
class StepPage:
    """One step: what its button says, who may take it, its form, and the action behind it."""

    label: Text
    verb: str
    make: MakeForm
    take: Take
    icon: str = ""
    primary: bool = False
    moves: bool = True  # a button of the step bar; the others stand in the menu beside it


def _plain(form: type[forms.Form]) -> MakeForm:
    return lambda _ticket, data, _now: form(data)


def _assign_form(ticket: Ticket, data: Any, now: datetime) -> forms.Form:
    return ours.AssignForm(data, people=_workers(ticket, now), initial={"team": ticket.team})


def _workers(ticket: Ticket, now: datetime) -> QuerySet[User]:
    """Who works for the vendor of the ticket's contract."""
    grants = Grant.objects.filter(
        Q(until__isnull=True) | Q(until__gt=now),
        scope_id__in=ticket.scope.ids_upward(),
        role__in=VENDOR,
        since__lte=now,
    )
    return User.objects.filter(pk__in=grants.values("actor_id"), is_active=True).order_by("name")


def _level_form(ticket: Ticket, data: Any, _now: datetime) -> forms.Form:
    return ours.LevelForm(data, initial={"impact": ticket.impact, "urgency": ticket.urgency})


def _place_form(ticket: Ticket, data: Any, _now: datetime) -> forms.Form:
    initial = {"system": ticket.system_id, "device": ticket.device.code if ticket.device else ""}
    return ours.PlaceForm(data, scope=ticket.scope, initial=initial)


def _simple(action: Callable[..., Any], *names: str) -> Take:
    """An action that takes the form's values of these names as they are."""

    def take(ticket: Ticket, values: Mapping[str, Any], actor: Actor, now: datetime) -> None:
        action(ticket=ticket, actor=actor, now=now, **{name: values[name] for name in names})

    return take


def _assign(ticket: Ticket, values: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    actions.assign(
        ticket=ticket,
        assignee=values["assignee"].actor,
        team=values["team"],
        actor=actor,
        now=now,
        occurred_at=values["occurred_at"],
    )


STEPS: dict[str, StepPage] = {
    "accept": StepPage(
        gettext_lazy("Take it on"), "work", _plain(ours.StepForm), _simple(actions.accept, "occurred_at"), "check"
    ),
    "assign": StepPage(gettext_lazy("Assign"), "work", _assign_form, _assign, "user-plus"),
    "respond": StepPage(
        gettext_lazy("Record the response"),
        "work",
        _plain(ours.NoteForm),
        _simple(actions.respond, "occurred_at", "note"),
        "phone-call",
        primary=True,
    ),
    "arrive": StepPage(
        gettext_lazy("Record the arrival"),
        "work",
        _plain(ours.StepForm),
        _simple(actions.arrive, "occurred_at"),
        "map-pin",
    ),
    "restore": StepPage(
        gettext_lazy("Works again"),
        "work",
        _plain(ours.RestoreForm),
        _simple(actions.restore, "how", "occurred_at", "note"),
        "rotate-clockwise",
    ),
    "resolve": StepPage(
        gettext_lazy("Resolve"),
        "work",
        _plain(ours.ResolveForm),
        _simple(actions.resolve, "occurred_at", "note"),
        "circle-check",
        primary=True,
    ),
    "pause": StepPage(
        gettext_lazy("Put on hold"),
        "work",
        _plain(ours.PauseForm),
        _simple(actions.pause, "reason", "party", "note", "occurred_at"),
        "player-pause",
    ),
    "resume": StepPage(
        gettext_lazy("Go on"),
        "work",
        _plain(ours.StepForm),
        _simple(actions.resume, "occurred_at"),
        "player-play",
        primary=True,
    ),
    "confirm": StepPage(
        gettext_lazy("It is solved"),
        "accept_result",
        _plain(ours.NoteForm),
        _simple(actions.confirm_result, "occurred_at", "note"),
        "thumb-up",
        primary=True,
    ),
    "close": StepPage(
        gettext_lazy("Close"), "close", _plain(ours.StepForm), _simple(actions.close, "occurred_at"), "archive"
    ),
    "reopen": StepPage(
        gettext_lazy("Reopen"),
        "reopen",
        _plain(ours.ReopenForm),
        _simple(actions.reopen, "reason", "occurred_at"),
        "arrow-back-up",
    ),
    "change_level": StepPage(
        gettext_lazy("Change the level"),
        "change_level",
        _level_form,
        _simple(actions.change_level, "impact", "urgency", "reason"),
        "arrows-sort",
        moves=False,
    ),
    "exclude": StepPage(
        gettext_lazy("Take out of the count"),
        "exclude",
        _plain(ours.ExcludeForm),
        _simple(actions.exclude, "as_", "duplicate_of", "reason"),
        "eye-off",
        moves=False,
    ),
    "include": StepPage(
        gettext_lazy("Put back into the count"),
        "exclude",
        _plain(ours.ReasonForm),
        _simple(actions.include, "reason"),
        "eye",
        moves=False,
    ),
    "place": StepPage(
        gettext_lazy("Name the system or device"),
        "work",
        _place_form,
        _simple(actions.place, "system", "device"),
        "device-desktop",
        moves=False,
    ),
}


def transitions(ticket: Ticket, may: Callable[[str], bool]) -> tuple[list[Transition], list[Transition]]:
    """Buttons of the step bar and entries of the menu: what the state allows and this person may."""
    bar: list[Transition] = []
    menu: list[Transition] = []
    for name, page in STEPS.items():
        if name in workflow.STEPS and not workflow.allowed(name, ticket.state):
            continue
        if name == ("exclude" if ticket.excluded else "include") or not may(page.verb):
            continue
        url = reverse("servicedesk:step", args=[ticket.uid, name])
        (bar if page.moves else menu).append(Transition(page.label, url, page.primary, icon=page.icon))
    return bar, menu


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, uid: str, name: str) -> HttpResponse:
    page = STEPS.get(name)
    if page is None:
        raise Http404
    actor, now = actor_of(request), timezone.now()
    ticket = access.ticket(actor, uid, now)
    access.require(actor, page.verb, ticket, now)
    form = page.make(ticket, request.POST if request.method == "POST" else None, now)
    if request.method == "POST" and form.is_valid():
        try:
            page.take(ticket, form.cleaned_data, actor, now)
        except Invalid as refusal:
            _show(form, refusal)
        else:
            messages.success(request, _("%(number)s: done.") % {"number": ticket.number})
            return redirect_to(request, _address(ticket))
    return _form(request, ticket, form, str(page.label))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def decide_pause(request: HttpRequest, uid: str, number: int) -> HttpResponse:
    """Supervisor or owner: did the clock stand still?"""
    actor, now = actor_of(request), timezone.now()
    ticket = access.ticket(actor, uid, now)
    access.require(actor, "confirm", ticket, now)
    entry = get_object_or_404(ClockEntry.objects.select_related("ticket__scope"), pk=number, ticket=ticket)
    about = _("On hold since %(at)s: %(reason)s. Recorded by %(who)s.") % {
        "at": instant_text(entry.occurred_at),
        "reason": PauseReason(entry.reason).label if entry.reason else "—",
        "who": entry.recorded_by,
    }

    def take(agree: bool, reason: str) -> None:
        if agree:
            actions.confirm_pause(entry=entry, actor=actor, now=now)
        else:
            actions.refuse_pause(entry=entry, reason=reason, actor=actor, now=now)

    return _decide(request, ticket, _("Confirm the pause"), about, take)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def decide_level(request: HttpRequest, uid: str) -> HttpResponse:
    """The owner: may the level be lowered?"""
    actor, now = actor_of(request), timezone.now()
    ticket = access.ticket(actor, uid, now)
    access.require(actor, "approve_level", ticket, now)
    decision = open_decision(ticket)
    waiting = ticket.facts.filter(kind="level_changed", confirmed_at__isnull=True).order_by("-id").first()
    if decision is None or waiting is None:
        raise Conflict(_("Nothing waits for this decision any more."), place=ticket.number)
    about = _("Level %(old)s → %(new)s: %(reason)s. Asked by %(who)s.") % {
        "old": waiting.value["from"],
        "new": waiting.value["level"],
        "reason": waiting.value["reason"],
        "who": waiting.recorded_by,
    }

    def take(agree: bool, reason: str) -> None:
        actions.decide_level(ticket=ticket, decision=decision, approve=agree, reason=reason, actor=actor, now=now)

    return _decide(request, ticket, _("Decide on the lower level"), about, take)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_fact(request: HttpRequest, uid: str, number: int) -> HttpResponse:
    """Supervisor or owner: a back-filled fact is true."""
    actor, now = actor_of(request), timezone.now()
    ticket = access.ticket(actor, uid, now)
    access.require(actor, "confirm", ticket, now)
    fact = get_object_or_404(TicketFact.objects.select_related("ticket__scope"), pk=number, ticket=ticket)
    form = forms.Form(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        actions.confirm_fact(fact=fact, actor=actor, now=now)
        messages.success(request, _("%(number)s: confirmed.") % {"number": ticket.number})
        return redirect_to(request, _address(ticket))
    about = _("%(fact)s at %(at)s, recorded by %(who)s at %(recorded)s.") % {
        "fact": fact.get_kind_display(),
        "at": instant_text(fact.occurred_at),
        "who": fact.recorded_by,
        "recorded": instant_text(fact.recorded_at),
    }
    return _form(request, ticket, form, _("Confirm the back-filled fact"), about)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def correct_fact(request: HttpRequest, uid: str, number: int) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    ticket = access.ticket(actor, uid, now)
    access.require(actor, "confirm" if access.may(actor, "confirm", ticket, now) else "work", ticket, now)
    fact = get_object_or_404(TicketFact.objects.select_related("ticket__scope"), pk=number, ticket=ticket)
    form = ours.CorrectForm(
        request.POST if request.method == "POST" else None,
        initial={"occurred_at": timezone.localtime(fact.occurred_at).strftime(ours.MINUTE)},
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.correct_fact(
                fact=fact,
                occurred_at=form.cleaned_data["occurred_at"],
                reason=form.cleaned_data["reason"],
                actor=actor,
                now=now,
            )
        except Invalid as refusal:
            _show(form, refusal)
        else:
            messages.success(request, _("%(number)s: the correction is recorded.") % {"number": ticket.number})
            return redirect_to(request, _address(ticket))
    about = _("%(fact)s at %(at)s, recorded by %(who)s at %(recorded)s.") % {
        "fact": fact.get_kind_display(),
        "at": instant_text(fact.occurred_at),
        "who": fact.recorded_by,
        "recorded": instant_text(fact.recorded_at),
    }
    return _form(request, ticket, form, _("Correct a time"), about)


def _decide(
    request: HttpRequest, ticket: Ticket, title: str, about: str, take: Callable[[bool, str], None]
) -> HttpResponse:
    form = ours.DecideForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            take(form.cleaned_data["answer"] == "yes", form.cleaned_data["reason"])
        except Invalid as refusal:
            _show(form, refusal)
        else:
            messages.success(request, _("%(number)s: your answer is recorded.") % {"number": ticket.number})
            return redirect_to(request, _address(ticket))
    return _form(request, ticket, form, title, about)


def _show(form: forms.Form, refusal: Invalid) -> None:
    """A refusal of the action stands where the person can put it right."""
    told = False
    for name, message in refusal.fields.items():
        if name in form.fields:
            form.add_error(name, message)
            told = True
    if not told:
        form.add_error(None, f"{refusal.message} {refusal.way_out}".strip())


def _form(request: HttpRequest, ticket: Ticket, form: forms.Form, title: str, about: str = "") -> HttpResponse:
    context = {
        "ticket": ticket,
        "form": form,
        "page_title": title,
        "about": about,
        "back": _address(ticket),
        "crumbs": [
            (_("Tickets"), reverse("servicedesk:ticket-list")),
            (ticket.number, _address(ticket)),
            (title, ""),
        ],
    }
    return render(request, "servicedesk/step.html", context, status=422 if form.errors else 200)


def _address(ticket: Ticket) -> str:
    return reverse("servicedesk:ticket", args=[ticket.uid])
