"""The level of a fault: how far it reaches (impact) by how much it stops (urgency)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

LEVELS = (1, 2, 3, 4)
DEGREES = (1, 2, 3)  # 1 is the gravest, of impact as of urgency

# impact 1 whole office, 2 department, 3 one person × urgency 1 stands still, 2 restricted, 3 slight
_MATRIX = np.array([[1, 2, 3], [2, 3, 4], [3, 4, 4]], np.int64)


def levels(impact: npt.ArrayLike, urgency: npt.ArrayLike) -> npt.NDArray[np.int64]:
    """Level 1..4 per row. Raises IndexError for a degree outside 1..3."""
    rows, columns = np.asarray(impact, np.int64), np.asarray(urgency, np.int64)
    if rows.size and (min(rows.min(), columns.min()) < 1 or max(rows.max(), columns.max()) > 3):
        raise IndexError("impact and urgency are 1, 2 or 3")
    found: npt.NDArray[np.int64] = _MATRIX[rows - 1, columns - 1]
    return found


def level_of(impact: int, urgency: int) -> int:
    return int(levels([impact], [urgency])[0])
