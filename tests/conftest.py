"""What every test may use. Imports nothing from Django here: pure tests run without it."""

from __future__ import annotations

import pytest

pytest_plugins: list[str] = []


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    """Without pytest-django (``-p no:django``) nobody else knows this option of pyproject.toml."""
    if not pluginmanager.has_plugin("django"):
        parser.addini("DJANGO_SETTINGS_MODULE", "read by pytest-django, and by nobody in a pure run")
