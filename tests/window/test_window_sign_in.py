"""People sign in at the window, lock it and switch, by keyboard alone and by touch alone."""

from collections.abc import Callable, Iterable
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from counterfoil.domain.conduct import AlertKind
from counterfoil.domain.failures import SignInRefusedError
from counterfoil.domain.pin_rules import FREE_TRIES
from counterfoil.domain.secret import Secret
from counterfoil.presentation.screens import Stage
from counterfoil.presentation.sign_in_screen import SignInScreen, SignInStage
from counterfoil.service.people import People
from counterfoil.ui.widgets.field_line import BoxLine
from counterfoil.ui.widgets.keypad import Keypad
from counterfoil.ui.widgets.pin_field import PinBox
from support.canary import CANARY_PIN
from support.gateways import ScriptedGateway
from support.people import (
    CASHIER_NUMBER,
    CASHIER_PIN,
    MANAGER_NUMBER,
    PASSPHRASE,
    SECOND_NUMBER,
    SECOND_PIN,
    SUPERVISOR_NUMBER,
    SUPERVISOR_PIN,
    hire,
    nobody_yet,
)
from support.scanner import Scanner
from support.till import approved
from support.window import PROFILE, TYPES, WindowTill, open_window


def page(till: WindowTill) -> SignInScreen:
    """Return the page on which people sign in."""
    screen = till.pages.sign_in.screen()
    assert screen is not None, "somebody is at the till"
    return screen


def errors(till: WindowTill) -> str:
    """Return what the page says is wrong."""
    return " ".join(row.error for row in page(till).entries if row.error)


def type_keys(till: WindowTill, keys: Iterable[str]) -> None:
    """Type with the keyboard, wherever the cursor is, a line break as Enter."""
    for key in keys:
        if key == "\n":
            till.press(Qt.Key.Key_Return)
        else:
            QTest.keyClicks(till.keyboard(), key)


def tap(till: WindowTill, digits: str) -> None:
    """Touch the keys on the screen."""
    pad = till.visible("number-pad")
    assert isinstance(pad, Keypad)
    for digit in digits:
        QTest.mouseClick(pad.key_named(digit), Qt.MouseButton.LeftButton)


async def sign_in(till: WindowTill, number: str = CASHIER_NUMBER, pin: str = CASHIER_PIN) -> None:
    """Sign in by the keyboard."""
    type_keys(till, f"{number}\n{pin}\n")
    await till.until(lambda: not till.pages.is_signing_in)
    await till.settle()


async def test_a_cashier_signs_in_by_the_keyboard() -> None:
    """The form is there with the cursor in it; the chip says who it is."""
    async with open_window(staff=hire) as till:
        assert till.pages.is_signing_in
        assert not till.has("tab-redeem")
        assert till.shell.screen().status == "Ready. Sign in to start."
        type_keys(till, f"{CASHIER_NUMBER}\n{CASHIER_PIN}\n")
        await till.until(lambda: not till.pages.is_signing_in)
        await till.settle()
        assert till.session.actor.number == CASHIER_NUMBER
        assert "Thandi M." in [one.text for one in till.shell.screen().chips]
        assert till.box("field-pin").hasFocus()
        assert till.has("tab-redeem")


async def test_a_cashier_signs_in_by_touch() -> None:
    """The keys on the screen type the number, and after a touch on the dots the PIN."""
    async with open_window(staff=hire) as till:
        tap(till, CASHIER_NUMBER)
        assert page(till).entries[0].hint == "Thandi M."
        till.click("sign-in-pin")
        tap(till, CASHIER_PIN)
        till.click("sign-in-primary")
        till.click("sign-in-primary")
        await till.until(lambda: not till.pages.is_signing_in)
        assert till.session.actor.name == "Thandi M."


async def test_a_wrong_pin_shakes_the_dots_and_is_typed_again() -> None:
    """The sentence comes with it, the dots are empty, and the next PIN lets in."""
    async with open_window(staff=hire) as till:
        type_keys(till, f"{CASHIER_NUMBER}\n11111\n")
        await till.until(lambda: bool(errors(till)))
        assert errors(till) == "This PIN is not right."
        box = till.visible("sign-in-pin")
        assert isinstance(box, PinBox)
        assert (page(till).shakes, box.value()) == (1, "")
        assert box.hasFocus()
        type_keys(till, f"{CASHIER_PIN}\n")
        await till.until(lambda: not till.pages.is_signing_in)


async def test_nobody_has_a_number() -> None:
    """The sentence stands below the number, and the cursor is there."""
    async with open_window(staff=hire) as till:
        type_keys(till, "99\n11111\n")
        await till.until(lambda: bool(errors(till)))
        assert page(till).entries[0].error == "Nobody has this number."
        assert till.box("sign-in-number").hasFocus()


