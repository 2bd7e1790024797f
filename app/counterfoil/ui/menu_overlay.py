"""The menu: every page and action, found by typing; below them theme and text size."""

from collections.abc import Callable
from functools import partial
from typing import Final

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QHBoxLayout, QWidget

from counterfoil.overriding import override
from counterfoil.presentation.command_menu import MenuRow, found
from counterfoil.presentation.words import languages, menu, window
from counterfoil.ui import theme
from counterfoil.ui.announcing import announce
from counterfoil.ui.ledger_view import scrolled
from counterfoil.ui.theme import Role, ThemeName
from counterfoil.ui.widgets.button import ListButton, SecondaryButton
from counterfoil.ui.widgets.choice import Choice
from counterfoil.ui.widgets.label import PlainLabel
from counterfoil.ui.widgets.overlay import Overlay
from counterfoil.ui.widgets.tile import FindField

SCALES: Final = (1.0, 1.12, 1.25)
CHOICE_GAP: Final = 10
_SIZE: Final = QSize(900, 744)
_COLUMNS: Final = 2
_STEPS: Final = {
    Qt.Key.Key_Down.value: _COLUMNS,
    Qt.Key.Key_Up.value: -_COLUMNS,
    Qt.Key.Key_Right.value: 1,
    Qt.Key.Key_Left.value: -1,
}
_ENTERS: Final = frozenset({Qt.Key.Key_Return.value, Qt.Key.Key_Enter.value})


