"""What Qt needs of the system is named by its package, before Qt ends the program."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from counterfoil.adapters.system import qt_libraries
from counterfoil.adapters.system.qt_libraries import (
    ALWAYS,
    WITH_WAYLAND,
    WITH_X,
    missing_packages,
)

ROOT = Path(__file__).parents[3]
_MISSING = {"libnothing.so.0": "libnothing0"}
_WITHOUT = """
import sys
from unittest.mock import patch
from counterfoil.adapters.system import qt_libraries
from counterfoil.__main__ import main
with patch.object(qt_libraries, "ALWAYS", {"libnothing.so.0": "libnothing0"}):
    raise SystemExit(main())
"""


def test_the_list_is_that_of_the_preparation() -> None:
    """A fresh machine gets what the installed program asks for, and nothing else."""
    text = (ROOT / "packaging" / "prepare.sh").read_text(encoding="utf-8")
    listed = re.findall(r"^(lib\S+\.so\.\d+)\s+(lib\S+)$", text, re.MULTILINE)
    assert dict(listed) == {**ALWAYS, **WITH_X, **WITH_WAYLAND}


@pytest.mark.parametrize(
    ("variables", "named"),
    [
        ({"DISPLAY": ":0"}, "libx"),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "libwayland"),
        ({"DISPLAY": ":0", "QT_QPA_PLATFORM": "wayland-egl"}, "libwayland"),
        ({"DISPLAY": ":0", "QT_QPA_PLATFORM": "offscreen"}, ""),
    ],
)
def test_only_what_the_screen_needs_is_asked_for(
    variables: dict[str, str], named: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody with Wayland alone needs nothing of X, and without a screen neither is needed."""
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(qt_libraries, "ALWAYS", {})
    monkeypatch.setattr(qt_libraries, "WITH_X", {"libnothing.so.0": "libx"})
    monkeypatch.setattr(qt_libraries, "WITH_WAYLAND", {"libnothing.so.1": "libwayland"})
    assert missing_packages(for_screen=True) == ((named,) if named else ())
    assert missing_packages(for_screen=False) == ()


@pytest.mark.parametrize("arguments", [(), ("demo", "--output", "nowhere")], ids=["window", "demo"])
def test_the_program_names_the_command_and_loads_no_qt(
    arguments: tuple[str, ...], tmp_path: Path
) -> None:
    """What root has to type, and nothing of Qt's own words."""
    run = subprocess.run(
        [sys.executable, "-c", _WITHOUT, *arguments],
        cwd=tmp_path,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 64
    assert "apt-get install libnothing0" in run.stderr
    assert "Traceback" not in run.stderr
    assert not (tmp_path / "nowhere").exists()
