"""One scan is the next customer: the till knows the type, or asks, and never guesses."""

import pytest
from PySide6.QtCore import Qt

from counterfoil.domain.verdict import Declined, DeclineReason
from counterfoil.presentation.counter_presenter import ASKS_AGAIN_AFTER_S
from counterfoil.presentation.counter_stages import Form
from counterfoil.presentation.key_map import Wish
from counterfoil.presentation.screens import Room, Stage
from support.gateways import ScriptedGateway
from support.painted_text import painted_in
from support.scanner import Scanner
from support.till import approved, intent
from support.window import BLU, ONE_VOUCHER, OTT, TYPES, WindowTill, open_window

SIXTEEN, OTHER, TWELVE = "1115684000000106", "1115684000000107", "123412341234"
TOO_SHORT = "123456"


def gateway() -> ScriptedGateway:
    """Return a gateway that approves whatever it is asked."""
    return ScriptedGateway(types=TYPES, otherwise=approved(500, change=None))


def filled(till: WindowTill) -> tuple[str, str]:
    """Return which type is chosen, and the code that stands in its form."""
    screen = till.counter.screen()
    code = next((row.text.reveal() for row in screen.fields if row.is_sensitive), "")
    return screen.chosen, code


def amount(till: WindowTill) -> tuple[str, bool]:
    """Return what stands in the amount, and whether it is the whole value."""
    row = till.counter.screen().amount
    assert row is not None
    return row.text, row.is_whole


def phone(till: WindowTill) -> str:
    """Return the phone number in the form."""
    rows = till.counter.screen().fields
    return next(row.text.reveal() for row in rows if row.name == "phone_number")


def painted_key(till: WindowTill) -> list[str]:
    """Return the key on the button of the whole value, if there is one."""
    button = till.find("whole-value")
    return [one.text for one in painted_in(till.window) if one.widget is button][1:]


def said(till: WindowTill) -> str:
    """Return what the toast says."""
    return till.shell.screen().toast


async def test_a_type_is_known_by_the_shape_of_its_codes() -> None:
    """Twelve digits are OTT, from the form of another type; of sixteen the chosen type is one."""
    async with open_window(gateway()) as till:
        scanner = Scanner(till.window)
        till.fill(pin=SIXTEEN, amount="5")
        scanner.scan(TWELVE)
        assert filled(till) == (OTT.id, TWELVE)
        assert said(till) == "New customer: OTT"
        assert amount(till) == ("", False)
        till.click(f"tile-{BLU.id}")
        scanner.scan(SIXTEEN)
        assert filled(till) == (BLU.id, SIXTEEN)
        assert said(till) == "This is Blu Voucher. Not so? Choose 1Voucher"
        till.click(f"tile-{ONE_VOUCHER.id}")
        assert filled(till) == (ONE_VOUCHER.id, SIXTEEN)
        assert till.box("amount").hasFocus()


@pytest.mark.parametrize("is_arrow", [False, True], ids=["enter", "arrow"])
async def test_where_several_types_fit_one_is_chosen_by_a_key(is_arrow: bool) -> None:
    """The first that fits has the focus; Enter chooses it, and an arrow goes to the next tile."""
    async with open_window(gateway()) as till:
        till.click(f"tile-{OTT.id}")
        Scanner(till.window).scan(SIXTEEN)
        assert till.counter.screen().title == "Which voucher is it?"
        assert "1Voucher or Blu Voucher" in till.counter.screen().notice
        assert Wish.LAST_SLIP not in {one.wish for one in till.pages.menu_rows()}
        till.press(Qt.Key.Key_F12)
        assert till.gateway.asks == []
        if is_arrow:
            till.press(Qt.Key.Key_Down)
            till.press(Qt.Key.Key_Down)
            if till.counter.screen().fitting:
                till.press(Qt.Key.Key_Return)
            assert filled(till) == (BLU.id, SIXTEEN)
        else:
            till.press(Qt.Key.Key_Return)
            assert filled(till) == (ONE_VOUCHER.id, SIXTEEN)
        assert till.box("amount").hasFocus()


async def test_none_of_them_leaves_an_empty_form() -> None:
    """Esc and F2 drop the code, also where it was scanned over somebody else's form."""
    async with open_window(gateway()) as till:
        for key in (Qt.Key.Key_Escape, Qt.Key.Key_F2):
            till.click(f"tile-{OTT.id}")
            Scanner(till.window).scan(SIXTEEN)
            await till.ready_to_answer()
            till.press(key)
            assert till.counter.screen().stage is Stage.FORM
            assert filled(till) == (OTT.id, "")


