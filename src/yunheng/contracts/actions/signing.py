"""What binds owner, vendor and supervisor is signed by all three."""

from __future__ import annotations

from datetime import datetime

from yunheng.contracts.access import CONTRACT, SIGNERS, decisions_on
from yunheng.contracts.models import Contract
from yunheng.foundation import access, decisions
from yunheng.foundation.actors import Actor
from yunheng.foundation.models import Decision


def ask_three(*, contract: Contract, question: str, actor: Actor, now: datetime, paper: str = "") -> bool:
    """Ask each of the signers; whoever asks signs at once for a role that he holds. True when all have signed.

    ``paper``: the three have signed on paper of this number already; the system signs for each and says so.
    """
    for role in SIGNERS:
        asked = decisions.ask(
            scope=contract.scope,
            subject_kind=CONTRACT,
            subject_reference=contract.number,
            question=question,
            role=role,
            actor=actor,
            now=now,
        )
        if paper:
            decisions.answer(
                decision=asked, approve=True, reason=paper, actor=actor, now=now, stands_in_for=str(role.label)
            )
        elif role in holds(actor, contract, now):
            decisions.answer(decision=asked, approve=True, reason="", actor=actor, now=now)
    return outcome(contract, question) == Decision.State.APPROVED


def outcome(contract: Contract, question: str) -> str:
    """Approved when all three said yes, rejected as soon as one said no, else open."""
    states = set(decisions_on(contract).filter(question=question).values_list("state", flat=True))
    if Decision.State.REJECTED in states:
        return Decision.State.REJECTED
    return Decision.State.OPEN if states != {Decision.State.APPROVED} else Decision.State.APPROVED


def withdraw_open(contract: Contract, question: str, now: datetime) -> None:
    """After a no the others need not answer."""
    decisions_on(contract).filter(question=question, state=Decision.State.OPEN).update(
        state=Decision.State.WITHDRAWN, decided_at=now
    )


def holds(actor: Actor, contract: Contract, now: datetime) -> frozenset[str]:
    return access.standing(actor, now).roles_at(contract.scope)
