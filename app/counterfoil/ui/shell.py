"""The frame around every page: top bar with tabs and chips, the page, the footer."""

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QSpacerItem, QVBoxLayout, QWidget

from counterfoil.overriding import override
from counterfoil.presentation.rooms import PAGE_KEYS, Room
from counterfoil.presentation.words import frame, window
from counterfoil.ui.theme import Grid, Role, SizeClass
from counterfoil.ui.theme.painting import SHRINKS, ThemeFollower
from counterfoil.ui.tones import ink_token, state_tone
from counterfoil.ui.widgets.button import QuietButton
from counterfoil.ui.widgets.chip import Chip
from counterfoil.ui.widgets.frame import ClockLabel, FooterBar, Mark, TrainingStrip
from counterfoil.ui.widgets.label import PlainLabel
from counterfoil.ui.widgets.tab import TabBar

if TYPE_CHECKING:
    from counterfoil.presentation.screens import ChipRow, ShellScreen

BAR_START: Final = 16
BAR_END: Final = 12
NAME_GAP: Final = 10
TABS_GAP: Final = 19
TABS_GAP_SMALL: Final = 24
CHIP_GAP: Final = 7
CLOCK_GAP: Final = 12
_ALWAYS_WITH_WORDS: Final = "operator"
_CAPS_LONGEST: Final = (8, 8, 8, 8, 3, 0, 0)
"""How long the name of a key on a tab may be, the less room the lower: Shift+F7, F7, none."""


class TopBar(ThemeFollower, QWidget):
    """Mark, name, tabs, chips and clock; if there is little room, chips show icons without words.

    Signals: ``room_chosen(str)`` a page's name; ``chip_pressed(str)`` the chip's name.
    """

    room_chosen = Signal(str)
    chip_pressed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("top-bar")
        self._is_small = False
        self._chips: dict[str, Chip] = {}
        self._shown: object = None
        self._before_tabs = QSpacerItem(TABS_GAP, 0)
        self._mark = Mark(self)
        self._name = PlainLabel("Counterfoil", Role.APP_NAME, "ink", self)
        self._tabs = TabBar(self)
        for room, caption in (
            (Room.REDEEM, window.REDEEM),
            (Room.BALANCE, window.BALANCE),
            (Room.HISTORY, window.HISTORY),
            (Room.SHIFT, window.SHIFT),
            (Room.REPORTS, window.REPORTS),
            (Room.IN_DOUBT, window.IN_DOUBT),
            (Room.SLIPS, window.SLIPS_TAB),
        ):
            tab = self._tabs.add_tab(room.value, caption, key=PAGE_KEYS.get(room, ""))
            tab.setObjectName(f"tab-{room.value}")
        self._tabs.chosen.connect(self.room_chosen)
        self._clock = ClockLabel(parent=self)
        self._chip_row = QHBoxLayout()
        self._chip_row.setSpacing(CHIP_GAP)
        row = QHBoxLayout(self)
        row.setContentsMargins(BAR_START, 0, BAR_END, 0)
        row.setSpacing(0)
        row.addWidget(self._mark)
        row.addSpacing(NAME_GAP)
        row.addWidget(self._name)
        row.addItem(self._before_tabs)
        row.addWidget(self._tabs)
        row.addStretch(1)
        row.addLayout(self._chip_row)
        row.addSpacing(CLOCK_GAP)
        row.addWidget(self._clock)
        self._row = row
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.follow_theme()

    def render_screen(self, screen: "ShellScreen") -> None:
        """Show which page is open and how the till is; the same again changes nothing."""
        is_closed = bool(screen.closed_title) or screen.is_signing_in
        # The words in the footer change many times in a redemption, and nothing up here with them.
        shown = (
            (is_closed, screen.room, screen.slips, screen.clock, screen.chips),
            (screen.in_doubt, screen.in_doubt_tone),
        )
        if shown == self._shown:
            return
        self._shown = shown
        self._tabs.setVisible(not is_closed)
        self._tabs.choose(screen.room.value)
        self._tabs.tab(Room.IN_DOUBT.value).show_badge(
            screen.in_doubt, state_tone(screen.in_doubt_tone)
        )
        slips = self._tabs.tab(Room.SLIPS.value)
        slips.show_badge(screen.slips)
        slips.setVisible(screen.slips > 0 or screen.room is Room.SLIPS)
        self._clock.setText(screen.clock)
        self._show_chips(() if screen.is_signing_in else screen.chips)
        self._fit()

    def show_opening(self) -> None:
        """Show the tabs while the till opens; none can be pressed yet."""
        self._tabs.choose(Room.REDEEM.value)
        self._tabs.tab(Room.SLIPS.value).hide()
        self._tabs.setEnabled(False)
        self._fit()

    def set_grid(self, grid: Grid) -> None:
        """Hide the till's name where there is little room."""
        self._is_small = grid.size_class is SizeClass.SMALL
        self._fit()

    @override
    def refresh_theme(self) -> None:
        self.setFixedHeight(self._tabs.sizeHint().height())
        self._fit()

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.height())

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _show_chips(self, chips: "tuple[ChipRow, ...]") -> None:
        for old in self._chips.keys() - {chip.name for chip in chips}:
            gone = self._chips.pop(old)
            self._chip_row.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
        for row in chips:
            if row.name in self._chips:
                self._chips[row.name].show_row(row)
                continue
            chip = Chip(row, self)
            chip.setObjectName(f"chip-{row.name}")
            chip.clicked.connect(self._tell_chip)
            self._chips[row.name] = chip
        for at, row in enumerate(chips):
            if self._chip_row.indexOf(self._chips[row.name]) != at:
                self._chip_row.insertWidget(at, self._chips[row.name])
                # Else it has no width until the next turn of the loop, and the rest is not fitted.
                self._chips[row.name].show()

    def _fit(self) -> None:
        """Take words away until all fits: calm chips, the name, every chip, key caps, the mark.

        Where a language has longer words than that, those of a chip stand in two lines, and those
        of the tabs are smaller; where even that is too wide, what is well is not said.
        """
        self._tabs.set_share(1.0)
        self._set_tight(is_tight=False)
        self._say_calm(is_said=True)
        for level in range(int(self._is_small), len(_CAPS_LONGEST)):
            self._take_away(level)
            if self._lacks() <= 0:
                return
        self._set_tight(is_tight=True)
        words = self._tabs.words_width()
        if words - self._lacks() < words * SHRINKS[-1]:
            self._say_calm(is_said=False)
        self._tabs.set_share(min(1.0, max(SHRINKS[-1], (words - self._lacks()) / words)))
        self._row.invalidate()

    def _lacks(self) -> int:
        """Return how many px wider the bar would have to be."""
        self._row.invalidate()
        return self._row.sizeHint().width() - self.width()

    def _take_away(self, level: int) -> None:
        self._name.setVisible(not self._is_small and level < 2)
        self._mark.setVisible(level < len(_CAPS_LONGEST) - 1)
        gap = TABS_GAP if not self._is_small else TABS_GAP_SMALL - NAME_GAP
        self._before_tabs.changeSize(gap, 0)
        for name, chip in self._chips.items():
            chip.set_compact(level > 2 or (level > 0 and name != _ALWAYS_WITH_WORDS))
        self._tabs.set_caps(_CAPS_LONGEST[level])
        self._chip_row.invalidate()
        self._row.invalidate()

    def _say_calm(self, *, is_said: bool) -> None:
        self._clock.setVisible(is_said)
        for name, chip in self._chips.items():
            chip.setVisible(is_said or chip.is_in_trouble() or name == _ALWAYS_WITH_WORDS)

    def _set_tight(self, *, is_tight: bool) -> None:
        for chip in self._chips.values():
            chip.set_tight(is_tight)
        self._chip_row.invalidate()
        self._row.invalidate()

    def _tell_chip(self) -> None:
        pressed = self.sender()
        for name, chip in self._chips.items():
            if chip is pressed:
                self.chip_pressed.emit(name)


