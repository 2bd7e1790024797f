"""State banners: what is true about a redemption, readable from where people stand.

A solid colour is an outcome; a pale colour says that it is still going on. A FINAL redemption has
no box: the sheet fills the upper part of its own shape with green, and ``FinalHead`` is the text on
it.
"""

from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from counterfoil.overriding import override
from counterfoil.presentation.screens import Banner, Tone
from counterfoil.presentation.words import window
from counterfoil.presentation.words.outcomes import unbroken
from counterfoil.ui import theme
from counterfoil.ui.announcing import Announced
from counterfoil.ui.theme import Role, SizeClass, StateTone
from counterfoil.ui.theme.painting import (
    ThemeFollower,
    line_width,
    paint_box,
    paint_text,
    paint_whole,
    text_width,
)
from counterfoil.ui.tones import state_tone
from counterfoil.ui.widgets.icon import Icon
from counterfoil.ui.widgets.label import PlainLabel, breakable

BANNER_ICON: Final = 64
ICON_GAP: Final = 20
PADDING: Final = 23  # The border and 22 px inside it.
TIGHT_PADDING: Final = 13
TIGHT_ICON: Final = 40
LINE_GAP: Final = 2
RING: Final = 104
RING_STROKE: Final = 6
SECONDS_A_TURN: Final = 60
FINAL_TEXT_START: Final = 84
FINAL_PADDING: Final = 22
FINAL_PADDING_LARGE: Final = 36
RING_AIR: Final = 26
SIXTEENTHS: Final = 16
FULL_TURN: Final = 360
TWELVE_O_CLOCK: Final = 90


