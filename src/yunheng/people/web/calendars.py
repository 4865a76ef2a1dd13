"""Service calendars: versions as data, a month looked at, a new revision with its reason."""

from __future__ import annotations

import calendar as months
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from yunheng.foundation import access as ground
from yunheng.foundation.actors import Actor
from yunheng.foundation.errors import Conflict, Invalid
from yunheng.foundation.models import Scope
from yunheng.kernel import calendars as kernel
from yunheng.kernel.reading import CaseError
from yunheng.kernel.words import say
from yunheng.people import access, queries
from yunheng.people.actions import calendars
from yunheng.people.models import ServiceCalendar
from yunheng.people.rules import hours
from yunheng.people.web.forms import DayInput, tell
from yunheng.ui.context import actor_of

WEEKDAY_LABELS = {
    "mon": gettext_lazy("Monday"),
    "tue": gettext_lazy("Tuesday"),
    "wed": gettext_lazy("Wednesday"),
    "thu": gettext_lazy("Thursday"),
    "fri": gettext_lazy("Friday"),
    "sat": gettext_lazy("Saturday"),
    "sun": gettext_lazy("Sunday"),
}
BUILT_IN_NAMES = {
    "cn-5x8": gettext_lazy("Office hours, State Council workdays"),
    "cn-7x24": gettext_lazy("Every hour of every day"),
}


