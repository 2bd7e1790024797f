"""The first act after a start."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from counterfoil.domain import rows as row
from counterfoil.domain.failures import VoucherInUseError
from counterfoil.domain.printing import PrintJob, PrintState
from counterfoil.domain.redemption import AttentionCause, Redemption
from counterfoil.domain.rows import Row
from counterfoil.domain.sale import Sale
from counterfoil.domain.secret import Secret
from counterfoil.domain.slip import SlipKind
from counterfoil.domain.states import TERMINAL, RedemptionState
from counterfoil.domain.verdict import UnknownCause
from counterfoil.ports.journal import Place
from counterfoil.service.recovery import Recovered, recover
from counterfoil.service.redeem import Intent
from support.clocks import SteppedClock
from support.gateways import ScriptedGateway
from support.till import TIME_OUT, USED, Till, WatchedJournal, approved, intent, open_till, prepared

S = RedemptionState


class Crash(BaseException):
    """The power fails; nothing of the till's own may catch it."""


async def crash_at(till: Till, state: RedemptionState, wanted: Intent | None = None) -> None:
    """Redeem, and let the power fail just before a redemption becomes this."""

    def check(rows: object) -> None:
        assert isinstance(rows, tuple)
        for one in rows:
            if isinstance(one, row.RedemptionChanged) and one.after.state is state:
                raise Crash

    till.journal.before_commit = check
    with pytest.raises(Crash):
        await till.redeemer.redeem(wanted or intent())
    till.journal.before_commit = lambda _: None


async def left_prepared(till: Till) -> None:
    """Crash between the writing and the sending."""
    await crash_at(till, S.INFLIGHT)


async def left_asking(till: Till) -> None:
    """Crash while the answer is under way."""
    await crash_at(till, S.APPROVED)


async def left_approved(till: Till) -> None:
    """Crash between the approval and the closing of the sale."""
    await crash_at(till, S.FINAL)


async def left_waiting(till: Till) -> None:
    """Stop between two attempts."""
    till.gateway.otherwise = TIME_OUT  # type: ignore[attr-defined]  # it is a ScriptedGateway
    till.gateway.script.clear()  # type: ignore[attr-defined]  # it is a ScriptedGateway
    await till.redeemer.redeem(intent())


async def left_declined(till: Till) -> None:
    """Stop after a refusal."""
    till.gateway.script[0] = USED  # type: ignore[attr-defined]  # it is a ScriptedGateway
    await till.redeemer.redeem(intent())


async def left_final(till: Till) -> None:
    """Stop after a payment."""
    await till.redeemer.redeem(intent())


Leave = Callable[[Till], Awaitable[None]]


async def found_after(
    leave: Leave, off: timedelta = timedelta(minutes=1)
) -> tuple[WatchedJournal, SteppedClock]:
    """Return the journal and the clock of a till that was left so, and is started again."""
    clock = SteppedClock(is_automatic=True)
    async with open_till(ScriptedGateway([approved()]), clock=clock) as till:
        await leave(till)
    clock.reboot(off=off)
    return till.journal.reopened(), clock


@pytest.mark.parametrize(
    ("leave", "off", "state", "is_changed"),
    [
        (left_prepared, timedelta(minutes=1), S.ABANDONED, True),
        (left_asking, timedelta(minutes=1), S.INFLIGHT, True),
        (left_asking, timedelta(hours=23), S.ATTENTION, True),
        (left_asking, timedelta(days=-1), S.ATTENTION, True),
        (left_waiting, timedelta(minutes=10), S.INFLIGHT, False),
        (left_waiting, timedelta(hours=30), S.ATTENTION, True),
        (left_approved, timedelta(minutes=1), S.UNCLAIMED, True),
        (left_declined, timedelta(minutes=1), S.DECLINED, False),
        (left_final, timedelta(minutes=1), S.FINAL, False),
    ],
    ids=lambda value: getattr(value, "__name__", str(value)),
)
async def test_each_redemption_is_brought_to_where_the_till_can_go_on(
    leave: Leave, off: timedelta, state: RedemptionState, is_changed: bool
) -> None:
    """The protocol's table for upstreams with a key, one line after the other."""
    journal, clock = await found_after(leave, off)
    recovered = await recover(journal, clock)
    (found,) = await journal.history(10)
    assert found.state is state
    assert recovered.changed == ((found,) if is_changed else ())
    assert recovered.open == ((found,) if state is S.INFLIGHT else ())
    if state is S.ATTENTION:
        assert found.attention is AttentionCause.WINDOW_PASSED


