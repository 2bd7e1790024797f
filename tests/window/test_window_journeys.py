"""Whole journeys through the window, by object names, over a gateway that follows a script."""

import asyncio
import random  # noqa: TID251 - seeded, so that a test can repeat it
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from counterfoil.domain.money import FullValue
from counterfoil.domain.offer import Offer
from counterfoil.domain.secret import Secret
from counterfoil.domain.slip_layout import lay_out
from counterfoil.domain.states import RedemptionState
from counterfoil.domain.verdict import (
    Approved,
    ChangeCode,
    ChangeVoucher,
    Declined,
    DeclineReason,
    Unknown,
)
from counterfoil.domain.voucher_type import Choice, FieldKind, FieldSpec, VoucherType
from counterfoil.ports.gateway import Balance
from counterfoil.ports.printer import PrintTrouble
from counterfoil.presentation.screens import Act, Room
from counterfoil.ui import theme
from counterfoil.ui.theme import ThemeName
from counterfoil.ui.widgets.button import PaintedButton
from counterfoil.ui.widgets.change_panel import ChangePanel, HiddenDigits
from counterfoil.ui.widgets.field_line import BoxLine
from counterfoil.ui.widgets.keypad import Keypad
from counterfoil.ui.widgets.sheet import Sheet
from counterfoil.ui.widgets.slip_paper import SlipPaper, spoken_lines
from support.canary import CANARY_CHANGE_PIN, CANARY_PIN
from support.gateways import ScriptedGateway
from support.scanner import Scanner
from support.window import PROFILE, TYPES, WindowTill, open_window

S = RedemptionState
USED = Declined(reason=DeclineReason.ALREADY_USED)
NOT_FOUND = Declined(reason=DeclineReason.NOT_FOUND)
CHANGE = ChangeVoucher(
    codes=(ChangeCode("pin", Secret(CANARY_CHANGE_PIN)),), amount_cents=3100, expires="2029-11-20"
)
OTHER_PIN = "4000400040004000"


@pytest.fixture(autouse=True)
def _light(qapp: QApplication) -> Iterator[None]:
    """Begin and end in the light theme, without motion."""
    theme.apply_theme(qapp, ThemeName.LIGHT, motion=False)
    yield
    theme.apply_theme(qapp, ThemeName.LIGHT)


def approved(cents: int = 1900, *, change: ChangeVoucher | None = CHANGE) -> Approved:
    """Return an approval."""
    return Approved(
        redeemed_cents=cents,
        upstream_id="rdm_1",
        upstream_version=1,
        upstream_reference="1V-90077123",
        change=change,
    )


def gateway(*script: Approved | Declined | Unknown) -> ScriptedGateway:
    """Return a gateway with the usual types."""
    return ScriptedGateway(script, types=TYPES)


def words(till: WindowTill) -> str:
    """Return everything that visible labels and buttons say."""
    labels = [one.text() for one in till.window.findChildren(QLabel) if one.isVisible()]
    buttons = [b.caption() for b in till.window.findChildren(PaintedButton) if b.isVisible()]
    return "\n".join(labels + buttons)


def spoken(widget: QWidget) -> str:
    """Return all that a screen reader, a tooltip or a title could tell of a window."""
    everything = [widget, *widget.findChildren(QWidget)]
    said = []
    for one in everything:
        said += [one.accessibleName(), one.accessibleDescription()]
        said += [one.toolTip(), one.windowTitle()]
    return "\n".join(said)


async def test_a_full_redemption_says_hand_over_and_tears_the_slip() -> None:
    """FINAL alone tears the slip, after which the question about the paper is answered by F11."""
    async with open_window(gateway(approved(change=None))) as till:
        till.fill(pin=CANARY_PIN)
        till.press(Qt.Key.Key_F12)
        await till.until_result()
        sheet = till.visible("sheet")
        assert isinstance(sheet, Sheet)
        assert sheet.is_torn()
        assert "HAND OVER NOW" in words(till)
        assert "R19.00 paid by voucher" in words(till)
        assert not till.has("change-panel")
        await till.ready_to_answer()
        till.press(Qt.Key.Key_F11)
        await till.until(lambda: till.counter.shown is None)
        await till.settle()
        assert till.visible("field-pin").hasFocus()
        assert not sheet.is_torn()
        assert await till.journal.slips_to_finish() == ()
        (redemption,) = await till.redemptions()
        assert redemption.state is S.FINAL


