"""Bars, horizontal bars, lines and donuts."""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

from yunheng.documents.rules.blocks import Chart, Series
from yunheng.documents.rules.charts.canvas import (
    COLOURS,
    INK,
    MUTED,
    RULE,
    SIZE,
    TARGET,
    WIDTH,
    Canvas,
    number,
    shortened,
    text_width,
    wrapped,
)
from yunheng.documents.rules.charts.scale import Scale, scale_for, shown

_LINE = SIZE * 1.35
_DASHES = ("", "7 3", "2 3", "9 3 2 3")


class Plot:
    """One chart on one canvas, with the addresses its marks lead to."""

    def __init__(self, chart: Chart, canvas: Canvas, addresses: Mapping[str, str]) -> None:
        self.chart, self.canvas, self.addresses = chart, canvas, addresses

    def address(self, series: Series, index: int) -> str:
        return self.addresses.get(series.keys[index], "") if series.keys else ""

    def words(self, series: Series, index: int) -> str:
        value = series.values[index]
        amount = "无数据" if value is None else shown(value) + self.chart.unit
        name = f"{series.name} " if series.name and len(self.chart.series) > 1 else ""
        return f"{self.chart.categories[index]} {name}{amount}"


def height_of(chart: Chart) -> float:
    """The height a chart needs; a horizontal one grows with its categories."""
    match chart.kind:
        case "horizontal-bar":
            return 46 + len(chart.categories) * (len(chart.series) * 15 + 9)
        case "donut":
            return max(200.0, len(chart.categories) * 24 + 30)
        case _:
            return 280


def _whole(chart: Chart) -> bool:
    return all(isinstance(value, int) for series in chart.series for value in series.values if value is not None)


def _known(chart: Chart) -> list[Decimal | int | None]:
    values: list[Decimal | int | None] = [value for series in chart.series for value in series.values]
    return [*values, chart.target] if chart.target is not None else values


def _legend(plot: Plot, *, lines: bool = False) -> None:
    """The unit at the left, the names of the series at the right."""
    canvas, chart = plot.canvas, plot.chart
    if chart.unit:
        canvas.text(0, SIZE, f"单位：{chart.unit}", fill=MUTED, size=12)
    if len(chart.series) < 2:
        return
    x = canvas.width - sum(text_width(series.name) + 36 for series in chart.series) + 14
    for index, series in enumerate(chart.series):
        if lines:
            canvas.polyline([(x, 9), (x + 16, 9)], COLOURS[index % len(COLOURS)], dash=_DASHES[index % len(_DASHES)])
            canvas.marker(x + 8, 9, index)
        else:
            canvas.rectangle(x, 3, 14, 12, canvas.fill(index))
        canvas.text(x + 20, SIZE + 1, series.name)
        x += text_width(series.name) + 36


def _frame(plot: Plot, *, from_zero: bool, lines: bool = False) -> tuple[Scale, float, float]:
    """Axis, grid and category names of an upright chart: its scale, left edge and width of one slot."""
    canvas, chart = plot.canvas, plot.chart
    _legend(plot, lines=lines)
    count = max(1, len(chart.categories))
    rough = scale_for(_known(chart), 0, 1, from_zero=from_zero, whole=_whole(chart))
    left = max(text_width(shown(tick), 12) for tick in rough.ticks) + 8
    right = canvas.width - (text_width(_target_words(chart), 12) + 8 if chart.target is not None else 0)
    slot = (right - left) / count
    names = [wrapped(name, slot - 4, 3, 12) for name in chart.categories]
    bottom = canvas.height - 8 - 15 * max((len(name) for name in names), default=1)
    scale = scale_for(_known(chart), bottom, 40, from_zero=from_zero, whole=_whole(chart))
    for tick in scale.ticks:
        y = scale.place(tick)
        canvas.line(left, y, right, y, INK if tick == 0 or tick == scale.low else RULE)
        canvas.text(left - 6, y + 4, shown(tick), anchor="end", fill=MUTED, size=12)
    for index, name in enumerate(names):
        for row, line in enumerate(name):
            canvas.text(left + slot * (index + 0.5), bottom + 16 + row * 15, line, anchor="middle", size=12)
    return scale, left, slot


