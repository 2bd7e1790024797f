"""One shift that two people close at once: by a press and a command, or by two commands.

``python tests/crash/random_kills.py --shift rivals`` kills these for as long as one likes.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from counterfoil_sandbox.server import SandboxServer
from support.flows import DoubledError, Kill
from support.killing import Nursery
from support.raw_printer import RawPrinter
from support.rival_shift_kills import RIVAL_MUTANT, LineRivals, RivalPlan, WindowRivals
from support.window_story import AT_Z


@pytest.fixture
def beside_window(
    ledger_server: SandboxServer, window_nursery: Nursery, tmp_path: Path
) -> Iterator[WindowRivals]:
    """Return a till with a window, a printer and a local door."""
    with RawPrinter() as printer:
        yield WindowRivals.at(ledger_server, window_nursery, tmp_path, printer)


@pytest.mark.fault("P1", "P3", "X21")
async def test_a_press_and_a_command_that_meet_close_one_shift(beside_window: WindowRivals) -> None:
    """Killed once it is closed: one of them had added up in vain, and the Z is printed later."""
    plan = RivalPlan(begins_at=AT_Z, meets=True, kill=Kill(since=AT_Z, at=3))
    window, _rival, _last = await beside_window.closed_by_two(plan)
    assert "after commit ShiftClosed" in window.boundary


async def test_a_till_that_gives_one_z_to_two_people_is_caught(beside_window: WindowRivals) -> None:
    """The control: whoever comes second is told that they closed it."""
    plan = RivalPlan(begins_at=AT_Z, meets=True, kill=Kill(mutant=RIVAL_MUTANT))
    with pytest.raises(DoubledError, match="two people"):
        await beside_window.closed_by_two(plan)


@pytest.mark.fault("P1", "P3", "X21")
@pytest.mark.parametrize("at", [1, 2])
async def test_two_commands_at_once_close_one_shift(
    ledger_server: SandboxServer, line_nursery: Nursery, tmp_path: Path, at: int
) -> None:
    """One dies before the shift is closed, or after; the other begins while it is at that."""
    scene = LineRivals.at(ledger_server, line_nursery, tmp_path)
    first, rival = await scene.closed_by_two(RivalPlan(kill=Kill(at=at), begins_at="1"))
    assert first.was_killed
    assert rival.codes in ([0], [1])
