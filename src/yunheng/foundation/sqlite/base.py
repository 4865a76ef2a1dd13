from __future__ import annotations

from pathlib import Path
from typing import Any

from django.db.backends.sqlite3 import base

from yunheng.foundation.sqlite.gate import ThreadGate, WriteGate


class DatabaseWrapper(base.DatabaseWrapper):
    """Takes the write gate before BEGIN IMMEDIATE and gives it back when the transaction has ended."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._gate: WriteGate | ThreadGate | None = None

    def _the_gate(self) -> WriteGate | ThreadGate:
        if self._gate is None:
            name = str(self.settings_dict["NAME"])
            in_memory = self.is_in_memory_db()
            self._gate = ThreadGate() if in_memory else WriteGate(Path(f"{name}.write-gate"))
        return self._gate

    def _start_transaction_under_autocommit(self) -> None:
        self._the_gate().enter()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]  # private to Django, absent from its stubs
        except BaseException:
            self._the_gate().leave()
            raise

    def _commit(self) -> Any:
        # A failed COMMIT is followed by Django's rollback, which leaves the gate.
        result = super()._commit()  # type: ignore[misc]  # private to Django, absent from its stubs
        self._the_gate().leave()
        return result

    def _rollback(self) -> Any:
        try:
            return super()._rollback()  # type: ignore[misc]  # private to Django, absent from its stubs
        finally:
            self._the_gate().leave()

    def _close(self) -> Any:
        try:
            return super()._close()  # type: ignore[misc]  # private to Django, absent from its stubs
        finally:
            if self._gate is not None:
                self._gate.leave()
