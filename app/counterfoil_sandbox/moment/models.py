"""The messages of the interface as pydantic models, which also make its OpenAPI document."""

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

from counterfoil_sandbox.pins import BRANCHES

Pin16 = Annotated[str, Field(pattern=r"^[0-9]{16}$")]
OttPin = Annotated[str, Field(pattern=r"^[0-9]{12,16}$")]
Phone = Annotated[str, Field(pattern=r"^\+[1-9][0-9]{7,14}$")]
Cents = Annotated[int, Field(ge=1, le=10**12)]
WholeNumber = Annotated[int, Field(ge=0, le=10**12)]
DigitsText = Annotated[str, Field(pattern=r"^[0-9]{1,12}$")]
MetadataKey = Annotated[str, Field(min_length=1, max_length=40)]
MetadataValue = Annotated[str, Field(min_length=1, max_length=500)]


class _In(BaseModel):
    """A part of a request: nothing unknown, nothing null, no text where a number belongs."""

    model_config = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True)

    @model_validator(mode="before")
    @classmethod
    def _refuse_null(cls, given: Any) -> Any:
        if isinstance(given, dict) and any(value is None for value in given.values()):
            raise ValueError("a key without a value is left out, not null")
        return given


def _one_of(*names: str) -> ConfigDict:
    return ConfigDict(json_schema_extra={"anyOf": [{"required": [name]} for name in names]})


class OneVoucherSource(_In):
    """A 1Voucher: its PIN, and a phone number for an SMS."""

    pin: Pin16
    phone_number: Phone = ""


class OttSource(_In):
    """An OTT voucher: its PIN (or token) and the customer's phone number."""

    model_config = _one_of("pin", "token")
    pin: OttPin = ""
    token: OttPin = ""
    phone_number: Phone

    @model_validator(mode="after")
    def _need_a_number(self) -> Self:
        if not (self.pin or self.token):
            raise ValueError("pin or token is needed")
        return self


class BluSource(_In):
    """A Blu voucher to be redeemed: its token (or PIN)."""

    model_config = _one_of("token", "pin")
    token: Pin16 = ""
    pin: Pin16 = ""
    serial_number: Annotated[str, Field(max_length=40)] = ""
    phone_number: Phone = ""

    @model_validator(mode="after")
    def _need_a_number(self) -> Self:
        if not (self.pin or self.token):
            raise ValueError("token is needed")
        return self


class BluLookupSource(_In):
    """A Blu voucher to be looked up: its token (or PIN), or its serial number."""

    model_config = _one_of("token", "pin", "serial_number")
    token: Pin16 = ""
    pin: Pin16 = ""
    serial_number: Annotated[str, Field(min_length=1, max_length=40)] = ""
    phone_number: Phone = ""

    @model_validator(mode="after")
    def _need_a_number(self) -> Self:
        if not (self.pin or self.token or self.serial_number):
            raise ValueError("token or serial_number is needed")
        return self


class CentreSource(_In):
    """A gift card of the extra type."""

    card_brand: str = Field(min_length=1, max_length=40)
    card_number: str = Field(pattern=r"^[0-9]{19}$")
    security_code: str = Field(pattern=r"^[0-9]{3,4}$")
    face_value: WholeNumber | DigitsText = ""


