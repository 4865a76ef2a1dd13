"""What can be done with tickets. Every other package, the demo included, changes them through here."""

from yunheng.servicedesk.actions.correcting import confirm_fact, correct_fact, place
from yunheng.servicedesk.actions.excluding import exclude, include
from yunheng.servicedesk.actions.handling import (
    accept,
    arrive,
    assign,
    close,
    confirm_result,
    reopen,
    resolve,
    respond,
    restore,
)
from yunheng.servicedesk.actions.levels import change_level, decide_level
from yunheng.servicedesk.actions.opening import open_ticket
from yunheng.servicedesk.actions.pausing import confirm_pause, pause, refuse_pause, resume
from yunheng.servicedesk.actions.rebuilding import rebuild_projection
from yunheng.servicedesk.actions.retargeting import retarget
from yunheng.servicedesk.actions.watching import record_breaches

__all__ = [
    "accept",
    "arrive",
    "assign",
    "change_level",
    "close",
    "confirm_fact",
    "confirm_pause",
    "confirm_result",
    "correct_fact",
    "decide_level",
    "exclude",
    "include",
    "open_ticket",
    "pause",
    "place",
    "rebuild_projection",
    "record_breaches",
    "refuse_pause",
    "reopen",
    "resolve",
    "respond",
    "restore",
    "resume",
    "retarget",
]
