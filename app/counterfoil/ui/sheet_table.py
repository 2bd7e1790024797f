"""The table of a report: a model over frozen rows, with what they add up to as its last rows."""

from typing import Any, Final

from PySide6.QtCore import (
    QAbstractTableModel,
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from counterfoil.domain.report_sheet import ReportSheet, SheetRow
from counterfoil.overriding import override
from counterfoil.presentation.words import report_page
from counterfoil.ui import theme
from counterfoil.ui.table_header import TableHeader
from counterfoil.ui.theme import Role
from counterfoil.ui.theme.painting import (
    SHRINKS,
    ThemeFollower,
    paint_text,
    paint_whole,
    text_width,
)

ROW_HEIGHT: Final = 34
HEADER_HEIGHT: Final = 40
PADDING: Final = 8
PADDING_SMALL: Final = 5
_Index = QModelIndex | QPersistentModelIndex
_LEFT: Final = Qt.AlignmentFlag.AlignLeft
SHARE_MIN: Final = 0.6
_RIGHT: Final = Qt.AlignmentFlag.AlignRight
_EMPTY: Final = ReportSheet(title="", heading="", heads=())


class SheetModel(QAbstractTableModel):
    """A sheet as a table model; the whole row is in ``UserRole`` for the delegate."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._sheet = _EMPTY
        self.share = 1.0
        """How large its letters are beside those of other lists, so that every figure is whole."""

    def replace(self, sheet: ReportSheet) -> None:
        """Show another sheet."""
        self.beginResetModel()
        self._sheet = sheet
        self.endResetModel()

    def sheet(self) -> ReportSheet:
        """Return what is shown."""
        return self._sheet

    def is_total(self, row: int) -> bool:
        """Whether a row is what others add up to."""
        return row >= len(self._sheet.rows)

    @override
    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._sheet.rows) + len(self._sheet.totals)

    @override
    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._sheet.heads)

    @override
    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row = (*self._sheet.rows, *self._sheet.totals)[index.row()]
        if role == Qt.ItemDataRole.UserRole:
            return row
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            return row.cells[index.column()]
        return None

    @override
    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self._sheet.heads[section]
        return None


def _padding() -> int:
    is_small = theme.current().size_class is theme.SizeClass.SMALL
    return PADDING_SMALL if is_small else PADDING


class _CellDelegate(QStyledItemDelegate):
    """Paints one cell: a line above it, totals and what stands out in bold."""

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        row, model = index.data(Qt.ItemDataRole.UserRole), index.model()
        if not isinstance(row, SheetRow) or not isinstance(model, SheetModel):
            return
        current, box = theme.current(), QRectF(option.rect)
        is_total = model.is_total(index.row())
        is_first_total = is_total and not model.is_total(index.row() - 1)
        if row.is_marked:
            painter.fillRect(box, current.colour("selected"))
        line = current.colour("ink" if is_first_total else "line")
        painter.fillRect(QRectF(box.x(), box.y(), box.width(), 1), line)
        font = current.font(Role.BODY_BOLD if is_total or row.is_marked else Role.BODY)
        font.setPointSizeF(font.pointSizeF() * model.share)
        side = _RIGHT if index.column() else _LEFT
        inside = box.adjusted(_padding(), 0, -_padding(), 0)
        # A name may be shortened, a figure never: it is smaller where it has no room.
        paint = paint_whole if index.column() else paint_text
        paint(
            painter, inside, row.cells[index.column()], font, current.colour("ink"), alignment=side
        )

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(40, theme.current().px(ROW_HEIGHT))


class _Header(TableHeader):
    """The headings, in two lines where one is too short."""

    @override
    def paint_heading(self, painter: QPainter, box: QRectF, column: int, text: str) -> None:
        current = theme.current()
        inside = box.adjusted(_padding(), 0, -_padding(), 0)
        side = _RIGHT if column else _LEFT
        font = current.font(Role.CAP)
        paint_whole(painter, inside, text, font, current.colour("muted"), alignment=side)


class SheetTable(ThemeFollower, QTableView):
    """A report row by row; the arrow keys scroll it, and nothing in it can be chosen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sheet-table")
        self.setAccessibleName(report_page.TABLE)
        self._rows = SheetModel(self)
        self.setModel(self._rows)
        self.setItemDelegate(_CellDelegate(self))
        self.setHorizontalHeader(_Header(self))
        self.verticalHeader().hide()
        self.setShowGrid(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setCornerButtonEnabled(False)
        self.setTabKeyNavigation(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.follow_theme()

    def show_sheet(self, sheet: ReportSheet | None) -> None:
        """Show a report; the same again changes nothing."""
        shown = sheet or _EMPTY
        if shown != self._rows.sheet():
            self._rows.replace(shown)
            self.scrollToTop()
            self._share_out()

    @override
    def selectionCommand(
        self, index: _Index, event: QEvent | None = None
    ) -> QItemSelectionModel.SelectionFlag:
        return QItemSelectionModel.SelectionFlag.NoUpdate

    @override
    def resizeEvent(self, event: Any) -> None:
        super().resizeEvent(event)
        self._share_out()

    @override
    def refresh_theme(self) -> None:
        current = theme.current()
        self.verticalHeader().setDefaultSectionSize(current.px(ROW_HEIGHT))
        self.horizontalHeader().setFixedHeight(current.px(HEADER_HEIGHT))
        # Qt's own least width is wider than a column of few signs, and pushes the last one out.
        self.horizontalHeader().setMinimumSectionSize(1)
        self._share_out()
        self.viewport().update()

    def _share_out(self) -> None:
        """Give each column the width of its longest text, and share the rest out among all.

        Where they have no room beside each other, the letters of all become smaller by as much.
        """
        current, sheet = theme.current(), self._rows.sheet()
        if not sheet.heads:
            return
        bold, cap = current.font(Role.BODY_BOLD), current.font(Role.CAP)
        needed = []
        for at, head in enumerate(sheet.heads):
            texts = {row.cells[at] for row in (*sheet.rows, *sheet.totals)}
            words = max(text_width(word, cap) for word in head.split())
            widest = max((text_width(text, bold) for text in texts), default=0.0)
            needed.append(max(words * SHRINKS[-1], widest))
        room = self.viewport().width() - 2 * _padding() * len(needed)
        share = min(1.0, max(SHARE_MIN, room / sum(needed)))
        self._rows.share = share
        spare = (room - share * sum(needed)) / len(needed) + 2 * _padding()
        for at, width in enumerate(needed):
            self.setColumnWidth(at, int(width * share + spare))
