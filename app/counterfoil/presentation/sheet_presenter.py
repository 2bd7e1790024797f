"""What the presenters of pages with a sheet have in common: Shift, Reports, the owner's page."""

from collections.abc import Awaitable, Callable

from PySide6.QtCore import QObject, Signal

from counterfoil.domain.failures import CounterfoilError, JournalUnavailableError
from counterfoil.presentation.approval_presenter import ApprovalPresenter
from counterfoil.presentation.counter_front import ANSWERS_FROM_S
from counterfoil.presentation.words import failures
from counterfoil.service.services import Services


class SheetPresenter(QObject):
    """Shows one screen at a time, and says where in it the cursor belongs.

    Signals:
        changed(object): there is something new to show: the page's own screen.
        told(str, str): a message that needs no answer, and its icon.
        failed(CounterfoilError): the till cannot go on selling.
    """

    changed = Signal(object)
    told = Signal(str, str)
    failed = Signal(object)

    def __init__(
        self, services: Services, approvals: ApprovalPresenter, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._services = services
        self._approvals = approvals
        self._error = ""
        self._is_busy = False
        self._appeared, self._appeared_at_s = 0, 0.0
        self._point, self._points = "", 0

    def screen(self) -> object:
        """Return what is to be shown now."""
        raise NotImplementedError  # each page has its own; a QObject takes no abstract methods

    def say_anew(self) -> None:
        """Show the page in the language that is spoken now, without what was said to be wrong."""
        self._error = ""
        self._emit()

    @property
    def _is_deaf(self) -> bool:
        """Whether a press means nothing: it was meant for what was shown before, or is a second."""
        has_just_appeared = self._now_s() - self._appeared_at_s < ANSWERS_FROM_S
        return self._is_busy or has_just_appeared

    def _now_s(self) -> float:
        return self._services.clock.now().monotonic_s

    def _appear(self, place: str) -> None:
        """Show another step of the page, with the cursor in a place of it."""
        self._appeared += 1
        self._appeared_at_s = self._now_s()
        self._point_at(place)

    def _point_at(self, place: str) -> None:
        self._point = place
        self._points += 1
        self._emit()

    def _emit(self) -> None:
        self.changed.emit(self.screen())

    def _start(self, work: Callable[[], Awaitable[None]]) -> None:
        """Begin work during which the page takes no other press."""
        self._is_busy = True
        self._error = ""
        self._emit()
        _ = self._services.owner.spawn(self._busily(work), type(self).__name__)

    async def _busily(self, work: Callable[[], Awaitable[None]]) -> None:
        try:
            await self._fenced(work)
        finally:
            self._is_busy = False
            self._emit()

    async def _fenced(self, work: Callable[[], Awaitable[None]]) -> None:
        try:
            await work()
        except JournalUnavailableError as error:
            self.failed.emit(error)
        except CounterfoilError as error:
            self._refuse(error)
        self._emit()

    def _refuse(self, error: CounterfoilError) -> None:
        """Say why something was not done."""
        self.told.emit(failures.failure(error), "alert")
