"""The chain of audit events: each is linked to the one before it, from the journal's first day on.

Journals that were begun before version 2.0 have its beginning in the table ``happening``, which
stays as it was written. Whoever reads the chain here reads both tables as one.
"""

import hmac
import json
import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from heapq import merge
from itertools import chain, islice

from counterfoil.adapters.journal.storage import spec
from counterfoil.adapters.journal.storage.events import event_of, old_event_of, time_of, time_us
from counterfoil.adapters.journal.storage.naming import name_of
from counterfoil.adapters.journal.storage.queries import queries
from counterfoil.adapters.journal.storage.row_macs import columns_of, mac_of_link, mac_of_old_link
from counterfoil.adapters.journal.storage.table import LINK, OLD_LINK, ROW_MAC, Columns
from counterfoil.declaring import dataclass
from counterfoil.domain.audit import (
    AuditEvent,
    DifferenceResolved,
    Recorded,
    RedemptionPrepared,
    StaffDone,
)
from counterfoil.domain.chain_head import ChainHead, head_of
from counterfoil.domain.failures import JournalCorruptError
from counterfoil.domain.staff import StaffDeed
from counterfoil.ports.vault import Vault

UNREADABLE = (TypeError, ValueError, AttributeError, OverflowError, RecursionError)
"""What reading an event may raise that somebody has altered."""

NO_LINK = b""
"""What the first event rests on."""


@dataclass(frozen=True, slots=True)
class _Queries:
    """The names of the queries that read one of the two tables."""

    all: str
    by_redemption: str
    of_redemption: str
    one: str
    last: str
    some: str


_QUERIES = {
    spec.HAPPENING: _Queries(
        all="read_all_happenings",
        by_redemption="read_happenings_by_redemption",
        of_redemption="read_happenings",
        one="read_happening",
        last="read_last_happenings",
        some="check_happenings",
    ),
    spec.EVENT.name: _Queries(
        all="read_all_events",
        by_redemption="read_events_by_redemption",
        of_redemption="read_events",
        one="read_event",
        last="read_last_events",
        some="check_events",
    ),
}
"""By the tables' names, in the order in which they lie in the chain."""


@dataclass(frozen=True, slots=True)
class Link:
    """One event as a row of the file; ``is_old`` is for the table from before version 2.0."""

    columns: Columns
    is_old: bool

    @property
    def sequence(self) -> int:
        """Its place in the chain, from 1."""
        sequence: int = self.columns[spec.SEQUENCE]
        return sequence

    @property
    def name(self) -> str:
        """What messages call it when it is found to be altered."""
        return name_of(self.table, self.columns, "")

    @property
    def table(self) -> str:
        """The name of its table: ``event``, or ``happening`` for one from before version 2.0."""
        return spec.HAPPENING if self.is_old else spec.EVENT.name

    @property
    def slip_number(self) -> int | None:
        """The slip number of its redemption; None where it belongs to none."""
        number: int | None = self.columns[spec.SLIP_NUMBER]
        return number

    @property
    def mac(self) -> bytes:
        """Its MAC, which goes into the MAC of the next link."""
        return bytes(self.columns[OLD_LINK if self.is_old else LINK])

    @property
    def head(self) -> ChainHead:
        """The short form that is printed on slips; it stands for all events up to this one."""
        return head_of(self.sequence, self.mac)

    @property
    def row_mac(self) -> bytes:
        """The first bytes of the MAC of the row that was written with the event."""
        return bytes(self.columns[ROW_MAC])

    @property
    def at(self) -> datetime:
        """When the event happened; read it only once `rests_on` has proven the link."""
        if self.is_old:
            return datetime.fromisoformat(self.columns[spec.AT])
        return time_of(self.columns[spec.AT_US])

    def event(self) -> AuditEvent:
        """Read the audit event.

        Raises:
            JournalCorruptError: it cannot be read.

        """
        kind = self.columns[spec.KIND_OF]
        try:
            if self.is_old:
                return old_event_of(kind, json.loads(self.columns[spec.FACTS]))
            return event_of(kind, self.columns[spec.CONTENT])
        except UNREADABLE as error:
            raise JournalCorruptError("an event is not as it was written") from error

    def recorded(self, redemption_id: str | None) -> Recorded:
        """Return the event, for the redemption it is about or None; the link must be proven before.

        Raises:
            JournalCorruptError: it cannot be read.

        """
        return Recorded(head=self.head, at=self.at, redemption_id=redemption_id, event=self.event())

    def rests_on(self, before: bytes, vault: Vault) -> bool:
        """Whether this till wrote the link, right after the one whose MAC is ``before``."""
        make = mac_of_old_link if self.is_old else mac_of_link
        return hmac.compare_digest(self.mac, make(vault, self.columns, before))


@dataclass(frozen=True, slots=True)
class End:
    """The end of a chain, to which the next event is appended."""

    sequence: int = 0
    at_us: int = 0
    link: bytes = NO_LINK


