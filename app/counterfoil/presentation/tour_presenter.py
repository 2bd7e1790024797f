"""The test vouchers of training, and the tour that leads through them one by one."""

from PySide6.QtCore import QObject, Signal

from counterfoil.domain.redemption import Redemption
from counterfoil.domain.training import PracticeVoucher
from counterfoil.presentation.screens import CardOfTest, TrainingScreen
from counterfoil.presentation.words import training


class TourPresenter(QObject):
    """Holds which cards are offered, and where somebody is in the tour.

    Signals:
        changed(TrainingScreen): there is something new to show.
        tried(PracticeVoucher): somebody wants it as if it had been scanned.
        told(str, str): a message that needs no answer, and its icon.
    """

    changed = Signal(object)
    tried = Signal(object)
    told = Signal(str, str)

    def __init__(
        self, vouchers: tuple[PracticeVoucher, ...], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._vouchers = vouchers
        self._at: int | None = None
        """The place of the step; None while nobody takes the tour."""
        self._is_done = False

    def screen(self) -> TrainingScreen:
        """Return what is to be shown now."""
        if self._at is None:
            return TrainingScreen(cards=self.cards())
        voucher = self._vouchers[self._at]
        situation = training.SITUATIONS[voucher.lesson]
        return TrainingScreen(
            cards=(_card(voucher),),
            step=training.step(self._at + 1, len(self._vouchers), situation),
            words=situation.learned if self._is_done else situation.do,
            is_done=self._is_done,
        )

    def cards(self) -> tuple[CardOfTest, ...]:
        """Return the cards of all vouchers."""
        return tuple(map(_card, self._vouchers))

    def go_on(self) -> None:
        """Begin the tour, go on to its next step, or end it after the last one."""
        at = 0 if self._at is None else self._at + 1
        if at < len(self._vouchers):
            self._go_to(at)
        else:
            self.leave()
            self.told.emit(training.TOUR_OVER, "cap")

    def leave(self) -> None:
        """Leave the tour, wherever it is; the vouchers are still there."""
        self._go_to(None)

    def press(self, name: str) -> None:
        """Take the test voucher of a card."""
        voucher = next((one for one in self._vouchers if one.lesson.value == name), None)
        if voucher is not None:
            self.tried.emit(voucher)

    def finished(self, redemption: Redemption) -> None:
        """Hear of a result: that of the step's own voucher ends the step."""
        if self._at is not None and redemption.voucher_tail == self._vouchers[self._at].tail:
            self._is_done = True
            self.changed.emit(self.screen())

    def _go_to(self, at: int | None) -> None:
        self._at = at
        self._is_done = False
        self.changed.emit(self.screen())


def _card(voucher: PracticeVoucher) -> CardOfTest:
    return CardOfTest(voucher.lesson.value, training.SITUATIONS[voucher.lesson].card)
