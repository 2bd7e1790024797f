"""What the guided start tries, over real HTTP, a real folder of slips and a keyring."""

import socket
from pathlib import Path

import pytest

from counterfoil.adapters import keyrings
from counterfoil.adapters.settings.electrum_settings import PASSWORD_ENTRY, credential_reader
from counterfoil.adapters.settings.keyring_entry import KEYRING_SERVICE
from counterfoil.adapters.settings.till_settings import KEYRING_ENTRY, KeySource, api_key_reader
from counterfoil.adapters.system.clock import SystemClock
from counterfoil.bootstrap import FirstStartHere, Places, open_till
from counterfoil.domain.contact import LineState, ProviderKind
from counterfoil.domain.failures import SettingsError, VaultUnavailableError
from counterfoil.domain.secret import Secret
from counterfoil.domain.setting import FoundKey, SettingChange
from counterfoil.domain.staff import EVERYTHING, NOBODY, Actor
from counterfoil.ports.printer import Sent
from counterfoil.service.commands import ChangeSettings, KeepKey, SetUpTill
from counterfoil_sandbox.server import SandboxServer
from counterfoil_sandbox.suv.access import WRONG_PASSWORD
from support.canary import CANARY_API_KEY
from support.keyrings import BrokenKeyring, ShelfKeyring

KEY = Secret(CANARY_API_KEY)


def here(folder: Path) -> FirstStartHere:
    """Return what tries things for a till that would have its file here."""
    return FirstStartHere(folder / "settings.toml", SystemClock(), KeySource.AUTO)


async def asked(folder: Path, address: str, key: Secret, user: str = "") -> LineState:
    """Ask Moment once, or as a user Electrum, and return how the line is."""
    kind = ProviderKind.ELECTRUM if user else ProviderKind.MOMENT
    return (await here(folder).contact(address, key, kind, user)).line


async def test_a_right_key_a_wrong_one_and_a_dead_line_are_told_apart(tmp_path: Path) -> None:
    """By one question, with a key that is kept nowhere."""
    with SandboxServer() as server:
        assert await asked(tmp_path, server.url, KEY) is LineState.ANSWERS
        wrong = Secret("pk_of_somebody_else")
        assert await asked(tmp_path, server.url, wrong) is LineState.KEY_REFUSED
        assert await asked(tmp_path, server.url, KEY, "22222222") is LineState.ANSWERS
        not_it = Secret(WRONG_PASSWORD)
        assert await asked(tmp_path, server.url, not_it, "22222222") is LineState.KEY_REFUSED
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        assert await asked(tmp_path, address, KEY) is LineState.NO_LINE
        assert await asked(tmp_path, address, KEY, "22222222") is LineState.NO_LINE
    assert list(tmp_path.iterdir()) == []


async def test_electrum_is_asked_under_the_name_that_the_till_will_use(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one that is kept here goes before the client's id, which may not be one at all."""
    shelf = ShelfKeyring()
    monkeypatch.setattr(keyrings, "system_keyring", lambda: shelf)
    monkeypatch.delenv("COUNTERFOIL_ELECTRUM_USER", raising=False)
    with SandboxServer() as server:
        unsendable = "an:id"
        assert await asked(tmp_path, server.url, KEY, unsendable) is LineState.NO_KEY
        shelf.set_password(KEYRING_SERVICE, "electrum-user", "till-7")
        assert await asked(tmp_path, server.url, KEY, unsendable) is LineState.ANSWERS


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


async def test_electrums_password_is_kept_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the till then reads it; of one there is said that it is there."""
    shelf = ShelfKeyring()
    monkeypatch.setattr(keyrings, "system_keyring", lambda: shelf)
    kind = ProviderKind.ELECTRUM
    assert await here(tmp_path).key_place(kind) is FoundKey.NOWHERE
    await here(tmp_path).keep_key(KEY, kind)
    assert shelf.kept == {(KEYRING_SERVICE, PASSWORD_ENTRY): CANARY_API_KEY}
    assert credential_reader("keyring")("password").reveal() == CANARY_API_KEY
    assert await here(tmp_path).key_place(kind) is FoundKey.KEYRING
    monkeypatch.setenv("COUNTERFOIL_ELECTRUM_PASSWORD", "x")
    assert await here(tmp_path).key_place(kind) is FoundKey.ENVIRONMENT


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
