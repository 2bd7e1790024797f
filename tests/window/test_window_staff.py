"""The staff are looked after in the menu: new PINs, who is let in, and who is new."""

from PySide6.QtCore import Qt

from counterfoil.adapters.languages import translations
from counterfoil.domain.language import Language
from counterfoil.domain.secret import Secret
from counterfoil.domain.staff import OWN_ROLES, Permission
from counterfoil.presentation.staff_presenter import StaffScreen, StaffStage
from counterfoil.presentation.words.speaking import speaking
from counterfoil.ui.widgets.pin_field import PinBox
from support.gateways import ScriptedGateway
from support.people import (
    CASHIER_NUMBER,
    CASHIER_PIN,
    MANAGER_NUMBER,
    PASSPHRASE,
    SUPERVISOR_NUMBER,
    SUPERVISOR_PIN,
    hire,
)
from support.scanner import Scanner
from support.window import TYPES, WindowTill, open_window
from window.test_window_sign_in import sign_in, type_keys

NEW_PIN = "60718"
BADGE = "B-4471-9920"


def page(till: WindowTill) -> StaffScreen:
    """Return what is shown of the staff."""
    screen = till.pages.staff_page.screen()
    assert screen is not None, "the page is closed"
    return screen


async def open_page(till: WindowTill) -> None:
    """Open the page from the menu."""
    till.press(Qt.Key.Key_F10)
    till.click("menu-staff")
    await till.until(lambda: till.has("staff-overlay"))


async def test_a_supervisor_sets_a_forgotten_pin_by_the_keyboard() -> None:
    """The cashier signs in with it; what is too easily guessed is refused, and typed again."""
    async with open_window(ScriptedGateway(types=TYPES), staff=hire) as till:
        await sign_in(till, SUPERVISOR_NUMBER, SUPERVISOR_PIN)
        await open_page(till)
        place = next(at for at, one in enumerate(page(till).people) if "Thandi M." in one)
        till.pages.staff_page.choose(place)
        till.click("staff-new-pin")
        assert page(till).hint == "A PIN has at least 5 digits."
        type_keys(till, "12345\n12345")
        till.press(Qt.Key.Key_F11)
        await till.until(lambda: bool(page(till).error))
        assert page(till).error == "Digits in a row are easily guessed. Choose another."
        till.type_into("staff-pin", NEW_PIN)
        till.type_into("staff-again", NEW_PIN)
        till.press(Qt.Key.Key_F11)
        await till.until(lambda: page(till).stage is StaffStage.LIST)
        assert till.shell.screen().toast == "Thandi M.: saved"
        till.press(Qt.Key.Key_Escape)
        assert not till.has("staff-overlay")
        await till.people.proven(CASHIER_NUMBER, Secret(NEW_PIN))


async def test_a_manager_adds_somebody_and_locks_somebody_by_touch() -> None:
    """Who is new signs in, and who is locked does not."""
    async with open_window(ScriptedGateway(types=TYPES), staff=hire) as till:
        await sign_in(till, MANAGER_NUMBER, PASSPHRASE)
        await open_page(till)
        till.click("staff-add")
        till.type_into("staff-number", "19")
        till.type_into("staff-name", "Zinhle N.")
        till.click("role-0")
        till.type_into("staff-pin", NEW_PIN)
        till.type_into("staff-again", NEW_PIN)
        till.click("staff-act")
        await till.until(lambda: page(till).stage is StaffStage.LIST)
        assert any("Zinhle N., cashier" in one for one in page(till).people)
        place = next(at for at, one in enumerate(page(till).people) if "Thandi M." in one)
        till.click(f"person-{place}")
        till.click("staff-lock")
        await till.until(lambda: "locked" in page(till).people[place])
        till.press(Qt.Key.Key_Escape)
        till.press(Qt.Key.Key_F4)
        await till.settle()
        type_keys(till, f"{CASHIER_NUMBER}\n{CASHIER_PIN}\n")
        await till.until(lambda: not till.pages.sign_in.is_busy)
        screen = till.pages.sign_in.screen()
        assert screen is not None
        assert "A manager has locked this number." in [row.error for row in screen.entries]
        till.press(Qt.Key.Key_Escape)
        await sign_in(till, "19", NEW_PIN)


def dots(till: WindowTill, name: str) -> int:
    """Return how many dots a field for a PIN has."""
    box = till.visible(name)
    assert isinstance(box, PinBox)
    return box.dots()


async def test_a_new_pin_has_as_many_dots_as_the_role_needs() -> None:
    """They are there before anything is typed, and follow the role that is chosen."""
    async with open_window(ScriptedGateway(types=TYPES), staff=hire) as till:
        await sign_in(till, MANAGER_NUMBER, PASSPHRASE)
        await open_page(till)
        till.click("staff-add")
        for role, length_min in (("cashier", 5), ("supervisor", 6), ("manager", 12)):
            till.click(f"role-{list(OWN_ROLES).index(role)}")
            assert (dots(till, "staff-pin"), dots(till, "staff-again")) == (length_min, length_min)
        till.type_into("staff-pin", "a new bell rings")
        assert dots(till, "staff-pin") == len("a new bell rings")
        till.press(Qt.Key.Key_Escape)
        place = next(at for at, one in enumerate(page(till).people) if "Nomsa D." in one)
        till.click(f"person-{place}")
        till.click("staff-new-pin")
        assert (dots(till, "staff-pin"), dots(till, "staff-again")) == (6, 6)
        till.press(Qt.Key.Key_Escape)
        till.press(Qt.Key.Key_Escape)


