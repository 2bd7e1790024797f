"""The page on which people look after the staff: new PINs, who is let in, and who is new."""

from collections.abc import Awaitable, Callable
from enum import StrEnum
from functools import partial

from PySide6.QtCore import QObject, Signal

from counterfoil.declaring import dataclass
from counterfoil.domain.failures import (
    CounterfoilError,
    JournalUnavailableError,
    StaffRefusedError,
    WeakPinError,
)
from counterfoil.domain.secret import Secret
from counterfoil.domain.staff import OWN_ROLES
from counterfoil.presentation.words import failures, staff_page
from counterfoil.service.commands import AddPerson, Command, LockPerson, SetPin, UnlockPerson
from counterfoil.service.services import Services
from counterfoil.service.views import StaffEntry

NUMBER, NAME, PIN, AGAIN = "number", "name", "pin", "again"
ROLES = tuple(OWN_ROLES)
_NOTHING = Secret("")


class StaffStage(StrEnum):
    """What is shown of the staff."""

    LIST = "list"
    NEW_PIN = "new_pin"
    ADD = "add"


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffScreen:
    """The page. ``wipes`` grows each time the PINs are to be emptied."""

    stage: StaffStage
    title: str
    people: tuple[str, ...] = ()
    chosen: int | None = None
    is_locked: bool = False
    """Whether the chosen one is let in no more."""
    role: int | None = None
    hint: str = ""
    error: str = ""
    primary: str = ""
    can_press: bool = False
    wipes: int = 0


