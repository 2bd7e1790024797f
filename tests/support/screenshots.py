"""Draw the main states of the window into pictures, for a person to look at.

Run it as ``python tests/support/screenshots.py FOLDER [WORD…]``; with words, only the pictures
whose names hold one of them are drawn. A name is state, theme and width, such as
``filled-light-1366``.
"""

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Final

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["TZ"] = "Africa/Johannesburg"
_HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(_HERE.parent.parent / "app"), str(_HERE.parent)]

from PySide6.QtCore import Qt  # noqa: E402 - the path comes first
from PySide6.QtTest import QTest  # noqa: E402
from PySide6.QtWidgets import QApplication  # noqa: E402
from qasync import QEventLoop  # noqa: E402

from counterfoil.domain.advice import (  # noqa: E402
    Acknowledged,
    NotAllowed,
    Repeat,
    Unreadable,
)
from counterfoil.domain.causes.access import Misplaced, PlaceProblem  # noqa: E402
from counterfoil.domain.causes.backup import BackupProblem, NoBackup  # noqa: E402
from counterfoil.domain.causes.journal import HeldFault, not_as_left  # noqa: E402
from counterfoil.domain.causes.key import KeyProblem, NoKey  # noqa: E402
from counterfoil.domain.contact import Contact, LineState  # noqa: E402
from counterfoil.domain.failures import (  # noqa: E402
    BackupError,
    GatewayKeyMissingError,
    JournalBusyError,
    JournalFullError,
    JournalHeldError,
    JournalInputOutputError,
    JournalMisplacedError,
    SignInRefusedError,
    TillStoppedError,
)
from counterfoil.domain.offer import Offer  # noqa: E402
from counterfoil.domain.redemption import AttemptKind, VoidReason  # noqa: E402
from counterfoil.domain.secret import Secret  # noqa: E402
from counterfoil.domain.slip_facts import Heading  # noqa: E402
from counterfoil.domain.staff import FREE_TRIES  # noqa: E402
from counterfoil.domain.till import TillProfile  # noqa: E402
from counterfoil.domain.verdict import (  # noqa: E402
    Approved,
    ChangeCode,
    ChangeVoucher,
    Declined,
    DeclineReason,
    FollowUp,
    Unknown,
    UnknownCause,
)
from counterfoil.domain.voucher_type import Choice, FieldKind, FieldSpec  # noqa: E402
from counterfoil.ports.gateway import Balance, BalanceFact  # noqa: E402
from counterfoil.ports.printer import PrintTrouble  # noqa: E402
from counterfoil.presentation.customer_screen import CustomerScreen, welcome  # noqa: E402
from counterfoil.presentation.key_map import Wish  # noqa: E402
from counterfoil.presentation.owner_screen import OwnerStage  # noqa: E402
from counterfoil.presentation.screens import Act, Room, Tone  # noqa: E402
from counterfoil.presentation.shift_screen import ShiftStage  # noqa: E402
from counterfoil.presentation.words import customers  # noqa: E402
from counterfoil.presentation.words.slips import sample_slip  # noqa: E402
from counterfoil.service.commands import Progress, Stage  # noqa: E402
from counterfoil.service.notices import Notices  # noqa: E402
from counterfoil.service.refunding import Refunder  # noqa: E402
from counterfoil.service.void_desk import VoidDesk  # noqa: E402
from counterfoil.ui import theme  # noqa: E402
from counterfoil.ui.customer_window import CustomerWindow  # noqa: E402
from support.advised import ADVISED_VOUCHER, AdvisedScriptedGateway  # noqa: E402
from support.clocks import SeededChance  # noqa: E402
from support.gateways import Ask, ScriptedGateway  # noqa: E402
from support.outcomes import AT, SHOPS_OWN  # noqa: E402
from support.people import (  # noqa: E402
    CASHIER_NUMBER,
    CASHIER_PIN,
    MANAGER_NUMBER,
    PASSPHRASE,
    SECOND_NUMBER,
    SIPHO,
    SUPERVISOR_NUMBER,
    SUPERVISOR_PIN,
    hire,
    nobody_yet,
)
from support.report_days import lived  # noqa: E402
from support.scanner import Scanner  # noqa: E402
from support.slip_sheets import awning  # noqa: E402
from support.statement_files import planted, sold  # noqa: E402
from support.window import PROFILE, TYPES, WindowTill, open_window, plain_type  # noqa: E402

START: Final = datetime(2026, 11, 20, 12, 5, tzinfo=UTC)
SIZES: Final = ((1366, 768), (1024, 768), (1920, 1080))
THEMES: Final = ("light", "dark", "contrast")
PIN: Final = "1115684091419838"
LOST: Final = Unknown(cause=UnknownCause.TIME_OUT)
NOT_KNOWN: Final = Declined(reason=DeclineReason.NOT_FOUND)
CHANGE: Final = ChangeVoucher(
    codes=(ChangeCode("pin", Secret("8814032755196042")),),
    amount_cents=3100,
    expires="2029-11-20",
    serial_number="7721 0093 118",
)


