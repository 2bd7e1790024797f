"""The SUV interface as an application of its own."""

import json
import random
import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any
from uuid import uuid4

from fastapi import FastAPI, Request, Response

from counterfoil_sandbox.clock import SandboxClock
from counterfoil_sandbox.faults import Endpoint, FaultBoard
from counterfoil_sandbox.ledger import Ledger
from counterfoil_sandbox.manner import Manner
from counterfoil_sandbox.suv.access import Gate, read_basic
from counterfoil_sandbox.suv.answers import (
    Principal,
    SuvAnswer,
    money,
)
from counterfoil_sandbox.suv.as_specified import SpecifiedDesk
from counterfoil_sandbox.suv.as_vendor import VendorDesk, nobody
from counterfoil_sandbox.suv.document import (
    ADVICES,
    BASE_PATH,
    OPERATIONS,
    RESOURCES,
    describe,
)
from counterfoil_sandbox.suv.errors import (
    JSON_TYPE,
    PlainFailureError,
    RefusalError,
    made_up_error,
    shaped,
)
from counterfoil_sandbox.suv.ledger import AdviceKind, NewSuvVoucher, Posting, Resource, SuvLedger
from counterfoil_sandbox.suv.schema import (
    UUID_PATTERN,
    UUID_WORDS,
    FormatError,
)
from counterfoil_sandbox.suv.vouchers import (
    EXPIRED_AT,
    EXPIRES_AT,
    PRODUCTS,
    PROVIDERS,
    SUV_VOUCHERS,
    SuvSituation,
)
from counterfoil_sandbox.wire import MARKS_KEY, Marks, Patience

_BEFORE = datetime(2026, 1, 1, tzinfo=UTC)
_NO_ID = "00000000-0000-0000-0000-000000000000"

_VOUCHER_KEYS = ("voucherCode", "provisionRequestId", "voucherSerialNumber")

Work = Callable[[Request, bytes], Awaitable[SuvAnswer]]


