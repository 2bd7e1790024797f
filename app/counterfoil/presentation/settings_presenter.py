"""The page on which every setting of the till is found, seen and changed."""

from collections.abc import Iterator, Mapping
from itertools import groupby

from PySide6.QtCore import QObject, Signal

from counterfoil.declaring import dataclass
from counterfoil.domain.causes.settings import SettingsCause, WrongSetting
from counterfoil.domain.failures import NotPermittedError, VaultUnavailableError
from counterfoil.domain.secret import Secret
from counterfoil.domain.setting import (
    MOMENT_KEY,
    FoundKey,
    Setting,
    SettingChange,
    SettingKind,
    SettingValue,
    setting_text,
    typed_value,
)
from counterfoil.domain.staff import Permission
from counterfoil.presentation.command_menu import has_all
from counterfoil.presentation.fence import Fence
from counterfoil.presentation.latest_reader import LatestReader
from counterfoil.presentation.words import failures, setting_names
from counterfoil.presentation.words import settings_page as words
from counterfoil.service.commands import ChangeSettings, KeepKey
from counterfoil.service.services import Services


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingRow:
    """One setting in the list. ``is_changed`` and not saved yet; ``is_wrong`` as it is typed."""

    name: str
    caption: str
    value: str
    is_changed: bool = False
    is_wrong: bool = False


