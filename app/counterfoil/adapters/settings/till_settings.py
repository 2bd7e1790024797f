"""Reads ``settings.toml`` once, checks every key, and returns plain values.

Without a file the till is in training mode on the built-in sandbox. The file never holds a secret:
the upstream's key comes from the system's keyring or from an environment variable.
``resources/settings.example.toml`` shows every setting with its default.
"""

import os
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import field, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from counterfoil.adapters.files import objection_to_reading
from counterfoil.adapters.settings.electrum_settings import (
    ElectrumSettings,
    to_electrum_settings,
)
from counterfoil.adapters.settings.keyring_entry import KEYRING_SERVICE, read_keyring
from counterfoil.adapters.settings.look_memory import ThemeChoice
from counterfoil.declaring import dataclass
from counterfoil.domain.causes.key import KeyProblem, NoKey
from counterfoil.domain.causes.settings import FileProblem, NotSettings, WrongSetting
from counterfoil.domain.causes.settings import SettingProblem as P
from counterfoil.domain.failures import SettingsError, VaultUnavailableError
from counterfoil.domain.language import Language
from counterfoil.domain.message import MessageWay
from counterfoil.domain.paper import PAPERS, ROLL_80, Paper
from counterfoil.domain.printer_profile import (
    GENERIC_80,
    GENERICS,
    PROFILES,
    RECEIPT_KINDS,
    PrinterProfile,
)
from counterfoil.domain.reasons import Reasons
from counterfoil.domain.redemption import VoidReason
from counterfoil.domain.retention import Retention
from counterfoil.domain.secret import Secret
from counterfoil.domain.setting import FoundKey
from counterfoil.domain.slip import Dots
from counterfoil.domain.staff import Permission
from counterfoil.domain.text import clean_text
from counterfoil.domain.till import TillProfile

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

    from counterfoil.adapters.settings.file import PrinterSection, SettingsFile

API_KEY_VARIABLE = "COUNTERFOIL_MOMENT_API_KEY"
KEYRING_ENTRY = "moment"
FILE_BYTES_MAX = 64 * 1024


class KeySource(StrEnum):
    """Where the upstream's key is read from, each time it is needed."""

    AUTO = "auto"
    """The environment variable where it is set, else the keyring."""
    ENVIRONMENT = "environment"
    KEYRING = "keyring"


@dataclass(frozen=True, slots=True, kw_only=True)
class UpstreamSettings:
    """Where Moment is and how the till authenticates itself.

    A path that is None keeps the usual one. ``is_named`` says that the file has a section for it.
    """

    is_named: bool = False
    base_url: str = "https://api.momentpay.net"
    api_key_source: KeySource = KeySource.AUTO
    types_path: str | None = None
    create_path: str | None = None
    retrieve_path: str | None = None
    lookup_path: str | None = None


@dataclass(frozen=True, slots=True)
class FolderChoice:
    """Slips are written into ``folder`` as PDF files; None is a folder beside the journal.

    Those with a change voucher's code are removed after ``keep_hours``; 0 keeps them for ever.
    """

    folder: Path | None = None
    keep_hours: int = 24


@dataclass(frozen=True, slots=True)
class QueueChoice:
    """Slips go to a print queue of the system.

    ``profile`` is the receipt printer behind a queue that passes bytes on as they are.
    """

    name: str
    profile: PrinterProfile = GENERIC_80


@dataclass(frozen=True, slots=True)
class NetworkChoice:
    """Slips go to a receipt printer on the network, over a raw connection."""

    host: str
    port: int
    profile: PrinterProfile


@dataclass(frozen=True, slots=True)
class UsbChoice:
    """Slips go to a receipt printer at a USB port; ``device`` is its maker, model and serial."""

    device: str
    profile: PrinterProfile


@dataclass(frozen=True, slots=True)
class SerialChoice:
    """Slips go to a receipt printer at a serial port, at so many bits a second."""

    device: str
    baud: int
    profile: PrinterProfile


