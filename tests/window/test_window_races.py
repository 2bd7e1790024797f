"""Answers, presses and papers that meet in the window in an unlucky order."""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel
from typing_extensions import override

from counterfoil.domain.causes.key import KeyProblem
from counterfoil.domain.failures import JournalUnavailableError, VaultUnavailableError
from counterfoil.domain.money import Exact
from counterfoil.domain.offer import Offer
from counterfoil.domain.redemption import Redemption
from counterfoil.domain.secret import Secret
from counterfoil.domain.slip import Slip, SlipKind
from counterfoil.domain.states import RedemptionState, SaleState
from counterfoil.domain.verdict import FollowUp, Unknown, UnknownCause, Verdict
from counterfoil.domain.voucher_type import ALL_TEXT, WireKind
from counterfoil.ports.gateway import Balance, LookupRefused
from counterfoil.ports.printer import PrintOutcome
from counterfoil.presentation.screens import Act, Room
from counterfoil.ui import theme
from counterfoil.ui.theme import ThemeName
from counterfoil.ui.widgets.button import PaintedButton
from support.canary import CANARY_PIN
from support.gateways import Ask, ScriptedGateway
from support.printers import MemoryPrinter
from support.till import approved, intent
from support.window import TYPES, WindowTill, open_window

S = RedemptionState
OTHER_PIN = "4000400040004000"
LOCKED_PIN = "5000500050005000"
NOT_KNOWN_AFTER_S = 76.0


@pytest.fixture(autouse=True)
def _light(qapp: QApplication) -> Iterator[None]:
    """Begin and end in the light theme, without motion."""
    theme.apply_theme(qapp, ThemeName.LIGHT, motion=False)
    yield
    theme.apply_theme(qapp, ThemeName.LIGHT)


def words(till: WindowTill) -> str:
    """Return everything that visible labels say."""
    labels = till.window.findChildren(QLabel)
    return "\n".join(one.text() for one in labels if one.isVisible())


def held_gateway() -> ScriptedGateway:
    """Return a gateway that says yes once its gate is opened."""
    upstream = ScriptedGateway([approved()], types=TYPES)
    upstream.gate = asyncio.Event()
    return upstream


async def wait_in_vain(till: WindowTill) -> None:
    """Redeem, and wait until the result is said to be not known."""
    till.fill(pin=CANARY_PIN)
    till.press(Qt.Key.Key_F12)
    await till.until_result()
    await till.pass_time(NOT_KNOWN_AFTER_S)
    assert "We do not know yet if it was paid" in words(till)


class HeldPrinter(MemoryPrinter):
    """Lets each kind of slip out only when its gate is opened."""

    def __init__(self) -> None:
        super().__init__()
        self.gates = {kind: asyncio.Event() for kind in SlipKind}

    @override
    async def print_slip(self, slip: Slip, *, title: str) -> PrintOutcome:
        """Wait at the gate of this kind of slip."""
        await self.gates[slip.kind].wait()
        return await MemoryPrinter.print_slip(self, slip, title=title)


@pytest.mark.fault("P7")
async def test_a_failure_nobody_foresaw_leaves_the_cashier_a_way_on() -> None:
    """Money may have moved, so the result is not known; the next customer can be served."""

    def break_down(_: Ask) -> Verdict:
        raise RuntimeError("a mistake of ours")

    async with open_window(ScriptedGateway([break_down], types=TYPES)) as till:
        till.fill(pin=CANARY_PIN)
        till.press(Qt.Key.Key_F12)
        await till.until_result()
        assert "We do not know yet if it was paid" in words(till)
        assert till.has("act-print_pending")
        await till.ready_to_answer()
        till.press(Qt.Key.Key_F2)
        await till.until(lambda: till.counter.shown is None)
        (redemption,) = await till.redemptions()
        assert redemption.state is S.INFLIGHT
        assert [type(error) for _, error in till.failures] == [RuntimeError]
        till.failures.clear()


async def test_a_yes_that_is_faster_than_the_press_stays_in_front() -> None:
    """The press was about a result not known; the sale is paid, and that must be seen."""
    upstream = held_gateway()
    async with open_window(upstream, journal_turns=0) as till:
        await wait_in_vain(till)
        assert upstream.gate is not None
        upstream.gate.set()
        till.counter.act(Act.NEW_VOUCHER)
        await till.settle()
        assert "HAND OVER NOW" in words(till)
        (redemption,) = await till.redemptions()
        sale = await till.journal.sale(redemption.sale_id)
        assert (redemption.state, sale and sale.state) == (S.FINAL, SaleState.PAID)


