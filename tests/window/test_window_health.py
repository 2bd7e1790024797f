"""The page Health in the real window: by keys alone, by touch alone, and when nothing is sold."""

from datetime import timedelta

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from counterfoil.domain.contact import Contact, LineState
from counterfoil.domain.failures import JournalFullError
from counterfoil.domain.staff import Actor, Permission
from counterfoil.ports.printer import PrintTrouble
from counterfoil.presentation.words import health
from support.clocks import START
from support.gateways import ScriptedGateway
from support.people import hire
from support.window import TYPES, WindowTill, open_window
from window.test_window_menu import words

SHIFT = Qt.KeyboardModifier.ShiftModifier
HEALTHY = Contact(
    line=LineState.ANSWERS,
    answered_at=START,
    ahead_s=1.0,
    certificate_until=START + timedelta(days=90),
)


async def settled(till: WindowTill) -> str:
    """Wait until the providers were asked, and return what the page says."""
    again = till.visible("health-again")
    await till.until(again.isEnabled)
    return words(till, "health-overlay")


async def test_by_keys_alone_health_is_read_and_a_support_file_made() -> None:
    """Shift+F1, F9 and Esc; what has to be done stands on top, and the file says where it is."""
    gateway = ScriptedGateway(types=TYPES)
    gateway.heard = HEALTHY
    async with open_window(gateway) as till:
        till.printer.trouble = PrintTrouble.PAPER_OUT
        QTest.keyClick(till.keyboard(), Qt.Key.Key_F1, SHIFT)
        said = await settled(till)
        assert said.index("Put in a new roll.") < said.index("It answers")
        assert "1 thing to do now." in said
        assert health.SUPPORT_NOTE in said
        till.press(Qt.Key.Key_F9)
        await till.until(lambda: "Saved:" in words(till, "health-overlay"))
        till.press(Qt.Key.Key_F9)
        await till.settle()
        assert "could not be written" in till.shell.screen().toast
        till.printer.trouble = None
        till.press(Qt.Key.Key_F5)
        assert "All is well." in await settled(till)
        till.press(Qt.Key.Key_Down)
        till.press(Qt.Key.Key_Escape)
        assert not till.has("health-overlay")
        await till.settle()
        assert not till.has("health-overlay")


async def test_by_touch_alone_it_is_the_menu_and_the_row() -> None:
    """And its own buttons."""
    async with open_window() as till:
        till.click("footer-menu")
        till.click("menu-health")
        await settled(till)
        till.click("health-support")
        await till.until(lambda: "Saved:" in words(till, "health-overlay"))
        till.click("health-back")
        assert not till.has("health-overlay")


async def test_a_dead_line_a_missing_key_and_a_refused_one_read_differently() -> None:
    """Three people mend them: who looks after the network, the owner, the provider."""
    said = set()
    for line in (LineState.NO_LINE, LineState.NO_KEY, LineState.KEY_REFUSED):
        gateway = ScriptedGateway(types=TYPES)
        gateway.heard = Contact(line=line)
        async with open_window(gateway) as till:
            QTest.keyClick(till.keyboard(), Qt.Key.Key_F1, SHIFT)
            said.add((await settled(till)).split("Moment")[1])
    assert len(said) == 3


async def test_nobody_has_to_sign_in_and_a_closed_till_still_says_how_it_is() -> None:
    """Support is called before anybody can sell."""
    async with open_window(staff=hire) as till:
        QTest.keyClick(till.keyboard(), Qt.Key.Key_F1, SHIFT)
        assert "Waiting for an answer" in await settled(till)
        till.press(Qt.Key.Key_Escape)
        failure = JournalFullError("no space left")
        till.journal._failure = failure
        till.shell.fail(failure)
        QTest.keyClick(till.keyboard(), Qt.Key.Key_F1, SHIFT)
        said = await settled(till)
        assert "Disk" in said
        assert "journal verify" in said


async def test_who_may_not_ask_providers_reads_what_is_known() -> None:
    """And is told why nobody was asked; a chip of the top bar leads there as well."""
    async with open_window() as till:
        till.session._be(Actor("Clerk", frozenset({Permission.SIGN_IN, Permission.REDEEM})))
        till.pages.press_chip("printer")
        assert "Slips to finish" in await settled(till)
        assert till.shell.screen().toast
