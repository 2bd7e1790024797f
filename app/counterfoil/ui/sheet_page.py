"""A page on a sheet: its head, its work and its buttons at the left, and a slip at the right."""

from typing import ClassVar, Final, Generic, Protocol, TypeVar

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from counterfoil.overriding import override
from counterfoil.presentation.screens import Button, PaperRow
from counterfoil.ui.act_menu import (
    ActPage,
    HasPrimary,
    MenuRow,
    row_of_paper,
    row_of_primary,
    rows_of,
)
from counterfoil.ui.counter_view import show_paper
from counterfoil.ui.form_page import FormError
from counterfoil.ui.theme import Grid, Role
from counterfoil.ui.widgets.button import PrimaryButton
from counterfoil.ui.widgets.label import PlainLabel
from counterfoil.ui.widgets.sheet import Sheet
from counterfoil.ui.widgets.slip_paper import Modules

PRIMARY_HEIGHT: Final = 64


class SheetScreen(HasPrimary, Protocol):
    """What every such page shows."""

    @property
    def title(self) -> str:
        """Return what the page is called."""

    @property
    def description(self) -> str:
        """Return what stands below the title."""

    @property
    def error(self) -> str:
        """Return what is wrong; empty where nothing is."""

    @property
    def buttons(self) -> tuple[Button, ...]:
        """Return what can be done beside the proposed step."""

    @property
    def paper(self) -> PaperRow | None:
        """Return the slip at the right; None where there is none."""

    @property
    def points(self) -> int:
        """Return how often the cursor was to move."""


Screen = TypeVar("Screen", bound=SheetScreen)


class SheetPage(ActPage, Generic[Screen]):
    """What the pages of the shift, of the reports and of the owner have in common.

    Signals: ``act_requested(Act)``; ``pressed()`` the primary button; ``enlarged_requested()``.
    """

    act_requested = Signal(object)
    pressed = Signal()
    enlarged_requested = Signal()
    wraps_description: ClassVar[bool] = False
    """Whether what stands below the title may take several lines; else it ends in an ellipsis."""

    def __init__(
        self, name: str, screen: Screen, modules: Modules, parent: QWidget | None, *, columns: int
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._screen = screen
        self._sheet = Sheet(modules, has_rail=False, columns=columns, parent=self)
        self._sheet.enlarged_requested.connect(self.enlarged_requested)
        self._stub = QWidget(self)
        self._title = PlainLabel("", Role.TITLE_PAGE, "ink", self._stub, elided=True)
        self._title.setObjectName(f"{name}-title")
        self._description = PlainLabel(
            *("", Role.NOTE, "muted", self._stub),
            elided=not self.wraps_description,
            wrapped=self.wraps_description,
        )
        self._error = FormError(self._stub)
        self._primary = PrimaryButton("", height=PRIMARY_HEIGHT, parent=self._stub)
        self._primary.setObjectName(f"{name}-primary")
        self._primary.clicked.connect(self.pressed)
        self._sheet.set_stub_widget(self._stub)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._sheet)

    def render_screen(self, screen: Screen) -> None:
        """Show a screen; rendering the same again changes nothing."""
        before, self._screen = self._screen, screen
        self._title.setText(screen.title)
        self.setAccessibleName(screen.title)
        self._description.setText(screen.description)
        self._error.show_sentence(screen.error)
        self._primary.show_action(screen.primary, key=screen.primary_key, enabled=screen.can_press)
        self._primary.setVisible(bool(screen.primary))
        self._render_work(screen, before)
        show_paper(self._sheet, screen.paper)
        self.keep_menu()
        if before.points != screen.points and self.isVisible():
            self.focus_first()

    def _render_work(self, screen: Screen, before: Screen) -> None:
        """Show what this page alone has; ``before`` is the screen that was shown till now."""
        raise NotImplementedError  # each page has its own; a QObject takes no abstract methods

    def focus_first(self) -> None:
        """Put the cursor where something is to be typed, or else on no button."""
        raise NotImplementedError  # each page has its own; a QObject takes no abstract methods

    def paper(self) -> PaperRow | None:
        """Return the slip that is shown at the right; None where there is none."""
        return self._screen.paper

    @override
    def menu_rows(self) -> tuple[MenuRow, ...]:
        """Return what can be done here, and what a click on the slip does."""
        screen = self._screen
        return (
            *row_of_primary(screen, self.pressed.emit),
            *rows_of(screen.buttons, self.act_requested.emit),
            *row_of_paper(screen.paper, self.enlarged_requested.emit),
        )

    def set_grid(self, grid: Grid) -> None:
        """Lay the page out by the measures of a size class."""
        self._sheet.set_slip_width(grid.slip_width)
        column = self._stub.layout()
        assert column is not None, "the page lays its work out"
        padding = grid.stub_padding
        column.setContentsMargins(padding, grid.stub_padding_top, padding, grid.stub_padding_bottom)
        column.setSpacing(grid.block_gap)

    def press_key(self, key: str) -> bool:
        """Press the button with this key cap; return whether there is one.

        Where something is missing, the key of the primary button shows what.
        """
        screen = self._screen
        for button in screen.buttons:
            if button.key == key:
                self.act_requested.emit(button.act)
                return True
        if screen.primary and screen.primary_key == key:
            self.pressed.emit()
            return True
        return False

    def refresh_codes(self) -> None:
        """Draw the slip again, now that its barcode has been encoded."""
        self._sheet.slip_paper().refresh_codes()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.focus_first()
