"""The rules of the SUV interface as its documents have them.

Where they are silent a choice was made, and is noted beside the rule.
"""

import random
import string
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

from counterfoil_sandbox.clock import SandboxClock
from counterfoil_sandbox.faults import FaultBoard
from counterfoil_sandbox.ledger import Ledger
from counterfoil_sandbox.manner import Manner
from counterfoil_sandbox.suv.answers import (
    ALREADY_CONFIRMED,
    ALREADY_REVERSED,
    RAND,
    REQUEST_NAMES,
    Principal,
    SuvAnswer,
    advice_name,
    letters,
    money,
    rands,
    slip_data,
    with_parties,
)
from counterfoil_sandbox.suv.errors import RefusalError
from counterfoil_sandbox.suv.ledger import (
    CANCELLED,
    CONFIRMED_PROVISIONED,
    PROVISIONED,
    AdviceKind,
    NewSuvVoucher,
    Posting,
    Resource,
    SuvAdvice,
    SuvLedger,
    SuvLedgerError,
    SuvRequest,
    SuvVoucher,
)
from counterfoil_sandbox.suv.schema import read
from counterfoil_sandbox.suv.vouchers import (
    EXPIRES_AT,
    KAROO,
    PROVIDERS,
    SuvSituation,
    find_product,
    find_provider,
)
from counterfoil_sandbox.wire import Patience, SandboxClosingError

_SETTLEMENT = {"id": "33330001", "name": "Sandbox Settlement"}
_INSTRUCTIONS = ("Give this code at the till.", "It is worth its balance until it expires.")
_SLIP_WIDTH = 40
_NOT_DONE: Mapping[Resource, str] = {
    "voucher": "UNABLE_TO_LOCATE_RECORD",
    "redemption": "VOUCHER_NOT_REDEEMED",
    "refund": "VOUCHER_NOT_REFUNDED",
}
_MOST_CENTS = 10**9


@dataclass(frozen=True, slots=True, kw_only=True)
class _Outcome:
    """What a request did. ``failure`` is answered although it was done."""

    voucher: SuvVoucher
    amount_cents: int
    document: dict[str, Any]
    redemption_id: str | None = None
    failure: RefusalError | None = None
    is_lost: bool = False