def _target(plot: Plot, scale: Scale, left: float) -> None:
    if plot.chart.target is None:
        return
    y, words = scale.place(plot.chart.target), _target_words(plot.chart)
    right = plot.canvas.width - text_width(words, 12) - 4
    plot.canvas.line(left, y, right, y, TARGET, width=1.5, dash="6 4")
    plot.canvas.text(plot.canvas.width, y + 4, words, anchor="end", fill=TARGET, size=12)


def _target_words(chart: Chart) -> str:
    return f"目标 {shown(chart.target)}" if chart.target is not None else ""


def bars(plot: Plot) -> None:
    canvas, chart = plot.canvas, plot.chart
    scale, left, slot = _frame(plot, from_zero=True)
    thickness = min(46.0, slot * 0.72 / len(chart.series))
    labelled = all(
        text_width(shown(value), 12) <= max(thickness, slot / len(chart.series) - 2)
        for series in chart.series
        for value in series.values
        if value is not None
    )
    zero = scale.place(0)
    _target(plot, scale, left)
    for index in range(len(chart.categories)):
        x = left + slot * (index + 0.5) - thickness * len(chart.series) / 2
        for order, series in enumerate(chart.series):
            value = series.values[index]
            if value is not None:
                y = scale.place(value)
                with canvas.mark(plot.words(series, index), plot.address(series, index)):
                    canvas.rectangle(x + 1, min(y, zero), thickness - 2, abs(zero - y), canvas.fill(order))
                if labelled:
                    below = 13 if value < 0 else -5
                    canvas.text(x + thickness / 2, y + below, shown(value), anchor="middle", size=12, halo=True)
            x += thickness


def horizontal_bars(plot: Plot) -> None:
    canvas, chart = plot.canvas, plot.chart
    _legend(plot)
    widest = max((text_width(name) for name in chart.categories), default=0)
    left = min(widest, WIDTH * 0.36) + 10
    values = [shown(value) for series in chart.series for value in series.values if value is not None]
    right = canvas.width - max((text_width(value, 12) for value in values), default=0) - 8
    scale = scale_for(_known(chart), left, right, whole=_whole(chart))
    top, bottom = 24.0, canvas.height - 20
    for tick in scale.ticks:
        x = scale.place(tick)
        canvas.line(x, top, x, bottom, INK if tick == 0 else RULE)
        canvas.text(x, bottom + 15, shown(tick), anchor="middle", fill=MUTED, size=12)
    slot = len(chart.series) * 15 + 9
    zero = scale.place(0)
    if chart.target is not None:
        mark = scale.place(chart.target)
        canvas.line(mark, top - 4, mark, bottom, TARGET, width=1.5, dash="6 4")
        canvas.text(mark, top - 8, _target_words(chart), anchor="middle", fill=TARGET, size=12)
    for index, name in enumerate(chart.categories):
        y = top + slot * index + 5
        middle = y + len(chart.series) * 7.5
        canvas.text(left - 8, middle + 4.5, shortened(name, left - 8), anchor="end")
        for order, series in enumerate(chart.series):
            value = series.values[index]
            if value is not None:
                x = scale.place(value)
                with canvas.mark(plot.words(series, index), plot.address(series, index)):
                    canvas.rectangle(min(x, zero), y + order * 15, abs(x - zero), 13, canvas.fill(order))
                canvas.text(max(x, zero) + 5, y + order * 15 + 11, shown(value), size=12, halo=True)


