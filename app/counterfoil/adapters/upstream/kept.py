"""Credentials for an upstream: read once, in a thread, and kept in memory."""

import asyncio
from collections.abc import Callable
from typing import Generic, TypeVar

_T = TypeVar("_T")


class Kept(Generic[_T]):
    """A credential that is read in a thread, because a keyring may wait for a person.

    It is kept until `forget`, which is called when an upstream refused it: a changed key is read
    after that, or after a restart. As long as none is found, each call looks again.
    """

    def __init__(self, read: Callable[[], _T | None]) -> None:
        """Keep how it is read; ``read`` returns None where there is none."""
        self._read = read
        self._reading = asyncio.Lock()
        self._found: _T | None = None

    async def get(self) -> _T | None:
        """Return the credential, or None where there is none."""
        async with self._reading:
            if self._found is None:
                self._found = await asyncio.to_thread(self._read)
            return self._found

    def forget(self) -> None:
        """Have the next `get` read the credential again."""
        self._found = None
