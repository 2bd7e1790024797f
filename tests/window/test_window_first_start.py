"""The guided start in the real window: by keys alone, by touch alone, and what its tests say."""

import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from counterfoil.adapters.settings.till_settings import QueueChoice, load_settings
from counterfoil.domain.contact import LineState, ProviderKind
from counterfoil.domain.language import Language
from counterfoil.ports.first_start import KnownPrinter
from counterfoil.ports.printer import NotSent, PrintTrouble
from counterfoil.presentation.first_start_presenter import FirstStage
from counterfoil.presentation.words import first_start
from support.canary import CANARY_API_KEY
from support.first_start import MemoryFirstStart
from support.window import PROFILE, WindowTill, open_window
from window.test_window_menu import words

OVERLAY = "first-start-overlay"


@asynccontextmanager
async def fresh(folder: Path, system: MemoryFirstStart | None = None) -> AsyncIterator[WindowTill]:
    """Open a till for training, which may be set up in this folder."""
    async with open_window(
        profile=replace(PROFILE, is_training=True),
        new_settings=folder / "settings.toml",
        first_start=system,
    ) as till:
        yield till


async def up_to(till: WindowTill, stage: FirstStage) -> None:
    """Go on with F12 to a step."""
    till.pages.first_start_page.open()
    await till.until(lambda: till.has(OVERLAY))
    while (screen := till.pages.first_start_page.screen()) and screen.stage is not stage:
        await till.until(lambda: till.visible("first-start-act").isEnabled())
        till.press(Qt.Key.Key_F12)
        await till.settle()


async def test_by_keys_alone_a_till_is_set_up(tmp_path: Path) -> None:
    """F12 through the steps, Tab from a choice and Enter from a field; then it is opened again."""
    system, again = MemoryFirstStart(), list[bool]()
    async with fresh(tmp_path, system) as till:
        till.window.again_wished.connect(lambda: again.append(True))
        till.pages.first_start_page.welcome()
        await till.until(lambda: till.has(OVERLAY))
        till.press(Qt.Key.Key_F12)
        await till.settle()
        till.press(Qt.Key.Key_Right)
        till.press(Qt.Key.Key_F12)
        till.press(Qt.Key.Key_End)
        QTest.keyClicks(till.keyboard(), " Two")
        till.press(Qt.Key.Key_Return)
        QTest.keyClicks(till.keyboard(), "Corner (Pty) Ltd")
        await till.settle()
        till.press(Qt.Key.Key_F12)
        till.press(Qt.Key.Key_Return)
        QTest.keyClicks(till.keyboard(), "2")
        await till.until(lambda: till.visible("first-start-act").isEnabled())
        till.press(Qt.Key.Key_F12)
        till.press(Qt.Key.Key_Tab)
        QTest.keyClicks(till.keyboard(), CANARY_API_KEY)
        till.press(Qt.Key.Key_F9)
        await till.until(lambda: first_start.line_said(LineState.ANSWERS) in words(till, OVERLAY))
        till.press(Qt.Key.Key_F12)
        till.press(Qt.Key.Key_F12)
        said = words(till, OVERLAY)
        assert "Corner Shop Two" in said
        assert CANARY_API_KEY not in said
        till.press(Qt.Key.Key_F12)
        await till.until(lambda: again == [True])
        assert not till.has(OVERLAY)
    settings = load_settings(tmp_path / "settings.toml")
    assert settings.language is Language.AFRIKAANS
    assert settings.profile.trading_name == "Corner Shop Two"
    assert settings.profile.till_number == 2
    assert not settings.is_training
    assert system.kept == [CANARY_API_KEY]


