"""A paper is drafted, handed in, returned, handed in again, accepted."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from tests.cast import Cast
from tests.documents.papers import NOW, PDF, a_file, a_paper, a_submission, later

from yunheng.documents.actions import (
    accept_submission,
    add_version,
    register_document,
    return_submission,
    submit_document,
)
from yunheng.documents.models import Document, Submission
from yunheng.documents.queries import by_subject, paper_time
from yunheng.foundation.actors import Actor
from yunheng.foundation.errors import Conflict, Invalid, Refused, Unseen
from yunheng.foundation.models import AuditEntry, OutboxEvent, Source

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]


def corrected(cast: Cast, document: Document, now: datetime) -> Submission:
    """A new version, handed in at once."""
    file = a_file(cast.contract, cast.engineer.actor, PDF + b"corrected", now=now)
    add_version(document=document, file=file, actor=cast.engineer.actor, now=now, note="补充说明")
    return submit_document(document=document, actor=cast.engineer.actor, now=now)


def returned(cast: Cast, submission: Submission, now: datetime) -> Submission:
    return return_submission(submission=submission, reason="缺少统计", actor=cast.supervisor.actor, now=now)


def accepted(cast: Cast, submission: Submission, now: datetime) -> Submission:
    return accept_submission(submission=submission, actor=cast.supervisor.actor, now=now)


def test_a_new_paper_is_a_draft_with_a_number_and_its_first_version(cast: Cast) -> None:
    document = a_paper(cast, period=(date(2021, 9, 6), date(2021, 9, 12)), subject="plans.document:M1#2021-36")
    assert (document.number, document.state) == ("DOC-2021-000001", Document.State.DRAFT)
    assert [version.number for version in document.versions.all()] == [1]
    assert by_subject("plans.document:M1#2021-36") == [document]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": "  "}, "title"),
        ({"title": "长" * 201}, "title"),
        ({"kind": ""}, "kind"),
        ({"period": (date(2021, 9, 12), date(2021, 9, 6))}, "period_to"),
    ],
)
def test_a_paper_says_what_it_is(cast: Cast, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        a_paper(cast, **changes)
    assert field in refusal.value.fields


def test_a_file_of_another_contract_is_no_version_of_this_paper(cast: Cast) -> None:
    foreign = a_file(cast.other_contract, cast.outsider.actor)
    with pytest.raises(Invalid):
        register_document(
            scope=cast.contract, kind="other", title="借来的", file=foreign, actor=cast.owner.actor, now=NOW
        )
    assert not Document.objects.exists()


def test_handing_in_is_a_fact_and_tells_those_above(cast: Cast) -> None:
    submission = a_submission(cast)
    assert (submission.occurred_at, submission.recorded_at, submission.source) == (NOW, NOW, Source.ON_SITE)
    assert submission.document.state == Document.State.SUBMITTED
    event = OutboxEvent.objects.get(name="documents.document-submitted")
    assert event.payload["document"] == "DOC-2021-000001"
    assert event.payload["submitted_at"] == "2021-09-15T02:00:00+00:00"


def test_a_paper_said_to_have_been_handed_in_long_ago_is_back_filled_until_it_is_accepted(cast: Cast) -> None:
    submission = submit_document(
        document=a_paper(cast), actor=cast.engineer.actor, now=NOW, submitted_at=later(days=-3)
    )
    assert submission.source == Source.BACK_FILLED
    assert not submission.counts
    answered = accepted(cast, submission, later(hours=1))
    assert answered.counts
    assert answered.confirmed_by == "supervisor"


def test_nobody_hands_in_tomorrow(cast: Cast) -> None:
    with pytest.raises(Invalid):
        submit_document(document=a_paper(cast), actor=cast.engineer.actor, now=NOW, submitted_at=later(minutes=1))


def test_what_waits_is_not_handed_in_twice_and_not_changed(cast: Cast) -> None:
    document = a_submission(cast).document
    with pytest.raises(Conflict):
        submit_document(document=document, actor=cast.engineer.actor, now=later(hours=1))
    with pytest.raises(Conflict):
        add_version(
            document=document,
            file=a_file(cast.contract, cast.engineer.actor),
            actor=cast.engineer.actor,
            now=later(hours=1),
        )


def test_a_return_needs_a_reason(cast: Cast) -> None:
    with pytest.raises(Invalid):
        return_submission(submission=a_submission(cast), reason=" ", actor=cast.supervisor.actor, now=later(hours=1))


def test_a_returned_version_is_not_handed_in_again_unchanged(cast: Cast) -> None:
    submission = returned(cast, a_submission(cast), later(hours=1))
    assert submission.document.state == Document.State.RETURNED
    with pytest.raises(Invalid):
        submit_document(document=submission.document, actor=cast.engineer.actor, now=later(hours=2))


def test_repaired_in_time_the_first_submission_counts(cast: Cast) -> None:
    first = returned(cast, a_submission(cast), later(days=1))
    # 2021-09-16 Thursday; workdays after it: 17, 18 (make-up), 22, 23, 24: the autumn festival lies between
    second = corrected(cast, first.document, later(days=8))
    accepted(cast, second, later(days=9))
    document = Document.objects.get()
    assert document.state == Document.State.ACCEPTED
    assert paper_time(document) == NOW


def test_repaired_too_late_the_accepted_submission_counts(cast: Cast) -> None:
    first = returned(cast, a_submission(cast), later(days=1))
    second = corrected(cast, first.document, later(days=9))
    accepted(cast, second, later(days=10))
    assert paper_time(Document.objects.get()) == later(days=9)


def test_acceptance_tells_that_the_work_is_done_at_the_papers_time(cast: Cast) -> None:
    submission = a_submission(cast, subject="plans.document:M1#2021-36", objects=["plans.row:R16"])
    accepted(cast, submission, later(days=2))
    told = OutboxEvent.objects.get(name="documents.document-accepted").payload
    assert (told["subject"], told["paper_time"]) == ("plans.document:M1#2021-36", "2021-09-15T02:00:00+00:00")
    done = OutboxEvent.objects.get(name="foundation.work-done").payload
    assert done == {
        "kind": "documents.document",
        "reference": "DOC-2021-000001",
        "scope_id": cast.contract.pk,
        "occurred_at": "2021-09-15T02:00:00+00:00",
        "objects": ["plans.row:R16"],
    }


def test_an_answer_is_given_once(cast: Cast) -> None:
    submission = accepted(cast, a_submission(cast), later(hours=1))
    for answer in (returned, accepted):
        with pytest.raises(Conflict):
            answer(cast, submission, later(hours=2))
    assert OutboxEvent.objects.filter(name="foundation.work-done").count() == 1


def test_nobody_answers_what_he_handed_in_himself(cast: Cast) -> None:
    document = a_paper(cast, actor=cast.supervisor.actor)
    submission = submit_document(document=document, actor=cast.supervisor.actor, now=NOW)
    with pytest.raises(Refused):
        accepted(cast, submission, later(hours=1))
    accept_submission(submission=submission, actor=cast.owner.actor, now=later(hours=1))


@pytest.mark.parametrize("name", ["vendor", "engineer", "auditor"])
def test_the_vendor_and_the_auditor_do_not_answer_and_the_refusal_is_recorded(cast: Cast, name: str) -> None:
    submission, actor = a_submission(cast), cast.people[name].actor
    with pytest.raises(Refused):
        accept_submission(submission=submission, actor=actor, now=later(hours=1))
    refusal = AuditEntry.objects.get(verb="refused")
    assert (refusal.actor_label, refusal.reference) == (name, "DOC-2021-000001")


@pytest.mark.parametrize("name", ["outsider", "clerk", "stranger", "system_admin", "security_admin", "audit_admin"])
def test_for_others_the_paper_does_not_exist(cast: Cast, name: str) -> None:
    submission, actor = a_submission(cast), cast.people[name].actor
    with pytest.raises(Unseen):
        return_submission(submission=submission, reason="无关", actor=actor, now=later(hours=1))


def test_every_step_stands_in_the_audit_chain(cast: Cast) -> None:
    first = returned(cast, a_submission(cast), later(hours=1))
    accepted(cast, corrected(cast, first.document, later(hours=2)), later(hours=3))
    entries = AuditEntry.objects.filter(kind="documents.document").order_by("sequence")
    assert [entry.verb for entry in entries] == [
        "register",
        "add-version",
        "submit",
        "return",
        "add-version",
        "submit",
        "accept",
    ]


def test_the_system_may_hand_in_what_it_made_itself(cast: Cast) -> None:
    system = Actor(None, "系统")
    document = a_paper(cast, actor=system)
    submit_document(document=document, actor=system, now=NOW, source=Source.MEASURED)
    assert document.submissions.get().source == Source.MEASURED
