"""Use cases of documents."""

from yunheng.documents.actions.depositing import deposit_document, deposit_version
from yunheng.documents.actions.files import NoRoom, store_file
from yunheng.documents.actions.papers import add_version, register_document
from yunheng.documents.actions.submissions import accept_submission, return_submission, submit_document

__all__ = [
    "NoRoom",
    "accept_submission",
    "add_version",
    "deposit_document",
    "deposit_version",
    "register_document",
    "return_submission",
    "store_file",
    "submit_document",
]