@pytest.mark.parametrize("columns", [32, 48])
async def test_the_slip_on_the_screen_breaks_where_the_paper_does(columns: int) -> None:
    """The counter's, the larger one's and History's: line for line as it was printed."""
    profile = replace(PROFILE, slip_columns=columns)
    async with open_window(gateway(approved()), profile=profile) as till:
        till.fill(pin=CANARY_PIN)
        till.press(Qt.Key.Key_F12)
        await till.until_result()
        await till.until(lambda: len(till.printer.slips) == 1)
        printed = till.printer.slips[0].without_secrets()
        wanted = spoken_lines(lay_out(printed, columns))
        sheet = till.visible("sheet")
        assert isinstance(sheet, Sheet)
        sheet.enlarged_requested.emit()
        till.press(Qt.Key.Key_F6)
        await till.settle()
        shown = [one for one in till.window.findChildren(SlipPaper) if one.accessibleDescription()]
        assert {"large-slip", "slip_paper"} <= {one.objectName() for one in shown}
        for paper in shown:
            assert paper.accessibleDescription().splitlines() == wanted


@pytest.mark.fault("X2")
async def test_a_partial_redemption_shows_the_change_pin_only_while_it_is_held() -> None:
    """The digits are drawn while the button is down, and nothing ever says them."""
    async with open_window(gateway(approved())) as till:
        till.fill(pin=CANARY_PIN)
        till.press(Qt.Key.Key_F12)
        await till.until_result()
        panel = till.visible("change-panel")
        assert isinstance(panel, ChangePanel)
        hidden = panel.grab().toImage()
        till.hold("hold-to-show")
        await till.until(panel.is_pin_shown)
        assert panel.grab().toImage() != hidden
        told = spoken(till.window) + words(till) + till.window.windowTitle()
        assert CANARY_CHANGE_PIN not in told.replace(" ", "")
        till.let_go("hold-to-show")
        assert not panel.is_pin_shown()
        digits = [one for one in till.window.findChildren(HiddenDigits) if one.is_shown()]
        assert not digits
        assert "R31.00" in words(till)


@pytest.mark.fault("X2")
async def test_the_change_pin_hides_when_the_room_is_left() -> None:
    """Another room, the help or the menu hides the digits at once."""
    for key in (Qt.Key.Key_F6, Qt.Key.Key_F1, Qt.Key.Key_F10):
        async with open_window(gateway(approved())) as till:
            till.fill(pin=CANARY_PIN)
            till.press(Qt.Key.Key_F12)
            await till.until_result()
            panel = till.visible("change-panel")
            assert isinstance(panel, ChangePanel)
            till.hold("hold-to-show")
            await till.until(panel.is_pin_shown)
            till.press(key)
            assert not panel.is_pin_shown()
            await till.settle()


async def test_a_refused_voucher_says_nothing_was_taken_and_keeps_the_entry() -> None:
    """F11 brings the form back with what was typed; the slip was never torn."""
    async with open_window(gateway(NOT_FOUND)) as till:
        till.fill(pin=CANARY_PIN)
        till.press(Qt.Key.Key_F12)
        await till.until_result()
        assert "Nothing was taken. Do not hand over." in words(till)
        assert "1Voucher does not know this voucher." in words(till)
        assert "It may have been used" in words(till)
        sheet = till.visible("sheet")
        assert isinstance(sheet, Sheet)
        assert not sheet.is_torn()
        await till.ready_to_answer()
        till.press(Qt.Key.Key_F11)
        assert till.box("field-pin").value() == CANARY_PIN
        assert till.visible("field-pin").hasFocus()
        assert till.visible("primary").isEnabled()


async def test_a_used_voucher_is_not_typed_again() -> None:
    """The one thing to press is the next voucher; no button corrects what was right."""
    async with open_window(gateway(USED)) as till:
        till.fill(pin=CANARY_PIN)
        till.press(Qt.Key.Key_F12)
        await till.until_result()
        assert "This voucher has already been used." in words(till)
        assert "Ask for another voucher" in words(till)
        await till.ready_to_answer()
        till.press(Qt.Key.Key_F11)
        assert till.counter.shown is not None
        till.press(Qt.Key.Key_F2)
        await till.until(lambda: till.counter.shown is None)
        assert till.box("field-pin").value() == ""


