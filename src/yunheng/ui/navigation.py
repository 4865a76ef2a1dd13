"""Pages that the sidebar, the bottom bar and the palette offer; domains register theirs in AppConfig.ready()."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from yunheng.ui.components import Text

if TYPE_CHECKING:
    from yunheng.foundation.access import Standing

#: Groups in the order of the sidebar; a group shows only where the role has something in it.
GROUPS: dict[str, Text] = {
    "home": _("Home"),
    "service": _("Service"),
    "monitoring": _("Monitoring"),
    "plan": _("Plan"),
    "assets": _("Assets"),
    "security": _("Security"),
    "contract": _("Contract"),
    "supervision": _("Supervision"),
    "verdict": _("Verdict"),
    "system": _("Administration"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    group: str
    label: Text
    url_name: str
    kind: str
    verb: str
    icon: str
    order: int
    phone: bool


@dataclass(frozen=True, slots=True)
class Link:
    """An entry as one person sees it."""

    label: str
    url: str
    icon: str
    current: bool
    phone: bool


@dataclass(frozen=True, slots=True)
class Group:
    name: str
    label: str
    links: tuple[Link, ...]


_entries: dict[str, Entry] = {}


def register(
    *,
    group: str,
    label: Text,
    url_name: str,
    kind: str = "",
    verb: str = "view",
    icon: str = "point",
    order: int = 100,
    phone: bool = False,
) -> None:
    """Offer the page ``url_name`` to whoever may ``verb`` a record of ``kind`` anywhere; without kind, to all.

    ``phone`` puts it into the bottom bar of the phone, which has room for the first three.
    """
    if group not in GROUPS:
        raise ValueError(f"no group {group!r} in the sidebar; choose one of {sorted(GROUPS)}")
    _entries[url_name] = Entry(group, label, url_name, kind, verb, icon, order, phone)


def entries() -> list[Entry]:
    return list(_entries.values())


def groups_for(standing: Standing, path: str) -> list[Group]:
    """What this person may open, in order; the entry whose address is the longest prefix of ``path`` is current."""
    offered: list[tuple[Entry, str]] = []
    for entry in sorted(_entries.values(), key=lambda entry: (entry.order, entry.url_name)):
        if entry.kind and not standing.may_anywhere(entry.verb, entry.kind):
            continue
        try:
            offered.append((entry, reverse(entry.url_name)))
        except NoReverseMatch:
            continue  # a page that this installation does not serve
    here = max((url for _entry, url in offered if _leads_to(url, path)), key=len, default="")
    return [
        Group(
            name,
            str(label),
            tuple(
                Link(str(entry.label), url, entry.icon, url == here, entry.phone)
                for entry, url in offered
                if entry.group == name
            ),
        )
        for name, label in GROUPS.items()
        if any(entry.group == name for entry, _url in offered)
    ]


def phone_links(groups: list[Group]) -> list[Link]:
    """The three entries of the phone's bottom bar: those marked for it, else the first of the groups."""
    links = [link for group in groups for link in group.links]
    first = [group.links[0] for group in groups]
    return ([link for link in links if link.phone] or first)[:3]


def _leads_to(url: str, path: str) -> bool:
    return path == url if url == "/" else path.startswith(url)
