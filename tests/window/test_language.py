"""The language of the window: chosen in its menu, kept, and spoken at once."""

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QTableView, QWidget

from counterfoil.adapters.languages import translations
from counterfoil.adapters.settings.look_memory import LookMemory
from counterfoil.domain.language import Language
from counterfoil.presentation.words.speaking import ENGLISH, Catalogue, use
from counterfoil.ui.qt_words import QtWords
from support.pseudo import marked
from support.states import played
from support.window import WindowTill, open_window

CHOSEN = """
import sys
from pathlib import Path
from PySide6.QtWidgets import QLineEdit
from counterfoil import desktop, opening
from counterfoil.presentation.words import counter

def say(window):
    menu = [one.text() for one in QLineEdit(window).createStandardContextMenu().actions()]
    print(counter.SAVING, any("Kopieer" in one for one in menu))

def begin(face, kept):
    say(face.window)
    if counter.SAVING == "Saving…":
        face.pages.choose_language("af")
        say(face.window)
    face.window.close_requested.emit()

desktop.begin = begin
raise SystemExit(opening.open_window(Path(sys.argv[1]), None))
"""


@contextmanager
def spoken(catalogue: Catalogue) -> Iterator[None]:
    """Let the whole till speak a language until the block ends."""
    use(catalogue)
    try:
        yield
    finally:
        use(ENGLISH)


THEIR_OWN = re.compile(
    r"1Voucher|Blu Voucher|Centre Gift Card|Gift cards|HeroTill|Kopano Points|Loyalty|Mall & Beyond"
    r"|OTT|Vouchers|Voucher PIN|Mobile number|Change voucher is also sent here by SMS"
    r"|Redeem all or part\. The rest comes back as a change voucher\.|Corner Shop|Till 3|Thandi M\."
    r"|Printer ready|Counterfoil|Shift\+F\d|Esc|Enter"
)
"""What providers, shop and people are called, what the printer of the test says, and keys."""
PAGES = (
    (),
    (Qt.Key.Key_F3,),
    (Qt.Key.Key_F6,),
    (Qt.Key.Key_F6, Qt.Key.Key_F6),
    (Qt.Key.Key_F6, Qt.Key.Key_F6, Qt.Key.Key_F6),
    (Qt.Key.Key_F7,),
    (Qt.Key.Key_F7, Qt.Key.Key_F7),
    (Qt.Key.Key_F1,),
    (Qt.Key.Key_F8,),
)


def _texts(till: WindowTill) -> Iterator[str]:
    for one in till.window.findChildren(QWidget):
        if one.isVisible():
            yield one.text() if isinstance(one, QLabel) else one.accessibleName()
        if one.isVisible() and isinstance(one, QTableView):
            model = one.model()
            across = Qt.Orientation.Horizontal
            yield from (str(model.headerData(at, across)) for at in range(model.columnCount()))


def unsaid(text: str) -> str:
    """Return what of a text never went through `say`."""
    rest = re.sub(r"\[[^\[\]]*\]", "", re.sub(r"\[[^\[\]]*\]", "", text))
    return "".join(re.findall(r"[^\W\d_]{2,}", THEIR_OWN.sub("", rest)))


@pytest.mark.parametrize("keys", PAGES)
async def test_every_word_on_a_page_is_said(keys: tuple[Qt.Key, ...]) -> None:
    """In a language that nobody speaks, all that is in plain letters is somebody's own name."""
    with spoken(marked):
        async with open_window() as till:
            for key in keys:
                till.press(key)
                await till.settle()
            assert {text for text in _texts(till) if unsaid(text)} == set()


def test_a_word_that_is_not_said_is_found() -> None:
    """The control."""
    assert (unsaid("Time"), unsaid("[Ťímé~~] and")) == ("Time", "and")
    assert unsaid("[Ťímé~~]") == unsaid("1Voucher") == unsaid("[[Úsé~~] fóř R19.00~~]") == ""


async def test_a_language_that_is_read_from_the_right_mirrors_the_window() -> None:
    """The types stand at the right, the slip at the left, and nothing lies outside."""
    QGuiApplication.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    try:
        with spoken(marked):
            async with open_window() as till:
                window = till.window
                middle = window.width() // 2
                find = till.visible("find")
                assert find.mapTo(window, find.rect().center()).x() > middle
                for one in window.findChildren(QLabel):
                    if one.isVisible() and one.text():
                        at = QRect(one.mapTo(window, one.rect().topLeft()), one.size())
                        assert window.rect().contains(at), one.text()
    finally:
        QGuiApplication.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


def _run(folder: Path) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", CHOSEN, str(folder)],
        capture_output=True,
        encoding="utf-8",
        timeout=30,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_a_language_is_spoken_at_once_and_at_the_next_start(tmp_path: Path) -> None:
    """Nobody is at the till yet; Qt's own menus come from the same catalogue."""
    assert _run(tmp_path) == ["Saving… False", "Stoor… True"]
    assert _run(tmp_path) == ["Stoor… True"]


def test_a_kept_language_that_there_is_not_is_as_if_none_were_kept(tmp_path: Path) -> None:
    """Another version may have spoken it."""
    LookMemory(tmp_path / "training").keep_language("tlh")
    assert _run(tmp_path)[0] == "Saving… False"


async def test_the_menu_has_each_language_by_its_own_name() -> None:
    """Whoever cannot read the present language finds theirs."""
    async with open_window() as till:
        chosen: list[str] = []
        till.pages.till_language_chosen.connect(chosen.append)
        till.press(Qt.Key.Key_F10)
        till.click("language-zu")
        assert chosen == ["zu"]


async def test_a_window_that_is_made_in_a_language_speaks_it() -> None:
    """Its pages, made now and later."""
    with spoken(translations(Language.AFRIKAANS)):
        async with open_window() as till:
            till.press(Qt.Key.Key_F10)
            assert till.visible("menu-back").accessibleName().startswith("Terug")


async def test_what_is_on_a_voucher_is_told_in_the_language_of_the_window() -> None:
    """The word beside the amount as well, which is the till's and not the provider's."""
    with spoken(translations(Language.AFRIKAANS)):
        async with played("told") as till:
            assert till.counter.screen().balance[0].label == "Saldo"


def test_what_qt_says_comes_from_the_catalogue() -> None:
    """What is not in it stays as Qt has it."""
    with spoken(translations(Language.AFRIKAANS)):
        assert QtWords().translate("QWidgetTextControl", "Select All") == "Kies alles"
        assert QtWords().translate("QShortcut", "Ctrl") == "Ctrl"


def test_a_language_is_kept(tmp_path: Path) -> None:
    """Beside the theme, in the till's folder."""
    LookMemory(tmp_path).keep_language("xh")
    assert LookMemory(tmp_path).recall().language == "xh"
