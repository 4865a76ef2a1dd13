"""What can be wrong with an installation: each check says ok, warn or bad, and the way out. The doctor asks all of
them, the health page those that change while it runs."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import Max
from django.utils.translation import gettext as _

from yunheng.foundation import audit, jobs
from yunheng.foundation.models import AuditEntry, AuditHead, Job, OutboxDelivery, Scope, ScopeKind
from yunheng.kernel import holidays
from yunheng.site import catalogues
from yunheng.site.management.database import unapplied

Level = Literal["ok", "warn", "bad"]
SQLITE_LEAST = (3, 38, 0)  # unixepoch()
SPACE_BAD, SPACE_WARN = 200 * 1024**2, 2 * 1024**3
CHAIN_TAIL = 2_000
LATE_AFTER = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Finding:
    name: str
    level: Level
    label: str
    words: str
    way_out: str = ""

    def as_data(self) -> dict[str, str]:
        return {
            "name": self.name,
            "level": self.level,
            "label": self.label,
            "words": self.words,
            "way_out": self.way_out,
        }


Check = Callable[[datetime], Finding]


def python(now: datetime) -> Finding:
    shown = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < (3, 11):  # noqa: UP036 (an installation may have been moved to an older interpreter)
        return Finding("python", "bad", "Python", shown, _("Install Python 3.11 or newer."))
    return Finding("python", "ok", "Python", shown)


def database(now: datetime) -> Finding:
    label = _("Database")
    try:
        with connection.cursor() as cursor:
            if connection.vendor != "sqlite":
                cursor.execute("SHOW server_version")
                return Finding("database", "ok", label, f"PostgreSQL {cursor.fetchone()[0]}")
            cursor.execute("PRAGMA journal_mode")
            mode = cursor.fetchone()[0]
    except DatabaseError as problem:
        return Finding(
            "database", "bad", label, str(problem).strip(), _("Start the database and look at DATABASE_URL.")
        )
    shown = f"SQLite {sqlite3.sqlite_version}, {mode}"
    if sqlite3.sqlite_version_info < SQLITE_LEAST:
        least = ".".join(map(str, SQLITE_LEAST))
        return Finding("database", "bad", label, shown, _("SQLite %(least)s or newer is needed.") % {"least": least})
    if mode != "wal":
        return Finding(
            "database", "warn", label, shown, _("Keep the data folder on a local disk: no WAL on network drives.")
        )
    return Finding("database", "ok", label, shown)


def migrations(now: datetime) -> Finding:
    label = _("Tables")
    try:
        missing = unapplied()
    except DatabaseError as problem:
        return Finding("migrations", "bad", label, str(problem).strip(), _("See the line about the database."))
    if missing:
        words = _("%(count)s steps are missing") % {"count": len(missing)}
        return Finding("migrations", "bad", label, words, _("Run: yunheng migrate"))
    return Finding("migrations", "ok", label, _("at this version"))


def data_folder(now: datetime) -> Finding:
    label, folder = _("Data folder"), Path(settings.DATA_FOLDER)
    try:
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(b"x")
    except OSError as problem:
        way = _("Give the folder to the user that runs Yunheng, and make room on the disk.")
        return Finding("data_folder", "bad", label, f"{folder}: {problem.strerror}", way)
    open_to = [path for path in (folder, *_private_files(folder)) if stat.S_IMODE(path.stat().st_mode) & 0o077]
    if open_to:
        words = _("%(path)s can be read by others") % {"path": open_to[0]}
        return Finding("data_folder", "bad", label, words, _("Run: chmod -R go-rwx %(folder)s") % {"folder": folder})
    if folder.stat().st_uid != os.getuid():
        way = _("Run Yunheng as the user that owns the folder.")
        return Finding("data_folder", "warn", label, _("%(path)s is not ours") % {"path": folder}, way)
    return Finding("data_folder", "ok", label, str(folder))


def _private_files(folder: Path) -> Iterator[Path]:
    yield from (path for path in folder.glob("*") if path.suffix in {".key", ".sqlite3", ".sqlite3-wal"})
    if (folder / "files").is_dir():
        yield folder / "files"


def secret_key(now: datetime) -> Finding:
    label, path = _("Secret key"), Path(settings.DATA_FOLDER) / "secret.key"
    if os.environ.get("YUNHENG_SECRET_KEY"):
        return Finding("secret_key", "ok", label, "YUNHENG_SECRET_KEY")
    if not path.is_file():
        return Finding("secret_key", "bad", label, _("is missing"), _("Restore secret.key from a backup."))
    return Finding("secret_key", "ok", label, str(path))


def disk(now: datetime) -> Finding:
    label = _("Disk space")
    try:
        free = shutil.disk_usage(settings.DATA_FOLDER).free
    except OSError as problem:
        return Finding("disk", "bad", label, str(problem.strerror))
    words = _("%(free)s MB free") % {"free": f"{free // 1024**2:,}"}
    if free < SPACE_BAD:
        return Finding("disk", "bad", label, words, _("Make room at once: soon nothing can be saved."))
    if free < SPACE_WARN:
        return Finding("disk", "warn", label, words, _("Make room, or move the data folder to a larger disk."))
    return Finding("disk", "ok", label, words)


def fonts(now: datetime) -> Finding:
    label = _("Fonts of documents")
    try:
        import pylopdf_fonts_zh_cn
    except ImportError:
        way = _("Install what requirements/run.txt locks.")
        return Finding("fonts", "bad", label, _("The faces for PDF are not installed."), way)
    own = sorted(path.name for path in Path(settings.FONT_FOLDER).glob("*.[ot]t[fc]"))
    words = _("built in") + (f" + {', '.join(own)}" if own else "")
    del pylopdf_fonts_zh_cn
    return Finding("fonts", "ok", label, words)


def chain(now: datetime) -> Finding:
    """The newest links of each chain and its head; `yunheng verify --chain` walks all of it."""
    label = _("Audit chain")
    try:
        tenants = list(Scope.objects.filter(kind=ScopeKind.TENANT).order_by("code"))
        broken = [tenant.code for tenant in tenants if not audit.tail_holds(tenant, CHAIN_TAIL)]
        newest = AuditEntry.objects.aggregate(newest=Max("at"))["newest"]
        length = sum(AuditHead.objects.values_list("sequence", flat=True))
    except DatabaseError as problem:
        return Finding("chain", "bad", label, str(problem).strip(), _("See the line about the database."))
    if broken:
        words = _("does not hold in %(tenants)s") % {"tenants": ", ".join(broken)}
        return Finding("chain", "bad", label, words, _("Run: yunheng verify --chain. Tell the audit administrator."))
    if newest is None:
        return Finding("chain", "ok", label, _("has not begun"))
    words = _("%(count)s links, the newest %(age)s ago") % {"count": f"{length:,}", "age": _age(now - newest)}
    return Finding("chain", "ok", label, words)


def worker(now: datetime) -> Finding:
    label = _("Worker")
    try:
        names = jobs.alive(now)
    except DatabaseError as problem:
        return Finding("worker", "bad", label, str(problem).strip(), _("See the line about the database."))
    if not names:
        way = _("Start yunheng serve, or yunheng worker when YUNHENG_WORKER=0.")
        return Finding("worker", "warn", label, _("none is alive"), way)
    return Finding("worker", "ok", label, ", ".join(names))


def deliveries(now: datetime) -> Finding:
    label = _("Deliveries")
    rows = OutboxDelivery.objects
    try:
        failed = rows.filter(state=OutboxDelivery.State.FAILED).count()
        late = rows.filter(state=OutboxDelivery.State.WAITING, event__at__lt=now - LATE_AFTER).count()
    except DatabaseError as problem:
        return Finding("deliveries", "bad", label, str(problem).strip(), _("See the line about the database."))
    words = _("%(late)s late, %(failed)s failed") % {"late": late, "failed": failed}
    if failed or late:
        return Finding(
            "deliveries", "warn", label, words, _("Look at Administration, Jobs; try the failed ones again.")
        )
    return Finding("deliveries", "ok", label, words)


def failed_jobs(now: datetime) -> Finding:
    label = _("Jobs")
    try:
        failed = Job.objects.filter(state=Job.State.FAILED).count()
        waiting = Job.objects.filter(state=Job.State.WAITING, run_at__lt=now).count()
    except DatabaseError as problem:
        return Finding("jobs", "bad", label, str(problem).strip(), _("See the line about the database."))
    words = _("%(waiting)s waiting, %(failed)s failed") % {"waiting": waiting, "failed": failed}
    if failed:
        return Finding("jobs", "warn", label, words, _("Look at Administration, Jobs; run the failed ones again."))
    return Finding("jobs", "ok", label, words)


def time_zone(now: datetime) -> Finding:
    label = _("Time zone")
    try:
        ZoneInfo(settings.TIME_ZONE)
    except (ZoneInfoNotFoundError, ValueError):
        way = _("Write a name such as Asia/Shanghai in YUNHENG_TIME_ZONE.")
        return Finding("time_zone", "bad", label, settings.TIME_ZONE, way)
    if holidays.provisional(now.astimezone(ZoneInfo(settings.TIME_ZONE)).year):
        words = _("%(zone)s; the holidays of this year are not known") % {"zone": settings.TIME_ZONE}
        return Finding("time_zone", "warn", label, words, _("Install the release that brings this year's holidays."))
    return Finding("time_zone", "ok", label, settings.TIME_ZONE)


def languages(now: datetime) -> Finding:
    label = _("Languages")
    old = catalogues.stale()
    if old:
        words = _("%(count)s catalogues are not compiled") % {"count": len(old)}
        return Finding("languages", "warn", label, words, _("Run: make catalogues"))
    return Finding("languages", "ok", label, ", ".join(str(name) for _code, name in settings.LANGUAGES))


DOCTOR: tuple[Check, ...] = (
    *(python, database, migrations, data_folder, secret_key, disk, fonts, chain, worker, deliveries, failed_jobs),
    *(time_zone, languages),
)
HEALTH: tuple[Check, ...] = (database, chain, worker, disk, deliveries, failed_jobs)


def _age(span: timedelta) -> str:
    seconds = max(0, int(span.total_seconds()))
    if seconds < 120:
        return _("%(count)s s") % {"count": seconds}
    if seconds < 7200:
        return _("%(count)s min") % {"count": seconds // 60}
    if seconds < 172_800:
        return _("%(count)s h") % {"count": seconds // 3600}
    return _("%(count)s days") % {"count": seconds // 86_400}
