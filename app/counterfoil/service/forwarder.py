"""Deliver advices until they are acknowledged; none is given up by age or by count.

Rules kept here: an attempt is counted in the journal before it is sent; advices about one voucher
keep their order; no more are sent than the agreed rate; while an upstream does not answer, only a
single advice is sent now and then, to see whether it is back.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field
from enum import Enum
from functools import partial

from counterfoil.declaring import dataclass
from counterfoil.domain.advice import (
    Advice,
    AdviceKind,
    AdviceState,
    AdviceVerdict,
    NotAllowed,
    Repeat,
)
from counterfoil.domain.failures import (
    RecordUnreadableError,
    StaleChangeError,
    UnknownUpstreamError,
    VoucherInUseError,
)
from counterfoil.domain.forwarding import (
    SUSPENDED_EVERY_S,
    Backlog,
    Standing,
    Tally,
    backlog,
    begin,
    conclude,
    explained,
    hold_left_s,
    interrupted,
    is_due,
)
from counterfoil.domain.redemption import Redemption
from counterfoil.domain.states import RedemptionState
from counterfoil.domain.time import Instant
from counterfoil.domain.verdict import UnknownCause
from counterfoil.ports.advised_gateway import AdvisedGateway
from counterfoil.ports.chance import Chance
from counterfoil.ports.clock import Clock
from counterfoil.ports.gateway import Gateway
from counterfoil.ports.journal import Journal
from counterfoil.service.notices import Notices
from counterfoil.service.rounds import Rounds, raise_first, run_beside_each_other
from counterfoil.service.tasks import TaskOwner, wait_at_most
from counterfoil.service.token_bucket import TokenBuckets

AT_ONCE_MAX = 4
"""How many advices of one upstream are under way at the same time, each for its own voucher."""
READ_AHEAD_MAX = 16
"""How many advices are chosen from one reading of the queue."""
FIRST_CHANCE_S = 2.0
"""How long a new request waits for the reversals that its upstream is still owed."""


class _Urgency(Enum):
    """How urgent an attempt is: which waits it skips."""

    WHEN_DUE = 0
    """Everything is sent when it is due."""
    HURRIED = 1
    """The waits between repetitions are skipped; what is held back on purpose is not."""
    PRESSED = 2
    """A person wants it to go now, whatever it waits for."""


@dataclass(slots=True)
class _Line:
    """What is known of the connection to one upstream since the till started."""

    gateway: AdvisedGateway
    rounds: Rounds
    is_hurried: bool = False
    """The waits between repetitions are skipped in the next round."""
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    is_paused: bool = False
    """The upstream does not accept the till's credentials; a person must see to it."""
    is_doubtful: bool = False
    """The last attempts got no answer that settles anything."""
    held_until_s: float = 0.0
    """By the monotonic clock: while the line is doubtful nothing is tried before this."""


@dataclass(frozen=True, slots=True)
class _Sent:
    """How one attempt went; after a failure nothing is sent there for ``wait_s`` seconds."""

    is_through: bool
    wait_s: float = 0.0


@dataclass(slots=True)
class _Pass:
    """One pass over the advices that an upstream is owed, with ``AT_ONCE_MAX`` places.

    A place is free again as soon as its attempt has ended. It stays taken after a failure that
    began since the last attempt that was answered, because the connection may be the cause. So over
    a dead connection no more is sent than there are places; over a good one, an advice that fails
    by itself does not stop the others.
    """

    urgency: _Urgency
    is_wanted: Callable[[Advice], bool]
    is_back: bool = False
    """Whether the line was doubtful in this pass, and works again."""
    waiting: list[Advice] = field(default_factory=list)
    tried: set[str] = field(default_factory=set)
    failures: list[BaseException] = field(default_factory=list)
    pauses_s: list[float] = field(default_factory=list)
    """How long each failure that may be the line's would leave it alone."""
    got_through: int = 0
    under_way: dict[asyncio.Task[_Sent], tuple[Advice, int]] = field(default_factory=dict)
    """Each with how many had got through when it began."""

    @property
    def free(self) -> int:
        """How many more attempts may begin now."""
        return AT_ONCE_MAX - len(self.under_way) - len(self.pauses_s)

    @property
    def vouchers(self) -> frozenset[str]:
        """The fingerprints of the vouchers whose advices are being sent."""
        return frozenset(advice.fingerprint for advice, _ in self.under_way.values())

    @property
    def is_in_vain(self) -> bool:
        """Whether the last attempts suggest that the connection is down."""
        return bool(self.pauses_s) or bool(self.tried and not self.got_through)

    @property
    def pause_s(self) -> float:
        """For how many seconds nothing is to be sent."""
        return max(self.pauses_s, default=0.0)

    def begin(self, task: asyncio.Task[_Sent], advice: Advice) -> None:
        """Record that an attempt begins."""
        self.under_way[task] = advice, self.got_through
        self.tried.add(advice.id)

    def take_end(self, task: asyncio.Task[_Sent]) -> bool:
        """Record that an attempt has ended; return whether it was answered."""
        _, before = self.under_way.pop(task)
        if task.cancelled():
            return False
        if (failure := task.exception()) is not None:
            self.failures.append(failure)
            return False
        sent = task.result()
        if sent.is_through:
            self.got_through += 1
            self.pauses_s.clear()
        elif before == self.got_through:
            self.pauses_s.append(sent.wait_s)
        return sent.is_through


