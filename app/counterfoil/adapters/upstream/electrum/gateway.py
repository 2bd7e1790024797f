"""The gateway to Electrum: vouchers, redemptions and refunds, and the advices about them."""

import asyncio
import logging
from collections.abc import Callable, Collection, Mapping
from dataclasses import field, replace
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from counterfoil.adapters.upstream.answers import parse_json_body
from counterfoil.adapters.upstream.contacts import contact_after
from counterfoil.adapters.upstream.electrum.compose import CODE_FIELD, check_fields
from counterfoil.adapters.upstream.electrum.parties import Parties
from counterfoil.adapters.upstream.exchange import Answered, Call, Exchange, NotConnected, Outcome
from counterfoil.declaring import dataclass
from counterfoil.domain.advice import Advice, AdviceKind, AdviceVerdict, NotAllowed, Repeat
from counterfoil.domain.contact import UNASKED, Contact, LineState
from counterfoil.domain.redemption import AttemptKind, Redemption
from counterfoil.domain.secret import Secret
from counterfoil.domain.verdict import Approved, Declined, FollowUp, Unknown, UnknownCause, Verdict
from counterfoil.domain.voucher_type import ALL_TEXT, VoucherType, WireKind
from counterfoil.overriding import override
from counterfoil.ports.advised_gateway import AdvisedGateway, RefundOrder
from counterfoil.ports.clock import Clock
from counterfoil.ports.gateway import Balance, LookupRefused, Order

if TYPE_CHECKING:
    from counterfoil.adapters.upstream.electrum.authorisation import Authorisation, Pass

UPSTREAM = "electrum"
BASE_PATH = "/suv/v1"
"""The interface's own path; an address may end with it or not."""

_REDEMPTIONS = "/redemptions"
_REFUNDS = "/refunds"
_ADVICE_PATHS = {
    AdviceKind.CONFIRMATION: "/confirmations",
    AdviceKind.REVERSAL: "/reversals",
}

_log = logging.getLogger("counterfoil.gateway")


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """Which voucher types the till offers at an upstream without discovery.

    ``descriptors`` is the folder of the files that describe types, ``types`` the ids of those that
    are offered (None: all), ``products`` the catalogue's product for a type, by the type's id.
    """

    descriptors: Path
    types: Collection[str] | None = None
    products: Mapping[str, str] = field(default_factory=dict)


