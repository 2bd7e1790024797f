"""Asks a supervisor to approve: what, how much, whose, and what it does not do."""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from counterfoil.domain.pin_rules import PIN_LENGTH_MIN, PinKind
from counterfoil.overriding import override
from counterfoil.presentation.approval_presenter import NUMBER, PIN, WAY
from counterfoil.presentation.approval_screen import ApprovalScreen
from counterfoil.presentation.words import approvals
from counterfoil.ui.asking_overlay import COLUMN_GAP, KEY, RIGHT_WIDTH, AskingOverlay
from counterfoil.ui.number_pad import NumberPad
from counterfoil.ui.theme import Role
from counterfoil.ui.widgets.choices import LabelledChoices
from counterfoil.ui.widgets.facts import FactsRow
from counterfoil.ui.widgets.field_line import BoxLine
from counterfoil.ui.widgets.field_text import FieldKind
from counterfoil.ui.widgets.label import PlainLabel
from counterfoil.ui.widgets.not_done_box import NotDoneBox
from counterfoil.ui.widgets.pin_field import PinField

_A_ROW: Final = 2
_WAYS_A_ROW: Final = 3


def _labels() -> Mapping[bool, tuple[str, str, int]]:
    """Return what stands above number and PIN, and how many dots, by whether a manager must."""
    return {
        False: (approvals.NUMBER, approvals.PIN, PIN_LENGTH_MIN[PinKind.SUPERVISOR_PIN]),
        True: (approvals.MANAGER_NUMBER, approvals.PASSPHRASE, PIN_LENGTH_MIN[PinKind.PASSPHRASE]),
    }


class ApprovalOverlay(AskingOverlay[ApprovalScreen]):
    """Renders an ApprovalScreen and emits what the approver does.

    Signals: ``reason_chosen(int)``, ``way_chosen(int)`` the index of a choice; ``edited(str, str)``
    ``number`` or ``pin``, and its text; ``submitted(str)`` Enter in one of them; and those of every
    such overlay.
    """

    reason_chosen = Signal(int)
    way_chosen = Signal(int)
    edited = Signal(str, str)
    submitted = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__("approval", parent, grows=True)
        self._reasons = LabelledChoices(approvals.REASON, "approval-reason", _A_ROW, self)
        self._ways = LabelledChoices(approvals.SETTLE_BY, "approval-way", _WAYS_A_ROW, self)
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
        self._connect()
        self._lay_out()

    @override
    def _render_asked(self, screen: ApprovalScreen, before: ApprovalScreen | None) -> None:
        aside = approvals.CLOSES_IN if screen.left else ""
        self.set_heading(screen.title, screen.icon, aside, screen.left)
        self._facts.show_facts(screen.facts)
        self._facts.setVisible(bool(screen.facts))
        self._warning.show_words(screen.not_done, screen.line)
        self._outcome.setText(screen.line if screen.is_over else "")
        self._outcome.setVisible(screen.is_over)
        self._reasons.show_choices(screen.reasons, screen.reason)
        self._ways.show_choices(screen.ways, screen.way)
        self._show_approver(screen)
        self._act.show_action(screen.primary, key="F11", enabled=screen.can_press)
        self._back.setVisible(not screen.is_over)
        if before is None or before.wipes != screen.wipes:
            self._pin.wipe()
        if before is not None and before.shakes != screen.shakes:
            self._pin.line().shake()

    @override
    def _forget(self) -> None:
        self._pin.wipe()
        self._number.set_value("")

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

    @override
    def _has_moved(self, screen: ApprovalScreen, before: ApprovalScreen) -> bool:
        return before.points != screen.points or before.is_over != screen.is_over

    @override
    def _place(self, screen: ApprovalScreen) -> QWidget:
        if screen.point == NUMBER:
            return self._number
        if screen.point == PIN:
            return self._pin
        if screen.is_over:
            return self
        return self._ways.first() if screen.point == WAY else self._reasons.first()

    @override
    def _in_order(self) -> Iterable[QWidget]:
        choices = (*self._reasons.all(), *self._ways.all())
        return (*choices, self._number, self._pin.line())

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
        self.body().addLayout(both, 1)
        self.body().addSpacing(12)
        self.body().addLayout(self._foot())
