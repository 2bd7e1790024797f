"""Changes a settings file in its place: comments and everything else in it stay as they are."""

import asyncio
import os.path
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from counterfoil.adapters.files import change_file, is_read_only, make_file
from counterfoil.adapters.settings.checked_settings import ToldSetting, told_settings
from counterfoil.adapters.settings.till_settings import settings_of
from counterfoil.domain.causes.settings import (
    FileProblem,
    NotSettings,
    SettingProblem,
    SettingsCause,
    WrongSetting,
)
from counterfoil.domain.failures import SettingsError
from counterfoil.domain.setting import Setting, SettingChange, SettingKind, SettingValue
from counterfoil.overriding import override
from counterfoil.ports.settings_file import SettingsFile

if TYPE_CHECKING:
    from pydantic_core.core_schema import CoreSchema

_IGNORED = frozenset({"till.operator"})
"""What older files may hold."""
_ONLY_IN_FILE = frozenset({"journal.key_in"})
"""Without its key no journal opens, so its place is not changed from the till itself."""
_KINDS = {
    "bool": SettingKind.YES_NO,
    "int": SettingKind.WHOLE,
    "float": SettingKind.NUMBER,
    "str": SettingKind.TEXT,
    "literal": SettingKind.CHOICE,
    "list": SettingKind.LINES,
    "dict": SettingKind.IN_FILE,
}
"""How a setting is typed, by the type of what it is checked with."""


class SettingsEditor(SettingsFile):
    """The file at ``path``; None is a till for training, which has none.

    One that ``is_new`` is made by its first change, and is never written over something.
    """

    def __init__(self, path: Path | None, *, is_new: bool = False) -> None:
        self._path = path
        self._is_new = is_new

    @property
    @override
    def name(self) -> str:
        return "" if self._path is None else self._path.name

    @override
    async def settings(self) -> tuple[Setting, ...]:
        path = None if self._is_new else self._path
        return await asyncio.to_thread(lambda: tuple(_settings(path)))

    @override
    async def faults(self, changes: Sequence[SettingChange]) -> tuple[SettingsCause, ...]:
        try:
            await asyncio.to_thread(self._changed, changes)
        except SettingsError as error:
            cause = error.cause
            mistakes = cause.mistakes if isinstance(cause, NotSettings) else ()
            return mistakes or (cause,)
        return ()

    @override
    async def write(self, changes: Sequence[SettingChange]) -> None:
        await asyncio.to_thread(self._write, changes)

    def _write(self, changes: Sequence[SettingChange]) -> None:
        path, content = self._changed(changes)
        try:
            if self._is_new:
                path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                make_file(path, content, is_own=False)
            else:
                # Where a link leads: in its own place the file would be another one.
                change_file(path.resolve(), content)
        except FileExistsError:
            raise SettingsError(NotSettings(FileProblem.FILE_IS_THERE, path.name)) from None
        except OSError:
            raise SettingsError(NotSettings(FileProblem.NOT_WRITABLE, path.name)) from None

    def _changed(self, changes: Sequence[SettingChange]) -> tuple[Path, bytes]:
        """Return where the file is, and what it holds after the changes."""
        if self._path is None:
            raise SettingsError(NotSettings(FileProblem.NO_FILE, ""))
        if self._is_new and os.path.lexists(self._path):
            raise SettingsError(NotSettings(FileProblem.FILE_IS_THERE, self.name))
        try:
            text = "" if self._is_new else self._path.read_bytes().decode()
            is_fixed = is_read_only(self._path if self._is_new else self._path.resolve())
        except (OSError, UnicodeDecodeError):
            raise SettingsError(NotSettings(FileProblem.NOT_READABLE, self.name)) from None
        if is_fixed:
            raise SettingsError(NotSettings(FileProblem.NOT_WRITABLE, self.name))
        _refuse_left_to_file(changes, self.name)
        content = changed_text(text, changes).encode()
        settings_of(content, self._path)
        return self._path, content


def _refuse_left_to_file(changes: Sequence[SettingChange], file: str) -> None:
    from counterfoil.adapters.settings.file import declared

    left = {name for name, schema in declared() if _kind(name, schema) is SettingKind.IN_FILE}
    mistakes = tuple(
        WrongSetting(SettingProblem.ONLY_IN_FILE, one.name)
        for one in changes
        if any(f"{one.name}.".startswith(f"{name}.") for name in left)
    )
    if mistakes:
        raise SettingsError(NotSettings(FileProblem.WRONG_SETTINGS, file, mistakes=mistakes))


def changed_text(text: str, changes: Sequence[SettingChange]) -> str:
    """Return a settings file with these settings changed; SettingsError where it is no TOML."""
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    try:
        # The library ends a new line as Unix does.
        is_dos = 0 < text.count("\n") == text.count("\r\n")
        document = tomlkit.parse(text.replace("\r\n", "\n") if is_dos else text)
        for change in changes:
            _change(document, change.name.split("."), change.value)
        changed = document.as_string()
        return changed.replace("\n", "\r\n") if is_dos else changed
    except TOMLKitError:
        raise SettingsError(NotSettings(FileProblem.NO_TOML, "")) from None


def _change(section: Any, names: Sequence[str], value: SettingValue) -> None:
    """Change one setting below a section; a section with nothing left is taken out.

    A comment is something.
    """
    import tomlkit

    name, *below = names
    if below:
        if name not in section:
            if value is None:
                return
            section[name] = tomlkit.table()
        _change(section[name], below, value)
        if not section[name].as_string().strip():
            del section[name]
    elif value is not None:
        section[name] = list(value) if isinstance(value, tuple) else value
    elif name in section:
        del section[name]


def _settings(path: Path | None) -> Iterator[Setting]:
    from counterfoil.adapters.settings.file import declared

    told = {one.name: one for one in told_settings(path)}
    for name, schema in declared():
        if name not in _IGNORED:
            one = told.get(name) or _names_below(name, told)
            yield Setting(
                name=name,
                kind=_kind(name, schema),
                value=one.value,
                line=one.line,
                choices=_choices(schema),
            )


def _kind(name: str, schema: "CoreSchema") -> SettingKind:
    return SettingKind.IN_FILE if name in _ONLY_IN_FILE else _KINDS[schema["type"]]


def _names_below(name: str, told: Mapping[str, ToldSetting]) -> ToldSetting:
    """Return the names that a shop has given in a section of its own, such as its roles."""
    found = [one for one in told.values() if one.name.startswith(f"{name}.")]
    names = tuple(one.name.removeprefix(f"{name}.") for one in found)
    return ToldSetting(name, names or None, min((one.line for one in found), default=0))


def _choices(schema: "CoreSchema") -> tuple[SettingValue, ...]:
    """Return what a setting may be, where those are a few."""
    if schema["type"] != "literal":
        return ()
    return tuple(one if isinstance(one, int) else str(one) for one in schema["expected"])
