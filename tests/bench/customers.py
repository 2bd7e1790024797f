"""Customers of a busy shop: each has a voucher of their own, and something may be wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass

from counterfoil_sandbox.pins import BLU, ONE_VOUCHER, OTT
from counterfoil_sandbox.suv.vouchers import SuvSituation
from support.canary import CANARY_PHONE

ADVISED = "electrum.voucher"
_TYPES = (ONE_VOUCHER, ADVISED, OTT, ADVISED, BLU, ADVISED)
_CENTS, _SMALL_CENTS, _PART = 5_000, 500, "19.00"
_WHOLE_EVERY = 7
USABLE, UNKNOWN, SMALL = "usable", "unknown", "insufficient"
_SITUATIONS = {
    2: UNKNOWN,
    4: "used",
    5: "used",
    8: SMALL,
    9: SMALL,
    12: "answer_lost",
    13: "answer_lost",
    14: "slow",
    15: "slow",
    16: "expired",
    17: SuvSituation.UPSTREAM_TIMEOUT_TAKEN.value,
}
"""By the last digits of a customer's number, of which there are so many:"""
_OF = 23
_STORED_ERROR_EVERY, _STORED_ERROR_AT = 600, 300


@dataclass(frozen=True, slots=True)
class Customer:
    """One of them, by a number from 1."""

    number: int

    @property
    def type_id(self) -> str:
        """What kind of voucher they have."""
        return _TYPES[self.number % len(_TYPES)]

    @property
    def situation(self) -> str:
        """What happens when it is redeemed, as the sandbox calls it."""
        if self.number % _STORED_ERROR_EVERY == _STORED_ERROR_AT:
            return "stored_error"
        found = _SITUATIONS.get(self.number % _OF, USABLE)
        is_taken = found == SuvSituation.UPSTREAM_TIMEOUT_TAKEN.value
        return USABLE if is_taken and self.type_id != ADVISED else found

    @property
    def code(self) -> str:
        """The number of their voucher."""
        starts = {ONE_VOUCHER: "222222", BLU: "666666", OTT: "88"}
        return f"{starts.get(self.type_id, '650190')}{self.number:010d}"

    @property
    def typed(self) -> Mapping[str, str]:
        """What the cashier types for it, by the fields' names."""
        if self.type_id == OTT:
            return {"pin": self.code, "phone_number": CANARY_PHONE}
        return {{ADVISED: "code", BLU: "token"}.get(self.type_id, "pin"): self.code}

    @property
    def amount(self) -> str:
        """How much of it they pay with; nothing for all of it."""
        is_whole = self.number % _WHOLE_EVERY == 0 and self.situation == USABLE
        return "" if is_whole else _PART

    @property
    def cents(self) -> int:
        """How much is on it."""
        return _SMALL_CENTS if self.situation == SMALL else _CENTS
