"""Hands at a till's window, which count what they do."""

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from counterfoil.domain.states import RedemptionState
from counterfoil.ui.widgets.keypad import Keypad
from support.scanner import Scanner
from support.window import WindowTill

_PADS = ("number-pad", "keypad")
"""That of a page over the work stands before that of the counter."""


@dataclass(slots=True)
class Hands:
    """Counts keys, clicks (which are touches, too) and scans."""

    till: WindowTill
    keys: int = 0
    clicks: int = 0
    scans: int = 0

    def type(self, text: str) -> None:
        """Type, a line break as Enter."""
        for letter in text:
            self.press(Qt.Key.Key_Return) if letter == "\n" else self._letter(letter)

    def _letter(self, letter: str) -> None:
        QTest.keyClicks(self.till.keyboard(), letter)
        self.keys += 1

    def press(self, *keys: Qt.Key) -> None:
        """Press keys, one after the other."""
        for key in keys:
            self.till.press(key)
            self.keys += 1

    def press_with_shift(self, key: Qt.Key) -> None:
        """Press a key while Shift is held, which counts as one."""
        QTest.keyClick(self.till.keyboard(), key, Qt.KeyboardModifier.ShiftModifier)
        self.keys += 1

    def scan(self, code: str) -> None:
        """Scan a voucher."""
        Scanner(self.till.window).scan(code)
        self.scans += 1

    def click(self, name: str) -> None:
        """Click something by its name."""
        self.till.click(name)
        self.clicks += 1

    def tap(self, digits: str) -> None:
        """Click digits on the keys that are in front."""
        for digit in digits:
            self.touch_key(digit)

    def touch_key(self, name: str) -> None:
        """Click one of the keys that are in front: a digit, or ``backspace``."""
        pads = [one for one in self.till.window.findChildren(Keypad) if one.isVisible()]
        pad = min(pads, key=lambda one: _PADS.index(one.objectName()))
        QTest.mouseClick(pad.key_named(name), Qt.MouseButton.LeftButton)
        self.clicks += 1

    async def until_green(self) -> int:
        """Wait for HAND OVER NOW, and return how many keys it took."""
        await self.till.until_result()
        shown = self.till.counter.shown
        assert shown is not None
        assert shown.state is RedemptionState.FINAL
        await self.till.ready_to_answer()
        return self.keys
