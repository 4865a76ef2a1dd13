"""What the parties said: complaints, the survey, the signatures of every month, the statements for the report."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from yunheng.assets.models import Device
from yunheng.evaluation.actions.values import adopt_statement, write_statement
from yunheng.evaluation.models import Evaluation
from yunheng.feedback.actions import dispose_of_complaint, open_complaint, prepare_month, record_survey, sign_month
from yunheng.feedback.actions.surveys import Sheet, SurveyDraft
from yunheng.feedback.models import Complaint, MonthlySignature
from yunheng.feedback.queries import NIL_FIELDS, register_counts
from yunheng.servicedesk.actions import open_ticket
from yunheng.site.demo.desk import Story, Way, handle
from yunheng.site.demo.stage import ZONE, Stage, at, texts


def listen(stage: Stage) -> None:
    words = texts("words")
    for entry in words["complaints"]:
        stage.timeline.at(_moment(entry["at"]), _complain(stage, entry))
    stage.timeline.at(_moment(words["survey"]["recorded"]), _survey(stage, words["survey"]))
    for month in range(12):
        first = date(2021 + (6 + month) // 12, (6 + month) % 12 + 1, 1)
        for no in words["months"]["signers"]:
            _sign_off(stage, int(no), first, words["months"])


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


# ---------------------------------------------------------------- complaints and the survey


def _complain(stage: Stage, entry: Any) -> Callable[[datetime], None]:
    def complain(now: datetime) -> None:
        complaint = open_complaint(
            scope=stage.scope(entry["no"]),
            subject=entry["subject"],
            text=entry["text"],
            channel=entry["channel"],
            actor=stage.actor(entry["by"]),
            now=now,
        )
        stage.timeline.at(_moment(entry["decided"]), lambda moment: _decide(stage, complaint, entry, moment))

    return complain


def _decide(stage: Stage, complaint: Complaint, entry: Any, now: datetime) -> None:
    number = ""
    if entry["disposition"] == "to_ticket":
        number = _as_ticket(stage, complaint, entry["ticket"], now)
    dispose_of_complaint(
        complaint=complaint,
        disposition=entry["disposition"],
        reason=entry["reason"],
        ticket=number,
        substantiated=entry.get("substantiated"),
        actor=stage.actor("owner"),
        now=now,
    )


def _as_ticket(stage: Stage, complaint: Complaint, entry: Any, now: datetime) -> str:
    ticket = open_ticket(
        scope=complaint.scope,
        title=entry["title"],
        impact=3,
        urgency=2,
        device=Device.objects.get(scope=complaint.scope, code=entry["device"]),
        actor=stage.actor("owner"),
        requester=stage.actor("clerk"),
        now=now,
    )
    handle(stage, Story(Way.GOOD, 4, 1, now, entry["device"], entry["title"], complaint.subject, "clerk", 1), ticket)
    return ticket.number


def _survey(stage: Stage, entry: Any) -> Callable[[datetime], None]:
    def record(now: datetime) -> None:
        counts = {"overall": entry["answers"], **entry["more"]}
        columns = {
            question: [answer for answer, count in found.items() for _n in range(count)]
            for question, found in counts.items()
        }
        answered = sum(entry["answers"].values())
        sheets = [
            Sheet(line, {question: column[line - 1] for question, column in columns.items()})
            for line in range(1, answered + 1)
        ]
        sheets += [Sheet(answered + n, {}, valid=False, remark=entry["remark"]) for n in range(1, entry["invalid"] + 1)]
        first, last = (date.fromisoformat(day) for day in entry["held"])
        draft = SurveyDraft(
            title=entry["title"],
            held=(first, last),
            satisfied=entry["answers"]["very_satisfied"] + entry["answers"]["satisfied"],
            respondents=answered,
            invalid=entry["invalid"],
            answers=counts,
            question=entry["question"],
            users=entry["users"],
            sheets=sheets,
        )
        record_survey(scope=stage.project.scope, draft=draft, actor=stage.actor("supervisor"), now=now)

    return record


# ---------------------------------------------------------------- the word of every month


def _sign_off(stage: Stage, no: int, month: date, words: Any) -> None:
    """Vendor, supervisor and owner sign in the first days of the next month; the last month waits for the owner."""
    following = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    vendor = words["signers"][str(no)]
    stage.timeline.at(
        at(stage.next_workday(following, 3), "09:30"), _prepare(stage, no, month, vendor, words["remark"])
    )
    stage.timeline.at(at(stage.next_workday(following, 3), "10:00"), _sign(stage, no, month, vendor))
    stage.timeline.at(at(stage.next_workday(following, 4), "15:00"), _sign(stage, no, month, "supervisor"))
    if f"{month:%Y-%m}" != words["waiting"]:
        stage.timeline.at(at(stage.next_workday(following, 5), "11:00"), _sign(stage, no, month, "owner"))


def _prepare(stage: Stage, no: int, month: date, vendor: str, remark: str) -> Callable[[datetime], None]:
    def prepare(now: datetime) -> None:
        counts = register_counts(stage.scope(no).pk, month)
        nothing = {NIL_FIELDS[name]: not count for name, count in counts.items()}
        prepare_month(
            scope=stage.scope(no),
            month=month,
            nil_incidents=nothing["nil_incidents"],
            nil_security=nothing["nil_security"],
            nil_complaints=nothing["nil_complaints"],
            remark=remark,
            actor=stage.actor(vendor),
            now=now,
        )

    return prepare


def _sign(stage: Stage, no: int, month: date, who: str) -> Callable[[datetime], None]:
    def sign(now: datetime) -> None:
        signature = MonthlySignature.objects.select_related("scope").get(scope=stage.scope(no), month=month)
        sign_month(signature=signature, actor=stage.actor(who), now=now)

    return sign


# ---------------------------------------------------------------- words for the report


def speak(stage: Stage, drafts: Mapping[str, Evaluation], now: datetime) -> None:
    """``drafts``: person → the draft in front of him."""
    for entry in texts("words")["statements"]:
        statement = write_statement(
            evaluation=drafts[entry["by"]],
            kind=entry["kind"],
            title=entry["title"],
            text=entry["text"],
            actor=stage.actor(entry["by"]),
            now=now,
        )
        adopt_statement(statement=statement, actor=stage.actor("owner"), now=now)
