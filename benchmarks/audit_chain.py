"""Verifying the audit chain: seconds for n, 10 n and 100 n links, and what a link costs to write in bulk.

    python -m benchmarks.audit_chain [LINKS]      default 1,000,000; a tenth and a hundredth are measured on the way

Links are written through `audit.record_many` in chunks of 2,000 with the facts of a ticket, so their bytes are real.
"""

from __future__ import annotations

import os
import resource
import sys
import tempfile
import time

CHUNK = 2_000


def begin(folder: str) -> None:
    os.environ["YUNHENG_DATA"] = folder
    os.environ["DJANGO_SETTINGS_MODULE"] = "yunheng.site.settings"
    if url := os.environ.get("YUNHENG_BENCH_DATABASE_URL"):
        os.environ["DATABASE_URL"] = url
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0, skip_checks=True)


def measure(most: int) -> None:
    from django.db import connection
    from django.utils import timezone

    from yunheng.foundation import audit
    from yunheng.foundation.actors import Actor
    from yunheng.foundation.models import Scope, ScopeKind
    from yunheng.foundation.writing import writing

    tenant = Scope.objects.create_child(kind=ScopeKind.TENANT, code=f"B{time.time_ns()}", name="benchmark")
    actor, written, spent = Actor(7, "驻场工程师"), 0, 0.0
    for links in (most // 100, most // 10, most):
        started = time.perf_counter()
        while written < links:
            count = min(CHUNK, links - written)
            now = timezone.now()
            with writing():
                audit.record_many(
                    scope=tenant,
                    actor=actor,
                    now=now,
                    entries=[
                        (
                            "open",
                            "servicedesk.ticket",
                            f"INC-2022-{written + n:07d}",
                            {"title": "办公楼三层打印机卡纸，无法打印", "level": n % 4 + 1, "reported_at": now},
                        )
                        for n in range(count)
                    ],
                )
            written += count
        spent += time.perf_counter() - started
        started, cpu = time.perf_counter(), time.process_time()
        report = audit.verify_chain(tenant)
        seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
        assert report.holds
        assert report.links == links
        print(
            f"{connection.vendor}  {links:>9,} links   verified in {seconds:6.2f} s ({cpu:5.2f} CPU-s, "
            f"{seconds / links * 1e6:4.1f} µs a link)   written at {written / spent:8,.0f} links/s   "
            f"peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB",
            flush=True,
        )


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="yunheng-chain-") as folder:
        begin(folder)
        measure(int(sys.argv[1].replace(",", "")) if len(sys.argv) > 1 else 1_000_000)
