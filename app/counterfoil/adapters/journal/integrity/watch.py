"""Refuses a journal that is not as the till left it, until a supervisor has accepted it."""

import json
import sqlite3
from datetime import datetime
from pathlib import Path

from counterfoil.adapters.journal.integrity.anchor import (
    NOTHING,
    Anchors,
    FoundAnchors,
    find_anchors,
    head_of,
    link_at,
    losses,
    tables_of,
)
from counterfoil.adapters.journal.storage import spec
from counterfoil.adapters.journal.storage.chain import NO_LINK, Chain
from counterfoil.adapters.journal.storage.naming import said_altered
from counterfoil.adapters.journal.storage.queries import queries
from counterfoil.adapters.journal.storage.row_macs import columns_of, is_mac_right
from counterfoil.adapters.journal.storage.table import ROW_MAC
from counterfoil.adapters.journal.storage.writing import Written, append_event, insert_row
from counterfoil.declaring import dataclass
from counterfoil.domain.audit import Happened, JournalAccepted
from counterfoil.domain.causes.journal import Finding, HeldFault, RowFault, not_as_left
from counterfoil.domain.failures import JournalHeldError
from counterfoil.ports.vault import Vault

_COUNT_ALTERED = "the count of openings was altered"
TAIL_LENGTH = 12
"""So many events, with the redemptions they are of, are looked at whenever a till opens.

That is more than most sales have. What is not over yet is looked at besides, however long ago it
began.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """Who accepts an altered journal, why and when."""

    by: str
    reason: str
    at: datetime


class Watch:
    """Compares one journal with its anchors while it is opened, and then updates the anchors."""

    def __init__(
        self,
        anchors: Anchors,
        vault: Vault,
        acceptance: Acceptance | None = None,
        already: tuple[Finding, ...] = (),
    ) -> None:
        """``already`` is what was found and accepted before there was a key."""
        self._anchors = anchors
        self._vault = vault
        self._acceptance = acceptance
        self._found = find_anchors(anchors)
        self._accepted = already

    @property
    def accepted(self) -> tuple[Finding, ...]:
        """The findings that are accepted now; empty if there was nothing to accept."""
        return self._accepted

    def look_for(self, path: Path) -> None:
        """Refuse to make a new journal where there was one before, unless that is accepted.

        Raises:
            JournalHeldError: there is an anchor of a journal, and no journal.

        """
        if not any(one.opened_count for one in self._found.anchors):
            return
        if not path.exists():
            self._hold(not_as_left(HeldFault.JOURNAL_MISSING))
        elif not path.stat().st_size:
            self._hold(not_as_left(HeldFault.JOURNAL_EMPTY))

    def look_into(self, connection: sqlite3.Connection) -> None:
        """Refuse a journal that lost something, or whose end was altered, unless that is accepted.

        Raises:
            JournalHeldError: with what was found.

        """
        found = reasons_to_hold(connection, self._vault, self._found)
        if found:
            self._hold(*found)

    def _hold(self, *found: Finding) -> None:
        if self._acceptance is None:
            raise JournalHeldError(*found)
        self._accepted = tuple(dict.fromkeys((*self._accepted, *found)))

    def begin(self, connection: sqlite3.Connection) -> None:
        """Write the first anchor, before anything is written into the journal.

        So there is no moment in which a journal of this version has none.
        """
        if self._found.is_file_missing and not self._accepted:
            self._anchors.begin_beside(head_of(connection))

    def record(self, connection: sqlite3.Connection) -> None:
        """Write the acceptance into the journal, in the transaction that counts the opening."""
        if self._acceptance is not None and self._accepted:
            record_acceptance(connection, self._vault, self._acceptance, self._accepted)

    def follow(self, connection: sqlite3.Connection) -> None:
        """Write into the anchors how far the journal has come now.

        Raises:
            OSError: the anchor beside the journal cannot be written, or, after an acceptance, any
                other anchor.

        """
        self._anchors.begin(head_of(connection), must_reach_all=bool(self._accepted))


def reasons_to_hold(
    connection: sqlite3.Connection, vault: Vault, found: FoundAnchors
) -> tuple[Finding, ...]:
    """Return why a supervisor must look at a journal: what is altered in it, or missing.

    What a supervisor has accepted before is left out.
    """
    lost = anchor_faults(connection, found)
    if head_of(connection) == NOTHING:
        return lost
    accepted = accepted_before(connection, vault)
    rest = (*_faults_of_keeper(connection, vault), *_faults_of_tail(connection, vault))
    return (*lost, *(one for one in rest if spelled(one) not in accepted))


def anchor_faults(connection: sqlite3.Connection, found: FoundAnchors) -> tuple[Finding, ...]:
    """Return what a journal has lost since its anchors were written, and missing anchors."""
    head = head_of(connection)
    lost = losses(found, head, lambda sequence: link_at(connection, sequence))
    if head == NOTHING:
        return lost
    row = connection.execute(queries()["read_keeper"]).fetchone()
    if row is None:
        return (*lost, not_as_left(HeldFault.COUNT_MISSING))
    keeper = columns_of(row)
    has_mark = keeper.get(ROW_MAC) is not None
    if found.is_remembered and not has_mark:
        lost = (*lost, not_as_left(HeldFault.COUNT_UNMARKED))
    # Only a version that knew of no anchors may be without one, on a till that nobody remembers.
    if found.is_file_missing and (found.is_remembered or ROW_MAC in keeper):
        lost = (*lost, not_as_left(HeldFault.ANCHOR_MISSING))
    return lost


def _faults_of_keeper(connection: sqlite3.Connection, vault: Vault) -> tuple[Finding, ...]:
    """Check the MAC of the count of openings; it has none before version 1.4."""
    row = connection.execute(queries()["read_keeper"]).fetchone()
    keeper = {} if row is None else columns_of(row)
    if keeper.get(ROW_MAC) is None or is_mac_right(vault, spec.KEEPER, keeper):
        return ()
    return (Finding(spec.KEEPER.name, RowFault.ALTERED),)


def accepted_before(connection: sqlite3.Connection, vault: Vault) -> frozenset[str]:
    """Return what supervisors have accepted so far, as `spelled` writes it.

    An altered row stays altered, and has to be accepted only once.
    """
    if spec.ACCEPTANCE.name not in tables_of(connection):
        return frozenset()
    rows = map(columns_of, connection.execute(queries()["read_acceptances"]).fetchall())
    return frozenset(
        one
        for row in rows
        if is_mac_right(vault, spec.ACCEPTANCE, row)
        for one in map(_now_spelled, json.loads(row[spec.FOUND]))
    )


def _faults_of_tail(connection: sqlite3.Connection, vault: Vault) -> tuple[Finding, ...]:
    """Check the last links of the chain, and that each has its redemption in the file.

    One that is there and was altered holds up no more than one that is found later in the day.
    """
    tail = Chain(connection).tail(TAIL_LENGTH + 1)
    before = [*(link.mac for link in tail[1:]), NO_LINK]
    faults = [
        Finding(link.name, RowFault.ALTERED)
        for link, mac in zip(tail[:TAIL_LENGTH], before, strict=False)
        if not link.rests_on(mac, vault)
    ]
    for slip_number in dict.fromkeys(link.slip_number for link in tail):
        query = queries()["read_redemption_by_slip_number"]
        found = connection.execute(query, {spec.SLIP_NUMBER: slip_number}).fetchone()
        if found is None and slip_number is not None:
            faults.append(not_as_left(HeldFault.REDEMPTION_MISSING, had=slip_number))
    return tuple(faults)


def spelled(finding: Finding) -> str:
    """Write a finding as the text that is stored when somebody accepts it.

    The same finding always has the same text, so that it is not reported again.
    """
    if finding.problem is RowFault.ALTERED:
        return said_altered(finding.where)
    parts = (finding.problem.value, finding.detail, finding.found or "", finding.had or "")
    return " ".join(str(part) for part in parts if part)


def _now_spelled(text: str) -> str:
    """Return a finding as it is spelled now; until version 2.0 this one had other words."""
    return said_altered(spec.KEEPER.name) if text == _COUNT_ALTERED else text


def record_acceptance(
    connection: sqlite3.Connection,
    vault: Vault,
    acceptance: Acceptance,
    findings: tuple[Finding, ...],
) -> None:
    """Store who accepted these findings, and why, in the caller's transaction."""
    found = tuple(map(spelled, findings))
    number: int = connection.execute(queries()["next_acceptance"]).fetchone()[0]
    kept = spec.Accepted(
        number=number,
        accepted_at=acceptance.at,
        accepted_by=acceptance.by,
        reason=acceptance.reason,
        found=json.dumps(found),
    )
    mac = insert_row(connection, vault, spec.ACCEPTANCE, spec.ACCEPTANCE.write(kept))
    accepted = JournalAccepted(
        number=number, by=acceptance.by, reason=acceptance.reason, found=found
    )
    append_event(connection, vault, Written(mac), Happened(accepted, acceptance.at))
