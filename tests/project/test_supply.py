"""What the till is made of, and what it fetches: only locked parts, and nothing at run time."""

import ast
import re
import sqlite3
import tomllib
from pathlib import Path
from typing import Any

import pytest

import licences
from counterfoil.adapters.journal.storage.queries import queries
from counterfoil.adapters.printing.folder_printer import file_name
from counterfoil.adapters.system.chance import SystemChance
from counterfoil.adapters.upstream.moment.discovery import read_types
from counterfoil.assets import licence_texts, parts
from counterfoil.domain.slip import Slip, SlipKind
from counterfoil.domain.slip_facts import number_text
from counterfoil.domain.till import TillProfile

ROOT = Path(__file__).parents[2]
PROGRAM = ROOT / "app" / "counterfoil"


@pytest.fixture(scope="module")
def locked() -> list[dict[str, Any]]:
    """Return the packages of the lock."""
    document = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))
    packages: list[dict[str, Any]] = document["package"]
    return packages


@pytest.mark.fault("X15")
def test_every_part_is_locked_by_its_hash(locked: list[dict[str, Any]]) -> None:
    """A package that was changed after the lock was written does not install."""
    outside = [one for one in locked if "registry" in one["source"]]
    assert len(outside) > 50
    assert len(locked) - len(outside) == 1, "the till itself, and nothing from anywhere else"
    for one in outside:
        files = [*one.get("wheels", []), *([one["sdist"]] if "sdist" in one else [])]
        assert files, one["name"]
        for file in files:
            assert re.fullmatch(r"sha256:[0-9a-f]{64}", file["hash"]), one["name"]


@pytest.mark.fault("X15")
def test_all_parts_come_from_one_registry(locked: list[dict[str, Any]]) -> None:
    """A second one could offer a package of the same name."""
    assert len({one["source"]["registry"] for one in locked if "registry" in one["source"]}) == 1


@pytest.mark.fault("X15")
def test_the_till_installs_nothing_by_itself() -> None:
    """No module of the program imports an installer, and the scripts take the lock as it is."""
    installers = {"pip", "ensurepip", "uv", "setuptools", "importlib.metadata", "venv"}
    for path in PROGRAM.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not installers & set(names), path.name
    assert "--frozen" in (ROOT / "packaging" / "prepare.sh").read_text(encoding="utf-8")


@pytest.mark.fault("X15")
def test_each_part_is_named_with_the_version_that_is_locked_and_its_licence(
    locked: list[dict[str, Any]],
) -> None:
    """What is shown of the parts is what is installed here: packaging/licences.py wrote it."""
    versions = {one["name"]: one["version"] for one in locked if "version" in one}
    shown = {one.name: one for one in parts()}
    assert {one.name for one in licences.parts()} <= set(shown)
    for one in shown.values():
        assert one.licence, one.name
        assert one.version in {"", versions.get(one.name)}, one.name
    texts = licence_texts().read_text(encoding="utf-8")
    assert all(f"{one.name} {one.version}".strip() in texts for one in shown.values())


@pytest.mark.fault("X8")
def test_no_picture_and_no_address_of_a_provider_is_ever_opened() -> None:
    """The one reader of pictures draws the till's own icons; nothing in the window fetches."""
    readers: dict[str, set[str]] = {}
    forbidden = {"QtNetwork", "QtWebEngineWidgets", "QtQuick", "QtMultimedia", "QtPdf"}
    names = {"QSvgRenderer", "QImageReader", "QMovie", "QDesktopServices", "QNetworkAccessManager"}
    for path in (*(PROGRAM / "ui").rglob("*.py"), *(PROGRAM / "presentation").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("PySide6"):
                assert (node.module or "").rpartition(".")[2] not in forbidden, path.name
                for alias in node.names:
                    if alias.name in names:
                        readers.setdefault(alias.name, set()).add(path.name)
    assert readers == {"QSvgRenderer": {"icon.py"}}


@pytest.mark.fault("X8")
def test_what_discovery_says_of_pictures_is_left_out() -> None:
    """A type has no picture; an address that is not https is no address, and none is opened."""
    address = "http://127.0.0.1:9/logo.svg"
    entry = {
        "type": "vouchers.a",
        "name": "A",
        "logo": address,
        "logo_url": address,
        "icon": "file:///nowhere.svg",
        "image": address,
        "website": address,
        "required_fields": [{"name": "pin", "image": address}],
    }
    types = read_types({"data": [entry]}, "moment")
    assert types is not None
    assert "127.0.0.1" not in repr(types)
    assert "nowhere" not in repr(types)


@pytest.mark.fault("X19")
@pytest.mark.parametrize("number", [999_999, 1_000_000, 2**31, 2**53 + 1, 2**63 - 2])
def test_a_slip_number_stays_itself_however_large(number: int) -> None:
    """No digit is lost on paper or in a file name, and none is used again."""
    said = number_text(TillProfile(till_number=3), number)
    assert said == f"03-{number:06d}"
    slip = Slip(kind=SlipKind.ORIGINAL, lines=(), number=said)
    assert file_name(slip) == said


@pytest.mark.fault("X19")
def test_the_journal_counts_to_the_end_and_no_further() -> None:
    """The last number is given once; after it there is a failure and no other number."""
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE redemption (slip_number INTEGER PRIMARY KEY) STRICT")
    connection.execute("INSERT INTO redemption VALUES (?)", (2**63 - 2,))
    (last,) = connection.execute(queries()["next_slip_number"]).fetchone()
    assert last == 2**63 - 1
    connection.execute("INSERT INTO redemption VALUES (?)", (last,))
    (beyond,) = connection.execute(queries()["next_slip_number"]).fetchone()
    with pytest.raises(sqlite3.Error):
        connection.execute("INSERT INTO redemption VALUES (?)", (beyond,))
    connection.close()


@pytest.mark.fault("X19")
def test_ids_come_from_chance_and_not_from_a_counter() -> None:
    """They cannot run out or be guessed from one another."""
    ids = {SystemChance().new_id() for _ in range(1_000)}
    assert len(ids) == 1_000
    assert all(re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-.+", one) for one in ids)
