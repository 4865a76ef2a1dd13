"""The demo office after its year: weighed, sealed, touched; and a process that is killed in the middle of it."""

from __future__ import annotations

import signal
import subprocess
import time
from pathlib import Path

import pytest
from tests.journeys.demo_office import DemoOffice
from tests.site.commands import ROOT, command, environment

pytestmark = pytest.mark.sqlite

HEAD = "number,incident_state,sys_mod_count,made_sla,opened_at,sys_updated_at,priority,resolved_at,closed_at"
LINES = 1_500


def begin(office: DemoOffice, *arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command(*arguments),
        cwd=ROOT,
        env=environment(office.data),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def kill(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGKILL)
    process.communicate()


def count(office: DemoOffice, table: str) -> int:
    [(found,)] = office.read(f"SELECT count(*) FROM {table}")
    return int(found)


def test_the_draft_of_the_demo_is_found_again_sealed_and_holds(demo_office: DemoOffice) -> None:
    before = count(demo_office, "evaluation_evaluation")
    for step in (("evaluate", "--out", demo_office.out), ("seal", demo_office.out), ("verify", demo_office.out)):
        done = demo_office.run(*step)
        assert done.returncode == 0, done.stdout + done.stderr
    assert count(demo_office, "evaluation_evaluation") == before
    assert sorted(path.name for path in demo_office.out.iterdir()) == [
        *("evidence.zip", "report.docx", "report.html", "report.pdf", "report.xlsx", "result.json")
    ]


def test_a_time_changed_in_the_database_is_named_with_its_ticket(demo_office: DemoOffice) -> None:
    assert demo_office.run("evaluate", "--out", demo_office.out, "--no-documents").returncode == 0
    [(number,)] = demo_office.read(
        "SELECT min(number) FROM servicedesk_ticket WHERE kind = 'incident' AND excluded = '' AND counts"
    )
    demo_office.write(
        "UPDATE servicedesk_ticket SET responded_at = datetime(responded_at, '-1 minute') WHERE number = ?", number
    )
    found = demo_office.run("verify", demo_office.out)
    assert found.returncode == 1
    assert number in found.stdout


def test_an_evaluation_killed_while_it_writes_its_files_leaves_nothing_behind(demo_office: DemoOffice) -> None:
    begun = begin(demo_office, "evaluate", "--out", demo_office.out)
    while begun.poll() is None and not list(demo_office.out.glob(".evaluation-*")):
        time.sleep(0.005)
    kill(begun)
    assert not (demo_office.out / "result.json").exists()
    again = demo_office.run("evaluate", "--out", demo_office.out, "--no-documents")
    assert again.returncode == 0, again.stderr
    assert sorted(path.name for path in demo_office.out.iterdir()) == ["evidence.zip", "result.json"]
    assert demo_office.run("verify", demo_office.out).returncode == 0


def a_log(path: Path) -> Path:
    lines = [HEAD]
    for index in range(LINES):
        day = 1 + index % 27
        opened, solved = f"{day}/9/2021 09:{index % 60:02}", f"{day}/9/2021 1{index % 9}:59"
        lines += [
            f"K{index:05},New,0,true,{opened},{opened},3,{solved},?",
            f"K{index:05},Resolved,1,true,{opened},{solved},3,{solved},?",
        ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_an_import_killed_half_way_changes_no_verdict_and_is_done_once_by_the_next(
    demo_office: DemoOffice, tmp_path: Path
) -> None:
    arguments = ("import", "tickets", a_log(tmp_path / "log.csv"), "--mapping", "servicenow", "--contract", "YW2021-1")
    before, drafts = count(demo_office, "servicedesk_ticket"), count(demo_office, "evaluation_evaluation")
    begun = begin(demo_office, *arguments)
    while begun.poll() is None and count(demo_office, "servicedesk_ticket") == before:
        time.sleep(0.01)
    kill(begun)
    assert before < count(demo_office, "servicedesk_ticket") < before + LINES
    weighed = demo_office.run("evaluate", "--out", demo_office.out, "--no-documents")
    assert weighed.returncode == 0, weighed.stderr
    assert count(demo_office, "evaluation_evaluation") == drafts  # the same draft as before the import
    done = demo_office.run(*arguments)
    assert done.returncode == 0, done.stderr
    assert count(demo_office, "servicedesk_ticket") == before + LINES
