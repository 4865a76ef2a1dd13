"""How long a person waits for a word: `yunheng --help`, beside an empty Python and beside Django's own help.

    python -m benchmarks.commands [--times N]

The middle and the worst of N starts each; the first start after an installation also compiles, and is not counted.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TIMES = 15
GOAL = 0.3  # seconds, yunheng --help
ROOT = Path(__file__).parents[1]
COMMANDS = {
    "python -c pass": ["-c", "pass"],
    "yunheng --help": ["-m", "yunheng.site.cli", "--help"],
    "yunheng calc worktime --help": ["-m", "yunheng.site.cli", "calc", "worktime", "--help"],
    "yunheng import contract --help": ["-m", "yunheng.site.cli", "import", "contract", "--help"],
    "django-admin help (peer)": ["-m", "django", "help"],
}


def measured(arguments: list[str], folder: str, times: int) -> tuple[list[float], float]:
    """Seconds of each start in order, and CPU seconds of one on the average."""
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src"), "YUNHENG_DATA": folder}
    took = []
    for attempt in range(times + 1):
        if attempt == 1:
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
        begun = time.perf_counter()
        subprocess.run([sys.executable, *arguments], env=environment, stdout=subprocess.DEVNULL, check=True)
        took.append(time.perf_counter() - begun)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return sorted(took[1:]), spent / times


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.commands")
    parser.add_argument("--times", type=int, default=TIMES)
    options = parser.parse_args(argv)
    print(f"{'':<32} {'p50 s':>7} {'worst':>7} {'CPU s':>7}")
    with tempfile.TemporaryDirectory(prefix="yunheng-commands-") as folder:
        for name, arguments in COMMANDS.items():
            took, cpu = measured(arguments, folder, options.times)
            middle = statistics.median(took)
            print(f"{name:<32} {middle:7.3f} {took[-1]:7.3f} {cpu:7.3f}", flush=True)
            if name == "yunheng --help":
                print(f"  goal: {GOAL} s: {'met' if middle <= GOAL else 'NOT met'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
