"""Ticket logs of other systems, read by mappings that are data files (docs/reference/import-tickets.md)."""

from yunheng.servicedesk.imports.command import main

__all__ = ["main"]
