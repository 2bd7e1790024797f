"""What is painted and laid out again while somebody works: nothing but what has changed."""

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from typing_extensions import override

from counterfoil.ui.widgets.field import HintLine
from counterfoil.ui.widgets.field_line import BoxLine
from counterfoil.ui.widgets.monogram import Monogram
from support.window import ONE_VOUCHER, open_window


class _Watch(QObject):
    """Collects the widgets that were painted, polished or laid out again."""

    def __init__(self) -> None:
        super().__init__()
        self.painted: list[QWidget] = []
        self.polished: list[QWidget] = []
        self.laid_out: list[QWidget] = []

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(watched, QWidget):
            if event.type() == QEvent.Type.Paint:
                self.painted.append(watched)
            elif event.type() == QEvent.Type.Polish:
                self.polished.append(watched)
            elif event.type() == QEvent.Type.LayoutRequest and bool(watched.layout()):
                self.laid_out.append(watched)
        return False


@contextmanager
def _watched() -> Iterator[_Watch]:
    app, watch = QApplication.instance(), _Watch()
    assert app is not None
    app.installEventFilter(watch)
    try:
        yield watch
    finally:
        app.removeEventFilter(watch)


async def test_a_key_paints_its_box_and_the_line_below_it_and_lays_nothing_out() -> None:
    """The number of digits below the box is as wide as it was: no other widget moves for it."""
    async with open_window() as till:
        till.counter.choose(ONE_VOUCHER.id)
        till.type_into("field-pin", "1115")
        await till.settle()
        with _watched() as watch:
            QTest.keyClick(till.box("field-pin"), Qt.Key.Key_1)
            await till.settle()
        boxes = [one for one in watch.painted if isinstance(one, BoxLine)]
        hints = [one for one in watch.painted if isinstance(one, HintLine)]
        assert boxes == [till.box("field-pin")]
        assert [hint.words() for hint in hints] == ["5 of 16 digits"]
        others = QAbstractButton | Monogram
        assert [one.objectName() for one in watch.painted if isinstance(one, others)] == []
        assert watch.laid_out == []
