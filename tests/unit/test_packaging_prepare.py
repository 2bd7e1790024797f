"""The preparation of a fresh machine says plainly what it cannot do."""

import os
import subprocess
from pathlib import Path

import pytest

PREPARE = Path(__file__).parents[2] / "packaging" / "prepare.sh"
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
