"""Signing in and out, the first password, the lock after too many failures, the language of a person."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from axes.helpers import get_client_username, get_cool_off
from axes.models import AccessAttempt
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.contrib.auth import views as auth_views
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import i18n
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from yunheng.foundation.models import AuditEntry, Grant
from yunheng.people import access
from yunheng.people.actions import signing_in, users
from yunheng.people.models import User
from yunheng.people.roles import Role
from yunheng.people.web.words import verb_label


class SignInForm(AuthenticationForm):
    error_messages = {
        "invalid_login": gettext_lazy("User name or password is wrong. After several failures the log-in is locked."),
        "inactive": gettext_lazy("This log-in has been put out of service."),
    }

    def clean(self) -> dict[str, Any]:
        if name := self.cleaned_data.get("username"):
            self.cleaned_data["username"] = name.strip().lower()
        return super().clean()


class SignIn(auth_views.LoginView):
    template_name = "people/sign_in.html"
    form_class = SignInForm
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        had_session = settings.SESSION_COOKIE_NAME in self.request.COOKIES and self.request.session.is_empty()
        ended = had_session and self.request.method == "GET" and bool(self.get_redirect_url())
        minutes = settings.SESSION_COOKIE_AGE // 60
        return super().get_context_data(**kwargs) | {"ended": ended, "idle_minutes": minutes}

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        response = super().form_valid(form)
        user = form.get_user()
        assert isinstance(user, User)
        signing_in.signed_in(user=user, address=address_of(self.request), now=timezone.now())
        return response

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        username = str(form.data.get("username", "")).strip().lower()[:150]
        if username and not getattr(self.request, "axes_locked_out", False):
            signing_in.failed(username=username, address=address_of(self.request), now=timezone.now())
        return super().form_invalid(form)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    if isinstance(request.user, User):
        signing_in.signed_out(user=request.user, now=timezone.now())
    logout(request)
    messages.success(request, _("You have signed out."))
    return redirect("people:sign-in")


def locked_out(request: HttpRequest, *args: Any) -> HttpResponse:
    """What axes shows instead of the answer while somebody is locked out (settings.AXES_LOCKOUT_CALLABLE)."""
    now = timezone.now()
    username = (get_client_username(request, args[-1] if args else None) or "").strip().lower()
    lock = get_cool_off(request) or timedelta()
    signing_in.locked_out(username=username, address=address_of(request), now=now, within=lock)
    until = _locked_until(username, address_of(request), lock) or now + lock
    return render(
        request, "people/locked_out.html", {"until": until, "failures": settings.AXES_FAILURE_LIMIT}, status=429
    )


def _locked_until(username: str, address: str, lock: timedelta) -> datetime | None:
    last: datetime | None = (
        AccessAttempt.objects.filter(username=username, ip_address=address)
        .order_by("-attempt_time")
        .values_list("attempt_time", flat=True)
        .first()
    )
    return last + lock if last else None


def address_of(request: HttpRequest) -> str:
    return str(getattr(request, "axes_ip_address", None) or request.META.get("REMOTE_ADDR", ""))


# ---------------------------------------------------------------- one's own account


@never_cache
@sensitive_post_parameters()
@login_required
def change_password(request: HttpRequest) -> HttpResponse:
    user = request.user
    assert isinstance(user, User)
    form = PasswordChangeForm(user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["old_password"] == form.cleaned_data["new_password1"]:
            form.add_error("new_password1", _("This is the old password. Choose another."))
        else:
            users.change_own_password(user=user, password=form.cleaned_data["new_password1"], now=timezone.now())
            update_session_auth_hash(request, user)
            messages.success(request, _("The password has been changed."))
            return redirect("home")
    for name in ("old_password", "new_password1", "new_password2"):
        form.fields[name].widget.attrs.pop("autofocus", None)
    form.fields["new_password1"].help_text = ""
    status = 422 if form.errors else 200
    template = "people/first_password.html" if user.must_change_password else "people/change_password.html"
    return render(request, template, {"form": form, "rules": password_rules()}, status=status)


def password_rules() -> list[str]:
    from django.contrib.auth.password_validation import password_validators_help_texts

    return [str(text) for text in password_validators_help_texts()]


class AccountForm(forms.Form):
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=settings.LANGUAGES)


@login_required
def account(request: HttpRequest) -> HttpResponse:
    user, now = request.user, timezone.now()
    assert isinstance(user, User)
    held = Grant.objects.filter(actor_id=user.pk).select_related("scope").order_by("since")
    roles = [(Role(grant.role).label, grant.scope, grant) for grant in held if grant.holds(now)]
    home = access.home_of(user)
    visits = (
        AuditEntry.objects.filter(tenant=home, kind=access.USER, reference=user.username).order_by("-sequence")[:8]
        if home
        else []
    )
    lately = [(visit, verb_label(visit.verb)) for visit in visits]
    context = {"account": user, "roles": roles, "visits": lately}
    return render(request, "people/account.html", context)


@require_POST
def set_language(request: HttpRequest) -> HttpResponseBase:
    """Django's own, and the person keeps the choice on every device."""
    wanted = request.POST.get("language", "")
    if isinstance(request.user, User) and wanted in dict(settings.LANGUAGES):
        users.choose_language(user=request.user, language=wanted)
    return i18n.set_language(request)
