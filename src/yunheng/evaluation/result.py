"""From answers to the verdict that is written down: what result.json says, and the digest over it.

The digest covers everything but the instant it was asked (``as_of``), the draft's number and the seal: same
values, same scheme, same calendars → same digest. See docs/reference/result-json.md.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext_noop

from yunheng.contracts.queries import contracts_of
from yunheng.evaluation.measuring import Answer, Answers, Question
from yunheng.evaluation.scheme_data import SchemeData
from yunheng.foundation import measures
from yunheng.foundation.canonical import canonical_json
from yunheng.foundation.measures import MeasureResult
from yunheng.kernel.rounding import half_up
from yunheng.kernel.scoring import IndicatorScore
from yunheng.kernel.words import Words
from yunheng.people.queries import calendar_text

FORMAT = "yunheng-result/1"
# Not part of what is judged, so not part of the digest.
OUTSIDE_THE_DIGEST = frozenset({"digest", "as_of", "evaluation", "seal"})
CALENDARS = ("cn-5x8", "cn-7x24")
NO_RECORDS = gettext_noop("Nothing was recorded that could be measured.")


def compose(scheme: SchemeData, answers: Answers, digests: Mapping[str, str], evidence_sha256: str) -> dict[str, Any]:
    """The whole of result.json without number and seal. All numbers are ints or text, never floats."""
    verdict = scheme.score({key: kernel_value(answer) for key, answer in answers.by_indicator.items()})
    question = answers.question
    result: dict[str, Any] = {
        "format": FORMAT,
        "scope": {
            "kind": question.scope.kind,
            "code": question.scope.code,
            "name": question.scope.name,
            "project": question.project.scope.code,
            "zone": question.scope.zone,
        },
        "period": {"from": question.first.isoformat(), "to": question.last.isoformat()},
        "cut_off": instant_text(question.cut_off),
        "as_of": instant_text(question.as_of),
        "scheme": {
            "code": scheme.code,
            "revision": scheme.revision,
            "name": scheme.name,
            "kernel": f"{scheme.kernel.id} {scheme.kernel.version}",
            "digest": scheme.digest,
            "weights": verdict.weight_set,
            "bands": verdict.band_set,
            "options": dict(verdict.options),
            "trial": scheme.trial,
            "trial_weights": scheme.weights if scheme.trial else None,
        },
        "weights": {key: number_text(weight) for key, weight in verdict.weights.items()},
        "indicators": [
            _indicator(row, answers.by_indicator[row.id], answers, digests, scheme) for row in verdict.indicators
        ],
        "total": None if verdict.total is None else str(verdict.total),
        "total_exact": None if verdict.exact_total is None else fraction_text(verdict.exact_total),
        "grade": verdict.grade,
        "blocking": list(verdict.blocking),
        "steps": [plain_words(step) for step in verdict.steps],
        "back_filled_share": str(half_up(answers.back_filled * 100)),
        "calendars": _calendars(question),
        "evidence": {"file": "evidence.zip", "sha256": evidence_sha256, "registers": dict(digests)},
    }
    result["digest"] = digest_of(result)
    return result


def digest_of(result: Mapping[str, Any]) -> str:
    judged = {key: value for key, value in result.items() if key not in OUTSIDE_THE_DIGEST}
    return hashlib.sha256(canonical_json(judged)).hexdigest()


def kernel_value(answer: Answer) -> dict[str, object]:
    """A measure's answer in the forms that the kernel reads (docs/domains/kernel.md)."""
    result, indicator = answer.result, answer.indicator.indicator
    if result.state == measures.NOT_APPLICABLE:
        return {"state": "not_applicable", "reason": answer.reason or gettext_noop("there was nothing to count")}
    if result.state == measures.MISSING:
        return {"state": "missing", "reason": answer.reason or "-"}
    if result.state == measures.VACUOUS:
        return {"state": "vacuous"}
    whole = [value for value in answer.manual if value.contract_code == ""]
    if whole:
        return dict(whole[-1].inputs)
    if indicator.inputs in {"count", "cases"} and result.value is not None:
        return {"value": fraction_text(result.value), "nil_return": result.value == 0}
    if result.numerator is not None and result.denominator is not None:
        return {"numerator": fraction_text(result.numerator), "denominator": fraction_text(result.denominator)}
    if result.value is None:
        return {"state": "missing", "reason": NO_RECORDS}
    return {"value": fraction_text(result.value)}


