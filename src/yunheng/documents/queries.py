"""What pages and other packages ask about documents."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from yunheng.documents.models import Document, DocumentVersion, Submission
from yunheng.documents.rules.submissions import Standing
from yunheng.documents.rules.submissions import paper_time as rule
from yunheng.people.queries import working_time

CALENDAR = "cn-5x8"


def standings(document: Document) -> tuple[Standing, ...]:
    """The document's submissions in order, as the rule of the paper's time reads them."""
    return tuple(submission.standing for submission in document.submissions.order_by("number"))


def paper_time(document: Document) -> datetime | None:
    """The instant by which the paper's punctuality is judged; None while it is not accepted."""
    return paper_time_of(document, standings(document))


def paper_time_of(document: Document, submissions: Sequence[Standing]) -> datetime | None:
    if not submissions:
        return None
    zone = ZoneInfo(document.scope.zone)
    days = [one.submitted_at.astimezone(zone).date() for one in submissions]
    hours = working_time(document.tenant_id, CALENDAR, min(days), max(days) + timedelta(days=60))

    def workday_after(day: date, count: int) -> date:
        for _ in range(count):
            day = hours.next_workday(day + timedelta(days=1))
        return day

    return rule(submissions, zone=zone, workday_after=workday_after)


def versions(document: Document) -> list[DocumentVersion]:
    return list(document.versions.select_related("file").order_by("-number"))


def submissions(document: Document) -> list[Submission]:
    return list(document.submissions.select_related("version").order_by("-number"))


def by_subject(subject: str) -> list[Document]:
    """The documents handed in for one due paper (``Document.subject``)."""
    return list(Document.objects.filter(subject=subject).exclude(subject="").select_related("scope").order_by("number"))
