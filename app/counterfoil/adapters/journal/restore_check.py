"""The restore check: whether an opened backup is a journal that can be put back."""

import sqlite3

from counterfoil.adapters.journal.backup.backup_file import Backup
from counterfoil.adapters.journal.integrity.anchor import head_of
from counterfoil.adapters.journal.integrity.audit import find_faults
from counterfoil.adapters.journal.opening import refuse_newer
from counterfoil.adapters.journal.storage.queries import queries
from counterfoil.declaring import dataclass
from counterfoil.domain.causes.journal import Finding, RowFault
from counterfoil.ports.vault import Vault

_COUNTED = {
    "redemption": "count_redemptions",
    "sale": "count_sales",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoreCheck:
    """The outcome of a restore check of one backup; without findings it can be restored."""

    made_at: str
    findings: tuple[Finding, ...]
    counts: dict[str, int]
    last_slip_number: int


def check_restore(backup: Backup, vault: Vault) -> RestoreCheck:
    """Check all of an opened backup that `journal verify` checks.

    Raises:
        JournalUnavailableError: it is of a newer till.

    """
    journal = backup.copy.connection
    try:
        refuse_newer(journal)
        findings = tuple(find_faults(journal, vault))
        counts = {what: _count(journal, query) for what, query in _COUNTED.items()}
        counts["event"] = head_of(journal).sequence
        last = journal.execute(queries()["next_slip_number"]).fetchone()[0] - 1
    except sqlite3.DatabaseError:
        nothing = (Finding("file", RowFault.NO_JOURNAL),)
        return RestoreCheck(made_at="", findings=nothing, counts={}, last_slip_number=0)
    return RestoreCheck(
        made_at=backup.head.made_at, findings=findings, counts=counts, last_slip_number=last
    )


def _count(connection: sqlite3.Connection, query: str) -> int:
    count: int = connection.execute(queries()[query]).fetchone()[0]
    return count
