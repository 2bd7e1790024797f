"""Redeeming a voucher: write, send, write, and only then tell."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from typing_extensions import override

from counterfoil.domain import rows as row
from counterfoil.domain.causes.entry import EntryProblem, NotAValue
from counterfoil.domain.failures import (
    AmountNotOwedError,
    EntryError,
    JournalFullError,
    JournalUnavailableError,
    ReferenceTakenError,
    SaleCurrencyError,
    SaleInUseError,
    VoucherInUseError,
)
from counterfoil.domain.money import Exact, FullValue
from counterfoil.domain.pacing import COUNTER_ATTEMPTS_MAX, COUNTER_LIMIT_S
from counterfoil.domain.redemption import AttemptKind, AttentionCause, Redemption
from counterfoil.domain.rows import Row
from counterfoil.domain.sale import SaleEnding
from counterfoil.domain.secret import Secret
from counterfoil.domain.states import RedemptionState, SaleState
from counterfoil.domain.verdict import (
    DeclineReason,
    FollowUp,
    Unknown,
    UnknownCause,
    Verdict,
)
from counterfoil.ports.gateway import Order
from counterfoil.service.recovery import recover
from support.canary import CANARY_CHANGE_PIN, CANARY_PHONE, CANARY_PIN
from support.clocks import SeededChance, SteppedClock
from support.gateways import Ask, ScriptedGateway
from support.till import (
    CHANGE,
    NOT_SENT,
    ONE_VOUCHER,
    TIME_OUT,
    USED,
    Till,
    WatchedJournal,
    approved,
    intent,
    open_till,
)

S = RedemptionState
OTHER_PIN = "4444333322221111"


def lost(rows: Sequence[Row], state: RedemptionState) -> bool:
    """Say whether a commit would bring a redemption into this state."""
    return any(isinstance(one, row.RedemptionChanged) and one.after.state is state for one in rows)


def disk_full_at(state: RedemptionState) -> Callable[[Sequence[Row]], None]:
    """Return a disk that is full just when a redemption is to become this."""

    def check(rows: Sequence[Row]) -> None:
        if lost(rows, state):
            raise JournalFullError("the disk is full")

    return check


async def under_way_at(gateway: ScriptedGateway, till: Till) -> None:
    """Wait until an attempt has begun, without letting time pass."""
    while not gateway.started.is_set():
        await till.clock.advance(0)


# ---------------------------------------------------------------------------------- what happens


async def test_a_yes_closes_the_sale_with_its_change_voucher() -> None:
    """The plain case: one attempt, paid, PIN in the journal."""
    gateway = ScriptedGateway([approved()])
    async with open_till(gateway) as till:
        paid = await till.redeemer.redeem(intent())
        assert paid.state is S.FINAL
        assert paid.change == CHANGE.shape
        assert await till.journal.change(paid.id) == CHANGE
        assert await till.stored(paid) == paid
        sale = await till.journal.sale(paid.sale_id)
    assert sale is not None
    assert (sale.state, sale.due_cents, sale.paid_cents) == (SaleState.PAID, 1900, 1900)
    assert [ask.kind for ask in gateway.asks] == [AttemptKind.SEND]


async def test_a_new_redemption_knows_what_was_asked_and_nothing_secret() -> None:
    """The code is kept as a keyed hash and a tail, the phone number masked."""
    async with open_till(ScriptedGateway()) as till:
        phone = intent(FullValue(), phone_number=CANARY_PHONE)
        written = await till.redeemer.prepare(phone)
        sale = await till.journal.sale(written.sale_id)
    assert sale is not None
    assert sale.due_cents is None
    assert written.state is S.PREPARED
    assert written.voucher_tail == CANARY_PIN[-4:]
    assert written.sms_to == f"082 *** {CANARY_PHONE[-4:]}"
    assert written.slip_number == 1
    assert written.change_manner is ONE_VOUCHER.change
    assert len({written.id, written.sale_id, written.idempotency_key}) == 3
    assert CANARY_PIN not in repr(written)


@pytest.mark.parametrize(
    ("phone", "masked"),
    [
        ("+27820159463", "082 *** 9463"),
        ("+26771234567", "267 *** 4567"),
        ("0820159463", "082 *** 9463"),
        ("12345678", "***"),
    ],
)
async def test_a_phone_number_is_shown_by_its_ends(phone: str, masked: str) -> None:
    """Enough to recognise it; a short one shows nothing."""
    async with open_till(ScriptedGateway()) as till:
        assert (await till.redeemer.prepare(intent(phone_number=phone))).sms_to == masked


async def test_a_no_ends_it_and_frees_the_voucher() -> None:
    """Nothing was taken, so the same voucher may be tried again at once."""
    async with open_till(ScriptedGateway([USED, approved()])) as till:
        refused = await till.redeemer.redeem(intent())
        assert (refused.state, refused.decline) == (S.DECLINED, DeclineReason.ALREADY_USED)
        assert (await till.redeemer.redeem(intent())).state is S.FINAL


@pytest.mark.fault("X13")
async def test_vouchers_that_are_guessed_leave_a_trail() -> None:
    """Each refused try stays, with who made it and when: by that the gate limits them (X13)."""
    async with open_till(ScriptedGateway(otherwise=USED)) as till:
        guesses = [intent(pin=f"{number:016d}") for number in range(6)]
        for guess in guesses:
            assert (await till.redeemer.redeem(guess)).state is S.DECLINED
            await till.clock.sleep(60)
        tried = await till.journal.history(10)
    assert [one.cashier for one in tried] == [one.cashier for one in guesses]
    assert len({one.fingerprint for one in tried}) == 6
    times = sorted(one.created_at for one in tried)
    assert times[-1] - times[0] >= timedelta(minutes=5)


async def test_a_line_that_never_opened_is_a_no_to_the_first_attempt_only() -> None:
    """Later it proves nothing about the attempt before (N1)."""
    async with open_till(ScriptedGateway([NOT_SENT, TIME_OUT, NOT_SENT, approved()])) as till:
        assert (await till.redeemer.redeem(intent())).decline is DeclineReason.NOT_SENT
        paid = await till.redeemer.redeem(intent())
        attempts = await till.journal.attempts(paid.id)
    assert paid.state is S.FINAL
    assert [(one.outcome, one.cause) for one in attempts] == [
        ("unknown", "time_out"),
        ("unknown", "no_news"),
        ("approved", None),
    ]


async def test_what_was_redeemed_in_part_leaves_the_rest_of_the_sale_due() -> None:
    """The sale stays open, and another voucher pays the rest."""
    async with open_till(ScriptedGateway([approved(1000), approved(900)])) as till:
        part = await till.redeemer.redeem(intent(Exact(1900)))
        assert (part.state, part.redeemed_cents) == (S.FINAL, 1000)
        sale = await till.journal.sale(part.sale_id)
        assert sale is not None
        assert (sale.state, sale.remaining_cents) == (SaleState.OPEN, 900)
        rest = intent(Exact(900), pin=OTHER_PIN, sale_id=part.sale_id)
        assert (await till.redeemer.redeem(rest)).state is S.FINAL
        sale = await till.journal.sale(part.sale_id)
    assert sale is not None
    assert (sale.state, sale.paid_cents) == (SaleState.PAID, 1900)


@pytest.mark.parametrize("amount", [Exact(500), FullValue()])
async def test_a_voucher_may_be_meant_to_pay_only_a_part(amount: Exact | FullValue) -> None:
    """The sale keeps all that is to be paid, and stays open for its rest."""
    async with open_till(ScriptedGateway([approved(500)])) as till:
        part = await till.redeemer.redeem(replace(intent(amount), due=Exact(1900)))
        sale = await till.journal.sale(part.sale_id)
    assert part.state is S.FINAL
    assert sale is not None
    assert (sale.state, sale.due_cents, sale.remaining_cents) == (SaleState.OPEN, 1900, 1400)


async def test_a_voucher_never_pays_more_than_is_to_be_paid() -> None:
    """Nothing is written or sent."""
    gateway = ScriptedGateway([approved(1901)])
    async with open_till(gateway) as till:
        with pytest.raises(AmountNotOwedError):
            await till.redeemer.redeem(replace(intent(Exact(1901)), due=Exact(1900)))
    assert not gateway.asks


@pytest.mark.parametrize("amount", [Exact(901), FullValue()])
async def test_a_sale_is_never_continued_with_more_than_it_owes(amount: Exact | FullValue) -> None:
    """The upstream would take it all, and the sale could not be paid with it (I17)."""
    gateway = ScriptedGateway([approved(1000)])
    async with open_till(gateway) as till:
        part = await till.redeemer.redeem(intent(Exact(1900)))
        with pytest.raises(AmountNotOwedError):
            await till.redeemer.redeem(intent(amount, pin=OTHER_PIN, sale_id=part.sale_id))
    assert len(gateway.asks) == 1


async def test_a_sale_is_never_continued_in_another_currency() -> None:
    """It is refused in words before anything is written or sent."""
    gateway = ScriptedGateway([approved(1000)])
    async with open_till(gateway) as till:
        part = await till.redeemer.redeem(intent(Exact(1900)))
        other = intent(Exact(900), pin=OTHER_PIN, sale_id=part.sale_id)
        dollars = replace(other.voucher_type, currency="USD")
        with pytest.raises(SaleCurrencyError):
            await till.redeemer.redeem(replace(other, voucher_type=dollars))
    assert len(gateway.asks) == 1


async def test_a_closed_sale_is_not_continued() -> None:
    """Whether it was paid or set aside."""
    async with open_till(ScriptedGateway([approved()])) as till:
        paid = await till.redeemer.redeem(intent())
        with pytest.raises(SaleInUseError):
            await till.redeemer.redeem(intent(pin=OTHER_PIN, sale_id=paid.sale_id))


async def test_more_than_was_asked_calls_a_person() -> None:
    """Nothing is final, and the sale stays open (N20)."""
    async with open_till(ScriptedGateway([approved(1901)])) as till:
        found = await till.redeemer.redeem(intent())
        assert (found.state, found.attention) == (S.ATTENTION, AttentionCause.MISMATCH)
        assert till.states_told[-1] is S.ATTENTION
        assert S.FINAL not in till.states_told


async def test_a_taken_reference_is_chosen_anew() -> None:
    """Two redemptions never share what people read and scan."""
    ids = SeededChance(7)
    taken = [ids.new_id() for _ in range(3)]

    class Repeating(SeededChance):
        """Gives the ids of an earlier redemption again, with another tail, then new ones."""

        def __init__(self) -> None:
            super().__init__(8)
            self.repeated = 0

        @override
        def new_id(self) -> str:
            """Return an id whose beginning was used before."""
            self.repeated += 1
            fresh = super().new_id()
            return f"{taken[0][:8]}{fresh[8:]}" if self.repeated in {1, 4, 7} else fresh

    async with open_till(ScriptedGateway([approved()]), chance=Repeating()) as till:
        first = await till.redeemer.redeem(intent())
        second = await till.redeemer.prepare(intent(pin=OTHER_PIN))
        assert first.reference != second.reference
        assert till.redeemer.in_hand == {second.id}


async def test_references_that_are_always_taken_end_in_an_error() -> None:
    """A broken source of ids is told, not hidden in a loop."""

    class Stuck(SeededChance):
        """Gives ids that all begin alike."""

        @override
        def new_id(self) -> str:
            """Return an id with the same beginning."""
            return f"00000000{super().new_id()[8:]}"

    async with open_till(ScriptedGateway([approved()]), chance=Stuck()) as till:
        await till.redeemer.redeem(intent())
        with pytest.raises(ReferenceTakenError):
            await till.redeemer.redeem(intent(pin=OTHER_PIN))
        assert till.redeemer.in_hand == frozenset()


# ------------------------------------------------------------------------- write, send, write, tell


async def test_nothing_leaves_before_its_row_is_durable() -> None:
    """When the upstream is asked, the journal already says INFLIGHT and that the attempt began."""
    journal = WatchedJournal()
    seen: list[tuple[RedemptionState, int, bool]] = []

    class Looking(ScriptedGateway):
        """Reads the journal at the moment its bytes would leave."""

        @override
        async def ask(self, redemption: Redemption, kind: AttemptKind, request: Secret) -> Verdict:
            """Note what is durable, then answer."""
            stored = await journal.redemption(redemption.id)
            assert stored == redemption
            last = (await journal.attempts(redemption.id))[-1]
            assert await journal.request(redemption.id) == request
            seen.append((redemption.state, last.number, last.ended_at is None))
            return await super().ask(redemption, kind, request)

    async with open_till(Looking([TIME_OUT, approved()]), journal=journal) as till:
        await till.redeemer.redeem(intent())
    assert seen == [(S.INFLIGHT, 1, True), (S.INFLIGHT, 2, True)]


async def test_a_listener_only_ever_sees_what_is_committed() -> None:
    """Each notice equals the journal's row at that moment, PIN and all."""
    journal = WatchedJournal()
    gateway = ScriptedGateway([TIME_OUT, approved()])
    async with open_till(gateway, journal=journal) as till:

        def look(redemption: Redemption) -> None:
            assert journal.read(redemption.id) == redemption

        with till.notices.listening(look):
            await till.redeemer.redeem(intent())
        assert till.states_told == [S.INFLIGHT, S.INFLIGHT, S.INFLIGHT, S.APPROVED, S.FINAL]
        assert [one.change for one in till.told if one.state is S.APPROVED] == [CHANGE.shape]


