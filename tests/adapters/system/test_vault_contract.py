"""What every vault promises: the one in memory, the key file's and the keyring's."""

from pathlib import Path

import pytest

from counterfoil.adapters.files import UNFINISHED
from counterfoil.adapters.system.vault import (
    JOURNAL_NAME,
    KEY_FILE_NAME,
    TILL_ID_NAME,
    KeyPlace,
    _write,
    open_vault,
)
from counterfoil.domain.failures import JournalCorruptError, VaultUnavailableError
from counterfoil.ports.vault import Vault
from support.canary import CANARY_PIN
from support.keyrings import BrokenKeyring, Chain, ShelfKeyring
from support.memory_vault import MemoryVault


@pytest.fixture(params=["memory", "file", "keyring"])
def vault(request: pytest.FixtureRequest, tmp_path: Path) -> Vault:
    """Return a vault of each kind."""
    if request.param == "memory":
        return MemoryVault()
    return open_vault(KeyPlace(request.param), tmp_path / "till", ShelfKeyring()).vault


# ------------------------------------------------------------------------------------ the contract


def test_what_is_sealed_opens_in_its_place(vault: Vault) -> None:
    """A field comes back to the letter, and is not to be read in between."""
    key = vault.new_row_key("row-1")
    sealed = vault.seal(key, "row-1", "pin", CANARY_PIN.encode())
    assert CANARY_PIN.encode() not in sealed + key
    assert vault.open(key, "row-1", "pin", sealed) == CANARY_PIN.encode()


def test_the_same_text_is_never_sealed_alike(vault: Vault) -> None:
    """Two vouchers with one PIN do not show it."""
    key = vault.new_row_key("row-1")
    assert vault.seal(key, "row-1", "pin", b"1") != vault.seal(key, "row-1", "pin", b"1")


def test_nothing_opens_in_another_place(vault: Vault) -> None:
    """A sealed field is bound to its row and its column, and a row's key to its row."""
    key, other = vault.new_row_key("row-1"), vault.new_row_key("row-2")
    sealed = vault.seal(key, "row-1", "pin", b"1")
    for place in (
        (key, "row-1", "request"),
        (key, "row-2", "pin"),
        (other, "row-2", "pin"),
        (other, "row-1", "pin"),
    ):
        with pytest.raises(JournalCorruptError):
            vault.open(*place, sealed)


def test_a_changed_byte_does_not_open(vault: Vault) -> None:
    """Every byte of a sealed field and of a row's key counts, and so does their length."""
    key = vault.new_row_key("row-1")
    sealed = vault.seal(key, "row-1", "pin", b"some text")
    for index in range(len(sealed)):
        with pytest.raises(JournalCorruptError):
            vault.open(key, "row-1", "pin", _flipped(sealed, index))
    for index in range(len(key)):
        with pytest.raises(JournalCorruptError):
            vault.open(_flipped(key, index), "row-1", "pin", sealed)
    for length in range(len(sealed)):
        with pytest.raises(JournalCorruptError):
            vault.open(key, "row-1", "pin", sealed[:length])


def test_equal_codes_have_equal_fingerprints(vault: Vault) -> None:
    """The same code is recognised, another is not, and neither can be read."""
    assert vault.fingerprint(CANARY_PIN) == vault.fingerprint(CANARY_PIN)
    assert vault.fingerprint(CANARY_PIN) != vault.fingerprint(CANARY_PIN[::-1])
    assert CANARY_PIN not in vault.fingerprint(CANARY_PIN)


def test_a_message_has_one_mark(vault: Vault) -> None:
    """The mark of a message is its own, and no fingerprint."""
    assert vault.authenticate(b"a") == vault.authenticate(b"a")
    assert vault.authenticate(b"a") != vault.authenticate(b"b")
    assert vault.authenticate(b"a").hex() != vault.fingerprint("a")


def test_a_vault_does_not_show_its_key(vault: Vault) -> None:
    """Its name is all that it prints."""
    assert "key" not in repr(vault).lower()


# ---------------------------------------------------------------------------------- where keys are


