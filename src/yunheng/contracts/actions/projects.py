"""Projects: opened with their sub-projects and parties, described anew, their budgets amended by the owner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext as _

from yunheng.contracts.access import PROJECT
from yunheng.contracts.models import Amendment, Party, Project, SubProject
from yunheng.contracts.rules.money import fault_of
from yunheng.foundation import access, audit, numbering
from yunheng.foundation.actors import Actor
from yunheng.foundation.errors import Conflict, Invalid
from yunheng.foundation.models import ImportBatch, Scope, ScopeKind
from yunheng.foundation.writing import writing
from yunheng.people.models import Organisation

AMENDMENTS = "CHG"


@dataclass(frozen=True, slots=True)
class ProjectFacts:
    """Money in yuan; both days of the period are days of service."""

    number: str
    name: str
    service_from: date
    service_to: date
    budget: Decimal
    funding: str = ""
    purpose: str = ""


@dataclass(frozen=True, slots=True)
class SubProjectFacts:
    """``budget`` None: nobody has split it yet."""

    no: int
    kind: str
    name: str
    scope_text: str = ""
    budget: Decimal | None = None


def create_project(
    *,
    tenant: Scope,
    code: str,
    facts: ProjectFacts,
    owner: Organisation,
    sub_projects: Sequence[SubProjectFacts] = (),
    parties: Sequence[tuple[Organisation, str]] = (),
    actor: Actor,
    now: datetime,
    batch: ImportBatch | None = None,
) -> Project:
    """Opens the project's scope below ``tenant`` too. ``parties`` are (organisation, role); the owner is one anyway.

    Raises Invalid for facts that break a rule, Conflict when code or number is taken.
    """
    access.require(actor, "create", PROJECT, tenant, now, reference=facts.number)
    _check(facts, code=code)
    for sub_project in sub_projects:
        _check_sub_project(sub_project)
    if owner.tenant_id != tenant.pk:
        raise Invalid(_("The owner belongs to another office."), fields={"owner": _("Choose again.")})
    try:
        with writing():
            scope = Scope.objects.create_child(
                kind=ScopeKind.PROJECT, code=code.strip(), name=facts.name.strip(), parent=tenant
            )
            project = Project(scope=scope, owner=owner, batch=batch)
            _write(project, facts)
            project.budget = facts.budget
            project.save()
            for sub_project in sub_projects:
                SubProject.objects.create(project=project, batch=batch, **_columns(sub_project))
            for organisation, role in {(owner, Party.Role.OWNER.value): None} | dict.fromkeys(parties):
                Party.objects.create(project=project, organisation=organisation, role=role)
            _tell(
                project,
                "create",
                _facts_of(facts) | {"code": scope.code, "sub_projects": len(sub_projects)},
                actor,
                now,
            )
    except IntegrityError:
        raise _taken() from None
    return project


def change_project(*, project: Project, facts: ProjectFacts, actor: Actor, now: datetime) -> Project:
    """New words and days. The budget stays: it is amended with a reason (``amend_budget``)."""
    access.require(actor, "change", PROJECT, project.scope, now, reference=project.number)
    _check(facts)
    before = _facts_of(_read(project))
    _write(project, facts)
    try:
        with writing():
            project.save()
            Scope.objects.filter(pk=project.scope_id).update(name=project.name)
            after = _facts_of(_read(project))
            _tell(project, "change", {key: after[key] for key in after if after[key] != before[key]}, actor, now)
    except IntegrityError:
        raise _taken() from None
    return project


def add_sub_project(
    *, project: Project, facts: SubProjectFacts, actor: Actor, now: datetime, batch: ImportBatch | None = None
) -> SubProject:
    access.require(actor, "change", PROJECT, project.scope, now, reference=project.number)
    _check_sub_project(facts)
    try:
        with writing():
            made = SubProject.objects.create(project=project, batch=batch, **_columns(facts))
            _tell(project, "add-sub-project", _columns(facts), actor, now)
    except IntegrityError:
        raise Conflict(_("There is a sub-project with this number already.")) from None
    return made


def add_party(*, project: Project, organisation: Organisation, role: str, actor: Actor, now: datetime) -> Party:
    access.require(actor, "change", PROJECT, project.scope, now, reference=project.number)
    if organisation.tenant_id != project.tenant_id:
        raise Invalid(_("The organisation belongs to another office."), fields={"organisation": _("Choose again.")})
    with writing():
        party, added = Party.objects.get_or_create(project=project, organisation=organisation, role=role)
        if added:
            _tell(project, "add-party", {"organisation": organisation.name, "role": role}, actor, now)
    return party


def amend_budget(
    *,
    project: Project,
    sub_project: SubProject | None = None,
    budget: Decimal,
    reason: str,
    actor: Actor,
    now: datetime,
) -> Amendment:
    """The owner's act, in force at once: the whole budget, or that of one sub-project. The old value is kept."""
    access.require(actor, "amend_budget", PROJECT, project.scope, now, reference=project.number)
    fields = {}
    if fault := fault_of(budget):
        fields["budget"] = fault_words(fault)
    if not reason.strip():
        fields["reason"] = _("Write why.")
    if fields:
        raise Invalid(_("The budget cannot be changed yet."), fields=fields)
    record: Project | SubProject = sub_project or project
    if record.budget == budget:
        raise Conflict(_("The budget is this already."))
    with writing():
        number = numbering.next_number(project.scope, AMENDMENTS, timezone.localtime(now).year)
        amendment = Amendment.objects.create(
            scope=project.scope,
            number=number,
            subject=Amendment.Subject.SUB_PROJECT_BUDGET if sub_project else Amendment.Subject.PROJECT_BUDGET,
            sub_project=sub_project,
            before="" if record.budget is None else str(record.budget),
            after=str(budget),
            reason=reason.strip(),
            state=Amendment.State.IN_FORCE,
            recorded_at=now,
            recorded_by_id=actor.id,
            recorded_by=actor.label,
            in_force_at=now,
        )
        record.budget = budget
        record.save(update_fields=["budget"])
        _tell(
            project,
            "amend-budget",
            {
                "amendment": number,
                "sub_project": sub_project.no if sub_project else None,
                "before": amendment.before,
                "after": amendment.after,
                "reason": amendment.reason,
            },
            actor,
            now,
        )
    return amendment


