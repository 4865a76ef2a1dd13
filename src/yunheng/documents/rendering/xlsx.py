"""XLSX: one sheet for each table and for the figures of each chart. Words stay words, numbers stay numbers."""

from __future__ import annotations

import io
import re
from decimal import Decimal
from typing import Any

import xlsxwriter

from yunheng.documents.rendering.parts import caption_of, chart_note, printed_date, source_note, twin_of
from yunheng.documents.rules.blocks import Align, Cell, Chart, Column, Figure, Gantt, Report, Table, merges, plain
from yunheng.documents.rules.charts.canvas import text_width
from yunheng.documents.rules.outline import outline

_LONGEST = 32_767
"""Characters that a cell holds."""
_WIDEST = 48
_DIGITS = 15
"""A spreadsheet calculates in doubles: a longer number would silently lose its end, so it stays words."""
_FORBIDDEN = re.compile(r"[\[\]:*?/\\'\x00-\x1f]")


def xlsx(report: Report) -> bytes:
    made = io.BytesIO()
    # Words that begin with = + - @ must never become a formula, nor an address a link.
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "nan_inf_to_errors": False,
    }
    with xlsxwriter.Workbook(made, options) as book:
        book.set_properties(
            {
                "title": report.title,
                "subject": report.subtitle,
                "author": report.organisation,
                "comments": report.footer_digest,
                "created": report.stamp.replace(tzinfo=None),
            }
        )
        _Writer(book, report).write()
    return made.getvalue()


class _Writer:
    def __init__(self, book: Any, report: Report) -> None:
        self.book, self.report = book, report
        self.names: set[str] = set()
        self._formats: dict[tuple[Any, ...], Any] = {}

    def write(self) -> None:
        index = self.book.add_worksheet(self._name("目录"))
        listed = []
        labels = outline(self.report).labels
        unnamed = 0
        for place, block in enumerate(self.report.blocks):
            if isinstance(block, Table):
                unnamed += not block.caption
                label = labels.get(place, f"附表{unnamed}")
                listed.append((self._sheet(block, label, block.caption, source_note(block)), label, block.caption))
            elif isinstance(block, Chart | Gantt):
                listed.append(
                    (
                        self._sheet(twin_of(block), labels[place], block.title, chart_note(block)),
                        labels[place],
                        block.title,
                    )
                )
        self._index(index, listed)

    def _name(self, wanted: str) -> str:
        """Excel's rules: 31 characters, no brackets, unlike any other."""
        base = _FORBIDDEN.sub(" ", wanted).strip() or "表"
        name, number = _cut(base, 31), 2
        while name.casefold() in self.names:
            tail = f"({number})"
            name, number = _cut(base, 31 - len(tail)) + tail, number + 1
        self.names.add(name.casefold())
        return name

    def _format(self, **wanted: Any) -> Any:
        key = tuple(sorted(wanted.items()))
        if key not in self._formats:
            face = {"font_name": "宋体", "font_size": 11, "valign": "vcenter", "text_wrap": True}
            self._formats[key] = self.book.add_format({**face, **wanted})
        return self._formats[key]

    def _index(self, sheet: Any, listed: list[tuple[str, str, str]]) -> None:
        report = self.report
        sheet.hide_gridlines(2)
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_column(0, 0, 12)
        sheet.set_column(1, 1, 60)
        sheet.write_string(0, 0, _held(report.title), self._format(bold=True, font_size=16, text_wrap=False))
        lines = [report.subtitle, report.organisation, printed_date(report), f"数据日期 {report.data_date.isoformat()}"]
        lines += [f"摘要 {report.footer_digest}"] if report.footer_digest else []
        lines += [report.watermark] if report.watermark else []
        row = 1
        for line in filter(None, lines):
            sheet.write_string(row, 0, _held(line), self._format(text_wrap=False))
            row += 1
        for name, label, caption in listed:
            row += 1
            link = self._format(font_color="#1b6f78", underline=1, text_wrap=False)
            sheet.write_url(row, 0, f"internal:'{name}'!A1", link, string=label)
            sheet.write_string(row, 1, _held(caption), self._format(text_wrap=False))

    def _sheet(self, table: Table, label: str, caption: str, note: str) -> str:
        name = self._name(caption_of(label, caption).replace("　", " "))
        sheet = self.book.add_worksheet(name)
        title = self._format(bold=True, font_size=14, text_wrap=False)
        sheet.write_string(0, 0, _held(caption_of(label, caption)), title)
        head = self._format(bold=True, border=1, align="center", bg_color="#eef2f3")
        row = 1
        if table.groups:
            place = 0
            for words, width in table.groups:
                _span(sheet, row, place, row, place + width - 1, words, head)
                place += width
            row += 1
        if table.has_head:
            for place, column in enumerate(table.columns):
                sheet.write_string(row, place, _held(column.title), head)
            row += 1
        if row > 1:
            sheet.repeat_rows(1, row - 1)
            sheet.freeze_panes(row, 0)
        self._body(sheet, table, row)
        if note:
            small = self._format(font_size=9, font_color="#5b6770", text_wrap=False)
            sheet.write_string(row + len(table.rows), 0, _held(note), small)
        widths = _widths(table)
        for place, wide in enumerate(widths):
            sheet.set_column(place, place, wide)
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        if sum(widths) > 95:
            sheet.set_landscape()
        sheet.set_footer("&C— &P —")
        return name

    def _body(self, sheet: Any, table: Table, first: int) -> None:
        for offset, (row, spans) in enumerate(zip(table.rows, merges(table), strict=True)):
            for place, (column, cell) in enumerate(zip(table.columns, row.cells, strict=True)):
                span = spans[place] if place < table.merged else 1
                bold = row.total or (table.row_heads and place == 0)
                if span > 1:
                    look = self._look(column, cell, bold=bold)
                    _span(sheet, first + offset, place, first + offset + span - 1, place, plain(cell), look)
                elif span == 1:
                    self._cell(sheet, first + offset, place, column, cell, bold=bold)

    def _cell(self, sheet: Any, row: int, place: int, column: Column, cell: Cell, *, bold: bool) -> None:
        look, value = self._look(column, cell, bold=bold), _number(cell)
        if value is None:
            sheet.write_string(row, place, _held(plain(cell)), look)
        else:
            sheet.write_number(row, place, value, look)

    def _look(self, column: Column, cell: Cell, *, bold: bool) -> Any:
        shown = {"num_format": number_format(plain(cell))} if _number(cell) is not None else {}
        shade = {"bold": True, "bg_color": "#eef2f3"} if bold else {}
        return self._format(border=1, align=column.align.value, **shown, **shade)


