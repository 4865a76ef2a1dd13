"""The audit chain of a tenant: bytes as they were hashed, each link over the one before."""

from __future__ import annotations

from django.db import models

from yunheng.foundation.models.scope import Scope


class AuditHead(models.Model):
    """Where the chain of a tenant ends. Locked after the number counter, never before it."""

    tenant = models.OneToOneField(Scope, on_delete=models.PROTECT, primary_key=True, related_name="+")
    sequence = models.BigIntegerField(default=0)
    link = models.BinaryField(max_length=32, default=bytes(32))


class AuditEntry(models.Model):
    """One changed fact, one log-in, one export or one refusal."""

    tenant = models.ForeignKey(Scope, on_delete=models.PROTECT, related_name="+")
    sequence = models.BigIntegerField()
    scope_ref = models.BigIntegerField()
    at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True)
    actor_label = models.CharField(max_length=120)
    verb = models.CharField(max_length=40)
    kind = models.CharField(max_length=60)
    reference = models.CharField(max_length=120)
    body = models.BinaryField()
    algorithm = models.CharField(max_length=10, default="sha256")
    link = models.BinaryField(max_length=32)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "sequence"], name="audit_sequence_once")]
        indexes = [
            models.Index(fields=["kind", "reference", "sequence"], name="audit_by_record"),
            models.Index(fields=["tenant", "reference", "sequence"], name="audit_by_reference"),
            models.Index(fields=["tenant", "kind", "sequence"], name="audit_by_kind"),
            models.Index(fields=["tenant", "at"], name="audit_by_instant"),
        ]

    def __str__(self) -> str:
        return f"#{self.sequence} {self.verb} {self.reference}"
