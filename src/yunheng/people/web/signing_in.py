"""Signing in and out, the first password, the lock after too many failures."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import views as auth_views
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse_lazy


class SignIn(auth_views.LoginView):
    template_name = "people/sign_in.html"
    redirect_authenticated_user = True


class ChangePassword(auth_views.PasswordChangeView):
    template_name = "people/change_password.html"
    success_url = reverse_lazy("home")

    def form_valid(self, form: Any) -> HttpResponse:
        form.user.must_change_password = False
        return super().form_valid(form)


def locked_out(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    return render(request, "people/locked_out.html", status=429)
