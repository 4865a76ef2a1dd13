"""A project with its contracts as tests and the demo want it: say what matters, the rest is believable."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from tests.cast import Cast

from yunheng.contracts.models import (
    Contract,
    Party,
    Payment,
    PaymentNode,
    Project,
    ServiceTarget,
    StaffingRequirement,
    SubProject,
)
from yunheng.foundation.models import Scope, Source
from yunheng.people.models import Organisation, Posting

FIRST, LAST = date(2021, 7, 1), date(2022, 6, 30)
EARLY = datetime(2021, 7, 1, 1, 0, tzinfo=UTC)  # 09:00 in Shanghai on the first day of service


def an_organisation(tenant: Scope, name: str, kind: str = Organisation.Kind.VENDOR) -> Organisation:
    return Organisation.objects.get_or_create(tenant=tenant, name=name, defaults={"kind": kind})[0]


def an_office(cast: Cast) -> Project:
    """The cast's project with two operations contracts on ``cast.contract`` (sub-project 1, the vendor's) and
    ``cast.other_contract`` (sub-project 2, the outsider's), both anchored on the first day of service."""
    owner = an_organisation(cast.tenant, "某市事务中心", Organisation.Kind.OWNER)
    project = Project.objects.create(
        scope=cast.project,
        number="XM-2021-001",
        name="2021年信息化运维项目",
        owner=owner,
        service_from=FIRST,
        service_to=LAST,
        budget=Decimal("1500000.00"),
        funding="市级财政",
        purpose="系统安全稳定，服务及时。",
    )
    first = a_contract(project, cast.contract, no=1, vendor="甲运维公司")
    second = a_contract(project, cast.other_contract, no=2, vendor="乙软件公司", budget="500000.00", price="480000.00")
    Party.objects.create(project=project, organisation=owner, role=Party.Role.OWNER)
    for contract in (first, second):
        Party.objects.create(project=project, organisation=contract.vendor, role=Party.Role.VENDOR)
    return project


def a_contract(
    project: Project,
    scope: Scope,
    *,
    no: int = 1,
    kind: str = SubProject.Kind.OPERATIONS,
    vendor: str = "甲运维公司",
    budget: str | None = "1000000.00",
    price: str = "950000.00",
    service_from: date = FIRST,
    service_to: date = LAST,
    anchor: date | None = FIRST,
) -> Contract:
    """A contract on an existing scope; its start anchor is signed unless ``anchor`` is None."""
    sub_project = SubProject.objects.create(
        project=project, no=no, kind=kind, name=f"子项目{no}", budget=None if budget is None else Decimal(budget)
    )
    return Contract.objects.create(
        scope=scope,
        sub_project=sub_project,
        number=f"HT-2021-{no:03d}",
        vendor=an_organisation(project.scope.tenant or project.scope, vendor),
        signed_on=service_from - timedelta(days=1),
        service_from=service_from,
        service_to=service_to,
        price=Decimal(price),
        anchor_kind=Contract.Anchor.CONTRACT if anchor else "",
        anchor_date=anchor,
        anchor_reason="按合同约定的服务起始日" if anchor else "",
        anchor_signed_at=EARLY if anchor else None,
    )


def a_target(
    contract: Contract,
    level: int = 1,
    clock: str = ServiceTarget.Clock.RESPONSE,
    *,
    seconds: int | None = 900,
    days: int | None = None,
    outside_seconds: int | None = None,
    calendar: str = "cn-7x24",
    valid_from: date = FIRST,
    confirmed_at: datetime | None = EARLY,
) -> ServiceTarget:
    """In force since the first day of service; with ``confirmed_at=None`` a template."""
    confirmed = confirmed_at is not None
    return ServiceTarget.objects.create(
        scope=contract.scope,
        contract=contract,
        level=level,
        clock=clock,
        target_seconds=None if days else seconds,
        target_days=days,
        outside_seconds=outside_seconds,
        calendar_code=calendar,
        clause_number="6.2" if confirmed else "",
        clause_text="乙方应在约定时限内完成。" if confirmed else "",
        valid_from=valid_from if confirmed else None,
        confirmed_by="owner" if confirmed else "",
        confirmed_at=confirmed_at,
    )


def a_node(contract: Contract, no: int = 1, *, share: str = "30.00", needs_verdict: bool = False) -> PaymentNode:
    return PaymentNode.objects.create(
        contract=contract, no=no, share=Decimal(share), condition="合同签订后", needs_verdict=needs_verdict
    )


def a_payment(
    contract: Contract,
    amount: str = "100000.00",
    *,
    paid_on: date = date(2021, 9, 1),
    voucher: str = "",
    recorded_at: datetime | None = None,
    corrects: Payment | None = None,
    node: PaymentNode | None = None,
    source: str = Source.ON_SITE,
) -> Payment:
    """Paid at the start of the day in Shanghai and recorded then, unless said otherwise."""
    occurred_at = datetime(paid_on.year, paid_on.month, paid_on.day, tzinfo=UTC) - timedelta(hours=8)
    count = Payment.objects.filter(scope=contract.scope).count() + 1
    return Payment.objects.create(
        scope=contract.scope,
        contract=contract,
        node=node,
        number=f"PAY-{paid_on.year}-{contract.sub_project.no:03d}{count:03d}",
        paid_on=paid_on,
        amount=Decimal(amount),
        voucher=voucher or f"记-{count}",
        occurred_at=occurred_at,
        recorded_at=recorded_at or occurred_at,
        recorded_by="owner",
        source=source,
        corrects=corrects,
    )


def a_requirement(
    contract: Contract,
    post: str = "桌面工程师",
    required: int = 1,
    *,
    certificates: str = "",
    grace_days: int | None = None,
    recorded_at: datetime = EARLY,
) -> StaffingRequirement:
    return StaffingRequirement.objects.create(
        contract=contract,
        post=post,
        required=required,
        certificates=certificates,
        grace_days=grace_days,
        recorded_at=recorded_at,
    )


def a_posting(
    contract: Contract,
    person: str = "驻场员一",
    *,
    post: str = "桌面工程师",
    since: date = FIRST,
    until: date | None = None,
    certificate: str = "",
    certificate_until: date | None = None,
    replaces: Posting | None = None,
    approved: bool = False,
    recorded_at: datetime = EARLY,
) -> Posting:
    """``until`` is the first day on which the person no longer holds the post."""
    count = Posting.objects.filter(scope=contract.scope).count() + 1
    return Posting.objects.create(
        scope=contract.scope,
        number=f"POST-{since.year}-{contract.sub_project.no:03d}{count:03d}",
        person_name=person,
        organisation=contract.vendor,
        post=post,
        certificate=certificate,
        certificate_until=certificate_until,
        since=since,
        until=until,
        replaces=replaces,
        replacement_approved=approved,
        occurred_at=datetime(since.year, since.month, since.day, tzinfo=UTC) - timedelta(hours=8),
        recorded_at=recorded_at,
        recorded_by="owner",
        source=Source.ON_SITE,
    )
