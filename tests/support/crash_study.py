"""Records the lives of a journal, as it is shipped and opened wrongly, and judges their images."""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from unittest.mock import patch

from counterfoil.adapters.journal import opening
from support.crash_flows import CRASH_FLOWS, CrashFlow
from support.disk_images import Study, Tally, boundaries
from support.recorded_disk import Recording, recording

_ALWAYS = 2
"""The images of a boundary that chance has no part in."""
Record = Callable[[CrashFlow, Path], Recording]
"""Lets a flow live once in a folder, and returns what it did to the disk."""


def as_shipped(flow: CrashFlow, home: Path) -> Recording:
    """Record a flow of the till as it is."""
    with recording(home, settings=flow.settings) as record:
        asyncio.run(flow.live(home))
    return record


def with_normal(flow: CrashFlow, home: Path) -> Recording:
    """Record a flow whose commits are not synced."""

    def weaken(statement: str) -> str:
        return statement.replace("synchronous=EXTRA", "synchronous=NORMAL")

    with (
        _settings_not_checked(),
        recording(home, settings=flow.settings, change_setting=weaken) as record,
    ):
        asyncio.run(flow.live(home))
    return record


def with_wrong_order(flow: CrashFlow, home: Path) -> Recording:
    """Record a flow that chooses the log before it chooses how to sync."""
    settings = list(opening._SETTINGS)
    sync = next(one for one in settings if "synchronous" in one[0])
    settings.remove(sync)
    settings.append(sync)
    with (
        patch.object(opening, "_SETTINGS", tuple(settings)),
        recording(home, settings=flow.settings) as record,
    ):
        asyncio.run(flow.live(home))
    return record


@contextmanager
def _settings_not_checked() -> Iterator[None]:
    """Let a control have a setting that the till would refuse."""
    settings = tuple(
        (setting, question, 1 if "synchronous" in setting else expected)
        for setting, question, expected in opening._SETTINGS
    )
    with patch.object(opening, "_SETTINGS", settings):
        yield


CONTROLS: Mapping[str, Record] = {
    "synchronous=NORMAL": with_normal,
    "the log chosen before the way of syncing": with_wrong_order,
}
"""Journals that must lose rows: if they do not, the images prove nothing."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One run over all flows."""

    tally: Tally
    seconds: float


def study(folder: Path, images: int, seed: int, record: Record = as_shipped) -> Outcome:
    """Make about so many images of all flows in an empty folder, and judge each."""
    begun_s = perf_counter()
    records = _record_all(folder, record)
    count = sum(1 for one in records.values() for _ in boundaries(one))
    laid = folder / "image"
    laid.mkdir()
    per_boundary = max(1, -(-images // count) - _ALWAYS)
    share = min(1.0, images / count / (1 + _ALWAYS))
    examiner = Study(folder=laid, per_boundary=per_boundary, share=share, seed=seed)
    tally = Tally()
    for name, one in records.items():
        examiner.examine(name, one, tally)
    return Outcome(tally, perf_counter() - begun_s)


def _record_all(folder: Path, record: Record) -> dict[str, Recording]:
    records = {}
    for number, flow in enumerate(CRASH_FLOWS):
        home = folder / f"flow-{number}"
        home.mkdir(mode=0o700, parents=True)
        flow.prepare(home)
        records[flow.name] = record(flow, home)
    return records
