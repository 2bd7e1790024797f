"""Tills that were broken on purpose, each in one piece: a simulation that misses one is blind.

A mutant is a context in which one function, port or habit is another; the engine around it is the
shipped one.
"""

import json
import sqlite3
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import zip_longest
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from counterfoil.adapters.journal import backups, restoring
from counterfoil.adapters.journal.backups import BackupChoice
from counterfoil.adapters.journal.integrity import watch as journal_watch
from counterfoil.adapters.journal.integrity.anchor import losses
from counterfoil.adapters.journal.restoring import Restored
from counterfoil.adapters.journal.sqlite_journal import SqliteJournal
from counterfoil.adapters.journal.storage import rules, writing
from counterfoil.adapters.journal.storage.queries import queries
from counterfoil.adapters.journal.storage.writing import Writer
from counterfoil.adapters.system.pins import ArgonPins
from counterfoil.adapters.upstream.electrum import advices as electrum_advices
from counterfoil.adapters.upstream.electrum import classify as electrum_classify
from counterfoil.adapters.upstream.electrum.gateway import ElectrumGateway
from counterfoil.adapters.upstream.exchange import Answered as HttpAnswered
from counterfoil.adapters.upstream.exchange import Outcome
from counterfoil.adapters.upstream.moment import classify as moment_classify
from counterfoil.adapters.upstream.moment.gateway import MomentGateway
from counterfoil.domain import (
    advising,
    audit,
    bookkeeping,
    forwarding,
    redeeming,
    retention,
    stepping,
)
from counterfoil.domain.advice import (
    Acknowledged,
    Advice,
    AdviceKind,
    AdviceState,
    AdviceVerdict,
    ReversalReason,
)
from counterfoil.domain.bookkeeping import Booked, BookedPage, Bookkeeper
from counterfoil.domain.books import Entry
from counterfoil.domain.causes.journal import Finding, HeldFault
from counterfoil.domain.forwarding import AdviceStep
from counterfoil.domain.money import Exact
from counterfoil.domain.printing import PrintJob, PrintState
from counterfoil.domain.redemption import AttemptKind, Redemption
from counterfoil.domain.retention import Holding, WhyKept
from counterfoil.domain.rows import (
    AdviceAttemptStarted,
    AdviceSettled,
    ConfirmationReplaced,
    PrintMoved,
    PrintQueued,
    RedemptionChanged,
    Row,
    SaleClosed,
    SaleMustBeOpen,
)
from counterfoil.domain.sale import Sale
from counterfoil.domain.secret import Secret
from counterfoil.domain.settling import SettledStep, settle
from counterfoil.domain.slip import Slip, SlipKind
from counterfoil.domain.staff import Actor
from counterfoil.domain.states import RedemptionState, SaleState
from counterfoil.domain.stepping import Answered, Ask, Event, Step
from counterfoil.domain.time import Instant
from counterfoil.domain.verdict import Approved, Declined, DeclineReason, UnknownCause, Verdict
from counterfoil.domain.voids import NotRefundedReason, NotVoidedReason, WhyNot
from counterfoil.domain.voucher_type import UpstreamKind
from counterfoil.ports.printer import PrintOutcome, Uncertain
from counterfoil.service import (
    approvals,
    forwarder,
    recovery,
    settlement_desk,
    shredding,
    slip_desk,
    void_desk,
)
from counterfoil.service.approvals import Approval, Approvals
from counterfoil.service.commands import Command, SettleByHand
from counterfoil.service.gate import Gate
from counterfoil.service.owing import AdviceComposer
from counterfoil.service.paper_keeping import PaperKeeping
from counterfoil.service.redeem import Redeemer
from counterfoil.service.settlement_desk import SettlementDesk
from counterfoil.service.slip_desk import SlipDesk
from simulation.staff import HABITS
from support import quick_journal

S = RedemptionState
K, A = UpstreamKind.KEYED, UpstreamKind.ADVISED

_NO = Declined(reason=DeclineReason.REFUSED)


@dataclass(frozen=True, slots=True)
class Mutant:
    """One broken till, by the name that the table prints."""

    name: str
    kind: UpstreamKind
    broken: Callable[[], AbstractContextManager[None]]


@contextmanager
def swapped(owner: object, name: str, value: object) -> Iterator[None]:
    """Let a name mean something else for as long as the context lasts."""
    was = getattr(owner, name)
    setattr(owner, name, value)
    try:
        yield
    finally:
        setattr(owner, name, was)


@contextmanager
def _both(*contexts: AbstractContextManager[None]) -> Iterator[None]:
    with ExitStack() as opened:
        for context in contexts:
            opened.enter_context(context)
        yield


# ---------------------------------------------------------------------------------------- answers