class MenuOverlay(Overlay):
    """The menu, opened with F10.

    One types what one looks for; the arrows choose among what is found, and Enter runs it.

    Signals: ``theme_chosen(str)`` a theme's name or `theme.SYSTEM`; ``text_scale_chosen(float)``;
    ``language_chosen(str)`` its code, empty for the till's;
    ``row_chosen(MenuRow)`` what is to be done, once the menu is closed.
    """

    theme_chosen = Signal(str)
    text_scale_chosen = Signal(float)
    language_chosen = Signal(str)
    row_chosen = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, panel_size=_SIZE, grows=True)
        self.setObjectName("menu-overlay")
        self.set_heading(window.MENU, "sliders")
        self._rows: tuple[MenuRow, ...] = ()
        self._found: tuple[MenuRow, ...] = ()
        self._at = 0
        self._buttons: list[ListButton] = []
        self._find = FindField(menu.FIND, self)
        self._find.setObjectName("menu-find")
        self._find.found_text.connect(self._show_found)
        self._find.installEventFilter(self)
        self._none = PlainLabel(menu.NONE_FOUND, Role.BODY, "muted", self, wrapped=True)
        content = QWidget(self)
        self._grid = QGridLayout(content)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(CHOICE_GAP)
        self._grid.setVerticalSpacing(2)
        for column in range(_COLUMNS):
            self._grid.setColumnStretch(column, 1)
        self._scroll = scrolled(content, self)
        self._themes = self._choices(
            "theme",
            (
                (theme.SYSTEM, window.AS_SYSTEM),
                (ThemeName.LIGHT.value, window.LIGHT),
                (ThemeName.DARK.value, window.DARK),
                (ThemeName.CONTRAST.value, window.HIGH_CONTRAST),
            ),
            self.theme_chosen.emit,
        )
        self._scales = self._choices(
            "text-size",
            (
                (str(SCALES[0]), window.NORMAL),
                (str(SCALES[1]), window.LARGER),
                (str(SCALES[2]), window.LARGEST),
            ),
            lambda scale: self.text_scale_chosen.emit(float(scale)),
        )
        self._languages = self._choices(
            "language",
            (
                ("", languages.OF_TILL),
                *((one.value, name) for one, name in languages.NAMES.items()),
            ),
            self.language_chosen.emit,
        )
        self._own, self._spoken = "", ""
        self.body().setSpacing(CHOICE_GAP)
        self.body().addWidget(self._find)
        self.body().addWidget(self._none)
        self.body().addWidget(self._scroll, 1)
        self.body().addLayout(
            self._laid_out(
                (window.LOOK, self._themes),
                (window.TEXT_SIZE, self._scales),
                (languages.LANGUAGE, self._languages),
            )
        )
        back = SecondaryButton(window.BACK, key="Esc", parent=self)
        back.setObjectName("menu-back")
        back.clicked.connect(self.close_overlay)
        foot = QHBoxLayout()
        foot.addWidget(back)
        foot.addStretch(1)
        self.body().addLayout(foot)

    def mark_language(self, own: str, spoken: str) -> None:
        """Take the code of the language somebody chose, empty without one, and of the spoken."""
        self._own, self._spoken = own, spoken

    def open_menu(self, rows: tuple[MenuRow, ...], *, has_tills: bool) -> None:
        """Open the menu with these rows, and what is chosen now marked.

        ``has_tills`` is whether somebody may go back to the till's language.
        """
        self._languages[""].setVisible(has_tills)
        self._languages[self._own or ("" if has_tills else self._spoken)].setChecked(True)
        current = theme.current()
        chosen = theme.SYSTEM if current.is_systems else current.name.value
        self._themes[chosen].setChecked(True)
        # A size from the settings may be none of these; then none is marked.
        for scale, choice in self._scales.items():
            choice.setChecked(float(scale) == current.scale_asked)
        self._rows = rows
        self.forget_search()
        self.open_overlay(self._find)

    def forget_search(self) -> None:
        """Show every row again: what was typed may be a scan."""
        self._find.clear()
        self._show_found("")

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        is_press = watched is self._find and event.type() == QEvent.Type.KeyPress
        if is_press and isinstance(event, QKeyEvent) and self._takes(event):
            return True
        return super().eventFilter(watched, event)

    def _takes(self, event: QKeyEvent) -> bool:
        """Go through what is found, or run it; an arrow sideways is for the text that is there."""
        if event.key() in _ENTERS and not event.isAutoRepeat():
            self._run(self._at)
            return True
        step = _STEPS.get(event.key())
        if step is None or (abs(step) == 1 and self._find.text()):
            return False
        self._mark(self._at + step)
        return True

    def _run(self, at: int) -> None:
        if 0 <= at < len(self._found):
            row = self._found[at]
            self.close_overlay()
            self.row_chosen.emit(row)

    def _show_found(self, text: str) -> None:
        self._found = found(self._rows, text) if text else self._rows
        self._none.setVisible(not self._found)
        while len(self._buttons) < len(self._found):
            self._buttons.append(self._made_button(len(self._buttons)))
        for at, button in enumerate(self._buttons):
            is_shown = at < len(self._found)
            button.setVisible(is_shown)
            if is_shown:
                row = self._found[at]
                button.setObjectName(f"menu-{row.name}")
                button.show_row(row.caption, row.icon, row.key)
        self._grid.setRowStretch(len(self._buttons), 1)
        self._mark(0)

    def _made_button(self, at: int) -> ListButton:
        button = ListButton(self)
        button.clicked.connect(partial(self._run, at))
        self._grid.addWidget(button, *divmod(at, _COLUMNS))
        return button

    def _mark(self, at: int) -> None:
        """Choose the row that Enter runs."""
        self._at = max(0, min(at, len(self._found) - 1))
        for number, button in enumerate(self._buttons):
            button.setChecked(number == self._at)
        if self._found:
            self._scroll.ensureWidgetVisible(self._buttons[self._at])
            if self.isVisible():
                # The cursor stays in the box, so nothing else tells which row it is.
                announce(self._buttons[self._at], self._found[self._at].caption)

    def _choices(
        self, name: str, pairs: tuple[tuple[str, str], ...], choose: Callable[[str], object]
    ) -> dict[str, Choice]:
        group = QButtonGroup(self)
        made: dict[str, Choice] = {}
        for value, caption in pairs:
            choice = Choice(caption, self)
            choice.setObjectName(f"{name}-{value or 'till'}")
            choice.clicked.connect(partial(choose, value))
            group.addButton(choice)
            made[value] = choice
        return made

    def _laid_out(self, *rows: tuple[str, dict[str, Choice]]) -> QGridLayout:
        """Lay out the choices in rows that begin on one line, each after its name."""
        grid = QGridLayout()
        grid.setSpacing(CHOICE_GAP)
        grid.setColumnStretch(1, 1)
        for at, (title, choices) in enumerate(rows):
            row = QHBoxLayout()
            row.setSpacing(CHOICE_GAP)
            for choice in choices.values():
                row.addWidget(choice, 1)
            grid.addWidget(PlainLabel(title, Role.LABEL, "ink", self), at, 0)
            grid.addLayout(row, at, 1)
        return grid
