"""Tables that come in as files: CSV in the encodings of an office, XLSX; read row by row, nothing guessed.

A row that cannot be trusted (a formula, a cell without a column, a broken quotation) is reported as a `Problem`
and kept out; the rows around it go on. Row numbers are those a spreadsheet shows: the heading is row 1.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import zipfile
from collections.abc import Collection, Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import python_calamine
from django.utils.translation import gettext as _

from yunheng.foundation.errors import Invalid

Row = tuple[int, dict[str, str]]

LONGEST_CELL = 1_000_000  # characters
MOST_COLUMNS = 1_000
LARGEST_WORKBOOK = 2 * 1024**3  # bytes unpacked
_CHUNK = 1024 * 1024
_DELIMITERS = (",", "\t", ";")
# A sign or @ begins a formula only when something follows that a spreadsheet would run; -5 and @name are text.
_FORMULA = re.compile(r"^\s*(?:=.|[+\-@][^\s]*[(|!])", re.DOTALL)
_NUMBER = re.compile(r"^[+\-]?[\d.,]+%?$")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in a file; ``row`` 0 means the file or the sheet as a whole."""

    sheet: str
    row: int
    column: str
    value: str
    message: str

    def __str__(self) -> str:
        place = [part for part in (self.sheet, _("row %(row)s") % {"row": self.row} if self.row else "") if part]
        if self.column:
            place.append(self.column)
        shown = f" ({self.value[:80]!r})" if self.value else ""
        return f"{', '.join(place)}: {self.message}{shown}"

    def as_data(self) -> dict[str, Any]:
        return {
            "sheet": self.sheet,
            "row": self.row,
            "column": self.column,
            "value": self.value,
            "message": self.message,
        }


@dataclass(slots=True)
class Sheet:
    """``columns`` in order as written, without surrounding blanks. ``problems`` has those of the heading at once and
    grows by those of the cells while `rows` is walked."""

    name: str
    columns: tuple[str, ...]
    _source: Iterator[tuple[int, list[str]]]
    problems: list[Problem] = field(default_factory=list)
    formulas: Mapping[int, Mapping[int, str]] = field(default_factory=dict)  # row → column from 0 → formula

    def rows(self) -> Iterator[Row]:
        """(row number, column → text); walk once. Blank rows are passed over."""
        width = len(self.columns)
        for number, cells in self._source:
            if not any(cells):
                continue
            if self._is_sound(number, cells, width):
                cells += [""] * (width - len(cells))
                yield number, {name: text for name, text in zip(self.columns, cells, strict=False) if name}

    def close(self) -> None:
        """Let go of the file when not every row was walked."""
        if isinstance(self._source, Generator):
            self._source.close()

    def _is_sound(self, number: int, cells: list[str], width: int) -> bool:
        before = len(self.problems)
        if len(cells) > width and any(cells[width:]):
            self._report(number, "", next(filter(None, cells[width:])), _("There is no heading above this cell."))
        for index, text in enumerate(cells[:width]):
            if text and text[0] in "=+-@ " and _FORMULA.match(text) and not _NUMBER.match(text):
                self._report(number, self.columns[index], text, _("Formulas are not taken; write the value."))
            elif "\0" in text:
                self._report(number, self.columns[index], text.replace("\0", "␀"), _("A character that is no text."))
        for column, formula in self.formulas.get(number, {}).items():
            name = self.columns[column] if column < width else ""
            self._report(number, name, formula, _("Formulas are not taken; write the value."))
        return len(self.problems) == before

    def _report(self, row: int, column: str, value: str, message: str) -> None:
        self.problems.append(Problem(self.name, row, column, value, message))

    def check(self, *, known: Collection[str], required: Collection[str] = ()) -> list[Problem]:
        """What the heading lacks, and what nobody will read."""
        lacking = [
            Problem(self.name, 1, name, "", _("This column is needed and not there."))
            for name in required
            if name not in self.columns
        ]
        unread = [
            Problem(self.name, 1, name, "", _("Nobody knows this column; it is not read."))
            for name in self.columns
            if name and name not in known
        ]
        return lacking + unread


@dataclass(frozen=True, slots=True)
class Table:
    name: str
    sheets: tuple[Sheet, ...]

    @property
    def first(self) -> Sheet:
        return self.sheets[0]


def read(source: Path | str | bytes, name: str = "") -> Table:
    """Open a table. Raises Invalid when the file cannot be read at all; ``name`` is what the person called it."""
    if isinstance(source, str):
        source = Path(source)
    shown = name or (source.name if isinstance(source, Path) else "")
    try:
        head = source[:8] if isinstance(source, bytes) else _head(source)
        if head.startswith(b"PK\x03\x04"):
            return _read_workbook(source, shown)
        if head.startswith(b"\xd0\xcf\x11\xe0"):
            raise Invalid(
                _("This is a workbook of an old or an encrypted kind."),
                place=shown,
                way_out=_("Save it as .xlsx without a password, or as CSV."),
            )
        return Table(shown, (_read_csv(source, shown),))
    except OSError as problem:
        raise Invalid(_("The file cannot be read (%(why)s).") % {"why": problem.strerror}, place=shown) from problem


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(8)


