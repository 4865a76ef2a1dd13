"""Sets of half-open intervals on a line of whole numbers, as sorted arrays: union, intersection, difference."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

Points = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Intervals:
    """[start[i], end[i]): sorted, not empty, neither overlapping nor touching. Build with `of` or `union`."""

    start: Points
    end: Points

    @classmethod
    def of(cls, pairs: Iterable[tuple[int, int]]) -> Self:
        """From (start, end) pairs in any order; overlapping and touching ones grow together, empty ones vanish."""
        start, end = np.array(list(pairs), np.int64).reshape(-1, 2).T
        return cls.union(start, end)

    @classmethod
    def union(cls, start: Points, end: Points) -> Self:
        real = end > start
        start, end = start[real], end[real]
        order = np.argsort(start, kind="stable")
        start, end = start[order], end[order]
        if not len(start):
            return cls(start, end)
        reached = np.maximum.accumulate(end)
        fresh = np.concatenate(([True], start[1:] > reached[:-1]))
        last = np.concatenate((np.flatnonzero(fresh)[1:] - 1, [len(start) - 1]))
        return cls(start[fresh], reached[last])

    def __or__(self, other: "Intervals") -> "Intervals":
        return Intervals.union(np.concatenate((self.start, other.start)), np.concatenate((self.end, other.end)))

    def __and__(self, other: "Intervals") -> "Intervals":
        # Each of ours meets a run of theirs: from the first that ends after it begins to the last before it ends.
        first = np.searchsorted(other.end, self.start, side="right")
        count = np.searchsorted(other.start, self.end, side="left") - first
        ours = np.repeat(np.arange(len(self.start)), count)
        theirs = np.arange(len(ours)) - np.repeat(np.cumsum(count) - count, count) + np.repeat(first, count)
        return Intervals(
            np.maximum(self.start[ours], other.start[theirs]), np.minimum(self.end[ours], other.end[theirs])
        )

    def __sub__(self, other: "Intervals") -> "Intervals":
        if not len(self.start) or not len(other.start):
            return self
        # What is left of the whole line, between and around theirs.
        low = min(int(self.start[0]), int(other.start[0])) - 1
        high = max(int(self.end[-1]), int(other.end[-1])) + 1
        gaps = Intervals(np.concatenate(([low], other.end)), np.concatenate((other.start, [high])))
        return self & gaps

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Intervals):
            return NotImplemented
        return np.array_equal(self.start, other.start) and np.array_equal(self.end, other.end)

    __hash__ = None  # type: ignore[assignment]  # arrays inside: compared, never used as a key

    @property
    def total(self) -> int:
        return int((self.end - self.start).sum())

    def pairs(self) -> list[tuple[int, int]]:
        return list(zip(self.start.tolist(), self.end.tolist(), strict=True))
