"""What the pages of people share: forms that speak the words of the actions, and pages of long tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from yunheng.foundation.errors import Conflict, Invalid


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self, **attributes: Any) -> None:
        super().__init__(attrs=attributes, format="%Y-%m-%d")


def tell(form: forms.BaseForm, problem: Invalid | Conflict) -> None:
    """Put what an action refused beside the field it is about, the rest at the top."""
    fields: Mapping[str, str] = problem.fields if isinstance(problem, Invalid) else {}
    for name, words in fields.items():
        if name in form.fields:
            form.add_error(name, words)
    if not any(name in form.fields for name in fields):
        form.add_error(None, str(problem))


def start_of(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time(), timezone.get_current_timezone())


def day_after(day: date | None) -> date | None:
    """People write the last day; we keep the first day after it."""
    return None if day is None else day + timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Part:
    """One page of a long table ordered by ``field``; ``next`` begins the following one."""

    rows: list[Any]
    words: str
    next: str


def part_of(request: HttpRequest, rows: QuerySet[Any], *, field: str, search: tuple[str, ...], size: int = 100) -> Part:
    """Searches with ?q= and goes on with ?after=; for tables of a few thousand rows of one office."""
    words = request.GET.get("q", "").strip()[:100]
    if words:
        wanted = Q()
        for name in search:
            wanted |= Q(**{f"{name}__icontains": words})
        rows = rows.filter(wanted)
    if after := request.GET.get("after", ""):
        rows = rows.filter(**{f"{field}__gt": after})
    found: list[Model] = list(rows.order_by(field)[: size + 1])
    return Part(found[:size], words, getattr(found[size - 1], field) if len(found) > size else "")