async def test_the_commits_come_in_the_order_of_the_protocol() -> None:
    """Prepared; in flight with its start; end with the approval; final with the sale closed."""
    async with open_till(ScriptedGateway([approved()])) as till:
        await till.redeemer.redeem(intent())
        kinds = [[type(one) for one in rows] for rows in till.journal.commits]
    assert kinds == [
        [row.SaleOpened, row.RedemptionPrepared],
        [row.SaleMustBeOpen, row.RedemptionChanged, row.AttemptStarted],
        [row.AttemptEnded, row.RedemptionChanged],
        [row.RedemptionChanged, row.SaleClosed],
    ]


async def test_every_attempt_sends_the_same_bytes_under_the_same_key() -> None:
    """Nothing is composed twice (R3)."""
    gateway = ScriptedGateway([TIME_OUT, TIME_OUT, TIME_OUT, approved()])
    async with open_till(gateway) as till:
        await till.redeemer.redeem(intent())
    assert len({ask.request for ask in gateway.asks}) == 1
    assert len({ask.redemption.idempotency_key for ask in gateway.asks}) == 1
    assert [ask.redemption.attempts for ask in gateway.asks] == [1, 2, 3, 4]


async def test_a_request_that_cannot_be_composed_leaves_no_trace() -> None:
    """An entry error is found before anything is written."""

    class Picky(ScriptedGateway):
        """Refuses every order."""

        @override
        def compose(self, order: Order) -> Secret:
            """Refuse."""
            raise EntryError("pin", NotAValue(EntryProblem.NOT_SENDABLE))

    async with open_till(Picky()) as till:
        with pytest.raises(EntryError):
            await till.redeemer.redeem(intent())
        assert till.journal.commits == []
        assert till.redeemer.in_hand == frozenset()


