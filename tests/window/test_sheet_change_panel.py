"""The change PIN is on the screen only while somebody holds the button, and never for long."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt, QTimer
from PySide6.QtGui import QFocusEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from counterfoil.domain.message import MessageWay
from counterfoil.domain.secret import Secret
from counterfoil.presentation.screens import ChangeRow, Fact, HiddenCode, TimelineRow
from counterfoil.presentation.words.speaking import speaking
from counterfoil.ui import theme
from counterfoil.ui.theme import SizeClass, ThemeName
from counterfoil.ui.widgets.change_panel import SHOWN_S, ChangePanel
from counterfoil.ui.widgets.timeline import Timeline
from support.canary import CANARY_CHANGE_PIN
from support.painted_text import faults_of
from support.pseudo import longer

FACTS = (
    Fact(label="Value", value="R31.00"),
    Fact(label="Expires", value="2029-11-20"),
    Fact(label="Serial", value="7721 0093 118"),
)
ROW = ChangeRow(redemption_id="1", codes=(HiddenCode(groups=(4, 4, 4, 4)),), facts=FACTS)
SMS = ChangeRow(redemption_id="2", sms_text="Sent by SMS to 082 *** 4567")
NO_AMOUNT = ChangeRow(
    redemption_id="3",
    codes=(HiddenCode(groups=(4, 4, 4, 4)),),
    facts=(Fact(label="Value", value="Check the balance"), *FACTS[1:]),
)


@pytest.fixture(autouse=True)
def _light(qapp: QApplication) -> Iterator[None]:
    """Begin and end in the light theme."""
    theme.apply_theme(qapp, ThemeName.LIGHT)
    theme.set_size_class(SizeClass.NORMAL)
    yield
    theme.set_size_class(SizeClass.NORMAL)


@pytest.fixture
def panel(qtbot: QtBot) -> ChangePanel:
    """Return a panel that is answered with a PIN whenever it asks for one."""
    made = ChangePanel()
    qtbot.addWidget(made)
    made.resize(676, 190)
    made.set_row(ROW)
    made.show()
    made.reveal_requested.connect(
        lambda is_wanted: made.show_codes((Secret(CANARY_CHANGE_PIN),)) if is_wanted else None
    )
    return made


def test_two_codes_and_both_buttons_have_room_at_the_largest_text(
    qapp: QApplication, qtbot: QtBot
) -> None:
    """Also in words two fifths longer: no digit is cut, and neither button lies over the other."""
    theme.set_room(1024, 768)
    theme.apply_theme(qapp, ThemeName.LIGHT, scale=2.0)
    theme.set_size_class(SizeClass.SMALL)
    with speaking(longer):
        page = QWidget()
        qtbot.addWidget(page)
        panel = ChangePanel(page)
        panel.offer_message(MessageWay.SMS)
        codes = tuple(
            HiddenCode(groups=(4, 4, 4, 4), caption=f"[PIN~~], R{n}.00") for n in (20, 11)
        )
        panel.set_row(ChangeRow(redemption_id="4", codes=codes))
        page.show()
        secrets = (Secret(CANARY_CHANGE_PIN), Secret("9000000000541588"))
        panel.reveal_requested.connect(lambda _: panel.show_codes(secrets))
        QTest.mousePress(hold_button(panel), Qt.MouseButton.LeftButton)
        assert panel.is_pin_shown()
        for width in range(480, 600, 10):
            page.resize(width, panel.sizeHint().height())
            panel.resize(page.size())
            QApplication.sendPostedEvents()  # the layout follows
            assert (width, faults_of(page)) == (width, [])


def hold_button(panel: ChangePanel) -> QPushButton:
    """Return the button to hold."""
    button = panel.findChild(QPushButton, "hold_to_show")
    assert button is not None
    return button


def press(panel: ChangePanel) -> None:
    """Press the button and keep it down."""
    QTest.mousePress(hold_button(panel), Qt.MouseButton.LeftButton)


def digits(panel: ChangePanel) -> QImage:
    """Return a picture of the PIN's place."""
    place = panel.findChild(QWidget, "change_digits")
    assert place is not None
    return place.grab().toImage()


