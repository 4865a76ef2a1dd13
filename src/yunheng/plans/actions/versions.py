"""The plan as a whole: begun with the contract, changed by versions that three parties sign."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from yunheng.foundation import access, audit, decisions, events
from yunheng.foundation.actors import Actor
from yunheng.foundation.errors import Conflict, Invalid, Refused
from yunheng.foundation.models import Decision, ImportBatch, Scope
from yunheng.foundation.writing import writing
from yunheng.people.roles import Role
from yunheng.plans.access import ROW, SIGNERS, VERSION
from yunheng.plans.actions.generation import withdraw_open
from yunheng.plans.events import PlanInForce
from yunheng.plans.models import Completion, DocumentDue, DocumentEntry, Occurrence, PlanRow, PlanVersion
from yunheng.plans.queries import Debtors, active_rows, current_version, debtors, systems_by_name
from yunheng.plans.rules.drafts import DocumentDraft, PlanFile, RowDraft

CHANGE = "plan change"


def start_plan(
    *, project: Scope, plan: PlanFile, actor: Actor, now: datetime, batch: ImportBatch | None = None
) -> PlanVersion:
    """The plan that was signed with the contract, in force at once. Raises Conflict when there is one already."""
    access.require(actor, "import", VERSION, project, now)
    if plan.problems:
        raise Invalid(_("The plan has %(count)s problems and was not taken.") % {"count": len(plan.problems)})
    with writing():
        if current_version(project.pk) is not None:
            raise Conflict(
                _("This project has a plan already."),
                way_out=_("Bring the change in as a new version, with its day and reason."),
            )
        version = _version(project, plan, "", plan.window[0], actor, now, batch)
        owing = debtors(project)
        _write_rows(version, plan.rows, owing)
        _write_documents(version, plan, owing)
        come_into_force(version, actor, now)
    return version


def propose_version(
    *,
    project: Scope,
    plan: PlanFile,
    valid_from: date,
    reason: str,
    actor: Actor,
    now: datetime,
    batch: ImportBatch | None = None,
) -> PlanVersion:
    """A change of the plan: the rows of ``plan`` that differ become new revisions, rows that it lacks are retired.
    It comes into force when owner, vendor and supervisor have each agreed."""
    access.require(actor, "sign", VERSION, project, now)
    if not reason.strip():
        raise Invalid(_("A change of the plan needs a reason."), fields={"reason": _("Write why.")})
    if plan.problems:
        raise Invalid(_("The plan has %(count)s problems and was not taken.") % {"count": len(plan.problems)})
    rows = {row.row_id: row for row in active_rows(project.pk)}
    changed = [draft for draft in plan.rows if draft.row_id not in rows or _differs(rows[draft.row_id], draft)]
    gone = [row for key, row in rows.items() if key not in {draft.row_id for draft in plan.rows}]
    if not changed and not gone:
        raise Invalid(_("The file says the same as the plan in force."))
    for row in [*gone, *(rows[draft.row_id] for draft in changed if draft.row_id in rows)]:
        _refuse_rewriting(row, valid_from)
    with writing():
        version = _version(project, plan, reason.strip(), valid_from, actor, now, batch)
        owing = debtors(project)
        _write_rows(version, changed, owing)
        for row in gone:
            row.retired_in = version
            row.save(update_fields=["retired_in"])
        _ask(version, actor, now)
        _audit(version, actor, now, "propose", rows=len(changed), retired=len(gone))
    return version


def decide_version(
    *, version: PlanVersion, approve: bool, reason: str = "", actor: Actor, now: datetime
) -> PlanVersion:
    """One party's word on a proposed version."""
    with writing():
        held = PlanVersion.objects.select_for_update().select_related("scope").get(pk=version.pk)
        for decision in _my_decisions(held, actor, now):
            decisions.answer(decision=decision, approve=approve, reason=reason, actor=actor, now=now)
        if not approve:
            held.state = PlanVersion.State.REJECTED
            held.save(update_fields=["state"])
            PlanRow.objects.filter(retired_in=held).update(retired_in=None)
        elif not _decisions(held).exclude(state=Decision.State.APPROVED).exists():
            _replace_rows(held, now)
            come_into_force(held, actor, now)
    version.refresh_from_db()
    return version


