"""From what was measured to the actual value of an indicator: a state, a fraction, and how it came about."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from yunheng.kernel.reading import CaseError, array, boolean, day, integer, number, one_of, table, text
from yunheng.kernel.rounding import half_up, plain
from yunheng.kernel.schemes import Indicator
from yunheng.kernel.words import Words

MEASURED, VACUOUS, NOT_APPLICABLE, MISSING = "measured", "vacuous", "not_applicable", "missing"
STATES = (MEASURED, VACUOUS, NOT_APPLICABLE, MISSING)

# What any value may carry; `reason`, `approver`, `evidence` and `note` are kept by the caller, not weighed.
COMMON = ("state", "reason", "approver", "evidence", "note", "nil_return", "target")
GENERAL = ("numerator", "denominator", "value")


@dataclass(frozen=True, slots=True)
class Actual:
    """`value` in the unit of the indicator's target; None unless the state is measured."""

    state: str
    value: Fraction | None = None
    numerator: Fraction | None = None
    denominator: Fraction | None = None
    words: tuple[Words, ...] = ()


def read(indicator: Indicator, given: object, options: Mapping[str, str], place: str) -> Actual:
    """The actual value of one indicator. `given` None: nothing was measured. `options` by their short names."""
    if given is None:
        return _missing(Words("No value is given."))
    reader, own = _READERS[indicator.inputs]
    fields = table(given, place, optional=(*COMMON, *GENERAL, *indicator.fields, *own))
    state = one_of(fields.get("state", MEASURED), f"{place}.state", STATES)
    if state == NOT_APPLICABLE:
        return Actual(state, words=(Words("Not applicable: %(reason)s", {"reason": _reason(fields, place)}),))
    if state == MISSING:
        return _missing(Words("Missing: %(reason)s", {"reason": text(fields.get("reason", "-"), f"{place}.reason")}))
    if state == VACUOUS:
        if indicator.when_zero != VACUOUS:
            raise CaseError(f"{place}.state", Words("%(id)s can never be vacuous.", {"id": indicator.id}))
        return _vacuous()
    return reader(indicator, fields, options, place)


# ---------------------------------------------------------------------- how the numbers are given


def _fraction(indicator: Indicator, fields: Mapping[str, object], options: Mapping[str, str], place: str) -> Actual:
    """`numerator` and `denominator` (or the indicator's own names for them), or `value`."""
    for names in (("numerator", "denominator"), indicator.fields):
        if names[0] in fields or names[1] in fields:
            table(fields, place, required=names)
            least = 0 if indicator.share else None
            top = number(fields[names[0]], f"{place}.{names[0]}", least=least)
            bottom = number(fields[names[1]], f"{place}.{names[1]}", least=0)
            if indicator.share and top > bottom:
                raise CaseError(
                    f"{place}.{names[0]}",
                    Words("%(top)s is more than the whole, %(bottom)s.", {"top": plain(top), "bottom": plain(bottom)}),
                )
            return _divided(indicator, top, bottom, fields, place)
    if "value" not in fields:
        wanted = ", ".join(("value", "numerator", "denominator", *_READERS[indicator.inputs][1]))
        raise CaseError(place, Words("gives no value."), Words("Give one of: %(wanted)s.", {"wanted": wanted}))
    value = number(fields["value"], f"{place}.value", least=0 if indicator.share else None)
    if indicator.share and value > 1:
        raise CaseError(
            f"{place}.value",
            Words("%(value)s is more than 1, the whole.", {"value": plain(value)}),
            Words("Write 92 %% as 0.92."),
        )
    return Actual(MEASURED, value)


def _divided(indicator: Indicator, top: Fraction, bottom: Fraction, fields: Mapping[str, object], place: str) -> Actual:
    if bottom:
        scale = 100 if indicator.inputs == "saving" else 1
        value = top / bottom * scale
        if indicator.formula == "yes_no":
            value = Fraction(top >= bottom)
        return Actual(MEASURED, value, top, bottom)
    if indicator.when_zero == VACUOUS:
        return _vacuous() if _nil_return(fields, place) else _no_nil_return()
    if indicator.when_zero == MISSING:
        return _missing(Words("Nothing was counted, and this indicator cannot do without."))
    return Actual(NOT_APPLICABLE, words=(Words("Not applicable: there was nothing to count."),))


def _count(indicator: Indicator, fields: Mapping[str, object], options: Mapping[str, str], place: str) -> Actual:
    """A number of cases; none needs a nil return, for an empty table proves nothing."""
    name = indicator.fields[0] if indicator.fields[0] in fields else "value"
    if name not in fields:
        return _fraction(indicator, fields, options, place)
    return _counted(number(fields[name], f"{place}.{name}", least=0), fields, f"{place}.{name}", place)


