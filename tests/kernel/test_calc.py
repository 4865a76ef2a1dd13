"""`yunheng calc` as people use it: a file or standard input in, JSON out, or one sentence and exit 2."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from yunheng.site.calc import main

PLAN = Path(__file__).parent / "data" / "plan.json"
OFFICE = {
    "timezone": "Asia/Shanghai",
    "weekly": {name: [["08:30", "12:00"], ["14:00", "17:30"]] for name in ("mon", "tue", "wed", "thu", "fri")},
    "holidays": {"yearly": ["01-01"], "dates": [f"2021-10-0{day}" for day in range(1, 8)]},
    "workdays": {"2021-09-18": "fri"},
    "special": {"2021-12-31": [["08:30", "12:00"]]},
}


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YUNHENG_LANGUAGE", "en")


def asked(command: str, data: Any, *more: str) -> tuple[int, str, str]:
    """Exit code, standard output and standard error, with the data on standard input."""
    text = data if isinstance(data, bytes) else json.dumps(data, ensure_ascii=False).encode()
    with pytest.MonkeyPatch.context() as patch:
        out, err = io.StringIO(), io.StringIO()
        patch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(text)))
        patch.setattr(sys, "stdout", out)
        patch.setattr(sys, "stderr", err)
        code = main([command, "-", *more])
    return code, out.getvalue(), err.getvalue()


def answer(command: str, data: Any, *more: str) -> Any:
    code, out, err = asked(command, data, *more)
    assert (code, err) == (0, "")
    return json.loads(out)


def complaint(command: str, data: Any, *more: str) -> str:
    code, out, err = asked(command, data, *more)
    assert (code, out) == (2, "")
    return err.removesuffix("\n")


def checks(*entries: dict[str, Any], calendar: Any = OFFICE) -> dict[str, Any]:
    return {"cases": [{"id": "c1", "calendar": calendar, "checks": list(entries)}]}


def results(*entries: dict[str, Any], calendar: Any = OFFICE) -> list[Any]:
    return [check["result"] for check in answer("worktime", checks(*entries, calendar=calendar))["cases"][0]["checks"]]


class TestWorktime:
    def test_each_operation_has_its_result(self) -> None:
        pause = [["2021-09-17T17:00:00+08:00", "2021-09-18T09:00:00+08:00"]]
        assert results(
            {"op": "due", "start": "2021-09-30T16:30:00+08:00", "seconds": 28800},
            {"op": "due", "start": "2021-09-17T16:30:00+08:00", "seconds": 3600, "pauses": pause},
            {"op": "elapsed", "start": "2021-09-17T17:00:00+08:00", "end": "2021-09-18T12:00:00+08:00"},
            {
                "op": "elapsed",
                "start": "2021-09-17T16:00:00+08:00",
                "end": "2021-09-18T12:00:00+08:00",
                "pauses": pause,
            },
            {"op": "paused_working", "pauses": pause},
            {"op": "shift", "from": "2021-09-18T08:30:00+08:00", "seconds": -300},
            {"op": "shift", "from": "2021-09-18T08:30:00+08:00", "seconds": 300},
            {"op": "first_open", "start": "2021-09-18T12:00:00+08:00"},
            {"op": "due_days", "start": "2021-12-30T16:00:00+08:00", "days": 1},
            {"op": "due_days", "start": "2021-12-30T16:00:00+08:00", "days": 1, "end_of_working_day": True},
        ) == [
            "2021-10-08T17:30:00+08:00",
            "2021-09-18T09:30:00+08:00",
            14400,
            14400,
            3600,
            "2021-09-17T17:25:00+08:00",
            "2021-09-18T08:35:00+08:00",
            "2021-09-18T14:00:00+08:00",
            "2021-12-31T12:00:00+08:00",
            "2021-12-31T12:00:00+08:00",
        ]

    def test_instants_may_come_in_any_offset_and_without_one(self) -> None:
        assert (
            results(
                {"op": "first_open", "start": "2021-09-13T01:00:00Z"},
                {"op": "first_open", "start": "2021-09-13T09:00:00"},
                {"op": "first_open", "start": "2021-09-13 09:00"},
            )
            == ["2021-09-13T09:00:00+08:00"] * 3
        )

    def test_a_check_may_carry_its_own_calendar(self) -> None:
        check = {"op": "due", "start": "2021-10-01T10:00:00+08:00", "seconds": 60}
        assert results(check, {**check, "calendar": "cn-7x24"}, calendar="cn-5x8") == [
            "2021-10-08T08:31:00+08:00",
            "2021-10-01T10:01:00+08:00",
        ]

    def test_a_year_that_is_not_announced_is_said(self) -> None:
        found = answer(
            "worktime",
            checks(
                {"op": "due", "start": "2026-12-31T17:00:00", "seconds": 3600},
                {"op": "elapsed", "start": "2026-12-31T17:00:00", "end": "2027-01-05T09:00:00"},
                {"op": "paused_working", "pauses": [["2026-12-31T17:00:00", "2027-01-05T09:00:00"]]},
                {"op": "paused_working", "pauses": []},
                {"op": "due", "start": "2026-12-30T17:00:00", "seconds": 3600},
                calendar="cn-5x8",
            ),
        )["cases"][0]["checks"]
        assert [check.get("provisional", False) for check in found] == [True, True, True, False, False]

    def test_a_check_keeps_its_id(self) -> None:
        entry = {"op": "first_open", "start": "2021-09-13T09:00:00", "id": "a", "note": "at work"}
        assert answer("worktime", checks(entry))["cases"][0]["checks"][0]["id"] == "a"

    def test_explain_adds_the_steps(self) -> None:
        entries = (
            {"op": "due", "start": "2021-09-17T17:00:00+08:00", "seconds": 14400},
            {"op": "elapsed", "start": "2021-09-17T17:00:00+08:00", "end": "2021-09-17T17:10:00+08:00"},
            {"op": "paused_working", "pauses": [["2021-09-18T00:00:00+08:00", "2021-09-18T09:00:00+08:00"]]},
            {"op": "shift", "from": "2021-09-17T17:10:00+08:00", "seconds": -600},
            {"op": "first_open", "start": "2021-09-17T17:10:00+08:00"},
            {"op": "due_days", "start": "2021-09-17T17:10:00+08:00", "days": 1},
        )
        found = answer("worktime", checks(*entries), "--explain")["cases"][0]["checks"]
        assert [step["words"] for step in found[0]["steps"]] == [
            "The clock starts at 2021-09-17 17:00.",
            "2021-09-17 17:00-17:30: 30 min.",
            "2021-09-18 (make-up workday) 08:30-12:00: 3 h 30 min.",
            "Due at 2021-09-18 12:00: 4 h used up.",
        ]
        assert found[0]["steps"][1] | {"words": ""} == {"words": "", "at": "2021-09-17T17:30:00+08:00", "seconds": 1800}
        assert [check["steps"][-1]["words"] for check in found[1:]] == [
            "Elapsed: 10 min.",
            "Elapsed: 30 min.",
            "Elapsed: 10 min.",
            "The clock starts at 2021-09-17 17:10.",
            "Due at 2021-09-18 17:10: 1 working day(s) after 2021-09-17 17:10.",
        ]

    @pytest.mark.parametrize(
        ("entry", "where"),
        [
            ({"op": "undo"}, "checks[0].op: undo is not one of due, elapsed"),
            ({"start": "2021-09-13T09:00:00"}, "checks[0].op: is missing."),
            ({"op": "due", "start": "2021-09-13T09:00:00"}, "checks[0].seconds: is missing."),
            ({"op": "due", "start": "tomorrow", "seconds": 1}, "checks[0].start: tomorrow is not an instant."),
            (
                {"op": "due", "start": "2021-09-13T09:00:00.5", "seconds": 1},
                "checks[0].start: 2021-09-13T09:00:00.5 has",
            ),
            (
                {"op": "due", "start": "2021-09-13T09:00:00", "seconds": 1.5},
                "checks[0].seconds: expected a whole number",
            ),
            ({"op": "due", "start": "2021-09-13T09:00:00", "seconds": -1}, "checks[0].seconds: -1 is less than 0."),
            (
                {"op": "due", "start": "2021-09-13T09:00:00", "seconds": 1, "pause": []},
                "checks[0].pause: is not a known",
            ),
            (
                {"op": "elapsed", "start": "2021-09-13T09:00:00", "end": "2021-09-13T08:00:00"},
                "checks[0].end: lies before",
            ),
            (
                {"op": "paused_working", "pauses": [["2021-09-13T09:00:00", "2021-09-13T08:00:00"]]},
                "checks[0].pauses[0]: ends before it begins.",
            ),
            ({"op": "paused_working", "pauses": [["2021-09-13T09:00:00"]]}, "checks[0].pauses[0]: expected a pair"),
            (
                {"op": "due", "start": "9999-01-01T00:00:00", "seconds": 1},
                "checks[0]: the answer or an instant lies beyond",
            ),
        ],
    )
    def test_a_wrong_check_is_named_with_its_field(self, entry: dict[str, Any], where: str) -> None:
        good = {"op": "first_open", "start": "2021-09-13T09:00:00"}
        message = complaint("worktime", checks(entry))
        assert message.startswith(f"yunheng calc worktime: case c1: {where}")
        later = complaint("worktime", checks(good, entry))
        assert f"case c1: {where.replace('checks[0]', 'checks[1]')}" in later

    def test_a_wrong_calendar_is_named_where_it_stands(self) -> None:
        check = {"op": "first_open", "start": "2021-09-13T09:00:00"}
        empty: dict[str, Any] = {"weekly": {}}
        assert "case c1: calendar.weekly: has no working time" in complaint("worktime", checks(check, calendar=empty))
        own = checks({**check, "calendar": empty})
        assert "case c1: checks[0].calendar.weekly: has no working time" in complaint("worktime", own)
        assert "case c1: checks[0].calendar: is missing, here and in the case." in complaint(
            "worktime", checks(check, calendar=None)
        )


class TestSchedule:
    def test_the_plan_has_1199_occurrences(self) -> None:
        found = answer("schedule", json.loads(PLAN.read_text(encoding="utf-8")))
        assert (found["total"], found["provisional"]) == (1199, [])
        assert found["window"] == ["2021-07-01", "2022-06-30"]
        rows = {row["row_id"]: row for row in found["rows"]}
        assert (rows["R11"]["count"], rows["R20"]["count"], rows["R20"]["occurrences"]) == (53, 0, [])
        assert rows["R17"]["occurrences"][2] == {
            "number": 3,
            "period": ["2021-09-01", "2021-09-30"],
            "marks": [
                {"name": "完成", "due": "2021-09-30T23:59:00+08:00"},
                {"name": "提交", "due": "2021-10-08T23:59:00+08:00"},
            ],
        }

    def test_another_service_year_moves_everything(self) -> None:
        plan = json.loads(PLAN.read_text(encoding="utf-8"))
        del plan["window"]
        found = answer("schedule", plan, "--window", "2022-07-01", "2023-06-30")
        rows = {row["row_id"]: row["occurrences"] for row in found["rows"]}
        assert found["window"] == ["2022-07-01", "2023-06-30"]
        assert rows["R01"][0]["period"] == ["2022-07-01", "2022-07-31"]
        assert rows["R72"][0]["marks"][0]["due"] == "2023-07-31T23:59:00+08:00"
        assert rows["R12"][-1]["marks"][0]["due"] == "2023-07-05T23:59:00+08:00"
        assert len(rows["R65"]) == 1

    def test_explain_says_why_a_day_moved(self) -> None:
        plan = {"rows": [row for row in json.loads(PLAN.read_text(encoding="utf-8"))["rows"] if row["row_id"] == "R12"]}
        found = answer("schedule", plan, "--explain")["rows"][0]["occurrences"]
        assert found[2]["steps"] == [
            "提交 for 2021-09-01 to 2021-09-30: by 2021-10-08 23:59.",
            "Moved from 2021-10-05 (National Day).",
        ]
        assert len(found[0]["steps"]) == 1

    def test_switches_change_the_reading(self) -> None:
        plan = json.loads(PLAN.read_text(encoding="utf-8"))
        plan["switches"] = {"rows": {"R18": {"calendar": "natural"}}}
        assert answer("schedule", plan)["total"] == 1314
        plan["switches"] = {"rows": {"R11": {"quota_rule": "min_workdays"}}}
        assert answer("schedule", plan)["total"] == 1198
        plan["switches"] = {"rows": {"R17": {"freq": "quarter"}}}
        assert answer("schedule", plan)["total"] == 1191
        plan["switches"] = {"deadline": "exclusive", "shift": "previous_workday"}
        found = answer("schedule", plan)
        assert found["total"] == 1199
        rows = {row["row_id"]: row["occurrences"] for row in found["rows"]}
        assert rows["R12"][0]["marks"][0]["due"] == "2021-08-04T23:59:00+08:00"

    def test_a_plan_without_periodic_rows_has_no_window(self) -> None:
        row = {"row_id": "A", "recurrence": {"kind": "once", "marks": [{"name": "提交", "at": "date:2021-12-30"}]}}
        assert answer("schedule", {"rows": [row]})["window"] is None
        assert answer("schedule", {"rows": [row]}, "--window", "2022-01-01", "2022-12-31")["total"] == 1

    @pytest.mark.parametrize(
        ("change", "where"),
        [
            ({"rows": 5}, "rows: expected a list, found a number."),
            ({"rows": [{}]}, "rows[0].row_id: is missing."),
            ({"rows": [{"row_id": 5}]}, "rows[0].row_id: expected a text"),
            ({"rows": [{"row_id": "A"}]}, "row A.recurrence: is missing."),
            ({"rows": [{"row_id": "A", "recurrence": {"kind": "once"}}]}, "row A.recurrence.marks: is missing."),
            ({"switches": {"deadline": "maybe"}}, "switches.deadline: maybe is not one of"),
            ({"switches": {"shift": "maybe"}}, "switches.shift: maybe is not one of"),
            ({"switches": {"rows": {"R99": {}}}}, "switches.rows.R99: R99 is not one of"),
            ({"window": ["2021-07-01", "2021-06-01"]}, "window: ends on 2021-06-01"),
            ({"calendar": "cn"}, "calendar: cn is not one of"),
        ],
    )
    def test_a_wrong_plan_is_named_with_its_field(self, change: dict[str, Any], where: str) -> None:
        plan = json.loads(PLAN.read_text(encoding="utf-8")) | change
        assert complaint("schedule", plan).startswith(f"yunheng calc schedule: {where}")

    def test_a_row_that_stands_twice_is_refused(self) -> None:
        row = {"row_id": "A", "recurrence": {"kind": "on_demand", "marks": [{"name": "完成", "at": "event"}]}}
        assert "row A: stands here twice." in complaint("schedule", {"rows": [row, row]})

    def test_years_that_are_not_announced_are_named(self) -> None:
        plan = json.loads(PLAN.read_text(encoding="utf-8"))
        assert answer("schedule", plan, "--window", "2026-07-01", "2027-06-30")["provisional"] == [2027]

    def test_a_wrong_window_is_named(self) -> None:
        assert "--window: ends on 2021-01-01" in complaint(
            "schedule", {"rows": []}, "--window", "2022-01-01", "2021-01-01"
        )


class TestAvailability:
    CASE: dict[str, Any] = {
        "id": "db",
        "window": ["2021-09-30T00:00:00+08:00", "2021-10-09T00:00:00+08:00"],
        "events": [
            {"t": "2021-09-29T00:00:00+08:00", "state": "up"},
            {"t": "2021-09-30T09:00:00+08:00", "state": "down"},
            {"t": "2021-09-30T10:00:00+08:00", "state": "up"},
        ],
    }

    def of(self, *more: str, **changes: Any) -> Any:
        return answer("availability", {"cases": [self.CASE | changes]}, *more)["cases"][0]

    def test_six_totals_a_percentage_and_the_outages(self) -> None:
        found = self.of()
        assert found["totals"] == {
            "up": 9 * 86_400 - 3600,
            "degraded": 0,
            "down": 3600,
            "planned": 0,
            "unknown": 0,
            "not_scored": 0,
        }
        assert (found["percent"], found["exact"], found["unknown_share"]) == ("99.5370", "215/216", "0.000000")
        assert found["outages"] == [
            {"from": "2021-09-30T09:00:00+08:00", "to": "2021-09-30T10:00:00+08:00", "seconds": 3600}
        ]

    def test_planned_work_is_left_out_or_forgiven(self) -> None:
        planned = [
            {
                "from": "2021-09-30T09:30:00+08:00",
                "to": "2021-09-30T09:45:00+08:00",
                "approved_at": "2021-09-29T00:00:00+08:00",
            },
            {"from": "2021-09-30T09:45:00+08:00", "to": "2021-09-30T09:50:00+08:00"},
        ]
        left = self.of(planned=planned, service_hours="cn-5x8")
        assert (left["totals"]["down"], left["totals"]["planned"], left["late_planned"]) == (2700, 900, [1])
        assert left["exact"] == "52/55"
        forgiven = self.of("--explain", planned=planned, service_hours="cn-5x8", options={"planned": "forgive"})
        assert forgiven["exact"] == "53/56"
        assert forgiven["steps"][1] == "Planned work 2 does not count: it was not approved before it began."
        assert "with planned work forgiven" in forgiven["steps"][2]

    def test_service_hours_leave_out_the_rest(self) -> None:
        totals = self.of(service_hours="cn-5x8")["totals"]
        assert totals["up"] + totals["down"] == 14 * 3600
        assert sum(totals.values()) == 9 * 86_400

    def test_elapsed_and_projected_figures_are_apart(self) -> None:
        found = self.of(options={"now": "2021-09-30T09:30:00+08:00"})
        assert found["totals"]["down"] == 1800
        assert found["elapsed"]["to"] == "2021-09-30T09:30:00+08:00"
        assert sum(found["elapsed"]["totals"].values()) == 34_200
        assert found["projected"]["totals"]["down"] == 9 * 86_400 - 32_400
        early = self.of(options={"now": "2021-09-01T00:00:00+08:00"})
        assert "elapsed" not in early
        assert early["percent"] is None

    def test_plain_seconds_stay_plain(self) -> None:
        events = [{"t": 10, "state": "up"}, {"t": 90, "state": "down"}]
        found = self.of("--explain", window=[0, 100], events=events)
        assert found["outages"] == [{"from": 90, "to": 100, "seconds": 10}]
        assert found["above_ceiling"]
        assert found["steps"][-1] == "The unknown share is above the ceiling of 5.0000%: no score."

    def test_instants_without_offset_are_read_in_the_place_of_the_product(self) -> None:
        found = self.of(window=["2021-09-30 00:00", "2021-10-01 00:00"])
        assert found["outages"][0]["from"] == "2021-09-30T09:00:00+08:00"

    def test_nothing_scored_gives_no_figure(self) -> None:
        found = self.of("--explain", events=[])
        assert (found["percent"], found["exact"]) == (None, None)
        assert found["steps"][-1] == "There is no scored time: no figure."

    @pytest.mark.parametrize(
        ("change", "where"),
        [
            ({"window": [10, 10]}, "window: ends before it begins."),
            ({"window": [10]}, "window: expected a pair"),
            ({"events": [{"t": 5, "state": "broken"}]}, "events[0].state: broken is not one of up, degraded"),
            ({"events": [{"state": "up"}]}, "events[0].t: is missing."),
            ({"events": [{"t": True, "state": "up"}]}, "events[0].t: expected a text, found true or false."),
            ({"planned": [{"from": 5, "to": 4}]}, "planned[0].to: lies before from."),
            ({"options": {"planned": "forget"}}, "options.planned: forget is not one of leave, forgive."),
            ({"service_hours": {"weekly": {}}}, "service_hours.weekly: has no working time"),
        ],
    )
    def test_a_wrong_case_is_named_with_its_field(self, change: dict[str, Any], where: str) -> None:
        message = complaint("availability", {"cases": [self.CASE | change]})
        assert message.startswith(f"yunheng calc availability: case db: {where}")


class TestScore:
    def test_scores_weights_total_and_grade(self) -> None:
        case = {
            "id": "s",
            "scheme": "seed12",
            "weights": {"I04": 60, "I07": 40},
            "options": {"I07.gap_mode": "step_floor", "bands": "five"},
            "values": {"I04": {"numerator": 118, "denominator": 126}, "I07": {"budget": "178.87", "price": "171.00"}},
        }
        found = answer("score", {"cases": [case]}, "--explain")["cases"][0]
        assert found["indicators"][0] == {
            "id": "I04",
            "name": "故障排除率",
            "state": "measured",
            "value": "59/63",
            "score": "98.58",
            "exact": "118000/1197",
            "weight": "60",
            "points": None,
            "steps": [
                "Actual 118 / 126 = 93.65%.",
                "Target 95.00%.",
                "93.65% / 95.00% × 100, at most 100: score 98.58.",
            ],
        }
        assert found["weights"] == {"I04": "60", "I07": "40"}
        assert (found["total"], found["grade"], found["blocking"], found["bands"]) == ("99.15", "优", [], "five")
        assert found["steps"][0] == "Weighted mean of the unrounded scores of 2 indicators: 99.15."

    def test_numbers_in_json_are_exact(self) -> None:
        case = {"id": 7, "weights": {"I07": 1}, "values": {"I07": {"budget": 178.87, "price": 171.00}}}
        found = answer("score", {"cases": [case]})["cases"][0]
        assert (found["id"], found["exact_total"]) == ("7", "1574000/17887")

    def test_what_is_missing_blocks(self) -> None:
        case = {"id": "s", "weights": "equal", "values": {"I02": {"state": "not_applicable", "reason": "没有系统"}}}
        found = answer("score", {"cases": [case]})["cases"][0]
        assert (found["total"], found["grade"], len(found["blocking"])) == (None, None, 11)

    def test_a_scheme_of_ones_own(self) -> None:
        scheme = {
            "id": "own",
            "name": "自定",
            "version": "1",
            "indicators": [
                {
                    "id": "A",
                    "level1": "产出",
                    "level2": "数量",
                    "name": "完成率",
                    "target": 1,
                    "target_text": "100%",
                    "formula": "ratio",
                    "rule_text": "实际除以目标",
                }
            ],
            "weights": {"one": {"name": "一项", "rows": {"A": 100}}},
            "bands": {"two": {"name": "两档", "bands": [{"grade": "好", "least": 60}, {"grade": "差", "least": 0}]}},
        }
        case = {"id": "s", "scheme": scheme, "values": {"A": {"numerator": 1, "denominator": 2}}}
        found = answer("score", {"cases": [case]})["cases"][0]
        assert (found["total"], found["grade"]) == ("50.00", "差")

    @pytest.mark.parametrize(
        ("change", "where"),
        [
            ({"values": {"I04": {"numeratr": 1}}}, "values.I04.numeratr: is not a known field."),
            ({"weights": {"I04": 50}}, "weights: the weights sum to 50, not to 100."),
            ({"scheme": "seed13"}, "scheme: seed13 is not one of seed12, cz2020-frame."),
            ({"options": {"I07.gap": 1}}, "options.I07.gap: is not a known option."),
            ({"value": {}}, "value: is not a known field."),
        ],
    )
    def test_a_wrong_case_is_named_with_its_field(self, change: dict[str, Any], where: str) -> None:
        message = complaint("score", {"cases": [{"id": "s", "values": {}} | change]})
        assert message.startswith(f"yunheng calc score: case s: {where}")


class TestInput:
    def test_a_file_is_read(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        path = tmp_path / "in.json"
        path.write_text(json.dumps({"rows": []}), encoding="utf-8-sig")
        assert main(["schedule", str(path)]) == 0
        assert json.loads(capsys.readouterr().out)["total"] == 0

    @pytest.mark.parametrize(
        ("data", "message"),
        [
            (b"{", "-: is not JSON: line 1, column 2: "),
            ("{}".encode("utf-16"), "-: is not UTF-8 text. Save it as UTF-8."),
            (b"[]", "-: expected an object, found a list."),
            (b"{}", "file.cases: is missing."),
            (b'{"cases": {}}', "cases: expected a list, found an object."),
            (b'{"cases": [5]}', "cases[0]: expected an object, found a number."),
            (b'{"cases": [{}]}', "cases[0].id: is missing."),
            (b'{"cases": [{"id": null}]}', "cases[0].id: expected a text."),
            (b'{"a":' * 100_000, "-: is nested too deeply."),
        ],
    )
    def test_what_is_no_case_file_is_said(self, data: bytes, message: str) -> None:
        assert complaint("worktime", data).startswith(f"yunheng calc worktime: {message}")

    def test_a_file_that_is_not_there_is_said(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["score", str(tmp_path / "none.json")]) == 2
        assert "none.json: cannot be read: No such file or directory." in capsys.readouterr().err

    def test_messages_and_steps_come_in_chinese(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("YUNHENG_LANGUAGE", "zh-hans")
        entry = {"op": "due", "start": "2021-09-13T09:00:00", "seconds": -1}
        assert complaint("worktime", checks(entry)) == "yunheng calc worktime: case c1: checks[0].seconds: -1 小于 0。"

    def test_without_a_command_the_use_is_shown(self, capsys: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(SystemExit) as caught:
            main([])
        assert caught.value.code == 2
        assert "usage: yunheng calc" in capsys.readouterr().err

    def test_it_starts_without_django(self) -> None:
        code = "import sys, yunheng.site.calc; sys.exit('django' in sys.modules)"
        assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

    def test_it_runs_as_a_module(self) -> None:
        done = subprocess.run(
            [sys.executable, "-m", "yunheng.site.calc", "schedule", str(PLAN)], check=True, capture_output=True
        )
        assert json.loads(done.stdout)["total"] == 1199