async def test_an_interrupted_attempt_gets_its_end() -> None:
    """Nobody knows whether it arrived; the redemption can be asked about again at once."""
    journal, clock = await found_after(left_asking)
    await recover(journal, clock)
    (found,) = await journal.history(10)
    (attempt,) = await journal.attempts(found.id)
    assert (attempt.outcome, attempt.cause) == ("unknown", UnknownCause.INTERRUPTED)
    assert not found.is_being_asked
    assert found.next_due_at == clock.now().wall


LEFT: list[Leave] = [
    left_prepared,
    left_asking,
    left_waiting,
    left_approved,
    left_declined,
    left_final,
]


@pytest.mark.parametrize("leave", LEFT, ids=lambda leave: leave.__name__)
async def test_recovering_five_times_does_what_recovering_once_did(leave: Leave) -> None:
    """P2, I20: not a row more, however much later the next start is."""
    journal, clock = await found_after(leave)
    await recover(journal, clock)
    books = await journal.history(10)
    commits = len(journal.commits)
    for _ in range(4):
        clock.reboot(off=timedelta(minutes=7))
        again = await recover(journal, clock)
        assert again.changed == ()
    assert len(journal.commits) == commits
    assert await journal.history(10) == books


@pytest.mark.parametrize("leave", LEFT, ids=lambda leave: leave.__name__)
async def test_a_crash_inside_recovery_is_recovered_from(leave: Leave) -> None:
    """Each line of the table is one commit, so the next start goes on where this one stopped."""
    journal, clock = await found_after(leave)

    def fail(rows: object) -> None:
        raise Crash

    journal.before_commit = fail
    try:
        await recover(journal, clock)
    except Crash:
        journal = journal.reopened()
    await recover(journal, clock)
    (found,) = await journal.history(10)
    assert found.state in TERMINAL | {S.INFLIGHT, S.UNCLAIMED, S.FINAL}
    assert not found.is_being_asked


async def test_nothing_to_recover_is_nothing_done() -> None:
    """The first start of all."""
    journal = WatchedJournal()
    assert await recover(journal, SteppedClock()) == Recovered((), ())
    assert journal.commits == []


def job(redemption: Redemption, number: int, kind: SlipKind) -> PrintJob:
    """Return a paper that was counted."""
    return PrintJob(
        redemption_id=redemption.id,
        number=number,
        kind=kind,
        copy_number=0,
        queued_at=redemption.created_at,
        by="Thandi M.",
    )


@pytest.mark.parametrize(
    ("leave", "kind", "off"),
    [
        (left_final, SlipKind.ORIGINAL, timedelta(minutes=1)),
        (left_waiting, SlipKind.PENDING, timedelta(minutes=1)),
        (left_waiting, SlipKind.PENDING, timedelta(days=2)),
    ],
    ids=["final", "in doubt", "for a person"],
)
async def test_a_paper_that_was_interrupted_becomes_uncertain_once(
    leave: Leave, kind: SlipKind, off: timedelta
) -> None:
    """Some of it may have come out: a person must say. What was sent stays sent."""
    journal, clock = await found_after(leave, off)
    (found,) = await journal.history(10)
    sent, queued = job(found, 1, SlipKind.PENDING), job(found, 2, kind)
    moved: tuple[Row, ...] = (
        row.PrintQueued(sent),
        row.PrintMoved(PrintState.QUEUED, _in(sent, PrintState.SENT), clock.now().wall),
        row.PrintQueued(queued),
    )
    await journal.commit(moved)
    await recover(journal, clock)
    commits = len(journal.commits)
    await recover(journal, clock)
    assert len(journal.commits) == commits
    jobs = await journal.print_jobs(found.id)
    assert [one.state for one in jobs] == [PrintState.SENT, PrintState.UNCERTAIN]


