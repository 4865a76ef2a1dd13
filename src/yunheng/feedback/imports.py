"""`yunheng import survey FILE`: results already counted (JSON, CSV, XLSX) or the single answers (CSV, XLSX).

Everything is checked before anything is written; one problem keeps the whole file out; the same file twice changes
nothing.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from yunheng.feedback.access import SURVEY
from yunheng.feedback.actions import record_survey, withdraw_survey
from yunheng.feedback.actions.surveys import Sheet, SurveyDraft
from yunheng.feedback.models import Survey
from yunheng.feedback.rules.answers import ANSWERS, OVERALL, answer_of, satisfied_in
from yunheng.foundation import access, numbering, tabular
from yunheng.foundation.actors import SYSTEM, Actor
from yunheng.foundation.errors import Conflict, Invalid, YunhengError
from yunheng.foundation.models import ImportBatch, Scope, ScopeKind
from yunheng.foundation.tabular import Problem
from yunheng.foundation.writing import writing

KIND = "feedback.survey"
LARGEST = 20 * 1024 * 1024
#: Headings of counted results; English names are those of the JSON form.
HEADINGS = {
    "标题": "title",
    "开始": "held_from",
    "结束": "held_to",
    "用户数": "users",
    "问题": "question",
    "有效答卷": "respondents",
    "无效答卷": "invalid",
    "满意人次": "satisfied",
    "非常满意": "very_satisfied",
    "满意": "satisfied_answers",
    "基本满意": "basic",
    "不满意": "dissatisfied",
    "很不满意": "very_dissatisfied",
}
_COUNTED = {"very_satisfied": 0, "satisfied_answers": 1, "basic": 2, "dissatisfied": 3, "very_dissatisfied": 4}
#: Headings of the overall question, of the remark and of validity among single answers.
OVERALL_HEADINGS = ("总体评价", "总体满意度", OVERALL)
REMARK_HEADINGS, VALID_HEADINGS = ("意见", "备注", "remark"), ("有效", "valid")
NO = ("否", "无效", "no", "false", "0")


@dataclass(slots=True)
class Outcome:
    """``state`` is dry_run, problems, unchanged or applied."""

    state: str
    surveys: list[dict[str, Any]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    batch: str = ""

    def as_data(self) -> dict[str, Any]:
        return {
            "state": self.state,
            "surveys": self.surveys,
            "problems": [problem.as_data() for problem in self.problems],
            "batch": self.batch,
        }


@dataclass(frozen=True, slots=True)
class Frame:
    """What a file of single answers does not say itself."""

    title: str = ""
    held: tuple[date, date] | None = None
    users: int | None = None


def bring_in(
    *,
    scope: Scope,
    name: str,
    content: bytes,
    actor: Actor,
    now: datetime,
    frame: Frame | None = None,
    dry_run: bool = False,
) -> Outcome:
    access.require(actor, "import", SURVEY, scope, now)
    drafts, problems = read_surveys(name, content, frame or Frame())
    outcome = Outcome("problems" if problems else "dry_run", [_told(draft) for draft in drafts], problems)
    if problems or dry_run:
        return outcome
    # The same answers under another frame are another survey.
    digest = hashlib.sha256(content + repr(frame).encode()).hexdigest()
    earlier = ImportBatch.objects.filter(scope=scope, kind=KIND, digest=digest, state=ImportBatch.State.APPLIED).first()
    if earlier is not None:
        outcome.state, outcome.batch = "unchanged", earlier.number
        return outcome
    with writing():
        batch = ImportBatch.objects.create(
            scope=scope,
            number=numbering.next_number(scope, "IMP", now.year),
            kind=KIND,
            file_name=Path(name).name[:255],
            digest=digest,
            mapping="survey",
            state=ImportBatch.State.APPLIED,
            rows=len(drafts),
            taken=len(drafts),
            created_at=now,
            created_by=actor.label,
            applied_at=now,
        )
        surveys = [record_survey(scope=scope, draft=draft, actor=actor, now=now, batch=batch) for draft in drafts]
        for told, survey in zip(outcome.surveys, surveys, strict=True):
            told["number"] = survey.number
        outcome.state, outcome.batch = "applied", batch.number
        batch.summary = {"surveys": outcome.surveys}
        batch.save(update_fields=["summary"])
    return outcome


def withdraw(*, scope: Scope, number: str, reason: str, actor: Actor, now: datetime) -> list[Survey]:
    """Undo an import by the number of its batch."""
    found = list(Survey.objects.filter(scope=scope, batch__number=number, withdrawn_at__isnull=True))
    if not found:
        raise Invalid(_("There is no import %(number)s of a survey here.") % {"number": number})
    return [withdraw_survey(survey=survey, reason=reason, actor=actor, now=now) for survey in found]


def read_surveys(name: str, content: bytes, frame: Frame) -> tuple[list[SurveyDraft], list[Problem]]:
    """Raises Invalid when the file cannot be read at all."""
    if len(content) > LARGEST:
        raise Invalid(_("The file is larger than %(most)s MB.") % {"most": LARGEST // 1024 // 1024}, place=name)
    if content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
        return _from_json(name, content)
    sheet = tabular.read(content, name).first
    overall = next((heading for heading in OVERALL_HEADINGS if heading in sheet.columns), None)
    if overall is not None:
        return _from_answers(sheet, overall, frame, name)
    return _from_counts(sheet)


def _from_json(name: str, content: bytes) -> tuple[list[SurveyDraft], list[Problem]]:
    try:
        data = json.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as problem:
        raise Invalid(_("The file is not valid JSON."), place=name) from problem
    entries = data.get("surveys", [data]) if isinstance(data, Mapping) else data
    problems: list[Problem] = []
    drafts = []
    for number, entry in enumerate(entries if isinstance(entries, list) else [entries], start=1):
        if not isinstance(entry, Mapping):
            problems.append(Problem("", number, "", str(entry)[:80], _("A survey has to be an object.")))
            continue
        draft = _draft(number, {str(key): value for key, value in entry.items()}, problems)
        if draft is not None:
            drafts.append(draft)
    return drafts, problems


def _from_counts(sheet: tabular.Sheet) -> tuple[list[SurveyDraft], list[Problem]]:
    known = (*HEADINGS, *HEADINGS.values())
    problems = sheet.check(known=known)
    drafts = []
    for number, cells in sheet.rows():
        values: dict[str, Any] = {HEADINGS.get(heading, heading): text for heading, text in cells.items() if text}
        counted = {key: values.pop(key) for key in _COUNTED if key in values}
        if counted:
            numbers = {key: _count(number, key, text, problems) for key, text in counted.items()}
            if any(count is None for count in numbers.values()):
                continue
            values["answers"] = {OVERALL: {ANSWERS[_COUNTED[key]]: count for key, count in numbers.items()}}
        draft = _draft(number, values, problems)
        if draft is not None:
            drafts.append(draft)
    return drafts, [*problems, *sheet.problems]


def _draft(row: int, values: Mapping[str, Any], problems: list[Problem]) -> SurveyDraft | None:
    before = len(problems)
    title = str(values.get("title") or "").strip()
    if not title:
        problems.append(Problem("", row, "title", "", _("This cell may not be empty.")))
    first, last = (_day(row, key, values.get(key), problems) for key in ("held_from", "held_to"))
    if first and last and last < first:
        problems.append(Problem("", row, "held_to", str(last), _("It ends before it begins.")))
    answers = _answers(row, values.get("answers"), problems)
    overall = answers.get(OVERALL, {})
    respondents = _count(row, "respondents", values.get("respondents", sum(overall.values()) or None), problems)
    satisfied = _count(row, "satisfied", values.get("satisfied", satisfied_in(overall) if overall else None), problems)
    invalid = _count(row, "invalid", values.get("invalid", 0), problems)
    users = None if values.get("users") in (None, "") else _count(row, "users", values["users"], problems)
    if respondents is not None and satisfied is not None and satisfied > respondents:
        problems.append(Problem("", row, "satisfied", str(satisfied), _("More people are satisfied than answered.")))
    if overall and respondents is not None and sum(overall.values()) != respondents:
        problems.append(Problem("", row, "respondents", str(respondents), _("The answers do not add up to it.")))
    if overall and satisfied is not None and satisfied_in(overall) != satisfied:
        problems.append(Problem("", row, "satisfied", str(satisfied), _("The answers do not add up to it.")))
    if len(problems) > before:
        return None
    assert first is not None and last is not None
    assert respondents is not None and satisfied is not None and invalid is not None
    return SurveyDraft(
        title=title,
        held=(first, last),
        satisfied=satisfied,
        respondents=respondents,
        invalid=invalid,
        answers=answers,
        question=str(values.get("question") or ""),
        users=users,
    )


def _answers(row: int, value: Any, problems: list[Problem]) -> dict[str, dict[str, int]]:
    if value in (None, ""):
        return {}
    if not isinstance(value, Mapping):
        problems.append(Problem("", row, "answers", str(value)[:80], _("Write answers per question.")))
        return {}
    found: dict[str, dict[str, int]] = {}
    for question, counts in value.items():
        place = f"answers.{question}"
        if not isinstance(counts, Mapping):
            problems.append(Problem("", row, place, str(counts)[:80], _("Write answers per question.")))
            continue
        for answer, count in counts.items():
            code = answer_of(str(answer))
            number = _count(row, place, count, problems)
            if code is None:
                problems.append(Problem("", row, place, str(answer), _("This is no answer that is known.")))
            elif number is not None:
                asked = found.setdefault(OVERALL if question in OVERALL_HEADINGS else str(question), {})
                asked[code] = asked.get(code, 0) + number
    return found


def _from_answers(
    sheet: tabular.Sheet, overall: str, frame: Frame, name: str
) -> tuple[list[SurveyDraft], list[Problem]]:
    """One line per questionnaire. Without an overall answer, or marked so, a sheet is invalid and not counted."""
    if frame.held is None or not frame.title:
        raise Invalid(
            _("A file of single answers does not say which survey it is."),
            place=name,
            way_out=_("Give --title, --from and --to."),
        )
    problems = list(sheet.problems)
    special = {*REMARK_HEADINGS, *VALID_HEADINGS}
    questions = [heading for heading in sheet.columns if heading and heading not in special]
    sheets = []
    for number, cells in sheet.rows():
        answers = {}
        for heading in questions:
            text = cells.get(heading, "")
            code = answer_of(text)
            if code is not None:
                answers[OVERALL if heading == overall else heading] = code
            elif text:
                problems.append(Problem("", number, heading, text, _("This is no answer that is known.")))
        marked = next((cells[heading] for heading in VALID_HEADINGS if cells.get(heading)), "")
        valid = OVERALL in answers and marked.lower() not in NO
        remark = next((cells[heading] for heading in REMARK_HEADINGS if cells.get(heading)), "")
        sheets.append(Sheet(number, answers, valid, remark))
    problems += [problem for problem in sheet.problems if problem not in problems]
    used = [item for item in sheets if item.valid]
    counted = {
        question: dict(Counter(item.answers[question] for item in used if question in item.answers))
        for question in [OVERALL, *(heading for heading in questions if heading != overall)]
    }
    draft = SurveyDraft(
        title=frame.title,
        held=frame.held,
        satisfied=satisfied_in(counted[OVERALL]),
        respondents=len(used),
        invalid=len(sheets) - len(used),
        answers={question: counts for question, counts in counted.items() if counts},
        question=overall,
        users=frame.users,
        sheets=sheets,
    )
    return [draft], problems


def _count(row: int, column: str, value: Any, problems: list[Problem]) -> int | None:
    text = str(value).strip()
    if isinstance(value, bool) or not text.isdecimal():
        shown = "" if value is None else text
        problems.append(Problem("", row, column, shown, _("Write a whole number, 0 or more.")))
        return None
    return int(text)


def _day(row: int, column: str, value: Any, problems: list[Problem]) -> date | None:
    try:
        return date.fromisoformat(str(value)[:10].replace("/", "-"))
    except ValueError:
        shown = "" if value is None else str(value)
        problems.append(Problem("", row, column, shown, _("Write a day as YYYY-MM-DD.")))
        return None


def _told(draft: SurveyDraft) -> dict[str, Any]:
    return {
        "title": draft.title,
        "held": [day.isoformat() for day in draft.held],
        "satisfied": draft.satisfied,
        "respondents": draft.respondents,
        "invalid": draft.invalid,
    }


# ---------------------------------------------------------------- the shell


def main(argv: Sequence[str]) -> int:
    parser = _parser()
    arguments = parser.parse_args(list(argv))
    now = timezone.now()
    try:
        scope = the_scope(arguments.scope)
        if arguments.withdraw:
            withdraw(scope=scope, number=arguments.withdraw, reason=arguments.reason, actor=SYSTEM, now=now)
            _print(_("%(number)s is withdrawn.") % {"number": arguments.withdraw})
            return 0
        if arguments.file is None:
            parser.error(_("Name the file."))
        path = Path(arguments.file)
        frame = Frame(arguments.title, None, arguments.users)
        if arguments.first and arguments.last:
            frame = replace(frame, held=(arguments.first, arguments.last))
        outcome = bring_in(
            scope=scope,
            name=path.name,
            content=_content(path),
            actor=SYSTEM,
            now=now,
            frame=frame,
            dry_run=arguments.dry_run,
        )
    except YunhengError as problem:
        if arguments.json:
            _print(json.dumps({"state": "problems", "error": str(problem)}, ensure_ascii=False, indent=2))
        else:
            print(f"yunheng import survey: {problem}", file=sys.stderr)  # noqa: T201 (the command's answer)
        return 2
    _print(json.dumps(outcome.as_data(), ensure_ascii=False, indent=2) if arguments.json else _summary(outcome))
    return 2 if outcome.problems else 0


def the_scope(code: str) -> Scope:
    """The project or contract of that code, or the one project there is. Raises Invalid or Conflict."""
    scopes = Scope.objects.exclude(kind=ScopeKind.TENANT).order_by("kind", "code")
    scopes = scopes.filter(code=code) if code else scopes.filter(kind=ScopeKind.PROJECT)
    found = list(scopes[:2])
    if len(found) == 1:
        return found[0]
    if found:
        raise Conflict(_("There are several projects."), way_out=_("Name one with --scope CODE."))
    raise Invalid(
        _("There is no project or contract %(code)s.") % {"code": code} if code else _("There is no project yet."),
        way_out=_("Enter the project and its contracts first."),
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=_("Bring in a survey: counted results, or the single answers."))
    parser.add_argument("file", nargs="?", help=_("the file with results or answers"))
    parser.add_argument("--scope", default="", metavar="CODE", help=_("the project or contract that was asked about"))
    parser.add_argument("--title", default="", help=_("single answers: what the survey is called"))
    parser.add_argument("--from", dest="first", type=date.fromisoformat, metavar="DAY", help=_("single answers: since"))
    parser.add_argument("--to", dest="last", type=date.fromisoformat, metavar="DAY", help=_("single answers: until"))
    parser.add_argument("--users", type=int, help=_("single answers: how many people use the service"))
    parser.add_argument("--reason", default="", help=_("why an import is withdrawn"))
    parser.add_argument("--withdraw", default="", metavar="BATCH", help=_("take an import back"))
    parser.add_argument("--dry-run", action="store_true", help=_("check and count, write nothing"))
    parser.add_argument("--json", action="store_true", help=_("answer in JSON"))
    return parser


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as problem:
        raise Invalid(_("The file cannot be read (%(why)s).") % {"why": problem.strerror}, place=str(path)) from problem


def _summary(outcome: Outcome) -> str:
    lines = [
        _("%(title)s: %(satisfied)s of %(respondents)s satisfied, %(invalid)s invalid") % survey
        for survey in outcome.surveys
    ]
    lines += [f"  {problem}" for problem in outcome.problems]
    words = {
        "dry_run": _("Nothing was written (dry run)."),
        "problems": _("Nothing was written: %(count)s problems.") % {"count": len(outcome.problems)},
        "unchanged": _("This file was brought in before (%(batch)s); nothing changed.") % {"batch": outcome.batch},
        "applied": _("Written (%(batch)s).") % {"batch": outcome.batch},
    }
    return "\n".join([*lines, words[outcome.state]])


def _print(text: str) -> None:
    print(text)  # noqa: T201 (the command's answer)
