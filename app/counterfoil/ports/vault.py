"""The keys that protect what the journal holds."""

from typing import Protocol


class Vault(Protocol):
    """Seals single fields and authenticates rows; every method is quick and never waits.

    Each redemption has a key of its own, wrapped by the till's key, so that forgetting a PIN for
    good means dropping that one wrapped key.
    """

    def new_row_key(self, row_id: str) -> bytes:
        """Make a key for one row and return it wrapped."""
        ...

    def seal(self, wrapped_key: bytes, row_id: str, column: str, plain: bytes) -> bytes:
        """Encrypt a field so that it opens only in its own row and column."""
        ...

    def open(self, wrapped_key: bytes, row_id: str, column: str, sealed: bytes) -> bytes:
        """Decrypt a field.

        Raises:
            JournalCorruptError: it was altered, moved to another row or column, or sealed by
                another till.

        """
        ...

    def fingerprint(self, code: str) -> str:
        """Return a keyed hash of a voucher code: equal codes match, and nothing leads back."""
        ...

    def authenticate(self, message: bytes) -> bytes:
        """Return a keyed hash that proves this till wrote the message."""
        ...
