"""When backups are made, and that one which cannot be made is told and tried again."""

import asyncio
from datetime import datetime, timedelta

import pytest

from counterfoil.domain.causes.backup import BackupProblem, NoBackup
from counterfoil.domain.failures import BackupError, BackupFolderError
from counterfoil.service.backing_up import (
    LOOK_EVERY_S,
    RETRY_S,
    START_PAUSE_S,
    BackupSchedule,
)
from counterfoil.service.health import Level
from support.clocks import SteppedClock

DAY_S = 86_400.0
NOT_THERE = NoBackup(BackupProblem.FOLDER_MISSING, "usb")


class Recorded:
    """Backups that are only noted; ``failures`` are raised first, one for each that is made."""

    def __init__(self, newest: datetime | None = None, *failures: Exception) -> None:
        self.newest_at = newest
        self.failures = list(failures)
        self.made: list[datetime] = []

    @property
    def place(self) -> str:
        """Return where they would lie."""
        return "usb"

    @property
    def is_on_own_disk(self) -> bool:
        """Say that they lie elsewhere."""
        return False

    async def make(self, at: datetime) -> None:
        """Note it, or fail."""
        if self.failures:
            raise self.failures.pop(0)
        self.made.append(at)

    async def newest(self, at: datetime) -> datetime | None:
        """Return what a test said."""
        is_past = self.newest_at is not None and self.newest_at <= at
        return self.newest_at if is_past else None


@pytest.fixture
def clock() -> SteppedClock:
    """Return a clock that stands still."""
    return SteppedClock()


async def run_for(clock: SteppedClock, backups: Recorded, seconds: float) -> list[object]:
    """Let the schedule run in the clock's time, and return what it told."""
    told: list[object] = []
    schedule = BackupSchedule(backups, clock, DAY_S)
    running = asyncio.get_running_loop().create_task(
        schedule.run(lambda error: told.append(error.cause if error else "made"))
    )
    await clock.advance(seconds)
    running.cancel()
    await asyncio.wait({running})
    return told


async def test_a_till_without_a_backup_makes_one_soon(clock: SteppedClock) -> None:
    """The cashier comes first; then one each day."""
    backups = Recorded()
    assert await run_for(clock, backups, START_PAUSE_S - 1) == []
    assert await run_for(clock, backups, 3 * DAY_S) == ["made"] * 3


async def test_a_fresh_backup_is_waited_out(clock: SteppedClock) -> None:
    """A till that is opened often makes no more of them than one that is open for long."""
    now = clock.now().wall
    backups = Recorded(now - timedelta(seconds=DAY_S - 3_600))
    assert await run_for(clock, backups, 3_599) == []
    backups = Recorded(clock.now().wall - timedelta(seconds=DAY_S - 3_600))
    assert await run_for(clock, backups, 3_601) == ["made"]


async def test_a_backup_of_the_future_is_not_waited_for(clock: SteppedClock) -> None:
    """The clock was set back; nobody knows how old that one is."""
    backups = Recorded(clock.now().wall + timedelta(days=900))
    assert await run_for(clock, backups, START_PAUSE_S + 1) == ["made"]


async def test_a_backup_that_cannot_be_made_is_told_and_tried_again(clock: SteppedClock) -> None:
    """The disk may be plugged in meanwhile; the till sells on."""
    backups = Recorded(None, BackupError(NOT_THERE), BackupError(NOT_THERE))
    told = await run_for(clock, backups, START_PAUSE_S + 2 * RETRY_S + 1)
    assert told == [NOT_THERE, NOT_THERE, "made"]


async def test_a_failure_that_nobody_foresaw_is_not_the_last_try(clock: SteppedClock) -> None:
    """It is shown like any other, without words that may hold a value."""
    backups = Recorded(None, MemoryError("a value"))
    told = await run_for(clock, backups, START_PAUSE_S + RETRY_S + 1)
    assert told == [NoBackup(BackupProblem.FAILED, why="MemoryError"), "made"]


async def test_a_backup_is_due_at_once_when_its_disk_is_back(clock: SteppedClock) -> None:
    """A stick that was pulled out is looked for each minute."""
    gone = [BackupFolderError(NOT_THERE) for _ in range(30)]
    backups = Recorded(None, *gone)
    told = await run_for(clock, backups, START_PAUSE_S + 30 * LOOK_EVERY_S)
    assert told == [NOT_THERE] * 30 + ["made"]


@pytest.mark.fault("P11")
async def test_a_machine_that_sleeps_each_night_is_backed_up_each_day(clock: SteppedClock) -> None:
    """No wait counts the hours in which it was asleep."""
    backups, hour_s = Recorded(), 3_600.0
    schedule = BackupSchedule(backups, clock, DAY_S)
    running = asyncio.get_running_loop().create_task(schedule.run(lambda _: None))
    for _ in range(7):
        await clock.advance(14 * hour_s)
        clock.shift_wall(timedelta(hours=10))
    running.cancel()
    await asyncio.wait({running})
    assert len(backups.made) == 7


async def test_a_clock_that_is_set_back_puts_off_no_backup(clock: SteppedClock) -> None:
    """What has passed since the last one is also known without it."""
    backups = Recorded()
    schedule = BackupSchedule(backups, clock, DAY_S)
    running = asyncio.get_running_loop().create_task(schedule.run(lambda _: None))
    await clock.advance(START_PAUSE_S)
    clock.shift_wall(timedelta(days=-30))
    await clock.advance(DAY_S)
    running.cancel()
    await asyncio.wait({running})
    assert len(backups.made) == 2


async def test_the_state_says_when_where_and_what_went_wrong_last(clock: SteppedClock) -> None:
    """A failure stays in it until a backup is made again."""
    backups = Recorded(clock.now().wall - timedelta(days=3), BackupError(NOT_THERE))
    schedule = BackupSchedule(backups, clock, DAY_S)
    running = asyncio.get_running_loop().create_task(schedule.run(lambda _: None))
    before = await schedule.state()
    await clock.advance(START_PAUSE_S)
    failed = await schedule.state()
    await clock.advance(RETRY_S)
    made = await schedule.state()
    running.cancel()
    await asyncio.wait({running})
    assert (before.place, before.trouble, before.age) == ("usb", None, timedelta(days=3))
    assert (before.level, failed.level) == (Level.LOOK, Level.ACT)
    assert (failed.trouble, made.trouble) == (NOT_THERE, None)
