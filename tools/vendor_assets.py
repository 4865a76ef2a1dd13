"""Front-end files taken from npm packages, committed so that the package builds without node.

npm ci --ignore-scripts && python tools/vendor_assets.py    copy again, write VERSIONS.md
python tools/vendor_assets.py --check                       compare the committed files with VERSIONS.md,
                                                            and with node_modules where that is installed
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ROOT / "node_modules"
SOURCE = ROOT / "src" / "yunheng"
VENDOR = SOURCE / "ui" / "static" / "ui" / "vendor"
MANIFEST = VENDOR / "VERSIONS.md"
ICON_LIST = ROOT / "tools" / "icons.txt"

SOURCE_MAP = re.compile(rb"\s*(/\*# sourceMappingURL=\S+ \*/|//# sourceMappingURL=\S+)\s*$")
ICON_TAG = re.compile(r"""\{%\s*icon\s+["']([a-z0-9-]+)["']""")
ICON_ARGUMENT = re.compile(r"""\bicon=["']([a-z0-9-]+)["']""")
SHAPE = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)
BLANK_BOX = re.compile(r"""<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*/>""")


@dataclass(frozen=True, slots=True)
class Copied:
    package: str
    source: str
    file: str


COPIED = [
    Copied("@tabler/core", "dist/css/tabler.min.css", "tabler.min.css"),
    Copied("htmx.org", "dist/htmx.min.js", "htmx.min.js"),
    Copied("htmx.org", "LICENSE", "licences/htmx.org.txt"),
    Copied("@tabler/icons", "LICENSE", "licences/tabler.txt"),
]
SPRITE = Copied("@tabler/icons", "icons/outline/*.svg", "icons.svg")


class BadAsset(Exception):
    """A file or icon that is missing or not what the manifest says."""


def named_icons() -> set[str]:
    """Icons that templates and Python code of the package name."""
    names: set[str] = set()
    for template in SOURCE.rglob("templates/**/*.html"):
        names |= set(ICON_TAG.findall(template.read_text("utf-8")))
    for module in SOURCE.rglob("*.py"):
        names |= set(ICON_ARGUMENT.findall(module.read_text("utf-8")))
    return names


def listed_icons() -> list[str]:
    return sorted(set(ICON_LIST.read_text("utf-8").split()))


def sprite() -> bytes:
    """One SVG with a symbol per icon; strokes take the colour of the text around them."""
    symbols = []
    for name in listed_icons():
        file = PACKAGES / "@tabler/icons/icons/outline" / f"{name}.svg"
        if not file.exists():
            raise BadAsset(f"tools/icons.txt: there is no icon {name!r}")
        shape = SHAPE.search(file.read_text("utf-8"))
        if shape is None:
            raise BadAsset(f"{file}: not an SVG")
        body = " ".join(BLANK_BOX.sub("", shape[1]).split())
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{body}</symbol>')
    lines = ['<svg xmlns="http://www.w3.org/2000/svg">', *symbols, "</svg>", ""]
    return "\n".join(lines).encode()


def fresh() -> dict[str, bytes]:
    """What node_modules would give, by file name."""
    contents = {
        asset.file: SOURCE_MAP.sub(b"\n", (PACKAGES / asset.package / asset.source).read_bytes()) for asset in COPIED
    }
    contents[SPRITE.file] = sprite()
    return contents


def manifest(contents: dict[str, bytes]) -> str:
    lines = [
        "# Front-end files of others",
        "",
        "Copied from npm packages by `tools/vendor_assets.py` (versions: `package.json`); do not edit them here.",
        "Source map references are cut off. `icons.svg` holds the icons listed in `tools/icons.txt`.",
        "",
        "| file | package | version | licence | sha256 |",
        "|---|---|---|---|---|",
    ]
    for asset in [*COPIED, SPRITE]:
        about = json.loads((PACKAGES / asset.package / "package.json").read_text("utf-8"))
        digest = hashlib.sha256(contents[asset.file]).hexdigest()
        lines.append(f"| {asset.file} | {asset.package} | {about['version']} | {about['license']} | `{digest}` |")
    return "\n".join([*lines, ""])


def copy() -> None:
    contents = fresh()
    for name, content in contents.items():
        target = VENDOR / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    MANIFEST.write_text(manifest(contents), "utf-8")


def check() -> list[str]:
    """What is wrong, in sentences; empty when all is well."""
    wrong = []
    stated = dict(re.findall(r"^\| (\S+) \|.*\| `([0-9a-f]{64})` \|$", MANIFEST.read_text("utf-8"), re.MULTILINE))
    for name, digest in stated.items():
        file = VENDOR / name
        if not file.exists():
            wrong.append(f"{name}: named in VERSIONS.md but missing")
        elif hashlib.sha256(file.read_bytes()).hexdigest() != digest:
            wrong.append(f"{name}: differs from VERSIONS.md")
    present = {str(file.relative_to(VENDOR)) for file in VENDOR.rglob("*") if file.is_file()} - {MANIFEST.name}
    wrong += [f"{name}: not named in VERSIONS.md" for name in sorted(present - set(stated))]
    have = set(re.findall(r'<symbol id="([^"]+)"', (VENDOR / SPRITE.file).read_text("utf-8")))
    wrong += [f"icon {name!r} is used but not in tools/icons.txt" for name in sorted(named_icons() - have)]
    if PACKAGES.exists():
        wrong += [f"{name}: differs from node_modules" for name, new in fresh().items() if _differs(name, new)]
    return wrong


def _differs(name: str, content: bytes) -> bool:
    file = VENDOR / name
    return file.exists() and file.read_bytes() != content


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    if not parser.parse_args(arguments).check:
        copy()
    wrong = check()
    for sentence in wrong:
        print(sentence, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