def approved(cents: int = 1900, *, has_change: bool = True) -> Approved:
    """Return an approval."""
    return Approved(
        redeemed_cents=cents,
        upstream_id="rdm_1",
        upstream_version=1,
        upstream_reference="1V-90077123",
        change=CHANGE if has_change else None,
    )


def _asked(answer: Approved) -> Callable[[Ask], Approved]:
    """Answer a send at once."""

    def answering(ask: Ask) -> Approved:
        assert ask.kind in AttemptKind
        return answer

    return answering


async def _one(till: WindowTill, pin: str, amount: str) -> None:
    """Redeem one voucher and go on."""
    till.fill(pin=pin, amount=amount)
    till.press(Qt.Key.Key_F12)
    await till.until_result()
    await till.ready_to_answer()
    till.counter.act(Act.SLIP_COMPLETE)
    till.counter.act(Act.NEW_VOUCHER)
    await till.until(lambda: till.counter.shown is None)
    await till.settle()


async def _warm(till: WindowTill) -> None:
    """Give the till a morning."""
    answers: list[Approved | Declined] = [
        approved(25000, has_change=False),
        approved(2000),
        Declined(reason=DeclineReason.ALREADY_USED),
        approved(5000),
    ]
    till.gateway.script.extend(answers)
    for pin, amount in (
        ("1000000000000093", "250.00"),
        ("1000000000007718", "20.00"),
        ("1000000000009034", "100.00"),
        ("1000000000002210", "50.00"),
    ):
        await _one(till, pin, amount)


async def idle(till: WindowTill) -> None:
    """Show an empty form."""


async def filled(till: WindowTill) -> None:
    """Show a form that is ready."""
    await _warm(till)
    till.type_into("field-pin", PIN)
    till.type_into("field-phone_number", "0825554567")
    till.type_into("amount", "19.00")


async def _send(till: WindowTill) -> None:
    till.type_into("field-pin", PIN)
    till.type_into("field-phone_number", "0825554567")
    till.type_into("amount", "19.00")
    till.press(Qt.Key.Key_F12)
    await till.until_result()


async def checking(till: WindowTill) -> None:
    """Show a check that takes long."""
    till.gateway.gate = asyncio.Event()
    till.gateway.script.append(approved())
    await _send(till)
    await till.pass_time(12)


async def fresh(till: WindowTill) -> None:
    """Show a check that has just begun."""
    till.gateway.gate = asyncio.Event()
    till.gateway.script.append(approved())
    await _send(till)


async def final(till: WindowTill) -> None:
    """Show a paid voucher with change."""
    await _warm(till)
    till.gateway.script.append(_asked(approved()))
    await _send(till)
    await till.settle()


async def paused_queue(till: WindowTill) -> None:
    """Show a paid voucher whose slip a paused print queue keeps out."""
    await _warm(till)
    till.gateway.script.append(_asked(approved()))
    till.printer.fail_next(PrintTrouble.QUEUE_PAUSED)
    await _send(till)
    await till.settle()


async def revealed(till: WindowTill) -> None:
    """Show the change voucher's PIN while it is held."""
    await final(till)
    till.hold("hold-to-show")
    await till.settle()


async def phone_code(till: WindowTill) -> None:
    """Show the code that the shop's phone reads, while its button is held."""
    await final(till)
    till.hold("hold-for-message")
    await till.until(lambda: till.has("message-card"))


async def _with_change(till: WindowTill, change: ChangeVoucher) -> None:
    till.gateway.script.append(_asked(replace(approved(), change=change)))
    await _send(till)
    await till.settle()


async def barcode(till: WindowTill) -> None:
    """Show a change voucher that has a barcode and no PIN."""
    code = ChangeCode("barcode", Secret("6001234567892"))
    await _with_change(till, replace(CHANGE, codes=(code,)))


async def two_vouchers(till: WindowTill) -> None:
    """Show two change vouchers, one of which came as a number."""
    pin = ChangeCode("pin", Secret("9000000000541588"), is_number=True)
    other = ChangeVoucher(codes=(pin,), amount_cents=1100)
    await _with_change(till, replace(CHANGE, amount_cents=2000, more=(other,)))


async def two_held(till: WindowTill) -> None:
    """Show both codes of two change vouchers while they are held."""
    await two_vouchers(till)
    till.hold("hold-to-show")
    await till.settle()


async def no_code(till: WindowTill) -> None:
    """Show a change voucher of which no code could be read."""
    names = ("state", "voucher.reference", "voucher.links")
    await _with_change(till, replace(CHANGE, codes=(), unread=names))


