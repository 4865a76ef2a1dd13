"""Who is posted to a contract, who replaced whom, and who said yes to it."""

from __future__ import annotations

from datetime import date, timedelta

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from yunheng.foundation import access as ground
from yunheng.foundation.actors import Actor
from yunheng.foundation.errors import Conflict, Invalid
from yunheng.foundation.models import AuditEntry, Decision, Scope, Source
from yunheng.people import access
from yunheng.people.actions import postings
from yunheng.people.models import Organisation, Posting, User
from yunheng.people.roles import Role
from yunheng.people.web.forms import DayInput, day_after, tell
from yunheng.people.web.words import verb_label
from yunheng.ui import context as surroundings
from yunheng.ui.components import TrailEntry
from yunheng.ui.context import actor_of

SOON = timedelta(days=30)


class PostingForm(forms.Form):
    scope = forms.ModelChoiceField(
        Scope.objects.none(), label=gettext_lazy("Contract"), to_field_name="uid", empty_label=None
    )
    person_name = forms.CharField(label=gettext_lazy("Full name"), max_length=60)
    user = forms.ModelChoiceField(
        User.objects.none(),
        label=gettext_lazy("Log-in"),
        to_field_name="uid",
        required=False,
        help_text=gettext_lazy("When the person works in Yunheng."),
    )
    organisation = forms.ModelChoiceField(
        Organisation.objects.none(), label=gettext_lazy("Organisation"), to_field_name="uid", empty_label=None
    )
    post = forms.CharField(label=gettext_lazy("Post"), max_length=80)
    certificate = forms.CharField(label=gettext_lazy("Certificate"), max_length=200, required=False)
    certificate_until = forms.DateField(
        label=gettext_lazy("Certificate valid until"), required=False, widget=DayInput()
    )
    background = forms.CharField(
        label=gettext_lazy("Background check"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Date and number of the check. Seen by owner, vendor and auditor only."),
    )
    since = forms.DateField(label=gettext_lazy("First day"), widget=DayInput())
    last_day = forms.DateField(label=gettext_lazy("Last day"), required=False, widget=DayInput())
    replaces = forms.ModelChoiceField(
        Posting.objects.none(),
        label=gettext_lazy("Takes over from"),
        to_field_name="uid",
        required=False,
        help_text=gettext_lazy("Owner and supervisor are then asked to approve the replacement."),
    )
    back_filled = forms.BooleanField(label=gettext_lazy("Entered later from papers (back-filled)"), required=False)

    def __init__(self, data: QueryDict | None, *, actor: Actor, initial: dict[str, object]) -> None:
        super().__init__(data, initial=initial)
        now = timezone.now()
        contracts = access.contracts_for_posting(actor, now)
        choices = {
            "scope": contracts,
            "organisation": access.organisations(actor, now).filter(kind=Organisation.Kind.VENDOR)
            or access.organisations(actor, now),
            "user": User.objects.filter(organisation__in=access.organisations(actor, now), is_active=True),
            "replaces": Posting.objects.filter(scope__in=contracts, corrections__isnull=True),
        }
        for name, queryset in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = queryset


class EndForm(forms.Form):
    last_day = forms.DateField(label=gettext_lazy("Last day"), widget=DayInput())


@login_required
def listing(request: HttpRequest) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    standing = ground.standing(actor, now)
    if not standing.may_anywhere("view", access.POSTING):
        raise ground.unseen()
    project = surroundings.current_project(request)
    today = timezone.localdate(now)
    past = request.GET.get("past") == "1"
    rows = access.postings(actor, now, within=project).filter(corrections__isnull=True)
    shown = [
        (posting, _certificate_state(posting, today), _waits(posting))
        for posting in rows.order_by("scope__path", "post", "since")
        if past or posting.until is None or posting.until > today
    ]
    context = {
        "rows": shown,
        "past": past,
        "today": today,
        "may_record": standing.may_anywhere("record", access.POSTING),
    }
    return render(request, "people/postings.html", context)


def _certificate_state(posting: Posting, today: date) -> str:
    if posting.certificate_until is None:
        return ""
    if posting.certificate_until < today:
        return "late"
    return "soon" if posting.certificate_until - today <= SOON else "good"


def _waits(posting: Posting) -> bool:
    return posting.replaces_id is not None and not posting.replacement_approved


@login_required
def create(request: HttpRequest) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    if not access.contracts_for_posting(actor, now).exists():
        raise ground.unseen()
    form = PostingForm(request.POST or None, actor=actor, initial={"since": timezone.localdate(now)})
    if request.method == "POST" and form.is_valid():
        found = form.cleaned_data
        placement = postings.Placement(
            person_name=found["person_name"],
            organisation=found["organisation"],
            post=found["post"],
            since=found["since"],
            until=day_after(found["last_day"]),
            certificate=found["certificate"],
            certificate_until=found["certificate_until"],
            background=found["background"],
            user=found["user"],
            replaces=found["replaces"],
            source=Source.BACK_FILLED if found["back_filled"] else Source.ON_SITE,
        )
        try:
            made = postings.place(scope=found["scope"], placement=placement, actor=actor, now=now)
        except (Invalid, Conflict) as problem:
            tell(form, problem)
        else:
            messages.success(request, _("%(number)s is recorded.") % {"number": made.number})
            return redirect("people:posting", uid=made.uid)
    context = {"form": form, "crumbs": [(_("Postings"), reverse("people:postings")), (_("New posting"), "")]}
    return render(request, "people/posting_form.html", context, status=422 if form.errors else 200)


@login_required
def detail(request: HttpRequest, uid: str, end_form: EndForm | None = None) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    posting = access.posting(actor, uid, now)
    standing = ground.standing(actor, now)
    roles = standing.roles_at(posting.scope)
    decisions = list(access.replacement_decisions(posting))
    may_approve = standing.may("approve", access.POSTING, posting.scope)
    today = timezone.localdate(now)
    context = {
        "posting": posting,
        "today": today,
        "certificate_state": _certificate_state(posting, today),
        "sees_personal": standing.may("view_personal", access.POSTING, posting.scope),
        "may_record": standing.may("record", access.POSTING, posting.scope),
        "decisions": [
            (decision, Role(decision.role).label, decision.state == "open" and may_approve and decision.role in roles)
            for decision in decisions
        ],
        "end_form": end_form or EndForm(initial={"last_day": today}),
        "entries": _trail(posting),
        "crumbs": [(_("Postings"), reverse("people:postings")), (posting.number, "")],
    }
    return render(request, "people/posting.html", context, status=422 if end_form and end_form.errors else 200)


def _trail(posting: Posting) -> list[TrailEntry]:
    rows = AuditEntry.objects.filter(tenant_id=posting.scope.tenant_id, kind=access.POSTING, reference=posting.number)
    return [
        TrailEntry(row.at, verb_label(row.verb), row.actor_label, "transition", number=row.sequence)
        for row in rows.order_by("-sequence")[:50]
    ]


@require_POST
@login_required
def end(request: HttpRequest, uid: str) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    posting = access.posting(actor, uid, now)
    form = EndForm(request.POST)
    if form.is_valid():
        try:
            postings.end(posting=posting, until=form.cleaned_data["last_day"] + timedelta(days=1), actor=actor, now=now)
        except (Invalid, Conflict) as problem:
            tell(form, problem)
        else:
            messages.success(request, _("The end of the posting is recorded."))
            return redirect("people:posting", uid=uid)
    return detail(request, uid, form)


@require_POST
@login_required
def answer(request: HttpRequest, uid: str, pk: int) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    posting = access.posting(actor, uid, now)
    decision = access.replacement_decisions(posting).filter(pk=pk).first()
    if decision is None:
        raise ground.unseen()
    approve = request.POST.get("answer") == "approve"
    reason = request.POST.get("reason", "").strip()[:500]
    postings.answer_replacement(
        posting=posting, decision=decision, approve=approve, reason=reason, actor=actor, now=now
    )
    said = Decision.State.APPROVED.label if approve else Decision.State.REJECTED.label
    messages.success(request, _("Your answer is recorded: %(answer)s.") % {"answer": said})
    return redirect("people:posting", uid=uid)