def _taken_for_no(*causes: UnknownCause, is_lookup: bool = False) -> AbstractContextManager[None]:
    """Take what proves nothing for a refusal."""
    original = stepping.believable

    def believe(redemption: Redemption, verdict: Verdict) -> Verdict:
        cause = getattr(verdict, "cause", None)
        is_meant = cause in causes and (not is_lookup or redemption.attempts > 1)
        return _NO if is_meant else original(redemption, verdict)

    return _both(
        swapped(redeeming, "believable", believe), swapped(advising, "believable", believe)
    )


def _trusting(module: Any) -> AbstractContextManager[None]:
    """Take any answer with status 200 for an approval."""
    original = module.classify

    def classify(outcome: Outcome, question: Any) -> Verdict:
        if not isinstance(outcome, HttpAnswered) or outcome.status != 200:
            verdict: Verdict = original(outcome, question)
            return verdict
        cents = question.amount.cents if isinstance(question.amount, Exact) else 1000
        return Approved(redeemed_cents=cents, upstream_id="rdm_1", upstream_version=9)

    return swapped(module, "classify", classify)


def _new_key() -> AbstractContextManager[None]:
    """Give each retry a key of its own."""
    original = MomentGateway.ask

    async def ask(
        self: MomentGateway, redemption: Redemption, kind: AttemptKind, request: Secret
    ) -> Verdict:
        if kind is AttemptKind.RESEND:
            key = f"{redemption.idempotency_key}-{redemption.attempts}"
            redemption = replace(redemption, idempotency_key=key)
        return await original(self, redemption, kind, request)

    return swapped(MomentGateway, "ask", ask)


def _ageless_key() -> AbstractContextManager[None]:
    """Resend whatever the age."""
    return swapped(redeeming, "REPLAY_WINDOW_S", 1e12)


# --------------------------------------------------------------------------------------- the order


def _persist_after_send() -> AbstractContextManager[None]:
    """Write that something is sent once the answer is there."""

    async def take(self: Any, redemption: Redemption, event: Event) -> Step:
        now = self._clock.now()
        taken: Step = await self._composer.step(redemption, event, now)
        if isinstance(event, Ask) and taken.effect is not None:
            self.unwritten = taken.rows
            return taken
        if isinstance(event, Answered):
            await self._journal.commit(self.unwritten)
        await self._journal.commit(taken.rows)
        self._notices.tell(taken.redemption)
        return taken

    return swapped(Redeemer, "_take", take)


def _show_before_persist() -> AbstractContextManager[None]:
    """Tell before it is written."""

    async def take(self: Any, redemption: Redemption, event: Event) -> Step:
        now = self._clock.now()
        taken: Step = await self._composer.step(redemption, event, now)
        self._notices.tell(taken.redemption)
        await self._journal.commit(taken.rows)
        return taken

    return swapped(Redeemer, "_take", take)


def _goods_before_commit() -> AbstractContextManager[None]:
    """Hand over at the yes, before the sale is closed with it."""
    return swapped(HABITS, "hands_over_at", frozenset({S.APPROVED, S.FINAL}))


def _settle_before_decided() -> AbstractContextManager[None]:
    """Write down that nothing was taken while the provider has not decided."""
    return swapped(HABITS, "waits_for_an_answer", value=False)


def _void_before_goods() -> AbstractContextManager[None]:
    """Press the button first, and take the goods back afterwards."""
    return swapped(HABITS, "takes_goods_back_first", value=False)


class _LateCounting:
    """A journal that counts a paper when it is there."""

    def __init__(self, journal: Any) -> None:
        self._journal = journal
        self._queued: tuple[Row, ...] = ()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._journal, name)

    async def commit(self, rows: Sequence[Row]) -> None:
        """Write what is not about a new paper."""
        if isinstance(rows[0], PrintQueued):
            self._queued = tuple(rows)
            return
        if isinstance(rows[0], PrintMoved):
            rows, self._queued = (*self._queued, *rows), ()
        await self._journal.commit(rows)


def _print_uncounted() -> AbstractContextManager[None]:
    """Count a paper after it was printed."""
    original = SlipDesk.__init__

    def begin(self: Any, **parts: Any) -> None:
        original(self, **{**parts, "journal": _LateCounting(parts["journal"])})

    return swapped(SlipDesk, "__init__", begin)


def _unknown_paper_is_none() -> AbstractContextManager[None]:
    """Take a paper of which nobody knows for one that never came."""
    original = slip_desk._state_of

    def state_of(outcome: PrintOutcome) -> PrintState:
        return PrintState.NOT_SENT if isinstance(outcome, Uncertain) else original(outcome)

    return swapped(slip_desk, "_state_of", state_of)


