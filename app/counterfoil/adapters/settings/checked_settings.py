"""A settings file as support and who rolls out tills want it: what is wrong where, what is set."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from pathlib import Path

from counterfoil.adapters.settings.shown_settings import without_credentials
from counterfoil.adapters.settings.till_settings import key_name, load_settings
from counterfoil.declaring import dataclass
from counterfoil.domain.causes.settings import NotSettings, SettingsCause, WrongSetting
from counterfoil.domain.failures import SettingsError
from counterfoil.domain.setting import SettingValue
from counterfoil.domain.text import clean_text

_TEXT_MAX = 200
_LINE = re.compile(r"line (\d+)")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with a settings file; ``line`` counts from 1, 0 is not known."""

    line: int
    cause: SettingsCause


@dataclass(frozen=True, slots=True)
class ToldSetting:
    """One setting as the file names it. ``line`` is where the file sets it; 0 is the default."""

    name: str
    value: SettingValue
    line: int


def settings_faults(path: Path) -> tuple[Fault, ...]:
    """Return all that keeps a till from starting with this file, by lines; empty if nothing does.

    Where the file is not valid TOML, only its first mistake is returned. Paths and pictures are
    checked on the disk once all other settings are right, as when the till starts.
    """
    try:
        load_settings(path)
    except SettingsError as error:
        return tuple(sorted(_faults(error.cause, path), key=lambda one: one.line))
    return ()


def told_settings(path: Path | None) -> tuple[ToldSetting, ...]:
    """Return every setting with its value, and where it is from; None is a till without a file.

    Raises:
        SettingsError: as `load_settings` does.

    """
    from counterfoil.adapters.settings.file import SettingsFile, read_file

    load_settings(path)
    # A till without settings is one for training.
    document = SettingsFile(training=True) if path is None else read_file(path)
    lines = {} if path is None else _key_lines(path)
    return tuple(
        ToldSetting(name, value, lines.get(name, 0)) for name, value in _told((), document)
    )


def _faults(cause: SettingsCause, path: Path) -> Iterator[Fault]:
    match cause:
        case NotSettings(mistakes=(_, *_) as mistakes):
            lines = _key_lines(path)
            for one in mistakes:
                yield Fault(_line_of(one.key, lines), one)
        case NotSettings(place=place):
            matched = _LINE.search(place)
            yield Fault(int(matched[1]) if matched else 0, cause)
        case WrongSetting(key=key):
            yield Fault(_line_of(key, _key_lines(path)), cause)
        case _:
            yield Fault(0, cause)


def _line_of(key: str, lines: Mapping[str, int]) -> int:
    """Return the line of a key, or of the section that lacks it."""
    while key and key not in lines:
        key = key.rpartition(".")[0]
    return lines.get(key, 0)


def _key_lines(path: Path) -> dict[str, int]:
    """Return the line on which each key and section of a file begins.

    The reader of TOML does not say it. So it is given one statement after the other, each behind
    the header of its section: as many lines as it takes until they can be read.
    """
    import tomllib

    lines: dict[str, int] = {}
    header, begun, statement = "", 1, list[str]()
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
        statement.append(line)
        try:
            read = tomllib.loads("\n".join([header, *statement]))
        except tomllib.TOMLDecodeError:
            continue  # it goes on in the next line
        if statement[0].lstrip().startswith("["):
            header, read = line, tomllib.loads(line)
        for name in _names((), read):
            lines.setdefault(name, begun)
        begun, statement = number + 1, []
    return lines


def _names(before: Sequence[str], value: object) -> Iterator[str]:
    if before:
        yield key_name(before)
    parts: Iterator[tuple[object, object]] = iter(())
    if isinstance(value, Mapping):
        parts = iter(value.items())
    elif isinstance(value, list):
        parts = iter(enumerate(value))
    for key, part in parts:
        yield from _names((*before, str(key)), part)


def _told(before: Sequence[str], value: object) -> Iterator[tuple[str, SettingValue]]:
    """Return each setting below a section by its whole name."""
    parts: Mapping[str, object] = {}
    if isinstance(value, Mapping):
        parts = value
    elif is_dataclass(value) and not isinstance(value, type):
        parts = {one.name: getattr(value, one.name) for one in fields(value)}
    if not parts:
        yield key_name(before), _plain(value)
    for key, part in parts.items():
        yield from _told((*before, key), part)


def _plain(value: object) -> SettingValue:
    """Return a value as it can be shown: without control characters, and cut where it is long."""
    if isinstance(value, list):
        return tuple(_text(str(one)) for one in value)
    if isinstance(value, bool | int | float):
        return value
    return _text(value) if isinstance(value, str) else None


def _text(text: str) -> str:
    return clean_text(without_credentials(text), _TEXT_MAX)
