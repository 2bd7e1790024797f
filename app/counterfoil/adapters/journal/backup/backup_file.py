"""A sealed copy of a journal in one file: AES-256-GCM in chunks that cannot be moved or cut off.

The head of the file is readable by anybody: what the file is, when it was made, which key opens it,
and a salt. The key is derived from the till's key and the salt, so that no two files share one.
Each chunk is sealed together with its number and with whether it is the last, so a file that was
cut, joined or reordered does not open, and neither does one whose head was changed.
"""

import hashlib
import hmac
import json
import re
import secrets
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from io import BufferedReader
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from counterfoil.adapters.files import make_file_of
from counterfoil.adapters.journal.backup.plain_copy import (
    PART_BYTES,
    PlainCopy,
    check_room,
    size_of,
)
from counterfoil.adapters.journal.storage.queries import queries
from counterfoil.adapters.journal.storage.row_macs import key_id_of
from counterfoil.adapters.journal.storage.sorting import sort_failure
from counterfoil.adapters.journal.storage.spec import OPENED_COUNT
from counterfoil.declaring import dataclass
from counterfoil.domain.causes.backup import BackupProblem, NoBackup
from counterfoil.domain.failures import BackupError, JournalCorruptError
from counterfoil.ports.vault import Vault

MAGIC = b"counterfoil backup\n"
CHUNK_BYTES = PART_BYTES
_VERSION = 1
_AES_256_GCM = 1
_HEAD_BYTES_MAX = 4096
_LENGTH_BYTES = 4
_TAG_BYTES = 16
_SALT_BYTES = 32
_TEXT = re.compile(r"[0-9A-Za-z:+.\-]{0,64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupHead:
    """What can be read of a backup without its key.

    ``made_at`` is empty in a backup that was made before an update of the journal.
    """

    made_at: str
    schema: str
    size_bytes: int
    key_id: str
    salt: str


@dataclass(frozen=True, slots=True)
class Backup:
    """An opened backup: its head, and the journal that was in it."""

    head: BackupHead
    copy: PlainCopy


def write_backup(
    path: Path, copy: PlainCopy, vault: Vault, *, schema: str, made_at: str = ""
) -> None:
    """Seal a copy of a journal into a new file and read it back.

    The file appears whole or not at all.

    Raises:
        BackupError: what was written does not read back.
        OSError: it cannot be written.

    """
    head = BackupHead(
        made_at=made_at,
        schema=schema,
        size_bytes=copy.size_bytes,
        key_id=key_id_of(vault),
        salt=secrets.token_hex(_SALT_BYTES),
    )
    written = Sum(copy.parts())
    make_file_of(path, _seal(head, written, vault), is_own=False, may_replace=True)
    with unsealed(path, vault) as (_, parts):
        if Sum(parts).of_all() != written.of_all():  # pragma: no cover - its seal would not open
            raise BackupError(NoBackup(BackupProblem.NOT_AS_WRITTEN, path.name))


class Sum:
    """Passes the parts of a journal on, and computes a checksum of all that have passed."""

    def __init__(self, parts: Iterable[bytes]) -> None:
        self._parts = iter(parts)
        self._hash = hashlib.sha256()

    def __iter__(self) -> Iterator[bytes]:
        for part in self._parts:
            self._hash.update(part)
            yield part

    def of_all(self) -> bytes:
        """Read the parts that are left, and return the checksum of all."""
        for _ in self:
            pass
        return self._hash.digest()


def _seal(head: BackupHead, parts: Iterable[bytes], vault: Vault) -> Iterator[bytes]:
    spelled = json.dumps(asdict(head)).encode()
    beginning = b"".join(
        (MAGIC, bytes((_VERSION, _AES_256_GCM)), len(spelled).to_bytes(_LENGTH_BYTES), spelled)
    )
    yield beginning
    cipher = _cipher(head, vault)
    for number, (part, is_last) in enumerate(_with_last(parts)):
        sealed = cipher.encrypt(_nonce(number, is_last=is_last), part, beginning)
        yield len(sealed).to_bytes(_LENGTH_BYTES) + sealed


def _with_last(parts: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Say of each part whether it is the last; of none at all there is one, which is empty."""
    coming = iter(parts)
    part = next(coming, b"")
    for following in coming:
        yield part, False
        part = following
    yield part, True


@contextmanager
def unsealed(path: Path, vault: Vault) -> Iterator[tuple[BackupHead, Iterator[bytes]]]:
    """Open a backup's file; give its head, and the parts of the journal in it.

    Each part is authenticated as it comes. Only after the last is it known that none is missing.

    Raises:
        BackupError: it cannot be read, is not whole, or was sealed with another key; reading the
            parts raises it as well.

    """
    with ExitStack() as opened:
        with _read(path.name):
            file = opened.enter_context(path.open("rb"))
            head, beginning = _read_head(file, path.name)
        if not hmac.compare_digest(head.key_id, key_id_of(vault)):
            raise BackupError(NoBackup(BackupProblem.OTHER_TILL, path.name))
        yield head, _chunks(file, beginning, _cipher(head, vault), path.name)


@contextmanager
def opened_backup(path: Path, vault: Vault, folder: Path) -> Iterator[Backup]:
    """Decrypt a backup into a plain copy in ``folder``, the till's own, and authenticate all of it.

    Raises:
        BackupError: it cannot be read, is not whole, or was sealed with another key.
        JournalCorruptError: what is in it is no journal.
        JournalUnavailableError: it cannot be written into the folder.

    """
    with PlainCopy(folder) as copy:
        try:
            with unsealed(path, vault) as (head, parts):
                check_room(folder, head.size_bytes)
                copy.take_parts(parts)
            copy.connection.execute("PRAGMA temp_store=MEMORY").fetchall()
            copy.connection.execute("PRAGMA user_version").fetchone()
        except OSError as error:
            raise sort_failure(error) from error
        except sqlite3.Error as error:
            raise JournalCorruptError from error
        yield Backup(head, copy)


@contextmanager
def _read(name: str) -> Iterator[None]:
    """Say of a backup's own file that it cannot be read."""
    try:
        yield
    except OSError as error:
        why = error.strerror or ""
        raise BackupError(NoBackup(BackupProblem.NOT_READABLE, name, why)) from error


def read_head(path: Path) -> BackupHead:
    """Read what can be read of a backup without its key.

    Raises:
        BackupError: it cannot be read, or is no backup.

    """
    with _read(path.name), path.open("rb") as file:
        return _read_head(file, path.name)[0]


def _read_head(file: BufferedReader, name: str) -> tuple[BackupHead, bytes]:
    beginning = file.read(len(MAGIC) + 2 + _LENGTH_BYTES)
    if not beginning.startswith(MAGIC):
        raise BackupError(NoBackup(BackupProblem.NO_BACKUP, name))
    kind = beginning[len(MAGIC) : len(MAGIC) + 2]
    if kind != bytes((_VERSION, _AES_256_GCM)):
        raise BackupError(NoBackup(BackupProblem.UNKNOWN_KIND, name))
    length = int.from_bytes(beginning[len(MAGIC) + 2 :])
    spelled = file.read(min(length, _HEAD_BYTES_MAX))
    try:
        head = _parse_head(json.loads(spelled))
    except (ValueError, TypeError, KeyError, RecursionError):
        raise BackupError(NoBackup(BackupProblem.HEAD_DAMAGED, name)) from None
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
        with _read(name):
            length = int.from_bytes(file.read(_LENGTH_BYTES))
            sealed = file.read(min(length, CHUNK_BYTES + _TAG_BYTES))
            # What comes last is known from where the file ends; the seal says if that is right.
            rest = file.peek(1)
        try:
            if len(sealed) != length:
                raise ValueError
            part = cipher.decrypt(_nonce(number, is_last=not rest), sealed, beginning)
        except (InvalidTag, ValueError):
            raise BackupError(NoBackup(BackupProblem.NOT_WHOLE, name)) from None
        yield part
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
    keeper = connection.execute(queries()["read_keeper"]).fetchone()
    opened_count = (
        0 if keeper is None else keeper[OPENED_COUNT]
    )  # a birth that was cut short has none yet
    path = directory / f"journal-{schema}-{opened_count}.backup"
    if path.exists():
        return
    try:
        check_room(directory, 2 * size_of(connection))  # the copy, and beside it the sealed one
        with PlainCopy(directory) as copy:
            copy.take_pages(connection)
            write_backup(path, copy, vault, schema=schema)
    except OSError as error:
        raise sort_failure(error) from error