async def test_a_lost_answer_counts_seconds_then_is_not_known_and_resolves_itself() -> None:
    """Nothing can be pressed while the till asks; the answer that comes later is shown at once."""
    upstream = gateway(approved(change=None))
    upstream.gate = asyncio.Event()
    async with open_window(upstream) as till:
        till.fill(pin=CANARY_PIN)
        till.press(Qt.Key.Key_F12)
        await till.until_result()
        await till.pass_time(12)
        assert "The provider is slow. Do not try the voucher again." in words(till)
        assert not till.visible("nothing-to-press").isEnabled()
        before = till.counter.shown
        for key in (Qt.Key.Key_F2, Qt.Key.Key_F11, Qt.Key.Key_F12, Qt.Key.Key_Escape):
            till.press(key)
        assert till.counter.shown == before
        await till.pass_time(60)
        assert "We do not know yet if it was paid" in words(till)
        assert till.has("act-print_pending")
        assert till.shell.screen().in_doubt == 1
        upstream.gate.set()
        await till.settle()
        assert "HAND OVER NOW" in words(till)
        assert len(await till.redemptions()) == 1


async def test_the_rest_of_an_ott_voucher_is_sent_by_sms() -> None:
    """No PIN is offered where the provider sends it."""
    async with open_window(gateway(approved(change=None))) as till:
        till.click("tile-vouchers.ott")
        till.type_into("field-pin", OTHER_PIN[:12])
        till.type_into("field-phone_number", "0825554567")
        till.type_into("amount", "19.00")
        till.press(Qt.Key.Key_F12)
        await till.until_result()
        assert till.has("change-panel")
        assert not till.has("hold-to-show")
        assert "Sent by SMS to" in words(till)
        assert "4567" in words(till)


async def test_the_whole_voucher_is_chosen_by_one_key_and_seen_in_words() -> None:
    """F11 or a click chooses it, another takes it back; without a voucher there is none to take."""
    async with open_window(gateway(approved(5000, change=None))) as till:
        primary = till.visible("primary")
        assert isinstance(primary, PaintedButton)
        till.press(Qt.Key.Key_F11)
        assert "whole" not in primary.caption()
        assert till.box("field-pin").hasFocus()
        till.type_into("field-pin", CANARY_PIN)
        for is_click in (True, False):
            for is_whole in (True, False):
                till.click("whole-value") if is_click else till.press(Qt.Key.Key_F11)
                assert ("the whole value" in primary.caption()) is is_whole
        till.press(Qt.Key.Key_F11)
        till.press(Qt.Key.Key_F12)
        await till.until_result()
        (redemption,) = await till.redemptions()
        assert redemption.amount == FullValue()
        assert redemption.redeemed_cents == 5000


@pytest.mark.fault("H1")
async def test_enter_goes_from_field_to_field_and_never_presses_redeem() -> None:
    """It passes over what is optional, the amount keeps the cursor, the journal stays empty."""
    async with open_window(gateway()) as till:
        till.fill(pin=CANARY_PIN)
        till.box("field-pin").setFocus()
        for name in ("amount", "amount", "amount"):
            till.press(Qt.Key.Key_Return)
            assert till.box(name).hasFocus()
        await till.settle()
        assert await till.redemptions() == ()


WILD_KEYS = (
    Qt.Key.Key_F12,
    Qt.Key.Key_Return,
    Qt.Key.Key_F11,
    Qt.Key.Key_F2,
    Qt.Key.Key_Escape,
    Qt.Key.Key_Space,
)


def wild_deed(till: WindowTill, chance: random.Random) -> None:
    """Do one of the things that a nervous hand or a stuck key does."""
    deed = chance.randrange(10)
    if deed == 0 and till.has("primary"):
        QTest.mouseDClick(till.visible("primary"), Qt.MouseButton.LeftButton)
    elif deed == 1 and till.has("primary"):
        till.click("primary")
    elif deed == 2:
        none = Qt.KeyboardModifier.NoModifier
        again = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_F12.value, none, "", autorep=True)
        QApplication.sendEvent(till.window, again)
    else:
        till.press(chance.choice(WILD_KEYS))


