"""The journal as one SQLite file: one connection, in one thread, for the life of the till.

Each method runs whole in that thread as one short transaction. A write that has begun is finished
even when its caller is cancelled, because the row may already be on the disk. After a failure of
the environment nothing is written any more: SQLite would go on committing after a failed sync.
"""

import asyncio
import sqlite3
from collections import deque
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Self, TypeVar

from counterfoil.adapters.journal.backup.plain_copy import PlainCopy, check_room, size_of
from counterfoil.adapters.journal.integrity.anchor import Anchor, Anchors, SecondPlace, head_of
from counterfoil.adapters.journal.integrity.audit import find_faults
from counterfoil.adapters.journal.integrity.checking import Checker
from counterfoil.adapters.journal.integrity.marker import Marker
from counterfoil.adapters.journal.integrity.watch import Watch, accepted_before
from counterfoil.adapters.journal.opening import OpeningLimits, open_file, transaction
from counterfoil.adapters.journal.storage.codecs import packed_id
from counterfoil.adapters.journal.storage.place import LOCK_NAME, prepare_place
from counterfoil.adapters.journal.storage.quarantine import Quarantine, damage_of
from counterfoil.adapters.journal.storage.reading import SLIP_NUMBER_MAX, ProvenAdvices, Reader
from counterfoil.adapters.journal.storage.row_macs import AlteredRowError
from counterfoil.adapters.journal.storage.sorting import FILE_FAILURES, sort_failure
from counterfoil.adapters.journal.storage.tallying import Tallier
from counterfoil.adapters.journal.storage.till_lock import TillLock
from counterfoil.adapters.journal.storage.writing import Writer
from counterfoil.domain.advice import Advice
from counterfoil.domain.audit import Recorded
from counterfoil.domain.bookkeeping import AlikePage, BookedPage, Stretch
from counterfoil.domain.causes.journal import Finding
from counterfoil.domain.conduct import Deeds
from counterfoil.domain.failures import JournalHeldError, JournalUnavailableError
from counterfoil.domain.forwarding import Tally
from counterfoil.domain.printing import PrintJob
from counterfoil.domain.reconciliation import Difference, Reconciliation
from counterfoil.domain.reconciling import Booking
from counterfoil.domain.redemption import Attempt, Redemption
from counterfoil.domain.report import Days
from counterfoil.domain.retention import Holdings, Round
from counterfoil.domain.rows import Row
from counterfoil.domain.sale import Sale
from counterfoil.domain.search import Search
from counterfoil.domain.secret import Secret
from counterfoil.domain.settlement import Settlement
from counterfoil.domain.shift import Shift, ShiftState
from counterfoil.domain.staff import Person
from counterfoil.domain.verdict import ChangeVoucher
from counterfoil.domain.voucher_type import VoucherType
from counterfoil.ports.journal import Checked, Place
from counterfoil.ports.vault import Vault

_Answer = TypeVar("_Answer")

_LIMITS = OpeningLimits()


