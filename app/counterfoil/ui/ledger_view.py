"""The pages with a list, In doubt, Slips to finish and History, and the chosen entry."""

from typing import Final

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QHideEvent,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QSizePolicy,
    QSpacerItem,
    QVBoxLayout,
    QWidget,
)

from counterfoil.domain.message import MessageWay
from counterfoil.domain.secret import Secret
from counterfoil.overriding import override
from counterfoil.ports.symbols import Rows
from counterfoil.presentation.screens import (
    Banner,
    CardRow,
    DetailRow,
    LedgerScreen,
    PaperRow,
    Room,
    Tone,
)
from counterfoil.presentation.words import window
from counterfoil.ui import theme
from counterfoil.ui.act_menu import ActPage, MenuRow, by_keyboard, row_of_paper, rows_of
from counterfoil.ui.act_row import ActRow
from counterfoil.ui.counter_view import show_paper
from counterfoil.ui.filter_row import FilterRow
from counterfoil.ui.history_table import HistoryTable
from counterfoil.ui.question_block import QuestionBlock
from counterfoil.ui.theme import Grid, Role, SizeClass
from counterfoil.ui.tones import ink_token
from counterfoil.ui.widgets.banner import StateBanner
from counterfoil.ui.widgets.button import SecondaryButton
from counterfoil.ui.widgets.card import Card
from counterfoil.ui.widgets.change_panel import ChangePanel
from counterfoil.ui.widgets.icon import Icon
from counterfoil.ui.widgets.label import PlainLabel
from counterfoil.ui.widgets.sheet import Sheet
from counterfoil.ui.widgets.slip_paper import COLUMNS_SHOWN, Modules
from counterfoil.ui.widgets.tile import FindField
from counterfoil.ui.widgets.timeline import Timeline

RULE_GAP: Final = 24
CARD_GAP: Final = 11
STATE_ICON: Final = 20
ACT_HEIGHT: Final = 60
ROW_BUTTON: Final = 52
_STEPS: Final = {Qt.Key.Key_Up.value: -1, Qt.Key.Key_Down.value: 1}
_SHARES: Final = {Room.HISTORY: (5, 3), Room.SLIPS: (1, 1)}


