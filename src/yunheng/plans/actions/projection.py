"""An occurrence's row follows its facts; it can be rebuilt at any time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from yunheng.plans.models import Completion, Occurrence
from yunheng.plans.queries import fact_of, marks_of
from yunheng.plans.rules.facts import met_marks, standing
from yunheng.plans.rules.status import days_late, is_late


def project(occurrence: Occurrence, now: datetime) -> bool:
    """Rebuild the standing from the completions; True when it has just become done. In the caller's transaction."""
    just_done = settle(occurrence, occurrence.completions.all(), now)
    occurrence.save()
    return just_done


def settle(occurrence: Occurrence, completions: Iterable[Completion], now: datetime) -> bool:
    """The same without saving."""
    was_done = occurrence.state == Occurrence.State.DONE
    facts = [fact_of(completion) for completion in completions]
    met = met_marks(facts)
    marks = marks_of(occurrence)
    zone = ZoneInfo(occurrence.scope.zone)
    occurrence.waits_for_confirmation = any(not fact.counts() for fact in standing(facts))
    done = bool(marks) and all(mark.name in met for mark in marks)
    late = [mark for mark in marks if mark.name in met and is_late(mark, met[mark.name], zone)]
    if occurrence.state != Occurrence.State.WAIVED:
        occurrence.state = Occurrence.State.DONE if done else Occurrence.State.OPEN
    occurrence.done_at = max(met[mark.name] for mark in marks) if done else None
    occurrence.is_late = bool(late)
    occurrence.late_days = max((days_late(mark.due, met[mark.name], zone) for mark in late), default=0)
    occurrence.last_recorded_at = now
    return done and not was_done
