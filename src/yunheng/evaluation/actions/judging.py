"""Weigh: measure everything, score it, keep the evidence, write the draft."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError
from django.utils.translation import gettext as _

from yunheng.contracts.models import Contract, Project
from yunheng.evaluation import evidence_store
from yunheng.evaluation.access import EVALUATION
from yunheng.evaluation.measuring import Question, ask
from yunheng.evaluation.models import Evaluation, Scheme
from yunheng.evaluation.queries import cut_off_for, the_scheme_in_force
from yunheng.evaluation.result import compose
from yunheng.evaluation.rules.evidence import pack
from yunheng.evaluation.scheme_data import read
from yunheng.foundation import access, audit, numbering
from yunheng.foundation.actors import Actor
from yunheng.foundation.errors import Invalid
from yunheng.foundation.writing import writing
from yunheng.kernel.reading import CaseError


def evaluate(
    *,
    project: Project,
    contract: Contract | None = None,
    first: date | None = None,
    last: date | None = None,
    scheme: Scheme | None = None,
    weights: Any = None,
    corrects: Evaluation | None = None,
    correction: str = "",
    correction_reason: str = "",
    as_of: datetime | None = None,
    actor: Actor,
    now: datetime,
) -> Evaluation:
    """A draft over the project or one of its contracts; the same data give the same draft again, other data a new
    one that takes the place of the older draft.

    ``weights`` other than those of the frozen scheme, or a scheme that is not frozen, make a trial: logged, marked,
    never sealed. ``corrects`` names
    the sealed evaluation that this one is to replace. Raises Invalid when nothing is frozen or data do not parse.
    """
    place = (contract or project).scope
    access.require(actor, "evaluate", EVALUATION, place, now)
    chosen = scheme or the_scheme_in_force(project.scope)
    first, last = first or project.service_from, last or project.service_to
    if last < first:
        raise Invalid(_("The period ends before it begins."), place=f"{first} … {last}")
    if corrects is not None:
        _check_correction(corrects, correction, correction_reason)
        access.require(actor, "correct", EVALUATION, place, now, reference=corrects.number)
    try:
        data = read(chosen, weights=weights)
        question = Question(project, contract, first, last, cut_off_for(chosen, project, last, now), as_of or now)
        answers = ask(data, question)
        content, digests = pack(answers.evidence)
        sha256 = evidence_store.keep(content)
        result = compose(data, answers, digests, sha256)
    except CaseError as problem:
        raise Invalid(str(problem.message), place=problem.place, way_out=str(problem.way_out or "")) from problem
    same = Evaluation.objects.filter(
        scope=place,
        scheme=chosen,
        first=first,
        last=last,
        digest=result["digest"],
        trial=data.trial,
        state__in=[Evaluation.State.DRAFT, Evaluation.State.SEALED],
    ).first()
    if same is not None and corrects is None:
        return same
    try:
        with writing():
            older = Evaluation.objects.filter(
                scope=place, scheme=chosen, first=first, last=last, trial=data.trial, state=Evaluation.State.DRAFT
            )
            older.update(state=Evaluation.State.REPLACED)
            number = numbering.next_number(place, "EVA", last.year)
            row = Evaluation.objects.create(
                scope=place,
                number=number,
                scheme=chosen,
                first=first,
                last=last,
                revision=corrects.revision + 1 if corrects else 1,
                trial=data.trial,
                cut_off=question.cut_off,
                as_of=question.as_of,
                result=result,
                digest=result["digest"],
                evidence=sha256,
                made_at=now,
                made_by_id=actor.id,
                made_by=actor.label,
                replaces=corrects,
                correction=correction,
                correction_reason=correction_reason,
            )
            audit.record(
                scope=place,
                actor=actor,
                now=now,
                verb="try" if data.trial else "evaluate",
                kind=EVALUATION,
                reference=number,
                facts={
                    "digest": row.digest,
                    "evidence": sha256,
                    "total": result["total"],
                    "grade": result["grade"],
                    "replaces": corrects.number if corrects else None,
                    "reason": correction_reason,
                },
            )
    except IntegrityError:
        return Evaluation.objects.get(
            scope=place, scheme=chosen, first=first, last=last, digest=result["digest"], trial=data.trial
        )
    return row


def _check_correction(corrects: Evaluation, correction: str, reason: str) -> None:
    if corrects.state != Evaluation.State.SEALED:
        raise Invalid(_("Only a sealed evaluation is corrected or reopened."), place=corrects.number)
    if correction not in {Evaluation.Correction.CORRECTION, Evaluation.Correction.REOPENING} or not reason.strip():
        raise Invalid(_("Say whether this is a correction or a reopening, and why."), place=corrects.number)
