"""Sentences of the rules are in the catalogue."""

from __future__ import annotations

import re
from importlib.resources import files

from yunheng.plans.wording import SENTENCES


def test_every_sentence_of_the_rules_is_listed_for_translation() -> None:
    rules = files("yunheng.plans.rules")
    sources = [item.read_text(encoding="utf-8") for item in rules.iterdir() if item.name.endswith(".py")]
    said = {text for source in sources for text in re.findall(r'Words\(\s*"([^"]*)"', source)}
    assert said == set(SENTENCES)
