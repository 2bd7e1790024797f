"""A till on a screen, in a process of its own, for another process to read as a screen reader does.

It says ``ready`` when a voucher is typed in, redeems it when it is sent a line, says ``done``, and
ends with the next line.
"""

import asyncio
import sys

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from qasync import QEventLoop

from counterfoil.ui import theme
from support.canary import CANARY_PIN
from support.gateways import ScriptedGateway
from support.till import approved
from support.window import TYPES, open_window


async def play() -> None:
    """Play one sale, a line at a time."""
    async with open_window(ScriptedGateway([approved()], types=TYPES)) as till:
        till.fill(pin=CANARY_PIN)
        till.type_into("field-phone_number", "0825554567")
        await till.settle()
        await told("ready")
        till.press(Qt.Key.Key_F12)
        await till.until_result()
        await told("done")


async def told(word: str) -> None:
    """Say how far it is, and wait for a line."""
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.readline)


def main() -> None:
    """Show the window on the screen that there is."""
    app = QApplication(["heard-till", "-style", theme.STYLE])
    app.setQuitOnLastWindowClosed(False)
    theme.apply_theme(app, theme.ThemeName.LIGHT, motion=False)
    with asyncio.Runner(loop_factory=lambda: QEventLoop(app)) as runner:
        runner.run(play())


if __name__ == "__main__":
    main()
