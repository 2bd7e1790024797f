"""Asks a supervisor to approve: what, how much, whose, and what it does not do."""

from collections.abc import Mapping
from functools import partial
from itertools import pairwise
from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from counterfoil.domain.pin_rules import PIN_LENGTH_MIN, PinKind
from counterfoil.overriding import override
from counterfoil.presentation.approval_presenter import NUMBER, PIN, WAY
from counterfoil.presentation.approval_screen import ApprovalScreen
from counterfoil.presentation.words import approvals, window
from counterfoil.ui import theme
from counterfoil.ui.number_pad import NumberPad
from counterfoil.ui.theme import Role, StateTone
from counterfoil.ui.theme.painting import ThemeFollower, line_width, paint_box
from counterfoil.ui.widgets.button import PrimaryButton, SecondaryButton
from counterfoil.ui.widgets.choice import Choice
from counterfoil.ui.widgets.facts import FactsRow
from counterfoil.ui.widgets.field_line import BoxLine
from counterfoil.ui.widgets.field_text import FieldKind
from counterfoil.ui.widgets.icon import Icon
from counterfoil.ui.widgets.label import PlainLabel
from counterfoil.ui.widgets.overlay import PANEL_SIZE, Overlay
from counterfoil.ui.widgets.pin_field import PinField

KEY: Final = QSize(82, 52)
RIGHT_WIDTH: Final = 3 * 82 + 2 * 8
COLUMN_GAP: Final = 28
FOOT_HEIGHT: Final = 60
CHOICE_GAP: Final = 9
_A_ROW: Final = 2
_WAYS_A_ROW: Final = 3
_WARNING_PADDING: Final = 15
_WARNING_ICON: Final = 28


def _labels() -> Mapping[bool, tuple[str, str, int]]:
    return {
        False: (approvals.NUMBER, approvals.PIN, PIN_LENGTH_MIN[PinKind.SUPERVISOR_PIN]),
        True: (approvals.MANAGER_NUMBER, approvals.PASSPHRASE, PIN_LENGTH_MIN[PinKind.PASSPHRASE]),
    }


"""What is written above number and PIN, and how many dots, by whether a manager is needed."""


