"""What the clock on the wall shows: the UTC offset of a place as a step function of time, for many instants at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

Seconds = npt.NDArray[np.int64]
DAY = 86_400
_EVER = np.int64(2**62)


@dataclass(frozen=True, slots=True, eq=False)
class WallClock:
    """`offset[i]` (seconds east of UTC) holds from `change[i]` (epoch seconds) on; `change[0]` is minus ever.

    Local seconds are those since 1970-01-01 00:00 on the wall: day number · 86,400 + time of day.
    """

    change: Seconds
    offset: Seconds

    @classmethod
    def of(cls, zones: Sequence[tuple[int, ZoneInfo]], since: int, until: int) -> "WallClock":
        """Clock for the epoch seconds [since, until). `zones`: (local day number it begins, zone), in order."""
        change: list[int] = []
        offset: list[int] = []
        for index, (first_day, zone) in enumerate(zones):
            steps = _steps(zone, since, until)
            begin = -int(_EVER) if index == 0 else _first_showing(steps, first_day * DAY)
            if index:
                while change[-1] >= begin:
                    change.pop()
                    offset.pop()
            in_force = [step for step in steps if step[0] <= begin]
            change.append(begin)
            offset.append(in_force[-1][1] if in_force else steps[0][1])
            for moment, east in steps:
                if moment > begin:
                    change.append(moment)
                    offset.append(east)
        return cls(np.array(change, np.int64), np.array(offset, np.int64))

    def local(self, instant: Seconds) -> Seconds:
        """Local seconds shown at each instant."""
        shown: Seconds = instant + self.offset[np.searchsorted(self.change, instant, side="right") - 1]
        return shown

    def instant(self, local: Seconds) -> Seconds:
        """First instant at which the wall reaches or passes each local time.

        A time the wall shows twice is its first showing (what zoneinfo calls fold 0); a time that is skipped is
        the moment of the skip, so windows never turn inside out.
        """
        reached = self.change[1:] + np.maximum(self.offset[1:], self.offset[:-1])
        index = np.searchsorted(reached, local, side="right")
        following = np.append(self.change[1:], _EVER)
        first: Seconds = np.minimum(local - self.offset[index], following[index])
        return first

    def offset_at(self, instant: int) -> int:
        return int(self.offset[np.searchsorted(self.change, instant, side="right") - 1])


# Two changes of one zone are never closer than this: since 1970 the closest pair (Boa Vista 2000) is 7 days apart.
_LOOK_EVERY = 3 * DAY


def _steps(zone: ZoneInfo, since: int, until: int) -> list[tuple[int, int]]:
    """(from, offset) in order; the first holds from minus ever. Looked for in strides, then bisected to the second."""
    steps = [(-int(_EVER), _offset(zone, since))]
    for moment in range(since, until + _LOOK_EVERY, _LOOK_EVERY):
        ahead = _offset(zone, moment)
        if ahead == steps[-1][1]:
            continue
        low, high = moment - _LOOK_EVERY, moment
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if _offset(zone, middle) == ahead else (middle, high)
        steps.append((high, ahead))
    return steps


def _first_showing(steps: list[tuple[int, int]], local: int) -> int:
    clock = WallClock(np.array([s for s, _ in steps], np.int64), np.array([o for _, o in steps], np.int64))
    return int(clock.instant(np.array([local], np.int64))[0])


def _offset(zone: ZoneInfo, instant: int) -> int:
    shift = datetime.fromtimestamp(instant, UTC).astimezone(zone).utcoffset()
    assert shift is not None
    return int(shift.total_seconds())
