"""The keys that protect what the journal holds, and where the master key is kept.

All other keys are derived from the master key or encrypted with it. It lies in the system's
keyring, or, where there is none or a person chose so, in a file that only its owner can read. A new
key is never made beside a journal that already has one: what was sealed with the old key could
never be read again.
"""

import errno
import hmac
import os
import secrets
import stat
import sys
from enum import StrEnum
from pathlib import Path
from uuid import uuid4

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from counterfoil.adapters.files import forget_second_name, make_file
from counterfoil.adapters.keyrings import Keyring, ask, system_keyring
from counterfoil.declaring import dataclass
from counterfoil.domain.causes.journal import HeldFault, not_as_left
from counterfoil.domain.causes.key import KeyProblem, NoKey
from counterfoil.domain.failures import (
    ForeignKeyringError,
    JournalCorruptError,
    JournalHeldError,
    KeyringSilentError,
    VaultUnavailableError,
)
from counterfoil.overriding import override
from counterfoil.ports.vault import Vault

KEY_FILE_NAME = "key.file"
TILL_ID_NAME = "till.id"
"""Names the keyring's entry; it is no secret."""
JOURNAL_NAME = "journal.db"
KEYRING_SERVICE = "counterfoil"

_KEY_LENGTH = 32
_NONCE_LENGTH = 12
_CIPHER = b"\x01"
"""AES-256-GCM with a random nonce before the text; the first byte of all that is sealed."""
_OTHERS = 0o077


class KeyPlace(StrEnum):
    """Where the master key is to be kept."""

    AUTO = "auto"
    """Where it is already; for a new journal the keyring, or a file when there is none."""
    KEYRING = "keyring"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class OpenedVault:
    """A vault, and where its key is kept."""

    vault: Vault
    place: KeyPlace


class SealingVault:
    """Encrypts fields and authenticates rows with keys derived from one master key of 32 bytes."""

    def __init__(self, master_key: bytes) -> None:
        assert len(master_key) == _KEY_LENGTH, "a master key has 32 bytes"
        self._wrapping = AESGCM(_derive(master_key, b"wrap row keys"))
        self._fingerprint_key = _derive(master_key, b"fingerprint codes")
        self._chain_key = _derive(master_key, b"authenticate rows")
        self._staff_key = _derive(master_key, b"hash PINs and badges")

    @override
    def __repr__(self) -> str:
        return "SealingVault()"

    def new_row_key(self, row_id: str) -> bytes:
        """Make a random key for one row and return it, encrypted with a key of the master key."""
        return _seal(self._wrapping, _place(b"key", row_id), secrets.token_bytes(_KEY_LENGTH))

    def seal(self, wrapped_key: bytes, row_id: str, column: str, plain: bytes) -> bytes:
        """Encrypt a field so that it opens only in its own row and column."""
        return _seal(self._row_cipher(wrapped_key, row_id), _place(b"field", row_id, column), plain)

    def open(self, wrapped_key: bytes, row_id: str, column: str, sealed: bytes) -> bytes:
        """Decrypt a field.

        Raises:
            JournalCorruptError: it was altered, moved, or sealed by another till.

        """
        cipher = self._row_cipher(wrapped_key, row_id)
        return _open(cipher, _place(b"field", row_id, column), sealed)

    def fingerprint(self, code: str) -> str:
        """Return a keyed hash of a voucher code, in hexadecimal."""
        return hmac.digest(self._fingerprint_key, code.encode(), "sha256").hex()

    def hash_of_staff(self, what: str, text: str) -> bytes:
        """Return a keyed hash of a PIN or a badge, 32 bytes; ``what`` says which of them it is."""
        return hmac.digest(self._staff_key, _place(what.encode(), text), "sha256")

    def authenticate(self, message: bytes) -> bytes:
        """Return a keyed hash of a message, 32 bytes, which only this till's key can make."""
        return hmac.digest(self._chain_key, message, "sha256")

    def _row_cipher(self, wrapped_key: bytes, row_id: str) -> AESGCM:
        return AESGCM(_open(self._wrapping, _place(b"key", row_id), wrapped_key))


