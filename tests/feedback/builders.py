"""Complaints, surveys and signed months for tests: say what matters, the rest is believable."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from tests.cast import Cast

from yunheng.feedback.actions import dispose_of_complaint, open_complaint, prepare_month, record_survey, sign_month
from yunheng.feedback.actions.surveys import SurveyDraft
from yunheng.feedback.models import Complaint, MonthlySignature, Survey
from yunheng.foundation.actors import SYSTEM
from yunheng.foundation.models import Scope
from yunheng.foundation.registers import months_between

ZONE = ZoneInfo("Asia/Shanghai")
YEAR = months_between(date(2021, 7, 1), date(2022, 6, 30))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def a_complaint(scope: Scope, when: str = "2021-09-10 10:00", **more: Any) -> Complaint:
    values: dict[str, Any] = {"subject": "打印机一直没人来修", "actor": SYSTEM, "now": at(when)} | more
    return open_complaint(scope=scope, occurred_at=at(when), **values)


def a_decided_complaint(scope: Scope, disposition: str, when: str = "2021-09-10 10:00", **more: Any) -> Complaint:
    complaint = a_complaint(scope, when)
    ticket = "INC-2021-000001" if disposition == "to_ticket" else ""
    return dispose_of_complaint(
        complaint=complaint, disposition=disposition, reason="经核实", ticket=ticket, actor=SYSTEM, now=at(when), **more
    )


def a_survey(scope: Scope, satisfied: int = 46, respondents: int = 50, **more: Any) -> Survey:
    values: dict[str, Any] = {"title": "年度满意度", "held": (date(2022, 6, 1), date(2022, 6, 10))} | more
    draft = SurveyDraft(satisfied=satisfied, respondents=respondents, **values)
    return record_survey(scope=scope, draft=draft, actor=SYSTEM, now=at("2022-06-20 09:00"))


def a_signed_month(
    cast: Cast,
    scope: Scope,
    month: date,
    *,
    who: tuple[str, ...] = ("owner",),
    now: datetime | None = None,
    **nil: bool,
) -> MonthlySignature:
    """Nothing happened unless said otherwise."""
    words: dict[str, Any] = {"nil_incidents": True, "nil_security": True, "nil_complaints": True} | nil
    signature = prepare_month(scope=scope, month=month, actor=SYSTEM, now=now or at("2022-07-05 09:00"), **words)
    for name in who:
        sign_month(signature=signature, actor=getattr(cast, name).actor, now=now or at("2022-07-05 09:00"))
    return signature
