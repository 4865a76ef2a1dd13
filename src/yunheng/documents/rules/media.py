"""What kind of file somebody hands in, told by its content; the name only tells text files apart."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

HEAD = 4096
"""Bytes from the beginning that are enough to tell."""

_OFFICE = "application/vnd.openxmlformats-officedocument"
_BEGINNINGS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
    (b"BM", "image/bmp"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"\x1f\x8b", "application/gzip"),
)
# By a part that the package must hold; 版式文件 (OFD) is the national fixed-layout format.
_PACKAGES: tuple[tuple[str, str], ...] = (
    ("word/document.xml", f"{_OFFICE}.wordprocessingml.document"),
    ("xl/workbook.xml", f"{_OFFICE}.spreadsheetml.sheet"),
    ("ppt/presentation.xml", f"{_OFFICE}.presentationml.presentation"),
    ("OFD.xml", "application/ofd"),
)
_TEXTS = {"csv": "text/csv", "json": "application/json", "md": "text/markdown"}
_PROGRAMS = (
    b"MZ",
    b"\x7fELF",
    b"#!",
    b"\xca\xfe\xba\xbe",
    b"\xcf\xfa\xed\xfe",
    b"\xce\xfa\xed\xfe",
    b"L\0\0\0\x01\x14\x02\0",
)
_PROGRAM_ENDINGS = frozenset(
    {"exe", "dll", "com", "scr", "msi", "bat", "cmd", "ps1", "vbs", "vbe", "js", "jse", "mjs", "wsf", "hta", "jar"}
    | {"sh", "py", "php", "pl", "lnk", "reg", "apk", "docm", "xlsm", "pptm"}
)
_MARKUP = (b"<!doctype html", b"<html", b"<script", b"<svg", b"<?php")
_MARKUP_ENDINGS = frozenset({"html", "htm", "xhtml", "svg", "mht", "mhtml", "xml", "xsl"})


class NotAccepted(Exception):
    """A file that is not taken in; ``reason`` is program, markup, macros, damaged or unknown."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Sample:
    """The beginning of a file; of a zip also the names in it (None: it could not be opened)."""

    name: str
    head: bytes
    members: Collection[str] | None = ()


def media_type(sample: Sample) -> str:
    """Raises NotAccepted for programs, scripts, markup that a browser would run, and what nobody can tell."""
    ending = sample.name.rsplit(".", 1)[-1].lower() if "." in sample.name else ""
    head = sample.head
    if ending in _PROGRAM_ENDINGS or head.startswith(_PROGRAMS):
        raise NotAccepted("program")
    if ending in _MARKUP_ENDINGS or head.removeprefix(b"\xef\xbb\xbf").lstrip().lower().startswith(_MARKUP):
        raise NotAccepted("markup")
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _package(sample)
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    for beginning, found in _BEGINNINGS:
        if head.startswith(beginning):
            return found
    if _is_text(head):
        return _TEXTS.get(ending, "text/plain")
    raise NotAccepted("unknown")


def is_zip(head: bytes) -> bool:
    return head.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def _package(sample: Sample) -> str:
    if sample.members is None:
        raise NotAccepted("damaged")
    names = set(sample.members)
    if any(name.rsplit("/", 1)[-1].lower() == "vbaproject.bin" for name in names):
        raise NotAccepted("macros")
    return next((found for part, found in _PACKAGES if part in names), "application/zip")


def _is_text(head: bytes) -> bool:
    """UTF-8, GB18030 or UTF-16 with its mark, without control bytes; a character cut in half at the end is fine."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    if any(byte < 32 and byte not in b"\t\n\r\f\x1b" for byte in head):
        return False
    return any(_decodes(head, encoding) for encoding in ("utf-8", "gb18030"))


def _decodes(head: bytes, encoding: str) -> bool:
    for cut in range(4):
        try:
            head[: len(head) - cut].decode(encoding)
        except UnicodeDecodeError:
            if len(head) < HEAD:
                return False
        else:
            return True
    return False
