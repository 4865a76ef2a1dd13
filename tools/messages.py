"""The message catalogues: are they complete, what is missing, and their compiled form.

    python tools/messages.py compile   every .po that is newer than its .mo (needs polib alone)
    python tools/messages.py update    adds missing messages to each package's catalogue, marks unused ones
    python tools/messages.py check     exit 1 and one line per fault

English is the language of the sources, so English is complete when every message is English text. Chinese
lives in `src/yunheng/<package>/locale/zh_Hans/LC_MESSAGES/django.po`, one catalogue per package; Django
merges them all, so one message has one translation.
"""

from __future__ import annotations

import ast
import io
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import polib

from yunheng.site import catalogues

SOURCES = Path(__file__).resolve().parent.parent / "src" / "yunheng"
CATALOGUE = Path("locale/zh_Hans/LC_MESSAGES/django.po")
HEADER = {
    "Project-Id-Version": "yunheng",
    "Language": "zh_Hans",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=1; plural=0;",
}

# Which argument is what: position of the message, of its plural and of its context.
ARGUMENTS: dict[str, tuple[int, int | None, int | None]] = {
    "gettext": (0, None, None),
    "gettext_lazy": (0, None, None),
    "gettext_noop": (0, None, None),
    "ngettext": (0, 1, None),
    "ngettext_lazy": (0, 1, None),
    "pgettext": (1, None, 0),
    "pgettext_lazy": (1, None, 0),
    "npgettext": (1, 2, 0),
    "npgettext_lazy": (1, 2, 0),
}
SHORT_NAMES = {"_": "gettext", "_lazy": "gettext_lazy"}
CHINESE = re.compile("[\u3000-\u303f\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]")
PLACEHOLDER = re.compile(r"(?<!%)%\((\w+)\)[#0 +-]*\d*(?:\.\d+)?[diouxXeEfFgGcrsa]")


class Key(NamedTuple):
    """What identifies a message in a catalogue."""

    context: str | None
    text: str
    plural: str | None


@dataclass(frozen=True, slots=True)
class Message:
    key: Key
    place: str


class Unreadable(Exception):
    """A call whose message is no plain text, so that no catalogue can hold it; names file and line."""


# ---------------------------------------------------------------- what the sources say


def messages_of_python(source: str, place: str) -> Iterator[Message]:
    """Every message of a module; ``import gettext as anything`` is understood."""
    tree = ast.parse(source)
    names = dict(SHORT_NAMES) | {name: name for name in ARGUMENTS}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            names |= {alias.asname or alias.name: alias.name for alias in node.names if alias.name in ARGUMENTS}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        function = _function(node.func, names)
        if function not in ARGUMENTS or _marked_elsewhere(node.args, ARGUMENTS[function][0]):
            continue
        where = f"{place}:{node.lineno}"
        text, plural, context = (
            _text(node.args, position, where) if position is not None else None for position in ARGUMENTS[function]
        )
        if text:
            yield Message(Key(context, text, plural), where)


def _function(called: ast.expr, names: dict[str, str]) -> str:
    match called:
        case ast.Name(id=name):
            return names.get(name, "")
        case ast.Attribute(attr=name):
            return name
        case _:
            return ""


def _marked_elsewhere(arguments: list[ast.expr], position: int) -> bool:
    """A variable holds a message that was marked where it was written: ``gettext(step.words)``."""
    passed = arguments[position] if position < len(arguments) else None
    return isinstance(passed, ast.Name | ast.Attribute | ast.Subscript | ast.Call)


def _text(arguments: list[ast.expr], position: int, where: str) -> str:
    if position >= len(arguments):
        raise Unreadable(f"{where}: an argument is missing")
    node = arguments[position]
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    raise Unreadable(f"{where}: the message is put together at run time; write one text with %(name)s in it")


def messages_of_template(source: str, place: str) -> Iterator[Message]:
    # Imported here: Babel is in the test lock only, and `compile` runs before a server starts.
    from babel.messages.extract import extract
    from django.utils.translation.template import templatize

    keywords: dict[str, tuple[int | tuple[int, str], ...] | None] = {
        "_": None,
        "gettext": None,
        "ngettext": (1, 2),
        "pgettext": ((1, "c"), 2),
        "npgettext": ((1, "c"), 2, 3),
    }
    python = templatize(source, origin=place).encode()
    for line, found, _comments, context in extract("python", io.BytesIO(python), keywords=keywords):
        texts = [found] if isinstance(found, str) else list(found)
        if texts and texts[0]:
            yield Message(Key(context, texts[0], texts[1] if len(texts) > 1 else None), f"{place}:{line}")


def messages_of_package(folder: Path) -> list[Message]:
    found: list[Message] = []
    for path in sorted(folder.rglob("*")):
        if "migrations" in path.parts or not path.is_file():
            continue
        place = str(path.relative_to(folder.parent))
        if path.suffix == ".py":
            found.extend(messages_of_python(path.read_text(encoding="utf-8"), place))
        elif path.suffix in {".html", ".txt"} and "templates" in path.parts:
            found.extend(messages_of_template(path.read_text(encoding="utf-8"), place))
    return found


def is_english(text: str) -> bool:
    """An English sentence may quote Chinese (a phrase to type, a term of law), not be made of it."""
    return len(CHINESE.findall(text)) <= len(re.findall("[A-Za-z]", text))