async def test_a_sale_that_was_set_aside_is_not_gone_on_with() -> None:
    """A refusal after it leaves a form that can still be pressed."""
    mismatch = Unknown(cause=UnknownCause.MISMATCH, follow_up=FollowUp.PERSON)
    answers = (mismatch, approved(1900), approved(3100))
    async with open_window(ScriptedGateway(answers, types=TYPES)) as till:
        for pin in (LOCKED_PIN, CANARY_PIN):
            till.fill(pin=pin, amount="50.00")
            till.press(Qt.Key.Key_F12)
            await till.until_result()
            await till.ready_to_answer()
            till.press(Qt.Key.Key_F2)
            await till.until(lambda: till.counter.shown is None)
        assert "R31.00 is still to be paid." in till.counter.screen().foot
        await till.ready_to_answer()
        till.press(Qt.Key.Key_F2)
        await till.until(lambda: "still to be paid" not in till.counter.screen().foot)
        till.counter.edit("pin", LOCKED_PIN)
        till.counter.edit_amount("60.00")
        till.counter.press()
        await till.until(lambda: "not settled here yet" in till.counter.screen().error)
        till.counter.edit("pin", OTHER_PIN)
        till.counter.edit_amount("31.00")
        till.counter.press()
        await till.until_result()
        assert "HAND OVER NOW" in words(till)
        second, first, _ = await till.redemptions()
        assert second.sale_id != first.sale_id


async def test_a_result_stays_when_its_type_is_no_longer_offered() -> None:
    """Discovery may come back empty while a change voucher is in front of the customer."""
    async with open_window(ScriptedGateway([approved()], types=TYPES)) as till:
        till.fill(pin=CANARY_PIN)
        till.press(Qt.Key.Key_F12)
        await till.until_result()
        till.counter.offer(Offer((), None, is_fresh=True))
        await till.settle()
        assert "HAND OVER NOW" in words(till)
        assert till.has("change-panel")
        assert till.counter.screen().title == "1Voucher"


async def test_a_pending_slip_that_comes_late_says_nothing_of_the_paid_one() -> None:
    """The question about the paper waits for the paper that it asks about."""
    upstream, printer = held_gateway(), HeldPrinter()
    async with open_window(upstream, printer=printer) as till:
        await wait_in_vain(till)
        till.counter.act(Act.PRINT_PENDING)
        await till.settle()
        assert upstream.gate is not None
        upstream.gate.set()
        await till.until(lambda: "HAND OVER NOW" in words(till))
        printer.gates[SlipKind.PENDING].set()
        await till.settle()
        assert "The slip is printing…" in words(till)
        assert not till.has("act-slip_complete")
        printer.gates[SlipKind.ORIGINAL].set()
        await till.until(lambda: till.has("act-slip_complete"))


async def test_a_redemption_ends_once() -> None:
    """The tone says hand over; that the slip came out is no second end of the redemption."""
    ends: list[Redemption] = []
    async with open_window(ScriptedGateway([approved()], types=TYPES)) as till:
        till.counter.finished.connect(ends.append)
        till.fill(pin=CANARY_PIN)
        till.press(Qt.Key.Key_F12)
        await till.until_result()
        await till.ready_to_answer()
        till.press(Qt.Key.Key_F11)
        await till.until(lambda: till.counter.shown is None)
        await till.settle()
        assert len(ends) == 1
        assert till.shell.screen().slips == 0


async def test_a_press_is_about_the_entry_that_is_shown() -> None:
    """While another entry is being read, the buttons still belong to the one in front."""
    upstream = ScriptedGateway([approved(), approved()], types=TYPES)
    async with open_window(upstream) as till:
        for pin in (CANARY_PIN, OTHER_PIN):
            till.fill(pin=pin)
            till.press(Qt.Key.Key_F12)
            await till.until_result()
            await till.ready_to_answer()
            till.press(Qt.Key.Key_F2)
            await till.until(lambda: till.counter.shown is None)
        first, second = await till.journal.slips_to_finish()
        slips = till.ledgers[Room.SLIPS]
        slips.choose(first.id)
        await till.settle()
        slips.choose(second.id)
        slips.act(Act.SLIP_COMPLETE)
        await till.settle()
        assert [one.id for one in await till.journal.slips_to_finish()] == [second.id]


