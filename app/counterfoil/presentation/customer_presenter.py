"""Keeps the customer's display in step with the counter; exists only if there is a display."""

from PySide6.QtCore import QObject, Signal

from counterfoil.domain.till import TillProfile
from counterfoil.presentation.customer_screen import (
    CustomerScreen,
    closed,
    customer_screen,
    in_training,
    welcome,
)
from counterfoil.presentation.pages import Pages
from counterfoil.presentation.words.speaking import ENGLISH, Catalogue, speaking


class CustomerPresenter(QObject):
    """Holds what the customer is shown.

    Signals: ``changed(CustomerScreen)`` when there is something new to show.
    """

    changed = Signal(object)

    def __init__(
        self,
        pages: Pages,
        profile: TillProfile,
        catalogue: Catalogue = ENGLISH,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._pages = pages
        self._profile = profile
        self._catalogue = catalogue
        self._screen = self._now()
        pages.counter.changed.connect(self._follow)
        pages.shell.changed.connect(self._follow)

    def screen(self) -> CustomerScreen:
        """Return what is to be shown now."""
        return self._screen

    def _follow(self, _shown: object) -> None:
        screen = self._now()
        if screen != self._screen:
            self._screen = screen
            self.changed.emit(screen)

    def _now(self) -> CustomerScreen:
        with speaking(self._catalogue):
            shown = self._of_counter()
            return in_training(shown) if self._profile.is_training else shown

    def _of_counter(self) -> CustomerScreen:
        shop = self._profile.trading_name
        if self._pages.is_closed:
            return closed()
        if self._pages.is_signing_in:
            return welcome(shop)
        counter = self._pages.counter
        return customer_screen(counter.stage, counter.around.room, shop)
