"""The list of papers, one paper, and the form for a new one."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from yunheng.documents import access, queries
from yunheng.documents.actions import deposit_document
from yunheng.documents.kinds import kind_label
from yunheng.documents.models import Document
from yunheng.documents.web.forms import NewDocumentForm
from yunheng.documents.web.life import steps_of, trail_of, transitions_of
from yunheng.foundation import access as ground
from yunheng.foundation.errors import Invalid
from yunheng.ui.context import actor_of, current_project
from yunheng.ui.formatting import day_text
from yunheng.ui.lists import Badge, Choice, Column, ListPage, Period, Sort, Text, render_list

STATES = {"draft": "none", "submitted": "soon", "returned": "held", "accepted": "good"}


def badge(document: Document) -> Badge:
    return Badge(STATES[document.state], document.get_state_display())


def _period(document: Document) -> str:
    if document.period_from is None or document.period_to is None:
        return ""
    first, last = day_text(document.period_from), day_text(document.period_to)
    return first if first == last else f"{first} – {last}"


LIST = ListPage(
    kind=access.KIND,
    title=gettext_lazy("Papers"),
    columns=[
        Column("number", gettext_lazy("Number"), link=True),
        Column("title", gettext_lazy("Title"), wide=True),
        Column("kind", gettext_lazy("Kind"), value=lambda document: kind_label(document.kind)),
        Column("contract", gettext_lazy("Contract"), value="scope.name"),
        Column("period", gettext_lazy("Period"), value=_period),
        Column("state", gettext_lazy("State"), value=badge, export=lambda document: document.get_state_display()),
        Column("changed_at", gettext_lazy("Changed")),
    ],
    filters=[
        Choice("state", gettext_lazy("State"), Document.State.choices),
        Period("changed", gettext_lazy("Changed"), field="changed_at"),
        Text(contains=("title",)),
    ],
    sorts=[Sort("-changed_at", gettext_lazy("Last change")), Sort("-number", gettext_lazy("Number"))],
    address=lambda document: reverse("documents:document", args=[document.uid]),
    empty_title=gettext_lazy("No papers yet"),
    empty_hint=gettext_lazy("Reports, plans and records that are handed in will be listed here."),
)


@login_required
@require_safe
def document_list(request: HttpRequest) -> HttpResponseBase:
    actor, now, project = actor_of(request), timezone.now(), current_project(request)
    scopes = ground.visible_scopes(actor, access.KIND, "view", now, within=project)
    if not scopes:
        raise ground.unseen()
    rows = Document.objects.select_related("scope")
    may_submit = access.scopes_to_submit(actor, now, within=project).exists()
    return render_list(
        request, LIST, rows, scopes, template="documents/list.html", context={"may_submit": may_submit}, now=now
    )


@login_required
@require_safe
def document_page(request: HttpRequest, uid: str) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    document = access.document(actor, uid, now)
    submissions = queries.submissions(document)
    context = {
        "document": document,
        "page_title": document.title,
        "crumbs": [(_("Papers"), reverse("documents:document-list")), (document.number, "")],
        "badge": badge(document),
        "kind": kind_label(document.kind),
        "versions": queries.versions(document),
        "submissions": submissions,
        "paper_time": queries.paper_time(document),
        "steps": steps_of(document, submissions),
        "transitions": transitions_of(document, submissions, actor, now),
        "trail": trail_of(document),
    }
    return render(request, "documents/document.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_document(request: HttpRequest) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    scopes = access.scopes_to_submit(actor, now, within=current_project(request))
    if not scopes.exists():
        raise ground.unseen()
    form = NewDocumentForm(request.POST or None, request.FILES or None, scopes=scopes)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        period = (values["period_from"], values["period_to"]) if values["period_from"] else None
        try:
            document = deposit_document(
                scope=values["scope"],
                kind=values["kind"],
                title=values["title"],
                name=values["file"].name,
                content=values["file"],
                period=period,
                submit=values["submit"],
                actor=actor,
                now=now,
            )
        except Invalid as refusal:
            tell(form, refusal)
        else:
            messages.success(request, _("%(number)s was saved.") % {"number": document.number})
            return redirect("documents:document", uid=document.uid)
    context = {
        "form": form,
        "page_title": _("New paper"),
        "crumbs": [(_("Papers"), reverse("documents:document-list")), (_("New paper"), "")],
    }
    return render(request, "documents/new.html", context, status=422 if form.errors else 200)


def tell(form: NewDocumentForm, refusal: Invalid) -> None:
    """The action's words at the fields they are about; about the file when they name none."""
    for name, words in refusal.fields.items():
        form.add_error(name if name in form.fields else None, words)
    if not refusal.fields:
        form.add_error("file", f"{refusal.message} {refusal.way_out}".strip())
