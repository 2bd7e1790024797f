"""The change PIN as a message from the shop's phone: on the screen only while a button is held."""

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
import zxingcpp
from PySide6.QtCore import QPoint, QRect, Qt, QTimer
from PySide6.QtGui import QAccessible, QImage
from PySide6.QtWidgets import QApplication, QLabel

from counterfoil.domain import audit
from counterfoil.domain.message import MessageWay
from counterfoil.domain.secret import Secret
from counterfoil.domain.staff import EVERYTHING, Actor, Permission
from counterfoil.domain.verdict import ChangeCode, ChangeVoucher
from counterfoil.presentation.screens import Room
from counterfoil.ui.widgets.change_panel import SHOWN_S
from support.canary import CANARY_CHANGE_PIN, CANARY_PIN
from support.gateways import ScriptedGateway
from support.people import SUPERVISOR_NUMBER, SUPERVISOR_PIN, hire
from support.till import approved
from support.window import OPERATOR, PROFILE, TYPES, WindowTill, open_window
from window.test_window_approvals import sell
from window.test_window_sign_in import type_keys

BUTTON = "hold-for-message"


async def redeem(till: WindowTill) -> None:
    """Redeem a voucher in part."""
    till.fill(pin=CANARY_PIN)
    till.press(Qt.Key.Key_F12)
    await till.until_result()


async def held(till: WindowTill) -> None:
    """Hold the button until the code for the phone is there."""
    till.hold(BUTTON)
    await till.until(lambda: till.has("message-card"))


def read(image: QImage) -> list[str]:
    """Read the QR codes in a picture, as a phone does."""
    grey = image.convertToFormat(QImage.Format.Format_Grayscale8)
    pixels = memoryview(grey.constBits()).cast("B", (grey.height(), grey.bytesPerLine()))
    is_qr = zxingcpp.BarcodeFormat.QRCode
    return [one.text for one in zxingcpp.read_barcodes(pixels) if one.format == is_qr]


def on_screen(till: WindowTill) -> list[str]:
    """Return what a phone reads off the window."""
    return read(till.window.grab().toImage())


async def shown(till: WindowTill) -> list[audit.CodeShown]:
    """Return what the journal says of codes that were shown."""
    (sold,) = await till.redemptions()
    told = await till.journal.events(sold.id)
    return [one.event for one in told if isinstance(one.event, audit.CodeShown)]


@pytest.mark.fault("X2")
@pytest.mark.parametrize("way", list(MessageWay))
async def test_a_phone_reads_the_message_off_the_screen_while_the_button_is_held(
    way: MessageWay,
) -> None:
    """It is gone when the button comes up, and the journal has who it was, and which way."""
    profile = replace(PROFILE, change_message=way)
    gateway = ScriptedGateway([approved()], types=TYPES)
    async with open_window(gateway, profile=profile) as till:
        await redeem(till)
        assert on_screen(till) == []
        await held(till)
        (address,) = on_screen(till)
        (text,) = next(iter(parse_qs(urlsplit(address).query).values()))
        assert f"PIN {CANARY_CHANGE_PIN}\n" in text
        words = "\n".join(one.text() for one in till.visible("message-card").findChildren(QLabel))
        assert "The message stays on that phone." in words
        till.let_go(BUTTON)
        assert not till.has("message-card")
        assert on_screen(till) == []
        assert await shown(till) == [audit.CodeShown(by=OPERATOR, way=way)]


@pytest.mark.parametrize("size", [(1024, 600), (1024, 768), (1366, 768), (1920, 1080)])
async def test_the_code_covers_neither_its_button_nor_the_words_about_handing_over(
    size: tuple[int, int],
) -> None:
    """It lies over the paper, on which nothing of the change voucher is in sight."""
    async with open_window(ScriptedGateway([approved()], types=TYPES), size=size) as till:
        await redeem(till)
        await held(till)
        card, button = till.visible("message-card").geometry(), till.visible(BUTTON)
        assert not card.intersects(QRect(button.mapTo(till.window, QPoint()), button.size()))
        for words in till.visible("hand-over").findChildren(QLabel):
            lines = words.text().splitlines()
            ends = max(map(words.fontMetrics().horizontalAdvance, lines), default=0)
            assert words.mapTo(till.window, QPoint(ends, 0)).x() < card.left(), words.text()
        till.let_go(BUTTON)


@pytest.mark.fault("X2")
async def test_it_hides_after_15_seconds_although_the_button_is_held() -> None:
    """The seconds are counted down on the button that is held."""
    async with open_window(ScriptedGateway([approved()], types=TYPES)) as till:
        await redeem(till)
        await held(till)
        button = till.visible(BUTTON)
        assert button.accessibleName() == f"Hides in {SHOWN_S} s"
        countdown = till.visible("change-panel").findChild(QTimer, "change_countdown")
        assert countdown is not None
        for _ in range(SHOWN_S):
            assert till.has("message-card")
            countdown.timeout.emit()
        assert not till.has("message-card")
        assert button.accessibleName() == "Hold for SMS"
        till.let_go(BUTTON)


