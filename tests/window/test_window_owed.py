"""What is owed to upstreams: seen in the window, tried by hand, and never in the way."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from math import ceil

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel

from counterfoil.domain.advice import (
    Acknowledged,
    AdviceState,
    Contradicted,
    NotAllowed,
    NotKnownThere,
    Repeat,
    Unreadable,
)
from counterfoil.domain.forwarding import BacklogLevel
from counterfoil.domain.redemption import Redemption
from counterfoil.domain.secret import Secret
from counterfoil.domain.slip import SlipKind, Text
from counterfoil.domain.states import RedemptionState
from counterfoil.domain.verdict import Approved, FollowUp, Unknown, UnknownCause
from counterfoil.domain.voucher_type import UpstreamKind
from counterfoil.ports.gateway import Balance, BalanceFact
from counterfoil.presentation.screens import Act, Room, Tone
from counterfoil.presentation.words.owed import NOT_SET_UP
from counterfoil.presentation.words.timeline import timeline
from counterfoil.service.voiding import Voided
from counterfoil.ui import theme
from counterfoil.ui.theme import ThemeName
from support.advised import ADVISED_VOUCHER, AdvisedScriptedGateway
from support.canary import CANARY_PIN
from support.clocks import SteppedClock
from support.gateways import ScriptedGateway
from support.till import WatchedJournal, approved, intent, open_till
from support.window import ONE_VOUCHER, WindowTill, open_window

S = RedemptionState
DEAD = Repeat(UnknownCause.NO_CONNECTION)
SILENT = Unknown(cause=UnknownCause.TIME_OUT, follow_up=FollowUp.PERSON)
PIN = "1000000000000001"
LONG_LINE = "Dial *120*555# to hear the balance, at any time of day or night."


@pytest.fixture(autouse=True)
def _light(qapp: QApplication) -> Iterator[None]:
    """Begin and end in the light theme, without motion."""
    theme.apply_theme(qapp, ThemeName.LIGHT, motion=False)
    yield
    theme.apply_theme(qapp, ThemeName.LIGHT)


def upstream(**changes: object) -> AdvisedScriptedGateway:
    """Return an upstream of the second kind with one type that says yes."""
    gateway = AdvisedScriptedGateway(otherwise=approved(change=None))
    kind = replace(ADVISED_VOUCHER, fields=ONE_VOUCHER.fields[:1], can_look_up=True)
    gateway.types = (replace(kind, **changes),)  # type: ignore[arg-type]  # mypy cannot see fields through a mapping
    return gateway


def words(till: WindowTill) -> str:
    """Return everything that visible labels say."""
    labels = till.window.findChildren(QLabel)
    return "\n".join(one.text() for one in labels if one.isVisible())


async def redeem(till: WindowTill, answer: Approved | Unknown, pin: str = PIN) -> Redemption:
    """Redeem one voucher, and go on to the next customer."""
    till.gateway.script.append(answer)
    till.fill(pin=pin)
    till.press(Qt.Key.Key_F12)
    await till.until_result()
    await till.ready_to_answer()
    shown = till.counter.shown
    assert shown is not None
    till.counter.act(Act.SLIP_COMPLETE)
    await till.settle()
    till.counter.act(Act.NEW_VOUCHER)
    await till.until(lambda: till.counter.shown is None)
    return shown


def card_words(till: WindowTill, redemption: Redemption) -> str:
    """Return what a card of In doubt says, as a screen reader reads it."""
    card = till.visible(f"card-{redemption.id}")
    return f"{card.accessibleName()} / {card.accessibleDescription()}"


def chip(till: WindowTill) -> tuple[str, Tone] | None:
    """Return what the chip about what is owed says, and its colour."""
    chips = {one.name: (one.text, one.tone) for one in till.shell.screen().chips}
    assert till.has("chip-owed") is ("owed" in chips)
    return chips.get("owed")


async def test_in_doubt_lists_what_is_owed_and_a_person_can_try_it_now() -> None:
    """Attempts, the last answer, the next try; once acknowledged it is gone."""
    gateway = upstream()
    gateway.acknowledge = DEAD
    async with open_window(gateway) as till:
        sold = await redeem(till, approved(change=None))
        assert chip(till) is None, "what was never told in vain is no news"
        await till.forwarder.forward_due()
        await till.settle()
        assert chip(till) == ("1 message to send", Tone.NONE)
        till.click("chip-owed")
        await till.settle()
        assert till.shell.screen().room is Room.IN_DOUBT
        assert "Paid, to be confirmed" in card_words(till, sold)
        assert "Last: no line" in card_words(till, sold)
        assert "Tried once. Last answer: no line." in words(till)
        assert "1 message still to send to Electrum." in words(till)
        till.press(Qt.Key.Key_F5)
        await till.settle()
        assert till.shell.screen().toast == "Tried: no line."
        assert "Tried 2 times." in words(till)
        gateway.acknowledge = Acknowledged(200)
        till.click("act-try_now")
        await till.settle()
        assert till.shell.screen().toast == "The provider has it now"
        assert "Nothing waits" in till.visible("empty-banner").accessibleName()
        assert chip(till) is None
        assert len(gateway.told) == 3


async def test_the_time_to_the_next_try_counts_down_without_reading_anything() -> None:
    """Second by second; the journal is not asked for that."""
    gateway = upstream()
    gateway.acknowledge = Repeat(UnknownCause.RATE_LIMITED, retry_after_s=40)
    async with open_window(gateway) as till:
        sold = await redeem(till, SILENT)
        await till.forwarder.forward_due()
        till.click("tab-in_doubt")
        await till.settle()
        advice = await till.journal.advice(sold.id)
        assert advice is not None
        assert advice.next_due_at is not None
        due_s = (advice.next_due_at - till.clock.now().wall).total_seconds()
        assert due_s >= 40
        for left_s in (ceil(due_s), ceil(due_s - 1), ceil(due_s - 2)):
            assert f"Try 2 in {left_s} s. Last: asked to wait" in card_words(till, sold)
            assert f"by itself in {left_s} s." in words(till)
            await till.clock.advance(1)


async def test_what_a_provider_cannot_read_needs_a_person_with_a_reference() -> None:
    """The reference goes into the clipboard, and nothing that could be spent."""
    gateway = upstream()
    gateway.advices.append(Unreadable(400))
    async with open_window(gateway) as till:
        sold = await redeem(till, approved(change=None), CANARY_PIN)
        await till.forwarder.forward_due()
        await till.settle()
        assert chip(till) == ("1 message to send", Tone.UNKNOWN)
        assert (till.shell.screen().in_doubt, till.shell.screen().in_doubt_tone) == (
            1,
            Tone.DECLINED,
        )
        till.click("tab-in_doubt")
        await till.settle()
        assert "Needs a person" in card_words(till, sold)
        assert "Supervisor" in card_words(till, sold)
        till.click("act-copy_reference")
        await till.settle()
        copied = QGuiApplication.clipboard().text()
        assert sold.reference in copied
        assert sold.id in copied
        assert CANARY_PIN not in copied
        assert till.shell.screen().toast == "Reference copied"
        till.click("act-try_now")
        await till.settle()
        assert await till.journal.owed_advices() == ()
        assert till.shell.screen().in_doubt == 0


async def test_a_queue_that_stands_still_is_an_alarm_that_a_person_resumes() -> None:
    """The alarm comes by itself; resuming sends, and a key that is still refused pauses again."""
    gateway = upstream()
    gateway.acknowledge = NotAllowed(401)
    async with open_window(gateway) as till:
        sold = await redeem(till, approved(change=None))
        till.click("tab-in_doubt")
        await till.forwarder.forward_due()
        await till.settle()
        assert chip(till) == ("1 message to send, paused", Tone.DECLINED)
        assert till.has("card-queue:electrum")
        assert till.shell.screen().status == "1 waits for an answer."
        till.click("card-queue:electrum")
        await till.settle()
        assert "does not accept this till's key" in words(till)
        till.click("act-resume")
        await till.settle()
        assert not till.forwarder.paused
        assert not till.has("card-queue:electrum")
        await till.forwarder.forward_due(is_everything_due=True)
        await till.settle()
        assert till.has("card-queue:electrum")
        gateway.acknowledge = Acknowledged(200)
        till.ledgers[Room.IN_DOUBT].choose("queue:electrum")
        await till.settle()
        till.press(Qt.Key.Key_F5)
        await till.settle()
        await till.forwarder.forward_due()
        await till.settle()
        advice = await till.journal.advice(sold.id)
        assert advice is not None
        assert advice.state is AdviceState.ACKNOWLEDGED
        assert chip(till) is None


@pytest.mark.parametrize(
    ("answer", "state", "days", "tone"),
    [
        (approved(change=None), S.FINAL, 0, Tone.UNKNOWN),
        (approved(change=None), S.FINAL, 4, Tone.DECLINED),
        (SILENT, S.REVERSING, 0, Tone.UNKNOWN),
    ],
)
async def test_what_is_owed_to_a_provider_that_left_the_settings_is_counted(
    answer: Approved | Unknown, state: RedemptionState, days: int, tone: Tone
) -> None:
    """Chip and count tell of it from the start, and the list says why nothing is sent."""
    journal, clock = WatchedJournal(), SteppedClock(is_automatic=True)
    async with open_till(AdvisedScriptedGateway([answer]), journal=journal, clock=clock) as before:
        left = await before.redeemer.redeem(intent(voucher_type=ADVISED_VOUCHER))
        assert (await before.stored(left)).state is state
    start = clock.now().wall + timedelta(days=days)
    async with open_window(journal=journal.reopened(), start=start) as till:
        till.shell.recount()
        await till.settle()
        assert chip(till) == ("1 message to send", tone)
        shown = till.shell.screen()
        assert (shown.in_doubt, shown.in_doubt_tone) == (1, Tone.DECLINED)
        till.click("chip-owed")
        await till.settle()
        assert till.shell.screen().status == "1 waits for an answer."
        assert "Its provider is not in the settings" in card_words(till, left)
        assert NOT_SET_UP in words(till)
        assert (
            "1 message still to send to Electrum, which is not in this till's settings."
            in words(till)
        )


async def test_a_provider_that_takes_a_reversal_back_is_for_a_person_until_it_agrees() -> None:
    """Restored, and a day later it says that the sale stands: listed once, and told daily."""
    journal, clock, gateway = WatchedJournal(), SteppedClock(is_automatic=True), upstream()
    gateway.script.extend([SILENT] * 4)
    async with open_till(gateway, journal=journal, clock=clock) as before:
        left = await before.redeemer.redeem(intent(voucher_type=ADVISED_VOUCHER))
        await clock.advance(130)
        gateway.advices.append(NotKnownThere(404))
        await before.forwarder.forward_due()
        assert (await before.stored(left)).state is S.REVERSED
    gateway.advices.append(Contradicted(400))
    start = clock.now().wall + timedelta(days=1)
    async with open_window(gateway, journal=journal.reopened(), start=start) as till:
        await till.forwarder.forward_due()
        till.shell.recount()
        await till.settle()
        shown = till.shell.screen()
        assert (shown.in_doubt, shown.in_doubt_tone) == (1, Tone.DECLINED)
        till.click("tab-in_doubt")
        await till.settle()
        assert "Needs a person" in card_words(till, left)
        assert "now says that the sale stands" in words(till)
        assert "1 case in which a provider contradicts itself." in words(till)
        story = timeline(left, await till.journal.events(left.id))
        assert [one.title for one in story][-2:] == ["Money is back", "The provider says otherwise"]
        assert "locked" not in words(till)
        assert not till.has("act-try_now")
        till.click("act-copy_reference")
        await till.settle()
        assert left.reference in QGuiApplication.clipboard().text()
        journal = till.journal.reopened()
    async with open_window(gateway, journal=journal, start=start + timedelta(days=2)) as till:
        await till.forwarder.forward_due()
        till.shell.recount()
        await till.settle()
        assert till.shell.screen().in_doubt == 0


async def test_too_old_a_debt_is_red_and_the_counter_says_why_nothing_is_sent() -> None:
    """Amber after a day, red after three; then this upstream gets nothing new."""
    gateway = upstream()
    gateway.acknowledge = DEAD
    async with open_window(gateway) as till:
        await redeem(till, approved(change=None))
        for days, tone in ((2, Tone.UNKNOWN), (2, Tone.DECLINED)):
            till.clock.shift_wall(timedelta(days=days))
            await till.forwarder.forward_due(is_everything_due=True)
            await till.settle()
            assert chip(till) == ("1 message to send", tone)
        (standing,) = await till.forwarder.standings()
        assert standing.backlog.level is BacklogLevel.RED
        asked = len(till.gateway.asks)
        till.fill(pin="1000000000000002")
        till.press(Qt.Key.Key_F12)
        await till.until(lambda: "Nothing was sent." in words(till))
        assert len(till.gateway.asks) == asked
        till.click("chip-owed")
        await till.settle()
        assert "nothing new goes there until it has answered" in words(till)


async def test_the_counter_asks_what_became_of_it_and_then_restores_the_voucher() -> None:
    """Kind B never sends twice: it looks up, then reverses, and the customer gets a slip."""
    gateway = upstream()
    gateway.otherwise = Unknown(cause=UnknownCause.NOT_FINAL)
    gateway.acknowledge = DEAD
    async with open_window(gateway) as till:
        till.gateway.script.append(Unknown(cause=UnknownCause.TIME_OUT))
        till.fill(pin=PIN)
        till.press(Qt.Key.Key_F12)
        await till.until_result()
        assert "Asking what became of it…" in words(till)
        await till.pass_time(30)
        (shown,) = await till.redemptions()
        assert (shown.state, shown.kind) == (S.REVERSING, UpstreamKind.ADVISED)
        assert "Cancelled" in till.visible("banner").accessibleName()
        await till.ready_to_answer()
        till.press(Qt.Key.Key_F11)
        await till.settle()
        (paper,) = till.printer.slips
        assert paper.kind is SlipKind.PENDING
        assert till.shell.screen().toast == "The slip to bring back is printed"
        assert till.shell.screen().in_doubt == 1
        till.press(Qt.Key.Key_F2)
        await till.until(lambda: till.counter.shown is None)
        assert not till.box("field-pin").text()


async def test_a_voucher_that_is_being_restored_does_not_hold_the_till() -> None:
    """Its PIN is forgotten at once, and another type can be chosen."""
    gateway = upstream()
    gateway.types = (*gateway.types, replace(gateway.types[0], id="other", name="Other"))
    gateway.acknowledge = DEAD
    async with open_window(gateway) as till:
        till.gateway.script.append(SILENT)
        till.fill(pin=CANARY_PIN)
        till.press(Qt.Key.Key_F12)
        await till.until_result()
        till.click("tile-other")
        await till.settle()
        assert till.counter.shown is None
        assert not till.box("field-pin").text()
        till.click(f"tile-{gateway.types[0].id}")
        assert not till.box("field-pin").text()


async def test_a_restored_voucher_is_void_in_the_history() -> None:
    """Its slip says so and can never be taken for a pending or a paid one."""
    gateway = upstream(is_advice_effective=False)
    async with open_window(gateway) as till:
        done = await redeem(till, SILENT)
        await till.forwarder.forward_due()
        till.press(Qt.Key.Key_F6)
        await till.settle()
        paper = till.ledgers[Room.HISTORY].screen().paper
        assert paper is not None
        assert (paper.stamp, paper.slip.kind, paper.is_torn) == ("VOID", SlipKind.VOID, False)
        detail = till.ledgers[Room.HISTORY].screen().detail
        assert detail is not None
        assert detail.state == "Money sent back"
        assert detail.what_to_do == "The voucher may not work until they confirm."
        titles = [row.title for row in detail.timeline]
        assert titles[-2:] == ["Cancelled", "Sent to the provider"]
        assert (await till.journal.redemption(done.id)).state is S.REVERSED_UNVERIFIED  # type: ignore[union-attr]  # it is there


async def test_tries_in_vain_are_one_line_of_the_timeline() -> None:
    """A long night without a line stays readable."""
    gateway = upstream()
    gateway.acknowledge = DEAD
    async with open_window(gateway) as till:
        await redeem(till, approved(change=None))
        for _ in range(3):
            await till.forwarder.forward_due(is_everything_due=True)
        gateway.acknowledge = Unreadable(400)
        await till.forwarder.forward_due(is_everything_due=True)
        till.press(Qt.Key.Key_F6)
        await till.settle()
        detail = till.ledgers[Room.HISTORY].screen().detail
        assert detail is not None
        assert [(row.title, row.line) for row in detail.timeline[-2:]] == [
            ("Sent, no answer yet", "3 times"),
            ("The provider cannot read it", "needs a supervisor"),
        ]


async def test_the_providers_words_are_on_the_screens_slip_and_on_paper() -> None:
    """One model: what the cashier sees is what the customer gets, later too."""
    gateway = upstream()
    async with open_window(gateway) as till:
        answer = replace(approved(change=None), body=Secret("Thank you;Come again"))
        await redeem(till, answer)
        till.press(Qt.Key.Key_F6)
        await till.settle()
        paper = till.ledgers[Room.HISTORY].screen().paper
        assert paper is not None
        for slip in (paper.slip, *till.printer.slips):
            assert {Text("Thank you"), Text("Come again")} < set(slip.lines)


async def test_counter_and_history_say_for_how_long_a_sale_can_be_voided() -> None:
    """It counts down; a void ends it, and so does time."""
    gateway = upstream()
    gateway.confirmation_hold_s = 30
    async with open_window(gateway) as till:
        till.gateway.script.append(approved(change=None))
        till.fill(pin=PIN)
        till.press(Qt.Key.Key_F12)
        await till.until(lambda: "Can be voided for 30 s." in words(till))
        await till.pass_time(5)
        assert "Can be voided for 25 s." in words(till)
        till.press(Qt.Key.Key_F6)
        await till.settle()
        assert "Can be voided for 25 s." in words(till)
        await till.pass_time(10)
        assert "Can be voided for 15 s." in words(till)
        (sold,) = await till.redemptions()
        assert isinstance(await till.voider.void(sold.id), Voided)
        await till.settle()
        assert "Can be voided" not in words(till)
        await till.forwarder.forward_due()
        await till.settle()
        assert "Money is back" in " ".join(
            row.title
            for row in till.ledgers[Room.HISTORY].screen().detail.timeline  # type: ignore[union-attr]  # one is chosen
        )


async def test_a_hold_that_is_over_is_no_longer_spoken_of() -> None:
    """Then the confirmation leaves by itself."""
    gateway = upstream()
    gateway.confirmation_hold_s = 2
    async with open_window(gateway) as till:
        till.gateway.script.append(approved(change=None))
        till.fill(pin=PIN)
        till.press(Qt.Key.Key_F12)
        await till.until(lambda: "Can be voided for 2 s." in words(till))
        await till.pass_time(3)
        assert "Can be voided" not in words(till)


@pytest.mark.parametrize("size", [(1024, 768), (1366, 768), (1920, 1080)])
async def test_a_balance_shows_expiry_and_instructions_beside_the_keypad(
    size: tuple[int, int],
) -> None:
    """All of it fits, and nothing of the keypad is covered."""
    facts = (
        (BalanceFact.PRODUCT, "Karoo R50 voucher"),
        (BalanceFact.EXPIRES, date(2029, 11, 30)),
        (BalanceFact.SERIAL_NUMBER, "7721 0093 118"),
        (BalanceFact.INSTRUCTIONS, "Give this code at the till."),
        (BalanceFact.INSTRUCTIONS, LONG_LINE),
    )
    async with open_window(upstream(), size=size) as till:
        till.gateway.balances.append(Balance(amount_cents=5000, currency="ZAR", facts=facts))
        till.type_into("field-pin", PIN)
        till.press(Qt.Key.Key_F3)
        await till.until(lambda: "30 November 2029" in words(till))
        lines = till.visible("balance-lines")
        assert isinstance(lines, QLabel)
        assert lines.text().splitlines() == [
            "Karoo R50 voucher",
            "Serial number 7721 0093 118",
            "Give this code at the till.",
            LONG_LINE,
        ]
        assert lines.height() >= lines.heightForWidth(lines.width())
        keypad, facts_row = till.visible("keypad"), till.visible("balance-facts")
        assert keypad.height() >= keypad.minimumSizeHint().height()
        assert facts_row.width() >= facts_row.sizeHint().width()


async def test_an_unknown_result_of_the_first_kind_says_when_it_is_asked_about_again() -> None:
    """Attempts, time and the last answer stand on its card; it counts down as well."""
    gateway = ScriptedGateway(otherwise=Unknown(cause=UnknownCause.TIME_OUT), types=(ONE_VOUCHER,))
    async with open_window(gateway) as till:
        till.fill(pin=PIN)
        till.press(Qt.Key.Key_F12)
        await till.until_result()
        await till.pass_time(80)
        (lost,) = await till.redemptions()
        assert lost.next_due_at is not None
        left_s = ceil((lost.next_due_at - till.clock.now().wall).total_seconds())
        when = f"in {left_s} s" if left_s > 0 else "soon"
        till.click("tab-in_doubt")
        await till.settle()
        said = f"Try {lost.attempts + 1} {when}. Last: no answer in time"
        assert said in card_words(till, lost)


async def test_a_queue_has_no_timeline_to_turn_to() -> None:
    """In a small window there is then nothing behind the list."""
    gateway = upstream()
    gateway.acknowledge = NotAllowed(403)
    async with open_window(gateway, size=(1024, 768)) as till:
        sold = await redeem(till, approved(change=None))
        await till.forwarder.forward_due()
        till.click("tab-in_doubt")
        await till.settle()
        till.click("card-queue:electrum")
        await till.settle()
        assert not till.has("show-timeline")
        till.click(f"card-{sold.id}")
        await till.settle()
        assert till.has("show-timeline")
        assert not till.has("act-try_now")