def countdown(panel: ChangePanel) -> QTimer:
    """Return the timer of the seconds."""
    timer = panel.findChild(QTimer, "change_countdown")
    assert timer is not None
    return timer


def test_the_pin_is_shown_while_the_button_is_held(panel: ChangePanel) -> None:
    """Down it is there, up it is gone."""
    hidden = digits(panel)
    press(panel)
    assert panel.is_pin_shown()
    assert digits(panel) != hidden
    assert hold_button(panel).accessibleName() == "Hides in 15 s"
    QTest.mouseRelease(hold_button(panel), Qt.MouseButton.LeftButton)
    assert not panel.is_pin_shown()
    assert digits(panel) == hidden
    assert not countdown(panel).isActive()


def test_the_keyboard_holds_it_too(panel: ChangePanel) -> None:
    """The space bar on the focused button does what a finger does."""
    hold_button(panel).setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyPress(hold_button(panel), Qt.Key.Key_Space)
    assert panel.is_pin_shown()
    QTest.keyRelease(hold_button(panel), Qt.Key.Key_Space)
    assert not panel.is_pin_shown()


@pytest.mark.fault("X2")
def test_after_15_seconds_it_hides_although_the_button_is_held(panel: ChangePanel) -> None:
    """The seconds are counted down on the button."""
    press(panel)
    captions = []
    for _ in range(SHOWN_S):
        captions.append(hold_button(panel).accessibleName())
        countdown(panel).timeout.emit()
    assert captions[0] == "Hides in 15 s"
    assert captions[-1] == "Hides in 1 s"
    assert not panel.is_pin_shown()
    assert hold_button(panel).accessibleName() == "Hold to show"
    QTest.mouseRelease(hold_button(panel), Qt.MouseButton.LeftButton)


@pytest.mark.fault("X2")
@pytest.mark.parametrize("how", ["focus", "hide", "window", "another voucher"])
def test_whatever_takes_the_cashier_away_hides_it(panel: ChangePanel, how: str) -> None:
    """Focus elsewhere, another room, another window, another voucher."""
    press(panel)
    if how == "focus":
        event = QFocusEvent(QEvent.Type.FocusOut, Qt.FocusReason.TabFocusReason)
        QApplication.sendEvent(hold_button(panel), event)
    elif how == "hide":
        panel.hide()
    elif how == "window":
        panel.isActiveWindow = lambda: False  # type: ignore[method-assign]  # as when another window comes
        QApplication.sendEvent(panel, QEvent(QEvent.Type.ActivationChange))
    else:
        panel.set_row(NO_AMOUNT)
    assert not panel.is_pin_shown()
    assert not countdown(panel).isActive()


def test_a_pin_that_comes_after_the_button_is_up_is_forgotten(panel: ChangePanel) -> None:
    """A slow answer never shows digits to nobody."""
    panel.show_codes((Secret(CANARY_CHANGE_PIN),))
    assert not panel.is_pin_shown()


def test_asking_and_letting_go_come_in_pairs(qtbot: QtBot) -> None:
    """Each press asks once and each release says that the PIN is no longer wanted."""
    panel = ChangePanel()
    qtbot.addWidget(panel)
    panel.set_row(ROW)
    asked: list[bool] = []
    panel.reveal_requested.connect(asked.append)
    panel.show()
    for _ in range(2):
        QTest.mouseClick(hold_button(panel), Qt.MouseButton.LeftButton)
    assert asked == [True, False, True, False]


def test_nothing_moves_when_the_pin_comes_and_goes(panel: ChangePanel) -> None:
    """The panel and every widget on it keep place and size."""
    before = [(child.pos(), child.size()) for child in panel.findChildren(QWidget)]
    press(panel)
    after = [(child.pos(), child.size()) for child in panel.findChildren(QWidget)]
    assert after == before
    QTest.mouseRelease(hold_button(panel), Qt.MouseButton.LeftButton)


