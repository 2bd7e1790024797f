"""The table of History: a model over frozen rows, and a delegate that paints them."""

from enum import IntEnum
from typing import Any, Final

from PySide6.QtCore import (
    QAbstractTableModel,
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFont, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from counterfoil.overriding import override
from counterfoil.presentation.screens import LastRow
from counterfoil.presentation.words import lists, window
from counterfoil.ui import theme
from counterfoil.ui.table_header import TableHeader
from counterfoil.ui.theme import Role
from counterfoil.ui.theme.painting import (
    BAR_WIDTH,
    ThemeFollower,
    halved_width,
    paint_name,
    paint_text,
    paint_whole,
    text_width,
)
from counterfoil.ui.tones import ink_token
from counterfoil.ui.widgets.icon import paint_icon
from counterfoil.ui.widgets.monogram import paint_monogram

ROW_HEIGHT: Final = 50
HEADER_HEIGHT: Final = 36
PADDING: Final = 12
MONOGRAM: Final = QSize(36, 26)
MONOGRAM_GAP: Final = 10
ICON: Final = 18
ICON_GAP: Final = 6
NAME_LEAST: Final = 28
"""How many px the names keep where a language has long words for the states."""
LINE: Final = 18
NAME_GAP: Final = 8
_Index = QModelIndex | QPersistentModelIndex
_LEFT: Final = Qt.AlignmentFlag.AlignLeft
_RIGHT: Final = Qt.AlignmentFlag.AlignRight


class Column(IntEnum):
    """The columns, in their order."""

    TIME = 0
    VOUCHER = 1
    TAIL = 2
    AMOUNT = 3
    STATE = 4


class HistoryModel(QAbstractTableModel):
    """Rows as a table model; the whole row is in ``UserRole`` for the delegate."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[LastRow, ...] = ()

    def replace(self, rows: tuple[LastRow, ...]) -> None:
        """Show other rows; those at the same index are repainted and not removed."""
        if rows == self._rows:
            return
        same_ids = [one.redemption_id for one in rows] == [one.redemption_id for one in self._rows]
        if same_ids:
            self._rows = rows
            self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, Column.STATE))
            return
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def rows(self) -> tuple[LastRow, ...]:
        """Return all rows."""
        return self._rows

    def row_of(self, redemption_id: str) -> int:
        """Return the index of a redemption's row, or -1."""
        return next(
            (at for at, one in enumerate(self._rows) if one.redemption_id == redemption_id), -1
        )

    def redemption_at(self, row: int) -> str:
        """Return the id of the redemption in a row; empty where there is no such row."""
        return self._rows[row].redemption_id if 0 <= row < len(self._rows) else ""

    @override
    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._rows)

    @override
    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(Column)

    @override
    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        if role == Qt.ItemDataRole.UserRole:
            return row
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            time = f"{row.time} {row.day}".strip()
            return (time, row.name, row.tail, row.amount, row.word)[index.column()]
        return None

    @override
    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return lists.HEADINGS[section]
        return None


class RowDelegate(QStyledItemDelegate):
    """Paints one cell of a row; chosen rows have a fill and a bar at the start."""

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        row = index.data(Qt.ItemDataRole.UserRole)
        if not isinstance(row, LastRow):
            return
        current = theme.current()
        box = QRectF(option.rect)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        if chosen:
            painter.fillRect(box, current.colour("selected"))
        painter.fillRect(QRectF(box.x(), box.y(), box.width(), 1), current.colour("line"))
        painter.save()
        column = Column(index.column())
        if chosen and column is Column.TIME:
            is_mirrored = painter.layoutDirection() is Qt.LayoutDirection.RightToLeft
            start = box.right() - BAR_WIDTH if is_mirrored else box.x()
            bar = QRectF(start, box.y(), BAR_WIDTH, box.height())
            painter.fillRect(bar, current.colour("accent"))
        _paint_cell(painter, box, row, column, is_chosen=chosen)
        painter.restore()

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(60, theme.current().px(ROW_HEIGHT))


def name_room(box: QRectF, name: str) -> QRectF:
    """Return where a name is painted: beside its monogram, or in its place where both do not fit.

    A name breaks at its spaces, so its longest word is what must fit.
    """
    font = theme.current().font(Role.BODY_BOLD)
    beside = box.adjusted(MONOGRAM.width() + MONOGRAM_GAP, 0, -NAME_GAP, 0)
    longest = max((text_width(word, font) for word in name.split()), default=0.0)
    return beside if longest <= beside.width() else box.adjusted(0, 0, -NAME_GAP, 0)


