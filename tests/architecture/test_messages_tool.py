"""tools/messages.py: what it finds in sources, what it refuses in catalogues, and the tree's own catalogues."""

from __future__ import annotations

from pathlib import Path

import polib
import pytest
from tools import messages
from tools.messages import Key

HEADER = (
    'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n"Plural-Forms: nplurals=1; plural=0;\\n"\n\n'
)
GREETING = 'from django.utils.translation import gettext as say\n\nGREETING = say("Hello %(name)s")\n'


def a_package(folder: Path, *, name: str = "desk", python: str = GREETING, catalogue: str | None = None) -> Path:
    package = folder / name
    package.mkdir()
    (package / "__init__.py").write_text('"""A package."""\n')
    (package / "words.py").write_text(python)
    if catalogue is not None:
        path = package / messages.CATALOGUE
        path.parent.mkdir(parents=True)
        path.write_text(HEADER + catalogue)
    return package


def found_in(python: str) -> list[Key]:
    return [message.key for message in messages.messages_of_python(python, "words.py")]


def test_the_catalogues_of_the_tree_are_complete() -> None:
    faults = messages.faults()
    assert not faults, "\n".join(faults)


# ---------------------------------------------------------------- finding


def test_every_way_to_mark_a_message_is_found() -> None:
    source = """
from django.utils.translation import gettext as _, gettext_lazy, ngettext as many, pgettext
_("one"); gettext_lazy("two"); many("%(n)s row", "%(n)s rows", n); pgettext("month", "May"); translation.gettext("five")
"""
    assert found_in(source) == [
        Key(None, "one", None),
        Key(None, "two", None),
        Key(None, "%(n)s row", "%(n)s rows"),
        Key("month", "May", None),
        Key(None, "five", None),
    ]


def test_a_message_that_was_marked_elsewhere_is_passed_over() -> None:
    assert found_in("gettext(step.words); gettext(words); gettext(WORDS[0])") == []


@pytest.mark.parametrize("call", ['gettext(f"Hello {name}")', 'gettext("Hello " + name)', 'gettext("%s" % name)'])
def test_a_message_put_together_at_run_time_is_refused(call: str) -> None:
    with pytest.raises(messages.Unreadable, match=r"words\.py:1"):
        found_in(call)


def test_messages_of_a_template_are_found() -> None:
    template = (
        '{% load i18n %}<p>{% translate "Hello" %}{% translate "May" context "month" %}{{ x|default:_("none") }}'
        "{% blocktranslate count n=n %}{{ n }} row{% plural %}{{ n }} rows{% endblocktranslate %}</p>"
    )
    assert [message.key for message in messages.messages_of_template(template, "page.html")] == [
        Key(None, "Hello", None),
        Key("month", "May", None),
        Key(None, "none", None),
        Key(None, "%(n)s row", "%(n)s rows"),
    ]


# ---------------------------------------------------------------- checking


def test_a_complete_catalogue_has_no_fault(tmp_path: Path) -> None:
    a_package(tmp_path, catalogue='msgid "Hello %(name)s"\nmsgstr "你好，%(name)s"\n')
    assert messages.faults(tmp_path) == []


@pytest.mark.parametrize(
    ("catalogue", "fault"),
    [
        (None, "missing, though desk has 1 messages"),
        ("", "is not in desk/locale"),
        ('msgid "Hello %(name)s"\nmsgstr ""\n', "is not translated"),
        ('#, fuzzy\nmsgid "Hello %(name)s"\nmsgstr "你好，%(name)s"\n', "is marked fuzzy"),
        ('msgid "Hello %(name)s"\nmsgstr "你好，%(who)s"\n', "names %(name)s, its translation %(who)s"),
    ],
)
def test_an_incomplete_catalogue_is_named(tmp_path: Path, catalogue: str | None, fault: str) -> None:
    a_package(tmp_path, catalogue=catalogue)
    (found,) = messages.faults(tmp_path)
    assert fault in found


def test_a_message_in_chinese_is_refused(tmp_path: Path) -> None:
    a_package(tmp_path, python='gettext("你好")\n', catalogue='msgid "你好"\nmsgstr "你好"\n')
    (found,) = messages.faults(tmp_path)
    assert "write English here" in found


@pytest.mark.parametrize(
    ("text", "english"),
    [("Write mon or 周一", True), ("周一", False), ("%(n)s", True), ("按月报送 SLA 达成情况", False)],
)
def test_an_english_message_may_quote_chinese(text: str, english: bool) -> None:
    assert messages.is_english(text) is english


def test_two_translations_of_one_message_are_refused(tmp_path: Path) -> None:
    a_package(tmp_path, name="desk", catalogue='msgid "Hello %(name)s"\nmsgstr "你好，%(name)s"\n')
    a_package(tmp_path, name="plan", catalogue='msgid "Hello %(name)s"\nmsgstr "您好，%(name)s"\n')
    (found,) = messages.faults(tmp_path)
    assert "has another translation at desk/" in found


# ---------------------------------------------------------------- updating


def test_an_update_adds_what_is_missing_and_keeps_what_is_there(tmp_path: Path) -> None:
    package = a_package(tmp_path, catalogue='msgid "Gone"\nmsgstr "没了"\n')
    messages.update(tmp_path)
    catalogue = polib.pofile(str(package / messages.CATALOGUE))
    assert {entry.msgid: (entry.msgstr, bool(entry.obsolete)) for entry in catalogue} == {
        "Hello %(name)s": ("", False),
        "Gone": ("没了", True),
    }


def test_an_update_takes_a_translation_from_another_package(tmp_path: Path) -> None:
    a_package(tmp_path, name="desk", catalogue='msgid "Hello %(name)s"\nmsgstr "你好，%(name)s"\n')
    plan = a_package(tmp_path, name="plan")
    messages.update(tmp_path)
    (entry,) = polib.pofile(str(plan / messages.CATALOGUE))
    assert entry.msgstr == "你好，%(name)s"