async def test_by_touch_alone_a_printer_is_taken_and_tried(tmp_path: Path) -> None:
    """From Go live on; what was found fills in kind and name."""
    system = MemoryFirstStart(known=(KnownPrinter("queue", "Office"),))
    async with fresh(tmp_path, system) as till:
        till.click("go-live")
        till.click("go-live-set-up")
        await till.until(lambda: till.has(OVERLAY))
        for _ in range(FirstStage.PRINTER):
            await till.until(lambda: till.visible("first-start-act").isEnabled())
            till.click("first-start-act")
            await till.settle()
        assert till.visible("found-0").accessibleName() == "Office (Printer of the system)"
        till.click("found-0")
        await till.until(lambda: till.visible("first-start-try").isEnabled())
        till.click("first-start-try")
        await till.until(lambda: first_start.SLIP_SENT in words(till, OVERLAY))
        assert {one.name: one.value for one in system.printed[0]}["printer.queue"] == "Office"
        till.click("first-start-act")
        await till.until(lambda: "Printer of the system: Office" in words(till, OVERLAY))
        till.click("first-start-act")
        await till.until(lambda: not till.has(OVERLAY))
    assert load_settings(tmp_path / "settings.toml").printer == QueueChoice("Office")
    assert system.kept == []


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (LineState.KEY_REFUSED, "the key is wrong"),
        (LineState.NO_LINE, "The line is dead"),
        (LineState.WEB_PAGE, "A web page answers"),
        (LineState.ANSWERS, "answers and takes the key"),
    ],
)
async def test_a_wrong_key_and_a_dead_line_read_differently(
    tmp_path: Path, line: LineState, said: str
) -> None:
    """And one may go on with either: the network may come tomorrow."""
    async with fresh(tmp_path, MemoryFirstStart(line=line)) as till:
        await up_to(till, FirstStage.PROVIDER)
        assert not till.visible("first-start-try").isEnabled()
        till.type_into("field-first-key", CANARY_API_KEY)
        till.press(Qt.Key.Key_F9)
        await till.until(lambda: said in words(till, OVERLAY))
        assert till.visible("first-start-act").isEnabled()


async def test_the_key_is_hidden_while_it_is_typed_and_the_eye_shows_it(tmp_path: Path) -> None:
    """By keys too: Tab goes to the eye, which shows while Space is held; Enter passes over it."""
    async with fresh(tmp_path) as till:
        await up_to(till, FirstStage.PROVIDER)
        till.press(Qt.Key.Key_Tab)
        QTest.keyClicks(till.keyboard(), CANARY_API_KEY)
        key, hidden = till.box("field-first-key"), "•" * len(CANARY_API_KEY)
        assert (key.hasFocus(), key.text_for_display()) == (True, hidden)
        till.press(Qt.Key.Key_Tab)
        eye = till.visible("eye_first-key")
        assert till.keyboard() is eye
        QTest.keyPress(eye, Qt.Key.Key_Space)
        assert key.text_for_display() == CANARY_API_KEY
        QTest.keyRelease(eye, Qt.Key.Key_Space)
        assert key.text_for_display() == hidden
        key.setFocus()
        till.press(Qt.Key.Key_Return)
        assert till.keyboard() is till.box("field-first-moment.base_url")


ELECTRUM = {
    "electrum.base_url": "https://electrum.test",
    "electrum.terminal_id": "TILL0001",
    "electrum.client.id": "22222222",
    "electrum.client.name": "Acquirer",
    "key": CANARY_API_KEY,
    "electrum.originator.id": "11111111",
    "electrum.originator.name": "Corner Shop",
    "electrum.merchant.type": "5411",
    "electrum.merchant.id": "CORNERSHOP00001",
    "electrum.merchant.name": "Corner Shop",
    "electrum.merchant.city": "Cape Town",
    "electrum.merchant.region": "WC",
    "electrum.merchant.country": "ZA",
}


async def test_a_till_is_set_up_for_electrum_and_its_line_tried(tmp_path: Path) -> None:
    """Its password is tried with the client's id, and a part of what it needs is not enough."""
    system = MemoryFirstStart(line=LineState.KEY_REFUSED)
    async with fresh(tmp_path, system) as till:
        await up_to(till, FirstStage.PROVIDER)
        till.click("first-provider-electrum")
        await till.settle()
        for at, (name, text) in enumerate(ELECTRUM.items()):
            till.type_into(f"field-first-{name}", text)
            if not at:
                await till.until(lambda: first_start.ALL_NEEDED in words(till, OVERLAY))
                assert not till.visible("first-start-act").isEnabled()
        await till.until(lambda: till.visible("first-start-act").isEnabled())
        till.press(Qt.Key.Key_F9)
        await till.until(lambda: "Ask Electrum for another" in words(till, OVERLAY))
        assert system.asked == [("https://electrum.test", CANARY_API_KEY, "22222222")]
        for _ in range(FirstStage.PROVIDER, FirstStage.READY + 1):
            till.press(Qt.Key.Key_F12)
        await till.until(lambda: not till.has(OVERLAY))
    chosen = load_settings(tmp_path / "settings.toml").electrum
    assert chosen is not None
    assert (chosen.client.id, chosen.terminal_id) == ("22222222", "TILL0001")
    assert system.kept == [f"electrum: {CANARY_API_KEY}"]