@pytest.mark.fault("X10")
async def test_after_too_many_wrong_pins_a_time_runs_down_in_the_place_of_the_keypad() -> None:
    """Only for that person; when it has run down the keys are back."""
    async with open_window(staff=hire) as till:
        for _ in range(FREE_TRIES):
            till.pages.sign_in.edit("number", CASHIER_NUMBER)
            till.pages.sign_in.edit("pin", "11111")
            till.pages.sign_in.press()
            await till.until(lambda: not till.pages.sign_in.is_busy)
        assert page(till).wait == "1:00"
        assert till.has("lock-out")
        assert not till.has("number-pad")
        assert errors(till) == "Too many wrong PINs. Please wait."
        till.type_into("sign-in-number", "")
        till.pages.sign_in.edit("number", SECOND_NUMBER)
        assert page(till).wait == ""
        till.pages.sign_in.edit("number", CASHIER_NUMBER)
        await till.pass_time(30)
        assert page(till).wait == "0:30"
        await till.pass_time(30)
        assert page(till).wait == ""
        assert till.has("number-pad")


async def test_what_is_typed_outlives_a_lock_and_is_masked() -> None:
    """F8, and the same person types only the PIN; another one never sees the voucher's."""
    async with open_window(staff=hire) as till:
        await sign_in(till)
        till.fill(pin=CANARY_PIN)
        till.press(Qt.Key.Key_F8)
        assert till.pages.is_signing_in
        assert not till.has("field-pin")
        await till.settle()
        assert not till.session.is_signed_in
        assert page(till).entries[0].text == CASHIER_NUMBER
        type_keys(till, f"{CASHIER_PIN}\n")
        await till.until(lambda: not till.pages.is_signing_in)
        await till.settle()
        box = till.box("field-pin")
        assert box.value() == CANARY_PIN
        box.setFocus(Qt.FocusReason.MouseFocusReason)
        assert CANARY_PIN not in box.text_for_display().replace(" ", "")
        assert not till.has("eye_pin")


async def test_somebody_else_takes_over() -> None:
    """F4, and the number is asked for; the form stays, and the sale is theirs."""
    gateway = ScriptedGateway([approved()], types=TYPES)
    async with open_window(gateway, staff=hire) as till:
        await sign_in(till)
        till.fill(pin=CANARY_PIN)
        till.press(Qt.Key.Key_F4)
        await till.settle()
        assert page(till).entries[0].text == ""
        await sign_in(till, SECOND_NUMBER, SECOND_PIN)
        till.press(Qt.Key.Key_F12)
        await till.until_result()
        (sold,) = await till.redemptions()
        assert sold.cashier == "Naledi P."


@pytest.mark.fault("H4")
async def test_a_redemption_goes_on_while_the_till_is_locked() -> None:
    """It ends as its cashier's, its slip is printed, and the next one sees no code."""
    gateway = ScriptedGateway([approved()], types=TYPES)
    async with open_window(gateway, staff=hire) as till:
        await sign_in(till)
        till.fill(pin=CANARY_PIN)
        till.press(Qt.Key.Key_F12)
        till.press(Qt.Key.Key_F8)
        await till.until_result()
        await till.until(lambda: len(till.printer.slips) == 1)
        assert till.pages.is_signing_in
        till.press(Qt.Key.Key_Escape)
        await sign_in(till, SECOND_NUMBER, SECOND_PIN)
        screen = till.counter.screen()
        assert screen.stage is Stage.RESULT
        assert screen.result is not None
        assert screen.result.banner.is_hand_over
        (sold,) = await till.redemptions()
        assert sold.cashier == "Thandi M."
        assert len(till.printer.slips) == 1


def move_mouse(till: WindowTill) -> None:
    """Move the mouse over the window, wherever a test before has left it."""
    for place in (QPoint(300, 300), QPoint(310, 310)):
        QTest.mouseMove(till.window.windowHandle(), place)


def turn_wheel(till: WindowTill) -> None:
    """Turn the wheel over the window."""
    QTest.wheelEvent(till.window.windowHandle(), QPointF(300, 300), QPoint(0, 120))


def touch(till: WindowTill) -> None:
    """Touch the screen."""
    QTest.mouseClick(till.window.windowHandle(), Qt.MouseButton.LeftButton, pos=QPoint(300, 300))


def press_key(till: WindowTill) -> None:
    """Press a key that does nothing."""
    Scanner(till.window).key(Qt.Key.Key_Shift)


