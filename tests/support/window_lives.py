"""The till's window in a process that may be killed, and the cashier who works in it.

It is the shipped window on Qt's own loop, offscreen, opened by the window's composition root. It is
worked by keys and clicks alone; only a void and a settlement are asked for as ``counterfoil void``
and ``settle`` do, in the same process. Qt is loaded before the process is forked and begins in it.
"""

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt

from counterfoil import bootstrap, desktop
from counterfoil.bootstrap import Till
from counterfoil.cli import answering
from counterfoil.demo import Hand
from counterfoil.desktop import Face
from counterfoil.domain.offer import Offer
from counterfoil.domain.redemption import Redemption, VoidReason
from counterfoil.domain.settlement import CustomerGot, Evidence
from counterfoil.domain.settling import is_late_approval
from counterfoil.domain.staff import EVERYTHING, Actor
from counterfoil.domain.states import RedemptionState
from counterfoil.opening import open_window
from counterfoil.presentation.list_presenter import ListPresenter
from counterfoil.presentation.screens import Act, Room, Stage
from counterfoil.service.commands import SettleByHand, VoidRedemption
from support.killing import AT_ONCE, LATER

if TYPE_CHECKING:
    from support.killing import Cashier, _Pipe

READY, PRESSED, ANSWERED, DONE = "ready", "pressed", "answered", "done"
"""How far a cashier comes: the form is there, redeem was pressed, a result stands, all is done."""
_ANSWERABLE_S = 0.7
_SETTLE_MAX_S = 1.5
_LOOK_EVERY_S = 0.05
_NEXT = frozenset({Stage.FORM, Stage.QUESTION})
"""The next customer, or the question how the rest of a sale is paid."""
_OPEN = frozenset(
    {
        RedemptionState.PREPARED,
        RedemptionState.INFLIGHT,
        RedemptionState.APPROVED,
        RedemptionState.REVERSING,
    }
)


Work = Callable[["_Pipe", Face, "Cashier"], Awaitable[None]]
"""What a cashier does once the window is open."""


def live_in_window(
    pipe: "_Pipe", line: Sequence[str], cashier: "Cashier", work_of: Work | None = None
) -> tuple[int, str]:
    """Open the window, let the cashier work, and return its exit code and what went wrong.

    They sell or wait, unless other work is given.
    """
    chosen = work_of or (_sell if cashier.type_id else _wait)
    options = dict(zip(line[::2], line[1::2], strict=True))
    begin = desktop.begin
    troubles: list[str] = []

    async def work(face: Face) -> None:
        try:
            await chosen(pipe, face, cashier)
        except Exception as error:  # noqa: BLE001 - told, and the window closes all the same
            troubles.append(f"{type(error).__name__}: {error}")
        finally:
            face.window.close_requested.emit()

    def begin_with_cashier(face: Face, kept: Offer | None = None) -> None:
        begin(face, kept)
        _ = face.till.owner.spawn(work(face), "cashier")

    vars(desktop)["begin"] = begin_with_cashier
    # Who is there may do everything, as where nobody signs in: no kill is about that.
    vars(bootstrap)["NOBODY"] = Actor("Thandi M.", EVERYTHING)
    visits = answering.load if cashier.has_rival else None
    places = Path(options["--data-dir"]), Path(options["--settings"])
    code = open_window(*places, load_visits=visits)
    return code, "\n".join(troubles)


async def ready(pipe: "_Pipe", face: Face, cashier: "Cashier") -> Hand:
    """Wait until the next customer can be served, and answer for the one that came back."""
    hand = Hand(face, Path())
    await hand.until(lambda: hand.screen.stage in {Stage.FORM, Stage.RESULT}, "the first page")
    if hand.screen.stage is Stage.RESULT:
        await _answer(hand, is_here=cashier.is_customer_here)
        await _leave_a_refusal(hand)
    await hand.until(lambda: hand.screen.stage in _NEXT, "the voucher types")
    pipe.mark(READY)
    return hand


