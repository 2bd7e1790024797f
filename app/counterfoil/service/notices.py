"""What the core tells whoever listens: one frozen notice per change."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from counterfoil.domain.redemption import Redemption

Listener = Callable[[Redemption], None]


class Notices:
    """Passes each committed state of a redemption to the listeners, in order."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []

    def tell(self, redemption: Redemption) -> None:
        """Pass on a redemption as it has just been committed.

        A listener that fails is told to the loop's exception handler: what was committed goes on.
        """
        for listener in tuple(self._listeners):
            try:
                listener(redemption)
            except Exception as error:  # noqa: BLE001 - the fence: a broken view must not stop money half way
                context = {"message": "a listener failed", "exception": error}
                asyncio.get_running_loop().call_exception_handler(context)

    @contextmanager
    def listening(self, listener: Listener) -> Iterator[None]:
        """Listen for as long as the context lasts."""
        self._listeners.append(listener)
        try:
            yield
        finally:
            self._listeners.remove(listener)
