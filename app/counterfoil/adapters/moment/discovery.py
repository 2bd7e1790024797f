"""From the types endpoint to tiles and forms. No type is known by its name here.

What cannot be used is left out piece by piece: an unknown key costs nothing, an unknown field kind
becomes text, a type whose form cannot be sent is dropped, and the rest stays on offer.
"""

import re
from collections.abc import Mapping
from typing import Any

from counterfoil.domain.text import clean_text, humanise
from counterfoil.domain.voucher_type import ChangeManner, FieldKind, FieldSpec, VoucherType

LENGTH_MAX = 64
TYPES_MAX = 200
FIELDS_MAX = 20
CHOICES_MAX = 50

_NAME = re.compile(r"[A-Za-z0-9_.\-]{1,64}")
_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")
_CURRENCY = re.compile(r"[A-Z]{3}")
_E164 = re.compile(r"\+\d{7,15}")
_DIGITS = re.compile(r"\d{8,64}")
_SPAN = re.compile(r"\d+\s*(?:-|–|to|or)\s*\d+[\s-]*digit", re.IGNORECASE)
_LENGTH = re.compile(r"\b(\d{1,2})[\s-]*digit", re.IGNORECASE)
_PHONE_WORDS = ("phone", "mobile", "msisdn")

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
    "integer": FieldKind.DIGITS,
    "digits": FieldKind.DIGITS,
    "pin": FieldKind.DIGITS,
}
"""What a field's declared type or format means; what is not here is looked at by its example."""

_NUMBER_TYPES = ("integer", "number", "money", "amount")
"""No set: what is looked for in it may be anything, and not everything can be hashed."""

_LABELS: Mapping[str, str] = {
    "pin": "Voucher PIN",
    "token": "Voucher token",
}
"""Names that are clearer in other words; any other name is written out."""

_MANNERS: Mapping[str, ChangeManner] = {
    "INLINE": ChangeManner.INLINE,
    "SMS": ChangeManner.SMS,
    "NONE": ChangeManner.NONE,
}


def read_types(document: Mapping[str, Any], upstream: str) -> tuple[VoucherType, ...] | None:
    """Read the types an upstream offers, or None when it is no list of them at all."""
    entries = document.get("data")
    if not isinstance(entries, list):
        return None
    found: dict[str, VoucherType] = {}
    for entry in entries[:TYPES_MAX]:
        voucher_type = _read_type(entry, upstream) if isinstance(entry, dict) else None
        if voucher_type is not None:
            found.setdefault(voucher_type.id, voucher_type)
    return None if entries and not found else tuple(found.values())


def numbers_of(document: Mapping[str, Any]) -> frozenset[tuple[str, str]]:
    """Name the fields, with their types, that are sent as numbers rather than as text."""
    entries = document.get("data")
    pairs = (
        (entry.get("type"), part.get("name"))
        for entry in (entries if isinstance(entries, list) else [])
        if isinstance(entry, dict)
        for part in _fields_of(entry)
        if isinstance(part, dict) and _is_number(part)
    )
    return frozenset(
        (type_id, name)
        for type_id, name in pairs
        if isinstance(type_id, str) and isinstance(name, str)
    )


def _read_type(entry: dict[str, Any], upstream: str) -> VoucherType | None:
    type_id = entry.get("type")
    fields = _read_fields(entry)
    if not isinstance(type_id, str) or not _NAME.fullmatch(type_id) or not fields:
        return None
    capabilities = entry.get("capabilities")
    if not isinstance(capabilities, dict):
        capabilities = {}
    category, _, last = type_id.rpartition(".")
    return VoucherType(
        id=type_id,
        upstream=upstream,
        category=_text(entry.get("category"), 40) or category,
        name=_text(entry.get("name"), 40) or humanise(last),
        fields=fields,
        description=_text(entry.get("description"), 200),
        website=_website(entry.get("website")),
        colour=_match(_COLOUR, entry.get("brand_colour") or entry.get("colour")),
        currency=_match(_CURRENCY, entry.get("currency")) or "ZAR",
        can_redeem=capabilities.get("redeem") is not False,
        can_look_up=capabilities.get("lookup") is True,
        can_redeem_part=capabilities.get("partial") is not False,
        change=_MANNERS.get(str(capabilities.get("change_voucher")).upper(), ChangeManner.NOT_SAID),
    )


def _fields_of(entry: dict[str, Any]) -> list[Any]:
    parts = entry.get("required_fields")
    return parts if isinstance(parts, list) else []


def _read_fields(entry: dict[str, Any]) -> tuple[FieldSpec, ...]:
    """Read the form, or nothing when it has a required field that could not be sent."""
    parts = _fields_of(entry)
    if len(parts) > FIELDS_MAX:
        return ()
    specs: dict[str, FieldSpec] = {}
    for part in parts:
        spec = _read_field(part) if isinstance(part, dict) else None
        if spec is not None:
            specs.setdefault(spec.name, spec)
        elif not isinstance(part, dict) or part.get("required") is not False:
            return ()
    return tuple(specs.values())


def _read_field(part: dict[str, Any]) -> FieldSpec | None:
    name = part.get("name")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        return None
    example = _text(part.get("example"), 64)
    description = _text(part.get("description"), 160)
    choices = _choices(part)
    kind = _kind(part, name, example, description, choices)
    return FieldSpec(
        name=name,
        label=_label(part, name, kind),
        kind=kind,
        is_required=part.get("required") is not False,
        is_sensitive=part.get("sensitive") is True,
        hint=description,
        example=example,
        length=_length(part, description) if kind is FieldKind.DIGITS else None,
        choices=choices if kind is FieldKind.CHOICE else (),
        is_number=_is_number(part),
    )


def _is_number(part: dict[str, Any]) -> bool:
    declared = part.get("type")
    return isinstance(declared, str) and declared in _NUMBER_TYPES


def _kind(
    part: dict[str, Any], name: str, example: str, description: str, choices: tuple[str, ...]
) -> FieldKind:
    if choices:
        return FieldKind.CHOICE
    for key in ("format", "type"):
        declared = _KINDS.get(str(part.get(key)).lower())
        if declared is not None and declared is not FieldKind.CHOICE:
            return declared
    if _E164.fullmatch(example) or any(word in name.lower() for word in _PHONE_WORDS):
        return FieldKind.PHONE
    is_code = not example or (example.isascii() and example.isdigit())
    if _DIGITS.fullmatch(example) or (is_code and _LENGTH.search(description)):
        return FieldKind.DIGITS
    return FieldKind.TEXT


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


def _choices(part: dict[str, Any]) -> tuple[str, ...]:
    for key in ("choices", "enum", "options"):
        listed = part.get(key)
        if isinstance(listed, list):
            words = [word for one in listed[:CHOICES_MAX] if (word := _choice(one))]
            return tuple(dict.fromkeys(words))
    return ()


def _choice(one: Any) -> str:
    """Read one choice; it is sent as it is written, so one that needs cleaning is left out."""
    value = one.get("value") if isinstance(one, dict) else one
    return value if isinstance(value, str) and clean_text(value, 64) == value else ""


def _text(value: Any, limit: int) -> str:
    return clean_text(value, limit) if isinstance(value, str) else ""


def _match(pattern: re.Pattern[str], value: Any) -> str:
    return value if isinstance(value, str) and pattern.fullmatch(value) else ""


def _website(value: Any) -> str:
    text = _text(value, 200)
    return text if text.startswith("https://") and " " not in text else ""
