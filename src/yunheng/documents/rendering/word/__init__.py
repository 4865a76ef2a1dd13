"""DOCX."""

from yunheng.documents.rendering.word.document import docx

__all__ = ["docx"]
