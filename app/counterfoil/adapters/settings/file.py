"""The shape of the settings file. Unknown keys are refused, so that a misspelt one is noticed."""

import ipaddress
import tomllib
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

_MERCHANT_TYPE_DIGITS = 4
SLIP_COLUMNS = Literal[32, 35, 42, 44, 48]


def _check_address(url: str) -> str:
    """Let only https pass, or plain http to this machine for a sandbox."""
    parts = urlsplit(url)
    is_plain = not (parts.username or parts.password or parts.query or parts.fragment)
    is_here = parts.scheme == "http" and _is_this_machine(parts.hostname or "")
    if not parts.hostname or not is_plain or not (parts.scheme == "https" or is_here):
        raise ValueError("must be an https address without name, password or query")
    return url


def _is_this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _check_printable(text: str) -> str:
    if not text.isprintable():
        raise ValueError("must hold no control character")
    return text


def _check_id_path(path: str) -> str:
    if path.count("{id}") != 1:
        raise ValueError("must hold {id} once")
    return path


Address = Annotated[str, AfterValidator(_check_address)]
PathText = Annotated[str, Field(pattern=r"^/[A-Za-z0-9_\-./]{1,200}$")]
IdPathText = Annotated[
    str, Field(pattern=r"^/[A-Za-z0-9_\-./{}]{1,200}$"), AfterValidator(_check_id_path)
]
Line = Annotated[str, Field(max_length=200)]
Name = Annotated[str, Field(min_length=1, max_length=200)]
HOLD_MAX_S = 60
"""How long a confirmation may be held back. A longer wait looks like a lost one upstream."""


class _Section(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, hide_input_in_errors=True)


class ShopSection(_Section):
    """Who the shop is, as its slips name it."""

    trading_name: Name = "Corner Shop"
    legal_name: Line = ""
    address: Line = ""
    vat_number: Line = ""
    helpline: Line = ""
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")] = "ZAR"
    country: Annotated[str, Field(pattern="^[A-Z]{2}$")] = "ZA"


class TillSection(_Section):
    """Which till of the shop this is, and who works at it."""

    name: Name = "Till 1"
    number: Annotated[int, Field(ge=1, le=99)] = 1
    operator: Name = "Cashier"


class MomentSection(_Section):
    """The upstream Moment: where it is, and where the till's key to it is read from."""

    base_url: Address = "https://api.momentpay.net"
    api_key_from: Literal["auto", "environment", "keyring"] = "auto"
    types_path: PathText | None = None
    create_path: PathText | None = None
    retrieve_path: IdPathText | None = None
    lookup_path: PathText | None = None


def _exactly(width: int) -> AfterValidator:
    """Let only texts of one width pass."""

    def check(text: str) -> str:
        if len(text) != width or not text.isprintable():
            raise ValueError(f"must have exactly {width} characters")
        return text

    return AfterValidator(check)


def _at_most(width: int) -> AfterValidator:
    """Let only texts pass that are no wider and not empty."""

    def check(text: str) -> str:
        if not 0 < len(text) <= width or not text.isprintable():
            raise ValueError(f"must have 1 to {width} characters")
        return text

    return AfterValidator(check)


def _check_digits(text: str) -> str:
    if len(text) != _MERCHANT_TYPE_DIGITS or not (text.isascii() and text.isdigit()):
        raise ValueError(f"must have exactly {_MERCHANT_TYPE_DIGITS} digits")
    return text


def _check_hold(seconds: int) -> int:
    if not 0 <= seconds <= HOLD_MAX_S:
        raise ValueError(f"must be from 0 to {HOLD_MAX_S} seconds")
    return seconds


class InstitutionSection(_Section):
    """A company that takes part in Electrum's messages."""

    id: Annotated[str, _at_most(64)]
    name: Annotated[str, _at_most(40)]


class MerchantSection(_Section):
    """The shop as Electrum's messages name it."""

    type: Annotated[str, AfterValidator(_check_digits)]
    id: Annotated[str, _exactly(15)]
    name: Annotated[str, _at_most(23)]
    city: Annotated[str, _at_most(13)]
    region: Annotated[str, _at_most(2)]
    country: Annotated[str, _at_most(2)]


class ElectrumSection(_Section):
    """The upstream Electrum. Nothing in it has a default, because nothing can be guessed."""

    base_url: Address
    auth: Literal["basic", "oauth2"] = "basic"
    token_url: Address | None = None
    credentials_from: Literal["auto", "environment", "keyring"] = "auto"
    terminal_id: Annotated[str, _exactly(8)]
    client: InstitutionSection
    originator: InstitutionSection
    merchant: MerchantSection
    settlement_entity: InstitutionSection | None = None
    receiver: InstitutionSection | None = None
    receivers: dict[str, InstitutionSection] = Field(default_factory=dict)
    types: list[str] | None = None
    products: dict[str, str] = Field(default_factory=dict)
    confirmation_hold_s: Annotated[int, AfterValidator(_check_hold)] = 0

    @model_validator(mode="after")
    def _check_token_url(self) -> Self:
        if self.auth == "oauth2" and self.token_url is None:
            raise ValueError('needs a token_url when its auth is "oauth2"')
        return self

    @model_validator(mode="after")
    def _check_types(self) -> Self:
        if self.types is not None and not self.types:
            raise ValueError("needs at least one of its types")
        return self


class PrinterSection(_Section):
    """Where slips go."""

    kind: Literal["folder", "queue", "none"] = "folder"
    folder: Annotated[Line, AfterValidator(_check_printable)] = ""
    queue: Annotated[str, Field(pattern=r"^[^\s/#?'\"\\-][^\s/#?'\"\\]{0,126}$")] | Literal[""] = ""
    columns: SLIP_COLUMNS = 42
    keep_hours: Annotated[int, Field(ge=0, le=8760)] = 24

    @model_validator(mode="after")
    def _check_queue(self) -> Self:
        if self.kind == "queue" and not self.queue:
            raise ValueError('needs a queue when its kind is "queue"')
        return self


class JournalSection(_Section):
    """How the journal is protected."""

    key_in: Literal["auto", "keyring", "file"] = "auto"


class BackupSection(_Section):
    """Where backups of the journal go, how often they are made, and how many stay."""

    folder: Annotated[Line, AfterValidator(_check_printable)] = ""
    every_hours: Annotated[int, Field(ge=1, le=168)] = 24
    keep: Annotated[int, Field(ge=1, le=1000)] = 7


class WindowSection(_Section):
    """How the window looks."""

    theme: Literal["system", "light", "dark", "contrast"] = "system"
    text_scale: Annotated[float, Field(ge=0.8, le=2.0)] = 1.0


class SettingsFile(_Section):
    """The whole file. No value comes from the environment or from anywhere else."""

    training: bool = False
    shop: ShopSection = ShopSection()
    till: TillSection = TillSection()
    moment: MomentSection = MomentSection()
    electrum: ElectrumSection | None = None
    printer: PrinterSection = PrinterSection()
    journal: JournalSection = JournalSection()
    backup: BackupSection = BackupSection()
    window: WindowSection = WindowSection()


def read_file(path: Path) -> SettingsFile:
    """Read and check the file at ``path``.

    Raises:
        OSError: it cannot be read.
        ValueError: it is no TOML (a pydantic ValidationError: a key is wrong).

    """
    with path.open("rb") as file:
        return SettingsFile.model_validate(tomllib.load(file))
