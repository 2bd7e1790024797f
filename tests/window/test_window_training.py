"""Training at the counter: test vouchers to press, the tour, and the way to real vouchers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from counterfoil.adapters.printing.training_printer import TrainingPrinter
from counterfoil.domain.training import Lesson
from counterfoil.domain.verdict import Declined, DeclineReason
from counterfoil.ports.printer import NotSent, PrintTrouble, Sent
from counterfoil.presentation.key_map import Wish
from counterfoil.presentation.screens import Act, Room
from counterfoil.presentation.words import training
from counterfoil.ui import theme
from counterfoil.ui.theme import ThemeName
from counterfoil.ui.widgets.button import PaintedButton
from counterfoil.upstreams import practice_vouchers
from support.gateways import ScriptedGateway, ScriptedVerdict
from support.slips import pending_slip
from support.till import approved
from support.whole import cut_words
from support.window import PROFILE, TYPES, WindowTill, open_window
from window.test_window_menu import words

VOUCHERS = {one.lesson: one for one in practice_vouchers()}
SHIFT = Qt.KeyboardModifier.ShiftModifier


@asynccontextmanager
async def open_training(*verdicts: ScriptedVerdict) -> AsyncIterator[WindowTill]:
    """Open a training till."""
    profile = replace(PROFILE, is_training=True)
    async with open_window(ScriptedGateway(verdicts, types=TYPES), profile=profile) as till:
        yield till


def go_on(till: WindowTill) -> None:
    """Press the key of the tour."""
    QTest.keyClick(till.keyboard(), Qt.Key.Key_F2, SHIFT)


async def redeem(till: WindowTill) -> None:
    """Redeem what is in the form, in part."""
    till.type_into("amount", "19")
    till.press(Qt.Key.Key_F12)
    await till.until_result()


async def test_a_card_is_a_scan_of_its_voucher_over_any_type() -> None:
    """By touch alone; it takes the place of what stood there, and redeems nothing by itself."""
    async with open_training(approved()) as till:
        till.click("tile-vouchers.blu")
        till.click("card-refused")
        await till.settle()
        till.click("card-part")
        await till.settle()
        pin = till.box("field-pin").value()
        assert pin == VOUCHERS[Lesson.PART].code.reveal()
        assert till.gateway.asks == []
        await redeem(till)
        (sold,) = await till.redemptions()
        assert sold.voucher_tail == VOUCHERS[Lesson.PART].tail
        assert not till.has("training-bar")
        await till.ready_to_answer()
        till.counter.act(Act.SLIP_COMPLETE)
        till.counter.act(Act.NEW_VOUCHER)
        await till.until(lambda: till.has("training-bar"))


async def test_a_real_till_has_nothing_of_training() -> None:
    """No bar, no key of the tour, no row in the menu."""
    async with open_window() as till:
        go_on(till)
        assert not till.has("training-bar")
        till.press(Qt.Key.Key_F10)
        assert not till.has("menu-tour")
        assert not till.has("menu-go-live")


async def test_the_tour_goes_through_seven_situations_by_its_key() -> None:
    """A step says what to do, and once its voucher has a result, what that means."""
    refused = Declined(reason=DeclineReason.ALREADY_USED)
    async with open_training(refused) as till:
        steps = []
        for lesson in Lesson:
            go_on(till)
            steps.append(words(till, "training-bar").splitlines()[0])
            assert till.has(f"card-{lesson.value}")
        assert [step[:6] for step in steps] == [f"{number} of 7" for number in range(1, 8)]
        go_on(till)
        assert till.shell.screen().toast == training.TOUR_OVER
        for _ in range(4):
            go_on(till)
        till.click("card-refused")
        await till.settle()
        await redeem(till)
        assert training.SITUATIONS[Lesson.REFUSED].learned in words(till, "training-bar")


async def test_the_tour_can_be_left_at_any_moment() -> None:
    """Also over a result; a page without vouchers to try has no bar, and the step stays."""
    async with open_training(approved()) as till:
        till.click("tour-go-on")
        till.press(Qt.Key.Key_F6)
        assert not till.has("training-bar")
        till.pages.go_to(Room.REDEEM)
        till.click("card-full")
        await till.settle()
        await redeem(till)
        till.click("tour-leave")
        assert not till.has("training-bar")
        assert till.pages.tour.screen().step == ""


async def test_how_to_go_live_is_said_on_one_page() -> None:
    """From the bar, and from the menu by keys alone."""
    async with open_training() as till:
        till.click("go-live")
        assert "Ask each provider" in words(till, "go-live-overlay")
        till.press(Qt.Key.Key_Escape)
        till.press(Qt.Key.Key_F10)
        QTest.keyClicks(till.keyboard(), "live")
        till.press(Qt.Key.Key_Return)
        till.press(Qt.Key.Key_Down)
        till.click("go-live-back")
        assert not till.has("go-live-overlay")


async def test_of_one_voucher_the_first_paper_does_not_come_out_and_the_next_one_does() -> None:
    """So that what is to be done then can be practised to its end; all other slips come out.

    The drawer stays shut, as the window says all along.
    """
    tails = {VOUCHERS[Lesson.NO_PRINTER].tail}
    async with open_training(approved(), approved()) as till:
        printer = TrainingPrinter(till.printer, till.journal, tails)
        for lesson, outcomes in (
            (Lesson.NO_PRINTER, [NotSent(PrintTrouble.OFFLINE), Sent("memory-2")]),
            (Lesson.PART, [Sent("memory-4"), Sent("memory-5")]),
        ):
            till.click(f"card-{lesson.value}")
            await till.settle()
            await redeem(till)
            slip = replace(pending_slip(), reference=(await till.redemptions())[0].reference)
            assert [await printer.print_slip(slip, title="") for _ in range(2)] == outcomes
            await till.ready_to_answer()
            till.counter.act(Act.SLIP_COMPLETE)
            till.counter.act(Act.NEW_VOUCHER)
            await till.until(lambda: till.has("training-bar"))
        till.printer.trouble = PrintTrouble.COVER_OPEN
        assert await printer.look() is PrintTrouble.COVER_OPEN
        assert await printer.resume()
        printer.open_drawer()
        assert till.printer.opened == 0
        assert printer.describe() == till.printer.describe()
        await printer.close()


def test_the_sandbox_has_a_voucher_for_each_situation_and_no_other() -> None:
    """One list, with the words of each situation beside it; no two end alike."""
    assert list(VOUCHERS) == list(Lesson) == list(training.SITUATIONS)
    assert len({one.tail for one in VOUCHERS.values()}) == len(Lesson)


async def test_a_low_window_keeps_its_room_for_the_sale() -> None:
    """No bar; the menu has the cards, and each step of the tour is told for a moment."""
    profile = replace(PROFILE, is_training=True)
    async with open_window(profile=profile, size=(1024, 600)) as till:
        assert not till.has("training-bar")
        till.press(Qt.Key.Key_F10)
        QTest.keyClicks(till.keyboard(), "used before")
        till.press(Qt.Key.Key_Return)
        await till.settle()
        assert till.box("field-pin").value() == VOUCHERS[Lesson.REFUSED].code.reveal()
        go_on(till)
        assert training.SITUATIONS[Lesson.FULL].do in till.shell.screen().toast
        till.window.resize(1024, 768)
        assert till.has("training-bar")


@pytest.mark.parametrize("size", [(1024, 600), (1024, 768), (1366, 768), (1920, 1080)])
@pytest.mark.parametrize("scale", [1.0, 1.25])
async def test_the_bar_the_menu_and_the_pages_over_the_work_are_whole(
    qapp: QApplication, size: tuple[int, int], scale: float
) -> None:
    """No word is cut at any size, nor with the largest letters; each step of the tour fits."""
    theme.apply_theme(qapp, ThemeName.LIGHT, scale=scale, training=True, motion=False)
    profile = replace(PROFILE, is_training=True)
    async with open_window(profile=profile, size=size) as till:
        assert cut_words(till) == []
        for number in range(len(Lesson)):
            go_on(till)
            await till.settle()
            assert cut_words(till) == [], number
        for wish in (Wish.GO_LIVE, Wish.HEALTH, Wish.MENU):
            till.pages.carry_out(wish)
            await till.settle()
            assert cut_words(till) == [], wish
        buttons = till.visible("menu-overlay").findChildren(PaintedButton)
        for button in buttons:
            if button.isVisible():
                assert button.minimumSizeHint().width() <= button.width(), button.caption()
