"""Redeem a voucher: write, send, write, and only then show the result.

Rules kept here: nothing leaves before its row is durable; one attempt of a redemption at a time; an
exchange that has begun goes on when whoever waits for it stops waiting, and its answer is written
all the same. To a keyed upstream only the same request with the same key is ever sent again. To an
advised one no request is sent again: what is not decided at the counter is reversed.

Only a till that closes ends an exchange early: what is not answered within the limit of `finish` is
cancelled with its task, a later answer is dropped, and the next start asks again with the same key.
"""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial

from counterfoil.declaring import dataclass
from counterfoil.domain import rows as row
from counterfoil.domain.entry import fingerprint_source
from counterfoil.domain.failures import (
    AmountNotOwedError,
    ReferenceTakenError,
    SaleClosedError,
    SaleCurrencyError,
    StaleChangeError,
    TooMuchOwedError,
    UnknownUpstreamError,
)
from counterfoil.domain.forwarding import BacklogLevel, backlog
from counterfoil.domain.money import Amount, Exact
from counterfoil.domain.pacing import COUNTER_ATTEMPTS_MAX, COUNTER_LIMIT_S, Pace
from counterfoil.domain.redeeming import (
    Abandon,
    Answered,
    Ask,
    Close,
    CloseSale,
    Event,
    Found,
    Leave,
    Step,
    Transmit,
    step,
)
from counterfoil.domain.redemption import Redemption
from counterfoil.domain.sale import Sale, SaleEnding
from counterfoil.domain.secret import Secret
from counterfoil.domain.slip_facts import masked_phone
from counterfoil.domain.states import Customer, RedemptionState, SaleState
from counterfoil.domain.stepping import can_close
from counterfoil.domain.verdict import Unknown, UnknownCause, Verdict
from counterfoil.domain.voucher_type import FieldKind, UpstreamKind, VoucherType
from counterfoil.ports.chance import Chance
from counterfoil.ports.clock import Clock
from counterfoil.ports.gateway import Gateway, Order
from counterfoil.ports.journal import Journal
from counterfoil.ports.vault import Vault
from counterfoil.service.known import known_redemption, known_sale
from counterfoil.service.notices import Notices
from counterfoil.service.owing import AdviceComposer
from counterfoil.service.shredding import phone_fingerprint
from counterfoil.service.single_flight import SingleFlight
from counterfoil.service.tasks import TaskOwner

