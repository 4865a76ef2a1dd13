"""A report as a Word document that people edit: real heading styles, a contents field, figures that keep their keys."""

from __future__ import annotations

import copy
import io
import zipfile
from typing import Any

from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm

from yunheng.documents.rendering.fonts import FontSet
from yunheng.documents.rendering.parts import caption_of, chart_note, printed_date, signature_lines, twin_of
from yunheng.documents.rendering.pdf import heading_pages, png
from yunheng.documents.rendering.word import styles
from yunheng.documents.rendering.word.ooxml import (
    TEXT_WIDTH,
    Element,
    bookmark,
    element,
    field,
    fonts,
    number_bookmarks,
    paragraph,
    run,
    runs,
    size,
    twips,
)
from yunheng.documents.rendering.word.tables import facts, signatures, table
from yunheng.documents.rules.blocks import (
    Annex,
    Author,
    Block,
    BulletList,
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
)
from yunheng.documents.rules.characters import Substitution, map_texts
from yunheng.documents.rules.charts import Picture, pictures
from yunheng.documents.rules.outline import Outline, outline

_PICTURE_POINTS, _PICTURE_PPI = 442.0, 200.0


def docx(report: Report, fonts: FontSet) -> bytes:
    return _Writer(report, fonts).file()


class _Writer:
    def __init__(self, report: Report, faces: FontSet) -> None:
        self.report = report
        self.outline: Outline = outline(report)
        self.document: Any = Document()
        self.body: Element = self.document.element.body
        self.drawn = self._draw(faces)
        self.pages = dict(zip(self.outline.entries, heading_pages(report, faces), strict=True))

    def _draw(self, faces: FontSet) -> dict[int, list[tuple[Picture, bytes]]]:
        """All charts as pixels in one pass: by index of the block."""
        substitution = Substitution(faces.covered)  # pixels are drawn with the fonts of the PDF
        charts = {
            index: pictures(map_texts(block, substitution), prefix=f"c{index}")
            for index, block in enumerate(self.report.blocks)
            if isinstance(block, Chart | Gantt)
        }
        flat = [picture for parts in charts.values() for picture in parts]
        pixels = iter(png([(p.svg, p.width, p.height) for p in flat], faces, points=_PICTURE_POINTS, ppi=_PICTURE_PPI))
        return {index: [(picture, next(pixels)) for picture in parts] for index, parts in charts.items()}

    def file(self) -> bytes:
        styles.apply(self.document)
        self._settings()
        self._properties()
        footers = self._footers()
        for child in list(self.body):
            self.body.remove(child)
        for index, block in enumerate(self.report.blocks):
            self.body.extend(self._block(block, index, footers))
        self.body.append(styles.section(footers=[copy.copy(each) for each in footers], number_format="decimal"))
        number_bookmarks(self.body)
        raw = io.BytesIO()
        self.document.save(raw)
        return _repacked(raw.getvalue(), self.report)

    # ---- the whole
    def _settings(self) -> None:
        settings = self.document.settings
        settings.odd_and_even_pages_header_footer = True
        compat = settings.element.find(qn("w:compat"))
        if compat is not None:
            compat.append(
                element(
                    "w:compatSetting",
                    {
                        "w:name": "compatibilityMode",
                        "w:uri": "http://schemas.microsoft.com/office/word",
                        "w:val": 15,
                    },
                )
            )

    def _properties(self) -> None:
        core = self.document.core_properties
        core.title, core.subject = self.report.title, self.report.subtitle
        core.author = core.last_modified_by = self.report.organisation
        core.created = core.modified = core.last_printed = self.report.stamp.replace(tzinfo=None)
        core.comments, core.version, core.revision = self.report.footer_digest, self.report.template_version, 1
        core.language = "zh-CN"
        relations = self.document.part.package.rels
        for key in [key for key, each in relations.items() if each.reltype.endswith("/thumbnail")]:
            del relations[key]

    def _footers(self) -> list[Element]:
        """Footers (and, with a watermark, headers) for odd and even pages; their references for each section."""
        section = self.document.sections[-1]
        for footer, odd in ((section.footer, True), (section.even_page_footer, False)):
            footer.is_linked_to_previous = False
            _fill(footer, self._footer_line(odd=odd))
        if self.report.watermark:
            for header in (section.header, section.even_page_header):
                header.is_linked_to_previous = False
                _fill(header, paragraph("Header", [_watermark(self.report.watermark)]))
        tags = (qn("w:headerReference"), qn("w:footerReference"))
        return [each for each in section._sectPr if each.tag in tags]

    def _footer_line(self, *, odd: bool) -> Element:
        """The number at the outer edge, one character in; the digest at the inner edge."""
        number = [run("— "), *field("PAGE", "1"), run(" —")]
        quiet = [element("w:color", {"w:val": styles.QUIET}), *size(7)]
        digest = [run(f"摘要 {self.report.footer_digest}", *quiet)] if self.report.footer_digest else []
        stop = TEXT_WIDTH - 280 if odd else TEXT_WIDTH
        tabs = element("w:tabs", None, element("w:tab", {"w:val": "right", "w:pos": stop}))
        indent = element("w:ind", {"w:left": 0 if odd else 280})
        content = [*digest, run("\t"), *number] if odd else [*number, run("\t"), *digest]
        return paragraph("Footer", content, tabs, indent)

    # ---- block by block
    def _block(self, block: Block, index: int, footers: list[Element]) -> list[Element]:
        match block:
            case Cover():
                return self._cover(block)
            case Contents():
                return self._contents(block, footers)
            case Heading() | Annex():
                return [self._heading(block, index)]
            case Paragraph():
                return [paragraph(styles.BODY, [*runs(block.text), *_author(block.author)])]
            case BulletList():
                return [paragraph(styles.BODY, [run("· "), *runs(item)]) for item in block.items]
            case Table():
                return self._table(block, self.outline.labels.get(index, ""))
            case Chart() | Gantt():
                return self._chart(block, index)
            case SignatureRow():
                lines = signature_lines(block)
                made = [(_spacer(), signatures(line, len(lines[0])), _spacer()) for line in lines]
                return [each for line in made for each in line]
            case Remark():
                return [paragraph(styles.REMARK, [*runs(f"{block.title}：", fonts(styles.HEITI)), *runs(block.text)])]
            case PageBreak():
                return [paragraph("Normal", [element("w:r", None, element("w:br", {"w:type": "page"}))])]

    def _heading(self, block: Heading | Annex, index: int) -> Element:
        entry = self.outline.entries[index]
        words = bookmark(f"_Toc{index:08}", [run(entry.title)])
        if isinstance(block, Annex):
            flush = element("w:ind", {"w:firstLineChars": 0, "w:firstLine": 0})
            return paragraph("Heading1", words, element("w:pageBreakBefore"), flush)
        return paragraph(f"Heading{entry.level}", [*words, *_author(block.author)])

    def _cover(self, block: Cover) -> list[Element]:
        report, centre = self.report, element("w:jc", {"w:val": "center"})

        def down(millimetres: float, after: float = 0) -> Element:
            return element(
                "w:spacing",
                {"w:before": twips(millimetres), "w:after": twips(after), "w:line": 560, "w:lineRule": "exact"},
            )

        left = max(12.0, 225 - 34 - 10 - 14 - 40 - 10 * len(block.facts) - 30 - 24)
        made = [paragraph("Subtitle", [run(report.subtitle)], down(34, 9))]
        made.append(paragraph("Title", [run(report.title)]))
        if block.facts:
            made += [paragraph("Normal", [], down(30)), facts(block.facts)]
        made.append(paragraph("Normal", [run(report.organisation)], down(left), centre))
        made.append(paragraph("Normal", [run(printed_date(report))], copy.copy(centre)))
        return [*made, _section_end(styles.section(footers=[]))]

    def _contents(self, block: Contents, footers: list[Element]) -> list[Element]:
        """The entries with the pages of the PDF's layout, marked dirty: Word counts its own when it opens the file."""
        entries = self.outline.contents(block.depth)
        places = {entry.anchor: index for index, entry in self.outline.entries.items()}
        begin, command, separate, _, end = field(f'TOC \\o "1-{block.depth}" \\h \\z \\u', "", dirty=True)
        title = paragraph(
            "Normal",
            [run("目　录", fonts(styles.HEITI), *size(18))],
            element("w:spacing", {"w:before": 0, "w:after": 360}),
            element("w:jc", {"w:val": "center"}),
        )
        lines = []
        for entry in entries:
            name = f"_Toc{places[entry.anchor]:08}"
            page = field(f"PAGEREF {name} \\h", str(self.pages[places[entry.anchor]]), dirty=True)
            link = element("w:hyperlink", {"w:anchor": name, "w:history": 1}, run(f"{entry.title}\t"), *page)
            lines.append(paragraph(f"TOC{entry.level}", [link]))
        if not lines:
            lines = [paragraph("TOC1")]
        for offset, part in enumerate((begin, command, separate)):
            lines[0].insert(1 + offset, part)
        lines[-1].append(end)
        roman = styles.section(footers=[copy.copy(each) for each in footers], number_format="upperRoman")
        return [title, *lines, _section_end(roman)]

    def _table(self, block: Table, label: str) -> list[Element]:
        made = [paragraph("Caption", [run(caption_of(label, block.caption))])] if block.caption else []
        made.append(table(block))
        made.append(paragraph(styles.SOURCE, [run(f"数据来源：{block.source}")]) if block.source else _spacer())
        return made

    def _chart(self, block: Chart | Gantt, index: int) -> list[Element]:
        made = []
        for picture, pixels in self.drawn[index]:
            inline = self.document.part.new_pic_inline(io.BytesIO(pixels), Mm(156), None)
            inline.docPr.set("descr", picture.description)
            inline.docPr.set("name", block.title)
            room = element("w:spacing", {"w:before": 160, "w:after": 40, "w:line": 240, "w:lineRule": "auto"})
            drawing = element("w:r", None, element("w:drawing", None, inline))
            made.append(
                paragraph("Normal", [drawing], element("w:keepNext"), element("w:snapToGrid", {"w:val": "0"}), room)
            )
        note = chart_note(block)
        last = not note
        caption = caption_of(self.outline.labels[index], block.title)
        keep = [element("w:keepNext", {"w:val": "0"})] if last else []
        made.append(paragraph("Caption", [run(caption)], *keep))
        if note:
            made.append(paragraph(styles.SOURCE, [run(note)], element("w:jc", {"w:val": "center"})))
        if block.twin:
            made += self._table(twin_of(block), "")
        return made


