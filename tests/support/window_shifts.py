"""A shift in the till's window, in a process that may be killed: float, sales, cash, count and Z.

All of it is done by keys and clicks; only the rest of a sale from before a stop is taken as
``counterfoil shift rest`` does, in the same process. A button takes no key in its first moment:
here the till's clocks are set on by that, so that nobody waits for it.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt

from counterfoil.demo import Hand
from counterfoil.desktop import Face
from counterfoil.domain.redemption import Redemption
from counterfoil.domain.states import RedemptionState
from counterfoil.domain.tender import Tender, TenderKind
from counterfoil.presentation.screens import Act, Room, Stage
from counterfoil.presentation.shift_screen import ShiftStage
from counterfoil.service.commands import TakeRest
from support.killing import ahead_of
from support.shift_desks import pieces_of
from support.window_lives import DONE, finish_slips, ready, redeem
from support.window_story import (
    AT_Z,
    CLOSED,
    FLOAT_CENTS,
    FOUND_CENTS,
    OPENED,
    PAID_OUT,
    PAID_OUT_CENTS,
    PRINTED,
    REST,
    REST_CENTS,
    SALE,
    SOLD,
    Z_SHOWN,
)

if TYPE_CHECKING:
    from support.killing import Cashier, _Pipe

_ANSWERABLE = timedelta(seconds=0.7)
_HOME = frozenset({ShiftStage.CLOSED, ShiftStage.OPEN})
_WHY, _GIVEN_CENTS = "milk", 2_000


async def keep_shift(pipe: "_Pipe", face: Face, cashier: "Cashier") -> None:
    """Do what is left of a shift, and see that each of its slips came out."""
    hand = await ready(pipe, face, cashier)
    for name in cashier.shift:
        if (at := cashier.begin_at.get(name)) is not None:
            pipe.ahead = max(pipe.ahead, ahead_of(at))
        step = _close_beside if name == CLOSED and cashier.has_rival else _STEPS[name]
        await step(pipe, hand)
        pipe.mark(name)
    await _leave_shift(hand)
    await finish_slips(face, hand)
    pipe.mark(DONE)


async def _open(pipe: "_Pipe", hand: Hand) -> None:
    await _go_to_shift(pipe, hand)
    hand.type("shift-amount", _rands(FLOAT_CENTS))
    await _press(pipe, hand, Qt.Key.Key_F11, ShiftStage.OPEN)


async def _sell(pipe: "_Pipe", hand: Hand) -> None:
    """Sell with a voucher, unless its sale came back and was paid while the window opened."""
    if await _paid(hand):
        return
    await _leave_shift(hand)
    sold = await redeem(pipe, hand, SALE)
    assert sold.state is RedemptionState.FINAL, sold.state
    await hand.until_offered(Act.SLIP_COMPLETE)
    await _let_time_pass(pipe, hand)
    hand.press(Qt.Key.Key_F11)
    await hand.until(lambda: hand.screen.stage is Stage.QUESTION, "whose voucher is next")


async def _take_rest(pipe: "_Pipe", hand: Hand) -> None:
    """Take in cash what the voucher did not hold, after a stop as the command line does."""
    if hand.screen.stage is not Stage.QUESTION:
        (sold,) = await _paid(hand)
        tender = Tender(TenderKind.CASH, REST_CENTS, _GIVEN_CENTS)
        _ = await hand.face.till.run(TakeRest(sold.sale_id, (tender,)))
        return
    rests = hand.face.counter.rests
    await _let_time_pass(pipe, hand)
    hand.press(Qt.Key.Key_F9)
    await hand.until(lambda: rests.screen() is not None, "how the rest is paid")
    await _let_time_pass(pipe, hand)
    hand.type("rest-given", _rands(_GIVEN_CENTS))
    hand.click("rest-act")
    await hand.until(lambda: (asked := rests.screen()) is not None and asked.is_over, "the change")
    await _let_time_pass(pipe, hand)
    hand.click("rest-act")
    await hand.until(lambda: hand.screen.stage is Stage.FORM, "the next customer")


async def _paid(hand: Hand) -> list[Redemption]:
    rows = await hand.face.till.journal.history(9)
    return [one for one in rows if one.state is RedemptionState.FINAL]


async def _pay_out(pipe: "_Pipe", hand: Hand) -> None:
    await _go_to_shift(pipe, hand)
    hand.click("act-pay_out")
    await _at(pipe, hand, ShiftStage.MOVE)
    hand.type("shift-amount", _rands(PAID_OUT_CENTS))
    hand.type("shift-words", _WHY)
    await _press(pipe, hand, Qt.Key.Key_F11, ShiftStage.OPEN)


async def _close(pipe: "_Pipe", hand: Hand) -> None:
    """Count the drawer blind, and close the shift with its Z."""
    await _go_to_shift(pipe, hand)
    await _press(pipe, hand, Qt.Key.Key_F11, ShiftStage.COUNT)
    for value, count in pieces_of(FOUND_CENTS).items():
        hand.type(f"count-{value}", str(count))
    await _press(pipe, hand, Qt.Key.Key_F11, ShiftStage.COUNTED)
    pipe.mark(AT_Z)
    await _press(pipe, hand, Qt.Key.Key_F11, ShiftStage.REPORT)


async def _close_beside(pipe: "_Pipe", hand: Hand) -> None:
    """Close it, unless somebody else has meanwhile, wherever that is found out."""
    journal = hand.face.till.journal
    try:
        await _close(pipe, hand)
    except AssertionError:
        if await journal.open_shift() is not None:
            raise
        hand.press(Qt.Key.Key_Escape)
        await _at(pipe, hand, ShiftStage.CLOSED)
    else:
        pipe.mark(Z_SHOWN)


async def _print(pipe: "_Pipe", hand: Hand) -> None:
    """Print the Z in front of the cashier, or after a stop that of the earlier shift."""
    if hand.shift.stage is not ShiftStage.REPORT:
        await _go_to_shift(pipe, hand)
        hand.click("earlier-1")
        await _at(pipe, hand, ShiftStage.REPORT)
    journal = hand.face.till.journal
    (before,) = await journal.shifts(1)

    async def is_printed() -> bool:
        (kept,) = await journal.shifts(1)
        return kept.printed > before.printed and bool(hand.shift.can_press)

    hand.press(Qt.Key.Key_F9)
    await hand.until_told(is_printed, "the paper of the Z")


async def _go_to_shift(pipe: "_Pipe", hand: Hand) -> None:
    if hand.face.pages.room is not Room.SHIFT:
        hand.press(Qt.Key.Key_F7)
    await hand.until(lambda: hand.shift.stage in _HOME, "the page Shift")
    await _let_time_pass(pipe, hand)


async def _leave_shift(hand: Hand) -> None:
    hand.press(Qt.Key.Key_F2)
    await hand.until(lambda: hand.screen.stage is Stage.FORM, "the form")


async def _press(pipe: "_Pipe", hand: Hand, key: Qt.Key, stage: ShiftStage) -> None:
    hand.press(key)
    await _at(pipe, hand, stage)


async def _at(pipe: "_Pipe", hand: Hand, stage: ShiftStage) -> None:
    """Wait until a stage is shown and takes a press, or says what is wrong."""
    await hand.until(
        lambda: (hand.shift.stage is stage and hand.shift.can_press) or bool(hand.shift.error),
        f"the page Shift: {stage}",
    )
    assert hand.shift.stage is stage, hand.shift.error
    await _let_time_pass(pipe, hand)


async def _let_time_pass(pipe: "_Pipe", hand: Hand) -> None:
    pipe.ahead += _ANSWERABLE
    await hand.sleep(0)


def _rands(cents: int) -> str:
    return f"{cents / 100:.2f}"


_STEPS: Final[Mapping[str, Callable[["_Pipe", Hand], Awaitable[None]]]] = {
    OPENED: _open,
    SOLD: _sell,
    REST: _take_rest,
    PAID_OUT: _pay_out,
    CLOSED: _close,
    PRINTED: _print,
}
