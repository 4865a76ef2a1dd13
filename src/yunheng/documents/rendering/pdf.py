"""PDF/A-2b through typst. The report goes in as JSON data; the template is code of ours and never changes."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import typst

from yunheng.documents.rendering.fonts import FontSet
from yunheng.documents.rendering.parts import (
    LONGEST_SPAN,
    caption_of,
    chart_note,
    printed_date,
    signature_lines,
    twin_of,
)
from yunheng.documents.rules.blocks import (
    Annex,
    Block,
    BulletList,
    Cell,
    Chart,
    Contents,
    Cover,
    Gantt,
    Heading,
    PageBreak,
    Paragraph,
    Remark,
    Report,
    SignatureRow,
    Table,
    inlines,
    merges,
    plain,
)
from yunheng.documents.rules.characters import Substitution, map_texts
from yunheng.documents.rules.charts import pictures
from yunheng.documents.rules.charts.canvas import text_width
from yunheng.documents.rules.outline import Entry, outline

TEMPLATE = (Path(__file__).parent / "report.typ").read_bytes()
_TYPE_AREA = 442.0
"""Points: 156 mm."""
_TALLEST = 36
"""Lines of a table row that still fit on a page; only a taller row may be torn."""
_LONG_WORD = re.compile(r"[!-~]{25,}")


def pdf(report: Report, fonts: FontSet) -> tuple[bytes, tuple[str, ...]]:
    """The file, and the characters that no font could draw."""
    substitution = Substitution(fonts.covered)
    data = _data(map_texts(report, substitution), fonts)
    compiler = typst.Compiler(TEMPLATE, font_paths=fonts.book, sys_inputs={"report": json.dumps(data)})
    content = compiler.compile(format="pdf", pdf_standards="a-2b", timestamp=report.stamp)
    assert isinstance(content, bytes)  # a list comes back only for pictures of several pages
    return content, substitution.missing


def heading_pages(report: Report, fonts: FontSet) -> list[int]:
    """On which page of the body each heading and annex stands, in their order."""
    data = _data(map_texts(report, Substitution(fonts.covered)), fonts)
    compiler = typst.Compiler(TEMPLATE, font_paths=fonts.book, sys_inputs={"report": json.dumps(data)})
    pages: list[int] = json.loads(compiler.query("<heading-pages>", field="value", one=True))
    return pages


def png(svgs: list[tuple[str, float, float]], fonts: FontSet, *, points: float, ppi: float) -> list[bytes]:
    """Pictures of (svg, width, height) drawn ``points`` wide, as pixels, all in one pass."""
    if not svgs:
        return []
    data = [{"svg": svg, "ratio": height / width} for svg, width, height in svgs]
    compiler = typst.Compiler(
        _PICTURES, font_paths=fonts.book, sys_inputs={"pictures": json.dumps(data), "width": str(points)}
    )
    content = compiler.compile(format="png", ppi=ppi)
    assert content is not None  # only with an output path
    return [content] if isinstance(content, bytes) else content


_PICTURES = b"""
#let width = float(sys.inputs.width) * 1pt
#for picture in json(bytes(sys.inputs.pictures)) {
  page(width: width, height: width * picture.ratio, margin: 0pt,
    image(bytes(picture.svg), format: "svg", width: 100%))
}
"""


def _data(report: Report, fonts: FontSet) -> dict[str, Any]:
    entries = outline(report)
    front: list[dict[str, Any]] = []
    blocks: list[dict[str, Any]] = []
    for index, block in enumerate(report.blocks):
        if isinstance(block, Cover):
            front.append({"kind": "cover", "facts": block.facts})
        elif isinstance(block, Contents):
            front.append({"kind": "contents", "depth": block.depth})
        else:
            blocks.extend(_block(block, index, entries.entries.get(index), entries.labels.get(index, "")))
    return {
        "title": report.title,
        "subtitle": report.subtitle,
        "organisation": report.organisation,
        "printed_date": printed_date(report),
        "day": [report.data_date.year, report.data_date.month, report.data_date.day],
        "digest": report.footer_digest,
        "watermark": report.watermark,
        "families": fonts.families,
        "front": front,
        "blocks": blocks,
    }


def _block(block: Block, index: int, entry: Entry | None, label: str) -> list[dict[str, Any]]:
    match block:
        case Heading() | Annex():
            assert entry is not None  # the outline holds every heading and annex
            author = block.author.tag if isinstance(block, Heading) and block.author else ""
            annex = isinstance(block, Annex)
            return [{"kind": "heading", "level": entry.level, "words": entry.title, "author": author, "annex": annex}]
        case Paragraph():
            author = block.author.tag if block.author else ""
            return [{"kind": "paragraph", "runs": _runs(block.text), "author": author}]
        case BulletList():
            return [{"kind": "list", "items": [_runs(item) for item in block.items]}]
        case Table():
            return [_table(block, label)]
        case Chart() | Gantt():
            drawn = [{"svg": each.svg, "alt": each.description} for each in pictures(block, prefix=f"c{index}")]
            chart = {
                "kind": "chart",
                "caption": caption_of(label, block.title),
                "note": chart_note(block),
                "pictures": drawn,
            }
            return [chart, _table(twin_of(block), "")] if block.twin else [chart]
        case SignatureRow():
            lines = signature_lines(block)
            parties = [[{"party": s.party, "name": s.name, "day": s.day} for s in line] for line in lines]
            return [{"kind": "signatures", "parties": line, "columns": len(lines[0])} for line in parties]
        case Remark():
            return [{"kind": "remark", "title": block.title, "runs": _runs(block.text)}]
        case PageBreak():
            return [{"kind": "page-break"}]
        case Cover() | Contents():
            return []


def _runs(text: Cell) -> list[dict[str, Any]]:
    return [{"t": _breakable(inline.text), "b": inline.bold} for inline in inlines(text)]


def _breakable(text: str) -> str:
    """A digest or an address may be broken anywhere: a word longer than its column would run over the edge."""
    return _LONG_WORD.sub(lambda match: "\u200b".join(match[0]), text)


def _table(table: Table, label: str) -> dict[str, Any]:
    shares = [column.share for column in table.columns]
    widths = [_TYPE_AREA * share / sum(shares) - 8 for share in shares]
    rows = []
    for number, (row, spans) in enumerate(zip(table.rows, merges(table, LONGEST_SPAN), strict=True)):
        cells = [
            {"x": x, "span": span, "head": table.row_heads and x == 0, "runs": _runs(cell)}
            for x, cell in enumerate(row.cells)
            if (span := spans[x] if x < table.merged else 1)
        ]
        lines = max(_lines(cell, width) for cell, width in zip(row.cells, widths, strict=True))
        rows.append({"cells": cells, "total": row.total, "y": number, "breakable": lines > _TALLEST})
    return {
        "kind": "table",
        "caption": caption_of(label, table.caption),
        "source": table.source,
        "columns": [
            {"title": column.title, "share": column.share, "align": column.align.value} for column in table.columns
        ],
        "groups": table.groups,
        "head": table.has_head,
        "rows": rows,
    }


def _lines(cell: Cell, width: float) -> int:
    return sum(1 + int(text_width(line, 10.5) / max(width, 10.5)) for line in plain(cell).split("\n"))