def _indicator(
    row: IndicatorScore, answer: Answer, answers: Answers, digests: Mapping[str, str], scheme: SchemeData
) -> dict[str, Any]:
    result, indicator = answer.result, answer.indicator.indicator
    numerator = row.numerator if row.numerator is not None else result.numerator
    denominator = row.denominator if row.denominator is not None else result.denominator
    value = row.value if row.value is not None else result.value
    return {
        "id": row.id,
        "name": indicator.name,
        "level1": indicator.level1,
        "level2": indicator.level2,
        "measure": indicator.measure,
        "unit": indicator.unit,
        "state": row.state,
        "numerator": number_text(numerator),
        "denominator": number_text(denominator),
        "value": None if value is None else str(half_up(value, 6)),
        "value_exact": None if value is None else fraction_text(value),
        "target": None if row.target is None else number_text(row.target),
        "score": None if row.printed is None else str(row.printed),
        "exact": None if row.exact is None else fraction_text(row.exact),
        "weight": number_text(row.weight),
        "points": None if row.points is None else str(row.points),
        "parts": {
            code: [number_text(top), number_text(bottom)] for code, (top, bottom) in sorted(result.parts.items())
        },
        "inputs": dict(sorted(result.inputs.items())),
        "words": [_words(pair) for pair in result.words],
        "steps": [plain_words(step) for step in row.steps],
        "reason": answer.reason,
        "back_filled_share": str(half_up(answers.shares.get(row.id, Fraction(0)) * 100)),
        "manual": [
            {
                "contract": manual.contract_code,
                "state": manual.state,
                "inputs": manual.inputs,
                "reason": manual.reason,
                "evidence": manual.evidence,
                "by": manual.entered_by,
                "approved_by": manual.approved_by,
            }
            for manual in answer.manual
        ],
        "evidence": _evidence(row.id, result, digests),
    }


def _evidence(indicator: str, result: MeasureResult, digests: Mapping[str, str]) -> dict[str, Any] | None:
    register = result.register
    if register is None:
        return None
    reasons: dict[str, int] = {}
    if result.left_out is not None:
        for index, words in enumerate(result.reasons, start=1):
            reasons[words] = int((result.left_out == index).sum())
    return {
        "register": register.name,
        "kind": register.kind,
        "counted": 0 if result.counted is None else int(result.counted.sum()),
        "hit": 0 if result.hit is None else int(result.hit.sum()),
        "left_out": {words: count for words, count in reasons.items() if count},
        "digest": digests[register.name],
        "marks": digests[f"{indicator}@{register.name}"],
    }


def _calendars(question: Question) -> dict[str, Any]:
    """The calendars that clocks of this project may follow, as they were known then: revision and digest."""
    tenant_id = question.project.scope.tenant_id or question.project.scope_id
    codes = set(CALENDARS)
    for contract in contracts_of(question.project).prefetch_related("targets"):
        for target in contract.targets.all():
            codes |= {target.calendar_code, target.hours_calendar}
    texts = {code: calendar_text(tenant_id, code, as_of=question.as_of) for code in sorted(codes)}
    return {
        code: {"revision": text.revision, "sha256": hashlib.sha256(canonical_json(text.data)).hexdigest()}
        for code, text in texts.items()
    }


# ---------------------------------------------------------------- numbers and words as plain values


def fraction_text(value: Fraction) -> str:
    return str(value.numerator) if value.denominator == 1 else f"{value.numerator}/{value.denominator}"


def number_text(value: Fraction | None) -> int | str | None:
    """A whole number as it is; a finite decimal as such; else p/q."""
    if value is None:
        return None
    if value.denominator == 1:
        return value.numerator
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    if rest != 1:
        return f"{value.numerator}/{value.denominator}"
    return format((Decimal(value.numerator) / Decimal(value.denominator)).normalize(), "f")


def instant_text(value: Any) -> str:
    return str(canonical_json(value), "utf-8").strip('"')


def plain_words(words: Words) -> list[Any]:
    """[msgid, arguments] with nested words likewise; numbers as text, so that no float gets in."""
    return [words.msgid, {key: _argument(value) for key, value in words.arguments.items()}]


def _words(pair: tuple[str, Mapping[str, Any]]) -> list[Any]:
    return [pair[0], {key: _argument(value) for key, value in pair[1].items()}]


def _argument(value: Any) -> Any:
    if isinstance(value, Words):
        return plain_words(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    return str(value)