class SuvInterface:
    """The second upstream: ``app`` serves it, ``suv`` is its ledger."""

    def __init__(
        self,
        *,
        ledger: Ledger,
        board: FaultBoard,
        clock: SandboxClock,
        patience: Patience,
        chance: random.Random,
        manner: Manner,
    ) -> None:
        """Serve in the given manner, with what the sandbox's other upstream works on as well."""
        self.manner = manner
        self.suv = SuvLedger(ledger)
        self._board = board
        self._clock = clock
        self.gate = Gate(board=board, clock=clock, chance=chance)
        self.specified = SpecifiedDesk(
            ledger=ledger,
            suv=self.suv,
            board=board,
            clock=clock,
            patience=patience,
            chance=chance,
        )
        self.vendor = VendorDesk(ledger=ledger, suv=self.suv, clock=clock, chance=chance)
        self._ledger = ledger
        self.app = self._build()

    # For the fault layer

    def endpoint_of(self, method: str, path: str) -> Endpoint | None:
        """Return which operation a request is for; None when it is none of this interface's."""
        if not path.startswith("/suv/"):
            return None
        rest = path.removeprefix(BASE_PATH).rstrip("/")
        for start, resource in RESOURCES.items():
            kind = ADVICES.get(rest.removeprefix(start)) if rest.startswith(start) else None
            if method == "POST" and (kind is not None or rest == start):
                return OPERATIONS[resource, kind][1]
        if rest.startswith("/redemptions/"):
            return "suv_lookup_redemption"
        lone: dict[str, Endpoint] = {
            "/vouchers": "suv_lookup_voucher",
            "/products": "suv_products",
            "/oauth2/token": "suv_token",
        }
        return lone.get(rest, "suv")

    def error_body(self, request_body: bytes, status: int) -> tuple[bytes, str]:
        """Return the body and content type of the error that a fault rule answers with."""
        return made_up_error(request_body, status, self._board.dials.suv_error_body)

    # What is on offer

    def fill(self) -> None:
        """Add the vouchers of the table that are missing."""
        with self._ledger.transaction():
            for row in SUV_VOUCHERS:
                is_there = self.suv.find_by_code(row.code) is not None
                if row.situation is not SuvSituation.UNKNOWN and not is_there:
                    is_expired = row.situation is SuvSituation.EXPIRED
                    self.issue(
                        NewSuvVoucher(
                            code=row.code,
                            serial_number=row.serial_number,
                            provider=row.provider,
                            value_cents=row.value_cents,
                            expires_at=EXPIRED_AT if is_expired else EXPIRES_AT,
                            situation=row.situation.value,
                            is_ours=True,
                        )
                    )

    def issue(self, new: NewSuvVoucher) -> None:
        """Add a voucher to the ledger. Raise SuvLedgerError when its code is taken."""
        with self._ledger.transaction():
            voucher = self.suv.issue(new)
            if new.situation == SuvSituation.USED:
                # Spent before the sandbox knew it, by nobody we know.
                if self.manner is Manner.VENDOR_TEST_SERVER:
                    self.suv.set_state(voucher.id, "CONFIRMED_REDEEMED")
                self.suv.post(
                    Posting(
                        voucher_id=voucher.id,
                        request_id="before-the-sandbox",
                        kind="redemption",
                        at=_BEFORE,
                        balance_cents=-new.value_cents,
                    )
                )

    # Endpoints

    def _build(self) -> FastAPI:
        app = FastAPI(
            title="Counterfoil sandbox, single use vouchers",
            version="1.14.0",
            docs_url=None,
            redoc_url=None,
            openapi_url=None,
            redirect_slashes=False,
            exception_handlers={404: self._refuse_route, 405: self._refuse_route},
        )
        for start, resource in RESOURCES.items():
            self._add(app, "POST", start, self._asking(resource))
            for tail, kind in ADVICES.items():
                self._add(app, "POST", start + tail, self._advising(resource, kind))
        if self.manner is Manner.VENDOR_TEST_SERVER:
            self._add(app, "POST", "/testServerAdmin/reset", self._reset)
        else:
            self._add(app, "GET", "/vouchers", self._look_up_voucher)
            self._add(app, "GET", "/redemptions/{request_id}", self._look_up_redemption)
            self._add(app, "GET", "/products", self._list_products)
            self._add(app, "POST", "/oauth2/token", self._grant)
        app.add_api_route("/openapi.json", self._describe, methods=["GET"])
        return app

    async def _describe(self) -> dict[str, Any]:
        return describe(self.manner)

    def _add(self, app: FastAPI, method: str, path: str, work: Work) -> None:
        async def answer(request: Request) -> Response:
            body = await request.body()
            try:
                found = await work(request, body)
            except FormatError as error:
                found = self._badly_formatted(error, body)
            except RefusalError as refusal:
                message_id = _id_in(body) or str(uuid4())
                found = SuvAnswer(status=refusal.status, document=refusal.document(message_id))
            except PlainFailureError as failure:
                found = SuvAnswer(status=500, words=str(failure))
            return self._response(request, found)

        # A plain route is made in less time; one for GET would answer HEAD as well.
        add = app.add_api_route if method == "GET" else app.add_route
        for spelling in (path, path + "/"):  # both are in use
            add(spelling, answer, methods=[method], include_in_schema=False)

    def _asking(self, resource: Resource) -> Work:
        async def work(request: Request, body: bytes) -> SuvAnswer:
            principal = self._admit(request)
            if self.manner is Manner.VENDOR_TEST_SERVER:
                return self.vendor.ask(resource, body, principal)
            return await self.specified.ask(resource, body, principal)

        return work

    def _advising(self, resource: Resource, kind: AdviceKind) -> Work:
        async def work(request: Request, body: bytes) -> SuvAnswer:
            desk = self.vendor if self.manner is Manner.VENDOR_TEST_SERVER else self.specified
            return desk.advise(resource, kind, body, self._admit(request))

        return work

    async def _reset(self, request: Request, body: bytes) -> SuvAnswer:
        with self._ledger.transaction():
            is_done, answer = self.vendor.reset(body, self._admit(request))
            if is_done:
                self.fill()
        return answer

    async def _look_up_voucher(self, request: Request, _: bytes) -> SuvAnswer:
        self._admit(request)
        return self.specified.look_up_voucher(dict(request.query_params))

    async def _look_up_redemption(self, request: Request, _: bytes) -> SuvAnswer:
        principal = self._admit(request)
        request_id = request.path_params["request_id"]
        if not _is_uuid(request_id):
            raise FormatError(UUID_WORDS)
        return self.specified.look_up_redemption(request_id, principal)

    async def _list_products(self, request: Request, body: bytes) -> SuvAnswer:
        if any(name in request.query_params for name in _VOUCHER_KEYS):
            # One page of the vendor's documents gives this path for looking up a voucher.
            return await self._look_up_voucher(request, body)
        self._admit(request)
        return SuvAnswer(status=200, document={"products": _catalogue()})

    async def _grant(self, request: Request, body: bytes) -> SuvAnswer:
        return self.gate.grant(body, request.headers.get("authorization", ""))

    def _admit(self, request: Request) -> Principal:
        authorization = request.headers.get("authorization", "")
        if self.manner is Manner.VENDOR_TEST_SERVER:
            return read_basic(authorization) or nobody()
        return self.gate.admit(authorization)

    def _badly_formatted(self, error: FormatError, body: bytes) -> SuvAnswer:
        refusal = RefusalError(
            "FORMAT_ERROR", detail={"formatErrors": [{"msg": each} for each in error.messages]}
        )
        # The vendor's test server names no id here, although the schema demands one.
        is_vendor = self.manner is Manner.VENDOR_TEST_SERVER
        message_id = None if is_vendor else _id_in(body) or _NO_ID
        return SuvAnswer(status=400, document=refusal.document(message_id))

    def _response(self, request: Request, answer: SuvAnswer) -> Response:
        marks = request.scope.get(MARKS_KEY)
        if isinstance(marks, Marks):
            marks.is_answer_lost = answer.is_lost
            marks.interim = answer.interim
            marks.is_held = answer.is_held
        if answer.words is not None:
            return Response(answer.words, answer.status, media_type="text/plain")
        if answer.document is None:
            return Response(b"", answer.status)
        document = dict(answer.document)
        how = self._board.dials.suv_error_body if "errorType" in document else "whole"
        body = shaped(document, how)
        headers = (
            {"WWW-Authenticate": "Basic"} if answer.status == HTTPStatus.UNAUTHORIZED else None
        )
        return Response(body, answer.status, headers, media_type=JSON_TYPE if body else None)

    async def _refuse_route(self, request: Request, error: Exception) -> Response:
        status = getattr(error, "status_code", 404)
        is_method = status == HTTPStatus.METHOD_NOT_ALLOWED
        error_type = "FUNCTION_NOT_SUPPORTED" if is_method else "UNABLE_TO_LOCATE_RECORD"
        document = RefusalError(error_type).document(str(uuid4()))
        response = self._response(request, SuvAnswer(status=status, document=document))
        response.headers.update(getattr(error, "headers", None) or {})
        return response


def _is_uuid(text: str) -> bool:
    return re.fullmatch(UUID_PATTERN, text) is not None


def _id_in(body: bytes) -> str | None:
    """Return the id of a message that need not be well formed."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    message_id = found.get("id") if isinstance(found, dict) else None
    return message_id if isinstance(message_id, str) and _is_uuid(message_id) else None


def _catalogue() -> list[dict[str, Any]]:
    return [
        {
            "productId": product.id,
            "name": product.name,
            "description": product.description,
            **(
                {"amount": money(product.least_cents)}
                if product.is_fixed
                else {
                    "minAmount": money(product.least_cents),
                    "maxAmount": money(product.most_cents),
                }
            ),
            "isFixedValue": product.is_fixed,
            "receiver": PROVIDERS[product.provider].institution,
        }
        for product in PRODUCTS
    ]
