"""Files and papers for tests."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.cast import Cast

from yunheng.documents.actions import register_document, store_file, submit_document
from yunheng.documents.models import Document, StoredFile, Submission
from yunheng.foundation.actors import Actor
from yunheng.foundation.models import Scope

PDF = b"%PDF-1.7\nmade up\n%%EOF\n"
NOW = datetime(2021, 9, 15, 2, 0, tzinfo=UTC)  # Wednesday 10:00 in Shanghai


def later(**delta: float) -> datetime:
    return NOW + timedelta(**delta)


def a_zip(*names: str, content: bytes = b"x") -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name in names:
            archive.writestr(name, content)
    return made.getvalue()


def a_file(scope: Scope, actor: Actor, content: bytes = PDF, name: str = "周报.pdf", now: datetime = NOW) -> StoredFile:
    return store_file(scope=scope, name=name, content=io.BytesIO(content), actor=actor, now=now)


def a_paper(cast: Cast, actor: Actor | None = None, *, objects: Sequence[str] = (), **changes: Any) -> Document:
    """A weekly report of the vendor's contract, drafted by its engineer."""
    actor = actor or cast.engineer.actor
    file = a_file(cast.contract, actor)
    values = {"kind": "weekly-report", "title": "运维服务周报", **changes}
    return register_document(scope=cast.contract, file=file, actor=actor, now=NOW, objects=objects, **values)


def a_submission(cast: Cast, **changes: Any) -> Submission:
    return submit_document(document=a_paper(cast, **changes), actor=cast.engineer.actor, now=NOW)
