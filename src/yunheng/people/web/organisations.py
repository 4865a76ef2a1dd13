"""The parties' organisations."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yunheng.foundation import access as ground
from yunheng.foundation.errors import Conflict, Invalid
from yunheng.people import access
from yunheng.people.actions import organisations
from yunheng.people.models import Organisation
from yunheng.people.web.forms import part_of, tell
from yunheng.ui.context import actor_of


class OrganisationForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=200, help_text=gettext_lazy("As on the contract and the seal.")
    )
    short_name = forms.CharField(label=gettext_lazy("Short name"), max_length=40, required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Organisation.Kind.choices)


@login_required
def listing(request: HttpRequest) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    standing = ground.standing(actor, now)
    if not standing.may_anywhere("view", access.ORGANISATION):
        raise ground.unseen()
    rows = access.organisations(actor, now).annotate(users_count=Count("users", distinct=True))
    part = part_of(request, rows, field="name", search=("name", "short_name"))
    context = {"part": part, "may_record": standing.may_anywhere("record", access.ORGANISATION)}
    return render(request, "people/organisations.html", context)


@login_required
def edit(request: HttpRequest, uid: str = "") -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    found = access.organisation(actor, uid, now) if uid else None
    tenants = [found.tenant] if found else access.tenants(actor, access.ORGANISATION, "record", now)
    if not tenants:
        raise ground.unseen()
    access.require_in_tenant(
        actor, "record", access.ORGANISATION, tenants[0], now, reference=found.name if found else ""
    )
    initial = {"name": found.name, "short_name": found.short_name, "kind": found.kind} if found else {"kind": "vendor"}
    form = OrganisationForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            organisations.record(tenant=tenants[0], organisation=found, **form.cleaned_data, actor=actor, now=now)
        except (Invalid, Conflict) as problem:
            tell(form, problem)
        else:
            messages.success(request, _("Saved."))
            return redirect("people:organisations")
    title = found.name if found else _("New organisation")
    context = {
        "form": form,
        "title": title,
        "crumbs": [(_("Organisations"), reverse("people:organisations")), (title, "")],
    }
    return render(request, "people/organisation_form.html", context, status=422 if form.errors else 200)
