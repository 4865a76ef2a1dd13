"""A sheet of SVG to draw on, with the colours, patterns and letter widths that all charts share."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from html import escape

WIDTH = 640
SIZE = 13
"""Letter height in the units of the sheet; a sheet as wide as the type area prints it at 9 pt."""
FAMILY = "Noto Sans SC, Source Han Sans SC, Noto Sans CJK SC, Microsoft YaHei, PingFang SC, sans-serif"
INK, MUTED, RULE = "#1f2933", "#5b6770", "#d5dbdf"
TARGET = "#a4262c"
# Told apart by lightness as well as by hue, so they hold for colour-blind eyes and in black and white;
# the pattern below is the second sign that every filled shape carries.
COLOURS = ("#1b6f78", "#e09a3e", "#45559e", "#b86a97", "#8a9a3c", "#78838b")
_PATTERNS = (
    "",
    '<path d="M-1,5 L5,-1 M3,9 L9,3" stroke="#fff" stroke-width="1.6"/>',
    '<circle cx="4" cy="4" r="1.5" fill="#fff"/>',
    '<path d="M-1,3 L5,9 M3,-1 L9,5" stroke="#fff" stroke-width="1.6"/>',
    '<path d="M0,4 H8" stroke="#fff" stroke-width="1.8"/>',
    '<path d="M4,0 V8" stroke="#fff" stroke-width="1.8"/>',
)


def number(value: float) -> str:
    """A coordinate: two decimals at most, never "-0"."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def text_width(text: str, size: float = SIZE) -> float:
    """Rough width: a Chinese character is one em, a Latin letter a good half."""
    ems = sum(1.0 if unicodedata.east_asian_width(letter) in "WF" else 0.58 for letter in text)
    return ems * size


def shortened(text: str, width: float, size: float = SIZE) -> str:
    if text_width(text, size) <= width:
        return text
    while text and text_width(text + "…", size) > width:
        text = text[:-1]
    return text + "…"


def wrapped(text: str, width: float, lines: int, size: float = SIZE) -> list[str]:
    """At most ``lines`` lines, broken after a hyphen or space where there is one, the last one shortened."""
    result: list[str] = []
    rest = text
    while rest and len(result) < lines - 1 and text_width(rest, size) > width:
        cut = _fitting(rest, width, size)
        result.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    if rest:
        result.append(shortened(rest, width, size))
    return result


def _fitting(text: str, width: float, size: float) -> int:
    fit = 1
    while fit < len(text) and text_width(text[: fit + 1], size) <= width:
        fit += 1
    for cut in range(fit, 0, -1):
        if text[cut - 1] in "-/ 、，）" or not text[cut - 1 : cut + 1].isascii():
            return cut
    return fit


