"""The blocks a report is made of. Every format is drawn from the same blocks, so they cannot disagree."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class BadBlock(ValueError):
    """A block that no renderer could draw; the message names the block and what is wrong with it."""


class Author(StrEnum):
    """Whose words a paragraph or a section is."""

    OWNER = "owner"
    VENDOR = "vendor"
    SUPERVISOR = "supervisor"

    @property
    def tag(self) -> str:
        """The word that documents print."""
        return {"owner": "甲方", "vendor": "乙方", "supervisor": "监理"}[self.value]


@dataclass(frozen=True, slots=True)
class Run:
    text: str
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """A computed figure: ``text`` is printed, ``key`` names it for the drawer and for the way back from Word.

    ``value`` is what a spreadsheet calculates with (a share as 0.9583 for "95.83%").
    """

    text: str
    key: str = ""
    value: int | Decimal | None = None
    bold: bool = False


Inline = Run | Figure
Text = str | Inline | tuple[Inline, ...]
"""A text may be written as plain words, as one run, or as a tuple of runs and figures."""
Cell = Text | int | Decimal | None
"""A table cell; None is an empty cell, numbers stay numbers in a spreadsheet."""


class Align(StrEnum):
    LEFT = "left"
    CENTER = "center"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class Cover:
    """The first page; title, organisation and date are the report's. ``facts`` are (label, value) lines."""

    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Contents:
    """The table of contents, down to headings of level ``depth``."""

    depth: int = 2


@dataclass(frozen=True, slots=True)
class Heading:
    text: str
    level: int = 1
    author: Author | None = None
    numbered: bool = True

    def __post_init__(self) -> None:
        if self.level not in (1, 2, 3, 4):
            raise BadBlock(f"Heading {self.text!r}: level {self.level} is not 1 to 4")


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: Text
    author: Author | None = None


@dataclass(frozen=True, slots=True)
class BulletList:
    items: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """``share`` is the part of the width it takes, relative to its neighbours."""

    title: str = ""
    share: int = 1
    align: Align = Align.LEFT

    def __post_init__(self) -> None:
        if self.share < 1:
            raise BadBlock(f"Column {self.title!r}: share {self.share} is less than 1")


@dataclass(frozen=True, slots=True)
class Row:
    cells: tuple[Cell, ...]
    total: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose head repeats on every page and whose rows are never torn by a page break.

    A table whose columns have no titles has no head. ``groups`` is a second head row above the titles:
    (title, number of columns) from left to right. Equal cells that follow one another in the first
    ``merged`` columns are drawn as one. ``row_heads`` prints the first column as heads of its rows.
    """

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    caption: str = ""
    source: str = ""
    groups: tuple[tuple[str, int], ...] = ()
    merged: int = 0
    row_heads: bool = False

    def __post_init__(self) -> None:
        name = f"Table {self.caption!r}"
        if not self.columns:
            raise BadBlock(f"{name}: no columns")
        for number, row in enumerate(self.rows, 1):
            if len(row.cells) != len(self.columns):
                raise BadBlock(f"{name}: row {number} has {len(row.cells)} cells for {len(self.columns)} columns")
        if self.groups and sum(width for _, width in self.groups) != len(self.columns):
            raise BadBlock(f"{name}: the groups do not cover its {len(self.columns)} columns")
        if not 0 <= self.merged <= len(self.columns):
            raise BadBlock(f"{name}: cannot merge {self.merged} of {len(self.columns)} columns")

    @property
    def has_head(self) -> bool:
        return any(column.title for column in self.columns)


class ChartKind(StrEnum):
    BAR = "bar"
    HORIZONTAL_BAR = "horizontal-bar"
    LINE = "line"
    DONUT = "donut"


@dataclass(frozen=True, slots=True)
class Series:
    """One value per category; None is a gap, not a zero. ``keys`` name the figures, as in ``Figure.key``."""

    name: str
    values: tuple[int | Decimal | None, ...]
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Chart:
    """``target`` draws a reference line; ``twin`` prints the same figures as a table below."""

    title: str
    kind: ChartKind
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    unit: str = ""
    source: str = ""
    period: str = ""
    target: Decimal | None = None
    twin: bool = False

    def __post_init__(self) -> None:
        name = f"Chart {self.title!r}"
        if not self.series:
            raise BadBlock(f"{name}: no series")
        for series in self.series:
            values, categories = len(series.values), len(self.categories)
            if values != categories:
                raise BadBlock(f"{name}: {series.name!r} has {values} values for {categories} categories")
            if series.keys and len(series.keys) != len(series.values):
                raise BadBlock(f"{name}: {series.name!r} needs a key for each value, or none")
        if self.kind is ChartKind.DONUT:
            if len(self.series) != 1:
                raise BadBlock(f"{name}: a donut shows one series")
            if any(value is not None and value < 0 for value in self.series[0].values):
                raise BadBlock(f"{name}: a donut has no negative parts")


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of a Gantt chart; both days inclusive. ``done`` is the day it was really finished."""

    label: str
    first: datetime.date
    last: datetime.date
    done: datetime.date | None = None
    key: str = ""

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise BadBlock(f"Bar {self.label!r}: ends before it begins")


