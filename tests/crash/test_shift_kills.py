"""A shift at the shipped command line, killed with SIGKILL at its boundaries and between them.

``python tests/crash/random_kills.py --shift`` does the same for as long as one likes.
"""

from pathlib import Path

import pytest

from counterfoil_sandbox.server import SandboxServer
from support.flows import DoubledError, Kill, LostError
from support.killing import Nursery
from support.shift_kills import BOUNDARIES, SHIFT_MUTANTS, ShiftScene, random_kill

SEED, PLANS = 20_267, 2


@pytest.mark.fault("P1", "X21")
@pytest.mark.parametrize("at", [*range(2, BOUNDARIES + 1, 2), BOUNDARIES + 1])
async def test_a_kill_at_a_boundary_leaves_one_of_everything(
    ledger_server: SandboxServer, line_nursery: Nursery, tmp_path: Path, at: int
) -> None:
    """Drawer, journal and Z agree, whatever it was at. Odd boundaries leave the same as even ones.

    A commit has a boundary on each side, and nothing is written from its end to the next one's.
    """
    life = await ShiftScene.at(ledger_server, line_nursery, tmp_path).killed(Kill(at=at))
    assert life.was_killed is (at <= BOUNDARIES)
    assert life.was_killed or life.passed == BOUNDARIES


@pytest.mark.fault("P1", "X21")
async def test_a_kill_by_chance_leaves_one_of_everything(
    ledger_server: SandboxServer, line_nursery: Nursery, tmp_path: Path
) -> None:
    """Between two boundaries, in the middle of a commit or of a start."""
    for number in range(PLANS):
        folder = tmp_path / str(number)
        folder.mkdir()
        scene = ShiftScene.at(ledger_server, line_nursery, folder)
        await scene.killed(random_kill(SEED, number))


@pytest.mark.parametrize("mutant", SHIFT_MUTANTS)
async def test_a_till_that_breaks_a_rule_of_the_drawer_is_caught(
    ledger_server: SandboxServer, line_nursery: Nursery, tmp_path: Path, mutant: str
) -> None:
    """The control: what is acknowledged before it is written, and what is written twice."""
    scene = ShiftScene.at(ledger_server, line_nursery, tmp_path)
    with pytest.raises((LostError, DoubledError)):
        await scene.killed(Kill(at=SHIFT_MUTANTS[mutant], mutant=mutant))
