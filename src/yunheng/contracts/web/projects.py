"""The list of projects, one project, and the forms that change it."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from yunheng.contracts import access
from yunheng.contracts.actions import projects
from yunheng.contracts.actions.projects import ProjectFacts, SubProjectFacts
from yunheng.contracts.models import Project, SubProject
from yunheng.contracts.queries.money import Standing, executed, payments_as_known
from yunheng.contracts.web.forms import BudgetForm, PartyForm, ProjectForm, SubProjectForm, choose_from
from yunheng.contracts.web.pages import Money, catalogue_of, parts_of, posts_of
from yunheng.contracts.web.words import trail_of
from yunheng.foundation import access as ground
from yunheng.people.access import organisations
from yunheng.people.models import Organisation
from yunheng.ui.context import actor_of
from yunheng.ui.filling import fill, posted
from yunheng.ui.lists import Column, ListPage, Period, Sort, Text, render_list


def listing_for(whole: frozenset[int]) -> ListPage:
    """The budget is shown of projects that the reader sees as a whole (``whole``: their scopes)."""
    return ListPage(
        kind=access.PROJECT,
        title=gettext_lazy("Projects and contracts"),
        columns=[
            Column("number", gettext_lazy("Number"), link=True),
            Column("name", gettext_lazy("Name"), wide=True),
            Column("owner", gettext_lazy("Owner"), value="owner.name"),
            Column("service_from", gettext_lazy("Service from")),
            Column("service_to", gettext_lazy("Service to")),
            Column(
                "budget",
                gettext_lazy("Budget, yuan"),
                value=lambda project: project.budget if project.scope_id in whole else None,
                numeric=True,
            ),
        ],
        filters=[
            Period("service", gettext_lazy("Service from"), field="service_from"),
            Text(contains=("name",)),
        ],
        sorts=[Sort("-service_from", gettext_lazy("Service from")), Sort("number", gettext_lazy("Number"))],
        address=lambda project: reverse("contracts:project", args=[project.uid]),
        empty_title=gettext_lazy("No projects yet"),
        empty_hint=gettext_lazy("A project holds the contracts of one purchase, with its budget, parties and dates."),
    )


@login_required
@require_safe
def project_list(request: HttpRequest) -> HttpResponseBase:
    actor, now = actor_of(request), timezone.now()
    standing = ground.standing(actor, now)
    if not standing.may_anywhere("view", access.PROJECT):
        raise ground.unseen()
    if "export" in request.GET and not standing.may_anywhere("export", access.PROJECT):
        raise ground.unseen()
    whole = ground.visible_scopes(actor, access.PROJECT, "view", now)
    scopes = frozenset(access.projects(actor, now, scopes=whole).values_list("scope_id", flat=True))
    return render_list(
        request,
        listing_for(whole),
        Project.objects.select_related("scope", "owner"),
        scopes,
        template="contracts/projects.html",
        context={"may_create": bool(_offices(standing))},
        now=now,
    )


@login_required
@require_safe
def project_page(request: HttpRequest, uid: str) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    sight = access.project(actor, uid, now)
    project, standing = sight.project, ground.standing(actor, now)
    sees_payments = standing.may_anywhere("view", access.PAYMENT)
    parts = parts_of(sight, now, sees_payments=sees_payments)
    contracts = [part.contract for part in parts if part.contract is not None]
    paid = sum((part.paid for part in parts if part.paid is not None), start=0 * project.budget)
    context = {
        "project": project,
        "page_title": project.name,
        "crumbs": [(_("Projects and contracts"), reverse("contracts:projects")), (project.number, "")],
        "sight": sight,
        "parts": parts,
        "sees_payments": sees_payments,
        "money": Money(project.budget, paid) if sight.whole and sees_payments else None,
        "parties": project.parties.select_related("organisation").order_by("pk"),
        "posts": posts_of(contracts, now),
        "catalogue": catalogue_of(contracts),
        "may_change": standing.may("change", access.PROJECT, project.scope),
        "may_amend": standing.may("amend_budget", access.PROJECT, project.scope),
        "may_contract": standing.may("create", access.CONTRACT, project.scope),
        "entries": trail_of(
            project.tenant_id,
            [(access.PROJECT, [project.number]), (access.CONTRACT, [contract.number for contract in contracts])]
            if sight.whole
            else [(access.CONTRACT, [contract.number for contract in contracts])],
        ),
    }
    return render(request, "contracts/project.html", context)


@login_required
@require_safe
def execution(request: HttpRequest, uid: str) -> HttpResponse:
    """How the executed share came about: the drawer behind the number."""
    actor, now = actor_of(request), timezone.now()
    sight = access.project(actor, uid, now)
    scope_ids = sight.scopes & ground.visible_scopes(actor, access.PAYMENT, "view", now, within=sight.project.scope)
    if not sight.whole or not scope_ids:
        raise ground.unseen()
    known = payments_as_known(scope_ids, cut_off=now, as_of=now)
    reasons = {
        Standing.CORRECTED: _("A later entry corrects it."),
        Standing.UNCONFIRMED: _("Back-filled, and nobody has confirmed it."),
        Standing.LATER: _("It was paid after the cut-off."),
    }
    counted = [one for one in known if one.standing is Standing.COUNTS]
    pages = dict(access.payments(actor, now, within=sight.project.scope).values_list("number", "uid"))
    context = {
        "project": sight.project,
        "page_title": _("Budget execution"),
        "money": Money(sight.project.budget, executed(known)),
        "counted": [(one, pages.get(one.number, "")) for one in counted],
        "left_out": [
            (one, pages.get(one.number, ""), reasons[one.standing])
            for one in known
            if one.standing is not Standing.COUNTS
        ],
        "now": now,
    }
    return render(request, "contracts/execution.html", context)


# ---------------------------------------------------------------- forms


def _offices(standing: ground.Standing) -> list[str]:
    """Paths of the offices in which this person may open a project; no query."""
    return [path for path in standing.paths("create", access.PROJECT) if path.strip(".").isdecimal()]


@login_required
@require_http_methods(["GET", "POST"])
def project_new(request: HttpRequest) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    offices = _offices(ground.standing(actor, now))
    if not offices:
        raise ground.unseen()
    owners = Organisation.objects.filter(tenant__path__in=offices, kind=Organisation.Kind.OWNER)
    form = ProjectForm(posted(request), owners=owners)

    def act(found: dict[str, Any]) -> None:
        projects.create_project(
            tenant=found["owner"].tenant,
            code=found["code"],
            facts=_facts(found, found["budget"]),
            owner=found["owner"],
            actor=actor,
            now=now,
        )

    back = reverse("contracts:projects")
    title = _("New project")
    return fill(
        request, form, act, title=title, submit=_("Open the project"), done=_("The project is open."), back=back
    )


@login_required
@require_http_methods(["GET", "POST"])
def project_edit(request: HttpRequest, uid: str) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    project = access.project(actor, uid, now).project
    ground.require(actor, "change", access.PROJECT, project.scope, now, reference=project.number)
    initial = {name: getattr(project, name) for name in ProjectFacts.__slots__}
    form = ProjectForm(posted(request), owners=None, initial=initial)

    def act(found: dict[str, Any]) -> None:
        projects.change_project(project=project, facts=_facts(found, project.budget), actor=actor, now=now)

    return fill(
        request,
        form,
        act,
        title=_("Change this project"),
        submit=_("Save"),
        done=_("The project is saved."),
        back=reverse("contracts:project", args=[uid]),
        hint=_("The budget is changed apart, with its reason."),
    )


@login_required
@require_http_methods(["GET", "POST"])
def sub_project_new(request: HttpRequest, uid: str) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    project = access.project(actor, uid, now).project
    ground.require(actor, "change", access.PROJECT, project.scope, now, reference=project.number)
    next_no = max(project.sub_projects.values_list("no", flat=True), default=0) + 1
    form = SubProjectForm(posted(request), initial={"no": next_no})

    def act(found: dict[str, Any]) -> None:
        projects.add_sub_project(project=project, facts=SubProjectFacts(**found), actor=actor, now=now)

    return fill(
        request,
        form,
        act,
        title=_("New sub-project"),
        submit=_("Add the sub-project"),
        done=_("The sub-project is added."),
        back=reverse("contracts:project", args=[uid]),
    )


@login_required
@require_http_methods(["GET", "POST"])
def party_new(request: HttpRequest, uid: str) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    project = access.project(actor, uid, now).project
    ground.require(actor, "change", access.PROJECT, project.scope, now, reference=project.number)
    form = PartyForm(posted(request))
    choose_from(form, "organisation", organisations(actor, now).filter(tenant_id=project.tenant_id))

    def act(found: dict[str, Any]) -> None:
        projects.add_party(project=project, actor=actor, now=now, **found)

    return fill(
        request,
        form,
        act,
        title=_("New party"),
        submit=_("Add the party"),
        done=_("The party is added."),
        back=reverse("contracts:project", args=[uid]),
    )


@login_required
@require_http_methods(["GET", "POST"])
def budget_amend(request: HttpRequest, uid: str, no: int | None = None) -> HttpResponse:
    """Of the project, or of its sub-project ``no``."""
    actor, now = actor_of(request), timezone.now()
    project = access.project(actor, uid, now).project
    ground.require(actor, "amend_budget", access.PROJECT, project.scope, now, reference=project.number)
    sub_project = None if no is None else SubProject.objects.filter(project=project, no=no).first()
    if no is not None and sub_project is None:
        raise ground.unseen()
    before = sub_project.budget if sub_project else project.budget
    form = BudgetForm(posted(request), initial={"budget": before})

    def act(found: dict[str, Any]) -> None:
        projects.amend_budget(project=project, sub_project=sub_project, actor=actor, now=now, **found)

    return fill(
        request,
        form,
        act,
        title=_("Change the budget of sub-project %(no)s") % {"no": no} if no else _("Change the budget"),
        submit=_("Change the budget"),
        done=_("The budget is changed."),
        back=reverse("contracts:project", args=[uid]),
        hint=_("The old value stays on record. Verdicts that were sealed before keep it."),
    )


def _facts(found: dict[str, Any], budget: Any) -> ProjectFacts:
    return ProjectFacts(
        found["number"],
        found["name"],
        found["service_from"],
        found["service_to"],
        budget,
        found["funding"],
        found["purpose"],
    )