async def short(till: WindowTill) -> None:
    """Show a voucher that held less than was asked."""
    till.gateway.script.append(approved(1234, has_change=False))
    await _send(till)


async def declined(till: WindowTill) -> None:
    """Show a refusal."""
    till.gateway.script.append(NOT_KNOWN)
    await _send(till)


async def used_or_little(till: WindowTill) -> None:
    """Show a refusal that leaves open whether the voucher was used."""
    till.gateway.script.append(Declined(reason=DeclineReason.USED_OR_TOO_LITTLE))
    types = tuple(replace(one, can_look_up=True) for one in TYPES)
    till.counter.offer(Offer(types, None, is_fresh=True))
    await _send(till)


async def expired(till: WindowTill) -> None:
    """Show a refusal of an expired voucher."""
    till.gateway.script.append(Declined(reason=DeclineReason.EXPIRED))
    await _send(till)


async def outage(till: WindowTill) -> None:
    """Show an outage at the provider."""
    till.gateway.script.append(Declined(reason=DeclineReason.PROVIDER_DOWN))
    await _send(till)


async def no_key(till: WindowTill) -> None:
    """Show a till without a key."""
    cause = NoKey(KeyProblem.UPSTREAM_KEY_MISSING, variable="COUNTERFOIL_MOMENT_API_KEY")
    offer = Offer((), None, is_fresh=False, trouble=GatewayKeyMissingError(cause))
    till.counter.offer(offer)
    till.shell.offer(offer)


async def asking(till: WindowTill) -> None:
    """Show the first second."""
    till.counter.offer(Offer((), None, is_fresh=False))


async def unknown(till: WindowTill) -> None:
    """Show a result that is not known."""
    till.gateway.otherwise = LOST
    await _send(till)
    await till.pass_time(65)


async def sms(till: WindowTill) -> None:
    """Show a rest that was sent by SMS."""
    till.click("tile-vouchers.ott")
    till.type_into("field-pin", "123456789012")
    till.type_into("field-phone_number", "0825554567")
    till.type_into("amount", "19.00")
    till.gateway.script.append(approved(has_change=False))
    till.press(Qt.Key.Key_F12)
    await till.until_result()


async def whole(till: WindowTill) -> None:
    """Show the whole voucher chosen."""
    till.type_into("field-pin", PIN)
    till.press(Qt.Key.Key_F11)


async def which(till: WindowTill) -> None:
    """Show the question which voucher it is that was scanned."""
    till.click("tile-vouchers.ott")
    await till.ready_to_answer()
    Scanner(till.window).scan(PIN)


async def still(till: WindowTill) -> None:
    """Show the question whose voucher it is, after a scan that was not taken."""
    till.fill(pin=PIN)
    Scanner(till.window).scan("123456")
    till.press(Qt.Key.Key_F12)


async def not_taken(till: WindowTill) -> None:
    """Show that a scan was not taken."""
    till.fill(pin=PIN)
    Scanner(till.window).scan("123456")


async def scanned(till: WindowTill) -> None:
    """Show the form after a scan over the form of another customer."""
    till.fill(pin=PIN)
    Scanner(till.window).scan("123412341234")


async def carried(till: WindowTill) -> None:
    """Show a balance that was carried to the payment, and more typed than there is."""
    till.gateway.balances.append(Balance(amount_cents=500, currency="ZAR"))
    till.click("tile-vouchers.blu")
    till.type_into("field-token", PIN)
    till.press(Qt.Key.Key_F3)
    await till.settle()
    await till.settle()
    till.press(Qt.Key.Key_F11)
    till.type_into("amount", "19.00")


async def used(till: WindowTill) -> None:
    """Show a refusal of a used voucher."""
    till.gateway.script.append(Declined(reason=DeclineReason.ALREADY_USED))
    await _send(till)


async def error(till: WindowTill) -> None:
    """Show a field that cannot be sent."""
    till.type_into("field-pin", PIN)
    till.type_into("field-phone_number", "0821")
    till.type_into("amount", "19.00")
    till.press(Qt.Key.Key_F12)
    await till.settle()
    await till.settle()


async def balance(till: WindowTill) -> None:
    """Show a balance."""
    expires = (BalanceFact.EXPIRES, date(2029, 11, 20))
    till.gateway.balances.append(Balance(amount_cents=3100, currency="ZAR", facts=(expires,)))
    till.click("tile-vouchers.blu")
    till.type_into("field-token", PIN)
    till.press(Qt.Key.Key_F3)
    await till.settle()
    await till.settle()


async def history(till: WindowTill) -> None:
    """Show the list of all redemptions."""
    await _warm(till)
    till.press(Qt.Key.Key_F6)
    await till.settle()


