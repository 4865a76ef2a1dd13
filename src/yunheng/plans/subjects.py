"""How a document says which due paper it answers."""

from __future__ import annotations

from yunheng.plans.models import DocumentDue

_BEGIN = "plans.document:"


def subject_of(due: DocumentDue) -> str:
    return f"{_BEGIN}{due.number}"


def due_number(subject: str) -> str:
    """The number of the due paper, empty when the subject is something else."""
    return subject.removeprefix(_BEGIN) if subject.startswith(_BEGIN) else ""
