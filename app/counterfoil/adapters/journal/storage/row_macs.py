"""MACs that only this till's key can make: one on each row, and one on each link of the chain."""

import hmac
import sqlite3
from functools import cache, lru_cache
from struct import Struct
from typing import Any

from counterfoil.adapters.journal.storage.table import LINK, OLD_LINK, ROW_MAC, Columns, Table
from counterfoil.domain.failures import RecordUnreadableError
from counterfoil.ports.vault import Vault

_OUTSIDE_LINK = frozenset({LINK, OLD_LINK})
MAC_BYTES = 16
"""How many bytes of a MAC are kept: nobody can guess 128 bits. Older tills kept 32 bytes."""


class AlteredRowError(RecordUnreadableError):
    """A row is not as it was written; ``columns`` are as they were found, and not to be trusted."""

    def __init__(self, table: str, columns: Columns) -> None:
        super().__init__(f"a row of {table} is not as it was written")
        self.table = table
        self.columns = columns


def mac_of_row(vault: Vault, table: Table[Any], columns: Columns) -> bytes:
    """Return the MAC of a row. A column that is absent and one that is null give the same MAC."""
    spelled = _spell(f"row of {table.name}", table.spelled(columns), frozenset())
    return vault.authenticate(spelled)[:MAC_BYTES]


def mac_of_old_link(vault: Vault, columns: Columns, before: bytes) -> bytes:
    """Return the MAC of an event in the table ``happening``, from before version 2.0."""
    return vault.authenticate(_spell("happening", {**columns, "before": before}, _OUTSIDE_LINK))


def mac_of_link(vault: Vault, columns: Columns, before: bytes) -> bytes:
    """Return the MAC of an event, in which the MAC of the event before it is included."""
    spelled = _spell("event", {**columns, "before": before}, _OUTSIDE_LINK)
    return vault.authenticate(spelled)[:MAC_BYTES]


def columns_of(found: sqlite3.Row) -> dict[str, Any]:
    """Return a row's columns by name."""
    return dict(zip(found.keys(), found, strict=True))


def is_mac_right(vault: Vault, table: Table[Any], columns: Columns) -> bool:
    """Whether a row has the MAC that this till would give it; one without a MAC has not."""
    mac = columns[ROW_MAC]
    return mac is not None and is_same_mac(mac, mac_of_row(vault, table, columns))


def is_same_mac(one: bytes, other: bytes) -> bool:
    """Whether two MACs are the same in the first ``MAC_BYTES`` bytes, in constant time."""
    return hmac.compare_digest(one[:MAC_BYTES], other[:MAC_BYTES])


def check_mac(vault: Vault, table: Table[Any], found: sqlite3.Row) -> dict[str, Any]:
    """Return the columns of a row whose MAC is right.

    Raises:
        AlteredRowError: it is wrong or missing.

    """
    return check_joined(vault, table, found)


def check_joined(
    vault: Vault, table: Table[Any], found: sqlite3.Row, *joined: str
) -> dict[str, Any]:
    """Return the columns of a row whose MAC is right, without the ``joined`` ones of another table.

    Raises:
        AlteredRowError: the MAC is wrong or missing.

    """
    columns = columns_of(found)
    for name in joined:
        columns.pop(name, None)
    if not is_mac_right(vault, table, columns):
        raise AlteredRowError(table.name, columns)
    return columns


def key_id_of(vault: Vault) -> str:
    """Return a name for the till's key; every other key has another name.

    The key cannot be computed from it.
    """
    return vault.authenticate(b"the name of this key")[:8].hex()


def _spell(what: str, columns: Columns, left_out: frozenset[str]) -> bytes:
    """Write values so that no two rows look alike: each part with its length before it."""
    parts = [_spell_name(what)]
    for name, spelled_name in _in_order(tuple(columns)):
        value = columns[name]
        if value is None or name in left_out:
            continue
        if isinstance(value, str):
            kind, spelled = _STRING, value.encode("utf-8", "surrogatepass")
        elif isinstance(value, bytes):
            kind, spelled = _BYTES, value
        else:
            kind = _INTEGER if isinstance(value, int) else _FLOAT
            spelled = repr(value).encode()
        parts += (spelled_name, kind, _length(len(spelled)), spelled)
    return b"".join(parts)


@lru_cache(maxsize=256)
def _in_order(names: tuple[str, ...]) -> tuple[tuple[str, bytes], ...]:
    """Return names in their order, each as it is written; there are few sets of columns."""
    return tuple((name, _spell_name(name)) for name in sorted(names))


@cache
def _spell_name(name: str) -> bytes:
    """Write the name of a table or a column; there are few, and each stands in every row."""
    return _with_length(name.encode())


def _with_length(part: bytes) -> bytes:
    return _length(len(part)) + part


_length = Struct(">I").pack
_STRING, _BYTES, _INTEGER, _FLOAT = map(_with_length, (b"s", b"b", b"i", b"f"))
