"""Labels and tooltips that show text exactly as it is.

Qt guesses rich text by default: a name from a server could then load files or hang the window.
Here everything is plain.
"""

from math import ceil

from PySide6 import QtGui
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from counterfoil.overriding import override
from counterfoil.ui import theme
from counterfoil.ui.theme import Role
from counterfoil.ui.theme.painting import (
    ThemeFollower,
    paint_text,
    smaller_fonts,
    smallest_share,
    text_width,
)

ELIDED_WIDTH_MIN = 24
AIR = 3
"""How many px of the air above and below letters a label may lack before anything is cut."""
FAR = 100_000
"""More px than any text is high."""
HANG = 2.0
"""How many px of a first letter, as the foot of a J, may hang before the text and be cut there."""


class PlainLabel(ThemeFollower, QLabel):
    """One piece of plain text with a type role and a colour token.

    ``elided`` lets a name or a hint end in an ellipsis where there is no space for it; ``wrapped``
    lets a sentence run over several lines; ``shrinking`` lets words on one line be given less space
    than they want. What is not elided is painted in smaller letters where it would be cut.
    """

    def __init__(
        self,
        text: str = "",
        role: Role = Role.BODY,
        tone: str = "ink",
        parent: QWidget | None = None,
        *,
        elided: bool = False,
        wrapped: bool = False,
        shrinking: bool = False,
    ) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        self.setWordWrap(wrapped)
        self.setIndent(0)
        self._role = role
        self._elided = elided
        self._shrinking = shrinking
        self.setText(text)
        self.set_tone(tone)
        if elided:
            self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.follow_theme()

    def set_role(self, role: Role) -> None:
        """Set the type role of the text."""
        if role is not self._role:
            self._role = role
            self.refresh_theme()

    def set_tone(self, tone: str) -> None:
        """Set the colour token of the text; raise UnknownTokenError for one that no theme has."""
        if self.property("tone") != tone:
            theme.current().hex(tone)
            theme.restyle(self, tone=tone)

    @override
    def setText(self, text: str) -> None:
        super().setText(text)
        self._make_room_before()

    @override
    def setAlignment(self, alignment: Qt.AlignmentFlag) -> None:
        super().setAlignment(alignment)
        self._make_room_before()

    @override
    def refresh_theme(self) -> None:
        self.setFont(theme.current().font(self._role))
        self._make_room_before()
        self.updateGeometry()

    def _make_room_before(self) -> None:
        """Begin a little further in where the first letter would be cut in front."""
        text, hang = self.text(), 0.0
        if text and not self.alignment() & Qt.AlignmentFlag.AlignRight:
            hang = -QFontMetricsF(self.font()).leftBearing(text[0])
        indent = ceil(hang) if hang > HANG else 0
        if indent != self.indent():
            self.setIndent(indent)  # which lays the page out again

    @override
    def minimumSizeHint(self) -> QSize:
        hint = super().minimumSizeHint()
        if self._shrinking or self.wordWrap():
            return QSize(round(hint.width() * smallest_share(self.font())), hint.height())
        return QSize(min(ELIDED_WIDTH_MIN, hint.width()), hint.height()) if self._elided else hint

    @override
    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        return QSize(hint.width() + 1, hint.height()) if self._elided else hint

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if self._elided:
            fitting, is_whole = self.font(), self._fits_on_one_line()
        else:
            fitting = self._fitting()
            is_whole = fitting == self.font()
        if is_whole:
            super().paintEvent(event)
            return
        painter = QPainter(self)
        colour = self.palette().color(self.foregroundRole())
        if not self._elided:
            painter.setFont(fitting)
            painter.setPen(colour)
            painter.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)  # as a label of Qt
            painter.drawText(QRectF(self.contentsRect()), self._flags(), self.text())
            return
        horizontal = self.alignment() & Qt.AlignmentFlag.AlignHorizontal_Mask
        paint_text(
            painter,
            QRectF(self.contentsRect()),
            self.text(),
            self.font(),
            colour,
            alignment=horizontal,
        )

    def _fits_on_one_line(self) -> bool:
        return text_width(self.text(), self.font()) <= self.contentsRect().width()

    def _fitting(self) -> QFont:
        """Return the largest font in which nothing is cut; the label's own if there is none."""
        room = self.contentsRect()
        for font in smaller_fonts(self.font()):
            column = QRectF(0, 0, room.width(), FAR)
            needed = QFontMetricsF(font).boundingRect(column, self._flags(), self.text())
            if needed.width() <= room.width() + 1 and needed.height() <= room.height() + AIR:
                return font
        return self.font()

    def _flags(self) -> int:
        wrap = Qt.TextFlag.TextWordWrap if self.wordWrap() else Qt.TextFlag(0)
        return int(self.alignment()) | int(wrap)


def breakable(text: str) -> str:
    """Let the name of a setting, which is one long word, go on below after an underscore."""
    return text.replace("_", "_\N{ZERO WIDTH SPACE}")


def set_plain_tooltip(widget: QWidget, text: str) -> None:
    """Give a widget a tooltip that shows its text literally, markup included."""
    if QtGui.Qt.mightBeRichText(text):  # Qt takes entities for markup as well as tags.
        from html import escape

        text = f"<qt>{escape(text)}</qt>"
    widget.setToolTip(text)


def doubled_ampersands(text: str) -> str:
    """Return a button's text with each ``&`` doubled, so that Qt shows it and makes no shortcut."""
    return text.replace("&", "&&")
