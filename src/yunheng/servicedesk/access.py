"""Who sees which tickets and what each role may do with them. Pages and measures get tickets through here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yunheng.foundation import access, records
from yunheng.foundation.actors import Actor
from yunheng.foundation.models import ImportBatch, Scope
from yunheng.people.roles import OWNER, PARTIES, VENDOR, Role
from yunheng.servicedesk.models import Ticket

KIND = "servicedesk.ticket"

access.declare(
    KIND,
    {
        "view": PARTIES | {Role.REQUESTER},
        "open": OWNER | VENDOR | {Role.SUPERVISOR, Role.REQUESTER},
        "work": VENDOR,
        "confirm": OWNER | {Role.SUPERVISOR},
        "accept_result": OWNER | {Role.REQUESTER},
        "reopen": OWNER | {Role.SUPERVISOR, Role.REQUESTER},
        "close": OWNER | {Role.VENDOR_MANAGER, Role.SUPERVISOR},
        "change_level": OWNER | VENDOR | {Role.SUPERVISOR},
        "approve_level": OWNER,
        "exclude": OWNER | {Role.SUPERVISOR},
        "import": OWNER | {Role.VENDOR_MANAGER},
    },
)


def in_force() -> QuerySet[Ticket]:
    """Every ticket but those of an import that is not applied yet or was withdrawn."""
    hidden = list(ImportBatch.objects.filter(kind=KIND).exclude(state="applied").values_list("pk", flat=True))
    tickets = Ticket.objects.all()
    return tickets.filter(Q(batch__isnull=True) | ~Q(batch__in=hidden)) if hidden else tickets


@dataclass(frozen=True, slots=True)
class Sight:
    """What one person sees: all tickets of ``whole`` scopes, and his own wherever he may report."""

    actor: Actor
    whole: frozenset[int]
    own: frozenset[int]

    @property
    def scopes(self) -> frozenset[int]:
        return self.whole | self.own

    def narrow(self, tickets: QuerySet[Ticket]) -> QuerySet[Ticket]:
        if not self.own:
            return tickets.filter(scope_id__in=self.whole)
        mine = Q(requester_id=self.actor.id)
        return tickets.filter(Q(scope_id__in=self.whole) | mine) if self.whole else tickets.filter(mine)


def sight(actor: Actor, at: datetime, *, within: Scope | None = None) -> Sight:
    """Two to four queries, whatever the number of tickets."""
    visible = access.visible_scopes(actor, KIND, "view", at, within=within)
    if actor.is_system or not visible:
        return Sight(actor, visible, frozenset())
    held = access.standing(actor, at).held
    full = {path for role, path in held if role in PARTIES}
    paths = Scope.objects.filter(pk__in=visible).values_list("pk", "path")
    whole = frozenset(pk for pk, path in paths if any(path.startswith(one) for one in full))
    rest = visible - whole
    if not rest:
        return Sight(actor, whole, frozenset())
    mine = Ticket.objects.filter(requester_id=actor.id).order_by().values_list("scope_id", flat=True).distinct()
    return Sight(actor, whole, rest & frozenset(mine))


def tickets(actor: Actor, at: datetime, *, within: Scope | None = None) -> QuerySet[Ticket]:
    return sight(actor, at, within=within).narrow(in_force())


def ticket(actor: Actor, uid: str, at: datetime) -> Ticket:
    """Raises Unseen for a ticket that is not there for this person."""
    found = in_force().select_related("scope", "system", "device").filter(uid=uid).first()
    if found is None or not may_view(actor, found, at):
        raise access.unseen()
    return found


def may_view(actor: Actor, ticket: Ticket, at: datetime) -> bool:
    roles = access.standing(actor, at).roles_at(ticket.scope)
    return actor.is_system or bool(roles & PARTIES) or (Role.REQUESTER in roles and ticket.requester_id == actor.id)


def may(actor: Actor, verb: str, ticket: Ticket, at: datetime) -> bool:
    """As ``require``, as an answer; a clerk acts on his own tickets only."""
    return may_view(actor, ticket, at) and access.may(actor, verb, KIND, ticket.scope, at)


def require(actor: Actor, verb: str, ticket: Ticket, at: datetime) -> None:
    """Raises Unseen or Refused (audited)."""
    if not may_view(actor, ticket, at):
        raise access.unseen()
    access.require(actor, verb, KIND, ticket.scope, at, reference=ticket.number)


def ground_scopes(actor: Actor, verb: str, at: datetime) -> frozenset[int]:
    """Ids of the scopes where the verb is allowed."""
    return access.visible_scopes(actor, KIND, verb, at)


def scopes_to_open(actor: Actor, at: datetime, *, within: Scope | None = None) -> QuerySet[Scope]:
    """Contracts on which this person may report."""
    ids = access.visible_scopes(actor, KIND, "open", at, within=within)
    return Scope.objects.filter(pk__in=ids, kind="contract").order_by("path")


def _describe(references: Iterable[str], actor: Actor, at: datetime) -> list[records.Described]:
    found = tickets(actor, at).filter(number__in=list(references))
    return [
        records.Described(
            ticket.number, ticket.title, reverse("servicedesk:ticket", args=[ticket.uid]), ticket.get_state_display()
        )
        for ticket in found
    ]


records.register(records.RecordKind(kind=KIND, label=_("Ticket"), describe=_describe))
