"""A shift over two midnights and a change of the clocks, killed with SIGKILL and gone on with.

``python tests/crash/random_kills.py --shift night`` does the same for as long as one likes.
"""

from pathlib import Path

import pytest

from counterfoil_sandbox.server import SandboxServer
from support.flows import Kill
from support.killing import Nursery
from support.night_shift_kills import BOUNDARIES, NIGHT_MUTANTS, NightScene
from support.raw_printer import RawPrinter
from support.window_night_kills import WINDOW_NIGHTS, WindowNight

KILLS = {"spring": BOUNDARIES // 2 + 1, "autumn": BOUNDARIES + 1}


@pytest.mark.fault("P1", "H9", "X21")
@pytest.mark.parametrize("season", KILLS)
async def test_a_killed_night_is_whole_once_it_went_on(
    ledger_server: SandboxServer, line_nursery: Nursery, tmp_path: Path, season: str
) -> None:
    """Each sale is on its day, in its hour and on the one Z; killed at night, and not at all."""
    scene = NightScene.at(ledger_server, line_nursery, tmp_path, season)
    life = await scene.killed(Kill(at=KILLS[season]))
    assert life.was_killed is (KILLS[season] <= BOUNDARIES)
    assert life.was_killed or life.passed == BOUNDARIES


@pytest.mark.fault("P1", "P11", "H9", "X21")
async def test_a_window_that_is_open_all_night_is_whole_once_it_went_on(
    ledger_server: SandboxServer, window_nursery: Nursery, tmp_path: Path
) -> None:
    """Killed while its slip prints, an hour before there is no such hour."""
    with RawPrinter() as printer:
        scene = WindowNight.at(ledger_server, window_nursery, tmp_path, printer)
        scene.times = WINDOW_NIGHTS["spring"]
        first, _last = await scene.killed((Kill(at=30),))
    assert first.was_killed


@pytest.mark.parametrize("mutant", NIGHT_MUTANTS)
async def test_a_till_that_breaks_a_rule_of_the_calendar_is_caught(
    ledger_server: SandboxServer, line_nursery: Nursery, tmp_path: Path, mutant: str
) -> None:
    """The control, without a kill."""
    scene = NightScene.at(ledger_server, line_nursery, tmp_path, "autumn")
    with pytest.raises(AssertionError, match=NIGHT_MUTANTS[mutant]):
        await scene.killed(Kill(mutant=mutant))
