"""The tables of documents; other packages import from here."""

from yunheng.documents.models.document import Document, DocumentVersion
from yunheng.documents.models.stored_file import StoredFile
from yunheng.documents.models.submission import Submission

__all__ = ["Document", "DocumentVersion", "StoredFile", "Submission"]