# ---------------------------------------------------------------- CSV


def encoding_of(source: Path | bytes, name: str = "") -> str:
    """utf-8-sig, utf-16 or gb18030: by its mark, else the first of UTF-8 and GB18030 that fits to the last byte."""
    blocks = list(_blocks(source, first_only=True))
    head = blocks[0] if blocks else b""
    candidates = ["utf-8", "gb18030"]
    if head.startswith(codecs.BOM_UTF8):
        candidates = ["utf-8-sig"]
    elif head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        candidates = ["utf-16"]
    for encoding in candidates:
        decoder = codecs.getincrementaldecoder(encoding)("strict")
        try:
            for block in _blocks(source):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        return encoding
    raise Invalid(
        _("The text is neither UTF-8 nor GB18030."),
        place=name,
        way_out=_("Save the file as “CSV UTF-8” and try again."),
    )


def _blocks(source: Path | bytes, *, first_only: bool = False) -> Iterator[bytes]:
    if isinstance(source, bytes):
        for start in range(0, max(len(source), 1), _CHUNK):
            yield source[start : start + _CHUNK]
            if first_only:
                return
    else:
        with source.open("rb") as file:
            while block := file.read(_CHUNK):
                yield block
                if first_only:
                    return


def _read_csv(source: Path | bytes, name: str) -> Sheet:
    encoding = encoding_of(source, name)
    text: io.TextIOBase
    if isinstance(source, bytes):
        text = io.TextIOWrapper(io.BytesIO(source), encoding=encoding, newline="")
    else:
        text = source.open(encoding=encoding, newline="")
    start = text.read(64 * 1024)
    text.seek(0)
    sheet = Sheet("", (), iter(()))
    sheet._source = _records(text, _delimiter(start), sheet)
    return _with_heading(sheet, name)


def _delimiter(start: str) -> str:
    heading = start.split("\n", 1)[0]
    return max(_DELIMITERS, key=heading.count)


def _records(text: io.TextIOBase, delimiter: str, sheet: Sheet) -> Iterator[tuple[int, list[str]]]:
    csv.field_size_limit(LONGEST_CELL)
    with text:
        reader = csv.reader(text, delimiter=delimiter, strict=True)
        number = 0
        while True:
            number += 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as problem:
                sheet._report(number, "", "", _csv_trouble(str(problem)))
                continue
            yield number, [cell.strip() for cell in cells]


def _csv_trouble(problem: str) -> str:
    if "field larger" in problem:
        return _("A cell is longer than %(most)s characters; a quotation mark is probably missing.") % {
            "most": LONGEST_CELL
        }
    if "unexpected end" in problem:
        return _("A quotation is opened and never closed.")
    return _("The quotation marks of this row do not fit together.")


def _with_heading(sheet: Sheet, name: str) -> Sheet:
    """Take the first row that is not blank as heading; name what is twice or has no name."""
    number, cells = next((row for row in sheet._source if any(row[1])), (0, []))
    if not cells:
        raise Invalid(_("The table is empty."), place=name, way_out=_("The first row holds the names of the columns."))
    while cells and not cells[-1]:
        cells.pop()
    if len(cells) > MOST_COLUMNS:
        raise Invalid(_("More than %(most)s columns.") % {"most": MOST_COLUMNS}, place=name)
    seen: dict[str, int] = {}
    columns: list[str] = []
    for index, title in enumerate(cells):
        if not title:
            sheet._report(number, _column_letters(index), "", _("The column has no heading; it is not read."))
        elif title in seen:
            sheet._report(number, title, "", _("Two columns have this heading; only the first is read."))
            title = ""
        else:
            seen[title] = index
        columns.append(title)
    sheet.columns = tuple(columns)
    return sheet


def _column_letters(index: int) -> str:
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


# ---------------------------------------------------------------- XLSX


def _read_workbook(source: Path | bytes, name: str) -> Table:
    try:
        with zipfile.ZipFile(io.BytesIO(source) if isinstance(source, bytes) else source) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > LARGEST_WORKBOOK:
                raise Invalid(
                    _("The workbook is too large when unpacked."), place=name, way_out=_("Save the sheet as CSV.")
                )
            formulas = _formulas(archive)
        opened: Any = io.BytesIO(source) if isinstance(source, bytes) else str(source)
        workbook = python_calamine.load_workbook(opened)
        sheets = [
            _read_sheet(workbook, index, title, formulas.get(index, {}), name)
            for index, title in enumerate(workbook.sheet_names)
            if workbook.get_sheet_by_index(index).height
        ]
    except (zipfile.BadZipFile, python_calamine.CalamineError) as problem:
        raise Invalid(
            _("The workbook is damaged or not a workbook."),
            place=name,
            way_out=_("Open it, save it as .xlsx, try again."),
        ) from problem
    if not sheets:
        raise Invalid(_("The table is empty."), place=name, way_out=_("The first row holds the names of the columns."))
    return Table(name, tuple(sheets))