def _never_a_copy() -> AbstractContextManager[None]:
    """Let every paper say that it is the first."""
    original = SlipDesk._next_job

    def next_job(self: SlipDesk, *about: Any, **more: Any) -> PrintJob:
        job = original(self, *about, **more)
        kind = SlipKind.ORIGINAL if job.kind is SlipKind.COPY else job.kind
        return replace(job, kind=kind, copy_number=0)

    return swapped(SlipDesk, "_next_job", next_job)


@contextmanager
def _settled_slips_forgotten() -> Iterator[None]:
    """List the slips of what was sold alone, as if what people settled had none."""
    name = "read_slips_to_finish"
    whole = queries()[name]
    queries()[name] = whole.split("UNION ALL")[0]
    try:
        yield
    finally:
        queries()[name] = whole


def _copy_without_pin() -> AbstractContextManager[None]:
    """Print the code of the change voucher on the original alone."""
    original = SlipDesk.compose

    def compose(self: SlipDesk, redemption: Redemption, **parts: Any) -> Slip:
        if parts.get("copy_number"):
            parts |= {"has_pin": False, "opened": None}
        return original(self, redemption, **parts)

    return swapped(SlipDesk, "compose", compose)


def _interrupted_paper_is_none() -> AbstractContextManager[None]:
    """Take a paper that was under way at a crash for one that never came."""

    async def give_up(journal: Any, clock: Any) -> None:
        for job in await journal.papers_under_way():
            moved = replace(job, state=PrintState.NOT_SENT)
            await journal.commit((PrintMoved(job.state, moved, clock.now().wall),))

    return swapped(recovery, "_doubt_interrupted_papers", give_up)


def _interrupted_paper_is_forgotten() -> AbstractContextManager[None]:
    """Ask nobody about a paper that was under way at a crash."""

    async def forget(*_: object) -> None:
        return None

    return swapped(recovery, "_doubt_interrupted_papers", forget)


def _unknown_paper_is_whole() -> AbstractContextManager[None]:
    """Take a paper of which nobody knows for one that a person has seen."""
    original = SlipDesk._move

    async def move(self: SlipDesk, job: PrintJob, state: PrintState, *by: Any) -> PrintJob:
        moved = await original(self, job, state, *by)
        is_unknown = state is PrintState.UNCERTAIN
        return await original(self, moved, PrintState.CONFIRMED) if is_unknown else moved

    return swapped(SlipDesk, "_move", move)


def _no_is_heard_as_yes() -> AbstractContextManager[None]:
    """Let a slip be finished whatever a person says of it."""
    original = SlipDesk.confirm

    async def confirm(self: SlipDesk, *about: Any, **_: Any) -> PrintJob | None:
        return await original(self, *about, is_complete=True)

    return swapped(SlipDesk, "confirm", confirm)


def _files_go_at_once() -> AbstractContextManager[None]:
    """Remove a slip with a code from the folder however young it is."""
    original = PaperKeeping.__init__

    def begin(self: PaperKeeping, papers: Any, journal: Any, clock: Any, _: timedelta) -> None:
        original(self, papers, journal, clock, timedelta(0))

    return swapped(PaperKeeping, "__init__", begin)


def _final_after_cash() -> AbstractContextManager[None]:
    """Let a late approval pay a sale that was closed otherwise."""
    original = stepping.finalise

    def finalise(redemption: Redemption, sale: Sale, now: Instant) -> Step:
        final = original(redemption, sale, now)
        if sale.state is SaleState.OPEN:
            return final
        kept = tuple(r for r in final.rows if not isinstance(r, SaleClosed | SaleMustBeOpen))
        return replace(final, rows=kept)

    parts = {"can_close": lambda *_: True, "finalise": finalise}
    return _both(*(swapped(redeeming, name, part) for name, part in parts.items()))


def _paid_unasked() -> AbstractContextManager[None]:
    """Let a late approval pay a sale that the till had stopped over, without anybody asked."""
    return swapped(recovery, "must_be_asked", lambda *_: False)


# ------------------------------------------------------------------------------ journal and crashes


def _without(*dropped: str) -> AbstractContextManager[None]:
    """Leave an index or a trigger out of the file."""

    def template() -> bytes:
        connection = sqlite3.connect(":memory:")
        connection.deserialize(original())
        for one in dropped:
            connection.execute(f"DROP {one}")
        connection.commit()
        raw = connection.serialize()
        connection.close()
        return raw

    original = quick_journal._template
    raw = template()
    return swapped(quick_journal, "_template", lambda: raw)


def _no_voucher_lock() -> AbstractContextManager[None]:
    """Let a voucher be redeemed that is not settled."""
    return _without("INDEX redemption_one_unsettled_per_voucher")


