"""The guided start: six steps from a till for training to one for real vouchers."""

from collections.abc import Iterator, Mapping
from enum import IntEnum

from PySide6.QtCore import QObject, Signal

from counterfoil.declaring import dataclass
from counterfoil.domain.causes.settings import SettingsCause, WrongSetting
from counterfoil.domain.contact import LineState, ProviderKind
from counterfoil.domain.failures import KeyringSilentError, VaultUnavailableError
from counterfoil.domain.secret import Secret
from counterfoil.domain.setting import (
    Setting,
    SettingChange,
    SettingValue,
    setting_text,
    typed_value,
)
from counterfoil.ports.first_start import KnownPrinter
from counterfoil.ports.printer import Sent
from counterfoil.presentation.fence import Fence
from counterfoil.presentation.latest_reader import LatestReader
from counterfoil.presentation.screens import Tone
from counterfoil.presentation.words import first_start, settings_page, window
from counterfoil.presentation.words.owed import upstream_name
from counterfoil.service.commands import SetUpTill, TryPrinter, TryProvider
from counterfoil.service.services import Services

KEY, PROVIDER = "key", "provider"
"""The fields of the provider's key and of its kind, which are no settings."""
_LANGUAGE, _KIND, _CLIENT = "window.language", "printer.kind", "electrum.client.id"


class FirstStage(IntEnum):
    """Which part of the guided start is shown; the steps are counted from 0."""

    WELCOME = -1
    LANGUAGE = 0
    SHOP = 1
    TILL = 2
    PROVIDER = 3
    PRINTER = 4
    READY = 5


