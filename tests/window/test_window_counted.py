"""How many keys people take, by the keyboard alone, and how many touches by touch alone.

docs/operating.md says these numbers, in the table below *With people*.
"""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from counterfoil.domain.settlement import CustomerGot, SettledAs
from counterfoil.domain.states import RedemptionState
from counterfoil.domain.voids import VoidWay
from counterfoil.presentation.screens import Act, Room
from support.canary import CANARY_PIN
from support.gateways import ScriptedGateway
from support.hands import Hands
from support.people import (
    CASHIER_NUMBER,
    CASHIER_PIN,
    SECOND_NUMBER,
    SECOND_PIN,
    SUPERVISOR_NUMBER,
    SUPERVISOR_PIN,
    hire,
)
from support.till import TIME_OUT, approved
from support.window import TYPES, WindowTill, open_window
from window.test_window_approvals import at, request, sell
from window.test_window_settling import late_approval, settlement_of
from window.test_window_sign_in import sign_in

OPERATING = Path(__file__).parents[2] / "docs" / "operating.md"
TEXTS = ("Ms Nkosi", "CASE 77", "they put it back")
"""Who said it, the provider's reference, and why."""


def told() -> dict[str, tuple[str, str]]:
    """Return what the page for the operator says of each situation: keys and touches."""
    _, _, below = OPERATING.read_text(encoding="utf-8").partition("\n#### With people\n")
    table, _, _ = below.partition("\n#")
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", table, re.MULTILINE)
    return {what: (keys, touches) for what, keys, touches in rows if what != "What"}


def gateway_that(way: VoidWay | None) -> ScriptedGateway:
    """Return a provider at which a void goes this way; without one, that sells three times."""
    if way is not None:
        return at(way)
    return ScriptedGateway([approved(change=None)] * 3, types=TYPES)


# ------------------------------------------------------------------------------- before it counts


async def nothing(_: WindowTill) -> None:
    """Begin on the page to sign in on."""


async def signed_in(till: WindowTill) -> None:
    """Begin at the counter."""
    await sign_in(till)


async def sold(till: WindowTill) -> None:
    """Begin with a sale on the screen, whose confirmation has gone out where that may be."""
    await sell(till)
    await till.forwarder.forward_due()


async def unclaimed(till: WindowTill) -> None:
    """Begin at the counter, with a sale that was approved too late."""
    await late_approval(till)
    till.press(Qt.Key.Key_F2)
    await till.settle()


# ------------------------------------------------------------------------------------ what is done


async def in_by_keys(hands: Hands) -> None:
    """Type number, Enter, PIN, Enter."""
    hands.type(f"{CASHIER_NUMBER}\n{CASHIER_PIN}\n")
    await is_in(hands, CASHIER_NUMBER)


async def in_by_touch(hands: Hands) -> None:
    """Touch the number, the dots, the PIN, the button."""
    hands.tap(CASHIER_NUMBER)
    hands.click("sign-in-pin")
    hands.tap(CASHIER_PIN)
    hands.click("sign-in-primary")
    await is_in(hands, CASHIER_NUMBER)


async def is_in(hands: Hands, number: str) -> None:
    """Wait until somebody is at the till."""
    await hands.till.until(lambda: not hands.till.pages.is_signing_in)
    assert hands.till.session.actor.number == number


async def sale_by_keys(hands: Hands) -> None:
    """Type the voucher's sixteen digits, Enter, two of the amount, F12, and F11 for the slip."""
    hands.type(f"{CANARY_PIN}\n")
    await rest_of_sale_by_keys(hands)


async def scanned_sale(hands: Hands) -> None:
    """Scan; two digits of the amount, F12, and F11 for the slip."""
    hands.scan(CANARY_PIN)
    await hands.till.settle()
    await rest_of_sale_by_keys(hands)


async def rest_of_sale_by_keys(hands: Hands) -> None:
    """Type the amount, F12, and F11 for the slip."""
    hands.type("19")
    hands.press(Qt.Key.Key_F12)
    await hands.until_green()
    hands.press(Qt.Key.Key_F11)
    await hands.till.until(lambda: hands.till.counter.shown is None)


async def sale_by_touch(hands: Hands) -> None:
    """Touch the same digits, the amount's box, the button that takes money, and the slip's."""
    hands.tap(CANARY_PIN)
    hands.click("amount")
    hands.tap("19")
    hands.click("primary")
    await hands.until_green()
    hands.click(f"act-{Act.SLIP_COMPLETE.value}")
    await hands.till.until(lambda: hands.till.counter.shown is None)