def _keyed_crash_is_nothing() -> AbstractContextManager[None]:
    """Take what was under way at a crash for never sent."""
    original = redeeming._found

    def found(redemption: Redemption, now: Instant) -> Step:
        if redemption.state is not S.INFLIGHT:
            return original(redemption, now)
        declined, ends = _given_up(redemption, now)
        return replace(declined, rows=(*ends, *declined.rows))

    return swapped(redeeming, "_found", found)


def _advised_crash_is_nothing() -> AbstractContextManager[None]:
    """Do the same where advices are owed."""
    original = advising._found

    def found(redemption: Redemption, now: Instant) -> Any:
        if redemption.state is not S.INFLIGHT:
            return original(redemption, now)
        return advising._Decided(*_given_up(redemption, now))

    return swapped(advising, "_found", found)


def _given_up(redemption: Redemption, now: Instant) -> tuple[Step, tuple[Row, ...]]:
    settled, ends = stepping.interrupted(redemption, now)
    return stepping.changed(settled, now, state=S.DECLINED), ends


# ---------------------------------------------------------------------- approvals and settlements


def _opened_like_any_other() -> AbstractContextManager[None]:
    """Let a supervisor have a code printed again that its customer has taken."""
    return swapped(slip_desk, "is_handed_over", lambda *_: False)


def _any_amount() -> AbstractContextManager[None]:
    """Let an approval be for any amount."""

    async def seen(_: Gate, command: Command[Any]) -> tuple[str | None, int | None]:
        return getattr(command, "redemption_id", None), None

    return swapped(Gate, "_seen_of", seen)


def _approval_stays() -> AbstractContextManager[None]:
    """Let an approval be used as often as somebody likes."""
    original = Approvals.use_up

    def use_up(self: Approvals, approval: Approval, command: Command[Any], actor: Actor) -> None:
        original(self, approval, command, actor)
        self._given[approval.id] = approval

    return swapped(Approvals, "use_up", use_up)


def _approval_for_anything() -> AbstractContextManager[None]:
    """Let an approval be for another command than the one that was approved."""
    original = Approvals.use_up

    def use_up(self: Approvals, approval: Approval, _: Command[Any], actor: Actor) -> None:
        original(self, approval, approval.command, actor)

    return swapped(Approvals, "use_up", use_up)


def _approval_for_anybody() -> AbstractContextManager[None]:
    """Let somebody else use an approval than the one who asked for it."""
    original = Approvals.use_up

    def use_up(self: Approvals, approval: Approval, command: Command[Any], actor: Actor) -> None:
        original(self, approval, command, replace(actor, name=approval.asked_by))

    return swapped(Approvals, "use_up", use_up)


def _own_sale() -> AbstractContextManager[None]:
    """Let supervisors do to their own sales what they do to others'."""

    async def is_own(*_: object) -> bool:
        return False

    return swapped(Gate, "_is_own", is_own)


def _any_pin() -> AbstractContextManager[None]:
    """Take any PIN for the right one."""

    async def is_right(*_: object) -> bool:
        return True

    return swapped(ArgonPins, "is_right", is_right)


def _settled_without(kind: type[Row]) -> AbstractContextManager[None]:
    """Leave a row out of what a settlement by hand commits."""

    def settle_less(*about: Any) -> SettledStep:
        whole = settle(*about)
        return replace(whole, rows=tuple(row for row in whole.rows if not isinstance(row, kind)))

    return swapped(settlement_desk, "settle", settle_less)


def _settled_while_sent() -> AbstractContextManager[None]:
    """Settle an advice while its answer may still come, with every guard taken away."""
    fresh = rules.check_advice_fresh

    def check(row: Any, old: Advice) -> None:
        if not isinstance(row, AdviceSettled):
            fresh(row, old)

    async def settle_now(self: SettlementDesk, said: SettleByHand, by: Actor) -> Redemption:
        with swapped(self, "_journal", _Ended(self._journal)):
            return await settle_by_hand(self, said, by)

    settle_by_hand = SettlementDesk.settle_by_hand
    return _both(
        swapped(writing, "check_advice_fresh", check),
        swapped(SettlementDesk, "settle_by_hand", settle_now),
    )


class _Ended:
    """A journal that takes what is being sent for answered."""

    def __init__(self, journal: Any) -> None:
        self._journal = journal

    def __getattr__(self, name: str) -> Any:
        return getattr(self._journal, name)

    async def advice(self, redemption_id: str) -> Advice | None:
        """Return the advice as if its attempt had ended."""
        advice: Advice | None = await self._journal.advice(redemption_id)
        return advice and replace(advice, attempts_ended=advice.attempts)


