"""The small language of tests/kernel/cases/*.test, described in the README beside them.

A script is read line by line; a line either prepares (calendar, window, row, state, value …) or checks. Every check
becomes one test that is named by its file and line.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

from yunheng.kernel import availability
from yunheng.kernel.business_time import Pauses, WorkingTime
from yunheng.kernel.calendars import WEEKDAYS, ServiceCalendar
from yunheng.kernel.periods import Period
from yunheng.kernel.reading import CaseError, instant
from yunheng.kernel.recurrence import occurrences
from yunheng.kernel.rounding import half_up
from yunheng.kernel.scoring import Scheme, Verdict, score

AMOUNT = re.compile(r"(\d+)(d|h|min|s)")
UNITS = {"d": 86_400, "h": 3600, "min": 60, "s": 1}


class ScriptError(Exception):
    """A line that the language does not know."""


@dataclass(frozen=True, slots=True)
class Check:
    name: str  # file:line and the line itself
    run: Callable[[], None]


@dataclass(slots=True)
class Script:
    path: Path
    calendars: dict[str, WorkingTime] = field(default_factory=dict)
    working: WorkingTime | None = None
    drafts: dict[str, dict[str, Any]] = field(default_factory=dict)
    draft: dict[str, Any] | None = None
    window: Period | None = None
    row: dict[str, Any] | None = None
    timeline: Timeline | None = None
    sheet: Sheet | None = None

    def checks(self) -> Iterator[Check]:
        for number, raw in enumerate(self.path.read_text(encoding="utf-8").splitlines(), start=1):
            line = raw.split("#", 1)[0].rstrip()
            if not line:
                continue
            try:
                run = self._line(line)
            except (ScriptError, CaseError, ValueError, KeyError) as error:
                raise ScriptError(f"{self.path.name}:{number}: {line.strip()}: {error}") from error
            if run is not None:
                yield Check(f"{self.path.name}:{number} {line.strip()}", run)

    def _line(self, line: str) -> Callable[[], None] | None:
        word, _, rest = line.strip().partition(" ")
        if line.startswith(" "):
            self._calendar_rule(word, rest.strip())
            return None
        prepare = getattr(self, f"_prepare_{word}", None)
        if prepare is not None:
            prepare(rest.strip())
            return None
        check = getattr(self, f"_check_{word}", None)
        if check is None:
            raise ScriptError("no such word")
        run: Callable[[], None] = check(rest.strip())
        return run

    # -------------------------------------------------------------- calendars and working time

    def _prepare_calendar(self, name: str) -> None:
        self.draft = self.drafts[name] = {"timezone": "Asia/Shanghai", "weekly": {}}

    def _calendar_rule(self, word: str, rest: str) -> None:
        draft = self.draft
        if draft is None:
            raise ScriptError("an indented line belongs to a calendar")
        target = draft["versions"][-1] if "versions" in draft else draft
        if word == "zone":
            target["timezone"] = rest
        elif word == "from":
            draft.setdefault("versions", []).append({"from": rest})
        elif word == "off" and rest.startswith("every "):
            target.setdefault("holidays", {}).setdefault("yearly", []).append(rest.removeprefix("every "))
        elif word == "off":
            dates = [str(day) for day in _period(rest).days()]
            target.setdefault("holidays", {}).setdefault("dates", []).extend(dates)
        elif word == "make-up":
            day, weekday = rest.split(" as ")
            target.setdefault("workdays", {})[day] = weekday
        elif word == "special":
            day, _, windows = rest.partition(" ")
            target.setdefault("special", {})[day] = _windows(windows)
        else:
            for weekday in _weekdays(word):
                target.setdefault("weekly", {})[weekday] = _windows(rest)

    def _prepare_use(self, name: str) -> None:
        if name not in self.calendars:
            calendar = ServiceCalendar.parse(self.drafts.get(name, name))
            first = calendar.first or date(2021, 7, 1)
            self.calendars[name] = WorkingTime.of(calendar, first, first + timedelta(days=365))
        self.working = self.calendars[name]

    def _check_refused(self, text: str) -> Callable[[], None]:
        """refused NAME: part of the message"""
        name, _, part = text.partition(": ")
        draft = self.drafts[name]

        def run() -> None:
            try:
                ServiceCalendar.parse(draft, name)
            except CaseError as error:
                assert part in str(error), str(error)
            else:
                raise AssertionError("the calendar was accepted")

        return run

    def _check_due(self, text: str) -> Callable[[], None]:
        """due START + AMOUNT [pause FROM..TO]… = INSTANT"""
        asked, wanted = text.rsplit(" = ", 1)
        start, amount = asked.split(" pause ")[0].split(" + ")
        working, pauses = self._clock(), self._pauses(asked)
        begin = self._instant(start)
        days = re.fullmatch(r"(\d+) workdays?( to closing)?", amount.strip())
        if days is not None:
            count, to_closing = int(days[1]), bool(days[2])
            return _same(
                lambda: working.shown(working.due_days(begin, count, pauses, end_of_working_day=to_closing)), wanted
            )
        seconds = _seconds(amount)
        return _same(lambda: working.shown(working.due(begin, seconds, pauses)), wanted)

    def _check_elapsed(self, text: str) -> Callable[[], None]:
        """elapsed FROM..TO [pause FROM..TO]… = AMOUNT"""
        asked, wanted = text.rsplit(" = ", 1)
        first, last = asked.split(" pause ")[0].split("..")
        working, pauses = self._clock(), self._pauses(asked)
        begin, end = self._instant(first), self._instant(last)
        return _same(lambda: working.elapsed(begin, end, pauses), _seconds(wanted))

    def _check_paused(self, text: str) -> Callable[[], None]:
        """paused FROM..TO [pause FROM..TO]… = AMOUNT"""
        asked, wanted = text.rsplit(" = ", 1)
        working, pauses = self._clock(), self._pauses(f" pause {asked}")
        assert pauses is not None
        return _same(lambda: int(working.paused(pauses, 1)[0]), _seconds(wanted))

    def _check_back(self, text: str) -> Callable[[], None]:
        """back FROM - AMOUNT = INSTANT"""
        asked, wanted = text.rsplit(" = ", 1)
        start, amount = asked.split(" - ")
        working, begin, seconds = self._clock(), self._instant(start), _seconds(amount)
        return _same(lambda: working.shown(working.shift(begin, -seconds)), wanted)

    def _check_opens(self, text: str) -> Callable[[], None]:
        """opens AT = INSTANT"""
        asked, wanted = text.rsplit(" = ", 1)
        working, begin = self._clock(), self._instant(asked)
        return _same(lambda: working.shown(working.first_open(begin)), wanted)

    def _check_workdays(self, text: str) -> Callable[[], None]:
        """workdays FROM..TO = NUMBER"""
        asked, wanted = text.rsplit(" = ", 1)
        working, period = self._clock(), _period(asked)
        return _same(lambda: len(working.workdays(period.first, period.last)), int(wanted))

    def _clock(self) -> WorkingTime:
        if self.working is None:
            raise ScriptError("no calendar in use")
        return self.working

    def _instant(self, text: str) -> int:
        return instant(text.strip(), "instant", self._clock().calendar.zone)

    def _pauses(self, text: str) -> Pauses | None:
        found = []
        for part in text.split(" pause ")[1:]:
            begin, end = part.split("..")
            found.append((self._instant(begin), self._instant(end)))
        return Pauses.of([found]) if found else None

    # -------------------------------------------------------------- schedules

    def _prepare_window(self, text: str) -> None:
        self.window = _period(text)

    def _prepare_row(self, text: str) -> None:
        """row NAME: every week [2 times] [if workdays], once [not before DAY], within the window, on demand: MARKS"""
        described, _, marks = text.partition(": ")[2].partition(": ")
        rule: dict[str, Any] = {"marks": [_mark(mark) for mark in marks.split("; ")]}
        words = described.split()
        if words[0] == "every":
            rule |= {"kind": "periodic", "freq": words[1], "per_period": 1}
            if "natural" in words:
                rule["calendar"] = "natural"
            if "times" in words:
                rule["per_period"] = int(words[words.index("times") - 1])
            if described.endswith("if workdays"):
                rule["quota_rule"] = "min_workdays"
        else:
            rule["kind"] = {"once": "once", "within": "within_period", "on": "on_demand"}[words[0]]
            if "before" in words:
                rule["not_before"] = words[-1]
        self.row = {"recurrence": rule}

    def _check_count(self, text: str) -> Callable[[], None]:
        row, window, working = self._row(), self.window, self._clock()
        return _same(lambda: len(occurrences(row, working, window)), int(text))

    def _check_for(self, text: str) -> Callable[[], None]:
        """for FIRST..LAST: MARK INSTANT[; MARK INSTANT]: every occurrence of that covered period"""
        asked, wanted = text.split(": ", 1)
        row, window, working, period = self._row(), self.window, self._clock(), _period(asked)

        def run() -> None:
            found = [
                "; ".join(f"{mark.name} {working.shown(int(mark.due.timestamp()))}" for mark in occurrence.marks)
                for occurrence in occurrences(row, working, window)
                if occurrence.period == (period.first, period.last)
            ]
            assert found, "no such period"
            assert set(found) == {wanted}

        return run

    def _row(self) -> dict[str, Any]:
        if self.row is None:
            raise ScriptError("no row")
        return self.row

    # -------------------------------------------------------------- availability

    def _prepare_timeline(self, text: str) -> None:
        """timeline 0..1000"""
        first, last = text.split("..")
        self.timeline = Timeline((int(first), int(last)))

    def _prepare_state(self, text: str) -> None:
        """state 100 up"""
        at, name = text.split()
        self._timeline().events.append((int(at), name))

    def _prepare_planned(self, text: str) -> None:
        """planned 100..200 approved 50 (or: never approved)"""
        span, _, approved = text.partition(" ")
        first, last = span.split("..")
        at = None if approved == "never approved" else int(approved.removeprefix("approved "))
        self._timeline().planned.append(availability.Planned(int(first), int(last), at))

    def _prepare_forgive(self, _: str) -> None:
        self._timeline().forgive = True

    def _prepare_now(self, text: str) -> None:
        self._timeline().now = int(text)

    def _check_totals(self, text: str) -> Callable[[], None]:
        """totals up 500 down 490 (those not named are 0)"""
        timeline, words = self._timeline().copy(), text.split()
        wanted = dict.fromkeys(availability.TOTALS, 0)
        wanted |= {name: int(value) for name, value in zip(words[::2], words[1::2], strict=True)}
        return _same(lambda: dict(timeline.figures().totals), wanted)

    def _check_percent(self, text: str) -> Callable[[], None]:
        """percent 99.4 unknown 3.8095 [no score]"""
        wanted = re.fullmatch(r"(\S+) unknown (\S+)( no score)?", text)
        if wanted is None:
            raise ScriptError("percent … unknown …")
        timeline = self._timeline().copy()

        def run() -> None:
            found = timeline.figures()
            exact = "none" if found.exact is None else str(half_up(found.exact * 100, 4))
            assert (exact, str(half_up(found.unknown_share * 100, 4))) == (wanted[1], wanted[2])
            assert (found.scored is None) == (bool(wanted[3]) or found.exact is None)

        return run

    def _check_outages(self, text: str) -> Callable[[], None]:
        """outages 100..200 300..400 (or: none)"""
        timeline = self._timeline().copy()
        pairs = [] if text == "none" else [tuple(map(int, part.split(".."))) for part in text.split()]
        return _same(lambda: timeline.figures().outages.pairs(), pairs)

    def _timeline(self) -> Timeline:
        if self.timeline is None:
            raise ScriptError("no timeline")
        return self.timeline

    # -------------------------------------------------------------- scores

    def _prepare_sheet(self, text: str) -> None:
        """sheet SCHEME [WEIGHTS [BANDS]]: a new score sheet"""
        scheme, weights, bands, *_ = (*text.split(), None, None)
        assert scheme is not None
        self.sheet = Sheet(Scheme.parse(scheme), weights, bands)

    def _prepare_weights(self, text: str) -> None:
        self._sheet().weights = text

    def _prepare_bands(self, text: str) -> None:
        self._sheet().bands = text

    def _prepare_option(self, text: str) -> None:
        """option I07.gap_mode step_floor (or: default)"""
        name, value = text.split()
        self._sheet().options[name] = value
        if value == "default":
            del self._sheet().options[name]

    def _prepare_value(self, text: str) -> None:
        """value I04 118/126, or value I07 budget 178.87 price 171.00, or value I02 not_applicable REASON, or JSON"""
        indicator, _, given = text.partition(" ")
        self._sheet().values[indicator] = json.loads(given) if given.startswith("{") else _value(given)

    def _check_score(self, text: str) -> Callable[[], None]:
        """score I04 = 98.58 [9.86 points] (or: missing, not_applicable, vacuous 100.00)"""
        indicator, wanted = text.split(" = ")
        sheet = self._sheet().copy()

        def run() -> None:
            row = sheet.verdict()[indicator]
            found = str(row.printed) if row.state == "measured" else row.state
            if row.state == "vacuous":
                found = f"vacuous {row.printed}"
            if wanted.endswith("points"):
                found += f" {row.points} points"
            assert found == wanted

        return run

    def _check_total(self, text: str) -> Callable[[], None]:
        """total 91.96 优 (or: blocked by I04, I05)"""
        sheet = self._sheet().copy()

        def run() -> None:
            verdict = sheet.verdict()
            if verdict.blocking:
                assert f"blocked by {', '.join(verdict.blocking)}" == text
            else:
                assert f"{verdict.total} {verdict.grade}" == text

        return run

    def _check_weight(self, text: str) -> Callable[[], None]:
        """weight I04 = 1/11"""
        indicator, wanted = text.split(" = ")
        sheet = self._sheet().copy()
        return _same(lambda: sheet.verdict()[indicator].weight, Fraction(wanted))

    def _sheet(self) -> Sheet:
        if self.sheet is None:
            raise ScriptError("no sheet")
        return self.sheet


@dataclass(slots=True)
class Timeline:
    window: tuple[int, int]
    events: list[tuple[int, str]] = field(default_factory=list)
    planned: list[availability.Planned] = field(default_factory=list)
    forgive: bool = False
    now: int | None = None

    def copy(self) -> Timeline:
        return Timeline(self.window, [*self.events], [*self.planned], self.forgive, self.now)

    def figures(self) -> availability.Availability:
        return availability.totals(self.window, self.events, self.planned, now=self.now, forgive=self.forgive)


@dataclass(slots=True)
class Sheet:
    scheme: Scheme
    weights: str | None
    bands: str | None
    options: dict[str, str] = field(default_factory=dict)
    values: dict[str, dict[str, Any]] = field(default_factory=dict)

    def copy(self) -> Sheet:
        return Sheet(self.scheme, self.weights, self.bands, {**self.options}, {**self.values})

    def verdict(self) -> Verdict:
        return score(self.scheme, self.weights, self.options, self.values, bands=self.bands)


def _same(found: Callable[[], object], wanted: object) -> Callable[[], None]:
    def run() -> None:
        assert found() == wanted

    return run


def _period(text: str) -> Period:
    first, _, last = text.strip().partition("..")
    return Period(date.fromisoformat(first), date.fromisoformat(last or first))


def _windows(text: str) -> list[list[str]]:
    return [] if text == "closed" else [part.split("-") for part in text.split()]


def _weekdays(text: str) -> list[str]:
    first, _, last = text.partition("-")
    return list(WEEKDAYS[WEEKDAYS.index(first) : WEEKDAYS.index(last or first) + 1])


def _seconds(text: str) -> int:
    parts = AMOUNT.findall(text)
    if "".join(number + unit for number, unit in parts) != text.strip().replace(" ", ""):
        raise ScriptError(f"{text} is no amount of time")
    return sum(int(number) * UNITS[unit] for number, unit in parts)


def _mark(text: str) -> dict[str, str | None]:
    name, at, *rest = text.split()
    return {"name": name, "at": at, "time": next((r for r in rest if ":" in r), None), "shift": "none"} | (
        {"shift": rest[-1]} if rest and ":" not in rest[-1] else {}
    )


def _value(text: str) -> dict[str, Any]:
    """`118/126`, `0.992`, `yes`, `0 with nil return`, `missing`, `not_applicable reason`, or pairs of words."""
    nil_return = text.endswith(" with nil return")
    text = text.removesuffix(" with nil return")
    word, _, rest = text.partition(" ")
    value: dict[str, Any]
    if word in ("missing", "not_applicable", "vacuous"):
        value = {"state": word, "reason": rest or "-"}
    elif text in ("yes", "no"):
        value = {"value": text == "yes"}
    elif re.fullmatch(r"-?\d+/\d+", text):
        top, bottom = text.split("/")
        value = {"numerator": top, "denominator": bottom}
    elif not rest:
        value = {"value": text}
    else:
        words = text.split()
        value = dict(zip(words[::2], map(_word, words[1::2]), strict=True))
    return {**value, "nil_return": True} if nil_return else value


def _word(text: str) -> Any:
    return int(text) if re.fullmatch(r"\d+", text) else text
