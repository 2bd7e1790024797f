"""The preparation of a fresh machine says plainly what it cannot do."""

import os
import re
import subprocess
import tomllib
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[2]
PREPARE = ROOT / "packaging" / "prepare.sh"
UV = ROOT / "packaging" / "uv.txt"
UNAVAILABLE = 69


def _bash(script: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/bash", "-euo", "pipefail", "-c", f'. "{PREPARE}"; {script}'],
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_without_a_usable_python_it_names_the_versions(tmp_path: Path) -> None:
    """A path with another Python, or none, ends in one sentence and not in a traceback."""
    run = _bash(f'environment="{tmp_path}"; PATH="{tmp_path}"; find_python')
    assert run.returncode == UNAVAILABLE
    assert "3.11, 3.12 or 3.13" in run.stderr


def test_without_rights_it_names_the_command_for_root(tmp_path: Path) -> None:
    """Somebody who may not install is told what to have installed, and the rest does not run."""
    for name, code in (("sudo", 1), ("apt-get", 1)):
        (tmp_path / name).write_text(f"#!/bin/sh\nexit {code}\n")
        (tmp_path / name).chmod(0o755)
    run = _bash(
        "missing_libraries() { echo libegl1; }; id() { echo 1000; };"
        "uname() { echo Linux; };"
        f'PATH="{tmp_path}:$PATH"; install_libraries start; echo went on'
    )
    assert run.returncode == UNAVAILABLE
    assert "apt-get install --yes --no-install-recommends libegl1\n" in run.stderr
    assert "went on" not in run.stdout


def test_a_missing_library_is_named_by_its_package() -> None:
    """The loader itself is asked, so the answer is what Qt will find."""
    run = _bash('python=python3; missing_libraries "libc.so.6 libc6 libnothing.so.0 libnothing0"')
    assert run.stdout.split() == ["libnothing0"]


def test_an_unwritable_home_falls_back_to_the_checkout(tmp_path: Path) -> None:
    """A home that cannot be written does not stop a person who can write the checkout."""
    home = tmp_path / "home"
    home.write_text("a file, so that no directory can be made in it")
    run = _bash(f'checkout="{tmp_path}"; find_cache', HOME=str(home))
    assert run.stdout.strip() == str(tmp_path / ".cache")


@pytest.mark.parametrize(
    ("environment", "mirror"),
    [
        ({"UV_DEFAULT_INDEX": "https://uv.test", "PIP_INDEX_URL": "https://pip.test"}, "uv"),
        ({"PIP_INDEX_URL": "https://pip.test"}, "pip"),
        ({}, "settings"),
    ],
    ids=["uv", "pip", "settings"],
)
def test_a_mirror_is_found_where_uv_or_pip_has_it(
    tmp_path: Path, environment: dict[str, str], mirror: str
) -> None:
    """Uv's own setting goes first, then pip's variable, then pip's file."""
    (tmp_path / "pip.conf").write_text("[global]\nindex-url = https://settings.test\n")
    run = _bash(
        "python=python3; find_mirror",
        HOME=str(tmp_path),
        PIP_CONFIG_FILE=str(tmp_path / "pip.conf"),
        **environment,
    )
    assert run.stdout.strip() == f"https://{mirror}.test"


@pytest.mark.parametrize(
    ("environment", "is_there"), [({}, False), ({"DISPLAY": ":0"}, True)], ids=["none", "x11"]
)
def test_a_screen_is_a_display_in_the_environment(
    environment: dict[str, str], is_there: bool
) -> None:
    """On Linux only; elsewhere there is always one."""
    run = _bash("uname() { echo Linux; }; has_screen", **environment)
    assert (run.returncode == 0) is is_there


@pytest.mark.timeout(120)  # a whole environment is made
def test_a_uv_that_is_not_the_one_that_was_looked_at_is_not_installed(tmp_path: Path) -> None:
    """An index, or whoever sits between, may hand out another file under the same name."""
    links = tmp_path / "links"
    links.mkdir()
    pinned = re.search(r"^uv==(\S+)", UV.read_text(encoding="utf-8"), re.MULTILINE)
    assert pinned
    info = f"uv-{pinned[1]}.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: uv\nVersion: {pinned[1]}\n"
    with ZipFile(links / f"uv-{pinned[1]}-py3-none-any.whl", "w") as wheel:
        wheel.writestr("uv/__init__.py", "")
        wheel.writestr(f"{info}/METADATA", metadata)
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "")
    run = _bash(
        f'python=python3; cache="{tmp_path}"; is_new_enough() {{ false; }}; find_uv',
        PIP_NO_INDEX="1",
        PIP_FIND_LINKS=str(links),
        PIP_CONFIG_FILE=os.devnull,
    )
    assert run.returncode == UNAVAILABLE, run.stdout
    assert "not those that packaging/uv.txt names" in run.stderr
    assert not list((tmp_path / "uv").rglob("uv/__init__.py"))


def test_everything_that_is_installed_has_a_hash_that_was_looked_at() -> None:
    """Each call of an installer asks for hashes, or fetches nothing at all."""
    text = PREPARE.read_text(encoding="utf-8").replace("\\\n", " ")
    calls = [line for line in text.splitlines() if re.search("pip (install|sync)", line)]
    assert len(calls) == 4
    for call in calls:
        assert "--require-hashes" in call or {"--offline", "--no-build-isolation"} <= set(
            call.split()
        )
    assert "sync --quiet --frozen --inexact --no-install-project" in text


def test_the_lock_has_what_builds_the_till() -> None:
    """Its backend, and what an editable install needs of it, each file with its hash."""
    lock = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))
    packages = {one["name"]: one for one in lock["package"]}
    assert packages.keys() >= {"hatchling", "editables", "pathspec", "pluggy", "trove-classifiers"}
    files = [
        file
        for one in packages.values()
        for file in (*one.get("wheels", ()), *filter(None, [one.get("sdist")]))
    ]
    assert len(files) > len(packages)
    assert all(file["hash"].startswith("sha256:") for file in files)
