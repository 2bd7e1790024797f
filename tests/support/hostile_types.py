"""Voucher types whose every word is hostile, read as discovery reads them."""

import json
from collections.abc import Mapping

from counterfoil.adapters.upstream.answers import parse_object
from counterfoil.adapters.upstream.moment.discovery import FIELDS_MAX, read_types
from counterfoil.domain.voucher_type import VoucherType
from support.hostile import HOSTILE


def type_called(word: str, number: int = 0) -> VoucherType:
    """Read a type whose every text is one hostile string."""
    field = {"name": "pin", "label": word, "description": word, "example": word}
    choice = {"name": "brand", "label": word, "choices": [word, "plain"]}
    entry = {
        "type": f"vouchers.hostile{number}",
        "name": word,
        "category": word,
        "description": word,
        "website": word,
        "colour": word,
        "currency": word,
        "required_fields": [field, choice],
    }
    return _read(entry)


def hostile_types() -> tuple[VoucherType, ...]:
    """Read a type of each hostile string."""
    return tuple(type_called(word, number) for number, word in enumerate(HOSTILE))


def hostile_forms() -> tuple[VoucherType, ...]:
    """Read as few types as it takes to have a field for each hostile string."""
    forms = []
    for start in range(0, len(HOSTILE), FIELDS_MAX):
        fields = [
            {"name": f"field_{number}", "label": word, "description": word, "example": word}
            | ({"choices": [word, "plain"]} if number % 7 == 0 else {})
            for number, word in enumerate(HOSTILE[start : start + FIELDS_MAX])
        ]
        entry = {"type": f"forms.of{start}", "name": f"Form {start}", "required_fields": fields}
        forms.append(_read(entry))
    return tuple(forms)


def _read(entry: Mapping[str, object]) -> VoucherType:
    body = json.dumps({"data": [entry]}).encode()
    types = read_types(parse_object(body), "moment")
    assert types, "every hostile type has a form"
    return types[0]