@pytest.mark.fault("H1")
@pytest.mark.parametrize("seed", range(4))
async def test_however_wildly_it_is_pressed_there_is_one_redemption(seed: int) -> None:
    """Double Enter, double clicks, key repeat, F12 again and again: one open redemption."""
    chance = random.Random(seed)  # noqa: S311 - a test repeats it, nobody guards with it
    upstream = gateway()
    upstream.gate = asyncio.Event()
    upstream.otherwise = approved(change=None)
    async with open_window(upstream) as till:
        till.fill(pin=CANARY_PIN)

        till.click("primary")
        for _ in range(120):
            wild_deed(till, chance)
            if chance.random() < 0.2:
                await till.settle()
        await till.until_result()
        assert len(await till.redemptions()) == 1
        assert len(upstream.asks) == 1
        upstream.gate.set()
        await till.settle()


async def test_the_keypad_types_into_the_field_with_the_cursor() -> None:
    """Keys never take the focus, and the one beside the nought follows the field."""
    async with open_window(gateway()) as till:
        keypad = till.find("keypad")
        assert isinstance(keypad, Keypad)
        for digit in "1115":
            QTest.mouseClick(keypad.key_named(digit), Qt.MouseButton.LeftButton)
        assert till.box("field-pin").value() == "1115"
        assert till.box("field-pin").hasFocus()
        till.box("amount").setFocus()
        for name in ("1", "9", "left", "5", "backspace", "0"):
            QTest.mouseClick(keypad.key_named(name), Qt.MouseButton.LeftButton)
        assert till.box("amount").value() == "19.0"


async def test_typing_keeps_the_cursor_where_it_is() -> None:
    """A render at each key moves nothing."""
    async with open_window(gateway()) as till:
        till.type_into("field-pin", "11156840")
        box = till.box("field-pin")
        box.setCursorPosition(2)
        QTest.keyClicks(box, "77")
        assert box.value() == "1177156840"
        assert box.cursorPosition() == 4


RED, BLUE = (Choice(value=one.lower(), label=one) for one in ("Red", "Blue"))
TYPED = {
    FieldKind.MONEY: "50.00",
    FieldKind.INTEGER: "7",
    FieldKind.NUMBER: "7.5",
    FieldKind.DATE: "2026-11-30",
    FieldKind.EMAIL: "thandi@example.org",
}
"""What fits a field of a kind; any other takes the digits of a phone number."""


async def test_a_type_made_up_on_the_spot_gets_tile_form_and_redemption() -> None:
    """Whatever fields discovery names, they can be filled and sent."""
    chance = random.Random(7)  # noqa: S311 - a test repeats it, nobody guards with it
    for _ in range(3):
        kinds = [chance.choice(list(FieldKind)) for _ in range(chance.randint(1, 5))]
        fields = tuple(
            FieldSpec(
                name=f"made_{number}",
                label=f"Made up {number}",
                kind=kind,
                is_required=number == 0 or chance.random() < 0.5,
                is_sensitive=chance.random() < 0.5,
                choices=(RED, BLUE) if kind is FieldKind.CHOICE else (),
            )
            for number, kind in enumerate(kinds)
        )
        made = VoucherType(
            id="made.up", upstream="moment", category="new_things", name="Made Up", fields=fields
        )
        upstream = ScriptedGateway([approved(change=None)], types=(*TYPES, made))
        async with open_window(upstream) as till:
            till.click("tile-made.up")
            for spec in fields:
                if spec.kind in {FieldKind.CHOICE, FieldKind.BOOLEAN}:
                    box = till.find(f"field-{spec.name}")
                    box.setFocus()
                    QTest.keyClick(box, Qt.Key.Key_Down)
                    till.counter.edit(spec.name, "red" if spec.kind is FieldKind.CHOICE else "true")
                else:
                    text = TYPED.get(spec.kind, "0825554567")
                    till.type_into(f"field-{spec.name}", text)
            till.type_into("amount", "12.50")
            till.press(Qt.Key.Key_F12)
            await till.until_result()
            assert "R12.50" in words(till) or "HAND OVER" in words(till)
            (redemption,) = await till.redemptions()
            assert redemption.type_id == "made.up"


async def test_the_field_with_the_cursor_is_in_sight() -> None:
    """A form longer than its column scrolls to where the keys go."""
    fields = tuple(FieldSpec(name=f"part_{at}", label=f"Part {at}") for at in range(12))
    made = VoucherType(
        id="made.long", upstream="moment", category="new_things", name="Made Long", fields=fields
    )
    async with open_window(ScriptedGateway(types=(made,))) as till:
        for name in ("part_11", "part_0", "part_5"):
            box = till.find(f"field-{name}")
            box.setFocus()
            assert box.visibleRegion().boundingRect() == box.rect()


