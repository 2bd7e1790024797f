"""Carries out plans of kills of shifts, of each kind that there is."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path

from counterfoil_sandbox.server import SandboxServer
from support import canary
from support.killing import Life, Nursery, open_nursery
from support.night_shift_kills import NIGHT_MUTANTS, NightScene, random_night
from support.raw_printer import RawPrinter
from support.restore_kills import RESTORE_MUTANTS, RestoreScene, random_restore
from support.rival_shift_kills import RIVAL_MUTANT, LineRivals, WindowRivals, random_rivals
from support.sandboxes import canary_sandbox
from support.shift_kills import SHIFT_MUTANTS, ShiftScene, random_kill
from support.window_night_kills import (
    WINDOW_NIGHTS,
    WindowNight,
    chance_of_window,
    random_window_night,
)
from support.window_shift_kills import WINDOW_SHIFT_MUTANT, WindowShiftScene, random_kills

LINE, WINDOW, RESTORE, NIGHT, RIVALS = "line", "window", "restore", "night", "rivals"
SHIFT_KINDS = (LINE, WINDOW, RESTORE, NIGHT, RIVALS)
KIND_OF_MUTANT = {
    **dict.fromkeys(SHIFT_MUTANTS, LINE),
    WINDOW_SHIFT_MUTANT: WINDOW,
    **dict.fromkeys(RESTORE_MUTANTS, RESTORE),
    **dict.fromkeys(NIGHT_MUTANTS, NIGHT),
    RIVAL_MUTANT: RIVALS,
}


class ShiftKiller:
    """Kills shifts at one upstream. Make one with `open_shift_killer`."""

    def __init__(self, server: SandboxServer, nursery_of: Callable[[str], Nursery]) -> None:
        """Start tills in the nursery with windows, or in the one without."""
        self._server = server
        self._nursery_of = nursery_of

    def kill(self, kind: str, seed: int, number: int, mutant: str, folder: Path) -> list[str]:
        """Carry out a plan that depends on these numbers alone; return where its tills died.

        Raises:
            AssertionError: it is not whole in the end, or was not on the way there.

        """
        lives = asyncio.run(_KILLS[kind](self, seed, number, mutant, folder))
        leaks = list(canary.hits_below(folder))
        assert not leaks, f"a secret was written down: {leaks}"
        return [one.boundary or "at its start" for one in lives if one.was_killed]

    async def _at_line(self, seed: int, number: int, mutant: str, folder: Path) -> list[Life]:
        scene = ShiftScene.at(self._server, self._nursery_of(LINE), folder)
        return [await scene.killed(random_kill(seed, number, mutant))]

    async def _in_window(self, seed: int, number: int, mutant: str, folder: Path) -> list[Life]:
        with RawPrinter() as printer:
            scene = WindowShiftScene.at(self._server, self._nursery_of(WINDOW), folder, printer)
            return await scene.killed(random_kills(seed, number, mutant))

    async def _over_restore(self, seed: int, number: int, mutant: str, folder: Path) -> list[Life]:
        scene = RestoreScene.at(self._server, self._nursery_of(LINE), folder)
        return await scene.killed(random_restore(seed, number, mutant))

    async def _at_night(self, seed: int, number: int, mutant: str, folder: Path) -> list[Life]:
        if chance_of_window(seed, number) and not mutant:
            return await self._at_night_in_window(seed, number, folder)
        season, kill = random_night(seed, number, mutant)
        scene = NightScene.at(self._server, self._nursery_of(LINE), folder, season)
        return [await scene.killed(kill)]

    async def _at_night_in_window(self, seed: int, number: int, folder: Path) -> list[Life]:
        season, kills = random_window_night(seed, number)
        with RawPrinter() as printer:
            scene = WindowNight.at(self._server, self._nursery_of(WINDOW), folder, printer)
            return await replace(scene, times=WINDOW_NIGHTS[season]).killed(kills)

    async def _by_two(self, seed: int, number: int, mutant: str, folder: Path) -> list[Life]:
        has_window, plan = random_rivals(seed, number, mutant)
        if not has_window:
            line = LineRivals.at(self._server, self._nursery_of(LINE), folder)
            return await line.closed_by_two(plan)
        with RawPrinter() as printer:
            nursery = self._nursery_of(WINDOW)
            window = WindowRivals.at(self._server, nursery, folder, printer)
            return await window.closed_by_two(plan)


_KILLS = {
    LINE: ShiftKiller._at_line,
    WINDOW: ShiftKiller._in_window,
    RESTORE: ShiftKiller._over_restore,
    NIGHT: ShiftKiller._at_night,
    RIVALS: ShiftKiller._by_two,
}


@contextmanager
def open_shift_killer() -> Iterator[ShiftKiller]:
    """Start an upstream, and nurseries as they are needed; end them all."""
    with ExitStack() as stack:
        server = stack.enter_context(canary_sandbox())

        @cache
        def nursery_of(face: str) -> Nursery:
            return stack.enter_context(open_nursery(has_windows=face == WINDOW))

        yield ShiftKiller(server, nursery_of)