def _given_again(*reasons: WhyNot) -> AbstractContextManager[None]:
    """Give value outside the voucher that was given back otherwise, and let the file take it."""
    wrong = {*void_desk._TO_BE_SETTLED_OUTSIDE, *reasons}
    return _both(
        swapped(void_desk, "_TO_BE_SETTLED_OUTSIDE", wrong),
        _without("TRIGGER settlement_is_due", "TRIGGER redemption_learns_once"),
    )


# ----------------------------------------------------------------------------------------- advices


def _grace_from_send() -> AbstractContextManager[None]:
    """Count the time for which a request may be on its way from its start."""
    original = forwarding._can_be_nowhere

    def can(redemption: Redemption, now: Instant) -> bool:
        sent, ended = redemption.first_sent, redemption.last_ended
        is_same_boot = sent is not None and ended is not None and sent.boot_id == ended.boot_id
        return original(replace(redemption, last_ended=sent if is_same_boot else ended), now)

    return swapped(forwarding, "_can_be_nowhere", can)


def _new_advice_id() -> AbstractContextManager[None]:
    """Give each attempt an id of its own."""
    original = ElectrumGateway.advise

    async def advise(self: ElectrumGateway, advice: Advice, body: Secret) -> AdviceVerdict:
        document = json.loads(body.reveal())
        document["id"] = f"{document['id']}-{advice.attempts}"
        renamed = replace(advice, id=document["id"])
        return await original(self, renamed, Secret(json.dumps(document)))

    return swapped(ElectrumGateway, "advise", advise)


def _any_answer_is_ack() -> AbstractContextManager[None]:
    """Take whatever is answered for an acknowledgement."""
    original = electrum_advices.classify_advice

    def classify(outcome: Outcome, *about: Any, **more: Any) -> AdviceVerdict:
        if isinstance(outcome, HttpAnswered):
            return Acknowledged(outcome.status)
        return original(outcome, *about, **more)

    return swapped(electrum_advices, "classify_advice", classify)


def _confirm_and_reverse() -> AbstractContextManager[None]:
    """Confirm what is then reversed."""
    original = ElectrumGateway.advise

    async def advise(self: ElectrumGateway, advice: Advice, body: Secret) -> AdviceVerdict:
        if advice.reason is ReversalReason.CANCELLED:
            await original(self, replace(advice, kind=AdviceKind.CONFIRMATION, reason=None), body)
        return await original(self, advice, body)

    return swapped(ElectrumGateway, "advise", advise)


def _void_after_attempt() -> AbstractContextManager[None]:
    """Turn a confirmation that may have left, with every guard against it taken away."""
    advice_of, write_advice = Writer._advice_of, Writer._write_advice
    make_advice = AdviceComposer._advice

    def untried(self: Any, redemption_id: str) -> tuple[dict[str, Any], Advice | None]:
        columns, advice = advice_of(self, redemption_id)
        return columns, advice and _untried(advice)

    def write(self: Any, row: Any) -> Any:
        if not isinstance(row, ConfirmationReplaced):
            return write_advice(self, row)
        plain = self._execute

        def execute(query: str, **values: Any) -> Any:
            if query == "turn_advice":
                return self._connection.execute(_TURN_ANYWAY, values)
            return plain(query, **values)

        with swapped(Writer, "_advice_of", untried), swapped(self, "_execute", execute):
            return write_advice(self, row)

    async def advice_of_step(self: Any, redemption: Redemption, owes: Any, now: Instant) -> Advice:
        if not owes.is_replacement:
            return await make_advice(self, redemption, owes, now)
        with swapped(self, "_journal", _Untried(self._journal)):
            return await make_advice(self, redemption, owes, now)

    return _both(
        swapped(Writer, "_write_advice", write),
        swapped(AdviceComposer, "_advice", advice_of_step),
        _without(
            "TRIGGER advice_is_turned_unsent",
            "TRIGGER advice_never_goes_back",
            "TRIGGER advice_is_over",
            "TRIGGER advice_moves_by_the_table",
        ),
    )


_TURN_ANYWAY = """
    UPDATE advice SET kind = :kind, reason = :reason, body_sealed = :body_sealed, state = :state,
      attempts = :attempts, attempts_ended = :attempts_ended, last_ended_at = :last_ended_at,
      next_due_at = :next_due_at, last_cause = :last_cause, acknowledged_at = :acknowledged_at,
      row_mac = :row_mac
    WHERE sequence = :sequence
"""


class _Untried:
    """A journal that forgets that an advice was tried."""

    def __init__(self, journal: Any) -> None:
        self._journal = journal

    def __getattr__(self, name: str) -> Any:
        return getattr(self._journal, name)

    async def advice(self, redemption_id: str) -> Advice:
        """Return the advice as it was born."""
        return _untried(await self._journal.advice(redemption_id))


