"""Each person has a language: the window speaks it while they are at the till."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from functools import partial
from itertools import product
from pathlib import Path

import pypdfium2
import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QTableView, QWidget

from counterfoil.adapters.printing.report_files import DocumentsFolder
from counterfoil.adapters.settings.look_memory import LookMemory
from counterfoil.bootstrap import catalogue_of
from counterfoil.desktop import Speech
from counterfoil.domain.audit import StaffDone
from counterfoil.domain.failures import JournalUnavailableError, SignInRefusedError
from counterfoil.domain.language import Language
from counterfoil.domain.pin_rules import FREE_TRIES
from counterfoil.domain.rows import CashMoved, Row, StaffKept
from counterfoil.domain.secret import Secret
from counterfoil.ports.gateway import LookupRefusal, LookupRefused
from counterfoil.presentation.owner_screen import OwnerStage
from counterfoil.presentation.sign_in_screen import SignInStage
from counterfoil.presentation.words import sign_in as sign_in_words
from counterfoil.presentation.words.speaking import ENGLISH, speaking, use
from counterfoil.service.people import People
from counterfoil.ui import theme
from counterfoil.ui.theme import ThemeName
from counterfoil.ui.window import Window
from support.canary import CANARY_PIN
from support.clocks import START
from support.people import (
    CASHIER_NUMBER,
    CASHIER_PIN,
    SECOND_NUMBER,
    SECOND_PIN,
    SUPERVISOR_NUMBER,
    SUPERVISOR_PIN,
    hire,
)
from support.report_days import lived
from support.till import WatchedJournal, approved
from support.window import BLU, WindowTill, open_window
from window.test_window_owner import at_stage, opened
from window.test_window_settling import approve
from window.test_window_shift import moved_by_touch, opened_by_keys
from window.test_window_sign_in import page, sign_in, type_keys

IN_ENGLISH, IN_ISIZULU = "History", "Umlando"
_PAGES = (Qt.Key.Key_F3, Qt.Key.Key_F2, Qt.Key.Key_F6, Qt.Key.Key_F7, Qt.Key.Key_F7)


@pytest.fixture(autouse=True)
def _still(qapp: QApplication) -> Iterator[None]:
    """Show nothing on its way: what is seen is read."""
    theme.apply_theme(qapp, ThemeName.LIGHT, motion=False)
    yield
    theme.apply_theme(qapp, ThemeName.LIGHT)


async def hire_speakers(people: People) -> None:
    """Add the staff; Thandi speaks isiZulu, the others what the till speaks."""
    await hire(people)
    await people.choose_language(await people.actor(CASHIER_NUMBER), Language.ISIZULU)


@asynccontextmanager
async def open_speaking(
    folder: Path, language: Language = Language.ENGLISH, journal: WatchedJournal | None = None
) -> AsyncIterator[WindowTill]:
    """Open a till that speaks this language to nobody, with the memory of its folder."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    staff = None if journal else hire_speakers
    use(catalogue_of(language))
    try:
        async with open_window(staff=staff or _nobody_new, journal=journal) as till:
            memory = LookMemory(folder)
            Speech(app, till.session, memory, language).follow(till.window, till.pages)
            yield till
    finally:
        use(ENGLISH)


async def _nobody_new(_: People) -> None:
    """Leave the staff as an earlier till had it."""


def texts(window: Window) -> Iterator[str]:
    """Return every text that is to be seen, and what it is called for who cannot see it."""
    for one in window.findChildren(QWidget):
        if not one.isVisible():
            continue
        yield f"{one.objectName()}: {one.accessibleName()}"
        if isinstance(one, QLabel):
            yield one.text()
        if isinstance(one, QTableView):
            model, across = one.model(), Qt.Orientation.Horizontal
            yield from (str(model.headerData(at, across)) for at in range(model.columnCount()))


def history_tab(till: WindowTill) -> str:
    """Return what the tab of History is called."""
    return till.visible("tab-history").accessibleName()


async def lock(till: WindowTill, key: Qt.Key = Qt.Key.Key_F8) -> None:
    """Leave the till."""
    till.press(key)
    await till.settle()
    assert not till.session.is_signed_in


async def test_each_person_is_spoken_to_in_their_language(tmp_path: Path) -> None:
    """At sign-in; between two people the page to sign in speaks the till's."""
    async with open_speaking(tmp_path) as till:
        assert till.visible("sign-in-primary").accessibleName().startswith("Sign in")
        await sign_in(till)
        assert history_tab(till).startswith(IN_ISIZULU)
        await lock(till, Qt.Key.Key_F4)
        assert till.visible("sign-in-primary").accessibleName().startswith("Sign in")
        await sign_in(till, SECOND_NUMBER, SECOND_PIN)
        assert history_tab(till).startswith(IN_ENGLISH)