class Shell(QWidget):
    """The frame: the strip for training, the top bar, the page, the footer.

    Signals: ``room_chosen(str)`` a page's name; ``chip_pressed(str)`` the chip's name;
    ``help_pressed()``; ``switch_pressed()``; ``refresh_pressed()``; ``lock_pressed()``;
    ``menu_pressed()``.
    """

    room_chosen = Signal(str)
    chip_pressed = Signal(str)
    help_pressed = Signal()
    switch_pressed = Signal()
    refresh_pressed = Signal()
    lock_pressed = Signal()
    menu_pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_small = False
        self._place = ""
        sentence = frame.TRAINING
        self._strip = TrainingStrip(sentence, self)
        self._top = TopBar(self)
        self._top.room_chosen.connect(self.room_chosen)
        self._top.chip_pressed.connect(self.chip_pressed)
        self._footer = FooterBar(self)
        self._keys: dict[str, QuietButton] = {}
        for name, key, caption, pressed in (
            ("help", "F1", window.HELP, self.help_pressed),
            ("switch", "F4", window.SWITCH, self.switch_pressed),
            ("refresh", "F5", window.REFRESH, self.refresh_pressed),
            ("lock", "F8", window.LOCK, self.lock_pressed),
            ("menu", "F10", window.MENU, self.menu_pressed),
        ):
            button = self._footer.add_key(name, key, caption)
            button.setObjectName(f"footer-{name}")
            button.clicked.connect(pressed)
            self._keys[name] = button
        self._show_keys(can_refresh=True, can_lock=False)
        self._body = QVBoxLayout()
        self._bars = QVBoxLayout()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._strip)
        column.addWidget(self._top)
        column.addLayout(self._bars)
        column.addLayout(self._body, 1)
        column.addWidget(self._footer)

    def body(self) -> QVBoxLayout:
        """Return the layout that the page goes into."""
        return self._body

    def bars(self) -> QVBoxLayout:
        """Return the layout between the tabs and the page."""
        return self._bars

    def show_opening(self) -> None:
        """Show the frame of a till that is not open yet: nothing in it can be pressed."""
        self._strip.hide()
        self._top.show_opening()
        self._footer.setEnabled(False)

    def footer_height(self) -> int:
        """Return the height of the footer in px."""
        return self._footer.height()

    def render_screen(self, screen: "ShellScreen") -> None:
        """Show the frame."""
        self._strip.setVisible(screen.is_training)
        self._top.render_screen(screen)
        is_closed = bool(screen.closed_title) or screen.is_signing_in
        self._show_keys(can_refresh=not is_closed, can_lock=screen.can_lock)
        self._footer.show_status(screen.status, screen.status_icon, ink_token(screen.status_tone))
        self._place = screen.place
        self._show_place()

    def _show_keys(self, *, can_refresh: bool, can_lock: bool) -> None:
        for name in ("switch", "lock"):
            self._keys[name].setVisible(can_lock)
        self._keys["refresh"].setVisible(can_refresh)
        self._footer.fit_keys()

    def set_grid(self, grid: Grid) -> None:
        """Lay the frame out by the measures of a size class."""
        self._is_small = grid.size_class is SizeClass.SMALL
        self._top.set_grid(grid)
        self._show_place()

    def _show_place(self) -> None:
        self._footer.show_place("" if self._is_small else self._place)