@dataclass(frozen=True, slots=True)
class NoPrinter:
    """There is no printer; every slip stays in the list Slips to finish."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupSettings:
    """Where backups go, how often they are made, how many are kept, and for how many days.

    A ``folder`` of None is one beside the journal.
    """

    folder: Path | None = None
    every_hours: int = 24
    keep: int = 7
    keep_days: int = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerDisplayChoice:
    """Where the customer is shown the sale: a screen, a line display, both, or neither.

    ``screen`` and ``device`` are empty for none. ``device`` is the serial port of a display of two
    lines, at ``baud`` bits a second.
    """

    screen: str = ""
    device: str = ""
    baud: int = 9600

    @property
    def is_set_up(self) -> bool:
        """Whether there is any customer display."""
        return bool(self.screen or self.device)


ReceiptChoice = NetworkChoice | UsbChoice | SerialChoice
PrinterChoice = FolderChoice | QueueChoice | ReceiptChoice | NoPrinter


@dataclass(frozen=True, slots=True)
class Fallback:
    """Where slips go while the printer cannot print, and how wide they are there."""

    printer: PrinterChoice
    paper: Paper


@dataclass(frozen=True, slots=True, kw_only=True)
class TillSettings:
    """All that can be set. ``vault`` is ``auto``, ``keyring`` or ``file``.

    ``electrum`` is None where the file has no section for it: then the till has no such upstream.
    """

    profile: TillProfile = field(default_factory=lambda: TillProfile(is_training=True))
    upstream: UpstreamSettings = field(default_factory=UpstreamSettings)
    electrum: ElectrumSettings | None = None
    printer: PrinterChoice = FolderChoice()
    paper: Paper = ROLL_80
    fallback: Fallback | None = None
    vault: str = "auto"
    backup: BackupSettings = BackupSettings()
    retention: Retention = Retention()
    language: Language = Language.ENGLISH
    """What the window and the command line speak; slips have their own."""
    theme: ThemeChoice = ThemeChoice.SYSTEM
    text_scale: float = 1.0
    has_motion: bool = True
    customer_display: CustomerDisplayChoice = CustomerDisplayChoice()
    explain_above_cents: int = 2_000
    """So much a count may differ from what should be in the drawer without a word of why."""
    roles: Mapping[str, frozenset[Permission]] = field(default_factory=dict)
    """What the shop's own roles may do; those that every till has come on top."""

    @property
    def is_training(self) -> bool:
        """Whether the till runs on the built-in sandbox."""
        return self.profile.is_training


def load_settings(path: Path | None) -> TillSettings:
    """Read the settings file; None means that there is none, which is training mode.

    Raises:
        SettingsError: the file cannot be read or says something impossible; the cause names the
            key and what is allowed, and repeats nothing of what was written.

    """
    if path is None:
        return TillSettings()
    _refuse_unreadable(path)
    return settings_of(path.read_bytes(), path)


def settings_of(content: bytes, path: Path) -> TillSettings:
    """Read what the settings file at ``path`` holds, or is to hold; SettingsError as above."""
    from pydantic_core import ValidationError

    from counterfoil.adapters.settings.file import read_content

    try:
        document = read_content(content)
    except ValidationError as error:
        found = error.errors(include_input=False, include_url=False)
        wrong, mistakes = FileProblem.WRONG_SETTINGS, tuple(map(_mistake, found))
        raise SettingsError(NotSettings(wrong, path.name, mistakes=mistakes)) from None
    except UnicodeDecodeError:
        raise SettingsError(NotSettings(FileProblem.NOT_UTF8, path.name)) from None
    except RecursionError:
        raise SettingsError(NotSettings(FileProblem.TOO_DEEP, path.name)) from None
    except ValueError as error:  # what tomllib raises; its words may repeat what was written
        matched = re.search(r"\(at ([a-z0-9, ]+)\)", str(error))
        place = matched[1] if matched else ""
        raise SettingsError(NotSettings(FileProblem.NO_TOML, path.name, place)) from None
    return _to_settings(document, path.parent)


def api_key_reader(
    source: KeySource, environment: Mapping[str, str] | None = None
) -> Callable[[], Secret]:
    """Return a function that reads the upstream's key, again at each call.

    The function raises VaultUnavailableError where there is none.
    """
    variables = os.environ if environment is None else environment

    def read() -> Secret:
        text = "" if source is KeySource.KEYRING else variables.get(API_KEY_VARIABLE, "").strip()
        if not text and source is not KeySource.ENVIRONMENT:
            text = read_keyring(KEYRING_ENTRY, is_optional=source is KeySource.AUTO)
        if not text:
            raise VaultUnavailableError(_missing(source))
        return Secret(text)

    return read


