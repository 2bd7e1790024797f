"""The keys that protect what the journal holds."""

from typing import Protocol


class Vault(Protocol):
    """Encrypts single fields and authenticates the journal's rows; every method is quick.

    Each redemption has a key of its own, encrypted with the till's key, so that dropping that one
    key makes its PIN unreadable for good.
    """

    def new_row_key(self, row_id: str) -> bytes:
        """Make a key for one row of the journal and return it, encrypted with the till's key."""
        ...

    def seal(self, wrapped_key: bytes, row_id: str, column: str, plain: bytes) -> bytes:
        """Encrypt a field so that it opens only in its own row and column.

        ``wrapped_key`` is what `new_row_key` returned for the row.

        Raises:
            JournalCorruptError: the row's key was altered, or made by another till.

        """
        ...

    def open(self, wrapped_key: bytes, row_id: str, column: str, sealed: bytes) -> bytes:
        """Decrypt a field.

        Raises:
            JournalCorruptError: it was altered, moved to another row or column, or sealed by
                another till.

        """
        ...

    def fingerprint(self, code: str) -> str:
        """Return a keyed hash of a voucher code, equal for equal codes.

        It does not give the code away.
        """
        ...

    def hash_of_staff(self, what: str, text: str) -> bytes:
        """Return a keyed hash that only this till's key can make; ``what`` is a PIN or a badge."""
        ...

    def authenticate(self, message: bytes) -> bytes:
        """Return a keyed hash of a message, which only this till's key can make."""
        ...
