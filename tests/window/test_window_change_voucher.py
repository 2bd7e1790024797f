"""A change voucher without a PIN, an amount that cannot be read, and a refused voucher's paper."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel

from counterfoil.domain.secret import Secret
from counterfoil.domain.slip import Pair, PinBox
from counterfoil.domain.slip_facts import masked_phone, number_text
from counterfoil.domain.verdict import ChangeCode, ChangeVoucher
from counterfoil.presentation.screens import Room
from counterfoil.ui import theme
from counterfoil.ui.theme import ThemeName
from counterfoil.ui.widgets.change_panel import ChangePanel
from support.canary import CANARY_PIN
from support.gateways import ScriptedGateway
from support.till import USED, approved
from support.window import PROFILE, TYPES, WindowTill, open_window

UNREADABLE = "No code could be read"


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


async def redeem(till: WindowTill) -> None:
    """Redeem a voucher."""
    till.fill(pin=CANARY_PIN)
    till.press(Qt.Key.Key_F12)
    await till.until_result()


async def test_a_barcode_is_held_to_show_like_a_pin() -> None:
    """The slip prints it where there is no PIN, so the screen has it too, in both rooms."""
    change = ChangeVoucher(codes=(ChangeCode("barcode", Secret("60012345")),), amount_cents=3100)
    async with open_window(ScriptedGateway([approved(change=change)], types=TYPES)) as till:
        await redeem(till)
        panel = till.visible("change-panel")
        assert isinstance(panel, ChangePanel)
        till.hold("hold-to-show")
        await till.until(panel.is_pin_shown)
        till.let_go("hold-to-show")
        slips = till.ledgers[Room.SLIPS]
        await slips.load()
        assert await slips.change_codes() == (change.codes[0].text,)


async def test_a_change_voucher_that_cannot_be_read_says_so() -> None:
    """Neither the screen nor the paper is silent about money that is still the customer's."""
    change = ChangeVoucher(amount_cents=3100, unread=("voucher.ref", "amount"))
    async with open_window(ScriptedGateway([approved(change=change)], types=TYPES)) as till:
        await redeem(till)
        assert till.has("change-panel")
        assert not till.has("hold-to-show")
        assert UNREADABLE in words(till)
        assert "What came: voucher.ref, amount." in words(till)
        assert "Call a supervisor before the customer goes" in words(till)
        assert "R31.00" in words(till)
        await till.until(lambda: till.printer.slips != [])
        paper = repr(till.printer.slips[0])
        assert f"{UNREADABLE.upper()}." in paper
        assert "What came: voucher.ref, amount." in paper
        assert "Treat as cash" not in paper


async def test_a_barcode_is_called_a_barcode_and_each_of_two_vouchers_has_its_amount() -> None:
    """On the screen and on the paper: nobody types a barcode where a PIN is asked for."""
    second = ChangeVoucher(codes=(ChangeCode("token", Secret("AB12CD34")),), amount_cents=1100)
    change = ChangeVoucher(
        codes=(ChangeCode("barcode", Secret("6001234567892")),), amount_cents=2000, more=(second,)
    )
    async with open_window(ScriptedGateway([approved(change=change)], types=TYPES)) as till:
        await redeem(till)
        assert "Barcode, R20.00" in words(till)
        assert "Token, R11.00" in words(till)
        assert "It came without a PIN." in words(till)
        panel = till.visible("change-panel")
        assert isinstance(panel, ChangePanel)
        till.hold("hold-to-show")
        await till.until(panel.is_pin_shown)
        till.let_go("hold-to-show")
        await till.until(lambda: till.printer.slips != [])
        lines = till.printer.slips[0].lines
        boxes = [
            (lines[at - 1], one.pin) for at, one in enumerate(lines) if isinstance(one, PinBox)
        ]
        assert [(getattr(above, "text", ""), pin) for above, pin in boxes] == [
            ("Barcode", change.codes[0].text),
            ("Token", second.codes[0].text),
        ]


async def test_an_amount_that_cannot_be_read_is_said_when_it_is_left() -> None:
    """Not while it is typed; typing again takes the words away."""
    async with open_window() as till:
        till.type_into("amount", "1,234")
        said = "This can be two amounts"
        assert said not in words(till)
        till.box("field-pin").setFocus()
        assert said in words(till)
        till.type_into("amount", "0")
        assert said not in words(till)


async def test_the_paper_of_a_refused_voucher_is_only_a_head() -> None:
    """What was typed is no slip; its number is its own, and not that of the next payment."""
    async with open_window(ScriptedGateway([USED], types=TYPES)) as till:
        await redeem(till)
        paper = till.counter.screen().paper
        assert paper is not None
        assert paper.stamp == "NO SLIP"
        said = {line.label: line.value for line in paper.slip.lines if isinstance(line, Pair)}
        assert not {"Voucher", "To pay"} & set(said)
        (refused,) = await till.redemptions()
        assert said["Slip"] == number_text(PROFILE, refused.slip_number)


@pytest.mark.parametrize(
    ("number", "masked"),
    [("+27825554567", "082 *** 4567"), ("082 555 4567", "082 *** 4567"), ("08255545", "***")],
)
def test_a_number_is_masked_alike_as_typed_and_as_sent(number: str, masked: str) -> None:
    """The growing slip shows what the paid one will."""
    assert masked_phone(number) == masked


@pytest.mark.parametrize("size", [(1024, 768), (1366, 768)])
async def test_a_long_serial_number_is_whole_at_the_largest_text(
    qapp: QApplication, size: tuple[int, int]
) -> None:
    """A customer who rings up reads it out; nothing of it is cut, dots or no dots."""
    theme.apply_theme(qapp, ThemeName.LIGHT, scale=1.25, motion=False)
    serial = "20251128182630251259"
    change = ChangeVoucher(
        codes=(ChangeCode("pin", Secret("8814032755196042")),),
        amount_cents=3100,
        expires="2029-11-20",
        serial_number=serial,
    )
    upstream = ScriptedGateway([approved(change=change)], types=TYPES)
    async with open_window(upstream, size=size) as till:
        await redeem(till)
        panel = till.visible("change-panel")
        (shown,) = (one for one in panel.findChildren(QLabel) if one.text() == serial)
        assert shown.width() >= shown.sizeHint().width()
        corner = shown.mapTo(panel, shown.rect().bottomRight())
        assert panel.rect().adjusted(0, 0, -16, 0).contains(corner)