async def test_who_chooses_a_language_has_it_from_now_on(tmp_path: Path) -> None:
    """In the menu, for themselves: it is on record, and outlives the window."""
    async with open_speaking(tmp_path) as till:
        await sign_in(till, SECOND_NUMBER, SECOND_PIN)
        await choose(till, Language.ISIZULU)
        assert history_tab(till).startswith(IN_ISIZULU)
        till.press(Qt.Key.Key_F10)
        assert till.visible("language-zu").property("checked")
        QTest.keyClick(till.keyboard(), Qt.Key.Key_Escape)
        await lock(till, Qt.Key.Key_F4)
        await sign_in(till, SUPERVISOR_NUMBER, SUPERVISOR_PIN)
        assert history_tab(till).startswith(IN_ENGLISH)
        journal = till.journal
        told = [one.event for one in (await journal.deeds("")).events]
        chosen = [one for one in told if isinstance(one, StaffDone) and one.language]
        assert [(one.by, one.language) for one in chosen] == [
            ("Thandi M.", Language.ISIZULU),
            ("Naledi P.", Language.ISIZULU),
        ]
    async with open_speaking(tmp_path, journal=journal) as till:
        await sign_in(till, SECOND_NUMBER, SECOND_PIN)
        assert history_tab(till).startswith(IN_ISIZULU)


async def test_who_chose_a_language_can_go_back_to_the_tills(tmp_path: Path) -> None:
    """In the same menu; while nobody is signed in, the till's own is chosen there."""
    async with open_speaking(tmp_path) as till:
        till.press(Qt.Key.Key_F10)
        assert not till.has("language-till")
        till.press(Qt.Key.Key_Escape)
        await sign_in(till)
        assert history_tab(till).startswith(IN_ISIZULU)
        await choose(till, None)
        assert history_tab(till).startswith(IN_ENGLISH)
        till.press(Qt.Key.Key_F10)
        assert till.visible("language-till").property("checked")


async def test_lists_are_made_ahead_again_in_another_language(tmp_path: Path) -> None:
    """Or the first press of a list's key would wait until all of it is made."""
    async with open_speaking(tmp_path) as till:
        await sign_in(till, SECOND_NUMBER, SECOND_PIN)
        before = asyncio.all_tasks()
        await choose(till, Language.ISIZULU)
        assert "lists" in {one.get_name() for one in asyncio.all_tasks() - before}


async def test_what_is_chosen_while_nobody_is_there_is_the_tills(tmp_path: Path) -> None:
    """It is kept for the next start, and spoken to who never chose one."""
    async with open_speaking(tmp_path) as till:
        type_keys(till, SECOND_NUMBER)
        till.press(Qt.Key.Key_F10)
        till.click("language-af")
        await till.settle()
        assert till.visible("sign-in-primary").accessibleName().startswith("Meld aan")
        assert LookMemory(tmp_path).recall().language == Language.AFRIKAANS
        assert page(till).entries[0].text == SECOND_NUMBER
        type_keys(till, f"\n{SECOND_PIN}\n")
        await till.until(lambda: not till.pages.is_signing_in)
        assert history_tab(till).startswith("Geskiedenis")


async def test_a_pin_that_is_seen_no_more_lets_nobody_in(tmp_path: Path) -> None:
    """The boxes of another language are empty, and so is what they stand for."""
    async with open_speaking(tmp_path) as till:
        type_keys(till, f"{SECOND_NUMBER}\n{SECOND_PIN}")
        assert page(till).can_press
        till.press(Qt.Key.Key_F10)
        till.click("language-af")
        await till.settle()
        assert not page(till).can_press
        till.press(Qt.Key.Key_Return)
        await till.settle()
        assert till.pages.is_signing_in
        type_keys(till, f"{SECOND_PIN}\n")
        await till.until(lambda: not till.pages.is_signing_in)


async def choose(till: WindowTill, language: Language | None) -> None:
    """Choose a language in the menu, or with None the till's."""
    till.press(Qt.Key.Key_F10)
    till.click(f"language-{language or 'till'}")
    await till.until(lambda: till.session.actor.language is language)
    await till.settle()


async def test_a_half_typed_form_outlives_another_language(tmp_path: Path) -> None:
    """With the cursor where it was."""
    async with open_speaking(tmp_path) as till:
        await sign_in(till)
        till.type_into("field-pin", CANARY_PIN)
        till.type_into("amount", "19.")
        await choose(till, Language.SESOTHO)
        assert till.box("field-pin").value() == CANARY_PIN
        type_keys(till, "50")
        assert till.box("amount").value() == "19.50"