@pytest.mark.parametrize("does_something", [move_mouse, turn_wheel, touch, press_key])
async def test_a_till_that_nobody_touches_is_locked(
    does_something: Callable[[WindowTill], None],
) -> None:
    """After three minutes; whatever somebody does there begins them anew."""
    async with open_window(staff=hire) as till:
        await sign_in(till)
        await till.pass_time(170)
        does_something(till)
        await till.pass_time(170)
        assert not till.pages.is_signing_in
        await till.pass_time(11)
        assert till.pages.is_signing_in


async def with_badge(people: People) -> None:
    """Add the staff, one of them with a badge."""
    await hire(people)
    lindiwe = await people.actor(MANAGER_NUMBER)
    await people.set_badge(SECOND_NUMBER, Secret("STAFF-00018"), lindiwe)


async def test_a_badge_says_who_is_to_sign_in() -> None:
    """On the page itself, and from wherever a scan is no voucher; anybody's other code is not."""
    async with open_window(staff=with_badge) as till:
        Scanner(till.window).scan("STAFF-00018")
        await till.until(lambda: page(till).entries[0].text == SECOND_NUMBER)
        Scanner(till.window).scan("STAFF-00099")
        await till.until(lambda: bool(till.shell.screen().toast))
        assert till.shell.screen().toast == "Not taken. Sign in first."
        assert page(till).entries[0].text == SECOND_NUMBER
        till.press(Qt.Key.Key_Escape)
        await sign_in(till)
        Scanner(till.window).scan("STAFF-00018")
        await till.until(lambda: till.pages.is_signing_in)
        await till.settle()
        assert page(till).entries[0].text == SECOND_NUMBER
        type_keys(till, f"{SECOND_PIN}\n")
        await till.until(lambda: not till.pages.is_signing_in)
        assert till.session.actor.name == "Naledi P."


async def with_voucher_like_badge(people: People) -> None:
    """Add the staff; the badge of one of them has as many digits as a voucher."""
    await hire(people)
    lindiwe = await people.actor(MANAGER_NUMBER)
    await people.set_badge(SECOND_NUMBER, Secret(CANARY_PIN), lindiwe)


async def test_a_badge_that_looks_like_a_voucher_is_a_badge() -> None:
    """It goes into no form; any other code does."""
    other = "4000300020001000"
    async with open_window(staff=with_voucher_like_badge) as till:
        await sign_in(till)
        Scanner(till.window).scan(other)
        await till.until(lambda: till.box("field-pin").value() == other)
        till.press(Qt.Key.Key_Escape)
        Scanner(till.window).scan(CANARY_PIN)
        await till.until(lambda: till.pages.is_signing_in)
        await till.settle()
        assert page(till).entries[0].text == SECOND_NUMBER
        assert till.box("field-pin").value() == ""


async def test_the_first_manager_is_made_by_the_keyboard() -> None:
    """The code is shown once; then the manager signs in with the passphrase."""
    async with open_window(staff=nobody_yet) as till:
        assert page(till).stage is SignInStage.FIRST_MANAGER
        type_keys(till, f"{MANAGER_NUMBER}\nLindiwe K.\n{PASSPHRASE}\nsomething else\n")
        await till.settle()
        assert errors(till) == "Not the same as above."
        till.box("sign-in-again").type_nothing()
        type_keys(till, f"{PASSPHRASE}\n")
        await till.until(lambda: page(till).stage is SignInStage.CODE)
        code = page(till).code.reveal()
        assert code.count("-") == 4
        type_keys(till, "\n")
        await till.until(lambda: page(till).stage is SignInStage.SIGN_IN)
        assert page(till).code.reveal() == ""
        type_keys(till, f"{PASSPHRASE}\n")
        await till.until(lambda: not till.pages.is_signing_in)
        assert till.session.actor.name == "Lindiwe K."


IDLE_S = 181
"""One second more than the till waits before it is locked."""


async def test_what_is_typed_to_sign_in_is_forgotten_when_nobody_goes_on() -> None:
    """A number and a PIN that were left there let nobody in hours later."""
    async with open_window(staff=hire) as till:
        type_keys(till, f"{MANAGER_NUMBER}\n{PASSPHRASE}")
        await till.pass_time(IDLE_S)
        assert page(till).entries[0].text == ""
        type_keys(till, "\n")
        await till.settle()
        assert till.session.is_left
        till.click("sign-in-quiet")
        await till.settle()
        type_keys(till, "some-code\n")
        await till.pass_time(IDLE_S)
        assert page(till).stage is SignInStage.SIGN_IN


