"""The audit chain: read, held against itself, never changed."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from yunheng.foundation import access as ground
from yunheng.foundation import audit, jobs, records
from yunheng.foundation.actors import Actor
from yunheng.foundation.models import AuditEntry, Job, Scope
from yunheng.people import access
from yunheng.people.actions import chains
from yunheng.people.web.words import kind_label, verb_label
from yunheng.ui.context import actor_of
from yunheng.ui.lists import Choice, Column, ListPage, Option, Period, Sort, Text, render_list

#: A longer chain is verified by the worker, so that nobody waits before an empty page.
LONGEST_AT_ONCE = 200_000


def _kinds() -> list[Option]:
    return [Option(kind, kind_label(kind), (kind,)) for kind in ground.policies()]


LISTING = ListPage(
    kind=access.AUDIT,
    title=gettext_lazy("Audit chain"),
    scope_field="tenant",
    key="id",
    columns=[
        Column("sequence", gettext_lazy("Link"), numeric=True, link=True),
        Column("at", gettext_lazy("When")),
        Column("actor_label", gettext_lazy("By whom")),
        Column("verb", gettext_lazy("Did"), value=lambda row: verb_label(row.verb), export=lambda row: row.verb),
        Column("kind", gettext_lazy("To what"), value=lambda row: kind_label(row.kind), export=lambda row: row.kind),
        Column("reference", gettext_lazy("Record"), wide=True),
    ],
    filters=[
        Text(field="reference", label=gettext_lazy("Number or name of the record")),
        Choice("kind", gettext_lazy("To what"), _kinds),
        Period("at", gettext_lazy("When")),
    ],
    sorts=[Sort("-sequence", gettext_lazy("Link"))],
    address=lambda row: reverse("people:audit-entry", args=[row.pk]),
    look=lambda row: reverse("people:audit-entry", args=[row.pk]),
    empty_title=gettext_lazy("The chain has not begun"),
    empty_hint=gettext_lazy("Every changed fact, log-in, export and refusal will stand here as one link."),
)


def _tenant(request: HttpRequest, actor: Actor, verb: str = "view") -> Scope:
    tenants = access.tenants(actor, access.AUDIT, verb, timezone.now())
    asked = request.GET.get("office") or request.POST.get("office") or ""
    chosen = [tenant for tenant in tenants if tenant.uid == asked] or tenants
    if not chosen:
        raise ground.unseen()
    return chosen[0]


@login_required
def listing(request: HttpRequest) -> HttpResponseBase:
    actor, now = actor_of(request), timezone.now()
    tenant = _tenant(request, actor)
    sequence, link = audit.head_of(tenant.pk)
    checks = AuditEntry.objects.filter(tenant=tenant, kind=access.AUDIT, verb="verify", reference=tenant.code)
    last = checks.order_by("-sequence").first()
    running = Job.objects.filter(unique_key=_key(tenant), state__in=[Job.State.WAITING, Job.State.RUNNING]).exists()
    standing = ground.standing(actor, now)
    context: dict[str, Any] = {
        "tenant": tenant,
        "tenants": access.tenants(actor, access.AUDIT, "view", now),
        "sequence": sequence,
        "link": link,
        "last": last,
        "last_facts": facts_of(last) if last else None,
        "running": running,
        "may_verify": standing.may_anywhere("verify", access.AUDIT),
    }
    rows = access.audit_entries(actor, tenant, now)
    return render_list(request, LISTING, rows, [tenant.pk], template="people/audit.html", context=context, now=now)


@require_POST
@login_required
def verify(request: HttpRequest) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    tenant = _tenant(request, actor)
    access.require_in_tenant(actor, "verify", access.AUDIT, tenant, now)
    length, _link = audit.head_of(tenant.pk)
    if length > LONGEST_AT_ONCE:
        jobs.enqueue(
            chains.VERIFY_CHAIN, now=now, arguments={"tenant": tenant.pk}, unique_key=_key(tenant), actor=actor
        )
        messages.info(request, _("The chain is long: the worker verifies it. Come back to this page."))
    else:
        report = chains.verify(tenant=tenant, actor=actor, now=now)
        if report.holds:
            messages.success(request, _("The chain holds: %(links)s links.") % {"links": f"{report.links:,}"})
        else:
            broken = report.breaks[0]
            said = {"sequence": broken.sequence, "trouble": trouble_label(broken.trouble)}
            messages.error(request, _("The chain is broken at link %(sequence)s: %(trouble)s.") % said)
    return redirect(f"{reverse('people:audit')}?office={tenant.uid}")


def _key(tenant: Scope) -> str:
    return f"verify-chain:{tenant.pk}"


def trouble_label(trouble: str) -> str:
    return {
        "missing": _("a link is missing"),
        "edited": _("the record of the link was edited"),
        "columns": _("a column was edited beside the link"),
        "cut_off": _("the end was cut off"),
        "anchor": _("it differs from the head that was kept elsewhere"),
    }.get(trouble, trouble)


def shown(value: Any) -> str:
    """A fact as people read it; its own JSON when it is a structure."""
    match value:
        case None | "":
            return "—"
        case bool():
            return _("yes") if value else _("no")
        case str() | int():
            return str(value)
    return json.dumps(value, ensure_ascii=False, indent=1)


def facts_of(entry: AuditEntry) -> dict[str, Any]:
    body: list[Any] = json.loads(bytes(entry.body))
    facts: dict[str, Any] = body[-1]
    return facts


@login_required
def entry(request: HttpRequest, pk: int) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    found = AuditEntry.objects.filter(pk=pk).select_related("tenant").first()
    if found is None or not access.audit_entries(actor, found.tenant, now).filter(pk=pk).exists():
        raise ground.unseen()
    before = AuditEntry.objects.filter(tenant=found.tenant, sequence=found.sequence - 1).first()
    previous = bytes(before.link) if before else bytes(32)
    described = records.describe(found.kind, [found.reference], actor, now).get(found.reference)
    context = {
        "entry": found,
        "facts": [(name, shown(value)) for name, value in sorted(facts_of(found).items())],
        "verb": verb_label(found.verb),
        "kind": kind_label(found.kind),
        "scope": Scope.objects.filter(pk=found.scope_ref).first(),
        "link": bytes(found.link).hex(),
        "previous": previous.hex(),
        "holds": audit.link_of(previous, found.sequence, bytes(found.body)) == bytes(found.link),
        "record": described,
        "crumbs": [(_("Audit chain"), reverse("people:audit")), (f"#{found.sequence}", "")],
    }
    return render(request, "people/audit_entry.html", context)
