"""One form page: shown, sent back with what is wrong, or done and on to the record."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render

from yunheng.ui.components import Text
from yunheng.ui.forms import succeeds


def posted(request: HttpRequest) -> QueryDict | None:
    """The data of a form that was sent, also when nothing was filled in; None while it is only shown."""
    return request.POST if request.method == "POST" else None


def fill(
    request: HttpRequest,
    form: forms.Form,
    act: Callable[[dict[str, Any]], object],
    *,
    title: str,
    submit: str,
    done: Text,
    back: str,
    hint: str = "",
    crumbs: Sequence[tuple[Text, str]] = (),
) -> HttpResponse:
    """``act`` gets the cleaned data and calls one action; ``done`` is said on the page ``back`` afterwards."""
    if request.method == "POST" and succeeds(form, act):
        messages.success(request, str(done))
        return redirect(back)
    context = {
        "form": form,
        "page_title": title,
        "submit": submit,
        "back": back,
        "hint": hint,
        "action": request.get_full_path(),
        "crumbs": [*crumbs, (title, "")] if crumbs else [],
    }
    return render(request, "ui/form.html", context, status=422 if form.errors else 200)