def _untried(advice: Advice) -> Advice:
    return replace(
        advice,
        state=AdviceState.OWED,
        attempts=0,
        attempts_ended=0,
        acknowledged_at=None,
        last_ended_at=None,
    )


def _attempt_unlogged() -> AbstractContextManager[None]:
    """Count an attempt to deliver an advice once it has ended."""
    begin, conclude = forwarding.begin, forwarding.conclude

    def begin_silently(advice: Advice, redemption: Redemption, now: Instant) -> AdviceStep:
        return replace(begin(advice, redemption, now), rows=())

    def conclude_both(advice: Advice, redemption: Redemption, *more: Any) -> AdviceStep:
        ended = conclude(advice, redemption, *more)
        return replace(ended, rows=(AdviceAttemptStarted(advice, more[1].wall), *ended.rows))

    return _both(
        swapped(forwarder, "begin", begin_silently), swapped(forwarder, "conclude", conclude_both)
    )


def _nothing_is_resent() -> AbstractContextManager[None]:
    """Forget a reversal for good once its request was not known."""
    original = forwarding._acknowledge

    def acknowledge(
        ended: Advice, redemption: Redemption, now: Instant, _: object = None
    ) -> tuple[Advice, Redemption]:
        return original(ended, redemption, now)

    return swapped(forwarding, "_acknowledge", acknowledge)


def _request_is_resent() -> AbstractContextManager[None]:
    """Send the request again where it should be looked up."""
    original = ElectrumGateway.ask

    async def ask(
        self: ElectrumGateway, redemption: Redemption, _: AttemptKind, request: Secret
    ) -> Verdict:
        return await original(self, redemption, AttemptKind.SEND, request)

    return swapped(ElectrumGateway, "ask", ask)


def _voids_unbooked() -> AbstractContextManager[None]:
    """Add up what vouchers paid, and nothing that was taken back by a reversal."""
    original = bookkeeping._entry_of_move

    def entry(event: audit.RedemptionChanged, of: bookkeeping.Subject) -> Entry | None:
        found = original(event, of)
        return None if found is Entry.VOIDED else found

    return swapped(bookkeeping, "_entry_of_move", entry)


def _cash_back_unbooked() -> AbstractContextManager[None]:
    """Leave in the books the cash that a customer was given outside the voucher."""
    original = bookkeeping.cash_moved

    def moved(event: audit.AuditEvent, of: Redemption | None, currency: str) -> int:
        return 0 if isinstance(event, audit.Settled) else original(event, of, currency)

    return swapped(bookkeeping, "cash_moved", moved)


def _between_shifts_unbooked() -> AbstractContextManager[None]:
    """Begin to add up where a shift is opened, so that what was sold before is on no Z."""
    original = Bookkeeper.book

    def book(self: Bookkeeper, event: audit.AuditEvent, of: Redemption | None) -> None:
        if isinstance(event, audit.ShiftOpened):
            self._sums = {}
        original(self, event, of)

    return swapped(Bookkeeper, "book", book)


def _last_event_unbooked() -> AbstractContextManager[None]:
    """Forget what happened last before an X or a Z."""
    original = SqliteJournal.booked

    async def booked(self: SqliteJournal, after: int) -> BookedPage:
        page = await original(self, after)
        return replace(page, booked=page.booked[:-1]) if page.is_last else page

    return swapped(SqliteJournal, "booked", booked)


# ---------------------------------------------------------------------------------------- restores


def _restore_unnamed() -> AbstractContextManager[None]:
    """Say on no Z that the journal was put back."""
    return swapped(bookkeeping, "may_lack_a_z", lambda _: False)


def _put_back_is_no_reason() -> AbstractContextManager[None]:
    """Open a journal that was put back like any other."""

    def found(*about: Any) -> tuple[Finding, ...]:
        return tuple(one for one in losses(*about) if one.problem is not HeldFault.PUT_BACK)

    return swapped(journal_watch, "losses", found)


def _backup_is_of_before() -> AbstractContextManager[None]:
    """Keep under a new name what the last backup had."""
    original = backups.keep_backup

    def keep(choice: BackupChoice, *about: Any, **more: Any) -> Path:
        before = sorted(choice.folder.glob(f"*{backups.SUFFIX}"))
        path = original(choice, *about, **more)
        if before:
            path.write_bytes(before[-1].read_bytes())
        return path

    return swapped(backups, "keep_backup", keep)


