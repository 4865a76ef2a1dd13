"""From a line of a service plan to its occurrences: covered period and due marks, each with its instant.

The fields are those of docs/domains/kernel.md, "Schedules". Work is due at the end of its period and never moves;
a paper (提交) that would be due on a day off moves to the next workday.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from yunheng.kernel.business_time import WorkingTime
from yunheng.kernel.periods import ONE_DAY, Period, in_month, last_of_month, monday_of, months_later
from yunheng.kernel.reading import CaseError, array, day, days, integer, one_of, table, text
from yunheng.kernel.words import Words

KINDS = ("periodic", "once", "within_period", "on_demand")
FREQUENCIES = ("workday", "week", "month", "quarter", "halfyear")
QUOTA_RULES = ("none", "min_workdays")
DAY_CHOICES = ("cn_workday", "natural")
SHIFTS = ("none", "next_workday", "previous_workday")
COVERS = (
    "same_day",
    "same_week",
    "same_month",
    "same_quarter",
    "same_halfyear",
    "previous_monday_sunday_week",
    "previous_month",
    "week_to_mark",
)
WHOLE_DAY = 23 * 3600 + 59 * 60  # 23:59 stands for the whole day
# Month precision, the one day of a daily period and events stay where they are, whatever the mark says.
NEVER_SHIFTED = ("month_end", "period_day", "event")
# Only these dates are written with 前 ("before"), which a contract may read as exclusive.
BEFORE_DATES = ("next_week", "next_month", "date", "week_day")


@dataclass(frozen=True, slots=True)
class Mark:
    """What has to be there (完成, 提交, 召开), and the last instant at which it is on time (aware, UTC)."""

    name: str
    due: datetime
    named: date  # the day that the schedule names, before any shift
    whole_day: bool  # due at 23:59: on time until the day ends

    def on_time(self, at: datetime) -> bool:
        return at < self.due + timedelta(minutes=1) if self.whole_day else at <= self.due


@dataclass(frozen=True, slots=True)
class Occurrence:
    number: int  # running in its row, from 1
    period: tuple[date, date]  # covered days, both included
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class MarkRule:
    name: str
    at: str  # period_day, period_end, week_day, next_week, next_month, month_end, date, window_end, event
    argument: str  # what follows the colon
    time: int  # seconds of the day
    shift: str


@dataclass(frozen=True, slots=True)
class Recurrence:
    kind: str
    marks: tuple[MarkRule, ...]
    window: Period | None
    freq: str
    per_period: int
    quota_rule: str
    natural_days: bool
    covers: str
    weekdays: tuple[int, ...]  # fixed ISO weekdays of the occurrences of a week; empty: any day
    not_before: date | None
    min_count: int

    @classmethod
    def parse(cls, data: object, place: str = "recurrence") -> "Recurrence":
        fields = table(data, place, required=("kind", "marks"), optional=_FIELDS)
        kind = one_of(fields["kind"], f"{place}.kind", KINDS)
        if kind == "periodic":
            table(fields, place, required=("freq",))
        entries = array(fields["marks"], f"{place}.marks")
        if not entries:
            raise CaseError(f"{place}.marks", Words("every row has at least one due mark."))
        weekdays = array(fields.get("weekdays", ()), f"{place}.weekdays")
        if "covers" in fields:
            one_of(fields["covers"], f"{place}.covers", COVERS)
        return cls(
            kind=kind,
            marks=tuple(_mark_rule(entry, f"{place}.marks[{i}]") for i, entry in enumerate(entries)),
            window=Period(*days(fields["window"], f"{place}.window")) if "window" in fields else None,
            freq=one_of(fields.get("freq", "month"), f"{place}.freq", FREQUENCIES),
            per_period=integer(fields.get("per_period", 1), f"{place}.per_period", least=1),
            quota_rule=one_of(fields.get("quota_rule", "none"), f"{place}.quota_rule", QUOTA_RULES),
            natural_days=one_of(fields.get("calendar", "cn_workday"), f"{place}.calendar", DAY_CHOICES) == "natural",
            covers=text(fields.get("covers", ""), f"{place}.covers"),
            weekdays=tuple(_weekday(entry, f"{place}.weekdays[{i}]") for i, entry in enumerate(weekdays)),
            not_before=day(fields["not_before"], f"{place}.not_before") if "not_before" in fields else None,
            min_count=integer(fields.get("min_count", 1), f"{place}.min_count", least=0),
        )


@dataclass(frozen=True, slots=True)
class Switches:
    """How a contract reads what its wording leaves open."""

    exclusive: bool = False  # 前 does not include the day or the minute it names
    shift: str | None = None  # replaces the shift of every mark that has one


def occurrences(
    row: Mapping[str, object],
    calendar: WorkingTime,
    window: Period | None = None,
    *,
    switches: Switches | None = None,
    years: int = 0,
    place: str = "row",
) -> list[Occurrence]:
    """Occurrences of a plan row (its field `recurrence`), in order of their periods.

    `calendar` says what a workday is and whose wall the times are read on. `window` replaces the row's own;
    `years` moves the dates written in the row (`date:`, `month_end:`, `not_before`) along with it.
    """
    table(row, place, required=("recurrence",))
    rule = Recurrence.parse(row["recurrence"], f"{place}.recurrence")
    scheduler = _Scheduler(rule, calendar, window or rule.window, switches or Switches(), years, place)
    return list(scheduler.occurrences())


@dataclass(frozen=True, slots=True)
class _Scheduler:
    rule: Recurrence
    calendar: WorkingTime
    window: Period | None
    switches: Switches
    years: int
    place: str

    def occurrences(self) -> Iterator[Occurrence]:
        if self.rule.kind == "on_demand":
            return
        if self.rule.kind == "once":
            period = self._once()
            yield Occurrence(1, (period.first, period.last), self._marks(period, 0))
            return
        number = 0
        for period in self._periods():
            for index in range(self._quota(period)):
                number += 1
                yield Occurrence(number, (period.first, period.last), self._marks(period, index))

    def _once(self) -> Period:
        last = max(self._moved(mark) for mark in self.rule.marks)
        begin = self.rule.not_before
        first = last if begin is None else min(_years_along(begin, self.years), last)
        return Period(first, last)

    def _moved(self, mark: MarkRule) -> date:
        if mark.at not in ("date", "month_end"):
            raise CaseError(
                f"{self.place}.recurrence.marks",
                Words("a single occurrence needs a date, not %(at)s.", {"at": mark.at}),
            )
        return self._day_of(mark, Period(date.min, date.min))

    def _periods(self) -> Iterator[Period]:
        window = self._required_window()
        if self.rule.kind == "within_period":
            return iter((window,))
        if self.rule.covers == "week_to_mark":
            return self._weeks_to_mark(window)
        named: Mapping[str, Callable[[], Iterator[Period]]] = {
            "workday": lambda: self._single_days(window),
            "week": window.weeks,
            "month": window.months,
            "quarter": lambda: window.every_months(3),
            "halfyear": lambda: window.every_months(6),
        }
        return named[self.rule.freq]()

    def _single_days(self, window: Period) -> Iterator[Period]:
        chosen = window.days() if self.rule.natural_days else self.calendar.workdays(window.first, window.last)
        return (Period(day, day) for day in chosen)

    def _weeks_to_mark(self, window: Period) -> Iterator[Period]:
        """Weeks that close on the weekday of the last mark, counted when that day lies in the window."""
        closing = int(self.rule.marks[-1].argument or 7)
        last = monday_of(window.first) + timedelta(days=closing - 1)
        while last <= window.last:
            if last in window:
                yield Period(max(last - timedelta(days=7), window.first), last)
            last += timedelta(days=7)

    def _quota(self, period: Period) -> int:
        if self.rule.kind == "within_period":
            return self.rule.min_count
        if self.rule.quota_rule == "min_workdays":
            return min(self.rule.per_period, len(self.calendar.workdays(period.first, period.last)))
        return self.rule.per_period

    def _marks(self, period: Period, index: int) -> tuple[Mark, ...]:
        return tuple(self._mark(mark, period, index) for mark in self.rule.marks)

    def _mark(self, mark: MarkRule, period: Period, index: int) -> Mark:
        """Clip (done), find the day, shift it, set the time."""
        day = self._day_of(mark, period)
        if mark.at == "period_end" and self.rule.weekdays and self.rule.freq == "week":
            day = self._fixed_weekday(period, index)
        time = mark.time
        if self.switches.exclusive and mark.at in BEFORE_DATES:
            if time == WHOLE_DAY:
                day -= ONE_DAY
            else:
                time -= 1
        due = self._instant(self._shifted(mark, day), time)
        return Mark(mark.name, due, named=day, whole_day=time == WHOLE_DAY)

    def _day_of(self, mark: MarkRule, period: Period) -> date:
        last = period.last
        if mark.at in ("next_week", "week_day"):
            monday = monday_of(last) + timedelta(days=7 if mark.at == "next_week" else 0)
            return monday + timedelta(days=int(mark.argument) - 1)
        if mark.at == "next_month":
            month = months_later(last.replace(day=1), 1)
            return in_month(month.year, month.month, int(mark.argument))
        if mark.at == "month_end":
            year, month_number = map(int, mark.argument.split("-"))
            return last_of_month(year + self.years, month_number)
        if mark.at == "date":
            return _years_along(date.fromisoformat(mark.argument), self.years)
        if mark.at == "window_end":
            return self._required_window().last
        if mark.at == "event":
            raise CaseError(f"{self.place}.recurrence.marks", Words("a mark at an event belongs to a row on demand."))
        return last  # period_end; period_day, whose period is that one day

    def _fixed_weekday(self, period: Period, index: int) -> date:
        """The agreed weekday; when it is off or outside the period, the next workday in it, else the last one."""
        wanted = monday_of(period.last) + timedelta(days=self.rule.weekdays[index % len(self.rule.weekdays)] - 1)
        workdays = self.calendar.workdays(period.first, period.last)
        return next((day for day in workdays if day >= wanted), workdays[-1] if workdays else period.last)

    def _shifted(self, mark: MarkRule, day: date) -> date:
        if mark.shift == "none" or mark.at in NEVER_SHIFTED:
            return day
        shift = self.switches.shift or mark.shift
        if shift == "next_workday":
            return self.calendar.next_workday(day)
        return self.calendar.previous_workday(day) if shift == "previous_workday" else day

    def _instant(self, day: date, time: int) -> datetime:
        return datetime.fromtimestamp(self.calendar.instant_of(day, time), UTC)

    def _required_window(self) -> Period:
        if self.window is None:
            raise CaseError(f"{self.place}.recurrence.window", Words("is missing."))
        return self.window


def plan_window(rows: Sequence[Mapping[str, object]]) -> Period | None:
    """The service year of a plan: the window that most of its rows carry."""
    found: dict[Period, int] = {}
    for index, row in enumerate(rows):
        recurrence = row.get("recurrence")
        if isinstance(recurrence, Mapping) and "window" in recurrence:
            window = Period(*days(recurrence["window"], f"rows[{index}].recurrence.window"))
            found[window] = found.get(window, 0) + 1
    return max(found, key=lambda window: found[window], default=None)


def moved_window(own: Period | None, plan: Period, chosen: Period) -> Period | None:
    """A row's window when the plan moves to another service year.

    The plan's own window becomes the chosen one; a row with a narrower window of its own keeps its place in the
    year and moves by whole years.
    """
    if own is None or own == plan:
        return chosen
    years = chosen.first.year - plan.first.year
    return Period(_years_along(own.first, years), _years_along(own.last, years))


def _years_along(day: date, years: int) -> date:
    return months_later(day, 12 * years)


def _mark_rule(entry: object, place: str) -> MarkRule:
    fields = table(entry, place, required=("name", "at"), optional=("time", "shift"))
    at, _, argument = text(fields["at"], f"{place}.at").partition(":")
    check = _AT.get(at)
    if check is None:
        choices = ", ".join(_AT)
        raise CaseError(f"{place}.at", Words("%(value)s is not one of %(choices)s.", {"value": at, "choices": choices}))
    try:
        check(argument)
    except ValueError:
        raise CaseError(
            f"{place}.at", Words("%(value)s does not say when.", {"value": fields["at"]}), Words(_AT_HELP)
        ) from None
    return MarkRule(
        name=text(fields["name"], f"{place}.name"),
        at=at,
        argument=argument,
        time=WHOLE_DAY if fields.get("time") is None else _time(fields["time"], f"{place}.time"),
        shift=one_of(fields.get("shift", "none"), f"{place}.shift", SHIFTS),
    )


def _nothing(argument: str) -> None:
    if argument:
        raise ValueError(argument)


def _iso_weekday(argument: str) -> None:
    if int(argument) not in range(1, 8):
        raise ValueError(argument)


def _day_of_month(argument: str) -> None:
    if int(argument) not in range(1, 32):
        raise ValueError(argument)


def _month(argument: str) -> None:
    date.fromisoformat(f"{argument}-01")


def _date(argument: str) -> None:
    date.fromisoformat(argument)


_AT: Mapping[str, Callable[[str], None]] = {
    "period_day": _nothing,
    "period_end": _nothing,
    "week_day": _iso_weekday,
    "next_week": _iso_weekday,
    "next_month": _day_of_month,
    "month_end": _month,
    "date": _date,
    "window_end": _nothing,
    "event": _nothing,
}
_AT_HELP = "Examples: period_end, next_week:3, next_month:5, month_end:2021-07, date:2021-12-30, window_end."
_FIELDS = (
    "freq", "per_period", "quota_rule", "calendar", "covers", "window", "not_before", "min_count", "weekdays",
    "trigger", "clock", "expected_count", "rrule", "alternatives", "note",
)  # fmt: skip


def _weekday(value: object, place: str) -> int:
    found = integer(value, place, least=1)
    if found > 7:
        raise CaseError(place, Words("ISO weekdays go from 1 (Monday) to 7."))
    return found


def _time(value: object, place: str) -> int:
    found = text(value, place)
    hours, colon, minutes = found.partition(":")
    if (
        colon
        and len(found) == 5
        and hours.isdecimal()
        and minutes.isdecimal()
        and int(hours) < 24
        and int(minutes) < 60
    ):
        return int(hours) * 3600 + int(minutes) * 60
    raise CaseError(place, Words("%(value)s is not a time of day.", {"value": found}), Words("Write it as HH:MM."))