def open_vault(choice: KeyPlace, directory: Path, keyring: Keyring | None = None) -> OpenedVault:
    """Open the vault of the journal in a folder; make its key when there is no journal yet.

    ``keyring`` is the system's own unless another is given.

    Raises:
        VaultUnavailableError: the key is missing, damaged, or kept where others can read it.

    """
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        place = _choose(choice, directory, keyring)
        if place is KeyPlace.FILE:
            key = _key_from_file(directory, may_make=True)
        else:
            key = _key_from_keyring(directory, keyring, may_make=True)
    except OSError as error:
        raise VaultUnavailableError(KeyProblem.NOT_ACCESSIBLE) from error
    return OpenedVault(SealingVault(key), place)


def place_of(directory: Path) -> KeyPlace | None:
    """Return where the key of a folder is kept, by the files in it; None where there is no key."""
    if os.path.lexists(directory / KEY_FILE_NAME):
        return KeyPlace.FILE
    return KeyPlace.KEYRING if os.path.lexists(directory / TILL_ID_NAME) else None


def _choose(choice: KeyPlace, directory: Path, keyring: Keyring | None) -> KeyPlace:
    """Say where the key is or shall be. A journal that has a key keeps it where it is."""
    if choice is not KeyPlace.AUTO:
        return choice
    place = place_of(directory)
    if place is KeyPlace.FILE and os.path.lexists(directory / TILL_ID_NAME):
        # The till never makes both, and somebody else's key would open somebody else's journal.
        raise JournalHeldError(not_as_left(HeldFault.TWO_KEYS))
    if place is not None:
        return place
    _refuse_new_key(directory)
    return KeyPlace.KEYRING if _can_keep_keys(keyring) else KeyPlace.FILE


def _can_keep_keys(keyring: Keyring | None) -> bool:
    """Say whether a keyring protects a key and answers; a server's may be locked for good."""
    try:
        ask(lambda: _strong(keyring).get_password(KEYRING_SERVICE, "is anybody there"))
    except (ForeignKeyringError, KeyringSilentError):
        # A key file in its place would be a weaker till than somebody asked for.
        raise
    except VaultUnavailableError:
        return False
    except _keyring_failures():
        return False
    return True


def _refuse_new_key(directory: Path, *, may_make: bool = True) -> None:
    """Refuse to make a key where a journal was sealed with another, or where none was asked for."""
    if not may_make:
        raise VaultUnavailableError(KeyProblem.NO_KEY_HERE)
    if (directory / JOURNAL_NAME).exists():
        raise VaultUnavailableError(KeyProblem.KEY_LOST)


# ------------------------------------------------------------------------------------------ file


def _key_from_file(directory: Path, *, may_make: bool) -> bytes:
    """Read the key file, or make it where one may be made."""
    path = directory / KEY_FILE_NAME
    forget_second_name(path)
    no_follow = getattr(os, "O_NOFOLLOW", 0)
    try:
        descriptor = os.open(path, os.O_RDONLY | no_follow)
    except FileNotFoundError:
        _refuse_new_key(directory, may_make=may_make)
        key = secrets.token_bytes(_KEY_LENGTH)
        try:
            _write(path, key.hex())
        except FileExistsError:  # another start was quicker; its file stands
            return _key_from_file(directory, may_make=False)
        return key
    with os.fdopen(descriptor, encoding="ascii", errors="replace") as file:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode) or found.st_nlink > 1:
            raise VaultUnavailableError(KeyProblem.FILE_NOT_PLAIN)
        if sys.platform != "win32" and found.st_uid != os.geteuid():
            raise VaultUnavailableError(KeyProblem.FILE_OF_ANOTHER_USER)
        if sys.platform != "win32" and found.st_mode & _OTHERS:
            raise VaultUnavailableError(KeyProblem.FILE_OPEN_TO_OTHERS)
        return _parse_key(file.read(), KeyProblem.FILE_DAMAGED)


def _write(path: Path, text: str) -> None:
    """Write a new file of the till's own; OSError where that is not possible."""
    make_file(path, f"{text}\n".encode("ascii"), is_own=True)


