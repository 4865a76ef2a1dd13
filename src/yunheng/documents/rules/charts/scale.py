"""From values to places on the sheet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

_STEPS = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10))


def shown(value: Decimal | int) -> str:
    """A value as it stands beside its mark: no exponent, no idle zeros after the point."""
    text = format(Decimal(value), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


@dataclass(frozen=True, slots=True)
class Scale:
    """Round ticks from ``low`` to ``high``; ``place`` puts a value between ``start`` and ``end``."""

    low: Decimal
    high: Decimal
    step: Decimal
    start: float
    end: float

    @property
    def ticks(self) -> tuple[Decimal, ...]:
        count = int((self.high - self.low) / self.step)
        return tuple(self.low + self.step * index for index in range(count + 1))

    def place(self, value: Decimal | int) -> float:
        return self.start + float((Decimal(value) - self.low) / (self.high - self.low)) * (self.end - self.start)


def scale_for(
    values: Iterable[Decimal | int | None],
    start: float,
    end: float,
    *,
    from_zero: bool = True,
    whole: bool = False,
) -> Scale:
    """About five round steps that hold all values; ``whole`` never divides a unit (pieces, people)."""
    known = [Decimal(value) for value in values if value is not None] or [Decimal(0)]
    low, high = min(known), max(known)
    if from_zero:
        low, high = min(low, Decimal(0)), max(high, Decimal(0))
    if low == high:
        low, high = (low, low + 1) if low >= 0 else (low, Decimal(0))
    step = _step((high - low) / 5)
    if whole:
        step = max(step, Decimal(1)).to_integral_value(ROUND_CEILING)
    foot = low if from_zero or low < 0 else max(Decimal(0), low - step / 3)  # room for words below a low point
    bottom = (foot / step).to_integral_value(ROUND_FLOOR) * step
    top = (high / step).to_integral_value(ROUND_CEILING) * step
    return Scale(bottom, top, step, start, end)


def _step(rough: Decimal) -> Decimal:
    magnitude = Decimal(1).scaleb(rough.adjusted())
    return next(step * magnitude for step in _STEPS if step * magnitude >= rough)