async def test_a_password_for_electrum_needs_all_that_electrum_wrote(tmp_path: Path) -> None:
    """Alone it sells nothing; the last look lists where Electrum is and who the shop is there."""
    async with fresh(tmp_path, MemoryFirstStart(line=LineState.ANSWERS)) as till:
        await up_to(till, FirstStage.PROVIDER)
        till.click("first-provider-electrum")
        await till.settle()
        assert till.visible("first-start-act").isEnabled()
        till.type_into("field-first-key", CANARY_API_KEY)
        await till.until(lambda: first_start.ALL_NEEDED in words(till, OVERLAY))
        assert not till.visible("first-start-act").isEnabled()
        for name, text in ELECTRUM.items():
            till.type_into(f"field-first-{name}", text)
        await till.until(lambda: till.visible("first-start-act").isEnabled())
        assert "A password was typed" in words(till, OVERLAY)
        till.press(Qt.Key.Key_F9)
        await till.until(lambda: "takes the password" in words(till, OVERLAY))
        till.press(Qt.Key.Key_F12)
        till.press(Qt.Key.Key_F12)
        await till.settle()
        screen = till.pages.first_start_page.screen()
        assert screen is not None
        told = {text for _, text in screen.facts}
        assert {"Electrum", "https://electrum.test", "TILL0001", "CORNERSHOP00001"} <= told
    assert not (tmp_path / "settings.toml").exists()


async def test_no_paper_and_no_printer_are_said(tmp_path: Path) -> None:
    """What a kind of printer needs is asked for at once."""
    system = MemoryFirstStart(known=(), outcome=NotSent(PrintTrouble.PAPER_OUT))
    async with fresh(tmp_path, system) as till:
        await up_to(till, FirstStage.PRINTER)
        assert first_start.NONE_FOUND in words(till, OVERLAY)
        till.press(Qt.Key.Key_F9)
        await till.until(lambda: "paper" in words(till, OVERLAY).lower().split("first-start")[-1])
        till.click("first-printer.kind-network")
        await till.until(lambda: not till.visible("first-start-act").isEnabled())
        assert "network printer needs its address" in words(till, OVERLAY)
        till.type_into("field-first-printer.host", "10.0.0.7")
        await till.until(lambda: till.visible("first-start-act").isEnabled())
        till.click("first-printer.kind-none")
        await till.until(lambda: till.visible("first-start-act").isEnabled())
        assert not till.visible("first-start-try").isEnabled()


async def test_esc_goes_back_a_step_and_out_before_the_first(tmp_path: Path) -> None:
    """Straight to training is one press; nothing is kept, and what was typed is forgotten."""
    async with fresh(tmp_path) as till:
        till.pages.first_start_page.welcome()
        await till.until(lambda: till.has(OVERLAY))
        till.press(Qt.Key.Key_F12)
        till.press(Qt.Key.Key_F12)
        till.type_into("field-first-shop.trading_name", "X")
        till.press(Qt.Key.Key_Escape)
        till.press(Qt.Key.Key_F12)
        assert till.box("field-first-shop.trading_name").value().endswith("X")
        for _ in range(3):
            till.press(Qt.Key.Key_Escape)
        assert not till.has(OVERLAY)
        await up_to(till, FirstStage.SHOP)
        assert till.box("field-first-shop.trading_name").value() == "Corner Shop"
    assert not (tmp_path / "settings.toml").exists()


async def test_without_a_keyring_the_till_is_not_set_up_and_says_why(tmp_path: Path) -> None:
    """Nothing was done; without the key one may go on."""
    async with fresh(tmp_path, MemoryFirstStart(has_keyring=False)) as till:
        await up_to(till, FirstStage.PROVIDER)
        till.type_into("field-first-key", CANARY_API_KEY)
        till.press(Qt.Key.Key_F12)
        till.press(Qt.Key.Key_F12)
        till.press(Qt.Key.Key_F12)
        await till.until(
            lambda: first_start.NO_KEYRING[ProviderKind.MOMENT] in words(till, OVERLAY)
        )
        assert not (tmp_path / "settings.toml").exists()
        await till.until(lambda: till.visible("first-start-act").isEnabled())
        till.press(Qt.Key.Key_F12)
        await till.until(lambda: not till.has(OVERLAY))
    assert (tmp_path / "settings.toml").exists()


async def test_what_another_kind_of_printer_needed_is_forgotten(tmp_path: Path) -> None:
    """A port that cannot be is in no file that says nothing of the network."""
    async with fresh(tmp_path) as till:
        await up_to(till, FirstStage.PRINTER)
        till.click("first-printer.kind-network")
        till.type_into("field-first-printer.port", "99")
        await till.until(lambda: "at most 65535" in words(till, OVERLAY))
        till.click("found-0")
        await till.until(lambda: till.visible("first-start-act").isEnabled())
        till.press(Qt.Key.Key_F12)
        await till.until(lambda: till.visible("first-start-act").isEnabled())
        till.press(Qt.Key.Key_F12)
        await till.until(lambda: not till.has(OVERLAY))
    assert load_settings(tmp_path / "settings.toml").printer == QueueChoice("Office")


