"""Root addresses. A domain's pages appear here as soon as it has a ``web.urls``."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

from yunheng.people.web import signing_in
from yunheng.site import health
from yunheng.ui import home

_DOMAINS = {
    "contracts": "contracts/",
    "plans": "plan/",
    "servicedesk": "tickets/",
    "assets": "assets/",
    "documents": "documents/",
    "feedback": "feedback/",
    "secops": "security/",
    "supervision": "supervision/",
    "evaluation": "evaluation/",
    "reporting": "reports/",
}


def _domain_urls() -> list[URLResolver]:
    return [
        path(prefix, include(f"yunheng.{name}.web.urls"))
        for name, prefix in _DOMAINS.items()
        if find_spec(f"yunheng.{name}.web") and find_spec(f"yunheng.{name}.web.urls")
    ]


urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("health", health.health, name="health"),
    path("ui/", include("yunheng.ui.urls")),
    path("i18n/setlang/", signing_in.set_language, name="set_language"),
    path("", include("yunheng.people.web.urls")),
    *_domain_urls(),
]

handler400 = "yunheng.ui.errors.bad_request"
handler403 = "yunheng.ui.errors.forbidden"
handler404 = "yunheng.ui.errors.not_found"
handler500 = "yunheng.ui.errors.server_error"
