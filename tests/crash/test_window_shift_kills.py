"""A shift in the shipped window with a receipt printer, killed with SIGKILL and gone on with.

``python tests/crash/random_kills.py --shift window`` does the same for as long as one likes.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from counterfoil_sandbox.server import SandboxServer
from support.flows import DoubledError, Kill
from support.killing import Nursery
from support.raw_printer import RawPrinter
from support.window_shift_kills import WINDOW_SHIFT_MUTANT, WindowShiftScene
from support.window_story import CLOSED


@pytest.fixture
def scene(
    ledger_server: SandboxServer, window_nursery: Nursery, tmp_path: Path
) -> Iterator[WindowShiftScene]:
    """Return a till with a printer."""
    with RawPrinter() as printer:
        yield WindowShiftScene.at(ledger_server, window_nursery, tmp_path, printer)


@pytest.mark.fault("P1", "P2", "X21")
async def test_a_killed_shift_is_whole_once_it_went_on(scene: WindowShiftScene) -> None:
    """Killed while the provider works, and again once the Z is closed and before it is on paper."""
    first, second, _last = await scene.killed((Kill(at=11), Kill(since=CLOSED, after_s=0.0)))
    assert first.was_killed
    assert second.was_killed


async def test_a_copy_of_a_z_that_says_original_is_caught(scene: WindowShiftScene) -> None:
    """The control: a Z whose paper nobody saw is printed again, and both say the same."""
    with pytest.raises(DoubledError):
        await scene.killed((Kill(since=CLOSED, after_s=0.3, mutant=WINDOW_SHIFT_MUTANT),))
