"""The messages of the SUV interface as data, read strictly and described for OpenAPI.

One table has the properties of each object. From it come the check of what a client sends, with the
vendor's test server's words for what is wrong, and the schemas of the published document.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, NoReturn

from counterfoil_sandbox.manner import Manner

UUID_PATTERN = "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"
UUID_WORDS = "UUID must conform to the format 8-4-4-4-12 hexadecimal values"
REFERENCE = "#/components/schemas/{name}"

_TIME = re.compile(
    r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})", re.ASCII
)
_INT64_MAX = 2**63 - 1
_VENDOR_SINCE = (1, 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Property:
    """What one property of a message may hold.

    ``of`` is a JSON type, "date-time", "any", or the name of an object. ``since`` is the version of
    the interface that added it; ``old_pattern`` and ``is_required_of_old`` are what the vendor's
    server checks.
    """

    of: str = "string"
    many: Literal["", "list", "map"] = ""
    is_required: bool = False
    is_required_of_old: bool | None = None
    pattern: str | None = None
    old_pattern: str | None = None
    size: tuple[int, int] | None = None
    values: tuple[str, ...] = ()
    since: tuple[int, int] = (1, 0)
    may_be_number: bool = False


class FormatError(Exception):
    """A message of the wrong form; ``messages`` name each wrong place by its dotted path."""

    def __init__(self, *messages: str) -> None:
        """Keep what is wrong, in the test server's words."""
        super().__init__("; ".join(messages))
        self.messages = messages


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


ERROR_TYPES = _words(
    "DUPLICATE_RECORD FORMAT_ERROR FUNCTION_NOT_SUPPORTED GENERAL_ERROR INVALID_AMOUNT"
    " ROUTING_ERROR TRANSACTION_NOT_SUPPORTED UNABLE_TO_LOCATE_RECORD UPSTREAM_UNAVAILABLE"
    " VOUCHER_ALREADY_REDEEMED VOUCHER_ALREADY_PROVISIONED VOUCHER_NOT_REDEEMABLE"
    " INVALID_MERCHANT INVALID_VOUCHER AUTHENTICATION_ERROR VOUCHER_ALREADY_CONFIRMED"
    " VOUCHER_ALREADY_REVERSED VOUCHER_ALREADY_REFUNDED VOUCHER_NOT_REFUNDED"
    " VOUCHER_NOT_REDEEMED REDEMPTION_ALREADY_CONFIRMED REDEMPTION_NOT_CONFIRMED"
    " REDEMPTION_ALREADY_REVERSED REFUND_ALREADY_CONFIRMED REFUND_ALREADY_REVERSED"
    " INSUFFICIENT_AMOUNT VOUCHER_STATUS_UNKNOWN DO_NOT_HONOUR"
)
_TRAN_TYPES = _words(
    "GOODS_AND_SERVICES CASH_WITHDRAWAL DEBIT_ADJUSTMENT GOODS_AND_SERVICES_WITH_CASH_BACK"
    " NON_CASH RETURNS DEPOSIT CREDIT_ADJUSTMENT GENERAL_CREDIT AVAILABLE_FUNDS_INQUIRY"
    " BALANCE_INQUIRY GENERAL_INQUIRY CARD_VERIFICATION_INQUIRY CARDHOLDER_ACCOUNTS_TRANSFER"
    " GENERAL_TRANSFER PAYMENT_FROM_ACCOUNT GENERAL_PAYMENT PAYMENT_TO_ACCOUNT"
    " PAYMENT_FROM_ACCOUNT_TO_ACCOUNT PLACE_HOLD_ON_CARD GENERAL_ADMIN CHANGE_PIN"
    " CARD_HOLDER_INQUIRY POINTS_INQUIRY"
)
_ACCOUNT_TYPES = _words(
    "DEFAULT SAVINGS CHEQUE CREDIT UNIVERSAL ELECTRONIC_PURSE GIFT_CARD STORED_VALUE"
)
_TENDER_ACCOUNTS = _words("DEFAULT SAVINGS CHEQUE CREDIT UNIVERSAL ELECTRONIC_PURSE STORED_VALUE")
_TENDER_TYPES = _words(
    "CASH CHEQUE CREDIT_CARD DEBIT_CARD WALLET ROUNDING GIFT_CARD LOYALTY_CARD OTHER"
)
_ENTRY_MODES = _words(
    "UNKNOWN MANUAL MAGSTRIPE_NO_CVV BARCODE OCR ICC_CVV CONTACTLESS_ICC MAGSTRIPE_CVV"
    " CONTACTLESS_MAGSTRIPE ICC_NO_CVV ORIG_MODE FALLBACK"
)
_POS_CONDITIONS = _words(
    "NORMAL_PRESENTMENT CUSTOMER_NOT_PRESENT CUSTOMER_PRESENT_AND_CARD_NOT_PRESENT"
    " CUSTOMER_IDENTITY_VERIFIED PUBLIC_UTILITY_TERMINAL CUSTOMER_TERMINAL MANUAL_REVERSAL"
    " UNATTENDED_TERMINAL_AND_CARD_CAN_BE_RETAINED UNATTENDED_TERMINAL_AND_CARD_CANNOT_BE_RETAINED"
)


