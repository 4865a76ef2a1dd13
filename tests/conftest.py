"""What every test may use. Imports nothing from Django here: pure tests run without it."""

from __future__ import annotations

pytest_plugins: list[str] = []
