"""The rail: the voucher types at the left by category, filtered while one types."""

from collections import deque
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import (
    QHideEvent,
    QKeyEvent,
    QLinearGradient,
    QPainter,
    QPaintEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QFrame, QScrollArea, QScroller, QVBoxLayout, QWidget

from counterfoil.overriding import override
from counterfoil.presentation.screens import TileGroup, TileRow
from counterfoil.presentation.words import window
from counterfoil.ui import theme
from counterfoil.ui.theme import Grid, Role, SizeClass
from counterfoil.ui.widgets.label import PlainLabel
from counterfoil.ui.widgets.tile import FindField, RailHeading, Tile

TOP: Final = 8
SIDE: Final = 14
TILE_INDENT: Final = 8
TILE_GAP: Final = 2
FADE: Final = 24
AT_ONCE: Final = 18
"""How many tiles are made before the window goes on: as many as fit on a screen of 1080 lines."""


class RailFade(QWidget):
    """A fading edge at the end of the rail, which shows that there is more below."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        gradient = QLinearGradient(0, 0, 0, self.height())
        gradient.setColorAt(0, theme.current().colour("counter", alpha=0.0))
        gradient.setColorAt(1, theme.current().colour("counter"))
        QPainter(self).fillRect(self.rect(), gradient)


class Rail(QWidget):
    """Tiles to choose a voucher type from; the search field filters them, as do letters on a tile.

    If there are very many types, the tiles in view are made first; the others follow while the
    window works, or when one of them is asked for.

    Signals: ``chosen(str)`` the id of the type whose tile was pressed.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("rail")
        self._groups: tuple[TileGroup, ...] = ()
        self._tiles: dict[str, Tile] = {}
        self._headings: list[tuple[RailHeading, tuple[str, ...]]] = []
        self._names: dict[str, str] = {}
        self._unmade: deque[tuple[TileGroup, int]] = deque()
        """The tiles that are still to be made: their group, and their place in it."""
        self._making = QTimer(self, interval=0)
        self._chosen = ""
        self._is_compact = False
        self._tile_height = 50
        self._find = FindField(window.FIND, self)
        self._find.setObjectName("find")
        self._find.found_text.connect(self._filter)
        self._find.returnPressed.connect(self._choose_only)
        self._find.installEventFilter(self)
        self._typed = PlainLabel("", Role.CAP, "ink", self, elided=True)
        self._typed.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._typed.hide()
        self._nothing = PlainLabel(window.NONE_FOUND, Role.HINT, "muted", self, elided=True)
        self._nothing.setContentsMargins(SIDE + TILE_INDENT, 10, 0, 0)
        self._nothing.hide()
        self._list = QWidget(self)
        self._list.setProperty("scrolled", "true")
        self._column = QVBoxLayout(self._list)
        self._column.setContentsMargins(TILE_INDENT, 0, 0, 16)
        self._column.setSpacing(0)
        self._scroll = self._scroll_area()
        self._fade = RailFade(self)
        self._arrange()
        self._making.timeout.connect(self._make_more)

    def _arrange(self) -> None:
        find_row = QVBoxLayout()
        find_row.setContentsMargins(SIDE, 0, SIDE, 0)
        find_row.addWidget(self._find)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, TOP, 0, 14)
        layout.setSpacing(0)
        layout.addLayout(find_row)
        layout.addWidget(self._typed)
        layout.addWidget(self._nothing)
        layout.addWidget(self._scroll, 1)

    def show_types(self, groups: tuple[TileGroup, ...], chosen: str) -> None:
        """Show these types; the same ones keep their tiles."""
        if groups != self._groups:
            self._groups = groups
            self._rebuild()
        self._chosen = chosen
        if chosen in self._names and chosen not in self._tiles:
            self._make(len(self._unmade))
        tile = self._tiles.get(chosen)
        if not chosen and (checked := next(filter(Tile.isChecked, self._tiles.values()), None)):
            checked.setAutoExclusive(False)
            checked.setChecked(False)
            checked.setAutoExclusive(True)
        if tile is not None and not tile.isChecked():
            tile.setChecked(True)
            self._scroll.ensureWidgetVisible(tile, 0, 8)

    def focus_tile(self, type_id: str) -> None:
        """Put the focus on the tile of a type, from where the arrows go on and Enter chooses."""
        self.forget_search()
        if type_id not in self._tiles:
            self._make(len(self._unmade))
        if (tile := self._tiles.get(type_id)) is not None:
            tile.setFocus(Qt.FocusReason.TabFocusReason)
            self._scroll.ensureWidgetVisible(tile, 0, 8)

    def forget_search(self) -> None:
        """Empty the search field, so that every tile is shown again."""
        if self._find.text():
            self._type("")

    def set_grid(self, grid: Grid) -> None:
        """Lay the rail out by the measures of a size class."""
        self.setFixedWidth(grid.rail_width)
        self._is_compact = grid.size_class is SizeClass.SMALL
        self._tile_height = grid.tile_height
        self._find.setVisible(not self._is_compact)
        if self._is_compact:
            self._find.clear()
            self._filter("")
        self._shape_tiles()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._unmade:
            self._making.start()

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        self._making.stop()
        super().hideEvent(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        letters = event.text()
        if event.key() == Qt.Key.Key_Backspace and self._find.text():
            self._type(self._find.text()[:-1])
        elif event.key() == Qt.Key.Key_Escape and self._find.text():
            self._type("")
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._enter()
        elif letters.strip() and letters.isprintable() and not event.modifiers() & ~_SHIFT:
            self._type(self._find.text() + letters)
        else:
            super().keyPressEvent(event)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._scroll and event.type() in {QEvent.Type.Resize, QEvent.Type.Show}:
            self._place_fade()
        is_find = watched is self._find and bool(self._find.text())
        if is_find and isinstance(event, QKeyEvent) and _is_escape(event):
            self._type("")
            return True
        return False

    def _scroll_area(self) -> QScrollArea:
        scroll = QScrollArea(self)
        # Asked for the one that it makes, Qt's binding loads the classes of all widgets to name it.
        viewport = QWidget(scroll)
        scroll.setViewport(viewport)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        # A bar would come between the chosen tile and the sheet; wheel, finger and Tab scroll.
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(self._list)
        scroll.installEventFilter(self)
        scroll.verticalScrollBar().valueChanged.connect(self._place_fade)
        scroll.verticalScrollBar().rangeChanged.connect(self._place_fade)
        QScroller.grabGesture(viewport, QScroller.ScrollerGestureType.TouchGesture)
        return scroll

    def _rebuild(self) -> None:
        while (item := self._column.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.setObjectName("")
                widget.deleteLater()
        self._tiles, self._headings = {}, []
        self._names = {
            row.type_id: row.name.casefold() for group in self._groups for row in group.tiles
        }
        self._unmade = deque(
            (group, at) for group in self._groups for at in range(len(group.tiles))
        )
        self._column.addStretch(1)
        self._make(AT_ONCE)
        self._filter(self._find.text())
        if self._unmade and self.isVisible():
            self._making.start()

    def _make_more(self) -> None:
        self._make(AT_ONCE)

    def _make(self, count: int) -> None:
        """Make so many more tiles, each category's heading before its first."""
        for _ in range(min(count, len(self._unmade))):
            group, at = self._unmade.popleft()
            if at == 0:
                self._add_heading(group)
            self._column.insertSpacing(self._column.count() - 1, TILE_GAP if at else 0)
            self._add(self._made(group.tiles[at]))
        if not self._unmade:
            self._making.stop()

    def _add_heading(self, group: TileGroup) -> None:
        heading = RailHeading(group.heading, self._list)
        heading.set_compact(self._is_compact)
        self._headings.append((heading, tuple(row.type_id for row in group.tiles)))
        self._add(heading)
        heading.setVisible(not (self._is_compact and len(self._headings) == 1))

    def _add(self, widget: QWidget) -> None:
        """Put a widget at the end, above the stretch."""
        self._column.insertWidget(self._column.count() - 1, widget)
        widget.show()

    def _made(self, row: TileRow) -> Tile:
        tile = Tile(row.name, row.monogram.letters, row.monogram.ink, self._list)
        tile.setObjectName(f"tile-{row.type_id}")
        tile.set_shape(self._tile_height, compact=self._is_compact)
        tile.clicked.connect(self._tell)
        self._tiles[row.type_id] = tile
        return tile

    def _shape_tiles(self) -> None:
        for tile in self._tiles.values():
            tile.set_shape(self._tile_height, compact=self._is_compact)
        for index, (heading, _) in enumerate(self._headings):
            heading.set_compact(self._is_compact)
            # A line separates; before the first category there is nothing to separate.
            heading.setVisible(not (self._is_compact and index == 0))

    def _type(self, text: str) -> None:
        self._find.setText(text)
        self._filter(text.strip())

    def _filter(self, text: str) -> None:
        wanted = text.casefold()
        if wanted:
            self._make(len(self._unmade))
        shown = {id_ for id_, name in self._names.items() if wanted in name}
        self._keep_focus(shown)
        for type_id, tile in self._tiles.items():
            tile.setVisible(type_id in shown)
        for index, (heading, ids) in enumerate(self._headings):
            is_needed = not (self._is_compact and index == 0)
            heading.setVisible(is_needed and any(one in shown for one in ids))
        self._nothing.setVisible(bool(wanted) and not shown)
        self._typed.setText(text)
        self._typed.setVisible(self._is_compact and bool(wanted))

    def _keep_focus(self, shown: set[str]) -> None:
        """Move the focus to a tile that stays, when it is on one that goes."""
        left = [tile for type_id, tile in self._tiles.items() if type_id in shown]
        is_on_tile = any(tile.hasFocus() for tile in self._tiles.values())
        if left and is_on_tile and not any(tile.hasFocus() for tile in left):
            left[0].show()
            left[0].setFocus(Qt.FocusReason.TabFocusReason)

    def _enter(self) -> None:
        """Choose the tile with the focus, or the one that was found."""
        focused = next((one for one in self._tiles.values() if one.hasFocus()), None)
        if focused is not None and not self._find.text():
            focused.click()
        else:
            self._choose_only()

    def _choose_only(self) -> None:
        """Choose the one tile that was found."""
        shown = [tile for tile in self._tiles.values() if not tile.isHidden()]
        if len(shown) == 1:
            self._type("")
            shown[0].click()

    def _place_fade(self) -> None:
        bar = self._scroll.verticalScrollBar()
        area = self._scroll.geometry()
        self._fade.setGeometry(area.left(), area.bottom() + 1 - FADE, area.width(), FADE)
        self._fade.setVisible(bar.value() < bar.maximum())
        self._fade.raise_()

    def _tell(self) -> None:
        pressed = self.sender()
        for type_id, tile in self._tiles.items():
            if tile is pressed:
                self.chosen.emit(type_id)
        # A press that means nothing now leaves the chosen tile chosen.
        if (chosen := self._tiles.get(self._chosen)) is not None:
            chosen.setChecked(True)


_SHIFT: Final = Qt.KeyboardModifier.ShiftModifier


def _is_escape(event: QKeyEvent) -> bool:
    return event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Escape
