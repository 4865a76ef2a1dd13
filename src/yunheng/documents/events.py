"""What documents tell those above them. Instants are ISO text in UTC; ``subject`` says what the paper answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from yunheng.foundation.events import Event


@dataclass(frozen=True, slots=True)
class DocumentSubmitted(Event):
    name: ClassVar[str] = "documents.document-submitted"
    document: str
    kind: str
    scope_id: int
    submitted_at: str
    subject: str = ""


@dataclass(frozen=True, slots=True)
class DocumentReturned(Event):
    name: ClassVar[str] = "documents.document-returned"
    document: str
    kind: str
    scope_id: int
    returned_at: str
    reason: str
    subject: str = ""


@dataclass(frozen=True, slots=True)
class DocumentAccepted(Event):
    """``paper_time`` is the instant by which the paper's punctuality is judged."""

    name: ClassVar[str] = "documents.document-accepted"
    document: str
    kind: str
    scope_id: int
    accepted_at: str
    paper_time: str
    subject: str = ""
