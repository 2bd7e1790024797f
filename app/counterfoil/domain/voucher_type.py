"""A type of voucher as discovery describes it: tiles and forms are built from this alone."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from counterfoil.declaring import dataclass
from counterfoil.domain.money import NO_LIMITS, Limits
from counterfoil.domain.secret import Secret


class FieldKind(StrEnum):
    """How a field is typed and checked. An unknown kind is text."""

    DIGITS = "digits"
    PHONE = "phone"
    MONEY = "money"
    TEXT = "text"
    CHOICE = "choice"
    INTEGER = "integer"
    NUMBER = "number"
    """A number that may have decimals."""
    BOOLEAN = "boolean"
    DATE = "date"
    EMAIL = "email"


class WireKind(StrEnum):
    """What JSON type the upstream wants a value in."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"


ALL_TEXT: Mapping[str, WireKind] = MappingProxyType({})
"""The JSON types of a form whose fields are all sent as text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One value that a field may have, and its label for people."""

    value: str
    label: str
    wire: WireKind = WireKind.TEXT


class ChangeManner(StrEnum):
    """How the provider gives back the value that remains."""

    INLINE = "inline"
    SMS = "sms"
    NONE = "none"
    NOT_SAID = "not_said"


class UpstreamKind(StrEnum):
    """Whether an upstream takes idempotency keys or advices."""

    KEYED = "keyed"
    """An idempotency key: the same request may be repeated, and nothing is reversed."""
    ADVISED = "advised"
    """One request, never repeated, then one advice, repeated until acknowledged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldSpec:
    """One field of the entry form. ``length`` is in characters, and a hint: never a hard limit."""

    name: str
    label: str
    kind: FieldKind = FieldKind.TEXT
    is_required: bool = True
    is_sensitive: bool = False
    hint: str = ""
    example: str = ""
    length: int | None = None
    choices: tuple[Choice, ...] = ()
    wire: WireKind = WireKind.TEXT
    minimum: str = ""
    """The least value, written as it is sent: a number, minor units, a date as 2026-11-20."""
    maximum: str = ""
    length_min: int | None = None
    length_max: int | None = None
    pattern: str = ""
    """A regular expression that is found in each value that the upstream takes, or nothing."""
    currency: str = "ZAR"
    """What a field of money is typed in: the currency of its voucher type."""

    def wire_of(self, value: str) -> WireKind:
        """Return what JSON type a value of this field is sent in."""
        chosen = next((one for one in self.choices if one.value == value), None)
        return chosen.wire if chosen is not None else self.wire


@dataclass(frozen=True, slots=True, kw_only=True)
class VoucherType:
    """What the till may offer for one type of stored value at one upstream."""

    id: str
    upstream: str
    category: str
    name: str
    fields: tuple[FieldSpec, ...]
    description: str = ""
    website: str = ""
    colour: str = ""
    currency: str = "ZAR"
    can_redeem: bool = True
    can_look_up: bool = False
    can_redeem_part: bool = True
    change: ChangeManner = ChangeManner.NOT_SAID
    kind: UpstreamKind = UpstreamKind.KEYED
    has_confirmation: bool = False
    """Whether the upstream wants a confirmation (dual messaging)."""
    is_advice_effective: bool = True
    """Whether a reversal really reaches the provider; some upstreams swallow advices."""
    can_refund: bool = False
    limits: Limits = NO_LIMITS
    """What one redemption takes at least and at most, as far as discovery says."""

    def wire(self, fields: Mapping[str, Secret]) -> dict[str, WireKind]:
        """Return what JSON types the values of a form are sent in, by the fields' names."""
        specs = {spec.name: spec for spec in self.fields}
        return {
            name: specs[name].wire_of(value.reveal())
            for name, value in fields.items()
            if name in specs
        }
