"""The shape of the settings file. Unknown keys are refused, so that a misspelt one is noticed.

A class says which keys a section has and their values without a file; `_FILE` says what each of
them may be. It is written in the language of pydantic's engine: the models around it take four
times as long to load, at every start.
"""

import ipaddress
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, field, fields
from functools import cache
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from pydantic_core import PydanticCustomError, SchemaValidator
from pydantic_core import core_schema as core

from counterfoil.declaring import dataclass
from counterfoil.domain.causes.settings import SettingProblem as P
from counterfoil.domain.language import Language
from counterfoil.domain.message import MessageWay
from counterfoil.domain.money import AMOUNT_CENTS_MAX
from counterfoil.domain.paper import PAPERS
from counterfoil.domain.printer_profile import (
    BAUDS,
    DRAWER_SOCKETS,
    GENERIC_80,
    PROFILES,
    RECEIPT_KINDS,
)
from counterfoil.domain.reasons import REASON_LENGTH_MAX, REASONS_MAX
from counterfoil.domain.redemption import VoidReason
from counterfoil.domain.retention import Retention
from counterfoil.domain.staff import OWN_ROLES, RECOVERY, Permission

HOLD_MAX_S = 60
"""The most seconds a confirmation may be held back: later the upstream may believe it is lost."""
_SHOP_LINES_MAX = 6
_MERCHANT_TYPE_DIGITS = 4
_Section = TypeVar("_Section")


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopSection:
    """Who the shop is, as its slips name it."""

    trading_name: str = "Corner Shop"
    legal_name: str = ""
    address: str = ""
    vat_number: str = ""
    helpline: str = ""
    currency: str = "ZAR"
    country: str = "ZA"
    change_message: str = "sms"


@dataclass(frozen=True, slots=True, kw_only=True)
class TillSection:
    """Which till of the shop this is.

    ``operator`` is who works at it, in older files. It is read and ignored, since people sign in
    now.
    """

    name: str = "Till 1"
    number: int = 1
    operator: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MomentSection:
    """The upstream Moment: where it is, and where the till's key to it is read from."""

    base_url: str = "https://api.momentpay.net"
    api_key_from: str = "auto"
    types_path: str | None = None
    create_path: str | None = None
    retrieve_path: str | None = None
    lookup_path: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InstitutionSection:
    """A company that takes part in Electrum's messages."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MerchantSection:
    """The shop as Electrum's messages name it."""

    type: str
    id: str
    name: str
    city: str
    region: str
    country: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ElectrumSection:
    """The upstream Electrum. A key has a default only if that can be right for every shop."""

    base_url: str
    auth: str = "basic"
    token_url: str | None = None
    credentials_from: str = "auto"
    terminal_id: str
    client: InstitutionSection
    originator: InstitutionSection
    merchant: MerchantSection
    settlement_entity: InstitutionSection | None = None
    receiver: InstitutionSection | None = None
    receivers: Mapping[str, InstitutionSection] = field(default_factory=dict)
    types: list[str] | None = None
    products: Mapping[str, str] = field(default_factory=dict)
    confirmation_hold_s: int = 0

    def __post_init__(self) -> None:
        if self.auth == "oauth2" and self.token_url is None:
            raise _wrong(P.NO_TOKEN_URL)
        if self.types is not None and not self.types:
            raise _wrong(P.NO_TYPES)


@dataclass(frozen=True, slots=True, kw_only=True)
class PrinterSection:
    """Where slips go."""

    kind: str = "folder"
    folder: str = ""
    queue: str = ""
    host: str = ""
    port: int = 9100
    device: str = ""
    baud: int = 9600
    profile: str = GENERIC_80.name
    paper: str = "80"
    columns: int = 0
    drawer: int = 0
    keep_hours: int = 24

    def __post_init__(self) -> None:
        if self.drawer and self.kind not in RECEIPT_KINDS:
            raise _wrong(P.NO_DRAWER)
        if self.kind == "queue" and not self.queue:
            raise _wrong(P.NO_QUEUE)
        if self.kind == "network" and not self.host:
            raise _wrong(P.NO_HOST)
        if self.kind in {"usb", "serial"} and not self.device:
            raise _wrong(P.NO_DEVICE)


