"""Scoring formulas: from an actual value and its target to an exact score between 0 and 100."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from math import ceil, floor

from yunheng.kernel.indicator_values import Actual, percent
from yunheng.kernel.rounding import half_up, plain
from yunheng.kernel.schemes import Indicator
from yunheng.kernel.words import Words

FULL = Fraction(100)
Scored = tuple[Fraction, tuple[Words, ...]]


def apply(indicator: Indicator, actual: Actual, target: Fraction | None, options: Mapping[str, str]) -> Scored:
    """Score of a measured value, with the steps in words."""
    return _FORMULAS[indicator.formula](indicator, actual, target or Fraction(0), options)


def _ratio(indicator: Indicator, actual: Actual, target: Fraction, options: Mapping[str, str]) -> Scored:
    """actual / target × 100, at most 100; 0 below the pass mark, full at the full mark, where the rule has such."""
    assert actual.value is not None
    value = actual.value
    steps = [_actual_words(actual, percent(value)), Words("Target %(target)s.", {"target": percent(target)})]
    if "zero_below" in indicator.parameters and value < indicator.parameters["zero_below"]:
        mark = percent(indicator.parameters["zero_below"])
        return Fraction(0), (*steps, Words("Below %(mark)s: score 0.", {"mark": mark}))
    if "full_from" in indicator.parameters and value >= indicator.parameters["full_from"]:
        mark = percent(indicator.parameters["full_from"])
        return FULL, (*steps, Words("%(mark)s or more: score 100.", {"mark": mark}))
    found = min(FULL, value / target * 100)
    steps.append(
        Words(
            "%(value)s / %(target)s × 100, at most 100: score %(score)s.",
            {"value": percent(value), "target": percent(target), "score": half_up(found)},
        )
    )
    return found, tuple(steps)


def _inverse_ratio(indicator: Indicator, actual: Actual, target: Fraction, options: Mapping[str, str]) -> Scored:
    """For targets that must not be exceeded: target / actual × 100, at most 100."""
    assert actual.value is not None
    found = FULL if actual.value <= target else target / actual.value * 100
    words = Words(
        "Actual %(value)s, target at most %(target)s: score %(score)s.",
        {"value": half_up(actual.value), "target": half_up(target), "score": half_up(found)},
    )
    return found, (words,)


def _gap_deduct(indicator: Indicator, actual: Actual, target: Fraction, options: Mapping[str, str]) -> Scored:
    """Full at the target; `per_point` marks off for each percentage point short, never below 0."""
    assert actual.value is not None
    per_point = indicator.parameters.get("per_point", Fraction(20))
    mode = options.get("gap_mode", "linear")
    short = max(Fraction(0), target - actual.value)
    charged = {"linear": short, "step_floor": Fraction(floor(short)), "step_ceil": Fraction(ceil(short))}[mode]
    found = max(Fraction(0), FULL - charged * per_point)
    how = {
        "linear": Words("in proportion"),
        "step_floor": Words("per full point"),
        "step_ceil": Words("per started point"),
    }
    words = Words(
        "%(short)s points short of %(target)s, %(per)s marks off for each (%(how)s): score %(score)s.",
        {
            "short": half_up(short),
            "target": half_up(target),
            "per": plain(per_point),
            "how": how[mode],
            "score": half_up(found),
        },
    )
    return found, (_actual_words(actual, f"{half_up(actual.value)}%"), words)


def _zero_event(indicator: Indicator, actual: Actual, target: Fraction, options: Mapping[str, str]) -> Scored:
    assert actual.value is not None
    found = FULL if actual.value <= target else Fraction(0)
    words = Words(
        "%(value)s cases, %(target)s allowed: score %(score)s.",
        {"value": plain(actual.value), "target": plain(target), "score": plain(found)},
    )
    return found, (words,)


def _yes_no(indicator: Indicator, actual: Actual, target: Fraction, options: Mapping[str, str]) -> Scored:
    assert actual.value is not None
    if actual.value >= target:
        return FULL, (Words("Reached: score 100."),)
    return Fraction(0), (Words("Not reached: score 0."),)


def _levels(indicator: Indicator, actual: Actual, target: Fraction, options: Mapping[str, str]) -> Scored:
    assert actual.value is not None
    return actual.value, (Words("Judged: score %(score)s.", {"score": half_up(actual.value)}),)


def _actual_words(actual: Actual, value: str) -> Words:
    if actual.numerator is None or actual.denominator is None:
        return Words("Actual %(value)s.", {"value": value})
    return Words(
        "Actual %(numerator)s / %(denominator)s = %(value)s.",
        {"numerator": plain(actual.numerator), "denominator": plain(actual.denominator), "value": value},
    )


_FORMULAS: Mapping[str, Callable[[Indicator, Actual, Fraction, Mapping[str, str]], Scored]] = {
    "ratio": _ratio,
    "inverse_ratio": _inverse_ratio,
    "gap_deduct": _gap_deduct,
    "zero_event": _zero_event,
    "yes_no": _yes_no,
    "levels": _levels,
}
