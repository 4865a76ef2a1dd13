"""What the judge and his pages ask the database."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from yunheng.contracts.models import Contract, Project
from yunheng.evaluation.models import Evaluation, Scheme, Statement
from yunheng.foundation.errors import Invalid
from yunheng.foundation.models import Scope


def scheme_in_force(project_scope: Scope) -> Scheme | None:
    return Scheme.objects.filter(scope=project_scope, frozen_at__isnull=False, retired_at__isnull=True).first()


def the_scheme_in_force(project_scope: Scope) -> Scheme:
    scheme = scheme_in_force(project_scope)
    if scheme is None:
        raise Invalid(
            _("No scheme is frozen for %(project)s, so nothing can be weighed.") % {"project": project_scope.name},
            place=project_scope.code,
            way_out=_("The owner's project lead proposes a scheme and freezes its weights first."),
        )
    return scheme


def latest(scope: Scope) -> Evaluation | None:
    """The verdict to show: the newest sealed one, else the newest draft; never a trial."""
    rows = Evaluation.objects.filter(scope=scope, trial=False).exclude(state=Evaluation.State.REPLACED)
    sealed = rows.filter(state=Evaluation.State.SEALED).order_by("-last", "-revision", "-id").first()
    return sealed or rows.order_by("-made_at", "-id").first()


def cut_off_for(scheme: Scheme, project: Project, last: date, now: datetime) -> datetime:
    """Until when facts count: the end of the acceptance day that was fixed with the scheme, else of the period;
    while that lies ahead, last midnight, so that the score so far is the same all day."""
    zone = ZoneInfo(project.scope.zone)
    text = scheme.data.get("cut_off")
    planned = datetime.combine((date.fromisoformat(text) if text else last) + timedelta(days=1), time(), zone)
    return min(planned, datetime.combine(now.astimezone(zone).date(), time(), zone))


def statements_of(project_scope: Scope, first: date, last: date) -> list[Statement]:
    """Experience, problems, advice, conclusion; within each as they were written."""
    kinds = list(Statement.Kind.values)
    found = Statement.objects.filter(scope=project_scope, first__lte=last, last__gte=first)
    return sorted(found, key=lambda statement: (kinds.index(statement.kind), statement.order, statement.pk))


def find_project(code: str | None) -> Project:
    """By code or number; without one, the only project there is."""
    rows = Project.objects.select_related("scope", "scope__tenant", "owner")
    if code:
        found = rows.filter(scope__code=code).first() or rows.filter(number=code).first()
        if found is None:
            raise Invalid(_("There is no project %(code)s.") % {"code": code}, way_out=_known(rows))
        return found
    several = list(rows[:2])
    if not several:
        raise Invalid(_("There is no project yet."), way_out=_("Import a contract first, or load the demo."))
    if len(several) > 1:
        raise Invalid(_("There are several projects."), way_out=_known(rows))
    return several[0]


def find_contract(code: str) -> Contract:
    rows = Contract.objects.select_related("scope", "sub_project__project__scope", "vendor")
    found = rows.filter(code=code).first() or rows.filter(number=code).first()
    if found is None:
        known = ", ".join(rows.order_by("code").values_list("code", flat=True)[:20])
        raise Invalid(
            _("There is no contract %(code)s.") % {"code": code}, way_out=_("Known are: %(known)s.") % {"known": known}
        )
    return found


def _known(rows: object) -> str:
    codes = ", ".join(Project.objects.order_by("scope__code").values_list("scope__code", flat=True)[:20])
    return _("Name one of: %(known)s.") % {"known": codes}
