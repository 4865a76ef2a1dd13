"""The same report as HTML, Word, PDF and Excel, opened with programs that are not ours."""

from __future__ import annotations

import io
import re
import zipfile
from html.parser import HTMLParser
from typing import Any, cast

import openpyxl
import pypdf
import pypdf.generic
import pytest
from docx import Document
from docx.oxml.ns import qn
from tests.documents import builders

from yunheng.documents.rendering import Format, fragment, render
from yunheng.documents.rendering.fonts import load
from yunheng.documents.rendering.word.ooxml import figure_mark
from yunheng.documents.rendering.xlsx import number_format
from yunheng.documents.rules.blocks import (
    Align,
    Chart,
    ChartKind,
    Column,
    Contents,
    Figure,
    Heading,
    Paragraph,
    Report,
    Row,
    Run,
    Series,
    Table,
)

FONTS = load(None)


def rendered(report: Report, format: Format) -> bytes:
    return render(report, format, fonts=FONTS).content


def word(report: Report) -> Document:  # type: ignore[valid-type]  # python-docx exports a function of that name
    return Document(io.BytesIO(rendered(report, Format.DOCX)))


def pages(report: Report) -> list[str]:
    reader = pypdf.PdfReader(io.BytesIO(rendered(report, Format.PDF)))
    return [page.extract_text().replace(" ", "") for page in reader.pages]


def lowest_words(report: Report) -> float:
    """Points from the foot of the page to the lowest words of a table (10.5 pt) on any page."""
    lowest: list[float] = []

    def visit(text: str, cm: list[float], tm: list[float], font: Any, size: float) -> None:
        if text.strip() and round(size, 1) == 10.5:
            lowest.append(tm[5] * cm[3] + cm[5])

    for page in pypdf.PdfReader(io.BytesIO(rendered(report, Format.PDF))).pages:
        page.extract_text(visitor_text=visit)
    return min(lowest)


# ---- all formats
@pytest.mark.parametrize("format", list(Format))
def test_the_same_report_gives_the_same_bytes(format: Format) -> None:
    assert rendered(builders.a_full_report(), format) == rendered(builders.a_full_report(), format)


@pytest.mark.parametrize("format", list(Format))
def test_another_figure_gives_other_bytes(format: Format) -> None:
    table = builders.a_table(2)
    changed = builders.a_table(2, rows=(table.rows[0], Row(("A002", "检查", 7, "99.00%"))))
    assert rendered(builders.a_report(table), format) != rendered(builders.a_report(changed), format)


@pytest.mark.parametrize("format", list(Format))
def test_a_report_without_blocks_is_still_a_file(format: Format) -> None:
    empty = Report("空", "某中心", builders.DAY, builders.DAY, ())
    assert len(rendered(empty, format)) > 200


@pytest.mark.parametrize("format", list(Format))
def test_characters_that_no_format_can_carry_never_fail_a_document(format: Format) -> None:
    odd = "控制\x00\x0b\x1f符、半个\ud800字、零宽\u200b连\u200d接、表情😀🇨🇳、生僻𠮷𱁬"
    report = builders.a_report(
        Heading(odd), Paragraph(odd), Table((Column(odd),), (Row((odd,)),), caption=odd), title=odd, watermark=odd
    )
    assert len(rendered(report, format)) > 200


# ---- PDF
def test_a_character_that_the_fonts_lack_is_substituted_and_reported_once() -> None:
    report = builders.a_report(Paragraph("合格😀，再次😀，姓名𪛖"))
    made = render(report, Format.PDF, fonts=FONTS)
    assert made.substitutions == ("😀", "𪛖")
    assert "合格〓，再次〓，姓名〓" in pages(report)[0]


def test_word_and_html_keep_what_the_pdf_cannot_print() -> None:
    report = builders.a_report(Paragraph("合格😀"))
    assert render(report, Format.DOCX, fonts=FONTS).substitutions == ()
    assert any("合格😀" in each.text for each in word(report).paragraphs)  # type: ignore[attr-defined]
    assert "合格😀" in rendered(report, Format.HTML).decode()


