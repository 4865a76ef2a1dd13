"""A ticket comes into being: the report is its first fact, its clocks are set by the contract's targets."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from yunheng.assets.models import Device, System
from yunheng.foundation import access as ground
from yunheng.foundation import numbering
from yunheng.foundation.actors import Actor
from yunheng.foundation.errors import Invalid
from yunheng.foundation.models import Scope, Source
from yunheng.foundation.writing import writing
from yunheng.people.roles import OWNER, Role
from yunheng.servicedesk import access
from yunheng.servicedesk.actions.change import BACK_FILLED_AFTER, Change
from yunheng.servicedesk.events import TicketOpened
from yunheng.servicedesk.models import Ticket, TicketKind
from yunheng.servicedesk.queries.targets import TargetBook
from yunheng.servicedesk.rules.levels import DEGREES, level_of

SERIES = {TicketKind.INCIDENT: "INC", TicketKind.REQUEST: "REQ"}


def open_ticket(
    *,
    scope: Scope,
    title: str,
    impact: int,
    urgency: int,
    actor: Actor,
    now: datetime,
    kind: str = TicketKind.INCIDENT,
    description: str = "",
    category: str = "",
    system: System | None = None,
    device: Device | None = None,
    reported_at: datetime | None = None,
    requester: Actor | None = None,
    source: str | None = None,
) -> Ticket:
    """``reported_at`` is the claimed time of the report, by default now. ``requester`` is whoever has the trouble,
    by default the actor. ``source`` is given by machines that report (measured); for people the times decide."""
    ground.require(actor, "open", access.KIND, scope, now)
    reported_at = (reported_at or now).replace(microsecond=0)
    _check(scope, title, impact, urgency, kind, system, device, reported_at, now)
    requester = requester or actor
    level = level_of(impact, urgency)
    with writing():
        number = numbering.next_number(
            scope, SERIES[TicketKind(kind)], reported_at.astimezone(ZoneInfo(scope.zone)).year
        )
        ticket = Ticket.objects.create(
            scope=scope,
            tenant_id=scope.tenant_id or scope.pk,
            number=number,
            kind=kind,
            title=title.strip(),
            description=description.strip(),
            category=category.strip(),
            impact=impact,
            urgency=urgency,
            level=level,
            system=system,
            device=device,
            requester_id=requester.id,
            requester=requester.label,
            reported_at=reported_at,
            source=source or Source.ON_SITE,
            recorded_at=now,
            last_recorded_at=now,
            last_occurred_at=reported_at,
        )
        change = Change(ticket, actor, now)
        change.begins()
        value: dict[str, Any] = {"level": level, "impact": impact, "urgency": urgency}
        if system is not None:
            value["system"] = system.code
        if device is not None:
            value["device"] = device.code
        back_filled = source is None and now - reported_at > BACK_FILLED_AFTER
        change.fact(
            "reported",
            reported_at,
            value,
            source=source or (Source.BACK_FILLED if back_filled else Source.ON_SITE),
            agreed=back_filled and _may_confirm(actor, scope, now),
            verb="open",
        )
        change.entry("start", reported_at, value=TargetBook(scope, change.calendars).setting(level, reported_at))
        change.event(
            TicketOpened(
                ticket=number,
                kind=kind,
                level=level,
                scope_id=scope.pk,
                reported_at=reported_at.isoformat(),
                system=system.code if system else "",
                device=device.code if device else "",
            )
        )
        change.finish()
    return ticket


def _may_confirm(actor: Actor, scope: Scope, now: datetime) -> bool:
    return bool(ground.standing(actor, now).roles_at(scope) & (OWNER | {Role.SUPERVISOR}))


def _check(
    scope: Scope,
    title: str,
    impact: int,
    urgency: int,
    kind: str,
    system: System | None,
    device: Device | None,
    reported_at: datetime,
    now: datetime,
) -> None:
    fields: dict[str, str] = {}
    if not title.strip():
        fields["title"] = _("Say in a few words what is wrong.")
    elif len(title.strip()) > 200:
        fields["title"] = _("Keep it below 200 characters; the rest belongs into the description.")
    if impact not in DEGREES:
        fields["impact"] = _("Choose how many are affected.")
    if urgency not in DEGREES:
        fields["urgency"] = _("Choose how much the work is held up.")
    if kind not in TicketKind.values:
        fields["kind"] = _("Choose fault or request.")
    if reported_at > now:
        fields["reported_at"] = _("This lies in the future.")
    if scope.kind != "contract":
        fields["scope"] = _("Choose the contract.")
    if system is not None and system.scope_id != scope.pk:
        fields["system"] = _("This system belongs to another contract.")
    if device is not None and device.scope_id != scope.pk:
        fields["device"] = _("This device belongs to another contract.")
    if fields:
        raise Invalid(_("The ticket is not complete."), fields=fields)