def _needed(of: str = "string", **rest: Any) -> Property:
    return Property(of=of, is_required=True, **rest)


def _text(longest: int, shortest: int = 0, **rest: Any) -> Property:
    return Property(size=(shortest, longest), **rest)


_UUID = _needed(pattern=UUID_PATTERN)
_IDENTIFIERS = _needed("ThirdPartyIdentifier", many="list")
_INSTITUTION_ID = _needed(old_pattern="[0-9]{1,11}")

_TRANSACTION: dict[str, Property] = {
    "id": _UUID,
    "time": _needed("date-time"),
    "originator": _needed("Originator"),
    "client": _needed("Institution"),
    "settlementEntity": Property(of="Institution"),
    "receiver": Property(of="Institution"),
    "thirdPartyIdentifiers": _IDENTIFIERS,
    "slipData": Property(of="SlipData"),
    "basketRef": Property(),
    "tranType": Property(values=_TRAN_TYPES),
    "srcAccType": Property(values=_ACCOUNT_TYPES),
    "destAccType": Property(values=_ACCOUNT_TYPES),
    "stan": Property(since=(1, 4)),
    "rrn": Property(since=(1, 4)),
    "posInfo": Property(of="PosInfo", since=(1, 14)),
    "transactionLabels": Property(of="TransactionLabel", many="list", since=(1, 24)),
}
_AMOUNTS = Property(of="Amounts")
_ADVICE: dict[str, Property] = {
    "id": _UUID,
    "requestId": _UUID,
    "time": _needed("date-time"),
    "thirdPartyIdentifiers": _IDENTIFIERS,
    "stan": Property(since=(1, 4)),
    "rrn": Property(since=(1, 4)),
    "amounts": Property(of="Amounts", since=(1, 11)),
}
_VOUCHER: dict[str, Property] = {
    "code": _text(40, old_pattern="[0-9]{1,20}"),
    "expiryDate": Property(of="date-time"),
    "redeemInstructions": Property(many="list"),
    "serialNumber": _text(40, since=(1, 8)),
    "pin": Property(of="Pin", since=(1, 8)),
}
_CUSTOMER = Property(of="Customer", since=(1, 24))