@pytest.mark.parametrize("choice", [KeyPlace.FILE, KeyPlace.KEYRING, KeyPlace.AUTO])
def test_the_key_is_the_same_at_the_next_start(tmp_path: Path, choice: KeyPlace) -> None:
    """What one start sealed, the next one opens; also once there is a journal."""
    keyring = ShelfKeyring()
    first = open_vault(choice, tmp_path, keyring)
    assert open_vault(KeyPlace.AUTO, tmp_path, keyring).place is first.place
    (tmp_path / JOURNAL_NAME).touch()
    second = open_vault(choice, tmp_path, keyring)
    assert first.vault.authenticate(b"a") == second.vault.authenticate(b"a")
    assert first.place is second.place


def test_a_start_killed_while_it_wrote_the_key_locks_nobody_out(tmp_path: Path) -> None:
    """The key file appears whole or not at all: before its name is given, and just after."""
    folder = tmp_path / "till"
    folder.mkdir(mode=0o700)
    (folder / f".{KEY_FILE_NAME}.{16 * '0'}{UNFINISHED}").write_text("")
    first = open_vault(KeyPlace.FILE, folder).vault.fingerprint("1")
    (folder / f".{KEY_FILE_NAME}.{16 * '1'}{UNFINISHED}").hardlink_to(folder / KEY_FILE_NAME)
    assert open_vault(KeyPlace.FILE, folder).vault.fingerprint("1") == first
    assert not (folder / f".{KEY_FILE_NAME}.{16 * '1'}{UNFINISHED}").exists()


def test_of_two_first_starts_both_have_one_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The slower start takes the key that the quicker one made in the meantime."""
    quicker: list[str] = []

    def make_token(length: int) -> bytes:
        monkeypatch.undo()
        quicker.append(open_vault(KeyPlace.FILE, tmp_path).vault.fingerprint("1"))
        return bytes(length)

    monkeypatch.setattr("secrets.token_bytes", make_token)
    assert [open_vault(KeyPlace.FILE, tmp_path).vault.fingerprint("1")] == quicker


def test_a_key_that_stands_is_never_replaced(tmp_path: Path) -> None:
    """Whoever comes second is told, and leaves nothing behind."""
    path = tmp_path / KEY_FILE_NAME
    path.write_text("first")
    with pytest.raises(FileExistsError):
        _write(path, "second")
    assert path.read_text() == "first"
    assert list(tmp_path.iterdir()) == [path]


def test_two_tills_have_two_keys(tmp_path: Path) -> None:
    """One keyring holds the keys of several journals."""
    keyring = ShelfKeyring()
    vaults = [open_vault(KeyPlace.KEYRING, tmp_path / name, keyring).vault for name in "ab"]
    assert vaults[0].authenticate(b"a") != vaults[1].authenticate(b"a")
    assert len(keyring.kept) == 2


def test_only_the_owner_may_read_the_key_file(tmp_path: Path) -> None:
    """It is made so, and refused when it was opened to others since."""
    open_vault(KeyPlace.FILE, tmp_path)
    path = tmp_path / KEY_FILE_NAME
    assert path.stat().st_mode & 0o777 == 0o600
    path.chmod(0o640)
    with pytest.raises(VaultUnavailableError, match="file_open_to_others"):
        open_vault(KeyPlace.FILE, tmp_path)


@pytest.mark.parametrize("text", ["", "abcd", "not a key at all", "é" * 64])
def test_a_damaged_key_file_is_refused(tmp_path: Path, text: str) -> None:
    """Half a key is no key, and no new one is made in its place."""
    path = tmp_path / KEY_FILE_NAME
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)
    with pytest.raises(VaultUnavailableError, match="damaged"):
        open_vault(KeyPlace.FILE, tmp_path)
    assert path.read_text(encoding="utf-8") == text


def test_a_linked_key_file_is_refused(tmp_path: Path) -> None:
    """A link may lead to a file that others know."""
    open_vault(KeyPlace.FILE, tmp_path / "a")
    key_file = tmp_path / "a" / KEY_FILE_NAME
    (tmp_path / "soft").mkdir()
    (tmp_path / "soft" / KEY_FILE_NAME).symlink_to(key_file)
    with pytest.raises(VaultUnavailableError):
        open_vault(KeyPlace.FILE, tmp_path / "soft")
    (tmp_path / "hard").mkdir()
    (tmp_path / "hard" / KEY_FILE_NAME).hardlink_to(key_file)
    with pytest.raises(VaultUnavailableError, match="file_not_plain"):
        open_vault(KeyPlace.FILE, tmp_path / "hard")


@pytest.mark.parametrize("choice", list(KeyPlace))
def test_no_new_key_is_made_beside_a_journal(tmp_path: Path, choice: KeyPlace) -> None:
    """A journal whose key is missing is not given another one."""
    (tmp_path / JOURNAL_NAME).touch()
    keyring = ShelfKeyring()
    with pytest.raises(VaultUnavailableError, match="key_lost"):
        open_vault(choice, tmp_path, keyring)
    assert keyring.kept == {}
    assert [path.name for path in tmp_path.iterdir()] == [JOURNAL_NAME]


def test_an_entry_that_was_removed_is_missed(tmp_path: Path) -> None:
    """The till's id is there, the keyring has forgotten: no new key is made."""
    open_vault(KeyPlace.KEYRING, tmp_path, ShelfKeyring())
    empty = ShelfKeyring()
    with pytest.raises(VaultUnavailableError, match="entry_missing"):
        open_vault(KeyPlace.AUTO, tmp_path, empty)
    assert empty.kept == {}


