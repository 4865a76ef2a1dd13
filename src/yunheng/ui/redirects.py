"""Where to go after a form: inside this site only, and out of the drawer when the form was in it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme


def redirect_to(request: HttpRequest, address: str) -> HttpResponse:
    """The whole browser goes to the address, also when htmx sent the form from a drawer."""
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)


def safe_address(request: HttpRequest, address: str) -> str:
    """The address when it is one of ours, the home page otherwise."""
    if url_has_allowed_host_and_scheme(address, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        return address
    return resolve_url("home")
