"""The installer for Windows is compiled here; that it runs is seen on Windows alone."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BUILD = ROOT / "packaging" / "build-windows"


@pytest.mark.skipif(shutil.which("makensis") is None, reason="nsis is not installed")
def test_the_installer_is_compiled_without_a_warning(tmp_path: Path) -> None:
    """Around any folder; a warning ends the compiler."""
    program = tmp_path / "program"
    (program / "_internal").mkdir(parents=True)
    (program / "counterfoil.exe").write_bytes(b"MZ")
    output = tmp_path / "counterfoil-setup-0.exe"
    command = [sys.executable, str(BUILD), "--program", str(program), "--output", str(output)]
    subprocess.run(command, check=True, capture_output=True)
    assert output.read_bytes().startswith(b"MZ")


@pytest.mark.skipif(sys.platform == "win32", reason="there it builds")
def test_elsewhere_it_says_where_the_program_is_made() -> None:
    """And begins nothing."""
    run = subprocess.run([sys.executable, str(BUILD)], capture_output=True, text=True, check=False)
    assert run.returncode == 69
    assert "on Windows alone" in run.stderr