async def test_a_half_typed_form_outlives_a_lock(tmp_path: Path) -> None:
    """For who comes back, and for another person, who is told in their words what is wrong."""
    async with open_speaking(tmp_path) as till:
        await sign_in(till)
        till.type_into("amount", "1.005")
        till.type_into("field-pin", CANARY_PIN[:9])
        await lock(till)
        type_keys(till, f"{CASHIER_PIN}\n")
        await till.until(lambda: not till.pages.is_signing_in)
        await till.settle()
        assert history_tab(till).startswith(IN_ISIZULU)
        assert till.box("field-pin").value() == CANARY_PIN[:9]
        (in_isizulu,) = [row.error for row in till.counter.screen().fields if row.error]
        await lock(till, Qt.Key.Key_F4)
        await sign_in(till, SECOND_NUMBER, SECOND_PIN)
        assert till.box("field-pin").value() == CANARY_PIN[:9]
        (in_english,) = [row.error for row in till.counter.screen().fields if row.error]
        assert in_english.startswith("Too short")
        assert in_english != in_isizulu


async def said_on_each_page(till: WindowTill) -> list[list[str]]:
    """Return the texts of the pages, the help and the menu, each as its key opens it."""
    said = []
    for key in (*_PAGES, Qt.Key.Key_F1, Qt.Key.Key_F10):
        till.press(key)
        await till.settle()
        said.append(list(texts(till.window)))
    return said


async def test_a_window_that_changes_its_language_says_all_in_it(tmp_path: Path) -> None:
    """Word for word as one that never spoke another, also where that was shown before."""
    async with open_speaking(tmp_path, Language.ISIZULU) as till:
        await sign_in(till, SECOND_NUMBER, SECOND_PIN)
        wanted = await said_on_each_page(till)
    async with open_speaking(tmp_path) as till:
        await sign_in(till, SECOND_NUMBER, SECOND_PIN)
        for key in _PAGES:
            till.press(key)
            await till.settle()
        await choose(till, Language.ISIZULU)
        assert await said_on_each_page(till) == wanted


async def test_records_and_files_are_in_the_tills_language(tmp_path: Path) -> None:
    """Whoever reads them later; who chooses a reason or looks at a report reads their own.

    What anybody chose at the page to sign in is for the screen.
    """
    async with open_speaking(tmp_path) as till:
        till.press(Qt.Key.Key_F10)
        till.click("language-af")
        await till.settle()
        files = DocumentsFolder(tmp_path / "documents")
        services = till.pages.reports._services
        till.pages.reports._services = replace(services, report_files=files)
        await sign_in(till)
        await lived(till.journal, START - timedelta(hours=1))
        await opened_by_keys(till)
        kept: list[Row] = []
        till.journal.before_commit = kept.extend
        await moved_by_touch(till, "pay_out", "45", is_approved=True)
        assert [one.move.reason for one in kept if isinstance(one, CashMoved)] == ["Delivery"]
        approved = [one.reason for one in kept if isinstance(one, StaffKept) and one.reason]
        assert approved == ["Saw the invoice"]
        till.click("tab-reports")
        till.press(Qt.Key.Key_F11)
        await approve(till)
        await till.until(lambda: till.has("sheet-table"))
        assert till.pages.reports.screen().title == "Usuku ngosuku"
        before = till.shell.screen().toast
        till.click("act-save_csv")
        await till.until(lambda: till.shell.screen().toast not in ("", before))
        (written,) = (tmp_path / "documents").iterdir()
        assert written.read_text(encoding="utf-8-sig").startswith("Day,Currency,")
        before = till.shell.screen().toast
        till.click("act-save_pdf")
        await till.until(lambda: till.shell.screen().toast != before)
        (drawn,) = (tmp_path / "documents").glob("*.pdf")
        page = pypdfium2.PdfDocument(drawn)[0].get_textpage().get_text_range()
        assert "Day by day" in page


async def test_what_was_wrong_is_not_left_in_the_language_of_before(tmp_path: Path) -> None:
    """An error on the form or a page with a sheet, and a toast, until they are told again."""
    async with open_speaking(tmp_path) as till:
        await sign_in(till, SUPERVISOR_NUMBER, SUPERVISOR_PIN)
        reports, owner = till.pages.reports, till.pages.owner
        till.gateway.balances.append(LookupRefused(LookupRefusal.NOT_FOUND))
        till.click(f"tile-{BLU.id}")
        till.type_into("field-token", CANARY_PIN)
        till.press(Qt.Key.Key_F3)
        await till.until(lambda: bool(till.counter.screen().error))
        await opened(till)
        till.press(Qt.Key.Key_F11)
        await at_stage(till, OwnerStage.FILE)
        till.press(Qt.Key.Key_F11)
        till.press(Qt.Key.Key_F7)
        await till.ready_to_answer()
        till.press(Qt.Key.Key_F11)
        reports.choose_period(len(reports.screen().periods) - 1)
        reports.press()
        till.shell.toast("Noted", "check")

        def wrong() -> list[bool]:
            amount = till.pages.shift.screen().amount
            sheets = (amount and amount.error, reports.screen().error, owner.screen().error)
            said = (*sheets, till.counter.screen().error, till.shell.screen().toast)
            return [bool(one) for one in said]

        assert all(wrong())
        await choose(till, Language.ISIZULU)
        assert not any(wrong())


