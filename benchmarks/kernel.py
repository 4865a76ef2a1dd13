"""Working time, breach and shares of n tickets with pauses: CPU seconds, growth, and the ratio to a plain loop.

    python -m benchmarks.kernel [--tickets N ...] [--sample N]

Each ticket has a calendar of its own kind (office hours or around the clock by level), a target and up to two pauses;
for each the deadline, the working time spent and the breach are computed, then the shares in time per contract, level
and month. The loop does the same per ticket, day by day, over a sample of the same tickets in the same run.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np
import numpy.typing as npt

from yunheng.kernel.business_time import Pauses, WorkingTime
from yunheng.kernel.calendars import ServiceCalendar, built_in

Ints = npt.NDArray[np.int64]
FIRST, LAST = date(2021, 7, 1), date(2022, 6, 30)
TARGETS = np.array([4 * 3600, 8 * 3600, 8 * 3600, 35 * 3600], np.int64)  # P1 and P2 around the clock, P3 and P4 office
CONTRACTS = 5


@dataclass(frozen=True, slots=True)
class Tickets:
    reported: Ints
    restored: Ints
    level: Ints  # 0..3
    contract: Ints
    pauses: Pauses

    def __len__(self) -> int:
        return len(self.reported)


def tickets(count: int, seed: int = 1) -> Tickets:
    chance = np.random.default_rng(seed)
    reported = np.sort(1_625_068_800 + chance.integers(0, 350 * 86_400, count))
    restored = reported + chance.exponential(12 * 3600, count).astype(np.int64) + 60
    level = chance.choice(4, count, p=[0.02, 0.08, 0.4, 0.5])
    # 45 % have one pause, 10 % a second one that may overlap the first.
    many = chance.choice(3, count, p=[0.45, 0.45, 0.1])
    owner = np.repeat(np.arange(count), many)
    begin = reported[owner] + chance.integers(0, 20 * 3600, len(owner))
    end = begin + chance.exponential(6 * 3600, len(owner)).astype(np.int64)
    return Tickets(reported, restored, level, chance.integers(0, CONTRACTS, count), Pauses(owner, begin, end))


def judged(given: Tickets, office: WorkingTime, always: WorkingTime) -> tuple[Ints, Ints, npt.NDArray[np.bool_]]:
    """Deadline, working time spent and breach of every ticket."""
    due = np.empty(len(given), np.int64)
    spent = np.empty(len(given), np.int64)
    around = given.level < 2
    for working, mine in ((always, around), (office, ~around)):
        rows = np.flatnonzero(mine)
        place = np.cumsum(mine) - 1
        kept = mine[given.pauses.owner]
        still = Pauses(place[given.pauses.owner[kept]], given.pauses.start[kept], given.pauses.end[kept])
        due[rows] = working.due(given.reported[rows], TARGETS[given.level[rows]], still)
        spent[rows] = working.elapsed(given.reported[rows], given.restored[rows], still)
    return due, spent, given.restored > due


def shares(given: Tickets, breached: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
    """Share in time by contract, level and month."""
    month = (given.reported - 1_625_068_800) // (31 * 86_400)
    group = (given.contract * 4 + given.level) * 12 + month
    whole = np.bincount(group, minlength=CONTRACTS * 4 * 12)
    late = np.bincount(group[breached], minlength=CONTRACTS * 4 * 12)
    return 1 - late / np.maximum(whole, 1)


class Loop:
    """What one writes first: walk the days of each ticket, window by window."""

    def __init__(self, calendar: ServiceCalendar) -> None:
        self.calendar = calendar
        self.zone = calendar.zone

    def windows(self, day: date) -> list[tuple[int, int]]:
        midnight = int(datetime(day.year, day.month, day.day, tzinfo=self.zone).timestamp())
        return [(midnight + begin, midnight + end) for begin, end in self.calendar.windows(day)]

    def pieces(self, start: int, pauses: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
        """Working stretches of the day of `start` from there on, without pauses."""
        day = datetime.fromtimestamp(start, UTC).astimezone(self.zone).date()
        found = []
        for window_begin, end in self.windows(day):
            cuts, begin = sorted(pauses), max(window_begin, start)
            for pause_begin, pause_end in cuts:
                if pause_end <= begin or pause_begin >= end:
                    continue
                if pause_begin > begin:
                    found.append((begin, pause_begin))
                begin = max(begin, pause_end)
            if begin < end:
                found.append((begin, end))
        return found

    def midnight_after(self, moment: int) -> int:
        day = datetime.fromtimestamp(moment, UTC).astimezone(self.zone).date() + timedelta(days=1)
        return int(datetime(day.year, day.month, day.day, tzinfo=self.zone).timestamp())

    def due(self, start: int, seconds: int, pauses: Sequence[tuple[int, int]]) -> int:
        moment = start
        while True:
            for begin, end in self.pieces(moment, pauses):
                if end - begin >= seconds:
                    return begin + seconds
                seconds -= end - begin
            moment = self.midnight_after(moment)

    def elapsed(self, start: int, end: int, pauses: Sequence[tuple[int, int]]) -> int:
        moment, total = start, 0
        while moment < end:
            total += sum(max(0, min(last, end) - first) for first, last in self.pieces(moment, pauses))
            moment = self.midnight_after(moment)
        return total


def looped(given: Tickets, rows: Sequence[int], office: Loop, always: Loop) -> list[tuple[int, int]]:
    stopped: dict[int, list[tuple[int, int]]] = {row: [] for row in rows}
    owners = given.pauses.owner
    for row in rows:
        low, high = np.searchsorted(owners, (row, row + 1))
        stopped[row] = [(int(given.pauses.start[i]), int(given.pauses.end[i])) for i in range(low, high)]
    found = []
    for row in rows:
        loop = always if given.level[row] < 2 else office
        start, end = int(given.reported[row]), int(given.restored[row])
        seconds = int(TARGETS[given.level[row]])
        found.append((loop.due(start, seconds, stopped[row]), loop.elapsed(start, end, stopped[row])))
    return found


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tickets", type=int, nargs="*", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--sample", type=int, default=2_000, help="tickets that the plain loop answers")
    options = parser.parse_args(argv)

    began = time.process_time()
    office, always = (WorkingTime.of(built_in(name), FIRST, LAST) for name in ("cn-5x8", "cn-7x24"))
    print(f"both calendars laid out over one year: {time.process_time() - began:.4f} CPU-s")
    print(
        f"{'tickets':>10} {'pauses':>10} {'CPU-s':>8} {'per 1,000':>10} {'loop per 1,000':>15} {'ratio':>7} {'late':>7}"
    )
    for count in options.tickets:
        given = tickets(count)
        judged(tickets(1_000), office, always)  # the range has grown to what the tickets need
        cost = min(_cost(given, office, always) for _ in range(3))
        due, spent, breached = judged(given, office, always)
        rows = np.random.default_rng(2).choice(count, min(options.sample, count), replace=False).tolist()
        loops = Loop(built_in("cn-5x8")), Loop(built_in("cn-7x24"))
        began = time.process_time()
        found = looped(given, rows, *loops)
        plain = time.process_time() - began
        if found != [(int(due[row]), int(spent[row])) for row in rows]:
            raise SystemExit("the loop and the kernel disagree")
        each, each_plain = cost / count * 1000, plain / len(rows) * 1000
        print(
            f"{count:>10,} {len(given.pauses.owner):>10,} {cost:>8.3f} {each * 1e3:>8.3f}ms"
            f" {each_plain * 1e3:>13.1f}ms {each_plain / each:>6.0f}x {breached.mean():>7.2%}"
        )
    return 0


def _cost(given: Tickets, office: WorkingTime, always: WorkingTime) -> float:
    began = time.process_time()
    _, _, breached = judged(given, office, always)
    shares(given, breached)
    return time.process_time() - began


if __name__ == "__main__":
    raise SystemExit(main())
