"""The files of the repository, as git knows them."""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parent.parent.parent
SOURCES = ROOT / "src" / "yunheng"
DOCS = ROOT / "docs"


@cache
def files() -> tuple[PurePosixPath, ...]:
    """Every file that is committed or would be: ignored ones do not count, deleted ones are gone."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return tuple(PurePosixPath(name) for name in listed.split("\0") if name and (ROOT / name).is_file())


def text(path: PurePosixPath) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def packages() -> list[str]:
    return sorted(folder.name for folder in SOURCES.iterdir() if (folder / "__init__.py").exists())