class Chain:
    """The chain of one open file, of any version of the journal."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        there = {name for (name,) in connection.execute(queries()["read_table_names"])}
        self._tables = [name for name in _QUERIES if name in there]

    def links(self) -> Iterator[Link]:
        """Read every link in order."""
        return chain.from_iterable(self._read(table, _QUERIES[table].all) for table in self._tables)

    def by_redemption(self) -> Iterator[Link]:
        """Read the links that belong to a redemption: by its slip number, then in order."""
        return merge(
            *(self._read(table, _QUERIES[table].by_redemption) for table in self._tables),
            key=lambda link: link.slip_number or 0,
        )

    def of_redemption(self, slip_number: int) -> Iterator[Link]:
        """Read the links of one redemption, in order."""
        return chain.from_iterable(
            self._read(table, _QUERIES[table].of_redemption, slip_number=slip_number)
            for table in self._tables
        )

    def some(self, after: int, until: int) -> Iterator[Link]:
        """Read the links with numbers above ``after`` and up to ``until``, in order."""
        return chain.from_iterable(
            self._read(table, _QUERIES[table].some, after=after, until=until)
            for table in self._tables
        )

    def at(self, sequence: int) -> Link | None:
        """Return the link with this number; None where there is none."""
        found = (
            self._read(table, _QUERIES[table].one, sequence=sequence) for table in self._tables
        )
        return next(chain.from_iterable(found), None)

    def holds(self, link: Link, vault: Vault) -> bool:
        """Whether this till wrote the link, right after the one that is before it in the file."""
        before = self.at(link.sequence - 1)
        return link.rests_on(NO_LINK if before is None else before.mac, vault)

    def last_of_person(self, number: str) -> Link | None:
        """Return the last link about the entry of one of the staff; None where there is none.

        Raises:
            JournalCorruptError: one about the staff cannot be read.

        """
        for link in self._read(spec.EVENT.name, "read_staff_events"):
            event = link.event()
            if isinstance(event, StaffDone) and event.number == number:
                return link
        return None

    def first_unseen(self, number: str, limit: int) -> int | None:
        """Return the number of the first event that this person has not said to have seen.

        It is an event of the staff, and at most ``limit`` of theirs come from it on. None if there
        is none. The clock is not asked, as somebody may have set it.
        """
        first = None
        for link in islice(self._read(spec.EVENT.name, "read_staff_events"), limit):
            with suppress(JournalCorruptError):
                event = link.event()
                assert isinstance(event, StaffDone), "only the staff's are read"
                if event.deed is StaffDeed.ACKNOWLEDGED and event.number == number:
                    break
            first = link.sequence
        return first

    def deeds(self, first: int) -> Iterator[Link]:
        """Read the links of what people did beside selling, from the event number ``first`` on."""
        return self._read(spec.EVENT.name, "read_deeds", first=first)

    def booked(self, after: int, until: int) -> Iterator[Link]:
        """Read the links that the books may count, with numbers above ``after``, up to ``until``.

        No shift began before version 4.4, so none of them is in the older table.
        """
        return self._read(spec.EVENT.name, "read_booked", after=after, until=until)

    def last_retention(self, after: int) -> Link | None:
        """Read the newest link of a round of retention of a number above ``after``."""
        return next(self._read(spec.EVENT.name, "read_last_retention", after=after), None)

    def setting_changes(self, after: int) -> Iterator[Link]:
        """Read the links of changed settings numbered above ``after``, the newest first."""
        return self._read(spec.EVENT.name, "read_setting_changes", after=after)

    def resolutions(self, after: int, until: int) -> Iterator[tuple[Link, DifferenceResolved]]:
        """Read the links that resolve differences, numbered above ``after``, up to ``until``."""
        for link in self._read(spec.EVENT.name, "read_resolutions", after=after, until=until):
            event = link.event()
            assert isinstance(event, DifferenceResolved), "only these are read"
            yield link, event

    def tail(self, limit: int) -> list[Link]:
        """Return the last ``limit`` links, the last one first."""
        last: list[Link] = []
        for table in reversed(self._tables):
            last += self._read(table, _QUERIES[table].last, limit=limit - len(last))
        return last

    def _read(self, table: str, query: str, **values: int) -> Iterator[Link]:
        rows = self._connection.execute(queries()[query], values)
        return (Link(columns_of(row), table == spec.HAPPENING) for row in rows)


def beginning_of(
    connection: sqlite3.Connection, vault: Vault, slip_number: int
) -> RedemptionPrepared | None:
    """Return how a redemption was prepared, by its first event; None if that is not proven.

    An altered row is not trusted to say which redemption it belongs to.
    """
    chain_of_file = Chain(connection)
    first = next(chain_of_file.of_redemption(slip_number), None)
    if first is None:
        return None
    if not chain_of_file.holds(first, vault):
        return None
    event = first.event()
    return event if isinstance(event, RedemptionPrepared) else None


def end_of_chain(connection: sqlite3.Connection) -> End:
    """Return the end of the chain, after which the next event is appended."""
    row = connection.execute(queries()["read_end"]).fetchone()
    if row is not None:
        return End(row[spec.SEQUENCE], row[spec.AT_US], bytes(row[LINK]))
    last = Chain(connection).tail(1)
    return End(last[0].sequence, time_us(last[0].at), last[0].mac) if last else End()