async def test_a_full_disk_before_the_first_byte_means_nothing_is_sent() -> None:
    """D1: neither the first row nor the start of the attempt can be skipped."""
    for state in (None, S.INFLIGHT):
        gateway = ScriptedGateway([approved()])
        async with open_till(gateway) as till:
            till.journal.before_commit = disk_full_at(state) if state else _refuse
            with pytest.raises(JournalFullError):
                await till.redeemer.redeem(intent())
            assert till.redeemer.in_hand == frozenset()
        assert gateway.asks == []
        assert till.told == []


def _refuse(rows: Sequence[Row]) -> None:
    raise JournalFullError("the disk is full")


@pytest.mark.parametrize("state", [S.APPROVED, S.FINAL])
async def test_an_approval_that_cannot_be_written_did_not_happen(state: RedemptionState) -> None:
    """R7, D2: an error and nothing shown; the next start finds it, and the same PIN comes back.

    It pays nothing by itself then: nobody was told to hand over, and the customer may have left.
    """
    gateway = ScriptedGateway([approved()], otherwise=approved())
    async with open_till(gateway) as till:
        till.journal.before_commit = disk_full_at(state)
        with pytest.raises(JournalFullError):
            await till.redeemer.redeem(intent())
        assert S.FINAL not in till.states_told
        if state is S.APPROVED:
            assert all(one.change is None for one in till.told)
        with pytest.raises(JournalUnavailableError):
            await till.redeemer.redeem(intent(pin=OTHER_PIN))
    async with restarted(till) as till_after:
        (found,) = await till_after.journal.history(10)
        assert await till_after.journal.change(found.id) == CHANGE
    assert found.state is S.UNCLAIMED
    assert found.change == CHANGE.shape
    assert len({(ask.request, ask.redemption.idempotency_key) for ask in gateway.asks}) == 1