async def test_a_pasted_sentence_is_refused_aloud_and_the_field_stays() -> None:
    """Digits of a price beside the number never become a part of it."""
    async with open_window(ScriptedGateway(types=TYPES)) as till:
        box = till.find("field-pin")
        assert isinstance(box, BoxLine)
        box.setFocus()
        QTest.keyClicks(box, "1115")
        QGuiApplication.clipboard().setText("Your voucher 1115 6840 0000 0101 is worth R50")
        QTest.keySequence(box, QKeySequence(QKeySequence.StandardKey.Paste))
        QGuiApplication.clipboard().clear()
        assert box.value() == "1115"
        assert till.shell.screen().toast.startswith("Not taken. This is more than the code")


async def test_hostile_words_are_shown_as_they_are() -> None:
    """Markup, braces and ampersands from a provider are text."""
    nasty = "<b>1&amp;V</b> <img src=file:/x> &F12 {0} %s"
    made = VoucherType(
        id="nasty",
        upstream="moment",
        category="<i>cat</i>",
        name=nasty,
        description=nasty,
        fields=(FieldSpec(name="pin", label=nasty, hint=nasty),),
    )
    async with open_window(ScriptedGateway(types=(made,))) as till:
        assert nasty in words(till)
        for label in till.window.findChildren(QLabel):
            assert label.textFormat() is Qt.TextFormat.PlainText


async def test_a_balance_is_told_and_forgotten_when_the_code_changes() -> None:
    """F3 asks at once when the form is complete; a balance that may be another's goes away."""
    upstream = ScriptedGateway(types=TYPES, balances=[Balance(amount_cents=3100, currency="ZAR")])
    async with open_window(upstream) as till:
        till.click("tile-vouchers.blu")
        till.type_into("field-token", CANARY_PIN)
        till.press(Qt.Key.Key_F3)
        await till.until(lambda: till.has("balance-facts"))
        assert "R31.00" in words(till)
        assert "as told at" in words(till)
        assert not till.has("amount")
        till.type_into("field-token", "1")
        assert not till.has("balance-facts")
        assert await till.redemptions() == ()


@pytest.mark.fault("R1")
async def test_a_slip_that_did_not_print_waits_in_slips_to_finish() -> None:
    """The tab comes when the customer goes, and printing again finishes it."""
    async with open_window(gateway(approved())) as till:
        till.printer.fail_next(PrintTrouble.PAPER_OUT)
        till.fill(pin=CANARY_PIN)
        till.press(Qt.Key.Key_F12)
        await till.until_result()
        await till.until(lambda: "The printer has no paper." in words(till))
        assert not till.has("tab-slips")
        await till.ready_to_answer()
        till.press(Qt.Key.Key_F2)
        await till.until(lambda: till.has("tab-slips"))
        till.click("tab-slips")
        await till.settle()
        assert "Change not given" in words(till) or till.has("ledger-change-panel")
        till.press(Qt.Key.Key_F9)
        await till.until(lambda: till.has("act-slip_complete"))
        till.press(Qt.Key.Key_F11)
        await till.until(lambda: "Every slip is out" in words(till))
        assert len(till.printer.slips) == 1


async def test_leaving_a_result_by_a_room_keeps_it() -> None:
    """History and back: the result is still there; Esc does not touch it."""
    async with open_window(gateway(approved())) as till:
        till.fill(pin=CANARY_PIN)
        till.press(Qt.Key.Key_F12)
        await till.until_result()
        await till.ready_to_answer()
        till.press(Qt.Key.Key_F6)
        await till.settle()
        assert till.has("history-table")
        till.click("tab-redeem")
        till.press(Qt.Key.Key_Escape)
        assert "HAND OVER NOW" in words(till)
        assert till.shell.screen().room is Room.REDEEM
        till.counter.act(Act.SLIP_COMPLETE)
        await till.until(lambda: till.counter.shown is None)


async def refuse_and_correct(till: WindowTill) -> None:
    """Have a voucher refused, and go back to its form."""
    till.gateway.script.append(NOT_FOUND)
    till.fill(pin=CANARY_PIN)
    till.press(Qt.Key.Key_F12)
    await till.until_result()
    await till.ready_to_answer()
    till.press(Qt.Key.Key_F11)


