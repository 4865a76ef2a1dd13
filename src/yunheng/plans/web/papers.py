"""Papers that the plan asks for: the kinds, each paper due, handing one in."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from yunheng.documents.actions import deposit_document
from yunheng.documents.queries import by_subject
from yunheng.foundation import access as ground
from yunheng.foundation import records
from yunheng.foundation.errors import Invalid
from yunheng.plans import access
from yunheng.plans.models import DocumentDue, DocumentEntry
from yunheng.plans.queries import document_entries
from yunheng.plans.subjects import subject_of
from yunheng.plans.web.faces import paper_badge, reading_lines
from yunheng.plans.web.forms import HandInForm, tell
from yunheng.plans.web.plan import require_somewhere, the_project
from yunheng.ui.context import actor_of

KIND_BY_WORD = (
    ("周报", "weekly-report"),
    ("月报", "monthly-report"),
    ("半年", "half-year-summary"),
    ("年度", "annual-summary"),
    ("晨检报告", "morning-check"),
    ("巡检", "patrol-report"),
    ("扫描", "scan-report"),
    ("加固", "hardening-report"),
    ("公告", "bulletin"),
    ("演练", "drill-report"),
    ("事件", "incident-analysis"),
    ("纪要", "minutes"),
    ("验收", "acceptance"),
    ("记录", "maintenance-record"),
    ("策略", "policy"),
    ("制度", "policy"),
    ("计划", "plan"),
    ("方案", "plan"),
)


@login_required
@require_safe
def document_page(request: HttpRequest) -> HttpResponse:
    """Every kind of paper with how many are due, accepted, late, overdue."""
    require_somewhere(request, access.DOCUMENT)
    actor, now, project = actor_of(request), timezone.now(), the_project(request)
    scopes = ground.visible_scopes(actor, access.DOCUMENT, "view", now)
    entries = document_entries(project.pk).filter(scope_id__in=scopes) if project is not None else []
    counted = (
        DocumentEntry.objects.filter(pk__in=[entry.pk for entry in entries])
        .annotate(
            planned=Count("dues"),
            due=Count("dues", filter=Q(dues__due_at__lt=now)),
            accepted=Count("dues", filter=Q(dues__state=DocumentDue.State.ACCEPTED)),
            late=Count("dues", filter=Q(dues__state=DocumentDue.State.ACCEPTED, dues__is_late=True)),
            overdue=Count("dues", filter=Q(dues__state=DocumentDue.State.OPEN, dues__due_at__lt=now)),
        )
        .order_by("position")
    )
    context = {
        "page_title": _("Papers of the plan"),
        "crumbs": [(_("Service plan"), reverse("plans:plan")), (_("Papers of the plan"), "")],
        "entries": [(entry, reading_lines(entry.reading)) for entry in counted],
    }
    return render(request, "plans/documents.html", context)


@login_required
@require_safe
def entry_page(request: HttpRequest, uid: str) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    scopes = ground.visible_scopes(actor, access.DOCUMENT, "view", now)
    entry = DocumentEntry.objects.filter(uid=uid, scope_id__in=scopes).select_related("scope").first()
    if entry is None:
        raise ground.unseen()
    dues = list(entry.dues.exclude(state=DocumentDue.State.WITHDRAWN).select_related("scope").order_by("due_at"))
    named = [due.document for due in dues if due.document]
    # A record sheet names the work that it records, any other paper its document.
    described = records.describe("documents.document", named, actor, now)
    described |= records.describe(access.OCCURRENCE, named, actor, now)
    context = {
        "page_title": entry.name,
        "crumbs": [
            (_("Service plan"), reverse("plans:plan")),
            (_("Papers of the plan"), reverse("plans:documents")),
            (entry.name, ""),
        ],
        "entry": entry,
        "reading": reading_lines(entry.reading),
        "dues": [(due, paper_badge(due, now), described.get(due.document)) for due in dues],
        "basis": entry.basis.items(),
        "rows": access.rows(actor, now).filter(project_id=entry.project_id, row_id__in=entry.rows),
        "may_link": ground.may(actor, "link", access.DOCUMENT, entry.scope, now),
    }
    return render(request, "plans/document_entry.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def hand_in(request: HttpRequest, uid: str) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    due = access.papers(actor, now).filter(uid=uid).first()
    if due is None:
        raise ground.unseen()
    ground.require(actor, "link", access.DOCUMENT, due.scope, now, reference=due.number)
    form = HandInForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            document = deposit_document(
                scope=due.scope,
                kind=kind_of(due),
                title=title_of(due),
                name=form.cleaned_data["file"].name,
                content=form.cleaned_data["file"],
                period=(due.period_from, due.period_to) if due.period_from and due.period_to else None,
                subject=subject_of(due),
                actor=actor,
                now=now,
            )
        except Invalid as refusal:
            tell(form, refusal)
        else:
            messages.success(request, _("%(number)s was handed in.") % {"number": document.number})
            return redirect("plans:document-entry", uid=due.entry.uid)
    back = reverse("plans:document-entry", args=[due.entry.uid])
    context = {
        "page_title": _("Hand in"),
        "crumbs": [(_("Papers of the plan"), reverse("plans:documents")), (due.entry.name, back), (due.number, "")],
        "subject": f"{due.number} {due.name}",
        "form": form,
        "action": reverse("plans:hand-in", args=[uid]),
        "back": back,
        "earlier": by_subject(subject_of(due)),
    }
    return render(request, "plans/form.html", context, status=422 if form.errors else 200)


def kind_of(due: DocumentDue) -> str:
    return next((kind for word, kind in KIND_BY_WORD if word in due.name), "other")


def title_of(due: DocumentDue) -> str:
    if due.period_from is None or due.period_to is None or due.period_from == due.period_to:
        return due.name
    return f"{due.name} {due.period_from.isoformat()}–{due.period_to.isoformat()}"
