"""Passes that follow each other for as long as the till is open."""

import asyncio

import pytest

from counterfoil.domain.failures import JournalFullError, RecordUnreadableError
from counterfoil.service.rounds import IDLE_S, START_SPREAD_S, Rounds
from counterfoil.service.tasks import TaskOwner
from support.clocks import SeededChance, SteppedClock


@pytest.mark.fault("D5")
async def test_an_altered_record_ends_one_pass_and_a_full_disk_all() -> None:
    """What another record is needed for goes on; what cannot be written does not."""
    clock, failures = SteppedClock(), list[Exception]()
    ends: list[Exception] = [RecordUnreadableError("a row"), JournalFullError("the disk is full")]
    passes = 0

    async def one_pass() -> float | None:
        nonlocal passes
        passes += 1
        raise ends.pop(0)

    async with TaskOwner(lambda *_: None) as owner:
        rounds = Rounds("test", clock=clock, chance=SeededChance(), owner=owner)
        running = owner.spawn(rounds.run(one_pass, failures.append), "rounds", is_awaited=True)
        await clock.advance(START_SPREAD_S + 2 * IDLE_S)
        with pytest.raises(JournalFullError):
            await asyncio.wait_for(running, 1)
    assert passes == 2
    assert [type(one) for one in failures] == [RecordUnreadableError]