class ElectrumGateway(AdvisedGateway):
    """Sends requests to Electrum, and an advice about each.

    A request is sent once: for AttemptKind.RESEND the till asks by its id what became of it
    instead. A ``base_url`` that is a callable is called once, in a thread, before the first
    request.
    """

    def __init__(
        self,
        exchange: Exchange,
        *,
        base_url: str | Callable[[], str],
        authorisation: "Authorisation",
        parties: Parties,
        offered: Offered,
        clock: Clock,
        upstream: str = UPSTREAM,
        confirmation_hold_s: float = 0.0,
    ) -> None:
        self.confirmation_hold_s = confirmation_hold_s
        self._exchange = exchange
        self._locate = base_url if callable(base_url) else lambda: base_url
        self._base_url = ""
        self._authorisation = authorisation
        self._parties = parties
        self._offered = offered
        self._clock = clock
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
        """Load what the first request needs, in a thread, so that nothing else waits for it."""
        if not self._is_warm:
            await asyncio.to_thread(self._load)
            self._is_warm = True
        await self._exchange.warm_up()

    async def aclose(self) -> None:
        """Wait until every exchange under way has ended."""
        await self._exchange.aclose()

    @override
    async def fetch_types(self) -> tuple[VoucherType, ...]:
        """Read the descriptors, and add what the catalogue of products says if that answers.

        Raises:
            GatewayUnavailableError: the descriptors cannot be read.

        """
        await self.warm_up()
        from counterfoil.adapters.upstream.electrum.descriptors import read_descriptors, refine

        types = await asyncio.to_thread(
            read_descriptors, self._offered.descriptors, self._upstream, self._offered.types
        )
        if self._offered.products:
            types = refine(types, await self._get("/products"), self._offered.products)
        self._types = {one.id: one for one in types}
        return types

    async def greet(self) -> Contact:
        """Ask Electrum for its catalogue of products, and return how the line is."""
        _ = await self._get("/products")
        return self._contact

    @override
    async def look_up(
        self, type_id: str, fields: Mapping[str, Secret], wire: Mapping[str, WireKind] = ALL_TEXT
    ) -> Balance | LookupRefused:
        """Ask what is on a voucher. Its code is in the address, which is therefore never logged.

        Raises:
            EntryError: a field cannot be sent as it is.
            GatewayUnavailableError: no usable answer.

        """
        del wire
        check_fields(fields)
        query = {"voucherCode": fields[CODE_FIELD].reveal()}
        receiver, settlement = self._parties.receiver_of(type_id), self._parties.settlement_entity
        if receiver is not None:
            query["receiverInstId"] = receiver.id
        if settlement is not None:
            query["settlementEntityInstId"] = settlement.id
        outcome = await self._get(f"/vouchers?{urlencode(query, quote_via=quote)}")
        from counterfoil.adapters.upstream.electrum.lookups import read_lookup

        known = self._types.get(type_id)
        currency = known.currency if known else "ZAR"
        return read_lookup(outcome, fields, currency, self._clock.now().wall)

    @override
    def compose(self, order: Order) -> Secret:
        """Build the request once, with the time in it.

        Raises:
            EntryError: a field cannot be sent as it is.

        """
        from counterfoil.adapters.upstream.electrum.compose import compose_redemption

        return compose_redemption(order, self._parties, self._clock.now().wall)

    @override
    def compose_refund(self, order: RefundOrder) -> Secret:
        """Build the request of a refund once, with the time in it.

        Raises:
            EntryError: the currency cannot be sent.

        """
        from counterfoil.adapters.upstream.electrum.compose import compose_refund

        return compose_refund(order, self._parties, self._clock.now().wall)

    @override
    async def ask(self, redemption: Redemption, kind: AttemptKind, request: Secret) -> Verdict:
        """Make one attempt and classify the answer; nothing is raised.

        An Unknown names its cause, and with it the reason of the reversal that undoes the request:
        TIMEOUT for ``no_connection``, ``time_out``, ``cut_off`` and ``interrupted``, where no whole
        answer came; RESPONSE_NOT_FINAL for every other cause.
        """
        is_fetch = kind is not AttemptKind.SEND
        assert not (is_fetch and redemption.is_refund), "no look-up answers for refunds"
        if is_fetch:
            outcome = await self._get(f"{_REDEMPTIONS}/{quote(redemption.id, safe='')}")
        else:
            outcome = await self._post(_REFUNDS if redemption.is_refund else _REDEMPTIONS, request)
        from counterfoil.adapters.upstream.electrum.classify import classify
        from counterfoil.adapters.upstream.electrum.reading import Question

        question = Question(
            id=redemption.id,
            amount=redemption.amount,
            currency=redemption.currency,
            is_fetch=is_fetch,
            is_first=not is_fetch and redemption.attempts <= 1,
            follow_up=FollowUp.PERSON if redemption.is_refund else FollowUp.FETCH,
        )
        verdict = classify(outcome, question)
        facts: dict[str, object] = {"redemption_id": redemption.id, "kind": kind.value}
        _log.info("attempt classified", extra=facts | _facts(verdict))
        return verdict

    @override
    def compose_advice(self, advice: Advice, request: Secret, answer: Secret | None) -> Secret:
        """Build the advice about ``request`` once, with the time in it.

        ``request`` is that of a redemption or of a refund.
        """
        from counterfoil.adapters.upstream.electrum.compose import compose_advice

        return compose_advice(advice, request, answer, self._clock.now().wall)

    @override
    async def advise(self, advice: Advice, body: Secret) -> AdviceVerdict:
        """Make one attempt to deliver the advice; nothing is raised."""
        path = _REFUNDS if advice.is_refund else _REDEMPTIONS
        outcome, shown = await self._send("POST", path + _ADVICE_PATHS[advice.kind], body)
        from counterfoil.adapters.upstream.electrum.advices import classify_advice
        from counterfoil.adapters.upstream.electrum.compose import read_advised_id

        verdict = classify_advice(outcome, advice, read_advised_id(body))
        is_old_token = shown is not None and not shown.is_fresh
        if isinstance(verdict, NotAllowed) and is_old_token and _is_unauthorised(outcome):
            # The token may have ended before its time; the next attempt fetches another.
            verdict = Repeat(UnknownCause.NOT_AUTHORISED, http_status=verdict.http_status)
        facts = {
            "redemption_id": advice.redemption_id,
            "kind": advice.kind.value,
            "outcome": type(verdict).__name__.lower(),
            "http_status": verdict.http_status,
        }
        _log.info("advice classified", extra=facts)
        return verdict

    @override
    def slip_lines(self, request: Secret, answer: Secret | None) -> tuple[str, ...]:
        """Return the lines that an answer wants on the slip, without control characters."""
        from counterfoil.adapters.upstream.electrum.slips import read_slip_lines

        return read_slip_lines(request, answer)

    def _load(self) -> None:
        import counterfoil.adapters.upstream.electrum.advices
        import counterfoil.adapters.upstream.electrum.classify
        import counterfoil.adapters.upstream.electrum.descriptors
        import counterfoil.adapters.upstream.electrum.lookups  # noqa: F401 - loaded here, used by each request

        self._base_url = self._locate().rstrip("/").removesuffix(BASE_PATH) + BASE_PATH

    async def _post(self, path: str, body: Secret) -> Outcome:
        outcome, _ = await self._send("POST", path, body)
        return outcome

    async def _get(self, path: str) -> Outcome:
        """Ask something that moves no money, and once more where an old token was refused."""
        outcome, shown = await self._send("GET", path)
        if _is_unauthorised(outcome) and shown is not None and not shown.is_fresh:
            outcome, _ = await self._send("GET", path)
        return outcome

    async def _send(
        self, method: str, path: str, body: Secret | None = None
    ) -> "tuple[Outcome, Pass | None]":
        shown: Pass | None = None

        async def prepare() -> Call | NotConnected:
            nonlocal shown
            await self.warm_up()
            credentials = await self._authorisation.show()
            if isinstance(credentials, NotConnected):
                return credentials
            shown = credentials
            headers = {"authorization": credentials.header, "accept": "application/json"}
            if body is not None:
                headers["content-type"] = "application/json"
            return Call(
                method=method,
                url=self._base_url + path,
                headers=headers,
                body=None if body is None else body.reveal().encode(),
            )

        outcome = await self._exchange.make_prepared(prepare)
        self._contact = contact_after(self._contact, outcome)
        if shown is not None and _is_refused(outcome):
            self._contact = replace(self._contact, line=LineState.KEY_REFUSED)
            self._authorisation.forget(shown)
        return outcome, shown


def _is_refused(outcome: Outcome) -> bool:
    """Whether the credentials may be refused; the vendor's own server says so with 400."""
    if not isinstance(outcome, Answered):
        return False
    document = parse_json_body(outcome) if outcome.status == HTTPStatus.BAD_REQUEST else None
    is_told = document is not None and document.get("errorType") == "AUTHENTICATION_ERROR"
    return is_told or outcome.status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}


def _is_unauthorised(outcome: Outcome) -> bool:
    return isinstance(outcome, Answered) and outcome.status == HTTPStatus.UNAUTHORIZED


def _facts(verdict: Verdict) -> dict[str, object]:
    facts: dict[str, object] = {"http_status": verdict.http_status}
    match verdict:
        case Approved():
            return facts | {"outcome": "approved"}
        case Declined():
            return facts | {"outcome": "declined", "cause": verdict.reason.value}
        case Unknown():
            return facts | {"outcome": "unknown", "cause": verdict.cause.value}
