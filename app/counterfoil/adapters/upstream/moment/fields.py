"""From a field's metadata to how it is typed, checked and sent.

Metadata that contradicts itself or is not understood is ignored, which makes the field a little
less strict: the upstream itself decides what it takes. Nothing here can keep a till from opening.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from counterfoil.domain.money import AMOUNT_CENTS_MAX
from counterfoil.domain.text import clean_text, humanise
from counterfoil.domain.voucher_type import Choice, FieldKind, FieldSpec, WireKind

LENGTH_MAX = 64
CHOICES_MAX = 1000
TEXT_MAX = 255
PATTERN_MAX = 200

NAME = re.compile(r"[A-Za-z0-9_.\-]{1,64}")

_E164 = re.compile(r"\+\d{7,15}")
_DIGITS = re.compile(r"\d{8,64}")
_SPAN = re.compile(r"\d+\s*(?:-|–|to|or)\s*\d+[\s-]*digit", re.IGNORECASE)
_LENGTH = re.compile(r"\b(\d{1,2})[\s-]*digit", re.IGNORECASE)
_NUMBER = re.compile(r"-?\d{1,15}(?:\.\d{1,6})?")
_PHONE_WORDS = ("phone", "mobile", "msisdn")
_NO_WORDS = frozenset({"false", "no", "0", "", "none", "null"})

_KINDS: Mapping[str, FieldKind] = {
    "enum": FieldKind.CHOICE,
    "choice": FieldKind.CHOICE,
    "select": FieldKind.CHOICE,
    "money": FieldKind.MONEY,
    "amount": FieldKind.MONEY,
    "phone": FieldKind.PHONE,
    "phone_number": FieldKind.PHONE,
    "tel": FieldKind.PHONE,
    "msisdn": FieldKind.PHONE,
    "integer": FieldKind.INTEGER,
    "int": FieldKind.INTEGER,
    "number": FieldKind.NUMBER,
    "decimal": FieldKind.NUMBER,
    "float": FieldKind.NUMBER,
    "boolean": FieldKind.BOOLEAN,
    "bool": FieldKind.BOOLEAN,
    "date": FieldKind.DATE,
    "email": FieldKind.EMAIL,
    "digits": FieldKind.DIGITS,
    "pin": FieldKind.DIGITS,
}
"""What a field's declared type or format means; what is not here is looked at by its example."""

_WIRES: Mapping[str, WireKind] = {
    "integer": WireKind.INTEGER,
    "int": WireKind.INTEGER,
    "money": WireKind.INTEGER,
    "amount": WireKind.INTEGER,
    "number": WireKind.NUMBER,
    "decimal": WireKind.NUMBER,
    "float": WireKind.NUMBER,
    "boolean": WireKind.BOOLEAN,
    "bool": WireKind.BOOLEAN,
}
"""The JSON type that a declared type is sent in; every other one is text."""

_LABELS: Mapping[str, str] = {
    "pin": "Voucher PIN",
    "token": "Voucher number",
}
"""Names that are clearer in other words; any other name is written out."""

_CHOICE_LISTS = ("choices", "enum", "options", "oneOf", "values")
_CHOICE_VALUES = ("value", "const", "id", "code", "key")
_CHOICE_LABELS = ("label", "title", "name", "text", "description")

_Bound = TypeVar("_Bound")


def says_yes(value: Any) -> bool:
    """Whether a value from the metadata is there and does not mean false."""
    return value is not None and not says_no(value)


def says_no(value: Any) -> bool:
    """Whether a value from the metadata means false: ``false``, 0, or a word such as ``no``.

    None does not.
    """
    if isinstance(value, str):
        return value.strip().casefold() in _NO_WORDS
    return value is False or (type(value) is int and value == 0)


def cents_of(value: Any) -> int | None:
    """Read an amount in cents; None if there is none, or if it makes no sense."""
    return value if type(value) is int and 0 < value <= AMOUNT_CENTS_MAX else None


