"""A chart block as pictures, each small enough for a page."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from yunheng.documents.rules.blocks import Bar, Chart, ChartKind, Gantt
from yunheng.documents.rules.charts import gantt, plots
from yunheng.documents.rules.charts.canvas import WIDTH, Canvas
from yunheng.documents.rules.charts.scale import shown

_LONGEST = 28
"""Lines of a horizontal chart or a Gantt chart that still fit on one page."""
_KINDS: Mapping[ChartKind, tuple[str, Callable[[plots.Plot], None]]] = {
    ChartKind.BAR: ("柱状图", plots.bars),
    ChartKind.HORIZONTAL_BAR: ("条形图", plots.horizontal_bars),
    ChartKind.LINE: ("折线图", plots.lines),
    ChartKind.DONUT: ("环形图", plots.donut),
}


@dataclass(frozen=True, slots=True)
class Picture:
    """``width`` and ``height`` in the units of the drawing; ``description`` says in words what it shows."""

    svg: str
    width: float
    height: float
    description: str


def pictures(chart: Chart | Gantt, *, prefix: str, addresses: Mapping[str, str] | None = None) -> tuple[Picture, ...]:
    """``prefix`` must differ between the charts of one page; ``addresses`` turn figure keys into links."""
    links = addresses or {}
    if isinstance(chart, Gantt):
        pieces = [chart.bars[start : start + _LONGEST] for start in range(0, len(chart.bars), _LONGEST)]
        return tuple(
            _gantt(chart, piece, f"{prefix}-{index}" if index else prefix, links) for index, piece in enumerate(pieces)
        )
    return tuple(
        _plot(piece, f"{prefix}-{index}" if index else prefix, links) for index, piece in enumerate(_split(chart))
    )


def _split(chart: Chart) -> list[Chart]:
    most = max(1, _LONGEST // len(chart.series))
    if chart.kind is not ChartKind.HORIZONTAL_BAR or len(chart.categories) <= most:
        return [chart]
    return [
        dataclasses.replace(
            chart,
            categories=chart.categories[start : start + most],
            series=tuple(
                dataclasses.replace(
                    series, values=series.values[start : start + most], keys=series.keys[start : start + most]
                )
                for series in chart.series
            ),
        )
        for start in range(0, len(chart.categories), most)
    ]


def _plot(chart: Chart, prefix: str, addresses: Mapping[str, str]) -> Picture:
    kind, draw = _KINDS[chart.kind]
    description = _description(chart, kind)
    height = plots.height_of(chart)
    canvas = Canvas(WIDTH, height, title=chart.title, description=description, prefix=prefix)
    draw(plots.Plot(chart, canvas, addresses))
    return Picture(canvas.svg(), WIDTH, height, description)


def _gantt(chart: Gantt, bars: tuple[Bar, ...], prefix: str, addresses: Mapping[str, str]) -> Picture:
    late = sum(1 for bar in bars if bar.done is not None and bar.done > bar.last)
    done = sum(1 for bar in bars if bar.done is not None)
    description = f"甘特图，{len(bars)} 项，已完成 {done} 项，其中逾期 {late} 项。"
    height = gantt.height_of(bars)
    canvas = Canvas(WIDTH, height, title=chart.title, description=description, prefix=prefix)
    gantt.draw(canvas, bars, gantt.window(chart.bars), addresses)
    return Picture(canvas.svg(), WIDTH, height, description)


def _description(chart: Chart, kind: str) -> str:
    """The figures in words, for those who cannot see the picture."""
    parts = []
    for series in chart.series:
        values = "，".join(
            f"{name} {'无数据' if value is None else shown(value)}"
            for name, value in zip(chart.categories, series.values, strict=True)
        )
        parts.append(f"{series.name}：{values}" if series.name else values)
    unit = f"，单位：{chart.unit}" if chart.unit else ""
    target = f"；目标 {shown(chart.target)}" if chart.target is not None else ""
    return f"{kind}{unit}。{'；'.join(parts)}{target}。"