async def test_a_closed_till_says_why_in_another_language(tmp_path: Path) -> None:
    """Nobody is there, so it is the till's."""
    async with open_speaking(tmp_path) as till:
        till.shell.fail(JournalUnavailableError("the disk is full"))
        before = till.visible("closed-banner").accessibleName()
        till.press(Qt.Key.Key_F10)
        till.click("language-af")
        await till.settle()
        after = till.visible("closed-banner").accessibleName()
        assert before.startswith("The till is closed")
        assert after != before


async def test_a_closed_till_offers_nobody_to_go_back_to_its_language(tmp_path: Path) -> None:
    """Nothing can be kept there for who is signed in; what is spoken is marked."""
    async with open_speaking(tmp_path) as till:
        await sign_in(till, SECOND_NUMBER, SECOND_PIN)
        till.shell.fail(JournalUnavailableError("the disk is full"))
        till.press(Qt.Key.Key_F10)
        assert not till.has("language-till")
        assert till.visible("language-en").property("checked")


async def test_who_has_a_language_is_spoken_to_in_another_one_at_a_closed_till(
    tmp_path: Path,
) -> None:
    """For as long as it is closed: nothing is kept, for them or for the till."""
    async with open_speaking(tmp_path) as till:
        await sign_in(till)
        till.shell.fail(JournalUnavailableError("the disk is full"))
        till.press(Qt.Key.Key_F10)
        till.click("language-en")
        await till.settle()
        assert till.visible("closed-banner").accessibleName().startswith("The till is closed")
        till.press(Qt.Key.Key_F10)
        assert till.visible("language-en").property("checked")
        assert till.session.actor.language is Language.ISIZULU
        assert LookMemory(tmp_path).recall().language is None


async def test_who_supervises_reads_the_alerts_in_their_language(tmp_path: Path) -> None:
    """Before they are let in."""
    async with open_speaking(tmp_path) as till:
        nomsa = await till.people.actor(SUPERVISOR_NUMBER)
        await till.people.choose_language(nomsa, Language.AFRIKAANS)
        for _ in range(FREE_TRIES):
            with suppress(SignInRefusedError):
                await till.people.proven(SECOND_NUMBER, Secret("000000"))
        await till.pass_time(60)
        type_keys(till, f"{SUPERVISOR_NUMBER}\n{SUPERVISOR_PIN}\n")
        await till.until(lambda: till.has("sign-in-sentences"))
        await till.settle()
        assert page(till).stage is SignInStage.ALERTS
        with speaking(catalogue_of(Language.AFRIKAANS)):
            assert sign_in_words.ALERTS_TITLE in set(texts(till.window))
        till.press(Qt.Key.Key_Return)
        await till.until(lambda: not till.pages.is_signing_in)


def speaks(till: WindowTill, language: Language) -> bool:
    """Return whether who is at the till is spoken to in this language."""
    return till.session.actor.language is language


async def test_nothing_is_left_behind_however_often_the_language_changes(tmp_path: Path) -> None:
    """No widget, no model and no timer of the window of before."""
    async with open_speaking(tmp_path) as till:
        await sign_in(till)
        till.press(Qt.Key.Key_F6)

        async def change(times: int) -> tuple[int, int]:
            for _, language in product(range(times), (Language.ENGLISH, Language.ISIZULU)):
                till.pages.choose_language(language)
                await till.until(partial(speaks, till, language))
                await till.settle()
            return len(till.window.findChildren(QObject)), len(QApplication.topLevelWidgets())

        assert await change(1) == await change(10)


async def test_a_redemption_goes_on_in_another_language(tmp_path: Path) -> None:
    """A result in front stays, and takes its keys."""
    async with open_speaking(tmp_path) as till:
        await sign_in(till, SECOND_NUMBER, SECOND_PIN)
        till.gateway.script.append(approved())
        till.fill(pin=CANARY_PIN)
        till.press(Qt.Key.Key_F12)
        await till.until_result()
        await choose(till, Language.AFRIKAANS)
        assert till.counter.shown is not None
        await till.ready_to_answer()
        till.press(Qt.Key.Key_F2)
        await till.settle()
        assert till.counter.shown is None
