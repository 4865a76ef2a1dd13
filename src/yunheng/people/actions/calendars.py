"""A service calendar gets a version, or a version a new revision; nothing that was in force is ever edited."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import Max
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yunheng.foundation import audit
from yunheng.foundation.actors import Actor
from yunheng.foundation.errors import Invalid
from yunheng.foundation.models import Scope
from yunheng.foundation.writing import writing
from yunheng.kernel import calendars as kernel
from yunheng.kernel.reading import CaseError
from yunheng.kernel.words import say
from yunheng.people import access
from yunheng.people.models import ServiceCalendar, ServiceCalendarVersion
from yunheng.people.queries import built_in_data

_CODE = re.compile(r"^[a-z0-9][a-z0-9-]{1,39}$")


def record_version(
    *,
    tenant: Scope,
    code: str,
    name: str,
    valid_from: date,
    data: Mapping[str, Any],
    reason: str,
    actor: Actor,
    now: datetime,
) -> ServiceCalendarVersion:
    """``data`` in the kernel's form; parts that it does not name are empty, and the kernel refuses what makes no
    sense (overlapping windows, no hours at all) with the place of the fault."""
    access.require_in_tenant(actor, "record", access.CALENDAR, tenant, now, reference=code)
    if not _CODE.match(code):
        message = _("Use 2 to 40 small letters, digits or hyphens.")
        raise Invalid(_("This code cannot be used."), fields={"code": message})
    if not reason.strip():
        raise Invalid(_("A change of a calendar needs a reason."), fields={"reason": _("Write why.")})
    whole = complete(data)
    with writing():
        calendar, made = ServiceCalendar.objects.get_or_create(
            tenant=tenant, code=code, defaults={"name": name.strip() or code}
        )
        if not made and name.strip() and calendar.name != name.strip():
            calendar.name = name.strip()
            calendar.save(update_fields=["name"])
        newest = calendar.versions.filter(valid_from=valid_from).aggregate(newest=Max("revision"))["newest"] or 0
        version = ServiceCalendarVersion.objects.create(
            calendar=calendar,
            valid_from=valid_from,
            revision=newest + 1,
            data=whole,
            recorded_at=now,
            recorded_by_id=actor.id,
            recorded_by=actor.label,
            reason=reason.strip(),
        )
        audit.record(
            scope=tenant,
            actor=actor,
            now=now,
            verb="record",
            kind=access.CALENDAR,
            reference=code,
            facts={
                "valid_from": valid_from,
                "revision": version.revision,
                "data": whole,
                "reason": reason.strip(),
            },
        )
    return version


def complete(data: Mapping[str, Any]) -> dict[str, Any]:
    """The data with all five parts, or Invalid in the reader's language."""
    whole = {
        "timezone": kernel.DEFAULT_ZONE,
        "weekly": {},
        "holidays": {},
        "workdays": {},
        "special": {},
        **data,
    }
    unknown = set(whole) - set(built_in_data(""))
    if unknown:
        raise Invalid(_("Unknown parts: %(parts)s.") % {"parts": ", ".join(sorted(unknown))})
    try:
        kernel.ServiceCalendar.parse(whole)
    except CaseError as problem:
        raise Invalid(in_words(problem)) from problem
    return whole


def in_words(problem: CaseError) -> str:
    language = get_language() or "en"
    parts = [f"{problem.place}: {say(problem.message, language)}"]
    if problem.way_out:
        parts.append(say(problem.way_out, language))
    return " ".join(parts)
