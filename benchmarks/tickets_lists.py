"""The declared lists of tickets at size: server time and statements of first pages, filters, sorts and a deep page.

    python -m benchmarks.tickets_lists [TICKETS] [--keep FOLDER]

On SQLite in a folder of its own; on PostgreSQL when YUNHENG_BENCH_DATABASE_URL names one.
"""

from __future__ import annotations

import argparse
import re
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.bulk import begin, load, office

TIMES = 40
QUERIES = (
    "",
    "sort=next_due_at",
    "sort=-number",
    "state=closed",
    "state=in_progress&state=new",
    "level=1",
    "level=1&level=2&state=closed",
    "system=S1-03",
    "show=late",
    "show=running&sort=next_due_at",
    "show=awaiting",
    "reported_at_from=2021-12-01&reported_at_to=2021-12-31",
    "q=INC-2022-0001",
    "q=登录",
)


def milliseconds(took: list[float]) -> str:
    """p50, p95 and worst of sorted seconds."""
    return "".join(f"{took[place] * 1000:8.1f}" for place in (TIMES // 2, TIMES * 95 // 100 - 1, -1))


def measured(client: Any, address: str) -> tuple[list[float], int, str]:
    """Seconds of each call, statements of one, and the address of the next page."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    took = []
    for _attempt in range(TIMES):
        begun = time.perf_counter()
        answer = client.get(address)
        took.append(time.perf_counter() - begun)
        if answer.status_code != 200:
            raise SystemExit(f"{address}: {answer.status_code}")
    with CaptureQueriesContext(connection) as statements:
        body = client.get(address).content.decode()
    found = re.search(r'href="(\?[^"]*after=[^"]*)"', body)
    return sorted(took), len(statements), found.group(1).replace("&amp;", "&") if found else ""


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.tickets_lists")
    parser.add_argument("tickets", nargs="?", type=int, default=100_000)
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args(argv)
    folder = options.keep or Path(tempfile.mkdtemp(prefix="yunheng-bench-"))
    try:
        begin(folder)
        from django.conf import settings
        from django.db import connection
        from django.test import Client
        from django.urls import reverse

        from yunheng.contracts.models import Project
        from yunheng.foundation.models import Grant, new_uid
        from yunheng.people.models import User
        from yunheng.servicedesk.models import Ticket

        if not Project.objects.exists():
            _project, contracts = office()
            print(f"loaded in {load(contracts, options.tickets):.0f} s")
        project = Project.objects.get()
        settings.ALLOWED_HOSTS = ["testserver"]
        owner = User.objects.filter(username="bench").first() or User.objects.create_user(
            username="bench", password=new_uid(), name="测算", must_change_password=False
        )
        Grant.objects.get_or_create(
            actor_id=owner.pk,
            scope=project.scope,
            role="owner_lead",
            defaults={"actor_label": owner.name, "since": "2020-01-01T00:00:00Z", "granted_by": "bench"},
        )
        client = Client()
        client.force_login(owner, backend="django.contrib.auth.backends.ModelBackend")
        home = reverse("servicedesk:ticket-list")
        print(
            f"{Ticket.objects.count()} tickets on {connection.vendor}; "
            f"milliseconds p50, p95, worst of {TIMES}; statements"
        )
        for query in QUERIES:
            took, statements, following = measured(client, f"{home}?{query}")
            print(f"  {query or 'newest first':<58} {milliseconds(took)}   {statements}")
            if following and query in ("", "sort=next_due_at"):
                took, statements, _more = measured(client, home + following)
                print(f"  {'… its next page':<58} {milliseconds(took)}   {statements}")
        ticket = Ticket.objects.order_by("-pk")[1000]
        took, statements, _none = measured(client, reverse("servicedesk:ticket", args=[ticket.uid]))
        print(f"  {'one ticket':<58} {milliseconds(took)}   {statements}")
    finally:
        if not options.keep:
            shutil.rmtree(folder, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
