"""Who takes part in a message, as Electrum and the shop agreed; the settings check the widths."""

from collections.abc import Mapping
from dataclasses import field

from counterfoil.declaring import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Institution:
    """A company that takes part, by the id that Electrum gave it."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Merchant:
    """The shop: ``type`` is 4 digits, ``id`` 15 characters, region and country 2 at most."""

    type: str
    id: str
    name: str
    city: str
    region: str
    country: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Parties:
    """All parties of this till's messages; ``terminal_id`` is 8 characters.

    ``client`` sends the message, and its id is the user name of HTTP Basic. ``receiver`` is the
    company that decides about a request; ``receivers`` gives another one for single types, by the
    type's id.
    """

    client: Institution
    originator: Institution
    merchant: Merchant
    terminal_id: str
    settlement_entity: Institution | None = None
    receiver: Institution | None = None
    receivers: Mapping[str, Institution] = field(default_factory=dict)

    def receiver_of(self, type_id: str) -> Institution | None:
        """Return who decides about vouchers of this type, where that is known."""
        return self.receivers.get(type_id, self.receiver)
