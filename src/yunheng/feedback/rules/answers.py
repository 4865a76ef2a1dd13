"""How satisfied the answers of surveys are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

VERY_SATISFIED, SATISFIED, BASIC, DISSATISFIED, VERY_DISSATISFIED = (
    "very_satisfied",
    "satisfied",
    "basic",
    "dissatisfied",
    "very_dissatisfied",
)
#: What people write for each answer.
WORDS = {
    "非常满意": VERY_SATISFIED,
    "很满意": VERY_SATISFIED,
    "满意": SATISFIED,
    "比较满意": SATISFIED,
    "较满意": SATISFIED,
    "基本满意": BASIC,
    "一般": BASIC,
    "不满意": DISSATISFIED,
    "不太满意": DISSATISFIED,
    "很不满意": VERY_DISSATISFIED,
    "非常不满意": VERY_DISSATISFIED,
}
ANSWERS = (VERY_SATISFIED, SATISFIED, BASIC, DISSATISFIED, VERY_DISSATISFIED)
POINTS = dict(zip(ANSWERS, (100, 80, 60, 30, 0), strict=True))
OVERALL = "overall"

Counts = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Result:
    """One survey: what it says in sum and, where known, the number of each answer per question."""

    satisfied: int
    respondents: int
    answers: Mapping[str, Counts]


@dataclass(frozen=True, slots=True)
class Share:
    """Satisfied of respondents (人次). ``complete`` is False when the option could not be followed for want of the
    single answers, and the overall figures stand in."""

    numerator: Fraction
    denominator: Fraction
    complete: bool = True


def answer_of(text: str) -> str | None:
    """`满意` or `satisfied` as the code of an answer; None when it is none."""
    plain = text.strip()
    return WORDS.get(plain) or (plain if plain in ANSWERS else None)


def satisfied_in(counts: Counts, *, also_basic: bool = False) -> int:
    wanted = (VERY_SATISFIED, SATISFIED, BASIC) if also_basic else (VERY_SATISFIED, SATISFIED)
    return sum(counts.get(answer, 0) for answer in wanted)


def pooled(results: Sequence[Result], *, satisfied_answers: str = "satisfied", questions: str = "overall") -> Share:
    """All surveys together. ``questions``: overall; mean (of the questions' shares); weighted (100/80/60/30/0)."""
    also_basic = satisfied_answers == "also_basic"
    shares = [_share(result, also_basic, questions) for result in results]
    return Share(
        sum((share.numerator for share in shares), Fraction(0)),
        sum((share.denominator for share in shares), Fraction(0)),
        all(share.complete for share in shares),
    )


def _share(result: Result, also_basic: bool, questions: str) -> Share:
    respondents = Fraction(result.respondents)
    plain = Share(Fraction(result.satisfied), respondents)
    overall = result.answers.get(OVERALL)
    if questions == "overall":
        if not also_basic:
            return plain
        if not overall:
            return Share(plain.numerator, respondents, complete=False)
        return Share(Fraction(satisfied_in(overall, also_basic=True)), respondents)
    asked = [counts for counts in result.answers.values() if sum(counts.values())]
    if not asked:
        return Share(plain.numerator, respondents, complete=False)
    if questions == "weighted":
        used = [overall] if overall else asked
        points = [
            Fraction(sum(POINTS[answer] * count for answer, count in counts.items()), 100 * sum(counts.values()))
            for counts in used
        ]
    else:
        points = [Fraction(satisfied_in(counts, also_basic=also_basic), sum(counts.values())) for counts in asked]
    return Share(sum(points, Fraction(0)) / len(points) * respondents, respondents)


def small_sample(respondents: int, users: int | None, least: int = 10) -> bool:
    """Below ``least`` answers, or below 30 % of the users where their number is known."""
    return respondents < least or (users is not None and respondents * 10 < users * 3)
