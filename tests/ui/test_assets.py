"""Vendored files are what the manifest says; templates name only icons and files that exist; no inline code."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from yunheng.ui import components, navigation

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "yunheng"
TEMPLATES = sorted(PACKAGE.rglob("templates/**/*.html"))
SPRITE = (PACKAGE / "ui/static/ui/vendor/icons.svg").read_text("utf-8")


def symbols() -> set[str]:
    return set(re.findall(r'<symbol id="([^"]+)"', SPRITE))


def test_the_committed_files_match_their_manifest_and_no_icon_is_missing() -> None:
    done = subprocess.run(
        [sys.executable, "tools/vendor_assets.py", "--check"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def test_icons_of_states_clocks_trails_and_navigation_are_in_the_sprite() -> None:
    tags = (PACKAGE / "ui/templatetags/ui.py").read_text("utf-8")
    named = set(re.findall(r'"(clock[a-z0-9-]*|alert-[a-z-]+)"', tags)) - {"clock-label", "clock-words"}
    named |= set(components.STATE_ICONS.values()) | set(components.TRAIL_ICONS.values())
    named |= {entry.icon for entry in navigation.entries()}
    assert named <= symbols()


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_template_carries_inline_script_or_style(template: Path) -> None:
    source = template.read_text("utf-8")
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=\"|javascript:", source)
    assert not re.search(r"<script(?![^>]*\bsrc=)", source)


def test_every_static_file_that_a_template_names_exists() -> None:
    for template in TEMPLATES:
        for name in re.findall(r"{% static ['\"]([^'\"]+)['\"]", template.read_text("utf-8")):
            assert finders.find(name), f"{template}: {name}"


def test_modules_import_only_files_that_exist() -> None:
    folder = PACKAGE / "ui/static/ui/js"
    for module in folder.glob("*.js"):
        for name in re.findall(r'from "\./([^"]+)"', module.read_text("utf-8")):
            assert (folder / name).exists(), f"{module.name}: {name}"
