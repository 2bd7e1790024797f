"""Audit events as the journal keeps them: a number for the kind, and the fields in their order.

``[1,5]`` is what is kept of the start of an attempt: its number, and the number of the word
``send``. Journals before version 4.0 kept the word. A field that is added to an event later comes
last and has a default, so that older events are still read. Journals before version 2.0 kept the
name of the kind and pairs of field name and text, which are read here too.
"""

import base64
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cache
from types import NoneType
from typing import Any, get_args, get_origin, get_type_hints
from uuid import UUID

from counterfoil.declaring import dataclass
from counterfoil.domain import audit
from counterfoil.domain.audit import AuditEvent

_NUMBERS: dict[type, int] = {
    audit.SaleOpened: 1,
    audit.SaleClosed: 2,
    audit.CustomerNoted: 3,
    audit.RedemptionPrepared: 4,
    audit.RedemptionChanged: 5,
    audit.AttemptStarted: 6,
    audit.AttemptEnded: 7,
    audit.AdviceOwed: 8,
    audit.ConfirmationReplaced: 9,
    audit.AdviceAttemptStarted: 10,
    audit.AdviceAttemptEnded: 11,
    audit.VoidAsked: 12,
    audit.CodeShown: 13,
    audit.PrintQueued: 14,
    audit.PrintMoved: 15,
    audit.TypesKept: 16,
    audit.JournalAccepted: 17,
    audit.StaffDone: 18,
    audit.Settled: 19,
    audit.AdviceSettled: 20,
    audit.ShiftOpened: 21,
    audit.CashMoved: 22,
    audit.RestPaid: 23,
    audit.DrawerCounted: 24,
    audit.ShiftClosed: 25,
    audit.ShiftPrinted: 26,
    audit.SecretsShredded: 31,
    audit.RetentionDone: 32,
    audit.PhoneExported: 33,
    audit.StatementReconciled: 41,
    audit.DifferenceFound: 42,
    audit.DifferenceResolved: 43,
    audit.ShiftNotPrinted: 61,
    audit.SettingChanged: 71,
}
"""The numbers of the kinds; one that was given is never given to another."""

_WORDS = (
    *("prepared", "inflight", "approved", "final", "send", "queued", "sent", "confirmed", "paid"),
    *("original", "confirmation", "owed", "acknowledged", "open", "declined", "reversing"),
    *("reversed", "reversal", "timeout", "resend", "copy", "not_complete", "set_aside"),
)
"""Words of enumerations that events say most; each is kept as its place here, from 1.

A word keeps its place for ever, and a new one comes last. One that is not here is kept as it is.
"""
_PLACES = {word: place for place, word in enumerate(_WORDS, 1)}
_WORD_AT = dict(enumerate(_WORDS, 1))

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

_CAPITAL = re.compile(r"(?<!^)(?=[A-Z])")
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_SHORT = "~"
"""Begins an id in its short form, and a text that itself begins so."""

_OLD_KINDS: dict[type, str] = {audit.ConfirmationReplaced: "advice_turned"}
"""How older journals called a kind that has another name now."""
_KINDS = {number: kind for kind, number in _NUMBERS.items()}
_KINDS_BY_OLD_NAME = {
    _OLD_KINDS.get(kind) or _CAPITAL.sub("_", kind.__name__).lower(): kind for kind in _NUMBERS
}
_OLD_NAMES = {"amount_cents": "amount"}
_OLD_WHOLE_VALUE = "full value"
"""How older journals kept the amount of a redemption that takes all."""


@dataclass(frozen=True, slots=True)
class _Field:
    """One field of an event: how it is written, and read from JSON or an older journal."""

    name: str
    write: Callable[[Any], object]
    read: Callable[[Any], Any]


def number_of(event: AuditEvent) -> int:
    """Return the number of an event's kind."""
    return _NUMBERS[type(event)]


def content_of(event: AuditEvent) -> str:
    """Write the fields of an event as JSON; empty ones at the end are left out."""
    kind: type = type(event)
    values = [field.write(getattr(event, field.name)) for field in _fields(kind)]
    return json.dumps(without_empty_end(values), separators=(",", ":"))