# --------------------------------------------------------------------------------- at the counter


async def test_the_counter_asks_five_times_and_then_frees_the_cashier() -> None:
    """What is still in doubt goes on in the background, with a time to ask again."""
    gateway = ScriptedGateway(otherwise=TIME_OUT)
    async with open_till(gateway) as till:
        begun_s = till.clock.now().monotonic_s
        found = await till.redeemer.redeem(intent())
        took_s = till.clock.now().monotonic_s - begun_s
    assert found.state is S.INFLIGHT
    assert len(gateway.asks) == COUNTER_ATTEMPTS_MAX
    assert found.next_due_at is not None
    assert took_s < 16


class SlowGateway(ScriptedGateway):
    """Takes a while to give each answer."""

    def __init__(self, clock: SteppedClock, seconds: float, verdict: Verdict) -> None:
        super().__init__(otherwise=verdict)
        self._clock = clock
        self._seconds = seconds

    @override
    async def ask(self, redemption: Redemption, kind: AttemptKind, request: Secret) -> Verdict:
        """Let virtual time pass, then answer."""
        verdict = await super().ask(redemption, kind, request)
        await self._clock.sleep(self._seconds)
        return verdict


@pytest.mark.parametrize(("seconds", "asks"), [(30.0, 3), (60.0, 2), (74.9, 1)])
async def test_the_counter_waits_seventy_five_seconds_at_most(seconds: float, asks: int) -> None:
    """However slow each exchange is; one that has begun goes on."""
    clock = SteppedClock(is_automatic=True)
    gateway = SlowGateway(clock, seconds, TIME_OUT)
    async with open_till(gateway, clock=clock) as till:
        begun_s = clock.now().monotonic_s
        found = await till.redeemer.redeem(intent())
        took_s = clock.now().monotonic_s - begun_s
        await till.redeemer.finish(100)
    assert found.state is S.INFLIGHT
    assert took_s <= COUNTER_LIMIT_S
    assert len(gateway.asks) == asks


