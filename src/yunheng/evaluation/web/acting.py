"""Buttons of the verdict: evaluate now, seal, enter a value, write and adopt words."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from yunheng.contracts.queries import contracts_of, project_of
from yunheng.evaluation import access as doors
from yunheng.evaluation.actions import values
from yunheng.evaluation.actions.judging import evaluate
from yunheng.evaluation.actions.sealing import seal
from yunheng.evaluation.models import ManualValue, Statement
from yunheng.foundation import access
from yunheng.foundation.errors import Invalid
from yunheng.foundation.models import ScopeKind
from yunheng.ui.context import actor_of, current_project


@login_required
@require_POST
def evaluate_now(request: HttpRequest) -> HttpResponse:
    """Over the chosen project, or over the contract named by its code."""
    scope = current_project(request)
    if scope is None:
        raise access.unseen()
    project, contract = project_of(scope), None
    if code := request.POST.get("contract"):
        contract = contracts_of(project).filter(code=code).first()
        if contract is None:
            raise access.unseen()
    row = evaluate(project=project, contract=contract, actor=actor_of(request), now=timezone.now())
    messages.success(request, _("Weighed: %(number)s.") % {"number": row.number})
    return redirect("evaluation:evaluation", uid=row.uid)


class SealForm(forms.Form):
    sure = forms.BooleanField(
        label=gettext_lazy("I have read the report; this verdict stands."),
        error_messages={"required": gettext_lazy("Tick the box to seal.")},
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def seal_now(request: HttpRequest, uid: str) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    row = doors.the_evaluation(actor, uid, now, "seal")
    form = SealForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        sealed = seal(evaluation=row, actor=actor, now=now)
        messages.success(request, _("Sealed as %(number)s.") % {"number": sealed.number})
        return redirect("evaluation:evaluation", uid=uid)
    return render(
        request,
        "evaluation/seal_drawer.html",
        {"page_title": _("Seal %(number)s") % {"number": row.number}, "row": row, "form": form},
        status=422 if request.method == "POST" else 200,
    )


class ValueForm(forms.Form):
    state = forms.ChoiceField(label=gettext_lazy("What is entered"), choices=ManualValue.State.choices)
    contract = forms.ChoiceField(label=gettext_lazy("For"), required=False)
    numerator = forms.DecimalField(label=gettext_lazy("Numerator"), required=False, min_value=0)
    denominator = forms.DecimalField(label=gettext_lazy("Denominator"), required=False, min_value=0)
    value = forms.DecimalField(
        label=gettext_lazy("Value"),
        required=False,
        help_text=gettext_lazy("Instead of numerator and denominator: a number of cases, or a share as 0.92."),
    )
    reason = forms.CharField(label=gettext_lazy("Reason"), widget=forms.Textarea(attrs={"rows": 3}))
    evidence = forms.CharField(
        label=gettext_lazy("Evidence"),
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Which paper or record proves it, so that another finds it."),
    )

    def inputs(self) -> dict[str, Any]:
        given = {name: self.cleaned_data.get(name) for name in ("numerator", "denominator", "value")}
        return {name: str(number) for name, number in given.items() if number is not None}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def enter_value(request: HttpRequest, uid: str, indicator: str) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    row = doors.the_evaluation(actor, uid, now, "enter")
    item = next((found for found in row.result["indicators"] if found["id"] == indicator), None)
    if item is None:
        raise access.unseen()
    form = ValueForm(request.POST or None)
    codes = sorted(item["parts"]) if row.scope.kind == ScopeKind.PROJECT else []
    contracts = [contract.scope.code for contract in contracts_of(project_of(row.scope))] if codes else []
    form.fields["contract"] = forms.ChoiceField(
        label=_("For"), required=False, choices=[("", _("The whole")), *((code, code) for code in contracts)]
    )
    if request.method == "POST" and form.is_valid():
        try:
            values.enter_value(
                evaluation=row,
                indicator=indicator,
                state=form.cleaned_data["state"],
                inputs=form.inputs(),
                contract_code=form.cleaned_data["contract"],
                reason=form.cleaned_data["reason"],
                evidence=form.cleaned_data["evidence"],
                actor=actor,
                now=now,
            )
        except Invalid as problem:
            for name, words in problem.fields.items():
                form.add_error(name if name in form.fields else None, words)
            if not problem.fields:
                form.add_error(None, str(problem))
        else:
            messages.success(request, _("Entered. Evaluate again to see its effect."))
            return redirect("evaluation:evaluation", uid=uid)
    return render(
        request,
        "evaluation/value_form.html",
        {
            "page_title": _("Enter %(indicator)s by hand") % {"indicator": f"{indicator} {item['name']}"},
            "crumbs": [(row.number, reverse("evaluation:evaluation", args=[uid]))],
            "row": row,
            "item": item,
            "form": form,
        },
        status=422 if request.method == "POST" else 200,
    )


@login_required
@require_POST
def write_statement(request: HttpRequest, uid: str) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    row = doors.the_evaluation(actor, uid, now)
    values.write_statement(
        evaluation=row,
        kind=request.POST.get("kind", ""),
        title=request.POST.get("title", ""),
        text=request.POST.get("text", ""),
        actor=actor,
        now=now,
    )
    messages.success(request, _("Written; the owner decides whether it goes into the report."))
    return redirect(reverse("evaluation:evaluation", args=[uid]) + "#statements")


@login_required
@require_POST
def adopt(request: HttpRequest, uid: str) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    scopes = access.visible_scopes(actor, doors.STATEMENT, access.VIEW, now)
    statement = get_object_or_404(Statement.objects.select_related("scope"), uid=uid, scope_id__in=scopes)
    values.adopt_statement(statement=statement, actor=actor, now=now)
    messages.success(request, _("Adopted into the report."))
    back = request.POST.get("back", "")
    return redirect(back if back.startswith("/evaluation/") else "evaluation:evaluation-list")
