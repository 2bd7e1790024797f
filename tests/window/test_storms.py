"""Storms of keys, scans and focus: two thousand events a run, and one redemption each."""

import asyncio
import itertools
import os
import random  # noqa: TID251 - seeded, so that a test can repeat it
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from counterfoil.domain.states import RedemptionState
from counterfoil.ports.gateway import Balance
from counterfoil.ui import theme
from counterfoil.ui.theme import ThemeName
from support.canary import CANARY_PIN
from support.gateways import ScriptedGateway
from support.till import approved
from support.window import TYPES, WindowTill, open_window

EVENTS = int(os.environ.get("COUNTERFOIL_STORM_EVENTS", "500"))
"""In each of the four storms."""
SEEDS = range(4)
SCAN_GAP_MS = 2
NONE = Qt.KeyboardModifier.NoModifier
BOXES = ("field-pin", "field-phone_number", "amount")
WILD = (
    Qt.Key.Key_Return,
    Qt.Key.Key_Return,
    Qt.Key.Key_F12,
    Qt.Key.Key_F12,
    Qt.Key.Key_F11,
    Qt.Key.Key_F2,
    Qt.Key.Key_F3,
    Qt.Key.Key_Escape,
    Qt.Key.Key_Space,
    Qt.Key.Key_Tab,
    Qt.Key.Key_Backspace,
    Qt.Key.Key_9,
)


@pytest.fixture(autouse=True)
def _light(qapp: QApplication) -> Iterator[None]:
    """Begin and end in the light theme, without motion."""
    theme.apply_theme(qapp, ThemeName.LIGHT, motion=False)
    yield
    theme.apply_theme(qapp, ThemeName.LIGHT)


@dataclass(slots=True)
class Hands:
    """What people and their scanner do to the window, counted in events."""

    till: WindowTill
    chance: random.Random
    at_ms: int = 10_000
    events: int = 0
    _keys: Iterator[int] = field(default_factory=itertools.count)

    def do_something(self) -> None:
        """Do one of the things that happen at a counter."""
        deed = self.chance.choice(
            (self.scan, self.press, self.press, self.hold_enter, self.lose_focus, self.click)
        )
        deed()

    def send(self, box: QWidget, key: Qt.Key, text: str, *, is_repeat: bool = False) -> None:
        """Send one key press with a time of its own, as the system does."""
        event = QKeyEvent(QEvent.Type.KeyPress, key.value, NONE, text, autorep=is_repeat)
        event.setTimestamp(self.at_ms)
        QApplication.sendEvent(box.window().windowHandle(), event)
        self.events += 1

    def focused(self) -> QWidget:
        """Return whatever would get a key now."""
        return QApplication.focusWidget() or self.till.window

    def scan(self) -> None:
        """Scan the voucher into whatever has the cursor: 16 digits in 40 ms, and Enter twice."""
        target = self.focused()
        for digit in CANARY_PIN:
            self.send(target, Qt.Key(ord(digit)), digit)
            self.at_ms += SCAN_GAP_MS
        for _ in range(2):
            self.send(self.focused(), Qt.Key.Key_Return, "\r")
            self.at_ms += SCAN_GAP_MS
        self.at_ms += self.chance.choice((100, 400, 5_000))

    def press(self) -> None:
        """Press a key."""
        self.till.press(self.chance.choice(WILD))
        self.at_ms += self.chance.choice((5, 60, 300))
        self.events += 1

    def hold_enter(self) -> None:
        """Lean on Enter or F12."""
        key, text = self.chance.choice(((Qt.Key.Key_Return, "\r"), (Qt.Key.Key_F12, "")))
        for number in range(12):
            self.send(self.focused(), key, text, is_repeat=number > 0)
            self.at_ms += 30

    def lose_focus(self) -> None:
        """Let another program take the keyboard, and give it back somewhere else."""
        for kind in (QEvent.Type.FocusOut, QEvent.Type.FocusIn):
            reason = Qt.FocusReason.ActiveWindowFocusReason
            QApplication.sendEvent(self.focused(), QFocusEvent(kind, reason))
            self.events += 1
        name = self.chance.choice(BOXES)
        if self.till.has(name):
            self.till.box(name).setFocus(Qt.FocusReason.MouseFocusReason)

    def serve(self) -> None:
        """Fill the form as it should be filled, and press once."""
        if self.till.has("field-pin") and self.till.has("amount"):
            for name in ("field-pin", "amount"):
                self.till.box(name).type_nothing()
            self.till.fill(pin=CANARY_PIN)
            self.till.press(Qt.Key.Key_F12)
            self.events += len(CANARY_PIN) + 6

    def click(self) -> None:
        """Click the money button twice."""
        if self.till.has("primary"):
            QTest.mouseDClick(self.till.visible("primary"), Qt.MouseButton.LeftButton)
            self.events += 3


@pytest.mark.fault("H1", "H2")
@pytest.mark.parametrize("seed", SEEDS)
async def test_a_storm_makes_one_redemption(seed: int) -> None:
    """While the answer is awaited nothing that is pressed, held or scanned asks a second time."""
    upstream = ScriptedGateway(types=TYPES, otherwise=approved(change=None))
    upstream.gate = asyncio.Event()
    async with open_window(upstream) as till:
        hands = Hands(till, random.Random(seed))  # noqa: S311 - a test repeats it
        till.fill(pin=CANARY_PIN)
        till.click("primary")
        QTest.mouseDClick(till.visible("primary"), Qt.MouseButton.LeftButton)
        till.press(Qt.Key.Key_F12)
        while hands.events < EVENTS:
            hands.do_something()
            if hands.chance.random() < 0.1:
                await till.settle()
        await till.until_result()
        assert hands.events >= EVENTS
        (redemption,) = await till.redemptions()
        assert redemption.state is RedemptionState.INFLIGHT
        assert len(upstream.asks) == 1
        upstream.gate.set()
        await till.settle()
        (redemption,) = await till.redemptions()
        assert redemption.state is RedemptionState.FINAL
        sale = await till.journal.sale(redemption.sale_id)
        assert sale is not None
        assert sale.paid_cents == 1900


@pytest.mark.fault("H1", "H2")
@pytest.mark.parametrize("seed", SEEDS)
async def test_a_storm_over_a_form_loses_and_doubles_nothing(seed: int) -> None:
    """Whatever is sent was in the form, one redemption at a time, and no voucher twice."""
    balances = [Balance(amount_cents=5000, currency="ZAR")] * EVENTS
    upstream = ScriptedGateway(types=TYPES, otherwise=approved(change=None), balances=balances)
    async with open_window(upstream) as till:
        hands = Hands(till, random.Random(1_000 + seed))  # noqa: S311 - a test repeats it
        hands.serve()
        await till.until_result()
        while hands.events < EVENTS:
            hands.do_something()
            if hands.chance.random() < 0.3:
                await till.settle()
            if hands.chance.random() < 0.2:
                hands.serve()
        hands.serve()
        await till.until(lambda: not till.counter.is_busy)
        await till.pass_time(5)
        found = await till.redemptions()
        assert len(upstream.asks) == len(found)
        assert len({one.id for one in found}) == len(found)
        requests = [ask.request for ask in upstream.asks]
        assert len(set(requests)) == len(requests)
        for one in found:
            sale = await till.journal.sale(one.sale_id)
            assert sale is not None
            assert sale.due_cents is None or sale.paid_cents <= sale.due_cents
        if till.has("amount"):
            assert CANARY_PIN not in till.box("amount").value()
        assert found, "somebody was served before the storm"
