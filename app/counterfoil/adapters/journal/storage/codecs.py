"""How values are written in columns. An absent value is null in all of its columns."""

import json
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from counterfoil.adapters.journal.storage.columns import Codec, SqlValue
from counterfoil.domain.money import Amount, Exact, FullValue
from counterfoil.domain.time import Instant
from counterfoil.domain.verdict import ChangeShape, CodeShape
from counterfoil.domain.voucher_type import UpstreamKind


def time_text(at: datetime) -> str:
    """Return an aware time as ISO 8601 in UTC."""
    assert at.tzinfo is not None, "a time has a zone"
    return at.astimezone(UTC).isoformat()


def word(words: type[StrEnum]) -> Codec:
    """Return the codec of an enumeration's member, or of none."""
    return _optional(lambda one: (one.value,), words)


def flag(*, absent: bool = False) -> Codec:
    """Return the codec of a boolean; a row that has no value for it reads as ``absent``."""
    return Codec(lambda is_so: (int(is_so),), lambda kept: absent if kept is None else kept == 1)


def _optional(
    write: Callable[[Any], tuple[SqlValue, ...]], read: Callable[..., Any], columns: int = 1
) -> Codec:
    """Make the codec of a value that may be absent from what writes and reads one that is not."""
    nothing = (None,) * columns
    return Codec(
        lambda value: nothing if value is None else write(value),
        lambda *kept: None if kept[0] is None else read(*kept),
    )


def _write_amount(amount: Amount) -> tuple[SqlValue, ...]:
    return (amount.cents, 0) if isinstance(amount, Exact) else (None, 1)


def _read_amount(cents: int | None, _is_full_value: int) -> Amount:
    return FullValue() if cents is None else Exact(cents)


def _write_instant(instant: Instant) -> tuple[SqlValue, ...]:
    return time_text(instant.wall), float(instant.monotonic_s), instant.boot_id


def _read_instant(wall: str, monotonic_s: float, boot_id: str) -> Instant:
    return Instant(datetime.fromisoformat(wall), monotonic_s, boot_id)


def _write_kind(kind: UpstreamKind) -> tuple[SqlValue, ...]:
    """Write nothing for the first kind, as before there was a second."""
    return (None if kind is UpstreamKind.KEYED else kind.value,)


def _is_told(value: object) -> bool:
    """Whether a part of a change voucher is told; a value of 0 is."""
    return value is not None and value is not False and value not in ((), [])


def _write_change(change: ChangeShape) -> tuple[SqlValue, ...]:
    shape = _shape_fields(replace(change, amount_cents=None))
    return change.amount_cents, json.dumps(shape, separators=(",", ":"))


def _shape_fields(change: ChangeShape) -> dict[str, Any]:
    """Write what is told of a change voucher, and nothing that is not."""
    parts = {part.name: getattr(change, part.name) for part in fields(change)}
    parts["codes"] = [[one.name, one.length, *[True] * one.is_number] for one in change.codes]
    parts["more"] = [_shape_fields(one) for one in change.more]
    return {name: value for name, value in parts.items() if _is_told(value)}


def _read_change(cents: int | None, text: str | None) -> ChangeShape | None:
    """Read the shape; there is none in a row of a journal before version 2.3."""
    return None if text is None else replace(_read_shape(json.loads(text)), amount_cents=cents)


def _read_shape(parts: dict[str, Any]) -> ChangeShape:
    read = {
        "codes": tuple(CodeShape(*one) for one in parts.get("codes", ())),
        "unread": tuple(parts.get("unread", ())),
        "more": tuple(map(_read_shape, parts.get("more", ()))),
    }
    return ChangeShape(**parts | read)


PLAIN = Codec(lambda value: (value,), lambda kept: kept)
"""Text, whole numbers, fractions and bytes, as they are."""
TIME = _optional(lambda at: (time_text(at),), datetime.fromisoformat)
INSTANT = _optional(_write_instant, _read_instant, columns=3)
"""A reading of both clocks."""
AMOUNT = Codec(_write_amount, _read_amount)
CHANGE = Codec(
    lambda change: (None, None) if change is None else _write_change(change), _read_change
)
"""The shape of a change voucher: the value of the first one, and all else as JSON."""
KIND = Codec(_write_kind, lambda kept: UpstreamKind(kept or UpstreamKind.KEYED))
"""The kind of an upstream."""
