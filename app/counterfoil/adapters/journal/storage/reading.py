"""Reads rows of the file as records; a row that is not as this till wrote it is never returned."""

import json
import re
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from math import ceil, floor
from typing import Any, TypeVar
from uuid import UUID

from counterfoil.adapters.journal.storage import records, spec
from counterfoil.adapters.journal.storage.chain import Chain, Link
from counterfoil.adapters.journal.storage.codecs import id_text, packed_id
from counterfoil.adapters.journal.storage.events import time_of
from counterfoil.adapters.journal.storage.finding import Finder
from counterfoil.adapters.journal.storage.quarantine import Quarantine, damage_of
from counterfoil.adapters.journal.storage.queries import queries
from counterfoil.adapters.journal.storage.row_keys import row_key_of
from counterfoil.adapters.journal.storage.row_macs import (
    AlteredRowError,
    check_joined,
    check_mac,
    columns_of,
)
from counterfoil.adapters.journal.storage.table import Columns, SqlValue, Table
from counterfoil.domain.advice import Advice
from counterfoil.domain.audit import Recorded, RetentionDone
from counterfoil.domain.bookkeeping import Booked, BookedPage
from counterfoil.domain.conduct import Deeds, Sold
from counterfoil.domain.failures import RecordUnreadableError, SecretsShreddedError
from counterfoil.domain.forwarding import Tally, may_have_arrived
from counterfoil.domain.printing import PrintJob
from counterfoil.domain.reconciliation import Difference, Reconciliation
from counterfoil.domain.reconciling import Booking, booking_of
from counterfoil.domain.redemption import Attempt, Redemption
from counterfoil.domain.retention import Holding, Holdings, Round
from counterfoil.domain.sale import Sale
from counterfoil.domain.search import COUNTED_MAX, Search
from counterfoil.domain.secret import Secret
from counterfoil.domain.settlement import Settlement
from counterfoil.domain.shift import Shift
from counterfoil.domain.staff import Person
from counterfoil.domain.states import RedemptionState
from counterfoil.domain.verdict import ChangeVoucher
from counterfoil.domain.voucher_type import VoucherType
from counterfoil.ports.vault import Vault

_Record = TypeVar("_Record")

SLIP_NUMBER_MAX = 2**63 - 1
STAFF_EVENTS_MAX = 500
"""So far back is looked for what somebody has not seen: a week or two of a busy till."""

BOOKED_SPAN = 250
"""So many events are looked at in one transaction, which takes some milliseconds."""

HOLDINGS_AT_ONCE = 25
"""So many slip numbers are looked at in one go for what may be kept no longer: a few ms."""
_BESIDE_HOLDING = (spec.LAST_US, spec.IS_OVER)
_HEX = re.compile("[0-9a-fA-F]{32}")
_ID_LETTERS, _HALF_REFERENCE = 32, 3
_OF_LATE = 100_000
"""Among so many of the last events the newest round of retention is looked for: days of a shop."""

BESIDE_ADVICE = (spec.REDEMPTION_ID, spec.REFUND_OF)
"""What is read of an advice's redemption together with it."""


class ProvenAdvices:
    """Remembers the rows of owed advices that were authenticated, so that it is done once.

    They are read before and after each exchange, and authenticating a thousand takes longer than
    the exchange. A row with the same bytes as before is not checked again.
    """

    def __init__(self) -> None:
        self._kept: dict[str, tuple[tuple[SqlValue, ...], Advice]] = {}

    def read(
        self, rows: Iterable[sqlite3.Row], prove: Callable[[sqlite3.Row], Advice | None]
    ) -> tuple[Advice, ...]:
        """Return rows as advices; ``prove`` authenticates those that are new or changed.

        Rows for which ``prove`` returns None are left out. Rows that are not among these are
        forgotten.
        """
        kept = {}
        for row in rows:
            values, known = tuple(row), self._kept.get(row[spec.ID])
            if known is not None and known[0] == values:
                kept[row[spec.ID]] = known
            elif (advice := prove(row)) is not None:
                kept[row[spec.ID]] = values, advice
        self._kept = kept
        return tuple(advice for _, advice in kept.values())


