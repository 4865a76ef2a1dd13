"""A file is kept whole under its digest, or nothing of it is."""

from __future__ import annotations

import errno
import hashlib
import io
import os
from pathlib import Path

import pytest
from pytest_django import Settings
from tests.cast import Cast
from tests.documents.papers import NOW, PDF, a_file, a_zip, later

from yunheng.documents.actions import NoRoom, store_file
from yunheng.documents.models import StoredFile
from yunheng.foundation.errors import Invalid, Refused, Unseen
from yunheng.foundation.models import AuditEntry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]


def files_below(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_the_bytes_lie_under_their_digest_and_the_row_says_whose_they_are(cast: Cast, media: Path) -> None:
    stored = a_file(cast.contract, cast.engineer.actor, name="周报.pdf")
    digest = hashlib.sha256(PDF).hexdigest()
    assert (stored.digest, stored.size, stored.media_type, stored.name) == (
        digest,
        len(PDF),
        "application/pdf",
        "周报.pdf",
    )
    assert files_below(media) == [media / digest[:2] / digest[2:4] / digest]
    assert stored.path.read_bytes() == PDF
    assert stored.path.stat().st_mode & 0o077 == 0
    assert AuditEntry.objects.filter(verb="store", reference=stored.uid).exists()


def test_the_same_content_is_kept_once(cast: Cast, media: Path) -> None:
    a_file(cast.contract, cast.engineer.actor, name="一.pdf")
    a_file(cast.contract, cast.vendor.actor, name="二.pdf")
    assert StoredFile.objects.count() == 2
    assert len(files_below(media)) == 1


def test_an_empty_file_is_refused(cast: Cast, media: Path) -> None:
    with pytest.raises(Invalid):
        a_file(cast.contract, cast.engineer.actor, b"")
    assert files_below(media) == []


def test_a_file_over_the_limit_is_refused_and_leaves_nothing(cast: Cast, media: Path, settings: Settings) -> None:
    settings.UPLOAD_LIMIT_BYTES = 100
    a_file(cast.contract, cast.engineer.actor, PDF.ljust(100))
    with pytest.raises(Invalid):
        a_file(cast.contract, cast.engineer.actor, PDF.ljust(101))
    assert len(files_below(media)) == StoredFile.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", b"MZ\x90\0program"),
        ("a.html", b"<html></html>"),
        ("a.docx", a_zip("word/document.xml", "word/vbaProject.bin")),
        ("a.docx", b"PK\x03\x04 torn"),
    ],
)
def test_programs_markup_macros_and_torn_archives_leave_nothing(
    cast: Cast, media: Path, name: str, content: bytes
) -> None:
    with pytest.raises(Invalid):
        a_file(cast.contract, cast.engineer.actor, content, name)
    assert files_below(media) == []
    assert not StoredFile.objects.exists()


def test_a_full_disk_is_said_clearly_and_leaves_nothing(
    cast: Cast, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(NoRoom) as trouble:
        a_file(cast.contract, cast.engineer.actor)
    assert trouble.value.way_out
    assert files_below(media) == []
    assert not StoredFile.objects.exists()


def test_another_trouble_of_the_disk_is_not_hidden(cast: Cast, media: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(handle: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, "fsync", broken)
    with pytest.raises(OSError, match="Input/output"):
        a_file(cast.contract, cast.engineer.actor)
    assert files_below(media) == []


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\用户\\报告.pdf", "报告.pdf"),
        ("a\x00b\n.pdf", "ab.pdf"),
        ("长" * 300 + ".pdf", "长" * 247 + ".pdf"),
    ],
)
def test_a_name_is_a_word_and_never_a_path(cast: Cast, given: str, kept: str) -> None:
    assert a_file(cast.contract, cast.engineer.actor, name=given).name == kept


def test_a_file_without_a_name_is_refused(cast: Cast) -> None:
    with pytest.raises(Invalid):
        a_file(cast.contract, cast.engineer.actor, name="/ .")


def test_what_a_killed_process_left_aside_is_swept_away_a_day_later(cast: Cast, media: Path) -> None:
    incoming = media / ".incoming"
    incoming.mkdir(parents=True)
    for name, age in (("old", later(days=-2)), ("young", NOW)):
        (incoming / name).write_bytes(b"half")
        os.utime(incoming / name, (age.timestamp(), age.timestamp()))
    a_file(cast.contract, cast.engineer.actor)
    assert [path.name for path in incoming.iterdir()] == ["young"]


def test_only_those_who_work_on_the_contract_may_leave_files(cast: Cast) -> None:
    for person in (cast.outsider, cast.clerk, cast.stranger, cast.system_admin):
        with pytest.raises(Unseen):
            a_file(cast.contract, person.actor)
    with pytest.raises(Refused):
        store_file(scope=cast.contract, name="a.pdf", content=io.BytesIO(PDF), actor=cast.auditor.actor, now=NOW)
