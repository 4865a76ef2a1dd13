"""Argon2id at a cost that a small office server bears: 19 MiB, two rounds (OWASP's minimum)."""

from __future__ import annotations

from django.contrib.auth.hashers import Argon2PasswordHasher


class SmallArgon2Hasher(Argon2PasswordHasher):
    time_cost = 2
    memory_cost = 19_456
    parallelism = 1
