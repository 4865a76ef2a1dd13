"""What every template knows: who is looking, at which project, and where they may go."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest


def page(request: HttpRequest) -> dict[str, Any]:
    return {"navigation": [], "project_choices": [], "current_project": None, "person": None}
