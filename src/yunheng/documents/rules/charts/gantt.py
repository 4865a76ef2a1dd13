"""A Gantt chart: what was planned from when to when, and when it was really finished."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from yunheng.documents.rules.blocks import Bar
from yunheng.documents.rules.charts.canvas import (
    COLOURS,
    INK,
    MUTED,
    RULE,
    TARGET,
    WIDTH,
    Canvas,
    shortened,
    text_width,
)

_ROW, _TOP, _FOOT = 24, 26, 30


def height_of(bars: Sequence[Bar]) -> float:
    return _TOP + _ROW * len(bars) + _FOOT


def window(bars: Sequence[Bar]) -> tuple[date, date]:
    """First and last day of the axis, widened to whole months."""
    first = min(bar.first for bar in bars).replace(day=1)
    last = max(max(bar.last, bar.done or bar.last) for bar in bars)
    return first, (last.replace(day=28) + timedelta(days=4)).replace(day=1)


def draw(canvas: Canvas, bars: Sequence[Bar], axis: tuple[date, date], addresses: Mapping[str, str]) -> None:
    left = min(max(text_width(bar.label) for bar in bars), WIDTH * 0.34) + 10
    first, end = axis
    per_day = (canvas.width - left) / (end - first).days

    def place(day: date) -> float:
        return left + (day - first).days * per_day

    bottom = _TOP + _ROW * len(bars)
    _months(canvas, 30 * per_day, [(month, place(month)) for month in _firsts(axis)], bottom)
    for index, bar in enumerate(bars):
        y = _TOP + _ROW * index
        canvas.line(0, y + _ROW, canvas.width, y + _ROW)
        canvas.text(left - 8, y + 16, shortened(bar.label, left - 8), anchor="end")
        with canvas.mark(_words(bar), addresses.get(bar.key, "")):
            start, stop = place(bar.first), place(bar.last + timedelta(days=1))
            canvas.rectangle(start, y + 7, max(stop - start, 3), 10, COLOURS[0])
            if bar.done is not None:
                x = place(bar.done) + per_day / 2
                if bar.done > bar.last:
                    canvas.line(stop, y + 12, x, y + 12, TARGET, width=3, dash="3 2")
                canvas.diamond(x, y + 12, TARGET if bar.done > bar.last else INK, 4.5)
    _legend(canvas, bottom + 20)


def _firsts(axis: tuple[date, date]) -> list[date]:
    month, months = axis[0], []
    while month < axis[1]:
        months.append(month)
        month = (month.replace(day=28) + timedelta(days=4)).replace(day=1)
    return months


def _months(canvas: Canvas, width: float, months: Sequence[tuple[date, float]], bottom: float) -> None:
    """A line for each month; names thin out when they would touch."""
    every = max(1, -(-int(text_width("2021-07", 12) + 8) // max(1, int(width))))
    for index, (month, x) in enumerate(months):
        canvas.line(x, _TOP - 4, x, bottom, RULE)
        if index % every == 0 and x + 40 < canvas.width:
            canvas.text(x + 3, 14, f"{month:%Y-%m}", fill=MUTED, size=12)
    canvas.line(0, _TOP, canvas.width, _TOP, INK)


def _legend(canvas: Canvas, y: float) -> None:
    canvas.rectangle(0, y - 8, 22, 10, COLOURS[0])
    canvas.text(28, y + 1, "计划", size=12)
    canvas.diamond(82, y - 3, INK, 4.5)
    canvas.text(92, y + 1, "按期完成", size=12)
    canvas.line(166, y - 3, 184, y - 3, TARGET, width=3, dash="3 2")
    canvas.diamond(186, y - 3, TARGET, 4.5)
    canvas.text(196, y + 1, "逾期完成", size=12)


def _words(bar: Bar) -> str:
    words = f"{bar.label}：{bar.first} 至 {bar.last}"
    if bar.done is None:
        return words
    late = (bar.done - bar.last).days
    return f"{words}，{bar.done} 完成" + (f"，逾期 {late} 天" if late > 0 else "")
