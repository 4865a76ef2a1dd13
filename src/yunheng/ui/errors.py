"""Errors turned into pages that say what happened, what was kept and what to do.

`ErrorPagesMiddleware` answers the family of `YunhengError` raised by views; the four handlers are named by the
root addresses for everything else; both know whether htmx asks (a notice or the drawer) or a browser (a page).
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from yunheng.foundation.errors import Invalid, YunhengError
from yunheng.ui import context

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Trouble:
    """What an error page says."""

    status: int
    title: str
    message: str
    way_out: str = ""
    place: str = ""
    kept: str = ""
    fields: tuple[tuple[str, str], ...] = ()
    mark: str = ""


class ErrorPagesMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, YunhengError):
            return answer(request, told(exception))
        if isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
            return answer(request, too_large())
        return None


def told(error: YunhengError) -> Trouble:
    """An error of the ground in the words it brings along."""
    fields = tuple(error.fields.items()) if isinstance(error, Invalid) else ()
    return Trouble(
        error.status,
        _title(error.status),
        error.message,
        way_out=error.way_out or _usual_way_out(error.status),
        place=error.place,
        kept=_kept(error.status),
        fields=fields,
    )


def too_large() -> Trouble:
    return Trouble(
        413,
        _title(413),
        _("What was sent is larger than this server takes."),
        way_out=_("Send a smaller file, or ask the system administrator to raise the limit."),
        kept=_kept(413),
    )


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
        return answer(request, too_large())
    return answer(
        request,
        Trouble(400, _title(400), _("The server could not read this request."), _usual_way_out(400), kept=_kept(400)),
    )


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    message = _("Your role does not allow this here.")
    return answer(request, Trouble(403, _title(403), message, _usual_way_out(403), kept=_kept(403)))


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without its secret: usually one that stood open too long (settings.CSRF_FAILURE_VIEW)."""
    trouble = Trouble(
        403,
        _("This form has expired"),
        _("The page stood open for too long, or cookies are blocked in this browser."),
        way_out=_("Go back, reload the page and send the form again."),
        kept=_kept(403),
    )
    return answer(request, trouble)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    message = _("There is nothing here, or you may not see it.")
    return answer(request, Trouble(404, _title(404), message, _usual_way_out(404)))


def server_error(request: HttpRequest) -> HttpResponse:
    mark = get_random_string(8, "abcdefghjkmnpqrstuvwxyz23456789")
    logger.error("error page %s at %s", mark, request.path)
    trouble = Trouble(
        500,
        _title(500),
        _("Something went wrong on our side, not yours. Nothing half done was kept."),
        way_out=_("Try again. If it happens again, tell the system administrator the mark below and the time."),
        mark=mark,
    )
    try:
        return answer(request, trouble)
    except Exception:  # the frame itself is what fails: show the words without it
        logger.exception("error page %s could not be drawn in full", mark)
        return render(None, "ui/error_plain.html", {"trouble": trouble}, status=500)


def answer(request: HttpRequest, trouble: Trouble) -> HttpResponse:
    """A page for a browser; for htmx the drawer's content or a notice at the top of the page."""
    if context.is_drawer(request):
        return render(request, "ui/error_fragment.html", {"trouble": trouble}, status=trouble.status)
    if request.headers.get("HX-Request") == "true":
        response = render(request, "ui/error_fragment.html", {"trouble": trouble}, status=trouble.status)
        response["HX-Retarget"] = "#notices"
        response["HX-Reswap"] = "innerHTML show:window:top"
        return response
    return render(request, "ui/error.html", {"trouble": trouble}, status=trouble.status)


def _title(status: int) -> str:
    return {
        400: _("This request cannot be read"),
        403: _("Not allowed"),
        404: _("Not found"),
        409: _("Somebody was faster"),
        413: _("Too large"),
        422: _("This cannot be saved yet"),
    }.get(status, _("Something went wrong"))


def _kept(status: int) -> str:
    return {
        403: _("Nothing was changed."),
        409: _("Your entry was not saved; what the other person saved was kept."),
        413: _("Nothing was saved."),
        422: _("Nothing was saved."),
        400: _("Nothing was changed."),
    }.get(status, "")


def _usual_way_out(status: int) -> str:
    return {
        400: _("Go back and try again from the page you came from."),
        403: _("Ask the project lead to grant you the role that does."),
        404: _("Check the address or go back to the start page."),
        409: _("Reload the page, look at what has changed, then decide again."),
        422: _("Go back, correct the entry and send it again."),
    }.get(status, "")
