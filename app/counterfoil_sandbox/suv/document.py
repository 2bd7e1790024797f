"""The OpenAPI document of the SUV interface, and the names of its operations."""

from typing import Any

from counterfoil_sandbox.faults import Endpoint
from counterfoil_sandbox.manner import Manner
from counterfoil_sandbox.suv.answers import REQUEST_NAMES, RESPONSE_NAMES, advice_name
from counterfoil_sandbox.suv.errors import JSON_TYPE
from counterfoil_sandbox.suv.ledger import AdviceKind, Resource
from counterfoil_sandbox.suv.schema import REFERENCE, UUID_PATTERN, schemas

BASE_PATH = "/suv/v1"
RESOURCES: dict[str, Resource] = {
    "/vouchers": "voucher",
    "/redemptions": "redemption",
    "/refunds": "refund",
}
ADVICES: dict[str, AdviceKind] = {"/confirmations": "confirmation", "/reversals": "reversal"}
OPERATIONS: dict[tuple[Resource, AdviceKind | None], tuple[str, Endpoint]] = {
    ("voucher", None): ("provisionVoucher", "suv_provision"),
    ("voucher", "confirmation"): ("confirmVoucher", "suv_confirm_provision"),
    ("voucher", "reversal"): ("reverseVoucher", "suv_reverse_provision"),
    ("redemption", None): ("redeemVoucher", "suv_redeem"),
    ("redemption", "confirmation"): ("confirmRedeem", "suv_confirm_redeem"),
    ("redemption", "reversal"): ("reverseRedeem", "suv_reverse_redeem"),
    ("refund", None): ("refundVoucher", "suv_refund"),
    ("refund", "confirmation"): ("confirmRefund", "suv_confirm_refund"),
    ("refund", "reversal"): ("reverseRefund", "suv_reverse_refund"),
}
_LOOKUP_QUERY = (
    "voucherCode",
    "provisionRequestId",
    "receiverInstId",
    "settlementEntityInstId",
    "voucherSerialNumber",
)


def describe(manner: Manner) -> dict[str, Any]:
    """Return the OpenAPI document of the interface in one manner."""
    paths: dict[str, Any] = {}
    for start, resource in RESOURCES.items():
        paths[start] = {"post": _described_request(resource, manner)}
        for tail, kind in ADVICES.items():
            paths[start + tail] = {"post": _described_advice(resource, kind, manner)}
    if manner is Manner.AS_SPECIFIED:
        paths["/vouchers"]["get"] = _described_lookup()
        paths["/redemptions/{requestId}"] = {"get": _described_redemption_lookup()}
        paths["/products"] = {
            "get": _operation("listProducts", {200: "ProductsLookupResponse"}, 401)
        }
        paths["/oauth2/token"] = {"post": _described_token()}
    else:
        paths["/testServerAdmin/reset"] = {"post": _described_reset()}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Counterfoil sandbox, single use vouchers",
            "version": "1.14.0" if manner is Manner.AS_SPECIFIED else "1.2.0",
        },
        "servers": [{"url": BASE_PATH}],
        "paths": paths,
        "components": {
            "schemas": schemas(manner),
            "securitySchemes": {"httpBasic": {"type": "http", "scheme": "basic"}},
        },
        "security": [{"httpBasic": []}],
    }


def _operation(name: str, answers: dict[int, str], *errors: int) -> dict[str, Any]:
    responses = {
        str(status): {"description": "Done", "content": _content(model)}
        for status, model in answers.items()
    }
    for status in errors:
        responses[str(status)] = {"description": "Refused", "content": _content("ErrorDetail")}
    return {"operationId": name, "responses": responses}


def _content(model: str) -> dict[str, Any]:
    return {JSON_TYPE: {"schema": {"$ref": REFERENCE.format(name=model)}}}