async def _answer(hand: Hand, *, is_here: bool) -> None:
    """Say where the customer is of a sale that came back, and let its slip come out.

    Where that was said before a stop, only the slip is asked about.
    """
    await hand.until(
        lambda: bool(_offered(hand) & {Act.STILL_HERE, Act.SLIP_COMPLETE}) or _is_refused(hand),
        "the question",
    )
    await hand.sleep(_ANSWERABLE_S)
    if _is_offered(hand, Act.STILL_HERE):
        hand.press(Qt.Key.Key_F11 if is_here else Qt.Key.Key_F2)
        if not is_here:
            return
        await hand.until(
            lambda: _is_offered(hand, Act.SLIP_COMPLETE) or _is_refused(hand), "the slip"
        )
        await hand.sleep(_ANSWERABLE_S)
    if not _is_refused(hand):
        hand.press(Qt.Key.Key_F11)


def _is_offered(hand: Hand, act: Act) -> bool:
    return act in _offered(hand)


def _is_refused(hand: Hand) -> bool:
    """Whether another voucher is the proposed step; beside a question it may be had, too."""
    result = hand.screen.result
    proposed = [] if result is None else [one.act for one in result.buttons if one.is_primary]
    return proposed == [Act.NEW_VOUCHER]


async def _leave_a_refusal(hand: Hand) -> None:
    """Go on from a refusal that came before the question was answered, or while it was."""
    await hand.until(lambda: hand.screen.stage in _NEXT or _is_refused(hand), "the next customer")
    if _is_refused(hand):
        await hand.sleep(_ANSWERABLE_S)
        hand.press(Qt.Key.Key_F2)


async def leave(hand: Hand) -> None:
    """Say that the slip is whole once that is asked, and leave any other result.

    *Next customer* is offered while a slip still prints, and is no question about it. What is
    offered may change while somebody looks at it, and then they look again.
    """
    while hand.screen.stage is Stage.RESULT:
        await hand.until(lambda: not _is_printing(hand), "the slip")
        offered = _offered(hand)
        await hand.sleep(_ANSWERABLE_S)
        if _offered(hand) == offered:
            hand.press(Qt.Key.Key_F11 if Act.SLIP_COMPLETE in offered else Qt.Key.Key_F2)
            await hand.until(lambda: _offered(hand) != offered, "the next customer")  # noqa: B023
    await hand.until(lambda: hand.screen.stage is Stage.FORM, "the next customer")


def _is_printing(hand: Hand) -> bool:
    """Whether a sale is paid whose slip nobody can be asked about yet."""
    shown = hand.face.counter.shown
    is_paid = shown is not None and shown.state is RedemptionState.FINAL
    return is_paid and not _offered(hand) & {Act.SLIP_COMPLETE, Act.PRINT_AGAIN}


def _offered(hand: Hand) -> frozenset[Act]:
    """Return what may be done with the result; nothing where there is none."""
    result = hand.screen.result
    return frozenset(() if result is None else (one.act for one in result.buttons))


async def _sell(pipe: "_Pipe", face: Face, cashier: "Cashier") -> None:
    """Redeem one voucher, answer what the till asks about the slip, and leave."""
    hand = await ready(pipe, face, cashier)
    sold = await redeem(pipe, hand, cashier)
    if sold.state is RedemptionState.FINAL and cashier.voids == AT_ONCE:
        await _void(face, sold.id, cashier)
    await leave(hand)
    if sold.state is RedemptionState.FINAL and cashier.voids == LATER:
        await _settle(face, hand)
        await _void(face, sold.id, cashier)
    if cashier.settles_as:
        await _settle(face, hand)
        await _settle_by_hand(face, sold.id, Evidence(cashier.settles_as))
        if cashier.gives:
            await _void(face, sold.id, cashier)
    if cashier.voids:
        await _settle(face, hand)
    pipe.mark(DONE)


