from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from yunheng.kernel.intervals import Intervals

quick = settings(max_examples=50, deadline=None)
sets = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 8)).map(lambda p: (p[0], p[0] + p[1])), max_size=6)


def points(pairs: list[tuple[int, int]]) -> set[int]:
    return {point for begin, end in pairs for point in range(begin, end)}


@quick
@given(sets, sets)
def test_interval_sets_are_sets(one: list[tuple[int, int]], other: list[tuple[int, int]]) -> None:
    first, second = Intervals.of(one), Intervals.of(other)
    assert points((first | second).pairs()) == points(one) | points(other)
    assert points((first & second).pairs()) == points(one) & points(other)
    assert points((first - second).pairs()) == points(one) - points(other)
    assert first.total == len(points(one))


@quick
@given(sets, sets)
def test_results_are_sorted_and_do_not_touch(one: list[tuple[int, int]], other: list[tuple[int, int]]) -> None:
    for found in (Intervals.of(one) | Intervals.of(other), Intervals.of(one) - Intervals.of(other)):
        assert all(begin < end for begin, end in found.pairs())
        assert all(found.end[:-1] < found.start[1:])


def test_sets_are_compared_by_their_points() -> None:
    assert Intervals.of([(0, 2), (2, 5)]) == Intervals.of([(0, 5)])
    assert Intervals.of([]) != Intervals.of([(0, 5)])
    assert Intervals.of([]) != "nothing"
