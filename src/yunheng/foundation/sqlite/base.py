from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db.backends.sqlite3 import base

from yunheng.foundation.sqlite.gate import ThreadGate, WriteGate

_READS = re.compile(r"\s*(?:SELECT|WITH|PRAGMA|EXPLAIN|BEGIN|SAVEPOINT|RELEASE|COMMIT|ROLLBACK)\b", re.IGNORECASE)


class DatabaseWrapper(base.DatabaseWrapper):
    """Takes the write gate before BEGIN IMMEDIATE and gives it back when the transaction has ended.

    A single statement that writes outside a transaction waits for its turn in the same way.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._gate: WriteGate | ThreadGate | None = None
        self.execute_wrappers.append(self._in_turn)

    def _in_turn(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if self.in_atomic_block or _READS.match(sql) or not self._the_gate().enter():
            return execute(sql, params, many, context)
        try:
            return execute(sql, params, many, context)
        finally:
            self._the_gate().leave()

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
