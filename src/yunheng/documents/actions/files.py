"""A file is taken in whole or not at all: written aside, digested, made durable, and only then put in its place."""

from __future__ import annotations

import errno
import hashlib
import os
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO

from django.conf import settings
from django.utils.translation import gettext as _

from yunheng.documents import access
from yunheng.documents.models import StoredFile
from yunheng.documents.rules.media import HEAD, NotAccepted, Sample, is_zip, media_type
from yunheng.foundation import audit
from yunheng.foundation.actors import Actor
from yunheng.foundation.errors import Invalid, YunhengError
from yunheng.foundation.models import Scope
from yunheng.foundation.writing import writing

KIND = "documents.file"
_CHUNK = 1 << 20
_INCOMING = ".incoming"
_FORGOTTEN = timedelta(days=1)
"""What a killed process left aside is swept away after this time."""
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class NoRoom(YunhengError):
    """The disk of the data folder is full; nothing of the file was kept."""

    status = 507


@dataclass(frozen=True, slots=True)
class _Received:
    path: Path
    digest: str
    size: int
    head: bytes


def store_file(*, scope: Scope, name: str, content: IO[bytes], actor: Actor, now: datetime) -> StoredFile:
    """Keep the bytes under their digest and say whose they are.

    Raises Invalid for an empty or too large file and for programs, scripts and markup; NoRoom when the disk is
    full. ``name`` is kept as a word only and never becomes a path.
    """
    access.require(actor, "submit", scope, now)
    name = _bare(name)
    folder = Path(settings.MEDIA_ROOT)
    with _room(folder):
        incoming = folder / _INCOMING
        incoming.mkdir(mode=0o700, parents=True, exist_ok=True)
        _sweep(incoming, now)
        with _received(incoming, content, name) as received:
            kind = _kind(received, name)
            stored = StoredFile(
                scope=scope,
                digest=received.digest,
                size=received.size,
                media_type=kind,
                name=name,
                stored_at=now,
                stored_by_id=actor.id,
                stored_by=actor.label,
            )
            _put_in_place(received, stored.path)
    with writing():
        stored.save()
        facts = {"digest": stored.digest, "size": stored.size, "name": stored.name, "media_type": kind}
        audit.record(scope=scope, actor=actor, now=now, verb="store", kind=KIND, reference=stored.uid, facts=facts)
    return stored


def _bare(name: str) -> str:
    """The last part of whatever a browser calls a file, without control characters."""
    bare = name.replace("\\", "/").rsplit("/", 1)[-1]
    bare = "".join(letter for letter in bare if letter.isprintable()).strip(". ")
    if not bare:
        raise Invalid(_("The file has no name."), way_out=_("Give it a name and choose it again."))
    if len(bare) <= 255:
        return bare
    stem, dot, ending = bare.rpartition(".")
    return f"{stem[: 250 - len(ending)]}{dot}{ending}" if dot and len(ending) < 20 else bare[:255]


@contextmanager
def _room(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as problem:
        if problem.errno not in _FULL:
            raise
        raise NoRoom(
            _("The disk is full; the file was not kept."),
            place=folder.name,
            way_out=_("Tell the system administrator to make room in the data folder, then send the file again."),
        ) from problem


@contextmanager
def _received(incoming: Path, content: IO[bytes], name: str) -> Iterator[_Received]:
    """The content in a file aside, which is gone afterwards unless it was moved."""
    handle, temporary = tempfile.mkstemp(dir=incoming)
    path = Path(temporary)
    try:
        with os.fdopen(handle, "wb") as aside:
            received = _copy(content, aside, path, name)
            aside.flush()
            os.fsync(aside.fileno())
        yield received
    finally:
        path.unlink(missing_ok=True)


def _copy(content: IO[bytes], aside: IO[bytes], path: Path, name: str) -> _Received:
    digest, size, head = hashlib.sha256(), 0, b""
    while chunk := content.read(_CHUNK):
        size += len(chunk)
        if size > settings.UPLOAD_LIMIT_BYTES:
            raise Invalid(
                _("The file is larger than %(megabytes)s MB.")
                % {"megabytes": f"{settings.UPLOAD_LIMIT_BYTES / 1_048_576:g}"},
                place=name,
                way_out=_("Send a smaller file, or ask the system administrator to raise the limit."),
            )
        head = head or chunk[:HEAD]
        digest.update(chunk)
        aside.write(chunk)
    if not size:
        raise Invalid(_("The file is empty."), place=name, way_out=_("Look at the file, then choose it again."))
    return _Received(path, digest.hexdigest(), size, head)


def _kind(received: _Received, name: str) -> str:
    try:
        members = _members(received.path) if is_zip(received.head) else ()
        return media_type(Sample(name, received.head, members))
    except NotAccepted as refusal:
        message, way_out = _words(refusal.reason)
        raise Invalid(message, place=name, way_out=way_out) from refusal


def _members(path: Path) -> list[str] | None:
    try:
        with zipfile.ZipFile(path) as package:
            return package.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return None


def _words(reason: str) -> tuple[str, str]:
    return {
        "program": (
            _("Programs and scripts are not accepted."),
            _("Send the document itself, or pack the program into an archive and say in the title what it is."),
        ),
        "markup": (
            _("Web pages and drawings that a browser would run are not accepted."),
            _("Save it as PDF or as a picture and send that."),
        ),
        "macros": (_("The document carries macros."), _("Save it without macros (docx, xlsx, pptx) and send that.")),
        "damaged": (_("The file is damaged and cannot be opened."), _("Open it on your computer, save it again.")),
    }.get(
        reason,
        (
            _("This kind of file is not known here."),
            _("Send PDF, OFD, an office document, a picture, text or an archive (zip, rar, 7z)."),
        ),
    )


def _put_in_place(received: _Received, target: Path) -> None:
    """Under its digest; the same content that is there already stays. Durable when this returns."""
    if target.exists() and target.stat().st_size == received.size:
        return
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    received.path.chmod(0o600)
    received.path.replace(target)
    for folder in (target.parent, target.parent.parent, target.parent.parent.parent):
        _sync(folder)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sweep(incoming: Path, now: datetime) -> None:
    edge = (now - _FORGOTTEN).timestamp()
    for path in incoming.iterdir():
        try:
            if path.stat().st_mtime < edge:
                path.unlink()
        except FileNotFoundError:
            continue  # another process swept it