class KopanoSource(_In):
    """A member of the extra loyalty programme."""

    member_number: str = Field(pattern=r"^[0-9]{10}$")
    birth_year: WholeNumber | DigitsText
    branch: Annotated[int, Field(ge=1, le=BRANCHES)] = 1
    household: Annotated[int, Field(ge=1, le=12)] = 1
    rate: Annotated[float, Field(ge=0.1, le=2)] = 1
    has_card: bool = False
    joined_on: str = Field(default="", pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")
    email: str = Field(default="", pattern=r"^[^@ ]+@[^@ ]+$", max_length=254)
    promotion: str = Field(default="", pattern=r"^[A-Z]{3}[0-9]{2}$")


class _Redemption(_In):
    model_config = ConfigDict(
        json_schema_extra={
            "dependentRequired": {"amount": ["currency"], "currency": ["amount"]},
        }
    )
    amount: Cents = Field(default=0, description="Cents. Without it the full value is redeemed.")
    currency: str = Field(default="", pattern=r"^[A-Z]{3}$")
    external_reference: str = Field(
        default="", min_length=1, max_length=255, pattern=r"^[a-zA-Z0-9_-]+$"
    )
    metadata: dict[MetadataKey, MetadataValue] = Field(default={}, max_length=20)
    redemption_options: dict[str, Any] = {}

    @model_validator(mode="after")
    def _both_or_neither(self) -> Self:
        if ("amount" in self.model_fields_set) != ("currency" in self.model_fields_set):
            raise ValueError("amount and currency go together")
        return self


class OneVoucherRedemption(_Redemption):
    """Redeem a 1Voucher."""

    type: Literal["vouchers.one_voucher"]
    source: OneVoucherSource


class OttRedemption(_Redemption):
    """Redeem an OTT voucher."""

    type: Literal["vouchers.ott"]
    source: OttSource


class BluRedemption(_Redemption):
    """Redeem a Blu voucher."""

    type: Literal["vouchers.blu"]
    source: BluSource


class CentreRedemption(_Redemption):
    """Redeem a gift card."""

    type: Literal["gift_cards.centre"]
    source: CentreSource


class KopanoRedemption(_Redemption):
    """Redeem loyalty points."""

    type: Literal["loyalty_points.kopano"]
    source: KopanoSource


AnyRedemption = (
    OneVoucherRedemption | OttRedemption | BluRedemption | CentreRedemption | KopanoRedemption
)


class OneVoucherLookup(_In):
    """Look up a 1Voucher: checked, then refused."""

    type: Literal["vouchers.one_voucher"]
    source: OneVoucherSource


class OttLookup(_In):
    """Look up an OTT voucher."""

    type: Literal["vouchers.ott"]
    source: OttSource


class BluLookup(_In):
    """Look up a Blu voucher."""

    type: Literal["vouchers.blu"]
    source: BluLookupSource


class CentreLookup(_In):
    """Look up a gift card."""

    type: Literal["gift_cards.centre"]
    source: CentreSource


class KopanoLookup(_In):
    """Look up loyalty points."""

    type: Literal["loyalty_points.kopano"]
    source: KopanoSource


AnyLookup = OneVoucherLookup | OttLookup | BluLookup | CentreLookup | KopanoLookup

_Discriminator = Field(discriminator="type")
REDEMPTION: TypeAdapter[AnyRedemption] = TypeAdapter(Annotated[AnyRedemption, _Discriminator])
LOOKUP: TypeAdapter[AnyLookup] = TypeAdapter(Annotated[AnyLookup, _Discriminator])
_ThreeRedemptions = OneVoucherRedemption | OttRedemption | BluRedemption
_ThreeLookups = OneVoucherLookup | OttLookup | BluLookup
REDEMPTION_OF_THREE: TypeAdapter[_ThreeRedemptions] = TypeAdapter(
    Annotated[_ThreeRedemptions, _Discriminator]
)
LOOKUP_OF_THREE: TypeAdapter[_ThreeLookups] = TypeAdapter(Annotated[_ThreeLookups, _Discriminator])


class _Out(BaseModel):
    model_config = ConfigDict(extra="forbid")


class LastError(_Out):
    """Why a redemption or an operation failed, in the provider's words."""

    error_code: str
    message: str


class Operation(_Out):
    """One step of a redemption at the provider, such as ``reserve``."""

    id: str = Field(pattern=r"^[a-z0-9]+_[a-z0-9]{8}$")
    type: Literal["reserve", "confirm"]
    status: Literal["succeeded", "failed"]
    amount: int
    provider_reference: dict[str, str]
    error: LastError | None = None
    created_at: str


class ChangeVoucher(_Out):
    """The new voucher for the value that remains."""

    pin: str
    serial_number: str
    amount: int | None = None
    barcode: str | None = None
    instructions: str | None = None
    expiry_date: str | None = None


class Redemption(_Out):
    """A redemption as it is answered; keys without a value are left out."""

    id: str = Field(pattern=r"^rdm_[a-f0-9]{24}$")
    status: Literal["draft", "reserved", "confirmed", "failed"]
    version: int = Field(ge=1)
    type: str
    provider_reference: dict[str, str] | None = None
    amount: int
    reserved_amount: int | None = None
    redeemed_amount: int | None = None
    reversed_amount: int
    currency: str = Field(min_length=3, max_length=3)
    operations: list[Operation]
    change_voucher: ChangeVoucher | None = None
    last_error: LastError | None = None
    related_ids: list[str] = []
    redemption_options: dict[str, Any] | None = None
    metadata: dict[str, str] | None = None
    external_reference: str | None = None
    created_at: str
    updated_at: str


class LookupResult(_Out):
    """What a lookup found."""

    type: str
    balance: int | None = None
    currency: str | None = None
    source: dict[str, str | int | float]
    provider_metadata: dict[str, str | int] | None = None
    error: LastError | None = None


class Capabilities(_Out):
    """What a type can do."""

    reserve: bool
    redeem: bool
    refund: bool
    lookup: bool
    change_voucher: Literal["INLINE", "SMS", "NONE"]


class FieldChoice(_Out):
    """One value that a field may have, and its label."""

    value: int
    label: str


class RequiredField(_Out):
    """One field of a type's ``source``."""

    name: str
    type: Literal["string", "enum", "money", "integer", "number", "boolean"]
    format: Literal["date", "email"] | None = None
    required: bool
    sensitive: bool
    description: str
    example: str
    choices: list[str] | list[FieldChoice] | None = None
    minimum: int | float | str | None = None
    maximum: int | float | None = None
    pattern: str | None = None


class RedemptionType(_Out):
    """One type of stored value on offer."""

    type: str
    category: str
    name: str
    description: str
    logo: str
    website: str
    brand_colour: str | None = None
    capabilities: Capabilities
    required_fields: list[RequiredField]


class RedemptionTypes(_Out):
    """All types on offer."""

    data: list[RedemptionType]


class Problem(BaseModel):
    """Problem details (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
