"""What is charged is what was scanned or typed last, in sight: scans everywhere in the window."""

import asyncio
from collections.abc import Iterator
from itertools import product

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit

from counterfoil.domain.failures import JournalUnavailableError
from counterfoil.domain.voucher_type import FieldKind, FieldSpec, VoucherType
from counterfoil.presentation.key_map import Wish
from counterfoil.presentation.screens import Room, Stage, Tone
from counterfoil.ui import theme
from counterfoil.ui.scan_reader import ScanWatch
from counterfoil.ui.theme import ThemeName
from support.gateways import ScriptedGateway
from support.scanner import Scanner
from support.till import TIME_OUT, USED, approved, intent
from support.window import OTT, TYPES, WindowTill, open_window

FIRST, SECOND = "1115684000000106", "1115684000000107"
PRINTED = "1115 6840 0000 0107"
"""The second as it is printed: Space presses whatever button has the focus."""
GIFT = VoucherType(
    id="gift.two",
    upstream="moment",
    category="gift_cards",
    name="Two Codes",
    fields=(
        FieldSpec(name="card", label="Card number", kind=FieldKind.DIGITS, length=16),
        FieldSpec(
            name="check", label="Check code", kind=FieldKind.DIGITS, is_sensitive=True, length=8
        ),
    ),
)


@pytest.fixture(autouse=True)
def _light(qapp: QApplication) -> Iterator[None]:
    """Begin and end in the light theme, without motion."""
    theme.apply_theme(qapp, ThemeName.LIGHT, motion=False)
    yield
    theme.apply_theme(qapp, ThemeName.LIGHT)


def gateway(*types: VoucherType) -> ScriptedGateway:
    """Return a gateway that approves whatever it is asked."""
    return ScriptedGateway(types=types or TYPES, otherwise=approved(500, change=None))


def codes(till: WindowTill) -> dict[str, str]:
    """Return what stands in the fields that are filled."""
    rows = till.counter.screen().fields
    return {row.name: row.text.reveal() for row in rows if row.text.reveal()}


def amount(till: WindowTill) -> str:
    """Return what stands in the amount."""
    row = till.counter.screen().amount
    return row.text if row else ""


def said(till: WindowTill) -> str:
    """Return what the toast says."""
    return till.shell.screen().toast


def is_loud(till: WindowTill) -> bool:
    """Whether the toast refuses in word and colour."""
    screen = till.shell.screen()
    return screen.toast.startswith("Not taken") and screen.toast_tone is Tone.DECLINED


async def test_a_scan_over_a_half_filled_form_is_the_next_customer() -> None:
    """The cursor is in the amount: the old voucher and its amount go, and F12 charges nothing."""
    upstream = gateway()
    async with open_window(upstream) as till:
        till.fill(pin=FIRST, amount="5")
        Scanner(till.window).scan(SECOND)
        assert codes(till) == {"pin": SECOND}
        assert amount(till) == ""
        assert said(till).startswith("New customer: ")
        assert till.box("amount").hasFocus()
        till.press(Qt.Key.Key_F12)
        await till.settle()
        assert upstream.asks == []
        till.type_into("amount", "7")
        till.press(Qt.Key.Key_F12)
        await till.until_result()
        (ask,) = upstream.asks
        assert SECOND in ask.request.reveal()


@pytest.mark.parametrize("end", ["\n", "\t", ""])
async def test_a_scan_is_taken_wherever_the_cursor_is(end: str) -> None:
    """In each field, in Find, on a tile, on a button, in an overlay, over the whole value."""
    async with open_window(gateway()) as till:
        scanner = Scanner(till.window)
        places = (
            "field-pin",
            "field-phone_number",
            "amount",
            "find",
            "tile-vouchers.ott",
            "primary",
        )
        for place in (*places, "F1", "F10", "whole"):
            till.counter.choose("vouchers.one_voucher")
            till.fill(pin=FIRST, amount="5")
            if place in places:
                till.visible(place).setFocus()
            elif place == "whole":
                till.click("whole-value")
            else:
                till.press(Qt.Key[f"Key_{place}"])
            scanner.scan(SECOND, end=end)
            await till.until(lambda: codes(till) == {"pin": SECOND})
            assert amount(till) == ""
            assert said(till).startswith("New customer: ")
            assert till.counter.screen().stage is Stage.FORM
            assert till.has("tile-vouchers.blu")
            assert QApplication.activeModalWidget() is None


