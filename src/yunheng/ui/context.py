"""What every template knows: who is looking, at which project, and where they may go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from yunheng.foundation import access
from yunheng.foundation.access import Standing
from yunheng.foundation.actors import Actor
from yunheng.foundation.models import Scope, ScopeKind
from yunheng.ui import navigation

SESSION_KEY = "project"
#: The kind whose viewers may choose among projects; declared by the domain that owns projects.
PROJECT_KIND = "contracts.project"
#: Elements into which htmx loads a page without its surroundings (templates that extend `ui/drawer.html`).
DRAWER_TARGETS = {"drawer", "reading-pane"}
THEMES = {"light", "dark"}


@dataclass(slots=True)
class Surroundings:
    """Read at most once per request, and only when a template asks."""

    standing: Standing
    projects: list[Scope]
    current: Scope | None
    groups: list[navigation.Group]


def surroundings(request: HttpRequest) -> Surroundings:
    found: Surroundings | None = getattr(request, "_surroundings", None)
    if found is None:
        standing = access.standing(actor_of(request), timezone.now())
        projects = _projects(standing)
        found = Surroundings(
            standing, projects, _current(request, projects), navigation.groups_for(standing, request.path)
        )
        request._surroundings = found  # type: ignore[attr-defined]  # kept with the request it describes
    return found


def actor_of(request: HttpRequest) -> Actor:
    """Who is signed in; raises PermissionDenied when nobody is."""
    actor = getattr(request.user, "actor", None)
    if not isinstance(actor, Actor):
        raise PermissionDenied
    return actor


def current_project(request: HttpRequest) -> Scope | None:
    """The project chosen in the top bar; the only or first one while none is chosen."""
    return surroundings(request).current if _signed_in(request) else None


def _projects(standing: Standing) -> list[Scope]:
    """Projects that the person sees as a whole or of which he sees a part (a vendor's contract)."""
    if PROJECT_KIND not in access.policies():
        return []
    found = Scope.objects.filter(kind=ScopeKind.PROJECT).order_by("code")
    if standing.actor.is_system:
        return list(found)
    paths = standing.paths("view", PROJECT_KIND)
    if not paths:
        return []
    wanted = Q(pk__in={int(part) for path in paths for part in path.split(".") if part})
    for path in paths:
        wanted |= Q(path__startswith=path)
    return list(found.filter(wanted))


def _current(request: HttpRequest, projects: list[Scope]) -> Scope | None:
    chosen = request.session.get(SESSION_KEY)
    return next((project for project in projects if project.uid == chosen), projects[0] if projects else None)


def _signed_in(request: HttpRequest) -> bool:
    user = getattr(request, "user", None)
    return user is not None and user.is_authenticated


def is_drawer(request: HttpRequest) -> bool:
    return request.headers.get("HX-Target", "") in DRAWER_TARGETS


def page(request: HttpRequest) -> dict[str, Any]:
    theme = request.COOKIES.get("yunheng_theme", "")
    values: dict[str, Any] = {
        "languages": settings.LANGUAGES,
        "theme": theme if theme in THEMES else "",
        "sidebar": "narrow" if request.COOKIES.get("yunheng_sidebar") == "narrow" else "wide",
        "density": "dense" if request.COOKIES.get("yunheng_density") == "dense" else "roomy",
        "drawer_base": "ui/drawer_fragment.html" if is_drawer(request) else "ui/page.html",
        "navigation": [],
        "phone_links": [],
        "project_choices": [],
        "current_project": None,
        "person": None,
    }
    if _signed_in(request):
        values |= {
            "person": request.user,
            "navigation": SimpleLazyObject(lambda: surroundings(request).groups),
            "phone_links": SimpleLazyObject(lambda: navigation.phone_links(surroundings(request).groups)),
            "project_choices": SimpleLazyObject(lambda: surroundings(request).projects),
            "current_project": SimpleLazyObject(lambda: surroundings(request).current),
        }
    return values
