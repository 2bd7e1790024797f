"""What is wrong with the settings, or with who can change their file."""

from collections.abc import Mapping
from datetime import datetime

from counterfoil.domain.audit import SettingChanged
from counterfoil.domain.causes.access import NotOwn
from counterfoil.domain.causes.key import NoKey
from counterfoil.domain.causes.settings import (
    FileProblem,
    NotSettings,
    SettingProblem,
    SettingsCause,
    WrongSetting,
)
from counterfoil.domain.setting import MOMENT_KEY
from counterfoil.presentation.words.keys import no_key
from counterfoil.presentation.words.places import not_own
from counterfoil.presentation.words.speaking import SpokenTable, say, speak_constants

_FILE: Mapping[FileProblem, str] = SpokenTable(
    {
        FileProblem.NOT_READABLE: "the settings file {cause.file} cannot be read",
        FileProblem.NOT_WRITABLE: "{cause.file} cannot be written; somebody else may own it",
        FileProblem.FILE_IS_THERE: "there is a settings file already: {cause.file}",
        FileProblem.IN_TRAINING: (
            "in training nothing in {cause.file} can be changed but the setting training itself"
        ),
        FileProblem.NOT_IN_TRAINING: "only a till for training can be set up",
        FileProblem.NO_FILE: "this till has no settings file; it is one for training",
        FileProblem.NOT_UTF8: "{cause.file} is not written in UTF-8",
        FileProblem.NO_TOML: "{cause.file} is no TOML{place}",
        FileProblem.TOO_DEEP: "{cause.file} is nested deeper than any settings file",
        FileProblem.TOO_LARGE: "{cause.file} is larger than any settings file",
        FileProblem.WRONG_SETTINGS: "{cause.file}: {mistakes}",
    }
)
_SETTING: Mapping[SettingProblem, str] = SpokenTable(
    {
        SettingProblem.UNKNOWN: "is not a setting",
        SettingProblem.UNKNOWN_KEY: "is not a setting; a secret never stands in this file",
        SettingProblem.MISSING: "is missing",
        SettingProblem.NOT_ONE_OF: "must be {cause.wanted}",
        SettingProblem.NOT_TEXT: "must be text in quotes",
        SettingProblem.NOT_WHOLE: "must be a whole number without quotes",
        SettingProblem.NOT_TRUE_OR_FALSE: "must be true or false",
        SettingProblem.NO_LIST: 'must be a list, such as ["redeem"]',
        SettingProblem.EMPTY_LIST: "must name at least one",
        SettingProblem.LONG_LIST: "names too many",
        SettingProblem.EMPTY: "must not be empty",
        SettingProblem.NO_SECTION: "must be a section of its own",
        SettingProblem.AT_LEAST: "must be at least {cause.wanted}",
        SettingProblem.AT_MOST: "must be at most {cause.wanted}",
        SettingProblem.TOO_SHORT: "must have at least {cause.wanted} characters",
        SettingProblem.TOO_LONG: "must have at most {cause.wanted} characters",
        SettingProblem.NOT_IN_FORM: "must be in the form {cause.wanted}",
        SettingProblem.NOT_AN_ADDRESS: "must be an https address without name, password or query",
        SettingProblem.NOT_PRINTABLE: "must hold no control character",
        SettingProblem.NO_PLACE_FOR_ID: "must hold {{id}} once",
        SettingProblem.WRONG_WIDTH: "must have exactly {cause.wanted} characters",
        SettingProblem.TOO_WIDE: "must have 1 to {cause.wanted} characters",
        SettingProblem.NOT_DIGITS: "must have exactly {cause.wanted} digits",
        SettingProblem.ROLE_TAKEN: "is a role that every till has; give yours another name",
        SettingProblem.HOLD_TOO_LONG: "must be from 0 to {cause.wanted} seconds",
        SettingProblem.NO_TOKEN_URL: 'needs a token_url when its auth is "oauth2"',
        SettingProblem.NO_TYPES: "needs at least one of its types",
        SettingProblem.NO_QUEUE: 'needs a queue when its kind is "queue"',
        SettingProblem.NO_HOST: 'needs a host when its kind is "network"',
        SettingProblem.NO_DRAWER: (
            'opens a drawer only when its kind is "network", "usb" or "serial"'
        ),
        SettingProblem.NO_DEVICE: 'needs a device when its kind is "usb" or "serial"',
        SettingProblem.NO_PICTURE: (
            "must name a PNG picture of at most 256 KiB, 2000 dots wide and high"
        ),
        SettingProblem.OTHER_HOME: (
            "begins with the home of another user; write the whole path, or begin it with ~/"
        ),
        SettingProblem.HOME_NOT_KNOWN: "begins with a home that is not known",
        SettingProblem.ONLY_IN_FILE: "can only be changed in the file itself",
        SettingProblem.OTHER: "cannot be used as it is written ({cause.wanted})",
    }
)


def no_preview(cause: SettingsCause) -> str:
    """Say that a slip's preview keeps its earlier settings, and why the new ones are wrong."""
    return say("The settings cannot be used: {not_settings}.", not_settings=not_settings(cause))


def not_settings(cause: SettingsCause) -> str:
    """Return why the settings cannot be used, as the words that follow a colon."""
    match cause:
        case NotSettings():
            mistakes = "; ".join(map(_setting, cause.mistakes))
            place = say(" at {place}", place=cause.place) if cause.place else ""
            return _FILE[cause.problem].format(cause=cause, mistakes=mistakes, place=place)
        case WrongSetting():
            return _setting(cause)
        case NotOwn():
            return say("{not_own}; only this user and root may", not_own=not_own(cause))
        case NoKey():
            return no_key(cause)


def fault(file: str, line: int, cause: SettingsCause) -> str:
    """Return one thing that is wrong with a settings file, with the line where that is known."""
    place = say("{file}, line {line}", file=file, line=line) if line else file
    said = not_settings(cause)
    return f"{place}: {said}" if isinstance(cause, WrongSetting) else said


def usable(file: str) -> str:
    """Say that a till can be opened with a settings file."""
    return say("{file}: nothing is wrong. A till can be opened with it.", file=file)


def setting_line(name: str, value: str, file: str, line: int) -> str:
    """Return one setting, and where its value is from."""
    place = say("{file}, line {line}", file=file, line=line) if line else say("default")
    return f"{name} = {value}  ({place})"


def change_line(at: datetime, one: SettingChanged) -> str:
    """Return one change of a setting: when, who, and what it was before and after."""
    by = one.by
    if one.approved_by:
        by = say("{by}, approved by {approved_by}", by=by, approved_by=one.approved_by)
    return f"{at.astimezone():%Y-%m-%d %H:%M}  {by}  {one.name}: {_changed(one)}"


def _changed(one: SettingChanged) -> str:
    if one.name == MOMENT_KEY:
        return say("could not be kept") if one.after else say("another one is kept")
    before, after = one.before or say(NOT_SET), one.after or say(NOT_SET)
    return say("from {before} to {after}", before=before, after=after)


NONE_CHANGED = "Nobody has changed a setting in the window."
NO_FILE_NAMED = "name the settings file to check"
NOT_SET = "not set"
NO_FILE = "No settings file is named: such a till is one for training."


def problem(cause: WrongSetting) -> str:
    """Return what is wrong with one setting, without its name."""
    return _SETTING[cause.problem].format(cause=cause)


def _setting(cause: WrongSetting) -> str:
    return f"{cause.key} {problem(cause)}"


speak_constants(__name__)
