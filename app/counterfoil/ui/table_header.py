"""The headings of a table, which are only read: nothing happens when they are pressed."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QHeaderView, QWidget

from counterfoil.overriding import override


class TableHeader(QHeaderView):
    """Hands each heading to `paint_heading`, which a table's own header defines."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setSectionsClickable(False)
        self.setHighlightSections(False)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def paint_heading(self, painter: QPainter, box: QRectF, column: int, text: str) -> None:
        """Paint the heading of a column, by its index from 0, into a box in px."""

    @override
    def paintSection(self, painter: QPainter, rect: object, logicalIndex: int) -> None:
        text = str(self.model().headerData(logicalIndex, Qt.Orientation.Horizontal))
        box = QRectF(rect)  # type: ignore[call-overload]  # QHeaderView gives a QRect
        self.paint_heading(painter, box, logicalIndex, text)
