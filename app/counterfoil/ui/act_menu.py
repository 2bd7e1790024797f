"""The menu of the right mouse button: what can be done with what is shown, and by which key."""

from collections.abc import Callable, Iterable
from dataclasses import field
from typing import Final, Protocol

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAction, QContextMenuEvent, QHideEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from counterfoil.declaring import dataclass
from counterfoil.overriding import override
from counterfoil.presentation.screens import Act, Button, PaperRow
from counterfoil.presentation.words import window

_OF_MENUS: Final = frozenset(
    {
        *(Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Right),
        *(Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown),
        *(Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space, Qt.Key.Key_Escape),
        *(Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_Menu),
        *(Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt),
    }
)
"""The keys that a menu has a use for, or that do nothing alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuRow:
    """One thing that can be done. ``about`` says with what: an entry's id, or nothing."""

    text: str
    key: str = ""
    about: str = ""
    run: Callable[[], object] = field(compare=False)


def rows_of(
    buttons: Iterable[Button], act: Callable[[Act], object], about: str = ""
) -> tuple[MenuRow, ...]:
    """Return a row for each button, which does the same."""

    def run(chosen: Act) -> Callable[[], object]:
        return lambda: act(chosen)

    return tuple(
        MenuRow(text=one.text, key=one.key, about=about, run=run(one.act)) for one in buttons
    )


def row_of_paper(
    paper: PaperRow | None, enlarge: Callable[[], object], about: str = ""
) -> tuple[MenuRow, ...]:
    """Return what a click on the slip does; nothing where there is no slip."""
    return () if paper is None else (MenuRow(text=window.LARGER_SLIP, about=about, run=enlarge),)


class HasPrimary(Protocol):
    """A screen with a proposed step."""

    @property
    def primary(self) -> str:
        """Return the words of the step; empty where none is proposed."""

    @property
    def primary_key(self) -> str:
        """Return the key that takes it."""

    @property
    def can_press(self) -> bool:
        """Return whether it can be taken."""


def row_of_primary(screen: HasPrimary, press: Callable[[], object]) -> tuple[MenuRow, ...]:
    """Return the proposed step; nothing where it cannot be taken."""
    if not (screen.primary and screen.can_press):
        return ()
    return (MenuRow(text=screen.primary, key=screen.primary_key, run=press),)


def by_keyboard(event: QContextMenuEvent) -> bool:
    """Whether a menu is asked for by a key, and so belongs to what has the focus."""
    return event.reason() is QContextMenuEvent.Reason.Keyboard


class ActMenu(QMenu):
    """One such menu. A key that menus have no use for closes it, and does what it does elsewhere.

    So a scan, or a function key, is never lost in it. No letter chooses anything.
    """

    def __init__(self, rows: tuple[MenuRow, ...], page: QWidget) -> None:
        super().__init__(page.window())  # A page may have a native window, which can be no parent.
        self.setObjectName("act-menu")
        self.setAccessibleName(window.ACT_MENU)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._page = page
        self._runs = {self._made(row): row.run for row in rows}
        self.triggered.connect(self._carry_out)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _OF_MENUS:
            super().keyPressEvent(event)
            return
        page = self._page
        self.close()
        QApplication.sendEvent(focused_in(page.window()), event)

    def _made(self, row: MenuRow) -> QAction:
        made = self.addAction(row.text.replace("&", "&&"))
        if row.key:
            # It is only shown: the page knows the key itself.
            made.setShortcut(QKeySequence(row.key))
            made.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            made.setShortcutVisibleInContextMenu(True)
        return made

    def _carry_out(self, chosen: QAction) -> None:
        self._runs[chosen]()


class ActPage(QWidget):
    """A page with such a menu: one at a time, and gone when what it offers is offered no longer.

    Signals: ``menu_opened(QWidget)`` with the menu, which is a window of its own.
    """

    menu_opened = Signal(QWidget)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._menu: ActMenu | None = None
        self._offered: tuple[MenuRow, ...] = ()

    def menu_rows(self) -> tuple[MenuRow, ...]:
        """Return what can be done on this page now; nothing, unless the page says more."""
        return ()

    def open_menu(self, rows: tuple[MenuRow, ...], at: QPoint, *, by_key: bool) -> None:
        """Open the menu at a place of the screen; nothing opens where nothing can be done."""
        self.close_menu()
        if not rows:
            return
        self._offered, self._menu = rows, ActMenu(rows, self)
        self._menu.destroyed.connect(self._forget_menu)
        self._menu.popup(at)
        if by_key:
            self._menu.setActiveAction(self._menu.actions()[0])
        self.menu_opened.emit(self._menu)

    def keep_menu(self) -> None:
        """Close the menu if the page offers anything else now, or the same for another entry."""
        if self._menu is not None and self._offered != self.menu_rows():
            self.close_menu()

    def close_menu(self) -> None:
        """Close the menu, if it is open."""
        menu, self._menu = self._menu, None
        if menu is not None:
            menu.destroyed.disconnect(self._forget_menu)
            menu.close()

    @override
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.open_menu(self.menu_rows(), self.place_of(event), by_key=by_keyboard(event))

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.close_menu()

    def place_of(self, event: QContextMenuEvent) -> QPoint:
        """Return where on the screen the menu belongs: at the mouse, or on what has the focus."""
        return middle_of(focused_in(self)) if by_keyboard(event) else event.globalPos()

    def _forget_menu(self) -> None:
        self._menu = None


def focused_in(widget: QWidget) -> QWidget:
    """Return what has the focus in a widget; the widget itself where nothing in it has."""
    focused: QWidget | None = widget.focusWidget()
    return widget if focused is None else focused


def middle_of(widget: QWidget) -> QPoint:
    """Return the middle of a widget on the screen."""
    return widget.mapToGlobal(widget.rect().center())
