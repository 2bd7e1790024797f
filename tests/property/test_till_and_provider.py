"""The shipped services against a model provider, through every trouble: nobody loses a cent unseen.

One machine runs the real redeemer, resolver and recovery over a journal in memory. Its rules lose,
delay and double what is sent, cut the power at any commit, set clocks and let days pass. After
each rule the journal is compared with what the provider knows. The same machine must catch
services that were broken on purpose, or it would prove nothing.
"""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import timedelta
from typing import Any, ClassVar, TypeVar

import pytest
from hypothesis import HealthCheck, Phase, Verbosity, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from typing_extensions import override

from counterfoil.domain import redeeming
from counterfoil.domain.failures import RedemptionRefusedError
from counterfoil.domain.money import Amount, Exact, FullValue
from counterfoil.domain.pacing import Pace
from counterfoil.domain.redeeming import Answered, Ask, Event, Step, step
from counterfoil.domain.redemption import AttemptKind, Redemption
from counterfoil.domain.rows import Row
from counterfoil.domain.secret import Secret
from counterfoil.domain.states import FOR_A_PERSON, OPEN, TERMINAL, RedemptionState
from counterfoil.domain.verdict import (
    Declined,
    DeclineReason,
    Unknown,
    UnknownCause,
    Verdict,
)
from counterfoil.ports.gateway import Gateway, Order
from counterfoil.service.recovery import recover
from counterfoil.service.redeem import Redeemer
from support.clocks import SeededChance, SteppedClock
from support.model_provider import Fate, ModelProvider
from support.till import Till, WatchedJournal, intent, open_till

S = RedemptionState
Result = TypeVar("Result")

TAKEN = frozenset({S.FINAL, S.UNCLAIMED})
NOTHING_TAKEN = frozenset({S.DECLINED, S.ABANDONED})
HOUR_S = 3600.0

FATES = st.lists(st.sampled_from(Fate), max_size=7)
CRASHES = st.none() | st.tuples(st.integers(1, 5), st.booleans())
"""At which commit the power fails, and whether it was just after it."""
AMOUNTS: st.SearchStrategy[Amount] = st.sampled_from([Exact(1900), Exact(5000), FullValue()])


class PowerCut(BaseException):
    """The power fails; nothing of the till's own may catch it."""


class PoweredJournal(WatchedJournal):
    """A journal whose machine may lose its power just before or just after a commit."""

    def __init__(self) -> None:
        super().__init__()
        self.cut_at: tuple[int, bool] | None = None

    @override
    async def commit(self, rows: Sequence[Row]) -> None:
        """Write, unless the power fails first."""
        left, is_after = self.cut_at or (0, False)
        if left > 1:
            self.cut_at = (left - 1, is_after)
        elif left == 1 and not is_after:
            raise PowerCut
        await super().commit(rows)
        if left == 1:
            raise PowerCut

    @override
    def reopened(self) -> "PoweredJournal":
        """Return the same books as a new process would open them."""
        journal = PoweredJournal()
        journal._books = self._books
        return journal


