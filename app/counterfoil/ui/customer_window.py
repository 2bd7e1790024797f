"""The customer's window: a state, an amount and a sentence, in big plain text on their own screen.

It takes no focus and no key, so a scanner goes on typing into the till.
"""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, QRectF, Qt
from PySide6.QtGui import (
    QCloseEvent,
    QFont,
    QFontMetricsF,
    QGuiApplication,
    QPainter,
    QPaintEvent,
    QScreen,
)
from PySide6.QtWidgets import QApplication, QWidget

from counterfoil.overriding import override
from counterfoil.presentation.customer_presenter import CustomerPresenter
from counterfoil.presentation.customer_screen import CustomerScreen
from counterfoil.presentation.words import customers
from counterfoil.ui import theme
from counterfoil.ui.theme import Role
from counterfoil.ui.theme.painting import ThemeFollower
from counterfoil.ui.tones import state_tone

_TITLE: Final = "Counterfoil"
_HEAD_SHARE: Final = 0.3
"""How much of the height the state has, on its colour where it has one."""
_AMOUNT_SHARE: Final = 0.42
_SIDE_SHARE: Final = 0.06
_STATE_SIZE: Final = 0.186
_AMOUNT_SIZE: Final = 0.26
_SENTENCE_SIZE: Final = 0.062
_ALONE_SIZE: Final = 0.085
"""How much of the window's height the letters may have at most."""
_SMALLEST: Final = 12


class CustomerWindow(ThemeFollower, QWidget):
    """Shows one screen for the customer, in the colours of the till."""

    def __init__(self) -> None:
        super().__init__(
            None, Qt.WindowType.FramelessWindowHint | Qt.WindowType.WindowDoesNotAcceptFocus
        )
        self.setObjectName("customer-window")
        self.setWindowTitle(_TITLE)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, on=False)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.BlankCursor)
        self._screen: CustomerScreen | None = None
        self.follow_theme()

    def render_screen(self, screen: CustomerScreen) -> None:
        """Show a screen; nothing of the one before stays."""
        self._screen = screen
        said = (screen.state, screen.amount, *screen.lines)
        self.setAccessibleName(", ".join(filter(None, said)))
        self.update()

    @override
    def refresh_theme(self) -> None:
        self.update()

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        # Only the till takes it away; a desktop's own keys would else leave the customer without.
        event.ignore()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter, current = QPainter(self), theme.current()
        painter.fillRect(self.rect(), current.colour("paper"))
        if self._screen is None:
            return
        shown, tone = self._screen, state_tone(self._screen.tone)
        side, width = self.width() * _SIDE_SHARE, self.width() * (1 - 2 * _SIDE_SHARE)
        head = QRectF(0, 0, self.width(), self.height() * _HEAD_SHARE)
        ink = "ink"
        if tone is not None:
            painter.fillRect(head, current.colour(tone))
            ink = f"on-{tone}"
        painter.setPen(current.colour(ink))
        self._paint(painter, head.adjusted(side, 0, -side, 0), shown.state, _STATE_SIZE)
        painter.setPen(current.colour("ink"))
        top = head.bottom()
        if shown.amount:
            share = _AMOUNT_SHARE if shown.lines else 1 - _HEAD_SHARE
            amount = QRectF(side, top, width, self.height() * share)
            self._paint(painter, amount, shown.amount, _AMOUNT_SIZE)
            top = amount.bottom()
        rest = QRectF(side, top, width, self.height() - top)
        size = _SENTENCE_SIZE if shown.amount else _ALONE_SIZE
        self._paint(painter, rest, "\n".join(shown.lines), size)

    def _paint(self, painter: QPainter, box: QRectF, text: str, size: float) -> None:
        """Paint a text in the middle of a box, as large as fits; a long one over several lines."""
        flags = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap)
        font = QFont(theme.current().font(Role.HAND_OVER))
        height = self.height() * size
        while True:
            font.setPixelSize(max(_SMALLEST, int(height)))
            room = QFontMetricsF(font).boundingRect(box, flags, text)
            if box.contains(room) or height <= _SMALLEST:
                break
            height *= 0.92
        painter.setFont(font)
        painter.drawText(box, flags, text)


class CustomerDisplay(QObject):
    """Puts the customer's window on the screen that the settings name, as long as it is there.

    ``taken`` returns the screen that the till is on, which the window never covers. ``tell`` is
    called with a sentence for the cashier when the customer is shown nothing, and not again until
    they have been shown something.
    """

    def __init__(
        self,
        presenter: CustomerPresenter,
        name: str,
        *,
        taken: Callable[[], QScreen | None],
        tell: Callable[[str], None],
    ) -> None:
        super().__init__()
        self._name, self._taken, self._tell = name, taken, tell
        self._is_told = False
        self._presenter = presenter
        self.window = CustomerWindow()
        self.window.render_screen(presenter.screen())
        presenter.changed.connect(self.window.render_screen)
        app = QGuiApplication.instance()
        assert isinstance(app, QGuiApplication), "a window has an application"
        app.screenAdded.connect(self.place)
        app.screenRemoved.connect(self._lose)
        self.place()

    def place(self, _changed: QScreen | None = None) -> None:
        """Show the window on its screen, or hide it where that is not there or is the till's."""
        self._place_on_one_of(QGuiApplication.screens())

    def _lose(self, gone: QScreen) -> None:
        self._place_on_one_of([one for one in QGuiApplication.screens() if one is not gone])

    def _place_on_one_of(self, screens: list[QScreen]) -> None:
        found = next((one for one in screens if self._name in {one.name(), one.model()}), None)
        if found is None:
            names = tuple(one.name() for one in screens)
            self._show_nothing(customers.no_screen(self._name, names))
        elif found is self._taken():
            self._show_nothing(customers.own_screen(self._name))
        else:
            self._is_told = False
            self.window.setScreen(found)
            self.window.setGeometry(found.geometry())
            at_work = QApplication.activeWindow()
            # Not `showFullScreen`, which takes the focus from the till.
            self.window.setWindowState(Qt.WindowState.WindowFullScreen)
            self.window.show()
            if at_work is not None:
                # Some systems hand the focus to any window that comes up.
                at_work.activateWindow()

    def close(self) -> None:
        """Take the window away."""
        self.window.hide()
        self.window.deleteLater()

    def _show_nothing(self, why: str) -> None:
        # The system would put it over the till.
        self.window.hide()
        if not self._is_told:
            self._is_told = True
            self._tell(why)
