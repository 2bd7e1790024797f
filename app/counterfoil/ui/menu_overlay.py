"""The menu: theme, text size, a larger slip, a preview of slips, help, and closing the till."""

from collections.abc import Callable
from functools import partial
from typing import Final

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QHBoxLayout, QWidget

from counterfoil.presentation.words import owner_page, staff_page, window
from counterfoil.ui import theme
from counterfoil.ui.theme import Role, ThemeName
from counterfoil.ui.widgets.button import SecondaryButton
from counterfoil.ui.widgets.choice import Choice
from counterfoil.ui.widgets.label import PlainLabel
from counterfoil.ui.widgets.overlay import Overlay

SCALES: Final = (1.0, 1.12, 1.25)
CHOICE_GAP: Final = 10
_ACTIONS_IN_A_ROW: Final = 3


class MenuOverlay(Overlay):
    """The menu, opened with F10.

    Signals: ``theme_chosen(str)`` a theme's name; ``text_scale_chosen(float)``;
    ``larger_slip_pressed()``; ``preview_pressed()``; ``owner_pressed()``; ``staff_pressed()``;
    ``help_pressed()``;
    ``close_pressed()`` the till is to be closed.
    """

    theme_chosen = Signal(str)
    text_scale_chosen = Signal(float)
    larger_slip_pressed = Signal()
    preview_pressed = Signal()
    staff_pressed = Signal()
    owner_pressed = Signal()
    help_pressed = Signal()
    close_pressed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, panel_size=QSize(760, 500))
        self.setObjectName("menu-overlay")
        self.set_heading(window.MENU, "sliders")
        self._themes = self._choices(
            "theme",
            (
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
        self._add_choices(window.LOOK, self._themes)
        self._add_choices(window.TEXT_SIZE, self._scales)
        self._add_actions()

    def open_menu(self) -> None:
        """Open the menu, with the current theme and text size marked as chosen."""
        current = theme.current()
        self._themes[current.name.value].setChecked(True)
        # A size from the settings may be none of these; then none is marked.
        for scale, choice in self._scales.items():
            choice.setChecked(float(scale) == current.scale)
        self.open_overlay(self._themes[current.name.value])

    def _choices(
        self, name: str, pairs: tuple[tuple[str, str], ...], choose: Callable[[str], object]
    ) -> dict[str, Choice]:
        group = QButtonGroup(self)
        made: dict[str, Choice] = {}
        for value, caption in pairs:
            choice = Choice(caption, self)
            choice.setObjectName(f"{name}-{value}")
            choice.clicked.connect(partial(choose, value))
            group.addButton(choice)
            made[value] = choice
        return made

    def _add_choices(self, title: str, choices: dict[str, Choice]) -> None:
        self.body().addWidget(PlainLabel(title, Role.LABEL, "ink", self))
        row = QHBoxLayout()
        row.setSpacing(CHOICE_GAP)
        for choice in choices.values():
            row.addWidget(choice, 1)
        self.body().addLayout(row)
        self.body().addSpacing(12)

    def _add_actions(self) -> None:
        row = QGridLayout()
        row.setSpacing(CHOICE_GAP)
        for number, (name, caption, icon, signal) in enumerate(
            (
                ("larger-slip", window.LARGER_SLIP, "printer", self.larger_slip_pressed),
                ("slip-preview", window.SLIP_PREVIEW, "printer", self.preview_pressed),
                ("open-owner", owner_page.STATEMENTS, "list", self.owner_pressed),
                ("open-staff", staff_page.STAFF, "person", self.staff_pressed),
                ("open-help", window.HELP, "help", self.help_pressed),
                ("close-till", window.CLOSE_TILL, "lock", self.close_pressed),
            )
        ):
            button = SecondaryButton(caption, icon=icon, height=52, parent=self)
            button.setObjectName(name)
            button.clicked.connect(self.close_overlay)
            button.clicked.connect(signal)
            row.addWidget(button, *divmod(number, _ACTIONS_IN_A_ROW))
        self.body().addLayout(row)
        self.body().addStretch(1)
        back = SecondaryButton(window.BACK, key="Esc", parent=self)
        back.setObjectName("menu-back")
        back.clicked.connect(self.close_overlay)
        foot = QHBoxLayout()
        foot.addWidget(back)
        foot.addStretch(1)
        self.body().addLayout(foot)
