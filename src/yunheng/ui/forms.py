"""What forms of every package share: fields as people type them, and the words of an action beside its fields."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from django import forms

from yunheng.foundation.errors import Conflict, Invalid


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self, **attributes: Any) -> None:
        super().__init__(attrs=attributes, format="%Y-%m-%d")


class DayField(forms.DateField):
    def __init__(self, **options: Any) -> None:
        super().__init__(**{"widget": DayInput(), **options})


class MoneyField(forms.DecimalField):
    """Yuan with two decimals; what is negative is refused by the action, in its own words."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"max_digits": 16, "decimal_places": 2, **options})


def day_after(day: date | None) -> date | None:
    """People write the last day; periods keep the first day after it."""
    return None if day is None else day + timedelta(days=1)


def tell(form: forms.BaseForm, problem: Invalid | Conflict) -> None:
    """Put what an action refused beside the field it is about, the rest at the top."""
    fields: Mapping[str, str] = problem.fields if isinstance(problem, Invalid) else {}
    for name, words in fields.items():
        if name in form.fields:
            form.add_error(name, words)
    if not any(name in form.fields for name in fields):
        form.add_error(None, str(problem))
        for words in fields.values():
            form.add_error(None, words)


def succeeds(form: forms.BaseForm, act: Callable[[dict[str, Any]], object]) -> bool:
    """Whether the form is valid and ``act(cleaned_data)`` did it; what was refused is told in the form."""
    if not form.is_valid():
        return False
    try:
        act(form.cleaned_data)
    except (Invalid, Conflict) as problem:
        tell(form, problem)
        return False
    return True
