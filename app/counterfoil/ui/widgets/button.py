"""Buttons: primary, secondary and quiet, painted from the tokens.

A page has one primary button. Nothing moves on hover, press or focus; focus is painted only when it
came by keyboard.
"""

from dataclasses import replace
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFocusEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from counterfoil.declaring import dataclass
from counterfoil.overriding import override
from counterfoil.ui import theme
from counterfoil.ui.theme import Role
from counterfoil.ui.theme.painting import (
    CHOSEN_WIDTH,
    FOCUS_WIDTH,
    SHRINKS,
    KeyboardFocus,
    ThemeFollower,
    inner,
    line_width,
    paint_box,
    paint_whole,
    text_width,
    visual,
)
from counterfoil.ui.widgets.icon import paint_icon
from counterfoil.ui.widgets.keycap import keycap_size, paint_keycap
from counterfoil.ui.widgets.label import doubled_ampersands

WIDE_FROM: Final = 60
WIDE_PADDING: Final = 20
PADDING: Final = 16
GAP: Final = 10
BUTTON_ICON: Final = 20
TICK_GAP: Final = 4
WORDS_SHARE: Final = 0.56
"""How much of a tall button's height is above its key cap."""
ROLE_BY_HEIGHT: Final = ((72, Role.PRIMARY_LARGE), (60, Role.PRIMARY_SMALL), (0, Role.LABEL))


@dataclass(frozen=True, slots=True)
class ButtonFace:
    """The colours of a button in one of its states; None paints nothing."""

    text: QColor
    fill: QColor | None = None
    border: QColor | None = None
    border_width: float = 1.0
    cap: QColor | None = None


