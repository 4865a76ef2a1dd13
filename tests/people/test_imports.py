from __future__ import annotations

import io
import json
from pathlib import Path

import openpyxl
import pytest
from tests.cast import NOW, Cast

from yunheng.foundation.actors import SYSTEM
from yunheng.foundation.errors import Conflict, Invalid
from yunheng.foundation.models import AuditEntry, Decision, Grant, ImportBatch
from yunheng.people import imports
from yunheng.people.models import Organisation, Posting, User

CSV = """合同,姓名,单位,岗位,证书,开始日期,结束日期,接替,用户名,角色
C1,甲,云衡运维,驻场工程师,软考中级,2021-07-01,2022-01-14,,jia,vendor_engineer
C1,乙,云衡运维,驻场工程师,软考中级,2022/1/17,,甲,,
C2,丙,另一家,安全工程师,,2021-07-01,,,,
"""


def apply(cast: Cast, content: bytes) -> ImportBatch:
    reading = imports.read(content, "people.csv", cast.tenant)
    return imports.apply(reading, tenant=cast.tenant, file_name="people.csv", digest="d", actor=SYSTEM, now=NOW)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_postings_organisations_and_users_are_brought_in(cast: Cast, encoding: str) -> None:
    batch = apply(cast, CSV.encode(encoding))
    assert (batch.rows, batch.taken, batch.rejected) == (3, 3, 0)
    assert set(Organisation.objects.values_list("name", flat=True)) == {"云衡运维", "另一家"}
    user = User.objects.get(username="jia")
    assert Grant.objects.get(actor_id=user.pk).role == "vendor_engineer"
    first = Posting.objects.get(person_name="甲")
    assert (first.user, str(first.until), str(first.last_day)) == (user, "2022-01-15", "2022-01-14")


def test_a_replacement_waits_for_its_approvals(cast: Cast) -> None:
    apply(cast, CSV.encode())
    second = Posting.objects.get(person_name="乙")
    assert second.replaces == Posting.objects.get(person_name="甲")
    assert not second.replacement_approved
    assert set(Decision.objects.values_list("role", flat=True)) == {"owner_lead", "supervisor"}


def test_a_workbook_and_json_say_the_same_as_a_csv(cast: Cast) -> None:
    rows = [line.split(",") for line in CSV.strip().splitlines()]
    book = openpyxl.Workbook()
    for row in rows:
        assert book.active is not None
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    names = [imports.COLUMNS[heading] for heading in rows[0]]
    people = json.dumps({"people": [dict(zip(names, row, strict=True)) for row in rows[1:]]}).encode()
    expected = [
        (line.contract.code, line.placement.person_name) for line in imports.read(CSV.encode(), "", cast.tenant).lines
    ]
    for content in (file.getvalue(), people):
        found = imports.read(content, "x", cast.tenant)
        assert [(line.contract.code, line.placement.person_name) for line in found.lines] == expected
        assert not found.problems


def test_every_fault_is_named_and_nothing_is_taken(cast: Cast) -> None:
    content = (
        "合同,姓名,单位,岗位,开始日期,结束日期,用户名,角色,颜色\n"
        "C9,甲,云衡,工程师,2021-07-01,,,,\n"
        "C1,,云衡,工程师,2021-13-01,,,,\n"
        "C1,丙,云衡,工程师,2021-07-01,2021-06-01,,,\n"
        "C1,丁,云衡,=1+1,2021-07-01,,,,\n"
        "C1,戊,云衡,工程师,2021-07-01,,wu,auditor,\n"
    ).encode()
    reading = imports.read(content, "people.csv", cast.tenant)
    assert sorted((problem.row, problem.column) for problem in reading.problems) == [
        (2, "contract"),
        (3, "name"),
        (3, "since"),
        (4, "last_day"),
        (5, "岗位"),
        (6, "role"),
    ]
    assert [remark.column for remark in reading.remarks] == ["颜色"]
    with pytest.raises(Invalid):
        imports.apply(reading, tenant=cast.tenant, file_name="people.csv", digest="d", actor=SYSTEM, now=NOW)
    assert not Posting.objects.exists()
    assert not Organisation.objects.exists()


def test_somebody_who_replaces_a_stranger_stops_the_whole_file(cast: Cast) -> None:
    content = "合同,姓名,单位,岗位,开始日期,接替\nC1,甲,云衡,工程师,2021-07-01,\nC1,乙,云衡,工程师,2021-08-01,无名\n"
    with pytest.raises(Invalid, match="无名"):
        apply(cast, content.encode())
    assert not Posting.objects.exists()
    assert not AuditEntry.objects.exists()


def test_the_same_file_is_taken_once(cast: Cast) -> None:
    apply(cast, CSV.encode())
    with pytest.raises(Conflict):
        apply(cast, CSV.encode())
    assert Posting.objects.count() == 3


def test_missing_columns_are_named(cast: Cast) -> None:
    found = imports.read("姓名,岗位\n甲,工程师\n".encode(), "x", cast.tenant).problems
    assert {problem.column for problem in found} == {"contract", "organisation", "since"}


@pytest.mark.parametrize("content", [b"{", b'{"people": 3}', b'{"people": [{"colour": "red"}]}'])
def test_json_that_is_no_list_of_people_is_refused(cast: Cast, content: bytes) -> None:
    with pytest.raises(Invalid):
        imports.read(content, "x.json", cast.tenant)


def test_a_dry_run_says_what_it_would_do_and_writes_nothing(
    cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "people.csv"
    file.write_text(CSV, encoding="utf-8")
    assert imports.main([str(file), "--office", "T1", "--dry-run", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["postings"], said["applied"], said["users"]) == (3, False, ["jia"])
    assert not Posting.objects.exists()
    assert imports.main([str(file), "--office", "T1", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["batch"] == "IMP-2026-000001"
    assert Posting.objects.count() == 3
