"""One owner for every task."""

import asyncio

import pytest

from counterfoil.service.tasks import TaskOwner

Failures = list[tuple[str, Exception]]


def owner_of(failures: Failures) -> TaskOwner:
    """Return an owner that writes failures into a list."""
    return TaskOwner(lambda name, error: failures.append((name, error)))


async def fail() -> None:
    """Fail as work may."""
    raise OSError("no line")


@pytest.mark.fault("P7")
async def test_what_fails_unheard_is_reported_with_its_name() -> None:
    """No failure is lost, whoever forgot about the task."""
    failures: Failures = []
    async with owner_of(failures) as owner:
        await asyncio.wait({owner.spawn(fail(), "send mail")})
    assert [(name, str(error)) for name, error in failures] == [("send mail", "no line")]


async def test_what_is_awaited_fails_to_whoever_awaits_it() -> None:
    """It is not reported a second time."""
    failures: Failures = []
    async with owner_of(failures) as owner:
        with pytest.raises(OSError, match="no line"):
            await owner.spawn(fail(), "send mail", is_awaited=True)
    assert failures == []


async def test_what_ends_well_gives_its_result_and_says_nothing() -> None:
    """Only failures are news."""
    failures: Failures = []

    async def work() -> int:
        return 7

    async with owner_of(failures) as owner:
        assert await owner.spawn(work(), "count") == 7
    assert failures == []


async def test_all_tasks_end_with_their_owner_even_those_that_take_a_while() -> None:
    """Nothing runs on after the till has closed, and being cancelled is no failure."""
    failures: Failures = []
    ended: list[str] = []

    async def clean_up_slowly() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            ended.append("slow")

    async def leave_another_behind() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            _ = owner.spawn(clean_up_slowly(), "late")

    async with owner_of(failures) as owner:
        _ = owner.spawn(clean_up_slowly(), "slow")
        _ = owner.spawn(leave_another_behind(), "parent")
        await asyncio.sleep(0)
    assert ended == ["slow", "slow"]
    assert failures == []
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_tasks_end_when_the_till_fails() -> None:
    """The failure that closes the till is told, and its tasks end all the same."""
    failures: Failures = []
    tasks: list[asyncio.Task[bool]] = []

    async def run() -> None:
        async with owner_of(failures) as owner:
            tasks.append(owner.spawn(asyncio.Event().wait(), "wait"))
            raise RuntimeError("the window died")

    with pytest.raises(RuntimeError, match="the window died"):
        await run()
    assert tasks[0].cancelled()


async def test_tasks_end_in_the_order_of_their_start() -> None:
    """Where they lie in memory decides nothing, so that a run can be told again."""
    names = [str(number) for number in range(40)]
    ended: list[str] = []

    async def wait(name: str) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(name)

    async with owner_of([]) as owner:
        for name in names:
            _ = owner.spawn(wait(name), name)
        await asyncio.sleep(0)
    assert ended == names
