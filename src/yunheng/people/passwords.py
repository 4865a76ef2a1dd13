"""Argon2id at a cost that a small office server bears (19 MiB, two rounds: OWASP's minimum), and what a password
must be made of."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


class SmallArgon2Hasher(Argon2PasswordHasher):
    time_cost = 2
    memory_cost = 19_456
    parallelism = 1


class VariedPasswordValidator:
    """At least three of: small letters, capital letters, digits, other signs."""

    def validate(self, password: str, user: Any = None) -> None:
        kinds = (str.islower, str.isupper, str.isdigit, lambda letter: not letter.isalnum())
        if sum(any(map(kind, password)) for kind in kinds) < 3:
            raise ValidationError(self.get_help_text(), code="password_not_varied")

    def get_help_text(self) -> str:
        return _("The password has at least three of: small letters, capital letters, digits, other signs.")
