"""Rows of a log laid down in a private file, so that a year of it needs little memory and comes back by ticket.

A row is checked cell by cell while it is laid down. What cannot be read is a problem with row, column and value; the
row is kept out, and so is a ticket whose last word is among the rows kept out: nobody guesses how it ended.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Mapping as Map
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from yunheng.foundation.tabular import Problem, Sheet
from yunheng.servicedesk.imports.mapping import INSTANTS, NUMBERS, Mapping, NotUnderstood, date_reader

KEPT_PROBLEMS = 10_000
_BATCH = 5_000

Reader = Callable[[str], Any]


@dataclass(frozen=True, slots=True)
class StagedRow:
    """One row of the file; ``sound`` is false when one of its cells could not be read."""

    row: int
    order: int
    sound: bool
    cells: Map[str, Any]


@dataclass(slots=True)
class Problems:
    """The first ten thousand in full, all of them counted; rows counted once however much is wrong with them."""

    sheet: str = ""
    found: list[Problem] = field(default_factory=list)
    count: int = 0

    def add(self, row: int, column: str, value: str, message: str) -> None:
        self.count += 1
        if len(self.found) < KEPT_PROBLEMS:
            self.found.append(Problem(self.sheet, row, column, value, message))


class Staging:
    """The rows of one file by ticket, in order of the tickets' reports."""

    def __init__(self, mapping: Mapping, zone: ZoneInfo) -> None:
        self.mapping = mapping
        self.rows = 0
        self.unplaced = 0  # rows without a number: no ticket can have them
        self.problems = Problems()
        self.headings: dict[str, str] = {}
        self._readers = _readers(mapping, zone)
        # A database without a name lives in a temporary file that is gone when it is closed, or with its process.
        self._file = sqlite3.connect("")
        self._file.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-16000;")

    def close(self) -> None:
        self._file.close()

    def take(self, sheet: Sheet) -> None:
        """Read the whole sheet. Raises Invalid when columns are missing."""
        self.headings = self.mapping.headings(sheet.columns)
        self.problems.sheet = sheet.name
        fields = [name for name in self.headings if name not in ("number", "order")]
        columns = ", ".join(f'"{name}"' for name in fields)
        self._file.execute(f"CREATE TABLE line (number, place INTEGER, row INTEGER, sound INTEGER, {columns})")
        marks = ", ".join("?" * (len(fields) + 4))
        batch: list[Sequence[Any]] = []
        for line in self._lines(sheet, fields):
            batch.append(line)
            if len(batch) >= _BATCH:
                self._file.executemany(f"INSERT INTO line VALUES ({marks})", batch)  # noqa: S608 (marks only)
                batch.clear()
        self._file.executemany(f"INSERT INTO line VALUES ({marks})", batch)  # noqa: S608 (marks only)
        self._fields = fields
        for problem in sheet.problems:
            self.problems.add(problem.row, problem.column, problem.value, problem.message)
            if problem.row > 1:
                self.rows += 1
                self.unplaced += 1

    def _lines(self, sheet: Sheet, fields: Sequence[str]) -> Iterator[Sequence[Any]]:
        number_of, order_of = self.headings["number"], self.headings.get("order", "")
        cells = [(name, self.headings[name], *self._readers[name]) for name in fields]
        read_order, orders = self._readers["order"]
        unknown, problems = self.mapping.unknown, self.problems
        for row, texts in sheet.rows():
            self.rows += 1
            number = texts[number_of].strip()
            if number in unknown:
                self.unplaced += 1
                problems.add(row, number_of, texts[number_of], _("A row without a ticket number."))
                continue
            sound, place = True, row
            if order_of:
                text = texts[order_of]
                found = orders.get(text, _UNREAD)
                if found is _UNREAD:
                    found = _read(read_order, orders, text)
                if isinstance(found, int):
                    place = found
                else:
                    sound = False
                    why = found.why if isinstance(found, _Bad) else _("This must be known.")
                    problems.add(row, order_of, text, why)
            line: list[Any] = [number, place, row, True]
            for _name, heading, read, known in cells:
                text = texts[heading]
                if text in unknown:
                    line.append(None)
                    continue
                found = known.get(text, _UNREAD)
                if found is _UNREAD:
                    found = _read(read, known, text)
                if isinstance(found, _Bad):
                    sound = False
                    problems.add(row, heading, text, found.why)
                    found = None
                line.append(found)
            line[3] = sound
            yield line

    def tickets(self) -> Iterator[tuple[str, list[StagedRow]]]:
        """(number in the source, its rows in order of update); tickets by report, then number."""
        names = ", ".join(f'line."{name}"' for name in self._fields)
        self._file.execute("CREATE INDEX IF NOT EXISTS by_number ON line (number)")
        cursor = self._file.execute(
            "SELECT line.number, place, row, sound, "  # noqa: S608 (field names of ours)
            + names
            + " FROM line JOIN (SELECT number, max(reported) AS since FROM line GROUP BY number) AS ticket"
            " ON line.number = ticket.number ORDER BY since, line.number, place, row"
        )
        for number, rows in groupby(cursor, key=itemgetter(0)):
            yield (
                number,
                [
                    StagedRow(row, place, bool(sound), dict(zip(self._fields, cells, strict=True)))
                    for _number, place, row, sound, *cells in rows
                ],
            )


@dataclass(frozen=True, slots=True)
class _Bad:
    why: str


_UNREAD = object()


def _read(read: Reader, known: dict[str, Any], text: str) -> Any:
    """Read a text that was not met before, and remember the answer as long as the memory stays small."""
    found: Any
    try:
        found = read(text.strip())
    except NotUnderstood as problem:
        found = _Bad(str(problem))
    if len(known) < 50_000:
        known[text] = found
    return found


def _readers(mapping: Mapping, zone: ZoneInfo) -> dict[str, tuple[Reader, dict[str, Any]]]:
    """Field → how to read its text, with a memory of texts met before."""
    readers: dict[str, Reader] = {name: date_reader(mapping.dates, zone) for name in INSTANTS}
    readers |= dict.fromkeys(NUMBERS, _whole)
    readers |= {
        "state": _one_of({text: text for text in mapping.states}),
        "verdict": _one_of({text: int(value) for text, value in mapping.verdicts.items()}),
        "type": _one_of({**mapping.words["types"], "incident": "incident", "request": "request"}),
        "level": _degree(mapping.words["levels"], 4),
        "impact": _degree(mapping.words["impacts"], 3),
        "urgency": _degree(mapping.words["urgencies"], 3),
    }
    texts = ("title", "description", "category", "subcategory", "requester", "team", "assignee", "system", "device")
    readers |= dict.fromkeys(texts, _text)
    return {name: (read, {}) for name, read in readers.items()}


def _text(text: str) -> str:
    return text


def _whole(text: str) -> int:
    if not text.isdecimal():
        raise NotUnderstood(_("This is not a whole number from 0 on."))
    return int(text)


def _one_of(known: Map[str, Any]) -> Reader:
    def read(text: str) -> Any:
        if text not in known:
            raise NotUnderstood(_("The mapping does not know this word."))
        return known[text]

    return read


def _degree(words: Map[str, Any], most: int) -> Reader:
    """A word of the mapping, a figure, or a figure before a word (`3 - Moderate`)."""

    def read(text: str) -> int:
        if text in words:
            return int(words[text])
        head = text.split("-", 1)[0].strip()
        if head.isdecimal() and 1 <= int(head) <= most:
            return int(head)
        raise NotUnderstood(_("This is none of 1 to %(most)s.") % {"most": most})

    return read
