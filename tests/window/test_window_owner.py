"""The owner's page by keyboard alone and by touch alone: statements and retention."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLabel

from counterfoil.domain.reconciliation import DifferenceKind
from counterfoil.presentation.owner_screen import OwnerScreen, OwnerStage
from counterfoil.presentation.rooms import Room
from counterfoil.service import statement_desk
from counterfoil.ui import theme
from counterfoil.ui.theme import ThemeName
from support.people import SUPERVISOR_NUMBER, SUPERVISOR_PIN, hire
from support.samples import Samples, whole_story
from support.statement_files import planted, sold
from support.till import WatchedJournal
from support.window import OPERATOR, WindowTill, open_window
from window.test_window_shift import go_to
from window.test_window_sign_in import sign_in, type_keys

D = DifferenceKind


@pytest.fixture(autouse=True)
def _light(qapp: QApplication) -> Iterator[None]:
    """Begin and end in the light theme, without motion."""
    theme.apply_theme(qapp, ThemeName.LIGHT, motion=False)
    yield
    theme.apply_theme(qapp, ThemeName.LIGHT)


@pytest.fixture(name="downloads")
def _downloads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder for what was downloaded, of somebody whose home is otherwise empty."""
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "Downloads").mkdir()
    return tmp_path / "Downloads"


def page(till: WindowTill) -> OwnerScreen:
    """Return what the page shows."""
    return till.pages.owner.screen()


async def at_stage(till: WindowTill, stage: OwnerStage) -> None:
    """Wait until a stage is shown, and takes a press."""
    await till.until(lambda: page(till).stage is stage and page(till).can_press)
    await till.ready_to_answer()


async def opened(till: WindowTill) -> None:
    """Come to the page by its key."""
    QTest.keyClick(till.keyboard(), Qt.Key.Key_F6, Qt.KeyboardModifier.ShiftModifier)
    await at_stage(till, OwnerStage.HOME)


def words(till: WindowTill) -> str:
    """Return everything that visible labels say."""
    labels = till.window.findChildren(QLabel)
    return "\n".join(one.text() for one in labels if one.isVisible())


async def test_a_statement_by_the_keyboard(downloads: Path) -> None:
    """Type the path, look, compare, open each kind, resolve one with a reason, come back."""
    journal = WatchedJournal()
    await sold(journal)
    path = await planted(journal, downloads / "moment.csv")
    async with open_window(journal=journal) as till:
        await opened(till)
        assert "No statement was compared on this till yet." in words(till)
        till.press(Qt.Key.Key_F11)
        await at_stage(till, OwnerStage.FILE)
        till.press(Qt.Key.Key_F11)
        assert page(till).error == "Choose a file, or type where it is."
        type_keys(till, str(path))
        till.press(Qt.Key.Key_F11)
        await at_stage(till, OwnerStage.COLUMNS)
        assert page(till).description.startswith("Guessed")
        till.press(Qt.Key.Key_F11)
        await at_stage(till, OwnerStage.RUN)
        facts = {one.label: one.value for one in page(till).facts}
        assert (facts["Matched"], facts["Differences"]) == ("5", "4")
        found = await journal.differences(1)
        assert {one.kind for one in found} == set(D)
        for one in found:
            go_to(till, f"row-difference-{one.number}")
            till.press(Qt.Key.Key_Space)
            await at_stage(till, OwnerStage.DIFFERENCE)
            till.press(Qt.Key.Key_Escape)
            await at_stage(till, OwnerStage.RUN)
        await _resolved_by_keys(till, found[0].number)
        kept = await journal.difference(found[0].number)
        assert kept is not None
        assert (kept.reason, kept.resolved_by) == ("We put it right", OPERATOR)
        assert len(await journal.open_differences()) == 3
        till.press(Qt.Key.Key_F11)
        await at_stage(till, OwnerStage.HOME)
        go_to(till, "row-run-1")
        till.press(Qt.Key.Key_Space)
        await at_stage(till, OwnerStage.RUN)


async def _resolved_by_keys(till: WindowTill, number: int) -> None:
    go_to(till, f"row-difference-{number}")
    till.press(Qt.Key.Key_Space)
    await at_stage(till, OwnerStage.DIFFERENCE)
    till.press(Qt.Key.Key_F11)
    assert page(till).error == "Say what became of it."
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Space, Qt.Key.Key_F11):
        till.press(key)
    await at_stage(till, OwnerStage.RUN)


async def test_a_statement_by_touch_with_a_column_and_a_word_to_be_said(downloads: Path) -> None:
    """Touch the file that was found; say what a column is and what a word in it means; go on."""
    journal = WatchedJournal()
    await sold(journal)
    await planted(journal, downloads / "paid.csv", ",Zahlung")
    (downloads / "notes.md").write_text("no statement")
    async with open_window(journal=journal) as till:
        till.click("footer-menu")
        await till.settle()
        till.click("menu-owner")
        await at_stage(till, OwnerStage.HOME)
        till.click("owner-primary")
        await at_stage(till, OwnerStage.FILE)
        (found,) = page(till).sections[0].rows
        till.click(f"row-{found.key}")
        await at_stage(till, OwnerStage.COLUMNS)
        choose(till, "kind", "Status")
        await at_stage(till, OwnerStage.COLUMNS)
        await till.until(lambda: till.has("field-owner-kind:Zahlung"))
        till.click("owner-primary")
        await at_stage(till, OwnerStage.COLUMNS)
        assert "cannot be read" in page(till).error
        choose(till, "kind:Zahlung", "taken")
        await till.until(lambda: not till.has("field-owner-kind:Zahlung"))
        await till.ready_to_answer()
        till.click("owner-primary")
        await at_stage(till, OwnerStage.RUN)
        till.click("owner-primary")
        await at_stage(till, OwnerStage.HOME)
        number = (await journal.open_differences())[0].number
        till.click(f"row-difference-{number}")
        await at_stage(till, OwnerStage.DIFFERENCE)
        till.click("owner-reason-0")
        till.click("owner-primary")
        await at_stage(till, OwnerStage.HOME)
        assert len(await journal.open_differences()) == 3


