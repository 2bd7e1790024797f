"""What single events are to the books, where the days of the tests seldom have them."""

from dataclasses import replace

import pytest

from counterfoil.domain.audit import PrintQueued, RedemptionChanged
from counterfoil.domain.bookkeeping import Bookkeeper, bookings, cents_of, subject_of
from counterfoil.domain.books import Books, Entry
from counterfoil.domain.money import FullValue
from counterfoil.domain.printing import slip_papers
from counterfoil.domain.settlement import SettledAs
from counterfoil.domain.slip import SlipKind
from counterfoil.domain.states import RedemptionState
from support.samples import Samples, paper

S = RedemptionState


def test_a_copy_is_booked_for_who_printed_it_and_an_original_is_not() -> None:
    """An owner asks who prints slips again."""
    one = replace(Samples().redemption(Samples().sale()), slip_number=1)
    copy = PrintQueued(number=2, kind=SlipKind.COPY, copy_number=1, by="Nomsa")
    (booked,) = bookings(copy, subject_of(one), "ZAR")
    assert (booked.entry, booked.person, booked.cents) == (Entry.COPIED, "Nomsa", 0)
    original = replace(copy, kind=SlipKind.ORIGINAL, copy_number=0)
    assert list(bookings(original, subject_of(one), "ZAR")) == []


@pytest.mark.parametrize("way", SettledAs)
def test_a_sale_that_people_settle_is_booked_once(way: SettledAs) -> None:
    """By hand it is disputed; a void outside the voucher is booked by its settlement."""
    one = replace(Samples().redemption(Samples().sale()), redeemed_cents=1_900, settled_as=way)
    moved = RedemptionChanged(before=S.FINAL, after=S.RESOLVED)
    entries = [booked.entry for booked in bookings(moved, subject_of(one), "ZAR")]
    assert entries == ([Entry.DISPUTED] if way is SettledAs.BY_HAND else [])


@pytest.mark.parametrize("after", [S.RESOLVED, S.ATTENTION])
def test_a_refund_that_the_provider_does_not_stand_by_takes_nothing_from_the_sales(
    after: RedemptionState,
) -> None:
    """It was booked as gone back to the voucher, and nothing went there."""
    refund = replace(
        Samples().redemption(Samples().sale()),
        refund_of="another",
        redeemed_cents=1_900,
        settled_as=SettledAs.BY_HAND,
    )
    keeper = Bookkeeper("ZAR")
    keeper.book(RedemptionChanged(before=S.APPROVED, after=S.FINAL), refund)
    assert Books(lines=keeper.lines()).vouchers_cents("ZAR") == -1_900
    keeper.book(RedemptionChanged(before=S.FINAL, after=after), refund)
    assert Books(lines=keeper.lines()).vouchers_cents("ZAR") == 0


def test_what_nobody_knows_has_no_amount() -> None:
    """A whole value that was not told yet."""
    sale = Samples().sale()
    assert cents_of(Samples().redemption(sale, amount=FullValue())) is None


def test_what_is_taken_back_has_the_paper_of_a_void() -> None:
    """Papers of the sale finish nothing then."""
    one = replace(Samples().redemption(Samples().sale()), state=S.REVERSED)
    jobs = (paper(one), paper(one, 2, SlipKind.VOID))
    assert slip_papers(one, jobs) == jobs[1:]
