"""Service targets: the list, one line with its explanation, its clause, the owner's confirmation."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yunheng.contracts import access
from yunheng.contracts.actions import targets
from yunheng.contracts.actions.targets import Clause
from yunheng.contracts.models import ServiceTarget
from yunheng.contracts.web.forms import ClauseForm
from yunheng.contracts.web.words import trail_of
from yunheng.foundation import access as ground
from yunheng.ui.context import actor_of, current_project
from yunheng.ui.filling import fill, posted
from yunheng.ui.formatting import duration_text
from yunheng.ui.lists import Badge, Choice, Column, Condition, ListPage, Sort, render_list


def limit_words(target: ServiceTarget) -> str:
    """`15 min`, `3 working days`, with the time outside office hours where it differs."""
    if target.target_days is not None:
        return _("%(days)s working days") % {"days": target.target_days}
    words = duration_text(target.target_seconds or 0)
    if target.outside_seconds is not None:
        words = _("%(inside)s, outside office hours %(outside)s") % {
            "inside": words,
            "outside": duration_text(target.outside_seconds),
        }
    return words


def badge(target: ServiceTarget) -> Badge:
    if not target.is_template:
        return Badge("good", _("in force"))
    return (
        Badge("soon", _("waits for the owner"), "hourglass") if target.clause_number else Badge("none", _("template"))
    )


LIST = ListPage(
    kind=access.TARGET,
    title=gettext_lazy("Service targets"),
    columns=[
        Column("reference", gettext_lazy("Line"), link=True),
        Column("level", gettext_lazy("Level"), value=lambda target: f"P{target.level}"),
        Column("clock", gettext_lazy("Clock"), value="get_clock_display"),
        Column("limit", gettext_lazy("Limit"), value=limit_words),
        Column("clause_number", gettext_lazy("Clause")),
        Column("valid_from", gettext_lazy("Valid from")),
        Column("state", gettext_lazy("State"), value=badge),
    ],
    filters=[
        Choice("level", gettext_lazy("Level"), [(1, "P1"), (2, "P2"), (3, "P3"), (4, "P4")]),
        Choice("clock", gettext_lazy("Clock"), ServiceTarget.Clock.choices),
        Condition(
            "state",
            gettext_lazy("State"),
            [
                ("in_force", gettext_lazy("in force"), Q(confirmed_at__isnull=False)),
                ("template", gettext_lazy("template"), Q(confirmed_at__isnull=True)),
            ],
        ),
    ],
    sorts=[Sort("level", gettext_lazy("Level")), Sort("clock", gettext_lazy("Clock"))],
    address=lambda target: reverse("contracts:target", args=[target.uid]),
    look=lambda target: reverse("contracts:target", args=[target.uid]),
    empty_title=gettext_lazy("No service targets yet"),
    empty_hint=gettext_lazy("An operations contract brings a template of them."),
)


@login_required
@require_safe
def target_list(request: HttpRequest) -> HttpResponseBase:
    actor, now = actor_of(request), timezone.now()
    scopes = ground.visible_scopes(actor, access.TARGET, "view", now, within=current_project(request))
    if not scopes:
        raise ground.unseen()
    if "export" in request.GET:
        scopes = scopes & ground.visible_scopes(actor, access.TARGET, "export", now)
    rows = ServiceTarget.objects.select_related("contract", "scope")
    return render_list(request, LIST, rows, scopes, template="contracts/targets.html", now=now)


@login_required
@require_safe
def target_page(request: HttpRequest, uid: str) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    target = access.target(actor, uid, now)
    contract, standing = target.contract, ground.standing(actor, now)
    context = {
        "target": target,
        "contract": contract,
        "page_title": f"{target.reference} {target.get_clock_display()}",
        "crumbs": [
            (_("Service targets"), reverse("contracts:targets")),
            (contract.number, reverse("contracts:contract", args=[contract.uid])),
            (target.reference, ""),
        ],
        "badge": badge(target),
        "limit": limit_words(target),
        "others": [
            (row, limit_words(row), badge(row))
            for row in contract.targets.filter(level=target.level, clock=target.clock)
            .exclude(pk=target.pk)
            .order_by("valid_from")
        ],
        "may_enter": standing.may("enter", access.TARGET, contract.scope),
        "may_confirm": target.is_template
        and bool(target.clause_number)
        and standing.may("confirm", access.TARGET, contract.scope),
        "entries": trail_of(contract.tenant_id, [(access.TARGET, [target.reference])]),
    }
    return render(request, "contracts/target.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def clause_enter(request: HttpRequest, uid: str) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    target = access.target(actor, uid, now)
    ground.require(actor, "enter", access.TARGET, target.scope, now, reference=target.reference)
    form = ClauseForm(posted(request), initial=ClauseForm.values_of(target))

    def act(found: dict[str, Any]) -> None:
        clause = Clause(
            number=found["clause_number"],
            text=found["clause_text"],
            valid_from=found["valid_from"],
            seconds=form.seconds(),
            days=found["days"],
            outside_seconds=found["outside_minutes"] * 60 if found["outside_minutes"] else None,
            calendar_code=found["calendar_code"],
        )
        targets.enter_clause(
            contract=target.contract, level=target.level, clock=target.clock, clause=clause, actor=actor, now=now
        )

    return fill(
        request,
        form,
        act,
        title=_("Clause of %(line)s") % {"line": target.reference},
        submit=_("Enter the clause"),
        done=_("The clause is entered. It is in force when the owner confirms it."),
        back=reverse("contracts:contract", args=[target.contract.uid]) + "#targets",
        hint=_("Write what the contract says, not what is usual. Without a clause no clock runs by this line."),
    )


@login_required
@require_POST
def confirm(request: HttpRequest, uid: str) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    target = access.target(actor, uid, now)
    targets.confirm_target(target=target, actor=actor, now=now)
    messages.success(request, _("%(line)s is in force.") % {"line": target.reference})
    return redirect("contracts:target", uid=uid)
