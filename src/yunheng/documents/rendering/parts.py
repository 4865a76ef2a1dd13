"""Words and tables that every format prints alike."""

from __future__ import annotations

from yunheng.documents.rules.blocks import (
    Align,
    Cell,
    Chart,
    Column,
    Figure,
    Gantt,
    Report,
    Row,
    Series,
    Signature,
    SignatureRow,
    Table,
)
from yunheng.documents.rules.charts.scale import shown

LONGEST_SPAN = 12
"""Rows that one merged cell covers on paper."""


def printed_date(report: Report) -> str:
    return f"{report.date.year}年{report.date.month}月"


def caption_of(label: str, title: str) -> str:
    return f"{label}　{title}" if label and title else title


def chart_note(chart: Chart | Gantt) -> str:
    """The small print under a chart: unit, period, source."""
    parts = []
    if isinstance(chart, Chart) and chart.unit:
        parts.append(f"单位：{chart.unit}")
    if chart.period:
        parts.append(f"统计期间：{chart.period}")
    if chart.source:
        parts.append(f"数据来源：{chart.source}")
    return "；".join(parts)


def source_note(table: Table) -> str:
    return f"数据来源：{table.source}" if table.source else ""


def signature_lines(block: SignatureRow) -> list[tuple[Signature, ...]]:
    """Three parties side by side leave room for a stamp; more of them start another line."""
    return [block.signatures[start : start + 3] for start in range(0, len(block.signatures), 3)]


def twin_of(chart: Chart | Gantt) -> Table:
    """The figures of a chart as a table."""
    if isinstance(chart, Gantt):
        days = (Column("计划开始", 2), Column("计划完成", 2), Column("实际完成", 2))
        rows = tuple(
            Row((bar.label, str(bar.first), str(bar.last), Figure(str(bar.done), bar.key) if bar.done else "—"))
            for bar in chart.bars
        )
        return Table((Column("事项", 4), *days), rows)
    unit = f"（{chart.unit}）" if chart.unit else ""
    columns = [Column(f"{series.name or '数值'}{unit}", 2, Align.RIGHT) for series in chart.series]
    return Table(
        (Column("项目", 3), *columns),
        tuple(
            Row((name, *(_value(series, index) for series in chart.series)))
            for index, name in enumerate(chart.categories)
        ),
    )


def _value(series: Series, index: int) -> Cell:
    value = series.values[index]
    if value is None:
        return "—"
    return Figure(shown(value), series.keys[index] if series.keys else "", value)
