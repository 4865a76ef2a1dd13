"""Runs the `yunheng` command as an office would: in a process, in a data folder of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 120


def environment(data: Path, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("YUNHENG_", "DJANGO_", "LC_"))}
    kept.pop("DATABASE_URL", None)
    return kept | {"PYTHONPATH": str(ROOT / "src"), "YUNHENG_DATA": str(data), "LANG": "C.UTF-8"} | more


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "yunheng.site.cli", *map(str, arguments)]


def yunheng(data: Path, *arguments: object, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*arguments), cwd=ROOT, env=environment(data, **more), capture_output=True, text=True, timeout=PATIENCE
    )
