"""The switch in the top bar that says which project is looked at."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from yunheng.foundation import access
from yunheng.ui import context


@login_required
@require_POST
def choose_project(request: HttpRequest) -> HttpResponse:
    uid = request.POST.get("project", "")
    if not any(project.uid == uid for project in context.surroundings(request).projects):
        raise access.unseen()
    request.session[context.SESSION_KEY] = uid
    return HttpResponseRedirect(safe_address(request, request.POST.get("next", "")))


def safe_address(request: HttpRequest, address: str) -> str:
    """The address when it is one of ours, the home page otherwise."""
    if url_has_allowed_host_and_scheme(address, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        return address
    return resolve_url("home")
