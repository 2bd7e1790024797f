"""What can be set about Electrum, as plain values, and where its credentials are read from."""

import os
from collections.abc import Callable, Mapping
from dataclasses import field
from enum import StrEnum
from typing import TYPE_CHECKING

from counterfoil.adapters.settings.keyring_entry import KEYRING_SERVICE, read_keyring
from counterfoil.declaring import dataclass
from counterfoil.domain.causes.key import KeyProblem, NoKey
from counterfoil.domain.failures import VaultUnavailableError
from counterfoil.domain.secret import Secret
from counterfoil.domain.setting import FoundKey

if TYPE_CHECKING:
    from counterfoil.adapters.settings.file import ElectrumSection, InstitutionSection

CREDENTIALS: Mapping[str, tuple[str, str]] = {
    "user": ("COUNTERFOIL_ELECTRUM_USER", "electrum-user"),
    "password": ("COUNTERFOIL_ELECTRUM_PASSWORD", "electrum-password"),
    "client_id": ("COUNTERFOIL_ELECTRUM_CLIENT_ID", "electrum-client-id"),
    "client_secret": ("COUNTERFOIL_ELECTRUM_CLIENT_SECRET", "electrum-client-secret"),
}
"""Each credential's environment variable and its name in the keyring."""


PASSWORD_ENTRY = CREDENTIALS["password"][1]
"""The name of Electrum's password in the keyring."""


class AuthChoice(StrEnum):
    """How the till authenticates itself at Electrum."""

    BASIC = "basic"
    """HTTP Basic; the user is the client's id unless a credential names another."""
    OAUTH2 = "oauth2"
    """A token, fetched with name and password and the client's own credentials."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InstitutionSettings:
    """A company that takes part, by the id that Electrum gave it."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MerchantSettings:
    """The shop as Electrum's messages have it, in the field widths of the interface."""

    type: str
    id: str
    name: str
    city: str
    region: str
    country: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ElectrumSettings:
    """Where Electrum is and who takes part. ``credentials_from`` is auto, environment or keyring.

    ``types`` are the ids of the voucher types on offer; None is all that are described.
    ``receivers`` and ``products`` give the company that decides and the catalogue's product for
    single types, by the type's id. ``confirmation_hold_s`` is how many seconds a confirmation is
    held back, so that the sale can be voided.
    """

    base_url: str
    client: InstitutionSettings
    originator: InstitutionSettings
    merchant: MerchantSettings
    terminal_id: str
    auth: AuthChoice = AuthChoice.BASIC
    token_url: str = ""
    credentials_from: str = "auto"
    settlement_entity: InstitutionSettings | None = None
    receiver: InstitutionSettings | None = None
    receivers: Mapping[str, InstitutionSettings] = field(default_factory=dict)
    types: tuple[str, ...] | None = None
    products: Mapping[str, str] = field(default_factory=dict)
    confirmation_hold_s: int = 0


def to_electrum_settings(section: "ElectrumSection") -> ElectrumSettings:
    """Turn the checked section of the file into plain values."""
    merchant = section.merchant
    return ElectrumSettings(
        base_url=section.base_url.rstrip("/"),
        client=_institution(section.client),
        originator=_institution(section.originator),
        merchant=MerchantSettings(
            type=merchant.type,
            id=merchant.id,
            name=merchant.name,
            city=merchant.city,
            region=merchant.region,
            country=merchant.country,
        ),
        terminal_id=section.terminal_id,
        auth=AuthChoice(section.auth),
        token_url=section.token_url or "",
        credentials_from=section.credentials_from,
        settlement_entity=_optional(section.settlement_entity),
        receiver=_optional(section.receiver),
        receivers={name: _institution(one) for name, one in section.receivers.items()},
        types=None if section.types is None else tuple(section.types),
        products=dict(section.products),
        confirmation_hold_s=section.confirmation_hold_s,
    )


def password_place(environment: Mapping[str, str] | None = None) -> FoundKey:
    """Return where a till finds Electrum's password; the keyring may be asked."""
    variables = os.environ if environment is None else environment
    if variables.get(CREDENTIALS["password"][0], "").strip():
        return FoundKey.ENVIRONMENT
    is_kept = bool(read_keyring(PASSWORD_ENTRY, is_optional=True))
    return FoundKey.KEYRING if is_kept else FoundKey.NOWHERE


def credential_reader(
    source: str, environment: Mapping[str, str] | None = None
) -> Callable[[str], Secret]:
    """Return a function that reads one of `CREDENTIALS` by its name, again at each call.

    The function raises VaultUnavailableError where there is none.
    """
    variables = os.environ if environment is None else environment

    def read(name: str) -> Secret:
        variable, entry = CREDENTIALS[name]
        text = "" if source == "keyring" else variables.get(variable, "").strip()
        if not text and source != "environment":
            text = read_keyring(entry)
        if not text:
            missing = KeyProblem.UPSTREAM_KEY_MISSING
            raise VaultUnavailableError(
                NoKey(missing, variable=variable, service=KEYRING_SERVICE, entry=entry)
            )
        return Secret(text)

    return read


def _institution(section: "InstitutionSection") -> InstitutionSettings:
    return InstitutionSettings(id=section.id, name=section.name)


def _optional(section: "InstitutionSection | None") -> InstitutionSettings | None:
    return None if section is None else _institution(section)
