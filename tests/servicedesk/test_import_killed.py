"""An import that is killed half-way: nothing of it is seen, and the next run of the same file completes it once."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
TICKETS = 2_500

PREPARE = """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from yunheng.foundation.models import Scope, ScopeKind
tenant = Scope.objects.create_child(kind=ScopeKind.TENANT, code="T", name="某单位")
project = Scope.objects.create_child(kind=ScopeKind.PROJECT, code="P", name="项目", parent=tenant)
Scope.objects.create_child(kind=ScopeKind.CONTRACT, code="C1", name="合同", parent=project)
"""
IMPORT = """
import sys, django; django.setup()
from yunheng.servicedesk.imports import main
sys.exit(main([sys.argv[1], "--mapping", "servicenow", "--contract", "C1"]))
"""
SEEN = """
import django; django.setup()
from yunheng.servicedesk.access import in_force
from yunheng.foundation import audit
from yunheng.foundation.models import Scope
print(in_force().count(), in_force().values("external_reference").distinct().count(),
      audit.verify_chain(Scope.objects.get(code="T")).holds)
"""


def environment(folder: Path) -> dict[str, str]:
    return os.environ | {
        "YUNHENG_DATA": str(folder),
        "DJANGO_SETTINGS_MODULE": "yunheng.site.settings",
        "PYTHONPATH": str(ROOT / "src"),
        "DATABASE_URL": "",
    }


def run(folder: Path, code: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], env=environment(folder), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def a_log(path: Path) -> None:
    head = "number,incident_state,sys_mod_count,made_sla,opened_at,sys_updated_at,priority,resolved_at,closed_at"
    lines = [head]
    for index in range(TICKETS):
        day = 1 + index % 27
        opened = f"{day}/9/2021 09:{index % 60:02}"
        solved = f"{day}/9/2021 1{index % 9}:59"
        lines += [
            f"K{index:05},New,0,true,{opened},{opened},3,{solved},?",
            f"K{index:05},Resolved,1,true,{opened},{solved},3,{solved},?",
        ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def written(folder: Path) -> int:
    """Tickets in the table, seen or not."""
    with sqlite3.connect(folder / "yunheng.sqlite3", timeout=30) as database:
        [count] = database.execute("SELECT count(*) FROM servicedesk_ticket").fetchone()
    database.close()
    return int(count)


def test_a_killed_import_is_unseen_and_completed_by_the_next_run(tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    a_log(log)
    run(tmp_path, PREPARE)
    begun = subprocess.Popen([sys.executable, "-c", IMPORT, str(log)], env=environment(tmp_path))
    while begun.poll() is None and written(tmp_path) == 0:
        time.sleep(0.01)
    begun.send_signal(signal.SIGKILL)
    begun.wait()
    assert 0 < written(tmp_path) < TICKETS
    assert run(tmp_path, SEEN).split() == ["0", "0", "True"]
    run(tmp_path, IMPORT, str(log))
    assert run(tmp_path, SEEN).split() == [str(TICKETS), str(TICKETS), "True"]
    assert written(tmp_path) == TICKETS
