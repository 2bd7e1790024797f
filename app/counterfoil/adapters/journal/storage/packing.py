"""Makes requests, answers and change vouchers small before they are sealed.

They are JSON of two interfaces with the same words in every sale, so they are compressed with a
dictionary of these words. What a till before version 2.0 sealed is not compressed; the first byte
of a sealed field says which it is.
"""

import zlib

PACKED = b"p"
"""Begins a sealed field whose text was packed; what the vault seals begins otherwise."""

_WORDS = (
    b'"},"acquirer","city":"Cape Town","country":"ZA","region":"merchantName":{"name":'
    b'"merchantType":"'
    b'5411","merchantId":"terminalId":"institution":{"id":"originator":{"client":{"receiver":{'
    b'"settlementEntity":{"thirdPartyIdentifiers":[{"institutionId":"transactionIdentifier":"'
    b'"slipData":{"messageLines":[{"text":"slipWidth":"issuerReference":"requestId":"reversalReason":"'
    b'"redemptionId":"amounts":{"requestAmount":{"amount":"approvedAmount":{"amount":,"currency":"710"'
    b'"voucher":{"code":"pin":{"type":"CLEAR_PIN","time":"202T.000Z","created_at":"updated_at":"'
    b'"related_ids":[],"operations":[{"id":"external_reference":"provider_reference":{"serial_number":"'
    b'"pin":"reserved_amount":"reversed_amount":0,"redeemed_amount":,"last_error":{"error_code":"'
    b'"message":"The voucher","type":"vouchers.one_voucher","version":,"status":"confirmed",'
    b'"id":"rdm_'
    b'"phone_number":"+27","idempotency_key":"amount":,"currency":"ZAR","change_voucher":{"pin":"'
    b'"serial_number":"barcode":"expires_at":"instructions":"is_sent_by_sms":false,"unread":[],'
    b'"more":[]'
    b'"amount_cents":,"expires":null,"codes":[["pin","'
)
"""What is said most stands last. With any change what was packed could never be read again."""


def pack(plain: bytes) -> bytes:
    """Compress a text."""
    packing = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS, zdict=_WORDS)
    return packing.compress(plain) + packing.flush()


def unpack(packed: bytes) -> bytes:
    """Return the text that was compressed.

    Raises:
        ValueError: it is not whole.

    """
    unpacking = zlib.decompressobj(-zlib.MAX_WBITS, zdict=_WORDS)
    try:
        plain = unpacking.decompress(packed)
    except zlib.error as error:
        raise ValueError("a packed text cannot be read") from error
    if not unpacking.eof:
        raise ValueError("a packed text is not whole")
    return plain
