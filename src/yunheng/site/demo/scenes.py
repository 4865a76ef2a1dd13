"""The scenes in their order."""

from __future__ import annotations

from datetime import datetime, timedelta

from yunheng.evaluation.actions.judging import evaluate
from yunheng.evaluation.models import Evaluation
from yunheng.site.demo.desk import run_the_desk
from yunheng.site.demo.office import open_office
from yunheng.site.demo.papers import hand_in_papers
from yunheng.site.demo.stage import Stage, at
from yunheng.site.demo.timeline import run_jobs, settle
from yunheng.site.demo.voices import listen, speak
from yunheng.site.demo.work import work_the_plan

_BEGIN = at("2021-06-30", "18:00")
_JUDGED = at("2022-09-02", "10:00")


def play(stage: Stage, *, tickets: int) -> Evaluation:
    open_office(stage)
    work_the_plan(stage)
    settle(_BEGIN)
    run_jobs(_BEGIN)
    hand_in_papers(stage)
    run_the_desk(stage, tickets=tickets)
    listen(stage)
    stage.timeline.run()
    return _verdict(stage, _JUDGED)


def _verdict(stage: Stage, now: datetime) -> Evaluation:
    """The drafts over the two operations contracts and over the project; each party adds its words to what it sees."""
    run_jobs(now - timedelta(hours=1))
    owner = stage.actor("owner")
    drafts = {
        no: evaluate(project=stage.project, contract=stage.contracts[no], actor=owner, now=now - timedelta(hours=1))
        for no in (1, 2)
    }
    draft = evaluate(project=stage.project, actor=owner, now=now)
    speak(stage, {"vendor": drafts[1], "vendor2": drafts[2], "supervisor": draft, "owner": draft}, now)
    return draft
