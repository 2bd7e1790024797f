"""What the window costs: a key stroke, another form, many types, a redemption; over fakes."""

import asyncio
import time
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFormLayout, QLabel, QLineEdit, QWidget
from typing_extensions import override

from bench.measuring import Row, median_ms
from counterfoil.domain.offer import Offer
from counterfoil.presentation.screens import CounterScreen
from support.gateways import ScriptedGateway
from support.till import approved
from support.window import ONE_VOUCHER, OTT, TYPES, WindowTill, open_window

_TIMES = 25
_REDEMPTIONS = 15
_OFFERS = 5


async def rows() -> list[Row]:
    """Measure the window beside the plainest window of Qt that does the same."""
    gateway = ScriptedGateway(types=TYPES, otherwise=approved(500, change=None))
    async with open_window(gateway) as till:
        paints = _Paints(till.window)
        key, form = await _key_ms(till, paints), await _form_ms(till, paints)
        few, many = [await _offer_ms(till, paints, count) for count in (3, 200)]
        till.counter.offer(Offer(TYPES, None, is_fresh=True))
        green = await _green_ms(till, paints)
    bare = _Bare()
    return [
        Row(what="a key stroke", floor=await bare.key_ms(), ours=key, goal=3),
        Row(what="another form", floor=await bare.form_ms(), ours=form, goal=3),
        Row(what="200 types, to 3", floor=few, ours=many, goal=2.5),
        # Nothing is on a network or a disk here, so all of it is our own: against 50 ms themselves.
        Row(what="F12 to green, to 50 ms", floor=50, ours=green, goal=1),
    ]


class _Bare:
    """A window with two forms of five boxes, with a line below each that counts what is typed.

    Without that line a key would change its box alone, and no word on the screen: no form that says
    what is still missing does so little. Labels, layouts and painting are Qt's own.
    """

    def __init__(self) -> None:
        self._window = QWidget()
        self._window.resize(1366, 768)
        layout = QFormLayout(self._window)
        self._forms = [_plain_form(), _plain_form()]
        for form in self._forms:
            layout.addRow(form)
        self._forms[1].hide()
        self._paints = _Paints(self._window)
        self._window.show()

    async def key_ms(self) -> float:
        """Return how long a key takes that is typed into a box."""
        self._window.activateWindow()
        return await _typing_ms(self._forms[0].findChildren(QLineEdit)[0], self._paints)

    async def form_ms(self) -> float:
        """Return how long it takes to show the other form."""

        async def switch() -> None:
            for form in self._forms:
                form.setVisible(form.isHidden())
            await self._paints.next()

        return await median_ms(switch, _TIMES)


def _plain_form() -> QWidget:
    form = QWidget()
    layout = QFormLayout(form)
    for number in range(5):
        box, below = QLineEdit(), QLabel("16 digits")
        _ = box.textEdited.connect(partial(_count, below))
        layout.addRow(f"Line {number}", box)
        layout.addRow("", below)
    return form


def _count(below: QLabel, typed: str) -> None:
    below.setText(f"{len(typed)} of 16 digits")


class _Paints(QObject):
    """Tells when a window has painted what had changed in it."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._happened = asyncio.Event()
        window.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.UpdateRequest:
            self._happened.set()
        return False

    async def next(self) -> None:
        """Wait until the window has painted again; it goes on after that."""
        self._happened.clear()
        _ = await self._happened.wait()


async def _typing_ms(box: QWidget, paints: _Paints) -> float:
    box.setFocus(Qt.FocusReason.MouseFocusReason)

    async def type_one() -> None:
        QTest.keyClick(box, Qt.Key.Key_1)
        await paints.next()
        QTest.keyClick(box, Qt.Key.Key_Backspace)
        await paints.next()

    return await median_ms(type_one, _TIMES) / 2


async def _key_ms(till: WindowTill, paints: _Paints) -> float:
    till.window.activateWindow()
    till.counter.choose(ONE_VOUCHER.id)
    await paints.next()
    till.type_into("field-pin", "1115")
    return await _typing_ms(till.box("field-pin"), paints)


async def _form_ms(till: WindowTill, paints: _Paints) -> float:
    chosen = [ONE_VOUCHER.id, OTT.id]

    async def switch() -> None:
        till.counter.choose(chosen[0])
        chosen.reverse()
        await paints.next()

    return await median_ms(switch, _TIMES)


async def _offer_ms(till: WindowTill, paints: _Paints, count: int) -> float:
    def offered(mark: int) -> Offer:
        many = (
            replace(ONE_VOUCHER, id=f"vouchers.type{mark}-{number}", name=f"Type {number}")
            for number in range(count)
        )
        return Offer(tuple(many), None, is_fresh=True)

    # Made before it is measured: who makes them otherwise is a provider.
    offers = iter([offered(mark) for mark in range(_OFFERS + 1)])

    async def offer() -> None:
        till.counter.offer(next(offers))
        await paints.next()

    return await median_ms(offer, _OFFERS)


async def _green_ms(till: WindowTill, paints: _Paints) -> float:
    """Return the median from F12 to a green screen that is painted.

    The screen itself says that it is green: a loop that asks again and again would take turns from
    the till, and would measure itself.
    """
    taken: list[float] = []
    is_green = asyncio.Event()

    def look(screen: CounterScreen) -> None:
        if screen.result is not None and screen.result.banner.is_hand_over:
            is_green.set()

    _ = till.counter.changed.connect(look)
    for number in range(_REDEMPTIONS):
        till.counter.choose(ONE_VOUCHER.id)
        till.press(Qt.Key.Key_F2)
        till.fill(pin=f"11156840000{number:05d}", amount="5")
        await paints.next()
        is_green.clear()
        began = time.perf_counter()
        till.press(Qt.Key.Key_F12)
        _ = await is_green.wait()
        await paints.next()
        taken.append((time.perf_counter() - began) * 1000)
        await till.ready_to_answer()
    return sorted(taken)[len(taken) // 2]