class StaffPresenter(QObject):
    """Holds the page of the staff while it is in front.

    Signals:
        changed(StaffScreen): there is something new to show; None when it is closed.
        told(str, str): a message that needs no answer, and its icon.
        failed(CounterfoilError): the till cannot go on selling.
    """

    changed = Signal(object)
    told = Signal(str, str)
    failed = Signal(object)

    def __init__(self, services: Services, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._stage: StaffStage | None = None
        self._people: tuple[StaffEntry, ...] = ()
        self._chosen: int | None = None
        self._role: int | None = None
        self._texts: dict[str, Secret] = {}
        self._error = ""
        self._wipes = 0
        self._is_busy = False

    # ------------------------------------------------------------------------------- from outside

    def open(self) -> None:
        """Show who works here, where somebody is at the till."""
        if not self._services.session.is_left:
            self._start(self._open)

    def refresh(self) -> None:
        """Take that who works here may have changed elsewhere; what is typed stays."""
        if self._stage is not None and not self._is_busy:
            self._is_busy = True
            self._start(self._read)

    def back(self) -> None:
        """Go back to the list, or out of the page."""
        if self._stage is StaffStage.LIST:
            self.close()
        elif self._stage is not None:
            self._go_to(StaffStage.LIST)

    def close(self) -> None:
        """Leave the page, and forget what was typed."""
        self._stage, self._texts = None, {}
        self._emit()

    def screen(self) -> StaffScreen | None:
        """Return what is to be shown now; None while it is closed."""
        stage, one = self._stage, self._one
        if stage is None:
            return None
        if stage is StaffStage.LIST:
            return StaffScreen(
                stage=stage,
                title=staff_page.STAFF,
                people=tuple(map(staff_page.person, self._people)),
                chosen=self._chosen,
                is_locked=one is not None and one.is_locked,
                wipes=self._wipes,
            )
        is_new = stage is StaffStage.ADD
        role = self._role_name if is_new else one.role if one is not None else ""
        return StaffScreen(
            stage=stage,
            title=staff_page.title(None if is_new else one),
            role=self._role,
            hint=staff_page.rule(role),
            error=self._error,
            primary=staff_page.SAVE_PERSON if is_new else staff_page.SAVE_PIN,
            can_press=not self._is_busy and self._is_filled,
            wipes=self._wipes,
        )

    # ------------------------------------------------------------------------------------ intents

    def choose(self, place: int) -> None:
        """Take the place of one of the staff."""
        self._chosen = place
        self._emit()

    def choose_role(self, place: int) -> None:
        """Take the place of a role for somebody new."""
        self._role = place
        self._error = ""
        self._emit()

    def edit(self, name: str, text: str) -> None:
        """Take what was typed into a field."""
        self._texts[name] = Secret(text)
        self._error = ""
        self._emit()

    def begin_pin(self) -> None:
        """Ask for a new PIN for the chosen one."""
        if self._one is not None:
            self._go_to(StaffStage.NEW_PIN)

    def begin_person(self) -> None:
        """Ask who is new."""
        self._go_to(StaffStage.ADD)

    def turn_lock(self) -> None:
        """Let the chosen one in no more, or again."""
        if (one := self._one) is not None:
            kind = UnlockPerson if one.is_locked else LockPerson
            self._run(kind(one.number), one.name)

    def press(self) -> None:
        """Save what was typed, once however often it is pressed."""
        one = self._one
        if self._is_busy or not self._is_filled:
            return
        if self._text(PIN) != self._text(AGAIN):
            self._refuse(staff_page.NOT_THE_SAME)
        elif self._stage is StaffStage.ADD:
            name, pin = self._text(NAME), Secret(self._text(PIN))
            self._run(AddPerson(self._text(NUMBER), name, self._role_name, pin), name)
        elif one is not None:
            self._run(SetPin(one.number, Secret(self._text(PIN))), one.name)

    # ---------------------------------------------------------------------------------------- work

    def _run(self, command: Command[None], name: str) -> None:
        if not self._is_busy:
            self._is_busy = True
            self._start(partial(self._carry_out, command, name))

    async def _open(self) -> None:
        self._people = await self._services.staff.staff()
        self._chosen = None
        self._go_to(StaffStage.LIST)

    async def _read(self) -> None:
        # Nobody is ever taken off the list, so who is chosen keeps their place.
        self._people = await self._services.staff.staff()

    async def _carry_out(self, command: Command[None], name: str) -> None:
        try:
            await self._services.run(command)
        except (StaffRefusedError, WeakPinError) as error:
            if self._stage is StaffStage.LIST:
                raise
            self._refuse(failures.failure(error))
            return
        self.told.emit(staff_page.done(name), "check")
        self._people = await self._services.staff.staff()
        if self._stage is not None:
            self._go_to(StaffStage.LIST)

    def _refuse(self, why: str) -> None:
        self._error = why
        self._wipe()
        self._emit()

    # ------------------------------------------------------------------------------------ plumbing

    @property
    def _one(self) -> StaffEntry | None:
        return None if self._chosen is None else self._people[self._chosen]

    @property
    def _role_name(self) -> str:
        return "" if self._role is None else ROLES[self._role]

    @property
    def _is_filled(self) -> bool:
        needed = [PIN, AGAIN]
        if self._stage is StaffStage.ADD:
            needed += [NUMBER, NAME]
        is_role_chosen = self._stage is not StaffStage.ADD or self._role is not None
        return is_role_chosen and all(map(self._text, needed))

    def _text(self, name: str) -> str:
        return self._texts.get(name, _NOTHING).reveal()

    def _go_to(self, stage: StaffStage) -> None:
        self._stage = stage
        self._texts, self._role, self._error = {}, None, ""
        self._wipe()
        self._emit()

    def _wipe(self) -> None:
        for name in (PIN, AGAIN):
            self._texts.pop(name, None)
        self._wipes += 1

    def _emit(self) -> None:
        self.changed.emit(self.screen())

    def _start(self, work: Callable[[], Awaitable[None]]) -> None:
        _ = self._services.owner.spawn(self._fenced(work), "staff")

    async def _fenced(self, work: Callable[[], Awaitable[None]]) -> None:
        try:
            await work()
        except JournalUnavailableError as error:
            self.failed.emit(error)
        except CounterfoilError as error:
            self.told.emit(failures.failure(error), "alert")
        finally:
            self._is_busy = False
            self._emit()