async def test_a_wish_to_wait_longer_than_the_counter_can_frees_the_cashier_at_once() -> None:
    """Nobody stands there for a quarter of an hour."""
    busy = Unknown(cause=UnknownCause.RATE_LIMITED, retry_after_s=600)
    gateway = ScriptedGateway([busy])
    async with open_till(gateway) as till:
        begun_s = till.clock.now().monotonic_s
        found = await till.redeemer.redeem(intent())
        assert till.clock.now().monotonic_s == begun_s
    assert found.state is S.INFLIGHT
    assert len(gateway.asks) == 1


async def test_an_answer_after_the_counter_gave_up_is_still_written() -> None:
    """The cashier is free, and the late approval is not lost."""
    clock = SteppedClock(is_automatic=True)
    async with open_till(SlowGateway(clock, 80, approved()), clock=clock) as till:
        found = await till.redeemer.redeem(intent())
        assert found.is_being_asked
        assert till.redeemer.in_hand == {found.id}
        await till.redeemer.finish(100)
        assert (await till.stored(found)).state is S.FINAL
        assert till.redeemer.in_hand == frozenset()


async def test_a_caller_that_is_cancelled_does_not_stop_the_exchange() -> None:
    """P9: the window may close its view; the answer is written all the same."""
    gateway = ScriptedGateway([approved()])
    gateway.gate = asyncio.Event()
    async with open_till(gateway, clock=SteppedClock()) as till:
        waiting = till.owner.spawn(till.redeemer.redeem(intent()), "cashier")
        await under_way_at(gateway, till)
        waiting.cancel()
        await asyncio.wait({waiting})
        assert waiting.cancelled()
        gateway.gate.set()
        await till.redeemer.finish(1)
        (found,) = await till.journal.history(10)
        assert await till.journal.change(found.id) == CHANGE
    assert found.state is S.FINAL


async def test_whoever_joins_an_ask_under_way_starts_no_second_one() -> None:
    """A double click and the resolver share one attempt."""
    gateway = ScriptedGateway([approved()])
    gateway.gate = asyncio.Event()
    async with open_till(gateway, clock=SteppedClock()) as till:
        written = await till.redeemer.prepare(intent())
        asks = [
            till.owner.spawn(till.redeemer.see_through(written.id), "cashier"),
            till.owner.spawn(till.redeemer.see_through(written.id), "cashier again"),
            till.owner.spawn(till.redeemer.ask(written.id), "resolver"),
        ]
        await under_way_at(gateway, till)
        await till.clock.settle()
        gateway.gate.set()
        found = await asyncio.gather(*asks)
    assert {one.state for one in found} == {S.FINAL}
    assert len(gateway.asks) == 1


@pytest.mark.parametrize("is_cancelled", [True, False])
async def test_a_failure_that_nobody_waits_for_any_more_is_reported(is_cancelled: bool) -> None:
    """The disk fills up when the answer comes late: the till must hear of it (P5)."""
    clock = SteppedClock()
    gateway = ScriptedGateway([approved()])
    gateway.gate = asyncio.Event()
    async with open_till(gateway, clock=clock) as till:
        cashier = till.owner.spawn(till.redeemer.redeem(intent()), "cashier")
        await under_way_at(gateway, till)
        if is_cancelled:
            cashier.cancel()
        else:
            await clock.advance(COUNTER_LIMIT_S)
        await asyncio.wait({cashier})
        till.journal.before_commit = _refuse
        gateway.gate.set()
        await clock.settle()
        assert [type(error) for _, error in till.failures] == [JournalFullError]


