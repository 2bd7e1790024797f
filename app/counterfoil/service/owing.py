"""Compose what the till must tell a provider later, before anything is written.

Some events make it owe a confirmation or a reversal. One commit holds the event and that advice.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from counterfoil.domain.advice import Advice, AdviceKind
from counterfoil.domain.failures import StaleChangeError
from counterfoil.domain.redeeming import Answered, Composed, Event, Owes, Step, owed_by, step
from counterfoil.domain.redemption import Redemption
from counterfoil.domain.secret import Secret
from counterfoil.domain.time import Instant
from counterfoil.ports.advised_gateway import AdvisedGateway
from counterfoil.ports.chance import Chance
from counterfoil.ports.gateway import Gateway
from counterfoil.ports.journal import Journal


class AdviceComposer:
    """Takes steps of redemptions, and composes the advices that they owe."""

    def __init__(
        self, *, journal: Journal, gateways: Mapping[str, Gateway], chance: Chance
    ) -> None:
        self._journal = journal
        self._gateways = gateways
        self._chance = chance

    def can_compose(self, redemption: Redemption) -> bool:
        """Whether the redemption's upstream is set up, and is one that takes advices."""
        return isinstance(self._gateways.get(redemption.upstream), AdvisedGateway)

    async def step(self, redemption: Redemption, event: Event, now: Instant) -> Step:
        """Return the step that an event makes, with the advice it owes; nothing is written yet.

        Raises:
            StaleChangeError: the confirmation that was to be replaced may have been sent.

        """
        owes = owed_by(redemption, event, now)
        if owes is None:
            return step(redemption, event, now)
        advice = await self._advice(redemption, owes, now)
        body = await self._body(advice, event)
        return step(redemption, event, now, Composed(advice, body))

    async def _advice(self, redemption: Redemption, owes: Owes, now: Instant) -> Advice:
        if owes.is_replacement:
            written = await self._journal.advice(redemption.id)
            assert written is not None, "what is final owes its confirmation"
            if written.attempts > 0:
                raise StaleChangeError
            return replace(written, kind=owes.kind, reason=owes.reason, next_due_at=None)
        return Advice(
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

    def _held_until(
        self, redemption: Redemption, kind: AdviceKind, now: Instant
    ) -> datetime | None:
        """Hold a confirmation back for as long as the upstream's settings say; nothing else.

        That of a refund cannot be replaced by a reversal, so it goes at once.
        """
        hold_s = self._gateway(redemption.upstream).confirmation_hold_s
        is_held = kind is AdviceKind.CONFIRMATION and not redemption.is_refund
        return now.wall + timedelta(seconds=hold_s) if is_held and hold_s > 0 else None

    async def _body(self, advice: Advice, event: Event) -> Secret:
        """Compose the text from what was sent, and from the last answer, which may just come."""
        just_came = event.verdict.body if isinstance(event, Answered) else None
        answer = just_came or await self._journal.last_answer(advice.redemption_id)
        request = await self._journal.request(advice.redemption_id)
        return self._gateway(advice.upstream).compose_advice(advice, request, answer)

    def _gateway(self, upstream: str) -> AdvisedGateway:
        gateway = self._gateways[upstream]
        assert isinstance(gateway, AdvisedGateway), "only an upstream of this kind is advised"
        return gateway
