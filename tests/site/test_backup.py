from __future__ import annotations

import json
import resource
import shutil
import sqlite3
import stat
import subprocess
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from tests.site.commands import ROOT, command, environment, yunheng

from yunheng.site import archive


@pytest.fixture(scope="module")
def office(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with an office, one user and some files."""
    data = Path(shutil.copytree(migrated, tmp_path_factory.mktemp("office") / "data"))
    made = ("user", "create", "admin", "--name", "管理员", "--office", "T1", "--office-name", "某中心")
    assert yunheng(data, *made, "--role", "system_admin").returncode == 0
    (data / "files" / "2022").mkdir(parents=True, mode=0o700)
    (data / "files" / "2022" / "合同 😀.pdf").write_bytes(b"%PDF" + bytes(range(256)) * 4096)
    return data


@pytest.fixture
def saved(office: Path, tmp_path: Path) -> Iterator[Path]:
    file = tmp_path / "backup.zip"
    done = yunheng(office, "backup", file)
    assert done.returncode == 0, done.stderr
    yield file


def users_of(data: Path) -> list[str]:
    with closing(sqlite3.connect(data / "yunheng.sqlite3")) as database:
        return [name for (name,) in database.execute("SELECT username FROM people_user ORDER BY username")]


def test_a_backup_brings_everything_back(office: Path, saved: Path, tmp_path: Path) -> None:
    fresh = tmp_path / "fresh"
    done = yunheng(fresh, "restore", saved)
    assert done.returncode == 0, done.stderr
    assert users_of(fresh) == ["admin"]
    for name in ("secret.key", "files/2022/合同 😀.pdf"):
        assert (fresh / name).read_bytes() == (office / name).read_bytes()
    assert yunheng(fresh, "migrate", "--check").returncode == 0


def test_nothing_of_it_can_be_read_by_others(saved: Path, tmp_path: Path) -> None:
    fresh = tmp_path / "fresh"
    yunheng(fresh, "restore", saved)
    for path in [saved, fresh, *fresh.rglob("*")]:
        assert not stat.S_IMODE(path.stat().st_mode) & 0o077, path


def test_the_manifest_names_digests_and_the_heads_of_the_chains(saved: Path) -> None:
    with zipfile.ZipFile(saved) as file:
        manifest = json.loads(file.read("manifest.json"))
    assert manifest["chain_heads"]["T1"][0] == 2
    assert set(manifest["members"]) == {"database.sqlite3", "secret.key", "files/2022/合同 😀.pdf"}


def test_a_file_that_is_there_is_not_replaced_without_being_asked(office: Path, saved: Path) -> None:
    before = saved.read_bytes()
    assert yunheng(office, "backup", saved).returncode == 2
    assert saved.read_bytes() == before
    assert yunheng(office, "backup", saved, "--force").returncode == 0


def test_a_folder_that_is_not_empty_is_put_aside_only_when_asked(saved: Path, tmp_path: Path) -> None:
    fresh = tmp_path / "fresh"
    fresh.mkdir()
    (fresh / "precious").write_text("keep me")
    assert yunheng(fresh, "restore", saved).returncode == 2
    assert [path.name for path in fresh.iterdir()] == ["precious"]
    assert yunheng(fresh, "restore", saved, "--force").returncode == 0
    (aside,) = tmp_path.glob("fresh.before-*")
    assert (aside / "precious").read_text() == "keep me"
    assert users_of(fresh) == ["admin"]


def damaged(saved: Path, how: str) -> None:
    content = bytearray(saved.read_bytes())
    if how == "cut":
        saved.write_bytes(content[: len(content) // 2])
    elif how == "flipped":
        content[len(content) // 3] ^= 0xFF
        saved.write_bytes(content)
    elif how == "no zip":
        saved.write_bytes(b"hello")
    else:
        with zipfile.ZipFile(saved) as old:
            members = {name: old.read(name) for name in old.namelist()}
        if how == "changed":
            members["secret.key"] = b"x" * 64
        elif how == "added":
            members["more"] = b"x"
        elif how == "missing":
            del members["secret.key"]
        elif how == "outward":
            manifest = json.loads(members["manifest.json"])
            manifest["members"]["../evil"] = manifest["members"].pop("secret.key")
            members["../evil"] = members.pop("secret.key")
            members["manifest.json"] = json.dumps(manifest).encode()
        elif how == "heads":
            manifest = json.loads(members["manifest.json"])
            manifest["chain_heads"]["T1"][0] = 99
            members["manifest.json"] = json.dumps(manifest).encode()
        with zipfile.ZipFile(saved, "w") as new:
            for name, body in members.items():
                new.writestr(name, body)


@pytest.mark.parametrize("how", ["cut", "flipped", "no zip", "changed", "added", "missing", "outward", "heads"])
def test_a_damaged_backup_changes_nothing(saved: Path, tmp_path: Path, how: str) -> None:
    damaged(saved, how)
    fresh = tmp_path / "fresh"
    fresh.mkdir()
    (fresh / "precious").write_text("keep me")
    done = yunheng(fresh, "restore", saved, "--force")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert [path.name for path in fresh.iterdir()] == ["precious"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["backup.zip", "fresh"]


def test_a_full_disk_leaves_no_half_backup(office: Path, tmp_path: Path) -> None:
    def small_disk() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, resource.RLIM_INFINITY))

    done = subprocess.run(
        command("backup", tmp_path / "backup.zip"),
        cwd=ROOT,
        env=environment(office),
        capture_output=True,
        text=True,
        preexec_fn=small_disk,
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr, done.stderr
    assert "Nothing" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_copy_is_consistent_while_others_write(office: Path, tmp_path: Path) -> None:
    """Half a transaction is never in it: the two tables of the writer always agree."""
    source = tmp_path / "live.sqlite3"
    with closing(sqlite3.connect(office / "yunheng.sqlite3")) as live, closing(sqlite3.connect(source)) as copy:
        live.backup(copy)
        copy.execute("PRAGMA journal_mode=WAL")
        copy.execute("CREATE TABLE a (n)")
        copy.execute("CREATE TABLE b (n)")
        copy.commit()
        copy.execute("BEGIN")
        copy.execute("INSERT INTO a VALUES (1)")
        archive.copy_sqlite(source, tmp_path / "copy.sqlite3")
        copy.execute("INSERT INTO b VALUES (1)")
        copy.commit()
    with closing(sqlite3.connect(tmp_path / "copy.sqlite3")) as copied:
        assert copied.execute("SELECT count(*) FROM a").fetchone() == (0,)
        assert copied.execute("SELECT count(*) FROM b").fetchone() == (0,)


def test_a_folder_in_use_is_not_replaced(saved: Path, tmp_path: Path) -> None:
    fresh = tmp_path / "fresh"
    yunheng(fresh, "restore", saved)
    with closing(sqlite3.connect(fresh / "yunheng.sqlite3")) as database:
        database.execute(
            "INSERT INTO foundation_workerseen VALUES ('w', datetime('now'), datetime('now'))",
        )
        database.commit()
    done = yunheng(fresh, "restore", saved, "--force")
    assert done.returncode == 2
    assert "running" in done.stderr
