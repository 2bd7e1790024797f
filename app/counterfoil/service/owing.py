"""Write the advice that a step owes into the same commit: a crash can never come between them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from counterfoil.domain.advice import Advice, AdviceKind
from counterfoil.domain.failures import StaleChangeError
from counterfoil.domain.redeeming import Owes, Step
from counterfoil.domain.redemption import Redemption
from counterfoil.domain.rows import (
    AdviceOwed,
    AdviceTurned,
    AttemptEnded,
    RedemptionChanged,
    Row,
)
from counterfoil.domain.secret import Secret
from counterfoil.domain.time import Instant
from counterfoil.ports.advised_gateway import AdvisedGateway
from counterfoil.ports.chance import Chance
from counterfoil.ports.gateway import Gateway
from counterfoil.ports.journal import Journal


class AdviceComposer:
    """Completes steps of redemptions with the advices that they owe."""

    def __init__(
        self, *, journal: Journal, gateways: Mapping[str, Gateway], chance: Chance
    ) -> None:
        self._journal = journal
        self._gateways = gateways
        self._chance = chance

    def can_compose(self, redemption: Redemption) -> bool:
        """Whether the redemption's upstream is set up, and is one that takes advices."""
        return isinstance(self._gateways.get(redemption.upstream), AdvisedGateway)

    async def rows(self, taken: Step, now: Instant) -> tuple[Row, ...]:
        """Return all rows of a step: the advice stands before the change that owes it.

        Raises:
            StaleChangeError: the confirmation that was to be turned may have left.

        """
        if taken.owes is None:
            return taken.rows
        owed = await self._advice_row(taken, taken.owes, now)
        at = next(
            number for number, one in enumerate(taken.rows) if isinstance(one, RedemptionChanged)
        )
        return (*taken.rows[:at], owed, *taken.rows[at:])

    async def _advice_row(self, taken: Step, owes: Owes, now: Instant) -> Row:
        redemption = taken.redemption
        if owes.is_turned:
            written = await self._journal.advice(redemption.id)
            assert written is not None, "what is final owes its confirmation"
            if written.attempts > 0:
                raise StaleChangeError("the confirmation may have left")
            turned = replace(written, kind=owes.kind, reason=owes.reason, next_due_at=None)
            return AdviceTurned(turned, await self._body(taken, turned), now.wall)
        advice = Advice(
            id=self._chance.new_id(),
            redemption_id=redemption.id,
            upstream=redemption.upstream,
            fingerprint=redemption.fingerprint,
            kind=owes.kind,
            reason=owes.reason,
            created_at=now.wall,
            next_due_at=self._held_until(redemption, owes.kind, now),
            is_refund=redemption.is_refund,
        )
        return AdviceOwed(advice, await self._body(taken, advice))

    def _held_until(
        self, redemption: Redemption, kind: AdviceKind, now: Instant
    ) -> datetime | None:
        """Hold a confirmation back for as long as the upstream's settings say; nothing else.

        That of a refund cannot be turned into a reversal, so it goes at once.
        """
        gateway = self._gateways[redemption.upstream]
        assert isinstance(gateway, AdvisedGateway), "only an upstream of this kind is advised"
        is_held = kind is AdviceKind.CONFIRMATION and not redemption.is_refund
        if not is_held or gateway.confirmation_hold_s <= 0:
            return None
        return now.wall + timedelta(seconds=gateway.confirmation_hold_s)

    async def _body(self, taken: Step, advice: Advice) -> Secret:
        gateway = self._gateways[taken.redemption.upstream]
        assert isinstance(gateway, AdvisedGateway), "only an upstream of this kind is advised"
        just_came = [one.body for one in taken.rows if isinstance(one, AttemptEnded) and one.body]
        answer = (
            just_came[-1] if just_came else await self._journal.last_answer(advice.redemption_id)
        )
        request = await self._journal.request(advice.redemption_id)
        return gateway.compose_advice(advice, request, answer)
