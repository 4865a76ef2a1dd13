"""What is due: a month as a grid, a day as a list."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yunheng.foundation import access as ground
from yunheng.foundation.errors import Invalid
from yunheng.foundation.models import Scope
from yunheng.kernel.business_time import WorkingTime
from yunheng.plans import access
from yunheng.plans.models import DocumentDue, Occurrence
from yunheng.plans.queries import day_bounds, due_between, marks_of, todays, working, working_anywhere
from yunheng.plans.web.faces import badge_of, paper_badge
from yunheng.plans.web.plan import require_somewhere, the_project
from yunheng.ui.context import actor_of
from yunheng.ui.lists import Badge

SHOWN_PER_DAY = 3


@dataclass(slots=True)
class Cell:
    """One day of the grid: the rows with most to do first, how much is open, how much is due."""

    day: date
    in_month: bool
    is_workday: bool
    is_today: bool
    items: list[tuple[Occurrence, Badge]] = field(default_factory=list)
    papers: int = 0

    @property
    def due(self) -> int:
        return len(self.items)

    @property
    def left(self) -> int:
        return sum(item.state == Occurrence.State.OPEN for item, _badge in self.items)

    @property
    def shown(self) -> list[tuple[Occurrence, Badge]]:
        return self.items[:SHOWN_PER_DAY]

    @property
    def more(self) -> int:
        return max(0, len(self.items) - SHOWN_PER_DAY)


@login_required
@require_safe
def calendar_page(request: HttpRequest) -> HttpResponse:
    require_somewhere(request, access.OCCURRENCE)
    actor, now, project = actor_of(request), timezone.now(), the_project(request)
    zone = ZoneInfo(project.zone) if project else ZoneInfo("Asia/Shanghai")
    today = now.astimezone(zone).date()
    month = _month(request.GET.get("month", ""), today)
    first, last = _grid(month)
    listed = access.occurrences(actor, now, within=project)
    papers = access.papers(actor, now, within=project).exclude(state=DocumentDue.State.WITHDRAWN)
    cells = _cells(listed, papers, first, last, month, today, zone, _hours(project, first, last), now)
    context = {
        "page_title": _("Due calendar"),
        "crumbs": [(_("Service plan"), reverse("plans:plan")), (f"{month:%Y-%m}", "")],
        "month": month,
        "before": f"{month - timedelta(days=1):%Y-%m}",
        "after": f"{(month + timedelta(days=32)).replace(day=1):%Y-%m}",
        "this_month": f"{today:%Y-%m}",
        "weeks": [cells[start : start + 7] for start in range(0, len(cells), 7)],
        "busy": [cell for cell in cells if cell.in_month and (cell.items or cell.papers)],
    }
    return render(request, "plans/calendar.html", context)


@login_required
@require_safe
def day_page(request: HttpRequest, day: str) -> HttpResponse:
    """Everything due on one day; opens in the drawer."""
    require_somewhere(request, access.OCCURRENCE)
    actor, now, project = actor_of(request), timezone.now(), the_project(request)
    zone = ZoneInfo(project.zone) if project else ZoneInfo("Asia/Shanghai")
    which = _day(day)
    start, end = day_bounds(which, zone)
    listed = due_between(access.occurrences(actor, now, within=project), start, end)
    papers = access.papers(actor, now, within=project).filter(due_at__gte=start, due_at__lt=end)
    context = {
        "page_title": f"{which.isoformat()}",
        "crumbs": [(_("Due calendar"), f"{reverse('plans:calendar')}?month={which:%Y-%m}"), (which.isoformat(), "")],
        "occurrences": [(item, badge_of(item, now)) for item in listed],
        "papers": [
            (item, paper_badge(item, now))
            for item in papers.exclude(state=DocumentDue.State.WITHDRAWN).order_by("due_at", "number")
        ],
    }
    return render(request, "plans/day.html", context)


@dataclass(frozen=True, slots=True)
class Task:
    occurrence: Occurrence
    badge: Badge
    next_mark: str
    due: datetime | None
    may_complete: bool


@login_required
@require_safe
def today_page(request: HttpRequest) -> HttpResponse:
    require_somewhere(request, access.OCCURRENCE)
    actor, now, project = actor_of(request), timezone.now(), the_project(request)
    zone = ZoneInfo(project.zone) if project else ZoneInfo("Asia/Shanghai")
    chosen = request.GET.get("day", "")
    day = _day(chosen) if chosen else now.astimezone(zone).date()
    listed = access.occurrences(actor, now, within=project).prefetch_related("completions")
    may = ground.visible_scopes(actor, access.OCCURRENCE, "complete", now)
    tasks = [_task(item, now, may) for item in todays(listed, day, zone)[:200]]
    end = day_bounds(day, zone)[1]
    waiting = access.occurrences(actor, now, within=project).filter(waits_for_confirmation=True).order_by("due_at")
    may_confirm = bool(ground.visible_scopes(actor, access.OCCURRENCE, "confirm", now))
    context = {
        "page_title": _("Today's tasks"),
        "crumbs": [(_("Service plan"), reverse("plans:plan")), (day.isoformat(), "")],
        "day": day,
        "today_due": [task for task in tasks if task.due is not None and now < task.due < end],
        "overdue": [task for task in tasks if task.due is not None and task.due <= now],
        "soon": [task for task in tasks if task.due is None or task.due >= end],
        "waiting": [(item, badge_of(item, now)) for item in waiting[:50]] if may_confirm else [],
        "here": request.get_full_path(),
    }
    return render(request, "plans/today.html", context)


def _task(occurrence: Occurrence, now: datetime, may: Iterable[int]) -> Task:
    met = {item.mark for item in occurrence.completions.all() if item.counts}
    wanting = next((mark for mark in marks_of(occurrence) if mark.name not in met), None)
    return Task(
        occurrence,
        badge_of(occurrence, now),
        wanting.name if wanting else "",
        wanting.due if wanting else occurrence.due_at,
        occurrence.scope_id in may,
    )


def _cells(
    listed: QuerySet[Occurrence],
    papers: QuerySet[DocumentDue],
    first: date,
    last: date,
    month: date,
    today: date,
    zone: ZoneInfo,
    hours: WorkingTime,
    now: datetime,
) -> list[Cell]:
    days = [first + timedelta(days=offset) for offset in range((last - first).days + 1)]
    cells = {day: Cell(day, day.month == month.month, hours.is_workday(day), day == today) for day in days}
    start, end = day_bounds(first, zone)[0], day_bounds(last, zone)[1]
    for item in due_between(listed, start, end):
        assert item.due_at is not None
        cells[item.due_at.astimezone(zone).date()].items.append((item, badge_of(item, now)))
    for due_at in papers.filter(due_at__gte=start, due_at__lt=end).values_list("due_at", flat=True):
        assert due_at is not None
        cells[due_at.astimezone(zone).date()].papers += 1
    return list(cells.values())


def _hours(project: Scope | None, first: date, last: date) -> WorkingTime:
    return working(project, (first, last)) if project is not None else working_anywhere((first, last))


def _grid(month: date) -> tuple[date, date]:
    """Whole weeks, Monday to Sunday, that hold the month."""
    following = (month + timedelta(days=32)).replace(day=1)
    last = following - timedelta(days=1)
    return month - timedelta(days=month.weekday()), last + timedelta(days=6 - last.weekday())


def _month(text: str, today: date) -> date:
    if not text:
        return today.replace(day=1)
    return _day(f"{text}-01")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid(
            _("“%(text)s” is not a day; write it like 2021-09-18.") % {"text": text[:20]},
        ) from None
