"""The evidence file: the values that a verdict was computed from, column by column.

A zip that anyone can open. ``manifest.json`` names the registers, their columns and, per indicator, which rows
were counted, which made the numerator and which were left out for which reason. A column is stored as
little-endian int64 differences, byte-transposed (about 22 bytes a ticket after deflate), or as text lines. The
manifest holds the SHA-256 of every column's plain values, so an edited file names the column. Same values,
same bytes: no clock, no name of a machine, no path.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

FORMAT = "yunheng-evidence/1"
_EPOCH = (1980, 1, 1, 0, 0, 0)
Column = npt.NDArray[np.int64] | list[str]


class RegisterLike(Protocol):
    """What a measure hands over: see foundation.measures.Register."""

    @property
    def name(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def references(self) -> list[str]: ...
    @property
    def columns(self) -> Mapping[str, npt.NDArray[Any] | list[str]]: ...
    @property
    def sources(self) -> npt.NDArray[np.uint8]: ...


class BrokenEvidence(Exception):
    """The file does not hold what its manifest says; ``place`` names the part."""

    def __init__(self, place: str) -> None:
        super().__init__(place)
        self.place = place


@dataclass(frozen=True, slots=True)
class Marks:
    """How one indicator used a register: bool masks and reason codes along its rows."""

    indicator: str
    register: str
    counted: npt.NDArray[np.bool_]
    hit: npt.NDArray[np.bool_]
    left_out: npt.NDArray[np.uint8]
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A register as it stands in the file."""

    name: str
    kind: str
    references: list[str]
    columns: Mapping[str, Column]

    def row(self, index: int) -> dict[str, Any]:
        return {
            name: column[index] if isinstance(column, list) else int(column[index])
            for name, column in self.columns.items()
        }


@dataclass(frozen=True, slots=True)
class Evidence:
    tables: Mapping[str, Table]
    marks: Mapping[str, Marks]
    digests: Mapping[str, str] = field(default_factory=dict)


def table_of(register: RegisterLike) -> Table:
    """Integers and booleans to int64, sources as one more column, everything else as text."""
    columns: dict[str, Column] = {
        name: list(map(str, values)) if isinstance(values, list) else np.asarray(values, dtype=np.int64)
        for name, values in register.columns.items()
    }
    columns["source"] = np.asarray(register.sources, dtype=np.int64)
    return Table(register.name, register.kind, list(register.references), columns)


def pack(evidence: Evidence) -> tuple[bytes, dict[str, str]]:
    """The file's bytes, and the digest of each register and of each indicator's marks."""
    entries: dict[str, bytes] = {}
    registers: list[dict[str, Any]] = []
    digests: dict[str, str] = {}
    for number, (name, table) in enumerate(sorted(evidence.tables.items())):
        described = []
        for place, (column_name, column) in enumerate([("reference", table.references), *table.columns.items()]):
            path = f"r{number}/c{place}"
            entries[path], plain = _encode(column)
            described.append({"name": column_name, "file": path, "type": _type(column), "sha256": _sha(plain)})
        registers.append({"name": name, "kind": table.kind, "rows": len(table.references), "columns": described})
        digests[name] = _sha("\n".join(f"{item['name']}={item['sha256']}" for item in described).encode())
    marked = []
    for number, (indicator, marks) in enumerate(sorted(evidence.marks.items())):
        path = f"m{number}"
        plain = np.packbits(marks.counted).tobytes() + np.packbits(marks.hit).tobytes() + marks.left_out.tobytes()
        entries[path] = plain
        digest = _sha(plain)
        marked.append(
            {
                "indicator": indicator,
                "register": marks.register,
                "file": path,
                "sha256": digest,
                "reasons": list(marks.reasons),
            }
        )
        digests[f"{indicator}@{marks.register}"] = digest
    manifest = {"format": FORMAT, "registers": registers, "marks": marked}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        _put(archive, "manifest.json", json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True).encode())
        for path, content in entries.items():
            _put(archive, path, content)
    return buffer.getvalue(), digests


