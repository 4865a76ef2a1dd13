"""Surveys: the results, one survey, bringing one in."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from yunheng.feedback import access, imports
from yunheng.feedback.models import Survey, SurveyResult
from yunheng.feedback.queries import latest_results
from yunheng.feedback.rules.answers import ANSWERS, OVERALL, small_sample
from yunheng.feedback.web.forms import SurveyForm, tell
from yunheng.foundation import access as ground
from yunheng.foundation.errors import Invalid
from yunheng.foundation.models import Scope, ScopeKind
from yunheng.ui.context import actor_of, current_project

ANSWER_LABELS = {
    "very_satisfied": gettext_lazy("Very satisfied"),
    "satisfied": gettext_lazy("Satisfied"),
    "basic": gettext_lazy("Basically satisfied"),
    "dissatisfied": gettext_lazy("Dissatisfied"),
    "very_dissatisfied": gettext_lazy("Very dissatisfied"),
}


def percent(result: SurveyResult | None) -> str:
    """Two places for the eye; the verdict keeps the fraction."""
    if result is None or not result.respondents:
        return "—"
    hundredths = (result.satisfied * 10_000 * 2 + result.respondents) // (2 * result.respondents)
    return f"{hundredths // 100}.{hundredths % 100:02} %"


@login_required
@require_safe
def survey_list(request: HttpRequest) -> HttpResponse:
    actor, now, project = actor_of(request), timezone.now(), current_project(request)
    if not ground.visible_scopes(actor, access.SURVEY, "view", now):
        raise ground.unseen()
    listed = access.surveys(actor, now)
    if project is not None:
        listed = listed.filter(scope__path__startswith=project.path)
    surveys = list(listed.order_by("-held_to", "-id")[:200])
    results = latest_results(surveys)
    context = {
        "page_title": _("Satisfaction surveys"),
        "surveys": [(survey, results.get(survey.pk), percent(results.get(survey.pk))) for survey in surveys],
        "may_import": bool(ground.visible_scopes(actor, access.SURVEY, "import", now, within=project)),
    }
    return render(request, "feedback/surveys.html", context)


@login_required
@require_safe
def survey_page(request: HttpRequest, uid: str) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    survey = access.the_survey(actor, uid, now)
    result = latest_results([survey]).get(survey.pk)
    context = {
        "page_title": survey.title,
        "crumbs": [(_("Satisfaction surveys"), reverse("feedback:surveys")), (survey.number, "")],
        "survey": survey,
        "result": result,
        "percent": percent(result),
        "is_small": result is not None and small_sample(result.respondents, survey.users),
        "answers": [ANSWER_LABELS[answer] for answer in ANSWERS],
        "questions": _questions(survey, result),
        "remarks": survey.answer_sheets.exclude(remark="")[:100],
    }
    return render(request, "feedback/survey.html", context)


def _questions(survey: Survey, result: SurveyResult | None) -> list[tuple[str, list[int]]]:
    if result is None:
        return []
    overall = survey.question or _("Overall")
    return [
        (overall if question == OVERALL else question, [counts.get(answer, 0) for answer in ANSWERS])
        for question, counts in result.answers.items()
    ]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def bring_in(request: HttpRequest) -> HttpResponse:
    actor, now, project = actor_of(request), timezone.now(), current_project(request)
    allowed = ground.visible_scopes(actor, access.SURVEY, "import", now, within=project)
    scope = (
        Scope.objects.filter(pk__in=allowed).exclude(kind=ScopeKind.TENANT).order_by("path").first()
        if allowed
        else None
    )
    if scope is None:
        raise ground.unseen()
    form = SurveyForm(request.POST or None, request.FILES or None)
    problems = []
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            outcome = imports.bring_in(
                scope=scope,
                name=values["file"].name,
                content=values["file"].read(),
                actor=actor,
                now=now,
                frame=imports.Frame(values["title"], form.held, values["users"]),
            )
        except Invalid as refusal:
            tell(form, refusal)
        else:
            problems = outcome.problems
            if not problems:
                told = _("Nothing changed.") if outcome.state == "unchanged" else _("The survey was brought in.")
                messages.success(request, told)
                return redirect("feedback:surveys")
    context = {
        "page_title": _("Bring in a survey"),
        "crumbs": [(_("Satisfaction surveys"), reverse("feedback:surveys")), (_("Bring in a survey"), "")],
        "form": form,
        "problems": problems,
        "scope": scope,
    }
    return render(request, "feedback/survey_import.html", context, status=422 if form.errors or problems else 200)
