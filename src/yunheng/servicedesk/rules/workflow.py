"""The states of a ticket and the steps between them. A state is what the facts make it; it is never set."""

from __future__ import annotations

from collections.abc import Mapping

NEW, ACCEPTED, ASSIGNED, IN_PROGRESS, ON_HOLD, RESTORED, RESOLVED, CONFIRMED, CLOSED = STATES = (
    "new",
    "accepted",
    "assigned",
    "in_progress",
    "on_hold",
    "restored",
    "resolved",
    "confirmed",
    "closed",
)
AT_WORK = frozenset({NEW, ACCEPTED, ASSIGNED, IN_PROGRESS, ON_HOLD, RESTORED})
OPEN = AT_WORK | {RESOLVED, CONFIRMED}
DONE = frozenset({RESOLVED, CONFIRMED, CLOSED})

#: Step → states in which it may be taken.
STEPS: Mapping[str, frozenset[str]] = {
    "accept": frozenset({NEW}),
    "assign": AT_WORK - {ON_HOLD},
    "respond": frozenset({NEW, ACCEPTED, ASSIGNED}),
    "arrive": frozenset({IN_PROGRESS, RESTORED}),
    "pause": frozenset({ACCEPTED, ASSIGNED, IN_PROGRESS, RESTORED}),
    "resume": frozenset({ON_HOLD}),
    "restore": frozenset({IN_PROGRESS}),
    "resolve": frozenset({IN_PROGRESS, RESTORED}),
    "confirm": frozenset({RESOLVED}),
    "close": frozenset({RESOLVED, CONFIRMED}),
    "reopen": DONE,
    "change_level": OPEN,
    "exclude": frozenset(STATES),
    "include": frozenset(STATES),
    "correct": frozenset(STATES),
}

#: The steps of the bar at the head of a ticket: fact kind, in order.
MILESTONES = (
    "reported",
    "accepted",
    "assigned",
    "responded",
    "arrived",
    "restored",
    "resolved",
    "confirmed",
    "closed",
)


def allowed(step: str, state: str) -> bool:
    return state in STEPS[step]


def steps_from(state: str) -> list[str]:
    return [step for step, states in STEPS.items() if state in states]