async def refuse_and_click(till: WindowTill) -> None:
    """Have a voucher refused, and click where the form's button will stand."""
    till.gateway.script.append(NOT_FOUND)
    till.fill(pin=CANARY_PIN)
    till.press(Qt.Key.Key_F12)
    await till.until_result()
    await till.ready_to_answer()
    act = till.visible(f"act-{Act.CORRECT_ENTRY.value}")
    at = act.mapTo(till.window, act.rect().center())
    for _ in range(2):
        under = till.window.childAt(at)
        assert under is not None
        QTest.mouseClick(under, Qt.MouseButton.LeftButton)
        await till.settle()


async def empty_and_bring_back(till: WindowTill) -> None:
    """Empty a filled form, and take that back."""
    till.fill(pin=CANARY_PIN)
    till.press(Qt.Key.Key_F2)
    await till.settle()
    till.press(Qt.Key.Key_Escape)


async def still_this_one(till: WindowTill) -> None:
    """Say that it is still this voucher, after a scan that was not taken."""
    till.fill(pin=CANARY_PIN)
    Scanner(till.window).scan("123456")
    till.press(Qt.Key.Key_F12)
    await till.ready_to_answer()
    till.press(Qt.Key.Key_F11)


@pytest.mark.parametrize(
    "come_back",
    [refuse_and_correct, refuse_and_click, empty_and_bring_back, still_this_one],
)
async def test_a_form_that_has_only_just_come_back_is_not_sent_by_the_same_double_press(
    come_back: Callable[[WindowTill], Awaitable[None]],
) -> None:
    """Its filled form stands there for a moment first; a press after that is meant."""
    async with open_window(gateway()) as till:
        await come_back(till)
        asked = len(till.gateway.asks)
        till.press(Qt.Key.Key_F12)
        await till.settle()
        assert till.counter.shown is None
        assert len(till.gateway.asks) == asked
        till.gateway.script.append(NOT_FOUND)
        await till.ready_to_answer()
        till.press(Qt.Key.Key_F12)
        await till.until_result()
        assert len(till.gateway.asks) == asked + 1


@pytest.mark.parametrize("is_asked", [False, True], ids=["form", "question"])
async def test_a_type_that_is_no_longer_offered_says_so_and_hands_nothing_to_another(
    is_asked: bool,
) -> None:
    """The voucher goes with its type, a question about it is closed, and Esc brings none back."""
    async with open_window() as till:
        till.fill(pin=CANARY_PIN, amount="" if is_asked else "5.00")
        if is_asked:
            Scanner(till.window).scan("123456")
            till.type_into("amount", "5.00")
            till.press(Qt.Key.Key_F12)
            assert till.has("act-same_voucher")
            await till.ready_to_answer()
        till.counter.offer(Offer(TYPES[1:], None, is_fresh=True))
        await till.settle()
        assert till.shell.screen().toast.startswith("1Voucher is no longer offered")
        for key in (Qt.Key.Key_F11, Qt.Key.Key_Escape):
            assert not till.has("act-same_voucher")
            amount = till.counter.screen().amount
            assert amount is not None
            assert (amount.text, amount.is_whole) == ("", False)
            assert not any(row.text.reveal() for row in till.counter.screen().fields)
            till.press(key)


async def test_what_was_emptied_is_not_brought_back_into_another_type() -> None:
    """Esc after F2 would move the voucher to the type that stands there now."""
    async with open_window() as till:
        till.fill(pin=CANARY_PIN)
        till.press(Qt.Key.Key_F2)
        till.counter.offer(Offer(TYPES[1:], None, is_fresh=True))
        till.press(Qt.Key.Key_Escape)
        await till.settle()
        assert not any(row.text.reveal() for row in till.counter.screen().fields)


async def test_an_error_goes_when_the_metadata_of_its_field_changes() -> None:
    """What was too short for a type that has changed meanwhile is not refused any longer."""
    upstream = ScriptedGateway(types=TYPES)
    async with open_window(upstream) as till:
        longer = replace(TYPES[0].fields[0], length=18)
        changed = replace(TYPES[0], fields=(longer, *TYPES[0].fields[1:]))
        till.counter.offer(Offer((changed, *TYPES[1:]), None, is_fresh=True))
        till.fill(pin=CANARY_PIN)
        till.counter.leave("pin")
        assert "Too short" in till.counter.screen().fields[0].error
        till.counter.offer(Offer(TYPES, None, is_fresh=True))
        assert till.counter.screen().fields[0].error == ""
