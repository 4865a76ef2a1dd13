"""House rules as code: each rule accepts its good example, refuses its bad one, and the tree keeps it."""

from __future__ import annotations

import ast

import pytest
from tests.architecture import tree
from tests.architecture.house_rules import RULES, HouseRule

EVERY_RULE = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name.replace(" ", "-"))


@EVERY_RULE
def test_a_rule_accepts_its_good_example(rule: HouseRule) -> None:
    assert list(rule.faults(rule.good)) == []


@EVERY_RULE
def test_a_rule_refuses_its_bad_example(rule: HouseRule) -> None:
    assert len(list(rule.faults(rule.bad))) == 1


@EVERY_RULE
def test_the_tree_keeps_every_rule(rule: HouseRule) -> None:
    found = [
        f"{path}:{line}: {fault}"
        for path in tree.files()
        if rule.applies(path)
        for line, fault in rule.faults(tree.text(path))
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("package", tree.packages())
def test_every_package_has_its_sentence_and_nothing_else(package: str) -> None:
    source = (tree.SOURCES / package / "__init__.py").read_text(encoding="utf-8")
    module = ast.parse(source)
    sentence = ast.get_docstring(module) or ""
    assert sentence.endswith("."), f"{package}/__init__.py lacks the sentence that says what the package is for"
    assert len(module.body) == 1, f"{package}/__init__.py holds more than its sentence"


def test_no_module_is_named_after_nothing() -> None:
    nameless = {"utils", "util", "helpers", "common", "misc", "tools"}
    found = [str(path) for path in tree.files() if path.parts[0] == "src" and path.stem in nameless]
    assert not found, f"a module is a noun of the domain: {', '.join(found)}"
