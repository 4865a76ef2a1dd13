"""From when until when a system or device was in service. Both ends are facts; a wrong period is closed, not erased."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from yunheng.assets.access import DEVICE, SYSTEM
from yunheng.assets.models import Device, InUsePeriod, System
from yunheng.foundation import access, audit
from yunheng.foundation.actors import Actor
from yunheng.foundation.errors import Conflict, Invalid
from yunheng.foundation.models import Scope
from yunheng.foundation.writing import writing


def put_in_use(
    *, thing: System | Device, since: date, until: date | None = None, actor: Actor, now: datetime
) -> InUsePeriod:
    """``since`` is the first day of service, ``until`` the first day out of it. Raises Conflict when the thing is in
    use on one of these days already."""
    kind = kind_of(thing)
    access.require(actor, "put_in_use", kind, thing.scope, now, reference=thing.code)
    if until is not None and until <= since:
        raise Invalid(_("The period ends before it begins."), fields={"until": _("Choose a later day.")})
    with writing():
        overlapping = periods_of(thing).filter(Q(until__isnull=True) | Q(until__gt=since))
        if until is not None:
            overlapping = overlapping.filter(since__lt=until)
        if overlapping.exists():
            raise _in_use_already(thing)
        period = InUsePeriod.objects.create(
            system=thing if isinstance(thing, System) else None,
            device=thing if isinstance(thing, Device) else None,
            since=since,
            since_recorded_at=now,
            until=until,
            until_recorded_at=None if until is None else now,
        )
        _tell(thing, "put-in-use", {"since": since, "until": until}, actor, now)
    return period


def put_many_in_use(
    *, scope: Scope, periods: Sequence[tuple[System | Device, date, date | None]], actor: Actor, now: datetime
) -> list[InUsePeriod]:
    """First periods of things that were recorded just now in ``scope``, in bulk; all or nothing.

    Raises Conflict when one of them is in use on one of these days already.
    """
    for kind in {kind_of(thing) for thing, _since, _until in periods}:
        access.require(actor, "put_in_use", kind, scope, now)
    made = []
    taken: dict[tuple[str, int], list[tuple[date, date | None]]] = {}
    for thing, since, until in periods:
        if until is not None and until <= since:
            raise Invalid(
                _("The period ends before it begins."), fields={"until": _("Choose a later day.")}, place=thing.code
            )
        mine = taken.setdefault((kind_of(thing), thing.pk), [])
        if any((end is None or since < end) and (until is None or begin < until) for begin, end in mine):
            raise _in_use_already(thing)
        mine.append((since, until))
        made.append(
            InUsePeriod(
                system=thing if isinstance(thing, System) else None,
                device=thing if isinstance(thing, Device) else None,
                since=since,
                since_recorded_at=now,
                until=until,
                until_recorded_at=None if until is None else now,
            )
        )
    with writing():
        for name in ("system", "device"):
            ids = [pk for (kind, pk) in taken if kind == (SYSTEM if name == "system" else DEVICE)]
            for start in range(0, len(ids), 500):
                known = InUsePeriod.objects.filter(**{f"{name}__in": ids[start : start + 500]}).select_related(name)
                if (earlier := known.first()) is not None:
                    raise _in_use_already(getattr(earlier, name))
        made = InUsePeriod.objects.bulk_create(made, batch_size=500)
        audit.record_many(
            scope=scope,
            actor=actor,
            now=now,
            entries=[
                ("put-in-use", kind_of(thing), thing.code, {"since": since, "until": until})
                for thing, since, until in periods
            ],
        )
    return made


def take_out_of_use(
    *, thing: System | Device, until: date, reason: str = "", actor: Actor, now: datetime
) -> InUsePeriod:
    """``until`` is the first day out of use. Raises Conflict when it is not in use."""
    access.require(actor, "put_in_use", kind_of(thing), thing.scope, now, reference=thing.code)
    with writing():
        period = periods_of(thing).filter(until__isnull=True).first()
        if period is None:
            raise Conflict(_("%(code)s is not in use.") % {"code": thing.code})
        if until <= period.since:
            raise Invalid(
                _("The period would end before it begins."),
                fields={"until": _("It is in use since %(day)s.") % {"day": period.since}},
            )
        period.until, period.until_recorded_at, period.reason = until, now, reason.strip()
        period.save(update_fields=["until", "until_recorded_at", "reason"])
        _tell(thing, "take-out-of-use", {"until": until, "reason": period.reason}, actor, now)
    return period


def kind_of(thing: System | Device) -> str:
    return SYSTEM if isinstance(thing, System) else DEVICE


def periods_of(thing: System | Device) -> QuerySet[InUsePeriod]:
    return thing.in_use_periods.order_by("since")


def _in_use_already(thing: System | Device) -> Conflict:
    return Conflict(
        _("%(code)s is in use on one of these days already.") % {"code": thing.code},
        way_out=_("End the earlier period first."),
    )


def _tell(thing: System | Device, verb: str, facts: dict[str, object], actor: Actor, now: datetime) -> None:
    audit.record(
        scope=thing.scope,
        actor=actor,
        now=now,
        verb=verb,
        kind=kind_of(thing),
        reference=thing.code,
        facts=facts,
    )