def choose(till: WindowTill, name: str, value: str) -> None:
    """Choose from a list as a touch of its popup does."""
    box = till.visible(f"field-owner-{name}")
    assert isinstance(box, QComboBox)
    at = box.findData(value)
    assert at >= 0, value
    box.setCurrentIndex(at)
    box.activated.emit(at)


async def test_a_comparison_that_is_stopped_leaves_nothing(
    downloads: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sales go on meanwhile, other pages too; a second try of the same file asks once more."""
    monkeypatch.setattr(statement_desk, "LINES_AT_ONCE", 1)
    journal = WatchedJournal(turns=3)
    await sold(journal)
    await planted(journal, downloads / "moment.csv")
    async with open_window(journal=journal) as till:
        await opened(till)
        till.press(Qt.Key.Key_F11)
        await at_stage(till, OwnerStage.FILE)
        till.click(f"row-{page(till).sections[0].rows[0].key}")
        await at_stage(till, OwnerStage.COLUMNS)
        till.press(Qt.Key.Key_F11)
        await till.until(lambda: page(till).share is not None)
        till.press(Qt.Key.Key_F2)
        assert till.pages.room is Room.REDEEM
        QTest.keyClick(till.keyboard(), Qt.Key.Key_F6, Qt.KeyboardModifier.ShiftModifier)
        assert page(till).stage is OwnerStage.RUNNING
        till.press(Qt.Key.Key_Escape)
        await at_stage(till, OwnerStage.COLUMNS)
        assert till.shell.screen().toast == "Stopped. Nothing was kept."
        assert await journal.reconciliations(9) == ()
        for _ in range(2):
            till.press(Qt.Key.Key_F11)
            await till.until(lambda: page(till).stage in {OwnerStage.RUN, OwnerStage.COLUMNS})
            await till.ready_to_answer()
            await till.until(lambda: page(till).stage is not OwnerStage.RUNNING)
            if page(till).stage is OwnerStage.RUN:
                break
        await at_stage(till, OwnerStage.RUN)


async def test_a_file_that_was_compared_before_and_one_that_is_none(downloads: Path) -> None:
    """Both are said; the first may be compared again on purpose."""
    journal = WatchedJournal()
    await sold(journal)
    path = await planted(journal, downloads / "moment.csv")
    broken = downloads / "broken.csv"
    broken.write_bytes(b"\x00\x01")
    async with open_window(journal=journal, size=(1024, 768)) as till:
        await opened(till)
        till.press(Qt.Key.Key_F11)
        await at_stage(till, OwnerStage.FILE)
        type_keys(till, str(broken))
        till.press(Qt.Key.Key_F11)
        await till.until(lambda: bool(page(till).error))
        assert page(till).stage is OwnerStage.FILE
        till.pages.owner.edit_path(str(path))
        await till.ready_to_answer()
        for count in (1, 2):
            till.press(Qt.Key.Key_F11)
            await at_stage(till, OwnerStage.COLUMNS)
            till.press(Qt.Key.Key_F11)
            if count == 2:
                await at_stage(till, OwnerStage.COLUMNS)
                assert "reconciled before, in run 1" in page(till).error
                till.press(Qt.Key.Key_F9)
            await at_stage(till, OwnerStage.RUN)
            till.press(Qt.Key.Key_F11)
            await at_stage(till, OwnerStage.HOME)
            till.press(Qt.Key.Key_F11)
            await at_stage(till, OwnerStage.FILE)
        assert len(await journal.reconciliations(9)) == 2


async def test_what_is_kept_of_persons_by_keys_and_its_last_round() -> None:
    """The rules, what is due, a round now, and its record; a round of nothing is not offered."""
    journal = WatchedJournal()
    _ = await whole_story(journal, Samples())
    async with open_window(journal=journal) as till:
        till.clock.shift_wall(timedelta(days=400))
        await opened(till)
        till.press(Qt.Key.Key_F9)
        await at_stage(till, OwnerStage.RETENTION)
        assert "No round was made of late." in words(till)
        assert "Due now: 1 payment." in words(till)
        till.press(Qt.Key.Key_F11)
        await till.until(lambda: "removed from 1 payment" in words(till))
        assert "Nothing is due now." in words(till)
        assert not till.has("owner-primary")
        before = await journal.last_retention()
        await till.ready_to_answer()
        for _ in range(2):
            till.press(Qt.Key.Key_F11)
            till.pages.owner.press()
            await till.settle()
        assert await journal.last_retention() == before
        till.press(Qt.Key.Key_Escape)
        await at_stage(till, OwnerStage.HOME)


async def test_a_cashier_never_sees_it_and_leaves_it_to_the_next_who_may() -> None:
    """By its key, from the menu, or where a supervisor has left it open."""
    async with open_window(staff=hire) as till:
        await sign_in(till)
        QTest.keyClick(till.keyboard(), Qt.Key.Key_F6, Qt.KeyboardModifier.ShiftModifier)
        assert till.pages.room is Room.REDEEM
        assert "reconcile" in till.shell.screen().toast
        till.press(Qt.Key.Key_F4)
        await till.settle()
        await sign_in(till, SUPERVISOR_NUMBER, SUPERVISOR_PIN)
        await opened(till)
        till.press(Qt.Key.Key_F4)
        await till.settle()
        await sign_in(till)
        await till.until(lambda: till.pages.room is Room.REDEEM)
        assert not till.has("owner-title")