async def test_nothing_of_it_is_in_pictures_the_clipboard_titles_or_for_screen_readers() -> None:
    """A picture that the till makes of itself puts the code away first."""
    async with open_window(ScriptedGateway([approved()], types=TYPES)) as till:
        await redeem(till)
        await held(till)
        card = till.visible("message-card")
        names = [one.accessibleName() + one.windowTitle() for one in (till.window, card)]
        for child in card.children():
            interface = QAccessible.queryAccessibleInterface(child)
            if interface is not None:
                names += [interface.text(kind) for kind in QAccessible.Text]
        assert CANARY_CHANGE_PIN not in "".join(names) + QApplication.clipboard().text()
        assert read(till.window.picture().toImage()) == []
        assert not till.has("message-card")
        till.let_go(BUTTON)


async def test_it_is_shown_with_a_supervisor_who_approved_that_way() -> None:
    """An approval to see the code is none to send it, and it is good for one."""
    async with open_window(ScriptedGateway([approved()], types=TYPES), staff=hire) as till:
        await sell(till)
        till.hold(BUTTON)
        await till.until(lambda: till.pages.approvals.is_in_front)
        till.let_go(BUTTON)
        request = till.pages.approvals.screen()
        assert request is not None
        assert request.title == "Let the code be sent from the shop's phone?"
        till.click("approval-reason-0")
        till.click("approval-number")
        type_keys(till, f"{SUPERVISOR_NUMBER}\n{SUPERVISOR_PIN}")
        till.press(Qt.Key.Key_F11)
        await till.until(lambda: not till.pages.approvals.is_in_front)
        assert not till.has("message-card")
        till.hold("hold-to-show")
        await till.until(lambda: till.pages.approvals.is_in_front)
        till.let_go("hold-to-show")
        till.press(Qt.Key.Key_Escape)
        await till.until(lambda: not till.pages.approvals.is_in_front)
        await held(till)
        till.let_go(BUTTON)
        (event,) = await shown(till)
        assert (event.way, bool(event.approved_by)) == (MessageWay.SMS, True)


async def test_who_may_not_see_the_code_is_refused() -> None:
    """Nothing is shown and nothing is written."""
    async with open_window(ScriptedGateway([approved()], types=TYPES)) as till:
        await redeem(till)
        till.session._be(Actor(OPERATOR, EVERYTHING - {Permission.REVEAL_CHANGE}))
        till.hold(BUTTON)
        await till.until(lambda: till.pages.approvals.is_in_front)
        till.press(Qt.Key.Key_Escape)
        await till.settle()
        assert not till.has("message-card")
        assert await shown(till) == []


async def test_a_shop_that_wants_no_messages_has_no_button() -> None:
    """The code is on paper, or held to show."""
    profile = replace(PROFILE, change_message=None)
    gateway = ScriptedGateway([approved()], types=TYPES)
    async with open_window(gateway, profile=profile) as till:
        await redeem(till)
        assert till.has("hold-to-show")
        assert not till.has(BUTTON)
        till.pages.reveal_to_phone()
        await till.settle()
        assert await shown(till) == []


async def test_the_lists_show_it_by_the_same_rules() -> None:
    """A customer who comes back without a slip is found in Slips to finish or History."""
    async with open_window(ScriptedGateway([approved()], types=TYPES)) as till:
        await redeem(till)
        till.pages.go_to(Room.SLIPS)
        await till.until(lambda: till.has(f"ledger-{BUTTON}"))
        till.hold(f"ledger-{BUTTON}")
        await till.until(lambda: till.has("message-card"))
        assert len(on_screen(till)) == 1
        till.let_go(f"ledger-{BUTTON}")
        assert on_screen(till) == []
        assert [one.way for one in await shown(till)] == [MessageWay.SMS]


async def test_what_is_too_long_for_a_phone_is_said() -> None:
    """No camera reads so fine a code, so it is not drawn."""
    more = tuple(
        ChangeVoucher(codes=(ChangeCode("token", Secret(f"{number:020}")),), amount_cents=100)
        for number in range(20)
    )
    change = ChangeVoucher(codes=(ChangeCode("pin", Secret(CANARY_CHANGE_PIN)),), more=more)
    async with open_window(ScriptedGateway([approved(change=change)], types=TYPES)) as till:
        await redeem(till)
        till.hold(BUTTON)
        await till.until(lambda: "too long for a message" in till.shell.screen().toast)
        assert not till.has("message-card")
        till.let_go(BUTTON)