def _parse_key(text: str, damaged: KeyProblem) -> bytes:
    """Read a key as it was written; ``damaged`` is what it is where it cannot be one."""
    try:
        key = bytes.fromhex(text.strip())
    except ValueError:
        key = b""
    if len(key) != _KEY_LENGTH:
        raise VaultUnavailableError(damaged)
    return key


# --------------------------------------------------------------------------------------- keyring


def _keyring_failures() -> tuple[type[Exception], ...]:
    """Return what a keyring raises when it cannot be used."""
    from keyring.errors import KeyringError

    return (KeyringError, RuntimeError, OSError)


def _key_from_keyring(directory: Path, keyring: Keyring | None, *, may_make: bool) -> bytes:
    """Read the keyring's entry, or make it where one may be made."""
    path = directory / TILL_ID_NAME
    try:
        if not path.exists():
            _refuse_new_key(directory, may_make=may_make)
            _write(path, _keep_in_keyring(secrets.token_hex(_KEY_LENGTH), keyring))
        entry = _entry(path.read_text(encoding="ascii").strip())
        kept = ask(lambda: _strong(keyring).get_password(KEYRING_SERVICE, entry))
    except UnicodeDecodeError:
        raise VaultUnavailableError(NoKey(KeyProblem.TILL_ID_DAMAGED, file=TILL_ID_NAME)) from None
    except _keyring_failures() as error:
        raise VaultUnavailableError(KeyProblem.KEYRING_UNUSABLE) from error
    if kept is None:
        raise VaultUnavailableError(KeyProblem.ENTRY_MISSING)
    return _parse_key(kept, KeyProblem.ENTRY_DAMAGED)


def _keep_in_keyring(key: str, keyring: Keyring | None) -> str:
    """Keep a new key, and return the id of the till that it is kept for."""
    till_id = str(uuid4())
    ask(lambda: _strong(keyring).set_password(KEYRING_SERVICE, _entry(till_id), key))
    return till_id


def _strong(keyring: Keyring | None) -> Keyring:
    """Return the keyring, or the system's own, where it protects what it keeps."""
    chosen = keyring or system_keyring()
    _refuse_weak(chosen)
    return chosen


def _entry(till_id: str) -> str:
    """Name the keyring's entry of one journal."""
    return f"journal {till_id}"


def _refuse_weak(keyring: Keyring) -> None:
    """Refuse a keyring that keeps nothing, or keeps it where anybody can read it."""
    for backend in (keyring, *getattr(keyring, "backends", ())):
        module = type(backend).__module__
        if module.startswith("keyrings.alt") or module in {
            "keyring.backends.fail",
            "keyring.backends.null",
        }:
            raise VaultUnavailableError(KeyProblem.KEYRING_WEAK)


class KeyringAnchor:
    """A second place for the journal's rollback anchor: the keyring, if its key is there."""

    def __init__(self, choice: KeyPlace, directory: Path, keyring: Keyring | None = None) -> None:
        self._choice = choice
        self._directory = directory
        self._keyring = keyring

    def read(self) -> str | None:
        """Return the anchor that was kept; None where there is none, or the key is in a file."""
        entry = self._entry()
        if entry is None:
            return None
        try:
            return ask(lambda: self._backend().get_password(KEYRING_SERVICE, entry))
        except KeyringSilentError:
            return None
        except _keyring_failures():
            return None

    def write(self, line: str) -> None:
        """Keep the anchor in the keyring, if the journal's key is there; else do nothing.

        Raises:
            OSError: the keyring cannot be used.

        """
        entry = self._entry()
        if entry is None:
            return
        failures: tuple[type[Exception], ...] = (KeyringSilentError, *_keyring_failures())
        try:
            ask(lambda: self._backend().set_password(KEYRING_SERVICE, entry, line))
        except failures as error:
            raise OSError(errno.EIO, os.strerror(errno.EIO)) from error

    def _backend(self) -> Keyring:
        return self._keyring or system_keyring()

    def _entry(self) -> str | None:
        is_here = self._choice is not KeyPlace.FILE and (
            place_of(self._directory) is KeyPlace.KEYRING
        )
        if not is_here:
            return None
        till_id = (self._directory / TILL_ID_NAME).read_text(encoding="ascii").strip()
        return f"anchor {till_id}"


