"""Sentences that travel as data: an English msgid and its arguments, put into a language by whoever shows them."""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import NamedTuple

NOTHING: Mapping[str, object] = MappingProxyType({})


class Words(NamedTuple):
    """`msgid % arguments`; an argument may be Words itself. A literal per cent sign is written `%%`."""

    msgid: str
    arguments: Mapping[str, object] = NOTHING

    def __str__(self) -> str:
        return say(self, "en")


def say(words: Words, language: str) -> str:
    """The sentence in `language` (a BCP 47 tag); msgids are English, so an unknown language reads English."""
    template = _catalogue(language).get(words.msgid, words.msgid)
    arguments = {
        name: say(value, language) if isinstance(value, Words) else value for name, value in words.arguments.items()
    }
    return template % arguments


def duration(seconds: int) -> Words:
    """'7 h 30 min' as Words; the sign is kept."""
    sign = "-" if seconds < 0 else ""
    minutes, rest = divmod(abs(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    parts = {"sign": sign, "hours": hours, "minutes": minutes, "seconds": rest}
    if rest:
        return Words("%(sign)s%(hours)s h %(minutes)s min %(seconds)s s", parts)
    if minutes and hours:
        return Words("%(sign)s%(hours)s h %(minutes)s min", parts)
    if minutes:
        return Words("%(sign)s%(minutes)s min", parts)
    return Words("%(sign)s%(hours)s h", parts)


@cache
def _catalogue(language: str) -> Mapping[str, str]:
    if not language.lower().startswith("zh"):
        return {}
    text = files("yunheng.kernel").joinpath("data/words.zh-hans.json").read_text(encoding="utf-8")
    catalogue: dict[str, str] = json.loads(text)
    return catalogue