_FIELDS: Mapping[FirstStage, tuple[str, ...]] = {
    FirstStage.LANGUAGE: (_LANGUAGE,),
    FirstStage.SHOP: (
        "shop.trading_name",
        "shop.legal_name",
        "shop.address",
        "shop.vat_number",
        "shop.helpline",
    ),
    FirstStage.TILL: ("till.name", "till.number"),
    FirstStage.PRINTER: (_KIND,),
}
_OF_PROVIDER: Mapping[ProviderKind, tuple[str, ...]] = {
    ProviderKind.MOMENT: (KEY, "moment.base_url"),
    ProviderKind.ELECTRUM: (
        "electrum.base_url",
        "electrum.terminal_id",
        _CLIENT,
        "electrum.client.name",
        KEY,
        "electrum.originator.id",
        "electrum.originator.name",
        "electrum.merchant.type",
        "electrum.merchant.id",
        "electrum.merchant.name",
        "electrum.merchant.city",
        "electrum.merchant.region",
        "electrum.merchant.country",
    ),
}
"""What each kind of provider needs."""
_TOLD_OF_PROVIDER: Mapping[ProviderKind, tuple[str, ...]] = {
    ProviderKind.MOMENT: ("moment.base_url",),
    ProviderKind.ELECTRUM: ("electrum.base_url", "electrum.terminal_id", "electrum.merchant.id"),
}
"""What of it is looked at once more at the end."""
_OF_PRINTER: Mapping[str, tuple[str, ...]] = {
    "queue": ("printer.queue",),
    "network": ("printer.host", "printer.port"),
    "usb": ("printer.device",),
    "serial": ("printer.device", "printer.baud"),
}
"""What each kind of printer needs beside its kind; the first names the printer."""
_NEEDED = ("shop.trading_name", "till.name", "till.number")
"""What the file says in any case, also where it is as usual."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstField:
    """One thing that is asked; ``choices`` are value and label. A secret one has no text here."""

    name: str
    label: str
    text: str
    hint: str = ""
    error: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    is_secret: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstStartScreen:
    """One step. ``trial`` is what F9 tries, and ``said`` what came of it, with its tone.

    ``found`` are printers, to be taken by their index; ``facts`` what was chosen, at the end.
    """

    stage: FirstStage
    title: str
    line: str
    steps: tuple[str, ...]
    fields: tuple[FirstField, ...] = ()
    found_title: str = ""
    found: tuple[str, ...] = ()
    trial: str = ""
    can_try: bool = False
    said: str = ""
    tone: Tone = Tone.NONE
    facts: tuple[tuple[str, str], ...] = ()
    back: str = ""
    primary: str = ""
    can_press: bool = True


class FirstStartPresenter(QObject):
    """Holds the guided start while it is in front. Nothing is kept before its last step.

    Signals:
        changed(FirstStartScreen): there is something new to show; None when it is closed.
        failed(CounterfoilError): the till cannot go on.
        again_wished(): the till is set up, and is to be opened again with its settings.
    """

    changed = Signal(object)
    failed = Signal(object)
    again_wished = Signal()

    def __init__(self, services: Services, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._stage: FirstStage | None = None
        self._first = FirstStage.LANGUAGE
        self._settings: Mapping[str, Setting] = {}
        self._texts: dict[str, str] = {}
        self._provider, self._key = ProviderKind.MOMENT, Secret("")
        self._causes: tuple[SettingsCause, ...] = ()
        self._printers: tuple[KnownPrinter, ...] | None = None
        self._said, self._tone = "", Tone.NONE
        self._checks = LatestReader(services.owner, self._check, "first-start-check")
        self._fence = Fence(
            services.owner,
            "first-start",
            tell=self._decline,
            fail=self.failed.emit,
            show=self._emit,
        )

    # ------------------------------------------------------------------------------- from outside

    def welcome(self) -> None:
        """Begin with the choice between this and training, as on the first start of all."""
        self._begin(FirstStage.WELCOME)

    def open(self) -> None:
        """Begin with the first step."""
        self._begin(FirstStage.LANGUAGE)

    def close(self) -> None:
        """Go away, and forget all that was typed."""
        self._stage, self._texts, self._causes = None, {}, ()
        self._provider, self._key = ProviderKind.MOMENT, Secret("")
        self.changed.emit(None)

    # ------------------------------------------------------------------------------------ intents

    def edit(self, name: str, text: str) -> None:
        """Take what was typed or chosen for a field, and have it checked."""
        if name == KEY:
            self._key = Secret(text.strip())
        elif name == PROVIDER:
            # Whose key it is, is another question then.
            self._provider, self._key = ProviderKind(text), Secret("")
        else:
            self._texts[name] = text
        self._said = ""
        self._emit()
        self._checks.ask()

    def take_printer(self, place: int) -> None:
        """Take one of the printers that were found, by its index."""
        one = (self._printers or ())[place]
        self._texts[_KIND] = one.kind
        self.edit(_OF_PRINTER[one.kind][0], one.name)

    def try_it(self) -> None:
        """Ask the provider, or print a test slip."""
        screen = self.screen()
        if screen is not None and screen.can_try:
            is_line = self._stage is FirstStage.PROVIDER
            self._say(first_start.ASKING if is_line else first_start.PRINTING, Tone.INFO)
            self._fence.start_alone(self._try_line if is_line else self._try_slip)

    def press(self) -> None:
        """Go on to the next step, or set the till up after the last."""
        screen = self.screen()
        if screen is None or not screen.can_press:
            return
        if self._stage is FirstStage.READY:
            self._fence.start_alone(self._set_up)
        else:
            self._go_to(FirstStage(screen.stage + 1))

    def back(self) -> None:
        """Go back a step; before the first one, leave. What was typed stays until then."""
        if self._stage is None or self._fence.is_busy:
            return
        if self._stage <= self._first:
            self.close()
        else:
            self._go_to(FirstStage(self._stage - 1))

    # ------------------------------------------------------------------------------ what is shown

    def screen(self) -> FirstStartScreen | None:
        """Return what is to be shown now; None while it is closed."""
        stage = self._stage
        if stage is None:
            return None
        if stage is FirstStage.WELCOME:
            return FirstStartScreen(
                stage=stage,
                title=first_start.WELCOME,
                line=first_start.WELCOME_LINE,
                steps=(),
                facts=first_start.WELCOME_FACTS,
                back=first_start.TRAINING,
                primary=first_start.SET_UP,
            )
        is_printer = stage is FirstStage.PRINTER
        fields = tuple(map(self._field, self._names()))
        is_right = not any(one.error for one in fields) and not self._said_elsewhere()
        return FirstStartScreen(
            stage=stage,
            title=first_start.SET_UP,
            line=first_start.LINES[stage],
            steps=first_start.STEPS,
            fields=fields,
            found_title=self._found_title() if is_printer else "",
            found=tuple(map(first_start.printer, self._printers or ())) if is_printer else (),
            trial=self._trial(),
            can_try=self._can_try and is_right and not self._fence.is_busy,
            said=self._said or self._said_elsewhere(),
            tone=self._tone if self._said else Tone.DECLINED,
            facts=tuple(self._facts()) if stage is FirstStage.READY else (),
            back=window.BACK,
            primary=first_start.OPEN if stage is FirstStage.READY else first_start.NEXT,
            can_press=is_right and not self._fence.is_busy,
        )

    def _field(self, name: str) -> FirstField:
        if name == KEY:
            return FirstField(
                name=KEY,
                label=first_start.KEYS[self._provider],
                text="",
                hint=(
                    first_start.KEY_TYPED[self._provider]
                    if self._key.reveal()
                    else first_start.KEY_HINT
                ),
                is_secret=True,
            )
        if name == PROVIDER:
            return FirstField(
                name=PROVIDER,
                label=first_start.PROVIDER,
                text=self._provider,
                choices=tuple((one.value, upstream_name(one)) for one in ProviderKind),
            )
        one = self._settings[name]
        return FirstField(
            name=name,
            label=first_start.label(name),
            text=self._text(one),
            hint=first_start.hint(name),
            error=self._error(name),
            choices=tuple(
                (setting_text(value), settings_page.shown(one, value)) for value in one.choices
            ),
        )

    def _facts(self) -> Iterator[tuple[str, str]]:
        for stage in (FirstStage.LANGUAGE, FirstStage.SHOP, FirstStage.TILL):
            for name in _FIELDS[stage]:
                one = self._settings[name]
                value = self._value(one)
                if value:
                    yield first_start.label(name), settings_page.shown(one, value)
        yield first_start.PROVIDER, upstream_name(self._provider)
        for name in _TOLD_OF_PROVIDER[self._provider]:
            if text := self._text(self._settings[name]):
                yield first_start.label(name), text
        has_key = bool(self._key.reveal())
        kept = first_start.KEY_KEPT if has_key else first_start.NO_KEY[self._provider]
        yield first_start.KEYS[self._provider], kept
        kind = settings_page.choice(self._text(self._settings[_KIND]))
        named = (self._text(self._settings[one]) for one in self._of_printer()[:1])
        yield first_start.PRINTER_FACT, ": ".join((kind, *named))
        yield first_start.CAN_CHANGE

    def _names(self) -> tuple[str, ...]:
        """Return what this step asks."""
        assert self._stage is not None, "a step is shown"
        if self._stage is FirstStage.PROVIDER:
            return (PROVIDER, *_OF_PROVIDER[self._provider])
        names = _FIELDS.get(self._stage, ())
        return (*names, *self._of_printer()) if self._stage is FirstStage.PRINTER else names

    def _trial(self) -> str:
        if self._stage is FirstStage.PROVIDER:
            return first_start.TEST_LINE
        return first_start.TEST_SLIP if self._stage is FirstStage.PRINTER else ""

    @property
    def _can_try(self) -> bool:
        if self._stage is FirstStage.PROVIDER:
            return bool(self._key.reveal())
        kind = self._settings.get(_KIND)
        return kind is not None and self._text(kind) != "none"

    def _found_title(self) -> str:
        if self._printers is None:
            return first_start.ASKING
        return first_start.FOUND if self._printers else first_start.NONE_FOUND

    def _error(self, name: str) -> str:
        wrong = (one for one in self._causes if isinstance(one, WrongSetting) and one.key == name)
        return next(map(settings_page.wrong, wrong), "")

    def _is_wrong(self) -> bool:
        """Whether something is wrong with what Electrum needs."""
        wrong = (one.key for one in self._causes if isinstance(one, WrongSetting))
        return any(key.startswith(ProviderKind.ELECTRUM) for key in wrong)

    def _lacks_fields(self) -> bool:
        """Whether there is a password for Electrum, and nothing to use it with."""
        if self._provider is not ProviderKind.ELECTRUM or not self._key.reveal():
            return False
        names = (one for one in _OF_PROVIDER[self._provider] if one != KEY)
        return not any(self._text(self._settings[one]) for one in names)

    def _said_elsewhere(self) -> str:
        """Return what is wrong and stands at no field of this step."""
        if self._stage is FirstStage.READY:
            return next(map(settings_page.wrong_at, self._causes), "")
        if self._stage is FirstStage.PROVIDER:
            return first_start.ALL_NEEDED if self._lacks_fields() or self._is_wrong() else ""
        return self._error("printer") if self._stage is FirstStage.PRINTER else ""

    # --------------------------------------------------------------------------------------- work

    def _begin(self, first: FirstStage) -> None:
        self._first, self._causes = first, ()
        self._fence.start(self._open)
        self._fence.start(self._look_for_printers)

    async def _open(self) -> None:
        settings = await self._services.settings_file.settings()
        self._settings = {one.name: one for one in settings}
        self._go_to(self._first)

    async def _look_for_printers(self) -> None:
        self._printers = await self._services.first_start.printers()

    async def _check(self) -> None:
        changes = self._changes()
        causes = await self._services.first_start.faults(changes)
        # What was typed meanwhile is checked next, and what was let go has no faults.
        self._causes = causes if changes == self._changes() else self._causes
        self._emit()

    async def _try_line(self) -> None:
        kind = self._provider
        address = self._text(self._settings[f"{kind}.base_url"])
        user = self._text(self._settings[_CLIENT]) if kind is ProviderKind.ELECTRUM else ""
        contact = await self._services.run(TryProvider(address, self._key, kind, user))
        is_good = contact.line is LineState.ANSWERS
        said = first_start.line_said(contact.line, kind)
        self._say(said, Tone.INFO if is_good else Tone.DECLINED)

    async def _try_slip(self) -> None:
        outcome = await self._services.run(TryPrinter(self._changes()))
        is_good = isinstance(outcome, Sent)
        self._say(first_start.slip_said(outcome), Tone.INFO if is_good else Tone.DECLINED)

    async def _set_up(self) -> None:
        key = self._key if self._key.reveal() else None
        try:
            await self._services.run(SetUpTill(self._changes(), key, self._provider))
        except VaultUnavailableError as error:
            self._key = Secret("")
            is_silent = isinstance(error, KeyringSilentError)
            said = first_start.KEYRING_SILENT if is_silent else first_start.NO_KEYRING
            self._decline(said[self._provider])
            return
        self.close()
        self.again_wished.emit()

    def _changes(self) -> tuple[SettingChange, ...]:
        """Return what the file is to say: what was typed, and what it says in any case."""
        said = [SettingChange("training", False)]  # noqa: FBT003 - a value
        typed = (name for name in self._texts if self._is_said(name))
        for name in dict.fromkeys((*_NEEDED, *typed)):
            one = self._settings[name]
            value = self._value(one)
            if name in _NEEDED or value != one.value:
                said.append(SettingChange(name, value))
        return tuple(said)

    def _is_said(self, name: str) -> bool:
        """Whether the file has a use for a setting; of printer and provider, by what they are."""
        of_any = {one for names in _OF_PRINTER.values() for one in names}
        of_providers = {one for names in _OF_PROVIDER.values() for one in names}
        if name in of_providers:
            return name in _OF_PROVIDER[self._provider]
        return name not in of_any or name in self._of_printer()

    def _of_printer(self) -> tuple[str, ...]:
        return _OF_PRINTER.get(self._text(self._settings[_KIND]), ())

    def _value(self, one: Setting) -> SettingValue:
        return typed_value(one, self._texts[one.name]) if one.name in self._texts else one.value

    def _text(self, one: Setting) -> str:
        return self._texts.get(one.name, setting_text(one.value))

    # ----------------------------------------------------------------------------------- plumbing

    def _go_to(self, stage: FirstStage) -> None:
        self._stage, self._said = stage, ""
        self._emit()

    def _say(self, said: str, tone: Tone) -> None:
        self._said, self._tone = said, tone
        self._emit()

    def _decline(self, said: str) -> None:
        self._say(said, Tone.DECLINED)

    def _emit(self) -> None:
        if self._stage is not None:
            self.changed.emit(self.screen())
