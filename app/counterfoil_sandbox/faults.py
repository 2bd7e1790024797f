"""The fault dials: what is to go wrong, at which endpoint, and how often."""

import threading
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Endpoint = Literal[
    "any",
    "types",
    "lookup",
    "create",
    "fetch",
    # The second upstream: all of it, all advices of it, and each operation.
    "suv",
    "suv_advice",
    "suv_lookup_voucher",
    "suv_products",
    "suv_redeem",
    "suv_lookup_redemption",
    "suv_confirm_redeem",
    "suv_reverse_redeem",
    "suv_refund",
    "suv_confirm_refund",
    "suv_reverse_refund",
    "suv_provision",
    "suv_confirm_provision",
    "suv_reverse_provision",
    "suv_token",
]
ErrorBody = Literal["whole", "without_id", "empty"]

CAPTIVE_PORTAL_PAGE = (
    "<!doctype html><html><head><title>Sign in to Wi-Fi</title></head>"
    "<body><h1>Welcome</h1><p>Please sign in to use the internet.</p></body></html>"
)


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Drop(_Model):
    """Close the connection without a byte of an answer.

    ``reset`` ends it with a TCP reset. With ``effect_after_s`` the request is carried out that
    many seconds after the drop, as a request does that a network delivers late.
    """

    kind: Literal["drop"]
    reset: bool = False
    effect_after_s: float | None = Field(default=None, ge=0)


class Cut(_Model):
    """Carry the request out, send the first ``cut_at`` bytes of the response, then close.

    The bytes are counted from the status line. With ``in_body`` they are counted from the body.
    A close-delimited response has no Content-Length, so the cut cannot be seen from its framing.
    """

    kind: Literal["cut"]
    cut_at: int = Field(ge=0)
    in_body: bool = False
    close_delimited: bool = False
    reset: bool = False


class Drip(_Model):
    """Carry the request out, then send the response a few bytes at a time."""

    kind: Literal["drip"]
    bytes_per_write: int = Field(default=1, ge=1)
    interval_s: float = Field(default=0.05, ge=0)


class Status(_Model):
    """Answer with a given HTTP status.

    Without ``body`` the answer is what the upstream sends with the status: problem details or an
    error detail. ``body`` may be any JSON; a string is sent as it stands. With ``stored`` the
    answer is kept under the request's idempotency key, so that a replay gets it again with
    ``Idempotent-Replayed: true``. With ``effect_after_s`` the request is carried out that many
    seconds later all the same.
    """

    kind: Literal["status"]
    status: int = Field(ge=200, le=599)
    body: Any = None
    is_empty: bool = False
    content_type: str | None = None
    headers: dict[str, str] = Field(default_factory=dict)
    stored: bool = False
    effect_after_s: float | None = Field(default=None, ge=0)


class Html(_Model):
    """Answer with a web page, as a captive portal does; with status 200 unless another is given."""

    kind: Literal["html"]
    status: int = Field(default=200, ge=200, le=599)
    page: str = CAPTIVE_PORTAL_PAGE


class Redirect(_Model):
    """Send the client elsewhere; by default to the same path on the sandbox itself."""

    kind: Literal["redirect"]
    status: Literal[301, 302, 303, 307, 308] = 302
    location: str | None = None


class RateLimit(_Model):
    """Answer 429. ``retry_after`` is sent as it is written; ``null`` sends no such header."""

    kind: Literal["rate_limit"]
    retry_after: str | None = "1"


class DuplicateDelivery(_Model):
    """Carry the request out twice, as a network does that delivers it twice.

    The client gets the first answer, or the second with ``answer``.
    """

    kind: Literal["duplicate_delivery"]
    answer: Literal["first", "second"] = "first"


class WrongBody(_Model):
    """Carry the request out and alter the JSON of the answer before it is sent.

    ``add`` adds to numbers, ``put`` puts values in, ``remove`` takes keys out. A key with dots
    reaches into objects that are there: ``amounts.approvedAmount.amount``.
    """

    kind: Literal["wrong_body"]
    add: dict[str, int] = Field(default_factory=dict)
    put: dict[str, Any] = Field(default_factory=dict)
    remove: list[str] = Field(default_factory=list)


class Flood(_Model):
    """Answer 200 with ``size_bytes`` of body; with ``gzip`` it is small until it is unpacked."""

    kind: Literal["flood"]
    size_bytes: int = Field(default=1 << 20, ge=1, le=1 << 28)
    gzip: bool = False