@dataclass(frozen=True, slots=True)
class Gantt:
    title: str
    bars: tuple[Bar, ...]
    source: str = ""
    period: str = ""
    twin: bool = False

    def __post_init__(self) -> None:
        if not self.bars:
            raise BadBlock(f"Gantt {self.title!r}: no bars")


@dataclass(frozen=True, slots=True)
class Signature:
    """``party`` is printed as the label; name and day are blanks to be filled with a pen when empty."""

    party: str
    name: str = ""
    day: str = ""


@dataclass(frozen=True, slots=True)
class SignatureRow:
    signatures: tuple[Signature, ...]


@dataclass(frozen=True, slots=True)
class PageBreak:
    pass


@dataclass(frozen=True, slots=True)
class Remark:
    """A framed note that a reader must not miss (a late freeze, a share of back-filled records)."""

    text: Text
    title: str = "备注"


@dataclass(frozen=True, slots=True)
class Annex:
    """Opens an annex on a new page; annexes are numbered by themselves and headings start again inside."""

    title: str


Block = (
    Cover
    | Contents
    | Heading
    | Paragraph
    | BulletList
    | Table
    | Chart
    | Gantt
    | SignatureRow
    | PageBreak
    | Remark
    | Annex
)


@dataclass(frozen=True, slots=True)
class Report:
    """``data_date`` is the day the data stand at: every creation stamp inside the files is taken from it.

    ``footer_digest`` is printed small on every page; ``watermark`` (试算, 草稿) behind every page.
    """

    title: str
    organisation: str
    date: datetime.date
    data_date: datetime.date
    blocks: tuple[Block, ...]
    subtitle: str = ""
    template_version: str = "1"
    footer_digest: str = ""
    watermark: str = ""

    @property
    def stamp(self) -> datetime.datetime:
        return datetime.datetime.combine(self.data_date, datetime.time(), datetime.UTC)


def inlines(text: Cell) -> tuple[Inline, ...]:
    """Any text or cell as runs and figures."""
    if text is None or text == "":
        return ()
    if isinstance(text, tuple):
        return text
    if isinstance(text, Run | Figure):
        return (text,)
    return (Run(plain(text)),)


def plain(text: Cell) -> str:
    """Any text or cell as the words that are printed."""
    if text is None:
        return ""
    if isinstance(text, str):
        return text
    if isinstance(text, Decimal):
        return format(text, "f")
    if isinstance(text, int):
        return str(text)
    return "".join(inline.text for inline in inlines(text))


def figures(report: Report) -> Iterator[Figure]:
    """Every computed figure in the report that has a key, in the order of reading."""
    for block in report.blocks:
        for text in _texts(block):
            for inline in inlines(text):
                if isinstance(inline, Figure) and inline.key:
                    yield inline


def _texts(block: Block) -> Iterator[Cell]:
    match block:
        case Paragraph() | Remark():
            yield block.text
        case BulletList():
            yield from block.items
        case Table():
            for row in block.rows:
                yield from row.cells
        case _:
            return


def merges(table: Table, longest: int | None = None) -> tuple[tuple[int, ...], ...]:
    """Per row and merged column: how many rows the cell spans, 0 when the cell above covers it.

    A column merges only inside the runs of the column to its left, and a total row stands alone. On paper a
    span is no longer than ``longest`` rows, so that its words come again on the next page.
    """
    spans = [[1] * table.merged for _ in table.rows]
    for column in range(table.merged):
        top = 0
        for index in range(1, len(table.rows)):
            if _continues(table, index, column) and (longest is None or index - top < longest):
                spans[index][column] = 0
                spans[top][column] += 1
            else:
                top = index
    return tuple(tuple(row) for row in spans)


def _continues(table: Table, index: int, column: int) -> bool:
    above, row = table.rows[index - 1], table.rows[index]
    if above.total or row.total:
        return False
    return above.cells[: column + 1] == row.cells[: column + 1] and plain(row.cells[column]) != ""
