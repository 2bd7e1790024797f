"""The till's key leaves it only under a passphrase, and comes back only with it."""

from pathlib import Path

import pytest
from typing_extensions import override

from counterfoil.adapters.system.recovery_key import unwrap_key, wrap_key
from counterfoil.adapters.system.vault import (
    KEY_FILE_NAME,
    TILL_ID_NAME,
    KeyPlace,
    KeyringAnchor,
    carry_key,
    has_key,
    install_key,
    open_vault,
    read_key,
)
from counterfoil.domain.failures import VaultUnavailableError
from counterfoil.domain.secret import Secret
from support.keyrings import BrokenKeyring, ShelfKeyring

PASSPHRASE = Secret("seven small goats jump")
KEY = bytes(range(32))


def test_a_key_comes_back_with_its_passphrase_alone() -> None:
    """The file shows nothing of it, and no two files of one key are alike."""
    text = wrap_key(KEY, PASSPHRASE)
    assert KEY.hex() not in text
    assert wrap_key(KEY, PASSPHRASE) != text
    assert unwrap_key("Printed by somebody\r\n" + text, PASSPHRASE) == KEY
    with pytest.raises(VaultUnavailableError, match="recovery_key_closed"):
        unwrap_key(text, Secret("seven small goats jumq"))
    with pytest.raises(VaultUnavailableError, match="recovery_key_closed"):
        unwrap_key(text[:-2] + ("0" if text[-2] != "0" else "1") + "\n", PASSPHRASE)
    with pytest.raises(VaultUnavailableError, match="no_recovery_key"):
        unwrap_key("Dear diary", PASSPHRASE)


def test_a_short_passphrase_is_refused() -> None:
    """It could be guessed at leisure by whoever finds the file."""
    with pytest.raises(VaultUnavailableError, match=r"passphrase_short.*wanted=12"):
        wrap_key(KEY, Secret("short"))


@pytest.mark.parametrize("place", [KeyPlace.FILE, KeyPlace.KEYRING])
def test_a_key_is_taken_to_another_folder(tmp_path: Path, place: KeyPlace) -> None:
    """What one folder sealed the other opens; a key that is there is never written over."""
    keyring, old, new = ShelfKeyring(), tmp_path / "old", tmp_path / "new"
    first = open_vault(place, old, keyring).vault
    key = read_key(place, old, keyring)
    assert install_key(key, place, new, keyring) is place
    assert has_key(new)
    assert open_vault(place, new, keyring).vault.authenticate(b"x") == first.authenticate(b"x")
    with pytest.raises(VaultUnavailableError, match="key_is_here"):
        install_key(key, place, new, keyring)
    copied = tmp_path / "copied"
    copied.mkdir()
    carry_key(old, copied)
    name = KEY_FILE_NAME if place is KeyPlace.FILE else TILL_ID_NAME
    assert (copied / name).stat().st_mode & 0o777 == 0o600
    assert open_vault(place, copied, keyring).vault.authenticate(b"x") == first.authenticate(b"x")
    with pytest.raises(VaultUnavailableError):
        carry_key(old, copied)


def test_a_key_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    """Reading one for a recovery file never begins a new one."""
    with pytest.raises(VaultUnavailableError, match="no_key_here"):
        read_key(KeyPlace.AUTO, tmp_path)
    (tmp_path / KEY_FILE_NAME).mkdir()
    with pytest.raises(VaultUnavailableError, match="not_accessible"):
        read_key(KeyPlace.FILE, tmp_path)


def test_a_key_goes_where_it_can_be_kept(tmp_path: Path) -> None:
    """Without a keyring that answers, by itself into a file; never into one that fails."""
    assert install_key(KEY, KeyPlace.AUTO, tmp_path / "a", BrokenKeyring()) is KeyPlace.FILE
    assert install_key(KEY, KeyPlace.AUTO, tmp_path / "b", ShelfKeyring()) is KeyPlace.KEYRING
    (tmp_path / "c").touch()
    with pytest.raises(VaultUnavailableError):
        install_key(KEY, KeyPlace.FILE, tmp_path / "c" / "d")


def test_the_anchor_is_kept_where_the_key_is(tmp_path: Path) -> None:
    """In the keyring beside the key; where the key is in a file there is no second place."""
    keyring = ShelfKeyring()
    open_vault(KeyPlace.KEYRING, tmp_path / "a", keyring)
    anchor = KeyringAnchor(KeyPlace.AUTO, tmp_path / "a", keyring)
    assert anchor.read() is None
    anchor.write("how far")
    assert anchor.read() == "how far"
    for choice in (KeyPlace.FILE, KeyPlace.AUTO):
        open_vault(KeyPlace.FILE, tmp_path / "b")
        elsewhere = KeyringAnchor(choice, tmp_path / "b", keyring)
        elsewhere.write("how far")
        assert elsewhere.read() is None
    assert len(keyring.kept) == 2


def test_a_keyring_that_fails_is_no_second_place(tmp_path: Path) -> None:
    """Reading tells nothing, and writing says that it failed."""
    open_vault(KeyPlace.KEYRING, tmp_path, ShelfKeyring())
    assert KeyringAnchor(KeyPlace.KEYRING, tmp_path, BrokenKeyring()).read() is None
    with pytest.raises(OSError, match="Input/output"):
        KeyringAnchor(KeyPlace.KEYRING, tmp_path, UnwritableKeyring()).write("how far")


class UnwritableKeyring(ShelfKeyring):
    """A keyring that takes nothing."""

    @override
    def set_password(self, service: str, username: str, password: str) -> None:
        """Fail."""
        raise RuntimeError("locked")
