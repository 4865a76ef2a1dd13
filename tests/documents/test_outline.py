"""Numbers of headings, annexes, tables and charts."""

from __future__ import annotations

from datetime import date

import pytest

from yunheng.documents.rules.blocks import (
    Annex,
    Block,
    Chart,
    ChartKind,
    Column,
    Heading,
    Report,
    Series,
    Table,
)
from yunheng.documents.rules.outline import chinese_number, outline


def titles(*blocks: Block) -> list[str]:
    report = Report("报告", "某中心", date(2022, 7, 1), date(2022, 7, 1), blocks)
    return [entry.title for entry in outline(report).entries.values()]


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (1, "一"),
        (9, "九"),
        (10, "十"),
        (11, "十一"),
        (20, "二十"),
        (21, "二十一"),
        (100, "一百"),
        (102, "一百零二"),
        (110, "一百一十"),
        (1001, "一千零一"),
        (9999, "九千九百九十九"),
    ],
)
def test_numbers_are_written_as_in_headings(number: int, words: str) -> None:
    assert chinese_number(number) == words


def test_levels_run_from_chinese_to_arabic_and_start_again_below_each_heading() -> None:
    blocks = [
        Heading("A"),
        Heading("B", 2),
        Heading("C", 3),
        Heading("D", 4),
        Heading("E", 4),
        Heading("F", 2),
    ]
    blocks += [Heading("G", 3), Heading("H"), Heading("I", 2)]
    assert titles(*blocks) == [
        "一、A",
        "（一）B",
        "1.C",
        "（1）D",
        "（2）E",
        "（二）F",
        "1.G",
        "二、H",
        "（一）I",
    ]


def test_an_unnumbered_heading_takes_no_number() -> None:
    assert titles(Heading("A"), Heading("摘要", numbered=False), Heading("B")) == ["一、A", "摘要", "二、B"]


def test_annexes_are_numbered_and_headings_start_again_inside() -> None:
    assert titles(Heading("A"), Annex("评分表"), Heading("说明"), Annex("目录")) == [
        "一、A",
        "附件1　评分表",
        "一、说明",
        "附件2　目录",
    ]


def test_tables_with_a_caption_and_charts_have_their_own_counts() -> None:
    table = Table((Column("项"),), (), caption="表")
    unnamed = Table((Column("项"),), ())
    chart = Chart("图", ChartKind.BAR, ("一",), (Series("数", (1,)),))
    report = Report("报告", "某中心", date(2022, 7, 1), date(2022, 7, 1), (table, unnamed, chart, table))
    assert dict(outline(report).labels) == {0: "表1", 2: "图1", 3: "表2"}
