"""Characters that a format cannot carry or a font cannot draw."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Container
from typing import Any, TypeVar

SUBSTITUTE = "〓"
"""What printers set for a character they do not have."""

# XML 1.0 (and with it Word, Excel and SVG) has no place for these, not even escaped.
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# Joiners and variation selectors draw nothing by themselves: they vanish unreported when the font lacks them.
_SILENT = frozenset({0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0x00AD, *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)})
_NEVER_TEXT = frozenset({"key", "keys"})

T = TypeVar("T")


def carried(text: str) -> str:
    """The text without what XML cannot carry; a lone surrogate (half a character) shows as a substitute."""
    if not _NOT_IN_XML.search(text):
        return text
    return _NOT_IN_XML.sub(lambda match: SUBSTITUTE if "\ud800" <= match[0] <= "\udfff" else "", text)


class Substitution:
    """Replaces what a font cannot draw and remembers it, in the order of first appearance."""

    def __init__(self, covered: Container[int]) -> None:
        self._covered = covered
        self._missing: dict[str, None] = {}

    @property
    def missing(self) -> tuple[str, ...]:
        return tuple(self._missing)

    def __call__(self, text: str) -> str:
        if text.isascii():
            return text
        return "".join(self._drawn(character) for character in text)

    def _drawn(self, character: str) -> str:
        if character in "\n\t\r" or ord(character) in self._covered:
            return character
        if ord(character) in _SILENT:
            return ""
        self._missing[character] = None
        return SUBSTITUTE


def map_texts(value: T, change: Callable[[str], str]) -> T:
    """A copy of a report or any part of one with every printed string changed; keys stay as they are."""
    changed: Any = _map(value, change)
    return changed  # type: ignore[no-any-return]  # built field by field, so mypy sees Any; the type is the same


def _map(value: Any, change: Callable[[str], str]) -> Any:
    if type(value) is str:  # an enumeration's member is a str too, but it is no text
        return change(value)
    if isinstance(value, tuple):
        return tuple(_map(part, change) for part in value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {
            field.name: _map(getattr(value, field.name), change)
            for field in dataclasses.fields(value)
            if field.name not in _NEVER_TEXT
        }
        return dataclasses.replace(value, **fields)
    return value
