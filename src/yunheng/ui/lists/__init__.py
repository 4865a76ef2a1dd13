"""Lists of records: declared filters and sorts only, keyset pages over many scopes, audited exports."""

from yunheng.ui.lists.declaration import (
    Badge,
    BulkAction,
    Choice,
    Column,
    Condition,
    ListPage,
    Option,
    Period,
    Sort,
    Text,
    missing_indexes,
)
from yunheng.ui.lists.view import render_list

__all__ = [
    "Badge",
    "BulkAction",
    "Choice",
    "Column",
    "Condition",
    "ListPage",
    "Option",
    "Period",
    "Sort",
    "Text",
    "missing_indexes",
    "render_list",
]