def withdraw_version(*, version: PlanVersion, reason: str, actor: Actor, now: datetime) -> PlanVersion:
    """Undo an import as long as nothing was done under it: rows and occurrences are withdrawn, none is deleted."""
    access.require(actor, "import", VERSION, version.scope, now)
    with writing():
        rows = list(version.rows.all())
        if Completion.objects.filter(occurrence__row__in=rows).exists():
            raise Conflict(
                _("Work was recorded under this plan already."), way_out=_("Change it by a new version instead.")
            )
        if version.state != PlanVersion.State.IN_FORCE:
            raise Conflict(_("Only a plan in force can be withdrawn."))
        Occurrence.objects.filter(row__in=rows).update(state=Occurrence.State.WITHDRAWN, withdrawn_at=now)
        DocumentDue.objects.filter(entry__version=version).update(state=DocumentDue.State.WITHDRAWN)
        version.state = PlanVersion.State.WITHDRAWN
        version.save(update_fields=["state"])
        if version.batch is not None:
            version.batch.state, version.batch.withdrawn_at = ImportBatch.State.WITHDRAWN, now
            version.batch.save(update_fields=["state", "withdrawn_at"])
        _audit(version, actor, now, "withdraw", reason=reason)
    return version


def settle_satisfied_by(*, row: PlanRow, on: bool, actor: Actor, now: datetime) -> PlanRow:
    """The owner confirms (or ends) that the records of other rows fulfil this one."""
    access.require(actor, "settle", ROW, row.scope, now, reference=row.reference)
    if not row.satisfied_by:
        raise Invalid(_("No other row is named that could fulfil this one."))
    with writing():
        row.satisfied_by_on = on
        row.satisfied_by_confirmed_by, row.satisfied_by_confirmed_at = actor.label, now
        row.save(update_fields=["satisfied_by_on", "satisfied_by_confirmed_by", "satisfied_by_confirmed_at"])
        audit.record(
            scope=row.scope,
            actor=actor,
            now=now,
            verb="settle",
            kind=ROW,
            reference=row.reference,
            facts={"satisfied_by": row.satisfied_by, "on": on},
        )
    return row


# ---------------------------------------------------------------- parts


def _version(
    project: Scope,
    plan: PlanFile,
    reason: str,
    valid_from: date,
    actor: Actor,
    now: datetime,
    batch: ImportBatch | None,
) -> PlanVersion:
    own = PlanVersion.objects.filter(scope=project)
    last = own.aggregate(last=Max("number"))["last"] or 0
    prefix = own.order_by("number").values_list("prefix", flat=True).first()
    if prefix is None:
        others = PlanVersion.objects.filter(scope__tenant_id=project.tenant_id).exclude(scope=project)
        prefix = project.code if others.exists() else ""
    return PlanVersion.objects.create(
        scope=project,
        number=last + 1,
        prefix=prefix,
        title=plan.title or project.name,
        window_from=plan.window[0],
        window_to=plan.window[1],
        valid_from=valid_from,
        reason=reason or (_("Plan of the contract") if last == 0 else _("Brought in again")),
        phases=[dict(phase) for phase in plan.phases],
        state=PlanVersion.State.PROPOSED,
        batch=batch,
        recorded_at=now,
        recorded_by_id=actor.id,
        recorded_by=actor.label,
    )


def _write_rows(version: PlanVersion, drafts: Sequence[RowDraft], owing: Debtors) -> list[PlanRow]:
    project = version.scope
    revisions = dict(
        PlanRow.objects.filter(project=project)
        .values("row_id")
        .annotate(last=Max("revision"))
        .values_list("row_id", "last")
        .order_by()
    )
    systems = systems_by_name(project)
    rows = []
    for position, draft in enumerate(drafts, start=1):
        scope = owing.of(draft.sub_project)
        if scope is None:
            raise Invalid(
                _("The project has no contract for sub-project %(no)s.") % {"no": draft.sub_project},
                place=draft.row_id,
                way_out=_("Enter the contract first."),
            )
        row = PlanRow.objects.create(
            scope=scope,
            project=project,
            version=version,
            row_id=draft.row_id,
            revision=revisions.get(draft.row_id, 0) + 1,
            position=position,
            printed_no=draft.printed_no,
            phase=draft.phase,
            service=draft.service,
            item=draft.item,
            subitem=draft.subitem,
            content=draft.content,
            schedule_text=draft.schedule_text,
            owner_roles=list(draft.owner_roles),
            deliverables=list(draft.deliverables),
            printed=dict(draft.printed),
            reading=dict(draft.reading),
            readings=list(draft.readings),
            inherited=list(draft.inherited),
            doubts=list(draft.doubts),
            obligation=draft.obligation,
            sub_project=draft.sub_project,
            whole_project=draft.sub_project is None,
            system_names=list(draft.systems),
            systems_basis=draft.systems_basis,
            satisfied_by=list(draft.satisfied_by),
            satisfied_by_on=draft.satisfied_by_on and bool(draft.satisfied_by),
            own_row=draft.own_row,
        )
        row.systems.set([systems[name] for name in draft.systems if name in systems])
        rows.append(row)
    return rows


