"""From values to a verdict: exact scores, printed scores, weights in force, total, grade, and why.

Everything is exact (fractions) until it is printed, half up to two places. `Scheme` says what is weighed and how;
`values` says what was measured, in the forms of docs/domains/kernel.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from yunheng.kernel import indicator_values
from yunheng.kernel.formulas import apply
from yunheng.kernel.indicator_values import MEASURED, MISSING, NOT_APPLICABLE, STATES, VACUOUS, Actual
from yunheng.kernel.reading import CaseError, number, table
from yunheng.kernel.rounding import half_up, plain
from yunheng.kernel.schemes import Indicator, Scheme, WeightSet
from yunheng.kernel.words import Words

__all__ = [
    "MEASURED",
    "MISSING",
    "NOT_APPLICABLE",
    "STATES",
    "VACUOUS",
    "IndicatorScore",
    "Scheme",
    "Verdict",
    "score",
]


@dataclass(frozen=True, slots=True)
class IndicatorScore:
    """One row of the score sheet. Scores are out of 100 and None unless the state is measured or vacuous."""

    id: str
    name: str
    state: str
    numerator: Fraction | None
    denominator: Fraction | None
    value: Fraction | None  # the actual value, in the unit of the target
    target: Fraction | None
    exact: Fraction | None
    printed: Decimal | None
    weight: Fraction | None  # in force: scaled up where others do not apply; None: the row is not weighed
    points: Decimal | None  # 得分, printed, where the weights are whole points
    steps: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """`total` and `grade` are None while `blocking` names a missing indicator, or when nothing applies."""

    scheme: str
    scheme_version: str
    weight_set: str
    band_set: str
    options: Mapping[str, str]
    indicators: tuple[IndicatorScore, ...]
    exact_total: Fraction | None
    total: Decimal | None
    grade: str | None
    blocking: tuple[str, ...]
    steps: tuple[Words, ...]

    @property
    def weights(self) -> dict[str, Fraction]:
        """Weights in force, of the indicators that are weighed."""
        return {row.id: row.weight for row in self.indicators if row.weight is not None}

    def __getitem__(self, indicator: str) -> IndicatorScore:
        return next(row for row in self.indicators if row.id == indicator)


def score(
    scheme: Scheme,
    weights: object = None,
    options: Mapping[str, object] | None = None,
    values: Mapping[str, object] | None = None,
    *,
    bands: object = None,
) -> Verdict:
    """Weigh `values` (indicator → what was measured) by a scheme.

    `weights`: the name of a weight set, None for the scheme's default, or `{indicator: weight}`. `options` replace
    defaults by full name (`I07.gap_mode`). `bands`: name of a band set, or None. An indicator that has a weight and
    no value is missing. Raises CaseError naming the field.
    """
    chosen = scheme.weights(weights)
    band_set = scheme.bands(bands)
    in_force = scheme.options(options or {})
    given = table(values or {}, "values")
    for name in given:
        if name not in scheme.indicators:
            raise CaseError(
                f"values.{name}",
                Words("is not an indicator of %(scheme)s.", {"scheme": scheme.id}),
                Words("Known here: %(known)s.", {"known": ", ".join(scheme.indicators)}),
            )
    rows = [
        _row(indicator, given.get(id_), scheme.options_of(id_, in_force))
        for id_, indicator in scheme.indicators.items()
        if id_ in chosen.rows or id_ in given
    ]
    rows = _weighed(rows, chosen)
    blocking = tuple(row.id for row in rows if row.state == MISSING and row.weight)
    exact, steps = _total(rows, chosen, blocking)
    total = None if exact is None else half_up(exact)
    grade = None if total is None else band_set.grade(Fraction(total))
    if grade is not None:
        steps = (*steps, Words("Grade %(grade)s by %(bands)s.", {"grade": grade, "bands": band_set.name}))
    return Verdict(
        scheme=scheme.id,
        scheme_version=scheme.version,
        weight_set=chosen.id,
        band_set=band_set.id,
        options=in_force,
        indicators=tuple(rows),
        exact_total=exact,
        total=total,
        grade=grade,
        blocking=blocking,
        steps=steps,
    )


def _row(indicator: Indicator, given: object, options: Mapping[str, str]) -> IndicatorScore:
    place = f"values.{indicator.id}"
    actual = indicator_values.read(indicator, given, options, place)
    target = indicator.target
    if "target" in options:
        target = Fraction(options["target"])
    if isinstance(given, Mapping) and "target" in given:
        target = number(given["target"], f"{place}.target", least=0)
    if target == 0 and indicator.formula in ("ratio", "inverse_ratio"):
        raise CaseError(f"{place}.target", Words("a ratio cannot have the target 0."))
    exact, steps = _exact(indicator, actual, target, options)
    return IndicatorScore(
        id=indicator.id,
        name=indicator.name,
        state=actual.state,
        numerator=actual.numerator,
        denominator=actual.denominator,
        value=actual.value,
        target=target,
        exact=exact,
        printed=None if exact is None else half_up(exact),
        weight=None,
        points=None,
        steps=(*actual.words, *steps),
    )


def _exact(
    indicator: Indicator, actual: Actual, target: Fraction | None, options: Mapping[str, str]
) -> tuple[Fraction | None, tuple[Words, ...]]:
    if actual.state == VACUOUS:
        return Fraction(100), (Words("Score 100."),)
    if actual.value is None:
        return None, ()
    return apply(indicator, actual, target, options)


def _weighed(rows: list[IndicatorScore], chosen: WeightSet) -> list[IndicatorScore]:
    """Rows with the weight in force and, for whole points, the printed points."""
    out = {row.id for row in rows if row.state == NOT_APPLICABLE}
    left = sum((weight for id_, weight in chosen.rows.items() if id_ not in out), Fraction(0))
    weighed = []
    for row in rows:
        weight = chosen.rows.get(row.id)
        if weight is None or row.id in out:
            weighed.append(row)
            continue
        # Whole points stay as they are printed; their total is scaled instead.
        in_force = weight if chosen.points or not left else weight * chosen.total / left
        points, steps = None, row.steps
        if chosen.points and row.exact is not None:
            points = half_up(row.exact * weight / 100)
            steps = (
                *steps,
                Words(
                    "%(points)s of %(weight)s points, rounded half up.",
                    {"points": points, "weight": plain(weight)},
                ),
            )
        weighed.append(replace(row, weight=in_force, points=points, steps=steps))
    return weighed


def _total(
    rows: list[IndicatorScore], chosen: WeightSet, blocking: tuple[str, ...]
) -> tuple[Fraction | None, tuple[Words, ...]]:
    if blocking:
        return None, (Words("No total: %(missing)s missing.", {"missing": ", ".join(blocking)}),)
    counted = [row for row in rows if row.weight]
    share = sum((row.weight for row in counted if row.weight), Fraction(0))
    if not share:
        return None, (Words("No total: no indicator applies."),)
    if chosen.points:
        printed = sum((Fraction(row.points) for row in counted if row.points is not None), Fraction(0))
        steps = [Words("Sum of the printed points: %(sum)s.", {"sum": half_up(printed)})]
        if share != chosen.total:
            steps.append(
                Words(
                    "Scaled to 100, for only %(share)s points apply: %(total)s.",
                    {"share": plain(share), "total": half_up(printed / share * 100)},
                )
            )
        return printed / share * 100, tuple(steps)
    exact = (
        sum((row.exact * row.weight for row in counted if row.exact is not None and row.weight), Fraction(0)) / share
    )
    words = Words(
        "Weighted mean of the unrounded scores of %(count)s indicators: %(total)s.",
        {"count": len(counted), "total": half_up(exact)},
    )
    return exact, (words,)
