"""The roles a grant may carry: who takes part in a contract, and the three administrators (三员) who do not."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    OWNER_LEAD = "owner_lead", _("Owner's project lead")
    OWNER_LEADER = "owner_leader", _("Owner's leader")
    VENDOR_MANAGER = "vendor_manager", _("Vendor's project manager")
    VENDOR_ENGINEER = "vendor_engineer", _("Vendor's engineer")
    SUPERVISOR = "supervisor", _("Supervisor")
    REQUESTER = "requester", _("Clerk")
    AUDITOR = "auditor", _("Auditor")
    SYSTEM_ADMIN = "system_admin", _("System administrator")
    SECURITY_ADMIN = "security_admin", _("Security administrator")
    AUDIT_ADMIN = "audit_admin", _("Audit administrator")


OWNER = frozenset({Role.OWNER_LEAD, Role.OWNER_LEADER})
VENDOR = frozenset({Role.VENDOR_MANAGER, Role.VENDOR_ENGINEER})
# Everybody who takes part in running or judging a contract, the clerk apart.
PARTIES = OWNER | VENDOR | {Role.SUPERVISOR, Role.AUDITOR}
ADMINISTRATORS = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})
