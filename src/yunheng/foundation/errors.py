"""What can go wrong, in words for the person who has to put it right."""

from __future__ import annotations

from collections.abc import Mapping


class YunhengError(Exception):
    """A refusal in the user's language: what is wrong, where (``place``) and the way out."""

    status = 400

    def __init__(self, message: str, *, place: str = "", way_out: str = "") -> None:
        super().__init__(message)
        self.message = str(message)
        self.place = str(place)
        self.way_out = str(way_out)

    def __str__(self) -> str:
        where = f"{self.place}: " if self.place else ""
        out = f" {self.way_out}" if self.way_out else ""
        return f"{where}{self.message}{out}"


class Invalid(YunhengError):
    """Input that breaks a rule; ``fields`` maps a field's name to its own message."""

    status = 422

    def __init__(
        self, message: str, *, fields: Mapping[str, str] | None = None, place: str = "", way_out: str = ""
    ) -> None:
        super().__init__(message, place=place, way_out=way_out)
        self.fields = {name: str(words) for name, words in (fields or {}).items()}


class Refused(YunhengError):
    """The actor sees the record but may not do this with it."""

    status = 403


class Unseen(YunhengError):
    """The record does not exist for this actor, whether or not it exists for others."""

    status = 404


class Conflict(YunhengError):
    """Somebody else was faster, or the record has moved on."""

    status = 409
