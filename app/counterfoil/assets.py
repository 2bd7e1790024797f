"""Find the files that are not code: the theme, the icons, the sounds, the translations.

They lie in three places: in a checkout at its top, in a wheel inside the package, in a
frozen bundle beside the program's own data. Nobody else has to know which.
"""

import json
import sys
from functools import cache
from pathlib import Path

from counterfoil.declaring import dataclass

PACKAGE_DIR = Path(__file__).resolve().parent
WITNESS = Path("theme") / "till.qss"  # A folder without it is not ours, whatever its name.


LICENCES = "licences"


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that the program is made of; what comes with it has no version of its own."""

    name: str
    version: str
    licence: str


class ResourcesMissingError(Exception):
    """No folder with the till's own theme and icons was found: the installation is broken.

    It is none of the domain's failures: the frame of the window, which needs the theme, loads none.
    """


@cache
def resources_dir() -> Path:
    """Return the resources folder of this installation or raise ResourcesMissingError."""
    for folder in _candidates():
        if (folder / WITNESS).is_file():
            return folder
    looked_in = ", ".join(str(folder) for folder in _candidates())
    message = f"no resources found; looked in {looked_in}"
    raise ResourcesMissingError(message)


def resource_path(*parts: str) -> Path:
    """Return the path of one resource, such as ``resource_path("icons", "check.svg")``."""
    return resources_dir().joinpath(*parts)


def parts() -> tuple[Part, ...]:
    """Return what the program is made of: the till itself, then all that it needs, by name."""
    told = json.loads(resource_path(LICENCES, "parts.json").read_text(encoding="utf-8"))
    return tuple(Part(**one) for one in told)


def licence_texts() -> Path:
    """Return the file with the licences of all parts, in full."""
    return resource_path(LICENCES, "texts.txt")


def _candidates() -> tuple[Path, ...]:
    """List the places worth looking at, the frozen bundle first."""
    bundle = getattr(sys, "_MEIPASS", None)
    frozen = (
        (Path(bundle) / "counterfoil" / "_resources", Path(bundle) / "resources")
        if isinstance(bundle, str)
        else ()
    )
    return (*frozen, PACKAGE_DIR / "_resources", PACKAGE_DIR.parent.parent / "resources")
