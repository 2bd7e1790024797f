"""How many keys, scans and clicks eight situations take: docs/operating.md says these numbers."""

import re
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from counterfoil.domain.states import RedemptionState
from counterfoil.domain.verdict import Declined, DeclineReason
from counterfoil.ports.gateway import Balance
from counterfoil.presentation.screens import Act, Room, Stage
from support.gateways import ScriptedGateway
from support.hands import Hands
from support.scanner import Scanner
from support.till import TIME_OUT, approved
from support.window import BLU, TYPES, open_window

PIN, OTHER_PIN = "1115684091419838", "1115684091419831"
OPERATING = Path(__file__).parents[2] / "docs" / "operating.md"
NOT_FOUND = Declined(reason=DeclineReason.NOT_FOUND)
PAID = approved(1900, change=None)
KEY_S = 0.2
"""How long a person takes for a key, or for a scan."""


def told(situation: str) -> tuple[str, str, str]:
    """Return what the page for the operator says of one: typed, touched, and with a scanner."""
    _, typed, touched, scanned, _ = table()[situation]
    return typed, touched, scanned


def table() -> dict[str, list[str]]:
    """Return the page's cells of each situation: before, the three ways, seconds."""
    _, _, below = OPERATING.read_text(encoding="utf-8").partition("\n### How many keys\n")
    text, _, _ = below.partition("\n#")
    rows = [line.strip("|").split("|") for line in text.splitlines() if line.startswith("|")]
    return {what.strip(): [cell.strip() for cell in cells] for what, *cells in rows[2:]}


def seconds(presses: str) -> str:
    """Return how long the hands take for ``19``, ``scan + 2`` or ``F11, scan + 1``."""
    keys = [int(word) if word.isdecimal() else 1 for word in re.findall(r"\w+", presses)]
    return f"{sum(keys) * KEY_S:.1f}"


def test_the_seconds_are_those_of_the_keys() -> None:
    """A fifth of a second for a key or a scan, and in no situation more of them than before."""
    said = table()
    assert len(said) == 8
    for situation, (before, typed, touched, scanned, told_seconds) in said.items():
        by_hand = "mouse" in situation
        expected = "—" if by_hand else f"{seconds(typed)}, {seconds(scanned)}"
        assert told_seconds == expected, situation
        if by_hand:
            assert seconds(touched) == seconds(before), situation
        elif before[0].isdecimal():
            once_typed, _, once_scanned = before.partition(", ")
            assert float(seconds(typed)) <= float(seconds(once_typed)), situation
            assert float(seconds(scanned)) <= float(seconds(once_scanned or before)), situation


WAYS = ("typed", "touched", "scanned")
"""How a sale is done, in the order of the page's columns."""


def by(way: str, hands: Hands, key: Qt.Key, name: str) -> None:
    """Press a key; who touches the till presses the button that has its cap."""
    hands.click(name) if way == "touched" else hands.press(key)


def enter(way: str, hands: Hands, pin: str) -> None:
    """Bring a voucher to the empty form: Enter goes on to the amount, and a scan does by itself."""
    if way == "typed":
        hands.type(f"{pin}\n")
    else:
        hands.scan(pin) if way == "scanned" else hands.tap(pin)


def enter_amount(way: str, hands: Hands, digits: str) -> None:
    """Type an amount where the cursor is; a finger goes there first."""
    if way == "touched":
        hands.click("amount")
        hands.tap(digits)
    else:
        hands.type(digits)


async def correct(way: str, hands: Hands) -> None:
    """Put the last digit of a refused voucher right, or scan the right one."""
    await hands.till.until_result()
    await hands.till.ready_to_answer()
    hands.keys = hands.clicks = hands.scans = 0
    by(way, hands, Qt.Key.Key_F11, f"act-{Act.CORRECT_ENTRY.value}")
    if way == "scanned":
        hands.scan(PIN)
    elif way == "typed":
        hands.press(Qt.Key.Key_Backspace)
        hands.type(PIN[-1])
    else:
        hands.touch_key("backspace")
        hands.tap(PIN[-1])
    await hands.till.ready_to_answer()
    by(way, hands, Qt.Key.Key_F12, "primary")


