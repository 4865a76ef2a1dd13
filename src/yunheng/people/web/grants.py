"""Roles given and ended: the pages of the security administrator."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from yunheng.foundation import access as ground
from yunheng.foundation.actors import Actor
from yunheng.foundation.errors import Conflict, Invalid
from yunheng.foundation.models import Grant, Scope
from yunheng.people import access
from yunheng.people.actions import grants
from yunheng.people.models import User
from yunheng.people.roles import ADMINISTRATORS, Role
from yunheng.people.web.forms import DayInput, day_after, start_of, tell
from yunheng.ui.context import actor_of

_BUSINESS = [(role.value, role.label) for role in Role if role not in ADMINISTRATORS]
_ADMINISTRATION = [(role.value, role.label) for role in Role if role in ADMINISTRATORS]


class GrantForm(forms.Form):
    user = forms.ModelChoiceField(User.objects.none(), label=gettext_lazy("Person"), to_field_name="uid")
    role = forms.ChoiceField(
        label=gettext_lazy("Role"),
        choices=[(gettext_lazy("Business"), _BUSINESS), (gettext_lazy("Administration"), _ADMINISTRATION)],
        help_text=gettext_lazy("Administrators hold no role in the business, and each only one of the three."),
    )
    scope = forms.ModelChoiceField(
        Scope.objects.none(),
        label=gettext_lazy("Place"),
        to_field_name="uid",
        help_text=gettext_lazy("The role holds here and below. A vendor's role is given on its contract."),
    )
    since = forms.DateField(label=gettext_lazy("First day"), widget=DayInput())
    last_day = forms.DateField(label=gettext_lazy("Last day"), required=False, widget=DayInput())

    def __init__(self, data: QueryDict | None, *, actor: Actor, initial: dict[str, object]) -> None:
        super().__init__(data, initial=initial)
        now = timezone.now()
        tenants = access.tenants(actor, access.GRANT, "give", now)
        people, places = self.fields["user"], self.fields["scope"]
        assert isinstance(people, forms.ModelChoiceField)
        assert isinstance(places, forms.ModelChoiceField)
        people.queryset = access.users(actor, now).filter(is_active=True)
        places.queryset = Scope.objects.filter(tenant__in=tenants).order_by("path")


@login_required
def listing(request: HttpRequest) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    standing = ground.standing(actor, now)
    if not standing.may_anywhere("view", access.GRANT):
        raise ground.unseen()
    past = request.GET.get("past") == "1"
    rows = access.grants(actor, now).order_by("scope__path", "role", "actor_label", "-since")
    uids = dict(User.objects.values_list("pk", "uid"))
    shown = [
        (grant, Role(grant.role).label, grant.role in ADMINISTRATORS, uids.get(grant.actor_id, ""))
        for grant in rows
        if past or grant.until is None or grant.until > now
    ]
    context = {
        "rows": shown,
        "past": past,
        "now": now,
        "me": actor.id,
        "may_give": standing.may_anywhere("give", access.GRANT),
        "sees_users": standing.may_anywhere("view", access.USER),
    }
    return render(request, "people/grants.html", context)


@login_required
def give(request: HttpRequest) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    if not ground.standing(actor, now).may_anywhere("give", access.GRANT):
        raise ground.unseen()
    initial = {"user": request.GET.get("user", ""), "since": timezone.localdate(now)}
    form = GrantForm(request.POST or None, actor=actor, initial=initial)
    if request.method == "POST" and form.is_valid():
        wanted = form.cleaned_data
        last = day_after(wanted["last_day"])
        # A role that begins today begins now: nothing that was done before is covered by it.
        since = (
            max(start_of(wanted["since"]), now)
            if wanted["since"] == timezone.localdate(now)
            else start_of(wanted["since"])
        )
        try:
            grants.give(
                user=wanted["user"],
                role=wanted["role"],
                scope=wanted["scope"],
                since=since,
                until=start_of(last) if last else None,
                actor=actor,
                now=now,
            )
        except (Invalid, Conflict) as problem:
            tell(form, problem)
        else:
            label = Role(wanted["role"]).label
            messages.success(request, _("%(name)s is now: %(role)s.") % {"name": wanted["user"].name, "role": label})
            return redirect("people:grants")
    crumbs = [(_("Roles"), "/grants/"), (_("Give a role"), "")]
    return render(
        request, "people/grant_form.html", {"form": form, "crumbs": crumbs}, status=422 if form.errors else 200
    )


@require_POST
@login_required
def end(request: HttpRequest, pk: int) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    grant: Grant = access.grant(actor, pk, now)
    grants.end(grant=grant, actor=actor, now=now)
    said = {"name": grant.actor_label, "role": Role(grant.role).label}
    messages.success(request, _("%(name)s is no longer: %(role)s.") % said)
    return redirect("people:grants")
