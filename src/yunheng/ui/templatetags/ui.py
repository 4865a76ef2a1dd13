"""Tags of every template (builtin, no {% load %} needed); /docs/domains/ui.md lists them."""

from __future__ import annotations

from django import template

register = template.Library()
