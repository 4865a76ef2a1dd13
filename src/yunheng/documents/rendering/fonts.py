"""Which faces a PDF is set in and which characters they can draw.

The office's own fonts (仿宋, 楷体, 小标宋 are commercial and never shipped) come first, then the free
faces that come with the package. System fonts are left out, so that every machine makes the same bytes.
"""

from __future__ import annotations

import functools
import logging
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import pylopdf_fonts_zh_cn
import typst
from django.conf import settings

_log = logging.getLogger(__name__)
_SERIF, _SANS = "Noto Serif SC", "Noto Sans SC"
_SUFFIXES = frozenset({".ttf", ".otf", ".ttc", ".otc"})
# By the family name a font file carries; the first that is present is used.
_FANGSONG = ("FangSong_GB2312", "仿宋_GB2312", "FangSong", "仿宋", "STFangsong", "FandolFang R", "Zhuque Fangsong")
_KAITI = ("KaiTi_GB2312", "楷体_GB2312", "KaiTi", "楷体", "STKaiti", "FandolKai", "LXGW WenKai")
_HEITI = ("SimHei", "黑体", "FandolHei")
_TITLE = ("FZXiaoBiaoSong-B05S", "方正小标宋简体", "FZXiaoBiaoSong-B05", "方正小标宋_GBK", "FandolSong")
_SONGTI = ("SimSun", "宋体", "STSong", "FandolSong")


@dataclass(frozen=True, slots=True)
class FontSet:
    """``families`` names the face for each part of a document; ``covered`` are the code points that can be drawn."""

    book: typst.Fonts
    families: dict[str, tuple[str, ...]]
    covered: frozenset[int]


def installed() -> FontSet:
    """The fonts of this installation; read again when the font folder changes."""
    return load(settings.FONT_FOLDER)


def load(folder: Path | None) -> FontSet:
    """The fonts of ``folder`` (and below) before the free ones."""
    if folder is None or not folder.is_dir():
        return _load(None, ())
    files = [path for path in sorted(folder.rglob("*")) if path.suffix.lower() in _SUFFIXES and path.is_file()]
    return _load(folder, tuple((str(path), path.stat().st_mtime_ns) for path in files))


@functools.lru_cache(maxsize=4)
def _load(folder: Path | None, files: tuple[tuple[str, int], ...]) -> FontSet:
    """``files`` with their times are the cache's key: a font that comes or goes is noticed without a restart."""
    shipped = pylopdf_fonts_zh_cn.serif_path().parent
    folders = [str(path) for path in (folder, shipped) if path is not None]
    book = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)
    covered = set[int]()
    for path in sorted({info.path for info in book.fonts() if info.path}):
        try:
            covered |= coverage(Path(path))
        except (OSError, BadFont) as problem:
            _log.warning("the characters of font %s are not counted: %s", path, problem)
    present = set(book.families())

    def chosen(names: tuple[str, ...], free: str) -> tuple[str, ...]:
        other = _SANS if free == _SERIF else _SERIF
        return (*(name for name in names if name in present), free, other)

    families = {
        "body": chosen(_FANGSONG, _SERIF),
        "kai": chosen(_KAITI, _SERIF),
        "hei": chosen(_HEITI, _SANS),
        "title": chosen(_TITLE, _SANS),
        "song": chosen(_SONGTI, _SERIF),
    }
    return FontSet(book, families, frozenset(covered))


class BadFont(Exception):
    """A font file that cannot be read."""


def coverage(path: Path) -> frozenset[int]:
    """The code points that a font file maps to a glyph (OpenType ``cmap``, formats 4 and 12; of a collection all)."""
    with path.open("rb") as file:
        try:
            return frozenset(point for offset in _faces(file) for point in _face_points(file, offset))
        except (struct.error, IndexError) as problem:
            raise BadFont(f"damaged file ({problem})") from problem


def _faces(file: BinaryIO) -> list[int]:
    head = file.read(12)
    if head[:4] == b"ttcf":
        (count,) = struct.unpack(">I", head[8:12])
        return list(struct.unpack(f">{count}I", file.read(4 * count)))
    if head[:4] not in (b"OTTO", b"\0\1\0\0", b"true"):
        raise BadFont("neither TrueType nor OpenType")
    return [0]


def _face_points(file: BinaryIO, offset: int) -> Iterator[int]:
    file.seek(offset + 4)
    (tables,) = struct.unpack(">H6x", file.read(8))
    directory = file.read(16 * tables)
    for index in range(tables):
        tag, place, length = struct.unpack(">4s4xII", directory[16 * index : 16 * index + 16])
        if tag == b"cmap":
            file.seek(place)
            yield from _cmap_points(file.read(length))
            return
    raise BadFont("no cmap table")


def _cmap_points(cmap: bytes) -> Iterator[int]:
    (count,) = struct.unpack(">H", cmap[2:4])
    places = {struct.unpack(">I", cmap[8 + 8 * index : 12 + 8 * index])[0] for index in range(count)}
    for place in sorted(places):
        (kind,) = struct.unpack(">H", cmap[place : place + 2])
        if kind == 12:
            yield from _segmented_32(cmap[place:])
        elif kind == 4:
            yield from _segmented_16(cmap[place:])


def _segmented_32(table: bytes) -> Iterator[int]:
    (groups,) = struct.unpack(">I", table[12:16])
    for index in range(groups):
        first, last, glyph = struct.unpack(">III", table[16 + 12 * index : 28 + 12 * index])
        yield from range(first if glyph else first + 1, last + 1)


def _segmented_16(table: bytes) -> Iterator[int]:
    (double,) = struct.unpack(">H", table[6:8])
    count = double // 2
    ends = struct.unpack(f">{count}H", table[14 : 14 + double])
    starts = struct.unpack(f">{count}H", table[16 + double : 16 + 2 * double])
    deltas = struct.unpack(f">{count}H", table[16 + 2 * double : 16 + 3 * double])
    base = 16 + 3 * double
    offsets = struct.unpack(f">{count}H", table[base : base + double])
    for index, (first, last, delta, offset) in enumerate(zip(starts, ends, deltas, offsets, strict=True)):
        for point in range(first, min(last, 0xFFFE) + 1):
            if offset == 0:
                glyph = (point + delta) & 0xFFFF
            else:
                place = base + 2 * index + offset + 2 * (point - first)
                (glyph,) = struct.unpack(">H", table[place : place + 2])
            if glyph:
                yield point
