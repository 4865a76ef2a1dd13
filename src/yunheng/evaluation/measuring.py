"""Asking every measure of a scheme for its value, contract by contract where the matrix says so."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from django.utils.translation import gettext_noop

from yunheng.contracts.models import Contract, Project
from yunheng.contracts.queries import contracts_of, resolved
from yunheng.evaluation.models import ManualValue
from yunheng.evaluation.rules.evidence import Evidence, Marks, table_of
from yunheng.evaluation.scheme_data import IndicatorPlan, SchemeData
from yunheng.foundation import measures
from yunheng.foundation.measures import MeasureRequest, MeasureResult, ResolvedScope

NO_MEASURE = gettext_noop("No record can tell; an evaluator enters the value with its evidence.")
WHOLE_PROJECT = gettext_noop("It is judged for the whole project.")


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: one project, or one of its contracts, over a period, as known at an instant."""

    project: Project
    contract: Contract | None
    first: date
    last: date
    cut_off: datetime
    as_of: datetime

    @property
    def scope(self) -> ResolvedScope:
        return resolved((self.contract or self.project).scope)

    @property
    def bounds(self) -> tuple[datetime, datetime]:
        """The period as a half-open stretch of time in the project's zone."""
        zone = ZoneInfo(self.project.scope.zone)
        return (
            datetime.combine(self.first, time(), zone),
            datetime.combine(self.last + timedelta(days=1), time(), zone),
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """What one indicator's measure said, with what people entered on top of it."""

    indicator: IndicatorPlan
    result: MeasureResult
    reason: str = ""
    manual: tuple[ManualValue, ...] = ()
    scopes: tuple[ResolvedScope, ...] = ()


@dataclass(frozen=True, slots=True)
class Answers:
    question: Question
    by_indicator: Mapping[str, Answer]
    evidence: Evidence
    back_filled: Fraction = Fraction(0)
    shares: Mapping[str, Fraction] = field(default_factory=dict)


def ask(scheme: SchemeData, question: Question) -> Answers:
    """Measure every indicator of the scheme. One query set per measure; registers are shared through the cache."""
    contracts = [(contract, resolved(contract.scope)) for contract in contracts_of(question.project)]
    manual = manual_values(scheme, question)
    cache: dict[str, Any] = {}
    answers = {
        plan.id: _ask_one(plan, question, contracts, manual.get(plan.id, ()), cache) for plan in scheme.indicators
    }
    evidence = _gather(answers)
    shares, whole = _back_filled(evidence)
    return Answers(question, answers, evidence, whole, shares)


def request_for(
    plan: IndicatorPlan, question: Question, scopes: tuple[ResolvedScope, ...], cache: dict[str, Any]
) -> MeasureRequest:
    start, end = question.bounds
    return MeasureRequest(
        project=resolved(question.project.scope),
        scopes=scopes,
        first=question.first,
        last=question.last,
        start=start,
        end=end,
        cut_off=question.cut_off,
        as_of=question.as_of,
        options=plan.options,
        cache=cache,
    )


def applicable(
    plan: IndicatorPlan, question: Question, contracts: Sequence[tuple[Contract, ResolvedScope]]
) -> tuple[tuple[ResolvedScope, ...], str]:
    """The contracts that answer for an indicator, and the matrix's reason where none does."""
    scopes, reason = [], ""
    for contract, scope in contracts:
        if question.contract is not None and contract.pk != question.contract.pk:
            continue
        cell = plan.applies_to(contract.sub_project.no)
        if cell.applies:
            scopes.append(scope)
        else:
            reason = cell.reason
    return tuple(scopes), "" if scopes else reason


def _ask_one(
    plan: IndicatorPlan,
    question: Question,
    contracts: Sequence[tuple[Contract, ResolvedScope]],
    manual: Sequence[ManualValue],
    cache: dict[str, Any],
) -> Answer:
    if question.contract is not None and plan.whole_project_only:
        return Answer(plan, MeasureResult(measures.NOT_APPLICABLE), WHOLE_PROJECT)
    scopes, reason = applicable(plan, question, contracts)
    if not scopes:
        return Answer(plan, MeasureResult(measures.NOT_APPLICABLE), reason)
    result = MeasureResult(measures.MISSING, words=((NO_MEASURE, {}),))
    if plan.measure:
        result = measures.get(plan.measure).function(request_for(plan, question, scopes, cache))
    codes = {scope.code for scope in scopes}
    used = tuple(value for value in manual if value.contract_code in {"", *codes})
    for value in used:
        result = _overrule(result, value, codes)
    return Answer(plan, result, used[-1].reason if used else "", used, scopes)


def _overrule(result: MeasureResult, value: ManualValue, codes: set[str]) -> MeasureResult:
    """A person's word on top of the records': for the whole indicator, or for one contract of a pooled one."""
    if value.contract_code == "":
        if value.state == ManualValue.State.NOT_APPLICABLE:
            return replace(result, state=measures.NOT_APPLICABLE)
        return replace(
            result,
            state=measures.MEASURED,
            numerator=_fraction(value.inputs.get("numerator")),
            denominator=_fraction(value.inputs.get("denominator")),
            value=_fraction(value.inputs.get("value")),
            inputs={key: _text(item) for key, item in value.inputs.items()},
        )
    parts = {code: part for code, part in result.parts.items() if code != value.contract_code}
    left = codes - {value.contract_code}
    if value.state == ManualValue.State.MEASURED:
        numerator, denominator = _fraction(value.inputs["numerator"]), _fraction(value.inputs["denominator"])
        assert numerator is not None and denominator is not None
        parts[value.contract_code] = (numerator, denominator)
        left = codes
    if not left <= set(parts):
        return replace(result, parts=parts)
    numerator = sum((part[0] for part in parts.values()), Fraction(0))
    denominator = sum((part[1] for part in parts.values()), Fraction(0))
    return replace(
        result,
        state=measures.MEASURED if denominator else measures.NOT_APPLICABLE,
        numerator=numerator,
        denominator=denominator,
        value=numerator / denominator if denominator else None,
        parts=parts,
    )


def manual_values(scheme: SchemeData, question: Question) -> dict[str, tuple[ManualValue, ...]]:
    """Indicator → the latest approved entry per contract, entered at or before the as-of instant."""
    rows = ManualValue.objects.filter(
        scope_id=question.project.scope_id,
        scheme__code=scheme.code,
        first=question.first,
        last=question.last,
        approved_at__isnull=False,
        approved_at__lte=question.as_of,
    ).order_by("entered_at", "id")
    latest: dict[tuple[str, str], ManualValue] = {(row.indicator, row.contract_code): row for row in rows}
    found: dict[str, tuple[ManualValue, ...]] = {}
    for (indicator, _contract), row in sorted(latest.items(), key=lambda item: item[0]):
        found[indicator] = (*found.get(indicator, ()), row)
    return found


def _gather(answers: Mapping[str, Answer]) -> Evidence:
    tables, marks = {}, {}
    for indicator, answer in answers.items():
        result = answer.result
        register = result.register
        if register is None:
            continue
        if register.name not in tables:
            tables[register.name] = table_of(register)
        rows = len(register.references)
        nothing = np.zeros(rows, np.bool_)
        marks[indicator] = Marks(
            indicator,
            register.name,
            nothing if result.counted is None else np.asarray(result.counted, np.bool_),
            nothing if result.hit is None else np.asarray(result.hit, np.bool_),
            np.zeros(rows, np.uint8) if result.left_out is None else np.asarray(result.left_out, np.uint8),
            tuple(result.reasons),
        )
    return Evidence(tables, marks)


BACK_FILLED = 1


def _back_filled(evidence: Evidence) -> tuple[dict[str, Fraction], Fraction]:
    """Share of back-filled records behind each indicator, and over all counted records once."""
    shares: dict[str, Fraction] = {}
    counted_anywhere = {name: np.zeros(len(table.references), np.bool_) for name, table in evidence.tables.items()}
    for indicator, marks in evidence.marks.items():
        source = evidence.tables[marks.register].columns["source"]
        counted_anywhere[marks.register] |= marks.counted
        shares[indicator] = _share(source, marks.counted)
    total = back_filled = 0
    for name, counted in counted_anywhere.items():
        source = np.asarray(evidence.tables[name].columns["source"])
        total += int(counted.sum())
        back_filled += int((source[counted] == BACK_FILLED).sum())
    return shares, Fraction(back_filled, total) if total else Fraction(0)


def _share(source: Any, counted: Any) -> Fraction:
    total = int(counted.sum())
    return Fraction(int((np.asarray(source)[counted] == BACK_FILLED).sum()), total) if total else Fraction(0)


def _fraction(value: Any) -> Fraction | None:
    return None if value is None else Fraction(str(value))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
