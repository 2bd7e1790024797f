"""Runs the work of one page in tasks, and shows the page why some of it failed."""

from collections.abc import Awaitable, Callable
from functools import partial

from counterfoil.domain.failures import CounterfoilError, JournalUnavailableError
from counterfoil.presentation.words import failures
from counterfoil.service.tasks import TaskOwner


class Fence:
    """Starts tasks for a page, and catches their failures.

    ``tell`` is called with the words for a failure. ``fail`` is called with a failure after which
    the till cannot sell. ``show`` is called whenever a task has ended.
    """

    def __init__(
        self,
        owner: TaskOwner,
        name: str,
        *,
        tell: Callable[[str], None],
        fail: Callable[[CounterfoilError], None],
        show: Callable[[], None],
    ) -> None:
        self._owner = owner
        self._name = name
        self._tell = tell
        self._fail = fail
        self._show = show
        self._is_busy = False

    @property
    def is_busy(self) -> bool:
        """Whether work is under way that goes alone."""
        return self._is_busy

    def start(self, work: Callable[[], Awaitable[None]]) -> None:
        """Begin work that disturbs no other."""
        _ = self._owner.spawn(self._fenced(work), self._name)

    def start_alone(self, work: Callable[[], Awaitable[None]]) -> None:
        """Begin work that goes alone, unless other such work is under way."""
        if not self._is_busy:
            self._is_busy = True
            self.start(partial(self._alone, work))

    async def _alone(self, work: Callable[[], Awaitable[None]]) -> None:
        try:
            await work()
        finally:
            self._is_busy = False

    async def _fenced(self, work: Callable[[], Awaitable[None]]) -> None:
        try:
            await work()
        except JournalUnavailableError as error:
            self._fail(error)
        except CounterfoilError as error:
            self._tell(failures.failure(error))
        finally:
            self._show()
