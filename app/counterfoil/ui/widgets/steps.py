"""Numbered steps: what a person does next, in order; and sentences that are not numbered."""

from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from counterfoil.overriding import override
from counterfoil.presentation.screens import NumberedStep
from counterfoil.ui import theme
from counterfoil.ui.theme import Role
from counterfoil.ui.theme.painting import ThemeFollower, paint_text
from counterfoil.ui.widgets.label import PlainLabel

CIRCLE: Final = 32
CIRCLE_LINE: Final = 2
TEXT_GAP: Final = 14
STEP_GAP: Final = 14
TIGHT_STEP_GAP: Final = 8


class StepCircle(ThemeFollower, QWidget):
    """The number of a step in a circle."""

    def __init__(self, number: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._number = number
        self.follow_theme()

    @override
    def refresh_theme(self) -> None:
        side = theme.current().px(CIRCLE)
        self.setFixedSize(QSize(side, side))
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        current = theme.current()
        ink = current.colour("ink")
        half = CIRCLE_LINE / 2
        painter.setPen(QPen(ink, CIRCLE_LINE))
        painter.drawEllipse(QRectF(self.rect()).adjusted(half, half, -half, -half))
        middle = Qt.AlignmentFlag.AlignHCenter
        box, font = QRectF(self.rect()), current.font(Role.BODY_BOLD)
        paint_text(painter, box, str(self._number), font, ink, alignment=middle)


class NumberedSteps(QWidget):
    """A short list of steps, each with a number in a circle."""

    def __init__(self, steps: tuple[NumberedStep, ...] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: tuple[NumberedStep, ...] = ()
        self._rows: list[QWidget] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(STEP_GAP)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.show_steps(steps)

    def set_tight(self, is_tight: bool) -> None:
        """Set whether there is less space between the steps."""
        self._column.setSpacing(TIGHT_STEP_GAP if is_tight else STEP_GAP)

    def show_steps(self, steps: tuple[NumberedStep, ...]) -> None:
        """Show these steps; showing the same again changes nothing."""
        if steps == self._shown:
            return
        for row in self._rows:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows = [self._row(number, step) for number, step in enumerate(steps, start=1)]
        for row in self._rows:
            self._column.addWidget(row)
        self._shown = steps

    def _row(self, number: int, step: NumberedStep) -> QWidget:
        row = QWidget(self)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(PlainLabel(step.title, Role.STEP_TITLE, "ink", row, wrapped=True))
        if step.line:
            words.addWidget(PlainLabel(step.line, Role.NOTE, "muted", row, wrapped=True))
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(TEXT_GAP)
        line.addWidget(StepCircle(number, row), 0, Qt.AlignmentFlag.AlignTop)
        line.addLayout(words, 1)
        return row


class SentenceBlock(QWidget):
    """A sentence that says what to do, and a muted explanation below it; either may be empty."""

    def __init__(self, role: Role = Role.SENTENCE, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._head = PlainLabel("", role, "ink", self, wrapped=True)
        self._body = PlainLabel("", Role.BODY_LARGE, "muted", self, wrapped=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self._head)
        column.addWidget(self._body)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)

    def show_role(self, role: Role) -> None:
        """Set the type role of the first sentence."""
        self._head.set_role(role)

    def show_sentences(self, head: str, body: str = "") -> None:
        """Show a sentence and its explanation."""
        for label, text in ((self._head, head), (self._body, body)):
            label.setText(text)
            label.setVisible(bool(text))