def _widest(texts: set[str], font: QFont) -> float:
    return max((text_width(one, font) for one in texts), default=0.0)


def _paint_cell(
    painter: QPainter, box: QRectF, row: LastRow, column: Column, *, is_chosen: bool
) -> None:
    current = theme.current()
    is_mirrored = painter.layoutDirection() is Qt.LayoutDirection.RightToLeft

    def turned(room: QRectF) -> QRectF:
        """Mirror a place in the cell if the language is read from right to left."""
        left = box.left() + box.right() - room.right() if is_mirrored else room.left()
        return QRectF(left, room.y(), room.width(), room.height())

    inside = box.adjusted(PADDING, 0, 0, 0)
    if column is Column.TIME:
        font, muted = current.font(Role.BODY), current.colour("muted")
        if not row.day:
            paint_text(painter, turned(inside), row.time, font, muted)
            return
        middle, line = box.y() + box.height() / 2, current.px(LINE)
        upper = QRectF(inside.x(), middle - line, inside.width(), line)
        paint_text(painter, turned(upper), row.time, font, muted)
        lower = QRectF(inside.x(), middle, inside.width(), line)
        paint_text(painter, turned(lower), row.day, current.font(Role.HINT_LARGE), muted)
    elif column is Column.VOUCHER:
        font = current.font(Role.BODY_BOLD if is_chosen else Role.BODY)
        room = name_room(box, row.name)
        if room.x() > box.x():
            top = box.y() + (box.height() - MONOGRAM.height()) / 2
            mark = QRectF(box.x(), top, *MONOGRAM.toTuple())
            paint_monogram(painter, turned(mark), row.monogram.letters, row.monogram.ink)
        paint_name(painter, turned(room), row.name, font, current.colour("ink"))
    elif column is Column.TAIL:
        paint_text(painter, box, row.tail, current.font(Role.BODY_MONO), current.colour("ink"))
    elif column is Column.AMOUNT:
        font, ink = current.font(Role.BODY_LARGE_BOLD), current.colour("ink")
        paint_text(painter, box, row.amount, font, ink, alignment=_RIGHT)
    else:
        ink = current.colour(ink_token(row.tone, "muted"))
        icon = QRectF(inside.x(), box.y() + (box.height() - ICON) / 2, ICON, ICON)
        paint_icon(painter, row.icon, turned(icon), ink)
        room = inside.adjusted(ICON + ICON_GAP, 0, 0, 0)
        paint_whole(painter, turned(room), row.word, current.font(Role.LABEL), ink)


class HistoryHeader(TableHeader):
    """The headings, muted and bold, each where its column's text begins or ends."""

    @override
    def paint_heading(self, painter: QPainter, box: QRectF, column: int, text: str) -> None:
        current = theme.current()
        if column in {Column.TIME, Column.STATE}:
            is_mirrored = painter.layoutDirection() is Qt.LayoutDirection.RightToLeft
            box.adjust(*((0, 0, -PADDING, 0) if is_mirrored else (PADDING, 0, 0, 0)))
        side = _RIGHT if column == Column.AMOUNT else _LEFT
        font = current.font(Role.CAP)
        font.setPointSizeF(font.pointSizeF() + 0.5 * current.scale)
        paint_whole(painter, box, text, font, current.colour("muted"), alignment=side)