async def approval_by_keys(hands: Hands, *, gives: bool = False) -> None:
    """Choose the first reason and the first thing to give; number, PIN, F11."""
    await hands.till.until(lambda: hands.till.pages.approvals.is_in_front)
    await hands.till.settle()
    for _ in range(2 if gives else 1):
        hands.press(Qt.Key.Key_Space, Qt.Key.Key_Tab)
    hands.type(f"{SUPERVISOR_NUMBER}\n{SUPERVISOR_PIN}")
    hands.press(Qt.Key.Key_F11)


async def approval_by_touch(hands: Hands, *, gives: bool = False) -> None:
    """Touch the same, and each box."""
    await hands.till.until(lambda: hands.till.pages.approvals.is_in_front)
    hands.click("approval-reason-0")
    if gives:
        hands.click("approval-way-0")
    hands.click("approval-number")
    hands.tap(SUPERVISOR_NUMBER)
    hands.click("approval-pin")
    hands.tap(SUPERVISOR_PIN)
    hands.click("approval-act")


def void_by_keys(way: VoidWay) -> Callable[[Hands], Awaitable[None]]:
    """F6, F11, and the approval."""

    async def void(hands: Hands) -> None:
        hands.press(Qt.Key.Key_F6)
        await hands.till.until(lambda: hands.till.has(f"act-{Act.VOID.value}"))
        hands.press(Qt.Key.Key_F11)
        await approval_by_keys(hands, gives=way is VoidWay.OUTSIDE)
        await is_void(hands.till, way)

    return void


def void_by_touch(way: VoidWay) -> Callable[[Hands], Awaitable[None]]:
    """History, Void, and the approval."""

    async def void(hands: Hands) -> None:
        hands.click("tab-history")
        await hands.till.until(lambda: hands.till.has(f"act-{Act.VOID.value}"))
        hands.click(f"act-{Act.VOID.value}")
        await approval_by_touch(hands, gives=way is VoidWay.OUTSIDE)
        await is_void(hands.till, way)

    return void


async def is_void(till: WindowTill, way: VoidWay) -> None:
    """Wait until the till says how it ended; one key more closes that."""
    await till.until(lambda: request(till).is_over)
    latest = (await till.redemptions())[0]
    if way is VoidWay.REFUNDED:
        assert latest.refund_of
    elif way is VoidWay.REVERSED:
        assert latest.state in {RedemptionState.REVERSING, RedemptionState.REVERSED}
    else:
        assert latest.settled_as is SettledAs.OUTSIDE


async def used_by_keys(hands: Hands) -> None:
    """Shift+F5, F11, to the choices, the second of them, F11, and the approval."""
    await settle_opened_by_keys(hands)
    hands.press(Qt.Key.Key_Tab, Qt.Key.Key_Right, Qt.Key.Key_Space, Qt.Key.Key_F11)
    await approval_by_keys(hands)
    await is_settled(hands.till, CustomerGot.GOODS)


async def used_by_touch(hands: Hands) -> None:
    """Touch Waiting, Settle, the choice, the button, and approve."""
    hands.click("tab-in_doubt")
    await hands.till.until(lambda: hands.till.has(f"act-{Act.SETTLE.value}"))
    hands.click(f"act-{Act.SETTLE.value}")
    await hands.till.until(lambda: hands.till.pages.settler.is_in_front)
    hands.click("got-1")
    hands.click("settle-act")
    await approval_by_touch(hands)
    await is_settled(hands.till, CustomerGot.GOODS)


async def settled_by_keys(hands: Hands) -> None:
    """Shift+F5, F11, what the provider says, what the customer got, three texts, the approval."""
    await settle_opened_by_keys(hands)
    hands.press(Qt.Key.Key_Right, Qt.Key.Key_Space, Qt.Key.Key_Tab)
    hands.press(Qt.Key.Key_Space, Qt.Key.Key_Tab)
    hands.type("\n".join(TEXTS))
    hands.keys -= sum(map(len, TEXTS))
    hands.press(Qt.Key.Key_F11)
    await approval_by_keys(hands)
    await is_settled(hands.till, CustomerGot.NOTHING)


async def settle_opened_by_keys(hands: Hands) -> None:
    """Shift+F5 and F11."""
    hands.press_with_shift(Qt.Key.Key_F5)
    await hands.till.until(lambda: hands.till.has(f"act-{Act.SETTLE.value}"))
    assert hands.till.shell.screen().room is Room.IN_DOUBT
    hands.press(Qt.Key.Key_F11)
    await hands.till.until(lambda: hands.till.pages.settler.is_in_front)


async def is_settled(till: WindowTill, got: CustomerGot) -> None:
    """Wait until it is."""
    await till.until(lambda: till.shell.screen().toast.startswith("Settled by hand"))
    (settled,) = await till.redemptions()
    assert settled.state is RedemptionState.RESOLVED
    assert (await settlement_of(till, settled)).got is got


