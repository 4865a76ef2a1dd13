"""`yunheng backup FILE` and `yunheng restore FILE`. Restoring needs no Django: nothing is set up there yet."""

from __future__ import annotations

import argparse
import os
import shutil
import sqlite3
import subprocess
import tempfile
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from yunheng import __version__
from yunheng.site import archive
from yunheng.site.cli import TROUBLE, WRONG_USE, complain, words

STILL_ALIVE = timedelta(seconds=60)


def backup(argv: list[str]) -> int:
    from django.conf import settings
    from django.db import connection

    _ = words().gettext
    parser = argparse.ArgumentParser(prog="yunheng backup", description=_("Everything into one file, verified."))
    parser.add_argument("file", type=Path)
    parser.add_argument("--force", action="store_true", help=_("replace the file when there is one"))
    options = parser.parse_args(argv)
    target: Path = options.file.resolve()
    if target.exists() and not options.force:
        complain(_("%(file)s is there already; name another, or add --force.") % {"file": target})
        return WRONG_USE
    if not target.parent.is_dir():
        complain(_("The folder %(folder)s does not exist.") % {"folder": target.parent})
        return WRONG_USE
    try:
        # Beside the target: what does not fit there would not fit into the backup either.
        with tempfile.TemporaryDirectory(prefix=".yunheng-backup-", dir=target.parent) as folder:
            if connection.vendor == "sqlite":
                copy = Path(folder) / archive.SQLITE_COPY
                heads = archive.copy_sqlite(Path(str(settings.DATABASES["default"]["NAME"])), copy)
                kind = "sqlite"
            else:
                copy = Path(folder) / archive.POSTGRES_DUMP
                heads = dump_postgres(copy)
                kind = "postgresql"
            manifest = archive.write(
                target,
                version=__version__,
                created_at=datetime.now(UTC),
                database=copy,
                kind=kind,
                heads=heads,
                data=Path(settings.DATA_FOLDER),
            )
    except archive.BadArchive as problem:
        complain(_("The backup did not succeed: %(why)s. Nothing was written.") % {"why": problem})
        return TROUBLE
    print(
        _("%(file)s: %(count)s members, %(size)s MB, read back and verified.")
        % {"file": target, "count": len(manifest.members), "size": f"{target.stat().st_size / 1e6:,.1f}"}
    )
    _print_heads(manifest)
    return 0


def restore(argv: list[str]) -> int:
    _ = words().gettext
    parser = argparse.ArgumentParser(prog="yunheng restore", description=_("A data folder from a backup."))
    parser.add_argument("file", type=Path)
    parser.add_argument("--force", action="store_true", help=_("put the present folder aside and take its place"))
    options = parser.parse_args(argv)
    data = Path(os.environ.get("YUNHENG_DATA") or Path.cwd() / "data").resolve()
    occupied = data.is_dir() and any(data.iterdir())
    if occupied and not options.force:
        complain(_("%(folder)s is not empty. With --force it is put aside, not deleted.") % {"folder": data})
        return WRONG_USE
    if occupied and _in_use(data):
        complain(_("Yunheng is running on %(folder)s. Stop it first.") % {"folder": data})
        return WRONG_USE
    if not options.file.is_file():
        complain(_("%(file)s is not there.") % {"file": options.file})
        return WRONG_USE
    data.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f".{data.name}.restoring-", dir=data.parent))
    try:
        manifest = archive.extract(options.file, fresh)
        _check_database(fresh, manifest, force=options.force)
    except archive.BadArchive as problem:
        shutil.rmtree(fresh)
        complain(_("This is not a sound backup (%(why)s). Nothing was changed.") % {"why": problem})
        return TROUBLE
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    aside = _take_the_place(fresh, data)
    print(_("%(folder)s is as it was on %(date)s.") % {"folder": data, "date": manifest.created_at})
    if aside is not None:
        print(_("The former folder is %(folder)s.") % {"folder": aside})
    _print_heads(manifest)
    print(_("Run yunheng migrate before the next start."))
    return 0


def _print_heads(manifest: archive.Manifest) -> None:
    _ = words().gettext
    for code, (sequence, link) in sorted(manifest.heads.items()):
        said = {"tenant": code, "sequence": sequence, "link": link}
        print(_("Chain of %(tenant)s: link %(sequence)s, %(link)s") % said)


def _check_database(fresh: Path, manifest: archive.Manifest, *, force: bool) -> None:
    if manifest.database == "sqlite":
        if os.environ.get("DATABASE_URL"):
            raise archive.BadArchive("a backup of SQLite, but DATABASE_URL is set")
        found = archive.inspect_sqlite(fresh / archive.SQLITE_COPY)
        if dict(found) != manifest.heads:
            raise archive.BadArchive("the chains end elsewhere than the manifest says")
        (fresh / archive.SQLITE_COPY).rename(fresh / "yunheng.sqlite3")
        return
    load_postgres(fresh / archive.POSTGRES_DUMP, force=force)
    (fresh / archive.POSTGRES_DUMP).unlink()


def _in_use(data: Path) -> bool:
    """A worker told lately that it lives there."""
    path = data / "yunheng.sqlite3"
    if not path.is_file():
        return False
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
            seen = database.execute("SELECT max(seen_at) FROM foundation_workerseen").fetchone()[0]
    except sqlite3.Error:
        return False
    if seen is None:
        return False
    return datetime.now(UTC) - datetime.fromisoformat(seen).replace(tzinfo=UTC) < STILL_ALIVE


def _take_the_place(fresh: Path, data: Path) -> Path | None:
    aside = None
    if data.is_dir():
        if any(data.iterdir()):
            aside = data.with_name(f"{data.name}.before-{datetime.now(UTC):%Y%m%d-%H%M%S}")
            data.rename(aside)
        else:
            data.rmdir()
    fresh.rename(data)
    return aside


# ---------------------------------------------------------------- PostgreSQL


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise archive.BadArchive(f"{name} is not installed (Debian: postgresql-client)")
    return found


def dump_postgres(target: Path) -> archive.Heads:
    """pg_dump of one snapshot, and where the chains end in that same snapshot."""
    from django.db import connection, transaction

    from yunheng.foundation.models import AuditHead

    program = _program("pg_dump")
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            cursor.execute("SELECT pg_export_snapshot()")
            snapshot = cursor.fetchone()[0]
        heads = {
            code: (sequence, bytes(link).hex())
            for code, sequence, link in AuditHead.objects.values_list("tenant__code", "sequence", "link")
        }
        _run([program, "--format=custom", "--no-owner", f"--snapshot={snapshot}", f"--file={target}", _postgres_url()])
    return heads


def load_postgres(dump: Path, *, force: bool) -> None:
    program = _program("pg_restore")
    replacing = ["--clean", "--if-exists"] if force else []
    whole = ["--single-transaction", "--exit-on-error"]
    _run([program, "--no-owner", *whole, *replacing, f"--dbname={_postgres_url()}", str(dump)])


def _postgres_url() -> str:
    url = os.environ.get("DATABASE_URL", "")
    if not url:
        raise archive.BadArchive("a backup of PostgreSQL, but DATABASE_URL is not set")
    return url


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 (found above, no shell)
    if done.returncode:
        lines = done.stderr.strip().splitlines()
        raise archive.BadArchive(lines[-1] if lines else f"{command[0]} ended with {done.returncode}")
