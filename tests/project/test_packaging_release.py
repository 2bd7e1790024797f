"""What goes with a release: a bill of materials that is complete, and sums that show a change."""

import json
import os
import shutil
import subprocess
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest

import bill
from counterfoil.assets import parts

ROOT = Path(__file__).parents[2]
RELEASE = ROOT / "packaging" / "release"
NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)
AUDIT = """
. {prepare}
prepare() {{ uv={uv}; }}
{functions}
audit
"""


@pytest.mark.fault("X15")
def test_the_bill_names_each_part_with_its_licence_and_is_the_same_each_time() -> None:
    """Also what is in no lock: Python, the typefaces, and what starts a packaged program."""
    lock = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))
    components = [
        {"type": "library", "name": one["name"], "version": one["version"]}
        for one in lock["package"]
        if "version" in one
    ]
    made = {
        "serialNumber": "urn:uuid:1",
        "metadata": {"timestamp": "now", "component": {"name": "counterfoil"}},
        "components": components,
    }
    whole = bill.completed(made, "1.0", NOON)
    said = {one["name"]: one.get("licenses") for one in whole["components"]}
    assert all(said.get(one.name) for one in parts() if one.name != "counterfoil")
    own = whole["metadata"]["component"]
    assert (own["version"], own["licenses"]) == ("1.0", [{"license": {"id": "MIT"}}])
    assert said["pyside6-essentials"] == [
        {"expression": "LGPL-3.0-only OR GPL-2.0-only OR GPL-3.0-only"}
    ]
    later = made | {"serialNumber": "urn:uuid:2"}
    assert bill.completed(later, "1.0", NOON) == whole
    assert bill.completed(made, "1.1", NOON)["serialNumber"] != whole["serialNumber"]
    assert json.dumps(whole)


@pytest.mark.fault("X15")
@pytest.mark.skipif(shutil.which("gpg") is None, reason="gpg is not installed")
def test_a_changed_package_does_not_pass_the_signed_sums(tmp_path: Path) -> None:
    """Neither one that was changed, nor sums that somebody else wrote."""
    home, folder = tmp_path / "gpg", tmp_path / "dist"
    home.mkdir(mode=0o700)
    folder.mkdir()
    environment = {**os.environ, "GNUPGHOME": str(home)}

    def run(*command: str) -> int:
        done = subprocess.run(
            command, cwd=folder, env=environment, check=False, capture_output=True
        )
        return done.returncode

    key = ("--passphrase", "", "--quick-generate-key", "shop@example.org", "ed25519", "sign")
    assert run("gpg", "--batch", "--quiet", *key) == 0
    package = folder / "counterfoil.deb"
    package.write_bytes(b"a package")
    assert run(str(RELEASE), "seal", str(folder), "shop@example.org") == 0
    verify = ("gpg", "--verify", "SHA256SUMS.asc", "SHA256SUMS")
    check = ("sha256sum", "--check", "SHA256SUMS")
    assert (run(*verify), run(*check)) == (0, 0)
    package.write_bytes(b"another package")
    assert run(*check) == 1
    sums = folder / "SHA256SUMS"
    sums.write_bytes(sums.read_bytes().replace(b"counterfoil", b"counterfeit"))
    assert run(*verify) != 0
    run("gpgconf", "--kill", "all")


@pytest.mark.fault("X15")
@pytest.mark.parametrize(
    ("found", "code", "words"),
    [
        (0, 0, "No locked version is known"),
        (1, 1, "known to be vulnerable"),
        (2, 69, "Nothing was audited"),
    ],
)
def test_an_audit_that_could_not_be_made_is_not_told_as_a_good_one(
    found: int, code: int, words: str, tmp_path: Path
) -> None:
    """What found nothing, what found some, and what could not ask end each in its own way."""
    tool = tmp_path / "uv"
    tool.write_text(f"#!/bin/sh\nexit {found}\n", encoding="utf-8")
    tool.chmod(0o755)
    text = RELEASE.read_text(encoding="utf-8")
    functions = text[text.index("audit() {") : text.index("case ${1:-}")]
    script = AUDIT.format(prepare=ROOT / "packaging/prepare.sh", uv=tool, functions=functions)
    run = subprocess.run(
        ["/bin/bash", "-euo", "pipefail", "-c", script], capture_output=True, text=True, check=False
    )
    assert run.returncode == code, run.stderr
    assert words in run.stderr
