"""The messages that the till sends, as text. Each is built once and kept; nothing is built twice.

A request holds the voucher's code, and a refund too; an advice holds none.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from counterfoil.adapters.upstream.answers import UnreadableError, parse_object
from counterfoil.adapters.upstream.electrum.currencies import NUMBERS
from counterfoil.adapters.upstream.electrum.parties import Institution, Parties
from counterfoil.domain.advice import Advice
from counterfoil.domain.causes.entry import EntryProblem, NotAValue
from counterfoil.domain.failures import EntryError
from counterfoil.domain.money import Amount, Exact
from counterfoil.domain.secret import Secret
from counterfoil.ports.advised_gateway import RefundOrder
from counterfoil.ports.gateway import Order

CODE_FIELD = "code"
PIN_FIELD = "pin"
CODE_CHARACTERS_MAX = 40
PIN_CHARACTERS_MAX = 20

_WIDTHS: Mapping[str, int] = {CODE_FIELD: CODE_CHARACTERS_MAX, PIN_FIELD: PIN_CHARACTERS_MAX}
_THIRD_PARTIES = "thirdPartyIdentifiers"


def check_fields(fields: Mapping[str, Secret]) -> None:
    """Check that a voucher can be sent as it is.

    Raises:
        EntryError: a field is unknown to the interface, empty, too long or not printable.

    """
    for name, secret in fields.items():
        value, width = secret.reveal(), _WIDTHS.get(name, 0)
        if not value or len(value) > width or not value.isprintable():
            raise EntryError(name, NotAValue(EntryProblem.NOT_SENDABLE))
    if CODE_FIELD not in fields:
        raise EntryError(CODE_FIELD, NotAValue(EntryProblem.MISSING, label="code"))


def compose_redemption(order: Order, parties: Parties, now: datetime) -> Secret:
    """Write a redemption request. It has no amounts where the whole value was chosen.

    Raises:
        EntryError: a field cannot be sent as it is, or the currency's ISO 4217 number is not known.

    """
    check_fields(order.fields)
    voucher: dict[str, Any] = {"code": order.fields[CODE_FIELD].reveal()}
    if PIN_FIELD in order.fields:
        voucher["pin"] = {"type": "CLEAR_PIN", "pin": order.fields[PIN_FIELD].reveal()}
    document = _transaction(order.redemption_id, order.type_id, parties, now)
    document["voucher"] = voucher
    return _encode(document | _amounts(order.amount, order.currency))


def compose_refund(order: RefundOrder, parties: Parties, now: datetime) -> Secret:
    """Write a refund request: the same voucher, the redemption's id, and an id of its own.

    Raises:
        EntryError: the currency's ISO 4217 number is not known.

    """
    redemption = parse_object(order.request.reveal().encode())
    document = _transaction(order.id, order.type_id, parties, now)
    document |= {"voucher": redemption["voucher"], "redemptionId": order.redemption_id}
    receiver = parties.receiver_of(order.type_id)
    reference = _reference_of(receiver, _third_parties(order.request, order.answer))
    if reference is not None:
        document["receiverTransactionRef"] = reference
    return _encode(document | _amounts(Exact(order.amount_cents), order.currency))


def compose_advice(advice: Advice, request: Secret, answer: Secret | None, now: datetime) -> Secret:
    """Write the advice about a request; ids of third parties are copied unchanged.

    They are taken from the answer to the request, or from the request where there is none.
    """
    document: dict[str, Any] = {
        "id": advice.id,
        "requestId": read_request_id(request),
        "time": write_time(now),
        _THIRD_PARTIES: _third_parties(request, answer),
    }
    if advice.reason is not None:
        document["reversalReason"] = advice.reason.value.upper()
    return _encode(document)


def read_request_id(request: Secret) -> str:
    """Return the id in a request that this module wrote."""
    return str(parse_object(request.reveal().encode())["id"])


def read_advised_id(body: Secret) -> str:
    """Return the id of the request that an advice, written by this module, is about."""
    return str(parse_object(body.reveal().encode())["requestId"])


def write_time(moment: datetime) -> str:
    """Write a time by RFC 3339, in UTC with milliseconds."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _transaction(id_: str, type_id: str, parties: Parties, now: datetime) -> dict[str, Any]:
    merchant = parties.merchant
    document: dict[str, Any] = {
        "id": id_,
        "time": write_time(now),
        "originator": {
            "institution": _institution(parties.originator),
            "terminalId": parties.terminal_id,
            "merchant": {
                "merchantType": merchant.type,
                "merchantId": merchant.id,
                "merchantName": {
                    "name": merchant.name,
                    "city": merchant.city,
                    "region": merchant.region,
                    "country": merchant.country,
                },
            },
        },
        "client": _institution(parties.client),
        _THIRD_PARTIES: [
            {"institutionId": parties.originator.id, "transactionIdentifier": id_},
        ],
    }
    others = {
        "settlementEntity": parties.settlement_entity,
        "receiver": parties.receiver_of(type_id),
    }
    return document | {name: _institution(one) for name, one in others.items() if one is not None}


def _institution(institution: Institution) -> dict[str, str]:
    return {"id": institution.id, "name": institution.name}


def _amounts(amount: Amount, currency: str) -> dict[str, Any]:
    """Write the amount; the whole value is written by leaving it out."""
    if not isinstance(amount, Exact):
        return {}
    number = NUMBERS.get(currency)
    if number is None:
        raise EntryError("amount", NotAValue(EntryProblem.CURRENCY_NOT_SENDABLE))
    return {"amounts": {"requestAmount": {"amount": amount.cents, "currency": number}}}


def _third_parties(request: Secret, answer: Secret | None) -> list[Any]:
    """Return the identifiers of the answer as they came; of the request where it gave none.

    An answer about something else gives none.
    """
    asked = parse_object(request.reveal().encode())
    told = _parse(answer)
    is_ours = str(told.get("id", "")).casefold() == str(asked["id"]).casefold()
    listed = told.get(_THIRD_PARTIES)
    return listed if is_ours and isinstance(listed, list) and listed else asked[_THIRD_PARTIES]


def _parse(answer: Secret | None) -> dict[str, Any]:
    """Read an answer that was kept, whatever it was."""
    try:
        return {} if answer is None else parse_object(answer.reveal().encode(errors="replace"))
    except UnreadableError:
        return {}


def _reference_of(receiver: Institution | None, entries: list[Any]) -> str | None:
    """Return what the receiver calls the redemption, where it said so."""
    if receiver is None:
        return None
    for entry in entries:
        if isinstance(entry, dict) and entry.get("institutionId") == receiver.id:
            reference = entry.get("transactionIdentifier")
            return reference if isinstance(reference, str) else None
    return None


def _encode(document: dict[str, Any]) -> Secret:
    """Write JSON in pure ASCII, the same for the same document."""
    return Secret(json.dumps(document, ensure_ascii=True, separators=(",", ":")))
