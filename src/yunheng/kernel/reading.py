"""Reading plain JSON values; every complaint names the case and the field it is about."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from zoneinfo import ZoneInfo

from yunheng.kernel.words import Words

EPOCH_DAY = date(1970, 1, 1).toordinal()


class CaseError(ValueError):
    """Input that cannot be used: where (`place`, a path like `cases[2].calendar.weekly`), why, and what to do."""

    def __init__(self, place: str, message: Words, way_out: Words | None = None) -> None:
        super().__init__(place, message, way_out)
        self.place = place
        self.message = message
        self.way_out = way_out

    def __str__(self) -> str:
        parts = [str(self.message)]
        if self.way_out is not None:
            parts.append(str(self.way_out))
        return f"{self.place}: {' '.join(parts)}" if self.place else " ".join(parts)

    def within(self, place: str) -> "CaseError":
        """The same complaint seen from further out: `place` in front, with a dot where one is needed."""
        glue = "" if not self.place or self.place.startswith("[") or place.endswith(" ") else "."
        return CaseError(f"{place}{glue}{self.place}", self.message, self.way_out)


def table(
    value: object, place: str, *, required: Collection[str] = (), optional: Collection[str] | None = None
) -> Mapping[str, object]:
    """A JSON object with exactly these keys (any keys when `optional` is None)."""
    if not isinstance(value, Mapping):
        raise CaseError(place, Words("expected an object, found %(found)s.", {"found": kind_of(value)}))
    for key in required:
        if key not in value:
            raise CaseError(_field(place, key), Words("is missing."))
    if optional is not None:
        known = {*required, *optional}
        for key in value:
            if key not in known:
                raise CaseError(
                    _field(place, key),
                    Words("is not a known field."),
                    Words("Known here: %(known)s.", {"known": ", ".join(sorted(known))}),
                )
    return value


def _field(place: str, key: object) -> str:
    return f"{place}.{key}" if place else str(key)


def array(value: object, place: str) -> Sequence[object]:
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise CaseError(place, Words("expected a list, found %(found)s.", {"found": kind_of(value)}))
    return value


def pair(value: object, place: str) -> tuple[object, object]:
    items = array(value, place)
    if len(items) != 2:
        raise CaseError(place, Words("expected a pair [from, to], found %(count)s items.", {"count": len(items)}))
    return items[0], items[1]


def text(value: object, place: str) -> str:
    if not isinstance(value, str):
        raise CaseError(place, Words("expected a text, found %(found)s.", {"found": kind_of(value)}))
    return value


def one_of(value: object, place: str, choices: Collection[str]) -> str:
    if not isinstance(value, str) or value not in choices:
        raise CaseError(
            place,
            Words("%(value)s is not one of %(choices)s.", {"value": shown(value), "choices": ", ".join(choices)}),
        )
    return value


def boolean(value: object, place: str) -> bool:
    if not isinstance(value, bool):
        raise CaseError(place, Words("expected true or false, found %(found)s.", {"found": shown(value)}))
    return value


def integer(value: object, place: str, *, least: int | None = None) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise CaseError(place, Words("expected a whole number, found %(found)s.", {"found": shown(value)}))
    if least is not None and value < least:
        raise CaseError(place, Words("%(value)s is less than %(least)s.", {"value": value, "least": least}))
    return value


def number(value: object, place: str, *, least: int | None = None) -> Fraction:
    """A number without loss: JSON integer, or decimal (read as Decimal or as text), or a fraction `"1/12"`."""
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal | Fraction):
        raise CaseError(place, Words("expected a number, found %(found)s.", {"found": kind_of(value)}))
    if isinstance(value, str | Decimal) and _is_endless(value):
        raise CaseError(place, Words("%(value)s is not a number.", {"value": shown(value)}))
    try:
        # A float came through a JSON reader: its shortest decimal form is what was written.
        found = Fraction(repr(value) if isinstance(value, float) else value)
    except (ValueError, InvalidOperation, OverflowError, ZeroDivisionError):
        raise CaseError(place, Words("%(value)s is not a number.", {"value": shown(value)})) from None
    if least is not None and found < least:
        raise CaseError(place, Words("%(value)s is less than %(least)s.", {"value": shown(value), "least": least}))
    return found


def _is_endless(value: str | Decimal) -> bool:
    """1e99999999 is a number that takes minutes and gigabytes to write down; nothing we weigh is beyond 10^30."""
    try:
        decimal = Decimal(value) if isinstance(value, str) and "/" not in value else value
    except InvalidOperation:
        return False
    return len(str(value)) > 200 or (isinstance(decimal, Decimal) and bool(decimal) and abs(decimal.adjusted()) > 30)


def day(value: object, place: str) -> date:
    """`YYYY-MM-DD`."""
    found = text(value, place)
    try:
        if len(found) != 10:
            raise ValueError(found)
        return date.fromisoformat(found)
    except ValueError:
        raise CaseError(
            place, Words("%(value)s is not a date.", {"value": found}), Words("Write it as YYYY-MM-DD.")
        ) from None


def days(value: object, place: str) -> tuple[date, date]:
    """`[first, last]`, inclusive."""
    first, last = pair(value, place)
    begin, end = day(first, f"{place}[0]"), day(last, f"{place}[1]")
    if end < begin:
        raise CaseError(place, Words("ends on %(end)s, before it begins on %(begin)s.", {"end": end, "begin": begin}))
    return begin, end


def instant(value: object, place: str, zone: ZoneInfo) -> int:
    """Epoch seconds of an ISO instant; one without offset is read on the wall clock of `zone`."""
    found = text(value, place)
    try:
        moment = datetime.fromisoformat(found)
    except ValueError:
        raise CaseError(
            place,
            Words("%(value)s is not an instant.", {"value": found}),
            Words("Write it as 2021-09-30T16:30:00+08:00."),
        ) from None
    if moment.microsecond:
        raise CaseError(place, Words("%(value)s has fractions of a second.", {"value": found}))
    return epoch(moment if moment.tzinfo else moment.replace(tzinfo=zone))


def epoch(moment: datetime) -> int:
    """Whole seconds since 1970-01-01T00:00Z of an aware datetime, fractions cut off."""
    if moment.tzinfo is None:
        raise ValueError("an aware datetime is needed")
    return (moment - datetime.fromisoformat("1970-01-01T00:00:00+00:00")) // timedelta(seconds=1)


def day_number(of: date) -> int:
    """Days since 1970-01-01."""
    return of.toordinal() - EPOCH_DAY


def date_of(number: int) -> date:
    return date.fromordinal(number + EPOCH_DAY)


def kind_of(value: object) -> Words:
    if value is None:
        return Words("nothing")
    if isinstance(value, bool):
        return Words("true or false")
    if isinstance(value, int | float | Decimal | Fraction):
        return Words("a number")
    if isinstance(value, str):
        return Words("a text")
    if isinstance(value, Mapping):
        return Words("an object")
    return Words("a list")


def shown(value: object) -> object:
    """A value short enough for a sentence."""
    if isinstance(value, Mapping) or value is None or isinstance(value, bool | list | tuple):
        return kind_of(value)
    found = str(value)
    return found if len(found) <= 60 else f"{found[:57]}..."
