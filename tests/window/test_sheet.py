"""The sheet lies and tears as its state says, and costs nothing while nothing changes."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
import zxingcpp
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPaintEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot
from typing_extensions import override

from counterfoil.adapters.printing.lettering import can_draw
from counterfoil.adapters.printing.symbols import ZxingSymbols
from counterfoil.domain.slip import Pair, PinBox, Slip, SlipKind, Text
from counterfoil.domain.slip_layout import COLUMNS, height_lines, lay_out
from counterfoil.presentation.screens import Tone
from counterfoil.presentation.words.speaking import speaking
from counterfoil.ui import theme
from counterfoil.ui.theme import SizeClass, ThemeName
from counterfoil.ui.widgets.sheet import Sheet
from counterfoil.ui.widgets.sheet_shape import SheetShape
from counterfoil.ui.widgets.slip_paper import SlipPaper, Stamp, line_height_for, spoken_lines
from support.outcomes import all_outcomes
from support.pseudo import marked
from support.slips import (
    CHANGE_PIN,
    REFERENCE,
    all_slips,
    copy_slip,
    declined_slip,
    draft_slip,
    final_slip,
    pending_slip,
)

SIZE = QSize(1150, 668)
NOT_YET = Stamp("Not yet", Tone.UNKNOWN)
TEXT_START, TEXT_END, BLANK_END = 44, 14, 13
"""The margins beside a slip's words, and the blank paper at its torn end, in px."""


@pytest.fixture(autouse=True)
def _light(qapp: QApplication) -> Iterator[None]:
    """Begin and end in the light theme, without motion."""
    theme.apply_theme(qapp, ThemeName.LIGHT, motion=False)
    theme.set_size_class(SizeClass.NORMAL)
    yield
    theme.apply_theme(qapp, ThemeName.LIGHT)


@pytest.fixture
def sheet(qtbot: QtBot) -> Sheet:
    """Return a sheet on a window, as at 1366 × 768."""
    made = Sheet(ZxingSymbols().code128)
    qtbot.addWidget(made)
    made.resize(SIZE)
    made.show()
    return made


def picture(widget: QWidget) -> QImage:
    """Return what is seen, over the counter's colour."""
    image = QImage(widget.size(), QImage.Format.Format_RGB32)
    image.fill(theme.current().colour("counter"))
    widget.render(image, QPoint(), renderFlags=QWidget.RenderFlag.DrawChildren)
    return image


def places_in(image: QImage) -> Iterator[QPoint]:
    """Give every pixel's place."""
    return (QPoint(x, y) for y in range(image.height()) for x in range(image.width()))


def is_red(colour: QColor) -> bool:
    """Whether this is the ink of a refusal's stamp, or mixed with much of it."""
    return colour.red() - colour.green() > 60


def colour_at(sheet: Sheet, x: float, y: float) -> QColor:
    """Return the colour of one pixel."""
    return picture(sheet).pixelColor(round(x), round(y))


def codes(image: QImage) -> list[str]:
    """Return the texts of all symbols a camera would find."""
    from PIL import Image

    large = image.scaled(image.size() * 3)
    size = (large.width(), large.height())
    read = Image.frombuffer("RGB", size, bytes(large.constBits()), "raw", "BGRX", 0, 1)
    return [code.text for code in zxingcpp.read_barcodes(read)]


def long_slip() -> Slip:
    """Return a slip that no sheet can hold."""
    return slip_of(*(f"line {n}" for n in range(90)))


def slip_of(*lines: str) -> Slip:
    """Return a growing slip with these lines."""
    return Slip(kind=SlipKind.DRAFT, lines=tuple(map(Text, lines)))


