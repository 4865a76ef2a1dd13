"""The table of service targets that a new operations contract starts with. It has no force of its own.

Published contracts differ tenfold, so these are figures to argue about: a line is judged by only when the contract's
clause was entered and the owner confirmed it. Levels: 1 whole office down, 2 a system or floor down, 3 one function
or device, 4 one person.
"""

from __future__ import annotations

from dataclasses import dataclass

MINUTE, HOUR = 60, 3600
ALWAYS, OFFICE_HOURS = "cn-7x24", "cn-5x8"


@dataclass(frozen=True, slots=True)
class TemplateTarget:
    """Seconds of the calendar's time or working days; ``outside`` for what is reported outside office hours (None:
    the same; under office hours that is the next workday by itself)."""

    level: int
    clock: str
    seconds: int | None
    days: int | None
    outside: int | None
    calendar: str


def _line(
    level: int, clock: str, calendar: str, seconds: int | None = None, *, days: int | None = None, outside: int = 0
) -> TemplateTarget:
    return TemplateTarget(level, clock, seconds, days, outside or None, calendar)


TEMPLATE: tuple[TemplateTarget, ...] = (
    _line(1, "response", ALWAYS, 15 * MINUTE),
    _line(1, "on_site", ALWAYS, 30 * MINUTE, outside=2 * HOUR),
    _line(1, "restore", ALWAYS, 4 * HOUR),
    _line(1, "repair", ALWAYS, 12 * HOUR),
    _line(2, "response", ALWAYS, 30 * MINUTE),
    _line(2, "on_site", ALWAYS, 1 * HOUR, outside=4 * HOUR),
    _line(2, "restore", ALWAYS, 8 * HOUR),
    _line(2, "repair", ALWAYS, 24 * HOUR),
    _line(3, "response", OFFICE_HOURS, 1 * HOUR),
    _line(3, "on_site", OFFICE_HOURS, 2 * HOUR),
    _line(3, "restore", OFFICE_HOURS, 8 * HOUR),
    _line(3, "repair", OFFICE_HOURS, days=3),
    _line(4, "response", OFFICE_HOURS, 2 * HOUR),
    _line(4, "on_site", OFFICE_HOURS, 4 * HOUR),
    _line(4, "repair", OFFICE_HOURS, days=5),
)
