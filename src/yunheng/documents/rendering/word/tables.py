"""Tables in Word: the head repeats on every page and no row is torn."""

from __future__ import annotations

import copy

from yunheng.documents.rendering.parts import LONGEST_SPAN
from yunheng.documents.rendering.word.ooxml import TEXT_WIDTH, Element, element, fonts, paragraph, runs, size
from yunheng.documents.rendering.word.styles import HEITI, TABLE_HEAD, TABLE_TEXT
from yunheng.documents.rules.blocks import Row, Signature, Table, merges

_SHADE = "EEF2F3"
_RULE = "6B7780"


def table(block: Table) -> Element:
    shares = [column.share for column in block.columns]
    widths = [TEXT_WIDTH * share // sum(shares) for share in shares]
    made = _frame(widths, ruled=True)
    if block.groups:
        made.append(_group_row(block, widths))
    if block.has_head:
        cells = [
            _cell(width, paragraph(TABLE_HEAD, runs(column.title), _align("center")), shaded=True)
            for column, width in zip(block.columns, widths, strict=True)
        ]
        made.append(_row(cells, head=True))
    for row, spans in zip(block.rows, merges(block, LONGEST_SPAN), strict=True):
        made.append(_row([_body_cell(block, row, spans, widths, place) for place in range(len(widths))]))
    return made


def _body_cell(block: Table, row: Row, spans: tuple[int, ...], widths: list[int], place: int) -> Element:
    head = row.total or (block.row_heads and place == 0)
    span = spans[place] if place < block.merged else 1
    merge = "continue" if span == 0 else "restart" if span > 1 else ""
    face = [fonts(HEITI)] if head else []
    words = [] if span == 0 else runs(row.cells[place], *face)
    content = paragraph(TABLE_TEXT, words, _align(block.columns[place].align.value))
    return _cell(widths[place], content, merge=merge, shaded=head)


def _group_row(block: Table, widths: list[int]) -> Element:
    cells, start = [], 0
    for title, columns in block.groups:
        content = paragraph(TABLE_HEAD, runs(title), _align("center"))
        cells.append(_cell(sum(widths[start : start + columns]), content, columns=columns, shaded=True))
        start += columns
    return _row(cells, head=True)


def _align(side: str) -> Element:
    return element("w:jc", {"w:val": side})


def _frame(widths: list[int], *, ruled: bool) -> Element:
    line: dict[str, str | int] = {"w:val": "single" if ruled else "nil", "w:sz": 4, "w:space": 0, "w:color": _RULE}
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    margins = [element(f"w:{side}", {"w:w": 80, "w:type": "dxa"}) for side in ("left", "right")]
    properties = element(
        "w:tblPr",
        None,
        element("w:tblW", {"w:w": sum(widths), "w:type": "dxa"}),
        element("w:tblBorders", None, *(element(f"w:{side}", line) for side in sides)),
        element("w:tblLayout", {"w:type": "fixed"}),
        element("w:tblCellMar", None, *margins),
    )
    return element(
        "w:tbl",
        None,
        properties,
        element("w:tblGrid", None, *(element("w:gridCol", {"w:w": width}) for width in widths)),
    )


def _row(cells: list[Element], *, head: bool = False) -> Element:
    marks = [element("w:cantSplit")] + ([element("w:tblHeader")] if head else [])
    return element("w:tr", None, element("w:trPr", None, *marks), *cells)


def _cell(width: int, content: Element, *, columns: int = 1, merge: str = "", shaded: bool = False) -> Element:
    properties = [element("w:tcW", {"w:w": width, "w:type": "dxa"})]
    if columns > 1:
        properties.append(element("w:gridSpan", {"w:val": columns}))
    if merge:
        properties.append(element("w:vMerge", {"w:val": merge}))
    if shaded:
        properties.append(element("w:shd", {"w:val": "clear", "w:color": "auto", "w:fill": _SHADE}))
    properties.append(element("w:vAlign", {"w:val": "center"}))
    return element("w:tc", None, element("w:tcPr", None, *properties), content)


def facts(lines: tuple[tuple[str, str], ...]) -> Element:
    """The lines of the cover: label and value side by side, without rules."""
    widths = [2400, TEXT_WIDTH - 2400]
    made = _frame(widths, ruled=False)
    for label, value in lines:
        right = paragraph("Normal", runs(f"{label}：", fonts(HEITI)), _align("right"))
        made.append(_row([_cell(widths[0], right), _cell(widths[1], paragraph("Normal", runs(value)))]))
    return made


def signatures(parties: tuple[Signature, ...], columns: int) -> Element:
    widths = [TEXT_WIDTH // columns] * len(parties)
    made = _frame(widths, ruled=False)
    lines = (
        [runs(f"{party.party}：", fonts(HEITI), *size(14)) for party in parties],
        [runs(f"签字：{party.name}", *size(14)) for party in parties],
        [runs(party.day or "　　年　　月　　日", *size(14)) for party in parties],
    )
    for line in lines:
        room = element("w:spacing", {"w:before": 200, "w:after": 200, "w:line": 400, "w:lineRule": "exact"})
        keep = [element("w:keepNext")] if line is not lines[-1] else []
        cells = [
            _cell(width, paragraph("Normal", words, *(copy.copy(each) for each in keep), copy.copy(room)))
            for words, width in zip(line, widths, strict=True)
        ]
        made.append(_row(cells))
    return made