class VerticalRule(QWidget):
    """A thin line between list and detail."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFixedWidth(1)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), theme.current().colour("line"))


def scrolled(content: QWidget, parent: QWidget) -> QScrollArea:
    """Put a widget into a scroll area that scrolls up and down only."""
    area = QScrollArea(parent)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    content.setProperty("scrolled", "true")
    area.setWidget(content)
    return area


class CardList(QWidget):
    """Cards one below the other.

    Signals: ``card_chosen(str)`` the id of the redemption whose card a person went to;
    ``walked(QWidget)`` the card that has got the focus by an arrow key.
    """

    card_chosen = Signal(str)
    walked = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._cards: dict[str, Card] = {}
        self._chosen = ""
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(CARD_GAP)
        self._column.addStretch(1)

    def show_cards(self, rows: tuple[CardRow, ...], chosen: str) -> None:
        """Show these cards; a card of the same redemption is kept, with its focus."""
        had_focus = self._has_focus()
        if [row.redemption_id for row in rows] != list(self._cards):
            self._rebuild(rows)
        for row in rows:
            card = self._cards[row.redemption_id]
            card.show_row(row)
            card.setChecked(row.redemption_id == chosen)
        self._chosen = chosen
        if had_focus and not self._has_focus():
            self.focus_chosen()

    def focus_chosen(self) -> None:
        """Put the focus on the chosen card."""
        target = self._cards.get(self._chosen, self)
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    def entry_of(self, widget: QWidget | None) -> str:
        """Return the id of a card's redemption; empty where it is none of these cards."""
        return next((name for name, card in self._cards.items() if card is widget), "")

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go from card to card by the arrow keys.

        The presenter decides which one is then chosen.
        """
        step = _STEPS.get(event.key())
        cards = list(self._cards.values())
        focused = self.focusWidget()
        if step is None or not isinstance(focused, Card) or focused not in cards:
            super().keyPressEvent(event)
            return
        at = min(max(cards.index(focused) + step, 0), len(cards) - 1)
        cards[at].setFocus(Qt.FocusReason.TabFocusReason)
        self.walked.emit(cards[at])
        self.card_chosen.emit(list(self._cards)[at])

    def _has_focus(self) -> bool:
        return self.hasFocus() or any(card.hasFocus() for card in self._cards.values())

    def _rebuild(self, rows: tuple[CardRow, ...]) -> None:
        wanted = {row.redemption_id for row in rows}
        for redemption_id in [one for one in self._cards if one not in wanted]:
            self._drop(self._cards.pop(redemption_id))
        self._cards = {row.redemption_id: self._card_of(row) for row in rows}
        for at, card in enumerate(self._cards.values()):
            self._column.removeWidget(card)
            self._column.insertWidget(at, card)
            card.show()

    def _card_of(self, row: CardRow) -> Card:
        if row.redemption_id in self._cards:
            return self._cards[row.redemption_id]
        card = Card(row, self)
        card.setObjectName(f"card-{row.redemption_id}")
        card.clicked.connect(self._tell)
        return card

    def _drop(self, card: Card) -> None:
        self._column.removeWidget(card)
        card.hide()
        card.setObjectName("")
        card.deleteLater()

    def _tell(self) -> None:
        pressed = self.sender()
        for redemption_id, card in self._cards.items():
            if card is pressed:
                self.card_chosen.emit(redemption_id)


class Detail(QWidget):
    """The chosen entry: what it is, what happened, what to do.

    Signals: ``act_requested(Act)``; ``reveal_requested(bool)``; ``message_requested()``;
    ``turned(bool)`` in a small window, true to show the timeline in place of the list.
    """

    act_requested = Signal(object)
    reveal_requested = Signal(bool)
    message_requested = Signal()
    turned = Signal(bool)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._detail: DetailRow | None = None
        self._is_small = False
        self._is_turned = False
        self._is_tall = False
        self._can_turn = True
        self._amount = PlainLabel("", Role.AMOUNT, "ink", self, shrinking=True)
        self._amount.setObjectName("detail-amount")
        self._voucher = PlainLabel("", Role.BODY, "muted", self, elided=True)
        self._tail = PlainLabel("", Role.BODY_MONO, "muted", self)
        self._icon = Icon("", STATE_ICON, "ink", self)
        self._state = PlainLabel("", Role.FACT, "ink", self, elided=True)
        self._state.setObjectName("detail-state")
        self._note = PlainLabel("", Role.BODY, "muted", self, wrapped=True)
        self._note.setObjectName("detail-note")
        self._what_to_do = PlainLabel("", Role.BODY, "ink", self, wrapped=True)
        self._timeline = Timeline(self)
        self._scroll = scrolled(self._boxed(self._timeline), self)
        self._panel = ChangePanel(self)
        self._panel.setObjectName("ledger-change-panel")
        if (hold := self._panel.findChild(QWidget, "hold_to_show")) is not None:
            hold.setObjectName("ledger-hold-to-show")
        if (phone := self._panel.findChild(QWidget, "hold_for_message")) is not None:
            phone.setObjectName("ledger-hold-for-message")
        self._panel.reveal_requested.connect(self.reveal_requested)
        self._panel.message_requested.connect(self.message_requested)
        self._question = QuestionBlock("printer", self)
        self._first_act = ActRow(self, height=ACT_HEIGHT)
        self._acts = ActRow(self, height=ROW_BUTTON, fills=True)
        for acts in (self._first_act, self._acts):
            acts.act_requested.connect(self.act_requested)
        self._turn = SecondaryButton(window.SHOW_TIMELINE, height=ROW_BUTTON, parent=self)
        self._turn.setObjectName("show-timeline")
        self._turn.clicked.connect(self._turn_over)
        self._lay_out()

    def render_detail(self, detail: DetailRow | None) -> None:
        """Show an entry; None shows that there is none."""
        self._detail = detail
        if detail is None:
            self.hide()
            return
        self._amount.setText(detail.amount)
        self._voucher.setText(detail.voucher)
        self._tail.setText(detail.tail)
        token = ink_token(detail.tone)
        self._icon.show_icon(detail.icon, token)
        self._state.setText(detail.state)
        self._state.set_tone(token)
        self._note.setText(detail.note)
        self._what_to_do.setText(detail.what_to_do)
        self._timeline.set_rows(detail.timeline)
        if detail.change is not None:
            self._panel.set_row(detail.change)
        question = detail.question
        self._question.show_question(
            question.text if question else "", question.how if question else ""
        )
        # The answers to a question stand side by side.
        first = tuple(one for one in detail.buttons if one.is_primary or question)
        rest = tuple(one for one in detail.buttons if one not in first)
        self._first_act.show_buttons(first)
        self._acts.show_buttons(rest)
        self.show()
        self._share_out()

    def panel(self) -> ChangePanel:
        """Return the change voucher's panel."""
        return self._panel

    def set_small(self, is_small: bool, *, can_turn: bool) -> None:
        """Show only what is to be done, where there is no room for more.

        With ``can_turn`` a button shows the timeline in place of the list.
        """
        self._is_small = is_small
        self._can_turn = can_turn
        # Below the list its buttons can be narrower than they want to be, and Qt would work out the
        # height by a width that it does not have.
        self.setMinimumWidth(1 if is_small else 0)
        self._panel.set_tight(is_small)
        if not (is_small and can_turn) and self._is_turned:
            self._turn_over()
        self._share_out()

    def set_tall(self, is_tall: bool) -> None:
        """Show timeline and change voucher one below the other."""
        self._is_tall = is_tall
        self._share_out()

    def press_key(self, key: str) -> bool:
        """Press the button with this key cap; return whether there is one."""
        return self._first_act.press_key(key) or self._acts.press_key(key)

    def _boxed(self, timeline: Timeline) -> QWidget:
        box = QWidget(self)
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(timeline)
        column.addStretch(1)
        return box

    def _lay_out(self) -> None:
        voucher = QHBoxLayout()
        voucher.setSpacing(10)
        voucher.addWidget(self._voucher)
        voucher.addWidget(self._tail)
        voucher.addStretch(1)
        state = QHBoxLayout()
        state.setSpacing(9)
        state.addWidget(self._icon)
        state.addWidget(self._state, 1)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)
        self._column.addWidget(self._amount)
        self._column.addLayout(voucher)
        self._column.addLayout(state)
        self._column.addWidget(self._note)
        self._column.addWidget(self._what_to_do)
        self._column.addWidget(self._panel)
        self._column.addSpacing(8)
        self._column.addWidget(self._scroll, 1)
        grows = QSizePolicy.Policy.Expanding
        self._column.addItem(QSpacerItem(0, 0, QSizePolicy.Policy.Minimum, grows))
        self._column.addWidget(self._question)
        self._column.addSpacing(4)
        self._column.addWidget(self._first_act)
        self._column.addSpacing(4)
        self._rest = QHBoxLayout()
        self._rest.setSpacing(12)
        self._rest.addWidget(self._turn, 2)
        self._rest.addWidget(self._acts, 2)
        self._column.addLayout(self._rest)

    def _share_out(self) -> None:
        detail = self._detail
        if detail is None:
            return
        is_whole = not self._is_small or self._is_turned
        for widget in (self._amount, self._voucher, self._tail, self._icon, self._state):
            widget.setVisible(is_whole)
        self._note.setVisible(is_whole and bool(detail.note))
        # The change voucher comes first where there is not room for both.
        has_room = detail.change is None or self._is_tall or self._is_turned
        self._scroll.setVisible(is_whole and has_room)
        self._what_to_do.setVisible(bool(detail.what_to_do))
        is_panel_there = detail.change is not None and not (self._is_small and self._is_turned)
        self._panel.setVisible(is_panel_there)
        can_turn = self._can_turn and (bool(detail.timeline) or self._is_turned)
        self._turn.setVisible(self._is_small and can_turn)

    def _turn_over(self) -> None:
        self._is_turned = not self._is_turned
        words = window.SHOW_LIST if self._is_turned else window.SHOW_TIMELINE
        self._turn.set_caption(words)
        self._share_out()
        self.turned.emit(self._is_turned)