async def test_the_number_of_who_left_stays_for_them() -> None:
    """It is no secret, however long they are away."""
    async with open_window(staff=hire) as till:
        await sign_in(till)
        await till.pass_time(2 * IDLE_S)
        assert page(till).entries[0].text == CASHIER_NUMBER


async def test_the_first_code_stays_until_it_is_written_down() -> None:
    """Nobody is let in by it, and it is shown only once; what was typed before is forgotten."""
    async with open_window(staff=nobody_yet) as till:
        type_keys(till, f"{MANAGER_NUMBER}\nLindiwe K.\n{PASSPHRASE}\n")
        await till.pass_time(IDLE_S)
        assert page(till).stage is SignInStage.FIRST_MANAGER
        assert not page(till).can_press
        type_keys(till, f"{MANAGER_NUMBER}\nLindiwe K.\n{PASSPHRASE}\n{PASSPHRASE}\n")
        await till.until(lambda: page(till).stage is SignInStage.CODE)
        await till.pass_time(IDLE_S)
        assert page(till).stage is SignInStage.CODE


async def with_alert(people: People) -> None:
    """Let the recovery code of a till with staff be used."""
    code = await people.begin(MANAGER_NUMBER, "Lindiwe K.", Secret(PASSPHRASE))
    lindiwe = await people.actor(MANAGER_NUMBER)
    await people.add(CASHIER_NUMBER, "Thandi M.", "cashier", Secret(CASHIER_PIN), lindiwe)
    await people.recover(code, MANAGER_NUMBER, Secret(PASSPHRASE))


async def test_a_manager_who_walks_away_from_the_alerts_is_signed_out() -> None:
    """Nobody else goes on as them, nor reads the new code; a manager reads it later."""
    async with open_window(staff=with_alert) as till:
        type_keys(till, f"{MANAGER_NUMBER}\n{PASSPHRASE}\n")
        await till.until(lambda: page(till).stage is SignInStage.ALERTS)
        await till.pass_time(IDLE_S)
        assert page(till).stage is SignInStage.SIGN_IN
        assert not till.session.is_signed_in
        type_keys(till, f"{MANAGER_NUMBER}\n{PASSPHRASE}\n")
        await till.until(lambda: page(till).stage is SignInStage.ALERTS)
        type_keys(till, "\n")
        await till.until(lambda: page(till).stage is SignInStage.CODE)
        code = page(till).code.reveal()
        await till.pass_time(IDLE_S)
        assert page(till).stage is SignInStage.SIGN_IN
        assert not till.session.is_signed_in
        await sign_in(till)
        till.press(Qt.Key.Key_F4)
        await till.settle()
        type_keys(till, f"{MANAGER_NUMBER}\n{PASSPHRASE}\n")
        await till.until(lambda: page(till).stage is SignInStage.CODE)
        assert page(till).code.reveal() == code
        type_keys(till, "\n")
        await till.until(lambda: not till.pages.is_signing_in)


def held_texts(till: WindowTill) -> set[str]:
    """Return everything that a box or a label of the window holds, whether it is seen or not."""
    boxes = [one.value() for one in till.window.findChildren(BoxLine)]
    return {*boxes, *(one.text() for one in till.window.findChildren(QLabel))}


async def test_no_secret_stays_in_the_page_once_somebody_is_let_in() -> None:
    """Neither the PIN nor the recovery code, also where nobody sees them."""
    async with open_window(staff=nobody_yet) as till:
        type_keys(till, f"{MANAGER_NUMBER}\nLindiwe K.\n{PASSPHRASE}\n{PASSPHRASE}\n")
        await till.until(lambda: page(till).stage is SignInStage.CODE)
        code = page(till).code.reveal()
        assert code in held_texts(till)
        type_keys(till, "\n")
        await till.until(lambda: page(till).stage is SignInStage.SIGN_IN)
        type_keys(till, f"{PASSPHRASE}\n")
        await till.until(lambda: not till.pages.is_signing_in)
        assert not {PASSPHRASE, code} & held_texts(till)


async def test_a_typed_recovery_code_is_not_in_what_a_screen_says_of_itself() -> None:
    """Such as in a line that a developer writes to look for a fault."""
    async with open_window(staff=hire) as till:
        till.click("sign-in-quiet")
        await till.settle()
        type_keys(till, "ABCD-1234")
        assert "ABCD" in page(till).entries[0].text
        assert "ABCD" not in repr(page(till))


async def test_in_training_no_passphrase_is_lost() -> None:
    """There is no recovery code, so nobody is asked for one."""
    profile = replace(PROFILE, is_training=True)
    async with open_window(profile=profile, staff=hire) as till:
        assert not till.has("sign-in-quiet")
        till.pages.sign_in.turn()
        assert page(till).stage is SignInStage.SIGN_IN


