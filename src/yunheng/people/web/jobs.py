"""Jobs and deliveries: what runs, what failed and why; run again."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yunheng.foundation import access as ground
from yunheng.foundation import jobs as ground_jobs
from yunheng.foundation.actors import Actor
from yunheng.foundation.models import Job, OutboxDelivery
from yunheng.people import access
from yunheng.people.actions import jobs
from yunheng.ui.context import actor_of

SHOWN = 100
STATES = {
    Job.State.WAITING: "none",
    Job.State.RUNNING: "soon",
    Job.State.DONE: "good",
    Job.State.FAILED: "late",
}


@login_required
def listing(request: HttpRequest) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    _require_view(actor)
    asked = request.GET.get("state", "")
    rows = Job.objects.order_by("-id")
    if asked in Job.State.values:
        rows = rows.filter(state=asked)
    shown = [(job, STATES[Job.State(job.state)], Job.State(job.state).label) for job in rows[:SHOWN]]
    deliveries = OutboxDelivery.objects.select_related("event").order_by("event_id", "id")
    context = {
        "rows": shown,
        "asked": asked,
        "states": Job.State.choices,
        "failed": list(deliveries.filter(state=OutboxDelivery.State.FAILED)[:SHOWN]),
        "late": list(deliveries.filter(state=OutboxDelivery.State.WAITING, attempts__gt=0)[:SHOWN]),
        "workers": ground_jobs.alive(now),
        "most": SHOWN,
        "may_run": ground.standing(actor, now).may_anywhere("run_again", access.JOB),
    }
    return render(request, "people/jobs.html", context)


@require_POST
@login_required
def run_again(request: HttpRequest, uid: str) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    _require_view(actor)
    job = Job.objects.filter(uid=uid).first()
    if job is None:
        raise ground.unseen()
    if jobs.run_again(job=job, actor=actor, now=now):
        messages.success(request, _("The job will be run again."))
    else:
        messages.warning(request, _("This job is not failed, or a newer one took its place."))
    return redirect("people:jobs")


@require_POST
@login_required
def deliver_again(request: HttpRequest, pk: int) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    _require_view(actor)
    delivery = OutboxDelivery.objects.filter(pk=pk).select_related("event").first()
    if delivery is None:
        raise ground.unseen()
    if jobs.deliver_again(delivery=delivery, actor=actor, now=now):
        messages.success(request, _("The delivery will be tried again."))
    else:
        messages.warning(request, _("This delivery is no longer failed."))
    return redirect("people:jobs")


def _require_view(actor: Actor) -> None:
    if not ground.standing(actor, timezone.now()).may_anywhere("view", access.JOB):
        raise ground.unseen()
