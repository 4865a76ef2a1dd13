"""Who sees which tickets and what each role may do with them. Pages and measures get tickets through here."""

from __future__ import annotations

from collections.abc import Callable, Iterable
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


def sight(actor: Actor, at: datetime, *, within: Scope | None = None, standing: access.Standing | None = None) -> Sight:
    """Two or three queries, whatever the number of tickets; one less with the ``standing`` at hand."""
    if actor.is_system:
        return Sight(actor, access.visible_scopes(actor, KIND, "view", at, within=within), frozenset())
    held = standing or access.standing(actor, at)
    whole: set[int] = set()
    own: set[int] = set()
    full = [path for role, path in held.held if role in PARTIES]
    for pk, path in _below(held.paths("view", KIND), within):
        (whole if any(path.startswith(one) for one in full) else own).add(pk)
    if own:
        mine = Ticket.objects.filter(requester_id=actor.id).order_by().values_list("scope_id", flat=True).distinct()
        own &= set(mine)
    return Sight(actor, frozenset(whole), frozenset(own))


def _below(paths: list[str], within: Scope | None) -> list[tuple[int, str]]:
    if not paths:
        return []
    wanted = Q()
    for path in paths:
        wanted |= Q(path__startswith=path)
    scopes = Scope.objects.filter(wanted)
    if within is not None:
        scopes = scopes.filter(path__startswith=within.path)
    return list(scopes.values_list("pk", "path"))


def tickets(actor: Actor, at: datetime, *, within: Scope | None = None) -> QuerySet[Ticket]:
    return sight(actor, at, within=within).narrow(in_force())


def ticket(actor: Actor, uid: str, at: datetime) -> Ticket:
    """Raises Unseen for a ticket that is not there for this person."""
    found = in_force().select_related("scope", "system", "device").filter(uid=uid).first()
    if found is None or not may_view(actor, found, at):
        raise access.unseen()
    return found


def may_view(actor: Actor, ticket: Ticket, at: datetime) -> bool:
    return _sees(access.standing(actor, at), ticket)


def _sees(standing: access.Standing, ticket: Ticket) -> bool:
    """The parties of its contract; a clerk his own."""
    roles = standing.roles_at(ticket.scope)
    own = Role.REQUESTER in roles and ticket.requester_id == standing.actor.id
    return standing.actor.is_system or bool(roles & PARTIES) or own


def powers(standing: access.Standing, ticket: Ticket) -> Callable[[str], bool]:
    """Whether each verb is allowed on this ticket, without a query; a clerk acts on his own tickets only."""
    sees = _sees(standing, ticket)
    return lambda verb: sees and standing.may(verb, KIND, ticket.scope)


def may(actor: Actor, verb: str, ticket: Ticket, at: datetime) -> bool:
    """As ``require``, as an answer."""
    return powers(access.standing(actor, at), ticket)(verb)


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
