"""The rules of the vendor's own test server, with its oddities.

One map of voucher codes to states is shared by everybody; requests and advices are kept for each
pair of user name and password. Amounts, expiry and duplicate ids of redemptions and refunds are not
checked. The ledger still books every movement: a negative balance shows a voucher that was spent
twice.
"""

import json
import random
import string
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from counterfoil_sandbox.clock import SandboxClock, stamp
from counterfoil_sandbox.ledger import Ledger
from counterfoil_sandbox.manner import Manner
from counterfoil_sandbox.suv.answers import (
    ALREADY_CONFIRMED,
    ALREADY_REVERSED,
    REQUEST_NAMES,
    Principal,
    SuvAnswer,
    advice_name,
    letters,
    slip_data,
    with_parties,
)
from counterfoil_sandbox.suv.errors import PlainFailureError, RefusalError
from counterfoil_sandbox.suv.ledger import (
    CONFIRMED_PROVISIONED,
    CONFIRMED_REDEEMED,
    PROVISIONED,
    REDEEMED,
    REFUNDED,
    AdviceKind,
    NewSuvVoucher,
    Posting,
    Resource,
    SuvAdvice,
    SuvLedger,
    SuvRequest,
    SuvVoucher,
)
from counterfoil_sandbox.suv.schema import FormatError, read
from counterfoil_sandbox.suv.vouchers import KAROO

_SETTLEMENT = {"id": "33333333", "name": "TransactionsRUs"}
_INSTRUCTIONS = ("Take the voucher to the till.", "Give the code.", "Enjoy.")
_SLIP = ("Thank you", "for using", "the test server")
_NULL_POINTER = "java.lang.NullPointerException"
# The vendor's generator reaches one character too far.
_ID_LETTERS = string.ascii_uppercase + "["
_MOST_CENTS = 10**12
_ADVICE_STATUS = 202
_REQUEST_STATUS = 201


def nobody() -> Principal:
    """Return the principal of a request without credentials."""
    return Principal("null", "null")