async def narrowed(till: WindowTill) -> None:
    """Show only what was refused today."""
    await history(till)
    till.click("filter-today")
    till.click("filter-refused")
    await till.settle()


async def narrowed_to_none(till: WindowTill) -> None:
    """Show that nothing passes a text and the filters."""
    await narrowed(till)
    till.click("filter-refused")
    till.click("filter-waiting")
    QTest.keyClicks(till.visible("history-find"), "1Voucher")
    await till.settle()


async def doubt(till: WindowTill) -> None:
    """Show what is in doubt."""
    mismatch = Unknown(cause=UnknownCause.MISMATCH, follow_up=FollowUp.PERSON)
    till.gateway.script.append(mismatch)
    await _one(till, "1000000000004410", "80.00")
    await till.pass_time(300)
    till.gateway.otherwise = LOST
    await _send(till)
    await till.pass_time(130)
    till.click("tab-in_doubt")
    await till.settle()


async def late(till: WindowTill) -> None:
    """Show a result that is not known, whose sale a late approval would pay."""
    await doubt(till)
    (open_one,) = await till.journal.open_redemptions()
    till.click(f"card-{open_one.id}")
    await till.settle()


async def aside(till: WindowTill) -> None:
    """Show the same once its sale was paid otherwise."""
    await late(till)
    till.click(f"act-{Act.PAID_OTHERWISE.value}")
    await till.pass_time(10)


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


async def unsafe(till: WindowTill) -> None:
    """Show a line that is not safe."""
    till.gateway.script.append(Declined(reason=DeclineReason.NOT_SECURE))
    await _send(till)


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


async def slips(till: WindowTill) -> None:
    """Show slips to finish."""
    till.gateway.script.extend([approved(), approved(5000, has_change=False)])
    for pin, amount in ((PIN, "19.00"), ("1000000000002210", "50.00")):
        till.fill(pin=pin, amount=amount)
        till.press(Qt.Key.Key_F12)
        await till.until_result()
        await till.ready_to_answer()
        till.press(Qt.Key.Key_F2)
        await till.until(lambda: till.counter.shown is None)
        await till.settle()
    till.shell.enter(Room.SLIPS)
    await till.settle()
    card = (await till.redemptions())[-1].id
    till.ledgers[Room.SLIPS].choose(card)
    await till.settle()


async def no_doubt(till: WindowTill) -> None:
    """Show an empty list."""
    till.click("tab-in_doubt")
    await till.settle()


async def no_history(till: WindowTill) -> None:
    """Show an empty history."""
    till.press(Qt.Key.Key_F6)
    await till.settle()


async def closed(till: WindowTill) -> None:
    """Show a till that cannot sell."""
    till.shell.fail(JournalFullError("disk"))
    await till.settle()


async def held(till: WindowTill) -> None:
    """Show a till whose journal a supervisor must accept first."""
    lost = not_as_left(HeldFault.ENDS_EARLY, found=1408, had=1422)
    till.shell.fail(JournalHeldError(not_as_left(HeldFault.PUT_BACK), lost))
    await till.settle()


async def unbacked(till: WindowTill) -> None:
    """Show a till whose disk for backups is not there."""
    till.shell.backup(BackupError(NoBackup(BackupProblem.FOLDER_MISSING, "E:\\Counterfoil")))
    await till.settle()


async def stopped(till: WindowTill) -> None:
    """Show a till of which a part has stopped."""
    till.shell.fail(TillStoppedError())
    await till.settle()


async def busy(till: WindowTill) -> None:
    """Show a till whose journal another program holds."""
    till.shell.fail(JournalBusyError())
    await till.settle()


async def failing(till: WindowTill) -> None:
    """Show a till whose disk has failed."""
    till.shell.fail(JournalInputOutputError())
    await till.settle()


async def misplaced(till: WindowTill) -> None:
    """Show a till whose journal lies where none can be kept."""
    cause = Misplaced(PlaceProblem.FILE_OF_ANOTHER_USER, "journal.db")
    till.shell.fail(JournalMisplacedError(cause))
    await till.settle()


async def helped(till: WindowTill) -> None:
    """Show the help."""
    till.press(Qt.Key.Key_F1)


async def menu(till: WindowTill) -> None:
    """Show the menu."""
    till.press(Qt.Key.Key_F10)


async def menu_found(till: WindowTill) -> None:
    """Look for something in the menu."""
    await menu(till)
    QTest.keyClicks(till.keyboard(), "sl")


async def history_help(till: WindowTill) -> None:
    """Show the help of History."""
    till.press(Qt.Key.Key_F6)
    till.press(Qt.Key.Key_F1)