class VersionForm(forms.Form):
    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=40,
        help_text=gettext_lazy("What service targets name, such as desk-5x8."),
    )
    name = forms.CharField(label=gettext_lazy("Name"), max_length=120, required=False)
    valid_from = forms.DateField(label=gettext_lazy("In force from"), widget=DayInput())
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=200,
        help_text=gettext_lazy("The contract clause, the notice, the agreement."),
    )
    timezone = forms.CharField(label=gettext_lazy("Time zone"), initial=kernel.DEFAULT_ZONE, max_length=40)
    national = forms.BooleanField(
        label=gettext_lazy("Follows the State Council's holidays and make-up workdays"), required=False
    )
    yearly = forms.CharField(
        label=gettext_lazy("Days off every year"), required=False, help_text=gettext_lazy("Month and day: 01-01 05-01")
    )
    dates = forms.CharField(
        label=gettext_lazy("Further days off"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("One a line: 2026-08-20 (typhoon, local holiday)."),
    )
    workdays = forms.CharField(
        label=gettext_lazy("Further make-up workdays"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("One a line, with the weekday whose hours are worked: 2026-09-20 fri"),
    )
    special = forms.CharField(
        label=gettext_lazy("Special dates"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("They replace the whole date: 2026-12-31 08:30-12:00, or 2026-12-31 closed."),
    )

    def __init__(self, data: QueryDict | None, *, initial: Mapping[str, Any], fixed_code: bool) -> None:
        super().__init__(data, initial=dict(initial))
        for name, label in WEEKDAY_LABELS.items():
            self.fields[name] = forms.CharField(
                label=label,
                required=False,
                max_length=120,
                widget=forms.TextInput(attrs={"placeholder": "08:30-12:00 14:00-17:30"}),
            )
        if fixed_code:
            self.fields["code"].disabled = True

    def week(self) -> list[forms.BoundField]:
        return [self[name] for name in WEEKDAY_LABELS]

    def clean_timezone(self) -> str:
        name: str = self.cleaned_data["timezone"].strip()
        if name not in available_timezones():
            raise forms.ValidationError(_("This time zone is not known. Example: Asia/Shanghai."))
        return name

    def clean(self) -> dict[str, Any]:
        readers: dict[str, Any] = {
            **dict.fromkeys(WEEKDAY_LABELS, hours.windows),
            "dates": hours.days,
            "workdays": hours.make_up_days,
            "special": hours.special_days,
        }
        for name, read in readers.items():
            try:
                self.cleaned_data[name] = read(self.cleaned_data.get(name, ""))
            except hours.Unreadable as problem:
                self.add_error(name, unreadable(problem))
        return self.cleaned_data

    def data_of(self) -> dict[str, Any]:
        """The version in the kernel's form."""
        found = self.cleaned_data
        holidays: dict[str, Any] = {"national": "cn"} if found["national"] else {}
        if yearly := found["yearly"].split():
            holidays["yearly"] = yearly
        if found["dates"]:
            holidays["dates"] = found["dates"]
        return {
            "timezone": found["timezone"],
            "weekly": {name: found[name] for name in WEEKDAY_LABELS if found[name]},
            "holidays": holidays,
            "workdays": found["workdays"],
            "special": found["special"],
        }


def unreadable(problem: hours.Unreadable) -> str:
    said = {"text": problem.text}
    match problem.wanted:
        case "window":
            return _("“%(text)s” is no time window. Write 08:30-12:00.") % said
        case "weekday":
            return _("“%(text)s” names no weekday. Write mon, tue, … or 周一.") % said
    return _("“%(text)s” is no day. Write 2026-12-31.") % said


def initial_of(data: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **hours.lines_of(data),
        "timezone": data.get("timezone", kernel.DEFAULT_ZONE),
        "national": "national" in data.get("holidays", {}),
    }


# ---------------------------------------------------------------- a month


@dataclass(frozen=True, slots=True)
class Day:
    date: date
    inside: bool
    windows: tuple[str, ...]
    words: str
    provisional: bool
    is_open: bool


@dataclass(frozen=True, slots=True)
class Month:
    first: date
    weeks: list[list[Day]]
    workdays: int
    hours: str
    provisional: bool
    before: str
    after: str


def month_of(calendar: kernel.ServiceCalendar, first: date) -> Month:
    language = get_language() or "en"
    weeks = [
        [_day(calendar, day, day.month == first.month, language) for day in week]
        for week in months.Calendar().monthdatescalendar(first.year, first.month)
    ]
    inside = [day for week in weeks for day in week if day.inside]
    seconds = sum(end - begin for day in inside for begin, end in _windows(calendar, day.date))
    return Month(
        first,
        weeks,
        sum(day.is_open for day in inside),
        f"{seconds / 3600:,.1f}",
        any(day.provisional for day in inside),
        _shifted(first, -1),
        _shifted(first, 1),
    )


def _windows(calendar: kernel.ServiceCalendar, day: date) -> kernel.Windows:
    try:
        return calendar.windows(day)
    except CaseError:
        return ()


def _day(calendar: kernel.ServiceCalendar, day: date, inside: bool, language: str) -> Day:
    try:
        version = calendar.version_on(day)
    except CaseError:
        return Day(day, inside, (), _("not in force"), False, False)
    windows = version.windows(day)
    return Day(
        day,
        inside,
        tuple(f"{_clock(begin)}-{_clock(end)}" for begin, end in windows),
        say(version.described(day), language),
        calendar.provisional(day),
        bool(windows),
    )


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02}:{seconds % 3600 // 60:02}"


def _shifted(first: date, by: int) -> str:
    number = first.year * 12 + first.month - 1 + by
    return f"{number // 12:04}-{number % 12 + 1:02}"


def _month_asked(request: HttpRequest) -> date:
    asked = request.GET.get("month") or request.POST.get("month") or ""
    try:
        first = date.fromisoformat(f"{asked}-01")
    except ValueError:
        return timezone.localdate().replace(day=1)
    return min(max(first, date(1990, 1, 1)), date(2200, 12, 1))


# ---------------------------------------------------------------- pages


@login_required
def listing(request: HttpRequest) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    tenants = access.tenants(actor, access.CALENDAR, "view", now)
    if not tenants:
        raise ground.unseen()
    rows = []
    for tenant in tenants:
        own = {found.code: found for found in access.calendars(actor, now).filter(tenant=tenant)}
        for code in sorted({*own, *queries.BUILT_IN}):
            text = queries.calendar_text(tenant.pk, code)
            rows.append((tenant, code, _name(code, own.get(code)), text, code in own))
    may = ground.standing(actor, now).may_anywhere("record", access.CALENDAR)
    return render(request, "people/calendars.html", {"rows": rows, "several": len(tenants) > 1, "may_record": may})


@login_required
def detail(request: HttpRequest, tenant: str, code: str) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    office = _office(actor, tenant, "view")
    own = access.calendars(actor, now).filter(tenant=office, code=code).first()
    if own is None and code not in queries.BUILT_IN:
        raise ground.unseen()
    text = queries.calendar_text(office.pk, code)
    versions = list(own.versions.order_by("-valid_from", "-revision")) if own else []
    newest: set[date] = set()
    rows = []
    for version in versions:
        rows.append((version, hours.lines_of(version.data), version.valid_from not in newest))
        newest.add(version.valid_from)
    context = {
        "office": office,
        "code": code,
        "name": _name(code, own),
        "is_built_in": code in queries.BUILT_IN,
        "own": own,
        "versions": rows,
        "weekdays": WEEKDAY_LABELS,
        "month": month_of(text.parsed(), _month_asked(request)),
        "may_record": access.may_in_tenant(actor, "record", access.CALENDAR, office.pk, now),
        "crumbs": [(_("Service calendars"), "/calendars/"), (code, "")],
    }
    return render(request, "people/calendar.html", context)


@login_required
def record(request: HttpRequest, tenant: str, code: str = "") -> HttpResponse:
    """A new calendar, or a new version of ``code``; "look" shows a month of it before anything is kept."""
    actor, now = actor_of(request), timezone.now()
    office = _office(actor, tenant, "record")
    own = ServiceCalendar.objects.filter(tenant=office, code=code).first() if code else None
    newest = own.versions.order_by("-valid_from", "-revision").first() if own else None
    initial = {
        **initial_of(newest.data if newest else queries.built_in_data(code or "cn-5x8")),
        "code": code,
        "name": own.name if own else "",
        "valid_from": timezone.localdate(now),
    }
    form = VersionForm(request.POST or None, initial=initial, fixed_code=bool(code))
    month = None
    if request.method == "POST" and form.is_valid():
        try:
            if "look" in request.POST:
                parsed = kernel.ServiceCalendar.parse(calendars.complete(form.data_of()))
                month = month_of(parsed, form.cleaned_data["valid_from"].replace(day=1))
            else:
                version = calendars.record_version(
                    tenant=office,
                    code=form.cleaned_data["code"],
                    name=form.cleaned_data["name"],
                    valid_from=form.cleaned_data["valid_from"],
                    data=form.data_of(),
                    reason=form.cleaned_data["reason"],
                    actor=actor,
                    now=now,
                )
                messages.success(request, _("Recorded as revision %(number)s.") % {"number": version.revision})
                return redirect("people:calendar", tenant=office.uid, code=version.calendar.code)
        except (Invalid, Conflict) as problem:
            tell(form, problem)
    crumbs = [(_("Service calendars"), "/calendars/"), (code or _("New calendar"), "")]
    context = {
        "form": form,
        "month": month,
        "office": office,
        "code": code,
        "weekdays": WEEKDAY_LABELS,
        "crumbs": crumbs,
    }
    return render(request, "people/calendar_form.html", context, status=422 if form.errors else 200)


def _office(actor: Actor, uid: str, verb: str) -> Scope:
    now = timezone.now()
    seen = {tenant.uid: tenant for tenant in access.tenants(actor, access.CALENDAR, "view", now)}
    if uid not in seen:
        raise ground.unseen()
    access.require_in_tenant(actor, verb, access.CALENDAR, seen[uid], now)
    return seen[uid]


def _name(code: str, own: ServiceCalendar | None) -> str:
    return own.name if own else str(BUILT_IN_NAMES.get(code, code))
