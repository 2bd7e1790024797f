"""Audit events as the journal keeps them: a word for the kind, and the fields by name."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from types import NoneType
from typing import Any, get_args, get_origin, get_type_hints

from counterfoil.domain.audit import AuditEvent

_CAPITAL = re.compile(r"(?<!^)(?=[A-Z])")
_KEPT_AS = {"amount_cents": "amount"}
_WHOLE_VALUE = "full value"
"""How the amount of a redemption that takes all is kept."""

Facts = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class _Field:
    """How one field of an event is written and read; ``name`` is what it is kept under."""

    attribute: str
    name: str
    read: Callable[[str], Any]


def kind_of(event: AuditEvent) -> str:
    """Return the word that an event is kept under, such as ``attempt_started``."""
    return _kind(type(event))


def facts_of(event: AuditEvent) -> Facts:
    """Write the fields of an event; those that are None are left out."""
    kind: type = type(event)
    return tuple(
        (field.name, text)
        for field in _fields(kind)
        for text in _texts(field.name, getattr(event, field.attribute))
    )


def event_of(kind: str, facts: Iterable[tuple[str, str]]) -> AuditEvent:
    """Read an event.

    Raises:
        ValueError: there is no such kind, or a field is missing or cannot be read.

    """
    event = _kinds().get(kind)
    if event is None:
        raise ValueError("an event of a kind that this till does not know")
    values: dict[str, list[str]] = {}
    for name, text in facts:
        values.setdefault(name, []).append(text)
    read = {}
    for field in _fields(event):
        texts = values.get(field.name, [])
        if field.read is tuple:
            read[field.attribute] = tuple(texts)
        elif texts and texts[0] != _WHOLE_VALUE:
            read[field.attribute] = field.read(texts[0])
    try:
        made: AuditEvent = event(**read)
    except TypeError as error:
        raise ValueError("a field of an event is missing") from error
    return made


@cache
def _kinds() -> dict[str, type]:
    return {_kind(event): event for event in get_args(AuditEvent)}


def _kind(event: type) -> str:
    return _CAPITAL.sub("_", event.__name__).lower()


@cache
def _fields(event: type) -> tuple[_Field, ...]:
    hints = get_type_hints(event)
    return tuple(
        _Field(field.name, _KEPT_AS.get(field.name, field.name), _reader(hints[field.name]))
        for field in fields(event)
    )


def _reader(hint: Any) -> Callable[[str], Any]:
    """Return what reads a field of a type, or of None."""
    if get_origin(hint) is tuple:
        return tuple
    kind: type
    (kind,) = [one for one in get_args(hint) if one is not NoneType] or [hint]
    return datetime.fromisoformat if kind is datetime else kind


def _texts(name: str, value: object) -> tuple[str, ...]:
    if value is None:
        return (_WHOLE_VALUE,) if name == "amount" else ()
    if isinstance(value, tuple):
        return value
    if isinstance(value, datetime):
        return (value.astimezone(UTC).isoformat(),)
    return (value.value if isinstance(value, StrEnum) else str(value),)