def _author(author: Author | None) -> list[Element]:
    if author is None:
        return []
    frame = element("w:bdr", {"w:val": "single", "w:sz": 4, "w:space": 0, "w:color": styles.QUIET})
    colour = element("w:color", {"w:val": styles.QUIET})
    return [run(" "), run(author.tag, fonts(styles.HEITI), colour, *size(9), frame)]


def _spacer() -> Element:
    return paragraph(
        "Normal", [], element("w:spacing", {"w:before": 0, "w:after": 0, "w:line": 240, "w:lineRule": "exact"})
    )


def _section_end(section: Element) -> Element:
    return element("w:p", None, element("w:pPr", None, section))


def _fill(part: Any, line: Element) -> None:
    for child in list(part._element):
        part._element.remove(child)
    part._element.append(line)


def _watermark(words: str) -> Element:
    """The shape that Word itself makes for a text watermark."""
    shape = parse_xml(
        f"<w:pict {nsdecls('w')} xmlns:v='urn:schemas-microsoft-com:vml' "
        "xmlns:o='urn:schemas-microsoft-com:office:office'>"
        "<v:shapetype id='_x0000_t136' coordsize='21600,21600' o:spt='136' adj='10800' "
        "path='m@7,l@8,m@5,21600l@6,21600e'><v:path textpathok='t' o:connecttype='rect'/>"
        "<v:textpath on='t' fitshape='t'/></v:shapetype>"
        "<v:shape id='watermark' o:spid='_x0000_s2049' type='#_x0000_t136' fillcolor='#e8ebed' stroked='f' "
        "style='position:absolute;margin-left:0;margin-top:0;width:240pt;height:120pt;rotation:322;z-index:-251;"
        "mso-position-horizontal:center;mso-position-horizontal-relative:margin;"
        "mso-position-vertical:center;mso-position-vertical-relative:margin'>"
        "<v:textpath/></v:shape></w:pict>"
    )
    textpath = next(each for each in shape.iter("{urn:schemas-microsoft-com:vml}textpath") if len(each.attrib) == 0)
    textpath.set("style", 'font-family:"黑体";font-size:1pt')
    textpath.set("string", words)
    return element("w:r", None, shape)


def _repacked(raw: bytes, report: Report) -> bytes:
    """The same parts with the data's date instead of the clock's."""
    day = max(report.stamp.timetuple()[:6], (1980, 1, 1, 0, 0, 0))
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as source, zipfile.ZipFile(made, "w") as target:
        names = source.namelist()
        for name in sorted(names, key=lambda each: (each != "[Content_Types].xml", each)):
            entry = zipfile.ZipInfo(name, day)
            entry.create_system, entry.external_attr = 0, 0
            kind = zipfile.ZIP_STORED if name.endswith(".png") else zipfile.ZIP_DEFLATED
            target.writestr(entry, source.read(name), kind)
    return made.getvalue()
