"""A voucher is shown to the provider that was chosen, and to no other."""

import pytest

from counterfoil.domain.states import RedemptionState
from counterfoil.domain.verdict import Declined, DeclineReason, Unknown, UnknownCause, Verdict
from counterfoil.service.notices import Notices
from counterfoil.service.redeem import Redeemer
from counterfoil.service.tasks import TaskOwner
from support.clocks import SeededChance, SteppedClock
from support.gateways import ScriptedGateway
from support.memory_vault import MemoryVault
from support.till import WatchedJournal, intent


@pytest.mark.fault("H3")
@pytest.mark.parametrize(
    "verdict",
    [
        Declined(reason=DeclineReason.NOT_FOUND),
        Declined(reason=DeclineReason.REFUSED),
        Unknown(cause=UnknownCause.TIME_OUT),
    ],
    ids=["not found", "refused", "no answer"],
)
async def test_no_other_provider_is_tried_by_itself(verdict: Verdict) -> None:
    """H3: a wrong choice costs nothing, and spreads no PIN."""
    chosen = ScriptedGateway(otherwise=verdict)
    other = ScriptedGateway(otherwise=verdict, upstream="electrum")
    clock = SteppedClock(is_automatic=True)
    async with TaskOwner(lambda _, error: pytest.fail(str(error))) as owner:
        journal = WatchedJournal()
        redeemer = Redeemer(
            journal=journal,
            gateways={chosen.upstream: chosen, other.upstream: other},
            vault=MemoryVault(),
            clock=clock,
            chance=SeededChance(),
            notices=Notices(),
            owner=owner,
        )
        ended = await redeemer.redeem(intent())
    assert chosen.asks
    assert {ask.redemption.upstream for ask in chosen.asks} == {"moment"}
    assert (other.asks, other.lookups) == ([], [])
    assert ended.state in {RedemptionState.DECLINED, RedemptionState.INFLIGHT}
    assert len(await journal.history(10)) == 1
