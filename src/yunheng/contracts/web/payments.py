"""Payments: the list, one payment, recording, correcting, confirming; payment nodes whose condition is met."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yunheng.contracts import access
from yunheng.contracts.actions import payments
from yunheng.contracts.actions.payments import PaymentFacts
from yunheng.contracts.models import Payment
from yunheng.contracts.web.forms import ConditionForm, PaymentForm
from yunheng.contracts.web.words import trail_of
from yunheng.foundation import access as ground
from yunheng.foundation.models import Source
from yunheng.ui.context import actor_of, current_project
from yunheng.ui.filling import fill, posted
from yunheng.ui.lists import Badge, Column, ListPage, Period, Sort, Text, render_list


def badge(payment: Payment) -> Badge:
    if payment.corrections.all():
        return Badge("none", _("corrected"), "replace")
    if not payment.counts:
        return Badge("soon", _("waits for confirmation"), "hourglass")
    return Badge("good", _("counts"))


LIST = ListPage(
    kind=access.PAYMENT,
    title=gettext_lazy("Payments"),
    columns=[
        Column("number", gettext_lazy("Number"), link=True),
        Column("contract", gettext_lazy("Contract"), value="contract.code"),
        Column("paid_on", gettext_lazy("Paid on")),
        Column("amount", gettext_lazy("Amount, yuan"), numeric=True),
        Column("voucher", gettext_lazy("Voucher")),
        Column("source", gettext_lazy("Source"), value="get_source_display"),
        Column("state", gettext_lazy("State"), value=badge),
    ],
    filters=[Period("paid_on", gettext_lazy("Paid on")), Text(contains=("voucher", "note"))],
    sorts=[Sort("-paid_on", gettext_lazy("Paid on")), Sort("-number", gettext_lazy("Number"))],
    address=lambda payment: reverse("contracts:payment", args=[payment.uid]),
    look=lambda payment: reverse("contracts:payment", args=[payment.uid]),
    empty_title=gettext_lazy("No payments yet"),
    empty_hint=gettext_lazy("A payment is recorded on the page of its contract, with date, amount and voucher."),
)


@login_required
@require_safe
def payment_list(request: HttpRequest) -> HttpResponseBase:
    actor, now = actor_of(request), timezone.now()
    scopes = ground.visible_scopes(actor, access.PAYMENT, "view", now, within=current_project(request))
    if not scopes:
        raise ground.unseen()
    if "export" in request.GET:
        scopes = scopes & ground.visible_scopes(actor, access.PAYMENT, "export", now)
    rows = Payment.objects.select_related("contract", "scope").prefetch_related("corrections")
    return render_list(request, LIST, rows, scopes, now=now)


@login_required
@require_safe
def payment_page(request: HttpRequest, uid: str) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    payment = access.payment(actor, uid, now)
    standing = ground.standing(actor, now)
    correction = payment.corrections.first()
    context = {
        "payment": payment,
        "contract": payment.contract,
        "page_title": payment.number,
        "crumbs": [
            (_("Payments"), reverse("contracts:payments")),
            (payment.contract.number, reverse("contracts:contract", args=[payment.contract.uid])),
            (payment.number, ""),
        ],
        "badge": badge(payment),
        "correction": correction,
        "may_correct": correction is None and standing.may("record", access.PAYMENT, payment.scope),
        "may_confirm": not payment.counts
        and payment.recorded_by_id != actor.id
        and standing.may("confirm", access.PAYMENT, payment.scope),
        "entries": trail_of(payment.scope.tenant_id, [(access.PAYMENT, [payment.number])]),
    }
    return render(request, "contracts/payment.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def payment_new(request: HttpRequest, uid: str) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    contract = access.contract(actor, uid, now)
    ground.require(actor, "record", access.PAYMENT, contract.scope, now, reference=contract.number)
    nodes = contract.payment_nodes.all()
    asked = nodes.filter(no=request.GET["node"]).first() if request.GET.get("node", "").isdecimal() else None
    form = PaymentForm(
        posted(request), nodes=nodes, initial={"node": asked and asked.no, "paid_on": timezone.localdate(now)}
    )

    def act(found: dict[str, Any]) -> None:
        source = Source.BACK_FILLED if found.pop("back_filled") else Source.ON_SITE
        node = found.pop("node")
        facts = PaymentFacts(source=source, **found)
        payments.record_payment(contract=contract, facts=facts, node=node, actor=actor, now=now)

    return fill(
        request,
        form,
        act,
        title=_("Record a payment of %(number)s") % {"number": contract.number},
        submit=_("Record the payment"),
        done=_("The payment is recorded."),
        back=reverse("contracts:contract", args=[uid]) + "#payments",
        hint=_("A payment stays as it was entered; a mistake is corrected by another entry."),
    )


@login_required
@require_http_methods(["GET", "POST"])
def payment_correct(request: HttpRequest, uid: str) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    payment = access.payment(actor, uid, now)
    ground.require(actor, "record", access.PAYMENT, payment.scope, now, reference=payment.number)
    initial = {"paid_on": payment.paid_on, "amount": payment.amount, "voucher": payment.voucher}
    form = PaymentForm(posted(request), nodes=None, initial=initial)

    def act(found: dict[str, Any]) -> None:
        payments.correct_payment(payment=payment, facts=PaymentFacts(**found), actor=actor, now=now)

    return fill(
        request,
        form,
        act,
        title=_("Correct %(number)s") % {"number": payment.number},
        submit=_("Record the correction"),
        done=_("The correction is recorded; the earlier entry stays readable."),
        back=reverse("contracts:payment", args=[uid]),
    )


@login_required
@require_POST
def payment_confirm(request: HttpRequest, uid: str) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    payment = access.payment(actor, uid, now)
    payments.confirm_payment(payment=payment, actor=actor, now=now)
    messages.success(request, _("%(number)s is confirmed and counts.") % {"number": payment.number})
    return redirect("contracts:payment", uid=uid)


@login_required
@require_http_methods(["GET", "POST"])
def node_met(request: HttpRequest, uid: str, no: int) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    contract = access.contract(actor, uid, now)
    ground.require(actor, "declare_met", access.PAYMENT, contract.scope, now, reference=contract.number)
    node = contract.payment_nodes.select_related("contract__scope").filter(no=no).first()
    if node is None:
        raise ground.unseen()
    form = ConditionForm(posted(request))

    def act(found: dict[str, Any]) -> None:
        payments.declare_condition_met(node=node, actor=actor, now=now, **found)

    return fill(
        request,
        form,
        act,
        title=_("Condition of payment node %(no)s") % {"no": no},
        submit=_("The condition is met"),
        done=_("The condition is met; the payment node may be paid."),
        back=reverse("contracts:contract", args=[uid]) + "#payments",
        hint=node.condition
        + (" " + _("No evaluation was sealed yet; write why you go on without it.") if node.needs_verdict else ""),
    )
