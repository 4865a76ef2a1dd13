"""The switch in the top bar that says which project is looked at."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from yunheng.foundation import access
from yunheng.ui import context
from yunheng.ui.redirects import redirect_to, safe_address


@login_required
@require_POST
def choose_project(request: HttpRequest) -> HttpResponse:
    uid = request.POST.get("project", "")
    if not any(project.uid == uid for project in context.surroundings(request).projects):
        raise access.unseen()
    request.session[context.SESSION_KEY] = uid
    return redirect_to(request, safe_address(request, request.POST.get("next", "")))