async def test_a_pending_slip_is_not_asked_about_in_slips_to_finish() -> None:
    """Once the voucher has paid, what has to come out is the paid slip."""
    upstream = held_gateway()
    async with open_window(upstream) as till:
        redeeming = till.owner.spawn(till.redeemer.redeem(intent()), "redeem")
        await till.until(upstream.started.is_set)
        doubts, slips = till.ledgers[Room.IN_DOUBT], till.ledgers[Room.SLIPS]
        await doubts.load()
        doubts.act(Act.PRINT_PENDING)
        await till.until(lambda: len(till.printer.slips) == 1)
        assert upstream.gate is not None
        upstream.gate.set()
        await till.until(redeeming.done)
        await slips.load()
        detail = slips.screen().detail
        assert detail is not None
        assert [button.act for button in detail.buttons] == [Act.PRINT_AGAIN]


async def test_the_first_reason_for_closing_stays() -> None:
    """What fails afterwards only follows from it, and would hide what is to be done."""
    async with open_window() as till:
        till.shell.fail(VaultUnavailableError(KeyProblem.NO_KEY_HERE))
        till.shell.fail(JournalUnavailableError("it was never opened"))
        assert till.shell.screen().closed_line == "The key of the journal cannot be read."


async def test_a_till_that_is_closing_takes_no_press() -> None:
    """What would be cut off is not begun, and the button says why."""
    async with open_window(ScriptedGateway([approved()], types=TYPES)) as till:
        till.fill(pin=CANARY_PIN)
        till.counter.stop()
        primary = till.visible("primary")
        assert isinstance(primary, PaintedButton)
        assert (primary.caption(), primary.isEnabled()) == ("The till is closing.", False)
        till.press(Qt.Key.Key_F12)
        till.counter.press()
        till.counter.edit_amount("5.00")
        till.counter.choose(TYPES[1].id)
        await till.settle()
        screen = till.counter.screen()
        assert (screen.chosen, screen.amount and screen.amount.text) == (TYPES[0].id, "19.00")
        assert await till.redemptions() == ()


async def test_a_press_under_way_when_the_till_closes_sends_nothing() -> None:
    """Its row may be written by then, and is given up before a byte leaves."""
    upstream = ScriptedGateway([approved()], types=TYPES)
    async with open_window(upstream) as till:
        till.fill(pin=CANARY_PIN)
        till.counter.press()
        till.counter.stop()
        await till.until(lambda: not till.counter.is_busy)
        await till.settle()
        assert upstream.asks == []
        assert [one.state for one in await till.redemptions()] == [S.ABANDONED]


async def test_a_result_takes_no_press_while_the_till_closes() -> None:
    """A slip or a sale that is begun now would not be ended."""
    async with open_window(ScriptedGateway([approved()], types=TYPES)) as till:
        till.fill(pin=CANARY_PIN)
        till.press(Qt.Key.Key_F12)
        await till.until_result()
        await till.ready_to_answer()
        till.counter.stop()
        assert not till.has("act-slip_complete")
        for key in (Qt.Key.Key_F11, Qt.Key.Key_F9, Qt.Key.Key_F2):
            till.press(key)
        await till.settle()
        assert "HAND OVER NOW" in words(till)
        assert len(await till.journal.slips_to_finish()) == 1


class BrokenPrinter(MemoryPrinter):
    """Breaks down in a way that nobody foresaw, once."""

    @override
    async def print_slip(self, slip: Slip, *, title: str) -> PrintOutcome:
        """Fail the first time."""
        if not self.titles:
            self.titles.append(title)
            raise RuntimeError("a mistake of ours")
        return await MemoryPrinter.print_slip(self, slip, title=title)


async def test_a_print_that_breaks_down_is_asked_about() -> None:
    """The result does not say for ever that the slip is printing."""
    async with open_window(
        ScriptedGateway([approved()], types=TYPES), printer=BrokenPrinter()
    ) as till:
        till.fill(pin=CANARY_PIN)
        till.press(Qt.Key.Key_F12)
        await till.until_result()
        await till.until(lambda: "Something went wrong while printing." in words(till))
        assert "Did the whole slip come out?" in words(till)
        assert "The slip is printing…" not in words(till)
        assert [type(error) for _, error in till.failures] == [RuntimeError]
        till.failures.clear()
        await till.ready_to_answer()
        till.press(Qt.Key.Key_F9)
        await till.until(lambda: till.has("act-print_again"))
        till.press(Qt.Key.Key_F9)
        await till.until(lambda: len(till.printer.slips) == 1)


