"""Fonts of the office first, a damaged one never stops a document."""

from __future__ import annotations

import shutil
from pathlib import Path

import pylopdf_fonts_zh_cn
import pytest

from yunheng.documents.rendering.fonts import BadFont, coverage, load


def test_the_free_faces_cover_the_signs_that_reports_need() -> None:
    covered = load(None).covered
    assert not [sign for sign in "〓—…①⑩〔〕㎡℃≤≥√×　·测" if ord(sign) not in covered]
    assert ord("😀") not in covered


def test_a_font_folder_that_does_not_exist_is_no_trouble(tmp_path: Path) -> None:
    assert load(tmp_path / "nothing").families["body"] == ("Noto Serif SC", "Noto Sans SC")


def test_a_damaged_font_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "broken.ttf").write_bytes(b"\0\1\0\0" + b"\xff" * 40)
    assert len(load(tmp_path).covered) == len(load(None).covered)


def test_fonts_that_arrive_later_are_noticed(tmp_path: Path) -> None:
    first = load(tmp_path)
    shutil.copy(pylopdf_fonts_zh_cn.sans_path(), tmp_path / "office.otf")
    assert load(tmp_path) is not first
    assert load(tmp_path) is load(tmp_path)


@pytest.mark.parametrize(
    "content", [b"", b"not a font at all", b"OTTO\xff\xff" + b"\0" * 30, b"ttcf\0\1\0\0\0\0\0\x09"]
)
def test_what_is_no_font_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "odd.otf"
    path.write_bytes(content)
    with pytest.raises(BadFont):
        coverage(path)