async def test_what_is_wrong_is_said_at_the_end_as_well(tmp_path: Path) -> None:
    """Also where one went on before what was typed was checked."""
    async with fresh(tmp_path) as till:
        await up_to(till, FirstStage.TILL)
        till.type_into("field-first-till.number", "20")
        for _ in range(FirstStage.TILL, FirstStage.READY):
            till.press(Qt.Key.Key_F12)
        await till.until(lambda: "at most 99" in words(till, OVERLAY))
        assert not till.visible("first-start-act").isEnabled()


async def test_what_was_wrong_is_forgotten_by_who_leaves(tmp_path: Path) -> None:
    """Beside a field that is as usual again stands no error."""
    async with fresh(tmp_path) as till:
        await up_to(till, FirstStage.SHOP)
        till.box("field-first-shop.trading_name").type_nothing()
        await till.until(lambda: not till.visible("first-start-act").isEnabled())
        till.press(Qt.Key.Key_Escape)
        till.press(Qt.Key.Key_Escape)
        await up_to(till, FirstStage.SHOP)
        assert till.visible("first-start-act").isEnabled()


async def test_printers_that_are_slow_to_find_keep_nobody(tmp_path: Path) -> None:
    """Esc leaves Welcome at once, and F12 goes on."""
    system = MemoryFirstStart()
    system.answers.clear()
    async with fresh(tmp_path, system) as till:
        till.pages.first_start_page.welcome()
        await till.until(lambda: till.has(OVERLAY))
        till.press(Qt.Key.Key_Escape)
        assert not till.has(OVERLAY)
        await up_to(till, FirstStage.PRINTER)
        assert not till.has("found-0")
        system.answers.set()
        await till.until(lambda: till.has("found-0"))


async def test_a_keyring_that_waits_to_be_unlocked_is_said_as_that(tmp_path: Path) -> None:
    """The till is not set up yet, and the key may be typed again."""
    async with fresh(tmp_path, MemoryFirstStart(is_locked=True)) as till:
        await up_to(till, FirstStage.PROVIDER)
        till.type_into("field-first-key", CANARY_API_KEY)
        for _ in range(FirstStage.PROVIDER, FirstStage.READY + 1):
            till.press(Qt.Key.Key_F12)
        await till.until(lambda: "waits to be unlocked" in words(till, OVERLAY))
        assert not (tmp_path / "settings.toml").exists()


async def test_welcome_is_a_small_card_and_every_step_one_of_the_same_size(tmp_path: Path) -> None:
    """No step moves the button Next."""
    async with fresh(tmp_path) as till:
        till.pages.first_start_page.welcome()
        await till.until(lambda: till.has(OVERLAY))
        welcome, heights = till.visible(OVERLAY).height(), set[int]()
        for _ in range(FirstStage.READY):
            till.press(Qt.Key.Key_F12)
            await till.settle()
            heights.add(till.visible(OVERLAY).height())
        assert len(heights) == 1
        assert welcome < heights.pop()


LIVES = """
import asyncio, sys
from pathlib import Path
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from counterfoil import desktop, opening

lives = []

async def set_up(face):
    page = face.pages.first_start_page
    while page.screen() is None or page.screen().stage < 5:
        await asyncio.sleep(0.02)
        top = QApplication.activeModalWidget()
        if top is not None:
            QTest.keyClick(top, Qt.Key.Key_F12)
    QTest.keyClick(QApplication.activeModalWidget(), Qt.Key.Key_F12)

def begin(face, kept):
    first = face.pages.sign_in.screen()
    print(face.till.profile.is_training, face.till.directory.name, first.stage.name)
    lives.append(face)
    if len(lives) == 1 and face.till.profile.is_training:
        _ = face.till.owner.spawn(set_up(face), "set up")
    else:
        face.window.close_requested.emit()

desktop.begin = begin
raise SystemExit(opening.open_window(Path(sys.argv[1]), None))
"""


def test_a_till_goes_from_its_first_start_to_its_first_manager(tmp_path: Path) -> None:
    """In one life of the program; at the next start it is a real till at once."""
    folder = tmp_path / "till"
    assert _run(folder) == ["True training SIGN_IN", "False till FIRST_MANAGER"]
    assert _run(folder) == ["False till FIRST_MANAGER"]


def _run(folder: Path) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", LIVES, str(folder)],
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()