def unpack(content: bytes, *, only: Sequence[str] | None = None) -> Evidence:
    """Read and check a file; ``only`` limits to some registers.

    Raises BrokenEvidence naming the register and column whose values are not the ones that were written.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        manifest = json.loads(_get(archive, "manifest.json", "manifest.json"))
        if manifest["format"] != FORMAT:
            raise BrokenEvidence("format")
        tables, digests = {}, {}
        for item in manifest["registers"]:
            if only is None or item["name"] in only:
                tables[item["name"]] = _table(archive, item)
            digests[item["name"]] = _sha("\n".join(f"{c['name']}={c['sha256']}" for c in item["columns"]).encode())
        marks = {}
        for item in manifest["marks"]:
            digests[f"{item['indicator']}@{item['register']}"] = item["sha256"]
            if item["register"] in tables:
                marks[item["indicator"]] = _marks(archive, item, len(tables[item["register"]].references))
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError) as problem:
        raise BrokenEvidence(f"file ({problem})") from problem
    return Evidence(tables, marks, digests)


def _table(archive: zipfile.ZipFile, item: Mapping[str, Any]) -> Table:
    columns: dict[str, Column] = {}
    for described in item["columns"]:
        place = f"{item['name']}.{described['name']}"
        column, plain = _decode(_get(archive, described["file"], place), described["type"], item["rows"])
        if _sha(plain) != described["sha256"] or len(column) != item["rows"]:
            raise BrokenEvidence(place)
        columns[described["name"]] = column
    references = columns.pop("reference")
    if not isinstance(references, list):
        raise BrokenEvidence(f"{item['name']}.reference")
    return Table(item["name"], item["kind"], references, columns)


def _marks(archive: zipfile.ZipFile, item: Mapping[str, Any], rows: int) -> Marks:
    place = f"{item['indicator']}@{item['register']}"
    plain = _get(archive, item["file"], place)
    bits = (rows + 7) // 8
    if _sha(plain) != item["sha256"] or len(plain) != 2 * bits + rows:
        raise BrokenEvidence(place)
    raw = np.frombuffer(plain, dtype=np.uint8)
    return Marks(
        item["indicator"],
        item["register"],
        np.unpackbits(raw[:bits], count=rows).astype(np.bool_),
        np.unpackbits(raw[bits : 2 * bits], count=rows).astype(np.bool_),
        raw[2 * bits :].copy(),
        tuple(item["reasons"]),
    )


def _type(column: Column) -> str:
    return "text" if isinstance(column, list) else "int"


def _encode(column: Column) -> tuple[bytes, bytes]:
    """(stored bytes, plain bytes that the digest is taken over)."""
    if isinstance(column, list):
        text = "\n".join(column)
        # Nearly always there is nothing to escape, and one look at the whole is a tenth of a look at each line.
        if "\\" in text or text.count("\n") != max(len(column) - 1, 0):
            text = "\n".join(line.replace("\\", "\\\\").replace("\n", "\\n") for line in column)
        plain = text.encode()
        return plain, plain
    values = np.ascontiguousarray(column, dtype="<i8")
    differences = np.diff(values, prepend=np.int64(0))  # wraps around, and so does the sum that undoes it
    return differences.view(np.uint8).reshape(-1, 8).T.tobytes(), values.tobytes()


def _decode(stored: bytes, kind: str, rows: int) -> tuple[Column, bytes]:
    if kind == "text":
        lines = stored.decode().split("\n") if rows else []
        if b"\\" in stored:
            lines = [_unescape(line) for line in lines]
        return lines, stored
    differences = np.ascontiguousarray(np.frombuffer(stored, np.uint8).reshape(8, -1).T).view("<i8").reshape(-1)
    values = np.cumsum(differences, dtype=np.int64)
    return values, values.tobytes()


def _unescape(line: str) -> str:
    return "\\".join(part.replace("\\n", "\n") for part in line.split("\\\\"))


def _sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _put(archive: zipfile.ZipFile, path: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(path, _EPOCH)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.create_system = 3
    archive.writestr(entry, content, compresslevel=1)


def _get(archive: zipfile.ZipFile, path: str, place: str) -> bytes:
    try:
        return archive.read(path)
    except (KeyError, zipfile.BadZipFile, zlib.error, OSError) as problem:
        raise BrokenEvidence(place) from problem