class VendorDesk:
    """Answers requests and advices as the vendor's test server does."""

    def __init__(
        self, *, ledger: Ledger, suv: SuvLedger, clock: SandboxClock, chance: random.Random
    ) -> None:
        """Work on ``suv``, which lives in ``ledger``."""
        self._ledger = ledger
        self._suv = suv
        self._clock = clock
        self._chance = chance

    # Requests

    def ask(self, resource: Resource, raw: bytes, principal: Principal) -> SuvAnswer:
        """Answer a request. Raise FormatError, RefusalError or PlainFailureError."""
        message = read(REQUEST_NAMES[resource], raw, Manner.VENDOR_TEST_SERVER)
        _check_identifiers(message)
        if principal.user != message["client"]["id"]:
            raise RefusalError("AUTHENTICATION_ERROR")
        owner = _partition(principal)
        with self._ledger.transaction():
            if resource == "voucher":
                voucher = self._provision(owner, message)
            else:
                voucher = self._take(owner, resource, message)
            if "receiver" not in message:
                raise PlainFailureError(_NULL_POINTER)
            document = self._response(message, voucher)
            self._suv.save_request(
                SuvRequest(
                    owner=owner,
                    resource=resource,
                    id=message["id"],
                    client_id=message["client"]["id"],
                    voucher_id=voucher.id,
                    state="answered",
                    status=_REQUEST_STATUS,
                    document=document,
                    approved_cents=_cents(message, voucher),
                    final_cents=_cents(message, voucher),
                    redemption_id=None,
                    at=self._clock.now(),
                )
            )
        return SuvAnswer(status=_REQUEST_STATUS, document=document)

    def _provision(self, owner: str, message: Mapping[str, Any]) -> SuvVoucher:
        earlier = self._suv.requests("voucher", request_id=message["id"], owner=owner)
        if earlier:
            detail = {"voucher": earlier[0].document["voucher"]}
            raise RefusalError("DUPLICATE_RECORD", detail=detail)
        self._refuse_if_reversed(owner, "voucher", message["id"])
        given = message.get("voucher", {})
        value_cents = _cents(message, None)
        there = self._suv.find_by_code(given["code"]) if "code" in given else None
        if there is not None:
            self._suv.add_value(there.id, value_cents)
            return self._suv.voucher(there.id)
        return self._suv.issue(
            NewSuvVoucher(
                code=given.get("code") or self._free_code(),
                serial_number=f"V{letters(self._chance, 12)}",
                provider=KAROO,
                value_cents=value_cents,
                expires_at=given.get("expiryDate") or stamp(self._clock.now()),
                state=PROVISIONED,
                provision_id=message["id"],
                owner=owner,
            )
        )

    def _free_code(self) -> str:
        # The vendor's short codes can collide, which is not worth imitating.
        while True:
            length = self._chance.randint(1, 20)
            code = letters(self._chance, length, alphabet=string.digits)
            if self._suv.find_by_code(code) is None:
                return code

    def _take(self, owner: str, resource: Resource, message: Mapping[str, Any]) -> SuvVoucher:
        voucher = self._suv.find_by_code(message["voucher"].get("code", ""))
        if resource == "redemption":
            voucher = self._check_redemption(owner, message["id"], voucher)
            self._book(voucher, message["id"], "redemption", -_cents(message, voucher))
            self._suv.set_state(voucher.id, REDEEMED)
            return voucher
        self._refuse_if_reversed(owner, "refund", message["id"])
        if voucher is None or voucher.state == PROVISIONED:
            raise PlainFailureError(_NULL_POINTER)
        refusals = {
            CONFIRMED_PROVISIONED: "VOUCHER_NOT_REDEEMED",
            REDEEMED: "REDEMPTION_NOT_CONFIRMED",
            REFUNDED: "VOUCHER_ALREADY_REFUNDED",
        }
        if voucher.state in refusals:
            raise RefusalError(refusals[voucher.state])
        self._book(voucher, message["id"], "refund", _cents(message, voucher))
        self._suv.set_state(voucher.id, REFUNDED)
        return voucher

    def _check_redemption(
        self, owner: str, request_id: str, voucher: SuvVoucher | None
    ) -> SuvVoucher:
        if voucher is None or voucher.state == PROVISIONED:
            raise RefusalError("VOUCHER_NOT_REDEEMABLE")
        self._refuse_if_reversed(owner, "redemption", request_id)
        # A voucher of the sandbox's table that is spent counts as a redemption on record.
        is_on_record = voucher.situation == "used" or self._suv.requests("redemption", owner=owner)
        if is_on_record and voucher.state != CONFIRMED_PROVISIONED:
            raise RefusalError("VOUCHER_ALREADY_REDEEMED")
        return voucher

    def _refuse_if_reversed(self, owner: str, resource: Resource, request_id: str) -> None:
        reversal_id = self._suv.find_reversal(owner, resource, request_id)
        if reversal_id is not None:
            raise RefusalError(ALREADY_REVERSED[resource], original_id=reversal_id)

    def _response(self, message: Mapping[str, Any], voucher: SuvVoucher) -> dict[str, Any]:
        document = with_parties(
            message,
            settlement=_SETTLEMENT,
            receiver={},
            identifiers=(self._identifier(), self._identifier()),
        )
        document["slipData"] = slip_data(list(_SLIP), width=0)
        if "amounts" in message:
            document["amounts"] = message["amounts"]
        document["voucher"] = message.get("voucher") or {
            "code": voucher.code,
            "expiryDate": voucher.expires_at,
            "redeemInstructions": list(_INSTRUCTIONS),
        }
        return document

    def _identifier(self) -> str:
        return letters(self._chance, 20, alphabet=_ID_LETTERS)

    def _book(self, voucher: SuvVoucher, request_id: str, kind: str, balance_cents: int) -> None:
        posting = Posting(
            voucher_id=voucher.id,
            request_id=request_id,
            kind=kind,
            at=self._clock.now(),
            balance_cents=balance_cents,
        )
        self._suv.post(posting, may_overdraw=True)

    # Advices

    def advise(
        self, resource: Resource, kind: AdviceKind, raw: bytes, principal: Principal
    ) -> SuvAnswer:
        """Answer an advice. Raise FormatError or PlainFailureError."""
        message = read(advice_name(resource, kind), raw, Manner.VENDOR_TEST_SERVER)
        _check_identifiers(message)
        owner = _partition(principal)
        refusal: RefusalError | None = None
        with self._ledger.transaction():
            try:
                self._apply(owner, resource, kind, message)
            except RefusalError as error:
                refusal = error
            is_unseen = refusal is not None and not self._requests(owner, resource, message)
            self._suv.save_advice(
                SuvAdvice(
                    owner=owner,
                    resource=resource,
                    kind=kind,
                    id=message["id"],
                    request_id=message["requestId"],
                    reason=message.get("reversalReason"),
                    answer_status=_ADVICE_STATUS if refusal is None else refusal.status,
                    error_type=None if refusal is None else refusal.error_type,
                    had_effect=refusal is None,
                    is_remembered=kind == "reversal" and (refusal is None or is_unseen),
                    at=self._clock.now(),
                )
            )
        if refusal is not None:
            refusal.original_id = message["requestId"]
            return SuvAnswer(status=refusal.status, document=refusal.document(message["id"]))
        return SuvAnswer(status=_ADVICE_STATUS, document=message)

    def _requests(
        self, owner: str, resource: Resource, message: Mapping[str, Any]
    ) -> list[SuvRequest]:
        return self._suv.requests(resource, request_id=message["requestId"], owner=owner)

    def _apply(
        self, owner: str, resource: Resource, kind: AdviceKind, message: Mapping[str, Any]
    ) -> None:
        found = self._requests(owner, resource, message)
        if not found or found[0].voucher_id is None:
            raise _not_found()
        request = found[0]
        voucher = self._suv.voucher(found[0].voucher_id)
        if resource == "voucher":
            self._advise_provision(owner, kind, request, voucher)
        elif kind == "confirmation":
            from_state, to_state, refused_as = _CONFIRM[resource]
            if voucher.state != from_state:
                raise RefusalError(refused_as)
            self._suv.set_state(voucher.id, to_state)
        else:
            if resource == "refund" and voucher.state == CONFIRMED_REDEEMED:
                raise PlainFailureError(_NULL_POINTER)
            self._reverse(request, voucher)

    def _advise_provision(
        self, owner: str, kind: AdviceKind, request: SuvRequest, voucher: SuvVoucher
    ) -> None:
        if kind == "confirmation":
            self._refuse_if_reversed(owner, "voucher", request.id)
            # Also when it has been redeemed meanwhile: the vendor's server does so.
            self._suv.set_state(voucher.id, CONFIRMED_PROVISIONED)
            return
        if self._suv.has_effective(owner, "confirmation", request.id):
            raise RefusalError(ALREADY_CONFIRMED["voucher"])
        left_cents = request.approved_cents - self._suv.debited_for(voucher.id, request.id)
        if left_cents:
            self._book(voucher, request.id, "voucher reversal", -left_cents)

    def _reverse(self, request: SuvRequest, voucher: SuvVoucher) -> None:
        """Undo a redemption or a refund; the code's state decides, whoever put it there."""
        from_state, to_state, confirmed_state = _REVERSE[request.resource]
        if voucher.state == confirmed_state:
            raise RefusalError(ALREADY_CONFIRMED[request.resource])
        if voucher.state != from_state:
            raise _not_found()
        debited_cents = self._suv.debited_for(voucher.id, request.id)
        if debited_cents:
            self._book(voucher, request.id, f"{request.resource} reversal", debited_cents)
        self._suv.set_state(voucher.id, to_state)

    # The reset call

    def reset(self, raw: bytes, principal: Principal) -> tuple[bool, SuvAnswer]:
        """Delete what one user did; return whether there was anything, and the answer."""
        owner = _partition(principal)
        words = _reset_refusal(raw)
        if words is None and self._suv.has_foreign_vouchers(owner):
            return False, _outcome(500, "The data could not be reset")
        if words is None and not self._suv.forget(owner):
            words = "No data was found for this user"
        if words is not None:
            return False, _outcome(400, words)
        return True, _outcome(200, "The user's data was reset")