Action = Annotated[
    Drop
    | Cut
    | Drip
    | Status
    | Html
    | Redirect
    | RateLimit
    | DuplicateDelivery
    | WrongBody
    | Flood,
    Field(discriminator="kind"),
]


class Rule(_Model):
    """One fault, and the requests it applies to.

    Of the rules that fit a request's endpoint the first applies. ``skip`` lets that many fitting
    requests pass first; ``times`` ends the rule after so many, ``null`` keeps it until cleared.
    With ``after_effect`` an action that replaces the answer comes after the request was carried
    out, and ``delay_s`` passes after it rather than before; cut, drip, duplicate_delivery and
    wrong_body always carry the request out. Without an action the rule only delays.
    """

    endpoint: Endpoint = "any"
    times: int | None = Field(default=None, ge=1)
    skip: int = Field(default=0, ge=0)
    after_effect: bool = False
    delay_s: float = Field(default=0, ge=0)
    action: Action | None = None


class Dials(_Model):
    """Everything that can be set at ``/_sandbox/faults``.

    ``offline`` closes every connection to the provider's endpoints at once. ``decline_as`` makes
    declines problem bodies instead of failed redemptions. ``slow_s`` is how long the slow PINs
    take, ``draft_completes_after_s`` when a draft confirms by itself, and ``advance_s`` moves the
    sandbox's clock on.

    The dials of the second upstream begin with ``suv_``: the status of success; what its own
    errors look like; advices that are acknowledged and swallowed; what a repeated advice, a
    lookup of a redemption still under way (with ``102_held`` the line then stays silent) and a
    lookup of a spent or expired voucher get; and how long a token of OAuth2 lives.
    """

    rules: list[Rule] = Field(default_factory=list)
    offline: bool = False
    decline_as: Literal["failed", "402", "422"] = "failed"
    create_status: Literal[200, 201] = 201
    slow_s: float = Field(default=20, ge=0)
    draft_completes_after_s: float | None = Field(default=None, ge=0)
    advance_s: float = 0
    suv_request_status: Literal[200, 201, 202] = 201
    suv_advice_status: Literal[200, 201, 202] = 202
    suv_lookup_status: Literal[200, 202] = 200
    suv_error_body: ErrorBody = "whole"
    suv_swallows_advices: bool = False
    suv_repeated_advice: Literal["acknowledged", "duplicate_record"] = "acknowledged"
    suv_still_processing: Literal["102", "102_held", "202", "404", "503"] = "102"
    suv_dead_voucher: Literal["error", "details"] = "error"
    suv_token_lifetime_s: float = Field(default=3600, ge=0)


class FaultBoard:
    """Holds the dials, and picks the rule for each request. Safe to use from several threads."""

    def __init__(self) -> None:
        """Start with every dial at its default."""
        self._lock = threading.Lock()
        self._dials = Dials()

    @property
    def dials(self) -> Dials:
        """The dials now; ``times`` and ``skip`` of a rule count what is left of them."""
        with self._lock:
            return self._dials

    def replace(self, dials: Dials) -> None:
        """Set every dial, in place of all that was set before."""
        with self._lock:
            self._dials = dials

    def append(self, rule: Rule) -> None:
        """Add a rule, which applies only where no rule before it does."""
        with self._lock:
            self._dials = self._dials.model_copy(update={"rules": [*self._dials.rules, rule]})

    def clear(self) -> None:
        """Set every dial back to its default."""
        self.replace(Dials())

    def take(self, endpoint: Endpoint) -> Rule | None:
        """Return the rule that applies to a request to ``endpoint``, and count it as used."""
        with self._lock:
            rules = list(self._dials.rules)
            for index, rule in enumerate(rules):
                if not _fits(rule.endpoint, endpoint):
                    continue
                if rule.skip > 0:
                    rules[index] = rule.model_copy(update={"skip": rule.skip - 1})
                    continue
                if rule.times == 1:
                    del rules[index]
                elif rule.times is not None:
                    rules[index] = rule.model_copy(update={"times": rule.times - 1})
                self._dials = self._dials.model_copy(update={"rules": rules})
                return rule
            self._dials = self._dials.model_copy(update={"rules": rules})
            return None


def _fits(wanted: Endpoint, endpoint: Endpoint) -> bool:
    if wanted == "suv":
        return endpoint.startswith("suv")
    if wanted == "suv_advice":
        return endpoint.startswith(("suv_confirm", "suv_reverse"))
    return wanted in ("any", endpoint)