class Reader:
    """Reads records of all kinds from one open journal.

    The MAC of a row is checked before it becomes a record. An altered row raises
    RecordUnreadableError; where a docstring says that altered ones are left out, it goes into the
    quarantine instead. Methods that only count, or say whether there is any row, check no MAC.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        vault: Vault,
        owed: ProvenAdvices,
        quarantine: Quarantine,
    ) -> None:
        self._connection = connection
        self._vault = vault
        self._owed = owed
        self._quarantine = quarantine

    def redemptions(self, query: str, **values: SqlValue) -> tuple[Redemption, ...]:
        """Return the redemptions that a query finds; one that was altered is left out.

        So is one that was found to be an older copy of itself.
        """
        return tuple(
            self._redemption(columns)
            for row in self._execute(query, **values).fetchall()
            if not self._quarantine.leaves_out(row[spec.SLIP_NUMBER])
            and (columns := self._sound(spec.REDEMPTION, row))
        )

    def redemption(self, query: str, **values: SqlValue) -> Redemption | None:
        """Return the one redemption that a query finds.

        Raises:
            RecordUnreadableError: it is not as it was written.

        """
        found = self._execute(query, **values).fetchone()
        if found is None:
            return None
        if self._quarantine.leaves_out(found[spec.SLIP_NUMBER]):
            raise AlteredRowError(spec.REDEMPTION.name, columns_of(found))
        return self._redemption(check_mac(self._vault, spec.REDEMPTION, found))

    def _redemption(self, columns: Columns) -> Redemption:
        return read_redemption(self._connection, columns, self._vault)

    def _sound(self, table: Table[Any], found: sqlite3.Row, *joined: str) -> dict[str, Any] | None:
        """Return the columns of a row of a list; one that was altered is kept apart and is None."""
        try:
            return check_joined(self._vault, table, found, *joined)
        except AlteredRowError as altered:
            self._quarantine.add(
                damage_of(self._connection, self._vault, altered.table, altered.columns)
            )
            return None

    def found(self, search: Search, limit: int) -> tuple[Redemption, ...]:
        """Return at most ``limit`` redemptions that a search finds, newest first.

        Altered ones are left out.
        """
        numbers = Finder(self._connection, self._vault).slip_numbers(search, limit)
        return self.redemptions("read_by_slip_numbers", slip_numbers=json.dumps(numbers))

    def count(self, search: Search | None) -> int:
        """Return how many redemptions there are, or how many a search finds; none is authenticated.

        They are numbered without gaps, so the last number is how many there are.
        """
        if search is not None:
            return len(Finder(self._connection, self._vault).slip_numbers(search, COUNTED_MAX + 1))
        number: int = self._execute("last_slip_number").fetchone()[0]
        return number

    def request(self, redemption_id: str) -> Secret:
        """Return the exact text that is sent for a redemption."""
        found = self._execute("read_redemption", id=packed_id(redemption_id)).fetchone()
        assert found is not None, "only what was prepared has a request"
        seals, columns = self._opening(found)
        return seals.open(records.REQUEST, columns[spec.REQUEST_SEALED])

    def _opening(self, found: sqlite3.Row) -> tuple[records.Seals, dict[str, Any]]:
        """Return what opens the sealed texts of a redemption, and its columns.

        Raises:
            SecretsShreddedError: the key was dropped.

        """
        columns = check_mac(self._vault, spec.REDEMPTION, found)
        _refuse_shredded(columns[spec.SHREDDED_AT])
        return records.seals_of(self._connection, self._vault, columns), columns

    def change(self, redemption_id: str) -> ChangeVoucher | None:
        """Return the change voucher of a redemption, codes and all."""
        found = self._execute("read_redemption", id=packed_id(redemption_id)).fetchone()
        if found is None or found[spec.CHANGE_SEALED] is None:
            return None
        columns = check_mac(self._vault, spec.REDEMPTION, found)
        _refuse_shredded(columns[spec.SHREDDED_AT])
        return _open_change(self._connection, columns, self._vault)

    def sale(self, sale_id: str) -> Sale | None:
        """Return one sale with the sum its final redemptions paid."""
        found = self._execute("read_sale", id=packed_id(sale_id)).fetchone()
        if found is None:
            return None
        paid_cents = self._execute("sum_paid", id=packed_id(sale_id)).fetchone()[0]
        return spec.SALE.read(check_mac(self._vault, spec.SALE, found), paid_cents=paid_cents)

    def attempts(self, redemption_id: str) -> tuple[Attempt, ...]:
        """Return the attempts of one redemption in order."""
        return self._of(redemption_id, spec.ATTEMPT, "read_attempts")

    def last_answer(self, redemption_id: str) -> Secret | None:
        """Return the last answer that came to an attempt."""
        parent = self._execute("read_redemption", id=packed_id(redemption_id)).fetchone()
        if parent is None:
            return None
        found = self._execute("read_last_answer", slip_number=parent[spec.SLIP_NUMBER]).fetchone()
        if found is None:
            return None
        columns = check_mac(self._vault, spec.ATTEMPT, found)
        seals, _ = self._opening(parent)
        return seals.open(records.body_column(columns[spec.NUMBER]), columns[spec.BODY_SEALED])

    def advice(self, redemption_id: str) -> Advice | None:
        """Return the advice of one redemption."""
        found = self._execute("read_advice", redemption_id=packed_id(redemption_id)).fetchone()
        return found and self._advice(found)

    def advice_body(self, advice_id: str) -> Secret:
        """Return the exact text that is sent for an advice."""
        found = self._execute("read_advice_by_id", id=packed_id(advice_id)).fetchone()
        assert found is not None, "only what was written has a body"
        beside = (spec.REDEMPTION_ID, spec.ROW_KEY, spec.SHREDDED_AT)
        columns = check_joined(self._vault, spec.ADVICE, found, *beside)
        _refuse_shredded(found[spec.SHREDDED_AT])
        key = row_key_of(self._connection, found[spec.ROW_KEY], found[spec.SLIP_NUMBER])
        seals = records.Seals(self._vault, id_text(found[spec.REDEMPTION_ID]), key)
        return seals.open(records.ADVICE, columns[spec.BODY_SEALED])

    def owed_advices(self) -> tuple[Advice, ...]:
        """Return the advices that are still to be sent, in the order in which they were written.

        An altered one is left out, and does not stop the others.
        """
        return self._owed.read(self._execute("read_owed_advices").fetchall(), self._sound_advice)

    def owed_tallies(self) -> tuple[Tally, ...]:
        """Return the tally of unacknowledged advices of each upstream that has any.

        No row is authenticated: the tally is read at every redemption, and to authenticate a
        thousand rows takes longer than the redemption.
        """
        return tuple(
            Tally(
                upstream=upstream,
                count=count,
                oldest_at=datetime.fromtimestamp(oldest_s, UTC),
                suspended=suspended,
                tried=tried,
            )
            for upstream, count, oldest_s, suspended, tried in self._execute("tally_owed")
        )

    def is_reversal_owed(self, upstream: str) -> bool:
        """Return whether any reversal is owed to an upstream.

        The MAC of its row is not checked here, but when the reversal is sent.
        """
        return self._execute("find_owed_reversal", upstream=upstream).fetchone() is not None

    def ids_for_a_call(self, reachable: Collection[str]) -> frozenset[str]:
        """Return the ids of redemptions whose advice needs a person; no row is authenticated."""
        found = self._execute("read_ids_for_a_call", reachable=json.dumps(sorted(reachable)))
        return frozenset(id_text(redemption_id) for (redemption_id,) in found)

    def _sound_advice(self, found: sqlite3.Row) -> Advice | None:
        columns = self._sound(spec.ADVICE, found, *BESIDE_ADVICE)
        return None if columns is None else read_advice(found, columns)

    def _advice(self, found: sqlite3.Row) -> Advice:
        return read_advice(found, check_joined(self._vault, spec.ADVICE, found, *BESIDE_ADVICE))

    def print_jobs(self, redemption_id: str) -> tuple[PrintJob, ...]:
        """Return the print jobs of one redemption in order."""
        return self._of(redemption_id, spec.PRINT_JOB, "read_print_jobs")

    def settlements(self, redemption_id: str) -> tuple[Settlement, ...]:
        """Return how people settled one redemption, in the order in which they did."""
        return self._of(redemption_id, spec.SETTLEMENT, "read_settlements")

    def slip_ids_to_finish(self) -> frozenset[str]:
        """Return the ids of what was sold or settled and whose slip no person has confirmed.

        They are for counting, so no row is authenticated: with thousands that would take long.
        """
        return frozenset(
            id_text(found[spec.ID]) for found in self._execute("read_slip_ids_to_finish")
        )

    def papers_under_way(self) -> tuple[PrintJob, ...]:
        """Return the print jobs without an outcome, in order; an altered one is left out."""
        return tuple(
            spec.PRINT_JOB.read(columns, redemption_id=id_text(found[spec.REDEMPTION_ID]))
            for found in self._execute("read_papers_under_way").fetchall()
            if (columns := self._sound(spec.PRINT_JOB, found, spec.REDEMPTION_ID))
        )

    def events(self, redemption_id: str) -> tuple[Recorded, ...]:
        """Return the audit events of one redemption, in order; one that was altered is left out."""
        parent = self._execute("read_redemption", id=packed_id(redemption_id)).fetchone()
        if parent is None:
            return ()
        chain = Chain(self._connection)
        return tuple(
            link.recorded(redemption_id)
            for link in chain.of_redemption(parent[spec.SLIP_NUMBER])
            if self._holds(chain, link)
        )

    def _holds(self, chain: Chain, link: Link) -> bool:
        """Say whether an event is as it was written; one that was altered is quarantined."""
        is_held = chain.holds(link, self._vault)
        if not is_held:
            damage = damage_of(self._connection, self._vault, link.table, link.columns)
            self._quarantine.add(damage)
        return is_held

    def deeds(self, seen_by: str) -> Deeds:
        """Return what people did since the person with this number said to have seen it.

        Altered events are left out. The sums are of rows that are not authenticated, as there may
        be thousands.
        """
        chain = Chain(self._connection)
        first = chain.first_unseen(seen_by, STAFF_EVENTS_MAX)
        if first is None:
            return Deeds()
        events = tuple(
            link.recorded(self._id_of(link.slip_number))
            for link in chain.deeds(first)
            if self._holds(chain, link)
        )
        prepared = self._execute("read_first_prepared", first=first).fetchone()
        if prepared is None:
            return Deeds(events)
        sold = self._execute("tally_sold", first=prepared[spec.SLIP_NUMBER])
        return Deeds(events, tuple(Sold(*row) for row in sold))

    def _id_of(self, slip_number: int | None) -> str | None:
        if slip_number is None:
            return None
        found = self._execute("read_redemption_by_slip_number", slip_number=slip_number).fetchone()
        return None if found is None else id_text(found[spec.ID])

    def booked(self, after: int) -> BookedPage:
        """Return the next events that the books may count, from a few hundred of the chain at most.

        What was altered is left out, and counted.
        """
        chain = Chain(self._connection)
        last: int = self._execute("last_event").fetchone()[0]
        until = min(after + BOOKED_SPAN, last)
        booked, left_out = [], 0
        for link in chain.booked(after, until):
            try:
                if not self._holds(chain, link):
                    left_out += 1
                    continue
                booked.append(Booked(link.event(), self._redemption_of(link.slip_number)))
            except RecordUnreadableError:
                left_out += 1
        end = chain.at(until)
        return BookedPage(
            booked=tuple(booked),
            until=until,
            head=None if end is None else end.head,
            is_last=until >= last,
            left_out=left_out,
        )

    def _redemption_of(self, slip_number: int | None) -> Redemption | None:
        if slip_number is None:
            return None
        return self.redemption("read_redemption_by_slip_number", slip_number=slip_number)

    def shift(self, query: str, **values: SqlValue) -> Shift | None:
        """Return the one shift that a query finds.

        Raises:
            RecordUnreadableError: it is not as it was written.

        """
        found = self._execute(query, **values).fetchone()
        return None if found is None else spec.SHIFT.read(check_mac(self._vault, spec.SHIFT, found))

    def shifts(self, limit: int, before: int) -> tuple[Shift, ...]:
        """Return at most ``limit`` shifts, newest first; an altered one is left out."""
        return tuple(
            spec.SHIFT.read(columns)
            for row in self._execute("read_shifts", limit=limit, before=before).fetchall()
            if (columns := self._sound(spec.SHIFT, row))
        )

    def holdings(self, after: int) -> Holdings:
        """Return the redemptions that still have their key, from a part of the journal.

        One that was altered is left out. When it was last touched is the time of its last event or,
        as before version 2.0, of its beginning.
        """
        until = after + HOLDINGS_AT_ONCE
        found = []
        for row in self._execute("read_holdings", after=after, until=until).fetchall():
            columns = self._sound(spec.REDEMPTION, row, *_BESIDE_HOLDING)
            if columns is None:
                continue
            redemption, last_us = self._redemption(columns), row[spec.LAST_US]
            found.append(
                Holding(
                    redemption=redemption,
                    last_at=redemption.created_at if last_us is None else time_of(last_us),
                    is_over=bool(row[spec.IS_OVER]),
                    is_slip_confirmed=not _has_slip_due(redemption, columns),
                )
            )
        last: int = self._execute("last_slip_number").fetchone()[0]
        return Holdings(tuple(found), until if until < last else None)

    def last_retention(self) -> Round | None:
        """Return the newest round of retention; None where there is no proven one of late."""
        last: int = self._execute("last_event").fetchone()[0]
        chain = Chain(self._connection)
        link = chain.last_retention(last - _OF_LATE)
        if link is None or not self._holds(chain, link):
            return None
        done = link.event()
        assert isinstance(done, RetentionDone), "only these are read"
        return Round(at=link.at, by=done.by, shredded=done.shredded, kept=done.kept)

    def setting_changes(self, limit: int) -> tuple[Recorded, ...]:
        """Return the newest proven changes of settings of late, ``limit`` at most."""
        last: int = self._execute("last_event").fetchone()[0]
        chain = Chain(self._connection)
        found = (
            link.recorded(None)
            for link in chain.setting_changes(last - _OF_LATE)
            if self._holds(chain, link)
        )
        return tuple(islice(found, limit))

    def with_phone(self, phone_fingerprint: str) -> tuple[Redemption, ...]:
        """Return the redemptions with a phone number, by its keyed hash; altered ones left out."""
        return self.redemptions(
            "read_with_phone", phone_fingerprint=bytes.fromhex(phone_fingerprint)
        )

    def some_with_mask(self, sms_to: str, after: int) -> tuple[tuple[Redemption, ...], int | None]:
        """Find redemptions of an older till by their masked phone number, one part at a time.

        With them comes the slip number after which the next part begins; None after the last one.
        """
        until = after + HOLDINGS_AT_ONCE
        found = self.redemptions("read_some_with_mask", after=after, until=until, sms_to=sms_to)
        last: int = self._execute("last_slip_number").fetchone()[0]
        return found, until if until < last else None

    def next_slip_number(self) -> int:
        """Return the slip number the next redemption will get."""
        number: int = self._execute("next_slip_number").fetchone()[0]
        return number

    # --------------------------------------------------------------------------- reconciliation

    def reconciliations(self, query: str, **values: SqlValue) -> tuple[Reconciliation, ...]:
        """Return the runs that a query finds; one that was altered is left out."""
        return self._all(spec.RECONCILIATION, query, **values)

    def differences(self, query: str, **values: SqlValue) -> tuple[Difference, ...]:
        """Return the differences that a query finds; one that was altered is left out."""
        return self._all(spec.DIFFERENCE, query, **values)

    def difference(self, number: int) -> Difference | None:
        """Return one difference."""
        found = self._execute("read_difference", number=number).fetchone()
        if found is None:
            return None
        return spec.DIFFERENCE.read(check_mac(self._vault, spec.DIFFERENCE, found))

    def differences_resolved(self, after: int, until: int) -> tuple[Difference, ...]:
        """Return the differences resolved by events numbered above ``after``, up to ``until``."""
        chain = Chain(self._connection)
        told = [one for link, one in chain.resolutions(after, until) if self._holds(chain, link)]
        found = (self.difference(one.number) for one in told)
        return tuple(one for one in found if one is not None)

    def slip_numbers_of(self, since: datetime, until: datetime) -> tuple[int, int]:
        """Return the first and last slip number from ``since`` to ``until``; 0 and 0 if none."""
        span = {"since_s": floor(since.timestamp()), "until_s": ceil(until.timestamp())}
        first, last = self._execute("read_slip_numbers_of", **span).fetchone()
        return first or 0, last or 0

    def bookings(self, upstream: str, after: int, until: int) -> tuple[Booking, ...]:
        """Return a provider's redemptions with slip numbers above ``after``, up to ``until``.

        Altered ones are left out.
        """
        found = self._execute("read_bookings", upstream=upstream, after=after, until=until)
        return tuple(self._booked(found.fetchall()))

    def bookings_named(self, upstream: str, names: Iterable[str]) -> tuple[Booking, ...]:
        """Return a provider's redemptions by the ids or short references that a statement names."""
        found = {}
        for name in names:
            row = self._named(name)
            if row is not None and row[spec.UPSTREAM] == upstream:
                found[row[spec.SLIP_NUMBER]] = row
        return tuple(self._booked(found.values()))

    def _named(self, name: str) -> sqlite3.Row | None:
        letters = "".join(filter(str.isalnum, name))
        row: sqlite3.Row | None = None
        if not letters.isascii():
            return row
        if len(letters) == _ID_LETTERS:
            key = packed_id(str(UUID(letters))) if _HEX.fullmatch(letters) else name
            row = self._execute("read_redemption", id=key).fetchone()
        elif len(letters) == 2 * _HALF_REFERENCE:
            halves = letters[:_HALF_REFERENCE].upper(), letters[_HALF_REFERENCE:].upper()
            row = self._execute(
                "read_redemption_by_reference", reference="-".join(halves)
            ).fetchone()
        return row

    def _booked(self, rows: Iterable[sqlite3.Row]) -> Iterator[Booking]:
        """Return rows as they are compared with a statement; only a settlement is read beside."""
        for row in rows:
            columns = self._sound(spec.REDEMPTION, row)
            if columns is None:
                continue
            redemption = spec.BOOKED.read(columns)
            is_settled = redemption.state is RedemptionState.RESOLVED
            settled = self.settlements(redemption.id) if is_settled else ()
            said = (one.evidence for one in settled if one.evidence is not None)
            yield booking_of(redemption, next(said, None))

    def _all(self, table: Table[_Record], query: str, **values: SqlValue) -> tuple[_Record, ...]:
        """Return the rows of a table that a query finds; one that was altered is left out."""
        return tuple(
            table.read(columns)
            for row in self._execute(query, **values).fetchall()
            if (columns := self._sound(table, row))
        )

    def kept_types(self, upstream: str) -> tuple[datetime, tuple[VoucherType, ...]] | None:
        """Return the last types kept for an upstream, and when it gave them."""
        found = self._execute("read_types", upstream=upstream).fetchone()
        if found is None:
            return None
        kept = spec.KEPT_TYPES.read(check_mac(self._vault, spec.KEPT_TYPES, found))
        return kept.at, records.read_types(kept.types)

    def staff(self) -> tuple[Person, ...]:
        """Return the staff, in the order in which they were added; an altered entry is left out."""
        return self._all(spec.STAFF, "read_staff")

    def has_staff(self) -> bool:
        """Return whether there is any entry of the staff, altered or not."""
        return self._execute("read_staff").fetchone() is not None

    def _of(
        self,
        redemption_id: str,
        table: Table[_Record],
        query: str,
    ) -> tuple[_Record, ...]:
        """Return the rows of one redemption."""
        parent = self._execute("read_redemption", id=packed_id(redemption_id)).fetchone()
        if parent is None:
            return ()
        found = self._execute(query, slip_number=parent[spec.SLIP_NUMBER]).fetchall()
        return tuple(
            table.read(check_mac(self._vault, table, row), redemption_id=redemption_id)
            for row in found
        )

    def _execute(self, query: str, **values: SqlValue) -> sqlite3.Cursor:
        return self._connection.execute(queries()[query], values)


