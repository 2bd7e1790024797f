"""The page Shift by keyboard alone and by touch alone: float, cash, blind count, Z, COPY."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from counterfoil.domain.shift import Shift, ShiftState
from counterfoil.domain.slip import SlipKind
from counterfoil.presentation.screens import Room
from counterfoil.presentation.shift_screen import ShiftScreen, ShiftStage
from counterfoil.service.commands import CloseShift, CountDrawer, OpenShift, PayIn
from counterfoil.ui import theme
from counterfoil.ui.theme import ThemeName
from counterfoil.ui.widgets.keypad import Keypad
from support.gateways import ScriptedGateway
from support.people import CASHIER_PIN, SUPERVISOR_NUMBER, SUPERVISOR_PIN, hire
from support.printers import MemoryPrinter
from support.scanner import Scanner
from support.shift_desks import pieces_of
from support.till import approved
from support.window import TYPES, WindowTill, open_window
from window.test_window_settling import approve
from window.test_window_sign_in import sign_in, type_keys

FLOAT = 50_000


@pytest.fixture(autouse=True)
def _light(qapp: QApplication) -> Iterator[None]:
    """Begin and end in the light theme, without motion."""
    theme.apply_theme(qapp, ThemeName.LIGHT, motion=False)
    yield
    theme.apply_theme(qapp, ThemeName.LIGHT)


def page(till: WindowTill) -> ShiftScreen:
    """Return what the page shows."""
    return till.pages.shift.screen()


async def at_stage(till: WindowTill, stage: ShiftStage) -> None:
    """Wait until a stage is shown, and takes a press."""
    await till.until(lambda: page(till).stage is stage and page(till).can_press)
    await till.ready_to_answer()


def words(till: WindowTill) -> str:
    """Return everything that visible labels say."""
    labels = till.window.findChildren(QLabel)
    return "\n".join(one.text() for one in labels if one.isVisible())


async def opened_by_keys(till: WindowTill) -> None:
    """Open a shift with R500.00."""
    till.press(Qt.Key.Key_F7)
    await at_stage(till, ShiftStage.CLOSED)
    type_keys(till, "500")
    till.press(Qt.Key.Key_F11)
    await at_stage(till, ShiftStage.OPEN)


async def kept(till: WindowTill, number: int = 1) -> Shift:
    """Return a shift as the journal has it."""
    shift = await till.journal.shift(number)
    assert shift is not None
    return shift


def touch(till: WindowTill, digits: str) -> None:
    """Touch the keys of the keypad that is to be seen."""
    top = QApplication.activeModalWidget() or till.window
    (pad,) = [one for one in top.findChildren(Keypad, "number-pad") if one.isVisible()]
    for digit in digits:
        QTest.mouseClick(
            pad.key_named("left" if digit == "." else digit), Qt.MouseButton.LeftButton
        )


def go_to(till: WindowTill, name: str) -> None:
    """Go with Tab until a widget has the focus."""
    for _ in range(60):
        if till.keyboard().objectName() == name:
            return
        till.press(Qt.Key.Key_Tab)
    raise AssertionError(name)


def said(till: WindowTill, name: str) -> str:
    """Return what the label with this name says."""
    label = till.visible(name)
    assert isinstance(label, QLabel)
    return label.text()


async def sold_in_part_by_keys(till: WindowTill) -> None:
    """Sell for R50.00 with a voucher that holds R19.00, and take the rest in cash."""
    till.press(Qt.Key.Key_F2)
    await till.settle()
    till.fill(pin="1000000000000001", amount="50.00")
    till.press(Qt.Key.Key_F12)
    await till.until_result()
    await till.ready_to_answer()
    till.press(Qt.Key.Key_F11)
    await till.until(lambda: till.has("act-take_rest"))
    await till.ready_to_answer()
    till.press(Qt.Key.Key_F9)
    await till.until(lambda: till.has("rest-overlay"))
    await till.ready_to_answer()
    type_keys(till, "50")
    till.press(Qt.Key.Key_F11)
    await till.until(lambda: not till.has("rest-due"))
    await till.ready_to_answer()
    assert said(till, "rest-change") == "R19.00"
    till.press(Qt.Key.Key_F11)
    await till.until(lambda: not till.has("rest-overlay"))


async def sold_in_part_by_touch(till: WindowTill) -> None:
    """Sell the same, and take the rest by card and in cash."""
    till.click("tab-redeem")
    await till.settle()
    till.fill(pin="1000000000000001", amount="50.00")  # the voucher itself is scanned
    till.click("primary")
    await till.until_result()
    await till.ready_to_answer()
    till.click("act-slip_complete")
    await till.until(lambda: till.has("act-take_rest"))
    await till.ready_to_answer()
    till.click("act-take_rest")
    await till.until(lambda: till.has("rest-overlay"))
    await till.ready_to_answer()
    till.click("rest-way-3")
    till.click("rest-card")
    touch(till, "11.50")
    till.click("rest-given")
    touch(till, "20")
    assert said(till, "rest-in-cash") == "R19.50"
    till.click("rest-act")
    await till.until(lambda: not till.has("rest-due"))
    await till.ready_to_answer()
    assert said(till, "rest-change") == "R0.50"
    till.click("rest-act")
    await till.until(lambda: not till.has("rest-overlay"))


async def moved_by_touch(till: WindowTill, move: str, amount: str, *, is_approved: bool) -> None:
    """Put cash in or take it out, for the first reason that is offered."""
    till.click(f"act-{move}")
    await at_stage(till, ShiftStage.MOVE)
    if amount:
        touch(till, amount)
    till.click("shift-reason-0")
    till.click("shift-primary")
    if is_approved:
        await touch_approval(till)
    await at_stage(till, ShiftStage.OPEN)


async def counted_and_closed_by_touch(till: WindowTill, cents: int) -> None:
    """Count so much, and close with the Z."""
    till.click("shift-primary")
    await at_stage(till, ShiftStage.COUNT)
    for value, count in pieces_of(cents).items():
        till.click(f"count-{value}")
        touch(till, str(count))
    till.click("shift-primary")
    await at_stage(till, ShiftStage.COUNTED)
    till.click("shift-primary")
    await at_stage(till, ShiftStage.REPORT)


async def paid_out_and_dropped_by_keys(till: WindowTill) -> None:
    """Pay R45.00 out, with an approval, and drop R100.00."""
    go_to(till, "act-pay_out")
    till.press(Qt.Key.Key_Space)
    await at_stage(till, ShiftStage.MOVE)
    type_keys(till, "45")
    go_to(till, "shift-reason-0")
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Space, Qt.Key.Key_F11):
        till.press(key)
    await approve(till)
    await at_stage(till, ShiftStage.OPEN)
    assert till.shell.screen().toast == "Noted: pay out, R45.00"
    go_to(till, "act-drop_cash")
    till.press(Qt.Key.Key_Space)
    await at_stage(till, ShiftStage.MOVE)
    type_keys(till, "100")
    go_to(till, "shift-words")
    type_keys(till, "owner came")
    till.press(Qt.Key.Key_F11)
    await at_stage(till, ShiftStage.OPEN)


async def printed_again_by_keys(till: WindowTill) -> None:
    """Show an earlier Z and print a COPY of it, each with an approval."""
    go_to(till, "earlier-1")
    till.press(Qt.Key.Key_Space)
    await approve(till)
    await at_stage(till, ShiftStage.REPORT)
    till.press(Qt.Key.Key_F9)
    await approve(till)


async def test_a_day_by_the_keyboard() -> None:
    """Open, sell in part with cash for the rest, pay out, drop, count, Z, reprint."""
    printer = MemoryPrinter()
    gateway = ScriptedGateway([approved(1900, change=None)], types=TYPES)
    async with open_window(gateway, printer=printer, staff=hire) as till:
        await sign_in(till)
        await opened_by_keys(till)
        assert page(till).title == "Shift 1"

        await sold_in_part_by_keys(till)

        till.press(Qt.Key.Key_F7)
        await at_stage(till, ShiftStage.OPEN)
        await paid_out_and_dropped_by_keys(till)
        till.press(Qt.Key.Key_F11)
        await at_stage(till, ShiftStage.COUNT)
        for count in ("1", "1", "1", "1", "1", "1", "", "1"):  # R386.00
            type_keys(till, f"{count}\n")
        assert page(till).counted == "R386.00"
        till.press(Qt.Key.Key_F11)
        await at_stage(till, ShiftStage.COUNTED)
        till.press(Qt.Key.Key_F11)
        await at_stage(till, ShiftStage.REPORT)
        shift = await kept(till)
        assert shift.state is ShiftState.CLOSED
        assert shift.books is not None
        assert shift.books.drawer.holds_cents == FLOAT + 3_100 - 4_500 - 10_000
        assert shift.books.drawer.difference_cents == 0
        assert "Should be there" in words(till)
        printed = len(printer.slips)
        till.press(Qt.Key.Key_F9)
        await till.until(lambda: len(printer.slips) == printed + 1)
        await at_stage(till, ShiftStage.REPORT)
        assert page(till).primary == "Print a COPY"
        till.press(Qt.Key.Key_Escape)
        await at_stage(till, ShiftStage.CLOSED)

        await printed_again_by_keys(till)
        await till.until(lambda: len(printer.slips) == printed + 2)
        assert [one.kind for one in printer.slips[printed:]] == [SlipKind.ORIGINAL, SlipKind.COPY]
        assert (await kept(till)).printed == 2


async def test_a_day_by_touch() -> None:
    """Nothing is typed on a keyboard: the amounts on the keypad, the reasons as choices."""
    printer = MemoryPrinter()
    gateway = ScriptedGateway([approved(1900, change=None)], types=TYPES)
    async with open_window(gateway, printer=printer, staff=hire) as till:
        await sign_in(till)
        till.click("tab-shift")
        await at_stage(till, ShiftStage.CLOSED)
        touch(till, "500")
        till.click("shift-primary")
        await at_stage(till, ShiftStage.OPEN)

        await sold_in_part_by_touch(till)

        till.click("tab-shift")
        await at_stage(till, ShiftStage.OPEN)
        await moved_by_touch(till, "pay_in", "20", is_approved=False)
        await moved_by_touch(till, "pay_out", "45", is_approved=True)
        await moved_by_touch(till, "drop_cash", "100", is_approved=False)
        await moved_by_touch(till, "open_drawer", "", is_approved=True)
        await counted_and_closed_by_touch(till, FLOAT + 1_950 + 2_000 - 4_500 - 10_000)
        books = (await kept(till)).books
        assert books is not None
        assert books.drawer.difference_cents == 0
        till.click("shift-primary")
        await till.until(lambda: page(till).primary == "Print a COPY")
        till.click("shift-button")
        await at_stage(till, ShiftStage.CLOSED)
        till.click("earlier-1")
        await touch_approval(till)
        await at_stage(till, ShiftStage.REPORT)


async def touch_approval(till: WindowTill) -> None:
    """Let the supervisor approve what is asked, by touch."""
    await till.until(lambda: till.pages.approvals.is_in_front)
    till.click("approval-reason-0")
    till.click("approval-number")
    touch(till, SUPERVISOR_NUMBER)
    till.click("approval-pin")
    touch(till, SUPERVISOR_PIN)
    till.click("approval-act")
    await till.until(lambda: not till.pages.approvals.is_in_front)


async def test_a_press_too_many_opens_counts_and_closes_nothing_more() -> None:
    """The second press of a double one falls on nothing: not on the step that came after it."""
    async with open_window() as till:
        till.press(Qt.Key.Key_F7)
        await at_stage(till, ShiftStage.CLOSED)
        type_keys(till, "500")
        for _ in range(3):
            till.press(Qt.Key.Key_F11)
        await till.until(lambda: page(till).stage is ShiftStage.OPEN)
        till.press(Qt.Key.Key_F11)
        assert page(till).stage is ShiftStage.OPEN
        await till.ready_to_answer()
        till.press(Qt.Key.Key_F11)
        await at_stage(till, ShiftStage.COUNT)
        type_keys(till, "2\n1\n")
        for _ in range(3):
            till.press(Qt.Key.Key_F11)
        await till.until(lambda: page(till).stage is ShiftStage.COUNTED)
        till.press(Qt.Key.Key_F11)
        await till.settle()
        assert page(till).stage is ShiftStage.COUNTED
        assert (await kept(till)).state is ShiftState.OPEN
        await till.ready_to_answer()
        for _ in range(3):
            till.press(Qt.Key.Key_F11)
        await at_stage(till, ShiftStage.REPORT)
        assert len(await till.journal.shifts(9)) == 1


async def test_the_count_is_blind() -> None:
    """What should be there is on no screen and no slip before the Z, whatever was counted."""
    async with open_window(ScriptedGateway([approved(1900, change=None)], types=TYPES)) as till:
        await till.pages._services.run(OpenShift(41_357))
        till.press(Qt.Key.Key_F7)
        await at_stage(till, ShiftStage.OPEN)
        await till.pages._services.run(PayIn(2, "coins found"))
        till.press(Qt.Key.Key_F11)
        await at_stage(till, ShiftStage.COUNT)
        till.type_into("count-20000", "2")
        till.press(Qt.Key.Key_F11)
        await at_stage(till, ShiftStage.COUNTED)
        assert "413.59" not in f"{page(till)} {words(till)}"
        till.press(Qt.Key.Key_F11)
        await at_stage(till, ShiftStage.REPORT)
        assert "R413.59" in words(till), "the Z says it"


async def test_a_difference_is_explained_only_when_it_is_asked_for() -> None:
    """The till says that it is not what should be there, and not by how much."""
    async with open_window() as till:
        await opened_by_keys(till)
        till.press(Qt.Key.Key_F11)
        await at_stage(till, ShiftStage.COUNT)
        type_keys(till, "1\n")
        till.press(Qt.Key.Key_F11)
        await at_stage(till, ShiftStage.COUNTED)
        assert not till.has("shift-words")
        till.press(Qt.Key.Key_F11)
        await till.until(lambda: till.has("shift-words"))
        assert "not what should be there" in words(till)
        assert "300" not in words(till)
        await till.ready_to_answer()
        till.press(Qt.Key.Key_F9)
        await at_stage(till, ShiftStage.COUNT)
        assert till.box("count-20000").value() == "1"
        till.press(Qt.Key.Key_F11)
        await at_stage(till, ShiftStage.COUNTED)
        till.press(Qt.Key.Key_F11)
        await till.until(lambda: till.has("shift-reason-0"))
        await till.ready_to_answer()
        till.click("shift-reason-2")
        till.press(Qt.Key.Key_F11)
        await at_stage(till, ShiftStage.REPORT)
        assert (await kept(till)).explanation == "Not known"


async def test_somebody_else_closes_the_shift_meanwhile() -> None:
    """It is said in words, what was counted stays, and Back shows how things are."""
    async with open_window() as till:
        await opened_by_keys(till)
        till.press(Qt.Key.Key_F11)
        await at_stage(till, ShiftStage.COUNT)
        type_keys(till, "2\n1\n")
        run = till.pages._services.run
        _ = await run(CountDrawer(pieces_of(FLOAT)))
        _ = await run(CloseShift())
        till.press(Qt.Key.Key_F11)
        await till.until(lambda: bool(page(till).error))
        assert "No shift is open." in words(till)
        assert (page(till).stage, page(till).counted) == (ShiftStage.COUNT, "R500.00")
        till.press(Qt.Key.Key_Escape)
        await at_stage(till, ShiftStage.CLOSED)
        assert till.has("earlier-1")


async def test_somebody_else_opens_one_meanwhile() -> None:
    """Both typed a float: the second is told, and sees the shift that is open."""
    async with open_window() as till:
        till.press(Qt.Key.Key_F7)
        await at_stage(till, ShiftStage.CLOSED)
        type_keys(till, "500")
        _ = await till.pages._services.run(OpenShift(100))
        till.press(Qt.Key.Key_F11)
        await till.until(lambda: "A shift is open already." in words(till))
        till.press(Qt.Key.Key_F5)
        await at_stage(till, ShiftStage.OPEN)
        assert page(till).facts[-1].value == "R1.00"


async def test_the_window_is_closed_in_the_middle_of_a_count() -> None:
    """It asks first; the shift goes on at the next start, and is counted anew."""
    async with open_window() as till:
        await opened_by_keys(till)
        till.press(Qt.Key.Key_F11)
        await at_stage(till, ShiftStage.COUNT)
        assert till.pages.left_open == ""
        type_keys(till, "2")
        assert "A count of the drawer is not finished." in till.pages.left_open
        journal = till.journal.reopened()
    async with open_window(journal=journal) as till:
        till.press(Qt.Key.Key_F7)
        await at_stage(till, ShiftStage.OPEN)
        assert page(till).facts[-1].value == "R500.00"


async def test_what_a_shift_took_is_shown_to_nobody_who_comes_next() -> None:
    """An X that was approved for one cashier is gone once the till is locked or left."""
    async with open_window(staff=hire) as till:
        await sign_in(till)
        await opened_by_keys(till)
        till.click("shift-button")
        await touch_approval(till)
        await at_stage(till, ShiftStage.REPORT)
        assert "X: THE SHIFT GOES ON" in str(page(till).paper)
        till.press(Qt.Key.Key_F2)
        till.press(Qt.Key.Key_F7)
        await at_stage(till, ShiftStage.OPEN)
        till.click("shift-button")
        await touch_approval(till)
        await at_stage(till, ShiftStage.REPORT)
        till.press(Qt.Key.Key_F8)
        await till.settle()
        type_keys(till, f"{CASHIER_PIN}\n")
        await till.until(lambda: not till.pages.is_signing_in)
        await at_stage(till, ShiftStage.OPEN)


async def test_nobody_approves_so_nothing_is_moved() -> None:
    """What was typed stays, to be approved after all."""
    async with open_window(staff=hire) as till:
        await sign_in(till)
        await opened_by_keys(till)
        till.click("act-pay_out")
        await at_stage(till, ShiftStage.MOVE)
        touch(till, "45")
        till.click("shift-reason-0")
        till.press(Qt.Key.Key_F11)
        await till.until(lambda: till.pages.approvals.is_in_front)
        asked = till.pages.approvals.screen()
        assert asked is not None
        assert [one.value for one in asked.facts] == ["R45.00", "Delivery", "Thandi M."]
        assert asked.hint == "Not the person who asks"
        till.press(Qt.Key.Key_Escape)
        await at_stage(till, ShiftStage.MOVE)
        assert till.box("shift-amount").value() == "45"
        assert page(till).reason == 0


async def test_what_is_missing_is_named_and_has_the_cursor() -> None:
    """The amount first, then the reason; nothing is written meanwhile."""
    async with open_window() as till:
        await opened_by_keys(till)
        till.click("act-pay_in")
        await at_stage(till, ShiftStage.MOVE)
        till.press(Qt.Key.Key_F11)
        assert page(till).amount is not None
        assert till.box("shift-amount").hasFocus()
        type_keys(till, "12")
        till.press(Qt.Key.Key_F11)
        assert "Say in a few words why." in words(till)
        assert till.keyboard().objectName() == "shift-reason-0"
        till.type_into("shift-words", "1234 5678 9012 3456")
        till.press(Qt.Key.Key_F11)
        await till.until(lambda: "That looks like a code" in words(till))


async def test_a_scan_is_a_voucher_and_no_count() -> None:
    """Its first keys fall into a box of the count, and are taken out again."""
    async with open_window() as till:
        await opened_by_keys(till)
        till.press(Qt.Key.Key_F11)
        await at_stage(till, ShiftStage.COUNT)
        type_keys(till, "2")
        Scanner(till.window).scan("1115684091419838")
        await till.settle()
        assert till.shell.screen().room is Room.REDEEM
        assert till.box("field-pin").value() == "1115684091419838"
        till.press(Qt.Key.Key_F7)
        await at_stage(till, ShiftStage.COUNT)
        assert page(till).counted == "R400.00"
