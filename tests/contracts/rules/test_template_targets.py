from __future__ import annotations

from yunheng.contracts.rules.template_targets import TEMPLATE


def test_every_level_has_each_clock_but_the_lowest_needs_no_temporary_restore() -> None:
    clocks = {level: [line.clock for line in TEMPLATE if line.level == level] for level in (1, 2, 3, 4)}
    full = ["response", "on_site", "restore", "repair"]
    assert clocks == {1: full, 2: full, 3: full, 4: ["response", "on_site", "repair"]}


def test_a_line_is_in_seconds_or_in_days() -> None:
    assert all((line.seconds is None) != (line.days is None) for line in TEMPLATE)


def test_worse_faults_have_shorter_limits() -> None:
    response = [line.seconds for line in TEMPLATE if line.clock == "response"]
    assert response == [900, 1800, 3600, 7200]