@pytest.mark.fault("X2", "X14")
def test_nothing_but_the_picture_tells_the_pin(panel: ChangePanel) -> None:
    """No text, name, tooltip or property of any widget holds it, and nothing can be selected."""
    press(panel)
    for widget in (panel, *panel.findChildren(QWidget)):
        told = " ".join(
            (
                widget.accessibleName(),
                widget.accessibleDescription(),
                widget.toolTip(),
                widget.windowTitle(),
                widget.text() if isinstance(widget, QLabel | QPushButton) else "",
            )
        )
        assert CANARY_CHANGE_PIN not in told.replace(" ", "")
        assert CANARY_CHANGE_PIN[:4] not in told
        if isinstance(widget, QLabel):
            assert widget.textInteractionFlags() is Qt.TextInteractionFlag.NoTextInteraction
    assert panel.contextMenuPolicy() is Qt.ContextMenuPolicy.PreventContextMenu
    QTest.mouseRelease(hold_button(panel), Qt.MouseButton.LeftButton)


def test_by_sms_there_is_nothing_to_hold(panel: ChangePanel) -> None:
    """A sentence stands where the digits were."""
    panel.set_row(SMS)
    texts = [label.text() for label in panel.findChildren(QLabel) if label.isVisible()]
    assert "Sent by SMS to 082 *** 4567" in texts
    assert not hold_button(panel).isVisible()
    panel.set_row(ROW)
    assert hold_button(panel).isVisible()


@pytest.mark.parametrize(("size_class", "width"), [("normal", 676), ("small", 562)])
def test_no_fact_is_cut(panel: ChangePanel, size_class: str, width: int) -> None:
    """Without an amount the long words get a row of their own."""
    theme.set_size_class(SizeClass(size_class))
    panel.set_row(NO_AMOUNT)
    panel.resize(width, panel.sizeHint().height())
    # Layouts answer to posted events; nothing else is pending.
    QApplication.sendPostedEvents()
    for label in panel.findChildren(QLabel):
        if label.isVisible() and "only way" not in label.text():
            assert label.width() >= label.sizeHint().width(), label.text()
            assert panel.rect().contains(label.geometry().translated(_offset(label, panel)))


def _offset(label: QLabel, panel: ChangePanel) -> QPoint:
    return label.mapTo(panel, QPoint(0, 0)) - label.pos()


def test_groups_that_do_not_fit_the_pin_are_replaced_by_fours(panel: ChangePanel) -> None:
    """A PIN of another length than announced is still shown whole."""
    panel.set_row(ChangeRow(redemption_id="4", codes=(HiddenCode(groups=(4, 4)),), facts=()))
    press(panel)
    assert panel.is_pin_shown()
    digits(panel)
    QTest.mouseRelease(hold_button(panel), Qt.MouseButton.LeftButton)


def test_the_timeline_tells_each_step_as_a_sentence(qtbot: QtBot) -> None:
    """A screen reader hears times, what happened and the detail; each step has its height."""
    timeline = Timeline()
    qtbot.addWidget(timeline)
    timeline.set_rows(
        (
            TimelineRow("14:05:02.1", "Sent to 1Voucher", "try 1"),
            TimelineRow("14:05:04.6", "Sale closed with it", "hand over from here", True),  # noqa: FBT003 - the record's own order
            TimelineRow("14:05:05.0", "Slip sent to the printer"),
        )
    )
    assert timeline.accessibleDescription().splitlines() == [
        "14:05:02.1: Sent to 1Voucher, try 1.",
        "14:05:04.6: Sale closed with it, hand over from here.",
        "14:05:05.0: Slip sent to the printer.",
    ]
    assert timeline.height() == 3 * 46


@pytest.mark.parametrize("name", list(ThemeName))
def test_only_the_step_that_allowed_hand_over_is_filled(
    qapp: QApplication, qtbot: QtBot, name: ThemeName
) -> None:
    """Its dot has the colour of approval and the others the paper's."""
    theme.apply_theme(qapp, name)
    timeline = Timeline()
    qtbot.addWidget(timeline)
    timeline.set_rows(
        (TimelineRow("1", "a"), TimelineRow("2", "b", is_hand_over=True), TimelineRow("3", "c"))
    )
    timeline.resize(300, timeline.height())
    image = timeline.grab().toImage()
    current = theme.current()
    dots = [image.pixelColor(92, 46 * step + 14) for step in range(3)]
    assert dots == [
        current.colour("paper"),
        current.colour("approved-ink"),
        current.colour("paper"),
    ]
    theme.apply_theme(qapp, ThemeName.LIGHT)
