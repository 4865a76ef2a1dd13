"""Charts as SVG: well formed, readable without colour or eyes, safe under a strict content policy."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from tests.documents import builders

from yunheng.documents.rules.blocks import Bar, Chart, ChartKind, Gantt, Series
from yunheng.documents.rules.charts import pictures
from yunheng.documents.rules.charts.scale import scale_for

SVG = "{http://www.w3.org/2000/svg}"
CHARTS: list[Chart | Gantt] = [
    builders.a_bar_chart(),
    builders.a_line_chart(),
    builders.a_donut(),
    builders.a_score_chart(),
    builders.a_gantt(),
]


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart.title)
def test_a_chart_is_well_formed_and_says_in_words_what_it_shows(chart: Chart | Gantt) -> None:
    (picture,) = pictures(chart, prefix="c1")
    root = ElementTree.fromstring(picture.svg)  # noqa: S314  our own drawing
    assert root.get("role") == "img"
    title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None and title.text == chart.title
    assert description is not None and description.text == picture.description
    assert len(picture.description) > 10


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart.title)
def test_a_chart_needs_neither_script_nor_style(chart: Chart | Gantt) -> None:
    (picture,) = pictures(chart, prefix="c1")
    for element in ElementTree.fromstring(picture.svg).iter():  # noqa: S314  our own drawing
        assert element.tag.removeprefix(SVG) not in {"script", "style", "foreignObject"}
        assert not any(name == "style" or name.startswith("on") for name in element.attrib)


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart.title)
def test_the_same_chart_is_drawn_alike_every_time(chart: Chart | Gantt) -> None:
    assert pictures(chart, prefix="a") == pictures(chart, prefix="a")


def test_words_cannot_break_out_of_the_drawing() -> None:
    evil = '"><script>alert(1)</script>'
    chart = builders.a_bar_chart(
        title=evil, unit=evil, categories=(evil,), series=(Series(evil, (1,)), Series(evil + "2", (2,)))
    )
    (picture,) = pictures(chart, prefix="c")
    assert "<script" not in picture.svg
    ElementTree.fromstring(picture.svg)  # noqa: S314  our own drawing


def test_the_second_series_carries_a_pattern_beside_its_colour() -> None:
    chart = builders.a_bar_chart(categories=("一",), series=(Series("甲", (1,)), Series("乙", (2,))))
    (picture,) = pictures(chart, prefix="c9")
    assert '<pattern id="c9-p1"' in picture.svg and "url(#c9-p1)" in picture.svg


def test_a_gap_in_a_line_is_not_drawn_as_zero() -> None:
    (picture,) = pictures(builders.a_line_chart(), prefix="c")
    root = ElementTree.fromstring(picture.svg)  # noqa: S314  our own drawing
    assert len(root.findall(f".//{SVG}polyline")) == 2
    assert "无数据" in picture.description


def test_a_bar_leads_to_the_address_of_its_figure() -> None:
    chart = builders.a_bar_chart(categories=("一",), series=(Series("甲", (1,), ("I04.m1",)),))
    (picture,) = pictures(chart, prefix="c", addresses={"I04.m1": "/figures/I04.m1?a=1&b=2"})
    assert '<a href="/figures/I04.m1?a=1&amp;b=2">' in picture.svg


def test_a_long_gantt_chart_is_cut_into_pictures_that_fit_a_page() -> None:
    bars = tuple(Bar(f"事项{number}", date(2021, 7, 1), date(2022, 6, 30)) for number in range(71))
    parts = pictures(Gantt("计划", bars), prefix="g")
    assert len(parts) == 3
    assert all(part.height < 800 for part in parts)
    assert len({part.svg.split('aria-labelledby="')[1].split('"')[0] for part in parts}) == 3


@pytest.mark.parametrize("kind", list(ChartKind))
@pytest.mark.parametrize("values", [(), (0,), (None,), (5,), (0, 0), (Decimal("0.0001"), 10**12)])
def test_no_data_and_odd_data_still_give_a_picture(kind: ChartKind, values: tuple[Decimal | int | None, ...]) -> None:
    names = tuple(f"第{number}项" for number in range(len(values)))
    chart = Chart("图", kind, names, (Series("数", values),))
    for picture in pictures(chart, prefix="c"):
        ElementTree.fromstring(picture.svg)  # noqa: S314  our own drawing


def test_ticks_are_round_and_hold_all_values() -> None:
    scale = scale_for([Decimal("3.2"), 17], 0, 100)
    assert [int(tick) for tick in scale.ticks] == [0, 5, 10, 15, 20]
    assert scale.place(20) == 100


def test_whole_things_are_not_divided_on_the_axis() -> None:
    assert [int(tick) for tick in scale_for([1, 2], 0, 1, whole=True).ticks] == [0, 1, 2]