async def test_a_copy_of_a_finished_slip_becomes_uncertain_too() -> None:
    """R5: a copy that a crash cut short is not shown as being printed for ever."""
    journal, clock = await found_after(left_final, timedelta(minutes=1))
    (found,) = await journal.history(10)
    first, copy = job(found, 1, SlipKind.ORIGINAL), job(found, 2, SlipKind.COPY)
    sent, at = _in(first, PrintState.SENT), clock.now().wall
    moved: tuple[Row, ...] = (
        row.PrintQueued(first),
        row.PrintMoved(PrintState.QUEUED, sent, at),
        row.PrintMoved(PrintState.SENT, _in(first, PrintState.CONFIRMED), at),
        row.PrintQueued(copy),
    )
    await journal.commit(moved)
    await recover(journal, clock)
    jobs = await journal.print_jobs(found.id)
    assert [one.state for one in jobs] == [PrintState.CONFIRMED, PrintState.UNCERTAIN]


_ALTERED = [
    "UPDATE redemption SET cashier = 'X' WHERE slip_number = 1",
    "UPDATE attempt SET started_at = 'X' WHERE slip_number = 1",
    "UPDATE sale SET due_cents = 1 WHERE sequence = 1",
    "UPDATE print_job SET queued_by = 'X' WHERE slip_number = 1",
]


@pytest.mark.fault("D5", "X4")
@pytest.mark.parametrize("statement", _ALTERED, ids=["redemption", "attempt", "sale", "paper"])
async def test_an_altered_record_stops_the_recovery_of_nothing_else(statement: str) -> None:
    """What it belongs to stays as it was found, its voucher stays locked, and the check tells."""
    clock = SteppedClock(is_automatic=True)
    async with open_till(ScriptedGateway(otherwise=approved()), clock=clock) as till:
        for pin in ("0000000000000001", "0000000000000002"):
            await crash_at(till, S.APPROVED, intent(pin=pin))
        second, first = await till.journal.history(9)
        for one in (first, second):
            await till.journal.commit((row.PrintQueued(job(one, 1, SlipKind.PENDING)),))
    clock.reboot(off=timedelta(minutes=1))
    journal = till.journal.reopened()
    journal.alter(statement)
    await recover(journal, clock)
    whole = await journal.redemption(second.id)
    assert whole is not None
    assert not whole.is_being_asked
    (paper,) = await journal.print_jobs(second.id)
    assert paper.state is PrintState.UNCERTAIN
    assert (await journal.check_some(Place())).damages
    with pytest.raises(VoucherInUseError):
        journal.write(*_again(first))


def _again(redemption: Redemption) -> tuple[Row, ...]:
    """Return another redemption of the same voucher, for a sale of its own."""
    sale = Sale(id="another", currency="ZAR", due_cents=1900, opened_at=redemption.created_at)
    fresh = prepared(fingerprint=redemption.fingerprint, sale_id=sale.id, slip_number=None)
    return row.SaleOpened(sale), row.RedemptionPrepared(fresh, Secret("made up"))


def _in(paper: PrintJob, state: PrintState) -> PrintJob:
    return PrintJob(
        redemption_id=paper.redemption_id,
        number=paper.number,
        kind=paper.kind,
        copy_number=paper.copy_number,
        state=state,
        queued_at=paper.queued_at,
        by=paper.by,
    )
