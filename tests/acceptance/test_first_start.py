"""What the guided start tries, over real HTTP, a real folder of slips and a keyring."""

import socket
from pathlib import Path

import pytest

from counterfoil.adapters import keyrings
from counterfoil.adapters.settings.keyring_entry import KEYRING_SERVICE
from counterfoil.adapters.settings.till_settings import KEYRING_ENTRY, KeySource, api_key_reader
from counterfoil.adapters.system.clock import SystemClock
from counterfoil.bootstrap import FirstStartHere, Places, open_till
from counterfoil.domain.contact import LineState
from counterfoil.domain.failures import SettingsError, VaultUnavailableError
from counterfoil.domain.secret import Secret
from counterfoil.domain.setting import SettingChange
from counterfoil.domain.staff import EVERYTHING, NOBODY, Actor
from counterfoil.ports.printer import Sent
from counterfoil.service.commands import ChangeSettings, KeepKey, SetUpTill
from counterfoil_sandbox.server import SandboxServer
from support.canary import CANARY_API_KEY
from support.keyrings import BrokenKeyring, ShelfKeyring

KEY = Secret(CANARY_API_KEY)


def here(folder: Path) -> FirstStartHere:
    """Return what tries things for a till that would have its file here."""
    return FirstStartHere(folder / "settings.toml", SystemClock(), KeySource.AUTO)


async def test_a_right_key_a_wrong_one_and_a_dead_line_are_told_apart(tmp_path: Path) -> None:
    """By one question, with a key that is kept nowhere."""
    with SandboxServer() as server:
        assert (await here(tmp_path).contact(server.url, KEY)).line is LineState.ANSWERS
        refused = await here(tmp_path).contact(server.url, Secret("pk_of_somebody_else"))
        assert refused.line is LineState.KEY_REFUSED
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        assert (await here(tmp_path).contact(address, KEY)).line is LineState.NO_LINE
    assert list(tmp_path.iterdir()) == []


async def test_a_test_slip_comes_out_by_settings_that_are_in_no_file_yet(tmp_path: Path) -> None:
    """Where the till would put its slips."""
    outcome = await here(tmp_path).print_test_slip((SettingChange("till.number", 7),))
    assert isinstance(outcome, Sent)
    assert [one.suffix for one in (tmp_path / "paper").iterdir()] == [".pdf"]
    assert not (tmp_path / "settings.toml").exists()


async def test_the_key_is_kept_where_the_till_then_reads_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the entry that a person would make; a keyring that is locked says so."""
    shelf = ShelfKeyring()
    monkeypatch.setattr(keyrings, "system_keyring", lambda: shelf)
    await here(tmp_path).keep_key(KEY)
    assert shelf.kept == {(KEYRING_SERVICE, KEYRING_ENTRY): CANARY_API_KEY}
    assert api_key_reader(KeySource.KEYRING)().reveal() == CANARY_API_KEY

    def refuse(*_: str) -> None:
        raise RuntimeError("locked")

    monkeypatch.setattr(BrokenKeyring, "set_password", refuse)
    monkeypatch.setattr(keyrings, "system_keyring", BrokenKeyring)
    with pytest.raises(VaultUnavailableError):
        await here(tmp_path).keep_key(KEY)


async def test_who_practises_reaches_neither_the_file_nor_the_key_of_a_real_till(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A real file may say training for a while, and everybody knows the trainees."""
    shelf = ShelfKeyring()
    monkeypatch.setattr(keyrings, "system_keyring", lambda: shelf)
    await here(tmp_path).keep_key(Secret("the shop's"))
    before, trainee = dict(shelf.kept), Actor("Manager", EVERYTHING)
    file, written = tmp_path / "settings.toml", 'training = true\n[journal]\nkey_in = "file"\n'
    file.write_text(written, encoding="utf-8")
    elsewhere = (SettingChange("moment.base_url", "https://elsewhere.test"),)
    async with open_till(Places(data_dir=tmp_path)) as till:
        for command, who in (
            (ChangeSettings(elsewhere), trainee),
            (KeepKey(KEY), trainee),
            (SetUpTill(elsewhere, KEY), NOBODY),
        ):
            with pytest.raises(SettingsError):
                await till.gate.run(command, who)
        assert not till.first_start.can_set_up
    assert file.read_text(encoding="utf-8") == written
    assert shelf.kept == before