@dataclass(frozen=True, slots=True, kw_only=True)
class SlipSection:
    """What the shop puts on its slips: lines, and a picture in a PNG file."""

    header: list[str] = field(default_factory=list)
    footer: list[str] = field(default_factory=list)
    logo: str = ""
    language: str = "en"
    """What customers read, whoever is at the till."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FallbackSection(PrinterSection):
    """Where slips go while the printer cannot print.

    It cannot be a folder, since nobody would look into one at that moment.
    """

    kind: str = "queue"


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalSection:
    """How the journal is protected."""

    key_in: str = "auto"


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupSection:
    """Where backups of the journal go, how often they are made, and how many are kept how long."""

    folder: str = ""
    every_hours: int = 24
    keep: int = 7
    keep_days: int = 90


_DAYS = Retention()


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionSection:
    """For how many days each kind of personal data is kept."""

    change_pin_days: int = _DAYS.change_pin_days
    phone_days: int = _DAYS.phone_days
    request_days: int = _DAYS.request_days


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowSection:
    """How the window looks and what it speaks, and after how many idle minutes it is locked."""

    language: str = "en"
    theme: str = "system"
    text_scale: float = 1.0
    motion: bool = True
    lock_minutes: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerDisplaySection:
    """Where the customer is shown the amount and what becomes of the voucher."""

    screen: str = ""
    device: str = ""
    baud: int = 9600


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftSection:
    """How much a count may differ from what should be in the drawer before it must be explained."""

    explain_above_cents: int = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonsSection:
    """The reasons that people choose from, in the shop's words; the till's own where one is empty.

    ``void`` has the words for each `VoidReason`.
    """

    void: Mapping[str, str] = field(default_factory=dict)
    copy: list[str] = field(default_factory=list)
    reveal: list[str] = field(default_factory=list)
    settle: list[str] = field(default_factory=list)


_MOMENT_UNSAID = MomentSection()


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsFile:
    """The whole file. No value comes from the environment or from anywhere else."""

    training: bool = False
    shop: ShopSection = field(default_factory=ShopSection)
    till: TillSection = field(default_factory=TillSection)
    moment: MomentSection = _MOMENT_UNSAID
    electrum: ElectrumSection | None = None
    slip: SlipSection = field(default_factory=SlipSection)
    printer: PrinterSection = field(default_factory=PrinterSection)
    fallback_printer: FallbackSection | None = None
    journal: JournalSection = field(default_factory=JournalSection)
    backup: BackupSection = field(default_factory=BackupSection)
    retention: RetentionSection = field(default_factory=RetentionSection)
    window: WindowSection = field(default_factory=WindowSection)
    customer_display: CustomerDisplaySection = field(default_factory=CustomerDisplaySection)
    shift: ShiftSection = field(default_factory=ShiftSection)
    roles: Mapping[str, list[str]] = field(default_factory=dict)
    reasons: ReasonsSection = field(default_factory=ReasonsSection)

    @property
    def names_moment(self) -> bool:
        """Whether the file has a section for Moment."""
        return self.moment is not _MOMENT_UNSAID


def read_file(path: Path) -> SettingsFile:
    """Read and check the file at ``path``.

    Raises:
        OSError: it cannot be read.
        ValueError: it is not TOML, or as pydantic's ValidationError, a key is wrong.

    """
    return read_content(path.read_bytes())


def read_content(content: bytes) -> SettingsFile:
    """Check what a settings file holds; ValueError as in `read_file`."""
    checked = _validator().validate_python(tomllib.loads(content.decode()), strict=True)
    assert isinstance(checked, SettingsFile), "the whole file is one section"
    return checked


def declared() -> Iterator[tuple[str, core.CoreSchema]]:
    """Return the whole name of each setting, and what it is checked with."""
    return _below("", _whole())


def _below(name: str, schema: Any) -> Iterator[tuple[str, core.CoreSchema]]:
    while schema["type"] == "function-after":
        schema = schema["schema"]
    if schema["type"] != "typed-dict":
        yield name, schema
        return
    for key, part in schema["fields"].items():
        yield from _below(f"{name}.{key}" if name else key, part["schema"])


def _wrong(problem: P, wanted: int | None = None) -> PydanticCustomError:
    """Return what the checking library hands on of a mistake: what is wrong, and what is wanted."""
    return PydanticCustomError(problem.value, "", None if wanted is None else {"wanted": wanted})


def _check_address(url: str) -> str:
    """Let only https pass, or plain http to this machine for a sandbox."""
    parts = urlsplit(url)
    is_plain = not (parts.username or parts.password or parts.query or parts.fragment)
    is_here = parts.scheme == "http" and _is_this_machine(parts.hostname or "")
    if not parts.hostname or not is_plain or not (parts.scheme == "https" or is_here):
        raise _wrong(P.NOT_AN_ADDRESS)
    return url


def _is_this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _check_printable(text: str) -> str:
    if not text.isprintable():
        raise _wrong(P.NOT_PRINTABLE)
    return text


def _check_reason(text: str) -> str:
    if not text:
        raise _wrong(P.EMPTY)
    return _check_printable(text)


def _check_id_path(path: str) -> str:
    if path.count("{id}") != 1:
        raise _wrong(P.NO_PLACE_FOR_ID)
    return path


def _check_digits(text: str) -> str:
    if len(text) != _MERCHANT_TYPE_DIGITS or not (text.isascii() and text.isdigit()):
        raise _wrong(P.NOT_DIGITS, _MERCHANT_TYPE_DIGITS)
    return text


def _check_role(name: str) -> str:
    if name in OWN_ROLES or name == RECOVERY:
        raise _wrong(P.ROLE_TAKEN)
    return name


def _check_hold(seconds: int) -> int:
    if not 0 <= seconds <= HOLD_MAX_S:
        raise _wrong(P.HOLD_TOO_LONG, HOLD_MAX_S)
    return seconds


def _section(of: type, keys: Mapping[str, core.CoreSchema]) -> core.CoreSchema:
    """Let pass a section with these keys and no other, and make ``of`` of it.

    What has no default there must be in the file.
    """
    needed = {
        one.name for one in fields(of) if one.default is MISSING and one.default_factory is MISSING
    }
    shape = core.typed_dict_schema(
        {name: core.typed_dict_field(key, required=name in needed) for name, key in keys.items()},
        extra_behavior="forbid",
    )
    return core.no_info_after_validator_function(lambda values: of(**values), shape)


def _checked(check: Callable[[Any], Any], key: core.CoreSchema | None = None) -> core.CoreSchema:
    """Let pass what a function lets pass; without another schema it is a text."""
    return core.no_info_after_validator_function(check, key or core.str_schema())


def _exactly(width: int) -> core.CoreSchema:
    """Let only texts of one width pass."""

    def check(text: str) -> str:
        if len(text) != width or not text.isprintable():
            raise _wrong(P.WRONG_WIDTH, width)
        return text

    return _checked(check)


def _at_most(width: int) -> core.CoreSchema:
    """Let only texts pass that are no wider and not empty."""

    def check(text: str) -> str:
        if not 0 < len(text) <= width or not text.isprintable():
            raise _wrong(P.TOO_WIDE, width)
        return text

    return _checked(check)


def _one_of(*values: str | int) -> core.CoreSchema:
    return core.literal_schema([*values])


@cache
def _validator() -> SchemaValidator:
    """Return what a settings file is checked with."""
    return SchemaValidator(_whole(), core.CoreConfig(hide_input_in_errors=True))


def _whole() -> core.CoreSchema:
    """Return what each key of a settings file may be."""
    address = _checked(_check_address)
    path = core.str_schema(pattern=r"^/[A-Za-z0-9_\-./]{1,200}$")
    id_path = core.str_schema(pattern=r"^/[A-Za-z0-9_\-./{}]{1,200}$")
    line, name = core.str_schema(max_length=200), core.str_schema(min_length=1, max_length=200)
    folder = _checked(_check_printable, line)
    lines = core.list_schema(_checked(_check_printable, line), max_length=_SHOP_LINES_MAX)
    source = _one_of("auto", "environment", "keyring")
    institution = _section(InstitutionSection, {"id": _at_most(64), "name": _at_most(40)})
    merchant = _section(
        MerchantSection,
        {
            "type": _checked(_check_digits),
            "id": _exactly(15),
            "name": _at_most(23),
            "city": _at_most(13),
            "region": _at_most(2),
            "country": _at_most(2),
        },
    )
    reached = {
        "queue": core.str_schema(pattern=r"""^([^\s/#?'"\\-][^\s/#?'"\\]{0,126})?$"""),
        "host": core.str_schema(pattern=r"^([0-9A-Za-z][0-9A-Za-z.:-]{0,252})?$"),
        "port": core.int_schema(ge=1, le=65535),
        "device": core.str_schema(pattern=r"^([!-~]{1,200})?$"),
        "baud": _one_of(*BAUDS),
        "profile": _one_of(*PROFILES),
        "paper": _one_of(*PAPERS),
        "columns": _one_of(0, 32, 35, 42, 44, 48),
    }
    sections = {
        "training": core.bool_schema(),
        "shop": _section(
            ShopSection,
            {
                "trading_name": name,
                "legal_name": line,
                "address": line,
                "vat_number": line,
                "helpline": line,
                "currency": core.str_schema(pattern="^[A-Z]{3}$"),
                "country": core.str_schema(pattern="^[A-Z]{2}$"),
                "change_message": _one_of(*MessageWay, "none"),
            },
        ),
        "till": _section(
            TillSection,
            {"name": name, "number": core.int_schema(ge=1, le=99), "operator": name},
        ),
        "moment": _section(
            MomentSection,
            {
                "base_url": address,
                "api_key_from": source,
                "types_path": path,
                "create_path": path,
                "retrieve_path": _checked(_check_id_path, id_path),
                "lookup_path": path,
            },
        ),
        "electrum": _section(
            ElectrumSection,
            {
                "base_url": address,
                "auth": _one_of("basic", "oauth2"),
                "token_url": address,
                "credentials_from": source,
                "terminal_id": _exactly(8),
                "client": institution,
                "originator": institution,
                "merchant": merchant,
                "settlement_entity": institution,
                "receiver": institution,
                "receivers": core.dict_schema(core.str_schema(), institution),
                "types": core.list_schema(core.str_schema()),
                "products": core.dict_schema(core.str_schema(), core.str_schema()),
                "confirmation_hold_s": _checked(_check_hold, core.int_schema()),
            },
        ),
        "printer": _section(
            PrinterSection,
            {
                "kind": _one_of("folder", "queue", *RECEIPT_KINDS, "none"),
                **reached,
                "folder": folder,
                "keep_hours": core.int_schema(ge=0, le=8760),
                "drawer": _one_of(*DRAWER_SOCKETS),
            },
        ),
        "slip": _section(
            SlipSection,
            {"header": lines, "footer": lines, "logo": folder, "language": _one_of(*Language)},
        ),
        "fallback_printer": _section(
            FallbackSection, {"kind": _one_of("queue", *RECEIPT_KINDS), **reached}
        ),
        "journal": _section(JournalSection, {"key_in": _one_of("auto", "keyring", "file")}),
        "backup": _section(
            BackupSection,
            {
                "folder": folder,
                "every_hours": core.int_schema(ge=1, le=168),
                "keep": core.int_schema(ge=1, le=1000),
                "keep_days": core.int_schema(ge=1, le=3650),
            },
        ),
        "retention": _section(
            RetentionSection,
            {
                "change_pin_days": core.int_schema(ge=1, le=365),
                "phone_days": core.int_schema(ge=1, le=1825),
                "request_days": core.int_schema(ge=1, le=1825),
            },
        ),
        "window": _section(
            WindowSection,
            {
                "language": _one_of(*Language),
                "theme": _one_of("system", "light", "dark", "contrast"),
                "text_scale": core.float_schema(ge=0.8, le=2.0),
                "motion": core.bool_schema(),
                "lock_minutes": core.int_schema(ge=1, le=15),
            },
        ),
    }
    sections["customer_display"] = _section(
        CustomerDisplaySection,
        {"screen": folder, "device": reached["device"], "baud": reached["baud"]},
    )
    sections["shift"] = _section(
        ShiftSection, {"explain_above_cents": core.int_schema(ge=0, le=AMOUNT_CENTS_MAX)}
    )
    sections["roles"] = core.dict_schema(
        _checked(_check_role, core.str_schema(pattern=r"^[a-z][a-z_-]{0,29}$")),
        core.list_schema(_one_of(*(one.value for one in Permission)), min_length=1),
    )
    reason = _checked(
        _check_reason, core.str_schema(max_length=REASON_LENGTH_MAX, strip_whitespace=True)
    )
    reasons = core.list_schema(reason, min_length=1, max_length=REASONS_MAX)
    voids = core.dict_schema(_one_of(*(one.value for one in VoidReason)), reason, min_length=1)
    sections["reasons"] = _section(
        ReasonsSection, {"void": voids, "copy": reasons, "reveal": reasons, "settle": reasons}
    )
    return _section(SettingsFile, sections)
