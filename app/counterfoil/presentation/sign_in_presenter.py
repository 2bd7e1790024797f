"""The page on which people sign in, make the first manager, and recover a lost passphrase."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, Signal

from counterfoil import __version__
from counterfoil.domain.conduct import Alert, AlertKind
from counterfoil.domain.failures import (
    CounterfoilError,
    JournalUnavailableError,
    SignInRefusal,
    SignInRefusedError,
    StaffRefusal,
    StaffRefusedError,
    WeakPinError,
)
from counterfoil.domain.pin_rules import PIN_LENGTH_MIN, PinKind
from counterfoil.domain.secret import Secret
from counterfoil.domain.staff import Permission
from counterfoil.domain.training import TRAINEES
from counterfoil.presentation.pin_tries import PinTries
from counterfoil.presentation.screens import PaperRow
from counterfoil.presentation.sign_in_screen import (
    EntryKind,
    EntryRow,
    SignInScreen,
    SignInStage,
)
from counterfoil.presentation.words import failures, sign_in, window
from counterfoil.presentation.words.sign_in import PageFacts
from counterfoil.service.commands import (
    AcknowledgeAlerts,
    AcknowledgeRecovery,
    FindBadge,
    MakeFirstManager,
    RecoverManager,
)
from counterfoil.service.services import Services

NUMBER, NAME, CODE, PIN, AGAIN = "number", "name", "code", "pin", "again"


def _entries() -> Mapping[SignInStage, tuple[EntryRow, ...]]:
    return {
        SignInStage.SIGN_IN: (
            EntryRow(name=NUMBER, label=sign_in.CASHIER_NUMBER, kind=EntryKind.NUMBER),
            EntryRow(name=PIN, label=sign_in.PIN, kind=EntryKind.PIN, hint=sign_in.PIN_HINT),
        ),
        SignInStage.FIRST_MANAGER: (
            EntryRow(
                name=NUMBER, label=sign_in.NUMBER, kind=EntryKind.NUMBER, hint=sign_in.NUMBER_HINT
            ),
            EntryRow(name=NAME, label=sign_in.NAME, kind=EntryKind.NAME, hint=sign_in.NAME_HINT),
            EntryRow(
                name=PIN, label=sign_in.PASSPHRASE, kind=EntryKind.PIN, hint=sign_in.PASSPHRASE_HINT
            ),
            EntryRow(name=AGAIN, label=sign_in.PASSPHRASE_AGAIN, kind=EntryKind.PIN),
        ),
        SignInStage.RECOVER: (
            EntryRow(
                name=CODE, label=sign_in.RECOVERY_CODE, kind=EntryKind.CODE, hint=sign_in.CODE_HINT
            ),
            EntryRow(name=NUMBER, label=sign_in.CASHIER_NUMBER, kind=EntryKind.NUMBER),
            EntryRow(
                name=PIN, label=sign_in.PASSPHRASE, kind=EntryKind.PIN, hint=sign_in.PASSPHRASE_HINT
            ),
            EntryRow(name=AGAIN, label=sign_in.PASSPHRASE_AGAIN, kind=EntryKind.PIN),
        ),
    }


def _titles() -> Mapping[SignInStage, tuple[str, str, str]]:
    return {
        SignInStage.FIRST_MANAGER: (sign_in.FIRST_TITLE, sign_in.FIRST_LINE, sign_in.MAKE_MANAGER),
        SignInStage.CODE: (sign_in.CODE_TITLE, sign_in.CODE_LINE, sign_in.CODE_WRITTEN),
        SignInStage.RECOVER: (sign_in.RECOVER_TITLE, sign_in.RECOVER_LINE, sign_in.RECOVER),
    }


_PLACE_OF_REFUSAL = {
    StaffRefusal.BAD_NUMBER: NUMBER,
    StaffRefusal.NUMBER_TAKEN: NUMBER,
    StaffRefusal.BAD_NAME: NAME,
    StaffRefusal.NAME_TAKEN: NAME,
}
_NOTHING_TYPED = Secret("")
_PIN_MIN = PIN_LENGTH_MIN[PinKind.CASHIER_PIN]
_ABOUT_STAFF = frozenset({SignInStage.SIGN_IN, SignInStage.FIRST_MANAGER})
"""The pages that depend on who works here."""


class SignInPresenter(QObject):
    """Holds the page on which people sign in, while it is in front.

    Signals:
        changed(SignInScreen): there is something new to show; None once somebody is let in.
        failed(CounterfoilError): the till cannot go on selling.
        told(str, str): a message that needs no answer, and its icon.
        let_in(): somebody is at the till now, and has read what they should know first.
    """

    changed = Signal(object)
    failed = Signal(object)
    told = Signal(str, str)
    let_in = Signal()

    def __init__(self, services: Services, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._stage: SignInStage | None = SignInStage.SIGN_IN if services.session.is_left else None
        self._texts: dict[str, Secret] = {}
        self._kept_number = _NOTHING_TYPED
        """The number as it was before keys that may turn out to be a scanner's."""
        self._error, self._error_at = "", ""
        self._names: dict[str, str] = {}
        self._tries = PinTries(services.clock)
        self._alerts: tuple[Alert, ...] = ()
        self._code = _NOTHING_TYPED
        self._facts = PageFacts(to_try=TRAINEES if services.profile.is_training else ())
        self._is_busy = False
        self._wipes = self._points = 0
        self._point = NUMBER

    # ------------------------------------------------------------------------------- from outside

    @property
    def is_in_front(self) -> bool:
        """Whether the page covers everything else."""
        return self._stage is not None

    @property
    def is_busy(self) -> bool:
        """Whether something is being carried out, so that another press is ignored."""
        return self._is_busy

    def screen(self) -> SignInScreen | None:
        """Return what is to be shown now; None while somebody is at the till."""
        stage = self._stage
        if stage is None:
            return None
        title, line, primary = self._heading(stage)
        is_signing_in = stage is SignInStage.SIGN_IN
        wait = self._tries.wait(self._text(NUMBER).reveal()) if is_signing_in else ""
        return SignInScreen(
            stage=stage,
            title=title,
            line=line,
            entries=tuple(map(self._entry, _entries().get(stage, ()))),
            sentences=self._sentences(stage),
            code=self._code if stage is SignInStage.CODE else _NOTHING_TYPED,
            primary=primary,
            can_press=not (self._is_busy or wait or self._missing()),
            foot=sign_in.FORGOTTEN if is_signing_in else "",
            quiet=_quiet().get(stage, "") if self._can_turn else "",
            quiet_key="" if is_signing_in else "Esc",
            wait=wait,
            shakes=self._tries.shakes,
            wipes=self._wipes,
            point=self._point,
            points=self._points,
            paper=self._paper(),
        )

    async def load(self) -> None:
        """Read who works here, and whether anybody does; return when it is shown."""
        await self._fenced(self._read)

    def refresh(self) -> None:
        """Read again who works here, which may have changed elsewhere; what is typed stays."""
        if self._stage in _ABOUT_STAFF and not self._is_busy:
            self._is_busy = True
            self._start(self._read_again, "staff")

    def leave(self, number: str = "") -> None:
        """Show the page until somebody signs in; ``number`` is filled in for them."""
        self._stage = SignInStage.SIGN_IN
        self._is_busy = True
        self._begin(number)
        self._start(self._left, "leave")

    def lapse(self) -> None:
        """Empty what was typed, and sign out whoever was let in but has not gone on since.

        A new recovery code is covered until a manager signs in. That of the first manager stays: it
        lets nobody in who is not at the till already.
        """
        if self._is_busy or self._stage is None:
            return
        if self._services.session.is_signed_in:
            self._alerts = ()
            self.leave()
        elif any(len(text) for name, text in self._texts.items() if name != NUMBER):
            self._go_to(
                SignInStage.SIGN_IN if self._stage is SignInStage.RECOVER else self._stage, ""
            )

    def say_anew(self) -> None:
        """Empty every PIN and what was refused: the boxes are made anew, and are empty."""
        if self._stage is not None:
            self._error = ""
            self._wipe()
            self._point_at(self._missing())

    def count(self, *, slips: int, in_doubt: int, is_altered: bool) -> None:
        """Show on the page's slip how much waits at the till."""
        facts = replace(self._facts, slips=slips, in_doubt=in_doubt, is_altered=is_altered)
        if facts != self._facts:
            self._facts = facts
            if self.is_in_front:
                self._emit()

    def tick(self) -> None:
        """Update the wait that is shown; called each second."""
        if self._tries.tick() and self._is_signing_in:
            if self._error_at == PIN and not self._wait_s():
                self._error = ""
            self._emit()

    # ------------------------------------------------------------------------------------ intents

    def edit(self, name: str, text: str) -> None:
        """Store the text that was typed into a field, by the field's name."""
        self._texts[name] = Secret(text)
        self._error = ""
        self._emit()

    def submit(self, name: str) -> None:
        """After Enter in a field, go to the next one; in the last, act as the primary button."""
        names = [one.name for one in _entries().get(self._stage, ())] if self._stage else []
        if name in names[:-1]:
            self._point_at(names[names.index(name) + 1])
        else:
            self.press()

    def press(self) -> None:
        """Carry out the primary button of the page; a second press does nothing."""
        if self._stage is None or self._is_busy or (self._is_signing_in and self._wait_s()):
            return
        if missing := self._missing():
            self._point_at(missing)
            return
        work = {
            SignInStage.SIGN_IN: self._sign_in,
            SignInStage.FIRST_MANAGER: self._make_manager,
            SignInStage.CODE: self._code_written,
            SignInStage.RECOVER: self._recover,
            SignInStage.ALERTS: self._go_on,
        }[self._stage]
        self._is_busy = True
        self._emit()
        self._start(work, self._stage.value)

    def turn(self) -> None:
        """Switch between signing in and recovering a passphrase; at the alerts, sign out."""
        if self._is_busy or not self._can_turn:
            return
        if self._stage is SignInStage.ALERTS:
            self.lapse()
        elif self._stage is SignInStage.SIGN_IN:
            self._go_to(SignInStage.RECOVER)
        elif self._stage is SignInStage.RECOVER:
            self._go_to(SignInStage.SIGN_IN)

    def back(self) -> None:
        """Go back to signing in, or empty what was typed there.

        Alerts that were not acknowledged are shown at the next sign-in.
        """
        if self._stage in {SignInStage.RECOVER, SignInStage.ALERTS}:
            self.turn()
        elif self._is_signing_in and not self._is_busy:
            self._begin("")

    # -------------------------------------------------------------------------------------- badges

    def note_entry(self) -> None:
        """Keep the number before the first keys of what may be a scan."""
        self._kept_number = self._text(NUMBER)

    def begin_scan(self) -> None:
        """Undo what the first keys of a scan typed; a PIN is emptied."""
        if self._is_signing_in and not self._is_busy:
            self._begin(self._kept_number.reveal())

    async def number_of(self, badge: Secret) -> str | None:
        """Return the staff number of the person with this badge; None if nobody has it."""
        return await self._services.run(FindBadge(badge))

    def take_number(self, number: str) -> None:
        """Fill in the staff number from a badge; its PIN is still to be typed."""
        if self._is_signing_in and not self._is_busy:
            self._begin(number)

    # ---------------------------------------------------------------------------------------- work

    async def _left(self) -> None:
        self._tries.forget()  # The gate knows who still waits.
        await self._services.session.sign_out()
        await self._read()

    async def _read(self) -> None:
        staff = self._services.staff
        self._names = {one.number: one.name for one in await staff.staff()}
        if self._is_signing_in and not await staff.has_staff():
            self._go_to(SignInStage.FIRST_MANAGER)
        self._emit()

    async def _read_again(self) -> None:
        if self._stage is SignInStage.FIRST_MANAGER and await self._services.staff.has_staff():
            self._go_to(SignInStage.SIGN_IN, "")
        await self._read()

    async def _sign_in(self) -> None:
        number = self._text(NUMBER).reveal()
        try:
            actor = await self._services.session.sign_in(number, self._text(PIN))
        except SignInRefusedError as error:
            is_number = self._tries.refuse(number, error)
            self._refuse(NUMBER if is_number else PIN, error)
            return
        self._tries.forget(number)
        if actor.may(Permission.RESET_PIN):
            self._alerts = await self._services.staff.alerts(actor)
        if len(self._code) and actor.may(Permission.MANAGE_STAFF):
            self._go_to(SignInStage.CODE)
        elif self._alerts:
            self._go_to(SignInStage.ALERTS)
        else:
            self._be_let_in()

    async def _make_manager(self) -> None:
        number = self._text(NUMBER).reveal()
        if not self._is_same_twice():
            return
        wanted = MakeFirstManager(number, self._text(NAME).reveal(), self._text(PIN))
        try:
            self._code = await self._services.run(wanted)
        except StaffRefusedError as error:
            self._refuse(_PLACE_OF_REFUSAL.get(error.why, NUMBER), error)
        except WeakPinError as error:
            self._refuse(PIN, error)
        else:
            self._go_to(SignInStage.CODE, number)
            await self._read()

    async def _recover(self) -> None:
        number = self._text(NUMBER).reveal()
        if not self._is_same_twice():
            return
        try:
            await self._services.run(RecoverManager(self._text(CODE), number, self._text(PIN)))
        except SignInRefusedError as error:
            is_number = error.why is SignInRefusal.UNKNOWN_NUMBER
            self._refuse(NUMBER if is_number else CODE, error)
        except WeakPinError as error:
            self._refuse(PIN, error)
        else:
            self._tries.forget(number)
            self._go_to(SignInStage.SIGN_IN, number)
            self.told.emit(sign_in.RECOVERED, "check")

    async def _code_written(self) -> None:
        self._code = _NOTHING_TYPED
        if self._services.session.is_left:
            self._go_to(SignInStage.SIGN_IN, self._text(NUMBER).reveal())
        else:
            self._be_let_in()

    async def _go_on(self) -> None:
        await self._services.run(AcknowledgeAlerts())
        if self._may_acknowledge:
            self._code = await self._services.run(AcknowledgeRecovery())
            self._alerts = ()
            self._go_to(SignInStage.CODE)
        else:
            self._be_let_in()

    def _be_let_in(self) -> None:
        self._alerts = ()
        self._texts = {}
        self._stage = None
        self._emit()
        self.let_in.emit()

    @property
    def _may_acknowledge(self) -> bool:
        is_used = any(one.kind is AlertKind.RECOVERY_USED for one in self._alerts)
        return is_used and self._services.actor.may(Permission.MANAGE_STAFF)

    def _is_same_twice(self) -> bool:
        is_same = self._text(PIN).reveal() == self._text(AGAIN).reveal()
        if not is_same:
            self._error, self._error_at = sign_in.NOT_THE_SAME, AGAIN
            self._point_at(AGAIN)
        return is_same

    def _refuse(self, place: str, error: CounterfoilError) -> None:
        """Say beside a field why it is not taken; a secret is typed again."""
        self._error, self._error_at = failures.failure(error), place
        self._wipe()
        self._point_at(place)

    # -------------------------------------------------------------------------------- what is shown

    @property
    def _can_turn(self) -> bool:
        """Whether there is anything to turn to; whoever trains has no recovery code."""
        return self._stage is SignInStage.ALERTS or not self._services.profile.is_training

    @property
    def _is_signing_in(self) -> bool:
        return self._stage is SignInStage.SIGN_IN

    def _heading(self, stage: SignInStage) -> tuple[str, str, str]:
        """Return title, line and the caption of the primary button."""
        if stage is SignInStage.SIGN_IN:
            at = self._services.clock.now().wall.astimezone()
            serve = sign_in.serve_on(self._services.profile.till_name)
            return sign_in.greeting(at), serve, sign_in.SIGN_IN
        if stage is SignInStage.ALERTS:
            go_on = sign_in.NEW_CODE if self._may_acknowledge else sign_in.GO_ON
            return sign_in.ALERTS_TITLE, sign_in.ALERTS_LINE, go_on
        return _titles()[stage]

    def _entry(self, row: EntryRow) -> EntryRow:
        text = "" if row.kind is EntryKind.PIN else self._text(row.name).reveal()
        hint = row.hint
        if self._is_signing_in and row.name == NUMBER:
            hint = self._names.get(text, "")
        error = self._error if self._error_at == row.name else ""
        if self._is_signing_in and row.name == PIN and self._wait_s():
            error = sign_in.TOO_MANY
        return replace(row, text=text, hint=hint, error=error)

    def _sentences(self, stage: SignInStage) -> tuple[str, ...]:
        if stage is SignInStage.CODE:
            return (sign_in.CODE_KEEP,)
        return sign_in.alerts(self._alerts) if stage is SignInStage.ALERTS else ()

    def _paper(self) -> PaperRow:
        at = self._services.clock.now().wall.astimezone()
        slip = sign_in.page_slip(self._services.profile, at, self._facts, __version__)
        return PaperRow(slip=slip)

    def _missing(self) -> str:
        """Return the first field that is empty; an empty name where none is."""
        rows = _entries().get(self._stage, ()) if self._stage else ()
        return next((row.name for row in rows if not self._is_filled(row)), "")

    def _is_filled(self, row: EntryRow) -> bool:
        return len(self._text(row.name)) >= (_PIN_MIN if row.kind is EntryKind.PIN else 1)

    def _wait_s(self) -> float:
        return self._tries.wait_s(self._text(NUMBER).reveal())

    # ------------------------------------------------------------------------------------ plumbing

    def _text(self, name: str) -> Secret:
        return self._texts.get(name, _NOTHING_TYPED)

    def _go_to(self, stage: SignInStage, number: str | None = None) -> None:
        self._stage = stage
        self._begin(self._text(NUMBER).reveal() if number is None else number)

    def _begin(self, number: str) -> None:
        """Empty the page, but for a number."""
        self._texts = {NUMBER: Secret(number)}
        self._error = ""
        self._wipe()
        self._point_at(self._missing())

    def _wipe(self) -> None:
        for name in (PIN, AGAIN):
            self._texts.pop(name, None)
        self._wipes += 1

    def _point_at(self, name: str) -> None:
        self._point = name
        self._points += 1
        self._emit()

    def _emit(self) -> None:
        self.changed.emit(self.screen())

    def _start(self, work: Callable[[], Awaitable[None]], name: str) -> None:
        _ = self._services.owner.spawn(partial(self._fenced, work)(), name)

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


def _quiet() -> Mapping[SignInStage, str]:
    return {
        SignInStage.SIGN_IN: sign_in.LOST,
        SignInStage.RECOVER: window.BACK,
        SignInStage.ALERTS: sign_in.LEAVE,
    }
