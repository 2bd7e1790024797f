"""Which providers an opened till asks: those of its settings, and those that it owes an answer."""

from pathlib import Path

import pytest

from counterfoil.adapters import keyrings
from counterfoil.adapters.settings.electrum_settings import CREDENTIALS
from counterfoil.adapters.settings.keyring_entry import KEYRING_SERVICE
from counterfoil.adapters.settings.till_settings import API_KEY_VARIABLE, KEYRING_ENTRY
from counterfoil.bootstrap import Places, open_till
from counterfoil.domain.causes.key import KeyProblem
from counterfoil.domain.failures import KeyringSilentError
from counterfoil_sandbox.server import SandboxServer
from support.canary import CANARY_API_KEY
from support.keyrings import ShelfKeyring
from support.tills import ELECTRUM

MOMENT = '[moment]\nbase_url = "{url}"\n'
NOWHERE = "http://127.0.0.1:9"


@pytest.fixture
def shelf(monkeypatch: pytest.MonkeyPatch) -> ShelfKeyring:
    """Return the till's keyring; beside it there is only Electrum's password."""
    shelf = ShelfKeyring()
    monkeypatch.setattr(keyrings, "system_keyring", lambda: shelf)
    monkeypatch.delenv(API_KEY_VARIABLE, raising=False)
    monkeypatch.setenv(CREDENTIALS["password"][0], CANARY_API_KEY)
    return shelf


def file_of(folder: Path, *sections: str, url: str = NOWHERE) -> Places:
    """Write the settings of a till for real vouchers."""
    said = "".join(one.format(url=url) for one in sections)
    (folder / "settings.toml").write_text(
        f'{said}[journal]\nkey_in = "file"\n[printer]\nkind = "none"\n', encoding="utf-8"
    )
    return Places(data_dir=folder)


async def asked(places: Places) -> set[str]:
    """Open a till, and return which providers it has."""
    async with open_till(places) as till:
        return set(till.engine.gateways)


async def test_a_till_for_electrum_alone_misses_no_other_provider(
    tmp_path: Path, shelf: ShelfKeyring
) -> None:
    """Its offer is whole and new, and nobody is asked for Moment's key."""
    with SandboxServer() as server:
        async with open_till(file_of(tmp_path, ELECTRUM, url=server.url)) as till:
            offer = await till.ask_for_types()
            assert offer.is_fresh
            assert offer.trouble is None
            assert [one.upstream for one in offer.types] == ["electrum"]
            assert set(till.engine.gateways) == {"electrum"}


async def test_a_till_with_both_and_one_with_neither_ask_moment(
    tmp_path: Path, shelf: ShelfKeyring
) -> None:
    """A section or a key is enough; a till without either still says that its key is missing."""
    assert await asked(file_of(tmp_path)) == {"moment"}
    assert await asked(file_of(tmp_path, MOMENT, ELECTRUM)) == {"moment", "electrum"}
    shelf.set_password(KEYRING_SERVICE, KEYRING_ENTRY, CANARY_API_KEY)
    assert await asked(file_of(tmp_path, ELECTRUM)) == {"moment", "electrum"}


async def test_a_till_that_took_moments_vouchers_goes_on_to_ask_moment(
    tmp_path: Path, shelf: ShelfKeyring
) -> None:
    """What was begun there must be brought to its end, also where key and section are gone."""
    shelf.set_password(KEYRING_SERVICE, KEYRING_ENTRY, CANARY_API_KEY)
    with SandboxServer() as server:
        async with open_till(file_of(tmp_path, MOMENT, url=server.url)) as till:
            assert (await till.ask_for_types()).is_fresh
    shelf.kept.clear()
    assert await asked(file_of(tmp_path, ELECTRUM)) == {"moment", "electrum"}


async def test_a_keyring_that_does_not_answer_may_hold_moments_key(
    tmp_path: Path, shelf: ShelfKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Then Moment is asked, and what is wrong is said there."""

    def be_silent(*_: object) -> str:
        raise KeyringSilentError(KeyProblem.KEYRING_SILENT)

    monkeypatch.setattr(keyrings, "ask", be_silent)
    assert await asked(file_of(tmp_path, ELECTRUM)) == {"moment", "electrum"}
