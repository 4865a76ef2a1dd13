"""People placed on the posts of a contract, replaced with approval, and leaving."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from yunheng.foundation import access as ground
from yunheng.foundation import audit, decisions, numbering
from yunheng.foundation.actors import Actor
from yunheng.foundation.errors import Conflict, Invalid
from yunheng.foundation.models import Decision, Scope, ScopeKind, Source
from yunheng.foundation.writing import writing
from yunheng.people import access
from yunheng.people.models import Organisation, Posting, User
from yunheng.people.roles import Role

SERIES = "PST"
REPLACEMENT = "replacement"
#: Who must say yes to a replacement: the owner and the supervisor.
APPROVERS = (Role.OWNER_LEAD, Role.SUPERVISOR)


@dataclass(frozen=True, slots=True)
class Placement:
    """What is known of one person on one post. ``until`` is the first day without him; None: open."""

    person_name: str
    organisation: Organisation
    post: str
    since: date
    until: date | None = None
    certificate: str = ""
    certificate_until: date | None = None
    background: str = ""
    user: User | None = None
    replaces: Posting | None = None
    source: str = Source.ON_SITE

    def cleaned(self) -> Placement:
        return replace(
            self,
            person_name=self.person_name.strip(),
            post=self.post.strip(),
            certificate=self.certificate.strip(),
            background=self.background.strip(),
        )


def place(*, scope: Scope, placement: Placement, actor: Actor, now: datetime) -> Posting:
    """One person; asks for the approvals when he takes over somebody's post."""
    return place_many(scope=scope, placements=[placement], actor=actor, now=now)[0]


def place_many(*, scope: Scope, placements: list[Placement], actor: Actor, now: datetime) -> list[Posting]:
    """All or nothing, numbered in the order given."""
    ground.require(actor, "record", access.POSTING, scope, now)
    if scope.kind != ScopeKind.CONTRACT:
        raise Invalid(_("People are posted to a contract."), fields={"scope": _("Choose a contract.")})
    wanted = [placement.cleaned() for placement in placements]
    for placement in wanted:
        _check(placement, scope)
    with writing():
        numbers = numbering.reserve(scope, SERIES, timezone.localtime(now).year, len(wanted))
        rows = [_row(scope, number, placement, actor, now) for number, placement in zip(numbers, wanted, strict=True)]
        for row in rows:
            row.save()
        audit.record_many(
            scope=scope,
            actor=actor,
            now=now,
            entries=[("place", access.POSTING, row.number, _facts(row)) for row in rows],
        )
        for row in rows:
            if row.replaces is not None:
                _ask(row, actor, now)
    return rows


def end(*, posting: Posting, until: date, actor: Actor, now: datetime) -> Posting:
    """``until`` is the first day on which the person is no longer there."""
    ground.require(actor, "record", access.POSTING, posting.scope, now, reference=posting.number)
    if until <= posting.since:
        raise Invalid(_("The posting would end before it begins."), fields={"last_day": _("Choose a later day.")})
    with writing():
        changed = Posting.objects.filter(pk=posting.pk, until__isnull=True).update(until=until)
        if not changed:
            raise Conflict(_("This posting has ended already."))
        audit.record(
            scope=posting.scope,
            actor=actor,
            now=now,
            verb="end",
            kind=access.POSTING,
            reference=posting.number,
            facts={"until": until},
        )
    posting.until = until
    return posting


def answer_replacement(
    *, posting: Posting, decision: Decision, approve: bool, reason: str, actor: Actor, now: datetime
) -> Posting:
    """One of the approvers answers; the replacement stands when all of them said yes."""
    ground.require(actor, "approve", access.POSTING, posting.scope, now, reference=posting.number)
    with writing():
        decisions.answer(decision=decision, approve=approve, reason=reason, actor=actor, now=now)
        asked = access.replacement_decisions(posting).filter(question=REPLACEMENT)
        granted = set(asked.filter(state=Decision.State.APPROVED).values_list("role", flat=True))
        posting.replacement_approved = granted >= set(APPROVERS)
        posting.save(update_fields=["replacement_approved"])
    return posting


def _ask(posting: Posting, actor: Actor, now: datetime) -> None:
    for role in APPROVERS:
        decisions.ask(
            scope=posting.scope,
            subject_kind=access.POSTING,
            subject_reference=posting.number,
            question=REPLACEMENT,
            role=role,
            actor=actor,
            now=now,
        )


def _check(placement: Placement, scope: Scope) -> None:
    fields: dict[str, str] = {}
    if not placement.person_name:
        fields["person_name"] = _("Write the name.")
    if not placement.post:
        fields["post"] = _("Write the post.")
    if placement.organisation.tenant_id != scope.tenant_id:
        fields["organisation"] = _("The organisation belongs to another office.")
    if placement.until is not None and placement.until <= placement.since:
        fields["last_day"] = _("The posting would end before it begins.")
    earlier = placement.replaces
    if earlier is not None and earlier.scope_id != scope.pk:
        fields["replaces"] = _("The replaced person is posted to another contract.")
    if fields:
        raise Invalid(_("This posting cannot be saved."), fields=fields)


def _row(scope: Scope, number: str, placement: Placement, actor: Actor, now: datetime) -> Posting:
    row = Posting(
        scope=scope,
        number=number,
        person_name=placement.person_name,
        organisation=placement.organisation,
        post=placement.post,
        since=placement.since,
        until=placement.until,
        certificate=placement.certificate,
        certificate_until=placement.certificate_until,
        background=placement.background,
        user=placement.user,
        replaces=placement.replaces,
        source=placement.source,
        occurred_at=datetime.combine(placement.since, datetime.min.time(), timezone.get_default_timezone()),
        recorded_at=now,
    )
    row.signed_by(actor)
    return row


def _facts(row: Posting) -> dict[str, object]:
    return {
        "person": audit.personal(row.person_name),
        "organisation": row.organisation.name,
        "post": row.post,
        "since": row.since,
        "until": row.until,
        "certificate": row.certificate,
        "replaces": row.replaces.number if row.replaces else "",
        "source": row.source,
    }
