"""Opaque ids for addresses: ordered by time so that an index grows at its end, 80 random bits against guessing."""

from __future__ import annotations

import secrets
import time

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford base 32, lower case


def new_uid() -> str:
    """26 characters: 48 bits of milliseconds, 80 bits of chance (the layout of ULID)."""
    number = (time.time_ns() // 1_000_000 << 80) | secrets.randbits(80)
    return encode(number)


def encode(number: int) -> str:
    letters = []
    for _ in range(26):
        letters.append(_ALPHABET[number & 31])
        number >>= 5
    return "".join(reversed(letters))
