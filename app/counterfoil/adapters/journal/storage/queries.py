"""The statements of ``queries.sql`` by name, and the migrations in order."""

import re
from functools import cache
from importlib.resources import files

from counterfoil.declaring import dataclass
from counterfoil.overriding import override

_QUERY = re.compile(r"^-- (?P<name>[a-z_]+): .+\n(?P<sql>(?:(?!-- ).*\n?)+)", re.MULTILINE)
_VERSION = re.compile(r"-- version (?P<major>\d+)\.(?P<minor>\d+)\n")
_FOLDER = "counterfoil.adapters.journal.storage"

APPLICATION_ID = 0x564F5543
"""Marks a file as a journal."""


@dataclass(frozen=True, slots=True, order=True)
class Version:
    """The version of a journal's schema. A till opens every journal of its own major version.

    A newer minor version takes nothing away that selling needs.
    """

    major: int
    minor: int

    @override
    def __str__(self) -> str:
        return f"{self.major}.{self.minor}"

    @property
    def number(self) -> int:
        """The version as the file keeps it, one whole number."""
        return self.major << 16 | self.minor

    @classmethod
    def of(cls, number: int) -> "Version":
        """Read a version as the file keeps it."""
        return cls(number >> 16, number & 0xFFFF)


@dataclass(frozen=True, slots=True)
class Migration:
    """One step from an older schema to a newer one."""

    version: Version
    sql: str


@cache
def queries() -> dict[str, str]:
    """Return every named statement."""
    text = files(_FOLDER).joinpath("queries.sql").read_text(encoding="utf-8")
    return {match["name"]: match["sql"].strip() for match in _QUERY.finditer(text)}


@cache
def migrations() -> tuple[Migration, ...]:
    """Return every migration, oldest first."""
    folder = files(_FOLDER).joinpath("migrations")
    scripts = sorted((file.name, file) for file in folder.iterdir() if file.name.endswith(".sql"))
    return tuple(read_migration(file.read_text(encoding="utf-8")) for _, file in scripts)


def read_migration(sql: str) -> Migration:
    """Read a migration, whose first line says which version it leads to."""
    version = _VERSION.match(sql)
    assert version is not None, "a migration begins with its version"
    return Migration(Version(int(version["major"]), int(version["minor"])), sql)
