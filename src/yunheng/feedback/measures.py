"""What feedback offers to whoever judges: complaints, and the share of satisfied answers."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from zoneinfo import ZoneInfo

import numpy as np
from django.db.models import Q
from django.utils.translation import gettext_lazy, gettext_noop

from yunheng.feedback.access import COMPLAINT, SURVEY
from yunheng.feedback.models import Complaint, Survey, SurveyResult
from yunheng.feedback.queries import facts_by_complaint, latest_results
from yunheng.feedback.rules.answers import Result, pooled, small_sample
from yunheng.feedback.rules.complaints import NOT_ACCEPTED, TO_TICKET, WITHDRAWN, ComplaintStanding, standing
from yunheng.foundation import measures, registers
from yunheng.foundation.columns import MISSING
from yunheng.foundation.measures import MeasureRequest, MeasureResult, Register
from yunheng.foundation.models import SOURCE_CODES

Words = list[tuple[str, Mapping[str, object]]]

REASONS = {
    NOT_ACCEPTED: gettext_noop("The owner did not accept it as a complaint."),
    TO_TICKET: gettext_noop("The owner made it a ticket."),
    WITHDRAWN: gettext_noop("The complainant withdrew it."),
    "unfounded": gettext_noop("It was found to be unfounded, and the scheme counts substantiated cases only."),
}
UNDECIDED = gettext_noop("%(count)s complaints are not decided yet; they count.")
DISPOSED = gettext_noop("%(count)s complaints left the count by the owner's decision.")
NO_NIL = gettext_noop("Nobody vouched for the register of complaints of %(contract)s in %(months)s.")
NIL = gettext_noop("No complaint; the parties signed it for every month.")
NO_SURVEY = gettext_noop("No survey of the period has a valid answer.")
SMALL = gettext_noop("Few answers in %(survey)s: %(respondents)s of %(users)s users; take the share with care.")
SMALL_UNKNOWN = gettext_noop("Few answers in %(survey)s: %(respondents)s; take the share with care.")
NO_ANSWERS = gettext_noop("The single answers are not known for every survey; the overall figures were used there.")
POOLED = gettext_noop("%(satisfied)s of %(respondents)s answers in %(surveys)s surveys.")


def complaints(request: MeasureRequest) -> MeasureResult:
    """I11: cases of the whole project; undecided ones count; zero only where every month was vouched for."""
    counted_by = request.options.get("counts", "accepted")
    scope_ids = [request.project.id, *(scope.id for scope in request.scopes)]
    rows = sorted(
        Complaint.objects.filter(
            scope_id__in=scope_ids,
            occurred_at__gte=request.start,
            occurred_at__lt=request.end,
        ).filter(occurred_at__lte=request.cut_off),
        key=lambda complaint: complaint.number,
    )
    facts = facts_by_complaint(complaint.pk for complaint in rows)
    judged = [
        (complaint, found)
        for complaint in rows
        if (found := standing(facts[complaint.pk], cut_off=request.cut_off, as_of=request.as_of)) is not None
    ]
    left_out = np.array([_left_out(found, counted_by) for _complaint, found in judged], np.uint8)
    counted = left_out == 0
    count, disposed = int(counted.sum()), int((left_out > 0).sum())
    words: Words = [(DISPOSED, {"count": disposed})] if disposed else []
    undecided = sum(not found.disposition for _complaint, found in judged)
    state = measures.MEASURED
    if undecided:
        words.append((UNDECIDED, {"count": undecided}))
    if not count:
        doubts = _unvouched(request)
        state = measures.MISSING if doubts else measures.VACUOUS
        words += doubts or [(NIL, {})]
    known = state != measures.MISSING
    return MeasureResult(
        state=state,
        numerator=Fraction(count) if known else None,
        denominator=Fraction(1) if known else None,
        value=Fraction(count) if known else None,
        register=_complaint_register(judged),
        counted=counted,
        hit=counted,
        left_out=left_out,
        reasons=tuple(REASONS.values()),
        words=tuple(words),
        inputs={"value": str(count), "nil_return": "true"} if known and not count else {"value": str(count)},
    )


def _left_out(found: ComplaintStanding, counted_by: str) -> int:
    if found.disposition in REASONS:
        return list(REASONS).index(found.disposition) + 1
    unfounded = counted_by == "substantiated" and found.substantiated is False
    return list(REASONS).index("unfounded") + 1 if unfounded else 0


def _unvouched(request: MeasureRequest) -> Words:
    last = min(request.last, request.cut_off.astimezone(ZoneInfo(request.project.zone)).date())
    months = registers.months_between(request.first, last)
    doubts: Words = []
    for scope in request.scopes:
        open_months = registers.kept(scope.id, registers.COMPLAINTS, months, as_of=request.as_of)
        if open_months:
            told = "、".join(f"{month:%Y-%m}" for month in sorted(open_months))
            doubts.append((NO_NIL, {"contract": scope.code, "months": told}))
    return doubts


def _complaint_register(judged: list[tuple[Complaint, ComplaintStanding]]) -> Register:
    return Register(
        name="feedback.complaints",
        kind=COMPLAINT,
        references=[complaint.number for complaint, _found in judged],
        columns={
            "complained": np.array([int(item.occurred_at.timestamp()) for item, _found in judged], np.int64),
            "decided": np.array(
                [int(found.decided_at.timestamp()) if found.decided_at else MISSING for _item, found in judged],
                np.int64,
            ),
            "disposition": [found.disposition for _item, found in judged],
            "ticket": [found.ticket for _item, found in judged],
        },
        sources=np.array([SOURCE_CODES[item.source] for item, _found in judged], np.uint8),
    )


def satisfaction(request: MeasureRequest) -> MeasureResult:
    """I12: satisfied of respondents (人次), all surveys of the period pooled; none is missing, never vacuous."""
    codes = {scope.id: scope.code for scope in request.scopes}
    surveys = sorted(
        Survey.objects.filter(
            scope_id__in=[request.project.id, *codes], held_to__gte=request.first, held_to__lte=request.last
        ).filter(Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gt=request.as_of)),
        key=lambda survey: survey.number,
    )
    latest = latest_results(surveys, cut_off=request.cut_off, as_of=request.as_of)
    found = [(survey, latest[survey.pk]) for survey in surveys if survey.pk in latest]
    options = {
        "satisfied_answers": request.options.get("satisfied_answers", "satisfied"),
        "questions": request.options.get("several_questions", "overall"),
    }
    share = pooled([_result(result) for _survey, result in found], **options)
    words = _survey_words(request, found)
    if not share.complete:
        words.append((NO_ANSWERS, {}))
    counted = np.array([result.respondents > 0 for _survey, result in found], np.bool_)
    evidence = {"register": _survey_register(found), "counted": counted, "hit": counted, "words": tuple(words)}
    if not share.denominator:
        return MeasureResult(measures.MISSING, **evidence)  # type: ignore[arg-type]  # fields by name
    shown = {"satisfied": str(share.numerator), "respondents": share.denominator, "surveys": int(counted.sum())}
    evidence["words"] = ((POOLED, shown), *words)
    return MeasureResult(
        state=measures.MEASURED,
        numerator=share.numerator,
        denominator=share.denominator,
        value=share.numerator / share.denominator,
        parts=_parts(found, codes, options),
        inputs={"satisfied": str(share.numerator), "respondents": str(share.denominator)},
        **evidence,  # type: ignore[arg-type]  # fields by name
    )


def _result(result: SurveyResult) -> Result:
    return Result(result.satisfied, result.respondents, result.answers)


def _survey_words(request: MeasureRequest, found: list[tuple[Survey, SurveyResult]]) -> Words:
    if not any(result.respondents for _survey, result in found):
        return [(NO_SURVEY, {})]
    least = int(request.options.get("min_sample", "10") or 0)
    words: Words = []
    for survey, result in found:
        if small_sample(result.respondents, survey.users, least):
            values = {"survey": survey.number, "respondents": result.respondents}
            words.append((SMALL_UNKNOWN, values) if survey.users is None else (SMALL, values | {"users": survey.users}))
    return words


def _parts(
    found: list[tuple[Survey, SurveyResult]], codes: Mapping[int, str], options: Mapping[str, str]
) -> dict[str, tuple[Fraction, Fraction]]:
    """Per contract, when every survey asked about one; a survey of the whole project belongs to none."""
    if any(survey.scope_id not in codes for survey, _result in found):
        return {}
    parts = {}
    for scope_id, code in codes.items():
        share = pooled([_result(result) for survey, result in found if survey.scope_id == scope_id], **options)
        if share.denominator:
            parts[code] = (share.numerator, share.denominator)
    return parts


def _survey_register(found: list[tuple[Survey, SurveyResult]]) -> Register:
    return Register(
        name="feedback.surveys",
        kind=SURVEY,
        references=[survey.number for survey, _result in found],
        columns={
            "held_to": [survey.held_to.isoformat() for survey, _result in found],
            "satisfied": np.array([result.satisfied for _survey, result in found], np.int64),
            "respondents": np.array([result.respondents for _survey, result in found], np.int64),
            "invalid": np.array([result.invalid for _survey, result in found], np.int64),
        },
        sources=np.array([SOURCE_CODES[result.source] for _survey, result in found], np.uint8),
    )


measures.register("feedback.complaints", complaints, label=gettext_lazy("Complaints"), unit="case")
measures.register(
    "feedback.satisfaction", satisfaction, label=gettext_lazy("Satisfaction of users"), unit="person-time"
)
