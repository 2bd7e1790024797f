"""The shipped till at an advised upstream, killed on each side of every call of a port (P1, P2).

After each kill the till is started again, at once and later, until nothing is owed; then its
journal and the upstream's ledger agree to the cent. ``python tests/crash/random_kills.py --all``
tries the boundaries that are left out here.
"""

from itertools import count

import pytest

from counterfoil_sandbox.server import SandboxServer
from support.advised_flows import (
    ADVISED_FLOWS,
    REFUND_FLOW,
    TAKEN_FLOW,
    AdvisedFlow,
    AdvisedScene,
    NewAdvisedScene,
)
from support.killing import ADVISED_MUTANTS, Life, Nursery


@pytest.fixture
def new_scene(
    tmp_path_factory: pytest.TempPathFactory, ledger_server: SandboxServer, line_nursery: Nursery
) -> NewAdvisedScene:
    """Return what makes a till of its own at an upstream that outlives them all."""

    def make(flow: AdvisedFlow) -> AdvisedScene:
        return AdvisedScene(ledger_server, line_nursery, tmp_path_factory.mktemp("till"), flow)

    return make


async def autopsy(scene: AdvisedScene, *, kill_at: int, mutant: str = "") -> tuple[Life, str]:
    """Kill a till at a boundary, start it again until nothing is owed, and check both books."""
    life = scene.live(kill_at=kill_at, mutant=mutant)
    await scene.check_before(life)
    books = await scene.settle()
    scene.check_after(books)
    if not life.was_killed:
        await scene.check_again(books)
    return life, books.words


@pytest.mark.parametrize("flow", ADVISED_FLOWS, ids=lambda flow: flow.name)
@pytest.mark.timeout(180)
@pytest.mark.fault("P1", "P2")
async def test_a_kill_at_any_boundary_loses_and_doubles_nothing(
    new_scene: NewAdvisedScene, flow: AdvisedFlow
) -> None:
    """Every start after a kill ends with both books agreeing and nothing owed (I2, I7, I8)."""
    ends = set()
    for kill_at in count(flow.first, flow.every):
        life, end = await autopsy(new_scene(flow), kill_at=kill_at)
        ends.add(end)
        if not life.was_killed:
            assert life.passed == flow.boundaries
            break
    assert kill_at > flow.first + flow.every
    assert ends == flow.ends


@pytest.mark.parametrize(("mutant", "first"), ADVISED_MUTANTS.items())
@pytest.mark.timeout(120)
async def test_a_till_that_breaks_a_rule_is_caught(
    new_scene: NewAdvisedScene, mutant: str, first: int
) -> None:
    """The same checks find each mutant: they can fail."""
    flow = REFUND_FLOW if mutant == "advice not counted" else TAKEN_FLOW
    for kill_at in count(first):
        try:
            life, _ = await autopsy(new_scene(flow), kill_at=kill_at, mutant=mutant)
        except AssertionError:
            return
        assert life.was_killed, "it ran through and nobody noticed"
