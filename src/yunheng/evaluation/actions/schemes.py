"""A scheme is proposed, then frozen before data are seen; frozen late only with three signatures."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from yunheng.contracts.models import Project
from yunheng.contracts.queries import contracts_of
from yunheng.evaluation.access import SCHEME
from yunheng.evaluation.models import Evaluation, Scheme
from yunheng.evaluation.scheme_data import DEFAULT_KINDS, digest_of, parse
from yunheng.foundation import access, audit, decisions
from yunheng.foundation.actors import Actor
from yunheng.foundation.errors import Conflict, Invalid
from yunheng.foundation.models import Decision
from yunheng.foundation.writing import writing
from yunheng.kernel import schemes as kernel_schemes
from yunheng.kernel.reading import CaseError
from yunheng.people.roles import Role

FREEZE_LATE = "evaluation.freeze-late"
SIGNERS = (Role.OWNER_LEAD, Role.VENDOR_MANAGER, Role.SUPERVISOR)


def propose_scheme(
    *,
    project: Project,
    code: str,
    name: str,
    data: Mapping[str, Any] | None = None,
    kernel: str = "seed12",
    weights: Any = "points100",
    options: Mapping[str, str] | None = None,
    bands: str | None = None,
    kinds: Mapping[int, str] | None = None,
    cut_off: str | None = None,
    actor: Actor,
    now: datetime,
) -> Scheme:
    """A new revision, not yet in force. ``data`` is a whole scheme file, else the built-in ``kernel`` is taken.

    Raises Invalid naming the field when weights do not sum or anything does not parse.
    """
    access.require(actor, "propose", SCHEME, project.scope, now)
    body = dict(data) if data is not None else dict(kernel_schemes.built_in(kernel).data)
    row: dict[str, Any] = {
        "scheme": body,
        "weights": weights,
        "options": dict(options or {}),
        "bands": bands,
        "contracts": {str(no): kind for no, kind in (kinds or _kinds(project)).items()},
    }
    if cut_off:
        row["cut_off"] = cut_off
    try:
        parse(row, code=code, revision=1, name=name, digest="")
    except CaseError as problem:
        raise Invalid(str(problem.message), place=problem.place, way_out=str(problem.way_out or "")) from problem
    with writing():
        last = Scheme.objects.filter(scope=project.scope, code=code).order_by("-revision").first()
        scheme = Scheme.objects.create(
            scope=project.scope,
            code=code,
            revision=last.revision + 1 if last else 1,
            name=name,
            data=row,
            digest=digest_of(row),
            proposed_at=now,
            proposed_by_id=actor.id,
            proposed_by=actor.label,
        )
        audit.record(
            scope=project.scope,
            actor=actor,
            now=now,
            verb="propose",
            kind=SCHEME,
            reference=reference_of(scheme),
            facts={"digest": scheme.digest, "weights": weights, "options": row["options"]},
        )
    return scheme


def freeze_scheme(*, scheme: Scheme, late_reason: str = "", actor: Actor, now: datetime) -> Scheme:
    """Put a scheme in force; the one before is retired.

    Late means that data of a period exist already: the service has begun. Then a reason is needed and the owner,
    the vendor and the supervisor have to have approved it (`ask_late_freeze`). Raises Conflict when it is frozen
    already, Invalid when it is late without reason or signatures.
    """
    access.require(actor, "freeze", SCHEME, scheme.scope, now, reference=reference_of(scheme))
    if scheme.is_frozen:
        raise Conflict(_("This scheme is frozen already."))
    project = Project.objects.get(scope=scheme.scope)
    is_late = now.date() >= project.service_from
    if is_late:
        _signed(scheme, late_reason)
    with writing():
        changed = Scheme.objects.filter(pk=scheme.pk, frozen_at__isnull=True)
        Scheme.objects.filter(scope=scheme.scope, frozen_at__isnull=False, retired_at__isnull=True).update(
            retired_at=now
        )
        if not changed.update(
            frozen_at=now,
            frozen_by_id=actor.id,
            frozen_by=actor.label,
            late_reason=late_reason if is_late else "",
        ):
            raise Conflict(_("This scheme is frozen already."))
        audit.record(
            scope=scheme.scope,
            actor=actor,
            now=now,
            verb="freeze",
            kind=SCHEME,
            reference=reference_of(scheme),
            facts={"digest": scheme.digest, "late_reason": late_reason if is_late else ""},
        )
    scheme.refresh_from_db()
    return scheme


def ask_late_freeze(*, scheme: Scheme, actor: Actor, now: datetime) -> list[Decision]:
    """Ask the three parties whether weights may be fixed after data exist."""
    access.require(actor, "propose", SCHEME, scheme.scope, now, reference=reference_of(scheme))
    return [
        decisions.ask(
            scope=scheme.scope,
            subject_kind=SCHEME,
            subject_reference=reference_of(scheme),
            question=FREEZE_LATE,
            role=role,
            actor=actor,
            now=now,
        )
        for role in SIGNERS
    ]


def reference_of(scheme: Scheme) -> str:
    return f"{scheme.scope.code}/{scheme.code}/{scheme.revision}"


def _signed(scheme: Scheme, late_reason: str) -> None:
    signed = set(
        Decision.objects.filter(
            subject_kind=SCHEME,
            subject_reference=reference_of(scheme),
            question=FREEZE_LATE,
            state=Decision.State.APPROVED,
        ).values_list("role", flat=True)
    )
    open_roles = [str(role.label) for role in SIGNERS if role not in signed]
    if not late_reason.strip() or open_roles:
        raise Invalid(
            _("The service has begun, so data exist already: freezing now needs a reason and three signatures."),
            fields={} if late_reason.strip() else {"late_reason": _("Write why the scheme was not frozen before.")},
            way_out=_("Still to sign: %(roles)s.") % {"roles": ", ".join(open_roles)} if open_roles else "",
        )


def _kinds(project: Project) -> dict[int, str]:
    return {
        contract.sub_project.no: DEFAULT_KINDS.get(contract.sub_project.kind, contract.sub_project.kind)
        for contract in contracts_of(project)
    }


def has_been_used(scheme: Scheme) -> bool:
    return Evaluation.objects.filter(scheme=scheme, trial=False).exists()
