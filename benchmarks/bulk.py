"""Performance data: an office with n tickets, their facts, clocks and audit chain; then the five measures over them.

    python -m benchmarks.bulk [TICKETS] [--keep FOLDER]

Prints how long loading took and what reading plus judging costs. Other benchmarks build their data through
``office`` and ``load``. Uses SQLite in a folder of its own, or YUNHENG_BENCH_DATABASE_URL.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from yunheng.contracts.models import Contract, Project
    from yunheng.servicedesk.actions.loading import TicketDraft

FIRST, LAST = date(2021, 7, 1), date(2022, 6, 30)
START = datetime(2021, 6, 30, 16, tzinfo=UTC)  # midnight in Shanghai
RECORDED = datetime(2022, 7, 5, 1, tzinfo=UTC)
YEAR = 365 * 86_400
CHUNK = 2_000
SYSTEMS, DEVICES = 20, 500

# level: share, clock → seconds of an around-the-clock or office calendar
TARGETS: dict[int, dict[str, tuple[int | None, int | None, str]]] = {
    1: {"response": (900, None, "cn-7x24"), "restore": (14_400, None, "cn-7x24"), "repair": (43_200, None, "cn-7x24")},
    2: {"response": (1800, None, "cn-7x24"), "restore": (28_800, None, "cn-7x24"), "repair": (86_400, None, "cn-7x24")},
    3: {"response": (3600, None, "cn-5x8"), "restore": (28_800, None, "cn-5x8"), "repair": (None, 3, "cn-5x8")},
    4: {"response": (7200, None, "cn-5x8"), "repair": (None, 5, "cn-5x8")},
}


def begin(folder: Path) -> None:
    """Django on an empty database in ``folder`` (or on YUNHENG_BENCH_DATABASE_URL)."""
    os.environ["YUNHENG_DATA"] = str(folder)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yunheng.site.settings")
    if url := os.environ.get("YUNHENG_BENCH_DATABASE_URL"):
        os.environ["DATABASE_URL"] = url
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0, skip_checks=True)


def office(contracts: int = 2) -> tuple[Project, list[Contract]]:
    """A project with contracts, confirmed targets, systems and devices in use."""
    from yunheng.assets.models import Device, InUsePeriod, System
    from yunheng.contracts.models import Contract, Project, ServiceTarget, SubProject
    from yunheng.foundation.models import Scope, ScopeKind
    from yunheng.people.models import Organisation

    tenant = Scope.objects.create_child(kind=ScopeKind.TENANT, code="BENCH", name="测算用单位")
    scope = Scope.objects.create_child(kind=ScopeKind.PROJECT, code="P1", name="测算项目", parent=tenant)
    owner = Organisation.objects.create(tenant=tenant, kind=Organisation.Kind.OWNER, name="测算用单位")
    vendor = Organisation.objects.create(tenant=tenant, kind=Organisation.Kind.VENDOR, name="测算用公司")
    project = Project.objects.create(
        scope=scope,
        number="X-1",
        name="测算项目",
        owner=owner,
        service_from=FIRST,
        service_to=LAST,
        budget=Decimal(1_000_000),
    )
    made = []
    for no in range(1, contracts + 1):
        below = Scope.objects.create_child(kind=ScopeKind.CONTRACT, code=f"C{no}", name=f"合同{no}", parent=scope)
        part = SubProject.objects.create(
            project=project, no=no, kind=SubProject.Kind.OPERATIONS, name=f"子项目{no}", budget=Decimal(500_000)
        )
        contract = Contract.objects.create(
            scope=below,
            sub_project=part,
            number=f"H-{no}",
            vendor=vendor,
            signed_on=FIRST,
            service_from=FIRST,
            service_to=LAST,
            price=Decimal(400_000),
        )
        for level, clocks in TARGETS.items():
            for clock, (seconds, days, calendar) in clocks.items():
                ServiceTarget.objects.create(
                    scope=below,
                    contract=contract,
                    level=level,
                    clock=clock,
                    target_seconds=seconds,
                    target_days=days,
                    calendar_code=calendar,
                    clause_number="6.2",
                    clause_text="约定",
                    valid_from=FIRST,
                    confirmed_by="owner",
                    confirmed_at=START,
                )
        for place in range(SYSTEMS // contracts):
            system = System.objects.create(scope=below, code=f"S{no}-{place:02}", name=f"系统{no}-{place}")
            InUsePeriod.objects.create(system=system, since=FIRST, since_recorded_at=START)
        for place in range(DEVICES // contracts):
            device = Device.objects.create(scope=below, code=f"D{no}-{place:04}", category="服务器", name="设备")
            InUsePeriod.objects.create(device=device, since=FIRST, since_recorded_at=START)
        made.append(contract)
    return project, made


def drafts(contract: Contract, count: int, seed: int = 1) -> Iterator[TicketDraft]:
    """Tickets spread over the service year: mostly in time, some late, some paused, some open, some requests."""
    from yunheng.servicedesk.actions.loading import FactDraft, PauseDraft, TicketDraft

    chance = random.Random(seed)
    no = contract.sub_project.no
    degrees = {1: (1, 1), 2: (1, 2), 3: (2, 2), 4: (3, 3)}
    step = YEAR / count
    start = int(START.timestamp())
    for index in range(count):
        reported = start + int(index * step)
        draw = chance.random()
        level = 4 if draw < 0.55 else 3 if draw < 0.9 else 2 if draw < 0.98 else 1
        impact, urgency = degrees[level]
        value: dict[str, Any] = {"level": level, "impact": impact, "urgency": urgency}
        if draw < 0.3:
            value["device"] = f"D{no}-{chance.randrange(DEVICES // 2):04}"
        elif draw > 0.8:
            value["system"] = f"S{no}-{chance.randrange(SYSTEMS // 2):02}"
        responded = reported + chance.randrange(60, 3000)
        resolved = responded + chance.randrange(600, 4 * 86_400 if draw < 0.1 else 20_000)
        facts = [
            FactDraft("reported", reported, value),
            FactDraft("assigned", reported, {"assignee": f"工程师{chance.randrange(12)}", "team": "一线"}),
            FactDraft("responded", responded),
        ]
        pauses = []
        if chance.random() < 0.97:
            if level <= 2:
                facts.append(FactDraft("restored", responded + (resolved - responded) // 2, {"how": "temporary"}))
            facts += [FactDraft("resolved", resolved), FactDraft("closed", resolved + 3600)]
            if chance.random() < 0.1:
                pauses = [PauseDraft(responded + 60, responded + 600, "waiting_user", "owner", confirmed=True)]
        yield TicketDraft(
            title="打印机不出纸" if level > 2 else "系统无法登录",
            facts=facts,
            pauses=pauses,
            kind="request" if chance.random() < 0.2 else "incident",
            category="桌面" if level > 2 else "业务系统",
            requester=f"职员{chance.randrange(900)}",
        )


def load(contracts: list[Contract], count: int) -> float:
    """Seconds it took to load ``count`` tickets, spread evenly over the contracts."""
    from itertools import islice

    from yunheng.foundation.actors import Actor
    from yunheng.servicedesk.actions.loading import Loader

    begun = time.perf_counter()
    for place, contract in enumerate(contracts):
        loader = Loader(contract.scope, Actor(None, "测算"))
        remaining = drafts(contract, count // len(contracts), seed=place)
        while chunk := list(islice(remaining, CHUNK)):
            loader.write(loader.prepare(chunk), now=RECORDED)
    return time.perf_counter() - begun


def request(project: Project) -> Any:
    from yunheng.contracts.queries import resolved, resolved_scopes
    from yunheng.foundation.measures import MeasureRequest

    return MeasureRequest(
        project=resolved(project.scope),
        scopes=resolved_scopes(project),
        first=FIRST,
        last=LAST,
        start=START,
        end=START + timedelta(days=365),
        cut_off=RECORDED,
        as_of=RECORDED + timedelta(days=1),
    )


def judge(project: Project) -> dict[str, float]:
    """Seconds per measure; the first one reads the register."""
    from yunheng.foundation import measures

    asked = request(project)
    found = {}
    for name in ("resolved", "responded_in_time", "restored_in_time", "devices_normal", "fault_free_days"):
        begun = time.perf_counter()
        result = measures.get(f"servicedesk.{name}").function(asked)
        found[name] = time.perf_counter() - begun
        value = None if result.value is None else round(float(result.value), 4)
        print(f"  {name:<20} {found[name]:6.2f} s   {result.state} {value}")
    return found


def memory() -> int:
    """Peak of this process in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.bulk")
    parser.add_argument("tickets", nargs="?", type=int, default=100_000)
    parser.add_argument("--keep", type=Path, help="use this folder and leave it")
    options = parser.parse_args(argv)
    folder = options.keep or Path(tempfile.mkdtemp(prefix="yunheng-bench-"))
    try:
        begin(folder)
        from yunheng.contracts.models import Project
        from yunheng.servicedesk.models import Ticket

        if not Project.objects.exists():
            project, contracts = office()
            spent = load(contracts, options.tickets)
            print(f"loaded {options.tickets} tickets in {spent:.1f} s ({options.tickets / spent:.0f}/s), {memory()} MB")
        project = Project.objects.get()
        begun = time.perf_counter()
        found = judge(project)
        print(
            f"measures over {Ticket.objects.count()} tickets: {sum(found.values()):.2f} s, "
            f"{time.perf_counter() - begun:.2f} s wall, peak {memory()} MB"
        )
    finally:
        if not options.keep:
            shutil.rmtree(folder, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
