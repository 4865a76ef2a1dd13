"""One contract, and the forms that record and correct it."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from yunheng.contracts import access
from yunheng.contracts.actions import contracts, staffing, suspensions
from yunheng.contracts.actions.amendments import question_of
from yunheng.contracts.actions.anchors import ANCHOR
from yunheng.contracts.actions.contracts import ContractFacts, NodeFacts
from yunheng.contracts.models import SubProject
from yunheng.contracts.queries.money import Standing, payments_as_known
from yunheng.contracts.web.forms import ContractForm, NodeForm, ResumeForm, StaffForm, SuspensionForm
from yunheng.contracts.web.pages import (
    AmendmentLine,
    TargetLine,
    anchor_steps,
    catalogue_of,
    nodes_of,
    posts_of,
    signatures_of,
    targets_of,
)
from yunheng.contracts.web.targets import badge, limit_words
from yunheng.contracts.web.words import NODE_STATES, trail_of
from yunheng.foundation import access as ground
from yunheng.people.access import organisations
from yunheng.ui.context import actor_of
from yunheng.ui.filling import fill, posted


@login_required
@require_safe
def contract_page(request: HttpRequest, uid: str) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    contract = access.contract(actor, uid, now)
    project, standing = contract.sub_project.project, ground.standing(actor, now)
    roles = standing.roles_at(contract.scope)
    sees_payments = standing.may("view", access.PAYMENT, contract.scope)
    signatures = signatures_of(contract, ANCHOR, roles)
    payments = payments_as_known([contract.scope_id], cut_off=now, as_of=now) if sees_payments else []
    targets = targets_of(contract)
    pages = dict(contract.payments.values_list("number", "uid"))
    amendments = [
        AmendmentLine(row, signatures_of(contract, question_of(row), roles))
        for row in contract.amendments.order_by("-recorded_at")
    ]

    def may(verb: str, kind: str) -> bool:
        return standing.may(verb, kind, contract.scope)

    context = {
        "contract": contract,
        "project": project,
        "page_title": f"{contract.code} {contract.sub_project.name}",
        "crumbs": [
            (_("Projects and contracts"), reverse("contracts:projects")),
            (project.name, reverse("contracts:project", args=[project.uid])),
            (contract.number, ""),
        ],
        "sees_payments": sees_payments,
        "nodes": [(node, NODE_STATES[node.row.state]) for node in nodes_of([contract], now).get(contract.pk, [])],
        "payments": [(one, pages[one.number]) for one in payments if one.standing is not Standing.CORRECTED],
        "paid": sum((one.amount for one in payments if one.standing is Standing.COUNTS), start=0 * contract.price),
        "signatures": signatures,
        "steps": anchor_steps(contract, signatures),
        "amendments": amendments,
        "posts": posts_of([contract], now),
        "suspensions": contract.suspensions.all(),
        "catalogue": catalogue_of([contract]),
        "targets": targets,
        "lines": [TargetLine(target, limit_words(target), badge(target)) for target in targets],
        "templates": sum(target.is_template for target in targets),
        "may_change": may("change", access.CONTRACT),
        "may_propose": may("propose", access.CONTRACT),
        "may_suspend": may("suspend", access.CONTRACT),
        "may_require": may("require", access.STAFFING),
        "may_record": may("record", access.PAYMENT),
        "may_declare": may("declare_met", access.PAYMENT),
        "may_enter": may("enter", access.TARGET),
        "entries": trail_of(
            contract.tenant_id,
            [
                (access.CONTRACT, [contract.number]),
                (access.TARGET, {target.reference for target in targets}),
                (access.PAYMENT, [contract.number, *(one.number for one in payments)]),
                (access.STAFFING, [f"{contract.code}/{row.post}" for row in contract.staffing.all()]),
            ],
        ),
    }
    return render(request, "contracts/contract.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def contract_new(request: HttpRequest, uid: str, no: int) -> HttpResponse:
    """For sub-project ``no`` of a project."""
    actor, now = actor_of(request), timezone.now()
    project = access.project(actor, uid, now).project
    ground.require(actor, "create", access.CONTRACT, project.scope, now, reference=project.number)
    sub_project = SubProject.objects.select_related("project__scope").filter(project=project, no=no).first()
    if sub_project is None:
        raise ground.unseen()
    vendors = organisations(actor, now).filter(tenant_id=project.tenant_id)
    initial = {"service_from": project.service_from, "service_to": project.service_to}
    form = ContractForm(posted(request), vendors=vendors, new=True, initial=initial)

    def act(found: dict[str, Any]) -> None:
        facts = ContractFacts(**{name: found[name] for name in ContractFacts.__slots__})
        contracts.create_contract(
            sub_project=sub_project, code=found["code"], facts=facts, vendor=found["vendor"], actor=actor, now=now
        )

    return fill(
        request,
        form,
        act,
        title=_("Record the contract of %(name)s") % {"name": sub_project.name},
        submit=_("Record the contract"),
        done=_("The contract is recorded."),
        back=reverse("contracts:project", args=[uid]),
        hint=_("An operations contract starts with a template of service targets, which has no force yet."),
    )


@login_required
@require_http_methods(["GET", "POST"])
def contract_edit(request: HttpRequest, uid: str) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    contract = access.contract(actor, uid, now)
    ground.require(actor, "change", access.CONTRACT, contract.scope, now, reference=contract.number)
    vendors = organisations(actor, now).filter(tenant_id=contract.tenant_id)
    initial = {"number": contract.number, "vendor": contract.vendor.uid, "signed_on": contract.signed_on}
    form = ContractForm(posted(request), vendors=vendors, new=False, initial=initial)

    def act(found: dict[str, Any]) -> None:
        contracts.change_contract(contract=contract, actor=actor, now=now, **found)

    return fill(
        request,
        form,
        act,
        title=_("Correct the contract"),
        submit=_("Save"),
        done=_("The contract is saved."),
        back=reverse("contracts:contract", args=[uid]),
        hint=_("Price, end of service and start anchor change by amendment."),
    )


@login_required
@require_http_methods(["GET", "POST"])
def node_new(request: HttpRequest, uid: str) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    contract = access.contract(actor, uid, now)
    ground.require(actor, "change", access.CONTRACT, contract.scope, now, reference=contract.number)
    next_no = max(contract.payment_nodes.values_list("no", flat=True), default=0) + 1
    form = NodeForm(posted(request), initial={"no": next_no})

    def act(found: dict[str, Any]) -> None:
        contracts.add_payment_node(contract=contract, node=NodeFacts(**found), actor=actor, now=now)

    return fill(
        request,
        form,
        act,
        title=_("New payment node"),
        submit=_("Add the payment node"),
        done=_("The payment node is added."),
        back=reverse("contracts:contract", args=[uid]),
    )


@login_required
@require_http_methods(["GET", "POST"])
def staff_require(request: HttpRequest, uid: str) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    contract = access.contract(actor, uid, now)
    ground.require(actor, "require", access.STAFFING, contract.scope, now, reference=contract.number)
    form = StaffForm(posted(request), initial={"post": request.GET.get("post", "")[:80], "required": 1})

    def act(found: dict[str, Any]) -> None:
        staffing.require_staff(contract=contract, actor=actor, now=now, **found)

    return fill(
        request,
        form,
        act,
        title=_("Staff required"),
        submit=_("Record the requirement"),
        done=_("The requirement is recorded."),
        back=reverse("contracts:contract", args=[uid]) + "#staffing",
        hint=_("Another number for the same post replaces the earlier one from now on."),
    )


@login_required
@require_http_methods(["GET", "POST"])
def suspend(request: HttpRequest, uid: str) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    contract = access.contract(actor, uid, now)
    ground.require(actor, "suspend", access.CONTRACT, contract.scope, now, reference=contract.number)
    form = SuspensionForm(posted(request), initial={"since": timezone.localdate(now)})

    def act(found: dict[str, Any]) -> None:
        suspensions.suspend(contract=contract, actor=actor, now=now, **found)

    return fill(
        request,
        form,
        act,
        title=_("Suspend work"),
        submit=_("Record the suspension"),
        done=_("The suspension is recorded."),
        back=reverse("contracts:contract", args=[uid]),
        hint=_("Days for which the vendor is responsible are taken off the service period."),
    )


@login_required
@require_http_methods(["GET", "POST"])
def resume(request: HttpRequest, uid: str, pk: int) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    contract = access.contract(actor, uid, now)
    ground.require(actor, "suspend", access.CONTRACT, contract.scope, now, reference=contract.number)
    suspension = contract.suspensions.filter(pk=pk).first()
    if suspension is None:
        raise ground.unseen()
    form = ResumeForm(posted(request), initial={"until": timezone.localdate(now)})

    def act(found: dict[str, Any]) -> None:
        suspensions.resume(suspension=suspension, actor=actor, now=now, **found)

    return fill(
        request,
        form,
        act,
        title=_("Resume work"),
        submit=_("Record that work went on"),
        done=_("Work goes on."),
        back=reverse("contracts:contract", args=[uid]),
    )