@pytest.mark.parametrize("room", [Room.HISTORY, Room.IN_DOUBT, Room.BALANCE])
async def test_a_scan_on_another_page_is_the_next_customer(room: Room) -> None:
    """The list gives way to the form; a balance is not asked for by a scanner."""
    async with open_window(gateway()) as till:
        if room is not Room.BALANCE:
            till.fill(pin=FIRST, amount="5")
        till.shell.enter(room)
        await till.settle()
        Scanner(till.window).scan(SECOND)
        await till.settle()
        assert codes(till) == {"pin": SECOND}
        wanted = Room.BALANCE if room is Room.BALANCE else Room.REDEEM
        assert till.shell.screen().room is wanted
        assert await till.redemptions() == ()


async def test_a_scan_while_a_voucher_is_checked_is_refused_aloud() -> None:
    """Also from History: the sale under way stays in front, and nothing of the scan is left."""
    upstream = gateway()
    upstream.gate = asyncio.Event()
    async with open_window(upstream) as till:
        scanner = Scanner(till.window)
        till.fill(pin=FIRST, amount="5")
        till.press(Qt.Key.Key_F12)
        await till.until_result()
        scanner.scan(SECOND)
        assert is_loud(till)
        await till.pass_time(76)
        scanner.scan(SECOND)
        assert said(till) == "Not taken. Press F2 for the next customer first."
        till.press(Qt.Key.Key_F6)
        await till.settle()
        scanner.scan(SECOND)
        assert is_loud(till)
        assert till.counter.shown is not None
        upstream.gate.set()
        await till.settle()
        assert len(await till.redemptions()) == 1


async def test_a_scan_on_a_paid_sale_is_the_next_customer_once_it_was_seen() -> None:
    """In the first moment it is refused; then the slip waits in Slips to finish."""
    async with open_window(gateway()) as till:
        scanner = Scanner(till.window)
        till.fill(pin=FIRST, amount="5")
        till.press(Qt.Key.Key_F12)
        await till.until_result()
        scanner.scan(SECOND)
        assert is_loud(till)
        assert till.counter.shown is not None
        await till.ready_to_answer()
        scanner.scan(SECOND)
        assert codes(till) == {"pin": SECOND}
        assert said(till).startswith("New customer: ")
        await till.settle()
        assert len(await till.journal.slips_to_finish()) == 1
        assert len(await till.redemptions()) == 1


@pytest.mark.fault("H2")
async def test_the_same_code_again_changes_nothing_and_is_said() -> None:
    """A scanner reads twice, or the cashier scans to be sure: amount and phone stay."""
    async with open_window(gateway()) as till:
        till.fill(pin=FIRST, amount="5")
        scanner = Scanner(till.window)
        for place in ("amount", "field-pin", "field-phone_number"):
            till.box(place).setFocus()
            scanner.scan(FIRST)
            assert codes(till) == {"pin": FIRST}
            assert amount(till) == "5"
            assert said(till) == "Same voucher"


async def test_a_second_code_of_the_same_card_fills_its_field() -> None:
    """The cursor is in the empty check code, and the shape fits; a card is another customer."""
    async with open_window(gateway(GIFT)) as till:
        scanner = Scanner(till.window)
        scanner.scan("1234123412341234")
        assert till.box("field-check").hasFocus()
        scanner.scan("87654321")
        assert codes(till) == {"card": "1234123412341234", "check": "87654321"}
        assert till.box("amount").hasFocus()
        scanner.scan("9999888877776666")
        assert codes(till) == {"card": "9999888877776666"}


async def test_a_code_of_another_shape_is_refused_and_the_form_stays() -> None:
    """Nine digits are no voucher of this till; the field and the amount are as before."""
    async with open_window(gateway()) as till:
        till.fill(pin=FIRST, amount="5")
        Scanner(till.window).scan("123456123")
        assert codes(till) == {"pin": FIRST}
        assert amount(till) == "5"
        assert said(till).startswith("Not taken by 1Voucher. Too short")
        assert is_loud(till)


