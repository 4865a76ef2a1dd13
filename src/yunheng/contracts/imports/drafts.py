"""What a file says, understood and not written yet. ``place`` is where it says so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from yunheng.assets.actions.recording import SystemFacts
from yunheng.contracts.actions.contracts import ContractFacts, NodeFacts
from yunheng.contracts.actions.payments import PaymentFacts
from yunheng.contracts.actions.projects import ProjectFacts, SubProjectFacts
from yunheng.contracts.actions.targets import Clause


@dataclass(frozen=True, slots=True)
class PeriodDraft:
    """``until`` is the first day out of use."""

    since: date
    until: date | None
    place: str

    def overlaps(self, other: PeriodDraft) -> bool:
        return (other.until is None or self.since < other.until) and (self.until is None or other.since < self.until)


@dataclass(frozen=True, slots=True)
class SystemDraft:
    facts: SystemFacts
    periods: tuple[PeriodDraft, ...]
    place: str


@dataclass(frozen=True, slots=True)
class DeviceDraft:
    """``system`` is the code or name of a system in the file or in the office."""

    code: str
    category: str
    name: str
    system: str
    location: str
    periods: tuple[PeriodDraft, ...]
    place: str


@dataclass(frozen=True, slots=True)
class NodeDraft:
    """``met_by`` is the paper that proves the condition."""

    facts: NodeFacts
    met_by: str
    place: str


@dataclass(frozen=True, slots=True)
class PaymentDraft:
    facts: PaymentFacts
    node: int | None
    place: str


@dataclass(frozen=True, slots=True)
class TargetDraft:
    """``confirmed``: the owner has confirmed the line on paper."""

    level: int
    clock: str
    clause: Clause
    confirmed: bool
    place: str


@dataclass(frozen=True, slots=True)
class StaffDraft:
    post: str
    required: int
    certificates: str
    grace_days: int | None
    place: str


@dataclass(frozen=True, slots=True)
class AnchorDraft:
    """``paper``: the number of the paper that the three parties signed; without it they are asked to sign."""

    kind: str
    day: date
    reason: str
    paper: str
    place: str


@dataclass(frozen=True, slots=True)
class Served:
    """What a contract serves."""

    systems: tuple[SystemDraft, ...] = ()
    devices: tuple[DeviceDraft, ...] = ()


@dataclass(frozen=True, slots=True)
class ContractDraft:
    code: str
    facts: ContractFacts
    vendor: str
    nodes: tuple[NodeDraft, ...]
    catalogue: tuple[tuple[str, str], ...]
    anchor: AnchorDraft | None
    staff: tuple[StaffDraft, ...]
    targets: tuple[TargetDraft, ...]
    payments: tuple[PaymentDraft, ...]
    served: Served
    place: str


@dataclass(frozen=True, slots=True)
class SubProjectDraft:
    facts: SubProjectFacts
    contract: ContractDraft | None
    place: str


@dataclass(frozen=True, slots=True)
class OrganisationDraft:
    name: str
    kind: str
    short_name: str
    place: str


@dataclass(frozen=True, slots=True)
class ProjectDraft:
    code: str
    facts: ProjectFacts
    owner: str
    place: str


@dataclass(frozen=True, slots=True)
class FileDraft:
    """Either a new project, or an existing one (``project`` is its code) that gets further sub-projects, or an
    existing contract (``contract`` is its code) that gets systems and devices."""

    organisations: tuple[OrganisationDraft, ...] = ()
    new_project: ProjectDraft | None = None
    project: str = ""
    contract: str = ""
    parties: tuple[tuple[str, str, str], ...] = ()  # organisation, role, place
    sub_projects: tuple[SubProjectDraft, ...] = ()
    served: Served = field(default_factory=Served)
    rows: Mapping[str, tuple[str, int]] = field(default_factory=dict)  # place → sheet and row, of a table

    def contracts(self) -> list[ContractDraft]:
        return [part.contract for part in self.sub_projects if part.contract is not None]

    def everything_served(self) -> list[Served]:
        return [self.served, *(contract.served for contract in self.contracts())]
