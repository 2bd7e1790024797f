"""The tour of training: step by step, and each step is over once its voucher has a result."""

from counterfoil.domain.secret import Secret
from counterfoil.domain.training import Lesson, PracticeVoucher
from counterfoil.presentation.tour_presenter import TourPresenter
from counterfoil.presentation.words import training
from support.till import prepared

VOUCHERS = (
    PracticeVoucher(Lesson.FULL, "vouchers.one_voucher", Secret("1115684000009001")),
    PracticeVoucher(Lesson.SLOW, "vouchers.one_voucher", Secret("1115684000009004")),
)


def test_a_step_is_done_by_its_own_voucher_alone() -> None:
    """A sale between two steps ends none of them, and none is done before it was begun."""
    tour = TourPresenter(VOUCHERS)
    tour.finished(prepared(voucher_tail="9001"))
    assert tour.screen().step == ""
    assert len(tour.screen().cards) == 2
    tour.go_on()
    tour.finished(prepared(voucher_tail="9004"))
    assert tour.screen().words == training.SITUATIONS[Lesson.FULL].do
    tour.finished(prepared(voucher_tail="9001"))
    assert tour.screen().words == training.SITUATIONS[Lesson.FULL].learned
    tour.go_on()
    assert tour.screen().step == "2 of 2: Slow answer"
    assert not tour.screen().is_done


def test_the_end_of_the_tour_is_told_and_leaving_it_is_not() -> None:
    """All cards are back after either."""
    tour, told = TourPresenter(VOUCHERS), []
    tour.told.connect(lambda said, _: told.append(said))
    tour.go_on()
    tour.leave()
    assert (told, len(tour.screen().cards)) == ([], 2)
    for _ in range(3):
        tour.go_on()
    assert (told, len(tour.screen().cards)) == ([training.TOUR_OVER], 2)


def test_a_card_that_nobody_offers_tries_nothing() -> None:
    """Each card tries its own voucher."""
    tried: list[PracticeVoucher] = []
    tour = TourPresenter(VOUCHERS)
    tour.tried.connect(tried.append)
    for name in ("slow", "moon"):
        tour.press(name)
    assert tried == [VOUCHERS[1]]
