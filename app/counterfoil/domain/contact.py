"""What is known of the line to one provider, from what it last answered."""

from datetime import datetime
from enum import StrEnum

from counterfoil.declaring import dataclass


class ProviderKind(StrEnum):
    """Which interface a provider speaks: the name of its upstream."""

    MOMENT = "moment"
    ELECTRUM = "electrum"


class LineState(StrEnum):
    """How the last call to a provider ended."""

    NOT_ASKED = "not_asked"
    """Nothing was asked since the till was opened."""
    ANSWERS = "answers"
    NO_LINE = "no_line"
    """No connection could be opened: the network, the name or the provider's machine is down."""
    NO_ANSWER = "no_answer"
    """The connection was opened, and no whole answer came."""
    NOT_TRUSTED = "not_trusted"
    """The certificate or the handshake is not acceptable."""
    FAILS = "fails"
    """The provider answers that something failed there, or that it has too much to do."""
    WEB_PAGE = "web_page"
    """A web page answered in the provider's place, such as a network's login."""
    NO_KEY = "no_key"
    """The till has no key to show, so nothing was sent."""
    KEY_REFUSED = "key_refused"
    """The provider answers, and does not accept the till's key."""
    NOT_SENT = "not_sent"
    """The till itself could not make the call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """How the line to a provider is. What is not known is None."""

    line: LineState = LineState.NOT_ASKED
    answered_at: datetime | None = None
    """When its last answer came, by the till's clock."""
    ahead_s: float | None = None
    """How many seconds the till's clock was ahead of the provider's then; negative behind it."""
    certificate_until: datetime | None = None
    """The last moment of the certificate that the provider showed."""


UNASKED = Contact()
