"""四、绩效评价指标分析: each indicator with what was counted, what was not, and how it went month by month."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np

from yunheng.documents.rules.blocks import (
    Align,
    Block,
    BulletList,
    Chart,
    ChartKind,
    Column,
    Figure,
    Heading,
    Paragraph,
    Remark,
    Row,
    Run,
    Series,
    Table,
)
from yunheng.evaluation.rules.evidence import Marks
from yunheng.evaluation.rules.evidence import Table as Register
from yunheng.evaluation.wording import number_text
from yunheng.foundation.columns import MISSING
from yunheng.kernel.rounding import half_up
from yunheng.reporting.evaluation_report.chapters import by_level, period_words
from yunheng.reporting.evaluation_report.material import (
    Material,
    chinese,
    chinese_text,
    months,
    score_figure,
    value_figure,
)

LEVELS = ("一级", "二级", "三级", "四级")
REPORTED, LEVEL = "reported", "level"
# Notes of a measure that are printed per indicator; a fault register can name a hundred devices.
MOST_WORDS = 8


def analysis(material: Material) -> Iterator[Block]:
    yield Heading("绩效评价指标分析", 1)
    for level2, items in by_level(material, "level2"):
        yield Heading(level2, 2)
        for item in items:
            yield from _indicator(material, item)


def _indicator(material: Material, item: dict[str, Any]) -> Iterator[Block]:
    definition = material.definition(item)
    yield Heading(f"{item['name']}（{item['id']}）", 3)
    if definition.explanation:
        yield Paragraph(definition.explanation)
    value = value_figure(item, definition)
    score = score_figure(item)
    yield Paragraph(
        (
            Run(f"目标值 {definition.target_text}，实际值 "),
            value if isinstance(value, Figure) else Run(value),
            Run("，得分 "),
            score if isinstance(score, Figure) else Run(score),
            Run("。"),
        )
    )
    words = [chinese(pair) for pair in item["words"]]
    shown = words[:MOST_WORDS] + [chinese(pair) for pair in item["steps"]]
    if len(words) > MOST_WORDS:
        shown.insert(MOST_WORDS, f"另有{len(words) - MOST_WORDS}条同类说明，见证据文件。")
    if shown:
        yield BulletList(tuple(shown))
    if item["reason"] and item["state"] == "not_applicable":
        yield Paragraph(f"不适用的理由：{chinese_text(item['reason'])}")
    for manual in item["manual"]:
        yield Remark(
            f"该值由{manual['by']}填报，{manual['approved_by']}核定。理由：{manual['reason']}。凭据：{manual['evidence']}",
            "人工填报",
        )
    yield from _parts(material, item)
    found = material.marks(item)
    if found is not None:
        yield from _counted(item, *found)
        if item["measure"] == "servicedesk.resolved":
            yield from _by_month_and_level(material, *found)
        elif item["measure"] in {"servicedesk.responded_in_time", "servicedesk.restored_in_time"}:
            yield from _share_by_month(material, item, *found)


def _parts(material: Material, item: dict[str, Any]) -> Iterator[Block]:
    """Numerator and denominator per contract, where more than one answers."""
    if len(item["parts"]) < 2:
        return
    names = {contract.scope.code: contract.sub_project.name for contract in material.contracts}
    yield Table(
        (
            Column("合同", 2, Align.CENTER),
            Column("子项目", 5),
            Column("分子", 2, Align.RIGHT),
            Column("分母", 2, Align.RIGHT),
        ),
        tuple(
            Row((code, names.get(code, ""), number_text(top), number_text(bottom)))
            for code, (top, bottom) in item["parts"].items()
        ),
        caption=f"{item['name']}：按合同",
    )


def _counted(item: dict[str, Any], table: Register, marks: Marks) -> Iterator[Block]:
    evidence = item["evidence"]
    left = "；".join(
        f"{chinese_text(reason).rstrip('。')}，{count} 条" for reason, count in evidence["left_out"].items()
    )
    yield Paragraph(
        (
            Run(f"登记记录 {len(table.references)} 条，计入 "),
            Figure(str(evidence["counted"]), f"{item['id']}.counted", evidence["counted"]),
            Run(" 条"),
            Run(f"，未计入：{left}。" if left else "，没有未计入的记录。"),
            Run(f"计入的记录中补录占 {item['back_filled_share']}%。"),
        )
    )


def _by_month_and_level(material: Material, table: Register, marks: Marks) -> Iterator[Block]:
    reported, level = table.columns.get(REPORTED), table.columns.get(LEVEL)
    if not isinstance(reported, np.ndarray) or not isinstance(level, np.ndarray):
        return
    names, month = _months(material, reported)
    series = []
    for number, name in enumerate(LEVELS, start=1):
        chosen = marks.counted & (level == number)
        counts = np.bincount(month[chosen & (month >= 0)], minlength=len(names))
        series.append(Series(name, tuple(int(count) for count in counts)))
    yield Chart(
        "故障数（按月、按级别）",
        ChartKind.BAR,
        names,
        tuple(series),
        unit="起",
        source="故障登记，以报告时间计",
        period=period_words(material),
        twin=True,
    )


def _share_by_month(material: Material, item: dict[str, Any], table: Register, marks: Marks) -> Iterator[Block]:
    reported = table.columns.get(REPORTED)
    if not isinstance(reported, np.ndarray):
        return
    names, month = _months(material, reported)
    whole = np.bincount(month[marks.counted & (month >= 0)], minlength=len(names))
    kept = np.bincount(month[marks.hit & (month >= 0)], minlength=len(names))
    shares = tuple(
        half_up(Fraction(int(top) * 100, int(bottom))) if bottom else None
        for top, bottom in zip(kept, whole, strict=True)
    )
    yield Chart(
        f"{item['name']}（按月）",
        ChartKind.LINE,
        names,
        (Series(item["name"], shares),),
        unit="%",
        source="故障登记，以报告时间计",
        period=period_words(material),
        target=Decimal(100),
    )


def _months(material: Material, instants: Any) -> tuple[tuple[str, ...], Any]:
    """Month names of the period, and each record's place among them (-1: outside)."""
    names = list(months(material.evaluation.first, material.evaluation.last))
    after = (names[-1] + timedelta(days=32)).replace(day=1)
    starts = [int(datetime.combine(day, time(), material.zone).timestamp()) for day in [*names, after]]
    place = np.searchsorted(np.array(starts), instants, side="right") - 1
    inside = (instants != MISSING) & (place >= 0) & (place < len(names))
    return tuple(f"{month.year}-{month.month:02d}" for month in names), np.where(inside, place, -1)