async def test_a_print_that_breaks_down_in_a_list_is_told() -> None:
    """Whoever pressed Print there hears of it, and the paper is asked about."""
    async with open_window(
        ScriptedGateway([approved()], types=TYPES), printer=BrokenPrinter()
    ) as till:
        redeeming = till.owner.spawn(till.redeemer.redeem(intent()), "redeem")
        await till.until(redeeming.done)
        slips = till.ledgers[Room.SLIPS]
        await slips.load()
        slips.act(Act.PRINT_AGAIN)
        await till.until(lambda: till.failures != [])
        assert till.shell.screen().toast.startswith("Something went wrong while printing.")
        till.failures.clear()
        detail = slips.screen().detail
        assert detail is not None
        assert next(button.act for button in detail.buttons) is Act.SLIP_COMPLETE


async def test_a_slip_prints_however_fast_the_next_tile_is_pressed() -> None:
    """A click in the very moment of the approval leaves nothing that was not begun."""
    async with open_window(ScriptedGateway([approved()], types=TYPES)) as till:
        till.counter.finished.connect(lambda _: till.counter.choose(TYPES[1].id))
        till.fill(pin=CANARY_PIN)
        till.press(Qt.Key.Key_F12)
        await till.until(lambda: till.printer.slips != [])
        await till.settle()
        assert "HAND OVER NOW" in words(till)


async def test_a_pending_slip_that_is_being_printed_is_not_printed_twice() -> None:
    """The printer is slow, and F11 is pressed again."""
    upstream, printer = held_gateway(), HeldPrinter()
    async with open_window(upstream, printer=printer) as till:
        await wait_in_vain(till)
        await till.ready_to_answer()
        for _ in range(2):
            till.press(Qt.Key.Key_F11)
            await till.settle()
        printer.gates[SlipKind.PENDING].set()
        await till.until(lambda: printer.slips != [])
        await till.settle()
        assert len(printer.slips) == 1
        assert upstream.gate is not None
        upstream.gate.set()
        printer.gates[SlipKind.ORIGINAL].set()
        await till.until(lambda: "HAND OVER NOW" in words(till))


class SlowBalances(ScriptedGateway):
    """Tells a balance once its gate is opened."""

    @override
    async def look_up(
        self, type_id: str, fields: Mapping[str, Secret], wire: Mapping[str, WireKind] = ALL_TEXT
    ) -> Balance | LookupRefused:
        """Wait at the gate."""
        assert self.gate is not None
        self.started.set()
        await self.gate.wait()
        return await super().look_up(type_id, fields, wire)


async def test_a_balance_is_shown_beside_no_other_type() -> None:
    """Its type is withdrawn while it is asked for: what comes is of a voucher that is gone."""
    told = Balance(amount_cents=12_300, currency="ZAR")
    looked_up = replace(TYPES[0], can_look_up=True)
    upstream = SlowBalances(types=(looked_up, *TYPES[1:]), balances=[told])
    upstream.gate = asyncio.Event()
    async with open_window(upstream) as till:
        till.counter.enter(Room.BALANCE)
        till.counter.edit("pin", CANARY_PIN)
        await till.ready_to_answer()
        till.counter.press()
        await till.until(upstream.started.is_set)
        till.counter.offer(Offer(TYPES[1:], None, is_fresh=True))
        upstream.gate.set()
        await till.until(lambda: not till.counter.is_busy)
        screen = till.counter.screen()
        assert (screen.chosen, screen.balance) == (TYPES[1].id, ())


async def test_a_press_takes_the_form_as_it_was_pressed() -> None:
    """A scan that is recognised in the same moment takes its keys back, and nothing else."""
    async with open_window(ScriptedGateway([approved()], types=TYPES)) as till:
        till.counter.edit("pin", CANARY_PIN)
        till.counter.note_entry()
        till.counter.edit_amount("19")
        await till.ready_to_answer()
        till.counter.press()
        till.counter.begin_scan()
        await till.until_result()
        (redemption,) = await till.redemptions()
        assert redemption.amount == Exact(1900)


async def test_codes_that_were_read_for_one_result_are_not_shown_on_another() -> None:
    """Who asked for them has turned to the next customer before they came."""
    async with open_window(ScriptedGateway([approved()], types=TYPES)) as till:
        till.fill(pin=CANARY_PIN)
        till.press(Qt.Key.Key_F12)
        await till.until_result()
        await till.ready_to_answer()
        asked = till.owner.spawn(till.counter.change_codes(), "codes")
        await asyncio.sleep(0)  # it has begun to read
        till.counter.choose(TYPES[1].id)
        await till.until(asked.done)
        assert asked.result() == ()