@pytest.mark.parametrize("way", WAYS)
async def test_a_whole_voucher_a_part_of_one_and_a_wrong_digit(way: str) -> None:
    """To green; the question about the slip is one key or touch more each time."""
    gateway = ScriptedGateway(script=[PAID, PAID, NOT_FOUND, PAID], types=TYPES)
    counted = []
    async with open_window(gateway) as till:
        for situation in ("whole", "part", "wrong"):
            hands = Hands(till)
            enter(way, hands, OTHER_PIN if situation == "wrong" else PIN)
            if situation == "whole":
                by(way, hands, Qt.Key.Key_F11, "whole-value")
            else:
                enter_amount(way, hands, "19")
            by(way, hands, Qt.Key.Key_F12, "primary")
            if situation == "wrong":
                await correct(way, hands)
            await hands.until_green()
            counted.append(hands.keys + hands.clicks)
            till.press(Qt.Key.Key_F11)
            await till.until(lambda: till.counter.shown is None)
            await till.settle()
    at = WAYS.index(way)
    said = [told("The whole voucher"), told("R19.00 of it"), told("Refused, one digit was wrong")]
    expected = [f"scan + {count}" if way == "scanned" else f"{count}" for count in counted]
    if way == "scanned":
        expected[2] = f"F11, scan + {counted[2] - 1}"
    assert [one[at] for one in said] == expected
    most = {"typed": (19, 20, 10), "touched": (18, 20, 4), "scanned": (2, 3, 2)}[way]
    assert all(count <= limit for count, limit in zip(counted, most, strict=True))
    if way == "touched":
        assert told("R19.00 of it, by mouse or finger")[at] == f"{counted[1]}"


async def test_a_scanner_and_its_enter_alone_take_nothing() -> None:
    """However often it says Enter: to take money is a key that no scanner sends."""
    gateway = ScriptedGateway(otherwise=PAID, types=TYPES)
    async with open_window(gateway) as till:
        hands = Hands(till)
        hands.scan(PIN)
        hands.press(*[Qt.Key.Key_Return] * 5)
        await till.settle()
        assert till.box("field-pin").value() == PIN
        assert gateway.asks == []


@pytest.mark.parametrize("way", WAYS[:2])
async def test_what_is_not_known_and_what_was_paid_otherwise(way: str) -> None:
    """The pending slip and the next customer; F2 alone says that the sale is over without it."""
    gateway = ScriptedGateway(otherwise=TIME_OUT, types=TYPES)
    pending = (Qt.Key.Key_F11, f"act-{Act.PRINT_PENDING.value}")
    following = (Qt.Key.Key_F2, f"act-{Act.NEW_VOUCHER.value}")
    async with open_window(gateway) as till:
        for situation, presses in (
            ("Not known: slip to bring back, next customer", (pending, following)),
            ("Not known: customer pays another way", (following,)),
        ):
            till.fill(pin=PIN if len(presses) > 1 else OTHER_PIN)
            till.press(Qt.Key.Key_F12)
            await till.until_result()
            await till.pass_time(65)
            hands = Hands(till)
            for key, name in presses:
                by(way, hands, key, name)
                await till.settle()
            assert till.counter.shown is None
            assert told(situation) == (f"{hands.keys + hands.clicks}",) * 3
        assert len(till.printer.slips) == 1


@pytest.mark.parametrize("way", WAYS[:2])
async def test_a_slip_again_at_once_and_later(way: str) -> None:
    """No, once more, yes; and the newest sale of the history."""
    async with open_window(ScriptedGateway([PAID], types=TYPES)) as till:
        till.fill(pin=PIN)
        till.press(Qt.Key.Key_F12)
        await till.until_result()
        await till.until(lambda: len(till.printer.slips) == 1)
        hands = Hands(till)
        for key, act in (
            (Qt.Key.Key_F9, Act.SLIP_NOT_COMPLETE),
            (Qt.Key.Key_F9, Act.PRINT_AGAIN),
            (Qt.Key.Key_F11, Act.SLIP_COMPLETE),
        ):
            await till.ready_to_answer()
            by(way, hands, key, f"act-{act.value}")
            await till.settle()
        await till.until(lambda: till.counter.shown is None)
        assert told("The slip again, at once") == (f"{hands.keys + hands.clicks}",) * 3
        assert len(till.printer.slips) == 2
        hands = Hands(till)
        by(way, hands, Qt.Key.Key_F6, "tab-history")
        await till.settle()
        by(way, hands, Qt.Key.Key_F9, f"act-{Act.PRINT_AGAIN.value}")
        await till.until(lambda: len(till.printer.slips) == 3)
        assert told("The slip again, later") == (f"{hands.keys + hands.clicks}",) * 3


