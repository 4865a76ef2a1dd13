"""An import that is killed half-way leaves nothing; the next run of the same file takes all of it."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]
DEVICES = 300

PREPARE = """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from yunheng.foundation.models import Scope, ScopeKind
Scope.objects.create_child(kind=ScopeKind.TENANT, code="T", name="某单位")
"""
# Says "half" when all devices are written and nothing is committed, and waits there for the end.
IMPORT_HALF = """
import sys, time, django; django.setup()
from yunheng.contracts.imports import applying, main
real = applying.put_many_in_use
def put_many_in_use(**given):
    made = real(**given)
    if len(made) == 300:
        print("half", flush=True)
        time.sleep(600)
    return made
applying.put_many_in_use = put_many_in_use
main([sys.argv[1]])
"""
IMPORT = """
import sys, django; django.setup()
from yunheng.contracts.imports import main
sys.exit(main([sys.argv[1], "--json"]))
"""
TABLES = ("contracts_project", "contracts_contract", "assets_device", "foundation_importbatch", "foundation_auditentry")


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


def rows(folder: Path) -> list[int]:
    with sqlite3.connect(folder / "yunheng.sqlite3", timeout=30) as database:
        found = [int(database.execute(f"SELECT count(*) FROM {table}").fetchone()[0]) for table in TABLES]
    database.close()
    return found


def a_file(path: Path) -> None:
    page = (ROOT / "docs/reference/import-contract.md").read_text(encoding="utf-8")
    data: Any = json.loads(page.split("<!-- example -->")[1].split("```json")[1].split("```")[0])
    data["sub_projects"][0]["contract"]["devices"] = [
        {"code": f"D-{number}", "category": "服务器", "name": "设备", "in_use": [{"since": "2021-07-01"}]}
        for number in range(DEVICES)
    ]
    path.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")


def test_a_killed_import_leaves_nothing_and_the_next_run_takes_all(tmp_path: Path) -> None:
    file = tmp_path / "contract.json"
    a_file(file)
    run(tmp_path, PREPARE)
    before = rows(tmp_path)
    begun = subprocess.Popen(
        [sys.executable, "-c", IMPORT_HALF, str(file)], env=environment(tmp_path), stdout=subprocess.PIPE, text=True
    )
    assert begun.stdout is not None
    assert begun.stdout.readline() == "half\n"
    begun.send_signal(signal.SIGKILL)
    begun.wait()
    begun.stdout.close()
    assert rows(tmp_path) == before
    answer = json.loads(run(tmp_path, IMPORT, str(file)))
    assert (answer["state"], answer["counts"]["devices"]) == ("applied", DEVICES)
    assert json.loads(run(tmp_path, IMPORT, str(file)))["state"] == "unchanged"
