"""The page on which people look after the staff: new PINs, who is let in, and who is new."""

from collections.abc import Awaitable, Callable, Mapping
from enum import StrEnum
from functools import partial

from PySide6.QtCore import QObject, Signal

from counterfoil.declaring import dataclass
from counterfoil.domain.failures import (
    CounterfoilError,
    JournalUnavailableError,
    SignInRefusedError,
    StaffRefusedError,
    WeakPinError,
)
from counterfoil.domain.pin_rules import PIN_LENGTH_MIN, PinKind, pin_kind_of
from counterfoil.domain.secret import Secret
from counterfoil.presentation.words import failures, staff_page
from counterfoil.service.commands import (
    AddPerson,
    ChangeOwnPin,
    Command,
    LockPerson,
    SetBadge,
    SetPin,
    SetRole,
    UnlockPerson,
)
from counterfoil.service.services import Services
from counterfoil.service.views import StaffEntry

NUMBER, NAME, OLD, PIN, AGAIN = "number", "name", "old", "pin", "again"
_NOTHING = Secret("")


class StaffStage(StrEnum):
    """Which part of the staff page is shown: the list, or a form about one of the staff."""

    LIST = "list"
    NEW_PIN = "new_pin"
    OWN_PIN = "own_pin"
    """Who is at the till chooses another, by the one they have."""
    ROLE = "role"
    BADGE = "badge"
    """A scan is the badge of the chosen one."""
    ADD = "add"


_NEEDED = {
    StaffStage.NEW_PIN: (PIN, AGAIN),
    StaffStage.OWN_PIN: (OLD, PIN, AGAIN),
    StaffStage.ROLE: (),
    StaffStage.ADD: (NUMBER, NAME, PIN, AGAIN),
}
"""What is typed before anything is saved; with another role a PIN only where it needs one."""
_WITH_ROLE = frozenset({StaffStage.ADD, StaffStage.ROLE})
_FIELDS = {**_NEEDED, StaffStage.ROLE: (PIN, AGAIN)}


def _titles() -> Mapping[StaffStage, str]:
    return {
        StaffStage.NEW_PIN: staff_page.NEW_PIN,
        StaffStage.OWN_PIN: staff_page.OWN_PIN,
        StaffStage.ROLE: staff_page.CHANGE_ROLE,
        StaffStage.BADGE: staff_page.BADGE,
        StaffStage.ADD: staff_page.ADD,
    }


