"""The states of sales whose upstream is told by advice how they ended."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from PySide6.QtCore import Qt

from counterfoil.domain.advice import (
    Acknowledged,
    NotAllowed,
    Repeat,
    Unreadable,
)
from counterfoil.domain.redemption import VoidReason
from counterfoil.domain.secret import Secret
from counterfoil.domain.verdict import (
    Approved,
    FollowUp,
    Unknown,
    UnknownCause,
)
from counterfoil.ports.gateway import Balance, BalanceFact
from counterfoil.presentation.screens import Act, Room
from counterfoil.service.notices import Notices
from counterfoil.service.refunding import Refunder
from counterfoil.service.void_desk import VoidDesk
from support.advised import ADVISED_VOUCHER, AdvisedScriptedGateway
from support.clocks import SeededChance
from support.people import (
    SIPHO,
)
from support.plays_counter import PIN, approved
from support.window import TYPES, WindowTill

KAROO: Final = replace(
    ADVISED_VOUCHER, name="Karoo Vouchers", can_look_up=True, fields=TYPES[0].fields[:1]
)
BAOBAB: Final = replace(KAROO, id="electrum.baobab", name="Baobab Gifts", category="gift_cards")
MESSAGE: Final = Secret(
    "Thank you for your custom.;Questions? Call 0860 123 456 from Monday to Friday."
)
DEAD: Final = Repeat(UnknownCause.NO_CONNECTION)
SILENT: Final = Unknown(cause=UnknownCause.TIME_OUT, follow_up=FollowUp.PERSON)


def advised_gateway() -> AdvisedScriptedGateway:
    """Return an upstream that is told by advice how each sale ended."""
    gateway = AdvisedScriptedGateway()
    gateway.types = (KAROO, BAOBAB)
    return gateway


def _advised(till: WindowTill) -> AdvisedScriptedGateway:
    assert isinstance(till.gateway, AdvisedScriptedGateway)
    return till.gateway


def _paid(cents: int = 1900) -> Approved:
    return replace(approved(cents, has_change=False), body=MESSAGE)


async def _redeemed(till: WindowTill, answer: Approved | Unknown, pin: str, amount: str) -> None:
    """Redeem one voucher of the second kind and leave its result."""
    till.gateway.script.append(answer)
    till.fill(pin=pin, amount=amount)
    till.press(Qt.Key.Key_F12)
    await till.until_result()
    await till.ready_to_answer()
    till.counter.act(Act.SLIP_COMPLETE)
    await till.settle()
    till.counter.act(Act.NEW_VOUCHER)
    await till.until(lambda: till.counter.shown is None)
    await till.settle()


async def owed(till: WindowTill) -> None:
    """Show what is owed: suspended, reversing, in vain, held back."""
    gateway = _advised(till)
    gateway.advices.append(Unreadable(400))
    await _redeemed(till, _paid(8000), "1000000000004410", "80.00")
    await till.forwarder.forward_due()
    await till.pass_time(4000)
    gateway.acknowledge = DEAD
    await _redeemed(till, SILENT, "1000000000007718", "20.00")
    await till.forwarder.forward_due()
    await till.pass_time(200)
    await till.forwarder.forward_due()
    await _redeemed(till, _paid(5000), "1000000000002210", "50.00")
    await till.forwarder.forward_due()
    gateway.confirmation_hold_s = 60
    await _redeemed(till, _paid(), PIN, "19.00")
    await till.pass_time(3)
    till.click("tab-in_doubt")
    await till.settle()


async def owed_one(till: WindowTill) -> None:
    """Show a reversal that is told in vain."""
    await owed(till)
    reversing = (await till.journal.open_redemptions())[0].id
    till.click(f"card-{reversing}")
    await till.settle()


async def paused(till: WindowTill) -> None:
    """Show a queue that stands still because the till's key is refused."""
    _advised(till).acknowledge = NotAllowed(401)
    for number in range(3):
        await _redeemed(till, _paid(), f"100000000000000{number}", "19.00")
    await till.forwarder.forward_due()
    await till.pass_time(400)
    till.click("chip-owed")
    await till.settle()


async def rescue(till: WindowTill) -> None:
    """Show the till asking what became of a request."""
    till.gateway.script.append(Unknown(cause=UnknownCause.TIME_OUT))
    till.fill(pin=PIN)
    till.press(Qt.Key.Key_F12)
    await till.until_result()
    till.gateway.otherwise = Unknown(cause=UnknownCause.NOT_FINAL)
    await till.settle()


async def reversing(till: WindowTill) -> None:
    """Show a voucher that is being restored."""
    _advised(till).acknowledge = DEAD
    till.gateway.script.append(SILENT)
    till.fill(pin=PIN)
    till.press(Qt.Key.Key_F12)
    await till.until_result()


