"""The result of a redemption: the banner, what to do, the change voucher, the question."""

from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSpacerItem, QVBoxLayout, QWidget

from counterfoil.overriding import override
from counterfoil.presentation.screens import Banner, LastRow, ResultRow
from counterfoil.ui.act_row import MORE_HEIGHT, RESULT_HEIGHT, ActRow
from counterfoil.ui.fitting import SQUEEZED, has_room
from counterfoil.ui.last_rows import LastRows
from counterfoil.ui.question_block import QuestionBlock
from counterfoil.ui.theme import Grid, Role, SizeClass
from counterfoil.ui.widgets.banner import FinalHead, StateBanner
from counterfoil.ui.widgets.button import PrimaryButton
from counterfoil.ui.widgets.change_panel import ChangePanel
from counterfoil.ui.widgets.facts import FactsRow
from counterfoil.ui.widgets.label import PlainLabel
from counterfoil.ui.widgets.steps import NumberedSteps, SentenceBlock

BAR_HEIGHT: Final = 72
HEAD_BELOW: Final = 22
CLOSER_GAPS: Final = (12, 6)
"""Between the parts of a page that has too little room, in px."""
SENTENCE_ABOVE: Final = 6
LARGE_MORE: Final = 14
BUTTON_GAP: Final = 12


