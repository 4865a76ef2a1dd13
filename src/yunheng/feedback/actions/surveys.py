from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from yunheng.feedback.access import SURVEY
from yunheng.feedback.models import Survey, SurveyAnswer, SurveyResult
from yunheng.foundation import access, audit, numbering
from yunheng.foundation.actors import Actor
from yunheng.foundation.errors import Conflict, Invalid
from yunheng.foundation.models import ImportBatch, Scope, Source
from yunheng.foundation.writing import writing


@dataclass(frozen=True, slots=True)
class Sheet:
    """One questionnaire: its line in the file, the answer codes per question, whether it is valid."""

    line: int
    answers: Mapping[str, str]
    valid: bool = True
    remark: str = ""


@dataclass(frozen=True, slots=True)
class SurveyDraft:
    title: str
    held: tuple[date, date]
    satisfied: int
    respondents: int
    invalid: int = 0
    answers: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    question: str = ""
    users: int | None = None
    sheets: Sequence[Sheet] = ()


def record_survey(
    *,
    scope: Scope,
    draft: SurveyDraft,
    actor: Actor,
    now: datetime,
    source: str = Source.IMPORTED,
    batch: ImportBatch | None = None,
) -> Survey:
    access.require(actor, "import", SURVEY, scope, now)
    if not 0 <= draft.satisfied <= draft.respondents:
        raise Invalid(_("More people are satisfied than answered."), fields={"satisfied": _("Check both figures.")})
    zone = ZoneInfo(scope.zone)
    occurred_at = datetime.combine(draft.held[1], time(12), zone)
    if occurred_at.date() > now.astimezone(zone).date():
        raise Invalid(_("The survey has not ended yet."), fields={"held_to": _("Enter a day that has passed.")})
    with writing():
        survey = Survey.objects.create(
            scope=scope,
            number=numbering.next_number(scope, "SUR", draft.held[1].year),
            title=draft.title,
            held_from=draft.held[0],
            held_to=draft.held[1],
            question=draft.question,
            users=draft.users,
            batch=batch,
        )
        result = SurveyResult(
            survey=survey,
            satisfied=draft.satisfied,
            respondents=draft.respondents,
            invalid=draft.invalid,
            answers={question: dict(counts) for question, counts in draft.answers.items()},
            occurred_at=min(occurred_at, now),
            recorded_at=now,
            source=source,
        )
        result.signed_by(actor)
        result.save()
        SurveyAnswer.objects.bulk_create(
            [
                SurveyAnswer(
                    survey=survey, line=sheet.line, answers=dict(sheet.answers), valid=sheet.valid, remark=sheet.remark
                )
                for sheet in draft.sheets
            ],
            batch_size=500,
        )
        _audit(survey, actor, now, "record", _figures(draft))
    return survey


def withdraw_survey(*, survey: Survey, reason: str, actor: Actor, now: datetime) -> Survey:
    """Take a survey back; it stays in the database and leaves every count."""
    access.require(actor, "import", SURVEY, survey.scope, now, reference=survey.number)
    if not reason.strip():
        raise Invalid(_("Taking back needs a reason."), fields={"reason": _("Write why.")})
    with writing():
        changed = Survey.objects.filter(pk=survey.pk, withdrawn_at__isnull=True).update(withdrawn_at=now)
        if not changed:
            raise Conflict(_("This survey was taken back already."))
        if survey.batch is not None:
            survey.batch.state, survey.batch.withdrawn_at = ImportBatch.State.WITHDRAWN, now
            survey.batch.save(update_fields=["state", "withdrawn_at"])
        _audit(survey, actor, now, "withdraw", {"reason": reason.strip()})
    survey.refresh_from_db()
    return survey


def _figures(draft: SurveyDraft) -> dict[str, Any]:
    return {"satisfied": draft.satisfied, "respondents": draft.respondents, "invalid": draft.invalid}


def _audit(survey: Survey, actor: Actor, now: datetime, verb: str, facts: Mapping[str, Any]) -> None:
    audit.record(scope=survey.scope, actor=actor, now=now, verb=verb, kind=SURVEY, reference=survey.number, facts=facts)
