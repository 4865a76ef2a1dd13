"""Makes the work tree importable in its virtual environment and writes the `yunheng` command there.

What `pip install --no-deps --editable .` would do, without a build backend: a path file in site-packages
and a script. Run it with the interpreter of the virtual environment.
"""

from __future__ import annotations

import sys
import sysconfig
from pathlib import Path

# A first line longer than 127 bytes or with a space is no interpreter line, so /bin/sh starts the
# interpreter: the shell reads `exec PYTHON THIS-FILE ARGUMENTS`, Python reads a string and goes on.
COMMAND = """\
#!/bin/sh
'''exec' "{python}" "$0" "$@"
' '''
import sys

from yunheng.site.cli import main

sys.exit(main())
"""


def write(source: Path, site_packages: Path, scripts: Path, python: Path) -> None:
    (site_packages / "yunheng.pth").write_text(f"{source}\n", encoding="utf-8")
    command = scripts / "yunheng"
    command.write_text(COMMAND.format(python=python), encoding="utf-8")
    command.chmod(0o755)


if __name__ == "__main__":
    if sys.prefix == sys.base_prefix:
        sys.exit("Run me with the interpreter of a virtual environment: .venv/bin/python tools/launcher.py")
    write(
        source=Path(__file__).resolve().parent.parent / "src",
        site_packages=Path(sysconfig.get_path("purelib")),
        scripts=Path(sysconfig.get_path("scripts")),
        python=Path(sys.executable),
    )