class Canvas:
    """Collects elements; ``prefix`` keeps the pattern names of several pictures in one page apart."""

    def __init__(self, width: float, height: float, *, title: str, description: str, prefix: str) -> None:
        self.width, self.height = width, height
        self._title, self._description, self._prefix = title, description, prefix
        self._elements: list[str] = []
        self._patterns: set[int] = set()

    def svg(self) -> str:
        name, words = f"{self._prefix}-title", f"{self._prefix}-desc"
        size = f"{number(self.width)} {number(self.height)}"
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size}" width="{number(self.width)}" '
            f'height="{number(self.height)}" role="img" aria-labelledby="{name} {words}" '
            f'font-family="{FAMILY}" font-size="{SIZE}" fill="{INK}">'
            f'<title id="{name}">{escape(self._title)}</title>'
            f'<desc id="{words}">{escape(self._description)}</desc>'
            f"{self._definitions()}{''.join(self._elements)}</svg>"
        )

    def _definitions(self) -> str:
        if not self._patterns:
            return ""
        patterns = "".join(
            f'<pattern id="{self._prefix}-p{index}" width="8" height="8" patternUnits="userSpaceOnUse">'
            f'<rect width="8" height="8" fill="{COLOURS[index]}"/>{_PATTERNS[index]}</pattern>'
            for index in sorted(self._patterns)
        )
        return f"<defs>{patterns}</defs>"

    def fill(self, index: int) -> str:
        index %= len(COLOURS)
        if not _PATTERNS[index]:
            return COLOURS[index]
        self._patterns.add(index)
        return f"url(#{self._prefix}-p{index})"

    def rectangle(self, x: float, y: float, width: float, height: float, fill: str, *, stroke: str = "") -> None:
        edge = f' stroke="{stroke}"' if stroke else ""
        self._elements.append(
            f'<rect x="{number(x)}" y="{number(y)}" width="{number(width)}" height="{number(height)}" '
            f'fill="{fill}"{edge}/>'
        )

    def line(
        self,
        x1: float,
        y1: float,
        x2: float,
        y2: float,
        stroke: str = RULE,
        *,
        width: float = 1,
        dash: str = "",
    ) -> None:
        dashes = f' stroke-dasharray="{dash}"' if dash else ""
        self._elements.append(
            f'<line x1="{number(x1)}" y1="{number(y1)}" x2="{number(x2)}" y2="{number(y2)}" '
            f'stroke="{stroke}" stroke-width="{number(width)}"{dashes}/>'
        )

    def polyline(self, points: Sequence[tuple[float, float]], stroke: str, *, dash: str = "") -> None:
        dashes = f' stroke-dasharray="{dash}"' if dash else ""
        path = " ".join(f"{number(x)},{number(y)}" for x, y in points)
        self._elements.append(
            f'<polyline points="{path}" fill="none" stroke="{stroke}" stroke-width="2" '
            f'stroke-linejoin="round"{dashes}/>'
        )

    def path(self, d: str, fill: str, *, stroke: str = "") -> None:
        """``stroke`` is the colour of the edge, none when empty."""
        edge = f' stroke="{stroke}" stroke-width="1.5"' if stroke else ""
        self._elements.append(f'<path d="{d}" fill="{fill}"{edge}/>')

    def marker(self, x: float, y: float, index: int, size: float = 4) -> None:
        """Circle, square, triangle, diamond: the shape tells the series where colour cannot."""
        colour = COLOURS[index % len(COLOURS)]
        match index % 4:
            case 0:
                place = f'cx="{number(x)}" cy="{number(y)}" r="{number(size)}"'
                self._elements.append(f'<circle {place} fill="{colour}" stroke="#fff"/>')
            case 1:
                self.rectangle(x - size, y - size, 2 * size, 2 * size, colour, stroke="#fff")
            case 2:
                low, high = number(y + size), number(y - size * 1.2)
                self.path(
                    f"M{number(x - size * 1.2)},{low} L{number(x + size * 1.2)},{low} L{number(x)},{high} Z",
                    colour,
                )
            case _:
                self.diamond(x, y, colour, size)

    def diamond(self, x: float, y: float, colour: str, size: float = 4) -> None:
        reach = size * 1.3
        self.path(
            f"M{number(x)},{number(y - reach)} L{number(x + reach)},{number(y)} "
            f"L{number(x)},{number(y + reach)} L{number(x - reach)},{number(y)} Z",
            colour,
            stroke="#fff",
        )

    def text(
        self,
        x: float,
        y: float,
        words: str,
        *,
        anchor: str = "start",
        fill: str = "",
        size: float = SIZE,
        bold: bool = False,
        halo: bool = False,
    ) -> None:
        extra = f' text-anchor="{anchor}"' if anchor != "start" else ""
        extra += f' fill="{fill}"' if fill else ""
        extra += f' font-size="{number(size)}"' if size != SIZE else ""
        extra += ' font-weight="bold"' if bold else ""
        extra += ' stroke="#fff" stroke-width="3" paint-order="stroke"' if halo else ""
        self._elements.append(f'<text x="{number(x)}" y="{number(y)}"{extra}>{escape(words)}</text>')

    @contextmanager
    def mark(self, words: str, address: str = "") -> Iterator[None]:
        """Groups a shape with its words on hover and, where there is one, its address."""
        opening, closing = (f'<a href="{escape(address)}">', "</a>") if address else ("<g>", "</g>")
        self._elements.append(f"{opening}<title>{escape(words)}</title>")
        yield
        self._elements.append(closing)
