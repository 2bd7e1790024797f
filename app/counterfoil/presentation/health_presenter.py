"""The page that says how the till is, and makes a support file."""

from dataclasses import field

from PySide6.QtCore import QObject, Signal

from counterfoil.declaring import dataclass
from counterfoil.domain.failures import CounterfoilError, NotPermittedError
from counterfoil.presentation.screens import Tone
from counterfoil.presentation.words import failures, health
from counterfoil.service.commands import CheckHealth, KeepSupportFile
from counterfoil.service.health import Health, HealthLine, Level
from counterfoil.service.services import Services

_LOOKS = {
    Level.ACT: (Tone.DECLINED, "stop"),
    Level.LOOK: (Tone.UNKNOWN, "alert"),
    Level.GOOD: (Tone.NONE, "check"),
}
"""What is good has no colour: green is for what is paid."""


@dataclass(frozen=True, slots=True)
class HealthRow:
    """One line: how it is as colour, icon and word; what was found, and what to do."""

    tone: Tone
    icon: str
    level: str
    title: str
    found: str
    do: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthScreen:
    """The page; what has to be done comes first. ``is_asking`` while providers are asked."""

    status: str = ""
    rows: tuple[HealthRow, ...] = ()
    is_asking: bool = False
    note: str = field(default_factory=lambda: health.SUPPORT_NOTE)


class HealthPresenter(QObject):
    """Holds the page while it is in front.

    Signals:
        changed(HealthScreen): there is something new to show; None when it is closed.
        told(str, str): a message that needs no answer, and its icon.
    """

    changed = Signal(object)
    told = Signal(str, str)

    def __init__(self, services: Services, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._is_open = False
        self._is_asking = False
        self._health: Health | None = None
        self._note = health.SUPPORT_NOTE

    def open(self) -> None:
        """Come in front with what is known, and ask the providers meanwhile."""
        self._is_open = True
        self._note = health.SUPPORT_NOTE
        self._show()
        self.check_again()

    def close(self) -> None:
        """Go away; what is being asked is not shown any more."""
        self._is_open = False
        self.changed.emit(None)

    def check_again(self) -> None:
        """Look again, and ask every provider."""
        if not self._is_asking:
            self._is_asking = True
            _ = self._services.owner.spawn(self._check(), "health")

    def keep_support_file(self) -> None:
        """Write a support file into the till's own folder, and say where it is."""
        _ = self._services.owner.spawn(self._keep(), "support file")

    async def _check(self) -> None:
        try:
            self._health = await self._services.health.health()
            self._show()
            self._health = await self._services.run(CheckHealth())
        except NotPermittedError as refused:
            self.told.emit(failures.failure(refused), "alert")
        finally:
            self._is_asking = False
            self._show()

    async def _keep(self) -> None:
        try:
            path = await self._services.run(KeepSupportFile())
        except CounterfoilError as error:
            self.told.emit(failures.failure(error), "alert")
            return
        self._note = health.support_file_kept(path)
        self._show()

    def _show(self) -> None:
        if self._is_open:
            self.changed.emit(self._screen())

    def _screen(self) -> HealthScreen:
        found = self._health
        if found is None:
            return HealthScreen(status=health.CHECKING, is_asking=True, note=self._note)
        rows = (_row(one) for level in _LOOKS for one in found.having(level))
        return HealthScreen(
            status=health.CHECKING if self._is_asking else health.status(found),
            rows=tuple(rows),
            is_asking=self._is_asking,
            note=self._note,
        )


def _row(one: HealthLine) -> HealthRow:
    said, (tone, icon) = health.line(one), _LOOKS[one.level]
    return HealthRow(tone, icon, health.LEVELS[one.level], said.title, said.found, said.do)