class PaintedButton(KeyboardFocus, ThemeFollower, QPushButton):
    """What all painted buttons share: caption, key cap, icon, height and reading order.

    The caption is plain text; ampersands show. Signals are those of QPushButton.
    """

    def __init__(
        self,
        caption: str = "",
        *,
        key: str = "",
        icon: str = "",
        height: int = 48,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._caption = ""
        self._key = key
        self._icon_name = icon
        self._height = height
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        self.set_caption(caption)
        self.follow_theme()

    def caption(self) -> str:
        """Return the words on the button as they are shown."""
        return self._caption

    def set_caption(self, caption: str) -> None:
        """Put other words on the button."""
        if caption == self._caption:
            return
        self._caption = caption
        self.setText(doubled_ampersands(caption))
        self.setAccessibleName(caption)
        self.updateGeometry()
        self.update()

    def set_key(self, key: str) -> None:
        """Show another key cap, or none for an empty name."""
        if key != self._key:
            self._key = key
            self.updateGeometry()
            self.update()

    def set_icon_name(self, name: str) -> None:
        """Show another icon before the words, or none for an empty name."""
        if name != self._icon_name:
            self._icon_name = name
            self.updateGeometry()
            self.update()

    @override
    def refresh_theme(self) -> None:
        self.setFixedHeight(theme.current().px(self._height))
        self.setFont(theme.current().font(self.role()))
        self.updateGeometry()
        self.update()

    def role(self) -> Role:
        """Return the role of the words, which follows the height."""
        return next(role for height, role in ROLE_BY_HEIGHT if self._height >= height)

    def is_wide(self) -> bool:
        """Return whether the text is at the left and the key cap at the right."""
        return self._height >= WIDE_FROM and bool(self._key)

    def face(self) -> ButtonFace:
        """Return the colours for the state the button is in."""
        raise NotImplementedError

    def paint_focus(self, painter: QPainter) -> None:
        """Paint the focus line over the finished button."""
        paint_box(
            painter,
            QRectF(self.rect()),
            border=theme.current().colour("accent"),
            width=FOCUS_WIDTH,
        )

    @override
    def sizeHint(self) -> QSize:
        padding = WIDE_PADDING if self.is_wide() else PADDING
        return QSize(round(self._content_width()) + 2 * padding, self.height())

    @override
    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        self.note_focus(event)
        super().focusInEvent(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        face = self.face()
        paint_box(
            painter,
            QRectF(self.rect()),
            fill=face.fill,
            border=face.border,
            width=face.border_width,
        )
        if self.is_wide():
            self._paint_wide(painter, face)
        else:
            self._paint_centred(painter, face)
        if self.shows_focus():
            self.paint_focus(painter)

    def _content_width(self) -> float:
        """Return how wide icon, words and key cap are together."""
        parts = [text_width(self._caption, self.font())] if self._caption else []
        if self._icon_name:
            parts.append(float(theme.current().px(BUTTON_ICON)))
        if self._key:
            parts.append(float(keycap_size(self._key).width()))
        return sum(parts) + GAP * max(0, len(parts) - 1)

    def _paint_wide(self, painter: QPainter, face: ButtonFace) -> None:
        """Paint the words at the left and the key cap at the right."""
        start, end = float(WIDE_PADDING), float(self.width() - WIDE_PADDING)
        end -= self._paint_cap(painter, end - keycap_size(self._key).width(), face) + GAP
        if self._icon_name:
            start += self._paint_icon(painter, start, face) + GAP
        self._paint_caption(painter, start, end, face)

    def _paint_centred(self, painter: QPainter, face: ButtonFace) -> None:
        """Paint icon, words and key cap as one group in the middle."""
        start = max(4.0, round((self.width() - self._content_width()) / 2))
        end = self.width() - start
        if self._icon_name:
            start += self._paint_icon(painter, start, face) + GAP
        if self._key:
            width = keycap_size(self._key).width()
            end -= self._paint_cap(painter, end - width, face) + GAP
        self._paint_caption(painter, start, end + 1, face)

    def _paint_caption(self, painter: QPainter, start: float, end: float, face: ButtonFace) -> None:
        box = visual(self, QRectF(start, 0, end - start, self.height()))
        paint_whole(painter, box, self._caption, self.font(), face.text)

    def _paint_icon(self, painter: QPainter, start: float, face: ButtonFace) -> float:
        side = theme.current().px(BUTTON_ICON)
        box = QRectF(start, (self.height() - side) / 2, side, side)
        paint_icon(painter, self._icon_name, visual(self, box), face.text)
        return float(side)

    def _paint_cap(self, painter: QPainter, start: float, face: ButtonFace) -> float:
        if not self._key:
            return 0.0
        size = keycap_size(self._key)
        box = QRectF(start, (self.height() - size.height()) / 2, size.width(), size.height())
        corner = visual(self, box).topLeft()
        paint_keycap(painter, QPointF(corner), self._key, face.cap or face.text)
        return float(size.width())


class PrimaryButton(PaintedButton):
    """The one strong button of a page, in the colour of ink.

    While it cannot be pressed it can show a sentence instead, so that a cashier who goes to press
    it reads why not.
    """

    _is_sentence = False

    def show_action(self, caption: str, *, key: str = "", enabled: bool = True) -> None:
        """Show the words of what pressing it does."""
        self._show(caption, key, is_sentence=False, enabled=enabled)

    def show_sentence(self, sentence: str) -> None:
        """Show why it cannot be pressed, and disable it."""
        self._show(sentence, "", is_sentence=True, enabled=False)

    def _show(self, caption: str, key: str, *, is_sentence: bool, enabled: bool) -> None:
        self.set_caption(caption)
        self.set_key(key)
        self.setEnabled(enabled)
        if is_sentence is not self._is_sentence:
            self._is_sentence = is_sentence
            self.refresh_theme()

    @override
    def role(self) -> Role:
        return Role.SENTENCE if self._is_sentence else super().role()

    @override
    def is_wide(self) -> bool:
        return self._height >= WIDE_FROM

    @override
    def face(self) -> ButtonFace:
        current = theme.current()
        if not self.isEnabled():
            border = current.colour("on-disabled") if current.tokens.outlined else None
            return ButtonFace(
                current.colour("on-disabled"), current.colour("disabled"), border, line_width()
            )
        fill = "accent-hover" if self.underMouse() else "accent"
        if self.isDown():
            fill = "accent-pressed"
        return ButtonFace(current.colour("on-accent"), current.colour(fill))

    @override
    def paint_focus(self, painter: QPainter) -> None:
        paint_box(
            painter,
            inner(self.rect(), 5),
            border=theme.current().colour("on-accent"),
            width=2,
            radius=4,
        )


class SecondaryButton(PaintedButton):
    """An ordinary button: an outline on the paper.

    If checkable it is a choice, such as "Whole value": when chosen it has a thick border, a tick
    and the colour of chosen things.
    """

    @override
    def checkStateSet(self) -> None:
        super().checkStateSet()
        self._show_tick()

    @override
    def nextCheckState(self) -> None:
        super().nextCheckState()
        self._show_tick()

    def _show_tick(self) -> None:
        if self.isCheckable():
            self.set_icon_name("check" if self.isChecked() else "")

    @override
    def role(self) -> Role:
        return Role.PRIMARY_SMALL if self.is_wide() else Role.LABEL

    @override
    def is_wide(self) -> bool:
        # Beside others with a key, one that has only words begins where theirs do.
        has_only_words = not (self._icon_name or self.isCheckable())
        return self._height >= WIDE_FROM and (bool(self._key) or has_only_words)

    @override
    def face(self) -> ButtonFace:
        current = theme.current()
        if not self.isEnabled():
            border = current.colour("on-disabled") if current.tokens.outlined else None
            return ButtonFace(
                current.colour("on-disabled"), current.colour("disabled"), border, line_width()
            )
        fill = "hover" if self.underMouse() else "control"
        border, width = current.colour("edge"), line_width()
        if self.isCheckable() and self.isChecked():
            fill = "selected"
            border, width = current.colour("accent"), CHOSEN_WIDTH + line_width() - 1
        if self.isDown():
            fill = "pressed"
        return ButtonFace(
            current.colour("ink"), current.colour(fill), border, width, current.colour("muted")
        )


class TallButton(SecondaryButton):
    """An ordinary button with its key cap below the words, for where there is little room beside.

    Without a key its words stand in the middle. It is a choice like `SecondaryButton` if it is
    checkable.
    """

    @override
    def role(self) -> Role:
        return Role.LABEL

    @override
    def is_wide(self) -> bool:
        return False

    @override
    def minimumSizeHint(self) -> QSize:
        """Return how narrow it may be: its words then stand in two lines."""
        word = max((text_width(one, self.font()) for one in self._caption.split()), default=0.0)
        words = word * SHRINKS[-1]
        return QSize(round(max(words, self._cap_width())) + 2 * TICK_GAP, self.height())

    def _cap_width(self) -> float:
        tick = theme.current().px(BUTTON_ICON) + TICK_GAP if self.isCheckable() else 0
        cap = keycap_size(self._key).width() if self._key else 0
        return float(cap + tick)

    @override
    def _content_width(self) -> float:
        words = text_width(self._caption, self.font())
        return max(words, self._cap_width())

    @override
    def _paint_centred(self, painter: QPainter, face: ButtonFace) -> None:
        has_more = bool(self._key or self._icon_name)
        middle = round(self.height() * WORDS_SHARE) if has_more else self.height()
        box, centre = QRectF(4, 0, self.width() - 8, middle), Qt.AlignmentFlag.AlignHCenter
        paint_whole(painter, box, self._caption, self.font(), face.text, alignment=centre)
        cap = keycap_size(self._key) if self._key else QSize(0, 0)
        side = theme.current().px(BUTTON_ICON) if self._icon_name else 0
        start = (self.width() - cap.width() - side - (TICK_GAP if side else 0)) / 2
        top = middle - TICK_GAP / 2
        if side:
            tick = QRectF(start, top + (cap.height() - side) / 2, side, side)
            paint_icon(painter, self._icon_name, visual(self, tick), face.text)
            start += side + TICK_GAP
        if self._key:
            corner = visual(self, QRectF(start, top, cap.width(), cap.height())).topLeft()
            paint_keycap(painter, QPointF(corner), self._key, face.cap or face.text)


class QuietButton(PaintedButton):
    """A button without fill or border, for the footer."""

    @override
    def role(self) -> Role:
        return Role.HINT_LARGE

    @override
    def sizeHint(self) -> QSize:
        return QSize(round(self._content_width()) + 2 * GAP, self.height())

    @override
    def face(self) -> ButtonFace:
        current = theme.current()
        if not self.isEnabled():
            return ButtonFace(current.colour("on-disabled"))
        fill = None
        if self.isDown():
            fill = current.colour("pressed")
        elif self.underMouse():
            fill = current.colour("hover")
        return ButtonFace(current.colour("ink"), fill, cap=current.colour("muted"))

    @override
    def _paint_centred(self, painter: QPainter, face: ButtonFace) -> None:
        """Paint the key cap first and the words after it."""
        start = max(0.0, round((self.width() - self._content_width()) / 2))
        end = self.width() - start + 1
        if self._key:
            start += self._paint_cap(painter, start, face) + GAP
        if self._icon_name:
            start += self._paint_icon(painter, start, face) + GAP
        self._paint_caption(painter, start, end, face)


class ListButton(QuietButton):
    """One of many things to do, in a list: icon and words at the left, its key at the right.

    Checked, it is the one that Enter runs.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def show_row(self, caption: str, icon: str, key: str) -> None:
        """Show what it does, and the key that does the same."""
        self.set_caption(caption)
        self.set_icon_name(icon)
        self.set_key(key)

    @override
    def nextCheckState(self) -> None:
        """Stay as it is: only its list says which one is chosen."""

    @override
    def role(self) -> Role:
        return Role.BODY_LARGE

    @override
    def is_wide(self) -> bool:
        return True

    @override
    def face(self) -> ButtonFace:
        current, face = theme.current(), super().face()
        if not self.isChecked():
            return replace(face, border=current.colour("line"), border_width=line_width())
        border, width = current.colour("accent"), CHOSEN_WIDTH + line_width() - 1
        return replace(face, fill=current.colour("selected"), border=border, border_width=width)
