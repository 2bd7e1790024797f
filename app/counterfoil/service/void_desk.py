"""Takes a redemption back in the first possible way: reversal, refund, outside the voucher."""

from dataclasses import replace

from counterfoil.domain.failures import StaleChangeError
from counterfoil.domain.redemption import Redemption, VoidReason
from counterfoil.domain.rows import VoidAsked
from counterfoil.domain.settlement import CustomerGot, SettledAs, Settlement
from counterfoil.domain.settling import settle
from counterfoil.domain.staff import Actor
from counterfoil.domain.states import RedemptionState
from counterfoil.domain.verdict import DeclineReason
from counterfoil.domain.voids import (
    NotRefundedReason,
    NotVoidedReason,
    VoidOutcome,
    VoidPlan,
    VoidWay,
    WhyNot,
)
from counterfoil.ports.clock import Clock
from counterfoil.ports.journal import Journal
from counterfoil.service.known import known_redemption
from counterfoil.service.notices import Notices
from counterfoil.service.refunding import NotRefunded, Refunder
from counterfoil.service.voiding import Voided, Voider

_TO_BE_REFUNDED = {NotVoidedReason.COMPLETE, NotVoidedReason.CONFIRMATION_LEFT}
_TO_BE_SETTLED_OUTSIDE: set[WhyNot] = {
    NotVoidedReason.NO_REVERSALS,
    NotRefundedReason.NO_REFUNDS,
    NotRefundedReason.SETTLED_BY_HAND,
    NotRefundedReason.SHREDDED,
}
_NOTHING_PUT_BACK = {VoidWay.OUTSIDE, VoidWay.REFUND_REFUSED}
_NEVER_LEFT = {
    DeclineReason.NOT_SENT,
    DeclineReason.NOT_SECURE,
    DeclineReason.NOT_AUTHORISED,
}


class VoidDesk:
    """Takes redemptions back, and records who asked for it and why."""

    def __init__(
        self,
        *,
        journal: Journal,
        voider: Voider,
        refunder: Refunder,
        clock: Clock,
        notices: Notices,
    ) -> None:
        self._journal = journal
        self._voider = voider
        self._refunder = refunder
        self._clock = clock
        self._notices = notices

    async def way_of(self, redemption: Redemption) -> VoidPlan:
        """Return which way a void of a redemption would go, as far as that can be known.

        Nothing is written, and no upstream is asked.
        """
        not_reversed = await self._voider.why_not(redemption)
        if not_reversed is None:
            return VoidPlan(VoidWay.REVERSED)
        if not_reversed not in _TO_BE_REFUNDED:
            return VoidPlan(_way_without(not_reversed), not_reversed)
        not_refunded = await self._refunder.why_not(redemption)
        if not_refunded in {None, NotRefundedReason.CONFIRMATION_OWED}:
            return VoidPlan(VoidWay.REFUNDED, not_refunded)
        return VoidPlan(_way_without(not_refunded), not_refunded)

    async def void(
        self, redemption_id: str, reason: VoidReason, by: Actor, given: CustomerGot | None = None
    ) -> VoidOutcome:
        """Take a redemption back in the first possible way. The goods must be back already.

        ``given`` is what the customer gets where the upstream puts nothing back on the voucher.

        Raises:
            UnknownRedemptionError: the journal has no such redemption.
            JournalUnavailableError: what is done could not be written; the next start recovers it.

        """
        await known_redemption(self._journal, redemption_id)
        asked = VoidAsked(redemption_id, self._clock.now().wall, reason, by.name, by.approved_by)
        await self._journal.commit((asked,))
        outcome = await self._ask_upstream(redemption_id, by)
        if given is None or outcome.way not in _NOTHING_PUT_BACK:
            return outcome
        return await self._settle_outside(outcome, given, by)

    async def _settle_outside(
        self, outcome: VoidOutcome, given: CustomerGot, by: Actor
    ) -> VoidOutcome:
        """Keep what the customer is given instead, so that nothing more is taken back."""
        settlement = Settlement(
            redemption_id=outcome.redemption.id,
            settled_as=SettledAs.OUTSIDE,
            got=given,
            at=self._clock.now().wall,
            by=by.name,
            approved_by=by.approved_by,
        )
        step = settle(outcome.redemption, None, settlement)
        try:
            await self._journal.commit(step.rows)
        except StaleChangeError:
            redemption = await known_redemption(self._journal, outcome.redemption.id)
            return _not_asked(redemption, NotVoidedReason.NOT_FINAL)
        self._notices.tell(step.redemption)
        return replace(
            outcome, way=VoidWay.OUTSIDE, redemption=step.redemption, settlement=settlement
        )

    async def _ask_upstream(self, redemption_id: str, by: Actor) -> VoidOutcome:
        voided = await self._voider.void(redemption_id)
        if isinstance(voided, Voided):
            return VoidOutcome(way=VoidWay.REVERSED, redemption=voided.redemption)
        if voided.reason not in _TO_BE_REFUNDED:
            return _not_asked(voided.redemption, voided.reason)
        refund = await self._refunder.refund(redemption_id, by.name)
        if isinstance(refund, NotRefunded):
            return _not_asked(refund.redemption, refund.reason)
        redemption = await known_redemption(self._journal, redemption_id)
        return VoidOutcome(way=_way_of(refund), redemption=redemption, refund=refund)


def _not_asked(redemption: Redemption, why_not: WhyNot) -> VoidOutcome:
    return VoidOutcome(way=_way_without(why_not), redemption=redemption, why_not=why_not)


def _way_without(why_not: WhyNot) -> VoidWay:
    """Return the way that is left where the upstream is not asked."""
    is_outside = why_not in _TO_BE_SETTLED_OUTSIDE
    return VoidWay.OUTSIDE if is_outside else VoidWay.NOT_POSSIBLE


def _way_of(refund: Redemption) -> VoidWay:
    match refund.state:
        case RedemptionState.FINAL:
            return VoidWay.REFUNDED
        case RedemptionState.DECLINED if refund.decline not in _NEVER_LEFT:
            return VoidWay.REFUND_REFUSED
        case RedemptionState.DECLINED | RedemptionState.ABANDONED:
            return VoidWay.REFUND_NOT_SENT
        case _:
            return VoidWay.REFUND_NOT_KNOWN
