"""The gateway to Moment's redemptions and stored values."""

import asyncio
import json
import logging
import re
from collections.abc import Callable, Mapping
from http import HTTPStatus
from threading import Lock
from typing import Any

from counterfoil.adapters.upstream.exchange import (
    Answered,
    Call,
    Exchange,
    NotConnected,
    Obstacle,
    Outcome,
)
from counterfoil.adapters.upstream.kept import Kept
from counterfoil.declaring import dataclass
from counterfoil.domain.causes.entry import EntryProblem, NotAValue
from counterfoil.domain.causes.key import KeyProblem, NoKey
from counterfoil.domain.contact import UNASKED, Contact
from counterfoil.domain.failures import (
    EntryError,
    GatewayKeyMissingError,
    VaultUnavailableError,
)
from counterfoil.domain.money import Exact
from counterfoil.domain.redemption import AttemptKind, Redemption
from counterfoil.domain.secret import Secret
from counterfoil.domain.verdict import Approved, Declined, Unknown, Verdict
from counterfoil.domain.voucher_type import ALL_TEXT, VoucherType, WireKind
from counterfoil.overriding import override
from counterfoil.ports.gateway import Balance, Gateway, LookupRefused, Order

UPSTREAM = "moment"
BASE_URL = "https://api.momentpay.net"

_FIELD_CHARACTERS_MAX = 255
_NO_KEY = NoKey(KeyProblem.UPSTREAM_KEY_MISSING)
_UNSENDABLE = NoKey(KeyProblem.UPSTREAM_KEY_UNSENDABLE)
_INTEGER = re.compile(r"-?[0-9]+")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
_BOOLEANS = {"true": True, "false": False}
_UNAUTHORISED = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})

_log = logging.getLogger("counterfoil.gateway")


@dataclass(frozen=True, slots=True, kw_only=True)
class Paths:
    """Where the endpoints are; they differ in naming, and the vendor may still change them."""

    types: str = "/collect/redemptions/types"
    create: str = "/collect/redemptions"
    retrieve: str = "/collect/redemptions/{id}"
    lookup: str = "/stored_value/lookup"


