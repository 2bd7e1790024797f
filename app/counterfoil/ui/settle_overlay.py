"""Asks what the provider says about a redemption that the till cannot decide."""

from functools import partial
from itertools import pairwise
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from counterfoil.domain.settlement import TEXTS
from counterfoil.overriding import override
from counterfoil.presentation.settle_presenter import SettleScreen
from counterfoil.presentation.words import settlements, window
from counterfoil.ui.approval_overlay import FOOT_HEIGHT, Choices, NotDoneBox
from counterfoil.ui.ledger_view import scrolled
from counterfoil.ui.widgets.button import PrimaryButton, SecondaryButton
from counterfoil.ui.widgets.facts import FactsRow
from counterfoil.ui.widgets.field import EntryField, FieldLook
from counterfoil.ui.widgets.overlay import Overlay

PANEL: Final = QSize(900, 704)
_EVIDENCE_A_ROW: Final = 2
_GOTS_A_ROW: Final = 5


class SettleOverlay(Overlay):
    """Renders a SettleScreen and emits what a person types.

    Signals: ``evidence_chosen(int)``, ``got_chosen(int)`` the index of a choice; ``edited(str,
        str)`` a
    text's name and text; ``submitted(str)`` Enter in it; ``pressed()`` the button that settles;
    ``withdrawn()`` Back. It closes when nothing is asked any more, and not by itself.
    """

    evidence_chosen = Signal(int)
    got_chosen = Signal(int)
    edited = Signal(str, str)
    submitted = Signal(str)
    pressed = Signal()
    withdrawn = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, panel_size=PANEL, grows=True)
        self.setObjectName("settle-overlay")
        self.set_heading(settlements.TITLE, "question")
        self._screen: SettleScreen | None = None
        self._facts = FactsRow(self)
        self._question = NotDoneBox(self)
        self._evidence = Choices(settlements.PROVIDER_SAYS, "evidence", _EVIDENCE_A_ROW, self)
        self._evidence.chosen.connect(self.evidence_chosen)
        self._got = Choices(settlements.CUSTOMER_GOT, "got", _GOTS_A_ROW, self)
        self._got.chosen.connect(self.got_chosen)
        self._fields = {name: self._made(name) for name in TEXTS}
        self._back = SecondaryButton(window.BACK, key="Esc", height=FOOT_HEIGHT, parent=self)
        self._back.setObjectName("settle-back")
        self._back.clicked.connect(self.close_overlay)
        self._act = PrimaryButton("", height=FOOT_HEIGHT, parent=self)
        self._act.setObjectName("settle-act")
        self._act.clicked.connect(self.pressed)
        self.bind_key(Qt.Key.Key_F11, self._act)
        self._lay_out()

    def render_screen(self, screen: SettleScreen | None) -> None:
        """Show the question; None closes the overlay."""
        before, self._screen = self._screen, screen
        if screen is None:
            self.close_overlay()
            return
        self._facts.show_facts(screen.facts)
        self._question.show_words(screen.question, screen.line)
        self._evidence.show_choices(screen.evidence, screen.said)
        self._got.show_choices(screen.gots, screen.got)
        for name, one in self._fields.items():
            one.setVisible(name in screen.fields)
            text = screen.texts.get(name, "")
            if one.value() != text:
                one.set_value(text)
            one.show_error(screen.errors.get(name, ""))
        self._act.show_action(screen.act, key="F11", enabled=screen.can_press)
        self._order_by_reading()
        if not self.isVisible():
            self.open_overlay(self._place(screen))
        elif before is not None and before.points != screen.points:
            self._place(screen).setFocus(Qt.FocusReason.OtherFocusReason)

    @override
    def reject(self) -> None:
        if self._screen is None:
            super().reject()
        else:
            self.withdrawn.emit()

    def _place(self, screen: SettleScreen) -> QWidget:
        if screen.point in self._fields:
            return self._fields[screen.point]
        return (self._got if screen.point == "got" else self._evidence).first()

    def _made(self, name: str) -> EntryField:
        look = FieldLook(name=f"settle-{name}", label=settlements.FIELDS[name])
        made = EntryField(look, self)
        line = made.line()
        assert line is not None, "no choice is asked for here"
        line.setObjectName(f"settle-{name}")
        line.value_edited.connect(partial(self.edited.emit, name))
        line.entered.connect(partial(self.submitted.emit, name))
        return made

    def _order_by_reading(self) -> None:
        """Let Tab go from the choices to the texts and the act."""
        order: list[QWidget] = [*self._evidence.all(), *self._got.all()]
        order += [one.line() or one for one in self._fields.values()]
        for before, after in pairwise((*order, self._back, self._act)):
            QWidget.setTabOrder(before, after)

    def _lay_out(self) -> None:
        said_by, reference, reason = self._fields.values()
        beside = QHBoxLayout()
        beside.setSpacing(20)
        beside.addWidget(said_by, 1)
        beside.addWidget(reference, 1)
        foot = QHBoxLayout()
        foot.setSpacing(12)
        foot.addWidget(self._back, 1)
        foot.addWidget(self._act, 3)
        content = QWidget(self)
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (self._facts, self._question, self._evidence, self._got):
            column.addWidget(part)
            column.addSpacing(12)
        column.addLayout(beside)
        column.addSpacing(4)
        column.addWidget(reason)
        column.addStretch(1)
        # Large letters need more room than a low window has.
        self.body().addWidget(scrolled(content, self), 1)
        self.body().addSpacing(8)
        self.body().addLayout(foot)