class Painted(QObject):
    """Knows which part of a widget was painted last."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.area = QRect()
        widget.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QPaintEvent):
            self.area = event.rect()
        return False


def test_the_slip_is_as_long_as_what_will_print(sheet: Sheet) -> None:
    """More lines, more paper; a stamp adds its own room."""
    sheet.set_slip(draft_slip())
    short = sheet.shape().slip.height()
    sheet.set_slip(draft_slip(), stamp=NOT_YET)
    stamped = sheet.shape().slip.height()
    sheet.set_slip(final_slip())
    assert stamped == short + 92
    assert sheet.shape().slip.height() > short


def test_attached_paper_is_one_piece_and_torn_paper_is_two(sheet: Sheet) -> None:
    """The counter shows through between the parts only when the slip is torn off."""
    sheet.set_slip(final_slip())
    joint = sheet.shape().slip.left()
    middle = sheet.shape().top + 180
    assert colour_at(sheet, joint - 2, middle - 2) == theme.current().colour("paper")
    sheet.set_slip(final_slip(), is_torn=True)
    stub, slip = sheet.shape().stub, sheet.shape().slip
    assert slip.left() - stub.right() == 20
    assert slip.top() - stub.top() == 6
    counter = theme.current().colour("counter")
    gap = colour_at(sheet, (stub.right() + slip.left()) / 2, middle)
    assert abs(gap.lightness() - counter.lightness()) < 16


def test_the_counter_shows_through_every_hole_without_a_shadow(sheet: Sheet) -> None:
    """A hole is exactly the counter's colour."""
    sheet.set_slip(draft_slip())
    shape, image = sheet.shape(), picture(sheet)
    colours = {
        image.pixelColor(round(shape.slip.left()), round(shape.top + offset)).name()
        for offset in shape.hole_offsets
    }
    assert len(shape.hole_offsets) > 10
    assert colours == {theme.current().colour("counter").name()}


def test_no_hole_is_cut_in_half_by_an_end(sheet: Sheet) -> None:
    """The first is 12 below the upper edge and the last at least 8 above the slip's end."""
    for slip in all_slips().values():
        sheet.set_slip(slip)
        shape = sheet.shape()
        assert shape.hole_offsets[0] == 12
        assert shape.hole_offsets[-1] <= shape.slip.height() - 8
        assert shape.slip.height() - 8 - shape.hole_offsets[-1] < 16


def test_the_final_head_fills_the_stub_s_own_shape(sheet: Sheet) -> None:
    """Green runs to the paper's torn edge, holes stay counter, and below it is paper again."""
    sheet.set_head(141, "approved")
    sheet.set_slip(final_slip(), is_torn=True)
    shape, image = sheet.shape(), picture(sheet)
    green = theme.current().colour("approved")
    edge = round(shape.stub.right())
    between = round(shape.top + shape.hole_offsets[1] + 8)
    assert image.pixelColor(edge - 2, between) == green
    assert image.pixelColor(2, round(shape.top + 139)) == green
    assert image.pixelColor(2, round(shape.top + 143)) == theme.current().colour("paper")
    bite = image.pixelColor(edge - 2, round(shape.top + shape.hole_offsets[1]))
    assert bite == theme.current().colour("counter")
    sheet.clear_head()
    assert colour_at(sheet, 40, shape.top + 40) == theme.current().colour("paper")


def test_training_shows_its_word_behind_the_work(qapp: QApplication, sheet: Sheet) -> None:
    """The stub is no longer plain paper anywhere in its middle third."""
    sheet.set_slip(draft_slip())
    plain = picture(sheet)
    theme.apply_theme(qapp, ThemeName.LIGHT, training=True, motion=False)
    marked = picture(sheet)
    middle = range(250, 420, 3)
    paper = theme.current().colour("paper")
    assert all(plain.pixelColor(x, y) == paper for x in range(100, 640, 9) for y in middle)
    assert any(marked.pixelColor(x, y) != paper for x in range(100, 640, 9) for y in middle)


