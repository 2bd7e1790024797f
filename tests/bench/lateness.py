"""How late the window's loop is at worst: customers with all that goes wrong, at an old till.

The shipped window at a sandbox over HTTP, with a journal of very many sales, a slow line and a
printer that fails. Beside the time by which a tick came late stands the processor time that the
loop's own thread took for it, and how late a loop that does nothing was at that moment, so that
what only neighbours cost can be told apart.
"""

import asyncio
import os
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory
from typing import Any

from bench.building import MIXED, built
from bench.measuring import Row
from bench.soaking import (
    CUT_SLIPS,
    DOWN,
    DROPS,
    ERRORS,
    NO_PAPER,
    OPEN_COVER,
    OWED,
    SLOW,
    live,
    opened_world,
)
from bench.ticks import EVERY_S, LATE_MS, bare_loop
from bench.window_day import Day
from counterfoil.adapters.system.vault import KEY_FILE_NAME

_WORLDS = (SLOW, NO_PAPER, SLOW, DROPS, SLOW, CUT_SLIPS, SLOW, ERRORS, OWED, OPEN_COVER, SLOW, DOWN)
_ASK_EVERY = 5
_KEY_S = 0.02
"""Faster than anybody types, and slower than a scanner."""
_SHOWN = 20
"""So many of the late ticks are told of, those with most work of their own first."""
_KEY = bytes(range(32))
"""That of the journals which are built."""


def rows(folder: Path | None, sales: int, redemptions: int) -> Iterator[Row]:
    """Serve so many customers at a till with a journal of so many sales.

    The till sells in a copy of what is kept in ``folder``: the vouchers of another run would be
    known there, and what it left open would keep theirs from being used.
    """
    scratch = nullcontext(str(folder)) if folder else TemporaryDirectory(prefix="ticks-")
    with scratch as kept, TemporaryDirectory(prefix="ticks-") as place:
        built_there = asyncio.run(built(Path(kept), sales, MIXED))
        journal = copytree(built_there, Path(place) / "till")
        with opened_world(Path(place), has_staff=False) as (world, till):
            _lay_key(journal / KEY_FILE_NAME)
            day = Day(
                data_dir=str(journal),
                settings=str(till.settings),
                customers=redemptions,
                ask_every=_ASK_EVERY,
                sample_every=0,
                key_s=_KEY_S,
                has_ticks=True,
            )
            bare: list[tuple[float, float]] = []
            with bare_loop(bare):
                told = live(day, world, till, _world_of)
    if told.late:
        yield from _rows(told.late, bare)
    if told.trouble or told.code:
        raise SystemExit(told.trouble or f"the window ended with {told.code}")


def _world_of(number: int) -> str:
    return _WORLDS[number // _ASK_EVERY % len(_WORLDS)]


def _lay_key(file: Path) -> None:
    if not file.exists():
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as opened:
            opened.write(f"{_KEY.hex()}\n")


def _rows(late: dict[str, Any], bare: list[tuple[float, float]]) -> Iterator[Row]:
    worst = sorted(late["late"], key=lambda one: -float(one["ours_ms"]))
    for one in worst[:_SHOWN]:
        began_s = one["at_s"] - EVERY_S - one["late_ms"] / 1000
        beside_ms = max((ms for at_s, ms in bare if began_s < at_s <= one["at_s"]), default=0.0)
        print(
            f"late by {one['late_ms']:.0f} ms, {one['ours_ms']:.0f} its own, {one['all_ms']:.0f} of"
            f" the program, {one['garbage_ms']:.0f} for garbage, {one['stolen_ms']:.0f} stolen, a"
            f" bare loop {beside_ms:.0f}; {one['during']}, {one['doing']}; {one['where']}"
        )
    print(f"{late['ticks']:,} ticks, {len(late['late'])} late, {late['busy']} of them by own work")
    print(f"garbage was looked for in {late['garbage_ms']:.0f} ms at most")
    yield Row(
        what="a bare loop's tick, max",
        floor=LATE_MS,
        ours=max((ms for _, ms in bare), default=0.0),
        goal=None,
    )
    for what, name in (("a tick comes late", "late_ms"), ("own work of a tick", "ours_ms")):
        for how, figure in late[name].items():
            yield Row(what=f"{what}, {how}", floor=LATE_MS, ours=figure, goal=1)