def test_a_damaged_entry_is_refused(tmp_path: Path) -> None:
    """An entry that somebody overwrote is no key."""
    keyring = ShelfKeyring()
    open_vault(KeyPlace.KEYRING, tmp_path, keyring)
    keyring.kept = dict.fromkeys(keyring.kept, "password")
    with pytest.raises(VaultUnavailableError, match="damaged"):
        open_vault(KeyPlace.KEYRING, tmp_path, keyring)


def _weak_keyrings() -> dict[str, ShelfKeyring]:
    from keyring.backends import fail, null

    class Plaintext(ShelfKeyring):
        __module__ = "keyrings.alt.file"

    return {
        "null": null.Keyring(),  # type: ignore[dict-item, no-untyped-call]  # it has the two methods
        "fail": fail.Keyring(),  # type: ignore[dict-item, no-untyped-call]  # as above
        "plain text": Plaintext(),
        "chain": Chain(ShelfKeyring(), Plaintext()),
    }


@pytest.mark.parametrize("name", ["null", "fail", "plain text", "chain"])
def test_a_keyring_that_protects_nothing_is_refused(tmp_path: Path, name: str) -> None:
    """It is refused when asked for, and passed over for a file when not."""
    weak = _weak_keyrings()[name]
    with pytest.raises(VaultUnavailableError, match="keyring_weak"):
        open_vault(KeyPlace.KEYRING, tmp_path, weak)
    assert open_vault(KeyPlace.AUTO, tmp_path, weak).place is KeyPlace.FILE


def test_a_chain_of_good_keyrings_is_used(tmp_path: Path) -> None:
    """A chain is as good as its worst part."""
    chained = Chain(ShelfKeyring(), ShelfKeyring())
    assert open_vault(KeyPlace.AUTO, tmp_path, chained).place is KeyPlace.KEYRING
    assert (tmp_path / TILL_ID_NAME).exists()


def test_a_locked_keyring_is_said_to_be(tmp_path: Path) -> None:
    """For a new journal a file is taken instead; a journal whose key is inside has to wait."""
    assert open_vault(KeyPlace.AUTO, tmp_path / "new", BrokenKeyring()).place is KeyPlace.FILE
    open_vault(KeyPlace.KEYRING, tmp_path / "old", ShelfKeyring())
    with pytest.raises(VaultUnavailableError, match="keyring_unusable"):
        open_vault(KeyPlace.AUTO, tmp_path / "old", BrokenKeyring())


def test_the_system_keyring_is_asked_when_none_is_given(tmp_path: Path) -> None:
    """In these tests the system has none, so a new journal gets a file."""
    assert open_vault(KeyPlace.AUTO, tmp_path).place is KeyPlace.FILE
    with pytest.raises(VaultUnavailableError):
        open_vault(KeyPlace.KEYRING, tmp_path / "other")


def test_a_folder_that_cannot_be_made_is_said_to_be(tmp_path: Path) -> None:
    """A file lies where the folder should be."""
    (tmp_path / "file").touch()
    with pytest.raises(VaultUnavailableError, match="not_accessible"):
        open_vault(KeyPlace.FILE, tmp_path / "file" / "till")


def _flipped(text: bytes, index: int) -> bytes:
    return text[:index] + bytes([text[index] ^ 1]) + text[index + 1 :]
