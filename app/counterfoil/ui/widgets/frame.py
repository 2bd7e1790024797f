"""The parts around every page: mark, clock, footer, and the strip that says training."""

from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QSpacerItem, QWidget

from counterfoil.overriding import override
from counterfoil.ui import theme
from counterfoil.ui.theme import Role, StateTone
from counterfoil.ui.theme.painting import ThemeFollower, paint_text, paint_whole, rounded
from counterfoil.ui.widgets.button import QuietButton
from counterfoil.ui.widgets.icon import Icon
from counterfoil.ui.widgets.label import PlainLabel

FOOTER_HEIGHT: Final = 48
FOOTER_START: Final = 8
FOOTER_END: Final = 16
STATUS_ICON: Final = 18
PLACE_GAP: Final = 18
KEYS_SHARE: Final = 0.6
"""How much of the footer the keys may take; the rest is the sentence's."""
NEEDED_FIRST: Final = frozenset({"F1", "F10"})
"""These lead to all the others, so they keep their words longest."""
STRIP_HEIGHT: Final = 24
MARK_SIZE: Final = QSize(30, 24)
MARK_HOLES: Final = 5


class Mark(ThemeFollower, QWidget):
    """The program's mark: a small stub and slip, torn along their holes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedSize(MARK_SIZE)
        self.setAccessibleName("Counterfoil")
        self.follow_theme()

    @override
    def refresh_theme(self) -> None:
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        stub, slip = QRectF(0, 2, 11.5, 20), QRectF(15, 2, 15, 20)
        holes = QPainterPath()
        for number in range(MARK_HOLES):
            y = stub.top() + (number + 0.5) * stub.height() / MARK_HOLES
            holes.addEllipse(QPointF(stub.right(), y), 1.4, 1.4)
            holes.addEllipse(QPointF(slip.left(), y), 1.4, 1.4)
        both = rounded(stub, 2).united(rounded(slip, 2)).subtracted(holes)
        painter.fillPath(both, theme.current().colour("accent"))


class ClockLabel(PlainLabel):
    """The time of day, as a text that its owner keeps right."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, Role.CLOCK, "ink", parent)
        self.setObjectName("clock")


class TrainingStrip(ThemeFollower, QWidget):
    """The violet strip on top of every screen in training."""

    def __init__(self, sentence: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sentence = sentence
        self.setObjectName("training_strip")
        self.setAccessibleName(sentence)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.follow_theme()

    @override
    def refresh_theme(self) -> None:
        self.setFixedHeight(theme.current().px(STRIP_HEIGHT))
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        current = theme.current()
        painter.fillRect(self.rect(), current.state(StateTone.TRAINING))
        colour = current.state(StateTone.TRAINING, "on")
        middle = Qt.AlignmentFlag.AlignHCenter
        font = current.font(Role.HINT_BOLD)
        paint_text(painter, QRectF(self.rect()), self._sentence, font, colour, alignment=middle)


class StatusLabel(PlainLabel):
    """One sentence that is whole: in smaller letters or on more lines where one is too short."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", Role.HINT_LARGE, "ink", parent, elided=True)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        colour = self.palette().color(self.foregroundRole())
        room = QRectF(self.contentsRect())
        paint_whole(QPainter(self), room, self.text(), self.font(), colour)


class FooterBar(ThemeFollower, QWidget):
    """The bottom of the window: quiet buttons, one status sentence, shop and till."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("footer")
        self._buttons: list[tuple[QuietButton, str]] = []
        self._needed: list[QuietButton] = []
        self._icon = Icon("", STATUS_ICON, "ink", self)
        self._icon.hide()
        self._status = StatusLabel(self)
        self._status.setObjectName("status_sentence")
        self._place = PlainLabel("", Role.HINT_LARGE, "muted", self, elided=True)
        self._place.setObjectName("place")
        self._before_place = QSpacerItem(0, 0)
        self._keys = QHBoxLayout()
        self._keys.setSpacing(1)
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(FOOTER_START, 1, FOOTER_END, 0)
        row.setSpacing(0)
        row.addLayout(self._keys)
        row.addStretch(1)
        row.addWidget(self._icon)
        row.addSpacing(8)
        row.addWidget(self._status)
        row.addItem(self._before_place)
        row.addWidget(self._place)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.follow_theme()

    def add_key(self, name: str, key: str, caption: str) -> QuietButton:
        """Add a quiet button at the end and return it."""
        button = QuietButton(caption, key=key, height=FOOTER_HEIGHT - 4, parent=self)
        button.setObjectName(f"footer_{name}")
        self._buttons.append((button, caption))
        if key in NEEDED_FIRST:
            self._needed.append(button)
        self._keys.addWidget(button)
        return button

    def show_status(self, sentence: str, icon: str = "", tone: str = "ink") -> None:
        """Show the status sentence; with an icon only when something needs attention."""
        self._status.setText(sentence)
        self._icon.setVisible(bool(icon))
        self._icon.show_icon(icon, tone)

    def status(self) -> str:
        """Return the status sentence."""
        return self._status.text()

    def show_place(self, words: str) -> None:
        """Show which shop and till this is; empty where there is no space for it."""
        self._place.setText(words)
        self._place.setVisible(bool(words))
        self._before_place.changeSize(PLACE_GAP if words else 0, 0)
        self._row.invalidate()

    def fit_keys(self) -> None:
        """Show the words of as many keys as leave the sentence its room, the most needed first."""
        room = self.width() * KEYS_SHARE
        shown = [one for one in self._buttons if not one[0].isHidden()]
        for button, caption in shown:
            _show_words(button, caption, is_whole=False)
            room -= button.sizeHint().width()
        for button, caption in sorted(shown, key=lambda one: one[0] not in self._needed):
            bare = button.sizeHint().width()
            _show_words(button, caption, is_whole=True)
            room -= button.sizeHint().width() - bare
            if room < 0:
                _show_words(button, caption, is_whole=False)
                return

    @override
    def refresh_theme(self) -> None:
        self.setFixedHeight(theme.current().px(FOOTER_HEIGHT))
        self.fit_keys()
        self.update()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit_keys()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        current = theme.current()
        painter.fillRect(self.rect(), current.colour("counter"))
        painter.fillRect(0, 0, self.width(), 1, current.colour("line"))


def _show_words(button: QuietButton, caption: str, *, is_whole: bool) -> None:
    """Show a key with its words or its cap alone; it is spoken whole."""
    button.set_caption(caption if is_whole else "")
    button.setAccessibleName(caption)
