"""What is installed from the wheel is whole: it needs nothing of the checkout."""

import os
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel with what is installed; nothing is fetched."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory"]
    subprocess.run([*command, str(folder)], cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.glob("counterfoil-*.whl")
    return built


def test_all_files_are_in_the_wheel(wheel: Path) -> None:
    """The program, the sandbox, the statements of the journal, and all resources."""
    wanted = {
        (Path(inside) / path.relative_to(ROOT / outside)).as_posix()
        for outside, inside in {"app": "", "resources": "counterfoil/_resources"}.items()
        for path in (ROOT / outside).rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    assert wanted <= set(ZipFile(wheel).namelist())


def test_the_till_opens_out_of_the_wheel_alone(wheel: Path, tmp_path: Path) -> None:
    """Away from the checkout its journal is made, and its typefaces and languages are there."""
    ZipFile(wheel).extractall(tmp_path / "installed")
    checkout, installed = str(ROOT / "app"), str(tmp_path / "installed")
    script = f"""
import sys
sys.path[:] = [{installed!r}, *[one for one in sys.path if one != {checkout!r}]]
import counterfoil
assert counterfoil.__file__.startswith({str(tmp_path)!r}), counterfoil.__file__
from counterfoil.assets import licence_texts, resource_path
from counterfoil.adapters.languages import translations
from counterfoil.domain.language import Language
assert licence_texts().is_file()
assert resource_path("fonts", "CounterfoilSans-Regular.ttf").is_file()
assert resource_path("sounds", "approved.wav").is_file()
assert translations(Language.AFRIKAANS).gettext("Menu") != "Menu"
from counterfoil.cli.commands import main
raise SystemExit(main(["history", "--data-dir", {str(tmp_path / "till")!r}]))
"""
    run = subprocess.run(
        [sys.executable, "-I", "-c", script],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert (tmp_path / "till" / "training" / "journal.db").is_file()
