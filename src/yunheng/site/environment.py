"""Settings from the environment, read once and refused loudly when they make no sense."""

from __future__ import annotations

import os
import secrets
from collections.abc import Sequence
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


class BadSetting(Exception):
    """A setting in the environment cannot be understood; the message names it and says what would do."""


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, default)


def boolean(name: str, default: bool = False) -> bool:
    raw = os.environ.get(name)
    if raw is None or raw == "":
        return default
    if raw.lower() in {"1", "true", "yes", "on"}:
        return True
    if raw.lower() in {"0", "false", "no", "off"}:
        return False
    raise BadSetting(f"{name}={raw!r}: write 1 or 0")


def integer(name: str, default: int, *, least: int = 0) -> int:
    raw = os.environ.get(name)
    if raw is None or raw == "":
        return default
    try:
        value = int(raw)
    except ValueError:
        raise BadSetting(f"{name}={raw!r}: write a whole number") from None
    if value < least:
        raise BadSetting(f"{name}={raw!r}: write a number from {least}")
    return value


def words(name: str, default: Sequence[str] = ()) -> list[str]:
    raw = os.environ.get(name)
    return list(default) if raw is None else [word.strip() for word in raw.split(",") if word.strip()]


def language(name: str, default: str) -> str:
    """`zh-hans` or `en`, however it is written (`zh`, `zh_CN.UTF-8`, `EN`)."""
    raw = (os.environ.get(name) or default).lower()
    if raw.startswith("zh"):
        return "zh-hans"
    if raw.startswith("en"):
        return "en"
    raise BadSetting(f"{name}={raw!r}: write zh-hans or en")


def zone(name: str, default: str) -> str:
    raw = os.environ.get(name) or default
    try:
        ZoneInfo(raw)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadSetting(f"{name}={raw!r}: write a time zone such as Asia/Shanghai") from None
    return raw


def folder(name: str, default: Path) -> Path:
    """A folder that only its owner may enter, created when it is missing."""
    path = Path(os.environ.get(name) or default).resolve()
    if path.exists() and not path.is_dir():
        raise BadSetting(f"{name}={path}: this is a file, name a folder")
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as problem:
        raise BadSetting(f"{name}={path}: cannot be created ({problem.strerror})") from problem
    return path


def secret(name: str, data: Path) -> str:
    """The secret key: from the environment, else from ``secret.key`` in the data folder, made at first start.

    Two processes that start at once agree: the file appears whole, by link, or not at all.
    """
    given = os.environ.get(name)
    if given:
        if len(given) < 32:
            raise BadSetting(f"{name}: write at least 32 characters")
        return given
    path = data / "secret.key"
    if not path.exists():
        draft = data / f".secret.{os.getpid()}"
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(48))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    key = path.read_text().strip()
    if len(key) < 32:
        raise BadSetting(f"{path}: too short to be a key; restore it from a backup or delete it to have a new one made")
    return key