OBJECTS: Mapping[str, Mapping[str, Property]] = {
    "RedemptionRequest": {
        **_TRANSACTION,
        "voucher": _needed("VoucherToRedeem"),
        "amounts": _AMOUNTS,
        "customer": _CUSTOMER,
    },
    "RedemptionResponse": {
        **_TRANSACTION,
        "voucher": Property(of="Voucher"),
        "amounts": _AMOUNTS,
        "customer": _CUSTOMER,
    },
    "RefundRequest": {
        **_TRANSACTION,
        "voucher": _needed("VoucherToRedeem"),
        "amounts": _AMOUNTS,
        "redemptionId": Property(since=(1, 13)),
        "receiverTransactionRef": Property(since=(1, 13)),
    },
    "RefundResponse": {**_TRANSACTION, "voucher": Property(of="Voucher"), "amounts": _AMOUNTS},
    "ProvisionRequest": {
        **_TRANSACTION,
        "amounts": _AMOUNTS,
        "tenders": Property(of="Tender", many="list"),
        "voucher": Property(of="Voucher"),
        "product": Property(of="Product", since=(1, 5)),
        "recipient": Property(of="Customer", since=(1, 18)),
    },
    "ProvisionResponse": {
        **_TRANSACTION,
        "voucher": _needed("Voucher"),
        "amounts": _AMOUNTS,
        "product": Property(of="Product", since=(1, 5)),
        "recipient": Property(of="Customer", since=(1, 18)),
    },
    "BasicAdvice": _ADVICE,
    "BasicReversal": {
        **_ADVICE,
        "reversalReason": _needed(values=("TIMEOUT", "CANCELLED", "RESPONSE_NOT_FINAL")),
    },
    "TenderAdvice": {
        **_ADVICE,
        "tenders": _needed("Tender", many="list", is_required_of_old=False),
    },
    "VoucherLookupResponse": {
        "voucher": _needed("Voucher"),
        "amounts": _AMOUNTS,
        "product": Property(of="Product"),
        "settlementEntity": Property(of="Institution"),
        "receiver": Property(of="Institution"),
        "posInfo": Property(of="PosInfo"),
        "thirdPartyIdentifiers": Property(of="ThirdPartyIdentifier", many="list"),
        "rrn": Property(),
    },
    "ProductsLookupResponse": {"products": _needed("Product", many="list")},
    "Voucher": _VOUCHER,
    "VoucherToRedeem": {
        **_VOUCHER,
        "code": _text(40, is_required=True, is_required_of_old=False, old_pattern="[0-9]{1,20}"),
    },
    "PinClear": {"type": _needed(values=("CLEAR_PIN",)), "pin": _needed(pattern=".{0,20}")},
    "PinEncrypted": {
        "type": _needed(values=("ENCRYPTED_PIN",)),
        "pinBlock": _needed(pattern="[a-fA-F0-9]{16}"),
        "encryptionParameters": Property(of="EncryptionParameters"),
    },
    "PinHashed": {
        "type": _needed(values=("HASHED_PIN",)),
        "hash": _needed(pattern="[0-9,A-F]{1,512}"),
        "hashedPinParameters": Property(of="HashedPinParameters"),
    },
    "EncryptionParameters": {
        "accountNumber": _needed(pattern="[0-9]{12}"),
        "pinBlockFormat": Property(
            values=_words("ISO_9564_FORMAT_0 ISO_9564_FORMAT_1 ISO_9564_FORMAT_3")
        ),
        "keyIndex": Property(of="integer"),
    },
    "HashedPinParameters": {"name": _text(20, is_required=True)},
    "Originator": {
        "institution": _needed("Institution"),
        "terminalId": _text(8, 8, is_required=True),
        "merchant": _needed("Merchant"),
        "operatorId": _text(30, since=(1, 13)),
        "channelId": _text(50, since=(1, 15)),
    },
    "Institution": {"id": _INSTITUTION_ID, "name": _text(40, is_required=True)},
    "Merchant": {
        "merchantType": _needed(pattern="[0-9]{4}"),
        "merchantId": _text(15, 15, is_required=True),
        "merchantName": _needed("MerchantName"),
    },
    "MerchantName": {
        "name": _text(23, is_required=True),
        "city": _text(13, is_required=True),
        "region": _text(2, is_required=True),
        "country": _text(2, is_required=True),
    },
    "ThirdPartyIdentifier": {
        "institutionId": _INSTITUTION_ID,
        "transactionIdentifier": _needed(is_required_of_old=False),
    },
    "Amounts": {
        "requestAmount": Property(of="LedgerAmount"),
        "approvedAmount": Property(of="LedgerAmount"),
        "feeAmount": Property(of="LedgerAmount"),
        "balanceAmount": Property(of="LedgerAmount"),
        "additionalAmounts": Property(of="LedgerAmount", many="map"),
    },
    "LedgerAmount": {
        "amount": _needed("integer"),
        # Clients in the field send the number 710 for the text "710".
        "currency": _needed(pattern="[0-9]{3}", may_be_number=True),
        "ledgerIndicator": Property(values=("DEBIT", "CREDIT")),
    },
    "Tender": {
        "tenderType": _needed(values=_TENDER_TYPES),
        "amount": _needed("LedgerAmount"),
        "accountType": Property(values=_TENDER_ACCOUNTS),
        "cardNumber": Property(pattern="[0-9]{6}[0-9*]{0,13}"),
        "reference": _text(40),
    },
    "SlipData": {
        "messageLines": Property(of="SlipLine", many="list"),
        "slipWidth": Property(of="integer"),
        "issuerReference": Property(pattern="[A-Z0-9]{1,40}"),
    },
    "SlipLine": {
        "text": _needed(),
        "fontWidthScaleFactor": Property(of="number"),
        "fontHeightScaleFactor": Property(of="number"),
        "line": Property(of="boolean"),
        "cut": Property(of="boolean"),
        "barcode": Property(of="Barcode"),
    },
    "Barcode": {"data": _needed(), "encoding": _needed()},
    "Product": {
        "productId": _needed(pattern="[0-9A-Za-z]{1,40}"),
        "barcode": Property(pattern="[0-9A-Za-z]{1,13}"),
        "name": _text(40, 1),
        "description": _text(250),
        "amount": Property(of="LedgerAmount"),
        "minAmount": Property(of="LedgerAmount"),
        "maxAmount": Property(of="LedgerAmount"),
        "isFixedValue": Property(of="boolean"),
        "receiver": Property(of="Institution"),
    },
    "PosInfo": {
        "entryMode": Property(of="PosEntryMode"),
        "posConditionCode": Property(values=_POS_CONDITIONS),
    },
    "PosEntryMode": {
        "panEntryMode": _needed(values=_ENTRY_MODES),
        "pinEntryCapability": _needed(values=("UNKNOWN", "CAN_ACCEPT", "CANNOT_ACCEPT")),
    },
    "TransactionLabel": {"name": Property(), "value": Property()},
    "Customer": {
        "firstName": _text(40),
        "lastName": _text(40),
        "address": _text(80),
        "addressDetails": Property(of="Address"),
        "dateOfBirth": Property(of="date-time"),
        "status": Property(),
        "msisdn": Property(pattern=r"\+?[1-9][0-9]{0,14}"),
        "emailAddress": Property(),
        "profileId": Property(),
    },
    "Address": {
        "addressLine1": _text(100, 1),
        "addressLine2": _text(100, 1),
        "city": _text(30, 1),
        "region": Property(pattern="[A-Z]{2}"),
        "country": Property(pattern="[A-Z]{2}"),
        "postalCode": Property(pattern="[A-Za-z0-9 -]{1,20}"),
    },
    "ErrorDetail": {
        "id": _needed(is_required_of_old=False),
        "originalId": Property(),
        "errorType": _needed(values=ERROR_TYPES),
        "errorMessage": _text(80, is_required=True),
        "providerErrorCode": Property(),
        "providerErrorMessage": Property(),
        "detailMessage": Property(of="any"),
    },
}
_PINS = {"CLEAR_PIN": "PinClear", "ENCRYPTED_PIN": "PinEncrypted", "HASHED_PIN": "PinHashed"}