def _has_slip_due(redemption: Redemption, columns: Columns) -> bool:
    """Whether somebody has still to be given a slip, of a sale or of what people settled."""
    is_settled = redemption.settled_as is not None and not redemption.is_refund
    is_due = redemption.state is RedemptionState.FINAL or is_settled
    return is_due and not columns[spec.IS_SLIP_FINISHED]


def _refuse_shredded(at_us: int | None) -> None:
    """Refuse to open what was shredded.

    Raises:
        SecretsShreddedError: it was.

    """
    if at_us is not None:
        raise SecretsShreddedError(time_of(at_us))


def read_redemption(connection: sqlite3.Connection, columns: Columns, vault: Vault) -> Redemption:
    """Read a redemption. A journal before version 2.3 kept the shape of change only sealed."""
    redemption = spec.REDEMPTION.read(columns)
    if redemption.change is not None or columns[spec.CHANGE_SEALED] is None:
        return redemption
    return replace(redemption, change=_open_change(connection, columns, vault).shape)


def _open_change(connection: sqlite3.Connection, columns: Columns, vault: Vault) -> ChangeVoucher:
    sealed = columns[spec.CHANGE_SEALED]
    text = records.seals_of(connection, vault, columns).open(records.CHANGE, sealed)
    return records.read_change(text, spec.REDEMPTION.read(columns).change)


def read_advice(found: sqlite3.Row, columns: Columns) -> Advice:
    """Read an advice from its own columns and the joined ones (``BESIDE_ADVICE``).

    Of an advice that an older till has attempted only the last attempt is known.
    """
    advice = spec.ADVICE.read(
        columns,
        redemption_id=id_text(found[spec.REDEMPTION_ID]),
        is_refund=found[spec.REFUND_OF] is not None,
    )
    if columns[spec.MAY_HAVE_ARRIVED] is None and advice.attempts_ended:
        return replace(advice, may_have_arrived=may_have_arrived(advice.last_cause))
    return advice