def key_place(source: KeySource, environment: Mapping[str, str] | None = None) -> FoundKey:
    """Return where a till with this setting finds Moment's key; the keyring may be asked."""
    variables = os.environ if environment is None else environment
    if source is not KeySource.KEYRING and variables.get(API_KEY_VARIABLE, "").strip():
        return FoundKey.ENVIRONMENT
    if source is KeySource.ENVIRONMENT:
        return FoundKey.NOWHERE
    is_kept = bool(read_keyring(KEYRING_ENTRY, is_optional=True))
    return FoundKey.KEYRING if is_kept else FoundKey.NOWHERE


def _missing(source: KeySource) -> NoKey:
    return NoKey(
        KeyProblem.UPSTREAM_KEY_MISSING,
        variable="" if source is KeySource.KEYRING else API_KEY_VARIABLE,
        service=KEYRING_SERVICE,
        entry="" if source is KeySource.ENVIRONMENT else KEYRING_ENTRY,
    )


def _refuse_unreadable(path: Path) -> None:
    try:
        size = path.stat().st_size
        with path.open("rb"):
            pass
        objection = objection_to_reading(path)
    except OSError:
        raise SettingsError(NotSettings(FileProblem.NOT_READABLE, str(path))) from None
    if size > FILE_BYTES_MAX:
        raise SettingsError(NotSettings(FileProblem.TOO_LARGE, path.name))
    if objection is not None:
        # It says where vouchers are sent and where slips go.
        raise SettingsError(objection)


_PROBLEMS: Mapping[str, P] = {
    "extra_forbidden": P.UNKNOWN,
    "literal_error": P.NOT_ONE_OF,
    "missing": P.MISSING,
    "string_type": P.NOT_TEXT,
    "int_type": P.NOT_WHOLE,
    "bool_type": P.NOT_TRUE_OR_FALSE,
    "dict_type": P.NO_SECTION,
    "list_type": P.NO_LIST,
    "too_short": P.EMPTY_LIST,
    "greater_than_equal": P.AT_LEAST,
    "less_than_equal": P.AT_MOST,
    "string_too_short": P.TOO_SHORT,
    "string_too_long": P.TOO_LONG,
    "string_pattern_mismatch": P.NOT_IN_FORM,
    **{one.value: one for one in P},
    "too_long": P.LONG_LIST,
}
"""What each kind of mistake of the checking library is; our own checks name theirs themselves."""


def key_name(parts: Iterable[str]) -> str:
    """Return the whole name of a key, such as ``printer.kind``, as it can be shown."""
    return ".".join(clean_text(part, 40) for part in parts)


def _mistake(error: "ErrorDetails") -> WrongSetting:
    """Return what is wrong with one key."""
    key = key_name(map(str, error["loc"]))
    problem = _PROBLEMS.get(error["type"], P.OTHER)
    if problem is P.OTHER:
        return WrongSetting(problem, key, error["type"])
    if problem is P.UNKNOWN and "key" in key.rpartition(".")[2].lower():
        problem = P.UNKNOWN_KEY
    return WrongSetting(problem, key, "".join(map(str, error.get("ctx", {}).values())))


def _to_settings(document: "SettingsFile", folder: Path) -> TillSettings:
    shop, till, moment = document.shop, document.till, document.moment
    reasons = document.reasons
    return TillSettings(
        profile=TillProfile(
            trading_name=clean_text(shop.trading_name, 60),
            legal_name=clean_text(shop.legal_name, 60),
            address=clean_text(shop.address, 120),
            vat_number=clean_text(shop.vat_number, 30),
            helpline=clean_text(shop.helpline, 60),
            currency=shop.currency,
            country=shop.country,
            change_message=_message_way(shop.change_message),
            till_name=clean_text(till.name, 30),
            till_number=till.number,
            slip_columns=_columns(document.printer),
            logo=_logo(document.slip.logo, folder),
            slip_header=tuple(clean_text(line, 120) for line in document.slip.header),
            slip_language=Language(document.slip.language),
            slip_footer=tuple(clean_text(line, 120) for line in document.slip.footer),
            is_training=document.training,
            lock_after_s=document.window.lock_minutes * 60.0,
            reasons=Reasons(
                void=tuple((VoidReason(one), said) for one, said in reasons.void.items()),
                print_copy=tuple(reasons.copy),
                reveal=tuple(reasons.reveal),
                settle=tuple(reasons.settle),
            ),
        ),
        upstream=UpstreamSettings(
            is_named=document.names_moment,
            base_url=moment.base_url.rstrip("/"),
            api_key_source=KeySource(moment.api_key_from),
            types_path=moment.types_path,
            create_path=moment.create_path,
            retrieve_path=moment.retrieve_path,
            lookup_path=moment.lookup_path,
        ),
        electrum=None if document.electrum is None else to_electrum_settings(document.electrum),
        printer=_printer(document.printer, folder),
        paper=PAPERS[document.printer.paper],
        fallback=_fallback(document, folder),
        vault=document.journal.key_in,
        backup=_backup(document, folder),
        retention=Retention(
            change_pin_days=document.retention.change_pin_days,
            phone_days=document.retention.phone_days,
            request_days=document.retention.request_days,
            backups=document.backup.keep,
            backup_days=document.backup.keep_days,
        ),
        language=Language(document.window.language),
        theme=ThemeChoice(document.window.theme),
        text_scale=float(document.window.text_scale),
        has_motion=document.window.motion,
        customer_display=CustomerDisplayChoice(
            screen=document.customer_display.screen,
            device=document.customer_display.device,
            baud=document.customer_display.baud,
        ),
        explain_above_cents=document.shift.explain_above_cents,
        roles={
            name: frozenset(Permission(one) for one in may) for name, may in document.roles.items()
        },
    )