def _primaries() -> Mapping[StaffStage, str]:
    return {
        StaffStage.NEW_PIN: staff_page.SAVE_PIN,
        StaffStage.OWN_PIN: staff_page.SAVE_PIN,
        StaffStage.ROLE: staff_page.SAVE_ROLE,
        StaffStage.BADGE: staff_page.TAKE_BADGE,
        StaffStage.ADD: staff_page.SAVE_PERSON,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffScreen:
    """What the page shows; ``wipes`` is one higher each time the PINs are to be emptied."""

    stage: StaffStage
    title: str
    people: tuple[str, ...] = ()
    chosen: int | None = None
    is_locked: bool = False
    """Whether the chosen one is let in no more."""
    is_self: bool = False
    """Whether the chosen one is who is at the till."""
    fields: tuple[str, ...] = ()
    line: str = ""
    """What is to be done where nothing is typed."""
    roles: tuple[str, ...] = ()
    role: int | None = None
    hint: str = ""
    length_min: int = PIN_LENGTH_MIN[PinKind.CASHIER_PIN]
    """The fewest digits or letters that a PIN of this role has."""
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
        """Show the list of staff, if somebody is signed in."""
        if not self._services.session.is_left:
            self._start(self._open)

    def refresh(self) -> None:
        """Read again who works here, which may have changed elsewhere; what is typed stays."""
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
                is_self=self._is_self,
                wipes=self._wipes,
            )
        has_role = stage in _WITH_ROLE
        role = self._role_name if has_role else one.role if one is not None else ""
        permissions = self._services.staff.roles().get(role)
        return StaffScreen(
            stage=stage,
            title=staff_page.title(_titles()[stage], None if stage is StaffStage.ADD else one),
            fields=_FIELDS.get(stage, ()),
            line=self._error or staff_page.SCAN_BADGE if stage is StaffStage.BADGE else "",
            roles=tuple(map(staff_page.role, self._roles)) if has_role else (),
            role=self._role,
            hint=staff_page.rule(permissions, may_keep=stage is StaffStage.ROLE),
            length_min=PIN_LENGTH_MIN[pin_kind_of(permissions or frozenset())],
            error=self._error,
            primary=_primaries()[stage],
            can_press=not self._is_busy and self._is_filled,
            wipes=self._wipes,
        )

    @property
    def is_waiting_for_badge(self) -> bool:
        """Whether the next scan is somebody's badge."""
        return self._stage is StaffStage.BADGE

    def take_badge(self, badge: Secret) -> None:
        """Give this badge to the person who is chosen."""
        if (one := self._one) is not None and self.is_waiting_for_badge:
            self._run(SetBadge(one.number, badge), one.name)

    # ------------------------------------------------------------------------------------ intents

    def choose(self, place: int) -> None:
        """Choose one of the staff by their index in the list."""
        self._chosen = place
        self._emit()

    def choose_role(self, place: int) -> None:
        """Choose a role, by its index, for the person in the form."""
        self._role = place
        self._error = ""
        self._emit()

    def edit(self, name: str, text: str) -> None:
        """Store the text that was typed into a field, by the field's name."""
        self._texts[name] = Secret(text)
        self._error = ""
        self._emit()

    def begin_pin(self) -> None:
        """Ask for a new PIN for the chosen person; for oneself the old one is asked for as well."""
        if self._one is not None:
            self._go_to(StaffStage.OWN_PIN if self._is_self else StaffStage.NEW_PIN)

    def begin_role(self) -> None:
        """Ask for another role for the chosen person."""
        if self._one is not None:
            self._go_to(StaffStage.ROLE)

    def begin_badge(self) -> None:
        """Wait for a scan of the chosen person's badge."""
        if self._one is not None:
            self._go_to(StaffStage.BADGE)

    def begin_person(self) -> None:
        """Show the form for a new person."""
        self._go_to(StaffStage.ADD)

    def turn_lock(self) -> None:
        """Lock the chosen person's entry, or unlock it."""
        if (one := self._one) is not None:
            kind = UnlockPerson if one.is_locked else LockPerson
            self._run(kind(one.number), one.name)

    def press(self) -> None:
        """Save what was typed; a second press does nothing."""
        if self._is_busy or not self._is_filled:
            return
        if self._text(PIN) != self._text(AGAIN):
            self._refuse(staff_page.NOT_THE_SAME)
        elif self._stage is StaffStage.ADD:
            name, pin = self._text(NAME), Secret(self._text(PIN))
            self._run(AddPerson(self._text(NUMBER), name, self._role_name, pin), name)
        elif (one := self._one) is not None:
            self._run(self._command_for(one), one.name)

    def _command_for(self, one: StaffEntry) -> Command[None]:
        """Return what is to be done with the chosen one."""
        typed = self._text(PIN)
        match self._stage:
            case StaffStage.OWN_PIN:
                return ChangeOwnPin(Secret(self._text(OLD)), Secret(typed))
            case StaffStage.ROLE:
                return SetRole(one.number, self._role_name, Secret(typed) if typed else None)
            case StaffStage.BADGE:
                return SetBadge(one.number, None)
            case _:
                return SetPin(one.number, Secret(typed))

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
        except (StaffRefusedError, WeakPinError, SignInRefusedError) as error:
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
        return "" if self._role is None else self._roles[self._role]

    @property
    def _roles(self) -> tuple[str, ...]:
        return tuple(self._services.staff.roles())

    @property
    def _is_self(self) -> bool:
        return self._one is not None and self._one.number == self._services.actor.number

    @property
    def _is_filled(self) -> bool:
        """Whether all is there that is needed to save anything."""
        stage, one = self._stage, self._one
        if stage is StaffStage.BADGE:
            return one is not None and one.has_badge
        is_role_chosen = stage not in _WITH_ROLE or self._role is not None
        return is_role_chosen and stage is not None and all(map(self._text, _NEEDED[stage]))

    def _text(self, name: str) -> str:
        return self._texts.get(name, _NOTHING).reveal()

    def _go_to(self, stage: StaffStage) -> None:
        self._stage = stage
        self._texts, self._role, self._error = {}, None, ""
        self._wipe()
        self._emit()

    def _wipe(self) -> None:
        for name in (OLD, PIN, AGAIN):
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