def _counted(cases: Fraction, fields: Mapping[str, object], spot: str, place: str) -> Actual:
    if cases.denominator != 1:
        raise CaseError(spot, Words("%(value)s is not a whole number.", {"value": plain(cases)}))
    if cases:
        return Actual(MEASURED, cases, cases, Fraction(1))
    return _vacuous() if _nil_return(fields, place) else _no_nil_return()


def _cases(indicator: Indicator, fields: Mapping[str, object], options: Mapping[str, str], place: str) -> Actual:
    """Complaints by what the owner decided: dismissed, turned into a ticket and withdrawn ones leave the count."""
    if "cases" not in fields:
        return _count(indicator, fields, options, place)
    spot = f"{place}.cases"
    counted: tuple[str, ...] = ("accepted", "undecided", "substantiated")
    leaving = ("dismissed", "to_ticket", "withdrawn")
    given = table(fields["cases"], spot, optional=(*counted, *leaving))
    numbers = {name: integer(value, f"{spot}.{name}", least=0) for name, value in given.items()}
    if options.get("counts") == "substantiated":
        counted = ("substantiated", "undecided")
    left = sum(numbers.get(name, 0) for name in leaving)
    actual = _counted(Fraction(sum(numbers.get(name, 0) for name in counted)), fields, spot, place)
    words = Words("%(left)s cases left the count by decision of the owner.", {"left": left})
    return Actual(actual.state, actual.value, actual.numerator, actual.denominator, (*actual.words, words))


def _saving(indicator: Indicator, fields: Mapping[str, object], options: Mapping[str, str], place: str) -> Actual:
    """`budget` and `price`; the actual value is in percentage points."""
    if "budget" not in fields and "price" not in fields:
        return _fraction(indicator, fields, options, place)
    table(fields, place, required=("budget", "price"))
    budget = number(fields["budget"], f"{place}.budget", least=0)
    price = number(fields["price"], f"{place}.price", least=0)
    return _divided(indicator, budget - price, budget, fields, place)


def _staffing(indicator: Indicator, fields: Mapping[str, object], options: Mapping[str, str], place: str) -> Actual:
    """`required` and `qualified` (numbers, or lists by post and month), `gaps`; or `value` true / false."""
    if "value" in fields and isinstance(fields["value"], bool):
        return Actual(MEASURED, Fraction(fields["value"]))
    if "required" not in fields:
        return _fraction(indicator, fields, options, place)
    required = _numbers(fields["required"], f"{place}.required")
    if not any(required):
        return Actual(NOT_APPLICABLE, words=(Words("Not applicable: no staff is required."),))
    gaps = array(fields.get("gaps", ()), f"{place}.gaps")
    if "qualified" not in fields and "gaps" not in fields:
        raise CaseError(f"{place}.qualified", Words("is missing."))
    filled = True
    if "qualified" in fields:
        filled = _filled(required, _numbers(fields["qualified"], f"{place}.qualified"), options, place)
    grace = Fraction(options.get("replacement_grace_days", "5"))
    words = []
    for index, entry in enumerate(gaps):
        spot = f"{place}.gaps[{index}]"
        gap = table(entry, spot, required=("workdays", "replacement_approved"), optional=("post", "from", "to"))
        length = integer(gap["workdays"], f"{spot}.workdays", least=0)
        approved = boolean(gap["replacement_approved"], f"{spot}.replacement_approved")
        if length and (not approved or length > grace):
            filled = False
            words.append(
                Words(
                    "A gap of %(length)s workdays counts: the grace is %(grace)s with an approved replacement.",
                    {"length": length, "grace": plain(grace)},
                )
            )
    return Actual(MEASURED, Fraction(filled), words=tuple(words))


def _filled(required: list[int], qualified: list[int], options: Mapping[str, str], place: str) -> bool:
    if len(required) == 1:
        required = required * len(qualified)
    if len(required) != len(qualified):
        raise CaseError(f"{place}.qualified", Words("has not as many numbers as required."))
    if options.get("measure_at") == "acceptance":
        return qualified[-1] >= required[-1]
    if options.get("measure_at") == "average":
        return sum(qualified) >= sum(required)
    return all(have >= need for have, need in zip(qualified, required, strict=True))