def test_the_pdf_claims_pdf_a_2b_and_carries_the_date_of_the_data() -> None:
    reader = pypdf.PdfReader(io.BytesIO(rendered(builders.a_full_report(), Format.PDF)))
    metadata = reader.metadata
    assert metadata is not None and metadata.title == "绩效评价报告"
    assert str(metadata["/CreationDate"]).startswith("D:20220715")
    packet = cast(pypdf.generic.StreamObject, reader.root_object["/Metadata"].get_object()).get_data().decode()
    assert "<pdfaid:part>2</pdfaid:part>" in packet and "<pdfaid:conformance>B</pdfaid:conformance>" in packet


def test_the_pdf_is_a4_with_numbered_pages_and_embedded_faces() -> None:
    reader = pypdf.PdfReader(io.BytesIO(rendered(builders.a_full_report(), Format.PDF)))
    assert {tuple(round(float(side)) for side in page.mediabox[2:]) for page in reader.pages} == {(595, 842)}
    assert "— 1 —" in reader.pages[2].extract_text() and "— 2 —" in reader.pages[3].extract_text()
    assert "—" not in reader.pages[0].extract_text()
    resources = [cast(dict[str, Any], page["/Resources"]) for page in reader.pages]
    fonts = {str(font.get_object()["/BaseFont"]) for each in resources for font in each["/Font"].values()}
    assert all("+Noto" in name for name in fonts)


def test_the_contents_name_the_pages_where_the_headings_stand() -> None:
    texts = pages(builders.a_long_report())
    contents = "".join(text for text in texts[1:3] if "目录" in text or "...." in text)
    for number in (1, 7, 12):
        title = f"第{number}部分工作情况"
        body = next(index for index, text in enumerate(texts) if title in text and text not in texts[1:3])
        page = body - sum(1 for text in texts[:3] if "—I" in text or text == texts[0]) + 1
        line = next(line for line in contents.split("\n") if title in line)
        assert line.rstrip().endswith(str(page))


def test_the_head_of_a_table_repeats_on_every_page() -> None:
    texts = pages(builders.a_report(builders.a_table(90)))
    assert len(texts) >= 3
    assert all("服务内容" in text and "完成率" in text for text in texts)


def test_a_row_taller_than_a_page_loses_no_word() -> None:
    long = "".join(f"第{number}句说明处理经过。" for number in range(400))
    texts = pages(builders.a_report(Table((Column("项"), Column("说明", 3)), (Row(("一", long)),))))
    assert len(texts) > 1
    words = re.sub("—\\d—(项说明)?", "", "".join(texts).replace("\n", ""))
    assert all(f"第{number}句说明处理经过。" in words for number in range(400))


def test_merged_cells_longer_than_a_page_lose_no_row() -> None:
    rows = tuple(Row(("机房", f"第{number}次巡检")) for number in range(120))
    report = builders.a_report(Table((Column("类"), Column("项", 3)), rows, merged=1))
    text = "".join(pages(report))
    assert all(f"第{number}次巡检" in text for number in range(120))
    assert lowest_words(report) >= 35 / 25.4 * 72


def test_words_are_data_and_never_commands_of_the_typesetter() -> None:
    words = '#panic("x")$a$ *粗* _斜_ <label> @ref \\ // 注释 #read("/etc/passwd")'
    assert any('#panic("x")' in text and "passwd" in text for text in pages(builders.a_report(Paragraph(words))))


# ---- Word
def test_headings_are_real_headings_and_paragraphs_are_body_text() -> None:
    document = word(builders.a_report(*builders.a_chapter(1)))
    styles = [(each.style.name, each.text) for each in document.paragraphs if each.text]  # type: ignore[attr-defined]
    assert styles[0] == ("Heading 1", "一、第1部分工作情况")
    assert ("Heading 2", "（一）完成情况") in styles
    assert ("Heading 3", "1.日常维护") in styles
    assert ("Heading 4", "（1）系统巡检") in styles
    assert styles[1][0] == "Body Text"


def test_the_page_follows_the_official_rules() -> None:
    document = word(builders.a_full_report())
    for section in document.sections:  # type: ignore[attr-defined]
        assert [round(side.mm) for side in (section.page_width, section.page_height)] == [210, 297]
        margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
        assert [round(side.mm) for side in margins] == [37, 35, 28, 26]
        grid = section._sectPr.find(qn("w:docGrid"))
        assert (grid.get(qn("w:linePitch")), grid.get(qn("w:charSpace"))) == ("579", "-850")
    body = document.styles["Body Text"]  # type: ignore[attr-defined]
    assert body.paragraph_format.line_spacing.pt == 28
    assert body.element.pPr.find(qn("w:ind")).get(qn("w:firstLineChars")) == "200"
    normal = document.styles["Normal"].element.rPr  # type: ignore[attr-defined]
    assert normal.find(qn("w:rFonts")).get(qn("w:eastAsia")) == "仿宋_GB2312"
    assert normal.find(qn("w:sz")).get(qn("w:val")) == "32"


