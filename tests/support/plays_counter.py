"""The states of the counter, the lists and the window around them, each as it comes about."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from counterfoil.domain.causes.access import Misplaced, PlaceProblem
from counterfoil.domain.causes.backup import BackupProblem, NoBackup
from counterfoil.domain.causes.journal import HeldFault, not_as_left
from counterfoil.domain.causes.key import KeyProblem, NoKey
from counterfoil.domain.contact import Contact, LineState
from counterfoil.domain.failures import (
    BackupError,
    GatewayKeyMissingError,
    JournalBusyError,
    JournalFullError,
    JournalHeldError,
    JournalInputOutputError,
    JournalMisplacedError,
    TillStoppedError,
)
from counterfoil.domain.offer import Offer
from counterfoil.domain.redemption import AttemptKind
from counterfoil.domain.secret import Secret
from counterfoil.domain.slip_facts import Heading
from counterfoil.domain.verdict import (
    Approved,
    ChangeCode,
    ChangeVoucher,
    Declined,
    DeclineReason,
    FollowUp,
    Unknown,
    UnknownCause,
)
from counterfoil.domain.voucher_type import Choice, FieldKind, FieldSpec
from counterfoil.ports.gateway import Balance, BalanceFact
from counterfoil.ports.printer import PrintTrouble
from counterfoil.presentation.key_map import Wish
from counterfoil.presentation.screens import Act, Room
from counterfoil.presentation.words.slips import sample_slip
from support.gateways import Ask
from support.outcomes import AT, SHOPS_OWN
from support.scanner import Scanner
from support.slip_sheets import awning
from support.window import TYPES, WindowTill, plain_type

START: Final = datetime(2026, 11, 20, 12, 5, tzinfo=UTC)
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


async def one_redeemed(till: WindowTill, pin: str, amount: str) -> None:
    """Redeem one voucher and go on."""
    till.fill(pin=pin, amount=amount)
    till.press(Qt.Key.Key_F12)
    await till.until_result()
    await till.ready_to_answer()
    till.counter.act(Act.SLIP_COMPLETE)
    till.counter.act(Act.NEW_VOUCHER)
    await till.until(lambda: till.counter.shown is None)
    await till.settle()


async def warm(till: WindowTill) -> None:
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
        await one_redeemed(till, pin, amount)


async def idle(till: WindowTill) -> None:
    """Show an empty form."""


async def filled(till: WindowTill) -> None:
    """Show a form that is ready."""
    await warm(till)
    till.type_into("field-pin", PIN)
    till.type_into("field-phone_number", "0825554567")
    till.type_into("amount", "19.00")


async def send(till: WindowTill) -> None:
    """Fill in the first form and send it."""
    till.type_into("field-pin", PIN)
    till.type_into("field-phone_number", "0825554567")
    till.type_into("amount", "19.00")
    till.press(Qt.Key.Key_F12)
    await till.until_result()


async def checking(till: WindowTill) -> None:
    """Show a check that takes long."""
    till.gateway.gate = asyncio.Event()
    till.gateway.script.append(approved())
    await send(till)
    await till.pass_time(12)


async def fresh(till: WindowTill) -> None:
    """Show a check that has just begun."""
    till.gateway.gate = asyncio.Event()
    till.gateway.script.append(approved())
    await send(till)


async def final(till: WindowTill) -> None:
    """Show a paid voucher with change."""
    await warm(till)
    till.gateway.script.append(_asked(approved()))
    await send(till)
    await till.settle()


async def paused_queue(till: WindowTill) -> None:
    """Show a paid voucher whose slip a paused print queue keeps out."""
    await warm(till)
    till.gateway.script.append(_asked(approved()))
    till.printer.fail_next(PrintTrouble.QUEUE_PAUSED)
    await send(till)
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
    await send(till)
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
    await send(till)


async def declined(till: WindowTill) -> None:
    """Show a refusal."""
    till.gateway.script.append(NOT_KNOWN)
    await send(till)


async def used_or_little(till: WindowTill) -> None:
    """Show a refusal that leaves open whether the voucher was used."""
    till.gateway.script.append(Declined(reason=DeclineReason.USED_OR_TOO_LITTLE))
    types = tuple(replace(one, can_look_up=True) for one in TYPES)
    till.counter.offer(Offer(types, None, is_fresh=True))
    await send(till)


async def expired(till: WindowTill) -> None:
    """Show a refusal of an expired voucher."""
    till.gateway.script.append(Declined(reason=DeclineReason.EXPIRED))
    await send(till)


async def outage(till: WindowTill) -> None:
    """Show an outage at the provider."""
    till.gateway.script.append(Declined(reason=DeclineReason.PROVIDER_DOWN))
    await send(till)


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
    await send(till)
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
    await send(till)


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
    await warm(till)
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
    await one_redeemed(till, "1000000000004410", "80.00")
    await till.pass_time(300)
    till.gateway.otherwise = LOST
    await send(till)
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


async def unsafe(till: WindowTill) -> None:
    """Show a line that is not safe."""
    till.gateway.script.append(Declined(reason=DeclineReason.NOT_SECURE))
    await send(till)


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
    await warm(till)
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


async def about(till: WindowTill) -> None:
    """Show what the till is made of."""
    till.pages.carry_out(Wish.ABOUT)


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
