"""Give back what a final redemption took: a new transaction with the states of any redemption."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from counterfoil.declaring import dataclass
from counterfoil.domain import rows as row
from counterfoil.domain.advice import AdviceState
from counterfoil.domain.failures import AlreadyRefundedError, VoucherInUseError
from counterfoil.domain.money import Exact
from counterfoil.domain.redemption import Redemption
from counterfoil.domain.sale import Sale
from counterfoil.domain.states import RedemptionState
from counterfoil.domain.voids import NotRefundedReason
from counterfoil.domain.voucher_type import ChangeManner
from counterfoil.ports.advised_gateway import AdvisedGateway, RefundOrder
from counterfoil.ports.chance import Chance
from counterfoil.ports.clock import Clock
from counterfoil.ports.gateway import Gateway
from counterfoil.ports.journal import Journal
from counterfoil.service.forwarder import Forwarder
from counterfoil.service.known import known_redemption
from counterfoil.service.redeem import Draft, Redeemer


@dataclass(frozen=True, slots=True)
class NotRefunded:
    """Why no refund was begun. Nothing was changed."""

    redemption: Redemption
    reason: NotRefundedReason


class Refunder:
    """Asks upstreams to put back on the voucher what a redemption took from it."""

    def __init__(
        self,
        *,
        journal: Journal,
        gateways: Mapping[str, Gateway],
        clock: Clock,
        chance: Chance,
        redeemer: Redeemer,
        forwarder: Forwarder,
    ) -> None:
        self._journal = journal
        self._gateways = gateways
        self._clock = clock
        self._chance = chance
        self._redeemer = redeemer
        self._forwarder = forwarder

    async def refund(self, redemption_id: str, by: str) -> Redemption | NotRefunded:
        """Give all of a redemption back, or return why that is not tried.

        The goods must be back before. Returns the refund as it is then: only one that is FINAL has
        given anything back.

        Raises:
            UnknownRedemptionError: the journal has no such redemption.
            EntryError: its currency cannot be sent.
            JournalUnavailableError: it could not be written; the next start recovers it.

        """
        taken = await known_redemption(self._journal, redemption_id)
        reason = await self.why_not(taken)
        if reason is NotRefundedReason.CONFIRMATION_OWED:
            await self._forwarder.give_chance(taken)
            reason = await self.why_not(taken)
        if reason is not None:
            return NotRefunded(taken, reason)
        try:
            refund = await self._redeemer.take_in(await self._drafter(taken, by))
        except VoucherInUseError:
            return NotRefunded(taken, NotRefundedReason.VOUCHER_IN_USE)
        except AlreadyRefundedError:
            return NotRefunded(taken, NotRefundedReason.ALREADY_REFUNDED)
        return await self._redeemer.see_through(refund.id)

    async def why_not(self, taken: Redemption) -> NotRefundedReason | None:
        """Return why a redemption cannot be given back now; None where nothing speaks against it.

        Only the commit can tell whether something else happens to the voucher at the same moment.
        """
        reason = self._why_never(taken)
        if reason is not None or not taken.has_confirmation:
            return reason
        advice = await self._journal.advice(taken.id)
        assert advice is not None, "what is final owes its confirmation"
        match advice.state:
            case AdviceState.ACKNOWLEDGED:
                return None
            case AdviceState.SETTLED:
                return NotRefundedReason.SETTLED_BY_HAND
            case _:
                return NotRefundedReason.CONFIRMATION_OWED

    def _why_never(self, taken: Redemption) -> NotRefundedReason | None:
        if taken.is_refund:
            return NotRefundedReason.IS_A_REFUND
        if taken.state is not RedemptionState.FINAL:
            return NotRefundedReason.NOT_FINAL
        if taken.is_refunded:
            return NotRefundedReason.ALREADY_REFUNDED
        if not taken.can_refund:
            return NotRefundedReason.NO_REFUNDS
        if taken.shredded_at is not None:
            return NotRefundedReason.SHREDDED
        is_set_up = isinstance(self._gateways.get(taken.upstream), AdvisedGateway)
        return None if is_set_up else NotRefundedReason.NOT_SET_UP

    async def _drafter(self, taken: Redemption, by: str) -> Callable[[], Draft]:
        """Return what drafts the refund, each time under new ids."""
        gateway = self._gateways[taken.upstream]
        assert isinstance(gateway, AdvisedGateway), "only an upstream of this kind refunds"
        assert taken.redeemed_cents is not None, "what is final took an amount"
        request = await self._journal.request(taken.id)
        answer = await self._journal.last_answer(taken.id)
        order = RefundOrder(
            id="",
            redemption_id=taken.id,
            type_id=taken.type_id,
            amount_cents=taken.redeemed_cents,
            currency=taken.currency,
            request=request,
            answer=answer,
        )

        def draft() -> Draft:
            refund, sale = self._refund_of(taken, order.amount_cents, by)
            asked = gateway.compose_refund(replace(order, id=refund.id))
            return Draft(row.RedemptionPrepared(refund, asked), row.SaleOpened(sale))

        return draft

    def _refund_of(self, taken: Redemption, cents: int, by: str) -> tuple[Redemption, Sale]:
        """Return a new refund, and a sale of its own that it alone closes."""
        now = self._clock.now().wall
        sale = Sale(
            id=self._chance.new_id(), currency=taken.currency, due_cents=cents, opened_at=now
        )
        refund = Redemption(
            id=self._chance.new_id(),
            sale_id=sale.id,
            upstream=taken.upstream,
            type_id=taken.type_id,
            type_name=taken.type_name,
            fingerprint=taken.fingerprint,
            voucher_tail=taken.voucher_tail,
            amount=Exact(cents),
            currency=taken.currency,
            idempotency_key=self._chance.new_id(),
            cashier=by,
            created_at=now,
            change_manner=ChangeManner.NONE,
            kind=taken.kind,
            has_confirmation=taken.has_confirmation,
            is_advice_effective=taken.is_advice_effective,
            refund_of=taken.id,
        )
        return refund, sale
