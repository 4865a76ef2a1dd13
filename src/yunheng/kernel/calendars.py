"""Service calendars: which hours of which days are worked, as dated versions read from plain data."""

from calendar import isleap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from yunheng.kernel import holidays
from yunheng.kernel.reading import CaseError, array, day, day_number, one_of, pair, table, text
from yunheng.kernel.words import Words

Window = tuple[int, int]  # seconds of the wall day, half-open; 86,400 is 24:00
Windows = tuple[Window, ...]

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DEFAULT_ZONE = "Asia/Shanghai"
MAKE_UP_WEEKDAY = 0  # the yearly notice names no weekday for a make-up day: it is worked like a Monday
_VERSION_FIELDS = ("timezone", "weekly", "holidays", "workdays", "special")


@dataclass(frozen=True, slots=True, eq=False)
class CalendarVersion:
    """The rules in force from the local date `first` on (None: from the beginning)."""

    first: date | None
    zone: ZoneInfo
    weekly: tuple[Windows, ...]  # Monday first
    yearly: frozenset[tuple[int, int]]  # (month, day) off in every year
    off: frozenset[date]
    workdays: Mapping[date, int]  # make-up day → weekday whose windows it takes
    special: Mapping[date, Windows]  # replaces the whole date
    national: bool  # State Council holidays and make-up days lie beneath

    def windows(self, day: date) -> Windows:
        """Weekly windows minus days off, union make-up day, then a special date replaces everything."""
        if (special := self.special.get(day)) is not None:
            return special
        regular = () if self.off_because(day) else self.weekly[day.weekday()]
        made_up = self._made_up(day)
        return regular if made_up is None else _united(regular, self.weekly[made_up])

    def exceptions(self, years: range) -> set[date]:
        """The dates of these years that need not be like their weekday."""
        found = {*self.off, *self.workdays, *self.special}
        for year in years:
            found |= {date(year, *day) for day in self.yearly if day != (2, 29) or isleap(year)}
            if self.national:
                found |= {*holidays.national(year).off, *holidays.national(year).workdays}
        return found

    def off_because(self, day: date) -> Words | None:
        """The reason a date is a day off by rule, None when its weekday decides."""
        if day in self.off or (day.month, day.day) in self.yearly:
            return Words("day off")
        if self.national and (name := holidays.national(day.year).off.get(day)):
            return Words(name)
        return None

    def described(self, day: date) -> Words:
        """Why the date is as it is: special hours, make-up workday, holiday, working day, weekend."""
        if day in self.special:
            return Words("special hours") if self.special[day] else Words("closed by a special date")
        if self._made_up(day) is not None:
            return Words("make-up workday")
        if reason := self.off_because(day):
            return reason
        return Words("working day") if self.weekly[day.weekday()] else Words("weekly day off")

    def _made_up(self, day: date) -> int | None:
        if (weekday := self.workdays.get(day)) is not None:
            return weekday
        # A day off of one's own (typhoon, local holiday) is stronger than a national make-up day.
        if self.national and day not in self.off and day in holidays.national(day.year).workdays:
            return MAKE_UP_WEEKDAY
        return None