class TillAndProvider(RuleBasedStateMachine):
    """One shop: a till that may lose its power, and a provider that remembers everything."""

    redeemer_class: ClassVar[type[Redeemer]] = Redeemer

    async def recover(self) -> None:
        """Bring the journal to where the till can go on."""
        await recover(self.journal, self.clock)

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.clock = SteppedClock(is_automatic=True)
        self.provider = ModelProvider(self.clock)
        self.chance = SeededChance()
        self.journal = PoweredJournal()
        self.shown: list[Redemption] = []
        self.last_sale = ""
        self._opened: AbstractAsyncContextManager[Till] | None = None
        self.till: Till
        self._open()

    def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Run some work to its end on this shop's loop."""
        return self.loop.run_until_complete(work)

    def _open(self) -> None:
        self._opened = open_till(
            self.provider,
            journal=self.journal,
            clock=self.clock,
            chance=self.chance,
            redeemer_class=self.redeemer_class,
        )
        self.till = self.run(self._opened.__aenter__())
        self._listening = self.till.notices.listening(self._show)
        self._listening.__enter__()

    def _show(self, redemption: Redemption) -> None:
        """Show it on the screen; a PIN that was seen cannot be taken back."""
        self.shown.append(redemption)

    def _restart(self, off: timedelta = timedelta(minutes=1)) -> None:
        assert self._opened is not None
        self.run(self._opened.__aexit__(None, None, None))
        self.provider.true_s += self.clock.now().monotonic_s - 10.0 + off.total_seconds()
        self.clock.reboot(off=off)
        self.journal = self.journal.reopened()
        self._open()
        self.run(self.recover())

    def _powered(self, work: Coroutine[Any, Any, object], cut: tuple[int, bool] | None) -> None:
        """Do some work; the power may fail at one of its commits."""
        self.journal.cut_at = cut
        try:
            self.run(work)
        except RedemptionRefusedError:
            pass
        except PowerCut:
            self._restart()
        finally:
            self.journal.cut_at = None

    # ------------------------------------------------------------------------------------ rules

    @rule(
        number=st.integers(0, 4),
        value=st.sampled_from([1000, 1900, 5000]),
        amount=AMOUNTS,
        fates=FATES,
        cut=CRASHES,
    )
    def redeem(
        self,
        number: int,
        value: int,
        amount: Amount,
        fates: list[Fate],
        cut: tuple[int, bool] | None,
    ) -> None:
        """Let a customer come with a voucher."""
        pin = f"{number:016d}"
        self.provider.vouchers.setdefault(pin, value)
        self.provider.fates.extend(fates)
        self._powered(self.till.redeemer.redeem(intent(amount, pin=pin)), cut)
        self.provider.fates.clear()

    @rule(fates=FATES, cut=CRASHES)
    def resolve(self, fates: list[Fate], cut: tuple[int, bool] | None) -> None:
        """Ask about all that is not known."""
        self.provider.fates.extend(fates)
        self._powered(self.till.resolver.resolve_due(is_everything_due=True), cut)
        self.provider.fates.clear()

    @rule(
        hours=st.sampled_from([0.1, 2.0, 24.5]), fates=st.lists(st.sampled_from(Fate), max_size=40)
    )
    def time_passes(self, hours: float, fates: list[Fate]) -> None:
        """Let the resolver run in the background."""
        self.provider.fates.extend(fates)
        self.run(_run_resolver(self.till, hours * HOUR_S))
        self.provider.fates.clear()

    @rule(hours=st.sampled_from([0.0, 1.0, 22.9, 23.1, 40.0]))
    def machine_is_off(self, hours: float) -> None:
        """Pull the plug, and put it in again later."""
        self._restart(timedelta(hours=hours))

    @rule(days=st.sampled_from([-1, 1, 3]))
    def clock_is_set(self, days: int) -> None:
        """Set the wall clock; the running till notices within a minute or two."""
        self.clock.shift_wall(timedelta(days=days))
        self.run(_run_resolver(self.till, 120))

    @rule()
    def network_delivers_late(self) -> None:
        """Let what was given up arrive after all."""
        self.provider.deliver_late()

    @precondition(lambda self: self._in_doubt())
    @rule()
    def customer_pays_otherwise(self) -> None:
        """Close the sale of what is in doubt without it."""
        self.run(self.till.redeemer.set_sale_aside(self._in_doubt()[0].sale_id))

    # ------------------------------------------------------------------------------- invariants

    def _in_doubt(self) -> list[Redemption]:
        return [one for one in self._all() if one.state is S.INFLIGHT]

    def _all(self) -> tuple[Redemption, ...]:
        return self.run(self.journal.history(10_000))

    @invariant()
    def journal_and_provider_agree(self) -> None:
        """Compare what was taken with what the journal says, unless it does not know (I2)."""
        for one in self._all():
            debits = self.provider.debits.get(one.id, [])
            assert len(debits) <= 1, "one debit at most"
            if one.state in TAKEN:
                assert debits == [one.redeemed_cents], f"{one.state} without its debit"
                assert one.change == self.provider.replacements[one.id], (
                    "the change voucher is kept"
                )
            if one.state in NOTHING_TAKEN:
                assert not debits, f"{one.state} with a debit"
            assert one.state in OPEN | FOR_A_PERSON | TERMINAL | TAKEN

    @invariant()
    def every_debit_has_its_row(self) -> None:
        """Find no debit for what the journal says was never sent (I10)."""
        known = {one.id: one for one in self._all()}
        for reference in self.provider.debits:
            assert known[reference].state is not S.PREPARED, "it left before its row said so"

    @invariant()
    def what_was_shown_is_in_the_journal(self) -> None:
        """Find each PIN that anybody saw after the power cut (I11, I4)."""
        known = {one.id: one for one in self._all()}
        for seen in self.shown:
            if seen.change is not None:
                assert known[seen.id].change == seen.change, "a PIN was shown and is not kept"
            if seen.state is S.FINAL:
                assert known[seen.id].state is S.FINAL, "handed over and not paid"

    @invariant()
    def one_request_is_one_key_and_one_text(self) -> None:
        """Find no retry that looks like a new request (R3, I9)."""
        for reference, sent in self.provider.sent.items():
            assert len(sent) == 1, f"{reference} was sent in {len(sent)} ways"

    @invariant()
    def no_sale_is_paid_twice(self) -> None:
        """Find no sale whose final redemptions exceed what was due (I17)."""
        for one in self._all():
            sale = self.run(self.journal.sale(one.sale_id))
            assert sale is not None
            assert sale.due_cents is None or sale.paid_cents <= sale.due_cents

    @override
    def teardown(self) -> None:
        """End all trouble: nothing stays in doubt for long (I15)."""
        try:
            self.provider.deliver_late()
            self.run(_run_resolver(self.till, 2 * HOUR_S))
            self.journal_and_provider_agree()
            assert not self._in_doubt(), "in doubt for ever"
            assert self.till.failures == []
        finally:
            assert self._opened is not None
            self.run(self._opened.__aexit__(None, None, None))
            self.loop.run_until_complete(self.loop.shutdown_asyncgens())
            self.loop.close()