async def test_a_failure_somebody_waits_for_is_reported_once() -> None:
    """Whoever waits hears it, and nobody else."""
    async with open_till(ScriptedGateway([approved()])) as till:
        till.journal.before_commit = disk_full_at(S.APPROVED)
        with pytest.raises(JournalFullError):
            await till.redeemer.redeem(intent())
        await till.clock.settle()
        assert till.failures == []


async def test_a_gateway_that_fails_by_itself_leaves_the_redemption_in_doubt_not_stuck() -> None:
    """Our own mistake proves nothing; it is told, the attempt has an end and the next one runs."""

    def stumble(ask: Ask) -> Verdict:
        raise RuntimeError("a mistake in reading the answer")

    gateway = ScriptedGateway([stumble, approved()])
    async with open_till(gateway) as till:
        with pytest.raises(RuntimeError, match="a mistake"):
            await till.redeemer.redeem(intent())
        (found,) = await till.journal.history(10)
        assert (found.state, found.last_cause) == (S.INFLIGHT, UnknownCause.UNREADABLE)
        assert not found.is_being_asked
        await till.resolver.resolve_due(is_everything_due=True)
        assert (await till.stored(found)).state is S.FINAL


async def test_an_upstream_that_was_removed_is_not_asked_and_nothing_is_counted_as_sent() -> None:
    """A row of an upstream that the settings do not name any more waits until it is back."""
    clock = SteppedClock(is_automatic=True)
    async with open_till(ScriptedGateway(otherwise=TIME_OUT), clock=clock) as till:
        found = await till.redeemer.redeem(intent())
    other = ScriptedGateway(upstream="beans")
    async with open_till(other, journal=till.journal, clock=clock, chance=till.chance) as till:
        assert not till.redeemer.can_move(found)
        assert await till.redeemer.ask(found.id) == found
        assert await till.resolver.resolve_due(is_everything_due=True) is None
        assert await till.stored(found) == found


# ------------------------------------------------------------------------------ one of each at most


async def test_of_twenty_tries_of_one_voucher_one_is_redeemed() -> None:
    """Nineteen are refused before anything is sent (I1)."""
    gateway = ScriptedGateway([approved()])
    async with open_till(gateway, journal=WatchedJournal(turns=2)) as till:
        tries = [till.redeemer.redeem(intent()) for _ in range(20)]
        results = await asyncio.gather(*tries, return_exceptions=True)
        assert sum(isinstance(one, VoucherInUseError) for one in results) == 19
        (paid,) = [one for one in results if isinstance(one, Redemption)]
        assert paid.state is S.FINAL
        assert till.redeemer.in_hand == frozenset()
    assert len(gateway.asks) == 1


async def test_one_sale_has_one_open_redemption() -> None:
    """A second voucher for it waits until the first is settled."""
    async with open_till(ScriptedGateway([approved(1000)], otherwise=TIME_OUT)) as till:
        part = await till.redeemer.redeem(intent())
        rest = intent(Exact(900), pin=OTHER_PIN, sale_id=part.sale_id)
        assert (await till.redeemer.redeem(rest)).state is S.INFLIGHT
        with pytest.raises(SaleInUseError):
            await till.redeemer.redeem(replace(rest, fields={"pin": Secret("5" * 16)}))


# ------------------------------------------------------------------------------------ set aside


async def test_a_yes_for_a_sale_that_was_set_aside_is_unclaimed() -> None:
    """H7: the customer paid otherwise meanwhile; the value is owed to somebody, never a payment."""
    gateway = ScriptedGateway([approved()])
    gateway.gate = asyncio.Event()
    async with open_till(gateway, clock=SteppedClock()) as till:
        cashier = till.owner.spawn(till.redeemer.redeem(intent()), "cashier", is_awaited=True)
        await under_way_at(gateway, till)
        (found,) = await till.journal.history(1)
        await till.redeemer.close_without_voucher(
            found.sale_id, SaleEnding.PAID_OTHERWISE, "Thandi M."
        )
        gateway.gate.set()
        late = await cashier
        sale = await till.journal.sale(found.sale_id)
        assert await till.journal.change(late.id) == CHANGE
    assert late.state is S.UNCLAIMED
    assert sale is not None
    assert (sale.state, sale.paid_cents) == (SaleState.SET_ASIDE, 0)


