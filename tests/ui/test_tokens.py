"""Colours measured: readable on paper, and four states that stay apart for colour-blind eyes."""

from __future__ import annotations

import math
import re
from itertools import combinations
from pathlib import Path

import pytest

import yunheng.ui

TOKENS = (Path(yunheng.ui.__file__).parent / "static/ui/css/tokens.css").read_text("utf-8")
STATES = ("good", "soon", "late", "held")
# Machado, Oliveira and Fernandes 2009, severity 1.0, on linear RGB.
EYES = {
    "usual": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritan": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}
Colour = tuple[float, float, float]


def tokens(theme: str) -> dict[str, str]:
    start = TOKENS.index(':root[data-bs-theme="dark"] {') if theme == "dark" else TOKENS.index(":root {")
    block = TOKENS[start : TOKENS.index("}", start)]
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", block))


def linear(colour: str) -> Colour:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return red, green, blue


def luminance(colour: str) -> float:
    red, green, blue = linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def seen_by(eye: str, colour: str) -> Colour:
    """CIE Lab of the colour as such an eye sees it."""
    red, green, blue = (
        min(1.0, max(0.0, sum(weight * part for weight, part in zip(row, linear(colour), strict=True))))
        for row in EYES[eye]
    )
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089
    fx, fy, fz = (part ** (1 / 3) if part > 0.008856 else 7.787 * part + 16 / 116 for part in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", [*STATES, "none", "accent", "ink", "ink-soft", "ink-faint"])
def test_text_colours_can_be_read_on_paper_and_surface(theme: str, name: str) -> None:
    colours = tokens(theme)
    for ground in ("paper", "surface"):
        assert contrast(colours[name], colours[ground]) >= 4.5, (name, ground)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", STATES)
def test_a_state_can_be_read_on_its_own_soft_ground(theme: str, name: str) -> None:
    colours = tokens(theme)
    assert contrast(colours[name], colours[f"{name}-soft"]) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("eye", sorted(EYES))
def test_the_four_states_stay_apart_for_every_eye(theme: str, eye: str) -> None:
    colours = tokens(theme)
    for one, other in combinations(STATES, 2):
        assert math.dist(seen_by(eye, colours[one]), seen_by(eye, colours[other])) >= 20, (one, other)


def test_the_accent_carries_its_own_ink() -> None:
    for theme in ("light", "dark"):
        colours = tokens(theme)
        assert contrast(colours["accent-ink"], colours["accent"]) >= 4.5
