"""Closing the till waits for what is being asked, and waits for it once."""

import asyncio

from support.clocks import SteppedClock
from support.gateways import ScriptedGateway
from support.till import approved, intent, open_till


async def test_what_was_waited_for_in_vain_is_not_waited_for_again() -> None:
    """The window and the program both finish; together they take no longer than one."""
    gateway = ScriptedGateway([approved()])
    gateway.gate = asyncio.Event()
    clock = SteppedClock()
    async with open_till(gateway, clock=clock) as till:
        _ = till.owner.spawn(till.redeemer.redeem(intent()), "cashier")
        while not gateway.started.is_set():
            await clock.advance(0)
        closing = till.owner.spawn(till.redeemer.finish(3), "closing")
        await clock.advance(3.1)
        assert closing.done()
        again = till.owner.spawn(till.redeemer.finish(3), "closing again")
        await clock.advance(0)
        assert again.done()