class SpecifiedDesk:
    """Answers requests, advices and look-ups as the documents of the SUV interface say."""

    def __init__(
        self,
        *,
        ledger: Ledger,
        suv: SuvLedger,
        board: FaultBoard,
        clock: SandboxClock,
        patience: Patience,
        chance: random.Random,
    ) -> None:
        """Work on ``suv``, which lives in ``ledger``, as the dials of ``board`` say."""
        self._ledger = ledger
        self._suv = suv
        self._board = board
        self._clock = clock
        self._patience = patience
        self._chance = chance

    # Requests

    async def ask(self, resource: Resource, raw: bytes, principal: Principal) -> SuvAnswer:
        """Answer a request to provision, redeem or refund. Raise FormatError, RefusalError."""
        message = read(REQUEST_NAMES[resource], raw, Manner.AS_SPECIFIED)
        if not principal.is_token and principal.user != message["client"]["id"]:
            raise RefusalError("AUTHENTICATION_ERROR")
        with self._ledger.transaction():
            # Ids of different clients may collide, and one id names one thing: all are compared.
            if self._suv.requests(request_id=message["id"]):
                raise RefusalError("DUPLICATE_RECORD")
            self._save(resource, message, principal, state="processing")
        try:
            await self._wait_for(resource, message)
        except SandboxClosingError:
            self._suv.drop_request(resource, message["id"])
            raise
        with self._ledger.transaction():
            return self._settle(resource, message, principal)

    async def _wait_for(self, resource: Resource, message: Mapping[str, Any]) -> None:
        if resource == "redemption":
            voucher = self._suv.find_by_code(message["voucher"]["code"])
            if voucher is not None and voucher.situation == SuvSituation.SLOW:
                await self._patience.pause(self._board.dials.slow_s)

    def _settle(
        self, resource: Resource, message: Mapping[str, Any], principal: Principal
    ) -> SuvAnswer:
        reversal_id = self._suv.find_reversal(principal.user, resource, message["id"])
        try:
            if reversal_id is not None:
                raise RefusalError(ALREADY_REVERSED[resource], original_id=reversal_id)
            outcome = self._carry_out(resource, message)
        except RefusalError as refusal:
            document = refusal.document(message["id"])
            state = "declined" if reversal_id is None else "reversed"
            self._save(
                resource, message, principal, state=state, status=refusal.status, document=document
            )
            return SuvAnswer(status=refusal.status, document=document)
        status: int = self._board.dials.suv_request_status
        document = outcome.document
        if outcome.failure is not None:
            status, document = 504, outcome.failure.document(message["id"])
        self._save(
            resource,
            message,
            principal,
            state="approved",
            status=status,
            document=document,
            outcome=outcome,
        )
        return SuvAnswer(status=status, document=document, is_lost=outcome.is_lost)

    def _carry_out(self, resource: Resource, message: Mapping[str, Any]) -> _Outcome:
        match resource:
            case "voucher":
                return self._provision(message)
            case "redemption":
                return self._redeem(message)
            case "refund":
                return self._refund(message)

    def _redeem(self, message: Mapping[str, Any]) -> _Outcome:
        voucher = self._suv.find_by_code(message["voucher"]["code"])
        if voucher is None:
            raise RefusalError("INVALID_VOUCHER")
        refusal = self._standing(voucher)
        if refusal is not None:
            raise refusal
        provider = PROVIDERS[voucher.provider]
        amount_cents = _asked_amount(message, voucher.balance_cents)
        if amount_cents > voucher.balance_cents:
            raise RefusalError("INSUFFICIENT_AMOUNT")
        if amount_cents < voucher.balance_cents and not provider.allows_part:
            raise RefusalError("INVALID_AMOUNT", words="The voucher is redeemed whole only.")
        _refuse_by_situation(voucher)
        self._post(voucher, message["id"], "redemption", balance_cents=-amount_cents)
        rest_cents = voucher.balance_cents - amount_cents
        slip = [provider.name, f"Redeemed {rands(amount_cents)}", f"Balance {rands(rest_cents)}"]
        document = self._response(message, voucher, slip)
        document["voucher"] = _without_code(voucher)
        document["amounts"] = _amounts(message, amount_cents) | {"balanceAmount": money(rest_cents)}
        is_late = voucher.situation == SuvSituation.UPSTREAM_TIMEOUT_TAKEN
        return _Outcome(
            voucher=voucher,
            amount_cents=amount_cents,
            document=document,
            failure=_upstream_timeout() if is_late else None,
            is_lost=voucher.situation == SuvSituation.ANSWER_LOST,
        )

    def _refund(self, message: Mapping[str, Any]) -> _Outcome:
        voucher = self._suv.find_by_code(message["voucher"]["code"])
        if voucher is None:
            raise RefusalError("INVALID_VOUCHER")
        provider = PROVIDERS[voucher.provider]
        if not provider.allows_refunds:
            raise RefusalError("FUNCTION_NOT_SUPPORTED", status=501)
        redemption = self._find_redemption(voucher, message.get("redemptionId"))
        left_cents = self._left_to_refund(redemption)
        amount_cents = _asked_amount(message, left_cents)
        if amount_cents > left_cents:
            raise RefusalError("INVALID_AMOUNT", words="More than was redeemed.")
        # Held until the refund is confirmed, so that its reversal always finds the money.
        self._post(voucher, message["id"], "refund", held_cents=amount_cents)
        slip = [provider.name, f"Refunded {rands(amount_cents)}", "Back on the voucher"]
        document = self._response(message, voucher, slip)
        document["voucher"] = _without_code(voucher)
        document["amounts"] = _amounts(message, amount_cents)
        return _Outcome(
            voucher=voucher,
            amount_cents=amount_cents,
            document=document,
            redemption_id=redemption.id,
        )

    def _find_redemption(self, voucher: SuvVoucher, redemption_id: str | None) -> SuvRequest:
        """Return what is to be refunded: the one named, else the latest that can be."""
        found = self._suv.requests("redemption", request_id=redemption_id, voucher_id=voucher.id)
        if redemption_id is not None and not found:
            raise RefusalError("UNABLE_TO_LOCATE_RECORD")
        open_ones = [row for row in found if row.state in ("approved", "confirmed")]
        if not open_ones:
            raise RefusalError("VOUCHER_NOT_REDEEMED")
        for row in reversed(open_ones):
            if row.state == "confirmed" and self._left_to_refund(row) > 0:
                return row
        if any(row.state == "approved" for row in open_ones):
            raise RefusalError("REDEMPTION_NOT_CONFIRMED")
        raise RefusalError("VOUCHER_ALREADY_REFUNDED")

    def _left_to_refund(self, redemption: SuvRequest) -> int:
        refunds = self._suv.requests("refund", redemption_id=redemption.id)
        return redemption.final_cents - sum(row.final_cents for row in refunds)

    def _provision(self, message: Mapping[str, Any]) -> _Outcome:
        product_id = message.get("product", {}).get("productId")
        product = find_product(product_id) if product_id else None
        if product_id and product is None:
            raise RefusalError("TRANSACTION_NOT_SUPPORTED")
        fixed_cents = product.least_cents if product is not None and product.is_fixed else 0
        value_cents = _asked_amount(message, fixed_cents)
        if product and not product.least_cents <= value_cents <= product.most_cents:
            raise RefusalError("INVALID_AMOUNT")
        receiver = find_provider(message.get("receiver", {}).get("id"))
        named = product.provider if product else (receiver.id if receiver else KAROO)
        given = message.get("voucher", {})
        new = self.new_voucher(
            named,
            value_cents,
            code=given.get("code"),
            serial_number=given.get("serialNumber"),
            product_id=product_id,
            provision_id=message["id"],
        )
        try:
            voucher = self._suv.issue(new)
        except SuvLedgerError:
            raise RefusalError("VOUCHER_ALREADY_PROVISIONED") from None
        slip = [PROVIDERS[named].name, f"Voucher {rands(value_cents)}", voucher.code]
        document = self._response(message, voucher, slip)
        document["voucher"] = {
            "code": voucher.code,
            **_without_code(voucher),
            "redeemInstructions": list(_INSTRUCTIONS),
        }
        document["amounts"] = _amounts(message, value_cents)
        return _Outcome(voucher=voucher, amount_cents=value_cents, document=document)

    def new_voucher(
        self,
        provider: str,
        value_cents: int,
        *,
        code: str | None = None,
        serial_number: str | None = None,
        situation: str = "usable",
        product_id: str | None = None,
        provision_id: str | None = None,
    ) -> NewSuvVoucher:
        """Return a voucher to be issued; without ``code`` it gets one of its own."""
        digits = letters(self._chance, 12, alphabet=string.digits)
        # Where no confirmation will come, a voucher is good at once.
        is_final = provision_id is None or PROVIDERS[provider].swallows_advices
        return NewSuvVoucher(
            code=code or PROVIDERS[provider].code_start + digits,
            serial_number=serial_number or f"{provider.upper()}{letters(self._chance, 10)}",
            provider=provider,
            value_cents=value_cents,
            expires_at=EXPIRES_AT,
            state=CONFIRMED_PROVISIONED if is_final else PROVISIONED,
            situation=situation,
            product_id=product_id,
            provision_id=provision_id,
        )

    def _standing(self, voucher: SuvVoucher) -> RefusalError | None:
        """Return why a voucher cannot be redeemed at all."""
        if voucher.state != CONFIRMED_PROVISIONED:
            return RefusalError("VOUCHER_NOT_REDEEMABLE", words="The voucher is not active.")
        if voucher.balance_cents == 0:
            return RefusalError("VOUCHER_ALREADY_REDEEMED")
        if datetime.fromisoformat(voucher.expires_at) <= self._clock.now():
            return RefusalError("VOUCHER_NOT_REDEEMABLE", words="The voucher has expired.")
        return None

    def _response(
        self, message: Mapping[str, Any], voucher: SuvVoucher, slip: list[str]
    ) -> dict[str, Any]:
        document = with_parties(
            message,
            settlement=_SETTLEMENT,
            receiver=PROVIDERS[voucher.provider].institution,
            identifiers=(letters(self._chance, 12), letters(self._chance, 12)),
        )
        reference = letters(self._chance, 12)
        document["slipData"] = slip_data(slip, width=_SLIP_WIDTH, reference=reference)
        return document

    def _save(
        self,
        resource: Resource,
        message: Mapping[str, Any],
        principal: Principal,
        *,
        state: str,
        status: int = 0,
        document: Mapping[str, Any] | None = None,
        outcome: _Outcome | None = None,
    ) -> None:
        code = message.get("voucher", {}).get("code")
        voucher = self._suv.find_by_code(code) if outcome is None and code else None
        if outcome is not None:
            voucher = outcome.voucher
        amount_cents = 0 if outcome is None else outcome.amount_cents
        self._suv.save_request(
            SuvRequest(
                owner=principal.user,
                resource=resource,
                id=message["id"],
                client_id=message["client"]["id"],
                voucher_id=None if voucher is None else voucher.id,
                state=state,
                status=status,
                document=document or {},
                approved_cents=amount_cents,
                final_cents=amount_cents,
                redemption_id=None if outcome is None else outcome.redemption_id,
                at=self._clock.now(),
            )
        )

    def _post(
        self,
        voucher: SuvVoucher,
        request_id: str,
        kind: str,
        *,
        balance_cents: int = 0,
        held_cents: int = 0,
    ) -> None:
        self._suv.post(
            Posting(
                voucher_id=voucher.id,
                request_id=request_id,
                kind=kind,
                at=self._clock.now(),
                balance_cents=balance_cents,
                held_cents=held_cents,
            )
        )

    # Advices

    def advise(
        self, resource: Resource, kind: AdviceKind, raw: bytes, principal: Principal
    ) -> SuvAnswer:
        """Answer a confirmation or a reversal. Raise FormatError."""
        message = read(advice_name(resource, kind), raw, Manner.AS_SPECIFIED)
        refusal: RefusalError | None = None
        had_effect = is_pending = False
        with self._ledger.transaction():
            rows = self._suv.requests(
                resource, request_id=message["requestId"], owner=principal.user
            )
            request = rows[0] if rows else None
            try:
                had_effect = self._apply(kind, message, request)
                is_pending = request is not None and request.state == "processing"
            except RefusalError as error:
                refusal = error
            error_type = None if refusal is None else refusal.error_type
            is_unseen = request is None and error_type == "UNABLE_TO_LOCATE_RECORD"
            status = self._board.dials.suv_advice_status if refusal is None else refusal.status
            self._suv.save_advice(
                SuvAdvice(
                    owner=principal.user,
                    resource=resource,
                    kind=kind,
                    id=message["id"],
                    request_id=message["requestId"],
                    reason=message.get("reversalReason"),
                    answer_status=status,
                    error_type=error_type,
                    had_effect=had_effect,
                    is_remembered=kind == "reversal" and (is_unseen or is_pending),
                    at=self._clock.now(),
                )
            )
        if refusal is not None:
            refusal.original_id = message["requestId"]
            return SuvAnswer(status=status, document=refusal.document(message["id"]))
        return SuvAnswer(status=status, document=message)

    def _apply(
        self, kind: AdviceKind, message: Mapping[str, Any], request: SuvRequest | None
    ) -> bool:
        """Let an advice take effect and return whether it had any. Raise RefusalError."""
        if any(found != message["requestId"] for found in self._suv.find_advised(message["id"])):
            raise RefusalError("DUPLICATE_RECORD")
        if self._board.dials.suv_swallows_advices or self._is_swallowed(request):
            return False
        if request is None:
            raise RefusalError("UNABLE_TO_LOCATE_RECORD", status=404)
        if request.state == "approved":
            self._finalise(kind, message, request)
            return True
        if request.state in ("confirmed", "reversed"):
            self._repeat(kind, request)
        elif kind == "confirmation" and request.state == "processing":
            raise RefusalError("UNABLE_TO_LOCATE_RECORD", status=404)
        elif kind == "confirmation":
            raise RefusalError(_NOT_DONE[request.resource])
        # A reversal of what was declined has nothing to reverse; of what is under way it is
        # remembered, and will refuse it.
        return False

    def _repeat(self, kind: AdviceKind, request: SuvRequest) -> None:
        """Refuse an advice for what is final, unless it says the same once more."""
        is_confirmed = request.state == "confirmed"
        if is_confirmed != (kind == "confirmation"):
            raise RefusalError(
                (ALREADY_CONFIRMED if is_confirmed else ALREADY_REVERSED)[request.resource]
            )
        if self._board.dials.suv_repeated_advice == "duplicate_record":
            raise RefusalError("DUPLICATE_RECORD")

    def _is_swallowed(self, request: SuvRequest | None) -> bool:
        if request is None or request.voucher_id is None:
            return False
        return PROVIDERS[self._suv.voucher(request.voucher_id).provider].swallows_advices

    def _finalise(self, kind: AdviceKind, message: Mapping[str, Any], request: SuvRequest) -> None:
        assert request.voucher_id is not None
        voucher = self._suv.voucher(request.voucher_id)
        is_kept = kind == "confirmation"
        final_cents = request.approved_cents if is_kept else 0
        final = message.get("amounts", {}).get("approvedAmount")
        if final is not None:
            final_cents = final["amount"]
        is_rand = final is None or final["currency"] == RAND
        if not is_rand or not 0 <= final_cents <= request.approved_cents:
            raise RefusalError("INVALID_AMOUNT")
        given_back_cents = request.approved_cents - final_cents
        words = f"{request.resource} {kind}"
        match request.resource:
            case "redemption":
                if given_back_cents:
                    self._post(voucher, request.id, words, balance_cents=given_back_cents)
            case "refund":
                self._post(
                    voucher,
                    request.id,
                    words,
                    balance_cents=final_cents,
                    held_cents=-request.approved_cents,
                )
            case "voucher":
                # A voucher is provisioned whole or not at all.
                self._suv.set_state(voucher.id, CONFIRMED_PROVISIONED if is_kept else CANCELLED)
                if not is_kept:
                    self._post(voucher, request.id, words, balance_cents=-voucher.balance_cents)
        self._suv.set_request(request, "confirmed" if is_kept else "reversed", final_cents)

    # Lookups

    def look_up_voucher(self, query: Mapping[str, str]) -> SuvAnswer:
        """Answer with a voucher's details. Raise RefusalError when there are none to give."""
        finders = {
            "voucherCode": self._suv.find_by_code,
            "provisionRequestId": self._suv.find_by_provision,
            "voucherSerialNumber": self._suv.find_by_serial,
        }
        given = {name: query[name] for name in finders if query.get(name)}
        if not given:
            raise RefusalError(
                "FORMAT_ERROR", detail={"formatErrors": [{"msg": "voucherCode may not be null"}]}
            )
        found = {finders[name](value) for name, value in given.items()}
        voucher = found.pop() if len(found) == 1 else None
        if voucher is None:
            raise RefusalError("UNABLE_TO_LOCATE_RECORD", status=404)
        refusal = self._standing(voucher)
        if refusal is not None and self._board.dials.suv_dead_voucher == "error":
            raise refusal
        return SuvAnswer(
            status=self._board.dials.suv_lookup_status, document=self._details(voucher)
        )

    def _details(self, voucher: SuvVoucher) -> dict[str, Any]:
        provider = PROVIDERS[voucher.provider].institution
        document: dict[str, Any] = {
            "voucher": {
                **_without_code(voucher),
                "redeemInstructions": list(_INSTRUCTIONS),
            },
            "amounts": {"approvedAmount": money(voucher.balance_cents, indicator="CREDIT")},
            "settlementEntity": dict(_SETTLEMENT),
            "receiver": dict(provider),
            "thirdPartyIdentifiers": [
                {
                    "institutionId": provider["id"],
                    "transactionIdentifier": letters(self._chance, 12),
                }
            ],
        }
        product = None if voucher.product_id is None else find_product(voucher.product_id)
        if product is not None:
            document["product"] = {"productId": product.id, "name": product.name}
        return document

    def look_up_redemption(self, request_id: str, principal: Principal) -> SuvAnswer:
        """Answer with the original answer to a redemption, whatever an advice did to it since."""
        rows = self._suv.requests("redemption", request_id=request_id)
        if not rows:
            return SuvAnswer(status=404)
        row = rows[0]
        if row.owner != principal.user:
            return SuvAnswer(status=403)
        if row.state != "processing":
            status = row.status if row.status >= HTTPStatus.BAD_REQUEST else 200
            return SuvAnswer(status=status, document=row.document)
        how = self._board.dials.suv_still_processing
        if how in ("102", "102_held"):
            return SuvAnswer(status=200, interim=102, is_held=how == "102_held")
        if how == "503":
            refusal = RefusalError("UPSTREAM_UNAVAILABLE", status=503)
            return SuvAnswer(status=503, document=refusal.document(request_id))
        return SuvAnswer(status=int(how))