async def healthy(till: WindowTill) -> None:
    """Show how the till is: some of it good, a slip to finish, and a provider that is not there."""
    await _warm(till)
    till.printer.trouble = PrintTrouble.PAPER_OUT
    till.gateway.heard = Contact(
        line=LineState.KEY_REFUSED,
        answered_at=START,
        ahead_s=-131.0,
        certificate_until=START + timedelta(days=12),
    )
    till.pages.carry_out(Wish.HEALTH)
    await till.until(lambda: "asking" not in repr(till.find("health-note")).lower())
    await till.settle()


async def tour(till: WindowTill) -> None:
    """Begin the tour of training."""
    till.click("tour-go-on")
    till.click("tour-go-on")


async def tour_done(till: WindowTill) -> None:
    """See a situation of the tour to its end."""
    till.gateway.script.append(approved())
    await tour(till)
    till.click("card-part")
    await till.settle()
    till.type_into("amount", "19")
    till.press(Qt.Key.Key_F12)
    await till.until_result()
    await till.settle()


async def go_live(till: WindowTill) -> None:
    """Show how to go live."""
    till.pages.carry_out(Wish.GO_LIVE)


async def large_slip(till: WindowTill) -> None:
    """Show the slip in large letters."""
    await final(till)
    till.click("slip_paper")


async def preview(till: WindowTill) -> None:
    """Show how slips look by the settings, with the shop's own lines and logo."""
    till.press(Qt.Key.Key_F10)
    till.click("menu-preview")
    profile = replace(SHOPS_OWN, logo=awning())
    heading = Heading(profile=profile, cashier="", at=AT, slip_number=0)
    till.window.preview().show_preview(sample_slip(heading), 42)


async def toast(till: WindowTill) -> None:
    """Show a toast."""
    await filled(till)
    till.shell.toast("Slip 03-008840 printed", "printer")


async def many(till: WindowTill) -> None:
    """Show more types and fields than there is room for."""
    fields = tuple(
        FieldSpec(
            name=f"f{n}",
            label=f"Field number {n}",
            kind=kind,
            choices=(Choice(value="1", label="One"), Choice(value="2", label="Two")),
        )
        for n, kind in enumerate(FieldKind)
    )
    types = tuple(
        plain_type(f"t{n}", f"A voucher type with a long name {n}", f"category_{n // 5}")
        for n in range(24)
    )
    till.gateway.types = (replace(types[0], fields=fields), *types[1:])
    till.press(Qt.Key.Key_F5)
    await till.settle()


async def empty(till: WindowTill) -> None:
    """Show a till that knows no types."""


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
    await _warm(till)
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
    await _warm(till)
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


async def shift_closed(till: WindowTill) -> None:
    """Show the page Shift before the first shift, with a float typed in."""
    await sign_in(till)
    till.press(Qt.Key.Key_F7)
    await till.until(lambda: till.has("shift-amount"))
    till.type_into("shift-amount", "500")


async def shift_open(till: WindowTill) -> None:
    """Show an open shift."""
    await shift_closed(till)
    await till.ready_to_answer()
    till.press(Qt.Key.Key_F11)
    await till.until(lambda: till.has("open-page"))
    await till.ready_to_answer()


async def shift_move(till: WindowTill) -> None:
    """Show cash that is paid out."""
    await shift_open(till)
    till.click("act-pay_out")
    till.type_into("shift-amount", "45")
    till.click("shift-reason-1")


async def shift_asked(till: WindowTill) -> None:
    """Show a supervisor being asked for it."""
    await shift_move(till)
    await till.ready_to_answer()
    till.press(Qt.Key.Key_F11)
    await till.until(lambda: till.has("approval-overlay"))


async def shift_count(till: WindowTill) -> None:
    """Show the blind count."""
    await shift_open(till)
    till.press(Qt.Key.Key_F11)
    for value, count in ((20000, 4), (10000, 7), (5000, 3), (2000, 6), (500, 4)):
        till.type_into(f"count-{value}", str(count))
    till.box("count-200").setFocus(Qt.FocusReason.OtherFocusReason)


async def shift_counted(till: WindowTill) -> None:
    """Show the question why the count is not what should be there."""
    await shift_count(till)
    await till.ready_to_answer()
    till.press(Qt.Key.Key_F11)
    await till.until(lambda: till.pages.shift.screen().stage is ShiftStage.COUNTED)
    await till.ready_to_answer()
    till.press(Qt.Key.Key_F11)
    await till.until(lambda: till.has("shift-reason-2"))
    till.click("shift-reason-2")


async def shift_z(till: WindowTill) -> None:
    """Show the Z of a shift in which something was sold."""
    await shift_open(till)
    till.press(Qt.Key.Key_F2)
    await till.settle()
    await _warm(till)
    till.press(Qt.Key.Key_F7)
    await till.ready_to_answer()
    till.press(Qt.Key.Key_F11)
    for value, count in ((20000, 2), (10000, 1)):
        till.type_into(f"count-{value}", str(count))
    for _ in range(2):
        await till.ready_to_answer()
        till.press(Qt.Key.Key_F11)
        await till.settle()
    await till.until(lambda: till.has("report-page"))


