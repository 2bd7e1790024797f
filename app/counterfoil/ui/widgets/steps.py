"""Numbered steps: what a person does next, in order; and sentences that are not numbered."""

from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from counterfoil.overriding import override
from counterfoil.presentation.screens import NumberedStep
from counterfoil.ui import theme
from counterfoil.ui.theme import Role
from counterfoil.ui.theme.painting import ThemeFollower, paint_text, text_width, visual
from counterfoil.ui.widgets.icon import paint_icon
from counterfoil.ui.widgets.label import PlainLabel, set_plain_tooltip

CIRCLE: Final = 32
BRIEF_CIRCLE: Final = 24
CIRCLE_LINE: Final = 2
TEXT_GAP: Final = 14
STEP_GAP: Final = 14
TIGHT_STEP_GAP: Final = 8
WIZARD_CIRCLE: Final = 28
WIZARD_GAP: Final = 8
WIZARD_STEP_GAP: Final = 22
WIZARD_STEP_GAP_MIN: Final = 6


class StepCircle(ThemeFollower, QWidget):
    """The number of a step in a circle."""

    def __init__(self, number: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._number = number
        self._side = CIRCLE
        self.follow_theme()

    def set_side(self, side: int) -> None:
        """Set how wide and high it is, in px at the normal text size."""
        if side != self._side:
            self._side = side
            self.refresh_theme()

    @override
    def refresh_theme(self) -> None:
        side = theme.current().px(self._side)
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


class _Step(QWidget):
    """One step: its number, its title, and what explains it below or, if brief, in a tooltip."""

    def __init__(self, number: int, step: NumberedStep, parent: QWidget) -> None:
        super().__init__(parent)
        self._explained = step.line
        self._title = PlainLabel(step.title, Role.STEP_TITLE, "ink", self, wrapped=True)
        self._line = PlainLabel(step.line, Role.NOTE, "muted", self, wrapped=True)
        self._circle = StepCircle(number, self)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._title)
        words.addWidget(self._line)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(TEXT_GAP)
        line.addWidget(self._circle, 0, Qt.AlignmentFlag.AlignTop)
        line.addLayout(words, 1)

    def set_brief(self, is_brief: bool) -> None:
        """Show the title alone, or what explains it as well."""
        beside = self._explained if is_brief else ""
        set_plain_tooltip(self._title, beside)
        self._title.setAccessibleDescription(beside)
        self._line.setVisible(bool(self._explained) and not is_brief)
        self._circle.set_side(BRIEF_CIRCLE if is_brief else CIRCLE)


class NumberedSteps(QWidget):
    """A short list of steps, each with a number in a circle."""

    def __init__(self, steps: tuple[NumberedStep, ...] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: tuple[NumberedStep, ...] = ()
        self._rows: list[_Step] = []
        self._is_brief = False
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(STEP_GAP)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.show_steps(steps)

    def set_tight(self, is_tight: bool) -> None:
        """Set whether there is little space between the steps."""
        self._column.setSpacing(TIGHT_STEP_GAP if is_tight else STEP_GAP)

    def set_brief(self, is_brief: bool) -> None:
        """Set whether each step is its title alone, and what explains it stands in a tooltip."""
        if is_brief != self._is_brief:
            self._is_brief = is_brief
            for row in self._rows:
                row.set_brief(is_brief)

    def show_steps(self, steps: tuple[NumberedStep, ...]) -> None:
        """Show these steps; showing the same again changes nothing."""
        if steps != self._shown:
            self._build(steps)

    def _build(self, steps: tuple[NumberedStep, ...]) -> None:
        for row in self._rows:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows = [_Step(number, step, self) for number, step in enumerate(steps, start=1)]
        for row in self._rows:
            row.set_brief(self._is_brief)
            self._column.addWidget(row)
            row.show()
        self._shown = steps


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


class WizardSteps(ThemeFollower, QWidget):
    """The steps of a longer job in one line: those done, the present one, and those to come."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names: tuple[str, ...] = ()
        self._now = 0
        self._wide = 0
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.follow_theme()

    def show_steps(self, names: tuple[str, ...], now: int) -> None:
        """Show these steps; ``now`` is the index of the present one."""
        self._names, self._now = names, now
        self.setAccessibleName(names[now] if names else "")
        self.refresh_theme()

    @override
    def refresh_theme(self) -> None:
        side = theme.current().px(WIZARD_CIRCLE)
        font = theme.current().font(Role.LABEL)
        words = sum(text_width(name, font) for name in self._names)
        gaps = len(self._names) * WIZARD_GAP + max(0, len(self._names) - 1) * WIZARD_STEP_GAP
        self._wide = round(words) + len(self._names) * (side + 1) + gaps
        self.setFixedHeight(side)
        self.setMaximumWidth(self._wide)
        self.updateGeometry()
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(self._wide, self.height())

    @override
    def minimumSizeHint(self) -> QSize:
        spare = WIZARD_STEP_GAP - WIZARD_STEP_GAP_MIN
        return QSize(self._wide - max(0, len(self._names) - 1) * spare, self.height())

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        current = theme.current()
        side, start = float(self.height()), 0.0
        short = max(0, self._wide - self.width()) / max(1, len(self._names) - 1)
        gap = WIZARD_STEP_GAP - short
        for at, name in enumerate(self._names):
            is_now = at == self._now
            circle = visual(self, QRectF(start, 0, side, side))
            self._paint_circle(painter, circle, at)
            font = current.font(Role.LABEL if is_now else Role.NOTE)
            wide = text_width(name, current.font(Role.LABEL)) + 1
            room = visual(self, QRectF(start + side + WIZARD_GAP, 0, wide, side))
            paint_text(painter, room, name, font, current.colour("ink" if is_now else "muted"))
            start += side + WIZARD_GAP + wide + gap

    def _paint_circle(self, painter: QPainter, circle: QRectF, at: int) -> None:
        current = theme.current()
        is_now, is_done = at == self._now, at < self._now
        inside = circle.adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(current.colour("accent" if is_now else "edge"), 1))
        painter.setBrush(current.colour("accent") if is_now else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(inside)
        if is_done:
            paint_icon(painter, "check", circle.adjusted(6, 6, -6, -6), current.colour("ink"))
            return
        ink = current.colour("on-accent" if is_now else "muted")
        font, middle = current.font(Role.LABEL), Qt.AlignmentFlag.AlignHCenter
        paint_text(painter, circle, str(at + 1), font, ink, alignment=middle)