def test_page_numbers_stand_outside_on_odd_and_even_pages() -> None:
    document = word(builders.a_full_report())
    assert document.settings.odd_and_even_pages_header_footer  # type: ignore[attr-defined]
    section = document.sections[-1]  # type: ignore[attr-defined]
    odd, even = section.footer.paragraphs[0].text, section.even_page_footer.paragraphs[0].text
    assert odd.endswith("— 1 —") and even.startswith("— 1 —")


def test_table_heads_repeat_and_rows_are_not_torn_in_word() -> None:
    table = word(builders.a_report(builders.a_table(3))).tables[0]  # type: ignore[attr-defined]
    first, *others = table.rows
    assert first._tr.trPr.find(qn("w:tblHeader")) is not None
    assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)
    assert [cell.text for cell in others[0].cells] == ["A001", "检查运行状态，记录异常并跟踪处理", "3", "90.37%"]


def test_equal_first_cells_are_one_cell_in_word() -> None:
    rows = (Row(("机房", "一")), Row(("机房", "二")), Row(("网络", "三")))
    table = word(builders.a_report(Table((Column("类"), Column("项")), rows, merged=1))).tables[0]  # type: ignore[attr-defined]
    assert table.cell(1, 0)._tc is table.cell(2, 0)._tc
    assert table.cell(3, 0).text == "网络"


def test_the_contents_are_a_field_with_entries_that_word_brings_up_to_date() -> None:
    document = word(builders.a_report(Contents(2), *builders.a_chapter(1)))
    body = document.element.body  # type: ignore[attr-defined]
    commands = [each.text for each in body.iter(qn("w:instrText"))]
    assert any('TOC \\o "1-2"' in command for command in commands)
    begin = next(each for each in body.iter(qn("w:fldChar")))
    assert begin.get(qn("w:dirty")) == "true"
    entries = [each for each in document.paragraphs if each.style.name.startswith("toc")]  # type: ignore[attr-defined]
    anchors = {each.get(qn("w:anchor")) for each in body.iter(qn("w:hyperlink"))}
    marks = {each.get(qn("w:name")) for each in body.iter(qn("w:bookmarkStart"))}
    assert len(entries) == 3 and anchors <= marks


def test_a_figure_is_marked_with_its_key_and_reads_as_plain_words() -> None:
    figure = Figure("92.86", "I05.score")
    document = word(builders.a_report(Heading("结论"), Paragraph((Run("得分"), figure, Run("，复核"), figure))))
    assert document.paragraphs[1].text == "得分92.86，复核92.86"  # type: ignore[attr-defined]
    starts = list(document.element.body.iter(qn("w:bookmarkStart")))  # type: ignore[attr-defined]
    ends = list(document.element.body.iter(qn("w:bookmarkEnd")))  # type: ignore[attr-defined]
    names = [each.get(qn("w:name")) for each in starts]
    assert [name for name in names if name.startswith(figure_mark("I05.score"))] == names[1:]
    assert len(set(names)) == 3 and max(map(len, names)) <= 40
    assert [each.get(qn("w:id")) for each in starts] == [each.get(qn("w:id")) for each in ends] == ["0", "1", "2"]
    assert starts[1].getnext().text == "92.86"


def test_a_chart_in_word_is_a_picture_that_describes_itself() -> None:
    document = word(builders.a_report(builders.a_bar_chart()))
    (shape,) = document.inline_shapes  # type: ignore[attr-defined]
    assert round(shape.width.mm) == 156
    assert "2021-07 12" in shape._inline.docPr.get("descr")


def test_the_parts_of_word_carry_the_date_of_the_data_and_no_clock() -> None:
    raw = rendered(builders.a_full_report(), Format.DOCX)
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(2022, 7, 15, 0, 0, 0)}
        assert archive.testzip() is None
    core = Document(io.BytesIO(raw)).core_properties
    assert core.created is not None and core.created.date() == builders.DAY
    assert core.author == "云岭市某服务中心"


