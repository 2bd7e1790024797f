"""Those who come by the local door: served one command each, and not for ever."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from counterfoil.service.tasks import TaskOwner
from counterfoil.service.visits import VISITS_MAX, Visits, Work
from support.clocks import SteppedClock


@dataclass(eq=False, slots=True)
class Caller:
    """A visitor who notes what happens to them, and whose command ends when it is let."""

    is_heard: bool = True
    heard: asyncio.Event = field(default_factory=asyncio.Event)
    may_end: asyncio.Event = field(default_factory=asyncio.Event)
    told: list[str] = field(default_factory=list)

    async def hear(self) -> Work | None:
        """Say something."""
        self.told.append("heard")
        await self.heard.wait()
        return self._carry_out if self.is_heard else None

    def refuse(self) -> None:
        """Note that nothing is done."""
        self.told.append("refused")

    async def _carry_out(self) -> None:
        self.told.append("begun")
        await self.may_end.wait()
        self.told.append("done")

    async def end(self) -> None:
        """Note that all was read."""
        self.told.append("read")

    def break_off(self) -> None:
        """Note the end."""
        self.told.append("closed")


@dataclass(slots=True)
class House:
    """A till's visits, with its owner and clock."""

    owner: TaskOwner
    clock: SteppedClock
    visits: Visits

    async def let_in(self, caller: Caller) -> asyncio.Task[None]:
        """Let somebody in, and go on until nothing moves."""
        task = self.owner.spawn(self.visits.attend(caller), "door")
        await settled()
        return task


async def settled() -> None:
    """Let everything happen that can happen now."""
    for _ in range(10):
        await asyncio.sleep(0)


@pytest.fixture
async def house() -> AsyncIterator[House]:
    """Return a till with nobody there."""
    clock = SteppedClock()
    async with TaskOwner(lambda name, _: pytest.fail(name)) as owner:
        yield House(owner, clock, Visits(owner, clock))


def ready() -> Caller:
    """Return somebody who has said at once what they want."""
    caller = Caller()
    caller.heard.set()
    return caller


async def test_a_visitor_is_heard_served_and_seen_out(house: House) -> None:
    """A command is under way from the moment it is heard until it is done."""
    caller = Caller()
    task = await house.let_in(caller)
    under_way = [house.visits.is_under_way]
    caller.heard.set()
    await settled()
    under_way.append(house.visits.is_under_way)
    caller.may_end.set()
    await task
    assert caller.told == ["heard", "begun", "done", "read", "closed"]
    assert [*under_way, house.visits.is_under_way] == [False, True, False]


async def test_the_till_is_told_when_a_command_is_done(house: House) -> None:
    """And by then it is under way no more; who was not heard tells nothing."""
    told: list[bool] = []
    house.visits.on_done.append(lambda: told.append(house.visits.is_under_way))
    caller, nobody = ready(), ready()
    nobody.is_heard = False
    caller.may_end.set()
    for one in (caller, nobody):
        await (await house.let_in(one))
    assert told == [False]


async def test_who_wants_nothing_that_can_be_done_is_seen_out(house: House) -> None:
    """Such as half a message."""
    caller = Caller(is_heard=False)
    caller.heard.set()
    await (await house.let_in(caller))
    assert caller.told == ["heard", "read", "closed"]


async def test_one_too_many_is_refused_until_somebody_leaves(house: House) -> None:
    """Nobody can fill a till's memory by knocking."""
    callers = [Caller() for _ in range(VISITS_MAX)]
    tasks = [await house.let_in(one) for one in callers]
    late = ready()
    await (await house.let_in(late))
    assert late.told == ["refused", "read", "closed"]
    callers[0].is_heard = False
    callers[0].heard.set()
    await tasks[0]
    again = ready()
    _ = await house.let_in(again)
    assert again.told == ["heard", "begun"]


async def test_a_till_that_closes_waits_for_what_is_under_way(house: House) -> None:
    """And begins nothing more: neither for who knocks, nor for who was just being heard."""
    busy, slow = ready(), Caller()
    task, slow_task = await house.let_in(busy), await house.let_in(slow)
    finishing = house.owner.spawn(house.visits.finish(5.0), "finish")
    await settled()
    late = ready()
    await (await house.let_in(late))
    slow.heard.set()
    await slow_task
    assert late.told == ["refused", "read", "closed"]
    assert slow.told == ["heard", "refused", "read", "closed"]
    assert not finishing.done()
    busy.may_end.set()
    await asyncio.gather(task, finishing)


async def test_it_does_not_wait_for_ever(house: House) -> None:
    """What is not done by then ends with the till, and its line is closed."""
    busy, told = ready(), list[bool]()
    house.visits.on_done.append(lambda: told.append(True))
    _ = await house.let_in(busy)
    finishing = house.owner.spawn(house.visits.finish(5.0), "finish")
    await settled()
    await house.clock.advance(5.1)
    await finishing
    await house.owner.cancel_all()
    assert (busy.told, told) == (["heard", "begun", "closed"], [])


async def test_a_till_that_nobody_visits_closes_at_once(house: House) -> None:
    """There is nothing to wait for."""
    await house.visits.finish(5.0)
