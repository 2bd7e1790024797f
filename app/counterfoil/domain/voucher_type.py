"""A kind of voucher as discovery describes it: the only source of tiles and forms."""

from dataclasses import dataclass
from enum import StrEnum


class FieldKind(StrEnum):
    """How a field is typed and checked. An unknown kind is text."""

    DIGITS = "digits"
    PHONE = "phone"
    MONEY = "money"
    TEXT = "text"
    CHOICE = "choice"


class ChangeManner(StrEnum):
    """How the provider gives back the value that remains."""

    INLINE = "inline"
    SMS = "sms"
    NONE = "none"
    NOT_SAID = "not_said"


class UpstreamKind(StrEnum):
    """How an upstream is spoken to."""

    KEYED = "keyed"
    """An idempotency key: the same request may be repeated, and nothing is reversed."""
    ADVISED = "advised"
    """One request, never repeated, then one advice, repeated until acknowledged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldSpec:
    """One field of the entry form; ``length`` is a hint in characters, never a hard rule."""

    name: str
    label: str
    kind: FieldKind = FieldKind.TEXT
    is_required: bool = True
    is_sensitive: bool = False
    hint: str = ""
    example: str = ""
    length: int | None = None
    choices: tuple[str, ...] = ()
    is_number: bool = False
    """Whether the upstream wants it as a number rather than as text."""


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
    """Whether the upstream wants to be told that the sale stands (dual messaging)."""
    is_advice_effective: bool = True
    """Whether a reversal really reaches the provider; some upstreams swallow advices."""
    can_refund: bool = False

    @property
    def numbers(self) -> frozenset[str]:
        """The names of the fields that are sent as numbers."""
        return frozenset(spec.name for spec in self.fields if spec.is_number)
