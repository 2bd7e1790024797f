"""From the types endpoint to tiles and forms. No type is known by its name here.

A part that cannot be used is left out alone: an unknown key is ignored, an unknown field kind
becomes text, a type whose form cannot be sent is dropped, and the other types stay on offer.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from counterfoil.adapters.upstream.moment.fields import (
    NAME,
    cents_of,
    read_field,
    says_no,
    says_yes,
)
from counterfoil.domain.money import NO_LIMITS, Limits
from counterfoil.domain.text import clean_text, humanise
from counterfoil.domain.voucher_type import ChangeManner, FieldSpec, VoucherType

TYPES_MAX = 200
FIELDS_MAX = 20

_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")
_CURRENCY = re.compile(r"[A-Z]{3}")
_MANNERS: Mapping[str, ChangeManner] = {
    "INLINE": ChangeManner.INLINE,
    "SMS": ChangeManner.SMS,
    "NONE": ChangeManner.NONE,
}


def read_types(document: Mapping[str, Any], upstream: str) -> tuple[VoucherType, ...] | None:
    """Read the types an upstream offers; None when the document is no list of types at all."""
    entries = document.get("data")
    if not isinstance(entries, list):
        return None
    found: dict[str, VoucherType] = {}
    for entry in entries[:TYPES_MAX]:
        voucher_type = _read_type(entry, upstream) if isinstance(entry, dict) else None
        if voucher_type is not None:
            found.setdefault(voucher_type.id, voucher_type)
    return None if entries and not found else tuple(found.values())


def _read_type(entry: dict[str, Any], upstream: str) -> VoucherType | None:
    type_id = entry.get("type")
    currency = _match(_CURRENCY, entry.get("currency")) or "ZAR"
    fields = _read_fields(entry, currency)
    if not isinstance(type_id, str) or not NAME.fullmatch(type_id) or not fields:
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
        currency=currency,
        can_redeem=not says_no(capabilities.get("redeem")),
        can_look_up=says_yes(capabilities.get("lookup")),
        can_redeem_part=not says_no(capabilities.get("partial")),
        change=_MANNERS.get(str(capabilities.get("change_voucher")).upper(), ChangeManner.NOT_SAID),
        limits=_limits(currency, entry, capabilities),
    )


def _limits(currency: str, *told_in: dict[str, Any]) -> Limits:
    """Read what one redemption takes at least and at most; two that contradict are no limits."""
    least = _first_cents(told_in, ("min_amount", "minimum_amount", "amount_min"))
    most = _first_cents(told_in, ("max_amount", "maximum_amount", "amount_max"))
    is_odd = least is not None and most is not None and least > most
    return NO_LIMITS if is_odd else Limits(least, most, currency)


def _first_cents(told_in: Iterable[dict[str, Any]], keys: Iterable[str]) -> int | None:
    found = (cents_of(part.get(key)) for part in told_in for key in keys)
    return next((cents for cents in found if cents is not None), None)


def _fields_of(entry: dict[str, Any]) -> list[Any]:
    parts = entry.get("required_fields")
    return parts if isinstance(parts, list) else []


def _read_fields(entry: dict[str, Any], currency: str) -> tuple[FieldSpec, ...]:
    """Read the form, or nothing when it has a required field that could not be sent."""
    parts = _fields_of(entry)
    if len(parts) > FIELDS_MAX:
        return ()
    specs: dict[str, FieldSpec] = {}
    for part in parts:
        spec = read_field(part, currency) if isinstance(part, dict) else None
        if spec is not None:
            specs.setdefault(spec.name, spec)
        elif not isinstance(part, dict) or not says_no(part.get("required")):
            return ()
    return tuple(specs.values())


def _text(value: Any, limit: int) -> str:
    return clean_text(value, limit) if isinstance(value, str) else ""


def _match(pattern: re.Pattern[str], value: Any) -> str:
    return value if isinstance(value, str) and pattern.fullmatch(value) else ""


def _website(value: Any) -> str:
    text = _text(value, 200)
    return text if text.startswith("https://") and " " not in text else ""
