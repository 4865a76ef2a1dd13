"""Blocks refuse what no renderer could draw."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from yunheng.documents.rules.blocks import (
    BadBlock,
    Bar,
    Chart,
    ChartKind,
    Column,
    Figure,
    Heading,
    Paragraph,
    Report,
    Row,
    Run,
    Series,
    Table,
    figures,
    merges,
    plain,
)


def test_a_table_row_with_too_few_cells_is_refused_with_its_place() -> None:
    with pytest.raises(BadBlock, match="row 2 has 1 cells for 2 columns"):
        Table((Column("甲"), Column("乙")), (Row(("1", "2")), Row(("1",))), caption="表")


def test_groups_must_cover_all_columns() -> None:
    with pytest.raises(BadBlock, match="groups"):
        Table((Column("甲"), Column("乙")), (), groups=(("组", 1),))


def test_a_heading_has_four_levels() -> None:
    with pytest.raises(BadBlock, match="level 5"):
        Heading("深", 5)


def test_a_chart_needs_one_value_for_each_category() -> None:
    with pytest.raises(BadBlock, match="1 values for 2 categories"):
        Chart("图", ChartKind.LINE, ("一", "二"), (Series("数", (1,)),))


def test_a_donut_has_no_negative_parts() -> None:
    with pytest.raises(BadBlock, match="negative"):
        Chart("图", ChartKind.DONUT, ("一",), (Series("数", (-1,)),))


def test_a_bar_cannot_end_before_it_begins() -> None:
    with pytest.raises(BadBlock, match="ends before"):
        Bar("巡检", date(2022, 2, 1), date(2022, 1, 1))


def test_equal_first_cells_merge_and_a_total_stands_alone() -> None:
    rows = (
        Row(("甲", "一")),
        Row(("甲", "一")),
        Row(("甲", "二")),
        Row(("乙", "二")),
        Row(("乙", "合计"), total=True),
    )
    table = Table((Column("类"), Column("项")), rows, merged=2)
    assert merges(table) == ((3, 2), (0, 0), (0, 1), (1, 1), (1, 1))


def test_on_paper_a_merged_cell_is_cut_so_that_its_words_come_again() -> None:
    table = Table((Column("类"), Column("项")), tuple(Row(("甲", number)) for number in range(5)), merged=1)
    assert [spans[0] for spans in merges(table, longest=2)] == [2, 0, 2, 0, 1]


def test_every_figure_with_a_key_is_found_in_order() -> None:
    report = Report(
        "报告",
        "某中心",
        date(2022, 7, 1),
        date(2022, 7, 1),
        (
            Paragraph((Run("得分"), Figure("92.86", "I05.score"))),
            Table((Column("值"),), (Row((Figure("118", "I04.numerator", 118),)), Row((Figure("无键"),)))),
        ),
    )
    assert [figure.key for figure in figures(report)] == ["I05.score", "I04.numerator"]


def test_decimals_are_printed_without_exponent() -> None:
    assert plain(Decimal("1E+3")) == "1000"
