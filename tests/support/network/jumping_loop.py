"""A loop whose time a test can move, so that a wait of a minute takes no time.

Only what asks the loop for the time is fooled: time limits and timers. Sockets are real.
"""

import asyncio
import socket
from collections.abc import Coroutine
from typing import Any, TypeVar

from typing_extensions import override

_T = TypeVar("_T")

NO_ADDRESS = "no-address.invalid"
"""A name that nobody knows, without asking anybody."""
NO_ROUTE = "no-route.invalid"
"""A name whose address no packet is sent to: the machine itself says that there is no way."""


class JumpingLoop(asyncio.SelectorEventLoop):
    """A plain loop with a clock that can be set forward."""

    def __init__(self) -> None:
        self._ahead_s = 0.0
        super().__init__()

    @override
    def time(self) -> float:
        """Return the time of the loop in seconds."""
        return super().time() + self._ahead_s

    def jump(self, seconds: float) -> None:
        """Set the clock forward; whatever was to happen until then happens next."""
        self._ahead_s += seconds

    @override
    async def getaddrinfo(self, host: Any, port: Any, **settings: Any) -> Any:
        """Look a name up; the two names above are known without asking."""
        if host in {NO_ADDRESS, NO_ADDRESS.encode()}:
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        if host in {NO_ROUTE, NO_ROUTE.encode()}:
            # To a broadcast address nothing can be connected, so that no packet leaves.
            host = "255.255.255.255"
        return await super().getaddrinfo(host, port, **settings)


def jump(seconds: float) -> None:
    """Set the running loop's clock forward."""
    loop = asyncio.get_running_loop()
    assert isinstance(loop, JumpingLoop), "only a loop of this module can jump"
    loop.jump(seconds)


def run(main: Coroutine[Any, Any, _T]) -> _T:
    """Run a coroutine on a new loop of this kind."""
    with asyncio.Runner(loop_factory=JumpingLoop) as runner:
        return runner.run(main)
