"""`yunheng calc`: the kernel's answers from the shell, JSON in and JSON out. Starts without Django."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from yunheng.kernel.reading import CaseError, table
from yunheng.kernel.words import Words, say
from yunheng.site.calc.availability import availability_of_cases
from yunheng.site.calc.cases import Json, Manner
from yunheng.site.calc.schedule import schedule
from yunheng.site.calc.score import score_cases
from yunheng.site.calc.worktime import worktime
from yunheng.site.cli import language

WRONG_INPUT = 2


def main(argv: Sequence[str] | None = None) -> int:
    tongue = language()
    arguments = _parser(tongue).parse_args(argv)
    try:
        answer = _COMMANDS[arguments.command](
            _read(arguments.file),
            Manner(arguments.explain, tongue, getattr(arguments, "window", None)),
        )
    except CaseError as error:
        sys.stderr.write(_complaint(error, arguments.command, tongue) + "\n")
        return WRONG_INPUT
    sys.stdout.write(json.dumps(answer, ensure_ascii=False, indent=1) + "\n")
    return 0


def _parser(tongue: str) -> argparse.ArgumentParser:
    def words(msgid: str) -> str:
        return say(Words(msgid), tongue)

    parser = argparse.ArgumentParser(prog="yunheng calc", description=words("Compute without a database."))
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    helps = {
        "worktime": words("deadlines and working time of a service calendar"),
        "schedule": words("occurrences of a service plan"),
        "availability": words("availability from a timeline of states"),
        "score": words("scores, total and grade of an evaluation"),
    }
    for name, help_text in helps.items():
        command = commands.add_parser(name, help=help_text)
        command.add_argument("file", metavar="FILE", help=words("JSON file, or - for standard input"))
        command.add_argument("--explain", action="store_true", help=words("add the steps in words"))
        if name == "schedule":
            command.add_argument(
                "--window", nargs=2, metavar=("FROM", "TO"), help=words("another service year, both days included")
            )
    return parser


def _read(name: str) -> Mapping[str, object]:
    try:
        raw = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        data: object = json.loads(raw.decode("utf-8-sig"), parse_float=Decimal)
    except OSError as error:
        raise CaseError(name, Words("cannot be read: %(why)s.", {"why": error.strerror})) from None
    except UnicodeDecodeError:
        raise CaseError(name, Words("is not UTF-8 text."), Words("Save it as UTF-8.")) from None
    except json.JSONDecodeError as error:
        where = {"line": error.lineno, "column": error.colno, "why": error.msg}
        raise CaseError(name, Words("is not JSON: line %(line)s, column %(column)s: %(why)s.", where)) from None
    except RecursionError:
        raise CaseError(name, Words("is nested too deeply.")) from None
    return table(data, name)


def _complaint(error: CaseError, command: str, tongue: str) -> str:
    parts = [say(error.message, tongue)]
    if error.way_out is not None:
        parts.append(say(error.way_out, tongue))
    return f"yunheng calc {command}: {error.place}: {' '.join(parts)}"


_COMMANDS: Mapping[str, Callable[[Mapping[str, object], Manner], Json]] = {
    "worktime": worktime,
    "schedule": schedule,
    "availability": availability_of_cases,
    "score": score_cases,
}
