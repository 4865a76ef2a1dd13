"""Static files under hashed names in the data folder, gathered anew when an installed file has changed."""

from __future__ import annotations

import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command


def gather_when_stale() -> bool:
    """True when they were gathered."""
    wanted = _stamp()
    kept = Path(settings.STATIC_ROOT) / ".stamp"
    if kept.is_file() and kept.read_text() == wanted:
        return False
    kept.unlink(missing_ok=True)
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    kept.write_text(wanted)
    return True


def _stamp() -> str:
    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            found = Path(storage.path(name)).stat()
            digest.update(f"{name}\0{found.st_size}\0{found.st_mtime_ns}\n".encode())
    return digest.hexdigest()
