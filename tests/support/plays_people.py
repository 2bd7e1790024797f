"""The states of signing in, staff, approvals and settlements."""

from contextlib import suppress

from PySide6.QtCore import Qt

from counterfoil.domain.failures import (
    SignInRefusedError,
)
from counterfoil.domain.pin_rules import FREE_TRIES
from counterfoil.domain.secret import Secret
from counterfoil.presentation.screens import Act, Room
from support.people import (
    CASHIER_NUMBER,
    CASHIER_PIN,
    MANAGER_NUMBER,
    PASSPHRASE,
    SECOND_NUMBER,
    SUPERVISOR_NUMBER,
    SUPERVISOR_PIN,
)
from support.plays_counter import LOST, PIN, approved, final, warm
from support.window import WindowTill


async def signing_in(till: WindowTill) -> None:
    """Show the page on which people sign in, with two digits of a PIN."""
    till.type_into("sign-in-number", CASHIER_NUMBER)
    till.type_into("sign-in-pin", CASHIER_PIN[:2])


async def locked_out(till: WindowTill) -> None:
    """Show the time that runs down after too many wrong PINs."""
    for _ in range(FREE_TRIES):
        till.type_into("sign-in-number", "")
        till.pages.sign_in.edit("number", CASHIER_NUMBER)
        till.pages.sign_in.edit("pin", "11111")
        till.pages.sign_in.press()
        await till.until(lambda: not till.pages.sign_in.is_busy)
    await till.pass_time(8)


async def first_manager(till: WindowTill) -> None:
    """Show the first start, before the till has a manager."""
    till.type_into("sign-in-number", "1")
    till.type_into("sign-in-name", "Lindiwe K.")
    till.type_into("sign-in-pin", PASSPHRASE)


async def recovery_code(till: WindowTill) -> None:
    """Show the code that is shown once."""
    for name, text in (
        ("number", "1"),
        ("name", "Lindiwe K."),
        ("pin", PASSPHRASE),
        ("again", PASSPHRASE),
    ):
        till.pages.sign_in.edit(name, text)
    till.pages.sign_in.press()
    await till.until(lambda: till.has("recovery-code"))


async def lost(till: WindowTill) -> None:
    """Show the page for a lost passphrase."""
    till.click("sign-in-quiet")


async def void_asked(till: WindowTill) -> None:
    """Show the request to a supervisor to void a sale, with three digits of a PIN."""
    await sign_in(till)
    await warm(till)
    till.press(Qt.Key.Key_F6)
    await till.until(lambda: till.has(f"act-{Act.VOID.value}"))
    till.press(Qt.Key.Key_F11)
    await till.until(lambda: till.has("approval-overlay"))
    await till.pass_time(8)
    till.click("approval-reason-2")
    till.click("approval-way-0")
    till.type_into("approval-number", SUPERVISOR_NUMBER)
    till.type_into("approval-pin", SUPERVISOR_PIN[:3])


async def void_settled(till: WindowTill) -> None:
    """Show how a void ended that puts nothing back on the voucher."""
    await void_asked(till)
    till.type_into("approval-pin", SUPERVISOR_PIN[3:])
    till.press(Qt.Key.Key_F11)
    await till.until(lambda: till.has("approval-outcome"))


async def void_alone(till: WindowTill) -> None:
    """Show a void of another's sale, for which a supervisor needs nobody."""
    await sign_in(till)
    await warm(till)
    till.press(Qt.Key.Key_F4)
    await till.settle()
    await sign_in(till, SUPERVISOR_NUMBER, SUPERVISOR_PIN)
    till.press(Qt.Key.Key_F6)
    await till.until(lambda: till.has(f"act-{Act.VOID.value}"))
    till.press(Qt.Key.Key_F11)
    await till.until(lambda: till.has("approval-overlay"))


async def staff_list(till: WindowTill) -> None:
    """Show who works here."""
    await sign_in(till, MANAGER_NUMBER, PASSPHRASE)
    till.pages.staff_page.open()
    await till.until(lambda: till.has("staff-overlay"))
    till.click("person-2")


async def staff_new(till: WindowTill) -> None:
    """Show the form for somebody new."""
    await staff_list(till)
    till.click("staff-add")
    till.type_into("staff-name", "Zinhle N.")
    till.click("role-0")


async def staff_role(till: WindowTill) -> None:
    """Show the form in which somebody gets another role."""
    await staff_list(till)
    till.click("staff-role")
    till.click("role-1")


async def staff_badge(till: WindowTill) -> None:
    """Show the till while it waits for a badge."""
    await staff_list(till)
    till.click("staff-badge")


async def alerts(till: WindowTill) -> None:
    """Show what a supervisor is told first."""
    for number in (CASHIER_NUMBER, SECOND_NUMBER):
        for _ in range(FREE_TRIES):
            with suppress(SignInRefusedError):
                await till.people.proven(number, Secret("11111"))
    await till.pass_time(61)
    await till.people.proven(CASHIER_NUMBER, Secret(CASHIER_PIN))
    till.pages.sign_in.edit("number", SUPERVISOR_NUMBER)
    till.pages.sign_in.edit("pin", SUPERVISOR_PIN)
    till.pages.sign_in.press()
    await till.until(lambda: till.has("sign-in-sentences"))


async def settling(till: WindowTill) -> None:
    """Show the question what a provider says about money that nobody claimed."""
    await sign_in(till)
    till.gateway.script.extend([LOST] * 9)
    till.fill(pin=PIN)
    till.press(Qt.Key.Key_F12)
    await till.pass_time(90)
    till.press(Qt.Key.Key_F2)
    await till.settle()
    (left,) = await till.redemptions()
    till.gateway.script.clear()
    till.gateway.script.append(approved())
    await till.redeemer.ask(left.id)
    till.shell.enter(Room.IN_DOUBT)
    await till.until(lambda: till.has(f"act-{Act.SETTLE.value}"))


async def late_asked(till: WindowTill) -> None:
    """Show what a late approval may be used for."""
    await settling(till)
    till.press(Qt.Key.Key_F11)
    await till.until(lambda: till.has("settle-overlay"))
    till.click("got-1")


async def settle_asked(till: WindowTill) -> None:
    """Show the form of a settlement, filled in but for its reason."""
    await late_asked(till)
    till.click("evidence-1")
    till.click("got-0")
    till.type_into("settle-said_by", "Ms Nkosi")
    till.type_into("settle-provider_reference", "CASE 77")


async def reveal_asked(till: WindowTill) -> None:
    """Show the request to see the code of a change voucher."""
    await sign_in(till)
    await final(till)
    till.hold("hold-to-show")
    await till.until(lambda: till.has("approval-overlay"))
    till.let_go("hold-to-show")


async def sign_in(till: WindowTill, number: str = CASHIER_NUMBER, pin: str = CASHIER_PIN) -> None:
    """Let somebody sign in."""
    till.pages.sign_in.edit("number", number)
    till.pages.sign_in.edit("pin", pin)
    till.pages.sign_in.press()
    await till.until(lambda: not till.pages.is_signing_in)
    await till.settle()
