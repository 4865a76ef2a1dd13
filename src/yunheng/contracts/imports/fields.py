"""Fields of a JSON object, taken one by one: each mistake is kept with its place, and reading goes on."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from yunheng.contracts.actions.projects import fault_words
from yunheng.contracts.rules.money import fault_of
from yunheng.foundation.errors import Invalid
from yunheng.foundation.tabular import Problem

NEVER = date(1, 1, 1)
DEEPEST = 40
MOST_DIGITS = 40  # of a number; what is longer is no amount


class Doubled(ValueError):
    """A key that an object has twice."""


def parse(content: bytes, name: str) -> Any:
    """JSON with exact numbers. Raises Invalid with the place of what is not JSON."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise Invalid(
            _("JSON has to be UTF-8."), place=name, way_out=_("Save the file as UTF-8 and try again.")
        ) from problem
    try:
        return json.loads(
            text, parse_float=Decimal, parse_int=_whole, parse_constant=_no_number, object_pairs_hook=_pairs
        )
    except json.JSONDecodeError as problem:
        place = f"{name}:{problem.lineno}:{problem.colno}"
        raise Invalid(_("The file is not valid JSON."), place=place) from problem
    except Doubled as problem:
        raise Invalid(_("The field %(name)s is there twice.") % {"name": problem}, place=name) from problem
    except (RecursionError, ValueError, InvalidOperation) as problem:
        raise Invalid(_("The file is not valid JSON."), place=name) from problem


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [key for key, _value in pairs]
        raise Doubled(next(key for key in names if names.count(key) > 1))
    return found


def _whole(text: str) -> int:
    if len(text) > MOST_DIGITS:
        raise ValueError(text)
    return int(text)


def _no_number(text: str) -> Any:
    raise ValueError(text)


def fault_in(text: str, most: int) -> str:
    """Why a text cannot be kept, in words; "" when it can."""
    if len(text) > most:
        return _("This is longer than %(most)s characters.") % {"most": most}
    if any(unicodedata.category(sign) in {"Cc", "Cs"} and sign not in "\n\t" for sign in text):
        return _("A character that is no text.")
    return ""


def day_of(text: str) -> date | None:
    """2021-07-01, also with slashes, dots or 年月日; an instant gives its day."""
    parts = text.strip().split(" ")[0].split("T")[0]
    for sign in "/.年月":
        parts = parts.replace(sign, "-")
    try:
        year, month, day = (int(part) for part in parts.rstrip("日").split("-"))
        return date(year, month, day)
    except ValueError:
        return None


class Fields:
    """An object at ``place``. A wrong value gives a harmless stand-in beside its problem: nothing is written anyway."""

    def __init__(self, value: Any, place: str, problems: list[Problem]) -> None:
        self.place = place
        self.problems = problems
        self._taken: set[str] = set()
        self._value: Mapping[str, Any] = {}
        if isinstance(value, dict):
            self._value = value
        else:
            self._wrong("", value, _("An object with fields is wanted here."))

    def __contains__(self, name: str) -> bool:
        return self._value.get(name) is not None

    def at(self, name: str) -> str:
        return f"{self.place}.{name}" if self.place and name else self.place or name

    def _wrong(self, name: str, value: Any, message: str) -> None:
        shown = "" if value is None else value if isinstance(value, str) else json.dumps(value, default=str)[:80]
        self.problems.append(Problem("", 0, self.at(name), shown, message))

    def wrong(self, name: str, message: str) -> None:
        self._wrong(name, self._value.get(name), message)

    def _take(self, name: str, *, required: bool) -> Any:
        self._taken.add(name)
        value = self._value.get(name)
        if value is None and required:
            self._wrong(name, None, _("This is needed."))
        return value

    def text(self, name: str, *, most: int = 200, required: bool = False) -> str:
        value = self._take(name, required=required)
        if value is None:
            return ""
        if not isinstance(value, str):
            self._wrong(name, value, _("A text is wanted here."))
            return ""
        if required and not value.strip():
            self._wrong(name, value, _("This is needed."))
        if fault := fault_in(value, most):
            self._wrong(name, value, fault)
        return value.strip()

    def choice(self, name: str, known: Collection[str], *, default: str = "") -> str:
        value = self._take(name, required=not default)
        if value is None:
            return default
        if value not in known:
            self._wrong(name, value, _("Known are: %(known)s.") % {"known": ", ".join(known)})
            return default
        return str(value)

    def day(self, name: str, *, required: bool = True) -> date:
        return self.optional_day(name, required=required) or NEVER

    def optional_day(self, name: str, *, required: bool = False) -> date | None:
        value = self._take(name, required=required)
        if value is None:
            return None
        found = day_of(value) if isinstance(value, str) else None
        if found is None:
            self._wrong(name, value, _("This is no day. Write 2021-07-01."))
        return found

    def money(self, name: str) -> Decimal:
        return self.optional_money(name, required=True) or Decimal(0)

    def optional_money(self, name: str, *, required: bool = False) -> Decimal | None:
        amount = self.number(name, required=required)
        if amount is not None and (fault := fault_of(amount)):
            self.wrong(name, fault_words(fault))
            return None
        return amount

    def number(self, name: str, *, required: bool = False) -> Decimal | None:
        value = self._take(name, required=required)
        if value is None:
            return None
        try:
            if isinstance(value, bool) or not isinstance(value, int | str | Decimal) or len(str(value)) > MOST_DIGITS:
                raise InvalidOperation
            found = Decimal(value)
            if not found.is_finite():
                raise InvalidOperation
        except InvalidOperation:
            self._wrong(name, value, _("This is no number. Write 1028700.00."))
            return None
        return found

    def whole(self, name: str, *, least: int = 0, most: int = 32_767) -> int:
        return self.optional_whole(name, least=least, most=most, required=True) or 0

    def optional_whole(self, name: str, *, least: int = 0, most: int = 32_767, required: bool = False) -> int | None:
        value = self._take(name, required=required)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            said = {"least": least, "most": most}
            self._wrong(name, value, _("A whole number from %(least)s to %(most)s is wanted here.") % said)
            return None
        return value

    def flag(self, name: str) -> bool:
        value = self._take(name, required=False)
        if value is not None and not isinstance(value, bool):
            self._wrong(name, value, _("Write true or false."))
        return value is True

    def part(self, name: str) -> Fields | None:
        value = self._take(name, required=False)
        return None if value is None else Fields(value, self.at(name), self.problems)

    def parts(self, name: str) -> Iterator[Fields]:
        value = self._take(name, required=False)
        if value is not None and not isinstance(value, list):
            self._wrong(name, value, _("A list is wanted here."))
            return
        for number, item in enumerate(value or []):
            yield Fields(item, f"{self.at(name)}[{number}]", self.problems)

    def ended(self) -> None:
        """Say which fields nobody has asked for."""
        for name in self._value:
            if name not in self._taken:
                self._wrong(name, None, _("There is no such field."))