async def test_a_phone_number_is_not_kept_for_the_next_voucher() -> None:
    """The change of a customer's voucher must not go to the phone of the one before."""
    async with open_window(gateway()) as till:
        till.counter.choose(OTT.id)
        till.type_into("field-phone_number", "0825554567")
        Scanner(till.window).scan("123412341234")
        assert codes(till) == {"pin": "123412341234"}
        assert said(till).startswith("New customer: ")


async def test_a_scan_while_the_till_closes_is_refused_aloud() -> None:
    """What would not be served is not taken."""
    async with open_window(gateway()) as till:
        till.counter.stop()
        Scanner(till.window).scan(SECOND)
        assert codes(till) == {}
        assert is_loud(till)


async def test_a_scan_before_a_question_or_a_closed_till_is_refused_aloud() -> None:
    """Whatever dialog is opened over the window, its keys are read as well; nothing is answered."""
    async with open_window(gateway()) as till:
        till.fill(pin=FIRST, amount="5")
        question = QDialog(till.window)
        QLineEdit(question).setObjectName("supervisor")
        question.open()
        question.activateWindow()
        await till.settle()
        Scanner(till.window).scan(SECOND)
        assert said(till) == "Not taken. Answer the question first."
        assert question.isVisible()
        question.close()
        assert codes(till) == {"pin": FIRST}
        assert till.counter.screen().can_press
        till.shell.fail(JournalUnavailableError("it is gone"))
        Scanner(till.window).scan(SECOND)
        assert said(till) == "Not taken. The till is closed."
        assert codes(till) == {"pin": FIRST}


async def test_nothing_is_pressed_in_the_midst_of_a_scan() -> None:
    """F12 between two letters of a burst, and a click on Redeem, charge nothing."""
    upstream = gateway()
    async with open_window(upstream) as till:
        till.fill(pin=FIRST, amount="5")
        scanner = Scanner(till.window)
        scanner.scan(SECOND[:5], end="")
        scanner.key(Qt.Key.Key_F12)
        scanner.at_ms -= 1_000
        scanner.scan(SECOND[5:12], end="")
        till.click("primary")
        scanner.at_ms -= 1_000
        scanner.scan(SECOND[12:])
        await till.settle()
        assert codes(till) == {"pin": SECOND}
        assert upstream.asks == []


async def test_no_button_is_pressed_by_the_spaces_of_a_code() -> None:
    """Nor by a space or an Enter before it: the voucher before is not charged."""
    upstream = gateway()
    async with open_window(upstream) as till:
        scanner = Scanner(till.window)
        places = ("primary", "whole-value", "tab-history", "footer-menu", "tile-vouchers.ott")
        starts = (PRINTED, f" {PRINTED}", f"\n{PRINTED}", f"1 {PRINTED[1:]}")
        for place, code in product(places, starts):
            till.counter.choose("vouchers.one_voucher")
            till.press(Qt.Key.Key_F2)
            till.fill(pin=FIRST, amount="5")
            till.visible(place).setFocus(Qt.FocusReason.TabFocusReason)
            scanner.scan(code)
            await till.settle()
            assert upstream.asks == []
            assert codes(till) == {"pin": SECOND}
            assert said(till).startswith("New customer: ")
            assert QApplication.activeModalWidget() is None
            assert till.shell.screen().room is Room.REDEEM
            assert till.counter.screen().chosen == "vouchers.one_voucher"
            assert till.counter.screen().stage is Stage.FORM


async def test_a_hand_presses_a_button_with_space() -> None:
    """A single Space that nothing follows is a person's, and charges what stands there."""
    upstream = gateway()
    async with open_window(upstream) as till:
        till.fill(pin=FIRST, amount="5")
        till.visible("primary").setFocus(Qt.FocusReason.TabFocusReason)
        Scanner(till.window).type(" ")
        await till.until(lambda: till.counter.shown is not None)
        await till.settle()
        assert len(upstream.asks) == 1


def key_waits(till: WindowTill) -> bool:
    """Whether a key is held back until it is known that no scanner goes on with it."""
    (watch,) = till.window.findChildren(ScanWatch)
    return any(timer.isActive() for timer in watch.findChildren(QTimer))


async def test_a_space_does_not_press_what_came_in_place_of_its_button() -> None:
    """In the moment in which it waits, the focus went on."""
    upstream = gateway()
    async with open_window(upstream) as till:
        till.fill(pin=FIRST, amount="5")
        till.visible("tab-history").setFocus(Qt.FocusReason.TabFocusReason)
        Scanner(till.window).type(" ")
        assert key_waits(till)
        till.visible("primary").setFocus(Qt.FocusReason.TabFocusReason)
        await till.until(lambda: not key_waits(till))
        await till.settle()
        assert upstream.asks == []
        assert till.shell.screen().room is Room.REDEEM