class SqliteJournal:
    """The journal port over ``journal.db`` in the till's folder. Make one with `open`."""

    vault: Vault
    """What seals the rows; there once the journal is open."""

    def __init__(
        self,
        directory: Path,
        open_vault: Callable[[], Vault],
        limits: OpeningLimits = _LIMITS,
        second: SecondPlace | None = None,
        marker: Marker | None = None,
    ) -> None:
        self._directory = directory
        self._open_vault = open_vault
        self._limits = limits
        self._second = second
        self._marker = marker
        self._anchors: Anchors | None = None
        self._waiting: deque[Callable[[], None]] = deque()
        self._lock = TillLock(directory / LOCK_NAME)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="journal")
        self._connection: sqlite3.Connection | None = None
        self._failure: JournalUnavailableError | None = None
        self._proven = ProvenAdvices()
        self._quarantine = Quarantine()

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        directory: Path,
        open_vault: Callable[[], Vault],
        limits: OpeningLimits = _LIMITS,
        second: SecondPlace | None = None,
        marker: Marker | None = None,
    ) -> AsyncIterator[Self]:
        """Open the journal in a folder, and close it at the end.

        ``open_vault`` is called in the journal's thread once the folder has been found fit and is
        locked, so that no key is made for a journal that cannot be kept. ``second`` keeps a copy of
        the anchor, and ``marker`` remembers the till outside its folder.

        Raises:
            JournalHeldError: a supervisor must look at it first.
            JournalUnavailableError: it cannot be trusted to keep a row; nothing may be sold.
            VaultUnavailableError: the key is not the one that it was written with.

        """
        journal = cls(directory, open_vault, limits, second, marker)
        try:
            await journal._finish_alone(journal._open)
            yield journal
        finally:
            await journal._finish_alone(journal._close)
            journal._thread.shutdown()

    @property
    def is_remembered(self) -> bool:
        """Whether the till could be written into the marker, outside its folder."""
        return self._anchors is not None and self._anchors.is_marked

    @property
    def is_damaged(self) -> bool:
        """Whether any record has been found altered so far."""
        return bool(self._quarantine.damages)

    async def commit(self, rows: Sequence[Row]) -> None:
        """Write all rows or none, and wait until they are on the disk."""
        written = tuple(rows)

        def write(connection: sqlite3.Connection) -> Anchor:
            self._quarantine.check(written)
            Writer(connection, self.vault).write(written)
            return head_of(connection)

        await self._finish(lambda: self._commit(write))

    async def redemption(self, redemption_id: str) -> Redemption | None:
        """Return one redemption, with the shape of its change voucher and none of its codes."""
        return await self._read(
            lambda reader: reader.redemption("read_redemption", id=packed_id(redemption_id))
        )

    async def redemption_by_reference(self, reference: str) -> Redemption | None:
        """Return the redemption with this short reference."""
        return await self._read(
            lambda reader: reader.redemption("read_redemption_by_reference", reference=reference)
        )

    async def last_of_sale(self, sale_id: str) -> Redemption | None:
        """Return the newest redemption of a sale."""
        return await self._read(
            lambda reader: reader.redemption("read_last_of_sale", sale_id=packed_id(sale_id))
        )

    async def request(self, redemption_id: str) -> Secret:
        """Return the exact text that is sent for this redemption."""
        return await self._read(lambda reader: reader.request(redemption_id))

    async def open_redemptions(self) -> tuple[Redemption, ...]:
        """Return the redemptions that the till still has something to do for, oldest first."""
        return await self._read(lambda reader: reader.redemptions("read_open"))

    async def redemptions_for_a_person(self) -> tuple[Redemption, ...]:
        """Return the redemptions that are unclaimed or need attention, oldest first."""
        return await self._read(lambda reader: reader.redemptions("read_for_a_person"))

    async def redemptions_left_open(self) -> tuple[Redemption, ...]:
        """Return the last redemption of each sale that was open when the till stopped."""
        return await self._read(lambda reader: reader.redemptions("read_left_open"))

    async def slips_to_finish(self) -> tuple[Redemption, ...]:
        """Return final redemptions whose slip no person has confirmed, oldest first."""
        return await self._read(lambda reader: reader.redemptions("read_slips_to_finish"))

    async def slip_ids_to_finish(self) -> frozenset[str]:
        """Return the ids of what `slips_to_finish` returns, without reading whole rows."""
        return await self._read(Reader.slip_ids_to_finish)

    async def declined_since(self, since: datetime) -> tuple[Redemption, ...]:
        """Return the redemptions that began since then and were declined, oldest first."""
        since_s = int(since.timestamp())
        return await self._read(
            lambda reader: reader.redemptions("read_declined_since", since_s=since_s)
        )

    async def history(self, limit: int, before: int | None = None) -> tuple[Redemption, ...]:
        """Return redemptions, newest first, with slip numbers below ``before``."""
        below = SLIP_NUMBER_MAX if before is None else before
        return await self._read(
            lambda reader: reader.redemptions("read_history", limit=limit, before=below)
        )

    async def find(self, search: Search, limit: int) -> tuple[Redemption, ...]:
        """Return at most ``limit`` redemptions that a search finds, newest first."""
        return await self._read(lambda reader: reader.found(search, limit))

    async def count(self, search: Search | None = None) -> int:
        """Return how many redemptions there are, or how many a search finds.

        A search is counted up to ``COUNTED_MAX``; one more than that stands for any higher number.
        """
        return await self._read(lambda reader: reader.count(search))

    async def sale(self, sale_id: str) -> Sale | None:
        """Return one sale with the sum its final redemptions paid."""
        return await self._read(lambda reader: reader.sale(sale_id))

    async def attempts(self, redemption_id: str) -> tuple[Attempt, ...]:
        """Return the attempts of one redemption in order."""
        return await self._read(lambda reader: reader.attempts(redemption_id))

    async def change(self, redemption_id: str) -> ChangeVoucher | None:
        """Return the change voucher of a redemption, codes and all; None where there is none."""
        return await self._read(lambda reader: reader.change(redemption_id))

    async def last_answer(self, redemption_id: str) -> Secret | None:
        """Return the last answer that came to an attempt, as it came."""
        return await self._read(lambda reader: reader.last_answer(redemption_id))

    async def advice(self, redemption_id: str) -> Advice | None:
        """Return the advice of one redemption."""
        return await self._read(lambda reader: reader.advice(redemption_id))

    async def advice_body(self, advice_id: str) -> Secret:
        """Return the exact text that is sent for an advice."""
        return await self._read(lambda reader: reader.advice_body(advice_id))

    async def owed_advices(self, upstream: str | None = None) -> tuple[Advice, ...]:
        """Return the advices that are still to be sent, in the order in which they were written."""
        owed = await self._read(Reader.owed_advices)
        return tuple(one for one in owed if upstream in {None, one.upstream})

    async def owed_tallies(self) -> tuple[Tally, ...]:
        """Return the tally of unacknowledged advices of each upstream that has any."""
        return await self._read(Reader.owed_tallies)

    async def is_reversal_owed(self, upstream: str) -> bool:
        """Return whether an upstream is owed a reversal that is not suspended."""
        return await self._read(lambda reader: reader.is_reversal_owed(upstream))

    async def ids_for_a_call(self, reachable: Collection[str]) -> frozenset[str]:
        """Return the ids of redemptions about whose advice a person must call the upstream."""
        return await self._read(lambda reader: reader.ids_for_a_call(reachable))

    async def print_jobs(self, redemption_id: str) -> tuple[PrintJob, ...]:
        """Return the print jobs of one redemption in order."""
        return await self._read(lambda reader: reader.print_jobs(redemption_id))

    async def settlements(self, redemption_id: str) -> tuple[Settlement, ...]:
        """Return how people settled one redemption, in the order in which they did."""
        return await self._read(lambda reader: reader.settlements(redemption_id))

    async def papers_under_way(self) -> tuple[PrintJob, ...]:
        """Return the print jobs that were counted and have no outcome, oldest slip first."""
        return await self._read(Reader.papers_under_way)

    async def events(self, redemption_id: str) -> tuple[Recorded, ...]:
        """Return the audit events of one redemption, in order."""
        return await self._read(lambda reader: reader.events(redemption_id))

    async def deeds(self, seen_by: str) -> Deeds:
        """Return what people did since the person with this number said to have seen it."""
        return await self._read(lambda reader: reader.deeds(seen_by))

    async def setting_changes(self, limit: int) -> tuple[Recorded, ...]:
        """Return the newest changes of settings, the newest first."""
        return await self._read(lambda reader: reader.setting_changes(limit))

    async def open_shift(self) -> Shift | None:
        """Return the shift that is open; None where none is."""
        last = await self._read(lambda reader: reader.shift("read_last_shift"))
        return last if last is not None and last.state is ShiftState.OPEN else None

    async def shift(self, number: int) -> Shift | None:
        """Return one shift; None where there is none with this number."""
        return await self._read(lambda reader: reader.shift("read_shift", number=number))

    async def shifts(self, limit: int, before: int | None = None) -> tuple[Shift, ...]:
        """Return the newest shifts with numbers below ``before``."""
        below = SLIP_NUMBER_MAX if before is None else before
        return await self._read(lambda reader: reader.shifts(limit, below))

    async def booked(self, after: int) -> BookedPage:
        """Return the next events after number ``after`` that the books may count."""
        return await self._read(lambda reader: reader.booked(after))

    async def stretch(self, after: int) -> Stretch | None:
        """Return the next stretch of events after number ``after``; None after the last event."""
        return await self._run(lambda connection: Tallier(connection).stretch(after))

    async def alike(self, stretch: Stretch, days: Days | None, step_s: int | None) -> AlikePage:
        """Add up a stretch of events for a report."""
        return await self._run(lambda connection: Tallier(connection).alike(stretch, days, step_s))

    async def next_slip_number(self) -> int:
        """Return the slip number the next redemption will get."""
        return await self._read(Reader.next_slip_number)

    async def staff(self) -> tuple[Person, ...]:
        """Return the staff, in the order in which they were added; an altered entry is left out."""
        return await self._read(Reader.staff)

    async def has_staff(self) -> bool:
        """Return whether there is any entry of the staff, altered or not."""
        return await self._read(Reader.has_staff)

    async def kept_types(self, upstream: str) -> tuple[datetime, tuple[VoucherType, ...]] | None:
        """Return the last types kept for an upstream, and when it gave them."""
        return await self._read(lambda reader: reader.kept_types(upstream))

    async def reconciliations(self, limit: int) -> tuple[Reconciliation, ...]:
        """Return the last runs of reconciliation, newest first."""
        return await self._read(
            lambda reader: reader.reconciliations("read_reconciliations", limit=limit)
        )

    async def last_reconciliation(self, upstream: str) -> Reconciliation | None:
        """Return the last run of a provider."""
        found = await self._read(
            lambda reader: reader.reconciliations("read_last_of_upstream", upstream=upstream)
        )
        return next(iter(found), None)

    async def reconciliation_of_file(self, upstream: str, file_hash: str) -> Reconciliation | None:
        """Return the last run of the same file of a provider."""
        key = bytes.fromhex(file_hash)
        found = await self._read(
            lambda reader: reader.reconciliations(
                "read_last_of_file", upstream=upstream, file_hash=key
            )
        )
        return next(iter(found), None)

    async def differences(self, run: int) -> tuple[Difference, ...]:
        """Return the differences of a run, resolved or not."""
        return await self._read(lambda reader: reader.differences("read_differences", run=run))

    async def open_differences(self) -> tuple[Difference, ...]:
        """Return the differences that nobody has resolved, oldest first."""
        return await self._read(lambda reader: reader.differences("read_open_differences"))

    async def difference(self, number: int) -> Difference | None:
        """Return one difference."""
        return await self._read(lambda reader: reader.difference(number))

    async def differences_resolved(self, after: int, until: int) -> tuple[Difference, ...]:
        """Return the differences resolved by events numbered above ``after``, up to ``until``."""
        return await self._read(lambda reader: reader.differences_resolved(after, until))

    async def slip_numbers_of(self, since: datetime, until: datetime) -> tuple[int, int]:
        """Return the first and last slip number from ``since`` to ``until``; 0 and 0 if none."""
        return await self._read(lambda reader: reader.slip_numbers_of(since, until))

    async def bookings(self, upstream: str, after: int, until: int) -> tuple[Booking, ...]:
        """Return a provider's redemptions with slip numbers above ``after``, up to ``until``."""
        return await self._read(lambda reader: reader.bookings(upstream, after, until))

    async def bookings_named(self, upstream: str, names: Sequence[str]) -> tuple[Booking, ...]:
        """Return the redemptions of a provider that have one of these ids or references."""
        return await self._read(lambda reader: reader.bookings_named(upstream, names))

    @asynccontextmanager
    async def copied(self) -> AsyncIterator[PlainCopy]:
        """Copy the whole journal into a short-lived file, while commits go on.

        Raises:
            JournalUnavailableError: it cannot be copied.

        """
        copy = PlainCopy(self._directory)
        try:
            await self._finish_alone(lambda: self._copy_into(copy))
            yield copy
        finally:
            # Letting go of a large file takes its time, which is nobody's to wait for.
            await outlast(asyncio.get_running_loop().run_in_executor(None, copy.close))

    async def verify(self) -> tuple[Finding, ...]:
        """Check the whole file: schema, moves between states, sealed fields and event chain.

        Return everything that is not as it was written.
        """
        return await self._run(lambda connection: tuple(find_faults(connection, self.vault)))

    async def holdings(self, after: int) -> Holdings:
        """Return the redemptions that still have their key, from a part of the journal."""
        return await self._read(lambda reader: reader.holdings(after))

    async def last_retention(self) -> Round | None:
        """Return when the journal was gone through last for what may be kept no longer."""
        return await self._read(Reader.last_retention)

    async def with_phone(self, phone_fingerprint: str) -> tuple[Redemption, ...]:
        """Return the redemptions with a phone number, by its keyed hash, oldest first."""
        return await self._read(lambda reader: reader.with_phone(phone_fingerprint))

    async def some_with_mask(
        self, sms_to: str, after: int
    ) -> tuple[tuple[Redemption, ...], int | None]:
        """Find redemptions of an older till by their masked phone number, one part at a time."""
        return await self._read(lambda reader: reader.some_with_mask(sms_to, after))

    async def forget(self) -> None:
        """Empty the log beside the journal's file, so that removed data is in no copy of it."""
        await self._finish_alone(self._cut_log)

    async def place_at(self, share: float) -> Place:
        """Return the place that has the given share of all records before it, from 0 up to 1."""
        return await self._run(lambda connection: self._checker(connection).place_at(share))

    async def check_some(self, place: Place) -> Checked:
        """Check the next slice of records; return where to go on and all damage known by now."""
        return await self._run(lambda connection: self._checker(connection).check_some(place))

    def _begin_to_check(self, connection: sqlite3.Connection) -> None:
        self._quarantine.accept(accepted_before(connection, self.vault))
        self._checker(connection).check_end()

    def _checker(self, connection: sqlite3.Connection) -> Checker:
        return Checker(connection, self.vault, self._quarantine)

    async def _read(self, read: Callable[[Reader], _Answer]) -> _Answer:
        return await self._run(
            lambda connection: read(Reader(connection, self.vault, self._proven, self._quarantine))
        )

    async def _run(self, work: Callable[[sqlite3.Connection], _Answer]) -> _Answer:
        return await self._finish(lambda: self._transact(work))

    async def _finish(self, work: Callable[[], _Answer]) -> _Answer:
        """Run in the journal's thread, when its turn comes or between the pages of a copy."""
        future: Future[_Answer] = Future()
        self._waiting.append(lambda: _fulfil(future, work))
        self._thread.submit(self._work_on)
        return await outlast(future)

    async def _finish_alone(self, work: Callable[[], _Answer]) -> _Answer:
        """Run in the journal's thread, and never while something else is half done there."""
        return await outlast(self._thread.submit(work))

    # ------------------------------------------------------------------- in the journal's thread

    def _work_on(self) -> None:
        """Do what has waited longest; a copy that let it in before may have done it already."""
        with suppress(IndexError):
            self._waiting.popleft()()

    def _open(self) -> None:
        """Check the folder, take the lock, find the key, and only then open the file."""
        prepare_place(self._directory, self._limits.free_bytes_min)
        self._lock.take(self._limits.lock_wait_s)
        if self._marker is not None and (found := self._marker.faults()):
            raise JournalHeldError(*found)
        self.vault = self._open_vault()
        try:
            anchors = Anchors(self._directory, self.vault, self._second, self._marker)
            watch = Watch(anchors, self.vault)
            self._connection = open_file(self._directory, self.vault, self._limits, watch)
            self._anchors = anchors
            self._transact(self._begin_to_check)
        except FILE_FAILURES as error:
            raise sort_failure(error) from error

    def _close(self) -> None:
        """Close the file and let the next till in; after a failure nothing more is written."""
        is_sound = self._failure is None
        self._failure = self._failure or JournalUnavailableError("the journal is closed")
        try:
            if self._anchors is not None and is_sound:
                self._anchors.rest()
            if self._connection is not None:
                self._connection.close()
        finally:
            self._connection = None
            self._lock.release()

    def _commit(self, write: Callable[[sqlite3.Connection], Anchor]) -> None:
        """Write, and then move the anchor: it is never ahead of what is durable."""
        head = self._transact(write)
        assert self._anchors is not None, "an open journal has its anchor"
        self._anchors.follow(head)

    def _copy_into(self, copy: PlainCopy) -> None:
        """Copy page by page through the one connection, and let others in between.

        What they write meanwhile reaches the copy too, so the copy is of one moment: its end.
        """
        connection = self._usable()
        try:
            check_room(self._directory, size_of(connection), self._limits.free_bytes_min)
            copy.take_pages(connection, self._work_on)
        except FILE_FAILURES as error:
            raise sort_failure(error) from error

    def _cut_log(self) -> None:
        try:
            row = self._usable().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except FILE_FAILURES as error:
            raise sort_failure(error) from error
        assert row[0] == 0, "nobody else reads the file"

    def _usable(self) -> sqlite3.Connection:
        """Return the connection, unless the journal has failed or is closed."""
        if self._failure is not None:
            raise type(self._failure)(*self._failure.args)
        assert self._connection is not None, "a journal is opened before it is used"
        return self._connection

    def _transact(self, work: Callable[[sqlite3.Connection], _Answer]) -> _Answer:
        """Run as one transaction; after a failure of the environment, never again."""
        connection = self._usable()
        try:
            with transaction(connection):
                return self._watched(connection, work)
        except sqlite3.Error as error:
            failure = sort_failure(error)
            if isinstance(failure, JournalUnavailableError):
                self._failure = failure
            raise failure from error

    def _watched(
        self, connection: sqlite3.Connection, work: Callable[[sqlite3.Connection], _Answer]
    ) -> _Answer:
        """Do the work; quarantine an altered row that it meets, and raise its error again."""
        try:
            return work(connection)
        except AlteredRowError as altered:
            damage = damage_of(connection, self.vault, altered.table, altered.columns)
            self._quarantine.add(damage)
            raise


async def outlast(future: "Future[_Answer] | asyncio.Future[_Answer]") -> _Answer:
    """Wait for work that has begun until it ends, even if the caller is cancelled meanwhile.

    The cancellation is raised after that.
    """
    running = asyncio.wrap_future(future)
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        while not running.done():
            # A second cancellation changes nothing: the first is raised below.
            with suppress(asyncio.CancelledError):
                await asyncio.wait({running})
        running.exception()
        raise


def _fulfil(future: "Future[_Answer]", work: Callable[[], _Answer]) -> None:
    """Do the work; what it raises belongs to whoever waits for it, and stops nobody else."""
    try:
        answer = work()
    except BaseException as error:  # noqa: BLE001 - handed on whole
        future.set_exception(error)
    else:
        future.set_result(answer)