class LedgerView(ActPage):
    """Draws a LedgerScreen.

    Signals: ``entry_chosen(str)``; ``find_changed(str)`` the text to search for;
    ``narrowed(frozenset[HistoryFilter])`` what alone is to be listed; ``older_wanted()`` when a
    person goes on below the last row; ``act_requested(Act)``; ``reveal_requested(bool)``;
    ``message_requested()``; ``enlarged_requested()``.
    """

    entry_chosen = Signal(str)
    find_changed = Signal(str)
    narrowed = Signal(object)
    older_wanted = Signal()
    act_requested = Signal(object)
    reveal_requested = Signal(bool)
    message_requested = Signal()
    enlarged_requested = Signal()
    _menu_due: tuple[str, QPoint, bool] | None = None
    """The entry whose menu opens as soon as it is shown, where on the screen, and if by a key."""

    def __init__(
        self,
        room: Room,
        modules: Modules,
        parent: QWidget | None = None,
        *,
        columns: int = COLUMNS_SHOWN,
    ) -> None:
        super().__init__(parent)
        self.setObjectName(f"ledger-{room.value}")
        self._room = room
        self._screen = LedgerScreen(room=room)
        self._is_small = False
        self._is_turned = False
        self._is_focus_due = False
        self._sheet = Sheet(modules, has_rail=False, columns=columns, parent=self)
        self._sheet.enlarged_requested.connect(self.enlarged_requested)
        self._stub = QWidget(self)
        self._title = PlainLabel("", Role.TITLE_PAGE, "ink", self._stub, elided=True)
        self._description = PlainLabel("", Role.NOTE, "muted", self._stub, elided=True)
        self._empty = StateBanner(parent=self._stub)
        self._empty.setObjectName("empty-banner")
        self._find = FindField(window.FIND_BY, self._stub)
        self._find.setObjectName("history-find")
        self._find.found_text.connect(self.find_changed)
        self._filters = FilterRow(self._stub)
        self._filters.narrowed.connect(self.narrowed)
        self._table = HistoryTable(self._stub)
        self._table.row_chosen.connect(self._choose)
        self._table.end_reached.connect(self.older_wanted)
        self._cards = CardList(self._stub)
        self._cards.card_chosen.connect(self._choose)
        self._card_scroll = scrolled(self._cards, self._stub)
        self._cards.walked.connect(self._card_scroll.ensureWidgetVisible)
        self._summary = PlainLabel("", Role.BODY, "muted", self._stub, elided=True)
        self._summary.setObjectName(f"{room.value}-summary")
        self._older = SecondaryButton(window.OLDER_SALES, height=40, parent=self._stub)
        self._older.setObjectName("history-older")
        self._older.clicked.connect(self.older_wanted)
        self._rule = VerticalRule(self._stub)
        self._detail = Detail(self._stub)
        self._connect_detail(self._detail)
        self._lay_out()
        self._sheet.set_stub_widget(self._stub)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._sheet)
        self.render_screen(self._screen)

    def _connect_detail(self, detail: Detail) -> None:
        detail.act_requested.connect(self.act_requested)
        detail.reveal_requested.connect(self.reveal_requested)
        detail.message_requested.connect(self.message_requested)
        detail.turned.connect(self._turn)

    def render_screen(self, screen: LedgerScreen) -> None:
        """Show a screen; rendering the same again changes nothing."""
        self._screen = screen
        is_empty = not (screen.cards or screen.rows)
        self._title.setText(screen.title)
        self.setAccessibleName(screen.title)
        self._description.setText(screen.description)
        self._summary.setText(screen.summary)
        lines = (screen.empty_line,) if screen.empty_line else ()
        icon = "search" if screen.found_by else "ok"
        nothing = Banner(tone=Tone.NONE, icon=icon, first=screen.empty_title, lines=lines)
        self._empty.show_banner(nothing)
        self._filters.show_filters(screen.filters)
        self._table.show_rows(screen.rows, screen.chosen)
        self._cards.show_cards(screen.cards, screen.chosen)
        self._detail.render_detail(None if is_empty else screen.detail)
        show_paper(self._sheet, screen.paper)
        self.keep_menu()
        self._open_due_menu()
        self._share_out()
        if self._is_focus_due and not is_empty:
            self.focus_first()

    def paper(self) -> PaperRow | None:
        """Return the slip that is shown at the right; None where there is none."""
        return self._screen.paper

    @override
    def menu_rows(self) -> tuple[MenuRow, ...]:
        """Return the acts of the chosen entry, and what a click on its slip does."""
        screen = self._screen
        buttons = () if screen.detail is None else screen.detail.buttons
        return (
            *rows_of(buttons, self.act_requested.emit, screen.chosen),
            *row_of_paper(screen.paper, self.enlarged_requested.emit, screen.chosen),
        )

    @override
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Choose the entry that is meant, and open its menu as soon as it is shown."""
        by_key = by_keyboard(event)
        asked = self.focusWidget() if by_key else self.childAt(event.pos())
        entry = self._entry_of(asked, None if by_key else event.globalPos())
        self.close_menu()
        due = (entry or self._screen.chosen, self.place_of(event), by_key)
        if entry and entry != self._screen.chosen:
            self.entry_chosen.emit(entry)
        self._menu_due = due
        self._open_due_menu()

    @override
    def close_menu(self) -> None:
        super().close_menu()
        self._menu_due = None

    def _choose(self, entry: str) -> None:
        """Choose an entry; a menu that was asked for on another one opens no more."""
        self._menu_due = None
        self.entry_chosen.emit(entry)

    @override
    def place_of(self, event: QContextMenuEvent) -> QPoint:
        if by_keyboard(event) and self._table.hasFocus():
            return self._table.middle_of_cursor()
        return super().place_of(event)

    def _entry_of(self, asked: QWidget | None, at: QPoint | None) -> str:
        """Return the entry of a card, or of the table's row at a place or with the cursor."""
        if asked in (self._table, self._table.viewport()):
            return self._table.entry_at(at)
        return self._cards.entry_of(asked)

    def _open_due_menu(self) -> None:
        if self._menu_due is not None and self._menu_due[0] == self._screen.chosen:
            (_, at, by_key), self._menu_due = self._menu_due, None
            self.open_menu(self.menu_rows(), at, by_key=by_key)

    def set_grid(self, grid: Grid) -> None:
        """Lay the page out by the measures of a size class."""
        padding = grid.stub_padding
        self._sheet.set_slip_width(grid.slip_width)
        self._column.setContentsMargins(
            padding, grid.stub_padding_top, padding, grid.stub_padding_bottom
        )
        is_large = grid.size_class is SizeClass.LARGE
        # The change voucher wants more width than the half of most windows.
        is_stacked = self._room is Room.SLIPS and not is_large
        self._is_small = grid.size_class is SizeClass.SMALL or is_stacked
        self._filters.set_small(self._is_small)
        self._detail.set_small(self._is_small, can_turn=not is_stacked)
        direction = QBoxLayout.Direction.TopToBottom
        self._both.setDirection(direction if self._is_small else QBoxLayout.Direction.LeftToRight)
        self._both.setSpacing(8 if self._is_small else RULE_GAP)
        self._column.setSpacing(10 if self._is_small else 16)
        first, second = (1, 0) if self._is_small else _SHARES.get(self._room, (3, 2))
        self._both.setStretch(0, first)
        self._both.setStretch(2, second)
        self._detail.set_tall(is_large)
        self._share_out()

    def press_key(self, key: str) -> bool:
        """Press the button with this key cap, or end a search; return whether there was one."""
        if key == "Esc" and (self._find.text() or self._screen.filters):
            self.forget_search()
            return True
        return self._detail.press_key(key)

    def focus_first(self) -> None:
        """Put the focus on the chosen entry, as soon as there is one."""
        self._is_focus_due = not (self._screen.cards or self._screen.rows)
        if self._is_focus_due:
            self.setFocus(Qt.FocusReason.OtherFocusReason)
        elif self._room is Room.HISTORY:
            self._table.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self._cards.focus_chosen()

    def look_for(self, text: str) -> None:
        """Search for a text as if it were typed into the search field."""
        self._find.setText(text)
        self.find_changed.emit(text)

    def mask_search(self, text: str) -> None:
        """Show this in the search field in place of what was typed; what is typed next replaces it.

        The field forgets what was there, so that nothing brings it back.
        """
        if self._find.text() != text:
            self._find.setText(text)
            self._find.selectAll()

    def forget_search(self) -> None:
        """Empty the search field and press no filter, so that every entry is listed again."""
        if self._screen.filters:
            self.narrowed.emit(frozenset())
        if self._find.text():
            self._find.clear()
            self.find_changed.emit("")

    def offer_message(self, way: MessageWay) -> None:
        """Add the button that shows a change voucher's codes to the shop's phone."""
        self._detail.panel().offer_message(way)

    def show_message(self, rows: Rows) -> None:
        """Show the code for the shop's phone, if the button for it is still held."""
        self._detail.panel().show_message(rows)

    def show_codes(self, codes: tuple[Secret, ...]) -> None:
        """Show the codes of the change voucher, if the button for it is still held."""
        self._detail.panel().show_codes(codes)

    def hide_pin(self) -> None:
        """Hide the change voucher's PIN."""
        self._detail.panel().hide_pin()

    def refresh_codes(self) -> None:
        """Draw the slip again, now that its barcode has been encoded."""
        self._sheet.slip_paper().refresh_codes()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.focus_first()

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._is_focus_due = False
        self._menu_due = None

    def _lay_out(self) -> None:
        is_history = self._room is Room.HISTORY
        left = QVBoxLayout()
        left.setSpacing(0)
        left.addWidget(self._find)
        left.addWidget(self._filters)
        if is_history:
            # What was pressed or typed stays where it is when nothing is found.
            left.addWidget(self._empty)
        left.addWidget(self._table, 1)
        left.addWidget(self._card_scroll, 1)
        left.addSpacing(8 if is_history else 0)
        self._below = QWidget(self._stub)
        left.addWidget(self._below, 1)
        foot = QHBoxLayout()
        foot.addWidget(self._summary, 1)
        foot.addWidget(self._older)
        left.addLayout(foot)
        self._left = QWidget(self._stub)
        left.setContentsMargins(0, 0, 0, 0)
        self._left.setLayout(left)
        self._both = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._both.addWidget(self._left)
        self._both.addWidget(self._rule)
        self._both.addWidget(self._detail)
        head = QVBoxLayout()
        head.setSpacing(0)
        head.addWidget(self._title)
        head.addWidget(self._description)
        self._column = QVBoxLayout(self._stub)
        self._column.setSpacing(16)
        self._column.addLayout(head)
        if not is_history:
            self._column.addWidget(self._empty)
        self._column.addLayout(self._both, 1)

    def _share_out(self) -> None:
        screen = self._screen
        is_history = self._room is Room.HISTORY
        is_empty = not (screen.cards or screen.rows)
        is_turned = self._is_small and self._is_turned and not is_empty
        # A table says by itself what it is; while it is empty the title does.
        self._title.setVisible(not is_history or (is_empty and not screen.found_by))
        self._description.setVisible(bool(screen.description))
        self._empty.setVisible(is_empty and bool(screen.empty_title))
        # What nothing was found by stays, to be changed.
        can_find = is_history and not (is_empty and not screen.found_by)
        self._find.setVisible(can_find)
        self._filters.setVisible(can_find)
        self._table.setVisible(is_history and not is_empty)
        self._below.setVisible(is_empty)
        self._card_scroll.setVisible(not is_history and not is_empty)
        self._summary.setVisible(bool(screen.summary) and not is_empty)
        self._older.setVisible(screen.count > len(screen.rows) and not is_empty)
        self._left.setVisible(not is_turned)
        self._rule.setVisible(not self._is_small and not is_empty)

    def _turn(self, is_turned: bool) -> None:
        self._is_turned = is_turned
        self._share_out()