# ---- Excel
def test_each_table_and_each_chart_has_its_sheet() -> None:
    book = openpyxl.load_workbook(io.BytesIO(rendered(builders.a_full_report(), Format.XLSX)))
    assert book.sheetnames[:3] == ["目录", "表1 项目基本信息", "表2 资金使用情况（单位：万元）"]
    assert sum(1 for name in book.sheetnames if name.startswith("图")) == 5
    assert len(book.sheetnames) == 1 + 3 + 5


@pytest.mark.parametrize(
    "words", ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://x")', "http://example.org", "00012"]
)
def test_words_never_become_formulas_links_or_numbers(words: str) -> None:
    table = Table((Column(words),), (Row((words,)),), caption=words)
    sheet = openpyxl.load_workbook(io.BytesIO(rendered(builders.a_report(table), Format.XLSX))).worksheets[1]
    for row in (2, 3):
        cell = sheet.cell(row, 1)
        assert (cell.value, cell.data_type, cell.hyperlink) == (words, "s", None)


def test_numbers_are_numbers_shown_as_they_are_printed() -> None:
    sheet = openpyxl.load_workbook(
        io.BytesIO(rendered(builders.a_report(builders.a_table(1)), Format.XLSX))
    ).worksheets[1]
    assert (sheet["C3"].value, sheet["C3"].number_format) == (3, "0")
    assert (sheet["D3"].value, sheet["D3"].number_format) == (0.9037, "0.00%")


@pytest.mark.parametrize(
    ("text", "format"),
    [("12", "0"), ("95.83%", "0.00%"), ("1,234.5", "#,##0.0"), ("178.87 万元", '0.00" 万元"'), ("优", "General")],
)
def test_a_number_format_follows_the_printed_text(text: str, format: str) -> None:
    assert number_format(text) == format


def test_a_number_that_a_double_cannot_hold_stays_words() -> None:
    table = Table((Column("编号", align=Align.RIGHT),), (Row((44010619900101123456,)),))
    sheet = openpyxl.load_workbook(io.BytesIO(rendered(builders.a_report(table), Format.XLSX))).worksheets[1]
    assert sheet["A3"].value == "44010619900101123456"


def test_sheet_names_obey_excel_and_differ() -> None:
    blocks = [Table((Column("项"),), (), caption="[很长]/的:名称*" + "长" * 40) for _ in range(3)]
    names = openpyxl.load_workbook(io.BytesIO(rendered(builders.a_report(*blocks), Format.XLSX))).sheetnames
    assert len(set(names)) == 4
    assert all(len(name) <= 31 and not set(name) & set("[]:*?/\\") for name in names)


# ---- HTML
class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs


def read(markup: str) -> _Reader:
    reader = _Reader()
    reader.feed(markup)
    return reader


def test_markup_in_the_data_stays_words() -> None:
    evil = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'&"
    blocks = (
        Heading(evil),
        Paragraph((Run(evil), Figure(evil, evil))),
        Table((Column(evil),), (Row((evil,)),), caption=evil, source=evil),
        Chart(evil, ChartKind.BAR, (evil,), (Series(evil, (1,)),), unit=evil),
    )
    report = builders.a_report(*blocks, title=evil, organisation=evil, footer_digest=evil, watermark=evil)
    reader = read(rendered(report, Format.HTML).decode())
    assert "script" not in reader.tags and "img" not in reader.tags
    assert not any(name.startswith("on") for name, _ in reader.attributes)


def test_the_fragment_needs_no_style_of_its_own() -> None:
    reader = read(fragment(builders.a_full_report()))
    assert "style" not in reader.tags
    assert "style" not in {name for name, _ in reader.attributes}


def test_a_figure_leads_to_its_drawer_where_there_is_an_address() -> None:
    report = builders.a_report(Paragraph((Figure("92.86", "total"), Figure("3", "other"))))
    markup = fragment(report, addresses={"total": "/evaluations/x/figures/total"})
    assert (
        '<a class="report-figure" data-drawer data-key="total" href="/evaluations/x/figures/total">92.86</a>' in markup
    )
    assert '<span class="report-figure" data-key="other">3</span>' in markup


def test_the_contents_of_the_page_lead_to_its_headings() -> None:
    reader = read(fragment(builders.a_full_report()))
    anchors = {str(value)[1:] for name, value in reader.attributes if name == "href" and str(value).startswith("#")}
    assert anchors and anchors <= {value for name, value in reader.attributes if name == "id"}
