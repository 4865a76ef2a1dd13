"""The history of a ticket in another system, told in facts: one row per update, or one row per ticket."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

NEW, AT_WORK, WAITING, RESOLVED, CLOSED = ("new", "at_work", "waiting", "resolved", "closed")

#: Level → impact and urgency where the source tells the level alone.
DEGREES_OF = {1: (1, 1), 2: (1, 2), 3: (2, 2), 4: (3, 3)}


@dataclass(frozen=True, slots=True)
class Update:
    """What one row says; instants in epoch seconds, None for "not known". ``row`` is the place in the file."""

    row: int
    order: int
    state: str  # one of new, at_work, waiting, resolved, closed
    at: int
    reason: str = ""
    party: str = ""


@dataclass(frozen=True, slots=True)
class Wrong:
    """Why a row (or, with ``whole``, the ticket) is kept out. ``what`` names a sentence of the importer."""

    row: int
    column: str
    what: str
    whole: bool = True


Wait = tuple[int, int | None, str, str]  # start, end, reason, party


@dataclass(slots=True)
class History:
    """(kind, at) of every step after the report, and (start, end, reason, party) of every wait."""

    steps: list[tuple[str, int]] = field(default_factory=list)
    waits: list[Wait] = field(default_factory=list)


def in_order(updates: Sequence[Update], reported: int) -> tuple[list[Update], list[Wrong]]:
    """Updates whose times run forward, and what is wrong with the others. A backward last update spoils the ticket:
    how it ended is not known."""
    kept: list[Update] = []
    wrong: list[Wrong] = []
    last = reported
    for index, update in enumerate(updates):
        final = index == len(updates) - 1
        if kept and update.order == kept[-1].order:
            wrong.append(Wrong(update.row, "order", "same_order", whole=True))
        elif update.at < last:
            wrong.append(Wrong(update.row, "updated", "backwards", whole=final))
        else:
            kept.append(update)
            last = update.at
    return kept, wrong


def of_updates(updates: Sequence[Update], reported: int, resolved: int | None, closed: int | None) -> History:
    """``resolved`` and ``closed`` are the source's own final times; where it has none, the update that says so."""
    history = History()
    responded: int | None = None
    solved: int | None = None  # when the open cycle was resolved, by its update
    wait: tuple[int, str, str] | None = None
    state = NEW
    for update in updates:
        if update.state != NEW and responded is None:
            responded = update.at
        if wait is not None and (update.state != WAITING or (update.reason, update.party) != wait[1:]):
            history.waits.append((wait[0], update.at, wait[1], wait[2]))
            wait = None
        if update.state == WAITING and wait is None:
            wait = (update.at, update.reason, update.party)
        if update.state in (RESOLVED, CLOSED):
            if solved is None and update.state == RESOLVED:
                solved = update.at
        elif state in (RESOLVED, CLOSED):
            if solved is not None:
                history.steps.append(("resolved", solved))
            history.steps.append(("reopened", update.at))
            solved = None
        state = update.state
    if wait is not None:
        history.waits.append((wait[0], None, wait[1], wait[2]))
    _finish(history, state, solved, resolved, closed, updates[-1].at if updates else reported)
    if responded is not None:
        first_end = min((at for kind, at in history.steps if kind == "resolved"), default=responded)
        history.steps.insert(0, ("responded", min(responded, first_end)))
    return history


def _finish(
    history: History, state: str, solved: int | None, resolved: int | None, closed: int | None, last: int
) -> None:
    if state not in (RESOLVED, CLOSED):
        return
    since = max((at for kind, at in history.steps if kind == "reopened"), default=None)
    end = resolved if resolved is not None and (since is None or resolved >= since) else solved
    if end is not None:
        history.steps.append(("resolved", end))
        history.waits = [wait for one in history.waits if (wait := _before(one, end, since)) is not None]
    if state == CLOSED:
        history.steps.append(("closed", closed if closed is not None and (end is None or closed >= end) else last))


def _before(wait: Wait, end: int, since: int | None) -> Wait | None:
    """A wait of the last cycle cannot outlast the repair; one that begins after it was none."""
    start, stop, reason, party = wait
    if since is not None and start < since:
        return wait
    if start >= end:
        return None
    return start, end if stop is None else min(stop, end), reason, party


def of_row(cells: Mapping[str, Any]) -> History:
    """One row per ticket: its times are the steps."""
    names = ("responded", "arrived", "restored", "resolved", "closed")
    return History([(name, cells[name]) for name in names if cells.get(name) is not None])


def out_of_order(cells: Mapping[str, Any]) -> tuple[str, str] | None:
    """(column, the one before it) of the first time that lies before an earlier step; None when all run forward."""
    last, before = cells["reported"], "reported"
    for name in ("responded", "arrived", "restored", "resolved", "closed"):
        at = cells.get(name)
        if at is None:
            continue
        if at < last:
            return name, before
        if name != "arrived":  # a temporary measure may come before somebody stands at the device
            last, before = at, name
    return None
