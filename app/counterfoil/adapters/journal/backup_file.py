"""A sealed copy of a journal in one file: AES-256-GCM in chunks that cannot be moved or cut off.

The file begins with what may be known of it: what it is, when it was made, which key opens it, and
a salt. The key is derived from the till's key and the salt, so that no two files share one. Each
chunk is sealed under its number and under whether it is the last, so a file that was cut, joined or
reordered does not open, and neither does one whose beginning was changed.
"""

import hmac
import json
import re
import secrets
import sqlite3
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from io import BufferedReader
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from counterfoil.adapters.files import FreshFile
from counterfoil.adapters.journal.marks import key_id_of
from counterfoil.adapters.journal.sorting import sort_failure
from counterfoil.domain.failures import BackupError
from counterfoil.ports.vault import Vault

MAGIC = b"counterfoil backup\n"
CHUNK_BYTES = 256 * 1024
_VERSION = 1
_AES_256_GCM = 1
_HEAD_BYTES_MAX = 4096
_LENGTH_BYTES = 4
_TAG_BYTES = 16
_SALT_BYTES = 32
_WAL_PLACES = slice(18, 20)
"""Two bytes of SQLite's header say that a log lies beside the file; beside a copy there is none."""
_TEXT = re.compile(r"[0-9A-Za-z:+.\-]{0,64}")
_NO_LOG = b"\x01\x01"

