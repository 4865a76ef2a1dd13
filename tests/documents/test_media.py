"""Files are told apart by their content; what a browser or a machine would run is refused."""

from __future__ import annotations

import pytest

from yunheng.documents.rules.media import NotAccepted, Sample, media_type

OFFICE = "application/vnd.openxmlformats-officedocument"


@pytest.mark.parametrize(
    ("name", "head", "members", "expected"),
    [
        ("a.pdf", b"%PDF-1.4\n", (), "application/pdf"),
        ("photo.jpg", b"\xff\xd8\xff\xe0", (), "image/jpeg"),
        ("photo.pdf", b"\x89PNG\r\n\x1a\n", (), "image/png"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", (), "application/x-ole-storage"),
        ("a.docx", b"PK\x03\x04", ("word/document.xml",), f"{OFFICE}.wordprocessingml.document"),
        ("a.xlsx", b"PK\x03\x04", ("xl/workbook.xml",), f"{OFFICE}.spreadsheetml.sheet"),
        ("a.ofd", b"PK\x03\x04", ("OFD.xml",), "application/ofd"),
        ("a.zip", b"PK\x03\x04", ("readme.txt",), "application/zip"),
        ("log.txt", "巡检记录".encode(), (), "text/plain"),
        ("log.csv", "编号,名称\n".encode("gb18030"), (), "text/csv"),
        ("no-ending", b"plain words", (), "text/plain"),
        ("cut.txt", ("x" + "字" * 1365).encode()[:4096], (), "text/plain"),
    ],
)
def test_a_known_file_is_accepted(name: str, head: bytes, members: tuple[str, ...], expected: str) -> None:
    assert media_type(Sample(name, head, members)) == expected


@pytest.mark.parametrize(
    ("name", "head", "members", "reason"),
    [
        ("report.pdf", b"MZ\x90\0", (), "program"),
        ("tool", b"\x7fELF\x02", (), "program"),
        ("run.txt", b"#!/bin/sh\n", (), "program"),
        ("macro.vbs", b"MsgBox 1", (), "program"),
        ("page.txt", b"\xef\xbb\xbf  <!DOCTYPE html>", (), "markup"),
        ("drawing.svg", b"<?xml version='1.0'?>", (), "markup"),
        ("a.docx", b"PK\x03\x04", ("word/document.xml", "word/vbaProject.bin"), "macros"),
        ("a.docx", b"PK\x03\x04", None, "damaged"),
        ("what", b"\x00\x01\x02\x03", (), "unknown"),
    ],
)
def test_what_is_dangerous_or_unknown_is_refused(
    name: str, head: bytes, members: tuple[str, ...] | None, reason: str
) -> None:
    with pytest.raises(NotAccepted) as refusal:
        media_type(Sample(name, head, members))
    assert refusal.value.reason == reason
