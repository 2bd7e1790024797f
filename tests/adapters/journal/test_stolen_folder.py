"""What a thief gets who has a till's folder and its backups, and what a PIN is then worth."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from counterfoil.adapters.journal.sqlite_journal import SqliteJournal
from counterfoil.adapters.journal.storage.place import JOURNAL_NAME
from counterfoil.adapters.system import pins
from counterfoil.adapters.system.pins import ArgonPins
from counterfoil.adapters.system.vault import KEY_FILE_NAME, KeyPlace, SealingVault, open_vault
from counterfoil.domain.secret import Secret
from counterfoil.domain.staff import CASHIER, EVERYTHING, Actor
from counterfoil.ports.vault import Vault
from counterfoil.service.people import People
from support.clocks import SeededChance, SteppedClock
from support.journals import QUICK
from support.keyrings import ShelfKeyring
from support.samples import Samples, whole_story

PIN = "02719"
_ALL_PINS = 100_000
_QUICK_KIB = 8


@pytest.fixture(params=[KeyPlace.KEYRING, KeyPlace.FILE])
def key_place(request: pytest.FixtureRequest) -> KeyPlace:
    """Return where the till's key is kept."""
    place: KeyPlace = request.param
    return place


async def _worked_in(folder: Path, vault: Vault) -> None:
    """Hire a cashier and a manager, and sell something."""
    async with SqliteJournal.open(folder, lambda: vault, QUICK) as journal:
        people = People(
            journal=journal,
            pins=ArgonPins(vault, memory_kib=_QUICK_KIB),
            clock=SteppedClock(),
            chance=SeededChance(4),
        )
        await people.begin("31", "Lindiwe K.", Secret("a horse and a kite"))
        manager = Actor("Lindiwe K.", EVERYTHING, "31")
        await people.add("17", "Thandi M.", CASHIER, Secret(PIN), manager)
        await whole_story(journal, Samples())


def _stolen(folder: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{folder / JOURNAL_NAME}?mode=ro", uri=True)


def _all_pins() -> Iterator[str]:
    return (f"{number:05}" for number in range(_ALL_PINS))


def _found(verifier: bytes, vault: Vault) -> str | None:
    """Try every PIN of five digits with a vault's key; return the one that is right."""
    _, memory_kib, salt, expected = pins._HEAD.unpack(verifier)
    for pin in _all_pins():
        made = pins._argon(salt, memory_kib).derive(vault.hash_of_staff("pin", pin))
        if made == expected:
            return pin
    return None


@pytest.mark.fault("X11")
@pytest.mark.many_runs
async def test_no_pin_is_found_on_a_stolen_folder_without_its_key(
    tmp_path: Path, key_place: KeyPlace, capsys: pytest.CaptureFixture[str]
) -> None:
    """All 100,000 are tried; where the key is a file in the folder, the thief has that as well."""
    folder, keyring = tmp_path / "till", ShelfKeyring()
    vault = open_vault(key_place, folder, keyring).vault
    await _worked_in(folder, vault)
    with closing(_stolen(folder)) as file:
        seen = file.execute("SELECT number, person_name, role, pin FROM staff").fetchall()
        sales = file.execute("SELECT type_name, voucher_tail, redeemed_cents FROM redemption")
        print("read without a key:", [row[:3] for row in seen], sales.fetchall())  # noqa: T201 - what this test is for
        raw = b"".join(path.read_bytes() for path in folder.iterdir() if path.is_file())
    assert PIN.encode() not in raw
    (verifier,) = [row[3] for row in seen if row[0] == "17"]
    has_key = (folder / KEY_FILE_NAME).exists()
    assert has_key is (key_place is KeyPlace.FILE)
    if has_key:  # the control: whoever has the key finds it by trying
        assert _found(verifier, open_vault(KeyPlace.FILE, folder, keyring).vault) == PIN
        print("the key lies in the folder: a PIN of five digits is found")  # noqa: T201
    else:
        assert _found(verifier, SealingVault(bytes(32))) is None
        print("the key is in the keyring: no PIN is found")  # noqa: T201
    assert "read without a key" in capsys.readouterr().out
