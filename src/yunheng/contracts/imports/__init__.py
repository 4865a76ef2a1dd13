"""Bringing in a project with its contracts, and the register of devices of a contract."""

from yunheng.contracts.imports.command import main

__all__ = ["main"]
