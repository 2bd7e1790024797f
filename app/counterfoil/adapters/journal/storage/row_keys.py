"""The key of a redemption, half of which is stored where it can be overwritten for good.

A page of the file that is laid out anew may leave copies of its rows behind, and so of a key in a
row that has grown. So half of a key is hidden under a pad of random bytes in a table of its own,
whose rows never grow: there each has one place, and dropping writes zeros over it. Rows from before
version 4.5 have no pad; the file was laid out anew as a whole when it came to that version.
"""

import secrets
import sqlite3

from counterfoil.adapters.journal.storage import spec
from counterfoil.adapters.journal.storage.queries import queries
from counterfoil.adapters.journal.storage.table import SqlValue

DROPPED = b""
"""What a redemption has in place of a key that was dropped."""
PAD_BYTES = 32
"""With so many bytes of an encrypted key unknown, nobody can guess the 16 or more of the key."""


def new_pad() -> bytes:
    """Make random bytes that hide half of a new key."""
    return secrets.token_bytes(PAD_BYTES)


def keep_pad(connection: sqlite3.Connection, slip_number: SqlValue, pad: bytes) -> None:
    """Keep the pad of a redemption that was written just now."""
    connection.execute(queries()["keep_pad"], {spec.SLIP_NUMBER: slip_number, spec.PAD: pad})


def padded(key: bytes, pad: bytes) -> bytes:
    """Hide the end of a key under a pad, or show it again."""
    shown, hidden = key[:-PAD_BYTES], key[-PAD_BYTES:]
    return shown + bytes(one ^ other for one, other in zip(hidden, pad, strict=True))


def row_key_of(connection: sqlite3.Connection, in_row: bytes, slip_number: SqlValue) -> bytes:
    """Return a redemption's key, from what its row and its pad hold; empty if it was dropped."""
    pad = pad_of(connection, slip_number) if in_row else None
    return in_row if pad is None else padded(in_row, pad)


def pad_of(connection: sqlite3.Connection, slip_number: SqlValue) -> bytes | None:
    """Return the pad of a redemption; None for one from before version 4.5."""
    try:
        found = connection.execute(
            queries()["read_pad"], {spec.SLIP_NUMBER: slip_number}
        ).fetchone()
    except sqlite3.OperationalError:  # there was no such table then
        return None
    return None if found is None else bytes(found[spec.PAD])