async def redeem(pipe: "_Pipe", hand: Hand, cashier: "Cashier") -> Redemption:
    """Redeem a voucher, and return what became of it."""
    hand.click(f"tile-{cashier.type_id}")
    await hand.fill(cashier.typed)
    if cashier.amount:
        hand.type("amount", cashier.amount)
    else:
        hand.click("whole-value")
        await hand.until(
            lambda: hand.screen.amount is not None and hand.screen.amount.is_whole,
            "the whole value to be chosen",
        )
    pipe.mark(PRESSED)
    hand.press(Qt.Key.Key_F12)
    await hand.until(lambda: hand.screen.stage is Stage.RESULT, "the redemption to begin")
    await hand.until_offered(
        Act.SLIP_COMPLETE, Act.CORRECT_ENTRY, Act.NEW_VOUCHER, Act.PRINT_PENDING
    )
    pipe.mark(ANSWERED)
    return hand.redemption


async def _void(face: Face, redemption_id: str, cashier: "Cashier") -> None:
    given = CustomerGot.CASH if cashier.gives else None
    _ = await face.till.run(VoidRedemption(redemption_id, VoidReason.GOODS_RETURNED, given))


async def _settle_by_hand(face: Face, redemption_id: str, evidence: Evidence) -> None:
    """Settle it by what the provider says, where the till leaves it to a person."""
    if not (await face.till.settlements.dossier(redemption_id)).can_settle:
        return
    if evidence is Evidence.TAKEN and is_late_approval(await _stored(face, redemption_id)):
        used = SettleByHand(redemption_id=redemption_id, evidence=evidence, got=CustomerGot.GOODS)
        _ = await face.till.run(used)
        return
    wanted = SettleByHand(
        redemption_id=redemption_id,
        evidence=evidence,
        said_by="their desk",
        provider_reference="RC 1042",
        got=CustomerGot.NOTHING,
        reason="asked by telephone",
    )
    _ = await face.till.run(wanted)


async def _stored(face: Face, redemption_id: str) -> Redemption:
    found = await face.till.journal.redemption(redemption_id)
    assert found is not None, "what was sold is in the journal"
    return found


async def _wait(pipe: "_Pipe", face: Face, cashier: "Cashier") -> None:
    """Let the till ask on in the background until nothing is open, for a while."""
    assert not cashier.typed
    hand = await ready(pipe, face, cashier)
    await _settle(face, hand)
    if cashier.finishes_slips:
        await finish_slips(face, hand)
    pipe.mark(DONE)


async def finish_slips(face: Face, hand: Hand) -> None:
    """Print each slip that waits, and say that it came out; nobody saw what came before a stop."""
    ledger = face.ledgers[Room.SLIPS]
    due = len(await face.till.journal.slips_to_finish())
    await hand.until(lambda: face.shell.screen().slips == due, "the slips to finish to be counted")
    face.shell.enter(Room.SLIPS)
    await ledger.load()
    assert len(ledger.screen().cards) == due, "what waits is not listed"
    for _ in range(due):
        chosen = ledger.screen().chosen
        if _asks(ledger):
            hand.press(Qt.Key.Key_F9)
            await hand.until(lambda: not _asks(ledger), "the slip to be printed again")
        hand.press(Qt.Key.Key_F9)
        await hand.until(lambda: _asks(ledger), "the slip")
        hand.press(Qt.Key.Key_F11)
        await hand.until(lambda was=chosen: ledger.screen().chosen != was, "the next slip")  # type: ignore[misc]  # bound at once
    face.shell.enter(Room.REDEEM)


def _asks(ledger: ListPresenter[Any]) -> bool:
    """Whether a person is asked about the slip of what is chosen."""
    detail = ledger.screen().detail
    return detail is not None and Act.SLIP_COMPLETE in {one.act for one in detail.buttons}


async def _settle(face: Face, hand: Hand) -> None:
    waited_s = 0.0
    while await _is_open(face.till) and waited_s < _SETTLE_MAX_S:
        await hand.sleep(_LOOK_EVERY_S)
        waited_s += _LOOK_EVERY_S


async def _is_open(till: Till) -> bool:
    rows = await till.journal.history(9)
    return any(one.state in _OPEN for one in rows) or bool(await till.journal.owed_advices())
