"""Start anchor and amendments: proposed by the owner, signed by three parties."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from yunheng.contracts import access
from yunheng.contracts.actions import amendments, anchors
from yunheng.contracts.actions.anchors import ANCHOR
from yunheng.contracts.web.forms import AmendmentForm, AnchorForm
from yunheng.foundation import access as ground
from yunheng.foundation.errors import Invalid
from yunheng.ui.context import actor_of
from yunheng.ui.filling import fill, posted


@login_required
@require_http_methods(["GET", "POST"])
def anchor_propose(request: HttpRequest, uid: str) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    contract = access.contract(actor, uid, now)
    ground.require(actor, "propose", access.CONTRACT, contract.scope, now, reference=contract.number)
    form = AnchorForm(posted(request), initial={"kind": "contract", "day": contract.service_from})

    def act(found: dict[str, Any]) -> None:
        anchors.sign_anchor(contract=contract, actor=actor, now=now, **found)

    return fill(
        request,
        form,
        act,
        title=_("Choose where obligations start"),
        submit=_("Propose the anchor"),
        done=_("The anchor is proposed. Vendor and supervisor are asked to sign."),
        back=reverse("contracts:contract", args=[uid]),
        hint=_("It is chosen once: the plan, the staffing months, the clocks and the service period all start there."),
    )


@login_required
@require_http_methods(["GET", "POST"])
def amendment_propose(request: HttpRequest, uid: str) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    contract = access.contract(actor, uid, now)
    ground.require(actor, "propose", access.CONTRACT, contract.scope, now, reference=contract.number)
    form = AmendmentForm(posted(request))

    def act(found: dict[str, Any]) -> None:
        try:
            amendments.propose_amendment(
                contract=contract,
                subject=found["subject"],
                after=form.after(),
                reason=found["reason"],
                actor=actor,
                now=now,
            )
        except Invalid as problem:
            field = "amount" if found["subject"] == "price" else "day"
            fields = {field if name == "after" else name: words for name, words in problem.fields.items()}
            raise Invalid(problem.message, fields=fields) from problem

    return fill(
        request,
        form,
        act,
        title=_("Propose an amendment"),
        submit=_("Propose the amendment"),
        done=_("The amendment is proposed. Vendor and supervisor are asked to sign."),
        back=reverse("contracts:contract", args=[uid]),
        hint=_("It is in force when all three parties have signed; what stood before is kept."),
    )


@login_required
@require_POST
def answer(request: HttpRequest, uid: str, pk: int) -> HttpResponse:
    """A party signs or declines what it was asked for on this contract."""
    actor, now = actor_of(request), timezone.now()
    contract = access.contract(actor, uid, now)
    decision = access.decisions_on(contract).filter(pk=pk).first()
    if decision is None:
        raise ground.unseen()
    approve = request.POST.get("answer") == "approve"
    reason = request.POST.get("reason", "").strip()[:500]
    if decision.question == ANCHOR:
        anchors.answer_anchor(
            contract=contract, decision=decision, approve=approve, reason=reason, actor=actor, now=now
        )
    else:
        number = decision.question.removeprefix("amendment ")
        amendment = contract.amendments.select_related("contract__scope", "scope").filter(number=number).first()
        if amendment is None:
            raise ground.unseen()
        amendments.answer_amendment(
            amendment=amendment, decision=decision, approve=approve, reason=reason, actor=actor, now=now
        )
    messages.success(request, _("Your signature is recorded.") if approve else _("Your no is recorded."))
    return redirect("contracts:contract", uid=uid)
