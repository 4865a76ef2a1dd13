from __future__ import annotations

import codecs
import io
import tracemalloc
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from yunheng.foundation import tabular
from yunheng.foundation.errors import Invalid

TEXT = "编号,标题\nA-1,打印机 🖨\nA-2,网络\n"
ROWS = [(2, {"编号": "A-1", "标题": "打印机 🖨"}), (3, {"编号": "A-2", "标题": "网络"})]


def workbook(*rows: list[Any], at: str = "A1", **sheets: list[list[Any]]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    start = sheet[at]
    for down, row in enumerate(rows):
        for right, value in enumerate(row):
            sheet.cell(start.row + down, start.column + right, value)
    for title, content in sheets.items():
        other = book.create_sheet(title)
        for line in content:
            other.append(line)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def messages(sheet: tabular.Sheet) -> list[tuple[int, str, str]]:
    return [(problem.row, problem.column, problem.value) for problem in sheet.problems]


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode(),
        codecs.BOM_UTF8 + TEXT.encode(),
        TEXT.encode("gb18030"),
        TEXT.encode("utf-16"),
        TEXT.replace(",", "\t").encode(),
        TEXT.replace(",", ";").encode("gb18030"),
        TEXT.replace("\n", "\r\n").encode(),
    ],
    ids=["utf-8", "mark", "gb18030", "utf-16", "tabs", "semicolons", "windows"],
)
def test_the_encodings_and_separators_of_an_office_are_recognised(content: bytes) -> None:
    assert list(tabular.read(content).first.rows()) == ROWS


def test_a_character_that_is_cut_by_a_block_of_the_file_is_still_read() -> None:
    text = "编号,标题\n" + "".join(f"A-{n},打印机\n" for n in range(120_000))
    assert sum(1 for _ in tabular.read(text.encode("gb18030")).first.rows()) == 120_000


def test_text_in_an_unknown_encoding_is_refused() -> None:
    with pytest.raises(Invalid, match=r"x\.csv"):
        tabular.read(b"a,b\n\xff\xff\xff,1\n", "x.csv")


def test_a_heading_used_twice_and_one_without_a_name_are_named() -> None:
    sheet = tabular.read(b"a,,a,b\n1,2,3,4\n").first
    assert messages(sheet) == [(1, "B", ""), (1, "a", "")]
    assert list(sheet.rows()) == [(2, {"a": "1", "b": "4"})]


def test_unknown_and_missing_columns_are_named() -> None:
    found = tabular.read("编号,颜色\n1,红\n".encode()).first.check(known={"编号", "标题"}, required=["编号", "标题"])
    assert [(problem.column, problem.row) for problem in found] == [("标题", 1), ("颜色", 1)]


@pytest.mark.parametrize(
    "cell", ["=1+1", "=HYPERLINK(1)", "@SUM(1)", "+cmd|' /C calc'!A0", "-2+3+cmd|' /C calc'!A0", " =1"]
)
def test_a_row_with_a_formula_is_kept_out_and_reported(cell: str) -> None:
    sheet = tabular.read(f'a,b\n1,"{cell}"\n2,ok\n'.encode()).first
    assert list(sheet.rows()) == [(3, {"a": "2", "b": "ok"})]
    assert messages(sheet) == [(2, "b", cell.strip())]


@pytest.mark.parametrize("cell", ["-5", "+8,000.50", "-3%", "@张三", "- 已处理(二次)", "--", "a=b"])
def test_text_that_only_looks_like_a_formula_is_taken(cell: str) -> None:
    assert list(tabular.read(f'a\n"{cell}"\n'.encode()).first.rows()) == [(2, {"a": cell})]


def test_a_broken_quotation_costs_its_row_and_no_other() -> None:
    sheet = tabular.read(b'a,b\n1,"x"y\n2,z\n').first
    assert list(sheet.rows()) == [(3, {"a": "2", "b": "z"})]
    assert [problem.row for problem in sheet.problems] == [2]


def test_a_quotation_that_never_closes_is_reported() -> None:
    sheet = tabular.read(b'a,b\n1,2\n3,"open\n4,5\n').first
    assert list(sheet.rows()) == [(2, {"a": "1", "b": "2"})]
    assert "never closed" in sheet.problems[0].message


def test_a_cell_beyond_the_heading_is_reported_and_short_rows_are_filled() -> None:
    sheet = tabular.read(b"a,b\n1,2,3\n4\n5,6,,\n").first
    assert list(sheet.rows()) == [(3, {"a": "4", "b": ""}), (4, {"a": "5", "b": "6"})]
    assert messages(sheet) == [(2, "", "3")]


def test_blank_rows_are_passed_over_and_still_counted() -> None:
    assert list(tabular.read(b"a\n\n1\n").first.rows()) == [(3, {"a": "1"})]


@pytest.mark.parametrize("content", [b"", b"\n\n", b",,\n", codecs.BOM_UTF8])
def test_an_empty_table_is_refused(content: bytes) -> None:
    with pytest.raises(Invalid, match="empty"):
        tabular.read(content)


def test_a_workbook_gives_text_as_people_type_it() -> None:
    content = workbook(["n", "at", "yes", "x"], [3, datetime.fromisoformat("2021-07-01T08:30"), True, 1.5], at="B3")
    assert list(tabular.read(content).first.rows()) == [
        (4, {"n": "3", "at": "2021-07-01 08:30:00", "yes": "true", "x": "1.5"})
    ]


def test_every_sheet_of_a_workbook_with_content_is_there() -> None:
    table = tabular.read(workbook(["a"], [1], 人员=[["b"], [2]], 空=[]))
    assert [(sheet.name, sheet.columns) for sheet in table.sheets] == [("Sheet", ("a",)), ("人员", ("b",))]


def test_a_formula_in_a_workbook_is_named_even_though_its_value_is_kept_beside_it() -> None:
    sheet = tabular.read(workbook(["a", "b"], [1, "=A2*2"], [2, 3], at="C5")).first
    assert list(sheet.rows()) == [(7, {"a": "2", "b": "3"})]
    assert messages(sheet) == [(6, "b", "=A2*2")]


@pytest.mark.parametrize("content", [b"PK\x03\x04 not really", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old"])
def test_what_is_no_readable_workbook_is_refused_with_a_way_out(content: bytes) -> None:
    with pytest.raises(Invalid) as caught:
        tabular.read(content, "y.xlsx")
    assert caught.value.place == "y.xlsx"
    assert caught.value.way_out


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="No such file"):
        tabular.read(tmp_path / "none.csv")


def test_a_long_file_is_streamed(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write("a,b\n")
        file.writelines(f"{n},{'x' * 200}\n" for n in range(50_000))
    tracemalloc.start()
    assert sum(1 for _ in tabular.read(path).first.rows()) == 50_000
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < path.stat().st_size / 2


def test_rejects_go_out_harmless_and_come_back_in() -> None:
    problem = tabular.Problem("", 4, "标题", "=cmd|x", "Formulas are not taken; write the value.")
    assert ",'=cmd|x," in tabular.problems_csv([problem]).decode("utf-8-sig")
    rejects = tabular.rejects_csv(["编号", "标题"], [({"编号": "-5", "标题": "=1"}, "why")])
    assert list(tabular.read(rejects).first.rows()) == [(2, {"编号": "-5", "标题": "'=1", "what is wrong": "why"})]
