"""Words of the page Settings."""

from collections.abc import Mapping

from counterfoil.domain.causes.key import NoKey
from counterfoil.domain.causes.settings import SettingProblem, SettingsCause, WrongSetting
from counterfoil.domain.language import Language
from counterfoil.domain.setting import FoundKey, Setting, SettingKind, SettingValue, setting_text
from counterfoil.presentation.words import keys, languages
from counterfoil.presentation.words import settings as words
from counterfoil.presentation.words.setting_names import EACH_SETTING, SECTIONS, Named
from counterfoil.presentation.words.speaking import SpokenTable, say, say_number, speak_constants

SETTINGS = "Settings"
FIND = "Find a setting"
NONE_FOUND = "No setting is called so. Try another word."
AGAIN = "Open the till again"
USE_OWN = "Use the till's own value"
KEY_CHANGED = "a new one"
KEY_HIDDEN = "not shown"
NO_FILE = "This till has no settings file: it is one for training. The menu says how to go live."
NOTHING_CHANGED = "Choose a setting to change it. Each change is on record with your name."
SAVING = "Saving…"
HOLD_LATER = "Saved. They hold once the till is open again: F12."
LATER = "Something is under way. The settings hold when the till opens the next time."
LEAVE_ASKED = "The changes are not saved. F12 saves them; Esc again lets them go."
ONLY_IN_FILE = "Written in the file alone. The operating guide says how."
VALUE = "Value"
_SAVE = "Save"
_YES, _NO = "Yes", "No"
_NOTHING = "empty"

_CHOICES: Mapping[SettingValue, str] = SpokenTable(
    {
        "folder": "Files in a folder",
        "queue": "Printer of the system",
        "network": "Network printer",
        "usb": "USB printer",
        "serial": "Serial printer",
        "none": "None",
        "sms": "SMS",
        "whatsapp": "WhatsApp",
        "basic": "Name and password",
        "oauth2": "Token (OAuth 2)",
        "auto": "Wherever it is",
        "environment": "Environment of the program",
        "keyring": "Keyring of the system",
        "file": "File beside the journal",
        "system": "As the system",
        "light": "Light",
        "dark": "Dark",
        "contrast": "High contrast",
    }
)
"""What the file writes as one word, of the settings where one of a few is chosen."""

_PLACES: Mapping[FoundKey, str] = SpokenTable(
    {
        FoundKey.NOWHERE: "There is none: nothing is sold.",
        FoundKey.ENVIRONMENT: "From the environment of the program, which goes first.",
        FoundKey.KEYRING: "In the system's keyring.",
    }
)

_WRONG: Mapping[SettingProblem, str] = SpokenTable(
    {
        SettingProblem.TOO_SHORT: "This is empty, or too short.",
        SettingProblem.NOT_WHOLE: "This is not a whole number.",
        SettingProblem.NOT_TRUE_OR_FALSE: "This is neither yes nor no.",
        SettingProblem.NOT_ONE_OF: "This is none of the values that are possible.",
        SettingProblem.NOT_IN_FORM: "This is not in the right form.",
        SettingProblem.NOT_TEXT: "This is not a text.",
        SettingProblem.MISSING: "This must be filled in as well.",
        SettingProblem.NO_QUEUE: "A printer of the system needs the name of its queue.",
        SettingProblem.NO_HOST: "A network printer needs its address.",
        SettingProblem.NO_DEVICE: "A USB or serial printer needs its device.",
        SettingProblem.NO_DRAWER: "Only a network, USB or serial printer opens a drawer.",
        SettingProblem.NO_TOKEN_URL: "The sign-in with a token needs the address of tokens.",
        SettingProblem.OTHER: "This cannot be used.",
    }
)


def named(name: str) -> Named:
    """Return what a setting is called and does."""
    return EACH_SETTING[name]


def shown(setting: Setting, value: SettingValue) -> str:
    """Return a value in few words."""
    if setting.name.endswith(".language") and value in set(Language):
        return languages.NAMES[Language(value)]
    if isinstance(value, bool):
        return say(_YES) if value else say(_NO)
    if value in setting.choices:
        return choice(value)
    return setting_text(value) or say(_NOTHING)


def choice(value: SettingValue) -> str:
    """Return one of a few values in words; a model or a number is as in the file."""
    return _CHOICES.get(value) or setting_text(value) or say(_NOTHING)


def source(setting: Setting, file: str) -> str:
    """Say where a value is from."""
    if setting.line:
        return say("{file}, line {line}", file=file, line=setting.line)
    return say("Not in the file: the till's own value.")


def wrong(cause: SettingsCause) -> str:
    """Say what is wrong with a value that was typed, as a sentence."""
    if not isinstance(cause, WrongSetting):
        said = words.not_settings(cause)
    elif (own := _WRONG.get(cause.problem)) is not None:
        return own
    else:
        said = words.problem(cause)
    return f"{said[:1].upper()}{said[1:]}."


def wrong_at(cause: SettingsCause) -> str:
    """Say what is wrong where it does not stand beside its setting."""
    if not isinstance(cause, WrongSetting):
        return wrong(cause)
    below = f"{cause.key}."
    named = (EACH_SETTING[name].caption for name in EACH_SETTING if f"{name}.".startswith(below))
    place = SECTIONS[cause.key] if cause.key in SECTIONS else next(named, cause.key)
    return f"{place}: {wrong(cause)}"


def key_source(place: FoundKey) -> str:
    """Say where the key is."""
    return _PLACES[place]


def key_not_kept(cause: NoKey) -> str:
    """Say why a key is not kept, and nothing else is saved either."""
    why = keys.no_key(cause)
    return say("Nothing is saved yet, as the key cannot be kept: {why}.", why=why)


def is_asked_for(setting: Setting) -> str:
    """Say what may be typed; empty where anything may."""
    if setting.kind is SettingKind.IN_FILE:
        return say(ONLY_IN_FILE)
    return EACH_SETTING[setting.name].allowed


def save(changes: int) -> str:
    """Return the caption of the button that saves so many changes."""
    if not changes:
        return say(_SAVE)
    return say_number("Save 1 change", "Save {count} changes", changes)


def changed(changes: int) -> str:
    """Say that there is something to save."""
    return say_number("1 change is not saved yet.", "{count} changes are not saved yet.", changes)


speak_constants(__name__)
