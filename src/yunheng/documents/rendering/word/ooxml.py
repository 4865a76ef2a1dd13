"""Small pieces of WordprocessingML. Lengths are twips (1/20 pt) unless a name says otherwise."""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from yunheng.documents.rules.blocks import Cell, Figure, inlines

Element = Any
"""An lxml element; python-docx gives it no type of its own."""
TEXT_WIDTH = 8845
"""156 mm, the width of the type area."""


def element(tag: str, attributes: Mapping[str, str | int] | None = None, *children: Element) -> Element:
    made = OxmlElement(tag)
    for name, value in (attributes or {}).items():
        made.set(qn(name), str(value))
    made.extend(children)
    return made


def twips(millimetres: float) -> int:
    return round(millimetres / 25.4 * 1440)


def run(words: str, *properties: Element) -> Element:
    made = element("w:r")
    if properties:
        made.append(element("w:rPr", None, *properties))
    for number, line in enumerate(words.split("\n")):
        if number:
            made.append(element("w:br"))
        for place, part in enumerate(line.split("\t")):
            if place:
                made.append(element("w:tab"))
            if part:
                text = element("w:t")
                text.text = part
                text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
                made.append(text)
    return made


def paragraph(style: str, content: Iterable[Element] = (), *properties: Element) -> Element:
    return element("w:p", None, element("w:pPr", None, element("w:pStyle", {"w:val": style}), *properties), *content)


def runs(text: Cell, *properties: Element) -> list[Element]:
    """Words as runs; a computed figure stands between bookmarks that are named after its key.

    Bookmarks, not content controls: programs that read a paragraph's words skip what is inside a control.
    """
    made: list[Element] = []
    for inline in inlines(text):
        bold = [fonts("黑体")] if inline.bold else []
        piece = run(inline.text, *bold, *(copy.copy(each) for each in properties))
        key = inline.key if isinstance(inline, Figure) else ""
        made += bookmark(figure_mark(key), [piece]) if key else [piece]
    return made


def figure_mark(key: str) -> str:
    """A bookmark's name holds 40 letters and digits, so it carries the key's digest: whoever has the report's
    keys finds the figure again. Its number is appended when the document is complete (`number_bookmarks`).
    """
    return f"F_{hashlib.sha256(key.encode()).hexdigest()[:24]}_"


def fonts(east_asian: str, latin: str | None = None) -> Element:
    other = latin or east_asian
    return element(
        "w:rFonts", {"w:ascii": other, "w:hAnsi": other, "w:eastAsia": east_asian, "w:cs": other, "w:hint": "eastAsia"}
    )


def size(points: float) -> list[Element]:
    half = round(points * 2)
    return [element("w:sz", {"w:val": half}), element("w:szCs", {"w:val": half})]


def field(instruction: str, shown: str, *, dirty: bool = False, properties: Iterable[Element] = ()) -> list[Element]:
    """A field with the result that stands there until Word calculates it anew."""
    begin = element("w:fldChar", {"w:fldCharType": "begin", **({"w:dirty": "true"} if dirty else {})})
    command = element("w:instrText", {"xml:space": "preserve"})
    command.text = f" {instruction} "
    return [
        _wrapped(begin),
        _wrapped(command),
        _wrapped(element("w:fldChar", {"w:fldCharType": "separate"})),
        run(shown, *properties),
        _wrapped(element("w:fldChar", {"w:fldCharType": "end"})),
    ]


def _wrapped(child: Element) -> Element:
    return element("w:r", None, child)


def bookmark(name: str, content: Iterable[Element]) -> list[Element]:
    return [element("w:bookmarkStart", {"w:name": name}), *content, element("w:bookmarkEnd")]


def number_bookmarks(body: Element) -> None:
    """Numbers them through; the same figure may stand in several places, a bookmark's name only in one."""
    for number, start in enumerate(body.iter(qn("w:bookmarkStart"))):
        start.set(qn("w:id"), str(number))
        name = start.get(qn("w:name"))
        if name.endswith("_"):
            start.set(qn("w:name"), f"{name}{number}")
    for number, end in enumerate(body.iter(qn("w:bookmarkEnd"))):  # none holds another: they end as they began
        end.set(qn("w:id"), str(number))
