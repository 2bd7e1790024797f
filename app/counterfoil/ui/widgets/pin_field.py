"""A field for a PIN: dots for what was typed, which is shown nowhere, and never read out."""

import math
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt, QVariantAnimation, Signal
from PySide6.QtGui import QHideEvent, QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from counterfoil.overriding import override
from counterfoil.ui import theme
from counterfoil.ui.theme import Role
from counterfoil.ui.theme.painting import may_move, visual
from counterfoil.ui.widgets.field import LABEL_GAP, HintLine
from counterfoil.ui.widgets.field_line import TEXT_START, BoxLine
from counterfoil.ui.widgets.field_text import FieldKind
from counterfoil.ui.widgets.label import PlainLabel

PIN_BOX_HEIGHT: Final = 60
DOT_RADIUS: Final = 8
DOT_RING: Final = 2
DOT_PITCH: Final = 34
DOTS_AT_FIRST: Final = 5
"""As many as the shortest PIN has; more come as they are typed."""
SWING: Final = 6
SWINGS: Final = 3
SWING_MS: Final = 150
_DOT_SHARE: Final = 0.36
"""How much of its pitch the radius of a dot may be: those of a passphrase are smaller."""
_DOT_START: Final = TEXT_START + 6


class PinBox(BoxLine):
    """The box of dots. Its text is never painted, copied or read out, and it shakes when wrong."""

    def __init__(
        self,
        parent: QWidget | None = None,
        *,
        height: int = PIN_BOX_HEIGHT,
    ) -> None:
        super().__init__(FieldKind.TEXT, Role.PIN, parent, sensitive=True, height=height)
        self._dots = DOTS_AT_FIRST
        self._swing = QVariantAnimation(self)
        self._swing.setObjectName("swing")
        self._swing.setStartValue(0.0)
        self._swing.setEndValue(1.0)
        self._swing.setDuration(SWING_MS)
        self._swing.valueChanged.connect(self._follow_swing)

    def dots(self) -> int:
        """Return how many dots there are, filled and empty."""
        return max(self._dots, len(self.value()))

    def show_dots(self, at_first: int) -> None:
        """Show ``at_first`` empty dots at first: as many as the PIN needs."""
        self._dots = at_first
        self.update()

    def shake(self) -> None:
        """Shake the dots, unless animation is switched off."""
        if may_move(self):
            self._swing.start()

    def is_shaking(self) -> bool:
        """Return whether the dots are shaking now."""
        return self._swing.state() is QVariantAnimation.State.Running

    @override
    def admit(self, piece: str) -> str:
        return piece

    @override
    def paint_inside(self, painter: QPainter) -> None:
        current = theme.current()
        typed = len(self.value())
        count = self.dots()
        room = QRectF(self.rect()).adjusted(_DOT_START, 0, -TEXT_START, 0)
        pitch = min(DOT_PITCH, (room.width() - 2 * DOT_RADIUS) / max(1, count - 1))
        radius = min(DOT_RADIUS, pitch * _DOT_SHARE)
        swung = 0.0
        if self.is_shaking():
            swung = SWING * math.sin(2 * math.pi * SWINGS * float(self._swing.currentValue()))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for at in range(count):
            is_typed = at < typed
            ring = current.colour("ink" if is_typed else "edge")
            painter.setPen(QPen(ring, DOT_RING))
            painter.setBrush(ring if is_typed else Qt.BrushStyle.NoBrush)
            left = room.left() + at * pitch + swung
            dot = visual(self, QRectF(left, 0, 2 * DOT_RADIUS, room.height()))
            painter.drawEllipse(QPointF(dot.center()), radius, radius)

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        self._swing.stop()
        super().hideEvent(event)

    def _follow_swing(self) -> None:
        self.update()


class PinField(QWidget):
    """The box of dots below its label, with a line below it for hint or error.

    Signals: ``edited(str)`` what is typed now; ``submitted()`` Enter was pressed; ``focused()``.
    """

    edited = Signal(str)
    submitted = Signal()
    focused = Signal()

    def __init__(
        self,
        label: str,
        parent: QWidget | None = None,
        *,
        height: int = PIN_BOX_HEIGHT,
    ) -> None:
        super().__init__(parent)
        self._label = PlainLabel("", Role.LABEL, "ink", self, elided=True)
        self._box = PinBox(self, height=height)
        self.set_label(label)
        self._box.value_edited.connect(self.edited)
        self._box.entered.connect(self.submitted)
        self._box.focus_changed.connect(self._tell_focus)
        self._hint = HintLine(self)
        self.setFocusProxy(self._box)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(LABEL_GAP)
        column.addWidget(self._label)
        column.addWidget(self._box)
        column.addWidget(self._hint)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def set_label(self, label: str) -> None:
        """Write another text above the box, which is read out as well."""
        self._label.setText(label)
        self._box.setAccessibleName(label)

    def label(self) -> str:
        """Return the text above the box."""
        return self._label.text()

    def line(self) -> PinBox:
        """Return the box."""
        return self._box

    def show_hint(self, text: str) -> None:
        """Set the line below the box, for as long as nothing is wrong."""
        self._hint.show_hint(text)

    def show_error(self, sentence: str) -> None:
        """Say what is wrong below the box; an empty sentence removes it."""
        self._hint.show_error(sentence)
        self._box.setAccessibleDescription(sentence)
        self._box.set_invalid(bool(sentence))

    def said(self) -> str:
        """Return the text below the box."""
        return self._hint.words()

    def wipe(self) -> None:
        """Empty the box, without a signal."""
        self._box.set_value("")

    def _tell_focus(self, has_focus: bool) -> None:
        if has_focus:
            self.focused.emit()