def read_field(part: dict[str, Any], currency: str) -> FieldSpec | None:
    """Read one field, or None when it has no name to send it under."""
    name = part.get("name")
    if not isinstance(name, str) or not NAME.fullmatch(name):
        return None
    example = _text(part.get("example"), 64)
    description = _text(part.get("description"), 160)
    choices = _choices(part)
    kind = _kind(part, name, example, description, choices)
    minimum, maximum = _bounds(part, kind)
    shortest, longest = _lengths(part) if kind in _WITH_LENGTH else (None, None)
    return FieldSpec(
        name=name,
        label=_label(part, name, kind),
        kind=kind,
        is_required=not says_no(part.get("required")),
        is_sensitive=says_yes(part.get("sensitive")),
        hint=description,
        example=example,
        length=_length(part, description) if kind is FieldKind.DIGITS else None,
        choices=choices if kind is FieldKind.CHOICE else (),
        wire=_declared_wire(part),
        minimum=minimum,
        maximum=maximum,
        length_min=shortest,
        length_max=longest,
        pattern=_pattern(part) if kind in _WITH_LENGTH else "",
        currency=currency,
    )


_WITH_LENGTH = frozenset({FieldKind.TEXT, FieldKind.DIGITS, FieldKind.EMAIL})


def _declared_wire(part: dict[str, Any]) -> WireKind:
    declared = part.get("type")
    known = _WIRES.get(declared.lower()) if isinstance(declared, str) else None
    return known or WireKind.TEXT


def _kind(
    part: dict[str, Any],
    name: str,
    example: str,
    description: str,
    choices: tuple[Choice, ...],
) -> FieldKind:
    declared = _declared_kind(part)
    if choices:
        return FieldKind.BOOLEAN if _is_plain_boolean(choices) else FieldKind.CHOICE
    is_code = not example or (example.isascii() and example.isdigit())
    looks_like_code = bool(_DIGITS.fullmatch(example) or (is_code and _LENGTH.search(description)))
    if declared is FieldKind.INTEGER and looks_like_code:
        return FieldKind.DIGITS
    if declared is not None:
        return declared
    if _E164.fullmatch(example) or any(word in name.lower() for word in _PHONE_WORDS):
        return FieldKind.PHONE
    return FieldKind.DIGITS if looks_like_code else FieldKind.TEXT


def _declared_kind(part: dict[str, Any]) -> FieldKind | None:
    told = (_KINDS.get(str(part.get(key)).lower()) for key in ("format", "type"))
    return next((kind for kind in told if kind not in {None, FieldKind.CHOICE}), None)


def _is_plain_boolean(choices: tuple[Choice, ...]) -> bool:
    """Whether the choices are true and false, in no words of their own."""
    return {(one.value, one.label) for one in choices} == {("true", "Yes"), ("false", "No")}


def _label(part: dict[str, Any], name: str, kind: FieldKind) -> str:
    told = _text(part.get("label"), 40)
    if told:
        return told
    return "Mobile number" if kind is FieldKind.PHONE else _LABELS.get(name, humanise(name))


def _length(part: dict[str, Any], description: str) -> int | None:
    """Read the one length a code has; a span such as "12 to 16 digits" is no such hint."""
    told = part.get("length")
    if type(told) is int and 0 < told <= LENGTH_MAX:
        return told
    found = _LENGTH.search(description)
    if found is None or _SPAN.search(description):
        return None
    return int(found[1]) or None


# ---------------------------------------------------------------------------------------- bounds


def _bounds(part: dict[str, Any], kind: FieldKind) -> tuple[str, str]:
    """Read the least and the most value, as text; a pair that nothing fits between is dropped."""
    read = _BOUND_READERS.get(kind)
    if read is None:
        return "", ""
    least = _first(part, ("minimum", "min"), read)
    most = _first(part, ("maximum", "max"), read)
    if least is not None and most is not None and least > most:
        return "", ""
    return _written(least), _written(most)