def _lost_events_booked() -> AbstractContextManager[None]:
    """Remember outside of the journal what was added up once, and add to it what came since."""
    original = SqliteJournal.booked
    remembered: WeakKeyDictionary[Any, dict[int, tuple[Booked, ...]]] = WeakKeyDictionary()

    async def booked(self: Any, after: int) -> BookedPage:
        page = await original(self, after)
        pages = remembered.setdefault(self._disk, {})
        was = pages.get(after, ())
        kept = tuple(
            now if now is not None and now.event == then.event else then
            for then, now in zip_longest(was, page.booked[: len(was)])
        )
        pages[after] = (*kept, *page.booked[len(was) :])
        return replace(page, booked=pages[after])

    return swapped(SqliteJournal, "booked", booked)


def _at_restores(hear: Callable[[Any], Awaitable[None]]) -> AbstractContextManager[None]:
    """Let ``hear`` see the journal at the end of the first recovery after each restore."""
    restore, doubt = restoring.restore_backup, recovery._doubt_interrupted_papers
    put_back: list[Restored] = []

    def noted(*about: Any, **more: Any) -> Restored:
        put_back.append(restore(*about, **more))
        return put_back[-1]

    async def doubted(journal: Any, clock: Any) -> None:
        await doubt(journal, clock)
        if put_back:
            put_back.clear()
            await hear(journal)

    return _both(
        swapped(restoring, "restore_backup", noted),
        swapped(recovery, "_doubt_interrupted_papers", doubted),
    )


def _advices_of_a_backup_forgotten() -> AbstractContextManager[None]:
    """Send nothing of what was still to be sent when a journal was put back."""
    original = SqliteJournal.owed_advices
    forgotten: set[str] = set()

    async def hear(journal: Any) -> None:
        forgotten.update([one.id for one in await original(journal)])

    async def owed(self: SqliteJournal, upstream: str | None = None) -> tuple[Advice, ...]:
        found = await original(self, upstream)
        return tuple(one for one in found if one.id not in forgotten)

    return _both(_at_restores(hear), swapped(SqliteJournal, "owed_advices", owed))


def _new_key_after_a_restore() -> AbstractContextManager[None]:
    """Ask with a new key about what was open in a journal that was put back."""
    original = MomentGateway.ask
    renewed: set[str] = set()

    async def hear(journal: Any) -> None:
        renewed.update([one.id for one in await journal.open_redemptions()])

    async def ask(
        self: MomentGateway, redemption: Redemption, kind: AttemptKind, request: Secret
    ) -> Verdict:
        if redemption.id in renewed:
            redemption = replace(redemption, idempotency_key=f"{redemption.idempotency_key}-1")
        return await original(self, redemption, kind, request)

    return _both(_at_restores(hear), swapped(MomentGateway, "ask", ask))


U = UnknownCause


def _shreds_whatever_there_is() -> AbstractContextManager[None]:
    """Shred also what is not over, in a file without its guard."""
    return _both(shreds_all(), _without("TRIGGER redemption_is_over_when_shredded"))


def shreds_all() -> AbstractContextManager[None]:
    """Take whatever there is for due; the file still has its guard."""
    return swapped(shredding, "why_kept", lambda *_: None)


def _shreds_without_a_slip() -> AbstractContextManager[None]:
    """Shred what is over, whether or not anybody has said that its slip came out."""
    original = retention.why_kept

    def why_kept(holding: Holding, *more: Any) -> WhyKept | None:
        return original(replace(holding, is_slip_confirmed=True), *more)

    guard = _without("TRIGGER redemption_is_over_when_shredded")
    return _both(swapped(shredding, "why_kept", why_kept), guard)


SHREDDING: tuple[Mutant, ...] = tuple(
    Mutant(name, kind, broken)
    for kind in (K, A)
    for name, broken in (
        ("whatever there is", _shreds_whatever_there_is),
        ("without a slip", _shreds_without_a_slip),
    )
)
"""Tills that shred what may still be needed; they are found in seeds with shredding."""