def beginning_of(event: AuditEvent, parts: int) -> str:
    """Return how the content of an event begins, up to and with so many of its fields."""
    kind: type = type(event)
    values = [field.write(getattr(event, field.name)) for field in _fields(kind)[:parts]]
    return json.dumps(values, separators=(",", ":")).removesuffix("]")


def word_of(kept: object) -> str:
    """Read a word of an enumeration that was kept as its place, or as it is."""
    return _WORD_AT.get(kept, str(kept)) if isinstance(kept, int) else str(kept)


def without_empty_end(values: list[Any]) -> list[Any]:
    """Return the values without those at the end that are None."""
    while values and values[-1] is None:
        values = values[:-1]
    return values


def event_of(number: int, content: str) -> AuditEvent:
    """Read an event from the number of its kind and its fields as JSON.

    Raises:
        ValueError: there is no such kind, or a field is missing or cannot be read.

    """
    kind = _KINDS.get(number)
    if kind is None:
        raise ValueError("an event of a kind that this till does not know")
    values = json.loads(content)
    return _made(
        kind,
        {
            field.name: field.read(value)
            for field, value in zip(_fields(kind), values, strict=False)
            if value is not None
        },
    )


def old_event_of(name: str, facts: Iterable[tuple[str, str]]) -> AuditEvent:
    """Read an event of a journal before version 2.0, from pairs of field name and text.

    Raises:
        ValueError: there is no such kind, or a field is missing or cannot be read.

    """
    kind = _KINDS_BY_OLD_NAME.get(name)
    if kind is None:
        raise ValueError("an event of a kind that this till does not know")
    texts: dict[str, list[str]] = {}
    for key, text in facts:
        texts.setdefault(key, []).append(text)
    read = {}
    for field in _fields(kind):
        kept = texts.get(_OLD_NAMES.get(field.name, field.name), [])
        if kept and kept != [_OLD_WHOLE_VALUE]:
            read[field.name] = field.read(kept if field.read is tuple else kept[0])
    return _made(kind, read)


def time_us(at: datetime) -> int:
    """Write an aware time as microseconds since 1970."""
    return (at - _EPOCH) // _MICROSECOND


def time_of(us: int) -> datetime:
    """Read a time from microseconds since 1970."""
    return _EPOCH + us * _MICROSECOND


def _made(kind: type, read: dict[str, Any]) -> AuditEvent:
    try:
        made: AuditEvent = kind(**read)
    except TypeError as error:
        raise ValueError("a field of an event is missing") from error
    return made


@cache
def _fields(kind: type) -> tuple[_Field, ...]:
    hints = get_type_hints(kind)
    return tuple(_field(field.name, hints[field.name]) for field in fields(kind))


def _field(name: str, hint: Any) -> _Field:
    """Return how a field of a type, or of None, is kept."""
    if get_origin(hint) is tuple:
        return _Field(name, _write, tuple)
    kind: type
    (kind,) = [one for one in get_args(hint) if one is not NoneType] or [hint]
    if issubclass(kind, StrEnum):
        return _Field(name, _write_word, lambda kept: kind(_WORD_AT.get(kept, kept)))
    if kind is bool:
        # What is not so is left out, as nothing is, so that it costs no event anything.
        return _Field(name, lambda value: value or None, bool)
    return _Field(name, _write, {datetime: _read_time, str: _read_text}.get(kind, kind))


def _write_word(word: str | None) -> object:
    return None if word is None else _PLACES.get(word, str(word))


def _write(value: object) -> object:
    if isinstance(value, datetime):
        return time_us(value)
    if not isinstance(value, str):
        return value
    if _ID.fullmatch(value):
        return _SHORT + base64.urlsafe_b64encode(UUID(value).bytes).decode().rstrip("=")
    return _SHORT + value if value.startswith(_SHORT) else value


def _read_text(value: str) -> str:
    if not value.startswith(_SHORT):
        return value
    rest = value.removeprefix(_SHORT)
    if rest.startswith(_SHORT):
        return rest
    return str(UUID(bytes=base64.urlsafe_b64decode(f"{rest}==")))


def _read_time(value: int | str) -> datetime:
    return datetime.fromisoformat(value) if isinstance(value, str) else time_of(value)
