"""The fonts that are shipped: the same widths and the same pixels on every machine."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QRawFont
from PySide6.QtWidgets import QApplication

import counterfoil
from counterfoil.ui.theme.faces import MONO, SANS, make_font

DRAW_EVERY_ROLE = """
import hashlib
from PySide6.QtGui import QFontMetricsF, QImage, QPainter
from counterfoil.ui.application import make_application
from counterfoil.ui.theme import Role
from counterfoil.ui.theme.type_roles import font_for

application = make_application()
for role in Role:
    font = font_for(role)
    image = QImage(900, 90, QImage.Format.Format_RGB32)
    image.fill(0xFFFFFFFF)
    painter = QPainter(image)
    painter.setFont(font)
    painter.drawText(4, 60, "R1,234.50 Hamburgefonstiv")
    painter.end()
    width = QFontMetricsF(font).horizontalAdvance("R1,234.50 Hamburgefonstiv")
    print(role, width, hashlib.sha256(image.constBits()).hexdigest())
"""

MACHINE = """<fontconfig>
  <dir>{folder}</dir>
  <match target="font">
    <edit name="hintstyle" mode="assign"><const>{hinting}</const></edit>
  </match>
  <match target="pattern">
    <edit name="hintstyle" mode="assign"><const>{hinting}</const></edit>
  </match>
</fontconfig>"""


def drawn_on(machine: Path, folder: Path | str, hinting: str) -> list[str]:
    """Return what each role looks like where only the fonts of a folder are installed."""
    machine.write_text(MACHINE.format(folder=folder, hinting=hinting))
    done = subprocess.run(
        [sys.executable, "-c", DRAW_EVERY_ROLE],
        env={**os.environ, "FONTCONFIG_FILE": str(machine), "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()


@pytest.mark.skipif(sys.platform != "linux", reason="only there fontconfig decides it")
def test_words_are_as_wide_on_a_machine_without_fonts_as_on_any_other(tmp_path: Path) -> None:
    """Neither the fonts of a machine nor how it smooths them change a width or a pixel."""
    bare = drawn_on(tmp_path / "bare.conf", tmp_path / "none", "hintnone")
    usual = drawn_on(tmp_path / "usual.conf", "/usr/share/fonts", "hintfull")
    assert len(bare) > 30
    assert bare == usual


def test_every_sign_that_our_own_words_use_is_in_the_fonts(qapp: QApplication) -> None:
    """No dash, dot or arrow of ours is drawn as an empty box where nothing else is installed."""
    faces = [QRawFont.fromFont(make_font(family)) for family in (SANS, MONO)]
    missing = {
        sign
        for sign in signs_of_our_words()
        if not any(face.supportsCharacter(ord(sign)) for face in faces)
    }
    assert missing == set()


def signs_of_our_words() -> set[str]:
    """Return every visible character beyond ASCII in the strings of presenters and views."""
    root = Path(counterfoil.__file__).parent
    files = [path for folder in ("presentation", "ui") for path in (root / folder).rglob("*.py")]
    texts = (
        node.value
        for path in files
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )
    return {sign for text in texts for sign in text if not sign.isascii() and sign.isprintable()}