class HistoryTable(ThemeFollower, QTableView):
    """The redemptions of this till, the latest first.

    A person moves the cursor, which only asks for a row. The row that is painted as chosen is the
    one whose detail and slip are shown; it follows as soon as they are read.

    Signals: ``row_chosen(str)`` the id of the redemption in the row the cursor went to;
    ``end_reached()`` when a person goes on below the last row.
    """

    row_chosen = Signal(str)
    end_reached = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("history-table")
        self.setAccessibleName(window.REDEMPTIONS)
        self._rows = HistoryModel(self)
        self._is_rendering = False
        self._wished = ""
        self.setModel(self._rows)
        self.setItemDelegate(RowDelegate(self))
        self.setHorizontalHeader(HistoryHeader(self))
        self.verticalHeader().hide()
        self.setShowGrid(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setCornerButtonEnabled(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.selectionModel().currentRowChanged.connect(self._tell)
        self.follow_theme()

    def show_rows(self, rows: tuple[LastRow, ...], chosen: str) -> None:
        """Show these rows, with one chosen; the cursor stays in the row it is in."""
        self._is_rendering = True
        self._rows.replace(rows)
        self._share_out()
        if self._wished == chosen or self._rows.row_of(self._wished) < 0:
            self._wished = ""
        select, flag = self.selectionModel(), QItemSelectionModel.SelectionFlag
        cursor = self._rows.index(self._rows.row_of(self._wished or chosen), 0)
        if cursor != self.currentIndex():
            select.setCurrentIndex(cursor, flag.NoUpdate)
        shown = self._rows.index(self._rows.row_of(chosen), 0)
        select.select(shown, flag.ClearAndSelect | flag.Rows)
        self._is_rendering = False

    def entry_at(self, at: QPoint | None) -> str:
        """Return the redemption in the row at a place of the screen; None is where the cursor is.

        Empty where there is no row.
        """
        index = (
            self.currentIndex() if at is None else self.indexAt(self.viewport().mapFromGlobal(at))
        )
        return self._rows.redemption_at(index.row())

    def middle_of_cursor(self) -> QPoint:
        """Return the middle of the cell with the cursor, on the screen."""
        return self.viewport().mapToGlobal(self.visualRect(self.currentIndex()).center())

    @override
    def moveCursor(
        self,
        cursorAction: QAbstractItemView.CursorAction,
        modifiers: Qt.KeyboardModifier,
    ) -> QModelIndex:
        """Make Home and End go to the first and the last row, not to a column."""
        ends = {
            QAbstractItemView.CursorAction.MoveHome: 0,
            QAbstractItemView.CursorAction.MoveEnd: self._rows.rowCount() - 1,
        }
        if cursorAction in ends:
            return self._rows.index(ends[cursorAction], 0)
        return super().moveCursor(cursorAction, modifiers)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        super().keyPressEvent(event)
        is_down = event.key() in {Qt.Key.Key_Down, Qt.Key.Key_PageDown, Qt.Key.Key_End}
        if is_down and self.currentIndex().row() == self._rows.rowCount() - 1:
            self.end_reached.emit()

    @override
    def selectionCommand(
        self, index: _Index, event: QEvent | None = None
    ) -> QItemSelectionModel.SelectionFlag:
        return QItemSelectionModel.SelectionFlag.NoUpdate

    @override
    def refresh_theme(self) -> None:
        current = theme.current()
        self.verticalHeader().setDefaultSectionSize(current.px(ROW_HEIGHT))
        self.horizontalHeader().setFixedHeight(current.px(HEADER_HEIGHT))
        self._share_out()
        self.viewport().update()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_out()

    def _share_out(self) -> None:
        """Give each column the width of its longest text, and all the rest to the names."""
        current, rows = theme.current(), self._rows.rows()
        header = self.horizontalHeader()
        mono, bold = current.font(Role.BODY_MONO), current.font(Role.BODY_LARGE_BOLD)
        label = current.font(Role.LABEL)
        widths = {
            Column.TIME: PADDING
            + max(
                text_width("00:00", current.font(Role.BODY)),
                _widest({one.day for one in rows}, current.font(Role.HINT_LARGE)),
            )
            + 14,
            Column.TAIL: max(
                text_width("0000", mono), text_width(lists.HEADINGS[Column.TAIL], label)
            )
            + 10,
            Column.AMOUNT: _widest({"R100.00", *(one.amount for one in rows)}, bold) + 2,
            Column.STATE: PADDING
            + ICON
            + ICON_GAP
            + _widest({"Refused", *(one.word for one in rows)}, label)
            + 4,
        }
        lacking = sum(widths.values()) + NAME_LEAST - self.viewport().width()
        if lacking > 0:
            heading = halved_width(lists.HEADINGS[Column.TAIL], label)
            least = max(text_width("0000", mono), heading) + 10
            lacking -= widths[Column.TAIL] - least
            widths[Column.TAIL] = least
            widths[Column.STATE] -= max(0, min(lacking, widths[Column.STATE]))
        header.setMinimumSectionSize(20)
        for column in Column:
            if column is Column.VOUCHER:
                header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
            else:
                header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
                header.resizeSection(column, round(widths[column]))

    def _tell(self, now: QModelIndex) -> None:
        if not self._is_rendering and (wished := self._rows.redemption_at(now.row())):
            self._wished = wished
            self.row_chosen.emit(wished)
