"""What the upload form does in one go: keep the file, register the paper or its version, hand it in."""

from __future__ import annotations

from datetime import date, datetime
from typing import IO

from yunheng.documents.actions.files import store_file
from yunheng.documents.actions.papers import add_version, register_document
from yunheng.documents.actions.submissions import submit_document
from yunheng.documents.models import Document, DocumentVersion
from yunheng.foundation.actors import Actor
from yunheng.foundation.models import Scope
from yunheng.foundation.writing import writing


def deposit_document(
    *,
    scope: Scope,
    kind: str,
    title: str,
    name: str,
    content: IO[bytes],
    actor: Actor,
    now: datetime,
    period: tuple[date, date] | None = None,
    subject: str = "",
    submit: bool = True,
) -> Document:
    """A new paper from an uploaded file; ``submit`` hands it in at once, else it stays a draft."""
    file = store_file(scope=scope, name=name, content=content, actor=actor, now=now)
    with writing():
        document = register_document(
            scope=scope, kind=kind, title=title, file=file, actor=actor, now=now, period=period, subject=subject
        )
        if submit:
            submit_document(document=document, actor=actor, now=now)
    return document


def deposit_version(
    *,
    document: Document,
    name: str,
    content: IO[bytes],
    actor: Actor,
    now: datetime,
    note: str = "",
    submit: bool = True,
) -> DocumentVersion:
    """A corrected file for a draft or a returned paper."""
    file = store_file(scope=document.scope, name=name, content=content, actor=actor, now=now)
    with writing():
        version = add_version(document=document, file=file, actor=actor, now=now, note=note)
        if submit:
            submit_document(document=document, actor=actor, now=now)
    return version
