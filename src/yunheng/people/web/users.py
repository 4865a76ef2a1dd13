"""Users and what they may do: the pages of the system and the security administrator."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from axes.models import AccessAttempt
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from yunheng.foundation import access as ground
from yunheng.foundation.actors import Actor
from yunheng.foundation.errors import Conflict, Invalid
from yunheng.foundation.models import AuditEntry, Grant, Scope
from yunheng.people import access
from yunheng.people.actions import users
from yunheng.people.models import Organisation, User
from yunheng.people.roles import Role
from yunheng.people.web.forms import part_of, tell
from yunheng.people.web.words import verb_label
from yunheng.ui.components import TrailEntry
from yunheng.ui.context import actor_of


class UserForm(forms.Form):
    username = forms.CharField(
        label=gettext_lazy("User name"),
        max_length=60,
        help_text=gettext_lazy("Small letters, digits, dot, hyphen or underscore. It cannot be changed later."),
    )
    name = forms.CharField(label=gettext_lazy("Full name"), max_length=60)
    tenant = forms.ModelChoiceField(Scope.objects.none(), label=gettext_lazy("Office"), empty_label=None)
    organisation = forms.ModelChoiceField(
        Organisation.objects.none(), label=gettext_lazy("Organisation"), required=False, empty_label="—"
    )
    email = forms.EmailField(label=gettext_lazy("E-mail"), required=False)

    def __init__(self, data: object, *, tenants: list[Scope], initial: Mapping[str, object] | None = None) -> None:
        super().__init__(data, initial=dict(initial or {}))  # type: ignore[arg-type]  # QueryDict or None
        offices = self.fields["tenant"]
        assert isinstance(offices, forms.ModelChoiceField)
        offices.queryset = Scope.objects.filter(pk__in=[tenant.pk for tenant in tenants])
        if len(tenants) == 1:
            offices.initial = tenants[0]
            offices.widget = forms.HiddenInput()
        places = self.fields["organisation"]
        assert isinstance(places, forms.ModelChoiceField)
        places.queryset = Organisation.objects.filter(tenant__in=tenants)


@login_required
def listing(request: HttpRequest) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    _require_anywhere(actor, "view")
    part = part_of(request, access.users(actor, now), field="username", search=("username", "name"))
    keys = [user.pk for user in part.rows]
    held: dict[int, list[str]] = {}
    for grant in Grant.objects.filter(actor_id__in=keys).select_related("scope").order_by("since"):
        if grant.holds(now):
            held.setdefault(grant.actor_id, []).append(str(Role(grant.role).label))
    locked = locked_names([user.username for user in part.rows])
    rows = [(user, list(dict.fromkeys(held.get(user.pk, []))), user.username in locked) for user in part.rows]
    standing = ground.standing(actor, now)
    context = {"rows": rows, "part": part, "may_create": standing.may_anywhere("create", access.USER)}
    return render(request, "people/users.html", context)


@login_required
def detail(request: HttpRequest, uid: str) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    return render(request, "people/user.html", _context(access.user(actor, uid, now), actor))


def _context(user: User, actor: Actor) -> dict[str, object]:
    now = timezone.now()
    home = access.home_of(user)
    may = {
        verb: home is not None and access.may_in_tenant(actor, verb, access.USER, home.pk, now)
        for verb in ("change", "deactivate", "reset_password", "unlock")
    }
    standing = ground.standing(actor, now)
    sees_grants = standing.may_anywhere("view", access.GRANT)
    grants = list(access.grants(actor, now).filter(actor_id=user.pk).order_by("-since")) if sees_grants else []
    return {
        "account": user,
        "home": home,
        "may": may,
        "is_self": user.pk == actor.id,
        "locked": user.username in locked_names([user.username]),
        "sees_grants": sees_grants,
        "may_give": standing.may_anywhere("give", access.GRANT),
        "grants": [(grant, Role(grant.role).label, grant.holds(now)) for grant in grants],
        "entries": trail_of(user, home),
        "crumbs": [(_("Users"), "/users/"), (user.username, "")],
        "now": now,
    }


def trail_of(user: User, home: Scope | None) -> list[TrailEntry]:
    if home is None:
        return []
    rows = AuditEntry.objects.filter(tenant=home, kind__in=[access.USER, access.GRANT], reference=user.username)
    return [
        TrailEntry(row.at, verb_label(row.verb), row.actor_label, "system", number=row.sequence)
        for row in rows.order_by("-sequence")[:30]
    ]


def locked_names(usernames: list[str]) -> set[str]:
    since = timezone.now() - timedelta(hours=settings.AXES_COOLOFF_TIME)
    rows = AccessAttempt.objects.filter(
        username__in=usernames, attempt_time__gt=since, failures_since_start__gte=settings.AXES_FAILURE_LIMIT
    )
    return {str(name) for name in rows.values_list("username", flat=True)}


def _require_anywhere(actor: Actor, verb: str) -> None:
    if not ground.standing(actor, timezone.now()).may_anywhere(verb, access.USER):
        raise ground.unseen()


# ---------------------------------------------------------------- making and changing


@never_cache
@login_required
def create(request: HttpRequest) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    tenants = access.tenants(actor, access.USER, "create", now)
    if not tenants:
        raise ground.unseen()
    form = UserForm(request.POST or None, tenants=tenants)
    if request.method == "POST" and form.is_valid():
        try:
            made = users.create(**form.cleaned_data, actor=actor, now=now)
        except (Invalid, Conflict) as problem:
            tell(form, problem)
        else:
            return render(request, "people/password_once.html", {"made": made, "is_new": True})
    context = {"form": form, "crumbs": [(_("Users"), "/users/"), (_("New user"), "")]}
    return render(request, "people/user_form.html", context, status=422 if form.errors else 200)


@login_required
def change(request: HttpRequest, uid: str) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    user = access.user(actor, uid, now)
    home = access.home_of(user)
    if home is not None:
        access.require_in_tenant(actor, "change", access.USER, home, now, reference=user.username)
    initial = {"name": user.name, "organisation": user.organisation, "email": user.email}
    form = UserForm(request.POST or None, tenants=[home] if home else [], initial=initial)
    del form.fields["username"], form.fields["tenant"]
    if request.method == "POST" and form.is_valid():
        try:
            users.change(user=user, **form.cleaned_data, actor=actor, now=now)
        except (Invalid, Conflict) as problem:
            tell(form, problem)
        else:
            messages.success(request, _("Saved."))
            return redirect("people:user", uid=user.uid)
    crumbs = [(_("Users"), "/users/"), (user.username, f"/users/{user.uid}/"), (_("Change"), "")]
    context = {"form": form, "account": user, "crumbs": crumbs}
    return render(request, "people/user_form.html", context, status=422 if form.errors else 200)


@require_POST
@login_required
def set_active(request: HttpRequest, uid: str, active: bool) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    user = access.user(actor, uid, now)
    if active:
        users.reactivate(user=user, actor=actor, now=now)
        messages.success(request, _("%(name)s may sign in again.") % {"name": user.name})
    else:
        users.deactivate(user=user, actor=actor, now=now)
        messages.success(request, _("%(name)s can no longer sign in.") % {"name": user.name})
    return redirect("people:user", uid=uid)


@never_cache
@require_POST
@login_required
def reset_password(request: HttpRequest, uid: str) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    made = users.reset_password(user=access.user(actor, uid, now), actor=actor, now=now)
    return render(request, "people/password_once.html", {"made": made, "is_new": False})


@require_POST
@login_required
def unlock(request: HttpRequest, uid: str) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    user = access.user(actor, uid, now)
    users.unlock(user=user, actor=actor, now=now)
    messages.success(request, _("%(name)s may try again.") % {"name": user.name})
    return redirect("people:user", uid=uid)