class SecondsRing(ThemeFollower, QWidget):
    """A ring around the number of seconds that fills in a minute; it moves once a second."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._seconds = 0
        self._tone = StateTone.UNKNOWN
        self.follow_theme()

    def show_seconds(self, seconds: int, tone: StateTone) -> None:
        """Show how many seconds have passed, in the colour of a state."""
        self._seconds, self._tone = seconds, tone
        self.setAccessibleName(window.seconds(seconds))
        self.update()

    @override
    def refresh_theme(self) -> None:
        side = theme.current().px(RING) + RING_STROKE
        self.setFixedSize(side, side)
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        current = theme.current()
        half = RING_STROKE / 2
        circle = QRectF(self.rect()).adjusted(half, half, -half, -half)
        # A black track would swallow the arc, so high contrast has only a hairline.
        track = 1 if current.tokens.outlined else RING_STROKE
        painter.setPen(QPen(current.colour("line"), track))
        painter.drawEllipse(circle)
        turn = self._seconds % SECONDS_A_TURN or (SECONDS_A_TURN if self._seconds else 0)
        pen = QPen(current.state(self._tone, "ink"), RING_STROKE)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        span = -round(turn * FULL_TURN / SECONDS_A_TURN)
        if span:
            painter.drawArc(circle, TWELVE_O_CLOCK * SIXTEENTHS, span * SIXTEENTHS)
        middle = Qt.AlignmentFlag.AlignHCenter
        number = QRectF(0, current.px(22), self.width(), current.px(46))
        font = current.font(Role.SECONDS)
        paint_text(
            painter, number, str(self._seconds), font, current.colour("ink"), alignment=middle
        )
        inside = 2 * RING_STROKE
        unit = QRectF(inside, current.px(68), self.width() - 2 * inside, current.px(22))
        words, font = window.SECONDS, current.font(Role.HINT)
        paint_whole(painter, unit, words, font, current.colour("muted"), alignment=middle)


class StateBanner(ThemeFollower, Announced):
    """A box that says in what state a redemption is: icon, first line, further lines."""

    def __init__(self, banner: Banner | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._banner = banner or Banner(tone=Tone.NONE, icon="hourglass", first="")
        self._is_tight = False
        self._icon = Icon("", BANNER_ICON, "ink", self, is_still=True)
        self._first = PlainLabel("", Role.BANNER, "ink", self, wrapped=True)
        self._ring = SecondsRing(self)
        self._lines: list[PlainLabel] = []
        self._words = QVBoxLayout()
        self._words.setSpacing(LINE_GAP)
        self._words.addStretch(1)
        self._words.addWidget(self._first)
        self._words.addStretch(1)
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(PADDING, PADDING, RING_AIR, PADDING)
        row.setSpacing(ICON_GAP)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addLayout(self._words, 1)
        row.addWidget(self._ring, 0, Qt.AlignmentFlag.AlignVCenter)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.follow_theme()
        self._show()

    def show_banner(self, banner: Banner) -> None:
        """Show another state; showing the same again changes nothing."""
        if banner != self._banner:
            self._banner = banner
            self._show()

    def _show(self) -> None:
        banner = self._banner
        state = state_tone(banner.tone)
        if state is None:
            words, icon = "ink", "ink"
        elif banner.is_solid:
            words = icon = f"on-{state.value}"
        else:
            words, icon = "ink", f"{state.value}-ink"
        self._icon.show_icon(banner.icon, icon)
        self._first.set_tone(words)
        self._fit_lines(len(banner.lines))
        for label in self._lines:
            label.set_tone(words)
        self._ring.setVisible(banner.seconds is not None)
        ringed = self._ring.height() + 2 * RING_AIR
        self.setMinimumHeight(ringed if banner.seconds is not None else 0)
        if banner.seconds is not None:
            self._ring.show_seconds(banner.seconds, state or StateTone.UNKNOWN)
        self._break_lines()
        self.set_spoken(". ".join((banner.first, *banner.lines)), is_urgent=banner.is_solid)
        self.update()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._break_lines()

    def _break_lines(self) -> None:
        """Keep together what is misread apart, unless a line is too short for it."""
        banner = self._banner
        for label, text in zip(
            (self._first, *self._lines), (banner.first, *banner.lines), strict=True
        ):
            whole = unbroken(text)
            widest = max(text_width(run, label.font()) for run in whole.split(" "))
            is_too_wide = 0 < label.width() < widest and label.isVisible()
            label.setText(breakable(text if is_too_wide else whole))

    def set_tight(self, is_tight: bool) -> None:
        """Use smaller text and less space, where a window is too low for the full size."""
        self._is_tight = is_tight
        above = TIGHT_PADDING if is_tight else PADDING
        self._row.setContentsMargins(PADDING, above, RING_AIR, above)
        side = TIGHT_ICON if is_tight else BANNER_ICON
        self._icon.set_size(side)
        self._first.set_role(Role.TITLE if is_tight else Role.BANNER)
        for label in self._lines:
            label.set_role(self._line_role())

    def banner(self) -> Banner:
        """Return what the banner shows now."""
        return self._banner

    @override
    def refresh_theme(self) -> None:
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        current = theme.current()
        box, tone = QRectF(self.rect()), state_tone(self._banner.tone)
        if tone is None:
            border = current.colour("edge")
            paint_box(
                painter, box, fill=current.colour("surface"), border=border, width=line_width()
            )
        elif self._banner.is_solid:
            paint_box(painter, box, fill=current.state(tone))
        else:
            paint_box(
                painter,
                box,
                fill=current.state(tone, "pale"),
                border=current.state(tone, "ink"),
                width=current.tokens.pale_border_width,
            )

    def _line_role(self) -> Role:
        return Role.SENTENCE if self._is_tight else Role.BANNER_SECOND

    def _fit_lines(self, count: int) -> None:
        """Have exactly as many labels as there are further lines."""
        while len(self._lines) < count:
            label = PlainLabel("", self._line_role(), "ink", self, wrapped=True)
            self._words.insertWidget(self._words.count() - 1, label)
            self._lines.append(label)
        while len(self._lines) > count:
            label = self._lines.pop()
            self._words.removeWidget(label)
            label.hide()
            label.deleteLater()


class FinalHead(ThemeFollower, Announced):
    """The text on the green head of a FINAL redemption: icon and two lines, without a background.

    The owner sets the padding and paints the green.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = Icon("ok", BANNER_ICON, "on-approved", self, is_still=True)
        self._first = PlainLabel("", Role.HAND_OVER, "on-approved", self, shrinking=True)
        self._second = PlainLabel("", Role.BANNER_SECOND_FINAL, "on-approved", self, shrinking=True)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._first)
        words.addWidget(self._second)
        self._row = QHBoxLayout(self)
        self._row.setSpacing(FINAL_TEXT_START - BANNER_ICON)
        self._row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignVCenter)
        self._row.addLayout(words, 1)
        self._side_padding = 32
        self._short = False
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.follow_theme()

    def show_words(self, first: str, second: str) -> None:
        """Show what to do and why."""
        self._first.setText(first)
        self._second.setText(second)
        self.set_spoken(". ".join((first, *second.splitlines())), is_urgent=True)
        self._fit_first()

    def set_side_padding(self, padding: int, *, short: bool = False) -> None:
        """Set the padding at both sides in px.

        ``short`` makes the first line as small as a banner's, and halves the air around the lines.
        """
        self._side_padding, self._short = padding, short
        self._fit_first()
        self.refresh_theme()

    @override
    def refresh_theme(self) -> None:
        large = theme.current().size_class is SizeClass.LARGE
        roomy = FINAL_PADDING_LARGE if large else FINAL_PADDING
        above = roomy // 2 if self._short else roomy
        self._row.setContentsMargins(self._side_padding, above, self._side_padding, above)
        self.updateGeometry()

    @override
    def sizeHint(self) -> QSize:
        return self._row.sizeHint()

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(0, self._row.minimumSize().height())

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_first()

    def _fit_first(self) -> None:
        """Make the first line as small as other banners' where it would not fit."""
        room = self.width() - 2 * self._side_padding - FINAL_TEXT_START
        wanted = text_width(self._first.text(), theme.current().font(Role.HAND_OVER))
        is_tight = self._short or 0 < room < wanted
        self._first.set_role(Role.BANNER if is_tight else Role.HAND_OVER)
