"""Settle by hand what the till cannot decide, by what the provider says about it."""

from collections.abc import Mapping

from counterfoil.domain.advice import Advice
from counterfoil.domain.failures import (
    SettlementTextError,
    SettleRefusal,
    SettleRefusedError,
    StaleChangeError,
)
from counterfoil.domain.redemption import Redemption
from counterfoil.domain.settlement import (
    NAME_MAX,
    REASON_MAX,
    REFERENCE_MAX,
    CustomerGot,
    SettledAs,
    Settlement,
    TextFault,
    holds_many_digits,
)
from counterfoil.domain.settling import can_settle_by_hand, needed_texts, settle
from counterfoil.domain.staff import Actor
from counterfoil.domain.text import clean_text
from counterfoil.ports.clock import Clock
from counterfoil.ports.gateway import Gateway
from counterfoil.ports.journal import Journal
from counterfoil.service.commands import SettleByHand
from counterfoil.service.known import known_redemption
from counterfoil.service.notices import Notices
from counterfoil.service.revealing import repeats_code
from counterfoil.service.views import Dossier

_LIMITS = {"said_by": NAME_MAX, "provider_reference": REFERENCE_MAX, "reason": REASON_MAX}


class SettlementDesk:
    """Shows what is known of a redemption that waits for a person, and stores its settlement."""

    def __init__(
        self, *, journal: Journal, gateways: Mapping[str, Gateway], clock: Clock, notices: Notices
    ) -> None:
        self._journal = journal
        self._gateways = gateways
        self._clock = clock
        self._notices = notices

    async def dossier(self, redemption_id: str) -> Dossier:
        """Return what is known of a redemption.

        Raises:
            UnknownRedemptionError: the journal has no such redemption.

        """
        redemption = await known_redemption(self._journal, redemption_id)
        advice = await self._journal.advice(redemption_id)
        return Dossier(
            redemption=redemption,
            attempts=await self._journal.attempts(redemption_id),
            advice=advice,
            settlements=await self._journal.settlements(redemption_id),
            has_answer=redemption.shredded_at is None
            and await self._journal.last_answer(redemption_id) is not None,
            is_reachable=self._is_reachable(redemption),
            can_settle=self._can_settle(redemption, advice),
        )

    async def settle_by_hand(self, said: SettleByHand, by: Actor) -> Redemption:
        """Settle a redemption in one commit, and return it as it is then.

        Raises:
            UnknownRedemptionError: the journal has no such redemption.
            SettleRefusedError: nobody has to settle it, or not now.
            SettlementTextError: a text is missing, is too long, or may hold a voucher's code.

        """
        redemption = await known_redemption(self._journal, said.redemption_id)
        advice = await self._journal.advice(redemption.id)
        if not self._can_settle(redemption, advice):
            raise SettleRefusedError(SettleRefusal.NOT_OPEN)
        if advice is not None and advice.is_under_way:
            raise SettleRefusedError(SettleRefusal.BEING_SENT)
        if redemption.settled_as is SettledAs.OUTSIDE and said.got is not CustomerGot.NOTHING:
            raise SettleRefusedError(SettleRefusal.GIVEN_BEFORE)
        settlement = Settlement(
            redemption_id=redemption.id,
            settled_as=SettledAs.BY_HAND,
            got=said.got,
            at=self._clock.now().wall,
            by=by.name,
            approved_by=by.approved_by,
            evidence=said.evidence,
            **await self._texts(redemption, said),
        )
        step = settle(redemption, advice, settlement)
        try:
            await self._journal.commit(step.rows)
        except StaleChangeError:
            raise SettleRefusedError(SettleRefusal.MOVED_ON) from None
        self._notices.tell(step.redemption)
        if advice is not None:
            ended = await self._journal.advice(redemption.id)
            assert ended is not None, "an advice stays"
            self._notices.tell_advice(ended)
        return step.redemption

    async def _texts(self, redemption: Redemption, said: SettleByHand) -> dict[str, str]:
        needed = needed_texts(redemption, said.evidence, said.got)
        lines = {}
        for field, limit in _LIMITS.items():
            text: str = getattr(said, field)
            if clean_text(text, 1) or field in needed:
                lines[field] = await self._plain(redemption, field, text, limit)
        return lines

    async def _plain(self, redemption: Redemption, field: str, text: str, limit: int) -> str:
        """Return one line that may be stored and printed unencrypted.

        A provider's own reference may have many digits, and is compared with the codes only.
        """
        line = clean_text(text, limit + 1)
        if not line:
            raise SettlementTextError(field, TextFault.MISSING)
        if len(line) > limit:
            raise SettlementTextError(field, TextFault.TOO_LONG)
        is_free = field != "provider_reference"
        is_like_code = is_free and holds_many_digits(line)
        if is_like_code or await repeats_code(self._journal, redemption, line):
            raise SettlementTextError(field, TextFault.HOLDS_CODE)
        return line

    def _can_settle(self, redemption: Redemption, advice: Advice | None) -> bool:
        is_reachable = self._is_reachable(redemption)
        return can_settle_by_hand(redemption, advice, is_reachable=is_reachable)

    def _is_reachable(self, redemption: Redemption) -> bool:
        return redemption.upstream in self._gateways
