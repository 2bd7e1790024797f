"""Prints how long each place takes for the slowest hostile string.

Run it as ``PYTHONPATH=app:tests python -m support.hostile_times``.

Nothing here fails: a slow machine is no fault. More than 50 ms deserves a look.
"""

import json
import logging
import os
import sys
import time
from collections.abc import Callable, Iterable

from counterfoil.adapters.printing.slip_pdf import SlipPdf
from counterfoil.adapters.printing.symbols import ZxingSymbols
from counterfoil.adapters.system.logs import LineFormatter
from counterfoil.domain.slip import Pair, Slip, SlipKind, Text
from counterfoil.domain.slip_layout import lay_out
from counterfoil.domain.text import clean_text
from counterfoil.presentation.documents import type_document
from counterfoil.presentation.words.redemptions import type_line
from support.hostile import HOSTILE, huge
from support.hostile_types import type_called

Use = Callable[[str], object]


def _slip(word: str) -> Slip:
    return Slip(kind=SlipKind.ORIGINAL, lines=(Text(word), Pair(word, word)), number="03-1")


def _log(word: str) -> object:
    return LineFormatter().format(logging.LogRecord("counterfoil.x", 20, "x", 1, word, (), None))


def _command(word: str) -> object:
    one = type_called(word)
    return type_line(one), json.dumps(type_document(one))


def places() -> dict[str, Use]:
    """Return what each place does with a string as it comes out of the boundary."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtWidgets import QApplication

    from counterfoil.ui import theme
    from counterfoil.ui.theme import ThemeName
    from counterfoil.ui.widgets.label import PlainLabel
    from counterfoil.ui.widgets.tile import Tile

    application = QApplication.instance() or QApplication(["hostile"])
    assert isinstance(application, QApplication)
    theme.apply_theme(application, ThemeName.LIGHT, motion=False)
    drawing = SlipPdf(ZxingSymbols())
    drawing.draw(_slip("warm"), title="warm")

    def label(word: str) -> object:
        return PlainLabel(clean_text(word, 200), wrapped=True).grab()

    def tile(word: str) -> object:
        return Tile(clean_text(word, 40), "1V", "#4A5568").grab()

    def paper(word: str) -> object:
        return drawing.draw(_slip(clean_text(word, 200)), title="x")

    return {
        "boundary": lambda word: clean_text(word, 200),
        "discovery": type_called,
        "label": label,
        "tile": tile,
        "rows of a slip": lambda word: lay_out(_slip(clean_text(word, 200)), 42),
        "paper": paper,
        "log": _log,
        "command line": _command,
    }


def slowest(use: Use, words: Iterable[str]) -> tuple[float, str]:
    """Return the longest time in milliseconds, and the string it was spent on."""
    worst_ms, worst = 0.0, ""
    for word in words:
        began = time.perf_counter()
        use(word)
        took_ms = 1000 * (time.perf_counter() - began)
        if took_ms > worst_ms:
            worst_ms, worst = took_ms, word
    return worst_ms, worst


def main() -> None:
    """Print one line for each place."""
    for name, use in places().items():
        use("warm")
        took_ms, word = slowest(use, HOSTILE)
        mark = "more than 50 ms" if took_ms > 50 else ""
        _say(f"{name:<16} {len(HOSTILE)} strings, slowest {took_ms:7.2f} ms {mark} {word[:8]!a}")
    for name in ("boundary", "log"):
        took_ms, word = slowest(places()[name], huge())
        _say(f"{name:<16} 10 million characters, slowest {took_ms:7.2f} ms {word[:8]!a}")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    main()