@pytest.mark.parametrize("is_due_fixed", [True, False])
async def test_setting_aside_between_the_approval_and_its_close_wins(is_due_fixed: bool) -> None:
    """The commit that would close the sale fails, and the approval becomes unclaimed."""
    async with open_till(ScriptedGateway([approved()])) as till:
        plain_sale = till.journal.sale

        class Racing:
            """Sets the sale aside just after it was read for closing."""

            done = False

        async def read_then_set_aside(sale_id: str) -> object:
            sale = await plain_sale(sale_id)
            if not Racing.done:
                Racing.done = True
                await till.redeemer.close_without_voucher(
                    sale_id, SaleEnding.PAID_OTHERWISE, "Thandi M."
                )
            return sale

        till.journal.sale = read_then_set_aside  # type: ignore[method-assign, assignment]  # the race itself
        amount = Exact(2000) if is_due_fixed else FullValue()
        found = await till.redeemer.redeem(intent(amount))
    assert found.state is S.UNCLAIMED
    assert till.states_told[-2:] == [S.APPROVED, S.UNCLAIMED]


async def test_setting_a_closed_sale_aside_changes_nothing() -> None:
    """A double press on Next customer is harmless."""
    async with open_till(ScriptedGateway([approved()])) as till:
        paid = await till.redeemer.redeem(intent())
        await till.redeemer.close_without_voucher(
            paid.sale_id, SaleEnding.PAID_OTHERWISE, "Thandi M."
        )
        sale = await till.journal.sale(paid.sale_id)
    assert sale is not None
    assert sale.state is SaleState.PAID


@pytest.mark.fault("H7")
async def test_the_counter_waits_for_a_redemption_until_it_gives_up() -> None:
    """While it does, the customer is there; afterwards a late approval may still pay the sale."""
    gateway = ScriptedGateway([TIME_OUT], otherwise=TIME_OUT)
    gateway.gate = asyncio.Event()
    async with open_till(gateway) as till:
        cashier = till.owner.spawn(till.redeemer.redeem(intent()), "cashier", is_awaited=True)
        await under_way_at(gateway, till)
        (found,) = await till.journal.history(1)
        assert till.redeemer.waits_for(found)
        gateway.gate.set()
        left = await cashier
        assert not till.redeemer.waits_for(left)
    assert left.state is S.INFLIGHT
    assert left.may_pay_late


async def test_nothing_is_sent_for_a_sale_that_was_set_aside_before() -> None:
    """Cancelled before the first byte: given up, and no money moves."""
    gateway = ScriptedGateway([approved()])
    async with open_till(gateway) as till:
        written = await till.redeemer.prepare(intent())
        await till.redeemer.close_without_voucher(
            written.sale_id, SaleEnding.PAID_OTHERWISE, "Thandi M."
        )
        found = await till.redeemer.see_through(written.id)
    assert found.state is S.ABANDONED
    assert gateway.asks == []
    assert till.states_told == [S.ABANDONED]


async def test_a_redemption_given_up_before_it_was_sent_frees_its_voucher() -> None:
    """The customer thought better of it."""
    async with open_till(ScriptedGateway([approved()])) as till:
        written = await till.redeemer.prepare(intent())
        assert (await till.redeemer.abandon(written)).state is S.ABANDONED
        assert till.redeemer.in_hand == frozenset()
        assert (await till.redeemer.redeem(intent())).state is S.FINAL


# ---------------------------------------------------------------------- what only a person can end

DRAFT = Unknown(
    cause=UnknownCause.NOT_FINAL,
    follow_up=FollowUp.FETCH,
    upstream_id="rdm_000000000000000000000001",
    upstream_version=1,
)
STORED = Unknown(cause=UnknownCause.STORED_ERROR, follow_up=FollowUp.PERSON)
CONFLICT = Unknown(cause=UnknownCause.CONFLICT)


@asynccontextmanager
async def restarted(before: Till) -> AsyncIterator[Till]:
    """Start the till again over the same journal: it recovers and asks about what is open."""
    async with open_till(
        before.gateway,
        journal=before.journal.reopened(),
        clock=before.clock,
        chance=before.chance,
    ) as till:
        await recover(till.journal, till.clock)
        await till.resolver.resolve_due()
        yield till