async def test_what_is_on_a_voucher_is_carried_to_its_payment() -> None:
    """Balance, use this voucher, take what is on it, F12; another voucher knows nothing of it."""
    gateway = ScriptedGateway([approved(500, change=None)], types=TYPES)
    gateway.balances.append(Balance(amount_cents=500, currency="ZAR"))
    async with open_window(gateway) as till:
        till.click(f"tile-{BLU.id}")
        hands = Hands(till)
        hands.scan(PIN)
        hands.press(Qt.Key.Key_F3)
        await till.settle()
        await till.settle()
        hands.press(Qt.Key.Key_F11)
        assert till.shell.screen().room is Room.REDEEM
        await till.ready_to_answer()
        row = till.counter.screen().amount
        assert row is not None
        assert (row.hint, row.whole_text) == ("R5.00 is on it.", "Take R5.00")
        till.type_into("amount", "19")
        row = till.counter.screen().amount
        assert row is not None
        assert row.error == "R5.00 is on it. Take R5.00?"
        hands.press(Qt.Key.Key_F11, Qt.Key.Key_F12)
        assert await hands.until_green() == 4
        (ask,) = gateway.asks
        assert '"amount":500' in ask.request.reveal().replace(" ", "")
        till.press(Qt.Key.Key_F11)
        await till.until(lambda: till.counter.shown is None)
        await till.ready_to_answer()
        till.press(Qt.Key.Key_F2)  # the rest was paid otherwise
        await till.until(lambda: till.counter.screen().stage is Stage.FORM)
        hands.scan(OTHER_PIN)
        row = till.counter.screen().amount
        assert row is not None
        assert (row.text, row.hint, row.whole_text) == ("", "", "Whole value")


async def test_a_page_that_is_left_while_it_asks_is_left_once_the_answer_is_there() -> None:
    """F2 during a balance: then the page Voucher is there, as its tab says, and takes F12."""
    gateway = ScriptedGateway([PAID], types=TYPES)
    gateway.balances.append(Balance(amount_cents=5000, currency="ZAR"))
    async with open_window(gateway) as till:
        till.click(f"tile-{BLU.id}")
        Scanner(till.window).scan(PIN)
        till.type_into("amount", "19")
        till.press(Qt.Key.Key_F3)
        till.press(Qt.Key.Key_F2)
        await till.until(lambda: till.counter.screen().can_press)
        assert till.shell.screen().room is Room.REDEEM
        assert till.counter.screen().primary_text == "Use voucher for R19.00"
        till.press(Qt.Key.Key_F12)
        await Hands(till).until_green()


async def test_too_little_on_it_leads_to_what_is_on_it() -> None:
    """A refusal proposes F3, then F11 uses the voucher for what is there."""
    little = Declined(reason=DeclineReason.INSUFFICIENT)
    gateway = ScriptedGateway([little, approved(500, change=None)], types=TYPES)
    gateway.balances.append(Balance(amount_cents=500, currency="ZAR"))
    async with open_window(gateway) as till:
        till.click(f"tile-{BLU.id}")
        till.type_into("field-token", PIN)
        till.type_into("amount", "19")
        till.press(Qt.Key.Key_F12)
        await till.until_result()
        await till.ready_to_answer()
        till.press(Qt.Key.Key_F3)
        await till.until(lambda: bool(till.counter.screen().balance))
        await till.ready_to_answer()
        for key in (Qt.Key.Key_F11, Qt.Key.Key_F11):
            till.press(key)
            row = till.counter.screen().amount
            assert row is not None
            assert row.text == "19", "the second of a double press takes nothing else"
        await till.ready_to_answer()
        till.press(Qt.Key.Key_F11)
        till.press(Qt.Key.Key_F12)
        await Hands(till).until_green()


async def test_a_used_voucher_leads_to_its_sale_here() -> None:
    """F6 finds by the last four digits whether it was used at this till."""
    used = Declined(reason=DeclineReason.ALREADY_USED)
    async with open_window(ScriptedGateway([PAID, used], types=TYPES)) as till:
        for _ in range(2):
            till.fill(pin=PIN)
            till.press(Qt.Key.Key_F12)
            await till.until_result()
            await till.ready_to_answer()
            if till.counter.shown and till.counter.shown.state is RedemptionState.FINAL:
                till.press(Qt.Key.Key_F11)
                await till.until(lambda: till.counter.shown is None)
        till.press(Qt.Key.Key_F6)
        await till.until(lambda: PIN[-4:] in till.ledgers[Room.HISTORY].screen().found_by)
        assert len(till.ledgers[Room.HISTORY].screen().rows) == 2


@pytest.mark.parametrize(
    ("typed", "said", "missing"),
    [
        ("12.5", "R12.50", ""),
        ("12,5", "R12.50", ""),
        ("R12", "R12.00", ""),
        ("0", "", "Amount: "),
        ("99999999999", "", "Amount: "),
    ],
)
async def test_an_amount_is_understood_or_refused_in_words(
    typed: str, said: str, missing: str
) -> None:
    """As people write it; what is none says why."""
    async with open_window(ScriptedGateway(types=TYPES)) as till:
        till.fill(pin=PIN, amount=typed)
        screen = till.counter.screen()
        assert screen.can_press is bool(said)
        assert said in screen.primary_text
        assert screen.foot.startswith(missing)