def _refuse_by_situation(voucher: SuvVoucher) -> None:
    """Raise what the provider of a voucher answers that it will not redeem now."""
    match voucher.situation:
        case SuvSituation.DECLINED:
            provider = ("57", "Not permitted at this shop")
            raise RefusalError("DO_NOT_HONOUR", provider=provider)
        case SuvSituation.UPSTREAM_TIMEOUT:
            raise _upstream_timeout()
        case SuvSituation.UPSTREAM_DOWN:
            words = "The provider cannot be reached."
            raise RefusalError("UPSTREAM_UNAVAILABLE", status=503, words=words)
        case _:
            return


def _upstream_timeout() -> RefusalError:
    return RefusalError("UPSTREAM_UNAVAILABLE", status=504)


def _asked_amount(message: Mapping[str, Any], otherwise_cents: int) -> int:
    """Return the amount a request asks for, else the other. Raise RefusalError for a bad one."""
    asked = message.get("amounts", {}).get("requestAmount")
    amount_cents = otherwise_cents if asked is None else asked["amount"]
    if not 0 < amount_cents <= _MOST_CENTS or (asked is not None and asked["currency"] != RAND):
        raise RefusalError("INVALID_AMOUNT")
    assert isinstance(amount_cents, int)
    return amount_cents


def _amounts(message: Mapping[str, Any], approved_cents: int) -> dict[str, Any]:
    asked = message.get("amounts", {}).get("requestAmount")
    approved = {"approvedAmount": money(approved_cents)}
    return approved if asked is None else {"requestAmount": asked, **approved}


def _without_code(voucher: SuvVoucher) -> dict[str, Any]:
    # The code is a secret, which an answer had better not repeat.
    return {"expiryDate": voucher.expires_at, "serialNumber": voucher.serial_number}
