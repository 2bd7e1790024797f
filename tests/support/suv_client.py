"""A small client of the SUV interface, written from its documents alone.

It knows nothing of the sandbox: where the documents say what is sent and what may come back, it
does that, and hands back the bare response.
"""

import ssl
from types import TracebackType
from typing import Any, Self
from uuid import uuid4  # noqa: TID251 - a stranger's client, which has no port

import httpx

_NO_ROOTS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)

ACCEPTED = (200, 201, 202)
"""A client must take any of them for success."""

PATHS = {"voucher": "/vouchers", "redemption": "/redemptions", "refund": "/refunds"}


class SuvClient:
    """A shop that redeems vouchers, as the client with the given id."""

    def __init__(
        self,
        url: str,
        *,
        client_id: str = "22222222",
        password: str = "agreed",
        timeout_s: float = 10.0,
    ) -> None:
        """Talk to the interface at ``url``, which ends in ``/suv/v1``."""
        self.client_id = client_id
        self.http = httpx.Client(
            base_url=url,
            auth=(client_id, password),
            trust_env=False,
            timeout=timeout_s,
            # Made once: a context of its own would cost each client more than its calls do.
            verify=_NO_ROOTS,
        )

    def __enter__(self) -> Self:
        """Return the client."""
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close every connection."""
        self.http.close()

    # Messages

    def transaction(self, **more: Any) -> dict[str, Any]:
        """Return the part that all requests share, with a new id."""
        shop = {
            "merchantType": "5411",
            "merchantId": "CORNERSHOP00001",
            "merchantName": {
                "name": "Corner Shop",
                "city": "Cape Town",
                "region": "WC",
                "country": "ZA",
            },
        }
        return {
            "id": str(uuid4()),
            "time": "2026-02-03T08:15:30.123Z",
            "originator": {
                "institution": {"id": "11111111", "name": "Corner Shop"},
                "terminalId": "TILL0001",
                "merchant": shop,
            },
            "client": {"id": self.client_id, "name": "Acquirer"},
            "receiver": {"id": "50010001", "name": "Issuer"},
            "thirdPartyIdentifiers": [
                {"institutionId": "22222222", "transactionIdentifier": "A-000017"}
            ],
            **more,
        }

    def redemption(self, code: str, cents: int | None = None, **more: Any) -> dict[str, Any]:
        """Return a redemption request; without an amount the voucher is meant whole."""
        return self.transaction(voucher={"code": code}, **_requested(cents), **more)

    def refund(self, code: str, cents: int | None = None, **more: Any) -> dict[str, Any]:
        """Return a refund request; without an amount a full refund is meant."""
        return self.redemption(code, cents, **more)

    def provision(self, cents: int | None = None, **more: Any) -> dict[str, Any]:
        """Return a request for a new voucher."""
        return self.transaction(**_requested(cents), **more)

    def advice(
        self, request: dict[str, Any], answer: httpx.Response | None = None, **more: Any
    ) -> dict[str, Any]:
        """Return an advice for a request: the identifiers of its answer, or else its own."""
        known = answer is not None and answer.status_code in ACCEPTED
        source = answer.json() if known and answer is not None else request
        return {
            "id": str(uuid4()),
            "requestId": request["id"],
            "time": "2026-02-03T08:16:00.000Z",
            "thirdPartyIdentifiers": source["thirdPartyIdentifiers"],
            **more,
        }

    def reversal(
        self,
        request: dict[str, Any],
        answer: httpx.Response | None = None,
        *,
        reason: str = "TIMEOUT",
    ) -> dict[str, Any]:
        """Return a reversal of a request."""
        return self.advice(request, answer, reversalReason=reason)

    # Calls

    def ask(self, resource: str, request: dict[str, Any]) -> httpx.Response:
        """Provision, redeem or refund."""
        return self.http.post(PATHS[resource], json=request)

    def confirm(self, resource: str, advice: dict[str, Any]) -> httpx.Response:
        """Send a confirmation."""
        return self.http.post(f"{PATHS[resource]}/confirmations", json=advice)

    def reverse(self, resource: str, advice: dict[str, Any]) -> httpx.Response:
        """Send a reversal."""
        return self.http.post(f"{PATHS[resource]}/reversals", json=advice)

    def look_up(self, **query: str) -> httpx.Response:
        """Look a voucher up; no financial impact."""
        return self.http.get("/vouchers", params=query)

    def fetch(self, request_id: str) -> httpx.Response:
        """Ask what came of a redemption."""
        return self.http.get(f"/redemptions/{request_id}")

    def redeem(self, code: str, cents: int | None = None) -> tuple[dict[str, Any], httpx.Response]:
        """Redeem and return what was asked and what was answered."""
        request = self.redemption(code, cents)
        return request, self.ask("redemption", request)


def tender(cents: int) -> dict[str, Any]:
    """Return a payment in cash, as the confirmation of a provision must name it."""
    return {"tenderType": "CASH", "amount": {"amount": cents, "currency": "710"}}


def _requested(cents: int | None) -> dict[str, Any]:
    if cents is None:
        return {}
    return {"amounts": {"requestAmount": {"amount": cents, "currency": "710"}}}
