"""Judging many faults at once: columns in, masks out. Instants are int64 epoch seconds, clocks.NONE for "not known"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from yunheng.servicedesk.rules.clocks import NONE

Seconds = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Faults:
    """One row per ticket of the period (and, for the days they cost, those still open from before)."""

    contract: Seconds  # index of the contract among those of the register
    reported: Seconds
    level: Seconds
    excluded: Seconds  # 0 counted, else 1 + place in EXCLUSIONS
    counts: Mask  # false while the report is back-filled and unconfirmed
    earlier: Mask  # reported before the period
    responded: Seconds
    restored: Seconds
    resolved: Seconds
    response_due: Seconds
    restore_due: Seconds
    repair_due: Seconds
    response_breached: Seconds
    restore_breached: Seconds
    repair_breached: Seconds
    held_since: Seconds  # a counted pause that lasts at the cut-off
    paused: Mask
    system: Seconds  # place in the lists of codes, -1 for none
    device: Seconds

    def __len__(self) -> int:
        return len(self.reported)

    def with_deadlines(self, rows: Mask, response: Seconds, restore: Seconds, repair: Seconds) -> Faults:
        """Other deadlines for some rows, and no clock held for them."""
        changed = {}
        for name, values in (("response_due", response), ("restore_due", restore), ("repair_due", repair)):
            column = getattr(self, name).copy()
            column[rows] = values
            changed[name] = column
        return replace(self, held_since=np.where(rows, NONE, self.held_since), **changed)


EXCLUSIONS = ("request", "duplicate", "false_alarm", "withdrawn", "not_a_fault")

# Why a row is not in the denominator. 1..5 are the exclusions, in their order.
UNCONFIRMED, EARLIER, OTHER_CONTRACT, NOT_YET_DUE, LEVEL, NO_OBJECT, NO_DAY = range(6, 13)


def left_out(faults: Faults, contracts: Sequence[int]) -> Codes:
    """What holds for every indicator: exclusions, unconfirmed reports, other contracts, earlier periods."""
    codes = faults.excluded.astype(np.uint8)
    for code, where in (
        (OTHER_CONTRACT, ~np.isin(faults.contract, np.asarray(contracts, np.int64))),
        (UNCONFIRMED, ~faults.counts),
        (EARLIER, faults.earlier),
    ):
        codes[where & (codes == 0)] = code
    return codes


@dataclass(frozen=True, slots=True, eq=False)
class Verdict:
    """``counted`` is the denominator, ``hit`` the numerator; ``unjudged`` are counted rows that nobody can judge:
    their level has no target."""

    left_out: Codes
    hit: Mask
    unjudged: Mask

    @property
    def counted(self) -> Mask:
        return np.asarray(self.left_out == 0, np.bool_)


def resolved(faults: Faults, out: Codes, cut_off: int, *, open_counts: bool) -> Verdict:
    """A fault is resolved by the cut-off or it is not. While its repair is not yet due it is left out, unless
    ``open_counts``; without a deadline it counts."""
    done = (faults.resolved != NONE) & (faults.resolved <= cut_off)
    codes = out.copy()
    if not open_counts:
        waiting = (
            ~done & (faults.repair_due != NONE) & ~_past(faults, faults.repair_due, faults.repair_breached, cut_off)
        )
        codes[waiting & (codes == 0)] = NOT_YET_DUE
    return Verdict(codes, done & (codes == 0), np.zeros(len(faults), np.bool_))


def responded_in_time(faults: Faults, out: Codes, cut_off: int) -> Verdict:
    """Without a recorded response a fault is late as soon as it is due. No pause stops the response clock."""
    return _in_time(faults, out, faults.responded, faults.response_due, faults.response_breached, cut_off, held=False)


def restored_in_time(faults: Faults, out: Codes, cut_off: int, *, final: bool = False) -> Verdict:
    """Restored (temporarily, by spare equipment or by repair) within the restore limit; where the level has none,
    within the repair limit. ``final``: repaired within the repair limit."""
    if final:
        return _in_time(faults, out, faults.resolved, faults.repair_due, faults.repair_breached, cut_off)
    own = faults.restore_due != NONE
    due = np.where(own, faults.restore_due, faults.repair_due)
    breached = np.where(own, faults.restore_breached, faults.repair_breached)
    return _in_time(faults, out, faults.restored, due, breached, cut_off)


def _in_time(
    faults: Faults, out: Codes, stop: Seconds, due: Seconds, breached: Seconds, cut_off: int, *, held: bool = True
) -> Verdict:
    done = stop != NONE
    codes = out.copy()
    unjudged = (due == NONE) & (codes == 0)
    past = _past(faults, due, breached, cut_off) if held else (cut_off > due) | (breached != NONE)
    codes[~done & ~past & (due != NONE) & (codes == 0)] = NOT_YET_DUE
    # A recorded breach holds against a deadline that has moved since: in time is before both.
    limit = np.where(breached == NONE, due, np.minimum(due, breached))
    return Verdict(codes, done & (due != NONE) & (stop <= limit) & (codes == 0), unjudged)


def _past(faults: Faults, due: Seconds, breached: Seconds, cut_off: int) -> Mask:
    """The deadline has passed by the cut-off, and no counted pause holds the clock before it."""
    held = (faults.held_since != NONE) & (due > faults.held_since)
    return np.asarray((breached != NONE) | ((cut_off > due) & ~held), np.bool_)


# ---------------------------------------------------------------- days


@dataclass(frozen=True, slots=True, eq=False)
class Stretches:
    """Stretches of service: object, first and last day (local day numbers), contract."""

    object: Seconds
    first: Seconds
    last: Seconds
    contract: Seconds


def faulty_days(service: Stretches, owner: Seconds, first: Seconds, last: Seconds) -> tuple[Seconds, Mask]:
    """Days with at least one open fault per stretch of service, overlaps once; and which faults cost a day.

    ``owner`` is the object of each fault.
    """
    cost = np.zeros(len(service.object), np.int64)
    used = np.zeros(len(owner), np.bool_)
    order = np.lexsort((first, owner))
    by_object = {int(key): order[low:high] for key, low, high in _runs(owner[order])}
    for place, (one, since, until) in enumerate(
        zip(service.object.tolist(), service.first.tolist(), service.last.tolist(), strict=True)
    ):
        rows = by_object.get(one)
        if rows is None:
            continue
        begin, end = np.maximum(first[rows], since), np.minimum(last[rows], until)
        inside = begin <= end
        if not inside.any():
            continue
        used[rows[inside]] = True
        begin, end = begin[inside], end[inside]
        reached = np.maximum.accumulate(end)
        start = begin.copy()
        start[1:] = np.maximum(begin[1:], reached[:-1] + 1)
        cost[place] = int(np.maximum(end - start + 1, 0).sum())
    return cost, used


def _runs(keys: Seconds) -> list[tuple[int, int, int]]:
    """(key, from, to) of equal neighbours."""
    if not len(keys):
        return []
    edges = np.flatnonzero(np.diff(keys)) + 1
    bounds = [0, *edges.tolist(), len(keys)]
    return [(int(keys[low]), low, high) for low, high in pairwise(bounds)]


def mean_fault_free(service_days: Sequence[int], fault_days: Sequence[int]) -> Fraction:
    """Sum over systems of the share of days without a fault; divided by their number it is the value."""
    return sum(
        (Fraction(days - faulty, days) for days, faulty in zip(service_days, fault_days, strict=True)), Fraction(0)
    )
