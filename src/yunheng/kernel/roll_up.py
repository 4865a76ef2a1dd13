"""From the contracts of a project to the project: numerators and denominators pool, scores never average."""

from collections.abc import Iterable
from fractions import Fraction


def pool(parts: Iterable[tuple[Fraction | int, Fraction | int]]) -> tuple[Fraction, Fraction]:
    """Sum of numerators, sum of denominators."""
    pairs = list(parts)
    return sum((Fraction(top) for top, _ in pairs), Fraction(0)), sum((Fraction(low) for _, low in pairs), Fraction(0))


def all_reach(parts: Iterable[bool]) -> tuple[int, int]:
    """How many contracts reach the target, of how many: with the formula yes_no, all or nothing."""
    found = list(parts)
    return sum(found), len(found)


def distinct(cases: Iterable[Iterable[str]]) -> int:
    """Cases of the whole project by reference, each once however many contracts it touches."""
    return len({reference for contract in cases for reference in contract})
