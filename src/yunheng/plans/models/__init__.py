"""The tables of plans; other packages import from here."""

from yunheng.plans.models.document import DocumentDue, DocumentEntry
from yunheng.plans.models.interpretation import Interpretation
from yunheng.plans.models.occurrence import Completion, Occurrence
from yunheng.plans.models.plan import PlanRow, PlanVersion

__all__ = ["Completion", "DocumentDue", "DocumentEntry", "Interpretation", "Occurrence", "PlanRow", "PlanVersion"]