async def test_a_second_enter_after_a_code_presses_nothing() -> None:
    """A scanner may end with two; the list or the button with the focus has neither."""
    upstream = gateway()
    async with open_window(upstream) as till:
        till.fill(pin=FIRST, amount="5")
        Scanner(till.window).scan(SECOND, end="\n\n")
        assert till.box("amount").hasFocus()
        assert codes(till) == {"pin": SECOND}


async def test_a_scan_that_is_taken_takes_the_refusal_before_it_away() -> None:
    """*Not taken* stays no longer than it is true."""
    async with open_window(ScriptedGateway(types=TYPES, otherwise=TIME_OUT)) as till:
        scanner = Scanner(till.window)
        till.fill(pin=FIRST, amount="5")
        till.press(Qt.Key.Key_F12)
        await till.until_result()
        await till.pass_time(76)
        scanner.scan(SECOND)
        assert is_loud(till)
        assert till.has("toast")
        till.press(Qt.Key.Key_F2)
        await till.settle()
        scanner.scan(SECOND)
        assert codes(till) == {"pin": SECOND}
        assert not is_loud(till)


async def test_a_second_code_fills_its_field_wherever_the_cursor_is() -> None:
    """What fits the empty field alone belongs to the card that is there; another card does not."""
    async with open_window(gateway(GIFT, *TYPES)) as till:
        scanner = Scanner(till.window)
        for place in ("field-check", "field-card", "amount", "primary", "find"):
            scanner.scan("1234567890123456")
            till.type_into("amount", "5")
            till.visible(place).setFocus()
            scanner.scan("87654321")
            assert codes(till) == {"card": "1234567890123456", "check": "87654321"}
            assert amount(till) == "5"
            scanner.scan("9999888877776666")
            assert codes(till) == {"card": "9999888877776666"}
            assert amount(till) == ""
            assert said(till).startswith("New customer: ")


async def test_a_slow_scanner_is_read_where_nobody_types_so_much() -> None:
    """In the amount, on a button and on a page without a box; nothing of it is in the amount."""
    async with open_window(gateway()) as till:
        scanner = Scanner(till.window)
        for place in ("amount", "primary", "tab-history", "tab-in_doubt"):
            till.press(Qt.Key.Key_F2)
            till.fill(pin=FIRST, amount="5.00")
            if place.startswith("tab"):
                till.click(place)
                await till.settle()
            else:
                till.visible(place).setFocus()
            scanner.scan(PRINTED, gap_ms=70)
            await till.settle()
            assert codes(till) == {"pin": SECOND}
            assert amount(till) == ""
            assert said(till).startswith("New customer: ")
            assert till.shell.screen().room is Room.REDEEM


async def test_a_quick_hand_types_an_amount_and_presses_enter() -> None:
    """Seven keys as fast as a slow scanner are an amount."""
    async with open_window(gateway()) as till:
        till.fill(pin=FIRST, amount="")
        till.box("amount").setFocus()
        Scanner(till.window).scan("1234.50", gap_ms=70)
        assert codes(till) == {"pin": FIRST}
        assert amount(till) == "1234.50"
        assert not said(till)


@pytest.mark.parametrize("key", [Qt.Key.Key_F2, Qt.Key.Key_Escape])
async def test_f2_and_esc_empty_the_form_and_one_press_brings_it_back(key: Qt.Key) -> None:
    """The next customer starts with nothing; a slip of the finger costs one more press."""
    async with open_window(gateway()) as till:
        till.fill(pin=FIRST, amount="5")
        till.type_into("field-phone_number", "0825554567")
        till.press(key)
        assert codes(till) == {}
        assert amount(till) == ""
        assert till.box("field-pin").hasFocus()
        assert till.has("foot-bring_back")
        till.press(Qt.Key.Key_Escape)
        assert codes(till) == {"pin": FIRST, "phone_number": "0825554567"}
        assert amount(till) == "5"
        till.press(key)
        till.type_into("field-pin", "4")
        till.press(Qt.Key.Key_Escape)
        assert codes(till) == {}
        await till.ready_to_answer()
        till.press(Qt.Key.Key_Escape)
        assert codes(till) == {"pin": "4"}


