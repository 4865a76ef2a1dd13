"""From drafts to records, through the same actions as the pages; whoever calls holds the one write transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from django.db.models import Q
from django.utils.translation import gettext as _

from yunheng.assets.actions.in_use import put_many_in_use
from yunheng.assets.actions.recording import DeviceFacts, record_devices, record_system
from yunheng.assets.models import Device, System
from yunheng.contracts.actions.anchors import sign_anchor
from yunheng.contracts.actions.contracts import create_contract
from yunheng.contracts.actions.payments import declare_condition_met, record_payment
from yunheng.contracts.actions.projects import add_party, add_sub_project, create_project
from yunheng.contracts.actions.staffing import require_staff
from yunheng.contracts.actions.targets import confirm_target, enter_clause
from yunheng.contracts.imports import drafts
from yunheng.contracts.models import Contract, PaymentNode, Project, SubProject
from yunheng.foundation.actors import Actor
from yunheng.foundation.errors import Invalid, YunhengError
from yunheng.foundation.models import ImportBatch, Scope
from yunheng.foundation.tabular import Problem
from yunheng.people.actions import organisations
from yunheng.people.models import Organisation

T = TypeVar("T")


class Faulty(Exception):
    """The file cannot be written: what was written of it in this transaction has to go."""


@dataclass(slots=True)
class Applying:
    """``problems`` grows by whatever an action refuses; what hangs on a refused record is passed over."""

    tenant: Scope
    batch: ImportBatch
    actor: Actor
    now: datetime
    problems: list[Problem] = field(default_factory=list)
    project: Project | None = None
    contracts: list[Contract] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    _named: dict[str, Organisation] = field(default_factory=dict)

    def write(self, draft: drafts.FileDraft) -> None:
        self._named = {found.name: found for found in Organisation.objects.filter(tenant=self.tenant)}
        for wanted in draft.organisations:
            self._organisation(wanted)
        if draft.contract:
            self._further(draft)
            return
        self.project = self._new_project(draft) if draft.new_project else self._known_project(draft.project)
        if self.project is None:
            return
        if draft.new_project is None:
            for organisation, role in self._parties(draft):
                add_party(project=self.project, organisation=organisation, role=role, actor=self.actor, now=self.now)
        for part in draft.sub_projects:
            self._sub_project(self.project, part, made=draft.new_project is not None)

    # ------------------------------------------------------------ the ground

    @contextmanager
    def _telling(self, place: str) -> Iterator[None]:
        """What an action refuses becomes a problem at ``place``."""
        try:
            yield
        except YunhengError as trouble:
            fields: Mapping[str, str] = trouble.fields if isinstance(trouble, Invalid) else {}
            for name, words in fields.items():
                self.problems.append(Problem("", 0, f"{place}.{name}" if place else name, "", words))
            if not fields:
                self.problems.append(Problem("", 0, place, "", f"{trouble.message} {trouble.way_out}".strip()))

    def _try(self, place: str, call: Callable[[], T]) -> T | None:
        with self._telling(place):
            return call()
        return None

    def _count(self, name: str, more: int = 1) -> None:
        self.counts[name] = self.counts.get(name, 0) + more

    def _organisation(self, draft: drafts.OrganisationDraft) -> None:
        if draft.name in self._named:
            return
        made = self._try(
            draft.place,
            lambda: organisations.record(
                tenant=self.tenant,
                kind=draft.kind,
                name=draft.name,
                short_name=draft.short_name,
                actor=self.actor,
                now=self.now,
            ),
        )
        if made is not None:
            self._named[made.name] = made
            self._count("organisations")

    def _who(self, name: str, place: str) -> Organisation | None:
        found = self._named.get(name)
        if found is None:
            message = _("Nobody knows this organisation; add it to “organisations”.")
            self.problems.append(Problem("", 0, place, name, message))
        return found

    # ------------------------------------------------------------ project and contracts

    def _new_project(self, draft: drafts.FileDraft) -> Project | None:
        wanted = draft.new_project
        assert wanted is not None
        owner = self._who(wanted.owner, f"{wanted.place}.owner")
        parties = self._parties(draft)
        if owner is None:
            return None
        made = self._try(
            wanted.place,
            lambda: create_project(
                tenant=self.tenant,
                code=wanted.code,
                facts=wanted.facts,
                owner=owner,
                sub_projects=[part.facts for part in draft.sub_projects],
                parties=parties,
                actor=self.actor,
                now=self.now,
                batch=self.batch,
            ),
        )
        if made is not None:
            self._count("projects")
            self._count("sub_projects", len(draft.sub_projects))
        return made

    def _known_project(self, code: str) -> Project | None:
        found = Project.objects.filter(scope__parent=self.tenant, scope__code=code).select_related("scope").first()
        if found is None:
            self.problems.append(Problem("", 0, "project", code, _("There is no project with this code.")))
        return found

    def _parties(self, draft: drafts.FileDraft) -> list[tuple[Organisation, str]]:
        found = ((self._who(name, f"{place}.organisation"), role) for name, role, place in draft.parties)
        return [(organisation, role) for organisation, role in found if organisation is not None]

    def _sub_project(self, project: Project, draft: drafts.SubProjectDraft, *, made: bool) -> None:
        row: SubProject | None
        if made:
            row = project.sub_projects.get(no=draft.facts.no)
        else:
            row = self._try(
                draft.place,
                lambda: add_sub_project(
                    project=project, facts=draft.facts, actor=self.actor, now=self.now, batch=self.batch
                ),
            )
            self._count("sub_projects")
        if row is not None and draft.contract is not None:
            self._contract(row, draft.contract)

    def _contract(self, sub_project: SubProject, draft: drafts.ContractDraft) -> None:
        vendor = self._who(draft.vendor, f"{draft.place}.vendor")
        if vendor is None:
            return
        contract = self._try(
            draft.place,
            lambda: create_contract(
                sub_project=sub_project,
                code=draft.code,
                facts=draft.facts,
                vendor=vendor,
                nodes=[node.facts for node in draft.nodes],
                catalogue=draft.catalogue,
                actor=self.actor,
                now=self.now,
                batch=self.batch,
            ),
        )
        if contract is None:
            return
        self.contracts.append(contract)
        self._count("contracts")
        self._count("payment_nodes", len(draft.nodes))
        self._anchor(contract, draft.anchor)
        for staff in draft.staff:
            self._staff(contract, staff)
        for target in draft.targets:
            self._target(contract, target)
        self._money(contract, draft)
        self._serve(contract.scope, draft.served)

    def _anchor(self, contract: Contract, draft: drafts.AnchorDraft | None) -> None:
        if draft is None:
            return
        with self._telling(draft.place):
            sign_anchor(
                contract=contract,
                kind=draft.kind,
                day=draft.day,
                reason=draft.reason,
                paper=draft.paper,
                actor=self.actor,
                now=self.now,
            )

    def _staff(self, contract: Contract, draft: drafts.StaffDraft) -> None:
        with self._telling(draft.place):
            require_staff(
                contract=contract,
                post=draft.post,
                required=draft.required,
                certificates=draft.certificates,
                grace_days=draft.grace_days,
                actor=self.actor,
                now=self.now,
            )
            self._count("posts")

    def _target(self, contract: Contract, draft: drafts.TargetDraft) -> None:
        with self._telling(draft.place):
            target = enter_clause(
                contract=contract,
                level=draft.level,
                clock=draft.clock,
                clause=draft.clause,
                actor=self.actor,
                now=self.now,
            )
            if draft.confirmed:
                confirm_target(target=target, actor=self.actor, now=self.now)
            self._count("targets")

    def _money(self, contract: Contract, draft: drafts.ContractDraft) -> None:
        nodes: dict[int, PaymentNode] = {
            node.no: node for node in contract.payment_nodes.select_related("contract__scope")
        }
        for met in draft.nodes:
            if met.met_by:
                with self._telling(met.place):
                    declare_condition_met(
                        node=nodes[met.facts.no], reference=met.met_by, actor=self.actor, now=self.now
                    )
        for payment in draft.payments:
            with self._telling(payment.place):
                record_payment(
                    contract=contract,
                    facts=payment.facts,
                    node=None if payment.node is None else nodes[payment.node],
                    actor=self.actor,
                    now=self.now,
                )
                self._count("payments")

    # ------------------------------------------------------------ what is served

    def _further(self, draft: drafts.FileDraft) -> None:
        contract = (
            Contract.objects.filter(tenant=self.tenant, code=draft.contract)
            .select_related("scope", "sub_project__project__scope")
            .first()
        )
        if contract is None:
            self.problems.append(Problem("", 0, "contract", draft.contract, _("There is no contract with this code.")))
            return
        self.project = contract.sub_project.project
        self.contracts.append(contract)
        self._serve(contract.scope, draft.served)

    def _serve(self, scope: Scope, served: drafts.Served) -> None:
        for draft in served.systems:
            system = self._try(
                draft.place,
                lambda draft=draft: record_system(  # type: ignore[misc] # the draft of this round
                    scope=scope, facts=draft.facts, actor=self.actor, now=self.now, batch=self.batch
                ),
            )
            if system is not None:
                self._count("systems")
                self._put_in_use(scope, draft.place, [(system, draft.periods)])
        if served.devices:
            self._devices(scope, served.devices)

    def _devices(self, scope: Scope, wanted: tuple[drafts.DeviceDraft, ...]) -> None:
        systems = self._systems()
        taken = set(
            Device.objects.filter(tenant=self.tenant, code__in=[one.code for one in wanted]).values_list(
                "code", flat=True
            )
        )
        sound = []
        for one in wanted:
            if one.code in taken:
                self.problems.append(Problem("", 0, one.place, one.code, _("This code is taken in this office.")))
            elif one.system and one.system not in systems:
                message = _("Nobody knows this system; write its code or name.")
                self.problems.append(Problem("", 0, one.place, one.system, message))
            else:
                sound.append(one)
        made = self._try(
            sound[0].place if sound else "",
            lambda: record_devices(
                scope=scope,
                devices=[
                    DeviceFacts(one.code, one.category, one.name, systems.get(one.system), one.location)
                    for one in sound
                ],
                actor=self.actor,
                now=self.now,
                batch=self.batch,
            ),
        )
        if made is not None:
            self._count("devices", len(made))
            used = [(device, draft.periods) for device, draft in zip(made, sound, strict=True)]
            self._put_in_use(scope, sound[0].place if sound else "", used)

    def _systems(self) -> dict[str, System]:
        """By code, and by name where no other system has it."""
        found: dict[str, System] = {}
        rows = list(System.objects.filter(Q(tenant=self.tenant)).order_by("code"))
        for row in rows:
            found.setdefault(row.name, row)
        return found | {row.code: row for row in rows}

    def _put_in_use(
        self, scope: Scope, place: str, used: Sequence[tuple[System | Device, tuple[drafts.PeriodDraft, ...]]]
    ) -> None:
        periods = [(thing, period.since, period.until) for thing, several in used for period in several]
        with self._telling(place):
            put_many_in_use(scope=scope, periods=periods, actor=self.actor, now=self.now)
            self._count("in_use", len(periods))
