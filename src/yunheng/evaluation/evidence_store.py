"""Where evidence files lie: under their own digest in the data folder, written whole or not at all."""

from __future__ import annotations

import errno
import hashlib
import os
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from yunheng.evaluation.rules.evidence import BrokenEvidence, Evidence, unpack
from yunheng.foundation.errors import YunhengError


def path_of(digest: str) -> Path:
    return Path(settings.MEDIA_ROOT) / "evidence" / digest[:2] / f"{digest}.zip"


def keep(content: bytes) -> str:
    """Store and return the SHA-256; storing the same evidence again changes nothing."""
    digest = hashlib.sha256(content).hexdigest()
    path = path_of(digest)
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_whole(path, content)
    return digest


def load(digest: str, *, only: list[str] | None = None) -> Evidence:
    """Raises BrokenEvidence when the file is gone or its bytes are not the ones that were kept."""
    try:
        content = path_of(digest).read_bytes()
    except FileNotFoundError as problem:
        raise BrokenEvidence("file") from problem
    if hashlib.sha256(content).hexdigest() != digest:
        unpack(content)  # names the column when the edit is inside one
        raise BrokenEvidence("file")
    return unpack(content, only=only)


def write_whole(path: Path, content: bytes) -> None:
    """Temporary file, fsync, rename: a reader finds the old file or the new one. Raises YunhengError when the disk
    is full, with nothing left behind."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as problem:
        draft.unlink(missing_ok=True)
        if problem.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
            raise YunhengError(
                _("The disk is full; nothing was written."),
                place=str(path),
                way_out=_("Free some space and run it again."),
            ) from problem
        raise YunhengError(
            _("The file cannot be written (%(problem)s).") % {"problem": problem.strerror}, place=str(path)
        ) from problem
