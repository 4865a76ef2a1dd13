"""Sentences of pure code, in the reader's language."""

from __future__ import annotations

from django.utils.translation import get_language, gettext

from yunheng.kernel.words import Words, say


def in_words(words: Words) -> str:
    """A sentence of the kernel's catalogue, or one of ours."""
    told = say(words, get_language() or "en")
    if told != str(words):
        return told
    return gettext(words.msgid) % words.arguments if words.arguments else gettext(words.msgid)
