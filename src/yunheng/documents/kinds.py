"""Kinds of paper that people choose from; a plan may name others of its own."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

KINDS: dict[str, str | Promise] = {
    "weekly-report": _("Weekly report"),
    "monthly-report": _("Monthly report"),
    "half-year-summary": _("Half-year summary"),
    "annual-summary": _("Annual summary"),
    "morning-check": _("Morning check report"),
    "patrol-report": _("Patrol report"),
    "maintenance-record": _("Maintenance record"),
    "scan-report": _("Vulnerability scan report"),
    "hardening-report": _("Hardening report"),
    "bulletin": _("Security bulletin"),
    "incident-analysis": _("Incident analysis"),
    "drill-report": _("Drill report"),
    "plan": _("Plan or scheme"),
    "policy": _("Rules and procedures"),
    "minutes": _("Meeting minutes"),
    "certificate": _("Certificate or appointment"),
    "acceptance": _("Acceptance paper"),
    "other": _("Other paper"),
}


def kind_label(code: str) -> str:
    return str(KINDS.get(code, code))
