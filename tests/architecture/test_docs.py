"""The documentation is held against the code: what is written is there, and what is there is written."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path, PurePosixPath

import pytest
from django.apps import apps
from tests.architecture import tree

MARKDOWN = [path for path in tree.files() if path.suffix == ".md" and "vendor" not in path.parts]


# ---------------------------------------------------------------- settings


def settings_in_code() -> set[str]:
    """The first argument of every call of a helper of `site.environment` in the settings."""
    module = ast.parse((tree.SOURCES / "site" / "settings.py").read_text(encoding="utf-8"))
    return {
        node.args[0].value
        for node in ast.walk(module)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "environment"
        and node.func.attr != "BadSetting"
        and node.args
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
    }


def settings_in_docs() -> set[str]:
    page = (tree.DOCS / "operations" / "settings.md").read_text(encoding="utf-8")
    return set(re.findall(r"^\| `([A-Z_]+)` \|", page, re.M))


def test_every_setting_is_documented() -> None:
    assert settings_in_code() - settings_in_docs() == set()


def test_every_documented_setting_exists() -> None:
    assert settings_in_docs() - settings_in_code() == set()


def test_nothing_but_the_settings_reads_the_environment() -> None:
    readers = [
        str(path)
        for path in tree.files()
        if path.suffix == ".py"
        and path.parts[:2] == ("src", "yunheng")
        and path.parts[2] != "site"
        and re.search(r"\bos\.(environ|getenv)\b", tree.text(path))
    ]
    assert readers == []


# ---------------------------------------------------------------- models, packages, decisions, libraries


def models() -> list[tuple[str, str]]:
    return sorted(
        (config.label, model.__name__)
        for config in apps.get_app_configs()
        if config.name.startswith("yunheng.")
        for model in config.get_models()
    )


@pytest.mark.parametrize(("app", "model"), models())
def test_every_model_is_described_on_its_domain_page(app: str, model: str) -> None:
    page = tree.DOCS / "domains" / f"{app}.md"
    assert page.exists(), f"docs/domains/{app}.md is missing"
    assert re.search(rf"\b{model}\b", page.read_text(encoding="utf-8")), (
        f"{model} is not described in docs/domains/{app}.md"
    )


def test_the_architecture_names_every_package() -> None:
    page = (tree.DOCS / "architecture.md").read_text(encoding="utf-8")
    assert [name for name in tree.packages() if f"`{name}`" not in page] == []


def test_every_decision_is_in_the_list_of_decisions() -> None:
    folder = tree.DOCS / "decisions"
    listed = (folder / "README.md").read_text(encoding="utf-8")
    assert [page.name for page in sorted(folder.glob("0*.md")) if f"({page.name})" not in listed] == []


@pytest.mark.parametrize("page", sorted(tree.DOCS.glob("decisions/0*.md")), ids=lambda page: page.stem)
def test_every_decision_says_what_why_and_what_follows(page: Path) -> None:
    words = page.read_text(encoding="utf-8")
    assert [part for part in ("**Decision.**", "**Why.**", "**Consequences.**") if part not in words] == []


def dependencies() -> list[str]:
    project = tomllib.loads((tree.ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = [*project["dependencies"], *(line for extra in project["optional-dependencies"].values() for line in extra)]
    lines += (tree.ROOT / "requirements" / "test.in").read_text(encoding="utf-8").splitlines()
    names = (re.match(r"[A-Za-z0-9_.-]+", line) for line in lines if not line.startswith(("-", "#")))
    return sorted({found[0] for found in names if found})


@pytest.mark.parametrize("name", dependencies())
def test_every_dependency_has_its_reason(name: str) -> None:
    page = (tree.DOCS / "decisions" / "0019-libraries.md").read_text(encoding="utf-8")
    assert f"`{name}`" in page


# ---------------------------------------------------------------- links and words


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", MARKDOWN, ids=str)
def test_every_relative_link_leads_somewhere(page: PurePosixPath) -> None:
    broken = []
    words = re.sub(r"```.*?```", "", tree.text(page), flags=re.S)
    for target in re.findall(r"\]\(([^)\s]+)\)", words):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        path = (tree.ROOT / page.parent / name).resolve() if name else tree.ROOT / page
        if not path.exists() or (anchor and path.suffix == ".md" and anchor not in anchors(path)):
            broken.append(target)
    assert broken == []


def glossary() -> list[tuple[str, str, str]]:
    """(Chinese, English, code name) of each line of the glossary."""
    page = (tree.DOCS / "glossary.md").read_text(encoding="utf-8")
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in page.splitlines() if line.startswith("|")]
    return [(row[0], row[1], row[2]) for row in rows if len(row) >= 3 and row[0] not in {"中文", "---"}]


def test_the_code_names_of_the_glossary_exist() -> None:
    source = "\n".join(tree.text(path) for path in tree.files() if path.suffix == ".py" and path.parts[0] == "src")
    known = set(re.findall(r"\w+", source)) | {part for path in tree.files() for part in path.parts}
    missing = [
        name
        for _, _, names in glossary()
        for name in re.findall(r"`([^`]+)`", names)
        if not set(re.findall(r"\w+", name)) <= known
    ]
    assert missing == []


def test_no_word_stands_in_the_glossary_twice() -> None:
    words = [chinese for chinese, _, _ in glossary()]
    assert sorted({word for word in words if words.count(word) > 1}) == []