async def shift_earlier(till: WindowTill) -> None:
    """Show the earlier shifts."""
    await shift_z(till)
    await till.ready_to_answer()
    till.press(Qt.Key.Key_F9)
    await till.ready_to_answer()
    till.press(Qt.Key.Key_Escape)
    await till.until(lambda: till.has("earlier-1"))


async def owner_home(till: WindowTill) -> None:
    """Show the owner's page before any statement."""
    till.pages.go_to(Room.OWNER)
    await till.until(lambda: till.pages.owner.screen().stage is OwnerStage.HOME)
    await till.ready_to_answer()


async def owner_file(till: WindowTill) -> None:
    """Show the choice of a statement's file."""
    await sold(till.journal)
    downloads = Path(tempfile.mkdtemp()) / "Downloads"
    downloads.mkdir()
    for name in ("moment-2026-11.csv", "moment-2026-10.csv", "suppliers.csv"):
        await planted(till.journal, downloads / name)
    os.environ["HOME"] = str(downloads.parent)
    await owner_home(till)
    till.press(Qt.Key.Key_F11)
    await till.until(lambda: till.has("owner-file"))
    await till.ready_to_answer()
    till.pages.owner.edit_path(str(downloads / "moment-2026-11.csv"))
    await till.ready_to_answer()


async def owner_columns(till: WindowTill) -> None:
    """Show which column says what."""
    await owner_file(till)
    till.press(Qt.Key.Key_F11)
    await till.until(lambda: till.pages.owner.screen().stage is OwnerStage.COLUMNS)
    await till.ready_to_answer()


async def owner_running(till: WindowTill) -> None:
    """Show a comparison that goes on."""
    await owner_columns(till)
    presenter = till.pages.owner
    presenter._progress = Progress(Stage.READING, 61_400, 0.62)
    presenter._go_to(OwnerStage.RUNNING)


async def owner_run(till: WindowTill) -> None:
    """Show what came of a statement."""
    await owner_columns(till)
    till.press(Qt.Key.Key_F11)
    await till.until(lambda: till.pages.owner.screen().stage is OwnerStage.RUN)
    await till.ready_to_answer()


async def owner_difference(till: WindowTill) -> None:
    """Show one difference, with a reason chosen."""
    await owner_run(till)
    number = (await till.journal.open_differences())[0].number
    till.click(f"row-difference-{number}")
    await till.until(lambda: till.has("owner-reason-1"))
    await till.ready_to_answer()
    till.click("owner-reason-1")


async def owner_back(till: WindowTill) -> None:
    """Show the page once there are runs and differences."""
    await owner_run(till)
    till.press(Qt.Key.Key_F11)
    await till.until(lambda: till.pages.owner.screen().stage is OwnerStage.HOME)


async def owner_kept(till: WindowTill) -> None:
    """Show what is kept about customers."""
    await sold(till.journal)
    await owner_home(till)
    till.press(Qt.Key.Key_F9)
    await till.until(lambda: till.pages.owner.screen().stage is OwnerStage.RETENTION)
    await till.ready_to_answer()
    till.press(Qt.Key.Key_F11)
    await till.settle()
    await till.until(lambda: till.pages.owner.screen().can_press)


async def rest_asked(till: WindowTill) -> None:
    """Show the question about the rest of a sale."""
    await shift_open(till)
    till.press(Qt.Key.Key_F2)
    await till.settle()
    till.gateway.script.append(approved(1900, has_change=False))
    till.fill(pin=PIN, amount="50.00")
    till.press(Qt.Key.Key_F12)
    await till.until_result()
    await till.ready_to_answer()
    till.press(Qt.Key.Key_F2)
    await till.until(lambda: till.has("act-take_rest"))


async def rest_foot(till: WindowTill) -> None:
    """Show the form for another voucher, which may yet be paid in cash."""
    await rest_asked(till)
    await till.ready_to_answer()
    till.press(Qt.Key.Key_F11)
    await till.settle()


async def rest_cash(till: WindowTill) -> None:
    """Show the rest being taken in cash."""
    await rest_asked(till)
    await till.ready_to_answer()
    till.press(Qt.Key.Key_F9)
    await till.until(lambda: till.has("rest-overlay"))
    till.type_into("rest-given", "50")


async def rest_mix(till: WindowTill) -> None:
    """Show the rest being taken in parts."""
    await rest_cash(till)
    till.click("rest-way-3")
    till.type_into("rest-card", "20")


async def rest_change(till: WindowTill) -> None:
    """Show the change to give."""
    await rest_cash(till)
    await till.ready_to_answer()
    till.press(Qt.Key.Key_F11)
    await till.until(lambda: not till.has("rest-due"))