_IDS_TRIED_MAX = 5
_ASKED_ABOUT = {RedemptionState.PREPARED, RedemptionState.INFLIGHT, RedemptionState.APPROVED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """What the cashier asked for. ``fields`` are those that `read_form` returned.

    ``sale_id`` is the open sale that this goes on with; None opens a new one. ``due`` is all that
    is to be paid in a new one, where the voucher pays only a part; None where it is the amount.
    """

    voucher_type: VoucherType
    fields: Mapping[str, Secret]
    amount: Amount
    cashier: str
    sale_id: str | None = None
    due: Exact | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A redemption that is about to be written, and the sale that is opened with it."""

    prepared: row.RedemptionPrepared
    opening: row.SaleOpened | None = None


class Redeemer:
    """Starts redemptions and asks upstreams about them."""

    def __init__(
        self,
        *,
        journal: Journal,
        gateways: Mapping[str, Gateway],
        vault: Vault,
        clock: Clock,
        chance: Chance,
        notices: Notices,
        owner: TaskOwner,
        flush_reversals: Callable[[str], Awaitable[None]] | None = None,
    ) -> None:
        """Keep the ports; ``flush_reversals`` is called before a new request is sent."""
        self._journal = journal
        self._gateways = gateways
        self._composer = AdviceComposer(journal=journal, gateways=gateways, chance=chance)
        self._flush_reversals = flush_reversals
        self._vault = vault
        self._clock = clock
        self._chance = chance
        self._notices = notices
        self._asks = SingleFlight[Redemption]("ask", owner=owner, clock=clock)
        self._in_hand: set[str] = set()

    @property
    def in_hand(self) -> frozenset[str]:
        """The ids of the redemptions that the counter waits for, or whose attempt is under way.

        The resolver leaves these alone.
        """
        return self._asks.under_way | self._in_hand

    def waits_for(self, redemption: Redemption) -> bool:
        """Whether somebody at the counter is waiting for it."""
        return redemption.id in self._in_hand

    async def prepare(self, intent: Intent) -> Redemption:
        """Write a new redemption into the journal; nothing is sent.

        From then on the counter counts as waiting for it, until `see_through` or `abandon` ends.

        Raises:
            RedemptionRefusedError: its voucher or its sale has an open redemption.
            UnknownSaleError, UnknownUpstreamError: what it names is not there.
            EntryError: a field cannot be sent.
            JournalUnavailableError: it could not be written.

        """
        if intent.voucher_type.upstream not in self._gateways:
            raise UnknownUpstreamError
        if intent.sale_id is not None:
            await self._check_owed(intent.sale_id, intent)
        elif _asks_for_more(intent):
            raise AmountNotOwedError
        if intent.voucher_type.kind is UpstreamKind.ADVISED:
            await self._check_backlog(intent.voucher_type.upstream)
        return await self.take_in(lambda: self._draft(intent))

    async def take_in(self, draft: Callable[[], Draft]) -> Redemption:
        """Write the redemption that ``draft`` returns into the journal; nothing is sent.

        ``draft`` is called once more for each short reference that is already taken. From then on
        the counter counts as waiting for the redemption, until `see_through` or `abandon` ends.

        Raises:
            RedemptionRefusedError: the journal's rules forbid it.
            JournalUnavailableError: it could not be written.

        """
        for _ in range(_IDS_TRIED_MAX - 1):
            with suppress(ReferenceTakenError):
                return await self._write(draft())
        return await self._write(draft())

    async def _check_owed(self, sale_id: str, intent: Intent) -> None:
        """Refuse what the sale could not be paid with: the upstream would take it all the same."""
        sale = await known_sale(self._journal, sale_id)
        if sale.currency != intent.voucher_type.currency:
            raise SaleCurrencyError
        remaining = sale.remaining_cents
        amount = intent.amount
        is_owed = remaining is None or (isinstance(amount, Exact) and amount.cents <= remaining)
        if sale.state is SaleState.OPEN and not is_owed:
            raise AmountNotOwedError

    async def _check_backlog(self, upstream: str) -> None:
        """Refuse an upstream that has not acknowledged far too much."""
        tallies = {one.upstream: one for one in await self._journal.owed_tallies()}
        owed = backlog(tallies.get(upstream), self._clock.now().wall)
        if owed.level is BacklogLevel.RED:
            raise TooMuchOwedError

    def _draft(self, intent: Intent) -> Draft:
        now = self._clock.now().wall
        kind = intent.voucher_type
        redemption_id = self._chance.new_id()
        sale = Sale(
            id=intent.sale_id or self._chance.new_id(),
            currency=kind.currency,
            due_cents=_due_cents(intent),
            opened_at=now,
        )
        code, phone = fingerprint_source(kind, intent.fields), _phone(intent)
        redemption = Redemption(
            id=redemption_id,
            sale_id=sale.id,
            upstream=kind.upstream,
            type_id=kind.id,
            type_name=kind.name,
            fingerprint=self._vault.fingerprint(code),
            voucher_tail=Secret(code).tail(),
            amount=intent.amount,
            currency=kind.currency,
            idempotency_key=self._chance.new_id(),
            cashier=intent.cashier,
            created_at=now,
            sms_to=None if phone is None else masked_phone(phone.reveal()),
            phone_fingerprint=None if phone is None else phone_fingerprint(self._vault, phone),
            change_manner=kind.change,
            kind=kind.kind,
            has_confirmation=kind.kind is UpstreamKind.ADVISED and kind.has_confirmation,
            is_advice_effective=kind.kind is UpstreamKind.KEYED or kind.is_advice_effective,
            can_refund=kind.kind is UpstreamKind.ADVISED and kind.can_refund,
        )
        request = self._gateways[kind.upstream].compose(
            Order(
                redemption_id=redemption_id,
                type_id=kind.id,
                fields=intent.fields,
                amount=intent.amount,
                currency=kind.currency,
                wire=kind.wire(intent.fields),
            )
        )
        opening = None if intent.sale_id else row.SaleOpened(sale)
        return Draft(row.RedemptionPrepared(redemption, request), opening)

    async def _write(self, draft: Draft) -> Redemption:
        redemption_id = draft.prepared.redemption.id
        opening: tuple[row.Row, ...] = () if draft.opening is None else (draft.opening,)
        # From its birth, or the resolver would take it for one that nobody wants any more.
        self._in_hand.add(redemption_id)
        try:
            await self._journal.commit((*opening, draft.prepared))
            return await self._stored(redemption_id)
        except BaseException:
            self._in_hand.discard(redemption_id)
            raise

    async def redeem(self, intent: Intent) -> Redemption:
        """Do `prepare` and then `see_through`; see `prepare` for what may be raised."""
        redemption = await self.prepare(intent)
        return await self.see_through(redemption.id)

    async def see_through(self, redemption_id: str) -> Redemption:
        """Ask until the redemption is decided or the counter has waited long enough.

        Returns the redemption as it is then; one that is still INFLIGHT goes on in the background.

        Raises:
            UnknownRedemptionError: the journal has no such redemption.

        """
        self._in_hand.add(redemption_id)
        try:
            redemption = await self._see_through(redemption_id)
            is_advised = redemption.kind is UpstreamKind.ADVISED
            is_undecided = redemption.state is RedemptionState.INFLIGHT
            if is_advised and is_undecided and not redemption.is_being_asked:
                return (await self._take(redemption, Leave())).redemption
            return redemption
        finally:
            self._in_hand.discard(redemption_id)

    async def _see_through(self, redemption_id: str) -> Redemption:
        begun_s = self._clock.now().monotonic_s
        wait_s = 0.0
        while True:
            left_s = COUNTER_LIMIT_S - (self._clock.now().monotonic_s - begun_s)
            if wait_s >= left_s:
                return await self._stored(redemption_id)
            if wait_s:
                await self._clock.sleep(wait_s)
            asked = await self._asks.join_within(
                redemption_id, partial(self._ask, redemption_id, Pace.COUNTER), left_s - wait_s
            )
            redemption = asked or await self._stored(redemption_id)
            if redemption.state is not RedemptionState.INFLIGHT or redemption.is_being_asked:
                return redemption
            if redemption.attempts >= COUNTER_ATTEMPTS_MAX or redemption.next_due_at is None:
                return redemption
            wait_s = max(0.0, (redemption.next_due_at - self._clock.now().wall).total_seconds())

    @property
    def upstreams(self) -> tuple[str, ...]:
        """The names of the upstreams in the settings."""
        return tuple(self._gateways)

    def can_move(self, redemption: Redemption) -> bool:
        """Whether its upstream is in the settings, so that something can be done for it here."""
        if redemption.kind is UpstreamKind.ADVISED:
            return self._composer.can_compose(redemption)
        return redemption.upstream in self._gateways

    async def ask(self, redemption_id: str, pace: Pace = Pace.BACKGROUND) -> Redemption:
        """Make one attempt and return the redemption after it.

        Where an attempt is under way already, wait for that one instead.

        Raises:
            UnknownRedemptionError: the journal has no such redemption.

        """
        return await self._asks.join(redemption_id, partial(self._ask, redemption_id, pace))

    async def _ask(self, redemption_id: str, pace: Pace) -> Redemption:
        redemption = await self._stored(redemption_id)
        if redemption.state not in _ASKED_ABOUT or not self.can_move(redemption):
            return redemption
        if redemption.state is RedemptionState.APPROVED:
            return await self._close(redemption)
        if redemption.is_being_asked:
            # Nobody does: there is one ask at a time, and this is it. The end of the one before
            # could not be written, for want of memory for example.
            return (await self._take(redemption, Found())).redemption
        return await self._ask_now(redemption, pace)

    async def _ask_now(self, redemption: Redemption, pace: Pace) -> Redemption:
        is_advised = redemption.kind is UpstreamKind.ADVISED
        is_sent = redemption.first_sent is not None
        if is_advised and is_sent and pace is Pace.BACKGROUND:
            return (await self._take(redemption, Leave())).redemption
        if is_advised and not is_sent and self._flush_reversals is not None:
            await self._flush_reversals(redemption.upstream)
        gateway = self._gateways[redemption.upstream]
        request = await self._journal.request(redemption.id)
        try:
            asked = await self._take(redemption, Ask())
        except SaleClosedError:
            return await self.abandon(redemption)
        if not isinstance(asked.effect, Transmit):
            return asked.redemption
        exchange = gateway.ask(asked.redemption, asked.effect.kind, request)
        answered = await self._write_answer(asked.redemption, exchange, pace)
        if isinstance(answered.effect, Close):
            return await self._close(answered.redemption)
        return answered.redemption

    async def _write_answer(
        self, asked: Redemption, exchange: Awaitable[Verdict], pace: Pace
    ) -> Step:
        """Make the exchange of an attempt that was written, and write how it ended."""
        failure: Exception | None = None
        verdict: Verdict = Unknown(cause=UnknownCause.UNREADABLE)
        try:
            verdict = await exchange
        except Exception as error:  # noqa: BLE001 - raised below, once the attempt has its end: without one it would block its voucher until the next start
            failure = error
        if asked.kind is UpstreamKind.ADVISED and asked.id not in self._in_hand:
            pace = Pace.BACKGROUND  # the counter has left: nobody waits for a lookup
        answer = Answered(verdict=verdict, jitter=self._chance.jitter(), pace=pace)
        answered = await self._take(asked, answer)
        if failure is not None:
            raise failure
        return answered

    async def _close(self, redemption: Redemption) -> Redemption:
        """Close the sale with an approval, or leave it unclaimed when the sale is gone."""
        try:
            closed = await self._take(redemption, CloseSale(await self._sale(redemption)))
        except SaleClosedError:
            gone = replace(await self._sale(redemption), state=SaleState.SET_ASIDE)
            closed = await self._take(redemption, CloseSale(gone))
        # Somebody may have spoken for its customer while it was written.
        return await self._claim(closed.redemption)

    async def _claim(self, redemption: Redemption) -> Redemption:
        """Close the sale with what is unclaimed, if its customer is said to be here."""
        if redemption.state is not RedemptionState.UNCLAIMED:
            return redemption
        with suppress(SaleClosedError, StaleChangeError):
            sale = await self._sale(redemption)
            if can_close(redemption, sale):
                return (await self._take(redemption, CloseSale(sale))).redemption
        return await self._stored(redemption.id)

    async def finish(self, limit_s: float) -> None:
        """Wait until what is being asked now was answered and written, but at most ``limit_s``.

        A second call does not wait again for what the first has given up.
        """
        await self._asks.finish(limit_s)

    async def abandon(self, redemption: Redemption) -> Redemption:
        """Give up a redemption that was written and never sent.

        Raises:
            StaleChangeError: it may have been sent.

        """
        if redemption.state is not RedemptionState.PREPARED:
            raise StaleChangeError
        self._in_hand.discard(redemption.id)
        return (await self._take(redemption, Abandon())).redemption

    async def close_without_voucher(self, sale_id: str, ending: SaleEnding, by: str) -> None:
        """Close a sale without this voucher: cancelled, paid otherwise, or the customer left.

        An approval that comes later took money for a closed sale: it is UNCLAIMED, never a second
        payment. A sale that is closed already stays as it is.

        Raises:
            UnknownSaleError: the journal has no such sale.

        """
        await known_sale(self._journal, sale_id)
        try:
            await self._journal.commit((row.SaleClosed(sale_id, ending, by),))
        except SaleClosedError:
            return

    async def hear_of_customer(self, redemption_id: str, customer: Customer, by: str) -> Redemption:
        """Record where the customer is of a sale that was open when the till stopped.

        If the customer is here, an approval pays for the sale, and one that has come already is
        final when this returns. If they paid another way or left, the sale is closed without the
        voucher, as `close_without_voucher` does.

        Raises:
            UnknownRedemptionError: the journal has no such redemption.
            SaleClosedError: the sale is closed.
            StaleChangeError: somebody has answered already.

        """
        redemption, now = await self._stored(redemption_id), self._clock.now()
        noted = row.CustomerNoted(
            sale_id=redemption.sale_id,
            redemption_id=redemption_id,
            customer=customer,
            at=now.wall,
            by=by,
        )
        heard = replace(await self._sale(redemption), customer=customer, customer_at=now.wall)
        is_claimed = redemption.state is RedemptionState.UNCLAIMED and can_close(redemption, heard)
        claim = step(redemption, CloseSale(heard), now).rows if is_claimed else ()
        await self._journal.commit((noted, *claim))
        known = await self._claim(await self._stored(redemption_id))
        self._notices.tell(known)
        return known

    async def _take(self, redemption: Redemption, event: Event) -> Step:
        """Take one step: commit its rows, then tell."""
        now = self._clock.now()
        taken = await self._composer.step(redemption, event, now)
        await self._journal.commit(taken.rows)
        self._notices.tell(taken.redemption)
        return taken

    async def _stored(self, redemption_id: str) -> Redemption:
        return await known_redemption(self._journal, redemption_id)

    async def _sale(self, redemption: Redemption) -> Sale:
        return await known_sale(self._journal, redemption.sale_id)


def _asks_for_more(intent: Intent) -> bool:
    """Whether more is asked of the voucher than is to be paid."""
    due, amount = intent.due, intent.amount
    return due is not None and isinstance(amount, Exact) and amount.cents > due.cents


def _due_cents(intent: Intent) -> int | None:
    """Return the price of a new sale; None where the voucher's whole value is the price."""
    due = intent.due or intent.amount
    return due.cents if isinstance(due, Exact) else None


def _phone(intent: Intent) -> Secret | None:
    """Return the number that the change voucher is sent to."""
    for spec in intent.voucher_type.fields:
        phone = intent.fields.get(spec.name)
        if spec.kind is FieldKind.PHONE and phone is not None:
            return phone
    return None
