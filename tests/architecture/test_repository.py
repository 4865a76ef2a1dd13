"""The repository stands alone: locked and hashed, without the addresses or folders of any one machine."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

import pytest
from tests.architecture import tree

LOCKS = ["requirements/run.txt", "requirements/test.txt", "requirements/postgres.txt"]
# Files that install, build or check: none of them may say where packages come from.
BUILD = [
    path
    for path in tree.files()
    if path.parts[0] in {"requirements", ".ci", "tools"}
    or str(path) in {"Makefile", "pyproject.toml", "package.json", "package-lock.json", ".npmrc"}
]
ADDRESS = re.compile(
    r"""https?://(?!127\.0\.0\.1|localhost|www\.w3\.org/)|--(extra-)?index-url|--find-links|\bregistry\s*=|"resolved":""",
    re.I,
)
DONATIONS = re.compile(r'"url": "https?://')  # npm writes where a package's authors take donations
PERSONAL_FOLDER = re.compile(r"(?<![\w.])/(?:work|root|home/\w+|Users/\w+)/")


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_has_hashes_for_every_package(name: str) -> None:
    entries = re.split(r"\n(?=\w)", tree.text(PurePosixPath(name)))
    packages = [entry for entry in entries if re.match(r"[\w.-]+==", entry)]
    assert packages
    assert [entry.split("\n")[0] for entry in packages if "--hash=sha256:" not in entry] == []


@pytest.mark.parametrize("name", LOCKS[1:])
def test_a_lock_agrees_with_the_run_lock(name: str) -> None:
    run, other = (
        dict(re.findall(r"^([\w.-]+)==(\S+)", tree.text(PurePosixPath(one)), re.M)) for one in (LOCKS[0], name)
    )
    assert {package: version for package, version in run.items() if other.get(package) != version} == {}


@pytest.mark.parametrize("path", BUILD, ids=str)
def test_what_builds_names_no_address(path: PurePosixPath) -> None:
    found = [
        f"{path}:{number}: {line.strip()}"
        for number, line in enumerate(tree.text(path).splitlines(), start=1)
        if ADDRESS.search(line) and not DONATIONS.search(line)
    ]
    assert found == []


@pytest.mark.parametrize(
    ("line", "refused"),
    [
        ("--index-url https://packages.example/simple", True),
        ("    --hash=sha256:694ae5cc8a42f4c4e2bf2ca0e64e51e23a040c6a517a85074683d3959e1346c1 \\", False),
        ("serve on http://127.0.0.1:8000", False),
    ],
)
def test_an_address_is_recognised(line: str, refused: bool) -> None:
    assert bool(ADDRESS.search(line)) is refused


def test_no_file_names_a_folder_of_one_machine() -> None:
    found = []
    for path in tree.files():
        if path.suffix in {".py", ".md", ".toml", ".txt", ".html", ".js", ".json", ".po", ".csv", ""}:
            for number, line in enumerate(tree.text(path).splitlines(), start=1):
                if PERSONAL_FOLDER.search(line):
                    found.append(f"{path}:{number}: {line.strip()[:100]}")
    assert found == []


@pytest.mark.parametrize(("line", "refused"), [("see {}home/li/notes", True), ("{}var/lib/yunheng/data", False)])
def test_a_folder_of_one_machine_is_recognised(line: str, refused: bool) -> None:
    assert bool(PERSONAL_FOLDER.search(line.format("/"))) is refused


def test_the_licence_is_apache_2() -> None:
    licence = tree.text(PurePosixPath("LICENSE"))
    assert "Apache License" in licence
    assert "Version 2.0, January 2004" in licence