# The state that is changed and what it becomes; then what any other state is refused as.
_CONFIRM: Mapping[Resource, tuple[str, str, str]] = {
    "redemption": (REDEEMED, CONFIRMED_REDEEMED, "VOUCHER_NOT_REDEEMED"),
    "refund": (REFUNDED, CONFIRMED_PROVISIONED, "VOUCHER_NOT_REFUNDED"),
}
# The same, and last the state that means it has been confirmed already.
_REVERSE: Mapping[Resource, tuple[str, str, str]] = {
    "redemption": (REDEEMED, CONFIRMED_PROVISIONED, CONFIRMED_REDEEMED),
    "refund": (REFUNDED, CONFIRMED_REDEEMED, CONFIRMED_PROVISIONED),
}


def _reset_refusal(raw: bytes) -> str | None:
    try:
        asked = json.loads(raw)
    except (ValueError, RecursionError):
        asked = None
    if not isinstance(asked, dict) or not asked:
        return "The body is empty"
    if asked.get("userDataWillBeLost") != "TRUE":
        return "It was not acknowledged that the user's data will be lost"
    if asked.get("resetUserData") != "TRUE":
        return "It was not declared that the user's data shall be reset"
    return None


def _outcome(status: int, words: str) -> SuvAnswer:
    return SuvAnswer(status=status, document={"outcome": words})


def _check_identifiers(message: Mapping[str, Any]) -> None:
    for index, identifier in enumerate(message["thirdPartyIdentifiers"]):
        if "transactionIdentifier" not in identifier:
            path = f"thirdPartyIdentifiers[{index}].transactionIdentifier"
            raise FormatError(f"{path} may not be null")


def _partition(principal: Principal) -> str:
    # The password is part of the key and must not stand in the ledger.
    return sha256(f"{principal.user}\0{principal.password}".encode()).hexdigest()


def _not_found() -> RefusalError:
    return RefusalError("UNABLE_TO_LOCATE_RECORD", status=404)


def _cents(message: Mapping[str, Any], voucher: SuvVoucher | None) -> int:
    """Return what a bookkeeper would book; the vendor's server looks at no amount."""
    asked = message.get("amounts", {}).get("requestAmount")
    if asked is None:
        return 0 if voucher is None else max(0, voucher.value_cents)
    return min(max(0, int(asked["amount"])), _MOST_CENTS)