class MomentGateway(Gateway):
    """Sends requests to Moment.

    ``api_key`` is called in a thread, and again after the upstream refused the key it gave. A
    ``base_url`` that is a callable is called once, in a thread, before the first request. While it
    raises GatewayUnavailableError nothing is sent, and the next request calls it again.
    """

    def __init__(
        self,
        exchange: Exchange,
        *,
        api_key: Callable[[], Secret],
        base_url: str | Callable[[], str] = BASE_URL,
        paths: Paths | None = None,
        upstream: str = UPSTREAM,
    ) -> None:
        self._exchange = exchange
        self._no_key = _NO_KEY
        """Why there is no key, in the words of whoever was asked for it."""
        self._key = Kept(lambda: self._read_key(api_key))
        self._locate = base_url if callable(base_url) else lambda: base_url
        self._base_url = ""
        self._locating = Lock()
        self._paths = paths or Paths()
        self._upstream = upstream
        self._is_warm = False
        self._types: dict[str, VoucherType] = {}
        self._contact = UNASKED

    @property
    @override
    def upstream(self) -> str:
        """The upstream's name in the journal."""
        return self._upstream

    @property
    @override
    def contact(self) -> Contact:
        """How the line to it is."""
        return self._contact

    async def warm_up(self) -> None:
        """Load what the first request needs, in a thread, so that nothing else waits for it.

        Models, client library and certificates together take most of a second on a slow till.
        Every request does it by itself when nobody did it before.
        """
        if not self._is_warm:
            await asyncio.to_thread(self._load)
            self._is_warm = True
        await self._exchange.warm_up()

    async def aclose(self) -> None:
        """Wait until every exchange under way has ended."""
        await self._exchange.aclose()

    @override
    async def fetch_types(self) -> tuple[VoucherType, ...]:
        """Ask which voucher types there are.

        Raises:
            GatewayUnauthorisedError: the upstream does not accept the key.
            GatewayUnavailableError: no usable answer.

        """
        outcome = await self._call("GET", self._paths.types)
        from counterfoil.adapters.upstream.answers import SUCCESS, parse_json_body
        from counterfoil.adapters.upstream.moment.discovery import read_types
        from counterfoil.adapters.upstream.troubles import unusable

        self._refuse_missing_key(outcome)
        document = None
        if isinstance(outcome, Answered) and outcome.status in SUCCESS:
            document = parse_json_body(outcome)
        types = read_types(document, self._upstream) if document is not None else None
        if document is None or types is None:
            raise unusable(outcome)
        self._types = {one.id: one for one in types}
        return types

    @override
    async def look_up(
        self, type_id: str, fields: Mapping[str, Secret], wire: Mapping[str, WireKind] = ALL_TEXT
    ) -> Balance | LookupRefused:
        """Ask what is on a voucher.

        Raises:
            GatewayUnauthorisedError: the upstream does not accept the key.
            GatewayUnavailableError: no usable answer.

        """
        document = {"type": type_id, "source": _source(fields, wire)}
        outcome = await self._call("POST", self._paths.lookup, _encode(document))
        from counterfoil.adapters.upstream.moment.lookups import read_lookup

        self._refuse_missing_key(outcome)
        known = self._types.get(type_id)
        return read_lookup(outcome, type_id, is_offered=known is None or known.can_look_up)

    @override
    def compose(self, order: Order) -> Secret:
        """Build the request once. It has no amount where the whole value was chosen.

        Raises:
            EntryError: a field cannot be sent as it is.

        """
        document: dict[str, Any] = {
            "type": order.type_id,
            "source": _source(order.fields, order.wire),
            "external_reference": order.redemption_id,
        }
        if isinstance(order.amount, Exact):
            document |= {"amount": order.amount.cents, "currency": order.currency}
        return Secret(_encode(document))

    @override
    async def ask(self, redemption: Redemption, kind: AttemptKind, request: Secret) -> Verdict:
        """Make one attempt and return what its answer proves.

        Nothing is raised: a failure of the network, the key, the provider or the search for its
        address is a verdict, too.
        """
        if kind is AttemptKind.FETCH:
            assert redemption.upstream_id is not None, "only what has an id is asked for by id"
            path = self._paths.retrieve.replace("{id}", redemption.upstream_id)
            outcome = await self._call("GET", path)
        else:
            key = redemption.idempotency_key
            outcome = await self._call("POST", self._paths.create, request.reveal(), key)
        from counterfoil.adapters.upstream.moment.classify import classify
        from counterfoil.adapters.upstream.moment.reading import Question

        question = Question(
            kind=kind,
            attempt=redemption.attempts,
            reference=redemption.id,
            type_id=redemption.type_id,
            amount=redemption.amount,
            currency=redemption.currency,
            change_manner=redemption.change_manner,
            upstream_id=redemption.upstream_id,
            upstream_version=redemption.upstream_version,
        )
        verdict = classify(outcome, question)
        _log.info("attempt classified", extra=_facts(redemption, kind, verdict))
        return verdict

    def _load(self) -> None:
        import counterfoil.adapters.upstream.contacts
        import counterfoil.adapters.upstream.moment.classify
        import counterfoil.adapters.upstream.moment.discovery
        import counterfoil.adapters.upstream.moment.lookups  # noqa: F401 - loaded here, used by each request

        with self._locating:
            if not self._base_url:
                self._base_url = self._locate().rstrip("/")

    async def _call(
        self, method: str, path: str, body: str | None = None, idempotency_key: str | None = None
    ) -> Outcome:
        async def prepare() -> Call | NotConnected:
            await self.warm_up()
            key = await self._key.get()
            if key is None:
                return NotConnected(Obstacle.NO_KEY)
            headers = {"authorization": f"Bearer {key.reveal()}", "accept": "application/json"}
            if body is not None:
                headers["content-type"] = "application/json"
            if idempotency_key is not None:
                headers["idempotency-key"] = idempotency_key
            return Call(
                method=method,
                url=self._base_url + path,
                headers=headers,
                body=None if body is None else body.encode(),
            )

        outcome = await self._exchange.make_prepared(prepare)
        from counterfoil.adapters.upstream.contacts import contact_after

        self._contact = contact_after(self._contact, outcome)
        if isinstance(outcome, Answered) and outcome.status in _UNAUTHORISED:
            self._key.forget()
        return outcome

    def _read_key(self, api_key: Callable[[], Secret]) -> Secret | None:
        """Return the key, or None where there is none that a header can carry."""
        try:
            key = api_key().reveal().strip()
        except VaultUnavailableError as error:
            self._no_key = error.cause
            return None
        is_sendable = key.isascii() and key.isprintable() and " " not in key
        self._no_key = _UNSENDABLE if key else _NO_KEY
        return Secret(key) if key and is_sendable else None

    def _refuse_missing_key(self, outcome: Outcome) -> None:
        if isinstance(outcome, NotConnected) and outcome.why is Obstacle.NO_KEY:
            raise GatewayKeyMissingError(self._no_key)


def _source(
    fields: Mapping[str, Secret], wire: Mapping[str, WireKind]
) -> dict[str, str | int | float]:
    return {
        name: _typed(name, secret.reveal(), wire.get(name, WireKind.TEXT))
        for name, secret in fields.items()
    }


def _typed(name: str, value: str, kind: WireKind) -> str | int | float:
    """Return a value in the JSON type that the upstream wants it in.

    Raises:
        EntryError: it cannot be written so.

    """
    if not value or len(value) > _FIELD_CHARACTERS_MAX or not value.isprintable():
        raise EntryError(name, NotAValue(EntryProblem.NOT_SENDABLE))
    match kind:
        case WireKind.TEXT:
            return value
        case WireKind.INTEGER if _INTEGER.fullmatch(value):
            return int(value)
        case WireKind.NUMBER if _NUMBER.fullmatch(value):
            number: int | float = json.loads(value)
            return number
        case WireKind.BOOLEAN if value in _BOOLEANS:
            return _BOOLEANS[value]
        case _:
            raise EntryError(name, NotAValue(EntryProblem.NOT_SENDABLE))


def _encode(document: dict[str, Any]) -> str:
    """Write JSON in pure ASCII, the same for the same document."""
    return json.dumps(document, ensure_ascii=True, separators=(",", ":"))


def _facts(redemption: Redemption, kind: AttemptKind, verdict: Verdict) -> dict[str, object]:
    facts: dict[str, object] = {
        "redemption_id": redemption.id,
        "attempt": redemption.attempts,
        "kind": kind.value,
        "http_status": verdict.http_status,
    }
    match verdict:
        case Approved():
            return facts | {"outcome": "approved"}
        case Declined():
            return facts | {"outcome": "declined", "cause": verdict.reason.value}
        case Unknown():
            return facts | {"outcome": "unknown", "cause": verdict.cause.value}
