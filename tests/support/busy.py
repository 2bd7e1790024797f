"""Parts of a till that say when they work outside of the test's clock, on a line or in a thread."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

from typing_extensions import override

from counterfoil.adapters.journal.sqlite_journal import SqliteJournal
from counterfoil.adapters.upstream.exchange import Call, Exchange, NotConnected, Outcome


class BusyExchange(Exchange):
    """Makes real calls, and knows whether one is under way.

    ``began`` is called as each call begins, before its first byte.
    """

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.began: Callable[[Call], object] = lambda _: None
        self._asked = 0

    def is_busy(self) -> bool:
        """Whether a call is prepared, or under way."""
        return self._asked > 0 or bool(self._under_way)

    @override
    async def make_prepared(self, prepare: Callable[[], Awaitable[Call | NotConnected]]) -> Outcome:
        """Prepare a call, perhaps in a thread, and make it."""
        self._asked += 1
        try:
            return await super().make_prepared(prepare)
        finally:
            self._asked -= 1

    @override
    async def make(self, call: Call) -> Outcome:
        """Make one call."""
        self.began(call)
        return await super().make(call)


class BusyJournal(SqliteJournal):
    """The real journal in a file, which knows whether its thread works."""

    _working = 0

    def is_busy(self) -> bool:
        """Whether the thread works."""
        return self._working > 0

    async def stop_syncing(self) -> None:
        """Let commits no longer wait for the disk."""

        def stop() -> None:
            assert self._connection is not None
            self._connection.execute("PRAGMA synchronous=OFF")

        await self._finish(stop)

    @override
    async def _finish(self, work: Callable[[], Any]) -> Any:
        with self._counted():
            return await super()._finish(work)

    @contextmanager
    def _counted(self) -> Iterator[None]:
        self._working += 1
        try:
            yield
        finally:
            self._working -= 1
