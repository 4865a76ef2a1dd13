"""Figures of a verdict in the words of the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import get_language, gettext_noop, pgettext
from django.utils.translation import gettext as _

from yunheng.kernel.words import Words, say

# Columns of registers that hold epoch seconds.
INSTANTS = {
    "reported", "responded", "response_due", "restored", "restore_due", "repair_due", "resolved", "due", "done",
    "complained", "decided",
}  # fmt: skip
STATES = {
    "measured": gettext_noop("Measured"),
    "vacuous": gettext_noop("Nothing happened"),
    "not_applicable": gettext_noop("Not applicable"),
    "missing": gettext_noop("Missing"),
}
STATE_TONES = {"measured": "good", "vacuous": "good", "not_applicable": "held", "missing": "late"}


def spoken(pair: list[Any]) -> str:
    """[msgid, arguments] as a sentence: the kernel's catalogue first, then Django's."""
    msgid, arguments = pair[0], {key: _argument(value) for key, value in pair[1].items()}
    said = say(Words(msgid, arguments), get_language() or "en")
    if said != (msgid % arguments if arguments else msgid):
        return said
    return _(msgid) % arguments if arguments else _(msgid)


def _argument(value: Any) -> Any:
    """An argument may be a sentence itself, or one word that the catalogue knows (a verdict, a level)."""
    if isinstance(value, list) and len(value) == 2 and isinstance(value[1], dict):
        return spoken(value)
    return _(value) if isinstance(value, str) and value.isascii() and value.replace(" ", "").isalpha() else value


def state_word(state: str) -> str:
    return _(STATES[state])


def value_text(item: Mapping[str, Any], formula: str) -> str:
    """The actual value: a share as per cent, cases as a number, yes or no in words."""
    if item["state"] == "vacuous":
        return "0" if formula == "zero_event" else state_word("vacuous")
    if item["state"] != "measured" or item["value"] is None:
        return "—"
    value = Decimal(item["value"])
    if formula == "yes_no":
        return pgettext("indicator", "met") if value >= 1 else pgettext("indicator", "not met")
    if formula in {"ratio", "inverse_ratio"}:
        return f"{value * 100:.2f}%"
    if formula == "gap_deduct":
        return f"{value:.2f}%"
    return f"{value.normalize():f}"


def number_text(number: object) -> str:
    """A count or an amount as people read it; what has no end is cut: `1,788,700`, `3.9589`."""
    value = Fraction(str(number))
    if value.denominator == 1:
        return f"{value.numerator:,}"
    return f"{float(value):,.4f}".rstrip("0").rstrip(".")


def weight_text(weight: object) -> str:
    if weight is None:
        return "—"
    number = Fraction(str(weight))
    return str(number.numerator) if number.denominator == 1 else f"{float(number):.4f}".rstrip("0")


def losses(result: Mapping[str, Any], count: int = 3) -> list[dict[str, Any]]:
    """Where most was lost, in points of the total, largest first."""
    weighed = [item for item in result["indicators"] if item["weight"] is not None]
    whole = sum((Fraction(str(item["weight"])) for item in weighed), Fraction(0))
    found = []
    for item in weighed:
        if item["score"] is None or not whole:
            continue
        lost = (100 - Fraction(item["score"])) * Fraction(str(item["weight"])) / whole
        if lost > 0:
            found.append({"id": item["id"], "name": item["name"], "lost": f"{float(lost):.2f}", "exact": lost})
    found.sort(key=lambda loss: (-loss["exact"], loss["id"]))
    return found[:count]
