"""A vault whose key is known, so that a test can repeat a run; it still seals for real."""

import hashlib
import hmac
import itertools

from counterfoil.domain.failures import JournalCorruptError

_TAG_LENGTH = 16
_NONCE_LENGTH = 8


class MemoryVault:
    """The vault port without a disk: a keyed stream and a tag from the standard library alone."""

    def __init__(self, master_key: bytes = b"m" * 32) -> None:
        self._master_key = master_key
        self._nonces = itertools.count(1)

    def new_row_key(self, row_id: str) -> bytes:
        """Make a key for one row and return it wrapped."""
        plain = self._hash(b"row", next(self._nonces).to_bytes(_NONCE_LENGTH), row_id.encode())
        return self._seal(self._master_key, _place(row_id, "key"), plain)

    def seal(self, wrapped_key: bytes, row_id: str, column: str, plain: bytes) -> bytes:
        """Encrypt a field so that it opens only in its own row and column."""
        return self._seal(self._unwrap(wrapped_key, row_id), _place(row_id, column), plain)

    def open(self, wrapped_key: bytes, row_id: str, column: str, sealed: bytes) -> bytes:
        """Decrypt a field."""
        return self._open(self._unwrap(wrapped_key, row_id), _place(row_id, column), sealed)

    def fingerprint(self, code: str) -> str:
        """Return a keyed hash of a voucher code."""
        return self._hash(b"fingerprint", code.encode()).hex()

    def hash_of_staff(self, what: str, text: str) -> bytes:
        """Return a keyed hash of a PIN or a badge."""
        return self._hash(b"staff", what.encode(), text.encode())

    def authenticate(self, message: bytes) -> bytes:
        """Return a keyed hash that proves this till wrote the message."""
        return self._hash(b"chain", message)

    def _hash(self, *parts: bytes) -> bytes:
        return hmac.digest(self._master_key, _join(*parts), "sha256")

    def _unwrap(self, wrapped_key: bytes, row_id: str) -> bytes:
        return self._open(self._master_key, _place(row_id, "key"), wrapped_key)

    def _seal(self, key: bytes, place: bytes, plain: bytes) -> bytes:
        nonce = next(self._nonces).to_bytes(_NONCE_LENGTH)
        hidden = _mix(key, nonce, plain)
        tag = hmac.digest(key, _join(place, nonce, hidden), "sha256")[:_TAG_LENGTH]
        return nonce + tag + hidden

    def _open(self, key: bytes, place: bytes, sealed: bytes) -> bytes:
        nonce, rest = sealed[:_NONCE_LENGTH], sealed[_NONCE_LENGTH:]
        tag, hidden = rest[:_TAG_LENGTH], rest[_TAG_LENGTH:]
        expected = hmac.digest(key, _join(place, nonce, hidden), "sha256")[:_TAG_LENGTH]
        if not hmac.compare_digest(tag, expected):
            raise JournalCorruptError("a sealed field does not open")
        return _mix(key, nonce, hidden)


def _place(row_id: str, column: str) -> bytes:
    return _join(row_id.encode(), column.encode())


def _join(*parts: bytes) -> bytes:
    return b"".join(len(part).to_bytes(4) + part for part in parts)


def _mix(key: bytes, nonce: bytes, text: bytes) -> bytes:
    """Hide or show text under a stream that only key and nonce give."""
    stream = hashlib.shake_256(_join(key, nonce)).digest(len(text))
    return bytes(a ^ b for a, b in zip(text, stream, strict=True))
