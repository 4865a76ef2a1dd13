"""What Django can be asked without a request: templates compile, no migration is pending, checks are silent."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest
from django.apps import apps
from django.core import checks
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState
from django.template.loader import get_template
from django.utils import translation
from tests.architecture import tree


def template_names() -> list[str]:
    """Names as Django looks them up: what follows the first `templates` folder."""

    def name(path: PurePosixPath) -> str:
        return "/".join(path.parts[path.parts.index("templates") + 1 :])

    pages = [path for path in tree.files() if path.parts[0] == "src" and "templates" in path.parts]
    return sorted({name(path) for path in pages if path.suffix in {".html", ".txt"}})


@pytest.mark.parametrize("name", template_names())
def test_every_template_compiles(name: str) -> None:
    get_template(name)


def test_no_migration_is_pending() -> None:
    loader = MigrationLoader(None)
    assert loader.detect_conflicts() == {}
    with translation.override(None):  # names as in the sources, not in the language of the tests
        wanted = ProjectState.from_apps(apps)
        changes = MigrationAutodetector(loader.project_state(), wanted).changes(graph=loader.graph)
    pending = {app: [str(step) for one in found for step in one.operations] for app, found in changes.items()}
    assert not pending, f"python manage.py makemigrations: {pending}"


def test_the_system_checks_find_nothing() -> None:
    found = [str(message) for message in checks.run_checks(include_deployment_checks=False)]
    assert not found, "\n".join(found)