async def test_a_cashier_may_look_and_change_nothing() -> None:
    """The gate says so, whichever button is pressed."""
    async with open_window(ScriptedGateway(types=TYPES), staff=hire) as till:
        await sign_in(till)
        await open_page(till)
        till.click("person-0")
        till.click("staff-lock")
        await till.until(lambda: "You may not" in till.shell.screen().toast)
        assert not page(till).is_locked


async def chosen(till: WindowTill, name: str) -> None:
    """Choose somebody in the list."""
    place = next(at for at, one in enumerate(page(till).people) if name in one)
    till.pages.staff_page.choose(place)


async def test_somebody_changes_their_own_pin_by_the_one_they_have() -> None:
    """A cashier may, and one that is not right is said."""
    async with open_window(ScriptedGateway(types=TYPES), staff=hire) as till:
        await sign_in(till)
        await open_page(till)
        await chosen(till, "Thandi M.")
        assert page(till).is_self
        till.click("staff-new-pin")
        type_keys(till, f"11111\n{NEW_PIN}\n{NEW_PIN}")
        till.press(Qt.Key.Key_F11)
        await till.until(lambda: bool(page(till).error))
        assert page(till).error == "This PIN is not right."
        till.type_into("staff-old", CASHIER_PIN)
        till.type_into("staff-pin", NEW_PIN)
        till.type_into("staff-again", NEW_PIN)
        till.press(Qt.Key.Key_F11)
        await till.until(lambda: page(till).stage is StaffStage.LIST)
        till.press(Qt.Key.Key_Escape)
        await till.people.proven(CASHIER_NUMBER, Secret(NEW_PIN))


async def test_a_manager_gives_a_role_of_the_shops_own() -> None:
    """A role that needs a longer PIN asks for one; one of the same kind does not."""
    roles = {**OWN_ROLES, "stock-taker": frozenset({Permission.CHECK_BALANCE})}
    async with open_window(ScriptedGateway(types=TYPES), staff=hire, roles=roles) as till:
        await sign_in(till, MANAGER_NUMBER, PASSPHRASE)
        await open_page(till)
        await chosen(till, "Thandi M.")
        till.click("staff-role")
        assert page(till).roles == ("Cashier", "Supervisor", "Manager", "stock-taker")
        till.click("role-1")
        till.press(Qt.Key.Key_F11)
        await till.until(lambda: bool(page(till).error))
        assert page(till).error == "A supervisor's PIN has at least 6 digits."
        till.click("role-3")
        till.press(Qt.Key.Key_F11)
        await till.until(lambda: page(till).stage is StaffStage.LIST)
        assert any("Thandi M., stock-taker" in one for one in page(till).people)
        till.press(Qt.Key.Key_Escape)


async def test_a_manager_gives_a_badge_by_scanning_it_and_takes_it_away() -> None:
    """The scan goes nowhere else; somebody else's badge is refused."""
    async with open_window(ScriptedGateway(types=TYPES), staff=hire) as till:
        scanner = Scanner(till.window)
        await sign_in(till, MANAGER_NUMBER, PASSPHRASE)
        await open_page(till)
        await chosen(till, "Thandi M.")
        till.click("staff-badge")
        assert not page(till).can_press
        scanner.scan(BADGE)
        await till.until(lambda: page(till).stage is StaffStage.LIST)
        assert await till.people.number_of_badge(Secret(BADGE)) == CASHIER_NUMBER
        await chosen(till, "Nomsa D.")
        till.click("staff-badge")
        scanner.scan(BADGE)
        await till.until(lambda: "somebody else" in page(till).line)
        till.press(Qt.Key.Key_Escape)
        await chosen(till, "Thandi M.")
        till.click("staff-badge")
        till.press(Qt.Key.Key_F11)
        await till.until(lambda: page(till).stage is StaffStage.LIST)
        assert await till.people.number_of_badge(Secret(BADGE)) is None
        till.press(Qt.Key.Key_Escape)


async def test_the_roles_that_each_till_has_are_in_the_language_of_the_window() -> None:
    """As choices and beside each name; a role of the shop's own stays as the shop wrote it."""
    roles = {**OWN_ROLES, "stock-taker": frozenset({Permission.CHECK_BALANCE})}
    with speaking(translations(Language.AFRIKAANS)):
        async with open_window(ScriptedGateway(types=TYPES), staff=hire, roles=roles) as till:
            await sign_in(till, MANAGER_NUMBER, PASSPHRASE)
            await open_page(till)
            assert "17  Thandi M., kassier" in page(till).people
            await chosen(till, "Thandi M.")
            till.click("staff-role")
            assert page(till).roles == ("Kassier", "Toesighouer", "Bestuurder", "stock-taker")