def test_the_paper_is_drawn_once_and_then_reused(sheet: Sheet) -> None:
    """Neither another paint nor the same slip again draws shapes or words anew."""
    sheet.set_slip(draft_slip(), stamp=NOT_YET, is_dimmed=True)
    sheet.grab()
    pieces, words = sheet._pieces, sheet.slip_paper()._drawn
    sheet.set_slip(draft_slip(), stamp=NOT_YET, is_dimmed=True)
    sheet.grab()
    assert sheet._pieces is pieces
    assert sheet.slip_paper()._drawn is words
    sheet.set_slip(draft_slip())
    sheet.grab()
    assert sheet._pieces is not pieces


def test_other_words_of_the_same_length_leave_the_paper_alone(
    qapp: QApplication, sheet: Sheet
) -> None:
    """A key stroke paints its own line of the slip, and not the form that lies on the paper."""
    sheet.set_slip(slip_of("line one"))
    qapp.processEvents()
    painted = Painted(sheet)
    sheet.set_slip(slip_of("line two"))
    qapp.processEvents()
    paper = sheet.slip_paper().geometry()
    assert paper.contains(painted.area)
    assert 0 < painted.area.height() < paper.height() / 5
    sheet.set_slip(slip_of(*(f"line {number}" for number in range(30))))
    qapp.processEvents()
    assert painted.area == sheet.rect()


def test_another_word_is_drawn_in_its_row_as_a_whole_slip_would_draw_it(
    qapp: QApplication, qtbot: QtBot, sheet: Sheet
) -> None:
    """A key changes one row of the slip; the others are not painted again."""
    draft = draft_slip()
    changed = Pair("Voucher", "**** **** **** 9821"), Pair("Redeem", "R1 900.00")
    other = replace(draft, lines=(*draft.lines[:-3], *changed, draft.lines[-1]))
    sheet.set_slip(draft)
    before, paper = picture(sheet), sheet.slip_paper()
    qapp.processEvents()
    painted = Painted(paper)
    sheet.set_slip(other)
    qapp.processEvents()
    assert 0 < painted.area.height() < paper.height() / 5
    fresh = Sheet(ZxingSymbols().code128)
    qtbot.addWidget(fresh)
    fresh.resize(SIZE)
    fresh.show()
    fresh.set_slip(other)
    assert picture(sheet) == picture(fresh) != before


def test_the_stub_s_widget_stays_where_it_is_when_the_slip_is_torn(sheet: Sheet) -> None:
    """What is on the stub must not jump at the moment of handing over."""
    work = QLabel("work")
    sheet.set_stub_widget(work)
    sheet.set_slip(final_slip())
    before = work.mapTo(sheet, QPoint(0, 0)), work.size()
    sheet.set_slip(final_slip(), is_torn=True)
    assert (work.mapTo(sheet, QPoint(0, 0)), work.size()) == before
    assert before[0].y() == 6
    assert before[1].width() == SIZE.width() - 14 - 396


def test_another_stub_widget_takes_the_place_of_the_first(sheet: Sheet) -> None:
    """The first one is hidden and not destroyed."""
    first, second = QLabel("first"), QLabel("second")
    sheet.set_stub_widget(first)
    sheet.set_stub_widget(second)
    assert not first.isVisible()
    assert second.isVisible()


def test_without_a_rail_the_paper_begins_14_from_the_edge(sheet: Sheet) -> None:
    """History and its neighbours have no tile that runs into the paper."""
    sheet.set_has_rail(False)
    assert sheet.shape().stub.left() == 14


def test_only_becoming_torn_moves_and_it_ends(
    qapp: QApplication, qtbot: QtBot, sheet: Sheet
) -> None:
    """The tear takes its 150 ms and says when it is over; the words move with the paper."""
    theme.apply_theme(qapp, ThemeName.LIGHT, motion=True)
    sheet.set_slip(final_slip())
    assert not sheet.is_moving()
    attached = sheet.slip_paper().y()
    with qtbot.waitSignal(sheet.tear_finished, timeout=2000):
        sheet.set_slip(final_slip(), is_torn=True)
        assert sheet.is_moving()
        sheet.grab()
    assert not sheet.is_moving()
    assert sheet.slip_paper().y() == attached + 6


