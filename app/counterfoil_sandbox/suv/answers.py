"""What the SUV interface answers in either of its manners."""

import random
import string
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from counterfoil_sandbox.suv.ledger import AdviceKind, Resource

RAND = "710"

REQUEST_NAMES: Mapping[Resource, str] = {
    "voucher": "ProvisionRequest",
    "redemption": "RedemptionRequest",
    "refund": "RefundRequest",
}
RESPONSE_NAMES: Mapping[Resource, str] = {
    "voucher": "ProvisionResponse",
    "redemption": "RedemptionResponse",
    "refund": "RefundResponse",
}
ALREADY_REVERSED: Mapping[Resource, str] = {
    "voucher": "VOUCHER_ALREADY_REVERSED",
    "redemption": "REDEMPTION_ALREADY_REVERSED",
    "refund": "REFUND_ALREADY_REVERSED",
}
ALREADY_CONFIRMED: Mapping[Resource, str] = {
    "voucher": "VOUCHER_ALREADY_CONFIRMED",
    "redemption": "REDEMPTION_ALREADY_CONFIRMED",
    "refund": "REFUND_ALREADY_CONFIRMED",
}

_LETTERS = string.ascii_uppercase + string.digits


def advice_name(resource: Resource, kind: AdviceKind) -> str:
    """Return the name of the message type for an advice of this kind."""
    if kind == "reversal":
        return "BasicReversal"
    return "TenderAdvice" if resource == "voucher" else "BasicAdvice"


@dataclass(frozen=True, slots=True, kw_only=True)
class SuvAnswer:
    """A response. Without a document it has no body; with ``words`` it is plain text.

    With ``is_lost`` the connection is cut instead of sending it. ``interim`` is a status below 200
    after which nothing more comes; with ``is_held`` the connection then stays open.
    """

    status: int
    document: Mapping[str, Any] | None = None
    words: str | None = None
    is_lost: bool = False
    interim: int | None = None
    is_held: bool = False


@dataclass(frozen=True, slots=True)
class Principal:
    """Who sent a request: by user name and password, or by a token that was issued to the user."""

    user: str
    password: str
    is_token: bool = False


def money(amount_cents: int, *, indicator: str | None = None) -> dict[str, Any]:
    """Return an amount in cents as the interface writes it; the currency is rand."""
    amount: dict[str, Any] = {"amount": amount_cents, "currency": RAND}
    return amount if indicator is None else amount | {"ledgerIndicator": indicator}


def rands(amount_cents: int) -> str:
    """Write an amount in cents for a slip."""
    return f"R{amount_cents // 100}.{amount_cents % 100:02d}"


def slip_data(lines: list[str], *, width: int, reference: str | None = None) -> dict[str, Any]:
    """Return text for the customer's slip, in the interface's shape; ``width`` is in characters."""
    slip: dict[str, Any] = {
        "messageLines": [
            {"text": text, "fontWidthScaleFactor": 1.0, "fontHeightScaleFactor": 1.0}
            for text in lines
        ],
        "slipWidth": width,
    }
    return slip if reference is None else slip | {"issuerReference": reference}


def letters(chance: random.Random, length: int, *, alphabet: str = _LETTERS) -> str:
    """Return random letters and digits."""
    return "".join(chance.choices(alphabet, k=length))


def with_parties(
    message: Mapping[str, Any],
    *,
    settlement: Mapping[str, str],
    receiver: Mapping[str, str],
    identifiers: tuple[str, str],
) -> dict[str, Any]:
    """Return the part of a request that its response repeats.

    The time is the request's own text. The settlement entity and the receiver each add an
    identifier; those of others are unchanged.
    """
    dropped = ("voucher", "amounts", "tenders", "slipData", "redemptionId")
    document = {
        key: value
        for key, value in message.items()
        if key not in (*dropped, "receiverTransactionRef")
    }
    document.setdefault("settlementEntity", dict(settlement))
    document.setdefault("receiver", dict(receiver))
    document["thirdPartyIdentifiers"] = [
        *message["thirdPartyIdentifiers"],
        *(
            {"institutionId": document[party]["id"], "transactionIdentifier": identifier}
            for party, identifier in zip(("settlementEntity", "receiver"), identifiers, strict=True)
        ),
    ]
    return document