async def test_a_key_that_is_held_down_is_no_scan() -> None:
    """A nought that repeats is as fast as a scanner, and is typed."""
    async with open_window(gateway()) as till:
        till.box("field-pin").setFocus()
        scanner = Scanner(till.window)
        for number in range(12):
            scanner.key(Qt.Key.Key_0, "0", is_repeat=number > 0)
            scanner.at_ms += 30
        assert codes(till) == {"pin": "0" * 12}


async def test_what_a_hand_types_is_typed() -> None:
    """The pauses of a hand are in the time stamps, and nothing is taken for a scan."""
    async with open_window(gateway()) as till:
        till.box("field-phone_number").setFocus()
        Scanner(till.window).type("0825554567")
        assert codes(till) == {"phone_number": "0825554567"}


@pytest.mark.parametrize("place", ["redeem", "help", "history", "in_doubt"])
async def test_a_scanned_slip_opens_its_sale_from_every_page(place: str) -> None:
    """Its barcode is the reference; F9 then prints it again. The form stays as it was."""
    async with open_window(ScriptedGateway([approved()], types=TYPES)) as till:
        scanner = Scanner(till.window)
        for number in range(2):
            till.gateway.script.append(approved())
            order = intent(pin=f"{4_000_000_000_000_000 + number}")
            task = till.owner.spawn(till.redeemer.redeem(order), "redeem")
            await till.until(task.done)
        _, wanted = await till.redemptions()
        if place == "help":
            till.press(Qt.Key.Key_F1)
        else:
            till.click(f"tab-{place}")
        await till.settle()
        if place == "redeem":
            till.type_into("amount", "5")
        scanner.scan(wanted.reference)
        await till.until(lambda: till.ledgers[Room.HISTORY].screen().chosen == wanted.id)
        await till.settle()
        assert till.shell.screen().room is Room.HISTORY
        assert not till.has("help-overlay")
        till.press(Qt.Key.Key_F9)
        await till.until(lambda: till.printer.slips != [])
        assert wanted.reference in repr(till.printer.slips[0])
        assert amount(till) == ("5" if place == "redeem" else "")


async def test_f9_at_the_counter_opens_the_last_slip_and_then_prints_it() -> None:
    """The last that was paid, not one that was refused since; nothing is printed by one press.

    Over a result it does nothing, and the menu has it not: that is to be read first.
    """
    async with open_window(ScriptedGateway([approved(), USED, approved()], types=TYPES)) as till:
        till.press(Qt.Key.Key_F9)
        await till.settle()
        assert till.shell.screen().toast == "No voucher payments yet."
        for number in range(2):
            order = intent(pin=f"{4_000_000_000_000_000 + number}")
            task = till.owner.spawn(till.redeemer.redeem(order), "redeem")
            await till.until(task.done)
        _, wanted = await till.redemptions()
        till.type_into("amount", "5")
        till.press(Qt.Key.Key_F9)
        await till.until(lambda: till.ledgers[Room.HISTORY].screen().chosen == wanted.id)
        await till.settle()
        assert till.printer.slips == []
        till.press(Qt.Key.Key_F9)
        await till.until(lambda: till.printer.slips != [])
        assert wanted.reference in repr(till.printer.slips[0])
        assert amount(till) == "5"
        till.press(Qt.Key.Key_F2)
        till.fill(pin=FIRST)
        till.press(Qt.Key.Key_F12)
        await till.until_result()
        assert Wish.LAST_SLIP not in {one.wish for one in till.pages.menu_rows()}
        till.pages.carry_out(Wish.LAST_SLIP)
        await till.settle()
        assert till.shell.screen().room is Room.REDEEM


async def test_a_code_that_only_looks_like_a_reference_is_no_slip() -> None:
    """No sale of this till has it, so it is a voucher's, and this type says why it is not."""
    async with open_window(gateway()) as till:
        till.fill(pin=FIRST, amount="5")
        Scanner(till.window).scan("ZZZ-ZZZ")
        till.press(Qt.Key.Key_F12)
        await till.until(lambda: is_loud(till))
        assert till.shell.screen().room is Room.REDEEM
        assert till.gateway.asks == []
        assert till.counter.screen().can_press
