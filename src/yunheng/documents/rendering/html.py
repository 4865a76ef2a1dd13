"""HTML: a file that stands alone, and the same content as a fragment for a page of ours. Everything is escaped."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from pathlib import Path

from yunheng.documents.rendering.parts import caption_of, chart_note, printed_date, signature_lines, twin_of
from yunheng.documents.rules.blocks import (
    Annex,
    Author,
    Block,
    BulletList,
    Cell,
    Chart,
    Contents,
    Cover,
    Figure,
    Gantt,
    Heading,
    Inline,
    PageBreak,
    Paragraph,
    Remark,
    Report,
    Row,
    SignatureRow,
    Table,
    inlines,
    merges,
)
from yunheng.documents.rules.charts import pictures
from yunheng.documents.rules.outline import Outline, outline

_HERE = Path(__file__).parent
_STYLE = (_HERE.parent / "static/documents/report.css").read_text() + (_HERE / "standalone.css").read_text()
# The file must never fetch or run anything, whatever words the records carry.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def html(report: Report, addresses: Mapping[str, str] | None = None) -> bytes:
    """A whole file with its own style; ``addresses`` (key → absolute address) make its figures links."""
    mark = f'<p class="report-watermark" aria-hidden="true">{escape(report.watermark)}</p>' if report.watermark else ""
    return (
        '<!doctype html>\n<html lang="zh-Hans"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta name="author" content="{escape(report.organisation)}">'
        f'<meta name="date" content="{report.data_date.isoformat()}">'
        f"<title>{escape(report.title)}</title><style>{_STYLE}</style></head>"
        f"<body>{mark}{fragment(report, addresses)}</body></html>\n"
    ).encode()


def fragment(report: Report, addresses: Mapping[str, str] | None = None) -> str:
    """The content alone, with classes instead of styles: a strict content policy allows it inside a page.

    The page links the stylesheet `documents/report.css`.
    """
    return _Writer(report, addresses or {}).article()


class _Writer:
    def __init__(self, report: Report, addresses: Mapping[str, str]) -> None:
        self.report, self.addresses = report, addresses
        self.outline: Outline = outline(report)

    def article(self) -> str:
        blocks = "\n".join(self._block(block, index) for index, block in enumerate(self.report.blocks))
        digest = f"摘要 {escape(self.report.footer_digest)} · " if self.report.footer_digest else ""
        foot = f'<footer class="report-foot">{digest}数据日期 {self.report.data_date.isoformat()}</footer>'
        return f'<article class="report" lang="zh-Hans">\n{blocks}\n{foot}</article>'

    def _block(self, block: Block, index: int) -> str:
        match block:
            case Cover():
                return self._cover(block)
            case Contents():
                lines = "".join(
                    f'<li class="report-level-{entry.level}"><a href="#{entry.anchor}">{escape(entry.title)}</a></li>'
                    for entry in self.outline.contents(block.depth)
                )
                return f'<nav class="report-contents" aria-label="目录"><h2>目录</h2><ol>{lines}</ol></nav>'
            case Heading() | Annex():
                entry = self.outline.entries[index]
                level = entry.level + 1
                author = _author(block.author) if isinstance(block, Heading) else ""
                kind = ' class="report-annex"' if isinstance(block, Annex) else ""
                return f'<h{level} id="{entry.anchor}"{kind}>{escape(entry.title)}{author}</h{level}>'
            case Paragraph():
                return f"<p>{self._text(block.text)}{_author(block.author)}</p>"
            case BulletList():
                return f"<ul>{''.join(f'<li>{self._text(item)}</li>' for item in block.items)}</ul>"
            case Table():
                return self._table(block, caption_of(self.outline.labels.get(index, ""), block.caption))
            case Chart() | Gantt():
                return self._chart(block, index)
            case SignatureRow():
                return "".join(
                    f'<div class="report-signatures">{"".join(_signature(s.party, s.name, s.day) for s in line)}</div>'
                    for line in signature_lines(block)
                )
            case Remark():
                return f'<p class="report-remark"><strong>{escape(block.title)}：</strong>{self._text(block.text)}</p>'
            case PageBreak():
                return '<hr class="report-page-break">'

    def _cover(self, block: Cover) -> str:
        facts = "".join(f"<dt>{escape(label)}</dt><dd>{_lines(value)}</dd>" for label, value in block.facts)
        subtitle = f'<p class="report-subtitle">{escape(self.report.subtitle)}</p>' if self.report.subtitle else ""
        return (
            f'<header class="report-cover">{subtitle}<h1>{escape(self.report.title)}</h1>'
            f"<dl>{facts}</dl><p>{escape(self.report.organisation)}</p><p>{printed_date(self.report)}</p></header>"
        )

    def _chart(self, block: Chart | Gantt, index: int) -> str:
        drawn = "".join(each.svg for each in pictures(block, prefix=f"c{index}", addresses=self.addresses))
        note = f'<small class="report-source">{escape(chart_note(block))}</small>'
        caption = f"{escape(caption_of(self.outline.labels[index], block.title))}{note}"
        figures = self._table(twin_of(block), "")
        opened = " open" if block.twin else ""
        twin = f'<details class="report-twin"{opened}><summary>数据表</summary>{figures}</details>'
        return f'<figure class="report-chart">{drawn}<figcaption>{caption}</figcaption>{twin}</figure>'

    # ---- tables
    def _table(self, table: Table, caption: str) -> str:
        total = sum(column.share for column in table.columns)
        columns = "".join(f'<col width="{column.share * 100 / total:.1f}%">' for column in table.columns)
        rows = "".join(self._row(table, row, spans) for row, spans in zip(table.rows, merges(table), strict=True))
        words = f"<caption>{escape(caption)}</caption>" if caption else ""
        source = f'<p class="report-source">数据来源：{escape(table.source)}</p>' if table.source else ""
        return (
            f'<div class="report-table"><table>{words}<colgroup>{columns}</colgroup>'
            f"{_head(table)}<tbody>{rows}</tbody></table></div>{source}"
        )

    def _row(self, table: Table, row: Row, spans: tuple[int, ...]) -> str:
        cells = ""
        for place, (column, cell) in enumerate(zip(table.columns, row.cells, strict=True)):
            span = spans[place] if place < table.merged else 1
            if not span:
                continue
            tag = 'th scope="row"' if table.row_heads and place == 0 else "td"
            rows = f' rowspan="{span}"' if span > 1 else ""
            cells += f'<{tag} class="report-{column.align.value}"{rows}>{self._text(cell)}</{tag[:2]}>'
        kind = ' class="report-total"' if row.total else ""
        return f"<tr{kind}>{cells}</tr>"

    # ---- words
    def _text(self, text: Cell) -> str:
        return "".join(self._inline(inline) for inline in inlines(text))

    def _inline(self, inline: Inline) -> str:
        words = f"<strong>{_lines(inline.text)}</strong>" if inline.bold else _lines(inline.text)
        if not isinstance(inline, Figure) or not inline.key:
            return words
        key, address = escape(inline.key), self.addresses.get(inline.key, "")
        if address:
            return f'<a class="report-figure" data-drawer data-key="{key}" href="{escape(address)}">{words}</a>'
        return f'<span class="report-figure" data-key="{key}">{words}</span>'


def _head(table: Table) -> str:
    if not table.has_head and not table.groups:
        return ""
    groups = "".join(f'<th scope="colgroup" colspan="{width}">{escape(title)}</th>' for title, width in table.groups)
    titles = "".join(f'<th scope="col">{escape(column.title)}</th>' for column in table.columns)
    rows = (f"<tr>{groups}</tr>" if groups else "") + (f"<tr>{titles}</tr>" if table.has_head else "")
    return f"<thead>{rows}</thead>"


def _lines(text: str) -> str:
    return escape(text).replace("\n", "<br>")


def _author(author: Author | None) -> str:
    return f' <span class="report-author">{author.tag}</span>' if author else ""


def _signature(party: str, name: str, day: str) -> str:
    blank = "　　年　　月　　日"
    return (
        f"<div><p><strong>{escape(party)}：</strong></p><p>签字：{escape(name)}</p><p>{escape(day) or blank}</p></div>"
    )
