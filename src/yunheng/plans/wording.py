"""Sentences of pure code, in the reader's language."""

from __future__ import annotations

from django.utils.translation import get_language, gettext, gettext_noop

from yunheng.kernel.words import Words, say

#: What plans.rules says in English; listed so that the catalogue holds it (a test compares).
SENTENCES = (
    gettext_noop("A paper has to be an object."),
    gettext_noop("A row has to be an object."),
    gettext_noop("Name it with --window."),
    gettext_noop("The file holds no list of plan rows."),
    gettext_noop("The paper has no known cycle with a due mark."),
    gettext_noop("The row has no recurrence with a due mark."),
    gettext_noop("The service period is not known."),
    gettext_noop("There is no such other row."),
    gettext_noop("There is no such row."),
    gettext_noop("This cell may not be empty."),
    gettext_noop("This key is used by another paper already."),
    gettext_noop("This key is used by another row already."),
    gettext_noop("This schedule is not in the phrase table; enter the row as JSON or reword it."),
    gettext_noop("Write a list."),
    gettext_noop("Write the number of a sub-project."),
    gettext_noop("Write work, document or both."),
)


def in_words(words: Words) -> str:
    """A sentence of the kernel's catalogue, or one of ours."""
    told = say(words, get_language() or "en")
    if told != str(words):
        return told
    return gettext(words.msgid) % words.arguments if words.arguments else gettext(words.msgid)
