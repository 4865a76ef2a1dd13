from __future__ import annotations

import io
from typing import Any

import pytest
import xlsxwriter
from tests.cast import NOW, Cast
from tests.contracts.builders import an_office

from yunheng.assets.actions.recording import SystemFacts, record_system
from yunheng.assets.models import Device, InUsePeriod, System
from yunheng.contracts.imports import batches
from yunheng.contracts.imports.batches import Outcome
from yunheng.foundation.actors import SYSTEM
from yunheng.foundation.errors import Conflict, Invalid

LEDGER = """序号,资产编号,设备类别,设备名称,所属系统,位置,启用日期,停用日期,备注
1,FWQ-001,服务器,机架服务器,协同办公系统,1号楼6楼,2021/7/1,2021-08-21,
2,FWQ-001,服务器,机架服务器,协同办公系统,1号楼6楼,2021年9月1日,,修好后
3,JHJ-001,网络设备,交换机,,2楼,2021.7.1,,
4,DY-001,打印设备,打印机,,3楼,,,未启用
"""


@pytest.fixture
def office(cast: Cast) -> Cast:
    an_office(cast)
    record_system(scope=cast.contract, facts=SystemFacts("OA", "协同办公系统"), actor=SYSTEM, now=NOW)
    return cast


def bring(office: Cast, content: bytes | str = LEDGER, **more: Any) -> Outcome:
    given: dict[str, Any] = {"name": "台账.csv", "contract": "C1", "actor": office.owner.actor, "now": NOW} | more
    content = content.encode() if isinstance(content, str) else content
    return batches.bring_in(tenant=office.tenant, content=content, **given)


def told(outcome: Outcome) -> list[tuple[int, str]]:
    return [(problem.row, problem.column) for problem in outcome.problems]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_register_in_any_encoding_of_an_office(office: Cast, encoding: str) -> None:
    outcome = bring(office, LEDGER.encode(encoding))
    assert (outcome.state, outcome.counts) == ("applied", {"devices": 3, "in_use": 3})
    assert Device.objects.get(code="FWQ-001").system == System.objects.get()
    assert InUsePeriod.objects.filter(device__code="FWQ-001").count() == 2


def test_a_workbook_is_read_alike_and_its_formulas_are_refused(office: Cast) -> None:
    def a_book(formula: str = "") -> bytes:
        buffer = io.BytesIO()
        with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
            sheet = book.add_worksheet("台账")
            for number, line in enumerate(LEDGER.splitlines()):
                for column, text in enumerate(line.split(",")):
                    sheet.write(number, column, text)
            if formula:
                sheet.write_formula(3, 3, formula)
        return buffer.getvalue()

    assert told(bring(office, a_book('=HYPERLINK("x")'), name="台账.xlsx")) == [(4, "设备名称")]
    assert bring(office, a_book(), name="台账.xlsx").counts == {"devices": 3, "in_use": 3}


def test_a_formula_in_a_text_file_is_refused(office: Cast) -> None:
    outcome = bring(office, LEDGER.replace("交换机", "=cmd|'/c calc'!A0"))
    assert told(outcome) == [(4, "设备名称")]
    assert not Device.objects.exists()


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("备注", "颜色", (1, "颜色")),
        ("启用日期", "设备编号", (1, "资产编号")),
        ("设备类别", "分类", (1, "设备类别")),
        ("2021.7.1", "七月", (4, "启用日期")),
        ("JHJ-001", "JHJ/001", (4, "资产编号")),
        ("JHJ-001", "", (4, "资产编号")),
        ("交换机", "机" * 201, (4, "设备名称")),
        ("2021-08-21", "2021-07-01", (2, "")),
        ("2021年9月1日", "2021年8月1日", (3, "")),
        ("2021年9月1日", "", (3, "资产编号")),
        ("4,DY-001,打印设备", "4,JHJ-001,打印设备", (5, "资产编号")),
    ],
)
def test_a_bad_register_is_kept_out_and_its_place_named(
    office: Cast, old: str, new: str, place: tuple[int, str]
) -> None:
    outcome = bring(office, LEDGER.replace(old, new, 1) if old != "设备类别" else LEDGER.replace(old, new))
    assert outcome.state == "problems"
    assert place in told(outcome)
    assert not Device.objects.exists()


def test_a_system_that_nobody_knows_is_a_problem_of_its_row(office: Cast) -> None:
    outcome = bring(office, LEDGER.replace("协同办公系统", "无此系统"))
    assert told(outcome) == [(2, "")]


def test_a_code_of_the_office_that_is_taken_is_named(office: Cast) -> None:
    bring(office)
    outcome = bring(office, LEDGER + "5,DY-002,打印设备,打印机,,,,,\n")
    assert [problem.value for problem in outcome.problems] == ["FWQ-001", "JHJ-001", "DY-001"]
    assert Device.objects.count() == 3


def test_devices_are_withdrawn_until_somebody_names_one(office: Cast) -> None:
    first = bring(office)
    batches.withdraw(tenant=office.tenant, number=first.batch, reason="重复", actor=SYSTEM, now=NOW)
    assert not Device.objects.exists()
    again = bring(office)
    InUsePeriod.objects.create(device=Device.objects.get(code="DY-001"), since="2021-09-01", since_recorded_at=NOW)
    with pytest.raises(Conflict):
        batches.withdraw(tenant=office.tenant, number=again.batch, reason="重复", actor=SYSTEM, now=NOW)


@pytest.mark.parametrize("contract", ["", "C9"])
def test_a_register_needs_a_contract_that_is_there(office: Cast, contract: str) -> None:
    if contract:
        assert bring(office, contract=contract, actor=SYSTEM).state == "problems"
    else:
        with pytest.raises(Invalid):
            bring(office, contract=contract)
    assert not Device.objects.exists()