def _duration(indicator: Indicator, fields: Mapping[str, object], options: Mapping[str, str], place: str) -> Actual:
    """`start`, `end`, `suspended_days`: whether the service lasted the target's years, counted by the calendar."""
    if "value" in fields and isinstance(fields["value"], bool):
        return Actual(MEASURED, Fraction(fields["value"]))
    if "start" not in fields and "end" not in fields:
        return _fraction(indicator, fields, options, place)
    table(fields, place, required=("start", "end"))
    start, end = day(fields["start"], f"{place}.start"), day(fields["end"], f"{place}.end")
    if end < start:
        raise CaseError(
            f"{place}.end", Words("ends on %(end)s, before it begins on %(begin)s.", {"end": end, "begin": start})
        )
    suspended = integer(fields.get("suspended_days", 0), f"{place}.suspended_days", least=0)
    years = int(indicator.target or 1)
    wanted = years_later(start, years) - timedelta(days=1)
    served = end - timedelta(days=suspended)
    words = Words(
        "From %(start)s the term runs to %(wanted)s; served until %(served)s after %(days)s days of suspension.",
        {"start": start, "wanted": wanted, "served": served, "days": suspended},
    )
    return Actual(MEASURED, Fraction(served >= wanted), words=(words,))


def years_later(of: date, years: int) -> date:
    """The same day years later; 29 February becomes 1 March, so that a year is never cut short."""
    try:
        return of.replace(year=of.year + years)
    except ValueError:
        return date(of.year + years, 3, 1)


def _systems(indicator: Indicator, fields: Mapping[str, object], options: Mapping[str, str], place: str) -> Actual:
    """`systems`: per system its plan rows as done / due, or an evaluator's `maintained` with a reason."""
    if "systems" not in fields:
        return _fraction(indicator, fields, options, place)
    entries = array(fields["systems"], f"{place}.systems")
    mode = options.get("system_counts_as_maintained", "default")
    kept, words = 0, []
    for index, entry in enumerate(entries):
        spot = f"{place}.systems[{index}]"
        system = table(entry, spot, required=("name",), optional=("rows", "maintained", "reason", "evidence"))
        name = text(system["name"], f"{spot}.name")
        if "maintained" in system:
            done: bool | None = boolean(system["maintained"], f"{spot}.maintained")
            _reason(system, spot)
        else:
            rows = table(system.get("rows", {}), f"{spot}.rows")
            done = maintained([_done_of_due(value, f"{spot}.rows.{key}") for key, value in rows.items()], mode)
        if done is None:
            return _missing(Words("%(name)s has no plan row and no entry of an evaluator.", {"name": name}))
        kept += done
        if not done:
            words.append(Words("%(name)s does not count as maintained.", {"name": name}))
    actual = _divided(indicator, Fraction(kept), Fraction(len(entries)), fields, place)
    return Actual(actual.state, actual.value, actual.numerator, actual.denominator, (*actual.words, *words))


def maintained(rows: Collection[tuple[int, int, int]], mode: str = "default") -> bool | None:
    """Whether a system counts as maintained by its plan rows: (done, due, periods without any) occurrences each.

    None: nothing was due, so the plan cannot tell. By default every kind of work was done in each of its periods,
    or at least 95 % of all occurrences were done.
    """
    done, due = sum(row[0] for row in rows), sum(row[1] for row in rows)
    if not due:
        return None
    if mode == "any":
        return done > 0
    if mode == "strict":
        return done == due
    return not any(row[2] for row in rows) or Fraction(done, due) >= Fraction(95, 100)


def _done_of_due(value: object, place: str) -> tuple[int, int, int]:
    """`"52/52"`, or `{"done", "due", "empty_periods"}` where several occurrences share a period."""
    if isinstance(value, str):
        parts = value.split("/")
        if len(parts) != 2 or not all(part.strip().isdecimal() for part in parts):
            raise CaseError(place, Words("%(value)s is not written as done/due.", {"value": value}))
        done, due = map(int, parts)
        empty = due - done
    else:
        fields = table(value, place, required=("done", "due"), optional=("empty_periods",))
        done = integer(fields["done"], f"{place}.done", least=0)
        due = integer(fields["due"], f"{place}.due", least=0)
        empty = integer(fields.get("empty_periods", due - done), f"{place}.empty_periods")
    if done > due:
        raise CaseError(place, Words("%(top)s is more than the whole, %(bottom)s.", {"top": done, "bottom": due}))
    return done, due, empty


