"""Why the settings cannot be used. Nothing that was written in them is repeated, but the keys."""

from enum import StrEnum

from counterfoil.declaring import dataclass
from counterfoil.domain.causes.access import NotOwn
from counterfoil.domain.causes.key import NoKey


class FileProblem(StrEnum):
    """What is wrong with the file as a whole."""

    NOT_READABLE = "not_readable"
    NOT_UTF8 = "not_utf8"
    NO_TOML = "no_toml"
    NOT_WRITABLE = "not_writable"
    NO_FILE = "no_file"
    """The till has none: it is one for training."""
    FILE_IS_THERE = "file_is_there"
    IN_TRAINING = "in_training"
    """In training nothing of it is changed, but that training is over."""
    NOT_IN_TRAINING = "not_in_training"
    """Only a till for training is set up."""
    TOO_DEEP = "too_deep"
    TOO_LARGE = "too_large"
    WRONG_SETTINGS = "wrong_settings"
    """Single settings are wrong: the ``mistakes``."""


class SettingProblem(StrEnum):
    """What is wrong with one setting."""

    UNKNOWN = "unknown"
    UNKNOWN_KEY = "unknown_key"
    """It is not known, and its name is that of a secret."""
    MISSING = "missing"
    NOT_ONE_OF = "not_one_of"
    NOT_TEXT = "not_text"
    NOT_WHOLE = "not_whole"
    NOT_TRUE_OR_FALSE = "not_true_or_false"
    NO_LIST = "no_list"
    EMPTY_LIST = "empty_list"
    LONG_LIST = "long_list"
    EMPTY = "empty"
    NO_SECTION = "no_section"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    TOO_SHORT = "text_too_short"
    TOO_LONG = "too_long"
    NOT_IN_FORM = "not_in_form"
    """It is not as the expression ``wanted`` says."""
    NOT_AN_ADDRESS = "not_an_address"
    NOT_PRINTABLE = "not_printable"
    NO_PLACE_FOR_ID = "no_place_for_id"
    WRONG_WIDTH = "wrong_width"
    TOO_WIDE = "too_wide"
    NOT_DIGITS = "not_digits"
    HOLD_TOO_LONG = "hold_too_long"
    ROLE_TAKEN = "role_taken"
    NO_TOKEN_URL = "no_token_url"  # noqa: S105 - a key of a cause
    NO_TYPES = "no_types"
    NO_QUEUE = "no_queue"
    NO_HOST = "no_host"
    NO_DEVICE = "no_device"
    NO_DRAWER = "no_drawer"
    NO_PICTURE = "no_picture"
    """It names no PNG file, or too large a one."""
    OTHER_HOME = "other_home"
    HOME_NOT_KNOWN = "home_not_known"
    ONLY_IN_FILE = "only_in_file"
    """It is changed in the file alone."""
    OTHER = "other"
    """Something else; ``wanted`` is how the checking library names it."""


@dataclass(frozen=True, slots=True)
class WrongSetting:
    """What is wrong with one setting, and what is ``wanted`` in its place."""

    problem: SettingProblem
    key: str
    wanted: str = ""


@dataclass(frozen=True, slots=True)
class NotSettings:
    """What is wrong with a file of settings; ``place`` is where it is no TOML."""

    problem: FileProblem
    file: str
    place: str = ""
    mistakes: tuple[WrongSetting, ...] = ()


SettingsCause = NotSettings | WrongSetting | NotOwn | NoKey