@pytest.mark.parametrize("reason", ["setting", "contrast", "hidden"])
def test_without_motion_the_end_state_comes_at_once(
    qapp: QApplication, qtbot: QtBot, sheet: Sheet, reason: str
) -> None:
    """The setting, high contrast and an unseen sheet tear without moving."""
    name = ThemeName.CONTRAST if reason == "contrast" else ThemeName.LIGHT
    theme.apply_theme(qapp, name, motion=reason != "setting")
    if reason == "hidden":
        sheet.hide()
    sheet.set_slip(final_slip())
    with qtbot.waitSignal(sheet.tear_finished, timeout=100):
        sheet.set_slip(final_slip(), is_torn=True)
    assert not sheet.is_moving()


def test_a_new_voucher_lets_the_old_slip_leave_while_the_new_one_is_live(
    qapp: QApplication, qtbot: QtBot, sheet: Sheet
) -> None:
    """The new slip is there at once; the old one is only a picture on its way out."""
    theme.apply_theme(qapp, ThemeName.LIGHT, motion=False)
    sheet.set_slip(final_slip(), is_torn=True)
    sheet.grab()
    theme.apply_theme(qapp, ThemeName.LIGHT, motion=True)
    sheet.grab()
    sheet.set_slip(draft_slip())
    assert sheet.is_moving()
    assert not sheet.is_torn()
    assert "To pay: R19.00" in sheet.slip_paper().accessibleDescription()
    sheet.grab()
    qtbot.waitUntil(lambda: not sheet.is_moving(), timeout=2000)
    assert sheet._leaving is None


def test_hiding_the_sheet_ends_its_motion(qapp: QApplication, sheet: Sheet) -> None:
    """No picture is left half way when the room changes."""
    theme.apply_theme(qapp, ThemeName.LIGHT, motion=True)
    sheet.set_slip(final_slip())
    sheet.set_slip(final_slip(), is_torn=True)
    sheet.hide()
    assert not sheet.is_moving()


def test_right_to_left_mirrors_the_paper_and_not_the_slip_s_words(sheet: Sheet) -> None:
    """The slip lies at the left, and a scanner still reads its barcode."""
    sheet.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    sheet.set_slip(final_slip(), is_torn=True)
    assert sheet.slip_paper().x() == 10
    assert codes(picture(sheet)) == [REFERENCE]


def test_the_screen_s_barcode_is_our_reference_and_no_pin_can_be_read(sheet: Sheet) -> None:
    """A scanner reads the reference from the screen; the QR code is only on paper."""
    sheet.set_slip(final_slip())
    assert codes(picture(sheet)) == [REFERENCE]


def test_the_screen_never_gets_the_pin_even_when_the_slip_has_it(sheet: Sheet) -> None:
    """With and without a PIN the picture is the same, and nothing tells it."""
    sheet.set_slip(final_slip())
    with_pin = picture(sheet)
    spoken = sheet.slip_paper().accessibleName() + sheet.slip_paper().accessibleDescription()
    sheet.set_slip(None)
    sheet.set_slip(final_slip(pin="1111222233334444"))
    assert picture(sheet) == with_pin
    assert CHANGE_PIN not in spoken.replace(" ", "")
    assert "PIN, hidden" in spoken


def test_a_slip_is_read_out_in_its_own_order(sheet: Sheet) -> None:
    """A screen reader hears the lines, labels with their values."""
    sheet.set_slip(pending_slip())
    lines = sheet.slip_paper().accessibleDescription().splitlines()
    assert lines[:2] == ["PENDING: NOT CONFIRMED", "CORNER SHOP"]
    assert "Asked for: R19.00" in lines


def test_a_dimmed_slip_has_no_full_ink(sheet: Sheet) -> None:
    """Only the muted colour and its mixtures with the paper are in it."""
    sheet.set_slip(draft_slip(), is_dimmed=True)
    image = picture(sheet.slip_paper())
    muted = theme.current().colour("slip-muted")
    darkest = min(
        image.pixelColor(x, y).lightness()
        for x in range(0, image.width(), 2)
        for y in range(0, image.height(), 2)
    )
    assert darkest >= muted.lightness() - 2


