"""What a slip is about, as keys and values: `presentation/words/slips.py` says it in words.

The used PIN is never on a slip, only its last four digits.
"""

from collections.abc import Iterator
from datetime import datetime

from counterfoil.declaring import dataclass
from counterfoil.domain.audit import VoidAsked
from counterfoil.domain.chain_head import ChainHead
from counterfoil.domain.money import Amount, Exact
from counterfoil.domain.redemption import Redemption
from counterfoil.domain.secret import Secret
from counterfoil.domain.settlement import Settlement
from counterfoil.domain.slip_layout import grouped_by_four
from counterfoil.domain.till import TillProfile
from counterfoil.domain.verdict import ChangeShape, ChangeVoucher
from counterfoil.domain.voucher_type import ChangeManner

_PHONE_SHOWN_FROM = 9
_PHONE_LEFT = 3
_SOUTH_AFRICA = "27"
_SOUTH_AFRICAN_LENGTH = 11


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """What stands at the top of every slip. ``at`` is in the shop's own time zone."""

    profile: TillProfile
    cashier: str
    at: datetime
    slip_number: int
    head: ChainHead | None = None
    """The event by which the redemption came to the state that the slip tells of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SlipDetails:
    """What a slip says that is not in the redemption, as `Heading` and `SlipContent` have it."""

    provider_lines: tuple[str, ...] = ()
    settlement: Settlement | None = None
    head: ChainHead | None = None
    void: VoidAsked | None = None


NO_DETAILS = SlipDetails()


@dataclass(frozen=True, slots=True, kw_only=True)
class SlipContent:
    """What the slip of a redemption is to say, as keys and values; `SlipWriter` gives it words.

    ``has_pin`` is for a printer alone, and ``opened`` is then the change voucher with its codes,
    where there is one. ``provider_lines`` is what the upstream wants on it, in its own words.
    """

    heading: Heading
    redemption: Redemption
    copy_number: int = 0
    has_pin: bool = False
    opened: ChangeVoucher | None = None
    provider_lines: tuple[str, ...] = ()
    settlement: Settlement | None = None
    """How people settled it, where it is resolved; without it the slip says only that they did."""
    void: VoidAsked | None = None
    """Who had a sale voided, and why; None where nobody had."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftEntry:
    """What the cashier has typed so far, already masked."""

    type_name: str = ""
    voucher: str = ""
    amount: Amount | None = None
    currency: str = "ZAR"
    mobile: str = ""


def number_text(profile: TillProfile, slip_number: int) -> str:
    """Write a slip number with its till: ``03-008841``."""
    return f"{profile.till_number:02d}-{slip_number:06d}"


def masked_voucher(tail: str) -> str:
    """Write a voucher by its last four characters: ``**** **** **** 9838``."""
    return f"**** **** **** {tail}" if tail else "**** **** **** ****"


def masked_phone(number: str) -> str:
    """Show enough of a phone number to recognise it: ``082 *** 4567``; a short one not at all.

    ``number`` is as it was typed or as it is sent, with its country.
    """
    digits = "".join(filter(str.isdecimal, number))
    if digits.startswith(_SOUTH_AFRICA) and len(digits) == _SOUTH_AFRICAN_LENGTH:
        digits = f"0{digits.removeprefix(_SOUTH_AFRICA)}"
    return f"{digits[:3]} *** {digits[-4:]}" if len(digits) >= _PHONE_SHOWN_FROM else "***"


def shredded_phone(masked: str) -> str:
    """Return what stays of a masked phone number for good: its last three digits at most."""
    last = masked[-_PHONE_LEFT:]
    return f"*** {last}" if last.isdecimal() else "***"


def is_remainder_by_sms(redemption: Redemption) -> bool:
    """Whether the provider sends what remains by SMS; the till does not learn how much that is."""
    change = redemption.change
    if change is not None and change.is_sent_by_sms:
        return True
    is_part = isinstance(redemption.amount, Exact)
    return change is None and is_part and redemption.change_manner is ChangeManner.SMS


def texts_of(change: ChangeVoucher | None) -> tuple[Secret, ...]:
    """Return the codes of a change voucher, in the order of the slip."""
    return tuple(code.text for code in change.all_codes) if change else ()


def group_lengths(length: int) -> tuple[int, ...]:
    """Return how long each group of four is: ``(4, 4, 4, 4)`` for sixteen digits."""
    return grouped_by_four(length)


def beside(
    change: ChangeShape, opened: ChangeVoucher | None
) -> Iterator[tuple[ChangeShape, ChangeVoucher | None]]:
    """Pair the shape of each change voucher with the voucher and its codes, or with None.

    None where ``opened`` is None: then no codes are to be shown.
    """
    whole = opened.vouchers if opened else (None,) * len(change.vouchers)
    yield from zip(change.vouchers, whole, strict=True)
