"""How the services report each change, as it is committed, to whoever listens."""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from counterfoil.domain.advice import Advice
from counterfoil.domain.redemption import Redemption

Listener = Callable[[Redemption], None]
Told = TypeVar("Told")
AdviceListener = Callable[[Advice], None]


class Notices:
    """Passes each committed state of a redemption to the listeners, in order."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []
        self._advice_listeners: list[AdviceListener] = []

    def tell(self, redemption: Redemption) -> None:
        """Pass a redemption that has just been committed on to the listeners.

        A listener that fails is reported to the loop's exception handler; the others are still
        called.
        """
        _tell_all(self._listeners, redemption)

    def tell_advice(self, advice: Advice) -> None:
        """Pass an advice, as it is after an attempt to deliver it, on to its listeners."""
        _tell_all(self._advice_listeners, advice)

    @contextmanager
    def listening(self, listener: Listener) -> Iterator[None]:
        """Listen to changes of redemptions for as long as the context lasts."""
        self._listeners.append(listener)
        try:
            yield
        finally:
            self._listeners.remove(listener)

    @contextmanager
    def listening_to_advices(self, listener: AdviceListener) -> Iterator[None]:
        """Listen to changes of advices for as long as the context lasts."""
        self._advice_listeners.append(listener)
        try:
            yield
        finally:
            self._advice_listeners.remove(listener)


def _tell_all(listeners: Iterable[Callable[[Told], None]], told: Told) -> None:
    for listener in tuple(listeners):
        try:
            listener(told)
        except Exception as error:  # noqa: BLE001 - the fence: a broken view must not stop money half way
            context = {"message": "a listener failed", "exception": error}
            asyncio.get_running_loop().call_exception_handler(context)