@dataclass(frozen=True, slots=True, eq=False)
class ServiceCalendar:
    """Versions in order of their first day; the earliest may have none and then holds from the beginning."""

    versions: tuple[CalendarVersion, ...]

    @classmethod
    def parse(cls, data: object, place: str = "calendar") -> "ServiceCalendar":
        """From the JSON form: a name ("cn-5x8"), or an object with `timezone`, `weekly`, `holidays`, `workdays`,
        `special` and dated `versions`, of which each keeps what it does not name from the one before."""
        if isinstance(data, str):
            return built_in(data, place)
        fields = table(data, place, optional=(*_VERSION_FIELDS, "versions"))
        blank = CalendarVersion(
            None, ZoneInfo(DEFAULT_ZONE), ((),) * 7, frozenset(), frozenset(), {}, {}, national=False
        )
        base = _version(fields, place, blank, None)
        entries = array(fields.get("versions", ()), f"{place}.versions")
        versions = [base] if "weekly" in fields or not entries else []
        for index, entry in enumerate(entries):
            spot = f"{place}.versions[{index}]"
            keys = table(entry, spot, required=("from",), optional=_VERSION_FIELDS)
            first = day(keys["from"], f"{spot}.from")
            before = versions[-1].first if versions else None
            if before is not None and first <= before:
                raise CaseError(
                    f"{spot}.from",
                    Words("%(first)s is not after %(before)s, the version before.", {"first": first, "before": before}),
                    Words("List the versions in order of their dates."),
                )
            versions.append(_version(keys, spot, versions[-1] if versions else base, first))
        for version in versions:
            _refuse_empty(version, place)
            _refuse_vain_make_up(version, place)
        return cls(tuple(versions))

    @property
    def first(self) -> date | None:
        """First day on which any version is in force; None: there is no such bound."""
        return self.versions[0].first

    @property
    def zone(self) -> ZoneInfo:
        """Zone of the newest version: the one to show times in."""
        return self.versions[-1].zone

    def version_on(self, day: date) -> CalendarVersion:
        for version in reversed(self.versions):
            if version.first is None or version.first <= day:
                return version
        raise CaseError(
            "calendar",
            Words(
                "no version is in force on %(day)s, the first begins on %(first)s.", {"day": day, "first": self.first}
            ),
            Words("Give the first version an earlier date."),
        )

    def windows(self, day: date) -> Windows:
        return self.version_on(day).windows(day)

    def provisional(self, day: date) -> bool:
        """True when the date rests on a year whose holidays are not announced yet."""
        return self.version_on(day).national and holidays.provisional(day.year)

    def zones(self) -> list[tuple[int, ZoneInfo]]:
        """(local day number from which, zone), for WallClock."""
        return [(day_number(version.first or date.min), version.zone) for version in self.versions]


@cache
def _named() -> Mapping[str, ServiceCalendar]:
    office, always = [["08:30", "12:00"], ["14:00", "17:30"]], [["00:00", "24:00"]]
    return {
        "cn-5x8": ServiceCalendar.parse(
            {"weekly": dict.fromkeys(WEEKDAYS[:5], office), "holidays": {"national": "cn"}}, "cn-5x8"
        ),
        "cn-7x24": ServiceCalendar.parse({"weekly": dict.fromkeys(WEEKDAYS, always)}, "cn-7x24"),
    }


def built_in(name: str, place: str = "calendar") -> ServiceCalendar:
    """`cn-5x8`: State Council workdays 08:30-12:00 and 14:00-17:30; `cn-7x24`: every minute. Both Asia/Shanghai."""
    return _named()[one_of(name, place, tuple(_named()))]


def _version(fields: Mapping[str, object], place: str, before: CalendarVersion, first: date | None) -> CalendarVersion:
    version = replace(before, first=first)
    if "timezone" in fields:
        version = replace(version, zone=_zone(fields["timezone"], f"{place}.timezone"))
    if "weekly" in fields:
        version = replace(version, weekly=_weekly(fields["weekly"], f"{place}.weekly"))
    if "holidays" in fields:
        spot = f"{place}.holidays"
        rules = table(fields["holidays"], spot, optional=("yearly", "dates", "national"))
        yearly = array(rules.get("yearly", ()), f"{spot}.yearly")
        dates = array(rules.get("dates", ()), f"{spot}.dates")
        if "national" in rules:
            one_of(rules["national"], f"{spot}.national", ("cn",))
        version = replace(
            version,
            yearly=frozenset(_month_day(entry, f"{spot}.yearly[{i}]") for i, entry in enumerate(yearly)),
            off=frozenset(day(entry, f"{spot}.dates[{i}]") for i, entry in enumerate(dates)),
            national="national" in rules,
        )
    if "workdays" in fields:
        spot = f"{place}.workdays"
        version = replace(
            version,
            workdays={
                day(key, f"{spot}.{key}"): WEEKDAYS.index(one_of(name, f"{spot}.{key}", WEEKDAYS))
                for key, name in table(fields["workdays"], spot).items()
            },
        )
    if "special" in fields:
        spot = f"{place}.special"
        version = replace(
            version,
            special={
                day(key, f"{spot}.{key}"): _windows(value, f"{spot}.{key}")
                for key, value in table(fields["special"], spot).items()
            },
        )
    return version