def _write_documents(version: PlanVersion, plan: PlanFile, owing: Debtors) -> None:
    scopes = {row.row_id: row.scope for row in version.rows.select_related("scope")}
    held = set(DocumentEntry.objects.filter(project=version.scope).values_list("doc_id", flat=True))
    for position, draft in enumerate(plan.documents, start=1):
        doc_id = draft.doc_id
        while doc_id in held:  # withdrawn before and brought in again
            doc_id = f"{doc_id}'"
        DocumentEntry.objects.create(
            scope=_paper_scope(draft, scopes, owing),
            project=version.scope,
            version=version,
            doc_id=doc_id,
            position=position,
            name=draft.name,
            about=draft.about,
            kind=draft.kind,
            rows=list(draft.rows),
            reading=dict(draft.reading),
            author_roles=list(draft.author_roles),
            reviewer_role=draft.reviewer_role,
            approver_role=draft.approver_role,
            basis=dict(draft.basis),
            note=draft.note,
        )


def _paper_scope(draft: DocumentDraft, scopes: dict[str, Scope], owing: Debtors) -> Scope:
    found = {scopes[row] for row in draft.rows if row in scopes}
    return next(iter(found)) if len(found) == 1 else owing.lead


def _differs(row: PlanRow, draft: RowDraft) -> bool:
    """Does a draft say something else than the row? Only what obliges counts, and the print."""
    return (
        dict(row.reading) != dict(draft.reading)
        or dict(row.printed) != dict(draft.printed)
        or row.content != draft.content
        or row.obligation != draft.obligation
        or row.sub_project != draft.sub_project
        or list(row.system_names) != list(draft.systems)
        or list(row.deliverables) != list(draft.deliverables)
        or list(row.satisfied_by) != list(draft.satisfied_by)
    )


def _refuse_rewriting(row: PlanRow, valid_from: date) -> None:
    done = Occurrence.objects.filter(row=row, period_to__gte=valid_from).exclude(completions__isnull=True)
    last = done.aggregate(last=Max("period_to"))["last"]
    if last is not None:
        raise Invalid(
            _("Work of %(row)s is recorded up to %(day)s.") % {"row": row.reference, "day": last},
            fields={"valid_from": _("Choose a later day.")},
        )


def _ask(version: PlanVersion, actor: Actor, now: datetime) -> None:
    contracts: dict[int, Scope] = {}
    for row in [*version.rows.select_related("scope"), *version.retired_rows.select_related("scope")]:
        contracts[row.scope_id] = row.scope
    for role in SIGNERS:
        places: Iterable[Scope] = contracts.values() if role == Role.VENDOR_MANAGER else [version.scope]
        for place in places:
            decisions.ask(
                scope=place,
                subject_kind=VERSION,
                subject_reference=version.reference,
                question=f"{CHANGE} {place.code}",
                role=role,
                actor=actor,
                now=now,
            )


def _decisions(version: PlanVersion) -> QuerySet[Decision]:
    return Decision.objects.filter(subject_kind=VERSION, subject_reference=version.reference)


def _my_decisions(version: PlanVersion, actor: Actor, now: datetime) -> list[Decision]:
    standing = access.standing(actor, now)
    mine = [
        decision
        for decision in _decisions(version).filter(state=Decision.State.OPEN).select_related("scope")
        if decision.role in standing.roles_at(decision.scope)
    ]
    if not mine:
        raise Refused(_("This version does not wait for your word."))
    return mine


def _replace_rows(version: PlanVersion, now: datetime) -> None:
    """The new revisions take the place of the old: what those still ask for from the day on is withdrawn."""
    fresh = list(version.rows.all())
    for old in active_rows(version.scope_id).filter(row_id__in=[row.row_id for row in fresh]).exclude(version=version):
        old.retired_in = version
        old.save(update_fields=["retired_in"])
    for old in version.retired_rows.all():
        withdraw_open(old, version.valid_from, now)


def come_into_force(version: PlanVersion, actor: Actor, now: datetime) -> None:
    version.state, version.in_force_at = PlanVersion.State.IN_FORCE, now
    version.save(update_fields=["state", "in_force_at"])
    _audit(version, actor, now, "begin", rows=version.rows.count(), valid_from=version.valid_from)
    events.publish(
        PlanInForce(reference=version.reference, scope_id=version.scope_id),
        scope=version.scope,
        aggregate=f"{VERSION}:{version.scope.code}",
        now=now,
    )


def _audit(version: PlanVersion, actor: Actor, now: datetime, verb: str, **facts: object) -> None:
    audit.record(
        scope=version.scope,
        actor=actor,
        now=now,
        verb=verb,
        kind=VERSION,
        reference=version.reference,
        facts={"reason": version.reason, **facts},
    )
