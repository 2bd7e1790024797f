"""What is painted and laid out again while somebody works: nothing but what has changed."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from typing_extensions import override

from counterfoil.domain.offer import Offer
from counterfoil.ui.field_column import SPARE_MAX
from counterfoil.ui.widgets.field import EntryField, HintLine
from counterfoil.ui.widgets.field_line import BoxLine
from counterfoil.ui.widgets.monogram import Monogram
from support.window import ONE_VOUCHER, OTT, open_window


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


async def test_a_form_that_comes_back_is_shown_without_anything_made_anew() -> None:
    """Making a field costs five times what showing one does."""
    async with open_window() as till:
        for chosen in (ONE_VOUCHER, OTT, ONE_VOUCHER):
            till.counter.choose(chosen.id)
            await till.settle()
        before = till.box("field-pin")
        with _watched() as watch:
            till.counter.choose(OTT.id)
            await till.settle()
            till.counter.choose(ONE_VOUCHER.id)
            await till.settle()
        assert watch.polished == []
        assert till.box("field-pin") is before


async def test_a_form_that_comes_back_holds_nothing_of_what_was_typed() -> None:
    """A field is kept for its look; what a customer's voucher says is not kept with it."""
    async with open_window() as till:
        till.counter.choose(ONE_VOUCHER.id)
        till.type_into("field-phone_number", "12")
        till.type_into("field-pin", "1115")
        await till.settle()
        gone = till.box("field-phone_number")
        till.counter.choose(OTT.id)
        await till.settle()
        assert (gone.value(), gone.text(), gone.isUndoAvailable()) == ("", "", False)
        till.counter.choose(ONE_VOUCHER.id)
        await till.settle()
        assert till.box("field-phone_number") is gone
        assert gone.value() == ""


async def test_no_more_fields_are_kept_than_some_forms_have() -> None:
    """Discovery may describe other fields each time."""
    async with open_window() as till:
        for number in range(3 * SPARE_MAX):
            fields = (replace(ONE_VOUCHER.fields[0], label=f"PIN {number}"),)
            offered = replace(ONE_VOUCHER, fields=fields)
            till.counter.offer(Offer((offered,), None, is_fresh=True))
            till.counter.choose(offered.id)
            await till.settle()
        assert len(till.window.findChildren(EntryField)) <= SPARE_MAX + 2


async def test_words_in_the_footer_lay_the_top_bar_out_no_more_than_they_paint_it() -> None:
    """They change many times in a redemption."""
    async with open_window() as till:
        till.counter.choose(ONE_VOUCHER.id)
        till.fill(pin="1115684091419838", amount="")
        await till.settle()
        with _watched() as watch:
            till.type_into("amount", "19.00")
            await till.settle()
        bar = till.window.findChild(QWidget, "top-bar")
        assert bar is not None
        assert till.window.findChild(QWidget, "status_sentence") in watch.painted
        in_bar = [one for one in watch.painted if bar is one or bar.isAncestorOf(one)]
        assert in_bar == []
        assert bar not in watch.laid_out
