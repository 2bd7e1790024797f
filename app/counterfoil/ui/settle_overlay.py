"""Asks what the provider says about a redemption that the till cannot decide."""

from collections.abc import Iterable
from functools import partial
from typing import Final

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from counterfoil.domain.settlement import TEXTS
from counterfoil.overriding import override
from counterfoil.presentation.settle_presenter import SettleScreen
from counterfoil.presentation.words import settlements
from counterfoil.ui import theme
from counterfoil.ui.asking_overlay import AskingOverlay
from counterfoil.ui.ledger_view import scrolled
from counterfoil.ui.widgets.choices import LabelledChoices
from counterfoil.ui.widgets.facts import FactsRow
from counterfoil.ui.widgets.field import EntryField, FieldLook
from counterfoil.ui.widgets.not_done_box import NotDoneBox

PANEL: Final = QSize(900, 704)
_GAP: Final = 12
_GAP_LOW: Final = 6
_BESIDE: Final = 20
_BELOW: Final = 4
_EVIDENCE_A_ROW: Final = 2
_GOTS_A_ROW: Final = 5


class SettleOverlay(AskingOverlay[SettleScreen]):
    """Renders a SettleScreen and emits what a person types.

    Signals: ``evidence_chosen(int)``, ``got_chosen(int)`` the index of a choice;
    ``edited(str, str)`` a text's name and text; ``submitted(str)`` Enter in it; and those of every
    such overlay.
    """

    evidence_chosen = Signal(int)
    got_chosen = Signal(int)
    edited = Signal(str, str)
    submitted = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__("settle", parent, panel_size=PANEL, grows=True)
        self.set_heading(settlements.TITLE, "question")
        self._facts = FactsRow(self)
        self._question = NotDoneBox(self)
        self._evidence = LabelledChoices(
            settlements.PROVIDER_SAYS, "evidence", _EVIDENCE_A_ROW, self
        )
        self._evidence.chosen.connect(self.evidence_chosen)
        self._got = LabelledChoices(settlements.CUSTOMER_GOT, "got", _GOTS_A_ROW, self)
        self._got.chosen.connect(self.got_chosen)
        self._fields = {name: self._made(name) for name in TEXTS}
        self._lay_out()

    @override
    def _render_asked(self, screen: SettleScreen, before: SettleScreen | None) -> None:
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

    @override
    def _has_moved(self, screen: SettleScreen, before: SettleScreen) -> bool:
        return before.points != screen.points

    @override
    def _place(self, screen: SettleScreen) -> QWidget:
        if screen.point in self._fields:
            return self._fields[screen.point]
        return (self._got if screen.point == "got" else self._evidence).first()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # In a low window every text that is asked for is in sight, or its act would be grey for no
        # reason that one sees.
        is_low = self.height() < theme.current().px(PANEL.height())
        direction = QBoxLayout.Direction
        self._asked.setDirection(direction.LeftToRight if is_low else direction.TopToBottom)
        self._asked.setSpacing(_BESIDE if is_low else _BELOW)
        self._column.setSpacing(_GAP_LOW if is_low else _GAP)

    def _made(self, name: str) -> EntryField:
        look = FieldLook(name=f"settle-{name}", label=settlements.FIELDS[name])
        made = EntryField(look, self)
        line = made.line()
        assert line is not None, "no choice is asked for here"
        line.setObjectName(f"settle-{name}")
        line.value_edited.connect(partial(self.edited.emit, name))
        line.entered.connect(partial(self.submitted.emit, name))
        return made

    @override
    def _in_order(self) -> Iterable[QWidget]:
        order: list[QWidget] = [*self._evidence.all(), *self._got.all()]
        order += [one.line() or one for one in self._fields.values()]
        return order

    def _lay_out(self) -> None:
        said_by, reference, reason = self._fields.values()
        beside = QHBoxLayout()
        beside.setSpacing(_BESIDE)
        beside.addWidget(said_by, 1)
        beside.addWidget(reference, 1)
        self._asked = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._asked.addLayout(beside, 2)
        self._asked.addWidget(reason, 1)
        content = QWidget(self)
        self._column = column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        for part in (self._facts, self._question, self._evidence, self._got):
            column.addWidget(part)
        column.addLayout(self._asked)
        column.addStretch(1)
        # Large letters need more room than a low window has.
        self.body().addWidget(scrolled(content, self), 1)
        self.body().addSpacing(8)
        self.body().addLayout(self._foot())
