from __future__ import annotations

import io
import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from tests.cast import NOW, Cast
from tests.contracts.builders import an_office

from yunheng.foundation.errors import Invalid, Refused
from yunheng.foundation.models import ImportBatch
from yunheng.plans import imports
from yunheng.plans.models import DocumentDue, Occurrence, PlanRow

DEMO = files("yunheng.site").joinpath("data/demo-plan.json").read_bytes()
PRINTED = """序号,服务名称,服务项目,计划内容,计划安排时间,负责人,产出物,备注
实施阶段,,,,,,,
33,机房维护,环境,检查电源,每月,驻场工程师,《机房报告》,
34,,,检查温湿度,,,,
20,,故障,排除故障,按需,驻场工程师,,
"""


@pytest.fixture
def office(cast: Cast) -> Cast:
    an_office(cast)
    return cast


def bring(office: Cast, content: bytes, name: str = "plan.json", **more: Any) -> imports.Outcome:
    return imports.bring_in(
        project=office.project, name=name, content=content, actor=office.owner.actor, now=NOW, **more
    )


def test_the_demo_plan_is_taken_whole(office: Cast) -> None:
    outcome = bring(office, DEMO)
    assert (outcome.state, outcome.rows, outcome.documents, outcome.papers) == ("in_force", 76, 58, 1426)
    own = sum(count for row, count in outcome.by_row.items() if row.startswith("S2"))
    assert outcome.occurrences - own == 1199
    assert Occurrence.objects.count() == outcome.occurrences
    assert DocumentDue.objects.count() == 1426
    assert PlanRow.objects.get(row_id="R18").satisfied_by_on
    assert not PlanRow.objects.get(row_id="R19").satisfied_by_on


def test_the_same_file_again_changes_nothing(office: Cast) -> None:
    first = bring(office, DEMO)
    again = bring(office, DEMO)
    assert (again.state, again.batch) == ("unchanged", first.batch)
    assert PlanRow.objects.count() == 76


def test_a_dry_run_writes_nothing(office: Cast) -> None:
    assert bring(office, DEMO, dry_run=True).state == "dry_run"
    assert not PlanRow.objects.exists()
    assert not ImportBatch.objects.exists()


def test_one_problem_keeps_the_whole_file_out(office: Cast) -> None:
    data = json.loads(DEMO)
    data["rows"][3]["recurrence"]["marks"][0]["at"] = "someday"
    data["rows"][7]["sub_project"] = 9
    outcome = bring(office, json.dumps(data).encode())
    assert outcome.state == "problems"
    assert [problem.column.split(".")[0].split(" ")[0] for problem in outcome.problems] == ["R04", "R09"]
    assert not PlanRow.objects.exists()


def test_unknown_systems_are_told_and_do_not_stop_the_plan(office: Cast) -> None:
    outcome = bring(office, DEMO)
    assert "人员实名管理系统" in outcome.unknown_systems


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_the_printed_columns_as_csv(office: Cast, encoding: str) -> None:
    outcome = bring(office, PRINTED.encode(encoding), "plan.csv", dry_run=True)
    assert (outcome.state, outcome.by_row) == ("dry_run", {"R33": 12, "R34": 12, "R20": 0})


def test_the_printed_columns_as_a_workbook(office: Cast) -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet("计划")
        for number, line in enumerate(PRINTED.splitlines()):
            for column, text in enumerate(line.split(",")):
                sheet.write(number, column, text)
    outcome = bring(office, buffer.getvalue(), "plan.xlsx", dry_run=True)
    assert outcome.by_row == {"R33": 12, "R34": 12, "R20": 0}


def test_an_unknown_phrase_and_a_missing_column_are_named(office: Cast) -> None:
    outcome = bring(office, PRINTED.replace("每月", "适时").encode(), "plan.csv")
    assert {problem.value for problem in outcome.problems} == {"适时"}
    lacking = bring(office, PRINTED.replace("计划安排时间", "时间").encode(), "plan.csv")
    assert "计划安排时间" in [problem.column for problem in lacking.problems]


@pytest.mark.parametrize("content", [b"{", b"[1, 2]", b'{"rows": 1}', b""])
def test_what_is_no_plan_is_refused_in_a_sentence(office: Cast, content: bytes) -> None:
    with pytest.raises(Invalid):
        bring(office, content, "plan.json")


def test_bytes_that_are_no_table_of_a_plan_are_a_problem(office: Cast) -> None:
    assert bring(office, b"\xff\xfe{}", "plan.csv").state == "problems"


def test_only_the_owner_brings_a_plan_in(office: Cast) -> None:
    with pytest.raises(Refused):
        imports.bring_in(project=office.project, name="plan.json", content=DEMO, actor=office.supervisor.actor, now=NOW)


def test_another_file_needs_a_day_and_a_reason_and_waits_for_signatures(office: Cast) -> None:
    bring(office, PRINTED.encode(), "plan.csv")
    more = PRINTED + "35,机房维护,环境,检查门禁,每月,驻场工程师,,\n"
    with pytest.raises(Invalid, match="valid-from"):
        bring(office, more.encode(), "plan.csv")
    assert ImportBatch.objects.count() == 1
    from datetime import date

    outcome = bring(office, more.encode(), "plan.csv", valid_from=date(2021, 10, 1), reason="补充协议")
    assert outcome.state == "proposed"


def test_the_command_answers_in_json_and_withdraws(
    office: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "plan.csv"
    path.write_text(PRINTED, encoding="utf-8")
    assert imports.main([str(path), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["state"], told["occurrences"]) == ("in_force", 24)
    assert imports.main(["--withdraw", told["batch"], "--reason", "传错"]) == 0
    assert not Occurrence.objects.exclude(state="withdrawn").exists()
    assert imports.main([str(tmp_path / "none.csv")]) == 2
    path.write_text(PRINTED.replace("每月", "适时"), encoding="utf-8")
    assert imports.main([str(path)]) == 2


def test_an_empty_database_can_still_check_a_plan(db: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "plan.json"
    path.write_bytes(DEMO)
    assert imports.main([str(path), "--dry-run"]) == 0
    assert imports.main([str(path)]) == 2
