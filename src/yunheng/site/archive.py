"""A backup: one zip file with the database, the files, the key, and a manifest that says what must be inside.

Written beside its final name, read back and held against the manifest, then renamed: it is whole or not there.
Needs no Django, since restoring happens where nothing is set up yet.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import sqlite3
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import IO, Any

FORMAT = 1
MANIFEST, SQLITE_COPY, POSTGRES_DUMP = "manifest.json", "database.sqlite3", "database.pgdump"
KEPT_FOLDERS = ("files", "fonts")
KEPT_FILES = ("secret.key", "demo-logins.txt")
_BLOCK = 1024 * 1024

Heads = Mapping[str, tuple[int, str]]  # tenant code → (sequence, link as hex)


class BadArchive(Exception):
    """The file is no backup, or no longer the one that was written; the message is for gettext by the caller."""


@dataclass(frozen=True, slots=True)
class Manifest:
    version: str
    created_at: str
    database: str  # sqlite or postgresql
    heads: dict[str, tuple[int, str]]
    members: dict[str, tuple[int, str]]  # name → (bytes, sha256)

    def as_bytes(self) -> bytes:
        body = {
            "format": FORMAT,
            "version": self.version,
            "created_at": self.created_at,
            "database": self.database,
            "chain_heads": {code: list(head) for code, head in sorted(self.heads.items())},
            "members": {name: list(fact) for name, fact in sorted(self.members.items())},
        }
        return json.dumps(body, ensure_ascii=False, indent=1, sort_keys=True).encode()

    @classmethod
    def parse(cls, content: bytes) -> Manifest:
        try:
            body: Any = json.loads(content)
            if body["format"] != FORMAT:
                raise BadArchive(f"format {body['format']}")
            return cls(
                body["version"],
                body["created_at"],
                body["database"],
                {code: (int(head[0]), str(head[1])) for code, head in body["chain_heads"].items()},
                {name: (int(fact[0]), str(fact[1])) for name, fact in body["members"].items()},
            )
        except (KeyError, TypeError, ValueError, IndexError, AttributeError) as problem:
            raise BadArchive(f"{MANIFEST}: {problem}") from problem


# ---------------------------------------------------------------- writing


@contextmanager
def private_file(path: Path) -> Iterator[IO[bytes]]:
    """A new file only its owner can read; it takes its name when the block has ended well, else nothing stays."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.partial")
    descriptor = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(descriptor, "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        _sync_folder(path.parent)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write(
    target: Path, *, version: str, created_at: datetime, database: Path, kind: str, heads: Heads, data: Path
) -> Manifest:
    """``database`` is a copy that nobody changes any more; ``data`` the folder whose files go along."""
    members: dict[str, tuple[int, str]] = {}
    with private_file(target) as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            members[database.name] = _add(archive, database.name, database)
            for name, path in _kept(data):
                members[name] = _add(archive, name, path)
            manifest = Manifest(version, created_at.isoformat(), kind, dict(heads), members)
            archive.writestr(_entry(MANIFEST), manifest.as_bytes())
        file.seek(0)
        verify(file)
    return manifest


def _kept(data: Path) -> Iterator[tuple[str, Path]]:
    for name in KEPT_FILES:
        if (data / name).is_file():
            yield name, data / name
    for folder in KEPT_FOLDERS:
        for path in sorted((data / folder).rglob("*")):
            if path.is_file() and not path.is_symlink():
                yield path.relative_to(data).as_posix(), path


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o600 << 16
    return entry


def _add(archive: zipfile.ZipFile, name: str, path: Path) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as source, archive.open(_entry(name), "w", force_zip64=True) as into:
        while block := source.read(_BLOCK):
            digest.update(block)
            size += len(block)
            into.write(block)
    return size, digest.hexdigest()


# ---------------------------------------------------------------- reading


def verify(file: Path | IO[bytes]) -> Manifest:
    """Every member is there, nothing else is, and each has the bytes that the manifest names."""
    with _opened(file) as archive:
        manifest = _manifest(archive)
        for name, (size, digest) in manifest.members.items():
            if (size, digest) != _digest(archive, name):
                raise BadArchive(f"{name} differs from the manifest")
    return manifest


def extract(file: Path, into: Path) -> Manifest:
    """Verify while writing below ``into``, which must be an empty folder; every file is the owner's alone."""
    with _opened(file) as archive:
        manifest = _manifest(archive)
        for name, (size, digest) in manifest.members.items():
            path = into / name
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as target:
                found = _digest(archive, name, target)
                target.flush()
                os.fsync(target.fileno())
            if (size, digest) != found:
                raise BadArchive(f"{name} differs from the manifest")
    return manifest


@contextmanager
def _opened(file: Path | IO[bytes]) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(file) as archive:
            yield archive
    except (zipfile.BadZipFile, EOFError, NotImplementedError) as problem:
        raise BadArchive(str(problem)) from problem


def _manifest(archive: zipfile.ZipFile) -> Manifest:
    names = archive.namelist()
    if MANIFEST not in names:
        raise BadArchive(f"{MANIFEST} is missing")
    manifest = Manifest.parse(archive.read(MANIFEST))
    if sorted(names) != sorted([*manifest.members, MANIFEST]):
        raise BadArchive("members are missing, added or twice")
    for name in manifest.members:
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts or "\\" in name:
            raise BadArchive(f"{name!r} leads out of the folder")
    return manifest


def _digest(archive: zipfile.ZipFile, name: str, target: IO[bytes] | None = None) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    try:
        with archive.open(name) as source:
            while block := source.read(_BLOCK):
                digest.update(block)
                size += len(block)
                if target is not None:
                    target.write(block)
    except (zipfile.BadZipFile, EOFError, zipfile.zlib.error) as problem:  # type: ignore[attr-defined]  # zipfile's own
        raise BadArchive(f"{name}: {problem}") from problem
    return size, digest.hexdigest()


# ---------------------------------------------------------------- SQLite


def copy_sqlite(source: Path, target: Path) -> Heads:
    """A consistent copy while others go on writing; returns where its chains end."""
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    os.close(descriptor)
    try:
        with closing(sqlite3.connect(source, timeout=30)) as live, closing(sqlite3.connect(target)) as copy:
            live.backup(copy)
            # A copy that travels is one file: no journal beside it.
            copy.execute("PRAGMA journal_mode=DELETE")
        return inspect_sqlite(target)
    except sqlite3.Error as problem:
        raise _as_os_error(problem, target) from problem


def inspect_sqlite(path: Path) -> Heads:
    """Raises BadArchive when the file is not a sound database; returns where its chains end."""
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as copy:
            said = copy.execute("PRAGMA quick_check(1)").fetchone()[0]
            if said != "ok":
                raise BadArchive(f"{path.name}: {said}")
            rows = copy.execute(
                "SELECT code, sequence, lower(hex(link)) FROM foundation_audithead"
                " JOIN foundation_scope ON foundation_scope.id = foundation_audithead.tenant_id"
            ).fetchall()
    except sqlite3.DatabaseError as problem:
        if isinstance(problem, sqlite3.OperationalError) and "no such table" not in str(problem):
            raise _as_os_error(problem, path) from problem
        raise BadArchive(f"{path.name}: {problem}") from problem
    return {code: (sequence, link) for code, sequence, link in rows}


def _as_os_error(problem: sqlite3.Error, path: Path) -> Exception:
    said = str(problem)
    if "full" in said or "disk I/O" in said:
        return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
    return BadArchive(f"{path.name}: {said}")
