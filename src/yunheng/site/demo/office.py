"""Before the service begins: the office, its people and roles, what was bought, promised and recorded."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from yunheng.assets.actions.in_use import put_in_use, take_out_of_use
from yunheng.assets.actions.recording import (
    DeviceFacts,
    SystemFacts,
    change_device,
    record_devices,
    record_system,
)
from yunheng.assets.models import Device, System
from yunheng.contracts.access import decisions_on
from yunheng.contracts.actions.anchors import answer_anchor, sign_anchor
from yunheng.contracts.actions.contracts import ContractFacts, NodeFacts, create_contract
from yunheng.contracts.actions.payments import PaymentFacts, declare_condition_met, record_payment
from yunheng.contracts.actions.projects import ProjectFacts, SubProjectFacts, create_project
from yunheng.contracts.actions.staffing import require_staff
from yunheng.contracts.actions.targets import Clause, confirm_target, enter_clause
from yunheng.contracts.models import Contract
from yunheng.contracts.rules.template_targets import TEMPLATE
from yunheng.evaluation.actions.schemes import freeze_scheme, propose_scheme
from yunheng.foundation.actors import SYSTEM
from yunheng.foundation.models import Decision, Scope
from yunheng.people.access import replacement_decisions
from yunheng.people.actions import grants, organisations, postings, users
from yunheng.people.models import Posting
from yunheng.people.roles import ADMINISTRATORS
from yunheng.site.demo.stage import FIRST, Stage, at, texts

PASSWORD = "Yunheng-2022"  # noqa: S105  # the demo's well-known password, printed at the end
_OPENED = at("2021-05-10")
_KINDS = {1: "operations", 2: "software", 3: "supervision", 4: "cloud", 5: "planning"}
_SIGNERS = {"owner_lead": "owner", "supervisor": "supervisor"}


def open_office(stage: Stage) -> None:
    """Everything up to the first day of service, and the dated events of the contracts afterwards."""
    office = texts("office")
    _people(stage, office)
    _project(stage, office)
    for no in office["sub_projects"]:
        _contract(stage, no)
    _grants(stage, office, lambda place: place != "tenant", at("2021-06-28", "15:00"))
    _systems(stage, office)
    operations = (1, 2)
    for no in operations:
        _targets(stage, stage.contracts[no], office["clause"])
    for no in operations:
        _anchor(stage, stage.contracts[no], office["anchor"])
    _scheme(stage, office)
    for no in operations:
        _staff(stage, no, office["staffing"][str(no)])
    for entry in office["sub_projects"]:
        for day, node, voucher in entry["payments"]:
            stage.timeline.at(at(day, "16:00"), _pay(stage, entry["no"], node, voucher))
    _replacement(stage, office["replacement"])
    _relocation(stage, office)


# ---------------------------------------------------------------- people


def _people(stage: Stage, office: Any) -> None:
    tenant = stage.tenant
    for entry in office["organisations"]:
        stage.organisations[entry["key"]] = organisations.record(
            tenant=tenant,
            kind=entry["kind"],
            name=entry["name"],
            short_name=entry["short"],
            actor=SYSTEM,
            now=_OPENED,
        )
    # The first three are the administrators, whom the server's command makes; they make the others.
    for entry in office["users"]:
        by_command = entry["role"] in ADMINISTRATORS
        made = users.create(
            tenant=tenant,
            username=entry["key"],
            name=entry["name"],
            organisation=stage.organisations[entry["organisation"]],
            actor=SYSTEM if by_command else stage.actor("sysadmin"),
            now=_OPENED,
        )
        users.change_own_password(user=made.user, password=PASSWORD, now=_OPENED)
        stage.people[entry["key"]] = made.user
        if by_command:
            grants.give(
                user=made.user, role=entry["role"], scope=tenant, since=_OPENED, until=None, actor=SYSTEM, now=_OPENED
            )
    _grants(stage, office, lambda place: place == "tenant", _OPENED)


def _grants(stage: Stage, office: Any, wanted: Any, now: datetime) -> None:
    for entry in office["users"]:
        place = entry["place"]
        if entry["role"] in ADMINISTRATORS or not wanted(place):
            continue
        grants.give(
            user=stage.people[entry["key"]],
            role=entry["role"],
            scope=_place(stage, place),
            since=now,
            until=None,
            actor=stage.actor("secadmin"),
            now=now,
        )


def _place(stage: Stage, place: str) -> Scope:
    if place == "tenant":
        return stage.tenant
    return stage.project.scope if place == "project" else stage.scope(int(place))


# ---------------------------------------------------------------- what was bought and promised


def _project(stage: Stage, office: Any) -> None:
    facts = office["project"]
    stage.project = create_project(
        tenant=stage.tenant,
        code=facts["code"],
        facts=ProjectFacts(
            number=facts["number"],
            name=facts["name"],
            service_from=date.fromisoformat(facts["service_from"]),
            service_to=date.fromisoformat(facts["service_to"]),
            budget=Decimal(facts["budget"]),
            funding=facts["funding"],
            purpose=facts["purpose"],
        ),
        owner=stage.organisations["owner"],
        sub_projects=[
            SubProjectFacts(entry["no"], entry["kind"], entry["name"], entry["scope"], Decimal(entry["budget"]))
            for entry in office["sub_projects"]
        ],
        parties=[(stage.organisations[key], role) for key, role in office["parties"]],
        actor=stage.actor("owner"),
        now=at("2021-05-20"),
    )


def _contract(stage: Stage, entry: Any) -> None:
    stage.contracts[entry["no"]] = create_contract(
        sub_project=stage.project.sub_projects.get(no=entry["no"]),
        code=entry["code"],
        facts=ContractFacts(
            number=entry["number"],
            signed_on=date.fromisoformat(entry["signed_on"]),
            service_from=stage.project.service_from,
            service_to=stage.project.service_to,
            price=Decimal(entry["price"]),
        ),
        vendor=stage.organisations[entry["vendor"]],
        nodes=[
            NodeFacts(no, condition, share=Decimal(share), due=date.fromisoformat(due), needs_verdict=needs_verdict)
            for no, (share, condition, due, needs_verdict) in enumerate(entry["nodes"], start=1)
        ],
        catalogue=[(group, name) for group, name in entry["catalogue"]],
        actor=stage.actor("owner"),
        now=at("2021-06-28", "14:00"),
    )


def _targets(stage: Stage, contract: Contract, words: Any) -> None:
    """The supervisor enters the clauses of the contract, the owner confirms each line."""
    now = at("2021-06-29", "10:00")
    items = list(words["clocks"])
    for line in TEMPLATE:
        target = enter_clause(
            contract=contract,
            level=line.level,
            clock=line.clock,
            clause=Clause(
                number=words["number"] % {"chapter": 6, "level": line.level, "item": items.index(line.clock) + 1},
                text=words["text"] % {"level": words["levels"][line.level - 1], "clock": words["clocks"][line.clock]},
                valid_from=FIRST,
                seconds=line.seconds,
                days=line.days,
                outside_seconds=line.outside,
                calendar_code=line.calendar,
            ),
            actor=stage.actor("supervisor"),
            now=now,
        )
        confirm_target(target=target, actor=stage.actor("owner"), now=now)


def _anchor(stage: Stage, contract: Contract, words: Any) -> None:
    now = at("2021-06-29", "11:00")
    sign_anchor(
        contract=contract,
        kind=words["kind"],
        day=date.fromisoformat(words["day"]),
        reason=words["reason"],
        actor=stage.actor("owner"),
        now=now,
    )
    signers = _SIGNERS | {"vendor_manager": "vendor" if contract.sub_project.no == 1 else "vendor2"}
    for decision in decisions_on(contract).filter(state=Decision.State.OPEN):
        answer_anchor(
            contract=contract,
            decision=decision,
            approve=True,
            reason="",
            actor=stage.actor(signers[decision.role]),
            now=now,
        )
    contract.refresh_from_db()


def _scheme(stage: Stage, office: Any) -> None:
    """Weights are frozen before there is anything to weigh."""
    scheme = propose_scheme(
        project=stage.project,
        code=office["scheme"]["code"],
        name=office["scheme"]["name"],
        weights="points100",
        kinds=_KINDS,
        cut_off="2022-08-31",
        actor=stage.actor("supervisor"),
        now=at("2021-06-29", "14:30"),
    )
    freeze_scheme(scheme=scheme, actor=stage.actor("owner"), now=at("2021-06-29", "15:00"))


def _pay(stage: Stage, no: int, node_no: int, voucher: str) -> Any:
    def pay(now: datetime) -> None:
        contract, owner = stage.contracts[no], stage.actor("owner")
        node = contract.payment_nodes.select_related("contract__scope").get(no=node_no)
        declare_condition_met(node=node, reference=f"{contract.number}/{node_no}", actor=owner, now=now)
        assert node.share is not None
        amount = (contract.price * node.share / 100).quantize(Decimal("0.01"))
        facts = PaymentFacts(paid_on=now.date(), amount=amount, voucher=voucher)
        record_payment(contract=contract, facts=facts, node=node, actor=owner, now=now)

    return pay


# ---------------------------------------------------------------- staff


def _staff(stage: Stage, no: int, posts: Any) -> None:
    contract = stage.contracts[no]
    now = at("2021-06-29", "15:30")
    for entry in posts:
        require_staff(
            contract=contract,
            post=entry["post"],
            required=entry["required"],
            certificates=entry["certificates"],
            actor=stage.actor("owner"),
            now=now,
        )
        postings.place_many(
            scope=contract.scope,
            placements=[
                postings.Placement(
                    person_name=name,
                    organisation=contract.vendor,
                    post=entry["post"],
                    since=date.fromisoformat(since),
                    certificate=certificate,
                    user=stage.people[user] if user else None,
                )
                for name, user, certificate, since, _until in entry["people"]
            ],
            actor=stage.actor("vendor" if no == 1 else "vendor2"),
            now=now,
        )
        for name, _user, _certificate, _since, until in entry["people"]:
            if until:
                stage.timeline.at(at(until, "10:00"), _leave(stage, contract, name, date.fromisoformat(until)))


def _leave(stage: Stage, contract: Contract, name: str, until: date) -> Any:
    def leave(now: datetime) -> None:
        posting = Posting.objects.select_related("scope").get(scope=contract.scope, person_name=name)
        postings.end(posting=posting, until=until, actor=stage.actor("vendor"), now=now)

    return leave


def _replacement(stage: Stage, entry: Any) -> None:
    """Somebody leaves; his successor comes after three workdays, approved by supervisor and owner."""
    since = date.fromisoformat(entry["since"])

    def replace(now: datetime) -> None:
        contract = stage.contracts[1]
        earlier = Posting.objects.get(scope=contract.scope, person_name=entry["replaces"])
        placement = postings.Placement(
            person_name=entry["person"],
            organisation=contract.vendor,
            post=entry["post"],
            since=since,
            certificate=entry["certificate"],
            background=entry["background"],
            user=stage.people[entry["user"]],
            replaces=earlier,
        )
        posting = postings.place(scope=contract.scope, placement=placement, actor=stage.actor("vendor"), now=now)
        for decision in replacement_decisions(posting).filter(state=Decision.State.OPEN):
            postings.answer_replacement(
                posting=posting,
                decision=decision,
                approve=True,
                reason=entry["reason"],
                actor=stage.actor(_SIGNERS[decision.role]),
                now=now,
            )

    stage.timeline.at(at(since, "08:40"), replace)


# ---------------------------------------------------------------- what is served


def _systems(stage: Stage, office: Any) -> None:
    now = at("2021-06-29", "09:00")
    owner, rooms = stage.actor("owner"), office["rooms"]
    for entry in office["systems"]:
        system = record_system(
            scope=stage.scope(entry["no"]),
            facts=SystemFacts(entry["code"], entry["name"], entry["importance"], entry["hosting"]),
            actor=owner,
            now=now,
        )
        put_in_use(thing=system, since=FIRST, actor=owner, now=now)
    servers = list(System.objects.filter(scope=stage.scope(1)).order_by("code"))
    devices = [
        DeviceFacts(
            code=f"{entry['prefix']}-{number:03d}",
            category=entry["category"],
            name=f"{entry['name']}{number}",
            system=servers[number % len(servers)] if entry["prefix"] == "FWQ" else None,
            location=rooms["old"] if entry["room"] else rooms["offices"][number % len(rooms["offices"])],
        )
        for entry in office["devices"]
        for number in range(1, entry["count"] + 1)
    ]
    for device in record_devices(scope=stage.scope(1), devices=devices, actor=owner, now=now):
        put_in_use(thing=device, since=FIRST, actor=owner, now=now)


def _relocation(stage: Stage, office: Any) -> None:
    """In August the machine room moves; what is no longer used is taken out of service."""
    rooms, retired = office["rooms"], office["retired"]

    def move(now: datetime) -> None:
        vendor = stage.actor("vendor")
        moved = Device.objects.filter(scope=stage.scope(1), location=rooms["old"]).exclude(code__in=retired["devices"])
        for device in moved.select_related("scope", "system").order_by("code"):
            facts = DeviceFacts(device.code, device.category, device.name, device.system, rooms["new"])
            change_device(device=device, facts=facts, actor=vendor, now=now)
        for device in Device.objects.filter(code__in=retired["devices"]).select_related("scope").order_by("code"):
            day = date.fromisoformat(retired["day"])
            take_out_of_use(thing=device, until=day, reason=retired["reason"], actor=vendor, now=now)

    stage.timeline.at(at(retired["day"], "18:00"), move)
