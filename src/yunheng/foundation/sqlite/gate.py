"""One writer at a time, in turn, across threads and processes.

SQLite lets one transaction write; the others poll and, under load, give up ("database is locked").
Waiting on a file lock instead hands the turn over at once. The lock is taken before BEGIN IMMEDIATE and
given back after COMMIT or ROLLBACK; the kernel gives it back for a process that was killed.
"""

from __future__ import annotations

import fcntl
import os
import threading
from pathlib import Path


class WriteGate:
    """A lock on one file; every connection opens it for itself, so threads exclude one another too."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None
        self._owner: int | None = None

    def enter(self) -> bool:
        """Wait for the turn; False when it is ours already."""
        if self._descriptor is not None and self._owner == os.getpid():
            return False
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        except BaseException:
            os.close(descriptor)
            raise
        self._descriptor, self._owner = descriptor, os.getpid()
        return True

    def leave(self) -> None:
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            os.close(descriptor)  # closing gives the lock back


class ThreadGate:
    """The same for a database in memory, which only threads of one process can share."""

    _lock = threading.RLock()

    def __init__(self) -> None:
        self._inside = False

    def enter(self) -> bool:
        if self._inside:
            return False
        self._lock.acquire()
        self._inside = True
        return True

    def leave(self) -> None:
        if self._inside:
            self._inside = False
            self._lock.release()
