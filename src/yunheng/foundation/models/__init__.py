"""The tables of the ground. This list is the package's face: other packages import from here."""

from yunheng.foundation.models.audit import AuditEntry, AuditHead
from yunheng.foundation.models.decision import Decision
from yunheng.foundation.models.facts import SOURCE_CODES, FactModel, Source
from yunheng.foundation.models.ids import new_uid
from yunheng.foundation.models.imports import ImportBatch
from yunheng.foundation.models.job import Job, WorkerSeen
from yunheng.foundation.models.numbering import NumberCounter
from yunheng.foundation.models.outbox import OutboxDelivery, OutboxEvent
from yunheng.foundation.models.scope import Grant, Scope, ScopedModel, ScopeKind

__all__ = [
    "SOURCE_CODES",
    "AuditEntry",
    "AuditHead",
    "Decision",
    "FactModel",
    "Grant",
    "ImportBatch",
    "Job",
    "NumberCounter",
    "OutboxDelivery",
    "OutboxEvent",
    "Scope",
    "ScopeKind",
    "ScopedModel",
    "Source",
    "WorkerSeen",
    "new_uid",
]
