"""The one door to the renderers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from yunheng.documents.rendering import html as web
from yunheng.documents.rendering.fonts import FontSet, installed
from yunheng.documents.rendering.pdf import pdf
from yunheng.documents.rendering.word import docx
from yunheng.documents.rendering.xlsx import xlsx
from yunheng.documents.rules.blocks import Report
from yunheng.documents.rules.characters import carried, map_texts


class Format(StrEnum):
    HTML = "html"
    DOCX = "docx"
    PDF = "pdf"
    XLSX = "xlsx"

    @property
    def media_type(self) -> str:
        office = "application/vnd.openxmlformats-officedocument"
        return {
            "html": "text/html; charset=utf-8",
            "docx": f"{office}.wordprocessingml.document",
            "pdf": "application/pdf",
            "xlsx": f"{office}.spreadsheetml.sheet",
        }[self.value]


@dataclass(frozen=True, slots=True)
class Rendered:
    """``substitutions`` are the characters that the PDF's fonts lack, printed as 〓; other formats keep them."""

    content: bytes
    media_type: str
    substitutions: tuple[str, ...] = ()


def render(
    report: Report,
    format: Format | str,
    *,
    fonts: FontSet | None = None,
    addresses: Mapping[str, str] | None = None,
) -> Rendered:
    """The same report gives the same bytes. ``addresses`` lead from a figure's key to where it is explained."""
    wanted = Format(format)
    clean = map_texts(report, carried)
    missing: tuple[str, ...] = ()
    match wanted:
        case Format.HTML:
            content = web.html(clean, addresses)
        case Format.DOCX:
            content = docx(clean, fonts or installed())
        case Format.PDF:
            content, missing = pdf(clean, fonts or installed())
        case Format.XLSX:
            content = xlsx(clean)
    return Rendered(content, wanted.media_type, missing)


def fragment(report: Report, *, addresses: Mapping[str, str] | None = None) -> str:
    """The report as a part of a web page: classes only, no style and no script."""
    return web.fragment(map_texts(report, carried), addresses)
