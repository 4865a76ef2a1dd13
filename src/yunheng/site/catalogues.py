"""Translations in the form that gettext reads, made from the catalogues when those are newer."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent


def catalogues() -> Iterator[Path]:
    yield from sorted(PACKAGE.glob("*/locale/*/LC_MESSAGES/*.po"))


def stale() -> list[Path]:
    return [
        source
        for source in catalogues()
        if not (made := source.with_suffix(".mo")).exists() or made.stat().st_mtime < source.stat().st_mtime
    ]


def compile_stale() -> list[Path]:
    """Compile what is stale; returns what could not be written (a read-only installation brings them compiled)."""
    refused = []
    for source in stale():
        import polib  # only needed when there is something to do

        draft = source.with_suffix(f".mo.{os.getpid()}")
        try:
            polib.pofile(str(source)).save_as_mofile(str(draft))
            draft.chmod(0o644)
            draft.replace(source.with_suffix(".mo"))
        except OSError:
            draft.unlink(missing_ok=True)
            refused.append(source)
    return refused