@pytest.mark.parametrize("name", [ThemeName.LIGHT, ThemeName.DARK, ThemeName.CONTRAST])
def test_a_stamp_lies_below_the_last_line(
    qapp: QApplication, sheet: Sheet, name: ThemeName
) -> None:
    """It changes pixels only in the room that it added."""
    theme.apply_theme(qapp, name, motion=False)
    sheet.set_slip(declined_slip())
    plain = picture(sheet.slip_paper())
    end = 18 + sheet.slip_paper().content_height(338)
    sheet.set_slip(declined_slip(), stamp=Stamp("NO SLIP", Tone.DECLINED))
    stamped = picture(sheet.slip_paper())
    changed = [
        y
        for y in range(min(plain.height(), stamped.height()))
        if any(plain.pixel(x, y) != stamped.pixel(x, y) for x in range(0, plain.width(), 3))
    ]
    assert changed
    assert min(changed) >= end


@pytest.mark.parametrize("width", [304, 396])
@pytest.mark.parametrize("text", ["CLOSED", "NO SLIP", "[ČĹÓŠÉĎ~~~]"])
def test_a_stamp_in_large_letters_lies_wholly_on_its_paper(
    qapp: QApplication, sheet: Sheet, text: str, width: int
) -> None:
    """Nothing of its frame is cut at a side or at the torn end."""
    theme.apply_theme(qapp, ThemeName.LIGHT, scale=2.0, motion=False)
    sheet.set_slip_width(width)
    sheet.set_slip(declined_slip(), stamp=Stamp(text, Tone.DECLINED))
    image = picture(sheet.slip_paper())
    red = [at for at in places_in(image) if is_red(image.pixelColor(at))]
    left, right = min(at.x() for at in red), max(at.x() for at in red)
    assert left > TEXT_START
    assert right < image.width() - TEXT_END
    assert max(at.y() for at in red) < image.height() - BLANK_END


def test_a_slip_longer_than_the_sheet_follows_its_newest_part_and_scrolls(
    qtbot: QtBot, sheet: Sheet
) -> None:
    """It is cut without teeth; the wheel and a finger move it, and a drag is no click."""
    sheet.set_slip(long_slip())
    paper = sheet.slip_paper()
    assert sheet.shape().is_cut_short
    assert sheet.shape().slip.bottom() == SIZE.height() - 14
    newest = paper._offset
    assert newest > 0
    _turn_wheel(paper, 120)
    assert paper._offset < newest
    wheeled = paper._offset
    with qtbot.assertNotEmitted(sheet.enlarged_requested):
        QTest.mousePress(paper, Qt.MouseButton.LeftButton, pos=QPoint(100, 100))
        _move_finger(paper, QPoint(100, 160))
        QTest.mouseRelease(paper, Qt.MouseButton.LeftButton, pos=QPoint(100, 160))
    assert paper._offset == pytest.approx(wheeled - 60)
    _turn_wheel(paper, 120 * 1000)
    assert paper._offset == 0
    sheet.grab()


def test_a_finished_slip_is_seen_from_its_head_with_its_pin(sheet: Sheet) -> None:
    """What is handed over is read from its beginning, and as far down as the PIN must be seen."""
    paper = sheet.slip_paper()
    bare = replace(final_slip(), lines=tuple(map(Text, "abc" * 30)))
    sheet.set_slip(bare)
    assert paper._offset_max() > 0
    assert paper._offset == 0
    sheet.set_slip(bare, stamp=Stamp("Void"))
    assert paper._offset == paper._offset_max()  # where the stamp is
    for before in (0, 10, 60):
        sheet.set_slip(replace(bare, lines=(*bare.lines[:before], PinBox((4,) * 4), *bare.lines)))
        line = line_height_for(paper._text_width())
        bottom = 18 + (before + 1.75) * line - paper._offset
        assert bottom <= paper.height()
        assert (paper._offset == 0) == (before < 60)
    sheet.grab()


