from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.cast import NOW, Cast

from yunheng.feedback import imports
from yunheng.feedback.models import Survey, SurveyAnswer
from yunheng.foundation.errors import Invalid, Refused

COUNTED = "标题,开始,结束,用户数,有效答卷,无效答卷,满意人次\n年度满意度,2022-06-01,2022-06-10,120,50,2,46\n"
BY_ANSWER = "标题,开始,结束,非常满意,满意,基本满意,不满意,很不满意\n年度,2022-06-01,2022-06-10,30,16,3,1,0\n"
ANSWERS = "总体评价,响应速度,意见\n非常满意,满意,\n满意,基本满意,来得快\n,满意,没填总体\n不满意,不满意,\n"
FRAME = imports.Frame("年度满意度", (date(2022, 6, 1), date(2022, 6, 10)), 40)


def bring(cast: Cast, text: str, name: str = "survey.csv", **more: Any) -> imports.Outcome:
    return imports.bring_in(
        scope=cast.project, name=name, content=text.encode(), actor=cast.owner.actor, now=NOW, **more
    )


def figures(survey: Survey) -> tuple[int, int, int]:
    result = survey.results.get()
    return (result.satisfied, result.respondents, result.invalid)


def test_counted_results_are_taken(cast: Cast) -> None:
    outcome = bring(cast, COUNTED)
    survey = Survey.objects.get()
    assert (outcome.state, figures(survey), survey.users) == ("applied", (46, 50, 2), 120)
    assert survey.number == "SUR-2022-000001"


def test_answers_counted_per_kind_add_up(cast: Cast) -> None:
    bring(cast, BY_ANSWER)
    assert figures(Survey.objects.get()) == (46, 50, 0)


def test_single_answers_are_counted_and_kept_and_a_sheet_without_the_overall_answer_is_invalid(cast: Cast) -> None:
    bring(cast, ANSWERS, frame=FRAME)
    survey = Survey.objects.get()
    assert figures(survey) == (2, 3, 1)
    assert survey.results.get().answers["响应速度"] == {"satisfied": 1, "basic": 1, "dissatisfied": 1}
    assert SurveyAnswer.objects.filter(survey=survey).count() == 4


def test_results_as_json(cast: Cast) -> None:
    data = {
        "title": "年度",
        "held_from": "2022-06-01",
        "held_to": "2022-06-10",
        "answers": {"overall": {"非常满意": 30, "满意": 16, "不满意": 4}},
    }
    bring(cast, json.dumps(data), "survey.json")
    assert figures(Survey.objects.get()) == (46, 50, 0)


@pytest.mark.parametrize(
    ("text", "column"),
    [
        (COUNTED.replace("50,2,46", "50,2,51"), "satisfied"),
        (COUNTED.replace("2022-06-10", "2022-05-10"), "held_to"),
        (COUNTED.replace("2022-06-01", "June"), "held_from"),
        (COUNTED.replace("年度满意度", ""), "title"),
        (COUNTED.replace("120", "many"), "users"),
        (BY_ANSWER.replace("30,16", "30,-1"), "satisfied_answers"),
    ],
)
def test_a_wrong_cell_is_named_and_keeps_the_file_out(cast: Cast, text: str, column: str) -> None:
    outcome = bring(cast, text)
    assert (outcome.state, [problem.column for problem in outcome.problems]) == ("problems", [column])
    assert not Survey.objects.exists()


def test_an_answer_that_nobody_knows_is_a_problem(cast: Cast) -> None:
    outcome = bring(cast, ANSWERS.replace("非常满意", "还行吧"), frame=FRAME)
    assert [(problem.row, problem.value) for problem in outcome.problems] == [(2, "还行吧")]


def test_single_answers_need_to_know_which_survey_they_are(cast: Cast) -> None:
    with pytest.raises(Invalid):
        bring(cast, ANSWERS)


def test_the_same_file_again_changes_nothing_and_a_dry_run_writes_nothing(cast: Cast) -> None:
    assert bring(cast, COUNTED, dry_run=True).state == "dry_run"
    assert not Survey.objects.exists()
    first, again = bring(cast, COUNTED), bring(cast, COUNTED)
    assert (again.state, again.batch) == ("unchanged", first.batch)
    assert Survey.objects.count() == 1


def test_only_owner_and_supervisor_bring_surveys_in(cast: Cast) -> None:
    with pytest.raises(Refused):
        imports.bring_in(scope=cast.contract, name="s.csv", content=COUNTED.encode(), actor=cast.vendor.actor, now=NOW)


def test_the_command_writes_and_withdraws(cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "answers.csv"
    path.write_text(ANSWERS, encoding="gb18030")
    arguments = [str(path), "--scope", "P1", "--title", "年度", "--from", "2022-06-01", "--to", "2022-06-10", "--json"]
    assert imports.main(arguments) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["state"], told["surveys"][0]["respondents"]) == ("applied", 3)
    assert imports.main(["--scope", "P1", "--withdraw", told["batch"], "--reason", "重复"]) == 0
    assert Survey.objects.get().withdrawn_at is not None
    assert imports.main([str(path), "--scope", "P1"]) == 2
