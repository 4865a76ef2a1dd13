"""The numbers of headings, annexes, tables and charts, counted once for every format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from yunheng.documents.rules.blocks import Annex, Chart, Gantt, Heading, Report, Table

_DIGITS = "零一二三四五六七八九"
_UNITS = ("", "十", "百", "千")


@dataclass(frozen=True, slots=True)
class Entry:
    """``number`` is printed directly before ``text``; ``anchor`` names the place inside the file."""

    number: str
    text: str
    level: int
    anchor: str

    @property
    def title(self) -> str:
        return self.number + self.text


@dataclass(frozen=True, slots=True)
class Outline:
    """``entries`` by index of the block in the report: headings and annexes; ``labels``: 表1, 图1."""

    entries: Mapping[int, Entry]
    labels: Mapping[int, str]

    def contents(self, depth: int) -> tuple[Entry, ...]:
        return tuple(entry for entry in self.entries.values() if entry.level <= depth)


def outline(report: Report) -> Outline:
    """一、→（一）→1.→（1）: a level starts again below each heading of a higher level and in each annex."""
    entries: dict[int, Entry] = {}
    labels: dict[int, str] = {}
    counters = [0, 0, 0, 0]
    annexes = tables = charts = 0
    for index, block in enumerate(report.blocks):
        match block:
            case Heading():
                number = ""
                if block.numbered:
                    counters[block.level - 1] += 1
                    counters[block.level :] = [0] * (4 - block.level)
                    number = heading_number(block.level, counters[block.level - 1])
                entries[index] = Entry(number, block.text, block.level, f"h{len(entries) + 1}")
            case Annex():
                annexes += 1
                counters = [0, 0, 0, 0]
                entries[index] = Entry(f"附件{annexes}　", block.title, 1, f"h{len(entries) + 1}")
            case Table() if block.caption:
                tables += 1
                labels[index] = f"表{tables}"
            case Chart() | Gantt():
                charts += 1
                labels[index] = f"图{charts}"
            case _:
                pass
    return Outline(MappingProxyType(entries), MappingProxyType(labels))


def heading_number(level: int, number: int) -> str:
    match level:
        case 1:
            return f"{chinese_number(number)}、"
        case 2:
            return f"（{chinese_number(number)}）"
        case 3:
            return f"{number}."
        case _:
            return f"（{number}）"


def chinese_number(number: int) -> str:
    """1 to 9999 as written in headings: 十, 十一, 二十, 一百零二."""
    if not 1 <= number <= 9999:
        raise ValueError(f"{number} is not 1 to 9999")
    digits = [int(digit) for digit in str(number)]
    words = ""
    for place, digit in zip(range(len(digits) - 1, -1, -1), digits, strict=True):
        if digit:
            words += _DIGITS[digit] + _UNITS[place]
        elif not words.endswith("零"):
            words += "零"
    words = words.rstrip("零")
    return words.removeprefix("一") if words.startswith("一十") else words
