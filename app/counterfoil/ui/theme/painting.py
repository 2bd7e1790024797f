"""Painting shared by the till's own widgets: boxes, focus lines, and following the theme.

Nothing here knows what a widget is for. All colours come from the current theme.
"""

from collections.abc import Iterator
from typing import Final, Protocol

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFont,
    QFontMetricsF,
    QPainter,
    QPainterPath,
    QPen,
)
from PySide6.QtWidgets import QWidget

from counterfoil.ui.theme.switching import current, theme_signals
from counterfoil.ui.theme.type_roles import POINTS_MIN

CONTROL_RADIUS: Final = 6.0
FOCUS_WIDTH: Final = 3.0
SHRINKS: Final = (1.0, 0.9, 0.8, 0.75)
"""How much smaller words may be that have to be whole, from the first that is tried to the last."""
LARGE_SHRINKS: Final = (0.65, 0.55, 0.5)
"""How much smaller large letters may be as well, down to the smallest that is read with ease."""
CHOSEN_WIDTH: Final = 2.0
BAR_WIDTH: Final = 4.0

_SIDES: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignRight
"""What is mirrored here. Qt's own way is in QStyle, which takes 6 ms before the first paint."""

_BY_KEYBOARD: Final = frozenset(
    {
        Qt.FocusReason.TabFocusReason,
        Qt.FocusReason.BacktabFocusReason,
        Qt.FocusReason.ShortcutFocusReason,
    }
)
_KEEPS_REASON: Final = frozenset(
    {Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason}
)


class _Paintable(Protocol):
    """What the mixins need of the widget they are mixed into."""

    def hasFocus(self) -> bool: ...

    def update(self) -> None: ...


class KeyboardFocus:
    """Remembers whether the focus came by keyboard, because only then it is painted.

    A widget calls ``note_focus`` from its focusInEvent. When the window becomes active again, what
    was remembered before still holds.
    """

    _focus_by_keyboard = False

    def note_focus(self, event: QFocusEvent) -> None:
        """Remember how the focus came."""
        if event.reason() not in _KEEPS_REASON:
            self._focus_by_keyboard = event.reason() in _BY_KEYBOARD

    def shows_focus(self: "_Paintable") -> bool:
        """Return whether to paint the focus line now."""
        return self.hasFocus() and bool(getattr(self, "_focus_by_keyboard", False))


class ThemeFollower:
    """Calls ``refresh_theme`` now and whenever the theme, text scale or size class changes."""

    def follow_theme(self) -> None:
        """Start following; call it at the end of ``__init__``."""
        theme_signals().theme_changed.connect(self.refresh_theme)
        self.refresh_theme()

    def refresh_theme(self) -> None:
        """Set fonts and heights by the current theme, and repaint."""
        raise NotImplementedError


def may_move(widget: QWidget) -> bool:
    """Return whether a widget may be animated: wanted, in sight, and not off in the system."""
    from PySide6.QtWidgets import QStyle  # It takes 6 ms, which the first frame does not have.

    now = current()
    duration = widget.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration)
    return now.motion and not now.tokens.outlined and duration > 0 and widget.isVisible()


def rounded(rect: QRectF, radius: float) -> QPainterPath:
    """Return a rounded rectangle as a path."""
    path = QPainterPath()
    path.addRoundedRect(rect, radius, radius)
    return path


