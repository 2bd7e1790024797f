"""What the core tells whoever listens: one frozen notice per change."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from counterfoil.domain.redemption import Redemption

Listener = Callable[[Redemption], None]


class Notices:
    """Passes each committed state of a redemption to the listeners, in order."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []

    def tell(self, redemption: Redemption) -> None:
        """Pass on a redemption as it has just been committed."""
        for listener in tuple(self._listeners):
            listener(redemption)

    @contextmanager
    def listening(self, listener: Listener) -> Iterator[None]:
        """Listen for as long as the context lasts."""
        self._listeners.append(listener)
        try:
            yield
        finally:
            self._listeners.remove(listener)