async def reports_day(till: WindowTill) -> None:
    """Show the days of a month."""
    await lived(till.journal, START)
    till.press(Qt.Key.Key_F7)
    till.press(Qt.Key.Key_F7)
    till.click("period-3")
    await till.until(lambda: till.has("sheet-table"))


async def reports_cashier(till: WindowTill) -> None:
    """Show the cashiers of a month, of whom one stands out."""
    await reports_day(till)
    till.click("report-4")
    await till.until(lambda: till.has("sheet-table"))


async def reports_other(till: WindowTill) -> None:
    """Show days that somebody types, wrongly."""
    await reports_day(till)
    till.click("period-5")
    till.type_into("first-day", "2026-13-01")
    till.press(Qt.Key.Key_F11)


async def reports_none(till: WindowTill) -> None:
    """Show that nothing was sold."""
    till.press(Qt.Key.Key_F7)
    till.press(Qt.Key.Key_F7)
    await till.until(lambda: till.pages.reports.screen().sheet is not None)


async def rest_no_shift(till: WindowTill) -> None:
    """Show that a shift must be opened first."""
    await sign_in(till)
    till.gateway.script.append(approved(1900, has_change=False))
    till.fill(pin=PIN, amount="50.00")
    till.press(Qt.Key.Key_F12)
    await till.until_result()
    await till.ready_to_answer()
    till.press(Qt.Key.Key_F2)
    await till.until(lambda: till.has("act-take_rest"))
    await till.ready_to_answer()
    till.press(Qt.Key.Key_F9)
    await till.until(lambda: till.has("rest-overlay"))


Play = Callable[[WindowTill], Awaitable[None]]
PLAYS: Final[dict[str, Play]] = {
    "idle": idle,
    "filled": filled,
    "fresh": fresh,
    "checking": checking,
    "final": final,
    "pausedqueue": paused_queue,
    "revealed": revealed,
    "phonecode": phone_code,
    "short": short,
    "barcode": barcode,
    "twovouchers": two_vouchers,
    "twoheld": two_held,
    "nocode": no_code,
    "declined": declined,
    "usedorlittle": used_or_little,
    "expired": expired,
    "nokey": no_key,
    "asking": asking,
    "outage": outage,
    "unknown": unknown,
    "sms": sms,
    "whole": whole,
    "which": which,
    "still": still,
    "nottaken": not_taken,
    "scanned": scanned,
    "carried": carried,
    "used": used,
    "error": error,
    "balance": balance,
    "history": history,
    "narrowed": narrowed,
    "filterednone": narrowed_to_none,
    "doubt": doubt,
    "late": late,
    "aside": aside,
    "slips": slips,
    "nodoubt": no_doubt,
    "nohistory": no_history,
    "closed": closed,
    "held": held,
    "unbacked": unbacked,
    "stopped": stopped,
    "busy": busy,
    "failing": failing,
    "misplaced": misplaced,
    "unsafe": unsafe,
    "refund": refund,
    "refunded": refunded,
    "refundowed": refund_owed,
    "voided": voided,
    "help": helped,
    "menu": menu,
    "menufound": menu_found,
    "helphistory": history_help,
    "health": healthy,
    "trainingempty": idle,
    "trainingtour": tour,
    "trainingtourdone": tour_done,
    "traininggolive": go_live,
    "largeslip": large_slip,
    "preview": preview,
    "toast": toast,
    "many": many,
    "empty": empty,
    "told": told,
    "owed": owed,
    "owedone": owed_one,
    "paused": paused,
    "rescue": rescue,
    "reversing": reversing,
    "reversed": reversed_,
    "restored": restored,
    "provided": provided,
    "voidable": voidable,
    "backlog": backlog,
    "training": filled,
    "signin": signing_in,
    "lockedout": locked_out,
    "firstmanager": first_manager,
    "recoverycode": recovery_code,
    "lostpassphrase": lost,
    "trainingsignin": signing_in,
    "approval": void_asked,
    "voidsettled": void_settled,
    "voidalone": void_alone,
    "revealasked": reveal_asked,
    "unclaimed": settling,
    "staff": staff_list,
    "newstaff": staff_new,
    "settle": settle_asked,
    "usedlate": late_asked,
    "staffrole": staff_role,
    "badge": staff_badge,
    "alerts": alerts,
    "reportsday": reports_day,
    "reportscashier": reports_cashier,
    "reportsother": reports_other,
    "reportsnone": reports_none,
    "shiftclosed": shift_closed,
    "shiftopen": shift_open,
    "shiftmove": shift_move,
    "shiftasked": shift_asked,
    "shiftcount": shift_count,
    "shiftcounted": shift_counted,
    "shiftz": shift_z,
    "shiftearlier": shift_earlier,
    "ownerhome": owner_home,
    "ownerfile": owner_file,
    "ownercolumns": owner_columns,
    "ownerrunning": owner_running,
    "ownerrun": owner_run,
    "ownerdifference": owner_difference,
    "ownerback": owner_back,
    "ownerkept": owner_kept,
    "restasked": rest_asked,
    "restfoot": rest_foot,
    "restcash": rest_cash,
    "restmix": rest_mix,
    "restchange": rest_change,
    "restnoshift": rest_no_shift,
}
HELD: Final = frozenset({"revealed", "twoheld", "phonecode"})
"""What shows a code, which the till itself makes no picture of."""
CUSTOMERS: Final = {
    "welcome": welcome("Corner Shop"),
    "topay": CustomerScreen(state=customers.TO_PAY, amount="R19.00"),
    "checking": CustomerScreen(
        state=customers.CHECKING, amount="R19.00", lines=(customers.ONE_MOMENT,), tone=Tone.INFO
    ),
    "paid": CustomerScreen(
        state=customers.PAID,
        amount="R12,345.00",
        lines=(customers.CHANGE_ON_SLIP,),
        tone=Tone.APPROVED,
    ),
    "unknown": CustomerScreen(
        state=customers.NOT_KNOWN,
        lines=(customers.KEEP_VOUCHER, customers.CASHIER_HELPS),
        tone=Tone.UNKNOWN,
    ),
    "declined": CustomerScreen(
        state=customers.NOT_ACCEPTED,
        lines=(customers.NOTHING_TAKEN, customers.CASHIER_HELPS),
        tone=Tone.DECLINED,
    ),
}
STAFFED: Final = {
    **dict.fromkeys(("staff", "newstaff", "staffrole", "badge", "alerts"), hire),
    **dict.fromkeys(("signin", "lockedout", "lostpassphrase", "trainingsignin"), hire),
    **dict.fromkeys(
        ("approval", "voidsettled", "voidalone", "revealasked", "unclaimed", "settle", "usedlate"),
        hire,
    ),
    **dict.fromkeys(
        ("shiftclosed", "shiftopen", "shiftmove", "shiftasked", "shiftcount", "shiftcounted"), hire
    ),
    **dict.fromkeys(("shiftz", "shiftearlier", "restasked", "restfoot", "restcash"), hire),
    **dict.fromkeys(("restmix", "restchange", "restnoshift"), hire),
    **dict.fromkeys(("firstmanager", "recoverycode"), nobody_yet),
}
"""Where people sign in, and who works there."""


