"""What people do with a plan, one use case each."""

from yunheng.plans.actions.completions import complete_occurrence, confirm_completion, retract_completion
from yunheng.plans.actions.entering import Work, complete_many
from yunheng.plans.actions.generation import generate
from yunheng.plans.actions.interpretations import confirm_interpretation, propose_interpretation
from yunheng.plans.actions.on_demand import open_on_demand
from yunheng.plans.actions.papers import record_submission
from yunheng.plans.actions.sheets import fill_sheets
from yunheng.plans.actions.versions import (
    decide_version,
    propose_version,
    settle_satisfied_by,
    start_plan,
    withdraw_version,
)
from yunheng.plans.actions.waiving import waive

__all__ = [
    "Work",
    "complete_many",
    "complete_occurrence",
    "confirm_completion",
    "confirm_interpretation",
    "decide_version",
    "fill_sheets",
    "generate",
    "open_on_demand",
    "propose_interpretation",
    "propose_version",
    "record_submission",
    "retract_completion",
    "settle_satisfied_by",
    "start_plan",
    "waive",
    "withdraw_version",
]
