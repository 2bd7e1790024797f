"""Take a final redemption back by a reversal, if its confirmation was provably never sent."""

from counterfoil.declaring import dataclass
from counterfoil.domain.failures import SaleInUseError, StaleChangeError, VoucherInUseError
from counterfoil.domain.redeeming import Void
from counterfoil.domain.redemption import Redemption
from counterfoil.domain.states import RedemptionState
from counterfoil.domain.voids import NotVoidedReason
from counterfoil.domain.voucher_type import UpstreamKind
from counterfoil.ports.clock import Clock
from counterfoil.ports.journal import Journal
from counterfoil.service.known import known_redemption
from counterfoil.service.notices import Notices
from counterfoil.service.owing import AdviceComposer


@dataclass(frozen=True, slots=True)
class Voided:
    """The reversal is written and will be delivered until it is acknowledged."""

    redemption: Redemption


@dataclass(frozen=True, slots=True)
class NotVoided:
    """Why no reversal was written. Nothing was changed."""

    redemption: Redemption
    reason: NotVoidedReason


class Voider:
    """Replaces confirmations that were never sent by reversals."""

    def __init__(
        self, *, journal: Journal, composer: AdviceComposer, clock: Clock, notices: Notices
    ) -> None:
        self._journal = journal
        self._composer = composer
        self._clock = clock
        self._notices = notices

    async def void(self, redemption_id: str) -> Voided | NotVoided:
        """Take a redemption back in one commit, or return why not. The goods must be back already.

        Raises:
            UnknownRedemptionError: the journal has no such redemption.

        """
        redemption = await known_redemption(self._journal, redemption_id)
        reason = self._why_never(redemption)
        if reason is not None:
            return NotVoided(redemption, reason)
        now = self._clock.now()
        try:
            taken = await self._composer.step(redemption, Void(), now)
            await self._journal.commit(taken.rows)
        except StaleChangeError:
            return NotVoided(redemption, NotVoidedReason.CONFIRMATION_LEFT)
        except VoucherInUseError:
            return NotVoided(redemption, NotVoidedReason.VOUCHER_IN_USE)
        except SaleInUseError:
            return NotVoided(redemption, NotVoidedReason.SALE_IN_USE)
        self._notices.tell(taken.redemption)
        return Voided(taken.redemption)

    async def why_not(self, redemption: Redemption) -> NotVoidedReason | None:
        """Return why a reversal cannot undo a redemption; None where nothing speaks against it.

        Only the commit can tell whether something else happens to the voucher or sale at the same
        moment.
        """
        reason = self._why_never(redemption)
        if reason is not None:
            return reason
        advice = await self._journal.advice(redemption.id)
        assert advice is not None, "what is final owes its confirmation"
        may_be_replaced = advice.attempts == 0 and advice.is_to_be_sent
        return None if may_be_replaced else NotVoidedReason.CONFIRMATION_LEFT

    def _why_never(self, redemption: Redemption) -> NotVoidedReason | None:
        if redemption.is_refund:
            return NotVoidedReason.IS_A_REFUND
        if redemption.state is not RedemptionState.FINAL:
            return NotVoidedReason.NOT_FINAL
        if redemption.kind is UpstreamKind.KEYED:
            return NotVoidedReason.NO_REVERSALS
        if not redemption.has_confirmation:
            return NotVoidedReason.COMPLETE
        return None if self._composer.can_compose(redemption) else NotVoidedReason.NOT_SET_UP