def paint_box(
    painter: QPainter,
    rect: QRectF,
    *,
    fill: QColor | None = None,
    border: QColor | None = None,
    width: float = 1.0,
    radius: float = CONTROL_RADIUS,
) -> None:
    """Fill a rounded box and draw its border wholly inside it."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(fill if fill is not None else Qt.BrushStyle.NoBrush)
    if border is None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawPath(rounded(rect, radius))
    else:
        half = width / 2
        painter.setPen(QPen(border, width))
        painter.drawPath(rounded(rect.adjusted(half, half, -half, -half), max(0.0, radius - half)))
    painter.restore()


def paint_text(
    painter: QPainter,
    rect: QRectF,
    text: str,
    font: QFont,
    colour: QColor,
    *,
    alignment: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
) -> None:
    """Paint one line of plain text, vertically centred, elided when it does not fit.

    It stands at the side where the window's language begins; the order of its words follows the
    text itself, so that the end of a PIN is never moved to its beginning.
    """
    window_direction = painter.layoutDirection()
    is_mirrored = window_direction is Qt.LayoutDirection.RightToLeft and alignment & _SIDES
    side = alignment ^ _SIDES if is_mirrored else alignment
    painter.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)
    painter.setFont(font)
    painter.setPen(colour)
    shown = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, rect.width() + 0.5)
    flags = side | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter
    flags |= Qt.TextFlag.TextSingleLine
    painter.drawText(rect.adjusted(0, 0, 1, 0), int(flags), shown)
    painter.setLayoutDirection(window_direction)


def paint_name(
    painter: QPainter,
    rect: QRectF,
    text: str,
    font: QFont,
    colour: QColor,
    *,
    alignment: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
) -> None:
    """Paint a name on one line, or on two where one is too short for it."""
    lines = name_lines(text, font, rect.width())
    height = line_height(font)
    top = rect.center().y() - len(lines) * height / 2
    for at, line in enumerate(lines):
        box = QRectF(rect.x(), top + at * height, rect.width(), height)
        paint_text(painter, box, line, font, colour, alignment=alignment)


def name_lines(text: str, font: QFont, width: float) -> tuple[str, ...]:
    """Divide a name between two words into two lines, the first as full as possible.

    A name that fits on one line stays whole. A first word that is too wide is not divided; it is
    elided.
    """
    if text_width(text, font) <= width:
        return (text,)
    words = text.split()
    for count in range(len(words) - 1, 0, -1):
        first = " ".join(words[:count])
        if text_width(first, font) <= width:
            return first, " ".join(words[count:])
    return (text,)


def sentence_lines(text: str, font: QFont, width: float) -> tuple[str, ...]:
    """Divide a sentence between words into as many lines as it needs at a width."""
    lines: list[str] = []
    for word in text.split():
        if lines and text_width(longer := f"{lines[-1]} {word}", font) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return tuple(lines)


def halved_width(text: str, font: QFont) -> float:
    """Return how wide words are in two lines and as small as they may become, in px."""
    *_, smallest = smaller_fonts(font)
    words = text.split()
    halves = [(" ".join(words[:at]), " ".join(words[at:])) for at in range(1, len(words) + 1)]
    widths = (max(text_width(half, smallest) for half in both) for both in halves)
    return min(widths, default=0.0)


def paint_lines(
    painter: QPainter, rect: QRectF, lines: tuple[str, ...], font: QFont, colour: QColor
) -> None:
    """Paint lines of text below each other, in the middle of the height."""
    height = line_height(font)
    top = rect.center().y() - len(lines) * height / 2
    for at, line in enumerate(lines):
        box = QRectF(rect.x(), top + at * height, rect.width(), height)
        paint_text(painter, box, line, font, colour)


def paint_whole(
    painter: QPainter,
    rect: QRectF,
    text: str,
    font: QFont,
    colour: QColor,
    *,
    alignment: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
) -> None:
    """Paint words of which none may be missing: on more lines, or smaller, where one is too short.

    Only what fits even then at no size is elided.
    """
    lines, fitting = fitted_lines(text, font, rect)
    height = line_height(fitting)
    top = rect.center().y() - len(lines) * height / 2
    for at, line in enumerate(lines):
        box = QRectF(rect.x(), top + at * height, rect.width(), height)
        paint_text(painter, box, line, fitting, colour, alignment=alignment)


def fitted_lines(text: str, font: QFont, room: QRectF) -> tuple[tuple[str, ...], QFont]:
    """Divide words into lines that fill a room, and return them with the font that they fit in."""
    width = room.width() + 0.5
    lines: tuple[str, ...] = (text,)
    smaller, is_low = font, True
    if text_width(text, font) <= width:
        return lines, font
    for smaller in smaller_fonts(font):
        lines = sentence_lines(text, smaller, width)
        is_low = len(lines) * line_height(smaller) <= room.height()
        if is_low and all(text_width(line, smaller) <= width for line in lines):
            return lines, smaller
    return (lines, smaller) if is_low else ((text,), font)


def smaller_fonts(font: QFont) -> Iterator[QFont]:
    """Give a font, and what words in it may shrink to where they have to be whole."""
    points = font.pointSizeF()
    for share in (*SHRINKS, *LARGE_SHRINKS):
        if share in SHRINKS or points * share >= POINTS_MIN:
            smaller = QFont(font)
            smaller.setPointSizeF(points * share)
            yield smaller


def smallest_share(font: QFont) -> float:
    """Return how small words in a font may become, as a share of their size."""
    *_, smallest = smaller_fonts(font)
    return smallest.pointSizeF() / font.pointSizeF()


def line_height(font: QFont) -> float:
    """Return the height of a line of a name in px."""
    return QFontMetricsF(font).height()


def text_width(text: str, font: QFont) -> float:
    """Return the width of a line of text in px."""
    return QFontMetricsF(font).horizontalAdvance(text)


def visual(widget: QWidget, rect: QRectF) -> QRectF:
    """Mirror a rectangle of a widget if the language is read from right to left."""
    turned = rect.toRect()
    if widget.layoutDirection() is Qt.LayoutDirection.RightToLeft:
        turned.moveRight(widget.rect().right() - turned.left())
    return QRectF(turned)


def line_width() -> float:
    """Return the width of the border of a control without focus, in px."""
    return float(current().tokens.border_width)


def inner(rect: QRect | QRectF, by: float) -> QRectF:
    """Return a rectangle that is smaller by ``by`` px on every side."""
    return QRectF(rect).adjusted(by, by, -by, -by)
