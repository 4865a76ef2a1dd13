"""Our own rules that no tool knows, each a function from a source text to its faults (line, sentence)."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

Fault = tuple[int, str]


@dataclass(frozen=True, slots=True)
class HouseRule:
    """`applies` is asked with the path below the root; `good` and `bad` are examples that test the rule itself."""

    name: str
    applies: Callable[[PurePosixPath], bool]
    faults: Callable[[str], Iterator[Fault]]
    good: str
    bad: str


def _python_of_the_product(path: PurePosixPath) -> bool:
    return path.suffix == ".py" and path.parts[:2] == ("src", "yunheng") and "migrations" not in path.parts


def _template(path: PurePosixPath) -> bool:
    return path.suffix == ".html" and "templates" in path.parts


def _calls(source: str) -> Iterator[tuple[ast.Call, str]]:
    """Each call with the dotted name that it calls, as written."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
            yield node, ast.unparse(node.func)


# ---------------------------------------------------------------- the clock

CLOCKS = re.compile(r"(^|\.)(datetime\.(now|utcnow|today)|date\.today|timezone\.(now|localdate|localtime)|time\.time)$")
# Who may ask what time it is: views, the command line, jobs and their queue; everybody below is told.
COMMAND_LINE = {"management", "command.py", "imports.py"}
KEEPERS_OF_THE_CLOCK = COMMAND_LINE | {"web", "api", "site", "jobs.py", "tasks.py", "worker.py", "ui"}


def _below_the_clock(path: PurePosixPath) -> bool:
    return _python_of_the_product(path) and not KEEPERS_OF_THE_CLOCK & set(path.parts)


def _reading_the_clock(source: str) -> Iterator[Fault]:
    for node, name in _calls(source):
        if CLOCKS.search(name) and not (name.endswith("localtime") and node.args):
            yield node.lineno, f"{name}() reads the clock: take `now` as an argument"


# ---------------------------------------------------------------- output, failures, signals, names


def _inside_the_product(path: PurePosixPath) -> bool:
    return _python_of_the_product(path) and path.parts[2] != "site" and not COMMAND_LINE & set(path.parts)


def _printing(source: str) -> Iterator[Fault]:
    for node, name in _calls(source):
        if name in {"print", "pprint"}:
            yield node.lineno, "prints: only the command line talks to a terminal"


def _swallowing(source: str) -> Iterator[Fault]:
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.ExceptHandler):
            continue
        broad = node.type is None or ast.unparse(node.type) in {"Exception", "BaseException"}
        silent = all(
            isinstance(line, ast.Pass | ast.Continue)
            or (isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant))
            for line in node.body
        )
        if broad and silent:
            yield node.lineno, "swallows every error: name the one you expect and say what becomes of it"


def _signals(source: str) -> Iterator[Fault]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module == "django.db.models.signals":
            yield node.lineno, "listens to model signals: publish an event instead"


def _unexplained_ignores(source: str) -> Iterator[Fault]:
    for number, line in enumerate(source.splitlines(), start=1):
        found = re.search(r"# type: ignore(\[[\w,\- ]+\])?(.*)", line) or re.search(r"# noqa(: [A-Z0-9, ]+)?(.*)", line)
        if found and '"' not in line[: found.start()][-1:] and not (found[1] and re.search(r"\w{3}", found[2])):
            yield number, "ignores a finding without its code and a reason: `# type: ignore[code]  # because …`"


MARKS = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")


def _unfinished(source: str) -> Iterator[Fault]:
    for number, line in enumerate(source.splitlines(), start=1):
        if MARKS.search(line):
            yield number, "marks unfinished work: finish it or open an issue"


# ---------------------------------------------------------------- templates

CHINESE = re.compile("[\u3400-\u9fff]")
INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")|<style\b|\sstyle=|\son[a-z]+=\"|javascript:|hx-on", re.I
)


def _without_comments(template: str) -> list[str]:
    """The lines of a template; comments become blank, so that line numbers stay."""
    return _blanked(r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}", template).split("\n")


def _blanked(pattern: str, text: str) -> str:
    return re.sub(pattern, lambda found: "\n" * found[0].count("\n"), text, flags=re.S)


def _inline_code(source: str) -> Iterator[Fault]:
    for number, line in enumerate(_without_comments(source), start=1):
        if INLINE.search(line):
            yield number, "has inline script or style, which the Content-Security-Policy refuses"


def _untranslated(source: str) -> Iterator[Fault]:
    # Messages are judged in the catalogue, where an English one may quote a Chinese term; other tags are not shown.
    shown = "\n".join(_without_comments(source))
    shown = _blanked(r"\{% blocktranslate.*?endblocktranslate %\}|\{% .*?%\}|_\(.*?\)", shown)
    for number, line in enumerate(shown.split("\n"), start=1):
        if CHINESE.search(line):
            yield number, "says Chinese: write English with {% translate %}, Chinese in the catalogue"


def _page(path: PurePosixPath) -> bool:
    return _template(path) and path.parts[0] == "src"


WRITTEN = {".py", ".html", ".js", ".css", ".md", ".toml", ".po", ".typ"}
EXAMPLES = PurePosixPath(__file__).name  # this file holds the bad examples

RULES = [
    HouseRule(
        "the clock is read at the edge",
        _below_the_clock,
        _reading_the_clock,
        good="def due(start: datetime, now: datetime) -> bool:\n    return start < now\n",
        bad="from datetime import datetime\n\ndef due(start):\n    return start < datetime.now(UTC)\n",
    ),
    HouseRule(
        "only the command line prints",
        _inside_the_product,
        _printing,
        good="logger.info('done')\n",
        bad="print('done')\n",
    ),
    HouseRule(
        "nothing fails silently",
        _python_of_the_product,
        _swallowing,
        good="try:\n    read()\nexcept FileNotFoundError:\n    pass\n",
        bad="try:\n    read()\nexcept Exception:\n    pass\n",
    ),
    HouseRule(
        "model signals carry no business",
        _python_of_the_product,
        _signals,
        good="from yunheng.foundation import events\n",
        bad="from django.db.models.signals import post_save\n",
    ),
    HouseRule(
        "an ignored finding has its code and a reason",
        lambda path: path.suffix == ".py" and path.parts[0] != "tests",
        _unexplained_ignores,
        good="x = f()  # type: ignore[no-untyped-call]  # the stub lacks this method\n",
        bad="x = f()  # type: ignore\n",
    ),
    HouseRule(
        "unfinished work is not committed",
        lambda path: path.suffix in WRITTEN and "vendor" not in path.parts and path.name != EXAMPLES,
        _unfinished,
        good="# the index leads with the scope\n",
        bad="# TODO: lead with the scope\n",
    ),
    HouseRule(
        "pages have no inline script or style",
        _template,
        _inline_code,
        good='<script type="module" src="{% static "ui/app.js" %}"></script>\n',
        bad='<a onclick="go()">x</a>\n',
    ),
    HouseRule(
        "pages speak through the catalogue",
        _page,
        _untranslated,
        good='{# 工单 #}<h1>{% translate "Reading (释义)" %}</h1>\n',
        bad="<h1>工单</h1>\n",
    ),
]
