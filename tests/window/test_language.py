"""The language of the window: chosen in its menu, kept, and spoken by one made anew."""

import subprocess
import sys
from pathlib import Path

from PySide6.QtCore import Qt

from counterfoil.adapters.languages import translations
from counterfoil.adapters.settings.look_memory import LookMemory
from counterfoil.domain.language import Language
from counterfoil.presentation.words.speaking import ENGLISH, use
from counterfoil.ui.qt_words import QtWords
from support.window import open_window

CHOSEN = """
import sys
from pathlib import Path
from PySide6.QtWidgets import QLineEdit
from counterfoil import desktop, opening
from counterfoil.presentation.words import counter

def begin(face, kept):
    menu = [one.text() for one in QLineEdit(face.window).createStandardContextMenu().actions()]
    print(counter.SAVING, any("Kopieer" in one for one in menu))
    if counter.SAVING == "Saving…":
        face.window.language_chosen.emit("af")
    else:
        face.window.close_requested.emit()

desktop.begin = begin
raise SystemExit(opening.open_window(Path(sys.argv[1]), None))
"""


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
    """The till opens again in it; Qt's own menus come from the same catalogue."""
    assert _run(tmp_path) == ["Saving… False", "Stoor… True"]
    assert _run(tmp_path) == ["Stoor… True"]


async def test_the_menu_has_each_language_by_its_own_name() -> None:
    """Whoever cannot read the present language finds theirs."""
    async with open_window() as till:
        chosen: list[str] = []
        till.window.language_chosen.connect(chosen.append)
        till.press(Qt.Key.Key_F10)
        till.click("language-zu")
        assert chosen == ["zu"]


async def test_a_window_that_is_made_in_a_language_speaks_it() -> None:
    """Its pages, made now and later."""
    use(translations(Language.AFRIKAANS))
    try:
        async with open_window() as till:
            till.press(Qt.Key.Key_F10)
            assert till.visible("menu-back").accessibleName().startswith("Terug")
    finally:
        use(ENGLISH)


def test_what_qt_says_comes_from_the_catalogue() -> None:
    """What is not in it stays as Qt has it."""
    use(translations(Language.AFRIKAANS))
    try:
        assert QtWords().translate("QWidgetTextControl", "Select All") == "Kies alles"
        assert QtWords().translate("QShortcut", "Ctrl") == "Ctrl"
    finally:
        use(ENGLISH)


def test_a_language_is_kept(tmp_path: Path) -> None:
    """A file with a language that there is not is as if it were not there."""
    LookMemory(tmp_path).keep_language("xh")
    assert LookMemory(tmp_path).recall().language is Language.ISIXHOSA
    (tmp_path / "look.json").write_text('{"language": "tlh"}', encoding="utf-8")
    assert LookMemory(tmp_path).recall().language is None