def packages(sources: Path = SOURCES) -> list[Path]:
    return sorted(folder for folder in sources.iterdir() if (folder / "__init__.py").exists())


# ---------------------------------------------------------------- what the catalogues say


def _key(entry: polib.POEntry) -> Key:
    return Key(entry.msgctxt, entry.msgid, entry.msgid_plural or None)


def _translations(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def _read(path: Path) -> polib.POFile:
    return polib.pofile(str(path), encoding="utf-8", check_for_duplicates=False, wrapwidth=110)


def faults(sources: Path = SOURCES) -> list[str]:
    """Everything that keeps the catalogues from being complete, one sentence each."""
    found: list[str] = []
    chosen: dict[Key, tuple[list[str], str]] = {}
    for folder in packages(sources):
        path = folder / CATALOGUE
        name = str(path.relative_to(sources))
        try:
            messages = messages_of_package(folder)
        except Unreadable as problem:
            found.append(str(problem))
            continue
        found.extend(
            f"{message.place}: {message.key.text!r} is Chinese: write English here, Chinese in the catalogue"
            for message in messages
            if not is_english(message.key.text)
        )
        if not path.exists():
            if messages:
                found.append(f"{name}: missing, though {folder.name} has {len(messages)} messages: make messages")
            continue
        entries: dict[Key, polib.POEntry] = {}
        for entry in _read(path):
            if entry.obsolete:
                continue
            if _key(entry) in entries:
                found.append(f"{name}:{entry.linenum}: {entry.msgid!r} stands here twice")
            entries[_key(entry)] = entry
            found.extend(f"{name}:{entry.linenum}: {fault}" for fault in _faults_of_entry(entry))
            said, place = chosen.setdefault(_key(entry), (_translations(entry), f"{name}:{entry.linenum}"))
            if said != _translations(entry):
                found.append(
                    f"{name}:{entry.linenum}: {entry.msgid!r} has another translation at {place}; "
                    "agree on one or give one of them a context"
                )
        found.extend(
            f"{message.place}: {message.key.text!r} is not in {name}: make messages"
            for message in _unique(messages)
            if message.key not in entries
        )
    return found


def _faults_of_entry(entry: polib.POEntry) -> Iterator[str]:
    if entry.fuzzy:
        yield f"{entry.msgid!r} is marked fuzzy: check it and remove the mark"
    translations = _translations(entry)
    if not translations or not all(text.strip() for text in translations):
        yield f"{entry.msgid!r} is not translated"
        return
    wanted = set(PLACEHOLDER.findall(entry.msgid)) | set(PLACEHOLDER.findall(entry.msgid_plural or ""))
    for text in translations:
        given = set(PLACEHOLDER.findall(text))
        if given != wanted:
            yield f"{entry.msgid!r} names {_listed(wanted)}, its translation {_listed(given)}"


def _listed(names: set[str]) -> str:
    return ", ".join(f"%({name})s" for name in sorted(names)) or "no placeholder"


def _unique(messages: Iterable[Message]) -> list[Message]:
    return list({message.key: message for message in reversed(list(messages))}.values())[::-1]


# ---------------------------------------------------------------- commands


def update(sources: Path = SOURCES) -> None:
    """Adds what is missing and moves what nothing uses to the end as obsolete; touches no translation."""
    known: dict[Key, polib.POEntry] = {}
    for folder in packages(sources):
        if (folder / CATALOGUE).exists():
            known |= {_key(entry): entry for entry in _read(folder / CATALOGUE) if entry.translated()}
    for folder in packages(sources):
        path = folder / CATALOGUE
        messages = _unique(messages_of_package(folder))
        if not messages and not path.exists():
            continue
        catalogue = _read(path) if path.exists() else polib.POFile(wrapwidth=110)
        catalogue.metadata = {**HEADER, **catalogue.metadata}
        entries = {_key(entry): entry for entry in catalogue}
        before = str(catalogue)
        for message in messages:
            entry = entries.pop(message.key, None)
            if entry is not None:
                entry.obsolete = False
                continue
            catalogue.append(_new_entry(message.key, known.get(message.key)))
        for unused in entries.values():
            unused.obsolete = True
        if str(catalogue) != before or not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            catalogue.save(str(path))
            print(f"updated {path.relative_to(sources)}")


def _new_entry(key: Key, elsewhere: polib.POEntry | None) -> polib.POEntry:
    entry = polib.POEntry(msgctxt=key.context, msgid=key.text, msgid_plural=key.plural or "")
    if key.plural:
        entry.msgstr_plural = dict(elsewhere.msgstr_plural) if elsewhere else {0: ""}
    else:
        entry.msgstr = elsewhere.msgstr if elsewhere else ""
    if PLACEHOLDER.search(key.text):
        entry.flags = ["python-format"]
    return entry


def main(arguments: list[str]) -> int:
    match arguments:
        case ["compile"]:
            refused = catalogues.compile_stale()
            print("\n".join(f"{path}: cannot be written" for path in refused), end="")
            return 1 if refused else 0
        case ["update"]:
            update()
            return 0
        case ["check"]:
            found = faults()
            print("\n".join(found) if found else "catalogues: complete")
            return 1 if found else 0
        case _:
            print(__doc__)
            return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
