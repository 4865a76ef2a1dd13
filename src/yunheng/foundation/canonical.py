"""One text for one value: what is hashed must not depend on who writes it down.

UTF-8 JSON, keys sorted, no spaces, no floats; decimals and fractions as strings, instants as UTC
``YYYY-MM-DDTHH:MM:SS[.ffffff]Z``, dates as ``YYYY-MM-DD``. In the spirit of RFC 8785.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import Any


def canonical_json(value: Any) -> bytes:
    """Raises TypeError for a float, a naive datetime or a type without one agreed text."""
    return json.dumps(_plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _plain(value: Any) -> Any:
    match value:
        case None | bool() | int():
            return value
        case Enum():
            return _plain(value.value)
        case str():
            return str(value)
        case datetime():
            if value.tzinfo is None:
                raise TypeError("an instant without a time zone has no canonical text")
            utc = value.astimezone(UTC).replace(tzinfo=None)
            return utc.isoformat() + "Z"
        case date():
            return value.isoformat()
        case Decimal():
            return format(value, "f")
        case Fraction():
            return f"{value.numerator}/{value.denominator}" if value.denominator != 1 else str(value.numerator)
        case Mapping():
            return {str(key): _plain(item) for key, item in value.items()}
        case list() | tuple():
            return [_plain(item) for item in value]
        case set() | frozenset():
            return sorted(_plain(item) for item in value)
    raise TypeError(f"no canonical text for {type(value).__name__}")