@pytest.mark.parametrize("columns", COLUMNS)
def test_the_screen_has_the_rows_of_the_paper(qtbot: QtBot, columns: int) -> None:
    """Of every outcome, also where its words have letters that no code page has."""
    paper = SlipPaper(ZxingSymbols().code128, columns=columns)
    qtbot.addWidget(paper)
    with speaking(marked):
        foreign = _shown_and_printed()
    for shown, slip in (*_shown_and_printed(), *foreign):
        assert not shown.has_secret
        paper.set_slip(shown)
        printed = lay_out(slip, columns, can_draw)
        assert paper.accessibleDescription() == "\n".join(spoken_lines(printed))
        assert paper.content_height(400) == round(
            height_lines(printed) * line_height_for(400, columns)
        )


def _shown_and_printed() -> list[tuple[Slip, Slip]]:
    """Return each slip as it is written for a screen, and as it is written for a printer."""
    shown = all_outcomes(is_on_screen=True)
    return [(shown[name], slip) for name, slip in all_outcomes().items()]


def _move_finger(paper: SlipPaper, where: QPoint) -> None:
    event = QMouseEvent(
        QEvent.Type.MouseMove,
        QPointF(where),
        QPointF(paper.mapToGlobal(where)),
        Qt.MouseButton.NoButton,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(paper, event)


def _turn_wheel(paper: SlipPaper, angle: int) -> None:
    where = QPointF(20, 20)
    event = QWheelEvent(
        where,
        paper.mapToGlobal(where),
        QPoint(),
        QPoint(0, angle),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,  # noqa: FBT003 - Qt's own order
    )
    QApplication.sendEvent(paper, event)


def test_a_click_on_the_slip_asks_for_a_larger_one(qtbot: QtBot, sheet: Sheet) -> None:
    """Anywhere on its paper."""
    sheet.set_slip(copy_slip(), is_torn=True)
    with qtbot.waitSignal(sheet.enlarged_requested, timeout=200):
        QTest.mouseClick(sheet.slip_paper(), Qt.MouseButton.LeftButton, pos=QPoint(60, 200))


def test_while_no_modules_are_to_be_had_the_barcode_s_place_stays_empty(qtbot: QtBot) -> None:
    """The slip is drawn without waiting, and again when they are there."""
    ready = False

    def modules(text: str) -> tuple[bool, ...]:
        return ZxingSymbols().code128(text) if ready else ()

    paper = SlipPaper(modules)
    qtbot.addWidget(paper)
    paper.set_slip(final_slip())
    paper.resize(paper.sizeHint())
    before = picture(paper)
    ready = True
    paper.refresh_codes()
    assert picture(paper) != before


@pytest.mark.parametrize("width", [304, 366, 396, 520])
def test_the_words_of_every_sample_fit_the_slip_of_every_class(sheet: Sheet, width: int) -> None:
    """Nothing is drawn in the blank margin at the right."""
    sheet.set_slip_width(width)
    for slip in all_slips().values():
        sheet.set_slip(slip)
        image = picture(sheet.slip_paper())
        margin = range(image.width() - 11, image.width() - 1)
        paper = theme.current().colour("counter").rgb()
        assert all(image.pixel(x, y) == paper for x in margin for y in range(image.height()))


@pytest.mark.parametrize("is_torn", [False, True])
def test_paths_stay_inside_their_rectangles(is_torn: bool) -> None:
    """Bites go into the paper and teeth do not reach below it."""
    shape = SheetShape(width=1150, height=668, slip_width=396, content_height=253, is_torn=is_torn)
    assert shape.stub.contains(shape.stub_path().boundingRect())
    assert shape.slip.adjusted(-0.01, -0.01, 0.01, 0.01).contains(shape.slip_path().boundingRect())
    whole = shape.stub.united(shape.slip).adjusted(-0.01, -0.01, 0.01, 0.01)
    assert whole.contains(shape.outline().boundingRect())
