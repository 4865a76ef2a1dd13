"""The database at this version of the program."""

from __future__ import annotations

import argparse

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

from yunheng.site import catalogues


def migrate(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="yunheng migrate", description=_("Bring the database up to this version."))
    parser.add_argument("--check", action="store_true", help=_("only say what is missing; exit 1 when something is"))
    options = parser.parse_args(argv)
    missing = unapplied()
    if options.check:
        print("\n".join(missing) or _("The database is up to date."))
        return 1 if missing else 0
    catalogues.compile_stale()
    if missing:
        call_command("migrate", verbosity=0, interactive=False)
        print(_("%(count)s steps taken; the database is up to date.") % {"count": len(missing)})
    else:
        print(_("The database is up to date."))
    if not settings.STATIC_ROOT.is_dir():
        settings.STATIC_ROOT.mkdir(parents=True)
    return 0


def unapplied() -> list[str]:
    """Names of the migrations that this version has and the database has not."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan]
