"""How other packages' pages show a posting, a user or a calendar: number, words, address; only what one may see."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yunheng.foundation.actors import Actor
from yunheng.foundation.records import Described, RecordKind, register
from yunheng.people import access


def describe_postings(references: Iterable[str], actor: Actor, at: datetime) -> list[Described]:
    rows = access.postings(actor, at).filter(number__in=list(references))
    return [
        Described(row.number, f"{row.post} · {row.person_name}", reverse("people:posting", args=[row.uid]))
        for row in rows
    ]


def describe_users(references: Iterable[str], actor: Actor, at: datetime) -> list[Described]:
    rows = access.users(actor, at).filter(username__in=list(references))
    return [Described(row.username, row.name, reverse("people:user", args=[row.uid])) for row in rows]


def describe_calendars(references: Iterable[str], actor: Actor, at: datetime) -> list[Described]:
    rows = access.calendars(actor, at).filter(code__in=list(references))
    return [Described(row.code, row.name, reverse("people:calendar", args=[row.tenant.uid, row.code])) for row in rows]


register(RecordKind(access.POSTING, _("Posting"), describe_postings))
register(RecordKind(access.USER, _("User"), describe_users))
register(RecordKind(access.CALENDAR, _("Service calendar"), describe_calendars))
