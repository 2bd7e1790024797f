"""The voucher types of an upstream without discovery: data files in the shape of discovery.

The files are part of the till and are read strictly. Beside what discovery would give they say how
a type is advised: ``messaging`` is ``dual`` (a confirmation is wanted) or ``single``, and
``advices`` are ``effective`` or ``swallowed`` (accepted, and passed on to nobody). The upstream's
catalogue of products may give a type its name, its description and its currency.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from counterfoil.adapters.upstream.answers import UnreadableError, is_json, parse_document
from counterfoil.adapters.upstream.electrum.compose import CODE_FIELD, PIN_FIELD
from counterfoil.adapters.upstream.electrum.currencies import NUMBERS, letters_of
from counterfoil.adapters.upstream.electrum.reading import ACCEPTED, is_page
from counterfoil.adapters.upstream.exchange import Answered, Outcome
from counterfoil.domain.failures import GatewayUnavailableError
from counterfoil.domain.text import clean_text
from counterfoil.domain.voucher_type import (
    ChangeManner,
    FieldKind,
    FieldSpec,
    UpstreamKind,
    VoucherType,
)

_PRODUCT_LISTS = ("products", "data")
"""Under which name the catalogue's list may stand; its document is not published."""

Label = Annotated[str, Field(min_length=1, max_length=40)]


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class _Field(_Strict):
    name: Literal["code", "pin"]
    label: Label
    format: Literal["digits", "text"]
    required: bool
    sensitive: bool
    description: Annotated[str, Field(max_length=160)] = ""
    example: Annotated[str, Field(max_length=64)] = ""
    length: Annotated[int, Field(ge=1, le=40)] | None = None


class _Capabilities(_Strict):
    redeem: bool
    refund: bool
    lookup: bool
    partial: bool
    change_voucher: Literal["INLINE", "SMS", "NONE"]
    messaging: Literal["dual", "single"]
    advices: Literal["effective", "swallowed"]


class _Type(_Strict):
    type: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.\-]{1,64}$")]
    category: Label
    name: Label
    description: Annotated[str, Field(max_length=200)] = ""
    website: Annotated[str, Field(max_length=200)] = ""
    colour: Annotated[str, Field(pattern=r"^(#[0-9A-Fa-f]{6})?$")] = ""
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = "ZAR"
    capabilities: _Capabilities
    required_fields: Annotated[list[_Field], Field(min_length=1)]


class _Descriptors(_Strict):
    data: list[_Type]


def read_descriptors(
    folder: Path, upstream: str, offered: Collection[str] | None
) -> tuple[VoucherType, ...]:
    """Read the types of all files in a folder; ``offered`` names the ones to keep, None all.

    Raises:
        GatewayUnavailableError: a file is missing or broken, or an offered type is not described.

    """
    found: dict[str, VoucherType] = {}
    for file in sorted(folder.glob("*.json")):
        for one in _read_file(file).data:
            found[one.type] = _voucher_type(one, upstream)
    unknown = sorted(set(offered or ()) - found.keys())
    if unknown or not found:
        raise GatewayUnavailableError(*unknown)
    return tuple(one for one in found.values() if offered is None or one.id in offered)


def _read_file(file: Path) -> _Descriptors:
    try:
        descriptors = _Descriptors.model_validate(parse_document(file.read_bytes()))
    except (OSError, UnreadableError, ValidationError):
        raise GatewayUnavailableError(file.name) from None
    for one in descriptors.data:
        required = {field.name for field in one.required_fields if field.required}
        if CODE_FIELD not in required or one.currency not in NUMBERS:
            raise GatewayUnavailableError(file.name)
    return descriptors


def _voucher_type(one: _Type, upstream: str) -> VoucherType:
    capable = one.capabilities
    return VoucherType(
        id=one.type,
        upstream=upstream,
        category=one.category,
        name=one.name,
        fields=tuple(_field(field) for field in one.required_fields),
        description=one.description,
        website=one.website,
        colour=one.colour,
        currency=one.currency,
        can_redeem=capable.redeem,
        can_look_up=capable.lookup,
        can_redeem_part=capable.partial,
        change=ChangeManner(capable.change_voucher.lower()),
        kind=UpstreamKind.ADVISED,
        has_confirmation=capable.messaging == "dual",
        is_advice_effective=capable.advices == "effective",
        can_refund=capable.refund,
    )


def _field(field: _Field) -> FieldSpec:
    return FieldSpec(
        name=field.name,
        label=field.label,
        kind=FieldKind.DIGITS if field.format == "digits" else FieldKind.TEXT,
        is_required=field.required,
        is_sensitive=field.sensitive or field.name == PIN_FIELD,
        hint=field.description,
        example=field.example,
        length=field.length if field.format == "digits" else None,
    )


def refine(
    types: Iterable[VoucherType], outcome: Outcome, products: Mapping[str, str]
) -> tuple[VoucherType, ...]:
    """Add to types what the catalogue of products has.

    Without a usable answer they stay as they are.

    ``products`` gives the product of a type, by the type's id.
    """
    told = {str(one.get("productId")): one for one in _products_of(outcome)}
    return tuple(_refined(one, told.get(products.get(one.id, ""))) for one in types)


def _products_of(outcome: Outcome) -> list[dict[str, Any]]:
    if not isinstance(outcome, Answered) or outcome.status not in ACCEPTED:
        return []
    if is_page(outcome) or not is_json(outcome):
        return []
    try:
        document = parse_document(outcome.body)
    except UnreadableError:
        return []
    if isinstance(document, dict):
        document = next((document[key] for key in _PRODUCT_LISTS if key in document), None)
    listed = document if isinstance(document, list) else []
    return [one for one in listed if isinstance(one, dict)]


def _refined(one: VoucherType, product: Mapping[str, Any] | None) -> VoucherType:
    if product is None:
        return one
    amount = product.get("amount")
    number = amount.get("currency") if isinstance(amount, dict) else None
    return replace(
        one,
        name=_text(product.get("name"), 40) or one.name,
        description=_text(product.get("description"), 200) or one.description,
        currency=letters_of(str(number).zfill(3)) or one.currency,
    )


def _text(value: Any, limit: int) -> str:
    return clean_text(value, limit) if isinstance(value, str) else ""
