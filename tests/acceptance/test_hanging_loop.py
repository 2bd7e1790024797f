"""The window's thread hangs, and with it all that the till does: nothing is lost by that (P4).

Window and work share one loop. Nothing is approved, shown or sent while it hangs; what the network
brings meanwhile waits.
"""

from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest

from counterfoil.domain.states import RedemptionState
from counterfoil_sandbox.server import SandboxServer
from support.shop import open_shop, until

S = RedemptionState
DEADLINE_S = 0.5
pytestmark = pytest.mark.fault("P4")


@pytest.fixture(scope="module")
def server() -> Iterator[SandboxServer]:
    """Serve as specified."""
    with SandboxServer() as server:
        yield server


@pytest.mark.parametrize(
    ("hangs_s", "deadline_s", "may_be"),
    [(0.2, 30.0, {S.FINAL}), (1.2, DEADLINE_S, {S.FINAL, S.REVERSING, S.DECLINED})],
    ids=["briefly", "past its deadline"],
)
async def test_a_loop_that_hangs_loses_nothing(
    server: SandboxServer,
    tmp_path: Path,
    hangs_s: float,
    deadline_s: float,
    may_be: set[RedemptionState],
) -> None:
    """The answer comes while nobody looks: it is taken in then, or the request is reversed.

    Past the deadline it depends on what the loop meets first: the answer, or the end of the time.
    A line that was not open yet when the time was over is a refusal, and nothing was taken.
    """
    async with open_shop(server, tmp_path / "till", deadline_s=deadline_s) as shop:
        code = shop.issue()
        redeeming = shop.till.owner.spawn(shop.redeem(code), "counter", is_awaited=True)
        await until(lambda: bool(shop.sent))
        Event().wait(hangs_s)
        sold = await redeeming
        assert sold.state in may_be
        assert (await shop.stored(sold)).state is sold.state
        await shop.settle()
        await shop.agree()
        assert len(await shop.till.journal.history(9)) == 1


async def test_what_is_owed_is_told_once_the_loop_goes_on(
    server: SandboxServer, tmp_path: Path
) -> None:
    """A confirmation under way while it hangs is repeated, the same, until it is acknowledged."""
    async with open_shop(server, tmp_path / "till", deadline_s=DEADLINE_S) as shop:
        sold = await shop.redeem(shop.issue())
        forwarding = shop.till.owner.spawn(
            shop.till.engine.forwarder.forward_due(), "forwarder", is_awaited=True
        )
        await until(lambda: len(shop.sent) > 1)
        Event().wait(2 * DEADLINE_S)
        await forwarding
        await shop.settle()
        assert {kind for kind, _, _ in shop.told(sold)} == {"confirmation"}
        await shop.agree()