@dataclass(frozen=True, slots=True)
class SettingGroup:
    """The settings of one section of the file that are found."""

    heading: str
    rows: tuple[SettingRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingDetail:
    """The setting that is chosen. ``choices`` are pairs of what is typed and what it is called.

    ``key`` is its name in the file, and ``source`` says where its value is from. ``can_change`` is
    False for what is written in the file alone, ``can_reset`` for what is not in it. Of one that
    ``is_secret`` there is no text here; ``is_key_typed`` where there is one that is not saved.
    """

    key: str
    caption: str
    meaning: str
    source: str
    allowed: str
    text: str
    choices: tuple[tuple[str, str], ...]
    error: str
    can_change: bool
    can_reset: bool
    is_secret: bool
    is_key_typed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsScreen:
    """The page: what is found, the one that is chosen, and what F12 does.

    ``note`` says how it stands; ``is_note_wrong`` where that keeps the till from saving.
    """

    groups: tuple[SettingGroup, ...]
    detail: SettingDetail | None
    note: str
    is_note_wrong: bool
    primary: str
    can_press: bool


class SettingsPresenter(QObject):
    """Holds the page while it is in front, and what was changed on it and is not saved yet.

    Signals:
        changed(SettingsScreen): there is something new to show; None when it is closed.
        told(str, str): a message that needs no answer, and its icon.
        failed(CounterfoilError): the till cannot go on selling.
        again_wished(): the till is to be opened again, so that its settings hold.
    """

    changed = Signal(object)
    told = Signal(str, str)
    failed = Signal(object)
    again_wished = Signal()

    def __init__(self, services: Services, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._is_open = False
        self._is_leaving = False
        self._was_saved = False
        self._settings: Mapping[str, Setting] = {}
        self._key: Secret | None = None
        self._key_place: FoundKey | None = None
        self._typed: dict[str, SettingValue] = {}
        self._texts: dict[str, str] = {}
        self._causes: tuple[SettingsCause, ...] = ()
        self._find = ""
        self._chosen = ""
        self._checks = LatestReader(services.owner, self._check, "settings-check")
        self._fence = Fence(
            services.owner, "settings", tell=self._tell, fail=self.failed.emit, show=self._emit
        )

    # ------------------------------------------------------------------------------- from outside

    def open(self) -> None:
        """Read the settings and come in front; who may not change them is told so."""
        if not self._services.actor.may(Permission.CHANGE_SETTINGS):
            refused = NotPermittedError(Permission.CHANGE_SETTINGS)
            self.told.emit(failures.failure(refused), "alert")
            return
        self._is_open, self._is_leaving = True, False
        self._let_go()
        self._find = self._chosen = ""
        self._fence.start(self._read)

    def close(self) -> None:
        """Go away; what was not saved is forgotten. What is being saved is saved to its end."""
        self._is_open = False
        self._let_go()
        self.changed.emit(None)

    def screen(self) -> SettingsScreen:
        """Return what is to be shown now."""
        found = tuple(self._found())
        groups = tuple(
            SettingGroup(heading, tuple(map(self._row, settings)))
            for heading, settings in groupby(found, _heading)
        )
        chosen = self._settings.get(self._chosen)
        return SettingsScreen(
            groups=groups,
            detail=None if chosen is None else self._detail(chosen),
            note=self._note(),
            is_note_wrong=bool(self._said_elsewhere()),
            primary=words.AGAIN if self._offers_again else words.save(self._count),
            can_press=not self._fence.is_busy
            and (self._offers_again or bool(self._count and not self._causes)),
        )

    # ------------------------------------------------------------------------------------ intents

    def find(self, text: str) -> None:
        """Show the settings that have a word for each word of a text, and choose the likeliest."""
        self._find = text
        found, asked = list(self._found()), text.casefold().split()
        called = [one for one in found if has_all(asked, words.named(one.name).caption)]
        self.choose(next((one.name for one in (*called, *found)), ""))

    def choose(self, name: str) -> None:
        """Choose a setting by its name in the file."""
        self._chosen = name
        self._emit()

    def move(self, steps: int) -> None:
        """Choose the setting so many places further down the list."""
        names = [one.name for one in self._found()]
        if names:
            at = names.index(self._chosen) if self._chosen in names else 0
            self.choose(names[max(0, min(at + steps, len(names) - 1))])

    def edit(self, text: str) -> None:
        """Take what was typed for the setting that is chosen, and have it checked."""
        one = self._settings[self._chosen]
        if self._fence.is_busy:
            self._emit()  # The box shows again what is being saved.
        elif one.kind is SettingKind.SECRET:
            self._key = Secret(text.strip()) if text.strip() else None
            self._is_leaving = False
            self._emit()
        else:
            self._take(one, typed_value(one, text), text)

    def reset(self) -> None:
        """Take the chosen setting out of the file, so that the till's own value holds."""
        if not self._fence.is_busy:
            self._take(self._settings[self._chosen], None, "")

    def press(self) -> None:
        """Save what was changed; once it is saved, open the till again."""
        if not self.screen().can_press:
            return
        if self._offers_again:
            self.again_wished.emit()
            return
        self._fence.start_alone(self._save)
        self._emit()

    def back(self) -> None:
        """Leave the page unless it is saving; where something is not saved, say so first."""
        if self._fence.is_busy:
            return
        if self._count and not self._is_leaving:
            self._is_leaving = True
            self._emit()
        else:
            self.close()

    # --------------------------------------------------------------------------------------- work

    def _take(self, one: Setting, value: SettingValue, text: str) -> None:
        self._is_leaving = False
        is_as_before = value == one.value if value is not None else not one.line
        if is_as_before:
            self._typed.pop(one.name, None)
        else:
            self._typed[one.name] = value
        self._texts[one.name] = text
        self._emit()
        self._checks.ask()

    async def _read(self) -> None:
        settings = await self._services.settings_file.settings()
        self._settings = {one.name: one for one in _with_key(settings)}
        self._chosen = self._chosen or next(iter(self._settings), "")
        self._emit()
        self._key_place = await self._services.first_start.key_place()

    async def _check(self) -> None:
        changes = self._changes()
        causes = await self._services.settings_file.faults(changes) if changes else ()
        # What was typed meanwhile is checked next.
        self._causes = causes if changes == self._changes() else self._causes
        self._emit()

    async def _save(self) -> None:
        changes, key = self._changes(), self._key
        self._causes = await self._services.settings_file.faults(changes) if changes else ()
        if self._causes:
            return
        if key is not None:
            try:
                await self._services.run(KeepKey(key))
            except VaultUnavailableError as error:
                self._tell(words.key_not_kept(error.cause))
                return
            self._key = None
        if changes:
            await self._services.run(ChangeSettings(changes))
        self._let_go()
        self._was_saved = True
        await self._read()

    def _changes(self) -> tuple[SettingChange, ...]:
        return tuple(SettingChange(name, value) for name, value in self._typed.items())

    def _let_go(self) -> None:
        self._typed, self._texts, self._causes, self._key = {}, {}, (), None

    # ------------------------------------------------------------------------------ what is shown

    @property
    def _offers_again(self) -> bool:
        return self._was_saved and not self._count

    @property
    def _count(self) -> int:
        """How much was changed and is not saved yet."""
        return len(self._typed) + (self._key is not None)

    def _found(self) -> Iterator[Setting]:
        asked = self._find.casefold().split()
        for one in self._settings.values():
            said = words.named(one.name)
            value = words.shown(one, one.value)
            parts = (said.caption, _heading(one), said.meaning, value, one.name.replace(".", " "))
            if one.name == self._find.strip() or has_all(asked, " ".join(parts)):
                yield one

    def _row(self, one: Setting) -> SettingRow:
        is_secret = one.kind is SettingKind.SECRET
        value = words.shown(one, self._typed.get(one.name, one.value))
        if is_secret:
            value = words.KEY_HIDDEN if self._key is None else words.KEY_CHANGED
        return SettingRow(
            name=one.name,
            caption=words.named(one.name).caption,
            value=value,
            is_changed=one.name in self._typed or (is_secret and self._key is not None),
            is_wrong=bool(self._error(one.name)),
        )

    def _detail(self, one: Setting) -> SettingDetail:
        said = words.named(one.name)
        is_written = bool(self._services.settings_file.file_name)
        can_change = is_written and one.kind is not SettingKind.IN_FILE
        return SettingDetail(
            key=one.name,
            caption=said.caption,
            meaning=said.meaning,
            source=self._source(one),
            is_secret=one.kind is SettingKind.SECRET,
            is_key_typed=self._key is not None,
            allowed=words.is_asked_for(one),
            text=self._typed_text(one) if can_change else _read_only(one),
            choices=_choices(one),
            error=self._error(one.name),
            can_change=can_change,
            can_reset=is_written and bool(one.line) and one.name not in self._typed,
        )

    def _typed_text(self, one: Setting) -> str:
        return self._texts.get(one.name, setting_text(one.value))

    def _source(self, one: Setting) -> str:
        if one.kind is not SettingKind.SECRET:
            return words.source(one, self._services.settings_file.file_name)
        return "" if self._key_place is None else words.key_source(self._key_place)

    def _error(self, name: str) -> str:
        """Return what is wrong with a setting as it is typed."""
        said = (words.wrong(one) for one in self._causes if _is_about(one, name))
        return next(said, "")

    def _said_elsewhere(self) -> str:
        """Return the first thing that is wrong and stands at no setting that was typed."""
        said = (
            words.wrong_at(one)
            for one in self._causes
            if not any(_is_about(one, name) for name in self._typed)
        )
        return next(said, "")

    def _note(self) -> str:
        if not self._services.settings_file.file_name:
            return words.NO_FILE
        if self._fence.is_busy:
            return words.SAVING
        if self._is_leaving:
            return words.LEAVE_ASKED
        if said := self._said_elsewhere():
            return said
        if self._count:
            return words.changed(self._count)
        return words.HOLD_LATER if self._was_saved else words.NOTHING_CHANGED

    # ----------------------------------------------------------------------------------- plumbing

    def _emit(self) -> None:
        if self._is_open:
            self.changed.emit(self.screen())

    def _tell(self, said: str) -> None:
        self.told.emit(said, "alert")


def _is_about(cause: SettingsCause, name: str) -> bool:
    """Whether something is wrong with a setting, or with one of its lines."""
    return isinstance(cause, WrongSetting) and f"{cause.key}.".startswith(f"{name}.")


def _with_key(settings: tuple[Setting, ...]) -> Iterator[Setting]:
    """Put Moment's key behind the setting that says where it is."""
    for one in settings:
        yield one
        if one.name == "moment.api_key_from":
            yield Setting(name=MOMENT_KEY, kind=SettingKind.SECRET, value=None)


def _heading(one: Setting) -> str:
    return setting_names.SECTIONS[one.name.partition(".")[0] if "." in one.name else one.name]


def _read_only(one: Setting) -> str:
    """Return a value that nobody can change here, in words; that of a key is never shown."""
    return "" if one.kind is SettingKind.SECRET else words.shown(one, one.value)


def _choices(one: Setting) -> tuple[tuple[str, str], ...]:
    is_yes_no = one.kind is SettingKind.YES_NO
    values: tuple[SettingValue, ...] = (True, False) if is_yes_no else one.choices
    if one.kind is SettingKind.IN_FILE:
        return ()
    return tuple((setting_text(value), words.shown(one, value)) for value in values)