PAGES_AT_ONCE = 256
"""How many pages are copied before other work of the journal's thread is let in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupHead:
    """What may be known of a backup without its key. ``made_at`` is empty before an update."""

    made_at: str
    schema: str
    size_bytes: int
    key_id: str
    salt: str


@dataclass(frozen=True, slots=True)
class Backup:
    """An opened backup: what it says of itself, and the journal that is in it."""

    head: BackupHead
    content: bytes


def content_of(connection: sqlite3.Connection) -> bytes:
    """Return a database in memory as the bytes of a file without a log."""
    content = bytearray(connection.serialize())
    content[_WAL_PLACES] = _NO_LOG
    return bytes(content)


def write_backup(
    path: Path, content: bytes, vault: Vault, *, schema: str, made_at: str = ""
) -> None:
    """Seal a journal into a new file: whole under its name, or not there.

    Raises:
        OSError: it cannot be written.

    """
    head = BackupHead(
        made_at=made_at,
        schema=schema,
        size_bytes=len(content),
        key_id=key_id_of(vault),
        salt=secrets.token_hex(_SALT_BYTES),
    )
    with FreshFile(path.parent, path.name) as file:
        for part in _seal(head, content, vault):
            file.write(part)
        file.publish(path.name, may_replace=True)


def _seal(head: BackupHead, content: bytes, vault: Vault) -> Iterator[bytes]:
    spelled = json.dumps(asdict(head)).encode()
    beginning = b"".join(
        (MAGIC, bytes((_VERSION, _AES_256_GCM)), len(spelled).to_bytes(_LENGTH_BYTES), spelled)
    )
    yield beginning
    cipher = _cipher(head, vault)
    chunks = [content[at : at + CHUNK_BYTES] for at in range(0, len(content), CHUNK_BYTES)]
    for number, chunk in enumerate(chunks or [b""]):
        is_last = number >= len(chunks) - 1
        sealed = cipher.encrypt(_nonce(number, is_last=is_last), chunk, beginning)
        yield len(sealed).to_bytes(_LENGTH_BYTES) + sealed


def read_backup(path: Path, vault: Vault) -> Backup:
    """Open a backup and authenticate all of it.

    Raises:
        BackupError: it cannot be read, is not whole, or was sealed with another key.

    """
    try:
        with path.open("rb") as file:
            head, beginning = _read_head(file, path.name)
            if not hmac.compare_digest(head.key_id, key_id_of(vault)):
                raise BackupError(f"the file {path.name} was sealed with the key of another till")
            content = b"".join(_chunks(file, beginning, _cipher(head, vault), path.name))
    except OSError as error:
        raise BackupError(f"the file {path.name} cannot be read: {error.strerror}") from error
    return Backup(head, content)


def read_head(path: Path) -> BackupHead:
    """Read what may be known of a backup without its key.

    Raises:
        BackupError: it cannot be read, or is no backup.

    """
    try:
        with path.open("rb") as file:
            return _read_head(file, path.name)[0]
    except OSError as error:
        raise BackupError(f"the file {path.name} cannot be read: {error.strerror}") from error


def _read_head(file: BufferedReader, name: str) -> tuple[BackupHead, bytes]:
    beginning = file.read(len(MAGIC) + 2 + _LENGTH_BYTES)
    if not beginning.startswith(MAGIC):
        raise BackupError(f"the file {name} is no backup of this program")
    kind = beginning[len(MAGIC) : len(MAGIC) + 2]
    if kind != bytes((_VERSION, _AES_256_GCM)):
        raise BackupError(
            f"the file {name} is of a kind that this till does not know; update the till"
        )
    length = int.from_bytes(beginning[len(MAGIC) + 2 :])
    spelled = file.read(min(length, _HEAD_BYTES_MAX))
    try:
        head = _parse_head(json.loads(spelled))
    except (ValueError, TypeError, KeyError, RecursionError):
        raise BackupError(f"the file {name} is damaged at its beginning") from None
    return head, beginning + spelled


def _parse_head(told: Any) -> BackupHead:
    """Check what a file says of itself before it is used; ValueError or TypeError otherwise."""
    for name in ("made_at", "schema", "key_id", "salt"):
        if not _TEXT.fullmatch(told[name]):
            raise ValueError(name)
    if type(told["size_bytes"]) is not int or len(bytes.fromhex(told["salt"])) != _SALT_BYTES:
        raise ValueError
    return BackupHead(**told)


def _chunks(file: BufferedReader, beginning: bytes, cipher: AESGCM, name: str) -> Iterator[bytes]:
    number = 0
    while True:
        length = int.from_bytes(file.read(_LENGTH_BYTES))
        sealed = file.read(min(length, CHUNK_BYTES + _TAG_BYTES))
        # What comes last is known from where the file ends; the seal says whether that is right.
        rest = file.peek(1)
        try:
            if len(sealed) != length:
                raise ValueError("a chunk is shorter than it says")
            yield cipher.decrypt(_nonce(number, is_last=not rest), sealed, beginning)
        except (InvalidTag, ValueError):
            raise BackupError(
                f"the file {name} is not whole: it was cut, altered or badly copied"
            ) from None
        if not rest:
            return
        number += 1


def _cipher(head: BackupHead, vault: Vault) -> AESGCM:
    """Make the cipher of one file: its key comes from the till's key and the file's own salt."""
    return AESGCM(vault.authenticate(b"the key of a backup: " + bytes.fromhex(head.salt)))


def _nonce(number: int, *, is_last: bool) -> bytes:
    return number.to_bytes(11) + bytes((is_last,))


def back_up_before_migrating(
    connection: sqlite3.Connection, directory: Path, vault: Vault, schema: str
) -> None:
    """Keep a sealed copy of the journal as it is before it is changed.

    A copy of the same state, from a migration that was cut short, is kept as it is.
    """
    keeper = connection.execute("SELECT opened_count FROM keeper").fetchone()
    opened_count = 0 if keeper is None else keeper[0]  # a birth that was cut short has none yet
    path = directory / f"journal-{schema}-{opened_count}.backup"
    if path.exists():
        return
    copy = sqlite3.connect(":memory:")
    try:
        connection.backup(copy)
        content = content_of(copy)
    finally:
        copy.close()
    try:
        write_backup(path, content, vault, schema=schema)
    except OSError as error:
        raise sort_failure(error) from error
