"""How values lie in columns: ids and hashes as bytes, times as whole microseconds.

What is absent is null in all columns of its value. Journals before version 3.0 kept ids, hashes and
times as text, and a row MAC still covers that text: `spell` says it of what lies in the file now.
So a row that a migration has packed keeps the MAC that it was written with. What cannot be packed
without a loss stays text.
"""

import json
import re
import sqlite3
import struct
from collections.abc import Callable
from contextlib import suppress
from dataclasses import fields, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from counterfoil.adapters.journal.storage.events import time_of, time_us, without_empty_end
from counterfoil.adapters.journal.storage.table import Codec, SqlValue
from counterfoil.domain.money import Amount, Exact, FullValue
from counterfoil.domain.time import Instant
from counterfoil.domain.verdict import ChangeShape, CodeShape
from counterfoil.domain.voucher_type import UpstreamKind

_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_HASH = re.compile(r"[0-9a-f]{64}")
_CLOCKS = struct.Struct(">qd")
_IS_ID, _IS_TEXT = b"i", b"t"
_SHAPE_PARTS = tuple(part.name for part in fields(ChangeShape))
"""The parts of a change voucher in the order in which they are kept; a new one comes last."""
_UNREADABLE = (TypeError, ValueError, OverflowError, AttributeError, struct.error)
"""What reading a column may raise that somebody has altered."""


def time_text(at: datetime) -> str:
    """Return an aware time as ISO 8601 in UTC."""
    assert at.tzinfo is not None, "a time has a zone"
    return at.astimezone(UTC).isoformat()


def packed_id(text: str) -> SqlValue:
    """Write a UUID as its 16 bytes, and any other id as it is."""
    return bytes.fromhex(text.replace("-", "")) if _ID.fullmatch(text) else text


def id_text(kept: SqlValue) -> str:
    """Read an id as text; a number, which only somebody else can have written, as its digits."""
    if not isinstance(kept, bytes):
        return str(kept)
    digits = kept.hex()
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def word(words: type[StrEnum]) -> Codec:
    """Return the codec of a value that is a member of this enumeration, or absent."""
    return _optional(lambda one: one.value, words)


def flag(*, absent: bool = False) -> Codec:
    """Return the codec of a boolean; a row that has no value for it reads as ``absent``."""
    return Codec(lambda is_so: (int(is_so),), lambda kept: absent if kept is None else kept == 1)


def _optional(
    write: Callable[[Any], SqlValue],
    read: Callable[[Any], Any],
    spell: Callable[[Any], tuple[SqlValue, ...]] | None = None,
) -> Codec:
    """Make the codec of a value that may be absent from what writes and reads one that is not."""
    return Codec(
        lambda value: (None if value is None else write(value),),
        lambda kept: None if kept is None else read(kept),
        None if spell is None else _or_itself(spell),
    )


def _or_itself(spell: Callable[[Any], tuple[SqlValue, ...]]) -> Callable[..., tuple[SqlValue, ...]]:
    """Spell a column that somebody has altered as it lies there, so that its MAC does not hold."""

    def spelled(kept: Any) -> tuple[SqlValue, ...]:
        with suppress(*_UNREADABLE):
            return spell(kept)
        return (kept,)

    return spelled


def _packed_hash(text: str) -> SqlValue:
    return bytes.fromhex(text) if _HASH.fullmatch(text) else text


def _hash_text(kept: str | bytes) -> str:
    return kept if isinstance(kept, str) else kept.hex()


def _read_time(kept: int | str) -> datetime:
    return datetime.fromisoformat(kept) if isinstance(kept, str) else time_of(kept)


def _time_spelled(kept: int | str | None) -> SqlValue:
    return time_of(kept).isoformat() if isinstance(kept, int) else kept


def _write_amount(amount: Amount) -> tuple[SqlValue, ...]:
    return (amount.cents if isinstance(amount, Exact) else None,)


def _read_amount(cents: int | None) -> Amount:
    return FullValue() if cents is None else Exact(cents)


def _write_instant(instant: Instant) -> bytes:
    return _packed_clocks(time_us(instant.wall), instant.monotonic_s, instant.boot_id)


def _packed_clocks(wall_us: int, monotonic_s: float, boot_id: str) -> bytes:
    boot = packed_id(boot_id)
    end = _IS_ID + boot if isinstance(boot, bytes) else _IS_TEXT + boot_id.encode()
    return _CLOCKS.pack(wall_us, monotonic_s) + end


def _read_instant(kept: bytes) -> Instant:
    wall_us, monotonic_s = _CLOCKS.unpack_from(kept)
    kind, boot = kept[_CLOCKS.size : _CLOCKS.size + 1], kept[_CLOCKS.size + 1 :]
    return Instant(
        time_of(wall_us), monotonic_s, id_text(boot) if kind == _IS_ID else boot.decode()
    )


