"""Turns a failure of the file into one of the till's: a failing disk, a refusal, or our mistake."""

import errno
import sqlite3
from collections.abc import Callable
from functools import partial

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
    StaffRefusal,
    StaffRefusedError,
    StaleChangeError,
    VoucherInUseError,
)

FileFailure = sqlite3.Error | OSError | UnicodeDecodeError
"""What using the file may raise; the last where SQLite's own complaint quotes damaged bytes."""
FILE_FAILURES = (sqlite3.Error, OSError, UnicodeDecodeError)

_PRIMARY = 0xFF
_NO_TEXT = "Could not decode to UTF-8"
"""How Python begins, without a code, to say that a column's bytes are no text."""

_BY_CODE: dict[int, type[JournalUnavailableError]] = {
    sqlite3.SQLITE_FULL: JournalFullError,
    sqlite3.SQLITE_READONLY: JournalReadOnlyError,
    sqlite3.SQLITE_PERM: JournalReadOnlyError,
    sqlite3.SQLITE_AUTH: JournalReadOnlyError,
    sqlite3.SQLITE_BUSY: JournalBusyError,
    sqlite3.SQLITE_LOCKED: JournalBusyError,
    sqlite3.SQLITE_CORRUPT: JournalCorruptError,
    sqlite3.SQLITE_NOTADB: JournalCorruptError,
    sqlite3.SQLITE_IOERR: JournalInputOutputError,
    sqlite3.SQLITE_CANTOPEN: JournalInputOutputError,
    sqlite3.SQLITE_PROTOCOL: JournalInputOutputError,
    sqlite3.SQLITE_NOMEM: JournalInputOutputError,
}

_BY_NUMBER: dict[int, type[JournalUnavailableError]] = {
    errno.ENOSPC: JournalFullError,
    errno.EDQUOT: JournalFullError,
    errno.EFBIG: JournalFullError,
    errno.EROFS: JournalReadOnlyError,
    errno.EACCES: JournalReadOnlyError,
    errno.EPERM: JournalReadOnlyError,
}

_BY_CONSTRAINT: dict[str, Callable[[], CounterfoilError]] = {
    "UNIQUE constraint failed: redemption.fingerprint": VoucherInUseError,
    "UNIQUE constraint failed: redemption.sale_id": SaleInUseError,
    "UNIQUE constraint failed: redemption.reference": ReferenceTakenError,
    "UNIQUE constraint failed: redemption.refund_of": AlreadyRefundedError,
    "UNIQUE constraint failed: staff.number": partial(StaffRefusedError, StaffRefusal.NUMBER_TAKEN),
    "UNIQUE constraint failed: staff.person_name": partial(
        StaffRefusedError, StaffRefusal.NAME_TAKEN
    ),
    "UNIQUE constraint failed: staff.badge": partial(StaffRefusedError, StaffRefusal.BADGE_TAKEN),
    "UNIQUE constraint failed: key_pad.slip_number": JournalCorruptError,
    "the sale is closed": SaleInUseError,
    "only what is open to it is settled so": StaleChangeError,
    "only what is over and handed over is shredded": StaleChangeError,
    "another attempt was started": StaleChangeError,
    "another paper was counted": StaleChangeError,
    "UNIQUE constraint failed: print_job.slip_number": StaleChangeError,
}


def sort_failure(error: FileFailure) -> CounterfoilError | AssertionError:
    """Return the till's own failure for one of the file.

    Its text is never that of the file's failure, which may hold values. It is raised from
    ``error``, so a developer still finds the text there.
    """
    if isinstance(error, OSError):
        return _BY_NUMBER.get(error.errno or 0, JournalInputOutputError)()
    if isinstance(error, sqlite3.IntegrityError) and str(error) in _BY_CONSTRAINT:
        return _BY_CONSTRAINT[str(error)]()
    if isinstance(error, UnicodeDecodeError) or str(error).startswith(_NO_TEXT):
        return JournalCorruptError()
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & _PRIMARY
    if code in _BY_CODE:
        return _BY_CODE[code]()
    name = getattr(error, "sqlite_errorname", type(error).__name__)
    return AssertionError(f"the journal refused what it should never be asked: {name}")