def _lengths(part: dict[str, Any]) -> tuple[int | None, int | None]:
    shortest = _first(part, ("min_length", "minLength"), _count)
    longest = _first(part, ("max_length", "maxLength"), _count)
    if shortest is not None and longest is not None and shortest > longest:
        return None, None
    return shortest, longest


def _first(
    part: dict[str, Any], keys: Iterable[str], read: Callable[[Any], _Bound | None]
) -> _Bound | None:
    found = (read(part.get(key)) for key in keys)
    return next((bound for bound in found if bound is not None), None)


def _count(value: Any) -> int | None:
    return value if type(value) is int and 0 < value <= TEXT_MAX else None


def _number(value: Any) -> Decimal | None:
    is_told = isinstance(value, str | int | float) and not isinstance(value, bool)
    if not is_told or not _NUMBER.fullmatch(str(value)):
        return None
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None


def _whole(value: Any) -> Decimal | None:
    number = _number(value)
    return number if number is not None and number == number.to_integral_value() else None


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _written(bound: Decimal | date | None) -> str:
    if bound is None:
        return ""
    return bound.isoformat() if isinstance(bound, date) else f"{bound:f}"


_BOUND_READERS: Mapping[FieldKind, Callable[[Any], Any]] = {
    FieldKind.INTEGER: _whole,
    FieldKind.MONEY: _whole,
    FieldKind.NUMBER: _number,
    FieldKind.DATE: _day,
}


def _pattern(part: dict[str, Any]) -> str:
    told = part.get("pattern")
    return told if isinstance(told, str) and 0 < len(told) <= PATTERN_MAX else ""


# --------------------------------------------------------------------------------------- choices


def _choices(part: dict[str, Any]) -> tuple[Choice, ...]:
    """Read the choices; with more than anybody can look through, the field is a plain text."""
    declared = _declared_wire(part)
    for key in _CHOICE_LISTS:
        listed = part.get(key)
        if isinstance(listed, list) and listed:
            if len(listed) > CHOICES_MAX:
                return ()
            read = [choice for one in listed if (choice := _choice(one, declared)) is not None]
            found: dict[str, Choice] = {}
            for choice in read:
                found.setdefault(choice.value, choice)
            return tuple(found.values())
    return ()


def _choice(one: Any, declared: WireKind) -> Choice | None:
    """Read one choice; it is sent as it is written, so one that needs cleaning is left out."""
    value, told = (one, None) if not isinstance(one, dict) else _value_and_label(one)
    spelled = _spelled(value)
    if spelled is None:
        return None
    text, wire = spelled
    is_number = declared in _NUMERIC and wire is WireKind.TEXT and _NUMBER.fullmatch(text)
    label = _text(told, 64) or {"true": "Yes", "false": "No"}.get(text, text)
    return Choice(value=text, label=label, wire=declared if is_number else wire)


_NUMERIC = frozenset({WireKind.INTEGER, WireKind.NUMBER})


def _value_and_label(one: dict[str, Any]) -> tuple[Any, Any]:
    value = next((one[key] for key in _CHOICE_VALUES if key in one), None)
    label = next((one[key] for key in _CHOICE_LABELS if isinstance(one.get(key), str)), None)
    return (label if value is None else value), label


def _spelled(value: Any) -> tuple[str, WireKind] | None:
    """Return a JSON value as text and its type, or None where it is none that can be chosen."""
    match value:
        case bool():
            return str(value).lower(), WireKind.BOOLEAN
        case str() if value and clean_text(value, 64) == value:
            return value, WireKind.TEXT
        case int() if _NUMBER.fullmatch(str(value)[:32]):
            return str(value), WireKind.INTEGER
        case float() if _NUMBER.fullmatch(repr(value)):
            return repr(value), WireKind.NUMBER
    return None


def _text(value: Any, limit: int) -> str:
    return clean_text(value, limit) if isinstance(value, str) else ""