def _read_sheet(workbook: Any, index: int, title: str, formulas: Mapping[tuple[int, int], str], name: str) -> Sheet:
    found = workbook.get_sheet_by_index(index)
    _row, first_column = found.start or (0, 0)
    shifted: dict[int, dict[int, str]] = {}
    for (row, column), formula in formulas.items():
        shifted.setdefault(row, {})[column - first_column] = formula
    sheet = Sheet(title, (), iter(()), formulas=shifted)
    sheet._source = _grid(found)
    return _with_heading(sheet, f"{name} {title}")


def _grid(sheet: Any) -> Iterator[tuple[int, list[str]]]:
    # iter_rows begins at row 1, though its columns begin at the first one with content.
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        yield number, [_text(cell) for cell in cells]


def _text(cell: Any) -> str:
    """A cell as people would type it: 3.0 is 3, an instant is ISO."""
    match cell:
        case str():
            return cell.strip()
        case bool():
            return "true" if cell else "false"
        case float() if cell.is_integer() and abs(cell) < 1e15:
            return str(int(cell))
        case datetime():
            return cell.isoformat(sep=" ", timespec="seconds")
        case date() | time():
            return cell.isoformat()
        case timedelta():
            return str(cell)
        case _:
            return str(cell)


_CELL_WITH_FORMULA = re.compile(rb'<c\b[^>]*?\br="([A-Z]{1,3})(\d+)"[^>]*>\s*<f\b[^>]*?(?:/>|>([^<]*)<)')


def _formulas(archive: zipfile.ZipFile) -> dict[int, dict[tuple[int, int], str]]:
    """Sheet index → (row, column from 0) → formula. The values a workbook keeps beside its formulas may be stale."""
    found: dict[int, dict[tuple[int, int], str]] = {}
    for index, entry in enumerate(_sheet_entries(archive)):
        content = archive.read(entry)
        if b"<f>" not in content and b"<f " not in content:
            continue
        found[index] = {
            (int(row), _column_index(letters.decode())): "=" + formula.decode("utf-8", "replace")
            for letters, row, formula in _CELL_WITH_FORMULA.findall(content)
        }
    return found


def _sheet_entries(archive: zipfile.ZipFile) -> list[str]:
    """The parts of the worksheets in the order of the workbook."""
    names = set(archive.namelist())
    if "xl/workbook.xml" not in names or "xl/_rels/workbook.xml.rels" not in names:
        return []
    tags = re.findall(rb"<Relationship\b[^>]*>", archive.read("xl/_rels/workbook.xml.rels"))
    relations = {_attribute(tag, b"Id"): _attribute(tag, b"Target") for tag in tags}
    ordered = []
    for tag in re.findall(rb"<sheet\b[^>]*>", archive.read("xl/workbook.xml")):
        target = relations.get(_attribute(tag, b"r:id"), "").lstrip("/")
        path = target if target.startswith("xl/") else f"xl/{target}"
        if path in names:
            ordered.append(path)
    return ordered


def _attribute(tag: bytes, name: bytes) -> str:
    found = re.search(rb"\b" + re.escape(name) + rb'="([^"]*)"', tag)
    return found.group(1).decode() if found else ""


def _column_index(letters: str) -> int:
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index - 1


# ---------------------------------------------------------------- going out again


def harmless(text: str) -> str:
    """A cell for a file that a spreadsheet will open: what it would run as a formula becomes text."""
    if text and (text[0] in "=+-@\t\r") and not _NUMBER.match(text):
        return "'" + text
    return text


def problems_csv(problems: Iterable[Problem]) -> bytes:
    """The rejects as CSV (UTF-8 with mark, so that a spreadsheet reads the Chinese)."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([_("sheet"), _("row"), _("column"), _("value"), _("what is wrong")])
    for problem in problems:
        writer.writerow(
            [
                harmless(problem.sheet),
                problem.row or "",
                harmless(problem.column),
                harmless(problem.value),
                problem.message,
            ]
        )
    return codecs.BOM_UTF8 + out.getvalue().encode()


def rejects_csv(columns: Iterable[str], rows: Iterable[tuple[Mapping[str, str], str]]) -> bytes:
    """The rows that were kept out, as they came, with the reason in a last column: correct them, bring them in again
    (the reason's column is not read)."""
    names = list(columns)
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([*names, _("what is wrong")])
    for cells, reason in rows:
        writer.writerow([*(harmless(cells.get(name, "")) for name in names), reason])
    return codecs.BOM_UTF8 + out.getvalue().encode()
