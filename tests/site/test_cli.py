from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from tests.site.commands import ROOT, environment, yunheng

from yunheng.site import cli


def test_help_lists_every_command_and_needs_neither_django_nor_numpy(tmp_path: Path) -> None:
    program = (
        "import sys; from yunheng.site.cli import main; main(['--help']);"
        "print('heavy' if {'django', 'numpy'} & set(sys.modules) else 'light')"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=environment(tmp_path), capture_output=True, text=True
    )
    lines = done.stdout.splitlines()
    assert lines[-1] == "light"
    for name in cli.commands():
        assert any(line.strip().startswith(f"{name} ") for line in lines), name
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("setting", [{"LANG": "zh_CN.UTF-8"}, {"YUNHENG_LANGUAGE": "zh-hans", "LANG": "en_US.UTF-8"}])
def test_help_speaks_chinese_where_the_office_does(tmp_path: Path, setting: dict[str, str]) -> None:
    assert "网页" in yunheng(tmp_path, "--help", **setting).stdout


def test_an_unknown_command_exits_with_two_and_guesses(tmp_path: Path) -> None:
    done = yunheng(tmp_path, "srve")
    assert done.returncode == 2
    assert "serve" in done.stderr


def test_without_a_command_the_usage_is_shown_and_nothing_is_done(tmp_path: Path) -> None:
    done = yunheng(tmp_path)
    assert done.returncode == 2
    assert "Usage" in done.stdout


@pytest.mark.parametrize("name", sorted(cli.commands()))
def test_every_command_leads_to_a_function(name: str) -> None:
    module, function = cli.commands()[name].target.split(":")
    assert callable(getattr(import_module(module), function))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("YUNHENG_IDLE_MINUTES", "soon"),
        ("YUNHENG_TIME_ZONE", "Mars/Base"),
        ("YUNHENG_LANGUAGE", "xx"),
        ("DATABASE_URL", "mysql://x"),
    ],
)
def test_a_setting_that_makes_no_sense_is_named(tmp_path: Path, name: str, value: str) -> None:
    done = yunheng(tmp_path, "doctor", **{name: value})
    assert done.returncode == 2
    assert name in done.stderr
    assert "Traceback" not in done.stderr


def test_an_old_database_is_told_to_migrate_in_one_sentence(tmp_path: Path) -> None:
    for name in ("serve", "worker"):
        done = yunheng(tmp_path, name)
        assert done.returncode == 1
        assert "yunheng migrate" in done.stderr
    done = yunheng(tmp_path, "user", "reset", "somebody")
    assert "yunheng migrate" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_first_administrator_is_made_by_command(office: Path) -> None:
    refused = yunheng(office, "user", "create", "admin", "--name", "管理员", "--office", "T1", "--role", "system_admin")
    assert refused.returncode == 2
    assert "--office-name" in refused.stderr
    made = yunheng(
        office,
        "user",
        "create",
        "admin",
        "--name",
        "管理员",
        "--office",
        "T1",
        "--office-name",
        "某中心",
        "--role",
        "system_admin",
    )
    assert made.returncode == 0, made.stderr
    assert "First password" in made.stdout
    again = yunheng(office, "user", "reset", "admin")
    assert again.returncode == 0
    assert again.stdout != made.stdout


def test_people_are_brought_in_by_command(office: Path, tmp_path: Path) -> None:
    assert yunheng(tmp_path, "import", "nonsense", "x").returncode == 2
    done = yunheng(office, "import", "people", tmp_path / "none.csv")
    assert done.returncode == 2
    assert "none.csv" in done.stderr
