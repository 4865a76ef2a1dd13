"""`yunheng calc score`: scores, weights in force, total and grade of an evaluation."""

from __future__ import annotations

from collections.abc import Mapping

from yunheng.kernel.reading import table
from yunheng.kernel.schemes import Scheme
from yunheng.kernel.scoring import IndicatorScore, Verdict, score
from yunheng.kernel.words import say
from yunheng.site.calc.cases import Json, Manner, cases, inside


def score_cases(data: Mapping[str, object], manner: Manner) -> Json:
    answers = []
    for identity, case in cases(data):
        with inside(f"case {identity}: "):
            table(case, "", required=("id", "values"), optional=("scheme", "weights", "options", "bands", "note"))
            scheme = Scheme.parse(case.get("scheme", "seed12"), "scheme")
            options = dict(table(case.get("options", {}), "options"))
            bands = options.pop("bands", case.get("bands"))
            verdict = score(scheme, case.get("weights"), options, table(case["values"], "values"), bands=bands)
        answers.append({"id": identity, **_verdict(verdict, manner)})
    return {"cases": answers}


def _verdict(verdict: Verdict, manner: Manner) -> Json:
    answer: Json = {
        "scheme": verdict.scheme,
        "weight_set": verdict.weight_set,
        "bands": verdict.band_set,
        "indicators": [_indicator(row, manner) for row in verdict.indicators],
        "weights": {name: str(weight) for name, weight in verdict.weights.items()},
        "total": _text(verdict.total),
        "exact_total": _text(verdict.exact_total),
        "grade": verdict.grade,
        "blocking": list(verdict.blocking),
    }
    if manner.explain:
        answer["steps"] = [say(words, manner.language) for words in verdict.steps]
    return answer


def _indicator(row: IndicatorScore, manner: Manner) -> Json:
    answer: Json = {
        "id": row.id,
        "name": row.name,
        "state": row.state,
        "value": _text(row.value),
        "score": _text(row.printed),
        "exact": _text(row.exact),
        "weight": _text(row.weight),
        "points": _text(row.points),
    }
    if manner.explain:
        answer["steps"] = [say(words, manner.language) for words in row.steps]
    return answer


def _text(value: object) -> str | None:
    return None if value is None else str(value)