def _refuse_empty(version: CalendarVersion, place: str) -> None:
    if any(version.weekly) or any(version.special.values()):
        return
    since = Words("") if version.first is None else Words(" from %(first)s on", {"first": version.first})
    raise CaseError(
        f"{place}.weekly",
        Words("has no working time at all%(since)s: nothing would ever be due.", {"since": since}),
        Words('Give at least one window, such as "mon": [["08:30", "12:00"]].'),
    )


def _refuse_vain_make_up(version: CalendarVersion, place: str) -> None:
    for made_up, weekday in version.workdays.items():
        if not version.weekly[weekday]:
            raise CaseError(
                f"{place}.workdays.{made_up}",
                Words("%(weekday)s has no windows to take.", {"weekday": WEEKDAYS[weekday]}),
                Words("Name a weekday that is worked."),
            )


def _zone(value: object, place: str) -> ZoneInfo:
    name = text(value, place)
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise CaseError(
            place, Words("%(name)s is not a known time zone.", {"name": name}), Words("Example: Asia/Shanghai.")
        ) from None


def _weekly(value: object, place: str) -> tuple[Windows, ...]:
    named = table(value, place, optional=WEEKDAYS)
    return tuple(_windows(named.get(name, ()), f"{place}.{name}") for name in WEEKDAYS)


def _windows(value: object, place: str) -> Windows:
    windows: list[Window] = []
    for index, entry in enumerate(array(value, place)):
        spot = f"{place}[{index}]"
        opening, closing = pair(entry, spot)
        begin, end = _time(opening, f"{spot}[0]"), _time(closing, f"{spot}[1]", is_end=True)
        if end <= begin:
            raise CaseError(
                spot,
                Words("ends at %(end)s, not after it begins at %(begin)s.", {"end": closing, "begin": opening}),
                Words("A window never crosses midnight: end it at 24:00 and go on at 00:00 of the next day."),
            )
        windows.append((begin, end))
    windows.sort()
    for (_, end), (begin, _) in pairwise(windows):
        if begin < end:
            raise CaseError(place, Words("two windows overlap at %(time)s.", {"time": _clock(begin)}))
    return tuple(windows)


def _time(value: object, place: str, *, is_end: bool = False) -> int:
    parts = text(value, place).split(":")
    if len(parts) in (2, 3) and all(len(part) == 2 and part.isdecimal() for part in parts):
        hours, minutes, seconds = (*map(int, parts), 0)[:3]
        if hours < 24 and minutes < 60 and seconds < 60:
            return hours * 3600 + minutes * 60 + seconds
        if is_end and (hours, minutes, seconds) == (24, 0, 0):
            return 86_400
    raise CaseError(
        place,
        Words("%(value)s is not a time of day.", {"value": value}),
        Words("Write it as HH:MM, from 00:00 to 23:59; 24:00 may end a window."),
    )


def _month_day(value: object, place: str) -> tuple[int, int]:
    found = text(value, place)
    try:
        if len(found) != 5:
            raise ValueError(found)
        leap = date.fromisoformat(f"2000-{found}")
    except ValueError:
        raise CaseError(
            place, Words("%(value)s is not a day of the year.", {"value": found}), Words("Write it as MM-DD.")
        ) from None
    return leap.month, leap.day


def _united(first: Sequence[Window], second: Sequence[Window]) -> Windows:
    merged: list[Window] = []
    for begin, end in sorted({*first, *second}):
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((begin, end))
    return tuple(merged)


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02}:{seconds % 3600 // 60:02}"