MUTANTS: tuple[Mutant, ...] = (
    Mutant("new key on retry", K, _new_key),
    Mutant("persist after send", K, _persist_after_send),
    Mutant("timeout is a decline", K, lambda: _taken_for_no(U.TIME_OUT)),
    Mutant("ignore key age", K, _ageless_key),
    Mutant("stored 5xx is a decline", K, lambda: _taken_for_no(U.STORED_ERROR)),
    Mutant("5xx is a decline", K, lambda: _taken_for_no(U.UPSTREAM_ERROR)),
    Mutant("page is a decline", K, lambda: _taken_for_no(U.NOT_THE_UPSTREAM)),
    Mutant("trust any 200", K, lambda: _trusting(moment_classify)),
    Mutant("show before persist", K, _show_before_persist),
    Mutant("goods before commit", K, _goods_before_commit),
    Mutant("no voucher lock", K, _no_voucher_lock),
    Mutant("crash is abandoned", K, _keyed_crash_is_nothing),
    Mutant("print uncounted", K, _print_uncounted),
    Mutant("unknown paper is none", K, _unknown_paper_is_none),
    Mutant("second paper is original", K, _never_a_copy),
    Mutant("copy without its PIN", K, _copy_without_pin),
    Mutant("interrupted paper is none", K, _interrupted_paper_is_none),
    Mutant("interrupted paper forgotten", K, _interrupted_paper_is_forgotten),
    Mutant("unknown paper is whole", K, _unknown_paper_is_whole),
    Mutant("no is heard as yes", K, _no_is_heard_as_yes),
    Mutant("slip files go at once", K, _files_go_at_once),
    Mutant("slips of settlements forgotten", K, _settled_slips_forgotten),
    Mutant("final after cash", K, _final_after_cash),
    Mutant("paid after a stop, and nobody asked", K, _paid_unasked),
    Mutant("approval for any amount", K, _any_amount),
    Mutant("approval used twice", K, _approval_stays),
    Mutant("approval never ends", K, lambda: swapped(approvals, "APPROVAL_LIMIT_S", 1e9)),
    Mutant("approval for anything", K, _approval_for_anything),
    Mutant("approval for anybody", K, _approval_for_anybody),
    Mutant("own sale voided", K, _own_sale),
    Mutant("any PIN approves", K, _any_pin),
    Mutant("handed over and opened", K, _opened_like_any_other),
    Mutant("settled before it is decided", K, _settle_before_decided),
    Mutant("settled, and still locked", K, lambda: _settled_without(RedemptionChanged)),
    Mutant("cash given back unbooked", K, _cash_back_unbooked),
    Mutant("sold between shifts unbooked", K, _between_shifts_unbooked),
    Mutant("last event unbooked", K, _last_event_unbooked),
    Mutant("put back, and no Z says so", K, _restore_unnamed),
    Mutant("put back, and open", K, _put_back_is_no_reason),
    Mutant("backup is of before", K, _backup_is_of_before),
    Mutant("lost events booked", K, _lost_events_booked),
    Mutant("new key after a restore", K, _new_key_after_a_restore),
    Mutant("persist after send", A, _persist_after_send),
    Mutant("timeout is a decline", A, lambda: _taken_for_no(U.TIME_OUT)),
    Mutant("404 final at once", A, lambda: swapped(forwarding, "_can_be_nowhere", lambda *_: True)),
    Mutant("404 grace from send start", A, _grace_from_send),
    Mutant("new advice id", A, _new_advice_id),
    Mutant("any answer is an ack", A, _any_answer_is_ack),
    Mutant("page is a decline", A, lambda: _taken_for_no(U.NOT_THE_UPSTREAM)),
    Mutant("trust any 200", A, lambda: _trusting(electrum_classify)),
    Mutant("show before persist", A, _show_before_persist),
    Mutant("goods before commit", A, _goods_before_commit),
    Mutant("confirm and reverse", A, _confirm_and_reverse),
    Mutant("crash is abandoned", A, _advised_crash_is_nothing),
    Mutant("print uncounted", A, _print_uncounted),
    Mutant("unknown paper is none", A, _unknown_paper_is_none),
    Mutant("second paper is original", A, _never_a_copy),
    Mutant("interrupted paper is none", A, _interrupted_paper_is_none),
    Mutant("interrupted paper forgotten", A, _interrupted_paper_is_forgotten),
    Mutant("unknown paper is whole", A, _unknown_paper_is_whole),
    Mutant("no is heard as yes", A, _no_is_heard_as_yes),
    Mutant("no voucher lock", A, _no_voucher_lock),
    Mutant("void after attempt", A, _void_after_attempt),
    Mutant("void before goods back", A, _void_before_goods),
    Mutant("advice attempt unlogged", A, _attempt_unlogged),
    Mutant("lookup 404 is a decline", A, lambda: _taken_for_no(U.NO_NEWS, is_lookup=True)),
    Mutant("nothing is resent", A, _nothing_is_resent),
    Mutant("request is resent", A, _request_is_resent),
    Mutant("settled, and still sent", A, lambda: _settled_without(AdviceSettled)),
    Mutant("settled while it is sent", A, _settled_while_sent),
    Mutant("voids unbooked", A, _voids_unbooked),
    Mutant("advices of a backup forgotten", A, _advices_of_a_backup_forgotten),
    Mutant("given after a reversal", A, lambda: _given_again(NotVoidedReason.NOT_FINAL)),
    Mutant("given after a refund", A, lambda: _given_again(NotRefundedReason.ALREADY_REFUNDED)),
)
"""Every mutant of the protocol, of paper, approvals, settlements, books and restores, and more."""
