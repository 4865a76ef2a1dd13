"""Page and styles after the body rules of GB/T 9704-2012: 版心 156 × 225 mm, 22 lines of 28 characters."""

from __future__ import annotations

from typing import Any

from docx.oxml.ns import qn

from yunheng.documents.rendering.word.ooxml import TEXT_WIDTH, Element, element, fonts, size, twips

FANGSONG, KAITI, HEITI, SONGTI, TITLE = "仿宋_GB2312", "楷体_GB2312", "黑体", "宋体", "方正小标宋简体"
INK, QUIET = "1A1A1A", "5B6770"
BODY, TABLE_TEXT, TABLE_HEAD, SOURCE, REMARK = "BodyText", "TableText", "TableHead", "SourceNote", "RemarkBox"
_LINE = 560
"""28 pt, fixed."""
# Where an office machine lacks the named font, Word takes the alternative instead of guessing.
_ALTERNATIVES = {FANGSONG: "仿宋", KAITI: "楷体", TITLE: "华文中宋", HEITI: "SimHei", SONGTI: "SimSun"}


def section(*, footers: list[Element], number_format: str = "", break_type: str = "nextPage") -> Element:
    """A4 with the official margins and grid; page numbers start at 1 where a format is given."""
    numbers = [element("w:pgNumType", {"w:fmt": number_format, "w:start": 1})] if number_format else []
    return element(
        "w:sectPr",
        None,
        *footers,
        element("w:type", {"w:val": break_type}),
        element("w:pgSz", {"w:w": 11906, "w:h": 16838}),
        element(
            "w:pgMar",
            {
                "w:top": twips(37),
                "w:right": twips(26),
                "w:bottom": twips(35),
                "w:left": twips(28),
                "w:header": twips(15),
                "w:footer": twips(23),
                "w:gutter": 0,
            },
        ),
        *numbers,
        element("w:docGrid", {"w:type": "linesAndChars", "w:linePitch": 579, "w:charSpace": -850}),
    )


def apply(document: Any) -> None:
    """Turns python-docx's default styles into the official ones."""
    styles = document.styles.element
    _drop_unused(styles)
    _defaults(styles)
    for name, paragraph_properties, run_properties in _definitions():
        _define(styles, name, paragraph_properties, run_properties)
    _font_table(document)


def _drop_unused(styles: Element) -> None:
    kept = {"Normal", "DefaultParagraphFont", "TableNormal", "NoList", "Title", "Subtitle", "Caption", "BodyText"}
    kept |= {"Heading1", "Heading2", "Heading3", "Heading4", "Header", "Footer"}
    for style in styles.findall(qn("w:style")):
        if style.get(qn("w:styleId")) not in kept:
            styles.remove(style)


def _defaults(styles: Element) -> None:
    defaults = styles.find(qn("w:docDefaults"))
    defaults.clear()
    language = element("w:lang", {"w:val": "en-US", "w:eastAsia": "zh-CN", "w:bidi": "ar-SA"})
    properties = element("w:rPr", None, fonts(FANGSONG), *size(16), language)
    defaults.append(element("w:rPrDefault", None, properties))
    defaults.append(element("w:pPrDefault", None, element("w:pPr")))


def _spacing(before: int = 0, after: int = 0, line: int = _LINE, rule: str = "exact") -> Element:
    return element("w:spacing", {"w:before": before, "w:after": after, "w:line": line, "w:lineRule": rule})