def _span(sheet: Any, top: int, left: int, bottom: int, right: int, words: str, look: Any) -> None:
    if (top, left) == (bottom, right):
        sheet.write_string(top, left, _held(words), look)
    else:
        sheet.merge_range(top, left, bottom, right, "", look)
        sheet.write_string(top, left, _held(words), look)


def _cut(text: str, units: int) -> str:
    """Excel counts a rare character or an emoji as two."""
    while len(text.encode("utf-16-le")) > 2 * units:
        text = text[:-1]
    return text


def _held(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _number(cell: Cell) -> int | Decimal | None:
    value = cell.value if isinstance(cell, Figure) else cell
    if isinstance(cell, tuple) and len(cell) == 1 and isinstance(cell[0], Figure):
        value = cell[0].value
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    if isinstance(value, Decimal) and not value.is_finite():
        return None
    return value if len(Decimal(value).as_tuple().digits) <= _DIGITS else None


def number_format(text: str) -> str:
    """A spreadsheet format that shows a number as it is printed: "95.83%" → 0.00%, "1,234.5" → #,##0.0."""
    match = re.search(r"\d(?:[\d,]*\d)?(?:\.(\d+))?", text)
    if match is None:
        return "General"
    whole = "#,##0" if "," in match[0] else "0"
    decimals = "." + "0" * len(match[1]) if match[1] else ""
    tail = text[match.end() :].strip()
    if tail.startswith("%"):
        return f"{whole}{decimals}%"
    unit = tail.replace('"', "")
    return f'{whole}{decimals}" {unit}"' if unit else f"{whole}{decimals}"


def _widths(table: Table) -> list[float]:
    """In characters: as wide as the words, within reason."""
    widths = []
    for place, column in enumerate(table.columns):
        texts = [column.title, *(plain(row.cells[place]) for row in table.rows)]
        longest = max((text_width(line, 2) for text in texts for line in text.split("\n")), default=0)
        widths.append(min(max(longest + 2, 8 if column.align is Align.RIGHT else 6), _WIDEST))
    return widths
