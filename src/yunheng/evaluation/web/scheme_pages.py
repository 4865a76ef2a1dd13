"""How a project is weighed: the scheme's weights, options and matrix; freezing it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from yunheng.evaluation import access as doors
from yunheng.evaluation.actions.schemes import FREEZE_LATE, ask_late_freeze, freeze_scheme, reference_of
from yunheng.evaluation.scheme_data import digest_of, read
from yunheng.evaluation.wording import weight_text
from yunheng.foundation import access
from yunheng.foundation.models import Decision
from yunheng.ui.context import actor_of


@login_required
@require_safe
def scheme(request: HttpRequest, uid: str) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    row = doors.the_scheme(actor, uid, now)
    data = read(row)
    weights = data.kernel.weights(data.weights)
    kinds = sorted(data.kernel.contract_kinds.items())
    return render(
        request,
        "evaluation/scheme.html",
        {
            "page_title": row.name,
            "crumbs": [(_("Evaluations"), reverse("evaluation:evaluation-list")), (row.name, "")],
            "row": row,
            "weights": weights,
            "bands": data.kernel.bands(data.bands),
            "indicators": [
                {
                    "indicator": plan.indicator,
                    "weight": weight_text(weights.rows[plan.id]),
                    "options": [
                        (option.label, plan.options[name], plan.options[name] != option.default)
                        for name, option in plan.indicator.options.items()
                    ],
                    "cells": [plan.cells.get(kind) for kind, _name in kinds],
                }
                for plan in data.indicators
            ],
            "kinds": [name for _kind, name in kinds],
            "intact": digest_of(row.data) == row.digest,
            "decisions": Decision.objects.filter(
                subject_kind=doors.SCHEME, subject_reference=reference_of(row), question=FREEZE_LATE
            ),
            "may_freeze": not row.is_frozen and access.may(actor, "freeze", doors.SCHEME, row.scope, now),
        },
    )


@login_required
@require_POST
def freeze(request: HttpRequest, uid: str) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    row = doors.the_scheme(actor, uid, now)
    freeze_scheme(scheme=row, late_reason=request.POST.get("late_reason", ""), actor=actor, now=now)
    messages.success(request, _("Frozen: data may now be measured by it."))
    return redirect("evaluation:scheme", uid=uid)


@login_required
@require_POST
def ask(request: HttpRequest, uid: str) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    ask_late_freeze(scheme=doors.the_scheme(actor, uid, now), actor=actor, now=now)
    messages.success(request, _("The three parties have been asked."))
    return redirect("evaluation:scheme", uid=uid)
