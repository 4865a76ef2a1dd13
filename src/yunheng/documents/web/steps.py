"""Steps in a paper's life; each form also stands alone without script."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from yunheng.documents import access
from yunheng.documents.actions import accept_submission, deposit_version, return_submission, submit_document
from yunheng.documents.models import Document, Submission
from yunheng.documents.web.forms import NewVersionForm, ReturnForm
from yunheng.foundation.errors import Conflict, Invalid
from yunheng.ui.context import actor_of


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_version(request: HttpRequest, uid: str) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    document = access.document(actor, uid, now)
    access.require(actor, "submit", document.scope, now, reference=document.number)
    form = NewVersionForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            deposit_version(
                document=document,
                name=values["file"].name,
                content=values["file"],
                note=values["note"],
                submit=values["submit"],
                actor=actor,
                now=now,
            )
        except Invalid as refusal:
            form.add_error("file", f"{refusal.message} {refusal.way_out}".strip())
        else:
            messages.success(request, _("The file was added."))
            return redirect("documents:document", uid=uid)
    return _form(request, document, form, _("Add a file"), "version-new")


@login_required
@require_POST
def submit(request: HttpRequest, uid: str) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    document = access.document(actor, uid, now)
    submit_document(document=document, actor=actor, now=now)
    messages.success(request, _("%(number)s was handed in.") % {"number": document.number})
    return redirect("documents:document", uid=uid)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def return_it(request: HttpRequest, uid: str) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    document = access.document(actor, uid, now)
    access.require(actor, "answer", document.scope, now, reference=document.number)
    form = ReturnForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return_submission(submission=_waiting(document), reason=form.cleaned_data["reason"], actor=actor, now=now)
        messages.success(request, _("%(number)s was returned.") % {"number": document.number})
        return redirect("documents:document", uid=uid)
    return _form(request, document, form, _("Return"), "return")


@login_required
@require_POST
def accept(request: HttpRequest, uid: str) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    document = access.document(actor, uid, now)
    access.require(actor, "answer", document.scope, now, reference=document.number)
    accept_submission(submission=_waiting(document), actor=actor, now=now)
    messages.success(request, _("%(number)s was accepted.") % {"number": document.number})
    return redirect("documents:document", uid=uid)


def _waiting(document: Document) -> Submission:
    found = document.submissions.filter(outcome=Submission.Outcome.WAITING).select_related("document__scope").first()
    if found is None:
        raise Conflict(
            _("%(number)s does not wait for an answer.") % {"number": document.number},
            way_out=_("Reload the page to see where it stands."),
        )
    return found


def _form(
    request: HttpRequest, document: Document, form: NewVersionForm | ReturnForm, title: str, name: str
) -> HttpResponse:
    context = {
        "document": document,
        "form": form,
        "page_title": title,
        "action": reverse(f"documents:{name}", args=[document.uid]),
        "crumbs": [
            (_("Papers"), reverse("documents:document-list")),
            (document.number, reverse("documents:document", args=[document.uid])),
            (title, ""),
        ],
    }
    return render(request, "documents/step_form.html", context, status=422 if form.errors else 200)