async def left_in_doubt(gateway: ScriptedGateway, off: timedelta) -> tuple[Till, Redemption]:
    """Redeem without a decision, then switch the machine off for a while; return what is found."""
    async with open_till(gateway) as till:
        found = await till.redeemer.redeem(intent())
    till.clock.reboot(off=off)
    return till, found


@pytest.mark.parametrize(
    ("verdict", "off", "cause"),
    [
        (TIME_OUT, timedelta(hours=23), AttentionCause.WINDOW_PASSED),
        (TIME_OUT, timedelta(days=-1), AttentionCause.WINDOW_PASSED),
        (DRAFT, timedelta(hours=24), AttentionCause.NEVER_DECIDED),
        (STORED, timedelta(0), AttentionCause.STORED_ERROR),
        (CONFLICT, timedelta(minutes=5), AttentionCause.CONFLICTS),
    ],
    ids=["window", "clock back", "never decided", "stored error", "conflicts"],
)
async def test_a_person_is_called_with_the_cause(
    verdict: Unknown, off: timedelta, cause: AttentionCause
) -> None:
    """The voucher stays locked, the row stays, and nothing more is sent."""
    gateway = ScriptedGateway(otherwise=verdict)
    before, found = await left_in_doubt(gateway, off)
    async with restarted(before) as till:
        found = await till.redeemer.ask(found.id)
        assert (found.state, found.attention) == (S.ATTENTION, cause)
        asks = len(gateway.asks)
        assert await till.redeemer.ask(found.id) == found
        assert len(gateway.asks) == asks
        with pytest.raises(VoucherInUseError):
            await till.redeemer.redeem(intent())


async def test_just_inside_the_window_the_same_request_still_goes() -> None:
    """22 hours and 59 minutes after the first byte."""
    gateway = ScriptedGateway([TIME_OUT] * 5, otherwise=approved())
    before, found = await left_in_doubt(gateway, timedelta(hours=22, minutes=59))
    async with restarted(before) as till:
        found = await till.stored(found)
        change = await till.journal.change(found.id)
    assert found.state is S.UNCLAIMED
    assert change is not None
    assert change.pin == Secret(CANARY_CHANGE_PIN)


async def test_a_draft_is_asked_for_by_its_id_even_after_the_window() -> None:
    """A question moves no money, so it may be asked up to a day."""
    gateway = ScriptedGateway([DRAFT] * 5, otherwise=approved())
    before, found = await left_in_doubt(gateway, timedelta(hours=23, minutes=30))
    async with restarted(before) as till:
        assert (await till.stored(found)).state is S.UNCLAIMED
    assert [ask.kind for ask in gateway.asks] == [AttemptKind.SEND, *[AttemptKind.FETCH] * 5]


# ------------------------------------------------------------------------------------- finishing


async def test_finishing_with_nothing_under_way_ends_at_once() -> None:
    """An idle till closes without a pause."""
    async with open_till(ScriptedGateway(), clock=SteppedClock()) as till:
        await till.redeemer.finish(10)
        assert till.clock.slept == []


async def test_finishing_waits_no_longer_than_its_limit() -> None:
    """A till that closes does not hang on a line that hangs; the row says what was sent."""
    gateway = ScriptedGateway([approved()])
    gateway.gate = asyncio.Event()
    clock = SteppedClock()
    async with open_till(gateway, clock=clock) as till:
        _ = till.owner.spawn(till.redeemer.redeem(intent()), "cashier")
        await under_way_at(gateway, till)
        closing = till.owner.spawn(till.redeemer.finish(3), "closing")
        await clock.advance(2.9)
        assert not closing.done()
        await clock.advance(0.2)
        assert closing.done()
        (found,) = await till.journal.history(1)
        assert found.is_being_asked


async def test_an_approval_that_was_not_closed_is_closed_by_the_next_ask() -> None:
    """The till does not send again for what it knows."""
    gateway = ScriptedGateway([approved()])
    async with open_till(gateway) as till:
        plain_commit = till.journal.before_commit
        till.journal.before_commit = _stumble_at_final
        with pytest.raises(RuntimeError, match="stumbled"):
            await till.redeemer.redeem(intent())
        till.journal.before_commit = plain_commit
        (found,) = await till.journal.history(1)
        assert found.state is S.APPROVED
        assert (await till.redeemer.ask(found.id)).state is S.FINAL
    assert len(gateway.asks) == 1


def _stumble_at_final(rows: Sequence[Row]) -> None:
    if lost(rows, S.FINAL):
        raise RuntimeError("stumbled")
