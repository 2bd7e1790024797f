"""A shift over a restore at the shipped command line, killed with SIGKILL and tried again.

``python tests/crash/random_kills.py --shift restore`` does the same for as long as one likes.
"""

from pathlib import Path

import pytest

from counterfoil.domain.states import RedemptionState
from counterfoil_sandbox.server import SandboxServer
from support.flows import Kill, LostError
from support.killing import Nursery
from support.restore_kills import RestorePlan, RestoreScene

S = RedemptionState


PLANS = {
    "anchors first": RestorePlan(
        backed_up=S.PREPARED, restores=(Kill(at=6),), accepts=(Kill(at=1),)
    ),
    "old journal set aside": RestorePlan(
        backed_up=S.INFLIGHT, restores=(Kill(at=8), Kill(at=3)), accepts=(Kill(at=3),)
    ),
    "no journal": RestorePlan(backed_up=S.FINAL, restores=(Kill(at=11),)),
}


@pytest.mark.fault("P1", "P2", "D8")
@pytest.mark.parametrize("plan", PLANS.values(), ids=PLANS)
async def test_a_killed_restore_leaves_a_journal_and_is_tried_again(
    ledger_server: SandboxServer, line_nursery: Nursery, tmp_path: Path, plan: RestorePlan
) -> None:
    """The one that was there is kept, the till is held, and its Z says what happened."""
    scene = RestoreScene.at(ledger_server, line_nursery, tmp_path)
    lives = await scene.killed(plan)
    assert [one.was_killed for one in lives].count(True) == len(plan.restores + plan.accepts)


async def test_a_restore_that_removes_the_journal_is_caught(
    ledger_server: SandboxServer, line_nursery: Nursery, tmp_path: Path
) -> None:
    """The control: killed in between there is no journal any more."""
    scene = RestoreScene.at(ledger_server, line_nursery, tmp_path)
    plan = RestorePlan(backed_up=S.FINAL, restores=(Kill(at=9),), mutant="old journal removed")
    with pytest.raises(LostError, match="not kept"):
        await scene.killed(plan)


async def test_a_restore_that_nobody_is_told_of_is_caught(
    ledger_server: SandboxServer, line_nursery: Nursery, tmp_path: Path
) -> None:
    """The control: a journal that was put back opens, and nobody accepted it."""
    scene = RestoreScene.at(ledger_server, line_nursery, tmp_path)
    plan = RestorePlan(backed_up=S.FINAL, restores=(Kill(at=6),), mutant="put back unseen")
    with pytest.raises(AssertionError, match="not held"):
        await scene.killed(plan)
