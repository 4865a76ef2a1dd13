"""Pages that the sidebar offers; domains register theirs in AppConfig.ready()."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Entry:
    group: str
    label: str | Promise
    url_name: str
    kind: str = ""
    verb: str = "view"
    icon: str = "point"
    order: int = 100


_entries: dict[str, Entry] = {}


def register(
    *,
    group: str,
    label: str | Promise,
    url_name: str,
    kind: str = "",
    verb: str = "view",
    icon: str = "point",
    order: int = 100,
) -> None:
    """Offer the page `url_name` to everybody who may `verb` a record of `kind` somewhere; without kind to all."""
    _entries[url_name] = Entry(group, label, url_name, kind, verb, icon, order)
