"""Nobody is let in half-way: an idle session ends, a first password is changed before anything else."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation

_REFRESH_SECONDS = 60
_OPEN_TO_NEWCOMERS = ("people:change-password", "people:sign-out", "people:sign-in", "set_language", "health")


class SignedInMiddleware:
    """Keeps the session alive while somebody works (written at most once a minute), sends newcomers to the password
    page, and speaks the language that the person chose."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
            now = int(timezone.now().timestamp())
            if now - int(request.session.get("seen", 0)) >= _REFRESH_SECONDS:
                request.session["seen"] = now
            if request.user.must_change_password and not self._is_open(request):
                return redirect("people:change-password")
            self._speak(request, request.user.language)
        return self.get_response(request)

    def _is_open(self, request: HttpRequest) -> bool:
        return request.path.startswith("/static/") or request.path in map(reverse, _OPEN_TO_NEWCOMERS)

    def _speak(self, request: HttpRequest, language: str) -> None:
        if language and language in dict(settings.LANGUAGES):
            translation.activate(language)
            request.LANGUAGE_CODE = translation.get_language()
