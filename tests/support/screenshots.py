"""Draw the screens and states of the till into pictures and contact sheets, for people to look at.

``packaging/pictures`` runs it. A picture is named by its state, theme, text size, size of the
window and language, such as ``filled-light-100-1366x768-en``; with words, only the pictures are
drawn whose names hold each of them. A sheet shows all pictures of one state in one language: a row
for each theme and text size, a column for each window.

What the widgets of a picture cut, cover or shorten is printed, and the command then fails.
"""

import argparse
import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import Final

from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from qasync import QEventLoop
from typing_extensions import override

from counterfoil.presentation.words.speaking import ENGLISH, Catalogue, speaking
from counterfoil.ui import theme
from counterfoil.ui.customer_window import CustomerWindow
from counterfoil.ui.theme import faces, type_roles
from counterfoil.ui.window import Window
from support.painted_text import faults_of
from support.pseudo import marked
from support.states import HELD, PLAYS, customers_see, is_training, played
from support.window import WindowTill

THEMES: Final = ("light", "dark", "contrast")
TEXT_SIZES: Final = (100, 200)
SIZES: Final = ((1024, 600), (1024, 768), (1366, 768), (1920, 1080))
LANGUAGES: Final[dict[str, tuple[Catalogue, Qt.LayoutDirection]]] = {
    "en": (ENGLISH, Qt.LayoutDirection.LeftToRight),
    "longer": (marked, Qt.LayoutDirection.LeftToRight),
    "rtl": (ENGLISH, Qt.LayoutDirection.RightToLeft),
}
"""How words are looked up, and from which side they are read.

The longer ones are two fifths longer than the English, with marks on their letters.
"""
THUMB: Final = 640
"""How wide a picture is on a contact sheet, in px."""
GAP: Final = 8


@dataclass(frozen=True)
class Look:
    """One way in which a state is drawn: the text size is in percent, the window in px."""

    theme: str
    text: int
    size: tuple[int, int]

    @override
    def __str__(self) -> str:
        width, height = self.size
        return f"{self.theme}-{self.text}-{width}x{height}"


LOOKS: Final = tuple(Look(*look) for look in product(THEMES, TEXT_SIZES, SIZES))


def take(name: str, look: Look) -> None:
    """Give the application the theme and text size of a look, still, unless it has them."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    now, scale, training = theme.current(), look.text / 100, is_training(name)
    has_it = (now.name, now.scale_asked, now.training) == (look.theme, scale, training)
    if now.motion or not has_it or not app.styleSheet():
        theme.apply_theme(app, look.theme, scale=scale, training=training, motion=False)


async def give(till: WindowTill, name: str, look: Look) -> None:
    """Give a window a look, and let it find its places."""
    take(name, look)
    till.window.resize(*look.size)
    await till.settle()


@asynccontextmanager
async def shown(name: str, look: Look) -> AsyncIterator[WindowTill]:
    """Play a state in an ordinary window, as it has all that is clicked, and give it a look."""
    take(name, replace(look, text=100))
    async with played(name) as till:
        await give(till, name, look)
        yield till


class Album:
    """Draws the wanted pictures into a folder, and counts what it drew and found."""

    def __init__(self, folder: Path, language: str, words: Sequence[str]) -> None:
        self._folder = folder
        self._language = language
        self._words = words
        self.drawn: dict[str, list[Path]] = {}
        self.faults: list[str] = []

    def wanted(self, name: str) -> tuple[Look, ...]:
        """Return the looks that a state is to be drawn in."""
        return tuple(
            look for look in LOOKS if all(w in self._picture(name, look) for w in self._words)
        )

    async def draw(self) -> None:
        """Draw the states of the till: each is played once, and looked at in every way."""
        for name in PLAYS:
            if looks := self.wanted(name):
                async with shown(name, looks[0]) as till:
                    for look in looks:
                        await give(till, name, look)
                        self._keep(name, look, till.window)

    def draw_customers(self) -> None:
        """Draw what the customer is shown."""
        for state, screen in customers_see().items():
            name = f"customer{state}"
            for look in self.wanted(name):
                take(name, look)
                window = CustomerWindow()
                window.resize(*look.size)
                window.render_screen(screen)
                window.show()
                self._keep(name, look, window)
                window.hide()

    def lay_sheets(self) -> Iterator[Path]:
        """Lay the pictures of each state on a sheet, and give where it is."""
        (self._folder / "sheets").mkdir(exist_ok=True)
        for name, paths in self.drawn.items():
            yield _laid(paths, self._folder / "sheets" / f"{name}-{self._language}.png")

    def _keep(self, name: str, look: Look, window: QWidget) -> None:
        picture = self._picture(name, look)
        path = self._folder / f"{picture}.png"
        self.faults += [f"{picture}: {fault}" for fault in faults_of(window)]
        if isinstance(window, Window) and name not in HELD:
            drawn = window.picture()
        else:
            drawn = window.grab()
        assert drawn.save(str(path)), f"{path} cannot be written"
        self.drawn.setdefault(name, []).append(path)

    def _picture(self, name: str, look: Look) -> str:
        return f"{name}-{look}-{self._language}"


def _laid(paths: Sequence[Path], sheet: Path) -> Path:
    columns = min(len(paths), len(SIZES))
    rows = [paths[at : at + columns] for at in range(0, len(paths), columns)]
    thumbs = [[_thumb(path) for path in row] for row in rows]
    heights = [max(one.height for one in row) + GAP for row in thumbs]
    whole = Image.new("RGB", (columns * (THUMB + GAP), sum(heights)), "#7f7f7f")
    for at, row in enumerate(thumbs):
        for column, one in enumerate(row):
            whole.paste(one, (column * (THUMB + GAP), sum(heights[:at])))
    whole.save(sheet)
    return sheet


def _thumb(path: Path) -> Image.Image:
    with Image.open(path) as picture:
        height = round(picture.height * THUMB / picture.width)
        return picture.convert("RGB").resize((THUMB, height), Image.Resampling.LANCZOS)


def _say(*lines: str) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))


def main() -> int:
    """Draw what the arguments ask for; return 1 if a text in it is not whole."""
    parser = argparse.ArgumentParser(prog="packaging/pictures", description=__doc__)
    parser.add_argument("folder", type=Path, help="where the pictures go")
    parser.add_argument("--sans", default=faces.SANS, help="another font for all but digits")
    parser.add_argument("--mono", default=faces.MONO, help="another font for codes and slips")
    parser.add_argument("words", nargs="*", help="what the names of the pictures must hold")
    asked = parser.parse_args()
    os.environ["TZ"] = "Africa/Johannesburg"
    time.tzset()
    asked.folder.mkdir(parents=True, exist_ok=True)
    app = QApplication(["pictures", "-style", theme.STYLE])
    app.setQuitOnLastWindowClosed(False)
    vars(type_roles).update(SANS=asked.sans, MONO=asked.mono)
    drawn, faults = 0, list[str]()
    for language, (catalogue, direction) in LANGUAGES.items():
        app.setLayoutDirection(direction)
        album = Album(asked.folder, language, asked.words)
        with speaking(catalogue), asyncio.Runner(loop_factory=lambda: QEventLoop(app)) as runner:
            runner.run(album.draw())
            album.draw_customers()
        sheets = len(list(album.lay_sheets()))
        drawn += sum(map(len, album.drawn.values()))
        faults += album.faults
        _say(f"{language}: {sheets} sheets", *album.faults)
    _say(f"{drawn} pictures, {len(faults)} texts that are not whole")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