async def _run_resolver(till: Till, seconds: float) -> None:
    """Let the resolver run for as long as anything is open, then let the rest of the time pass."""
    failures: list[Exception] = []
    end_s = till.clock.now().monotonic_s + seconds
    running = till.owner.spawn(till.resolver.run(failures.append), "resolver")
    while await till.journal.open_redemptions() and till.clock.now().monotonic_s < end_s:
        await till.clock.sleep(min(300.0, end_s - till.clock.now().monotonic_s))
    running.cancel()
    await asyncio.wait({running})
    await till.redeemer.finish(100)
    await till.clock.sleep(end_s - till.clock.now().monotonic_s)
    assert failures == [], failures


COMMON = settings(
    deadline=None,
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.filter_too_much,
        HealthCheck.data_too_large,
    ],
)


def try_hard(machine: type[TillAndProvider], limits: settings) -> None:
    """Run a machine through many stories."""
    run_state_machine_as_test(machine, settings=limits)


def test_no_trouble_makes_journal_and_provider_disagree() -> None:
    """The services as they are shipped: not once in all stories."""
    try_hard(TillAndProvider, settings(COMMON, max_examples=300, stateful_step_count=16))


# ------------------------------------------------------------ broken on purpose, and must be caught


class Changed(ModelProvider):
    """The line to a provider, with a mistake of the till's on it."""

    def __init__(self, inner: Gateway) -> None:
        assert isinstance(inner, ModelProvider)
        self.inner = inner

    @override
    def compose(self, order: Order) -> Secret:
        """Compose as it should be."""
        return self.inner.compose(order)


class NewKeyEachTime(Changed):
    """Makes a new key for each attempt."""

    @override
    async def ask(self, redemption: Redemption, kind: AttemptKind, request: Secret) -> Verdict:
        """Ask under a key of this attempt alone."""
        key = f"{redemption.idempotency_key}-{redemption.attempts}"
        return await self.inner.ask(replace(redemption, idempotency_key=key), kind, request)


class SilenceIsNo(Changed):
    """Takes silence for a refusal."""

    silences: ClassVar[frozenset[UnknownCause]] = frozenset({UnknownCause.TIME_OUT})

    @override
    async def ask(self, redemption: Redemption, kind: AttemptKind, request: Secret) -> Verdict:
        """Ask, and conclude too much."""
        verdict = await self.inner.ask(redemption, kind, request)
        if isinstance(verdict, Unknown) and verdict.cause in self.silences:
            return Declined(reason=DeclineReason.REFUSED)
        return verdict


