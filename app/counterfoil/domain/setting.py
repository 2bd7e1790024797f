"""What can be set at a till: each setting, its value, and how it may be changed."""

import re
from enum import StrEnum

from counterfoil.declaring import dataclass

SettingValue = str | int | float | bool | tuple[str, ...] | None
"""A value as the settings file writes it; None is a section or a value that is left out."""


class SettingKind(StrEnum):
    """What a setting holds, and so how it is typed."""

    TEXT = "text"
    WHOLE = "whole"
    """A whole number."""
    NUMBER = "number"
    YES_NO = "yes_no"
    CHOICE = "choice"
    LINES = "lines"
    SECRET = "secret"  # noqa: S105 - the name of a kind
    """A key of a provider. The till stores it in no file and shows it to nobody."""
    IN_FILE = "in_file"
    """Something that is written in the file alone, such as the roles of a shop."""


TRAINING = "training"
"""The name of the setting that says whether a till is for training."""
MOMENT_KEY = "moment.api_key"
"""The name of Moment's key among the settings, though it stands in no file."""

KEY_NOT_KEPT = "not_kept"
"""What the record says of a key that could not be kept after all."""


_OF_WHOLE_WIDTH = frozenset({"electrum.terminal_id", "electrum.merchant.id"})
"""The names of settings that spaces may fill up at their ends."""
_BETWEEN_LINES = re.compile(r"(?<!\\)\|")


class FoundKey(StrEnum):
    """Where a provider's key was found."""

    NOWHERE = "nowhere"
    ENVIRONMENT = "environment"
    KEYRING = "keyring"


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One setting by its whole name, such as ``printer.kind``.

    ``line`` is where the file sets it, counted from 1; 0 is the till's own value. ``choices`` are
    what a CHOICE may be.
    """

    name: str
    kind: SettingKind
    value: SettingValue
    line: int = 0
    choices: tuple[SettingValue, ...] = ()


@dataclass(frozen=True, slots=True)
class SettingChange:
    """Another value for a setting; None takes it out of the file, so that the till's own holds."""

    name: str
    value: SettingValue


def setting_text(value: SettingValue) -> str:
    r"""Return a value as a person types it.

    Lines stand beside each other, with a bar between; a bar that is part of one is typed ``\|``.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return " | ".join(one.replace("|", r"\|") for one in value)
    return str(value)


def typed_value(setting: Setting, text: str) -> SettingValue:
    """Return what was typed as a value; what is no value of its kind stays text, to be refused."""
    typed = text.strip()
    if not typed and not isinstance(setting.value, str):
        return () if setting.kind is SettingKind.LINES else None
    match setting.kind:
        case SettingKind.WHOLE:
            return _number(int, typed)
        case SettingKind.NUMBER:
            return _number(float, typed)
        case SettingKind.YES_NO:
            return {"true": True, "false": False}.get(typed, typed)
        case SettingKind.CHOICE:
            return next((one for one in setting.choices if setting_text(one) == typed), typed)
        case SettingKind.LINES:
            return tuple(one.strip().replace(r"\|", "|") for one in _BETWEEN_LINES.split(typed))
        case _:
            return text if typed and setting.name in _OF_WHOLE_WIDTH else typed


def _number(kind: type[int] | type[float], typed: str) -> SettingValue:
    try:
        return kind(typed.replace(",", "."))
    except ValueError:
        return typed
