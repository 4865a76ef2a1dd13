"""The JSON layout of a project with its contracts (docs/reference/import-contract.md), read into drafts.

Every mistake is listed, not the first one: fields that are missing, unknown or of another kind, periods that end
before they begin or overlap, codes that are there twice, organisations that nobody has named.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from yunheng.assets.actions.recording import SystemFacts
from yunheng.assets.models import System
from yunheng.contracts.actions.contracts import ContractFacts, NodeFacts
from yunheng.contracts.actions.payments import PaymentFacts
from yunheng.contracts.actions.projects import ProjectFacts, SubProjectFacts
from yunheng.contracts.actions.targets import Clause
from yunheng.contracts.imports import drafts
from yunheng.contracts.imports.fields import NEVER, Fields
from yunheng.contracts.models import Contract, Party, ServiceTarget, SubProject
from yunheng.foundation.models import Source
from yunheng.foundation.tabular import Problem
from yunheng.people.models import Organisation


def read_layout(data: Any) -> tuple[drafts.FileDraft, list[Problem]]:
    problems: list[Problem] = []
    root = Fields(data, "", problems)
    root.text("note", most=10_000)
    existing = isinstance(data, dict) and isinstance(data.get("project"), str)
    draft = drafts.FileDraft(
        organisations=tuple(_organisation(item) for item in root.parts("organisations")),
        project=root.text("project", most=40, required=True) if existing else "",
        new_project=None if existing else _project(root),
        contract=root.text("contract", most=40),
        parties=tuple(_party(item) for item in root.parts("parties")),
        sub_projects=tuple(_sub_project(item) for item in root.parts("sub_projects")),
        served=_served(root),
    )
    root.ended()
    _check_whole(draft, root)
    return draft, problems


def _organisation(item: Fields) -> drafts.OrganisationDraft:
    found = drafts.OrganisationDraft(
        name=item.text("name", required=True),
        kind=item.choice("kind", Organisation.Kind.values),
        short_name=item.text("short_name", most=40),
        place=item.place,
    )
    item.ended()
    return found


def _project(root: Fields) -> drafts.ProjectDraft | None:
    item = root.part("project")
    if item is None:
        return None
    found = drafts.ProjectDraft(
        code=_code(item),
        facts=ProjectFacts(
            number=item.text("number", most=60, required=True),
            name=item.text("name", required=True),
            service_from=item.day("service_from"),
            service_to=item.day("service_to"),
            budget=item.money("budget"),
            funding=item.text("funding"),
            purpose=item.text("purpose", most=10_000),
        ),
        owner=item.text("owner", required=True),
        place=item.place,
    )
    _in_order(item, found.facts)
    item.ended()
    return found


def _party(item: Fields) -> tuple[str, str, str]:
    found = (item.text("organisation", required=True), item.choice("role", Party.Role.values), item.place)
    item.ended()
    return found


def _sub_project(item: Fields) -> drafts.SubProjectDraft:
    facts = SubProjectFacts(
        no=item.whole("no", least=1),
        kind=item.choice("kind", SubProject.Kind.values),
        name=item.text("name", required=True),
        scope_text=item.text("scope", most=10_000),
        budget=item.optional_money("budget"),
    )
    contract = item.part("contract")
    found = drafts.SubProjectDraft(facts, _contract(contract) if contract else None, item.place)
    item.ended()
    return found


def _contract(item: Fields) -> drafts.ContractDraft:
    found = drafts.ContractDraft(
        code=_code(item),
        facts=ContractFacts(
            number=item.text("number", most=60, required=True),
            signed_on=item.day("signed_on"),
            service_from=item.day("service_from"),
            service_to=item.day("service_to"),
            price=item.money("price"),
        ),
        vendor=item.text("vendor", required=True),
        nodes=tuple(_node(part) for part in item.parts("payment_nodes")),
        catalogue=tuple(_service(part) for part in item.parts("catalogue")),
        anchor=_anchor(item.part("anchor")),
        staff=tuple(_staff(part) for part in item.parts("staff")),
        targets=tuple(_target(part) for part in item.parts("targets")),
        payments=tuple(_payment(part) for part in item.parts("payments")),
        served=_served(item),
        place=item.place,
    )
    _in_order(item, found.facts)
    item.ended()
    _once(item, "payment_nodes", (str(node.facts.no) for node in found.nodes))
    _once(item, "targets", (f"P{target.level}/{target.clock}" for target in found.targets))
    _once(item, "staff", (staff.post for staff in found.staff))
    numbers = {node.facts.no for node in found.nodes}
    for payment in found.payments:
        if payment.node is not None and payment.node not in numbers:
            message = _("There is no payment node with this number.")
            item.problems.append(Problem("", 0, f"{payment.place}.node", str(payment.node), message))
    return found


def _node(item: Fields) -> drafts.NodeDraft:
    facts = NodeFacts(
        no=item.whole("no", least=1),
        condition=item.text("condition", most=400, required=True),
        share=item.number("share"),
        amount=item.optional_money("amount"),
        due=item.optional_day("due"),
        needs_verdict=item.flag("needs_verdict"),
    )
    if ("share" in item) == ("amount" in item):
        item.wrong("share", _("Give a share or an amount, one of them."))
    elif facts.share is not None and (not 0 < facts.share <= 100 or facts.share != round(facts.share, 2)):
        item.wrong("share", _("A share lies above 0 and is at most 100 per cent."))
    found = drafts.NodeDraft(facts, item.text("met_by", most=120), item.place)
    item.ended()
    return found


def _service(item: Fields) -> tuple[str, str]:
    found = (item.text("group", most=100, required=True), item.text("name", required=True))
    item.ended()
    return found


def _anchor(item: Fields | None) -> drafts.AnchorDraft | None:
    if item is None:
        return None
    found = drafts.AnchorDraft(
        kind=item.choice("kind", Contract.Anchor.values),
        day=item.day("day"),
        reason=item.text("reason", most=10_000, required=True),
        paper=item.text("paper", most=120),
        place=item.place,
    )
    item.ended()
    return found


def _staff(item: Fields) -> drafts.StaffDraft:
    found = drafts.StaffDraft(
        post=item.text("post", most=100, required=True),
        required=item.whole("required"),
        certificates=item.text("certificates", most=400),
        grace_days=item.optional_whole("grace_days"),
        place=item.place,
    )
    item.ended()
    return found


def _target(item: Fields) -> drafts.TargetDraft:
    found = drafts.TargetDraft(
        level=item.whole("level", least=1, most=4),
        clock=item.choice("clock", ServiceTarget.Clock.values),
        clause=Clause(
            number=item.text("clause", most=60, required=True),
            text=item.text("text", most=10_000, required=True),
            valid_from=item.day("valid_from"),
            seconds=item.optional_whole("seconds", least=1, most=2**31 - 1),
            days=item.optional_whole("days", least=1),
            outside_seconds=item.optional_whole("outside_seconds", least=1, most=2**31 - 1),
            calendar_code=item.text("calendar", most=40) or "cn-7x24",
        ),
        confirmed=item.flag("confirmed"),
        place=item.place,
    )
    if ("seconds" in item) == ("days" in item):
        item.wrong("seconds", _("Give seconds or working days, one of them."))
    item.ended()
    return found


def _payment(item: Fields) -> drafts.PaymentDraft:
    facts = PaymentFacts(
        paid_on=item.day("paid_on"),
        amount=item.money("amount"),
        voucher=item.text("voucher", most=60, required=True),
        note=item.text("note", most=400),
        source=Source.IMPORTED,
    )
    found = drafts.PaymentDraft(facts, item.optional_whole("node", least=1), item.place)
    item.ended()
    return found


# ---------------------------------------------------------------- what is served


def _served(item: Fields) -> drafts.Served:
    return drafts.Served(
        systems=tuple(_system(part) for part in item.parts("systems")),
        devices=tuple(_device(part) for part in item.parts("devices")),
    )


def _system(item: Fields) -> drafts.SystemDraft:
    facts = SystemFacts(
        code=_code(item),
        name=item.text("name", required=True),
        importance=item.choice("importance", System.Importance.values, default=System.Importance.ORDINARY),
        hosting=item.text("hosting"),
    )
    found = drafts.SystemDraft(facts, _periods(item), item.place)
    item.ended()
    return found


def _device(item: Fields) -> drafts.DeviceDraft:
    found = drafts.DeviceDraft(
        code=_code(item),
        category=item.text("category", most=60, required=True),
        name=item.text("name", required=True),
        system=item.text("system"),
        location=item.text("location"),
        periods=_periods(item),
        place=item.place,
    )
    item.ended()
    return found


def _periods(item: Fields) -> tuple[drafts.PeriodDraft, ...]:
    found = []
    for part in item.parts("in_use"):
        found.append(drafts.PeriodDraft(part.day("since"), part.optional_day("until"), part.place))
        part.ended()
    item.problems += faults_of_periods(found)
    return tuple(found)


def faults_of_periods(periods: list[drafts.PeriodDraft]) -> list[Problem]:
    """Periods that end before they begin, and those that begin while another one lasts."""
    faults = []
    for number, period in enumerate(periods):
        shown = f"{period.since} … {period.until or ''}".strip()
        if NEVER in (period.since, period.until):
            continue
        if period.until is not None and period.until <= period.since:
            faults.append(Problem("", 0, period.place, shown, _("The period ends before it begins.")))
        elif any(period.overlaps(earlier) for earlier in periods[:number]):
            faults.append(Problem("", 0, period.place, shown, _("It is in use on one of these days already.")))
    return faults


# ---------------------------------------------------------------- rules over several fields


def _code(item: Fields) -> str:
    code = item.text("code", most=40, required=True)
    if "/" in code:
        item.wrong("code", _("A code has no slash."))
    return code


def _in_order(item: Fields, facts: ProjectFacts | ContractFacts) -> None:
    if NEVER not in (facts.service_from, facts.service_to) and facts.service_to < facts.service_from:
        item.wrong("service_to", _("The period ends before it begins."))


def _once(item: Fields, name: str, keys: Iterable[str]) -> None:
    seen: set[str] = set()
    for number, key in enumerate(keys):
        if key and key in seen:
            item.problems.append(Problem("", 0, f"{item.at(name)}[{number}]", key, _("This is there twice.")))
        seen.add(key)


def _check_whole(draft: drafts.FileDraft, root: Fields) -> None:
    if not (draft.new_project or draft.project or draft.contract):
        root.wrong("project", _("Name the project: an object for a new one, the code of one that is there."))
    if draft.contract and (draft.sub_projects or draft.new_project):
        root.wrong("contract", _("A contract that is there takes systems and devices only."))
    if not draft.contract and (draft.served.systems or draft.served.devices):
        root.wrong("contract", _("Name the contract that serves these systems and devices."))
    _once(root, "organisations", (one.name for one in draft.organisations))
    _once(root, "sub_projects", (str(part.facts.no) for part in draft.sub_projects))
    contracts = draft.contracts()
    _doubled(root, ((contract.code, f"{contract.place}.code") for contract in contracts))
    _doubled(root, ((contract.facts.number, f"{contract.place}.number") for contract in contracts))
    everything = draft.everything_served()
    _doubled(root, ((one.facts.code, f"{one.place}.code") for served in everything for one in served.systems))
    _doubled(root, ((one.code, f"{one.place}.code") for served in everything for one in served.devices))


def _doubled(root: Fields, keys: Iterable[tuple[str, str]]) -> None:
    seen: set[str] = set()
    for key, place in keys:
        if key and key in seen:
            root.problems.append(Problem("", 0, place, key, _("This is there twice.")))
        seen.add(key)