def _instant_spelled(kept: bytes | None) -> tuple[SqlValue, ...]:
    if kept is None:
        return (None, None, None)
    instant = _read_instant(kept)
    return instant.wall.isoformat(), instant.monotonic_s, instant.boot_id


def _write_kind(kind: UpstreamKind) -> tuple[SqlValue, ...]:
    """Write nothing for the first kind, as before there was a second."""
    return (None if kind is UpstreamKind.KEYED else kind.value,)


def _is_told(value: object) -> bool:
    """Whether a change voucher has this part; a value of 0 counts as one."""
    return value is not None and value is not False and value not in ((), [])


def _write_change(change: ChangeShape) -> tuple[SqlValue, ...]:
    shape = _shape_parts(replace(change, amount_cents=None))
    return change.amount_cents, json.dumps(shape, separators=(",", ":"))


def _shape_parts(change: ChangeShape) -> list[Any]:
    """Return the parts of a change voucher in their order; None is one that it lacks."""
    parts = {name: getattr(change, name) for name in _SHAPE_PARTS}
    parts["codes"] = [[one.name, one.length, *[True] * one.is_number] for one in change.codes]
    parts["more"] = [_shape_parts(one) for one in change.more]
    return without_empty_end([one if _is_told(one) else None for one in parts.values()])


def _read_change(cents: int | None, text: str | None) -> ChangeShape | None:
    """Read the shape; there is none in a row of a journal before version 2.3."""
    return None if text is None else replace(_read_shape(json.loads(text)), amount_cents=cents)


def _read_shape(kept: list[Any] | dict[str, Any]) -> ChangeShape:
    """Read the parts by their order; a journal before version 4.0 named those that there were."""
    named = kept if isinstance(kept, dict) else dict(zip(_SHAPE_PARTS, kept, strict=False))
    parts = {name: value for name, value in named.items() if value is not None}
    read = {
        "codes": tuple(CodeShape(*one) for one in parts.get("codes", ())),
        "unread": tuple(parts.get("unread", ())),
        "more": tuple(map(_read_shape, parts.get("more", ()))),
    }
    return ChangeShape(**parts | read)


PLAIN = Codec(lambda value: (value,), lambda kept: kept)
"""Text, whole numbers, fractions and bytes, as they are."""
COUNT = Codec(lambda count: (count or None,), lambda kept: kept or 0)
"""A number of which most rows have none; that is null."""
ID_BYTES = _optional(packed_id, id_text, lambda kept: (kept and id_text(kept),))
HASH_BYTES = _optional(_packed_hash, _hash_text, lambda kept: (kept and _hash_text(kept),))
TIME = _optional(time_us, _read_time, lambda kept: (_time_spelled(kept),))
TIME_TEXT = _optional(time_text, datetime.fromisoformat)
"""A time in a table of few rows."""
INSTANT = _optional(_write_instant, _read_instant, _instant_spelled)
"""A reading of both clocks."""
CHANGE = Codec(
    lambda change: (None, None) if change is None else _write_change(change), _read_change
)
"""The shape of a change voucher: the value of the first one, and all else as a JSON list."""
AMOUNT = Codec(_write_amount, _read_amount, lambda cents: (cents, int(cents is None)))
KIND = Codec(_write_kind, lambda kept: UpstreamKind(kept or UpstreamKind.KEYED))
"""The kind of an upstream."""


# ------------------------------------------------------------------------------- older journals


def add_packing(connection: sqlite3.Connection) -> None:
    """Give a connection the functions by which the migrations pack what older tills wrote."""
    for name, arguments, pack in (
        ("packed_id", 1, packed_id),
        ("packed_hash", 1, _packed_hash),
        ("packed_time", 1, _packed_time),
        ("packed_instant", 3, _packed_instant),
    ):
        connection.create_function(name, arguments, _or_as_it_is(pack))


def _or_as_it_is(pack: Callable[..., SqlValue]) -> Callable[..., SqlValue]:
    """Keep what no till wrote: its row MAC will not hold, and it is found as before."""

    def packed(*kept: Any) -> SqlValue:
        with suppress(*_UNREADABLE):
            return pack(*kept)
        first: SqlValue = kept[0]
        return first

    return packed


def _packed_time(text: str) -> SqlValue:
    us = time_us(datetime.fromisoformat(text))
    return us if time_of(us).isoformat() == text else text


def _packed_instant(wall: str, monotonic_s: float, boot_id: str) -> SqlValue:
    us = _packed_time(wall)
    return _packed_clocks(us, monotonic_s, boot_id) if isinstance(us, int) else wall