async def reversed_(till: WindowTill) -> None:
    """Show a voucher that was restored, as far as the provider says."""
    till.gateway.types = (replace(KAROO, is_advice_effective=False),)
    till.press(Qt.Key.Key_F5)
    await till.settle()
    await reversing(till)
    _advised(till).acknowledge = Acknowledged(200)
    await till.forwarder.forward_due()
    await till.settle()


async def restored(till: WindowTill) -> None:
    """Show the history of what was restored."""
    await reversed_(till)
    till.press(Qt.Key.Key_F6)
    await till.settle()


async def provided(till: WindowTill) -> None:
    """Show a paid voucher with the provider's words on its slip, which can still be voided."""
    _advised(till).confirmation_hold_s = 30
    till.gateway.script.append(_paid())
    till.fill(pin=PIN)
    till.press(Qt.Key.Key_F12)
    await till.until_result()
    await till.pass_time(5)


async def voidable(till: WindowTill) -> None:
    """Show in the history for how long a sale can be voided."""
    await provided(till)
    till.press(Qt.Key.Key_F6)
    await till.settle()


async def _voided(till: WindowTill, answer: Approved | Unknown) -> None:
    """Redeem three vouchers and void the second once its confirmation has left."""
    till.gateway.types = (replace(KAROO, can_refund=True), BAOBAB)
    till.press(Qt.Key.Key_F5)
    await till.settle()
    for pin, amount in (("1000000000004410", "80.00"), (PIN, "19.00"), ("2210" * 4, "50.00")):
        await _redeemed(till, _paid(round(float(amount) * 100)), pin, amount)
        await till.forwarder.forward_due()
        await till.pass_time(120)
    (_, sold, _) = await till.redemptions()
    refunder = Refunder(
        journal=till.journal,
        gateways={till.gateway.upstream: till.gateway},
        clock=till.clock,
        chance=SeededChance(7),
        redeemer=till.redeemer,
        forwarder=till.forwarder,
    )
    desk = VoidDesk(
        journal=till.journal,
        voider=till.voider,
        refunder=refunder,
        clock=till.clock,
        notices=Notices(),
    )
    till.gateway.script.append(answer)
    voiding = till.owner.spawn(desk.void(sold.id, VoidReason.GOODS_RETURNED, SIPHO), "void")
    await till.until(voiding.done)
    await till.settle()


async def refund(till: WindowTill) -> None:
    """Show a refund in the history."""
    await _voided(till, replace(_paid(), body=None))
    till.press(Qt.Key.Key_F6)
    await till.settle()


async def refunded(till: WindowTill) -> None:
    """Show in the history what was given back."""
    await refund(till)
    (*_, sold, _) = await till.redemptions()
    till.ledgers[Room.HISTORY].choose(sold.id)
    await till.settle()


async def refund_owed(till: WindowTill) -> None:
    """Show a refund whose result is not known, and which is undone."""
    await _voided(till, SILENT)
    till.click("tab-in_doubt")
    await till.settle()


async def voided(till: WindowTill) -> None:
    """Show in the history a sale that was voided while its confirmation was held back."""
    await provided(till)
    (sold,) = await till.redemptions()
    _ = await till.voider.void(sold.id)
    await till.forwarder.forward_due()
    till.press(Qt.Key.Key_F6)
    await till.settle()


async def told(till: WindowTill) -> None:
    """Show all that a look-up may tell."""
    facts = (
        (BalanceFact.PRODUCT, "Karoo R50 voucher"),
        (BalanceFact.EXPIRES, date(2029, 11, 30)),
        (BalanceFact.SERIAL_NUMBER, "7721 0093 118"),
        (BalanceFact.INSTRUCTIONS, "Give this code at the till."),
        (BalanceFact.INSTRUCTIONS, "It is worth its balance until it expires."),
        (
            BalanceFact.INSTRUCTIONS,
            "Dial *120*555# to hear the balance, at any time of the day.",
        ),
    )
    till.gateway.balances.append(Balance(amount_cents=5000, currency="ZAR", facts=facts))
    till.type_into("field-pin", PIN)
    till.press(Qt.Key.Key_F3)
    await till.settle()
    await till.settle()


async def backlog(till: WindowTill) -> None:
    """Show an upstream that is owed too much."""
    await _redeemed(till, SILENT, PIN, "19.00")
    await till.forwarder.forward_due()
    _advised(till).acknowledge = DEAD
    till.gateway.script.append(_paid())
    await _redeemed(till, _paid(), PIN, "19.00")
    till.clock.shift_wall(timedelta(days=4))
    await till.forwarder.forward_due()
    till.fill(pin="1000000000002210")
    till.press(Qt.Key.Key_F12)
    await till.settle()
    await till.settle()
    await till.pass_time(2)