def read(name: str, raw: bytes, manner: Manner) -> dict[str, Any]:
    """Parse a message, and leave out unknown and null properties. Raise FormatError."""
    try:
        value = json.loads(raw, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise FormatError("The body is not JSON") from None
    reader = _Reader(manner)
    document = reader.read_object(name, value, "")
    if reader.messages:
        raise FormatError(*reader.messages)
    assert isinstance(document, dict)
    return document


def schemas(manner: Manner) -> dict[str, Any]:
    """Return the objects as OpenAPI component schemas."""
    documents: dict[str, Any] = {}
    for name in OBJECTS:
        properties = dict(_properties(name, manner))
        required = [key for key, found in properties.items() if _is_required(found, manner)]
        documents[name] = {
            "type": "object",
            "properties": {key: _described(found, manner) for key, found in properties.items()},
            **({"required": required} if required else {}),
        }
        if manner is Manner.VENDOR_TEST_SERVER and name.endswith(("Request", "Advice", "Reversal")):
            documents[name]["additionalProperties"] = False
    documents["Pin"] = {"oneOf": [{"$ref": REFERENCE.format(name=pin)} for pin in _PINS.values()]}
    return documents


class _Reader:
    """Read one message and collect what is wrong with it."""

    def __init__(self, manner: Manner) -> None:
        self.messages: list[str] = []
        self._manner = manner

    def read_object(self, name: str, value: Any, path: str) -> Any:
        if not isinstance(value, dict):
            return self._wrong(path or "body", "must be an object")
        if name == "Pin":
            kind = value.get("type")
            if not isinstance(kind, str) or kind not in _PINS:
                return self._wrong(f"{path}.type", f"must be one of {', '.join(_PINS)}")
            name = _PINS[kind]
        return self._read_properties(dict(_properties(name, self._manner)), value, path)

    def _read_properties(
        self, known: Mapping[str, Property], value: Mapping[str, Any], path: str
    ) -> dict[str, Any]:
        unknown = next((key for key in value if key not in known), None)
        if unknown is not None and self._manner is Manner.VENDOR_TEST_SERVER:
            # As the vendor's parser does, at once and alone.
            raise FormatError(f"Unrecognized field '{_printable(unknown)}'")
        found: dict[str, Any] = {}
        for key, expected in known.items():
            place = f"{path}.{key}" if path else key
            if value.get(key) is not None:
                found[key] = self._read_property(expected, value[key], place)
            elif _is_required(expected, self._manner):
                self._wrong(place, "may not be null")
        return found

    def _read_property(self, expected: Property, value: Any, path: str) -> Any:
        if expected.many == "list":
            if not isinstance(value, list):
                return self._wrong(path, "must be an array")
            return [
                self._read_one(expected, each, f"{path}[{index}]")
                for index, each in enumerate(value)
            ]
        if expected.many == "map":
            if not isinstance(value, dict):
                return self._wrong(path, "must be an object")
            return {
                key: self._read_one(expected, each, f"{path}.{_printable(key)}")
                for key, each in value.items()
            }
        return self._read_one(expected, value, path)

    def _read_one(self, expected: Property, value: Any, path: str) -> Any:
        if value is None:
            return self._wrong(path, "may not be null")
        match expected.of:
            case "string" | "date-time":
                return self._read_text(expected, value, path)
            case "integer":
                return self._read_integer(value, path)
            case "number":
                is_number = isinstance(value, int | float) and not isinstance(value, bool)
                return value if is_number else self._wrong(path, "must be a number")
            case "boolean":
                return value if isinstance(value, bool) else self._wrong(path, "must be a boolean")
            case "any":
                return value
            case _:
                return self.read_object(expected.of, value, path)

    def _read_integer(self, value: Any, path: str) -> Any:
        is_whole = isinstance(value, int) and not isinstance(value, bool)
        if isinstance(value, float) and value.is_integer():
            value, is_whole = int(value), True
        if not is_whole or abs(value) > _INT64_MAX:
            return self._wrong(path, "must be a 64-bit integer")
        return value

    def _read_text(self, expected: Property, value: Any, path: str) -> Any:
        is_number = isinstance(value, int) and not isinstance(value, bool)
        if expected.may_be_number and is_number:
            value = str(value)
        if not isinstance(value, str) or not _is_whole_unicode(value):
            return self._wrong(path, "must be a string")
        if expected.of == "date-time" and not _is_time(value):
            return self._wrong(path, "must be a date-time of RFC 3339")
        if expected.values and value not in expected.values:
            return self._wrong(path, f"must be one of {', '.join(expected.values)}")
        pattern = _pattern(expected, self._manner)
        if pattern is not None and re.fullmatch(pattern, value, re.DOTALL) is None:
            is_uuid = pattern == UUID_PATTERN
            return self._wrong(path, UUID_WORDS if is_uuid else f'must match "{pattern}"')
        size = _size(expected, self._manner)
        if size is not None and not size[0] <= len(value) <= size[1]:
            return self._wrong(path, f"size must be between {size[0]} and {size[1]}")
        return value

    def _wrong(self, path: str, words: str) -> None:
        self.messages.append(words if words == UUID_WORDS else f"{path} {words}")


def _properties(name: str, manner: Manner) -> Iterator[tuple[str, Property]]:
    is_old = manner is Manner.VENDOR_TEST_SERVER
    for key, found in OBJECTS[name].items():
        if not is_old or found.since <= _VENDOR_SINCE:
            yield key, found


def _is_required(found: Property, manner: Manner) -> bool:
    if manner is Manner.VENDOR_TEST_SERVER and found.is_required_of_old is not None:
        return found.is_required_of_old
    return found.is_required


def _pattern(found: Property, manner: Manner) -> str | None:
    is_old = manner is Manner.VENDOR_TEST_SERVER and found.old_pattern is not None
    return found.old_pattern if is_old else found.pattern


def _size(found: Property, manner: Manner) -> tuple[int, int] | None:
    is_old = manner is Manner.VENDOR_TEST_SERVER and found.old_pattern is not None
    return None if is_old else found.size


def _described(found: Property, manner: Manner) -> dict[str, Any]:
    one = _described_one(found, manner)
    if found.many == "list":
        return {"type": "array", "items": one}
    if found.many == "map":
        return {"type": "object", "additionalProperties": one}
    return one


def _described_one(found: Property, manner: Manner) -> dict[str, Any]:
    match found.of:
        case "string":
            described: dict[str, Any] = {"type": "string"}
            if (pattern := _pattern(found, manner)) is not None:
                described["pattern"] = f"^{pattern}$"
            if (size := _size(found, manner)) is not None:
                described |= {"minLength": size[0], "maxLength": size[1]}
            return described | ({"enum": list(found.values)} if found.values else {})
        case "date-time":
            return {"type": "string", "format": "date-time"}
        case "integer":
            return {"type": "integer", "format": "int64"}
        case "number" | "boolean":
            return {"type": found.of}
        case "any":
            return {}
        case _:
            return {"$ref": REFERENCE.format(name=found.of)}


def _is_time(text: str) -> bool:
    if _TIME.fullmatch(text) is None:
        return False
    try:
        # Seconds may be 60 in a leap second, which the parser does not know.
        datetime.fromisoformat(text[:19].upper().replace(":60", ":59"))
    except ValueError:
        return False
    return True


def _is_whole_unicode(text: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in text)


def _printable(text: str) -> str:
    return text.encode("ascii", "replace").decode()[:60]


def _refuse_constant(text: str) -> NoReturn:
    raise ValueError(text)
