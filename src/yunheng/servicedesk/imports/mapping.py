"""A mapping says how to read one kind of ticket log: columns, dates, states and what they mean. It is a JSON file."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from collections.abc import Mapping as Map
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _

from yunheng.foundation.errors import Invalid
from yunheng.servicedesk.models import PauseParty, PauseReason

SHIPPED = Path(__file__).parent.parent / "data" / "mappings"

NEW, AT_WORK, WAITING, RESOLVED, CLOSED = MEANINGS = ("new", "at_work", "waiting", "resolved", "closed")
INSTANTS = ("updated", "reported", "responded", "arrived", "restored", "resolved", "closed")
NUMBERS = ("order", "reassigned", "reopened")
_FIELDS = frozenset(
    {*INSTANTS, *NUMBERS, "number", "type", "title", "description", "category", "subcategory", "state", "level"}
    | {"impact", "urgency", "requester", "team", "assignee", "system", "device", "verdict"}
)


class NotUnderstood(ValueError):
    """A cell whose text means nothing in this mapping; the message is for the person who has to put it right."""


@dataclass(frozen=True, slots=True)
class State:
    is_: str
    reason: str = ""
    party: str = ""


@dataclass(frozen=True, slots=True)
class Mapping:
    name: str
    by_update: bool
    kind: str
    zone: str
    unknown: frozenset[str]
    dates: tuple[str, ...]
    columns: Map[str, tuple[str, ...]]
    states: Map[str, State]
    verdicts: Map[str, bool]
    words: Map[str, Map[str, Any]]  # types, levels, impacts, urgencies

    def headings(self, present: Sequence[str]) -> dict[str, str]:
        """Field → heading of this file. Raises Invalid when one that every ticket needs is missing."""
        there = set(present)
        found = {
            field: next(name for name in names if name in there)
            for field, names in self.columns.items()
            if any(name in there for name in names)
        }
        needed = ["number", "reported", *(["order", "state", "updated"] if self.by_update else [])]
        missing = [self.columns[field][0] for field in needed if field not in found]
        if missing:
            raise Invalid(
                _("These columns are missing: %(names)s.") % {"names": ", ".join(missing)},
                way_out=_("Choose another mapping, or name the columns in a mapping of your own."),
            )
        return found


def names() -> list[str]:
    return sorted(path.stem for folder in _folders() for path in folder.glob("*.json"))


def load(name: str) -> Mapping:
    """By the name of a shipped mapping or one in the data folder's `mappings`, or by the path of a file."""
    path = Path(name) if name.endswith(".json") else None
    for folder in _folders():
        if path is None and (folder / f"{name}.json").is_file() and re.fullmatch(r"[\w-]+", name):
            path = folder / f"{name}.json"
    if path is None or not path.is_file():
        raise Invalid(
            _("No mapping is called %(name)s.") % {"name": name},
            way_out=_("Known are: %(names)s.") % {"names": ", ".join(names())},
        )
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as problem:
        raise Invalid(_("The mapping cannot be read (%(why)s).") % {"why": problem}, place=str(path)) from problem
    return parse(data, str(path))


def parse(data: Any, place: str) -> Mapping:
    """Raises Invalid with the part of the mapping that is wrong."""

    def wrong(what: str) -> Invalid:
        return Invalid(_("The mapping is wrong: %(what)s.") % {"what": what}, place=place)

    if not isinstance(data, dict):
        raise wrong("{}")
    if data.get("rows") not in ("updates", "tickets"):
        raise wrong("rows")
    columns = data.get("columns")
    if not isinstance(columns, dict) or not {"number", "reported"} <= set(columns):
        raise wrong("columns.number, columns.reported")
    for field in columns:
        if field not in _FIELDS:
            raise wrong(f"columns.{field}")
    if data["rows"] == "updates" and not {"order", "state", "updated"} <= set(columns):
        raise wrong("columns.order, columns.state, columns.updated")
    states = {}
    for text, found in data.get("states", {}).items():
        state = State(found.get("is", ""), found.get("reason", ""), found.get("party", ""))
        if state.is_ not in MEANINGS:
            raise wrong(f"states.{text}.is")
        if state.is_ == WAITING and (state.reason not in PauseReason.values or state.party not in PauseParty.values):
            raise wrong(f"states.{text}.reason, states.{text}.party")
        states[text] = state
    for pattern in data.get("dates", ()):
        if not _pattern(pattern):
            raise wrong(f"dates: {pattern}")
    return Mapping(
        name=str(data.get("name", Path(place).stem)),
        by_update=data["rows"] == "updates",
        kind=str(data.get("kind", "incident")),
        zone=str(data.get("zone", "")),
        unknown=frozenset(data.get("unknown", [""])) | {""},
        dates=tuple(data.get("dates", ())),
        columns={field: tuple(texts) for field, texts in columns.items()},
        states=states,
        verdicts=dict(data.get("verdicts", {})),
        words={name: dict(data.get(name, {})) for name in ("types", "levels", "impacts", "urgencies")},
    )


def _folders() -> list[Path]:
    return [Path(settings.DATA_FOLDER) / "mappings", SHIPPED]


# ---------------------------------------------------------------- cells


def date_reader(patterns: Sequence[str], zone: tzinfo) -> Callable[[str], int]:
    """Text → epoch seconds, by the first pattern that fits: `d/m/y h:m` needs the minute, after `h:m:s` the text may
    leave out the seconds or the whole time of day (then it is midnight)."""
    compiled = [_pattern(pattern) for pattern in patterns]

    def read(text: str) -> int:
        for found in compiled:
            if found and (match := found.fullmatch(text)):
                parts = {name: int(value) for name, value in match.groupdict().items() if value is not None}
                try:
                    wall = datetime(
                        parts["y"], parts["mo"], parts["d"], parts.get("h", 0), parts.get("mi", 0), parts.get("s", 0),
                        tzinfo=zone,
                    )  # fmt: skip
                except ValueError:
                    break
                return int(wall.timestamp())
        raise NotUnderstood(
            _("This is not an instant as the mapping describes it (%(dates)s).") % {"dates": patterns[0]}
        )

    return read


_DAY = {"y": r"(?P<y>\d{4})", "m": r"(?P<mo>\d{1,2})", "d": r"(?P<d>\d{1,2})"}
_CLOCK = {
    "": "",
    "h:m": r"[ T](?P<h>\d{1,2}):(?P<mi>\d{2})",
    "h:m:s": r"(?:[ T](?P<h>\d{1,2}):(?P<mi>\d{2})(?::(?P<s>\d{2}))?)?",
}


def _pattern(pattern: str) -> re.Pattern[str] | None:
    """`d/m/y h:m` as a regular expression; None for what is no pattern."""
    day, _blank, clock = pattern.partition(" ")
    if sorted(re.findall("[a-z]", day)) != ["d", "m", "y"] or clock not in _CLOCK:
        return None
    return re.compile("".join(_DAY.get(sign) or re.escape(sign) for sign in day) + _CLOCK[clock])


def zone_of(mapping: Mapping, contract_zone: str) -> ZoneInfo:
    return ZoneInfo(mapping.zone or contract_zone)
