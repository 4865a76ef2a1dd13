"""Schedule phrases as offices print them, read into recurrences. What is not in the table is not guessed."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

Reading = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Phrase:
    """A reading and the doubts that it leaves, in Chinese, for the people of the contract."""

    reading: Reading
    doubts: tuple[str, ...] = ()


_WEEKDAYS = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "日": 7, "天": 7}
_COUNTS = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5}
_DAY = r"(?:号|日)"
_CLOCK = r"(?P<{0}hour>\d{{1,2}})(?:[::](?P<{0}minute>\d{{2}})分?|[点时](?:(?P<{0}past>\d{{1,2}})分)?)"
_TIMES = r"(?P<times>\d+|[一二两三四五])次"


def read_phrase(text: str, window: tuple[date, date]) -> Phrase | None:
    """The recurrence a phrase stands for in a service period; None when the table does not hold it."""
    plain = _plain(text)
    for pattern, build in _TABLE:
        found = pattern.fullmatch(plain)
        if found:
            return build(found.groupdict(), window)
    return None


def phrases() -> list[str]:
    """The patterns in order, for the reference page."""
    return [pattern.pattern for pattern, _build in _TABLE]


def _plain(text: str) -> str:
    """Half-width, without blanks and closing punctuation."""
    narrow = "".join(chr(ord(sign) - 0xFEE0) if "！" <= sign <= "～" else sign for sign in text)
    return re.sub(r"\s+", "", narrow).rstrip("。;,.")


def _mark(name: str, at: str, clock: str | None = "23:59", shift: str | None = None) -> dict[str, Any]:
    """提交 moves to the next workday; work does not, and dates of month precision never do."""
    if shift is None:
        fixed = at in {"period_day", "event"} or at.startswith("month_end")
        shift = "next_workday" if name == "提交" and not fixed else "none"
    return {"name": name, "at": at, "time": clock, "shift": shift}


def _periodic(
    freq: str, covers: str, window: tuple[date, date], marks: list[dict[str, Any]], per_period: int = 1, **more: str
) -> Reading:
    return {
        "kind": "periodic",
        "freq": freq,
        "per_period": per_period,
        "quota_rule": more.get("quota_rule", "none"),
        "calendar": more.get("calendar", "natural"),
        "covers": covers,
        "window": [day.isoformat() for day in window],
        "marks": marks,
    }


def _once(not_before: date, mark: dict[str, Any]) -> Reading:
    return {"kind": "once", "not_before": not_before.isoformat(), "marks": [mark]}


def _clock_of(groups: Mapping[str, str | None], prefix: str = "") -> str:
    hour = int(groups[f"{prefix}hour"] or 0)
    minute = int(groups.get(f"{prefix}minute") or groups.get(f"{prefix}past") or 0)
    if groups.get("half") == "下午" and hour < 12:
        hour += 12
    return f"{hour:02}:{minute:02}"


def _number(text: str | None) -> int:
    if not text:
        return 1
    return _COUNTS.get(text) or int(text)


def _weekly_paper(groups: dict[str, str | None], window: tuple[date, date]) -> Phrase:
    weekday = _WEEKDAYS[groups["weekday"] or "一"]
    clock = _clock_of(groups) if groups.get("hour") else "23:59"
    mark = _mark("提交", f"next_week:{weekday}", clock)
    return Phrase(
        _periodic("week", "previous_monday_sunday_week", window, [mark]),
        ("原文未定义“周”的起止，按周一至周日理解，提交的是上一周的。",),
    )


def _monthly_paper(groups: dict[str, str | None], window: tuple[date, date]) -> Phrase:
    marks = [_mark("提交", f"next_month:{int(groups['day'] or 5)}")]
    return Phrase(_periodic("month", "previous_month", window, marks))


def _monthly_work_and_paper(groups: dict[str, str | None], window: tuple[date, date]) -> Phrase:
    marks = [_mark("完成", "period_end"), _mark("提交", f"next_month:{int(groups['day'] or 5)}")]
    return Phrase(_periodic("month", "previous_month", window, marks, _number(groups.get("times"))))


def _workday_two_marks(groups: dict[str, str | None], window: tuple[date, date]) -> Phrase:
    marks = [
        _mark("完成", "period_day", _clock_of(groups, "done_")),
        _mark("提交", "period_day", _clock_of(groups, "paper_")),
    ]
    return Phrase(_periodic("workday", "same_day", window, marks, calendar="cn_workday"))


def _workday(groups: dict[str, str | None], window: tuple[date, date]) -> Phrase:
    clock = _clock_of(groups) if groups.get("hour") else "17:30"
    doubts = [] if groups.get("hour") else ["原文未写时刻，按17:30下班前理解。"]
    if not groups.get("workday"):
        doubts.append("“每日”按工作日理解；若指自然日，须由释义确定。")
    reading = _periodic("workday", "same_day", window, [_mark("完成", "period_day", clock)], calendar="cn_workday")
    return Phrase(reading, tuple(doubts))


def _weekly_work(groups: dict[str, str | None], window: tuple[date, date]) -> Phrase:
    reading = _periodic(
        "week",
        "same_week",
        window,
        [_mark("完成", "period_end")],
        _number(groups.get("times")),
        quota_rule="min_workdays",
    )
    return Phrase(reading, ("原文未写星期几，一周之内完成即可；整周无工作日的不计。",))


def _in_a_period(freq: str, covers: str) -> Callable[[dict[str, str | None], tuple[date, date]], Phrase]:
    def build(groups: dict[str, str | None], window: tuple[date, date]) -> Phrase:
        name = "提交" if groups.get("paper") else "完成"
        times = _number(groups.get("times"))
        return Phrase(_periodic(freq, covers, window, [_mark(name, "period_end")], times))

    return build


def _by_day(groups: dict[str, str | None], window: tuple[date, date]) -> Phrase | None:
    try:
        day = date(int(groups["year"] or 0), int(groups["month"] or 0), int(groups["day"] or 0))
    except ValueError:
        return None
    name = groups.get("verb") or "完成"
    return _dated(day, window, _mark(name, f"date:{day.isoformat()}"))


def _in_month(groups: dict[str, str | None], window: tuple[date, date]) -> Phrase | None:
    year, month = int(groups["year"] or 0), int(groups["month"] or 0)
    if not 1 <= month <= 12:
        return None
    name = groups.get("verb") or "完成"
    last = date(year, month, monthrange(year, month)[1])
    reading = _once(date(year, month, 1), _mark(name, f"month_end:{year}-{month:02}"))
    return Phrase(reading, _before_the_service(last, window))


def _before_month(groups: dict[str, str | None], window: tuple[date, date]) -> Phrase | None:
    year, month = int(groups["year"] or 0), int(groups["month"] or 0)
    if not 1 <= month <= 12:
        return None
    year, month = (year - 1, 12) if month == 1 else (year, month - 1)
    last = date(year, month, monthrange(year, month)[1])
    doubt = f"“{groups['month']}月前”未言明是否含当月，按{last:%Y-%m-%d}之前。"
    reading = _once(date(year, month, 1), _mark(groups.get("verb") or "提交", f"month_end:{year}-{month:02}"))
    return Phrase(reading, (doubt, *_before_the_service(last, window)))


def _dated(day: date, window: tuple[date, date], mark: dict[str, Any]) -> Phrase:
    return Phrase(_once(min(window[0], day), mark), _before_the_service(day, window))


def _before_the_service(day: date, window: tuple[date, date]) -> tuple[str, ...]:
    if day >= window[0]:
        return ()
    return (f"日期{day:%Y-%m-%d}早于服务期（{window[0]:%Y-%m-%d}起），疑为笔误，须由释义确定。",)


def _within_period(groups: dict[str, str | None], window: tuple[date, date]) -> Phrase:
    reading: Reading = {
        "kind": "within_period",
        "window": [day.isoformat() for day in window],
        "marks": [_mark("完成", "window_end")],
        "min_count": _number(groups.get("times")),
    }
    return Phrase(reading, () if groups.get("times") else ("原文未写次数，至少一次。",))


def _on_demand(groups: dict[str, str | None], window: tuple[date, date]) -> Phrase:
    reading: Reading = {
        "kind": "on_demand",
        "window": [day.isoformat() for day in window],
        "marks": [_mark("完成", "event", None)],
        "trigger": "request",
        "min_count": 0,
        "clock": "agreed_per_request",
    }
    return Phrase(reading, ("“按需”未写由何事引起，按服务请求理解，限期依请求所写。",))


_Builder = Callable[[dict[str, str | None], tuple[date, date]], Phrase | None]
_VERB = r"(?P<verb>提交|完成|召开)?"
_TABLE: tuple[tuple[re.Pattern[str], _Builder], ...] = tuple(
    (re.compile(pattern), build)
    for pattern, build in (
        (
            r"每(?:周|星期)(?P<weekday>[一二三四五六日天])(?P<half>上午|下午)?(?:"
            + _CLOCK.format("")
            + r")?前?(?:提交)",
            _weekly_paper,
        ),
        (rf"每月(?P<day>\d{{1,2}}){_DAY}前?(?:提交)?", _monthly_paper),
        (rf"每月(?:{_TIMES})?[,,;;]?.*?每月(?P<day>\d{{1,2}}){_DAY}前提交", _monthly_work_and_paper),
        (
            r"(?:每个?)?工作日" + _CLOCK.format("done_") + r"前完成[,,;;]?" + _CLOCK.format("paper_") + r"前提交.*",
            _workday_two_marks,
        ),
        (r"(?:每日|每天|(?P<workday>每个?工作日))(?:" + _CLOCK.format("") + r"前(?:完成)?)?", _workday),
        (rf"(?:.*[((])?每周(?:{_TIMES})?[))]?(?:[;;,,].*)?", _weekly_work),
        (rf"(?:.*[((])?每月(?:{_TIMES})?[))]?", _in_a_period("month", "same_month")),
        (rf"(?:.*[((])?每季度?(?:{_TIMES})?[))]?", _in_a_period("quarter", "same_quarter")),
        (
            rf"(?:日常更新[,,;;])?每半年(?:(?:{_TIMES})|(?P<paper>提交)(?:一次|1次)?)?",
            _in_a_period("halfyear", "same_halfyear"),
        ),
        (rf"(?P<year>\d{{4}})年(?P<month>\d{{1,2}})月(?P<day>\d{{1,2}})日前?{_VERB}", _by_day),
        (rf"(?P<year>\d{{4}})年(?P<month>\d{{1,2}})月(?:底前|内)?{_VERB}", _in_month),
        (rf"(?P<year>\d{{4}})年(?P<month>\d{{1,2}})月前{_VERB}", _before_month),
        (rf"服务(?:周期|期)内(?:{_TIMES})?", _within_period),
        (r"按需(?:提供|进行)?", _on_demand),
    )
)
