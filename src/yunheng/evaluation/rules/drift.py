"""Drift: what differs between the evidence kept with a verdict and the same question asked again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from yunheng.evaluation.rules.evidence import Column, Evidence, Marks, Table

CHANGED, REMOVED, ADDED, MOVED = "changed", "removed", "added", "moved"


@dataclass(frozen=True, slots=True)
class Difference:
    """One record that no longer says what it said. ``trouble`` is changed, removed, added, or moved (counted then
    and left out now, or the reverse); ``field``, ``then`` and ``now`` say in which value."""

    register: str
    kind: str
    reference: str
    trouble: str
    field: str = ""
    then: Any = None
    now: Any = None


def compare(then: Evidence, now: Evidence, *, limit: int = 1000) -> list[Difference]:
    """Differences record by record, in order of register and reference, at most ``limit`` of them.

    A register that only one side has is all removed or all added.
    """
    found: list[Difference] = []
    for name in sorted({*then.tables, *now.tables}):
        old, new = then.tables.get(name), now.tables.get(name)
        found += _compare_tables(old or _empty(new, name), new or _empty(old, name), limit)
        if old is not None and new is not None:
            for indicator in sorted({*then.marks} & {*now.marks}):
                before, after = then.marks[indicator], now.marks[indicator]
                if before.register == after.register == name:
                    found += _compare_marks(old, before, new, after, limit)
    return found[:limit]


def _empty(other: Table | None, name: str) -> Table:
    return Table(name, other.kind if other else "", [], {})


def _compare_tables(old: Table, new: Table, limit: int) -> list[Difference]:
    where_old, where_new, gone, come = _align(old.references, new.references)
    found = [Difference(old.name, old.kind, reference, REMOVED) for reference in gone[:limit]]
    found += [Difference(new.name, new.kind, reference, ADDED) for reference in come[:limit]]
    for field in sorted({*old.columns} | {*new.columns}):
        before, after = old.columns.get(field), new.columns.get(field)
        if before is None or after is None:
            continue  # a column that a later release added or dropped is no change of a record
        for left, right in zip(*_unequal(before, after, where_old, where_new), strict=True):
            if len(found) >= limit:
                break
            found.append(
                Difference(
                    old.name, old.kind, old.references[left], CHANGED, field, _at(before, left), _at(after, right)
                )
            )
    found.sort(key=lambda item: (item.reference, item.trouble, item.field))
    return found


def _compare_marks(old: Table, before: Marks, new: Table, after: Marks, limit: int) -> list[Difference]:
    where_old, where_new, _gone, _come = _align(old.references, new.references)
    moved = before.counted[where_old] != after.counted[where_new]
    return [
        Difference(
            old.name,
            old.kind,
            old.references[int(where_old[place])],
            MOVED,
            before.indicator,
            _word(before, int(where_old[place])),
            _word(after, int(where_new[place])),
        )
        for place in np.flatnonzero(moved)[:limit]
    ]


def _word(marks: Marks, row: int) -> str:
    if marks.counted[row]:
        return "counted"
    reason = int(marks.left_out[row])
    return marks.reasons[reason - 1] if 0 < reason <= len(marks.reasons) else "left out"


def _align(old: list[str], new: list[str]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], list[str], list[str]]:
    """Row numbers of the records both have, then what only the old and only the new one has."""
    if old == new:
        rows = np.arange(len(old), dtype=np.int64)
        return rows, rows, [], []
    place = {reference: row for row, reference in enumerate(new)}
    pairs = [(row, place[reference]) for row, reference in enumerate(old) if reference in place]
    known = set(old)
    gone = [reference for reference in old if reference not in place]
    come = [reference for reference in new if reference not in known]
    both = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return both[:, 0], both[:, 1], gone, come


def _unequal(
    before: Column, after: Column, where_old: npt.NDArray[np.int64], where_new: npt.NDArray[np.int64]
) -> tuple[list[int], list[int]]:
    if isinstance(before, list) or isinstance(after, list):
        pairs = [
            (int(left), int(right))
            for left, right in zip(where_old, where_new, strict=True)
            if str(before[int(left)]) != str(after[int(right)])
        ]
        return [left for left, _ in pairs], [right for _, right in pairs]
    places = np.flatnonzero(before[where_old] != after[where_new])
    return where_old[places].tolist(), where_new[places].tolist()


def _at(column: Column, row: int) -> Any:
    return column[row] if isinstance(column, list) else int(column[row])