class Forwarder:
    """Delivers owed advices, for each upstream: reversals never sent, then the oldest first."""

    def __init__(
        self,
        *,
        journal: Journal,
        gateways: Mapping[str, Gateway],
        clock: Clock,
        chance: Chance,
        notices: Notices,
        owner: TaskOwner,
        tokens: TokenBuckets,
    ) -> None:
        self._journal = journal
        self._clock = clock
        self._chance = chance
        self._notices = notices
        self._owner = owner
        self._tokens = tokens
        self._unreadable: set[str] = set()
        """The ids of advices whose redemption was altered; the next start tries them again."""
        self._sending: dict[asyncio.Task[_Sent], str] = {}
        self._lines = {
            name: _Line(gateway, Rounds("forwarder", clock=clock, chance=chance, owner=owner))
            for name, gateway in gateways.items()
            if isinstance(gateway, AdvisedGateway)
        }

    @property
    def paused(self) -> frozenset[str]:
        """The upstreams to which nothing is sent, as they do not accept the till's credentials."""
        return frozenset(name for name, line in self._lines.items() if line.is_paused)

    def resume(self, upstream: str) -> None:
        """Send to a paused upstream again, because a person has corrected the credentials.

        Raises:
            UnknownUpstreamError: no upstream of this name takes advices.

        """
        line = self._lines.get(upstream)
        if line is None:
            raise UnknownUpstreamError
        line.is_paused = False
        self.nudge()

    async def try_now(self, redemption_id: str) -> Advice | None:
        """Send a redemption's advice now, even before it is due; return the advice after that.

        Older advices about the same voucher are sent first. Nothing is sent to a paused upstream.
        None where the redemption has no advice.

        Raises:
            JournalUnavailableError: nothing can be written any more.

        """
        wanted = await self._journal.advice(redemption_id)
        line = self._lines.get(wanted.upstream) if wanted is not None else None
        if wanted is None or line is None:
            return wanted
        voucher = wanted.fingerprint
        await self._serve(line, _Urgency.PRESSED, lambda advice: advice.fingerprint == voucher)
        if not line.is_doubtful:
            line.rounds.nudge()
        return await self._journal.advice(redemption_id)

    def nudge(self) -> None:
        """Send all advices now, even before they are due: the network may be back.

        A confirmation that is held back so that its sale can be voided stays held back.
        """
        for line in self._lines.values():
            line.is_hurried = True
            line.rounds.nudge()

    async def run(self, on_failure: Callable[[Exception], None]) -> None:
        """Deliver for as long as the till is open; ``on_failure`` gets the failure of a pass.

        Raises:
            JournalUnavailableError: nothing can be written any more.

        """
        with self._notices.listening(self._heard):
            await run_beside_each_other(
                line.rounds.run(partial(self._forward, line), on_failure)
                for line in self._lines.values()
            )

    def _heard(self, redemption: Redemption) -> None:
        """Make a pass for a new advice; an approval proves that the connection works."""
        line = self._lines.get(redemption.upstream)
        if line is None or redemption.state not in {
            RedemptionState.FINAL,
            RedemptionState.REVERSING,
        }:
            return
        if redemption.state is RedemptionState.FINAL:
            line.is_doubtful = False
        line.rounds.nudge()

    async def forward_due(self, *, is_everything_due: bool = False) -> float | None:
        """Send each advice that is due; return the seconds until the next one is.

        None means that no advice waits for a time. With ``is_everything_due`` all are sent now,
        except those held back so that their sale can be voided. A failure at one upstream does not
        keep the others waiting; the first is raised at the end.

        Raises:
            JournalUnavailableError: nothing can be written any more.

        """
        passes = (
            self._forward(line, is_everything_due=is_everything_due)
            for line in self._lines.values()
        )
        raise_first(await asyncio.gather(*passes, return_exceptions=True))
        waits = [await self._wait_s(line) for line in self._lines.values()]
        return min((wait_s for wait_s in waits if wait_s is not None), default=None)

    async def _forward(self, line: _Line, *, is_everything_due: bool = False) -> float | None:
        """Do for one upstream what `forward_due` does for all."""
        is_hurried, line.is_hurried = line.is_hurried or is_everything_due, False
        await self._serve(line, _Urgency.HURRIED if is_hurried else _Urgency.WHEN_DUE)
        return await self._wait_s(line)

    async def flush_reversals(self, upstream: str) -> None:
        """Send the reversals owed to an upstream before a new request.

        Waits for them for ``FIRST_CHANCE_S`` at most.
        """
        line = self._lines[upstream]
        if await self._journal.is_reversal_owed(upstream):
            await self._serve_first(line, _Urgency.HURRIED, _is_pending_reversal)

    async def give_chance(self, redemption: Redemption) -> None:
        """Send a redemption's advice now, and wait for its answer for ``FIRST_CHANCE_S`` at most.

        Older advices about the same voucher are sent first.
        """

        def is_wanted(advice: Advice) -> bool:
            return advice.fingerprint == redemption.fingerprint

        await self._serve_first(self._lines[redemption.upstream], _Urgency.PRESSED, is_wanted)

    async def _serve_first(
        self, line: _Line, urgency: _Urgency, is_wanted: Callable[[Advice], bool]
    ) -> None:
        """Send what is wanted before all else, and wait for it for ``FIRST_CHANCE_S`` at most."""
        if line.is_paused:
            return
        serving = self._serve(line, urgency, is_wanted)
        first = self._owner.spawn(serving, f"a first chance at {line.gateway.upstream}")
        await wait_at_most(FIRST_CHANCE_S, (first,), owner=self._owner, clock=self._clock)

    async def backlog(self, upstream: str) -> Backlog:
        """Return how many advices an upstream has not acknowledged, and how old they are."""
        return backlog((await self._tallies()).get(upstream), self._clock.now().wall)

    async def standings(self) -> tuple[Standing, ...]:
        """Return the backlog of each upstream that takes advices.

        An upstream that is no longer in the settings is among them as long as it is owed an advice.
        """
        owed, now = await self._tallies(), self._clock.now().wall
        return tuple(
            Standing(
                upstream=name,
                backlog=backlog(owed.get(name), now),
                is_paused=name in self.paused,
                is_set_up=name in self._lines,
            )
            for name in dict.fromkeys((*self._lines, *owed))
        )

    async def _tallies(self) -> dict[str, Tally]:
        return {one.upstream: one for one in await self._journal.owed_tallies()}

    async def finish(self, limit_s: float) -> None:
        """Wait until what is being sent now was answered and written, but at most ``limit_s``."""
        await wait_at_most(limit_s, self._sending, owner=self._owner, clock=self._clock)

    # ------------------------------------------------------------------------------ one upstream

    async def _serve(
        self,
        line: _Line,
        urgency: _Urgency,
        is_wanted: Callable[[Advice], bool] = lambda _: True,
    ) -> None:
        """Send in order until nothing is due, or no attempt is answered."""
        async with line.lock:
            serving = _Pass(urgency, is_wanted)
            while await self._fill(line, serving):
                ended, _ = await asyncio.wait(
                    serving.under_way, return_when=asyncio.FIRST_COMPLETED
                )
                for task in ended:
                    if serving.take_end(task):
                        line.is_doubtful = False
            if serving.is_in_vain:
                line.is_doubtful = True
                line.held_until_s = self._clock.now().monotonic_s + serving.pause_s
            raise_first(serving.failures)

    async def _fill(self, line: _Line, serving: "_Pass") -> bool:
        """Begin the next attempts in all free places; return whether any is under way."""
        try:
            while serving.free and not serving.failures and not line.is_paused:
                if not serving.waiting:
                    serving.waiting = await self._due(line, serving)
                if not serving.waiting:
                    break
                advice = serving.waiting.pop(0)
                serving.begin(self._begin(line, advice), advice)
        except Exception as error:  # noqa: BLE001 - raised by the pass, once all of it has ended
            serving.failures.append(error)
        return bool(serving.under_way)

    async def _due(self, line: _Line, serving: "_Pass") -> list[Advice]:
        """Read the next advices, each about another voucher.

        Over a doubtful connection only a few.
        """
        if line.is_doubtful and serving.tried:
            return []  # the probe's answer comes first
        is_held = self._held_s(line) > 0 and serving.urgency is _Urgency.WHEN_DUE
        now, passed_over = self._clock.now(), serving.tried | set(self._sending.values())
        due = [
            advice
            for advice in await self._queue(line, serving.is_wanted)
            if advice.id not in passed_over
            and advice.fingerprint not in serving.vouchers
            and _may_go(advice, now, serving.urgency, is_back=serving.is_back)
            and (not is_held or _is_new_reversal(advice))
        ]
        due.sort(key=_is_new_reversal, reverse=True)
        # The waits that were agreed with a dead line would only spoil the order.
        serving.is_back = serving.is_back or line.is_doubtful
        return _next(due, is_doubtful=line.is_doubtful)

    def _begin(self, line: _Line, advice: Advice) -> asyncio.Task[_Sent]:
        """Start to send in a task of its own, which a caller that stops waiting does not end."""
        task = self._owner.spawn(
            self._send(line, advice), f"advise {advice.redemption_id}", is_awaited=True
        )
        self._sending[task] = advice.id
        task.add_done_callback(self._sending.pop)
        return task

    async def _send(self, line: _Line, advice: Advice) -> _Sent:
        """Make one attempt; an advice with an altered record is left to a supervisor."""
        try:
            return await self._attempt(line, advice)
        except RecordUnreadableError:
            self._unreadable.add(advice.id)
            return _Sent(is_through=True)  # nothing speaks against the line: the others go on

    async def _attempt(self, line: _Line, advice: Advice) -> _Sent:
        """Count an attempt, then send, then write how it ended."""
        if advice.is_under_way:
            # Nobody makes that attempt: its end could not be written, for want of memory perhaps.
            ended = interrupted(advice, await self._redemption(advice), self._clock.now())
            await self._journal.commit(ended.rows)
            self._notices.tell_advice(ended.advice)
            return _Sent(is_through=True)  # the next round sends it
        body = await self._journal.advice_body(advice.id)
        await self._tokens.take(line.gateway.upstream)
        begun = begin(advice, await self._redemption(advice), self._clock.now())
        try:
            await self._journal.commit(begun.rows)
        except StaleChangeError:
            return _Sent(
                is_through=True
            )  # it was replaced or settled; what is left the next round sends
        failure: Exception | None = None
        verdict: AdviceVerdict = Repeat(UnknownCause.UNREADABLE)
        try:
            verdict = await line.gateway.advise(begun.advice, body)
        except Exception as error:  # noqa: BLE001 - raised below, once the attempt has its end
            failure = error
        # Before anybody is told of the attempt, who would look whether the queue goes on.
        line.is_paused = line.is_paused or isinstance(verdict, NotAllowed)
        verdict = explained(verdict, begun.advice)
        try:
            after = await self._conclude(begun.advice, verdict)
        except VoucherInUseError:
            # Its voucher is in use again, so that no person can be given it yet.
            after = await self._conclude(begun.advice, Repeat(UnknownCause.CONFLICT))
        if failure is not None:
            raise failure
        return _Sent(
            is_through=not isinstance(verdict, Repeat | NotAllowed),
            wait_s=_pause_s(after, self._clock.now()),
        )

    async def _conclude(self, advice: Advice, verdict: AdviceVerdict) -> Advice:
        redemption = await self._redemption(advice)
        now, jitter = self._clock.now(), self._chance.jitter()
        concluded = conclude(advice, redemption, verdict, now, jitter)
        await self._journal.commit(concluded.rows)
        if concluded.redemption != redemption:
            self._notices.tell(concluded.redemption)
        self._notices.tell_advice(concluded.advice)
        return concluded.advice

    async def _redemption(self, advice: Advice) -> Redemption:
        redemption = await self._journal.redemption(advice.redemption_id)
        assert redemption is not None, "an advice belongs to a redemption"
        return redemption

    # ------------------------------------------------------------------------------ order and time

    async def _queue(
        self, line: _Line, is_wanted: Callable[[Advice], bool] = lambda _: True
    ) -> list[Advice]:
        """Return the advices whose turn it is: the first about each voucher."""
        owed = await self._journal.owed_advices(line.gateway.upstream)
        return [
            advice
            for advice in _first_of_each_voucher(owed)
            if is_wanted(advice) and advice.id not in self._unreadable
        ]

    async def _wait_s(self, line: _Line) -> float | None:
        """Return the seconds until something is due on a line; None when nothing ever is."""
        if line.is_paused:
            return None
        held_s = self._held_s(line)
        if held_s > 0:
            return held_s
        now = self._clock.now()
        return min((_wait_s(advice, now) for advice in await self._queue(line)), default=None)

    def _held_s(self, line: _Line) -> float:
        """Return for how many seconds nothing is sent, because the connection is doubtful."""
        now_s = self._clock.now().monotonic_s
        return max(0.0, line.held_until_s - now_s) if line.is_doubtful else 0.0


