"""One piece of work for each name at a time, which outlives whoever waits for it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from counterfoil.service.single_flight import SingleFlight
from counterfoil.service.tasks import TaskOwner, wait_at_most
from support.clocks import SteppedClock


@dataclass
class Work:
    """Work that goes on until it is let go, and then ends or fails."""

    gate: asyncio.Event = field(default_factory=asyncio.Event)
    begun: int = 0
    failure: Exception | None = None

    async def __call__(self) -> str:
        """Do it, and say which time it was."""
        self.begun += 1
        number = self.begun
        await self.gate.wait()
        if self.failure is not None:
            raise self.failure
        return f"done {number}"


@dataclass
class Flight:
    """A single flight, with all that it is made of."""

    owner: TaskOwner
    clock: SteppedClock
    single: SingleFlight[str]
    reported: list[str]


@asynccontextmanager
async def flight() -> AsyncIterator[Flight]:
    """Make a single flight that ends with its tasks."""
    reported: list[str] = []
    clock = SteppedClock()
    async with TaskOwner(lambda name, error: reported.append(f"{name}: {error}")) as owner:
        yield Flight(owner, clock, SingleFlight("ask", owner=owner, clock=clock), reported)


async def test_whoever_comes_later_joins_what_is_under_way() -> None:
    """The work is done once, and both hear of its end."""
    work = Work()
    async with flight() as here:
        first = here.owner.spawn(here.single.join("a", work), "first")
        second = here.owner.spawn(here.single.join("a", work), "second")
        await here.clock.advance(0)
        assert here.single.under_way == {"a"}
        work.gate.set()
        assert [await first, await second] == ["done 1", "done 1"]
        assert here.single.under_way == frozenset()
        assert await here.single.join("a", work) == "done 2"


async def test_other_names_do_not_wait() -> None:
    """Each name has work of its own."""
    one, other = Work(), Work()
    other.gate.set()
    async with flight() as here:
        _ = here.owner.spawn(here.single.join("a", one), "first")
        await here.clock.advance(0)
        assert await here.single.join("b", other) == "done 1"
        assert here.single.under_way == {"a"}


async def test_what_takes_longer_than_its_limit_goes_on() -> None:
    """Nothing comes back then, and who asks again joins it."""
    work = Work()
    async with flight() as here:
        waiting = here.owner.spawn(here.single.join_within("a", work, 5.0), "counter")
        await here.clock.advance(5.1)
        assert await waiting is None
        again = here.owner.spawn(here.single.join_within("a", work, 5.0), "counter again")
        await here.clock.advance(1.0)
        work.gate.set()
        assert await again == "done 1"


@pytest.mark.parametrize("is_cancelled", [True, False])
async def test_work_outlives_whoever_waits_and_its_failure_is_reported(
    *, is_cancelled: bool
) -> None:
    """Nobody hears it any more, so the owner of tasks does, once."""
    work = Work(failure=OSError("no line"))
    async with flight() as here:
        if is_cancelled:
            waiting = here.owner.spawn(here.single.join("a", work), "who waits")
            await here.clock.advance(0)
            waiting.cancel()
        else:
            _ = here.owner.spawn(here.single.join_within("a", work, 5.0), "who waits")
        await here.clock.advance(5.1)
        work.gate.set()
        await here.clock.advance(0)
    assert here.reported == ["ask a in the background: no line"]


async def test_a_failure_belongs_to_whoever_waits_for_it() -> None:
    """It is raised to both of them, and reported to nobody else."""
    work = Work(failure=OSError("no line"))
    work.gate.set()
    async with flight() as here:
        with pytest.raises(OSError, match="no line"):
            await here.single.join("a", work)
        with pytest.raises(OSError, match="no line"):
            await here.single.join_within("a", work, 5.0)
    assert here.reported == []


async def test_the_end_waits_for_what_is_under_way_and_for_it_once() -> None:
    """What was waited for in vain holds up nobody a second time, but what began since does."""
    old, new = Work(), Work()
    async with flight() as here:
        await here.single.finish(3)
        _ = here.owner.spawn(here.single.join("a", old), "first")
        await here.clock.advance(0)
        closing = here.owner.spawn(here.single.finish(3), "closing")
        await here.clock.advance(3.1)
        assert closing.done()
        await here.single.finish(3)
        _ = here.owner.spawn(here.single.join("b", new), "second")
        await here.clock.advance(0)
        again = here.owner.spawn(here.single.finish(3), "closing again")
        await here.clock.advance(1)
        assert not again.done()
        new.gate.set()
        await again


async def test_waiting_for_several_ends_with_the_last_of_them() -> None:
    """One that ends early ends the wait for none of the others, and a failure is none of ours."""
    early, late = Work(failure=OSError("no line")), Work()
    reported: list[str] = []
    clock = SteppedClock()
    async with TaskOwner(lambda name, _: reported.append(name)) as owner:
        tasks = [owner.spawn(early(), "early"), owner.spawn(late(), "late")]
        waiting = owner.spawn(wait_at_most(9, tasks, owner=owner, clock=clock), "waiting")
        await clock.advance(0)
        early.gate.set()
        await clock.advance(1)
        assert not waiting.done()
        late.gate.set()
        await waiting
        assert clock.sleepers == 0
    assert reported == ["early"]
