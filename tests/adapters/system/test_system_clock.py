"""The real clock and chance, and the stepped ones that stand in for them."""

import asyncio
from pathlib import Path

from counterfoil.adapters.system.chance import SystemChance
from counterfoil.adapters.system.clock import SystemClock
from support.clocks import SeededChance, SteppedClock


def test_the_clock_reads_utc_and_only_goes_forward() -> None:
    """The wall clock is aware UTC, and monotonic readings of one boot never fall."""
    clock = SystemClock()
    first, second = clock.now(), clock.now()
    assert first.wall.utcoffset() is not None
    assert second.monotonic_s >= first.monotonic_s
    assert first.boot_id == second.boot_id


def test_a_machine_that_names_no_boots_gets_a_new_name_at_each_start(tmp_path: Path) -> None:
    """Without a boot id, readings of two starts are never compared."""
    missing = tmp_path / "boot_id"
    assert SystemClock(missing).now().boot_id != SystemClock(missing).now().boot_id


def test_the_machines_own_boot_id_is_used(tmp_path: Path) -> None:
    """Two starts of the till in one boot can compare their monotonic clocks."""
    file = tmp_path / "boot_id"
    file.write_text("b0075\n")
    assert SystemClock(file).now().boot_id == "b0075"


async def test_a_wait_of_nothing_ends() -> None:
    """A negative wait is no wait."""
    await SystemClock().sleep(-1)


def test_ids_are_new_and_jitter_is_a_fraction() -> None:
    """Ids of the system never repeat, and jitter is at least 0 and below 1."""
    chance = SystemChance()
    assert len({chance.new_id() for _ in range(100)}) == 100
    assert all(0 <= chance.jitter() < 1 for _ in range(100))


def test_a_seed_repeats_itself() -> None:
    """Two chances of one seed give the same run."""
    first, second = SeededChance(7), SeededChance(7)
    assert [first.new_id(), first.jitter()] == [second.new_id(), second.jitter()]


async def test_a_stepped_sleeper_wakes_at_its_own_moment() -> None:
    """Advancing past two sleepers wakes each at the time it asked for, in order."""
    clock = SteppedClock()
    start_s = clock.now().monotonic_s
    woken: list[float] = []

    async def wait(seconds: float) -> None:
        await clock.sleep(seconds)
        woken.append(clock.now().monotonic_s - start_s)

    async with asyncio.TaskGroup() as group:
        group.create_task(wait(5))
        group.create_task(wait(2))
        await clock.advance(3)
        assert woken == [2]
        await clock.advance(10)
    assert woken == [2, 5]
    assert clock.now().monotonic_s - start_s == 13


async def test_automatic_time_jumps_to_the_earliest_sleeper() -> None:
    """A day of waiting takes no time, and the order of waking is kept."""
    clock = SteppedClock(is_automatic=True)
    order: list[str] = []

    async def wait(name: str, seconds: float, rounds: int) -> None:
        for _ in range(rounds):
            await clock.sleep(seconds)
            order.append(name)

    async with asyncio.TaskGroup() as group:
        group.create_task(wait("hour", 3600, 3))
        group.create_task(wait("day", 9000, 1))
    assert order == ["hour", "hour", "day", "hour"]
