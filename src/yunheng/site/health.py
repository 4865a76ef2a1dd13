"""/health: one word for a watching machine; everything behind it for the system administrator."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from yunheng.foundation import access
from yunheng.foundation.actors import Actor
from yunheng.site import checks


@never_cache
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """200 `ok` or 503 `trouble`; JSON when asked for (Accept, or ?format=json). Trouble is what stops the work:
    database, chain, disk; a late delivery is shown to the administrator and wakes nobody."""
    now = timezone.now()
    found = [check(now) for check in checks.HEALTH]
    trouble = any(finding.level == "bad" for finding in found)
    state, status = ("trouble", 503) if trouble else ("ok", 200)
    database_answers = found[0].level != "bad"
    details = database_answers and _may_see_details(request)
    if _wants_json(request):
        body: dict[str, object] = {"state": state}
        if details:
            body["checks"] = [finding.as_data() for finding in found]
        return JsonResponse(body, status=status, json_dumps_params={"ensure_ascii": False})
    if details:
        return render(request, "people/health.html", {"findings": found, "state": state, "now": now}, status=status)
    return HttpResponse(state + "\n", content_type="text/plain; charset=utf-8", status=status)


def _wants_json(request: HttpRequest) -> bool:
    return request.GET.get("format") == "json" or "application/json" in request.headers.get("Accept", "")


def _may_see_details(request: HttpRequest) -> bool:
    user = request.user
    actor = getattr(user, "actor", None)
    if not user.is_authenticated or not isinstance(actor, Actor):
        return False
    return access.standing(actor, timezone.now()).may_anywhere("view", "foundation.job")