def _definitions() -> list[tuple[str, list[Element], list[Element]]]:
    """(style id, paragraph properties, run properties), each in the order the schema wants."""
    two_characters = {"w:firstLineChars": 200, "w:firstLine": 640}
    ink = element("w:color", {"w:val": INK})
    made: list[tuple[str, list[Element], list[Element]]] = [
        ("Normal", [_no_grid(), _spacing()], [fonts(FANGSONG), ink, *size(16), _no_grid()]),
        (
            BODY,
            [_no_grid(), _spacing(), element("w:ind", two_characters), element("w:jc", {"w:val": "both"})],
            [_tight()],
        ),
        (
            "Title",
            [_spacing(0, 0, 760), element("w:jc", {"w:val": "center"})],
            [fonts(TITLE), element("w:spacing", {"w:val": 40}), *size(30)],
        ),
        ("Subtitle", [_spacing(0, 480), element("w:jc", {"w:val": "center"})], [fonts(FANGSONG), *size(18)]),
        ("Caption", [element("w:keepNext"), _spacing(160, 80, 300), _centre()], [fonts(HEITI), *size(12)]),
        ("Footer", [_no_grid(), _spacing(0, 0, 320)], [fonts(SONGTI), *size(14)]),
        ("Header", [_spacing(0, 0, 240)], [*size(9)]),
        (TABLE_TEXT, [_no_grid(), _spacing(40, 40, 240, "auto")], [*size(10.5)]),
        (TABLE_HEAD, [element("w:keepNext"), _no_grid(), _spacing(40, 40, 240, "auto")], [fonts(HEITI), *size(10.5)]),
        (SOURCE, [_no_grid(), _spacing(60, 240, 240, "auto")], [element("w:color", {"w:val": QUIET}), *size(9)]),
        (
            REMARK,
            [_box(), _no_grid(), _spacing(240, 240, 380), element("w:ind", {"w:left": 200, "w:right": 200})],
            [*size(12)],
        ),
    ]
    heads = ([fonts(HEITI)], [fonts(KAITI)], [fonts(FANGSONG), element("w:b")], [fonts(FANGSONG)])
    for level, face in enumerate(heads, 1):
        outline = element("w:outlineLvl", {"w:val": level - 1})
        properties = [
            element("w:keepNext"),
            element("w:keepLines"),
            _no_grid(),
            _spacing(),
            element("w:ind", two_characters),
            outline,
        ]
        plain = [] if level == 3 else [element("w:b", {"w:val": "0"})]
        colour = element("w:color", {"w:val": INK})
        made.append(
            (
                f"Heading{level}",
                properties,
                [*face, *plain, element("w:i", {"w:val": "0"}), colour, _tight(), *size(16)],
            )
        )
    for level, name in ((1, HEITI), (2, FANGSONG), (3, FANGSONG), (4, FANGSONG)):
        leader = element("w:tab", {"w:val": "right", "w:leader": "dot", "w:pos": TEXT_WIDTH})
        indent = element("w:ind", {"w:left": 480 * (level - 1)})
        properties = [element("w:tabs", None, leader), _spacing(0, 0, 500), indent]
        made.append((f"TOC{level}", properties, [fonts(name), *size(14)]))
    return made


def _centre() -> Element:
    return element("w:jc", {"w:val": "center"})


def _tight() -> Element:
    """28 characters of 16 pt in 156 mm leave 15.79 pt for each.

    The section's grid says the same, but programs differ in how they fit a letter into a cell that is
    narrower than itself (LibreOffice gives it two), so the paragraphs do not use it.
    """
    return element("w:spacing", {"w:val": -5})


def _no_grid() -> Element:
    return element("w:snapToGrid", {"w:val": "0"})


def _box() -> Element:
    thin: dict[str, str | int] = {"w:val": "single", "w:sz": 4, "w:space": 6, "w:color": "B9C2C7"}
    sides = [element(f"w:{side}", thin) for side in ("top", "bottom", "right")]
    left = element("w:left", {"w:val": "single", "w:sz": 24, "w:space": 6, "w:color": "1B6F78"})
    return element("w:pBdr", None, sides[0], left, sides[1], sides[2])


_NAMES = {
    "BodyText": "Body Text",
    TABLE_TEXT: "Table Text",
    TABLE_HEAD: "Table Head",
    SOURCE: "Source Note",
    REMARK: "Remark Box",
    **{f"TOC{level}": f"toc {level}" for level in range(1, 5)},
}


def _define(styles: Element, name: str, paragraph: list[Element], run: list[Element]) -> None:
    style = next((each for each in styles.findall(qn("w:style")) if each.get(qn("w:styleId")) == name), None)
    if style is None:
        style = element("w:style", {"w:type": "paragraph", "w:customStyle": 1, "w:styleId": name})
        if name.startswith("TOC"):
            del style.attrib[qn("w:customStyle")]
        style.append(element("w:name", {"w:val": _NAMES[name]}))
        style.append(element("w:basedOn", {"w:val": "Normal"}))
        style.append(element("w:qFormat"))
        styles.append(style)
    for tag in ("w:pPr", "w:rPr", "w:link"):
        for old in style.findall(qn(tag)):
            style.remove(old)
    style.append(element("w:pPr", None, *paragraph))
    style.append(element("w:rPr", None, *run))


def _font_table(document: Any) -> None:
    part = next(rel.target_part for rel in document.part.rels.values() if rel.reltype.endswith("/fontTable"))
    names = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/></w:font>'
        for name, other in _ALTERNATIVES.items()
    )
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    part._blob = f'{head}<w:fonts xmlns:w="{space}">{names}</w:fonts>'.encode()