def lines(plot: Plot) -> None:
    canvas, chart = plot.canvas, plot.chart
    scale, left, slot = _frame(plot, from_zero=False, lines=True)
    _target(plot, scale, left)
    labelled = len(chart.series) == 1 and all(
        text_width(shown(value), 12) <= slot for value in chart.series[0].values if value is not None
    )
    for order, series in enumerate(chart.series):
        colour, dash = COLOURS[order % len(COLOURS)], _DASHES[order % len(_DASHES)]
        stretch: list[tuple[float, float]] = []
        for index, value in enumerate((*series.values, None)):
            if value is not None:
                stretch.append((left + slot * (index + 0.5), scale.place(value)))
                continue
            if len(stretch) > 1:
                canvas.polyline(stretch, colour, dash=dash)
            stretch = []
        for index, value in enumerate(series.values):
            if value is None:
                continue
            x, y = left + slot * (index + 0.5), scale.place(value)
            with canvas.mark(plot.words(series, index), plot.address(series, index)):
                canvas.marker(x, y, order)
            if labelled:
                below = 19 if _valley(series, index) and y + 22 < scale.start else -9
                canvas.text(x, y + below, shown(value), anchor="middle", size=12, halo=True)


def _valley(series: Series, index: int) -> bool:
    """Both lines beside the point rise from it: its words go below, where no line runs."""
    value = series.values[index]
    beside = [series.values[place] for place in (index - 1, index + 1) if 0 <= place < len(series.values)]
    known = [other for other in beside if other is not None]
    return value is not None and bool(known) and all(other > value for other in known)


def donut(plot: Plot) -> None:
    canvas, chart = plot.canvas, plot.chart
    series = chart.series[0]
    total = sum((Decimal(value) for value in series.values if value is not None), Decimal(0))
    radius, hole = min(canvas.height / 2 - 8, 110.0), min(canvas.height / 2 - 8, 110.0) * 0.58
    cx, cy = canvas.width * 0.27, canvas.height / 2
    turn = Decimal(0)
    for index, value in enumerate(series.values):
        if not value or not total:
            continue
        with canvas.mark(plot.words(series, index), plot.address(series, index)):
            first, last = float(turn / total), float((turn + value) / total)
            edge = "#fff" if value < total else ""
            canvas.path(_slice(cx, cy, radius, hole, first, last), canvas.fill(index), stroke=edge)
        turn += Decimal(value)
    canvas.text(cx, cy - 2, shown(total), anchor="middle", size=22, bold=True)
    canvas.text(cx, cy + 18, f"合计{f'（{chart.unit}）' if chart.unit else ''}", anchor="middle", fill=MUTED, size=12)
    x, y = canvas.width * 0.52, cy - len(chart.categories) * 12 + 12
    for index, (name, value) in enumerate(zip(chart.categories, series.values, strict=True)):
        canvas.rectangle(x, y - 10, 14, 12, canvas.fill(index))
        share = f"　{_percent(value, total)}" if value is not None and total else ""
        amount = "无数据" if value is None else shown(value)
        canvas.text(canvas.width, y + 1, f"{amount}{share}", anchor="end", fill=MUTED)
        room = canvas.width - x - 22 - text_width(amount + share) - 8
        canvas.text(x + 22, y + 1, shortened(name, room))
        y += 24


def _percent(value: Decimal | int, total: Decimal) -> str:
    return f"{(value * 100 / total).quantize(Decimal('0.1'), ROUND_HALF_UP)}%"


def _slice(cx: float, cy: float, outer: float, inner: float, first: float, last: float) -> str:
    """A ring slice from ``first`` to ``last`` (parts of a turn from twelve o'clock)."""
    if last - first >= 0.9999:  # one arc cannot close on itself
        half = (first + last) / 2
        return f"{_slice(cx, cy, outer, inner, first, half)} {_slice(cx, cy, outer, inner, half, last)}"
    large = 1 if last - first > 0.5 else 0

    def at(radius: float, part: float) -> str:
        angle = 2 * math.pi * part
        return f"{number(cx + radius * math.sin(angle))},{number(cy - radius * math.cos(angle))}"

    return (
        f"M{at(outer, first)} A{number(outer)},{number(outer)} 0 {large} 1 {at(outer, last)} "
        f"L{at(inner, last)} A{number(inner)},{number(inner)} 0 {large} 0 {at(inner, first)} Z"
    )
