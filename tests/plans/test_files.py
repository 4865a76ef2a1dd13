"""Plan files: the JSON layout and the eight printed columns."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from yunheng.kernel.reading import CaseError
from yunheng.plans.rules.layout import read_layout
from yunheng.plans.rules.printed import read_columns, split_names

WINDOW = (date(2021, 7, 1), date(2022, 6, 30))


def a_row(**more: Any) -> dict[str, Any]:
    reading = {"kind": "once", "marks": [{"name": "完成", "at": "month_end:2021-07"}]}
    return {"row_id": "R01", "no": 1, "content": "组队", "recurrence": reading} | more


def layout(*rows: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"meta": {"window": ["2021-07-01", "2022-06-30"]}, "rows": list(rows)} | more


def test_what_was_inherited_or_read_in_is_empty_in_print() -> None:
    row = a_row(service="启动", item="组队", schedule_text="2021年7月", inherited=["service"], our_reading=["item"])
    printed = read_layout(layout(row)).rows[0].printed
    assert (printed["服务名称"], printed["服务项目"], printed["计划安排时间"]) == ("", "", "2021年7月")


def test_a_cell_that_print_broke_is_kept_as_printed() -> None:
    row = a_row(service="报告", printed_cells={"service": "周期性巡检"})
    assert read_layout(layout(row)).rows[0].printed["服务名称"] == "周期性巡检"


@pytest.mark.parametrize(
    ("broken", "column"),
    [
        ({"content": " "}, "content"),
        ({"recurrence": {}}, "recurrence"),
        ({"obligation": "perhaps"}, "obligation"),
        ({"sub_project": "one"}, "sub_project"),
        ({"owner_role": "经理"}, "owner_role"),
        ({"satisfied_by": ["R99"]}, "satisfied_by"),
    ],
)
def test_a_broken_row_is_named(broken: dict[str, Any], column: str) -> None:
    problems = read_layout(layout(a_row(**broken))).problems
    assert [(problem.row, problem.column) for problem in problems] == [("R01", column)]


def test_a_key_used_twice_is_named() -> None:
    assert [problem.column for problem in read_layout(layout(a_row(), a_row())).problems] == ["row_id"]


def test_a_file_without_rows_is_refused() -> None:
    with pytest.raises(CaseError):
        read_layout({"lines": []})


def test_a_plan_without_a_service_period_asks_for_one() -> None:
    with pytest.raises(CaseError, match="--window"):
        read_layout({"rows": [a_row()]})


def lines(*rows: dict[str, str]) -> list[tuple[int, dict[str, str]]]:
    return list(enumerate(rows, start=2))


def test_merged_cells_take_the_text_above() -> None:
    plan = read_columns(
        lines(
            {"序号": "实施阶段"},
            {
                "序号": "33",
                "服务名称": "机房",
                "计划内容": "电源",
                "计划安排时间": "每月",
                "负责人": "驻场",
                "产出物": "《机房报告》",
            },
            {"序号": "34", "计划内容": "温湿度"},
        ),
        WINDOW,
    )
    assert plan.problems == ()
    second = plan.rows[1]
    assert (second.phase, second.service, second.schedule_text, second.deliverables) == (
        "实施阶段",
        "机房",
        "每月",
        ("《机房报告》",),
    )
    assert second.printed["计划安排时间"] == ""
    assert "计划安排时间" in second.inherited


def test_an_unknown_phrase_is_a_problem_that_names_its_row_and_is_never_guessed() -> None:
    plan = read_columns(lines({"序号": "7", "计划内容": "巡检", "计划安排时间": "适时"}), WINDOW)
    assert plan.rows == ()
    assert [(problem.row, problem.column, problem.value) for problem in plan.problems] == [
        ("7", "计划安排时间", "适时")
    ]


def test_doubled_and_missing_numbers_get_keys_of_their_own() -> None:
    row = {"计划内容": "测试", "计划安排时间": "按需"}
    plan = read_columns(lines({"序号": "67"} | row, {"序号": "67"} | row, row), WINDOW)
    assert [draft.row_id for draft in plan.rows] == ["R67", "R67b", "RX1"]


def test_names_are_split_at_titles_or_commas() -> None:
    assert split_names("《月报》《签到表》") == ("《月报》", "《签到表》")
    assert split_names("项目经理、项目监理") == ("项目经理", "项目监理")