# ------------------------------------------------------------------------------ taking a key along


def has_key(directory: Path) -> bool:
    """Whether a folder has a key, or a note of its keyring entry; a link counts, too."""
    return any(os.path.lexists(directory / name) for name in (KEY_FILE_NAME, TILL_ID_NAME))


def carry_key(source: Path, target: Path) -> Path:
    """Copy the key of one folder into another that has none; return the file that was made.

    Raises:
        VaultUnavailableError: it cannot be read or written.

    """
    name = KEY_FILE_NAME if (source / KEY_FILE_NAME).exists() else TILL_ID_NAME
    try:
        _write(target / name, (source / name).read_text(encoding="ascii").strip())
        return target / name
    except OSError as error:
        raise VaultUnavailableError(KeyProblem.NOT_ACCESSIBLE) from error


def read_key(choice: KeyPlace, directory: Path, keyring: Keyring | None = None) -> bytes:
    """Return the master key of a folder that has one.

    Raises:
        VaultUnavailableError: it has none, or it cannot be read.

    """
    if not has_key(directory):
        raise VaultUnavailableError(KeyProblem.NO_KEY_HERE)
    try:
        if _choose(choice, directory, keyring) is KeyPlace.FILE:
            return _key_from_file(directory, may_make=False)
        return _key_from_keyring(directory, keyring, may_make=False)
    except OSError as error:
        raise VaultUnavailableError(KeyProblem.NOT_ACCESSIBLE) from error


def install_key(
    key: bytes, choice: KeyPlace, directory: Path, keyring: Keyring | None = None
) -> KeyPlace:
    """Put a key into a folder that has none; return where it is kept now.

    Raises:
        VaultUnavailableError: there is one already, or it cannot be written.

    """
    if has_key(directory):
        raise VaultUnavailableError(KeyProblem.KEY_IS_HERE)
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        is_file = choice is KeyPlace.FILE or (
            choice is KeyPlace.AUTO and not _can_keep_keys(keyring)
        )
        if is_file:
            _write(directory / KEY_FILE_NAME, key.hex())
            return KeyPlace.FILE
        _write(directory / TILL_ID_NAME, _keep_in_keyring(key.hex(), keyring))
        return KeyPlace.KEYRING
    except _keyring_failures() as error:
        raise VaultUnavailableError(KeyProblem.NOT_ACCESSIBLE) from error


# ----------------------------------------------------------------------------------------- seals


def _derive(master_key: bytes, purpose: bytes) -> bytes:
    """Derive the key for one purpose."""
    kdf = HKDF(SHA256(), _KEY_LENGTH, salt=None, info=b"counterfoil 1: " + purpose)
    return kdf.derive(master_key)


def _place(*parts: bytes | str) -> bytes:
    """Spell where a sealed text belongs, so that no two places look alike."""
    plain = [part.encode() if isinstance(part, str) else part for part in parts]
    return b"".join(len(part).to_bytes(4) + part for part in plain)


def _seal(cipher: AESGCM, place: bytes, plain: bytes) -> bytes:
    """Encrypt a text for its place."""
    nonce = secrets.token_bytes(_NONCE_LENGTH)
    return _CIPHER + nonce + cipher.encrypt(nonce, plain, _CIPHER + place)


def _open(cipher: AESGCM, place: bytes, sealed: bytes) -> bytes:
    """Decrypt a text that belongs in this place."""
    version, nonce, hidden = sealed[:1], sealed[1 : 1 + _NONCE_LENGTH], sealed[1 + _NONCE_LENGTH :]
    try:
        if version != _CIPHER:
            raise JournalCorruptError("a sealed field is of a kind that this till does not know")
        return cipher.decrypt(nonce, hidden, _CIPHER + place)
    except (InvalidTag, ValueError) as error:
        raise JournalCorruptError("a sealed field does not open") from error