def _described_request(resource: Resource, manner: Manner) -> dict[str, Any]:
    name = OPERATIONS[resource, None][0]
    model = RESPONSE_NAMES[resource]
    if manner is Manner.VENDOR_TEST_SERVER:
        described = _operation(name, {201: model}, 400)
        described["responses"]["500"] = _plain()
    else:
        described = _operation(
            name, {200: model, 201: model, 202: model}, 400, 401, 500, 501, 503, 504
        )
    return described | {"requestBody": _body(REQUEST_NAMES[resource])}


def _described_advice(resource: Resource, kind: AdviceKind, manner: Manner) -> dict[str, Any]:
    name = OPERATIONS[resource, kind][0]
    model = advice_name(resource, kind)
    if manner is Manner.VENDOR_TEST_SERVER:
        described = _operation(name, {202: model}, 400, 404)
        described["responses"]["500"] = _plain()
    else:
        described = _operation(
            name, {200: model, 201: model, 202: model}, 400, 401, 404, 500, 503, 504
        )
    return described | {"requestBody": _body(model)}


def _described_lookup() -> dict[str, Any]:
    model = "VoucherLookupResponse"
    described = _operation("lookupVoucher", {200: model, 202: model}, 400, 401, 404, 500, 503, 504)
    described["parameters"] = [
        {"name": name, "in": "query", "required": False, "schema": {"type": "string"}}
        for name in _LOOKUP_QUERY
    ]
    return described


def _described_redemption_lookup() -> dict[str, Any]:
    model = "RedemptionResponse"
    described = _operation("lookupRedemption", {200: model}, 400, 401, 500, 503, 504)
    for status, words in {
        102: "Still being processed",
        202: "Still being processed",
        403: "Another client's",
        404: "Never received",
    }.items():
        described["responses"][str(status)] = {"description": words}
    described["parameters"] = [
        {
            "name": "requestId",
            "in": "path",
            "required": True,
            "schema": {"type": "string", "pattern": f"^{UUID_PATTERN}$"},
        }
    ]
    return described


def _described_token() -> dict[str, Any]:
    text = {"type": "string", "minLength": 1}
    names = ("username", "password", "client_id", "client_secret")
    asked = {
        "type": "object",
        "properties": {"grant_type": {"const": "password"}, **dict.fromkeys(names, text)},
        "required": ["grant_type", "username", "password"],
    }
    granted = {
        "type": "object",
        "properties": {
            "access_token": text,
            "token_type": {"const": "Bearer"},
            "expires_in": {"type": "integer"},
        },
        "required": ["access_token", "token_type"],
    }
    refused = {"type": "object", "properties": {"error": text}, "required": ["error"]}
    return {
        "operationId": "grantToken",
        "security": [],
        "requestBody": {
            "required": True,
            "content": {"application/x-www-form-urlencoded": {"schema": asked}},
        },
        "responses": {
            str(status): {"description": words, "content": {JSON_TYPE: {"schema": schema}}}
            for status, words, schema in (
                (200, "Granted", granted),
                (400, "Refused", refused),
                (401, "Refused", refused),
            )
        },
    }


def _described_reset() -> dict[str, Any]:
    choice = {"type": "string", "enum": ["TRUE", "FALSE"]}
    asked = {
        "type": "object",
        "properties": {"userDataWillBeLost": choice, "resetUserData": choice},
    }
    answered = {"type": "object", "properties": {"outcome": {"type": "string"}}}
    content = {JSON_TYPE: {"schema": answered}}
    return {
        "operationId": "reset",
        "requestBody": {"content": {JSON_TYPE: {"schema": asked}}},
        "responses": {
            status: {"description": "Outcome", "content": content}
            for status in ("200", "400", "500")
        },
    }


def _plain() -> dict[str, Any]:
    return {"description": "Fault", "content": {"text/plain": {"schema": {"type": "string"}}}}


def _body(model: str) -> dict[str, Any]:
    return {"required": True, "content": _content(model)}
