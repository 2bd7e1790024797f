"""Writes down what the till is made of, and under which licences: resources/licences.

The parts are the packages that the till needs on this system, in the versions that are installed
here; their licences are those that they bring along, and Debian's copy where one brings none.

    python packaging/licences.py [FOLDER]
"""

import json
import sys
import sysconfig
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import Distribution, distribution
from pathlib import Path, PurePosixPath

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "resources" / "licences"
PARTS, TEXTS = "parts.json", "texts.txt"
_RULE = "=" * 100
_COMMON = Path("/usr/share/common-licenses")
_OF_QT = ("LGPL-3", "GPL-3")
"""The first is written as an addition to the second."""
_LICENCE_FILES = ("licen", "copying", "notice")
_LONGEST_NAME = 80
_QT = ("pyside6-essentials", "shiboken6")
_SAID_OTHERWISE = {
    "phonenumbers": "Apache-2.0",
    "reportlab": "BSD-3-Clause",
    "zxing-cpp": "Apache-2.0",
}
"""Where a package says its licence in words of its own."""
_BOOTLOADER = """A packaged program begins with the bootloader of PyInstaller, under this exception:

In addition to the permissions in the GNU General Public License, the authors give you unlimited
permission to link or embed compiled bootloader and related files into combinations with other
programs, and to distribute those combinations without any restriction coming from the use of those
files. (The General Public License restrictions do apply in other respects; for example, they cover
modification of the files, and distribution when not linked into a combine executable.)
"""


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that the program is made of."""

    name: str
    version: str
    licence: str
    texts: tuple[str, ...]


def parts() -> list[Part]:
    """Return all parts by name; the till itself, Python and the typefaces come first."""
    packages = sorted(_needed("counterfoil"), key=lambda one: canonicalize_name(one.name))
    python = Path(sysconfig.get_path("stdlib"), "LICENSE.txt")
    own = (
        Part("counterfoil", "", "MIT", (_text(ROOT / "LICENSE"),)),
        Part("python", "", "PSF-2.0", (_text(python),)),
        Part(
            "noto-sans, noto-sans-mono", "", "OFL-1.1", (_text(ROOT / "resources/fonts/OFL.txt"),)
        ),
        Part(
            "pyinstaller-bootloader",
            "",
            "GPL-2.0-or-later WITH Bootloader-exception",
            (_BOOTLOADER, _text(_COMMON / "GPL-2")),
        ),
    )
    return [*own, *map(_part, packages)]


def write(folder: Path) -> None:
    """Write both files into a folder."""
    found = parts()
    folder.mkdir(parents=True, exist_ok=True)
    listed = [{key: value for key, value in asdict(one).items() if key != "texts"} for one in found]
    text = json.dumps(listed, indent=1) + "\n"
    (folder / PARTS).write_text(text, encoding="utf-8", newline="\n")
    (folder / TEXTS).write_text("".join(_written(found)), encoding="utf-8", newline="\n")


def _needed(name: str) -> list[Distribution]:
    """Return what a package needs, and what that needs in its turn."""
    found: dict[str, Distribution] = {}
    waiting = [Requirement(name)]
    while waiting:
        wanted = waiting.pop()
        there = distribution(wanted.name)
        key = canonicalize_name(wanted.name)
        if key in found and not wanted.extras:
            continue
        found[key] = there
        for line in there.requires or ():
            needed = Requirement(line)
            if any(
                needed.marker is None or needed.marker.evaluate({"extra": extra})
                for extra in wanted.extras or {""}
            ):
                waiting.append(needed)
    return [one for key, one in found.items() if key != name]


def _part(package: Distribution) -> Part:
    name = canonicalize_name(package.name)
    said = _SAID_OTHERWISE.get(name) or _said(package)
    texts = tuple(_texts(package))
    if name in _QT:
        texts = tuple(_text(_COMMON / one) for one in _OF_QT)
    if not texts:
        raise SystemExit(f"{name} brings no text of its licence ({said})")
    return Part(name, package.version, said, texts)


def _said(package: Distribution) -> str:
    said = package.metadata
    fields = [one for one in ("License-Expression", "License") if one in said]
    told = next((said[one].strip() for one in fields if said[one]), "")
    if told and "\n" not in told and len(told) < _LONGEST_NAME:
        return told.removesuffix(" License")
    classes = [str(one) for one in said.get_all("Classifier") or ()]
    named = [one.rpartition(" :: ")[2] for one in classes if one.startswith("License :: ")]
    return ", ".join(one.removesuffix(" License") for one in named) or told.partition("\n")[0]


def _texts(package: Distribution) -> Iterator[str]:
    for file in sorted(map(str, package.files or ())):
        path = PurePosixPath(file)
        is_named = any(word in path.name.lower() for word in _LICENCE_FILES)
        if ".dist-info" in path.parts[0] and is_named:
            yield _text(Path(str(package.locate_file(file))))


def _text(path: Path) -> str:
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    return "\n".join(line.rstrip() for line in lines).strip("\n") + "\n"


def _written(found: list[Part]) -> Iterator[str]:
    """Give each text once, below the names of the parts that are under it."""
    under: dict[str, list[str]] = {}
    for part in found:
        for text in part.texts:
            under.setdefault(text, []).append(f"{part.name} {part.version}".strip())
    for text, names in under.items():
        yield f"{_RULE}\n{', '.join(names)}\n{_RULE}\n\n{text}\n"


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
