"""Foreign code that somebody's settings would bring into the till: none of it is loaded."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from counterfoil.adapters import keyrings
from counterfoil.domain.failures import ForeignKeyringError

PROGRAM = Path(sys.executable).with_name("counterfoil")
PLANTED = """
from pathlib import Path
Path({mark!r}).write_text("was here")
from keyring.backend import KeyringBackend
class Keyring(KeyringBackend):
    priority = 99
    def get_password(self, service, username): return "00" * 32
    def set_password(self, service, username, password): pass
    def delete_password(self, service, username): pass
"""


@pytest.fixture
def mark(tmp_path: Path) -> Path:
    """Plant a keyring in a folder ``planted``; return the file that it makes when it is loaded."""
    mark, folder = tmp_path / "mark", tmp_path / "planted"
    folder.mkdir()
    (folder / "thief.py").write_text(PLANTED.format(mark=str(mark)))
    return mark


def history(tmp_path: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Carry out a command of the installed program on a fresh till, as its user would."""
    names = {"HOME": str(tmp_path), "PYTHON_KEYRING_BACKEND": ""}
    return subprocess.run(
        [PROGRAM, "history", "--data-dir", str(tmp_path / "till")],
        capture_output=True,
        text=True,
        check=False,
        timeout=15,
        env={**os.environ, **names, **variables},
    )


def settings_of_keyring(tmp_path: Path, text: str) -> str:
    """Write the keyring library's settings and return the folder that leads to them."""
    folder = tmp_path / "config" / "python_keyring"
    folder.mkdir(parents=True)
    (folder / "keyringrc.cfg").write_text(text)
    return str(tmp_path / "config")


@pytest.mark.fault("X12")
@pytest.mark.skipif(sys.platform != "linux", reason="the folder of settings is named as on Linux")
def test_a_keyring_in_the_settings_folder_is_not_loaded(tmp_path: Path, mark: Path) -> None:
    """It would be given the journal's key. The till stays closed and names the file."""
    planted = f"[backend]\ndefault-keyring=thief.Keyring\nkeyring-path={tmp_path / 'planted'}\n"
    done = history(tmp_path, XDG_CONFIG_HOME=settings_of_keyring(tmp_path, planted))
    assert done.returncode == 74
    assert "keyringrc.cfg names a keyring that is not this system's own" in done.stderr
    assert not mark.exists()


@pytest.mark.fault("X12")
@pytest.mark.parametrize(
    "named", ["thief.Keyring", "keyrings.alt.file.EncryptedKeyring", "os.system", "nonsense"]
)
def test_a_keyring_in_a_variable_is_not_loaded(tmp_path: Path, mark: Path, named: str) -> None:
    """Nor is a key file made in its place without a word."""
    planted = str(tmp_path / "planted")
    done = history(tmp_path, PYTHON_KEYRING_BACKEND=named, PYTHONPATH=planted)
    assert done.returncode == 74
    assert "PYTHON_KEYRING_BACKEND names a keyring that is not" in done.stderr
    assert not mark.exists()
    assert not (tmp_path / "till" / "training" / "key.file").exists()


@pytest.mark.fault("X12")
@pytest.mark.parametrize("start", [[PROGRAM], [sys.executable, "-m", "counterfoil"]])
def test_no_module_comes_from_a_folder_that_is_not_the_tills(
    tmp_path: Path, start: list[str | Path]
) -> None:
    """Neither one that a variable names nor the one that the program is started in."""
    mark, planted, here = tmp_path / "mark", tmp_path / "planted", tmp_path / "here"
    for folder in (planted, here):
        folder.mkdir()
        for name in ("typing", "argparse", "pathlib", "sqlite3", "typer", "keyring", "httpx"):
            (folder / f"{name}.py").write_text(f"open({str(mark)!r}, 'a').write('{name} ')")
    done = subprocess.run(
        [*start, "history", "--data-dir", str(tmp_path / "till")],
        cwd=here,
        capture_output=True,
        text=True,
        check=False,
        timeout=15,
        env={**os.environ, "PYTHONPATH": f"{planted}{os.pathsep}{os.pathsep}{here}"},
    )
    assert done.returncode == 0, done.stderr
    assert not mark.exists(), mark.read_text()


def test_the_librarys_own_keyrings_may_be_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    """That is also how a person says that there is none."""
    for name in ("fail", "null"):
        monkeypatch.setenv("PYTHON_KEYRING_BACKEND", f"keyring.backends.{name}.Keyring")
        assert type(keyrings.system_keyring()).__module__ == f"keyring.backends.{name}"


@pytest.mark.parametrize(
    ("text", "is_refused"),
    [
        ("", False),
        ("[backend]\n", False),
        ("[backend]\ndefault-keyring=keyring.backends.fail.Keyring\n", False),
        ("[backend]\ndefault-keyring=keyring.backends.chainer.ChainerBackend\n", True),
        ("[backend]\nkeyring-path=/tmp\n", True),
        ("no settings at all", True),
    ],
)
def test_the_keyrings_settings_name_the_systems_own_or_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, is_refused: bool
) -> None:
    """A file that cannot be read may name anything, so it is refused as well."""
    monkeypatch.delenv("PYTHON_KEYRING_BACKEND")
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    config = Path(settings_of_keyring(tmp_path, text)) / "python_keyring" / "keyringrc.cfg"
    monkeypatch.setattr(keyrings, "_settings_file", lambda: config)
    if is_refused:
        with pytest.raises(ForeignKeyringError, match=r"keyringrc\.cfg"):
            keyrings.system_keyring()
    else:
        assert type(keyrings.system_keyring()).__module__ == "keyring.backends.fail"
