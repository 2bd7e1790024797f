"""The drawer: what it holds, what is put in and taken out, and how it is counted."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from counterfoil.declaring import dataclass
from counterfoil.domain.money import AMOUNT_CENTS_MAX

REASON_MAX = 200
"""How many characters the reason of a cash move, or the explanation of a difference, may have."""
PIECES_MAX = 100_000
"""Nobody counts more notes or coins of one value in a drawer."""

_DENOMINATIONS: Mapping[str, tuple[int, ...]] = {
    "ZAR": (20000, 10000, 5000, 2000, 1000, 500, 200, 100, 50, 20, 10),
}
_ANY = (*(step * 10**power for power in range(4, 0, -1) for step in (5, 2, 1)), 5, 2, 1)


class CashMoveKind(StrEnum):
    """Why the drawer is opened without a sale."""

    PAY_IN = "pay_in"
    """Cash is put in, such as more change."""
    PAY_OUT = "pay_out"
    """Cash is taken out and spent, such as for a delivery."""
    DROP = "drop"
    """Cash is taken out and kept in the safe."""
    NO_SALE = "no_sale"
    """The drawer is only opened; nothing is put in or taken out."""

    @property
    def sign(self) -> int:
        """1 where it adds to the cash in the drawer, -1 where it takes from it, 0 for neither."""
        return _SIGNS[self]


_SIGNS = {
    CashMoveKind.PAY_IN: 1,
    CashMoveKind.PAY_OUT: -1,
    CashMoveKind.DROP: -1,
    CashMoveKind.NO_SALE: 0,
}


class ShiftProblem(StrEnum):
    """Why the till refuses to do something with a shift or its drawer."""

    NOT_OPEN = "not_open"
    OPEN_ALREADY = "open_already"
    NOT_COUNTED = "not_counted"
    """The drawer must be counted before the Z."""
    NOT_EXPLAINED = "not_explained"
    """The count is not what should be there, by more than the shop lets pass without a word."""
    NO_REASON = "no_reason"
    REASON_TOO_LONG = "reason_too_long"
    REASON_HOLDS_CODE = "reason_holds_code"
    NOT_AN_AMOUNT = "not_an_amount"
    NOT_PIECES = "not_pieces"
    """Not so many whole notes or coins of values that there are."""
    NOTHING_DUE = "nothing_due"
    """The sale has no rest to be paid: nothing was fixed, it is paid, or it is closed."""
    NOT_THE_REST = "not_the_rest"
    """What is paid is not what is still due."""
    TOO_LITTLE_GIVEN = "too_little_given"
    MOVED_ON = "moved_on"
    """Somebody closed the shift just before, or printed its Z."""
    UNKNOWN_SHIFT = "unknown_shift"
    """There is no shift, or no Z, with this number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CashMove:
    """An opening of the drawer without a sale: cash put in, taken out, or none moved.

    ``cents`` is never negative: ``kind`` says which way it went.
    """

    shift: int
    kind: CashMoveKind
    cents: int
    reason: str
    at: datetime
    by: str
    approved_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawerCount:
    """What somebody counted in the drawer.

    ``pieces`` says how many notes and coins of each value in minor units there were, and
    ``expected_cents`` what should have been in the drawer at that moment.
    """

    shift: int
    pieces: Mapping[int, int]
    expected_cents: int
    at: datetime
    by: str

    @property
    def counted_cents(self) -> int:
        """What the counted notes and coins are worth together, in minor units."""
        return worth_of(self.pieces)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawer:
    """What the drawer holds in cash, by the books and by the last count, in minor units."""

    float_cents: int = 0
    moved_cents: int = 0
    """What came in by sales and otherwise since it was opened, less what went out."""
    counted_cents: int | None = None
    expected_cents: int | None = None
    """What should have been there at the last count; None before the first."""
    counts: int = 0

    @property
    def holds_cents(self) -> int:
        """What should be in the drawer now: the float, and all cash moved since."""
        return self.float_cents + self.moved_cents

    @property
    def difference_cents(self) -> int | None:
        """What the last count found above what should be there; negative for too little.

        None before the first count.
        """
        if self.counted_cents is None or self.expected_cents is None:
            return None
        return self.counted_cents - self.expected_cents


def denominations(currency: str) -> tuple[int, ...]:
    """Return the values of a currency's notes and coins in minor units, the greatest first.

    For a currency that is not listed these are 1, 2 and 5 times each power of ten.
    """
    return _DENOMINATIONS.get(currency, _ANY)


def worth_of(pieces: Mapping[int, int]) -> int:
    """Return what notes and coins, as in `DrawerCount`, are worth together, in minor units."""
    return sum(value * count for value, count in pieces.items())


def is_countable(pieces: Mapping[int, int], currency: str) -> bool:
    """Whether these can be counted notes and coins: whole numbers, of values the currency has."""
    values = denominations(currency)
    return all(
        value in values and type(count) is int and 0 <= count <= PIECES_MAX
        for value, count in pieces.items()
    )


def is_cash_amount(kind: CashMoveKind, cents: int) -> bool:
    """Whether so many minor units can be moved.

    More than 0 and at most ``AMOUNT_CENTS_MAX``; exactly 0 where the drawer is only opened.
    """
    if kind is CashMoveKind.NO_SALE:
        return cents == 0
    return 0 < cents <= AMOUNT_CENTS_MAX