def _fault_free_days(
    indicator: Indicator, fields: Mapping[str, object], options: Mapping[str, str], place: str
) -> Actual:
    """`per_system`: the mean over systems of the share of days without a fault; each system weighs the same."""
    if "per_system" not in fields:
        return _fraction(indicator, fields, options, place)
    shares = []
    for index, entry in enumerate(array(fields["per_system"], f"{place}.per_system")):
        spot = f"{place}.per_system[{index}]"
        system = table(entry, spot, required=("fault_days", "service_days"), optional=("name",))
        faulty = integer(system["fault_days"], f"{spot}.fault_days", least=0)
        served = integer(system["service_days"], f"{spot}.service_days", least=0)
        if faulty > served:
            raise CaseError(
                f"{spot}.fault_days",
                Words("%(top)s is more than the whole, %(bottom)s.", {"top": faulty, "bottom": served}),
            )
        if served:
            shares.append(Fraction(served - faulty, served))
    return _divided(indicator, sum(shares, Fraction(0)), Fraction(len(shares)), fields, place)


def _availability(indicator: Indicator, fields: Mapping[str, object], options: Mapping[str, str], place: str) -> Actual:
    """`up`, `degraded`, `down`, `planned`, `unknown`, `unmonitored` of the time in use, in any one unit."""
    if "up" not in fields:
        return _fraction(indicator, fields, options, place)
    time = {name: number(fields.get(name, 0), f"{place}.{name}", least=0) for name in _AVAILABILITY}
    in_use = sum(time.values(), Fraction(0))
    dark = time["unknown"] + time["unmonitored"]
    ceiling = Fraction(options.get("unknown_ceiling", "0.05"))
    share = dark / in_use if in_use else Fraction(0)
    words = Words(
        "Unknown share %(share)s, ceiling %(ceiling)s.", {"share": percent(share), "ceiling": percent(ceiling)}
    )
    if share > ceiling:
        return _missing(words)
    good = time["up"] + (time["degraded"] if options.get("degraded", "normal") == "normal" else 0)
    actual = _divided(indicator, good, time["up"] + time["degraded"] + time["down"], fields, place)
    return Actual(actual.state, actual.value, actual.numerator, actual.denominator, (*actual.words, words))


def _level(indicator: Indicator, fields: Mapping[str, object], options: Mapping[str, str], place: str) -> Actual:
    """A judgement in three levels with the marks given inside the level: 100-80, below 80-60, below 60."""
    table(fields, place, required=("level", "score"))
    level = one_of(fields["level"], f"{place}.level", tuple(_LEVELS))
    score = number(fields["score"], f"{place}.score", least=0)
    low, high = _LEVELS[level]
    if score > 100 or not low <= score < high:
        raise CaseError(
            f"{place}.score",
            Words("%(score)s marks do not belong to the level %(level)s.", {"score": plain(score), "level": level}),
        )
    return Actual(MEASURED, score)


# ---------------------------------------------------------------------- words and small parts

_AVAILABILITY = ("up", "degraded", "down", "planned", "unknown", "unmonitored")
_LEVELS = {
    "met": (80, 101),
    "partly": (60, 80),
    "not_met": (0, 60),
}
Reader = Callable[[Indicator, Mapping[str, object], Mapping[str, str], str], Actual]
_READERS: Mapping[str, tuple[Reader, tuple[str, ...]]] = {
    "fraction": (_fraction, ()),
    "count": (_count, ()),
    "cases": (_cases, ("cases",)),
    "saving": (_saving, ("budget", "price")),
    "staffing": (_staffing, ("required", "qualified", "gaps")),
    "duration": (_duration, ("start", "end", "suspended_days")),
    "systems": (_systems, ("systems",)),
    "fault_free_days": (_fault_free_days, ("per_system",)),
    "availability": (_availability, _AVAILABILITY),
    "level": (_level, ("level", "score")),
}


def percent(share: Fraction) -> str:
    return f"{half_up(share * 100)}%"


def _numbers(value: object, place: str) -> list[int]:
    if isinstance(value, int):
        return [integer(value, place, least=0)]
    return [integer(entry, f"{place}[{i}]", least=0) for i, entry in enumerate(array(value, place))]


def _reason(fields: Mapping[str, object], place: str) -> str:
    reason = text(fields.get("reason", ""), f"{place}.reason").strip()
    if not reason:
        raise CaseError(f"{place}.reason", Words("is missing."), Words("Say why, in words."))
    return reason


def _nil_return(fields: Mapping[str, object], place: str) -> bool:
    return boolean(fields.get("nil_return", False), f"{place}.nil_return")


def _vacuous() -> Actual:
    return Actual(VACUOUS, words=(Words("Nothing happened, and a nil return confirms it."),))


def _no_nil_return() -> Actual:
    return _missing(Words("Nothing is recorded, and no nil return confirms that nothing happened."))


def _missing(words: Words) -> Actual:
    return Actual(MISSING, words=(words,))
