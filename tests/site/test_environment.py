from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

import pytest
from tests.site.commands import ROOT, environment

from yunheng.site.environment import BadSetting, boolean, folder, integer, secret, words


def test_many_processes_that_start_at_once_agree_on_one_secret(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from yunheng.site.environment import secret;"
        "sys.stdin.readline(); print(secret('YUNHENG_SECRET_KEY', Path(sys.argv[1])))"
    )
    running = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(tmp_path)],
            cwd=ROOT,
            env=environment(tmp_path),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _n in range(8)
    ]
    for process in running:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    keys = {process.communicate()[0].strip() for process in running}
    assert len(keys) == 1
    assert len(keys.pop()) >= 32
    assert [path.name for path in tmp_path.iterdir()] == ["secret.key"]
    assert stat.S_IMODE((tmp_path / "secret.key").stat().st_mode) == 0o600


def test_a_secret_too_short_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEY", "short")
    with pytest.raises(BadSetting, match="KEY"):
        secret("KEY", tmp_path)
    monkeypatch.delenv("KEY")
    (tmp_path / "secret.key").write_text("short")
    with pytest.raises(BadSetting, match="too short"):
        secret("KEY", tmp_path)


def test_the_data_folder_is_for_its_owner_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = folder("YUNHENG_TEST_FOLDER", tmp_path / "a" / "b")
    assert stat.S_IMODE(made.stat().st_mode) == 0o700
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("YUNHENG_TEST_FOLDER", str(tmp_path / "file"))
    with pytest.raises(BadSetting, match="file"):
        folder("YUNHENG_TEST_FOLDER", tmp_path)


@pytest.mark.parametrize(("raw", "value"), [("1", True), ("off", False), ("", True)])
def test_yes_and_no(monkeypatch: pytest.MonkeyPatch, raw: str, value: bool) -> None:
    monkeypatch.setenv("SETTING", raw)
    assert boolean("SETTING", True) is value


def test_what_is_no_number_or_too_small_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    for raw in ("x", "0", "1.5"):
        monkeypatch.setenv("SETTING", raw)
        with pytest.raises(BadSetting, match="SETTING"):
            integer("SETTING", 3, least=1)
    monkeypatch.setenv("SETTING", "maybe")
    with pytest.raises(BadSetting):
        boolean("SETTING")


def test_lists_are_split_at_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SETTING", " a, b ,,")
    assert words("SETTING") == ["a", "b"]