ADVISED: Final = frozenset(PLAYS) & {
    *("told", "owed", "owedone", "paused", "rescue", "reversing", "reversed", "restored"),
    *("provided", "voidable", "voided", "backlog", "refund", "refunded", "refundowed"),
}
"""What is played with an upstream of the second kind."""


def draw_customers(folder: Path, words: list[str]) -> None:
    """Draw what the customer is shown."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    for name, screen in CUSTOMERS.items():
        for look, size in product(THEMES, ((1024, 768), (1920, 1080))):
            picture = f"customer{name}-{look}-{size[0]}"
            if words and not any(word in picture for word in words):
                continue
            theme.apply_theme(app, look, motion=False)
            window = CustomerWindow()
            window.resize(*size)
            window.render_screen(screen)
            window.grab().save(str(folder / f"{picture}.png"))


async def draw(folder: Path, words: list[str]) -> None:
    """Draw every wanted picture."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    for name, play in PLAYS.items():
        for look in THEMES:
            for size in SIZES:
                picture = f"{name}-{look}-{size[0]}"
                if words and not any(word in picture for word in words):
                    continue
                is_training = name.startswith("training")
                theme.apply_theme(app, look, motion=False, training=is_training)
                profile: TillProfile = replace(PROFILE, is_training=is_training)
                gateway = advised_gateway() if name in ADVISED else ScriptedGateway(types=TYPES)
                gateway.is_offline = name == "empty"
                async with open_window(
                    gateway, profile=profile, start=START, size=size, staff=STAFFED.get(name)
                ) as till:
                    await play(till)
                    await till.settle()
                    await asyncio.sleep(0.05)
                    is_held = name in HELD
                    drawn = till.window.grab() if is_held else till.window.picture()
                    drawn.save(str(folder / f"{picture}.png"))


def main() -> None:
    """Draw the pictures into the folder of the first argument."""
    time.tzset()
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    app = QApplication(["screenshots"])
    app.setQuitOnLastWindowClosed(False)
    with asyncio.Runner(loop_factory=lambda: QEventLoop(app)) as runner:
        runner.run(draw(folder, sys.argv[2:]))
    draw_customers(folder, sys.argv[2:])


if __name__ == "__main__":
    main()
