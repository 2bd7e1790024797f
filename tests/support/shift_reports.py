"""Made-up reports of a shift, with every kind of line that an X or a Z has."""

from dataclasses import replace
from datetime import UTC, datetime

from counterfoil.domain.books import BookLine, Books, Carried, Entry
from counterfoil.domain.chain_head import ChainHead
from counterfoil.domain.drawer import Drawer
from counterfoil.domain.shift import Shift, ShiftReport, ShiftState
from counterfoil.domain.slip import Slip
from counterfoil.domain.states import RedemptionState
from counterfoil.domain.till import TillProfile
from counterfoil.presentation.words.shift_slips import shift_slip

EVENING = datetime(2026, 11, 28, 18, 4, tzinfo=UTC)


def _line(entry: Entry, cents: int = 0, count: int = 1, **of: str) -> BookLine:
    parts = {"currency": "ZAR", "person": "Thandi M.", "provider": "", "detail": ""} | of
    return BookLine(entry=entry, count=count, cents=cents, **parts)


BOOKS = Books(
    lines=(
        _line(Entry.REDEEMED, 512_350, 41, provider="moment"),
        _line(Entry.REDEEMED, 98_000, 12, provider="moment", person="Sipho K."),
        _line(Entry.REDEEMED, 70_000, 7, provider="electrum", person="Sipho K."),
        _line(Entry.VOIDED, 1_900, provider="moment"),
        _line(Entry.VOIDED_OUTSIDE, 5_000, provider="electrum", person="Sipho K.", detail="cash"),
        _line(Entry.DISPUTED, 1_900, provider="electrum"),
        _line(Entry.REFUNDED, 2_500, provider="electrum"),
        _line(Entry.SETTLED, 3_000, provider="moment", detail="goods"),
        _line(Entry.REFUSED, count=6, provider="moment"),
        _line(Entry.TENDERED, 31_000, 9, detail="cash"),
        _line(Entry.TENDERED, 18_050, 4, detail="card"),
        _line(Entry.PAID_IN, 10_000),
        _line(Entry.PAID_OUT, 4_500),
        _line(Entry.DROPPED, 20_000, 2),
        _line(Entry.NO_SALE),
        _line(Entry.COPIED, count=3),
        _line(Entry.REVEALED, count=2),
    ),
    drawer=Drawer(
        float_cents=50_000,
        moved_cents=11_500,
        counted_cents=58_000,
        expected_cents=61_000,
        counts=2,
    ),
    carried=(
        Carried(
            reference="K7Q-42F",
            provider="moment",
            state=RedemptionState.INFLIGHT,
            currency="ZAR",
            cents=1_900,
        ),
        Carried(
            reference="M2P-9XD",
            provider="electrum",
            state=RedemptionState.UNCLAIMED,
            currency="ZAR",
            cents=None,
        ),
    ),
    carried_count=3,
    owed_advices=1,
    left_out=1,
    head=ChainHead(12_071, "K7Q42FXX93PM"),
)
CLOSED = Shift(
    number=12,
    opened_at=EVENING.replace(hour=7),
    opened_by="Thandi M.",
    currency="ZAR",
    float_cents=50_000,
    begins_after=9_120,
    state=ShiftState.CLOSED,
    closed_at=EVENING,
    closed_by="Sipho K.",
    explanation="the wrong change was given at noon",
    books=BOOKS,
)
OPEN = replace(
    CLOSED, state=ShiftState.OPEN, closed_at=None, closed_by=None, explanation=None, books=None
)
NOT_COUNTED = replace(
    BOOKS, drawer=replace(BOOKS.drawer, counted_cents=None, expected_cents=None, counts=0)
)


def x_slip(profile: TillProfile) -> Slip:
    """Return an X."""
    return shift_slip(profile, ShiftReport(OPEN, NOT_COUNTED), EVENING)


def z_slip(profile: TillProfile, copy_number: int = 0) -> Slip:
    """Return a Z."""
    return shift_slip(profile, ShiftReport(CLOSED, BOOKS), EVENING, copy_number=copy_number)
