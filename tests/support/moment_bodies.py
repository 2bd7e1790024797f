"""Answers in the shape Moment documents, to be bent by tests."""

import json
from typing import Any

from counterfoil.adapters.upstream.exchange import Answered
from counterfoil.adapters.upstream.moment.reading import Question
from counterfoil.domain.money import Exact
from counterfoil.domain.redemption import AttemptKind
from support.canary import CANARY_CHANGE_PIN, CANARY_PIN

REFERENCE = "5b3f2c1e-0d4a-4c5b-9e6f-7a8b9c0d1e2f"
UPSTREAM_ID = "rdm_65f0c0ffee0123456789abcd"
TYPE_ID = "vouchers.one_voucher"
ASKED_CENTS = 1900
JSON = "application/json"
PROBLEM = "application/problem+json"


def question(kind: AttemptKind = AttemptKind.SEND, **changes: Any) -> Question:
    """Build what was asked; a resend or fetch counts as the second attempt."""
    values: dict[str, Any] = {
        "kind": kind,
        "attempt": 1 if kind is AttemptKind.SEND else 2,
        "reference": REFERENCE,
        "type_id": TYPE_ID,
        "amount": Exact(ASKED_CENTS),
        "currency": "ZAR",
    }
    if kind is AttemptKind.FETCH:
        values |= {"upstream_id": UPSTREAM_ID, "upstream_version": 1}
    return Question(**(values | changes))


def redemption(status: str = "confirmed", /, **changes: Any) -> dict[str, Any]:
    """Build a redemption object as the example shows it; a change to ``...`` leaves a key out."""
    document: dict[str, Any] = {
        "id": UPSTREAM_ID,
        "status": status,
        "version": 3,
        "type": TYPE_ID,
        "provider_reference": {"serial_number": "20260601101112123456", "pin": CANARY_PIN},
        "amount": ASKED_CENTS,
        "reserved_amount": ASKED_CENTS,
        "redeemed_amount": ASKED_CENTS if status == "confirmed" else 0,
        "reversed_amount": 0,
        "currency": "ZAR",
        "operations": [{"id": "mq000000_abcd1234", "provider_reference": {"pin": CANARY_PIN}}],
        "related_ids": [],
        "external_reference": REFERENCE,
        "created_at": "2026-06-01T10:11:09.000Z",
        "updated_at": "2026-06-01T10:11:12.001Z",
    }
    if status == "failed":
        document["last_error"] = {
            "error_code": "BAD_REQUEST",
            "message": "The voucher you have entered has already been used, please use another "
            "voucher pin.",
        }
    return {key: value for key, value in (document | changes).items() if value is not ...}


def change_voucher(**changes: Any) -> dict[str, Any]:
    """Build a change voucher with all the parts that are named anywhere."""
    document: dict[str, Any] = {
        "pin": CANARY_CHANGE_PIN,
        "serial_number": "SN-77",
        "amount": 3100,
        "barcode": "880001",
        "instructions": "Redeem at any till.",
        "expiry_date": "2029-11-20",
    }
    return {key: value for key, value in (document | changes).items() if value is not ...}


def problem(
    status: int, detail: str = "It could not be done.", /, **changes: Any
) -> dict[str, Any]:
    """Build problem details by RFC 9457."""
    document: dict[str, Any] = {
        "type": "https://api.example.org/docs/errors#refused",
        "title": "Request Failed",
        "status": status,
        "detail": detail,
        "instance": "/collect/redemptions",
    }
    return {key: value for key, value in (document | changes).items() if value is not ...}


def answered(status: int, body: object = b"", content_type: str = JSON, **headers: str) -> Answered:
    """Build a whole answer; header names are written with underscores."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answered(status, {"content-type": content_type, **named}, raw)