@pytest.mark.parametrize("how", ["scan", "lock", "wait"])
async def test_after_the_question_of_the_type_a_rest_is_still_asked_about(how: str) -> None:
    """The next customer's voucher does not pay what the one before still owes.

    Nor does it after the answer was given a while ago.
    """
    upstream = gateway()
    async with open_window(upstream) as till:
        scanner = Scanner(till.window)
        till.fill(pin=SIXTEEN, amount="19")
        till.press(Qt.Key.Key_F12)
        await till.until_result()
        await till.ready_to_answer()
        till.click(f"tile-{OTT.id}")
        if how == "wait":
            await till.ready_to_answer()
            till.press(Qt.Key.Key_F11)
            await till.pass_time(ASKS_AGAIN_AFTER_S + 1)
            scanner.scan(TWELVE)
        else:
            scanner.scan(OTHER)
            assert till.counter.screen().fitting
            scanner.scan(TWELVE) if how == "scan" else till.counter.seal()
        assert till.has("act-go_on_with_sale")
        assert "R14.00 is still to be paid." in till.counter.screen().notice


async def test_none_of_them_leaves_nothing_of_a_refused_sale() -> None:
    """What was to be corrected is over once a code of another type was scanned."""
    upstream = ScriptedGateway([Declined(reason=DeclineReason.NOT_FOUND)], types=TYPES)
    async with open_window(upstream) as till:
        till.click(f"tile-{OTT.id}")
        till.type_into("field-pin", TWELVE)
        till.type_into("field-phone_number", "0825554567")
        till.type_into("amount", "19")
        till.press(Qt.Key.Key_F12)
        await till.until_result()
        await till.ready_to_answer()
        till.press(Qt.Key.Key_F11)
        Scanner(till.window).scan(SIXTEEN)
        assert till.counter.screen().fitting
        await till.ready_to_answer()
        till.press(Qt.Key.Key_Escape)
        assert (filled(till), phone(till)) == ((OTT.id, ""), "")
        assert amount(till) == ("", False)


async def test_after_a_scan_that_was_not_taken_the_voucher_before_is_not_used_unasked() -> None:
    """F12 asks; *no* empties the form; the same voucher, scanned again, is *yes*."""
    upstream = gateway()
    async with open_window(upstream) as till:
        scanner = Scanner(till.window)
        till.fill(pin=SIXTEEN, amount="5")
        scanner.scan(TOO_SHORT)
        till.press(Qt.Key.Key_F12)
        await till.settle()
        assert upstream.asks == []
        assert "ends in 0106" in till.counter.screen().notice
        await till.ready_to_answer()
        till.press(Qt.Key.Key_Escape)
        assert filled(till) == (ONE_VOUCHER.id, "")
        await till.ready_to_answer()
        till.press(Qt.Key.Key_Escape)
        assert filled(till) == (ONE_VOUCHER.id, SIXTEEN)
        await till.ready_to_answer()
        till.press(Qt.Key.Key_F12)
        assert till.has("act-same_voucher")
        scanner.scan(SIXTEEN)
        await till.ready_to_answer()
        till.press(Qt.Key.Key_F12)
        await till.until_result()
        assert len(upstream.asks) == 1


async def test_the_foot_says_what_is_asked_and_no_key_of_the_form() -> None:
    """F12 redeems nothing while it is asked whose voucher it is, and F11 is the answer's."""
    async with open_window(gateway()) as till:
        till.fill(pin=SIXTEEN, amount="5")
        keys = painted_key(till)
        Scanner(till.window).scan(TOO_SHORT)
        till.press(Qt.Key.Key_F12)
        await till.settle()
        asked = till.counter.screen().notice
        assert till.shell.screen().status == asked
        assert (keys, painted_key(till)) == (["F11"], [])
        await till.ready_to_answer()
        till.press(Qt.Key.Key_F11)
        assert "Press F12" in till.shell.screen().status
        assert painted_key(till) == ["F11"]


async def test_the_doubt_outlives_a_lock_and_the_scan_of_a_slip() -> None:
    """Who comes back is asked, and the first keys of a slip's code in the field answer nothing."""
    async with open_window(gateway()) as till:
        await till.until(till.owner.spawn(till.redeemer.redeem(intent(pin=OTHER)), "sale").done)
        (sale,) = await till.redemptions()
        scanner = Scanner(till.window)
        till.fill(pin=SIXTEEN[:-1], amount="5")
        scanner.scan(TOO_SHORT)
        till.counter.seal()
        till.box("field-pin").setFocus()
        scanner.scan(sale.reference)
        await till.until(lambda: till.shell.screen().room is Room.HISTORY)
        till.press(Qt.Key.Key_F2)
        assert filled(till) == (ONE_VOUCHER.id, SIXTEEN[:-1])
        till.type_into("field-phone_number", "0825554567")
        stage = till.counter.stage
        assert isinstance(stage, Form)
        assert stage.is_doubted


