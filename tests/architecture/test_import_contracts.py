"""The five import contracts of pyproject.toml hold, and cover every package."""

from __future__ import annotations

import tomllib

import pytest
from importlinter.api import read_configuration
from importlinter.application.use_cases import lint_imports
from tests.architecture import tree

CONFIGURATION = str(tree.ROOT / "pyproject.toml")


def test_the_import_contracts_hold(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tree.ROOT)
    kept = lint_imports(config_filename=CONFIGURATION, cache_dir=None, no_logo=True)
    assert kept, capsys.readouterr().out


def test_there_are_five_contracts() -> None:
    contracts = read_configuration(CONFIGURATION)["contracts_options"]
    assert [contract["name"][0] for contract in contracts] == ["1", "2", "3", "4", "5"]


def test_every_domain_is_layered_inside() -> None:
    settings = tomllib.loads((tree.ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    inside = next(one for one in settings["tool"]["importlinter"]["contracts"] if one["id"] == "inside")
    ground = {"site", "ui", "foundation", "kernel"}
    assert set(inside["containers"]) == {f"yunheng.{name}" for name in tree.packages() if name not in ground}
