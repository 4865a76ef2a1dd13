"""A paper is handed in, returned with a reason, accepted. Each is a fact with its claimed and its recorded time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from yunheng.documents import access
from yunheng.documents.events import DocumentAccepted, DocumentReturned, DocumentSubmitted
from yunheng.documents.models import Document, Submission
from yunheng.documents.queries import paper_time
from yunheng.foundation import audit, events
from yunheng.foundation.actors import Actor
from yunheng.foundation.errors import Conflict, Invalid, Refused
from yunheng.foundation.models import Source
from yunheng.foundation.writing import writing

BACK_FILLED_AFTER = timedelta(hours=24)
"""A paper that is said to have been handed in longer ago than this is recorded as back-filled."""


def submit_document(
    *,
    document: Document,
    actor: Actor,
    now: datetime,
    submitted_at: datetime | None = None,
    source: str | None = None,
) -> Submission:
    """Hand in the newest version. ``submitted_at`` is claimed, by default now; ``source`` is given by imports."""
    access.require(actor, "submit", document.scope, now, reference=document.number)
    at = submitted_at or now
    if at > now:
        raise Invalid(_("The time lies in the future."), fields={"submitted_at": _("The time lies in the future.")})
    with writing():
        held = _held(document)
        version = held.versions.order_by("-number").first()
        if version is None:
            raise Invalid(_("There is no file to hand in."), way_out=_("Add a file first."))
        last = held.submissions.order_by("-number").first()
        _check_turn(held, last, at)
        if last is not None and last.version_id == version.pk:
            raise Invalid(
                _("This version was returned; hand in a new one."), way_out=_("Add the corrected file first.")
            )
        submission = Submission(
            document=held,
            version=version,
            number=last.number + 1 if last else 1,
            occurred_at=at,
            recorded_at=now,
            source=source or (Source.BACK_FILLED if now - at > BACK_FILLED_AFTER else Source.ON_SITE),
        )
        submission.signed_by(actor)
        submission.save()
        _move(held, Document.State.SUBMITTED, now)
        facts = {"submission": submission.number, "version": version.number, "digest": version.digest, "at": at}
        _record(held, actor, now, "submit", {**facts, "source": str(submission.source)})
        _tell(DocumentSubmitted(held.number, held.kind, held.scope_id, _text(at), held.subject), held, now)
    document.refresh_from_db()
    return submission


def return_submission(
    *, submission: Submission, reason: str, actor: Actor, now: datetime, returned_at: datetime | None = None
) -> Submission:
    """Give it back to be corrected."""
    _require_answer(submission, actor, now)
    reason = reason.strip()
    if not reason:
        raise Invalid(_("Say what has to be corrected."), fields={"reason": _("Say what has to be corrected.")})
    if len(reason) > 500:
        raise Invalid(
            _("The reason is too long."), fields={"reason": _("At most %(count)s characters.") % {"count": 500}}
        )
    with writing():
        held, document = _answer(submission, Submission.Outcome.RETURNED, actor, now, returned_at or now, reason=reason)
        _move(document, Document.State.RETURNED, now)
        at = _text(returned_at or now)
        _record(document, actor, now, "return", {"submission": held.number, "reason": reason, "at": returned_at or now})
        _tell(
            DocumentReturned(document.number, document.kind, document.scope_id, at, reason, document.subject),
            document,
            now,
        )
    submission.refresh_from_db()
    return submission


def accept_submission(
    *, submission: Submission, actor: Actor, now: datetime, accepted_at: datetime | None = None
) -> Submission:
    """Take it; the paper's time is settled and the work counts as done."""
    _require_answer(submission, actor, now)
    with writing():
        at = accepted_at or now
        held, document = _answer(submission, Submission.Outcome.ACCEPTED, actor, now, at)
        if held.source == Source.BACK_FILLED:
            held.confirmed_by_id, held.confirmed_by, held.confirmed_at = actor.id, actor.label, now
            held.save(update_fields=["confirmed_by_id", "confirmed_by", "confirmed_at"])
        _move(document, Document.State.ACCEPTED, now)
        time = paper_time(document)
        assert time is not None  # one of its submissions has just been accepted
        _record(document, actor, now, "accept", {"submission": held.number, "at": at, "paper_time": time})
        _tell(
            DocumentAccepted(
                document.number, document.kind, document.scope_id, _text(at), _text(time), document.subject
            ),
            document,
            now,
        )
        _tell(
            events.WorkDone(
                kind=access.KIND,
                reference=document.number,
                scope_id=document.scope_id,
                occurred_at=_text(time),
                objects=document.objects_named,
            ),
            document,
            now,
        )
    submission.refresh_from_db()
    return submission


def _require_answer(submission: Submission, actor: Actor, now: datetime) -> None:
    """Asked before the transaction begins: a refusal is written into the audit chain and must outlive it."""
    document = submission.document
    access.require(actor, "answer", document.scope, now, reference=document.number)


def _held(document: Document) -> Document:
    return Document.objects.select_for_update(of=("self",)).select_related("scope").get(pk=document.pk)


def _check_turn(document: Document, last: Submission | None, at: datetime) -> None:
    if document.state in {Document.State.SUBMITTED, Document.State.ACCEPTED}:
        raise Conflict(
            _("%(number)s has been handed in already.") % {"number": document.number},
            way_out=_("Reload the page to see where it stands."),
        )
    if last is not None and last.answered_at is not None and at < last.answered_at:
        message = _("It cannot be handed in again before it was returned.")
        raise Invalid(message, fields={"submitted_at": message})


def _answer(
    submission: Submission, outcome: str, actor: Actor, now: datetime, at: datetime, *, reason: str = ""
) -> tuple[Submission, Document]:
    """Set the one answer of a submission that waits; nobody answers what he handed in himself."""
    document = _held(submission.document)
    held = Submission.objects.select_for_update(of=("self",)).get(pk=submission.pk)
    if held.outcome != Submission.Outcome.WAITING:
        raise Conflict(
            _("%(number)s has been answered already.") % {"number": document.number},
            way_out=_("Reload the page to see where it stands."),
        )
    if held.recorded_by_id is not None and held.recorded_by_id == actor.id:
        raise Refused(
            _("You handed this in yourself."), way_out=_("Somebody else of the owner or the supervisor decides.")
        )
    if at > now or at < held.occurred_at:
        raise Invalid(_("The answer lies between the submission and now."), place=document.number)
    held.outcome, held.answered_at, held.answer_recorded_at, held.reason = outcome, at, now, reason
    held.answered_by_id, held.answered_by = actor.id, actor.label
    held.save()
    return held, document


def _move(document: Document, state: str, now: datetime) -> None:
    document.state, document.changed_at = state, now
    document.save(update_fields=["state", "changed_at"])


def _record(document: Document, actor: Actor, now: datetime, verb: str, facts: dict[str, Any]) -> None:
    audit.record(
        scope=document.scope, actor=actor, now=now, verb=verb, kind=access.KIND, reference=document.number, facts=facts
    )


def _tell(event: events.Event, document: Document, now: datetime) -> None:
    events.publish(event, scope=document.scope, aggregate=f"{access.KIND}:{document.number}", now=now)


def _text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()
