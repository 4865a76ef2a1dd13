"""Papers that the plan asks for: written, handed in, now and then returned, accepted by the supervisor."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any

from yunheng.documents.actions import accept_submission, deposit_document, deposit_version, return_submission
from yunheng.documents.kinds import KINDS
from yunheng.documents.models import Document, Submission
from yunheng.plans.models import DocumentDue
from yunheng.plans.subjects import subject_of
from yunheng.site.demo.stage import ZONE, Stage, at, texts

_AUTHORS = {
    "项目经理": "vendor",
    "二线安全工程师": "secondline",
    "系统开发工程师": "secondline",
    "项目监理": "supervisor",
}


def hand_in_papers(stage: Stage) -> None:
    """A step for every paper but the record sheets, whose records are the work itself, and the report of the owner."""
    words = texts("work")
    left_out = {*words["sheets"], *words["not_handed_in"]}
    by_entry: dict[str, list[DocumentDue]] = {}
    dues = DocumentDue.objects.filter(entry__project=stage.project.scope, due_at__isnull=False)
    for due in dues.select_related("entry", "scope").order_by("entry__position", "due_at", "id"):
        if due.entry.doc_id not in left_out and not _waived(due):
            by_entry.setdefault(due.entry.doc_id, []).append(due)
    for doc_id, group in by_entry.items():
        _fates(stage, doc_id, group, words)


def _waived(due: DocumentDue) -> bool:
    """The report of the holiday week, which the owner waives."""
    return any(
        row in due.entry.rows and str(due.period_from) == day for row, (day, _why) in texts("work")["waived"].items()
    )


def _fates(stage: Stage, doc_id: str, group: Sequence[DocumentDue], words: Any) -> None:
    wanted = {fate: words[f"{fate}_papers"].get(doc_id, 0) for fate in ("late", "returned", "missing")}
    chosen = stage.chance.sample(range(len(group)), min(len(group), sum(wanted.values())))
    fates = [fate for fate, count in wanted.items() for _n in range(count)]
    fate_of = dict(zip(chosen, fates, strict=False))
    for place, due in enumerate(group):
        fate = fate_of.get(place, "")
        if fate == "missing":
            continue
        stage.timeline.at(_moment(stage, due, late=fate == "late"), _hand_in(stage, due, returned=fate == "returned"))


def _moment(stage: Stage, due: DocumentDue, *, late: bool) -> datetime:
    """In working hours, in the days before it is due or on the workday after."""
    assert due.due_at is not None
    due_at = due.due_at.astimezone(ZONE)
    if late:
        return at(stage.next_workday(due_at.date()), stage.clock("10:10", "16:00"))
    earliest = due.period_to if due.period_to and due.period_to < due_at.date() else due_at.date() - timedelta(days=9)
    days = stage.workdays(earliest + timedelta(days=1), due_at.date() - timedelta(days=1))
    day = stage.chance.choice(days[-2:]) if days else due_at.date()
    clock = stage.clock("09:10", "16:50") if days else stage.clock("08:35", "09:40")
    return at(day, clock)


def _hand_in(stage: Stage, due: DocumentDue, *, returned: bool) -> Callable[[datetime], None]:
    author = _author(due)

    def hand_in(now: datetime) -> None:
        document = deposit_document(
            scope=due.scope,
            kind=_kind(due),
            title=_title(due),
            name=f"{_title(due)}.txt",
            content=_content(stage, due, author, 1),
            actor=stage.actor(author),
            now=now,
            period=(due.period_from, due.period_to) if due.period_from and due.period_to else None,
            subject=subject_of(due),
        )
        answer = at(stage.next_workday(now.astimezone(ZONE).date()), stage.clock("09:00", "11:30"))
        if returned:
            stage.timeline.at(answer, lambda moment: _return(stage, due, document, author, moment))
        elif due.due_at is None or now < at("2022-08-25"):
            stage.timeline.at(answer, lambda moment: _accept(stage, document, author, moment))

    return hand_in


def _return(stage: Stage, due: DocumentDue, document: Document, author: str, now: datetime) -> None:
    reason = texts("work")["return_reason"]
    return_submission(submission=_waiting(document), reason=reason, actor=stage.actor("supervisor"), now=now)
    again = stage.working(now, 6)

    def hand_in_again(moment: datetime) -> None:
        document.refresh_from_db()
        deposit_version(
            document=document,
            name=f"{_title(due)}.txt",
            content=_content(stage, due, author, 2),
            actor=stage.actor(author),
            now=moment,
        )
        stage.timeline.at(stage.working(moment, 5), lambda later: _accept(stage, document, author, later))

    stage.timeline.at(again, hand_in_again)


def _accept(stage: Stage, document: Document, author: str, now: datetime) -> None:
    reviewer = "owner" if author == "supervisor" else "supervisor"
    accept_submission(submission=_waiting(document), actor=stage.actor(reviewer), now=now)


def _waiting(document: Document) -> Submission:
    return (
        Submission.objects.select_related("document__scope")
        .filter(document=document, outcome=Submission.Outcome.WAITING)
        .get()
    )


def _author(due: DocumentDue) -> str:
    named = next((_AUTHORS[role] for role in due.entry.author_roles if role in _AUTHORS), "")
    return named or ("engineer" if due.entry.scope.code.endswith("1") else "developer")


def _kind(due: DocumentDue) -> str:
    kinds: dict[str, str] = texts("work")["kinds"]
    found = kinds.get(due.entry.doc_id) or kinds.get(due.entry.kind, "other")
    return found if found in KINDS else "other"


def _title(due: DocumentDue) -> str:
    if due.period_from is None or due.period_to is None or due.entry.reading.get("kind") != "periodic":
        return due.name
    return f"{due.name} {_period(due.period_from, due.period_to)}"


def _period(first: date, last: date) -> str:
    return (
        f"{first:%Y-%m}"
        if (first.year, first.month) == (last.year, last.month) and last.day - first.day > 20
        else (f"{first:%Y-%m-%d}—{last:%m-%d}")
    )


def _content(stage: Stage, due: DocumentDue, author: str, version: int) -> BytesIO:
    text: str = texts("work")["paper"] % {
        "name": _title(due),
        "author": stage.people[author].name,
        "first": due.period_from or "—",
        "last": due.period_to or "—",
    }
    return BytesIO((text + f"\nv{version}\n").encode())