def _wait_s(advice: Advice, now: Instant) -> float:
    if advice.next_due_at is None or is_due(advice, now):
        return 0.0
    return (advice.next_due_at - now.wall).total_seconds()


def _pause_s(advice: Advice, now: Instant) -> float:
    """Return for how long a failure speaks against the line.

    The day that an advice steps aside is its own: the others would wait for it.
    """
    own_s = SUSPENDED_EVERY_S if advice.state is AdviceState.SUSPENDED else 0.0
    return max(0.0, _wait_s(advice, now) - own_s)


def _may_go(advice: Advice, now: Instant, urgency: _Urgency, *, is_back: bool) -> bool:
    """Whether an attempt is made in this pass; ``is_back`` means that the connection works again.

    A safety resend is never early: its request may arrive long after it was reversed.
    """
    if is_due(advice, now):
        return True
    if advice.state is AdviceState.ACKNOWLEDGED:
        return False
    if urgency is _Urgency.PRESSED:
        return True
    if hold_left_s(advice, now) > 0:
        return False
    return urgency is _Urgency.HURRIED or (is_back and advice.state is AdviceState.OWED)


def _first_of_each_voucher(owed: Iterable[Advice]) -> Iterator[Advice]:
    """Leave out advices that must wait for an earlier one about their voucher.

    A suspended advice makes no other one wait.
    """
    waited_for: set[str] = set()
    for advice in owed:
        if advice.fingerprint in waited_for:
            continue
        if advice.state is AdviceState.OWED:
            waited_for.add(advice.fingerprint)
        yield advice


def _next(due: list[Advice], *, is_doubtful: bool) -> list[Advice]:
    """Return what is sent next, one advice for each voucher.

    Over a doubtful connection it is the first advice, and the one with the fewest attempts: an
    advice that always fails by itself must not stop all the others.
    """
    if is_doubtful and due:
        others = [advice for advice in due if advice.fingerprint != due[0].fingerprint]
        least = sorted(others, key=lambda advice: advice.attempts)[:1]
        return [due[0], *least]
    by_voucher: dict[str, Advice] = {}
    for advice in due:
        by_voucher.setdefault(advice.fingerprint, advice)
    return list(by_voucher.values())[:READ_AHEAD_MAX]


def _is_new_reversal(advice: Advice) -> bool:
    return _is_pending_reversal(advice) and not advice.attempts


def _is_pending_reversal(advice: Advice) -> bool:
    return advice.kind is AdviceKind.REVERSAL and advice.state is AdviceState.OWED
