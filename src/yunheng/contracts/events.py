"""What happened to promises, told to whoever keeps plans, clocks and verdicts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from yunheng.foundation.events import Event


@dataclass(frozen=True, slots=True)
class ContractCreated(Event):
    name: ClassVar[str] = "contracts.contract-created"
    contract: str
    scope_id: int
    kind: str


@dataclass(frozen=True, slots=True)
class AnchorSigned(Event):
    """The three parties signed where obligations start; ``start`` is that day. Also after an amendment of it."""

    name: ClassVar[str] = "contracts.anchor-signed"
    contract: str
    scope_id: int
    anchor: str
    start: str


@dataclass(frozen=True, slots=True)
class TargetConfirmed(Event):
    """A line of the service targets has its clause and is in force from ``valid_from``."""

    name: ClassVar[str] = "contracts.target-confirmed"
    target: str
    scope_id: int
    level: int
    clock: str
    valid_from: str


@dataclass(frozen=True, slots=True)
class PaymentRecorded(Event):
    """``corrects`` is the number of the payment that this one replaces, or empty."""

    name: ClassVar[str] = "contracts.payment-recorded"
    payment: str
    scope_id: int
    paid_on: str
    amount: str
    corrects: str