async def test_a_key_that_was_pressed_twice_answers_and_does_nothing_else() -> None:
    """F11 corrects, or says yes, and never makes the whole value of R5.00; Esc says no."""
    upstream = ScriptedGateway([Declined(reason=DeclineReason.NOT_FOUND)], types=TYPES)
    async with open_window(upstream) as till:
        till.fill(pin=SIXTEEN, amount="5")
        till.press(Qt.Key.Key_F12)
        await till.until_result()
        await till.ready_to_answer()
        for _ in range(2):
            till.press(Qt.Key.Key_F11)
        assert amount(till) == ("5", False)
        Scanner(till.window).scan(TOO_SHORT)
        for key, left in ((Qt.Key.Key_F11, "5"), (Qt.Key.Key_Escape, "")):
            await till.ready_to_answer()
            till.press(Qt.Key.Key_F12)
            await till.ready_to_answer()
            till.press(key)
            till.press(key)
            assert amount(till) == (left, False)
            Scanner(till.window).scan(TOO_SHORT)


async def test_a_form_that_has_waited_asks_before_it_charges() -> None:
    """Its customer may have left; who is still there is served by F11 and F12."""
    upstream = gateway()
    async with open_window(upstream) as till:
        till.fill(pin=SIXTEEN, amount="5")
        await till.pass_time(ASKS_AGAIN_AFTER_S + 1)
        till.press(Qt.Key.Key_F12)
        await till.settle()
        assert upstream.asks == []
        assert "two minutes" in till.counter.screen().notice
        await till.ready_to_answer()
        till.press(Qt.Key.Key_F11)
        await till.ready_to_answer()
        till.press(Qt.Key.Key_F12)
        await till.until_result()
        assert len(upstream.asks) == 1


@pytest.mark.parametrize("place", ["amount", "field-phone_number", "whole-value", "line"])
async def test_whatever_is_done_to_a_form_that_has_waited_it_asks(place: str) -> None:
    """The next customer's amount is typed over a voucher that was left there."""
    async with open_window(gateway()) as till:
        till.fill(pin=SIXTEEN, amount="5")
        await till.pass_time(ASKS_AGAIN_AFTER_S + 1)
        if place in {"amount", "field-phone_number"}:
            till.type_into(place, "0825554567" if place != "amount" else "7")
        elif place == "line":
            till.press(Qt.Key.Key_F5)
        else:
            till.click(place)
        await till.settle()
        till.press(Qt.Key.Key_F12)
        await till.ready_to_answer()
        till.press(Qt.Key.Key_Escape)
        await till.ready_to_answer()
        till.press(Qt.Key.Key_Escape)
        assert filled(till) == (ONE_VOUCHER.id, SIXTEEN)
        await till.ready_to_answer()
        till.press(Qt.Key.Key_F12)
        await till.settle()
        assert till.gateway.asks == []
        assert till.has("act-same_voucher")


async def test_a_scan_over_what_has_waited_keeps_nothing_of_it() -> None:
    """Neither amount nor phone, as to whom the change goes; on an empty form the amount is new."""
    upstream = ScriptedGateway([Declined(reason=DeclineReason.NOT_FOUND)], types=TYPES)
    async with open_window(upstream) as till:
        scanner = Scanner(till.window)
        till.fill(pin=SIXTEEN, amount="5")
        till.type_into("field-phone_number", "0825554567")
        till.press(Qt.Key.Key_F12)
        await till.until_result()
        await till.ready_to_answer()
        till.press(Qt.Key.Key_F11)
        stage = till.counter.stage
        scanner.scan(OTHER)
        assert (amount(till), phone(till)) == (("5", False), "0825554567")
        assert said(till) == "The amount stays. Another customer? Press F2"
        till.counter.swap(stage)
        await till.pass_time(ASKS_AGAIN_AFTER_S + 1)
        scanner.scan(OTHER)
        assert filled(till) == (ONE_VOUCHER.id, OTHER)
        assert (amount(till), phone(till)) == (("", False), "")
        till.press(Qt.Key.Key_F2)
        till.type_into("field-phone_number", "0825554567")
        till.box("field-pin").setFocus()
        await till.pass_time(ASKS_AGAIN_AFTER_S + 1)
        scanner.scan(SIXTEEN)
        assert (filled(till)[1], phone(till)) == (SIXTEEN, "")
        till.press(Qt.Key.Key_F2)
        await till.pass_time(ASKS_AGAIN_AFTER_S + 1)
        till.type_into("amount", "7")
        scanner.scan(OTHER)
        assert (filled(till)[1], amount(till)) == (OTHER, ("7", False))


async def test_a_code_that_waits_for_its_type_is_gone_when_the_till_is_left() -> None:
    """Who comes next is not asked about it, and does not get it."""
    async with open_window(gateway()) as till:
        till.click(f"tile-{OTT.id}")
        Scanner(till.window).scan(SIXTEEN)
        till.counter.seal()
        assert till.counter.screen().fitting == ()
        assert filled(till) == (OTT.id, "")