def _message_way(chosen: str) -> MessageWay | None:
    return None if chosen == "none" else MessageWay(chosen)


def _logo(chosen: str, folder: Path) -> Dots | None:
    if not chosen:
        return None
    from counterfoil.adapters.settings.logo import read_logo

    return read_logo(_chosen_folder("slip.logo", chosen, folder), "slip.logo")


def _backup(document: "SettingsFile", folder: Path) -> BackupSettings:
    chosen = document.backup
    return BackupSettings(
        folder=_chosen_folder("backup.folder", chosen.folder, folder) if chosen.folder else None,
        every_hours=chosen.every_hours,
        keep=chosen.keep,
        keep_days=chosen.keep_days,
    )


def _fallback(document: "SettingsFile", folder: Path) -> Fallback | None:
    chosen = document.fallback_printer
    if chosen is None:
        return None
    paper = replace(PAPERS[chosen.paper], columns=_columns(chosen))
    return Fallback(_printer(chosen, folder), paper)


def _printer(chosen: "PrinterSection", folder: Path) -> PrinterChoice:
    if chosen.kind == "none":
        return NoPrinter()
    if chosen.kind == "queue":
        return QueueChoice(chosen.queue, _queue_profile(chosen))
    if chosen.kind == "network":
        return NetworkChoice(chosen.host, chosen.port, _profile(chosen))
    if chosen.kind == "usb":
        return UsbChoice(chosen.device, _profile(chosen))
    if chosen.kind == "serial":
        return SerialChoice(chosen.device, chosen.baud, _profile(chosen))
    if not chosen.folder:
        return FolderChoice(keep_hours=chosen.keep_hours)
    named = _chosen_folder("printer.folder", chosen.folder, folder)
    return FolderChoice(named, chosen.keep_hours)


def _profile(chosen: "PrinterSection") -> PrinterProfile:
    profile = replace(PROFILES[chosen.profile], drawer=chosen.drawer)
    return profile.with_columns(chosen.columns) if chosen.columns else profile


def _queue_profile(chosen: "PrinterSection") -> PrinterProfile:
    """Return the model behind a queue, which is any for its paper where none is named."""
    if chosen.profile != GENERIC_80.name:
        return _profile(chosen)
    profile = GENERICS.get(chosen.paper, GENERIC_80)
    return profile.with_columns(chosen.columns) if chosen.columns else profile


def _columns(chosen: "PrinterSection") -> int:
    """Return the columns of slips, which are the printer's own where it is known."""
    if chosen.kind in RECEIPT_KINDS:
        return _profile(chosen).columns
    if chosen.kind == "queue":
        return _queue_profile(chosen).columns
    return chosen.columns or PAPERS[chosen.paper].columns


def _chosen_folder(setting: str, chosen: str, beside: Path) -> Path:
    """Return a place that the settings name, from where their file lies or from the user's home.

    Another user's home is refused, be it known here or not: it is no place for the till's files.
    """
    home = Path(chosen).parts[0]
    if home.startswith("~") and home != "~":
        raise SettingsError(WrongSetting(P.OTHER_HOME, setting))
    try:
        return beside / Path(chosen).expanduser()
    except RuntimeError:
        raise SettingsError(WrongSetting(P.HOME_NOT_KNOWN, setting)) from None
