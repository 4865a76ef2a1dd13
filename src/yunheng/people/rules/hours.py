"""Service hours as people write them, and as the kernel reads them.

`08:30-12:00 14:00-17:30` per weekday; days one per line: `2021-10-01`, `2021-09-18 fri`, `2021-12-31 08:30-12:00`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WINDOW = re.compile(r"^(\d{1,2}):(\d{2})\s*[-–—~～至]\s*(\d{1,2}):(\d{2})$")
_SPLIT = re.compile(r"[\s,，;；、]+")
_DAY = re.compile(r"^\d{4}-\d{2}-\d{2}$")
CLOSED = frozenset({"", "-", "closed", "off", "休", "休息", "关闭"})
_NAMES = {
    **{name: name for name in WEEKDAYS},
    **{f"周{sign}": name for sign, name in zip("一二三四五六日", WEEKDAYS, strict=True)},
    "周天": "sun",
}


@dataclass(frozen=True, slots=True)
class Unreadable(ValueError):
    """``text`` cannot be read as ``wanted`` (window, day, weekday)."""

    wanted: str
    text: str


def windows(text: str) -> list[list[str]]:
    """`8:30-12:00, 14:00-17:30` → [["08:30","12:00"],["14:00","17:30"]]; nothing or `closed` → []."""
    text = re.sub(r"\s*([-–—~～至])\s*", r"\1", text.replace("：", ":").strip())
    if text.lower() in CLOSED:
        return []
    found = []
    for part in filter(None, _SPLIT.split(text)):
        match = _WINDOW.match(part)
        if match is None:
            raise Unreadable("window", part)
        begin, end = (f"{int(match[hour]):02}:{match[hour + 1]}" for hour in (1, 3))
        found.append([begin, end])
    return found


def windows_text(data: Sequence[Sequence[str]]) -> str:
    return " ".join(f"{begin}-{end}" for begin, end in data)


def days(text: str) -> list[str]:
    found = [part for part in _SPLIT.split(text.strip()) if part]
    for part in found:
        if not _DAY.match(part):
            raise Unreadable("day", part)
    return sorted(set(found))


def make_up_days(text: str) -> dict[str, str]:
    """`2021-09-18 fri` per line: the weekday whose hours are worked; without one, Monday's."""
    found = {}
    for line in _lines(text):
        day, _gap, weekday = line.partition(" ")
        if not _DAY.match(day):
            raise Unreadable("day", line)
        name = _NAMES.get(weekday.strip().lower() or "mon")
        if name is None:
            raise Unreadable("weekday", line)
        found[day] = name
    return found


def special_days(text: str) -> dict[str, list[list[str]]]:
    found = {}
    for line in _lines(text):
        day, _gap, hours = line.partition(" ")
        if not _DAY.match(day):
            raise Unreadable("day", line)
        found[day] = windows(hours)
    return found


def lines_of(data: Mapping[str, Any]) -> dict[str, str]:
    """The parts of a version's data as the form shows them."""
    holidays = data.get("holidays", {})
    return {
        **{name: windows_text(data.get("weekly", {}).get(name, [])) for name in WEEKDAYS},
        "dates": "\n".join(holidays.get("dates", [])),
        "yearly": " ".join(holidays.get("yearly", [])),
        "workdays": "\n".join(f"{day} {name}" for day, name in sorted(data.get("workdays", {}).items())),
        "special": "\n".join(
            f"{day} {windows_text(hours) or 'closed'}" for day, hours in sorted(data.get("special", {}).items())
        ),
    }


def _lines(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]
