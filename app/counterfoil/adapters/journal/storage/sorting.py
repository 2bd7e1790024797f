"""Turns failures of the file into the till's own: of the environment, a refusal, or a mistake."""

import errno
import sqlite3

from counterfoil.domain.failures import (
    AlreadyRefundedError,
    CounterfoilError,
    JournalBusyError,
    JournalCorruptError,
    JournalFullError,
    JournalInputOutputError,
    JournalReadOnlyError,
    JournalUnavailableError,
    ReferenceTakenError,
    SaleInUseError,
    StaleChangeError,
    VoucherInUseError,
)

FileFailure = sqlite3.Error | OSError | UnicodeDecodeError
"""What using the file may raise; the last where SQLite's own complaint quotes damaged bytes."""
FILE_FAILURES = (sqlite3.Error, OSError, UnicodeDecodeError)

_PRIMARY = 0xFF
_NO_TEXT = "Could not decode to UTF-8"
"""How Python begins, without a code, to say that a column's bytes are no text."""

_FULL = (JournalFullError, "the disk is full")
_READ_ONLY = (JournalReadOnlyError, "the journal cannot be written")
_LOCKED = (JournalBusyError, "another program is using the journal")
_CORRUPT = (JournalCorruptError, "the journal's file is damaged")
_FAILED = (JournalInputOutputError, "the disk failed")

_BY_CODE: dict[int, tuple[type[JournalUnavailableError], str]] = {
    sqlite3.SQLITE_FULL: _FULL,
    sqlite3.SQLITE_READONLY: _READ_ONLY,
    sqlite3.SQLITE_PERM: _READ_ONLY,
    sqlite3.SQLITE_AUTH: _READ_ONLY,
    sqlite3.SQLITE_BUSY: _LOCKED,
    sqlite3.SQLITE_LOCKED: _LOCKED,
    sqlite3.SQLITE_CORRUPT: _CORRUPT,
    sqlite3.SQLITE_NOTADB: _CORRUPT,
    sqlite3.SQLITE_IOERR: _FAILED,
    sqlite3.SQLITE_CANTOPEN: _FAILED,
    sqlite3.SQLITE_PROTOCOL: _FAILED,
    sqlite3.SQLITE_NOMEM: _FAILED,
}

_BY_NUMBER: dict[int, tuple[type[JournalUnavailableError], str]] = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EFBIG: _FULL,
    errno.EROFS: _READ_ONLY,
    errno.EACCES: _READ_ONLY,
    errno.EPERM: _READ_ONLY,
}

_BY_CONSTRAINT: dict[str, tuple[type[CounterfoilError], str]] = {
    "UNIQUE constraint failed: redemption.fingerprint": (
        VoucherInUseError,
        "the voucher has a redemption that is not settled",
    ),
    "UNIQUE constraint failed: redemption.sale_id": (
        SaleInUseError,
        "the sale has a redemption that is not settled",
    ),
    "UNIQUE constraint failed: redemption.reference": (
        ReferenceTakenError,
        "the short reference is taken",
    ),
    "UNIQUE constraint failed: redemption.refund_of": (
        AlreadyRefundedError,
        "the redemption has a refund",
    ),
    "the sale is closed": (SaleInUseError, "the sale is closed"),
    "another attempt was started": (StaleChangeError, "another attempt was started"),
    "another paper was counted": (StaleChangeError, "another paper was counted"),
    "UNIQUE constraint failed: print_job.slip_number": (
        StaleChangeError,
        "another paper was counted",
    ),
}


def sort_failure(error: FileFailure) -> CounterfoilError | AssertionError:
    """Return the till's own failure for one of the file.

    Its text never repeats that of the file's, which may hold values. It is raised from ``error``,
    so that whoever debugs it still finds the text.
    """
    if isinstance(error, OSError):
        kind, words = _BY_NUMBER.get(error.errno or 0, _FAILED)
        return kind(words)
    if isinstance(error, sqlite3.IntegrityError) and str(error) in _BY_CONSTRAINT:
        refusal, words = _BY_CONSTRAINT[str(error)]
        return refusal(words)
    if isinstance(error, UnicodeDecodeError) or str(error).startswith(_NO_TEXT):
        kind, words = _CORRUPT
        return kind(words)
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & _PRIMARY
    if code in _BY_CODE:
        kind, words = _BY_CODE[code]
        return kind(words)
    name = getattr(error, "sqlite_errorname", type(error).__name__)
    return AssertionError(f"the journal refused what it should never be asked: {name}")
