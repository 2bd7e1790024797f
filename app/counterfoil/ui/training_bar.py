"""The bar of training: test vouchers as cards to press, or a step of the tour with its card."""

from functools import partial
from typing import Final

from PySide6.QtCore import Signal, SignalInstance
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from counterfoil.overriding import override
from counterfoil.presentation.screens import CardOfTest, TrainingScreen
from counterfoil.presentation.words import training
from counterfoil.ui import theme
from counterfoil.ui.theme import Role
from counterfoil.ui.theme.painting import ThemeFollower
from counterfoil.ui.widgets.button import QuietButton, SecondaryButton
from counterfoil.ui.widgets.label import PlainLabel

_HEIGHT: Final = 56
_CARD_HEIGHT: Final = 48
_GAP: Final = 6
_SIDE: Final = 16


class TrainingBar(ThemeFollower, QWidget):
    """Shows a TrainingScreen; it takes no room where training offers nothing.

    Signals: ``card_pressed(str)`` a card's name; ``go_on_pressed()`` begin the tour, or its next
    step; ``leave_pressed()``; ``go_live_pressed()``.
    """

    card_pressed = Signal(str)
    go_on_pressed = Signal()
    leave_pressed = Signal()
    go_live_pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("training-bar")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._shown: tuple[CardOfTest, ...] = ()
        self._cards: list[SecondaryButton] = []
        self._step = PlainLabel("", Role.LABEL, "ink", self)
        self._step.setObjectName("tour-step")
        self._words = PlainLabel("", Role.HINT_LARGE, "ink", self, wrapped=True)
        self._words.setObjectName("tour-words")
        said = QVBoxLayout()
        said.setSpacing(0)
        said.addWidget(self._step)
        said.addWidget(self._words)
        self._card_row = QHBoxLayout()
        self._card_row.setSpacing(_GAP)
        self._go_on = self._quiet("tour-go-on", training.TOUR, "Shift+F2", self.go_on_pressed)
        self._leave = self._quiet("tour-leave", training.LEAVE, "", self.leave_pressed)
        self._go_live = self._quiet("go-live", training.GO_LIVE, "", self.go_live_pressed)
        row = QHBoxLayout(self)
        row.setContentsMargins(_SIDE, 4, _SIDE, 4)
        row.setSpacing(_GAP)
        row.addLayout(self._card_row)
        row.addSpacing(_GAP)
        row.addLayout(said, 1)
        for button in (self._go_on, self._leave, self._go_live):
            row.addWidget(button)
        self.hide()
        self.follow_theme()

    def render_screen(self, screen: TrainingScreen | None) -> None:
        """Show what training offers; None takes the bar away."""
        self.setVisible(screen is not None)
        if screen is None:
            return
        if screen.cards != self._shown:
            self._show_cards(screen.cards)
        is_tour = bool(screen.step)
        self._step.setText(screen.step)
        self._words.setText(screen.words)
        for part in (self._step, self._words, self._leave):
            part.setVisible(is_tour)
        self._go_live.setVisible(not is_tour)
        self._go_on.set_caption(training.NEXT if is_tour else training.TOUR)

    def height_taken(self) -> int:
        """Return how many px it takes from the page."""
        return 0 if self.isHidden() else self.height()

    @override
    def refresh_theme(self) -> None:
        self.setFixedHeight(theme.current().px(_HEIGHT))
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        current = theme.current()
        painter.fillRect(self.rect(), current.colour("counter"))
        painter.fillRect(0, self.height() - 1, self.width(), 1, current.colour("line"))

    def _show_cards(self, cards: tuple[CardOfTest, ...]) -> None:
        self._shown = cards
        for old in self._cards:
            self._card_row.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._cards = [self._made_card(card) for card in cards]
        for made in self._cards:
            self._card_row.addWidget(made)
            made.show()

    def _made_card(self, card: CardOfTest) -> SecondaryButton:
        made = SecondaryButton(card.caption, height=_CARD_HEIGHT, parent=self)
        made.setObjectName(f"card-{card.name}")
        made.clicked.connect(partial(self.card_pressed.emit, card.name))
        return made

    def _quiet(self, name: str, caption: str, key: str, pressed: SignalInstance) -> QuietButton:
        made = QuietButton(caption, key=key, height=_CARD_HEIGHT, parent=self)
        made.setObjectName(name)
        made.clicked.connect(pressed)
        return made
