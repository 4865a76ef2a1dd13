"""Every sentence of the kernel has its Chinese, and takes the same arguments there."""

from __future__ import annotations

import ast
import json
import re
from importlib.resources import files
from pathlib import Path

import yunheng.kernel
import yunheng.site.calc
from yunheng.kernel import holidays
from yunheng.kernel.reading import CaseError
from yunheng.kernel.words import Words, duration, say

CATALOGUE: dict[str, str] = json.loads(
    files("yunheng.kernel").joinpath("data/words.zh-hans.json").read_text(encoding="utf-8")
)
PLACEHOLDER = re.compile(r"%\(\w+\)s|%%")


def msgids() -> set[str]:
    """First arguments of `Words(…)` and `words(…)` in the kernel and in calc, and the names of holidays."""
    found: set[str] = set()
    for package in (yunheng.kernel, yunheng.site.calc):
        for path in Path(next(iter(package.__path__))).glob("*.py"):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            constants = {
                target.id: node.value.value
                for node in tree.body
                if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
                for target in node.targets
                if isinstance(target, ast.Name)
            }
            for node in ast.walk(tree):
                if (
                    isinstance(node, ast.Call)
                    and isinstance(node.func, ast.Name)
                    and node.func.id in ("Words", "words")
                ):
                    first = node.args[0]
                    if isinstance(first, ast.Constant):
                        found.add(str(first.value))
                    elif isinstance(first, ast.Name) and first.id in constants:
                        found.add(str(constants[first.id]))
    for year in range(2007, 2028):
        found |= set(holidays.national(year).off.values())
    return found - {""}


def test_every_sentence_is_translated_and_none_is_left_over() -> None:
    assert sorted(msgids() - set(CATALOGUE)) == []
    assert sorted(set(CATALOGUE) - msgids()) == []


def test_a_translation_takes_the_same_arguments() -> None:
    def arguments(text: str) -> list[str]:
        return sorted(set(PLACEHOLDER.findall(text)))

    assert {msgid for msgid, text in CATALOGUE.items() if arguments(text) != arguments(msgid)} == set()


def test_words_inside_words_are_translated_too() -> None:
    words = Words("Elapsed: %(total)s.", {"total": duration(-5400)})
    assert str(words) == "Elapsed: -1 h 30 min."
    assert say(words, "zh-Hans") == "已用：-1 小时 30 分。"
    assert say(words, "fr") == "Elapsed: -1 h 30 min."


def test_a_complaint_is_a_sentence_with_its_place() -> None:
    error = CaseError("a", Words("is missing."), Words("Say why, in words."))
    assert str(error) == "a: is missing. Say why, in words."
    assert str(error.within("case 1: ")) == "case 1: a: is missing. Say why, in words."
    assert str(error.within("b")) == "b.a: is missing. Say why, in words."
    assert str(CaseError("", Words("is missing."))) == "is missing."
    assert CaseError("", Words("is missing.")).within("b").place == "b"
    assert CaseError("[1]", Words("is missing.")).within("b").place == "b[1]"