async def lock_by_keys(hands: Hands) -> None:
    """F8, PIN, Enter."""
    hands.press(Qt.Key.Key_F8)
    await hands.till.settle()
    hands.type(f"{CASHIER_PIN}\n")
    await is_in(hands, CASHIER_NUMBER)


async def lock_by_touch(hands: Hands) -> None:
    """Touch the button at the foot, the PIN, the button."""
    hands.click("footer-lock")
    await hands.till.settle()
    hands.tap(CASHIER_PIN)
    hands.click("sign-in-primary")
    await is_in(hands, CASHIER_NUMBER)


async def switch_by_keys(hands: Hands) -> None:
    """F4, number, Enter, PIN, Enter."""
    hands.press(Qt.Key.Key_F4)
    await hands.till.settle()
    hands.type(f"{SECOND_NUMBER}\n{SECOND_PIN}\n")
    await is_in(hands, SECOND_NUMBER)


async def switch_by_touch(hands: Hands) -> None:
    """Touch the button at the foot, the number, the dots, the PIN, the button."""
    hands.click("footer-switch")
    await hands.till.settle()
    hands.tap(SECOND_NUMBER)
    hands.click("sign-in-pin")
    hands.tap(SECOND_PIN)
    hands.click("sign-in-primary")
    await is_in(hands, SECOND_NUMBER)


# ------------------------------------------------------------------------------------------ counted


@dataclass(frozen=True, slots=True)
class Situation:
    """Something that people do, by keys and by touch.

    ``way`` is that of a void. ``by_touch`` is None where letters are typed, for which a system has
    a keyboard of its own on the screen.
    """

    before: Callable[[WindowTill], Awaitable[None]]
    by_keys: Callable[[Hands], Awaitable[None]]
    by_touch: Callable[[Hands], Awaitable[None]] | None
    way: VoidWay | None = None


def voided(way: VoidWay) -> Situation:
    """Return a void that goes this way."""
    return Situation(sold, void_by_keys(way), void_by_touch(way), way)


SITUATIONS = {
    "Sign in": Situation(nothing, in_by_keys, in_by_touch),
    "A sale of R19.00, typed": Situation(signed_in, sale_by_keys, sale_by_touch),
    "The same, scanned": Situation(signed_in, scanned_sale, None),
    "Void: a reversal puts it back": voided(VoidWay.REVERSED),
    "Void: a refund puts it back": voided(VoidWay.REFUNDED),
    "Void outside the voucher, cash": voided(VoidWay.OUTSIDE),
    "A late approval for a new sale": Situation(unclaimed, used_by_keys, used_by_touch),
    "Settled by what the provider says": Situation(unclaimed, settled_by_keys, None),
    "Lock, and be back": Situation(signed_in, lock_by_keys, lock_by_touch),
    "Somebody else signs in": Situation(signed_in, switch_by_keys, switch_by_touch),
}
_BY_TOUCH = {what: one for what, one in SITUATIONS.items() if one.by_touch is not None}


@pytest.mark.parametrize("what", SITUATIONS)
async def test_by_the_keyboard_alone(what: str) -> None:
    """Nothing is clicked, and it takes as many keys as the page for the operator says."""
    one = SITUATIONS[what]
    hands = await counted(one, one.by_keys)
    assert hands.clicks == 0
    more = f"scan + {hands.keys}" if hands.scans else f"{hands.keys}"
    more += ", and the three texts" if one.by_keys is settled_by_keys else ""
    assert told()[what][0] == more


@pytest.mark.parametrize("what", _BY_TOUCH)
async def test_by_touch_alone(what: str) -> None:
    """No key is pressed, and it takes as many touches as the page for the operator says."""
    one = _BY_TOUCH[what]
    assert one.by_touch is not None
    hands = await counted(one, one.by_touch)
    assert (hands.keys, hands.scans) == (0, 0)
    assert told()[what][1] == f"{hands.clicks}"


async def counted(one: Situation, work: Callable[[Hands], Awaitable[None]]) -> Hands:
    """Do something at a till, and return the hands that did it."""
    gateway = gateway_that(one.way)
    if one.before is unclaimed:
        gateway = ScriptedGateway(otherwise=TIME_OUT, types=TYPES)
    async with open_window(gateway, staff=hire) as till:
        await one.before(till)
        hands = Hands(till)
        await work(hands)
    return hands


def test_each_situation_is_told_and_no_other() -> None:
    """What has no touches says so by a dash."""
    said = told()
    assert list(said) == list(SITUATIONS)
    assert [what for what, (_, touches) in said.items() if touches != "—"] == list(_BY_TOUCH)