def fault_words(fault: str) -> str:
    """What is wrong with an amount, for the person who typed it."""
    return {
        "negative": _("Money is not negative."),
        "too_fine": _("Write yuan with at most two decimals."),
        "too_large": _("This is more than the platform can keep."),
    }[fault]


def _check(facts: ProjectFacts, *, code: str | None = None) -> None:
    fields = {}
    if code is not None and not code.strip():
        fields["code"] = _("Write the code.")
    if code is not None and "/" in code:
        fields["code"] = _("A code has no slash.")
    if not facts.number.strip():
        fields["number"] = _("Write the number.")
    if not facts.name.strip():
        fields["name"] = _("Write the name.")
    if facts.service_to < facts.service_from:
        fields["service_to"] = _("The period ends before it begins.")
    if fault := fault_of(facts.budget):
        fields["budget"] = fault_words(fault)
    if fields:
        raise Invalid(_("The project cannot be saved yet."), fields=fields)


def _check_sub_project(facts: SubProjectFacts) -> None:
    fields = {}
    if facts.no < 1:
        fields["no"] = _("Numbers begin at 1.")
    if facts.kind not in SubProject.Kind.values:
        fields["kind"] = _("Choose again.")
    if not facts.name.strip():
        fields["name"] = _("Write the name.")
    if facts.budget is not None and (fault := fault_of(facts.budget)):
        fields["budget"] = fault_words(fault)
    if fields:
        raise Invalid(
            _("The sub-project cannot be saved yet."),
            fields=fields,
            place=_("Sub-project %(no)s") % {"no": facts.no},
        )


def _write(project: Project, facts: ProjectFacts) -> None:
    project.number, project.name = facts.number.strip(), facts.name.strip()
    project.service_from, project.service_to = facts.service_from, facts.service_to
    project.funding, project.purpose = facts.funding.strip(), facts.purpose.strip()


def _read(project: Project) -> ProjectFacts:
    return ProjectFacts(
        project.number,
        project.name,
        project.service_from,
        project.service_to,
        project.budget,
        project.funding,
        project.purpose,
    )


def _facts_of(facts: ProjectFacts) -> dict[str, object]:
    return {name: getattr(facts, name) for name in ProjectFacts.__slots__}


def _columns(facts: SubProjectFacts) -> dict[str, object]:
    return {name: getattr(facts, name) for name in SubProjectFacts.__slots__}


def _tell(project: Project, verb: str, facts: dict[str, object], actor: Actor, now: datetime) -> None:
    audit.record(
        scope=project.scope, actor=actor, now=now, verb=verb, kind=PROJECT, reference=project.number, facts=facts
    )


def _taken() -> Conflict:
    return Conflict(
        _("Another project of this office has this code or number."),
        way_out=_("Choose another, or open the project that has it."),
    )