class ErrorIsNo(SilenceIsNo):
    """Takes a server error for a refusal."""

    silences = frozenset({UnknownCause.UPSTREAM_ERROR})


class StoredErrorIsNo(SilenceIsNo):
    """Takes a stored server error for a refusal."""

    silences = frozenset({UnknownCause.STORED_ERROR})


def through(line: Callable[[Gateway], Gateway]) -> type[Redeemer]:
    """Return a redeemer that asks over this line."""

    class OverLine(Redeemer):
        """Asks over another line."""

        def __init__(self, **parts: Any) -> None:
            gateways = {name: line(one) for name, one in parts["gateways"].items()}
            super().__init__(**{**parts, "gateways": gateways})

    return OverLine


class ShowsFirst(Redeemer):
    """Tells before it writes."""

    @override
    async def _take(self, redemption: Redemption, event: Event) -> Step:
        taken = step(redemption, event, self._clock.now())
        self._notices.tell(taken.redemption)
        await self._journal.commit(taken.rows)
        return taken


class SendsFirst(Redeemer):
    """Writes that it sent once the answer is there."""

    @override
    async def _take(self, redemption: Redemption, event: Event) -> Step:
        taken = step(redemption, event, self._clock.now())
        if isinstance(event, Ask):
            self._unwritten = taken.rows
            return taken
        earlier = self._unwritten if isinstance(event, Answered) else ()
        for rows in (earlier, taken.rows):
            if rows:
                await self._journal.commit(rows)
        self._notices.tell(taken.redemption)
        return taken


class GivesUp(TillAndProvider):
    """Its recovery concludes from a crash that nothing was taken."""

    @override
    async def recover(self) -> None:
        """Decline what was interrupted."""
        for redemption in await self.journal.open_redemptions():
            if redemption.is_being_asked:
                nothing = Declined(reason=DeclineReason.REFUSED)
                no = Answered(verdict=nothing, jitter=0, pace=Pace.BACKGROUND)
                await self.journal.commit(step(redemption, no, self.clock.now()).rows)
        await super().recover()


def broken(redeemer: type[Redeemer]) -> type[TillAndProvider]:
    """Return the same shop with a broken redeemer."""

    class Broken(TillAndProvider):
        """A shop whose redeemer was broken on purpose."""

        redeemer_class = redeemer

    return Broken


DEBIT = "with a debit|one debit at most"
MUTANTS: dict[str, tuple[type[TillAndProvider], str]] = {
    "a new key on each retry": (broken(through(NewKeyEachTime)), f"{DEBIT}|was sent in"),
    "time-out taken for a refusal": (broken(through(SilenceIsNo)), DEBIT),
    "server error taken for a refusal": (broken(through(ErrorIsNo)), DEBIT),
    "stored error taken for a refusal": (broken(through(StoredErrorIsNo)), DEBIT),
    "shown before it is written": (broken(ShowsFirst), "a PIN was shown|handed over"),
    "sent before it is written": (broken(SendsFirst), f"{DEBIT}|left before its row"),
    "a crash taken for a refusal": (GivesUp, DEBIT),
}
"""Each mutant, and what the machine must say of it."""

CONTROL = settings(
    COMMON,
    max_examples=400,
    stateful_step_count=10,
    derandomize=True,
    database=None,
    print_blob=False,
    phases=[Phase.generate],
    report_multiple_bugs=False,
    verbosity=Verbosity.quiet,
)


@pytest.mark.parametrize("mutant", MUTANTS)
def test_services_that_were_broken_on_purpose_are_caught(mutant: str) -> None:
    """The control: within a bounded number of stories, always the same ones."""
    machine, complaint = MUTANTS[mutant]
    with pytest.raises(AssertionError, match=complaint):
        try_hard(machine, CONTROL)


def test_a_till_that_ignores_the_age_of_a_key_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same machine, with a window that never closes."""
    monkeypatch.setattr(redeeming, "REPLAY_WINDOW_S", 1e9)
    with pytest.raises(AssertionError, match=DEBIT):
        try_hard(TillAndProvider, CONTROL)
