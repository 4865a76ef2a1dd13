"""tools/launcher.py writes a command that starts from any folder, with any path to the interpreter."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from tools import launcher


@pytest.mark.parametrize("folder", ["venv", "a folder with spaces", "x" * 200], ids=["short", "spaces", "long"])
def test_the_command_starts_the_interpreter_and_hands_on_arguments_and_exit_code(tmp_path: Path, folder: str) -> None:
    place = tmp_path / folder
    place.mkdir()
    python = place / "python"
    python.symlink_to(sys.executable)
    package = tmp_path / "source" / "yunheng" / "site"
    package.mkdir(parents=True)
    (package / "cli.py").write_text("import sys\n\ndef main():\n    print(sys.argv[1:])\n    return 3\n")
    launcher.write(source=tmp_path / "source", site_packages=place, scripts=place, python=python)

    done = subprocess.run(
        [place / "yunheng", "serve", "two words"],
        cwd=tmp_path / "source",
        env={"PYTHONPATH": str(tmp_path / "source")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.returncode) == ("['serve', 'two words']\n", 3), done.stderr
    assert (place / "yunheng.pth").read_text() == f"{tmp_path / 'source'}\n"
