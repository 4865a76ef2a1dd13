"""Monthly signatures: which months are signed by whom, and one month of one contract."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yunheng.contracts.models import Contract
from yunheng.feedback import access
from yunheng.feedback.actions import prepare_month, retract_signature, sign_month
from yunheng.feedback.actions.signing import PARTY_OF
from yunheng.feedback.models import MonthlySignature, Signing
from yunheng.feedback.queries import (
    NIL_FIELDS,
    SIGNED_KINDS,
    following_month,
    parties_of,
    register_counts,
    signing_fact,
)
from yunheng.feedback.rules.signing import PARTIES, signed, vouched
from yunheng.feedback.web.forms import MonthForm, RetractForm, frozen, tell
from yunheng.foundation import access as ground
from yunheng.foundation import registers
from yunheng.foundation.errors import Invalid
from yunheng.foundation.models import Scope
from yunheng.ui.context import actor_of, current_project


@dataclass(frozen=True, slots=True)
class Cell:
    """A month of a contract; ``signature`` is None while nobody has prepared it."""

    scope: Scope
    month: date
    signature: MonthlySignature | None
    marks: list[tuple[str, str, bool]]  # party, its name, signed
    is_vouched: bool
    is_over: bool

    @property
    def count(self) -> int:
        return sum(done for _party, _label, done in self.marks)


@login_required
@require_safe
def month_list(request: HttpRequest) -> HttpResponse:
    actor, now, project = actor_of(request), timezone.now(), current_project(request)
    scopes = ground.visible_scopes(actor, access.SIGNATURE, "view", now, within=project)
    if not scopes:
        raise ground.unseen()
    contracts = list(
        Contract.objects.filter(scope_id__in=scopes, sub_project__kind__in=SIGNED_KINDS)
        .select_related("scope")
        .order_by("scope__parent_id", "code")
    )
    signatures = list(access.signatures(actor, now, within=project))
    parties = parties_of(signatures)
    by_place = {(item.scope_id, item.month): item for item in signatures}
    months = _months(contracts, now.astimezone(ZoneInfo("Asia/Shanghai")).date())
    labels = dict(Signing.Party.choices)
    rows = []
    for month in months:
        cells = []
        for contract in contracts:
            found = by_place.get((contract.scope_id, month))
            done = parties.get(found.pk, frozenset()) if found else frozenset()
            cells.append(
                Cell(
                    contract.scope,
                    month,
                    found,
                    [(party, str(labels[party]), party in done) for party in PARTIES],
                    vouched(done),
                    following_month(month) <= now.astimezone(ZoneInfo(contract.scope.zone)).date(),
                )
            )
        rows.append((month, cells))
    context = {
        "page_title": _("Monthly signatures"),
        "contracts": contracts,
        "rows": rows,
    }
    return render(request, "feedback/months.html", context)


def _months(contracts: list[Contract], today: date) -> list[date]:
    """From the first service month to the current or last one, newest first."""
    if not contracts:
        return []
    first = min(contract.service_from for contract in contracts)
    last = min(max(contract.service_to for contract in contracts), today)
    return list(reversed(registers.months_between(first, last)))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def prepare(request: HttpRequest, scope_uid: str, month: str) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    scopes = ground.visible_scopes(actor, access.SIGNATURE, "view", now)
    scope = Scope.objects.filter(uid=scope_uid, pk__in=scopes).first()
    if scope is None:
        raise ground.unseen()
    ground.require(actor, "prepare", access.SIGNATURE, scope, now)
    which = _month(month)
    existing = MonthlySignature.objects.filter(scope=scope, month=which).first()
    counts = register_counts(scope.pk, which)
    form = MonthForm(request.POST or None, counts=counts, initial=frozen(existing))
    if request.method == "POST" and form.is_valid():
        try:
            signature = prepare_month(scope=scope, month=which, actor=actor, now=now, **form.cleaned_data)
        except Invalid as refusal:
            tell(form, refusal)
        else:
            messages.success(request, _("The month is ready to be signed."))
            return redirect("feedback:signature", uid=signature.uid)
    context = {
        "page_title": _("Prepare the month"),
        "crumbs": [(_("Monthly signatures"), reverse("feedback:months")), (f"{scope.code} {which:%Y-%m}", "")],
        "subject": f"{scope.name} · {which:%Y-%m}",
        "form": form,
        "action": reverse("feedback:prepare", args=[scope_uid, f"{which:%Y-%m}"]),
        "back": reverse("feedback:months"),
    }
    return render(request, "feedback/form.html", context, status=422 if form.errors else 200)


@login_required
@require_safe
def signature_page(request: HttpRequest, uid: str) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    signature = access.the_signature(actor, uid, now)
    signings = list(signature.signings.order_by("recorded_at", "id"))
    standing = signed(signing_fact(item) for item in signings)
    corrected = {item.corrects_id for item in signings if item.corrects_id}
    counts = register_counts(signature.scope_id, signature.month)
    labels = {name: register.label for name, register in registers.declared().items()}
    roles = ground.standing(actor, now).roles_at(signature.scope)
    mine = {str(party) for role, party in PARTY_OF.items() if role in roles}
    over = following_month(signature.month) <= now.astimezone(ZoneInfo(signature.scope.zone)).date()
    context = {
        "page_title": f"{signature.scope.name} · {signature.month:%Y-%m}",
        "crumbs": [(_("Monthly signatures"), reverse("feedback:months")), (signature.number, "")],
        "signature": signature,
        "statements": [
            (labels.get(register, register), getattr(signature, name), counts[register])
            for register, name in NIL_FIELDS.items()
        ],
        "parties": [(label, party in standing) for party, label in Signing.Party.choices],
        "signings": [(item, item.pk not in corrected and not item.retracts) for item in signings],
        "is_vouched": vouched(standing),
        "is_over": over,
        "may_sign": over and bool(mine - standing),
        "mine": mine,
        "may_prepare": not standing and ground.may(actor, "prepare", access.SIGNATURE, signature.scope, now),
    }
    return render(request, "feedback/signature.html", context)


@login_required
@require_POST
def sign(request: HttpRequest, uid: str) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    signature = access.the_signature(actor, uid, now)
    sign_month(signature=signature, actor=actor, now=now)
    messages.success(request, _("Signed."))
    return redirect("feedback:signature", uid=uid)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def retract(request: HttpRequest, uid: str, pk: int) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    signature = access.the_signature(actor, uid, now)
    ground.require(actor, "sign", access.SIGNATURE, signature.scope, now, reference=signature.number)
    signing = get_object_or_404(Signing.objects.select_related("signature__scope"), pk=pk, signature=signature)
    form = RetractForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        retract_signature(signing=signing, reason=form.cleaned_data["reason"], actor=actor, now=now)
        messages.success(request, _("The signature was taken back."))
        return redirect("feedback:signature", uid=uid)
    context = {
        "page_title": _("Take a signature back"),
        "crumbs": [(_("Monthly signatures"), reverse("feedback:months")), (signature.number, "")],
        "subject": f"{signature.scope.name} · {signature.month:%Y-%m}",
        "form": form,
        "action": reverse("feedback:retract", args=[uid, pk]),
        "back": reverse("feedback:signature", args=[uid]),
    }
    return render(request, "feedback/form.html", context, status=422 if form.errors else 200)


def _month(text: str) -> date:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise Invalid(_("“%(text)s” is no month; write it like 2021-09.") % {"text": text[:20]}) from None