class ResultPage(QWidget):
    """One result, from the first second of waiting until the slip is confirmed.

    Signals: ``act_requested(Act)``; ``reveal_requested(bool)`` and ``message_requested()`` as of
    the change panel;
    ``head_changed(int)`` the height of the sheet's coloured head in px, 0 for none.
    """

    act_requested = Signal(object)
    reveal_requested = Signal(bool)
    message_requested = Signal()
    head_changed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("result")
        self._is_hand_over = False
        self._is_large = False
        self._is_very_short = False
        self._is_short = False
        self._is_long = False
        self._padding_top = HEAD_BELOW
        self._gap = HEAD_BELOW
        self._body = QVBoxLayout()
        self._below_head = QSpacerItem(0, HEAD_BELOW)
        self._above_last = QSpacerItem(0, 0)
        self._head = FinalHead(self)
        self._head.setObjectName("hand-over")
        self._head.installEventFilter(self)
        self._facts = FactsRow(self)
        self._banner = StateBanner(parent=self)
        self._banner.setObjectName("banner")
        self._sentences = SentenceBlock(Role.TITLE_PAGE, self)
        self._steps = NumberedSteps(parent=self)
        self._panel = ChangePanel(self)
        self._panel.setObjectName("change-panel")
        if (hold := self._panel.findChild(QWidget, "hold_to_show")) is not None:
            hold.setObjectName("hold-to-show")
        if (phone := self._panel.findChild(QWidget, "hold_for_message")) is not None:
            phone.setObjectName("hold-for-message")
        self._panel.reveal_requested.connect(self.reveal_requested)
        self._panel.message_requested.connect(self.message_requested)
        self._question = QuestionBlock("printer", self)
        self._near_acts = ActRow(self)
        self._far_acts = ActRow(self)
        for acts in (self._near_acts, self._far_acts):
            acts.act_requested.connect(self.act_requested)
        self._bar = PrimaryButton("", height=BAR_HEIGHT, parent=self)
        self._bar.setObjectName("nothing-to-press")
        self._foot = PlainLabel("", Role.HINT_LARGE, "muted", self, elided=True)
        self._foot.setObjectName("result-foot")
        self._foot.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._last = LastRows(self)
        self._lay_out()

    def render_result(self, result: ResultRow, last: tuple[LastRow, ...]) -> None:
        """Show a result; parts that are the same stay as they are, a shown PIN included."""
        banner = result.banner
        self._render_banner(result, banner)
        role = Role.SENTENCE if banner.seconds is not None else Role.TITLE_PAGE
        self._sentences.show_role(role)
        self._sentences.show_sentences(result.headline, result.sentence)
        self._sentences.setVisible(bool(result.headline or result.sentence))
        self._steps.show_steps(result.steps)
        self._steps.setVisible(bool(result.steps))
        if result.change is not None:
            self._panel.set_row(result.change)
        self._panel.setVisible(result.change is not None)
        self._is_long = result.change is not None and len(result.change.codes) != 1
        question = result.question
        if question:
            self._question.show_question(question.text, question.how, question.icon)
        else:
            self._question.show_question("")
        # A question has its answers below it; else the buttons lie where the hand is.
        self._near_acts.show_buttons(result.buttons if question else ())
        self._far_acts.show_buttons(() if question else result.buttons)
        if result.nothing_to_press:
            self._bar.show_sentence(result.nothing_to_press)
        self._bar.setVisible(bool(result.nothing_to_press))
        self._foot.setText(result.foot)
        self._foot.setVisible(bool(result.foot) and not self._is_very_short)
        others = tuple(one for one in last if one.redemption_id != result.redemption_id)
        self._last.show_rows(others)
        self._last.setVisible(self._is_large and bool(others) and self._is_hand_over)
        self._fit()

    def panel(self) -> ChangePanel:
        """Return the change voucher's panel."""
        return self._panel

    def set_grid(self, grid: Grid) -> None:
        """Lay the page out by the measures of a size class."""
        padding = grid.stub_padding
        self._is_large = grid.size_class is SizeClass.LARGE
        self._is_very_short = grid.very_short
        self._foot.setVisible(bool(self._foot.text()) and not grid.very_short)
        self._head.set_side_padding(padding, short=grid.short)
        self._body.setContentsMargins(padding, 0, padding, grid.stub_padding_bottom)
        self._padding_top = grid.stub_padding_top
        self._gap = grid.block_gap + (LARGE_MORE if self._is_large else 0)
        self._above_last.changeSize(0, LARGE_MORE if self._is_large else 0)
        self._body.invalidate()
        for part in (self._facts, self._steps):
            part.set_tight(grid.very_short)
        self._panel.set_tight(grid.short)
        self._is_short = grid.short
        for acts in (self._near_acts, self._far_acts):
            acts.set_height(MORE_HEIGHT if grid.very_short else RESULT_HEIGHT)
        self._fit()

    def press_key(self, key: str) -> bool:
        """Press the button with this key cap; return whether there is one."""
        return self._near_acts.press_key(key) or self._far_acts.press_key(key)

    def head_height(self) -> int:
        """Return the height of the sheet's coloured head in px, 0 for none."""
        return self._head.height() if self._is_hand_over else 0

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._head and event.type() == QEvent.Type.Resize:
            self.head_changed.emit(self.head_height())
        return False

    def _lay_out(self) -> None:
        self._sentences.setContentsMargins(0, SENTENCE_ABOVE, 0, 0)
        for widget in (self._facts, self._banner, self._sentences, self._steps, self._panel):
            self._body.addWidget(widget)
        asked = QVBoxLayout()
        asked.setSpacing(BUTTON_GAP)
        asked.setContentsMargins(0, SENTENCE_ABOVE, 0, 0)
        asked.addWidget(self._question)
        asked.addWidget(self._near_acts)
        self._body.addLayout(asked)
        self._body.addItem(self._above_last)
        self._body.addWidget(self._last)
        self._body.addStretch(1)
        self._body.addWidget(self._far_acts)
        self._body.addWidget(self._bar)
        self._body.addWidget(self._foot)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._head)
        column.addItem(self._below_head)
        column.addLayout(self._body, 1)
        self._column = column

    def _render_banner(self, result: ResultRow, banner: Banner) -> None:
        self._is_hand_over = banner.is_hand_over
        self._head.setVisible(banner.is_hand_over)
        self._banner.setVisible(not banner.is_hand_over)
        self._facts.setVisible(not banner.is_hand_over and bool(result.facts))
        if banner.is_hand_over:
            self._head.show_words(banner.first, "\n".join(banner.lines))
        else:
            self._banner.show_banner(banner)
        self._facts.show_monogram(result.monogram.letters, result.monogram.ink)
        self._facts.show_facts(result.facts)
        self.head_changed.emit(self.head_height())

    def _fit(self) -> None:
        """Where the page is too low, write state and question smaller, then explain no step.

        At last its parts stand closer. A change voucher gives up nothing of its own.
        """
        self._share_out(self._gap)
        is_asked_shortly = self._is_short and self._is_long
        squeezed = SQUEEZED if self._panel.isHidden() else 0
        for is_tight, is_brief in ((self._is_very_short, False), (True, False), (True, True)):
            self._banner.set_tight(is_tight)
            self._question.set_tight(is_asked_shortly or (is_tight and not squeezed))
            self._steps.set_brief(is_brief)
            # Where nothing is explained any more, no label has air to give up.
            if has_room(self._column, self.size(), squeezed=0 if is_brief else squeezed):
                return
        for gap in CLOSER_GAPS:
            self._share_out(min(gap, self._gap))
            if has_room(self._column, self.size(), squeezed=0):
                return

    def _share_out(self, gap: int) -> None:
        """Leave ``gap`` px between the parts, and above head or facts what they want."""
        self._body.setSpacing(gap)
        above = self._padding_top if gap == self._gap else min(gap, self._padding_top)
        if self._is_hand_over:
            above = max(HEAD_BELOW, above) if gap == self._gap else gap
        if above != self._below_head.sizeHint().height():
            self._below_head.changeSize(0, above)
            self._column.invalidate()