@pytest.mark.parametrize("key", [Qt.Key.Key_Escape, Qt.Key.Key_F8])
async def test_alerts_are_told_until_they_were_seen(key: Qt.Key) -> None:
    """Who leaves the till over them is told again, and who goes on is not."""
    async with open_window(staff=with_alert) as till:
        lindiwe = await till.people.actor(MANAGER_NUMBER)
        await till.people.add(
            SUPERVISOR_NUMBER, "Nomsa D.", "supervisor", Secret(SUPERVISOR_PIN), lindiwe
        )
        for _ in range(FREE_TRIES):
            with pytest.raises(SignInRefusedError):
                await till.people.proven(CASHIER_NUMBER, Secret("11111"))
        for _ in range(2):
            type_keys(till, f"{SUPERVISOR_NUMBER}\n{SUPERVISOR_PIN}\n")
            await till.until(lambda: page(till).stage is SignInStage.ALERTS)
            assert page(till).sentences[1] == "5 wrong PINs were tried for Thandi M., number 17."
            till.press(key)
            await till.settle()
            assert page(till).stage is SignInStage.SIGN_IN
            assert not till.session.is_signed_in
        till.press(Qt.Key.Key_Escape)
        type_keys(till, f"{SUPERVISOR_NUMBER}\n{SUPERVISOR_PIN}\n")
        await till.until(lambda: page(till).stage is SignInStage.ALERTS)
        type_keys(till, "\n")
        await till.until(lambda: not till.pages.is_signing_in)
        assert [one.kind for one in await till.people.alerts(till.session.actor)] == [
            AlertKind.RECOVERY_USED
        ]


async def test_who_waits_is_asked_of_the_gate_and_not_remembered() -> None:
    """A PIN that a manager set anew is taken at once."""
    async with open_window(staff=hire) as till:
        for _ in range(FREE_TRIES):
            till.pages.sign_in.edit("number", CASHIER_NUMBER)
            till.pages.sign_in.edit("pin", "11111")
            till.pages.sign_in.press()
            await till.until(lambda: not till.pages.sign_in.is_busy)
        assert page(till).wait
        till.press(Qt.Key.Key_Escape)
        type_keys(till, f"{MANAGER_NUMBER}\n{PASSPHRASE}\n")
        await till.until(lambda: page(till).stage is SignInStage.ALERTS)
        type_keys(till, "\n")
        await till.until(lambda: not till.pages.is_signing_in)
        await till.people.set_pin(CASHIER_NUMBER, Secret("60317"), till.session.actor)
        till.press(Qt.Key.Key_F4)
        await till.settle()
        await sign_in(till, CASHIER_NUMBER, "60317")


async def test_a_lost_passphrase_is_replaced_by_the_code_and_everybody_sees_it() -> None:
    """A supervisor is told, and a manager gets a new code."""
    codes: list[Secret] = []

    async def begin(people: People) -> None:
        codes.append(await people.begin(MANAGER_NUMBER, "Lindiwe K.", Secret(PASSPHRASE)))
        lindiwe = await people.actor(MANAGER_NUMBER)
        await people.add(
            SUPERVISOR_NUMBER, "Nomsa D.", "supervisor", Secret(SUPERVISOR_PIN), lindiwe
        )

    new = "seven grey geese sing"
    async with open_window(staff=begin) as till:
        till.click("sign-in-quiet")
        await till.settle()
        assert page(till).stage is SignInStage.RECOVER
        type_keys(till, f"{codes[0].reveal()}\n{MANAGER_NUMBER}\n{new}\n{new}\n")
        await till.until(lambda: page(till).stage is SignInStage.SIGN_IN)
        till.press(Qt.Key.Key_Escape)
        type_keys(till, f"{SUPERVISOR_NUMBER}\n{SUPERVISOR_PIN}\n")
        await till.until(lambda: page(till).stage is SignInStage.ALERTS)
        assert "recovery code was used" in " ".join(page(till).sentences)
        type_keys(till, "\n")
        await till.until(lambda: not till.pages.is_signing_in)
        till.press(Qt.Key.Key_F4)
        await till.settle()
        type_keys(till, f"{MANAGER_NUMBER}\n{new}\n")
        await till.until(lambda: page(till).stage is SignInStage.ALERTS)
        type_keys(till, "\n")
        await till.until(lambda: page(till).stage is SignInStage.CODE)
        assert page(till).code != codes[0]
        type_keys(till, "\n")
        await till.until(lambda: not till.pages.is_signing_in)
        assert await till.people.alerts(till.session.actor) == ()