class NotDoneBox(ThemeFollower, QWidget):
    """A pale box that says what an action does not do, such as giving money back."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._first = PlainLabel("", Role.BODY_BOLD, "ink", self, wrapped=True)
        self._line = PlainLabel("", Role.NOTE, "ink", self, wrapped=True)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._first)
        words.addWidget(self._line)
        row = QHBoxLayout(self)
        row.setContentsMargins(_WARNING_PADDING, 10, _WARNING_PADDING, 10)
        row.setSpacing(12)
        icon = Icon("alert", _WARNING_ICON, "unknown-ink", self)
        row.addWidget(icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        self.follow_theme()

    def show_words(self, first: str, line: str) -> None:
        """Show two sentences; if the first is empty, the box is hidden."""
        self._first.setText(first)
        self._line.setText(line)
        self.setVisible(bool(first))

    @override
    def refresh_theme(self) -> None:
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        current = theme.current()
        box = QRectF(self.rect())
        fill, ink = (current.state(StateTone.UNKNOWN, part) for part in ("pale", "ink"))
        paint_box(QPainter(self), box, fill=fill, border=ink, width=line_width())


class Choices(QWidget):
    """A few choices below their label, of which one is chosen.

    Signals: ``chosen(int)`` the index of the choice that was pressed.
    """

    chosen = Signal(int)

    def __init__(self, label: str, name: str, columns: int, parent: QWidget) -> None:
        super().__init__(parent)
        self._name, self._columns = name, columns
        self._texts: tuple[str, ...] = ()
        self._choices: list[Choice] = []
        self._group = QButtonGroup(self)
        self._grid = QGridLayout()
        self._grid.setSpacing(CHOICE_GAP)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self._label = PlainLabel(label, Role.LABEL, "ink", self)
        self._label.setVisible(bool(label))
        column.addWidget(self._label)
        column.addLayout(self._grid)

    def show_label(self, label: str) -> None:
        """Show another label above them, or none."""
        self._label.setText(label)
        self._label.setVisible(bool(label))

    def show_choices(self, texts: tuple[str, ...], chosen: int | None) -> None:
        """Show these choices, the one at index ``chosen`` as chosen; without any, hide them all."""
        self.setVisible(bool(texts))
        if texts != self._texts:
            self._texts = texts
            self._rebuild()
        self._group.setExclusive(False)
        for at, choice in enumerate(self._choices):
            choice.setChecked(at == chosen)
        self._group.setExclusive(True)

    def set_columns(self, columns: int) -> None:
        """Lay the choices out in so many columns."""
        if columns != self._columns:
            self._columns = columns
            self._place()

    def all(self) -> tuple[Choice, ...]:
        """Return the choices in their order."""
        return tuple(self._choices)

    def first(self) -> QWidget:
        """Return the choice that the cursor goes to: the chosen one, or else the first."""
        return self._group.checkedButton() or (self._choices[0] if self._choices else self)

    def _rebuild(self) -> None:
        for old in self._choices:
            self._group.removeButton(old)
            self._grid.removeWidget(old)
            old.hide()
            old.setObjectName("")
            old.deleteLater()
        self._choices = [Choice(text, self) for text in self._texts]
        for at, choice in enumerate(self._choices):
            choice.setObjectName(f"{self._name}-{at}")
            choice.clicked.connect(partial(self.chosen.emit, at))
            self._group.addButton(choice)
            choice.show()
        self._place()

    def _place(self) -> None:
        for at, choice in enumerate(self._choices):
            self._grid.addWidget(choice, at // self._columns, at % self._columns)


class ApprovalOverlay(Overlay):
    """Renders an ApprovalScreen and emits what the approver does.

    Signals: ``reason_chosen(int)``, ``way_chosen(int)`` the index of a choice; ``edited(str, str)``
    ``number`` or ``pin``, and its text; ``submitted(str)`` Enter in one of them; ``pressed()`` the
        button
    that approves; ``withdrawn()`` Back. It closes when there is no request any more, and not by
        itself.
    """

    reason_chosen = Signal(int)
    way_chosen = Signal(int)
    edited = Signal(str, str)
    submitted = Signal(str)
    pressed = Signal()
    withdrawn = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, panel_size=PANEL_SIZE, grows=True)
        self.setObjectName("approval-overlay")
        self._screen: ApprovalScreen | None = None
        self._reasons = Choices(approvals.REASON, "approval-reason", _A_ROW, self)
        self._ways = Choices(approvals.SETTLE_BY, "approval-way", _WAYS_A_ROW, self)
        self._facts = FactsRow(self)
        self._warning = NotDoneBox(self)
        self._warning.setObjectName("approval-warning")
        self._outcome = PlainLabel("", Role.BODY_LARGE, "ink", self, wrapped=True)
        self._outcome.setObjectName("approval-outcome")
        self._right = QWidget(self)
        self._number_label = PlainLabel(
            approvals.NUMBER, Role.LABEL, "ink", self._right, shrinking=True
        )
        self._number = BoxLine(FieldKind.DIGITS, Role.PIN, self._right, height=48)
        self._number.setObjectName("approval-number")
        self._pin = PinField(approvals.PIN, self._right)
        self._pin.line().setObjectName("approval-pin")
        self._pad = NumberPad(KEY, self._right, has_caption=False)
        self._back = SecondaryButton(window.BACK, key="Esc", height=FOOT_HEIGHT, parent=self)
        self._back.setObjectName("approval-back")
        self._back.clicked.connect(self.close_overlay)
        self._act = PrimaryButton("", height=FOOT_HEIGHT, parent=self)
        self._act.setObjectName("approval-act")
        self._act.clicked.connect(self.pressed)
        self.bind_key(Qt.Key.Key_F11, self._act)
        self._connect()
        self._lay_out()

    def render_screen(self, screen: ApprovalScreen | None) -> None:
        """Show a request, or how it ended; None closes the overlay."""
        before, self._screen = self._screen, screen
        if screen is None:
            self._pin.wipe()
            self._number.set_value("")
            self.close_overlay()
            return
        aside = approvals.CLOSES_IN if screen.left else ""
        self.set_heading(screen.title, screen.icon, aside, screen.left)
        self._facts.show_facts(screen.facts)
        self._facts.setVisible(bool(screen.facts))
        self._warning.show_words(screen.not_done, screen.line)
        self._outcome.setText(screen.line if screen.is_over else "")
        self._outcome.setVisible(screen.is_over)
        self._reasons.show_choices(screen.reasons, screen.reason)
        self._ways.show_choices(screen.ways, screen.way)
        self._order_by_reading()
        self._show_approver(screen)
        self._act.show_action(screen.primary, key="F11", enabled=screen.can_press)
        self._back.setVisible(not screen.is_over)
        if before is None or before.wipes != screen.wipes:
            self._pin.wipe()
        if before is not None and before.shakes != screen.shakes:
            self._pin.line().shake()
        if not self.isVisible():
            self.open_overlay(self._place(screen))
        elif before is None or before.points != screen.points or before.is_over != screen.is_over:
            self._place(screen).setFocus(Qt.FocusReason.OtherFocusReason)

    @override
    def reject(self) -> None:
        if self._screen is None:
            super().reject()
        else:
            self.withdrawn.emit()

    # ------------------------------------------------------------------------------------- parts

    def _show_approver(self, screen: ApprovalScreen) -> None:
        self._right.setVisible(screen.needs_approver)
        number, pin, dots = _labels()[screen.is_for_manager]
        self._number_label.setText(number)
        self._number.setAccessibleName(number)
        self._pin.set_label(pin)
        self._pin.line().show_dots(dots)
        if self._number.value() != screen.number:
            self._number.set_value(screen.number)
        self._pin.show_hint(screen.name or screen.hint)
        self._pin.show_error(screen.error)
        self._pad.show_wait(screen.wait)

    def _place(self, screen: ApprovalScreen) -> QWidget:
        """Return where the cursor goes: where something is missing, or else to no button."""
        if screen.point == NUMBER:
            return self._number
        if screen.point == PIN:
            return self._pin
        if screen.is_over:
            return self
        return self._ways.first() if screen.point == WAY else self._reasons.first()

    def _order_by_reading(self) -> None:
        """Let Tab go from the choices to the number, the PIN and the act."""
        choices = (*self._reasons.all(), *self._ways.all())
        order = (*choices, self._number, self._pin.line(), self._back, self._act)
        for before, after in pairwise(order):
            QWidget.setTabOrder(before, after)

    # ------------------------------------------------------------------------------------- wiring

    def _connect(self) -> None:
        self._reasons.chosen.connect(self.reason_chosen)
        self._ways.chosen.connect(self.way_chosen)
        self._number.value_edited.connect(partial(self.edited.emit, NUMBER))
        self._number.entered.connect(partial(self.submitted.emit, NUMBER))
        self._pin.edited.connect(partial(self.edited.emit, PIN))
        self._pin.submitted.connect(partial(self.submitted.emit, PIN))
        self._pad.serve_box(self._number)
        self._pad.serve(self._pin)

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.setSpacing(0)
        left.addWidget(self._facts)
        left.addSpacing(14)
        left.addWidget(self._warning)
        left.addWidget(self._outcome)
        left.addSpacing(16)
        left.addWidget(self._reasons)
        left.addSpacing(16)
        left.addWidget(self._ways)
        left.addStretch(1)
        right = QVBoxLayout(self._right)
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(0)
        right.addWidget(self._number_label)
        right.addSpacing(5)
        right.addWidget(self._number)
        right.addSpacing(8)
        right.addWidget(self._pin)
        right.addSpacing(8)
        right.addWidget(self._pad)
        right.addStretch(1)
        self._right.setFixedWidth(RIGHT_WIDTH)
        both = QHBoxLayout()
        both.setSpacing(COLUMN_GAP)
        both.addLayout(left, 1)
        both.addWidget(self._right)
        foot = QHBoxLayout()
        foot.setSpacing(12)
        foot.addWidget(self._back, 1)
        foot.addWidget(self._act, 3)
        self.body().addLayout(both, 1)
        self.body().addSpacing(12)
        self.body().addLayout(foot)
