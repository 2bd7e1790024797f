"""Reconciles a provider's statement with the journal, and stores how differences were explained.

File and journal are read in a thread, in small steps of some milliseconds, so that a sale never
waits for more than one of them. All that a run found is written in one commit at its end. If it is
stopped before, by a cancellation or a power cut, nothing of it is stored.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import ExitStack, asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

from counterfoil.domain.failures import (
    SettlementTextError,
    StaleChangeError,
    StatementRefusedError,
    UnknownDifferenceError,
    UnknownUpstreamError,
)
from counterfoil.domain.reconciliation import (
    DIFFERENCES_MAX,
    REASON_MAX,
    Difference,
    Reconciliation,
)
from counterfoil.domain.reconciling import (
    Booking,
    Outcome,
    Reconciler,
    TooManyDifferencesError,
)
from counterfoil.domain.rows import DifferenceFound, DifferenceResolved, StatementReconciled
from counterfoil.domain.settlement import TextFault, holds_many_digits
from counterfoil.domain.staff import Actor
from counterfoil.domain.statement import (
    Period,
    Preview,
    StatementProblem,
    StatementTrouble,
)
from counterfoil.domain.text import clean_text
from counterfoil.ports.clock import Clock
from counterfoil.ports.journal import Journal
from counterfoil.ports.statements import FoundFile, OpenStatement, Statements
from counterfoil.service.commands import Progress, Reconciled, Stage, Told, Wanted

LINES_AT_ONCE = 100
BOOKINGS_AT_ONCE = 100
"""So much is done in one step."""
_AROUND = timedelta(days=1)
"""So far around the time of a statement redemptions are looked at: clocks differ, and a reversal
may be a day late. What is further away is found by its reference."""

_Answer = TypeVar("_Answer")


class StatementDesk:
    """Compares statements with the journal, and stores how people explain the differences."""

    def __init__(
        self,
        *,
        journal: Journal,
        statements: Statements,
        upstreams: Collection[str],
        clock: Clock,
    ) -> None:
        self._journal = journal
        self._statements = statements
        self._upstreams = upstreams
        self._clock = clock

    def upstreams(self) -> tuple[str, ...]:
        """Return the providers whose statements can be reconciled."""
        return tuple(sorted(self._upstreams))

    async def found(self) -> tuple[FoundFile, ...]:
        """Return the files that may be statements, where people save them, newest first."""
        return await _in_thread(self._statements.found)

    async def preview(self, path: Path, upstream: str, changes: Mapping[str, str]) -> Preview:
        """Find out which column of a statement holds what, and show its first lines.

        Nothing is stored. ``changes`` are what a person says about the columns, by the names of
        `StatementColumns`.

        Raises:
            UnknownUpstreamError: there is no such provider.
            StatementRefusedError: the file is no statement.
            EntryError: something in ``changes`` is not possible.

        """
        self._check(upstream)
        last = await self._journal.last_reconciliation(upstream)
        saved = None if last is None else self._statements.read_columns(last.columns)
        return await _in_thread(lambda: self._statements.preview(path, saved, changes))

    async def reconcile(self, wanted: Wanted, by: Actor) -> Reconciled:
        """Compare a statement with the journal, and write what was found in one commit.

        Raises:
            UnknownUpstreamError: there is no such provider.
            StatementRefusedError: the statement cannot be reconciled; nothing was written.

        """
        self._check(wanted.upstream)
        reconciler = Reconciler(wanted.period)
        async with self._opened(wanted) as file:
            lines = await self._read(file, reconciler, wanted.told)
            await self._refuse_done(wanted, file.file_hash)
            try:
                outcome = await self._compare(reconciler, wanted)
            except TooManyDifferencesError:
                problem = StatementProblem.TOO_MANY_DIFFERENCES
                raise StatementRefusedError(
                    StatementTrouble(problem, number=DIFFERENCES_MAX)
                ) from None
            run = self._run(wanted, file, reconciler.period, by)
        return await self._keep(replace(run, lines=lines), outcome)

    async def resolve(self, number: int, reason: str, by: Actor) -> Difference:
        """Record how a difference was explained, and return it as it is then.

        Raises:
            UnknownDifferenceError: no open difference has this number.
            SettlementTextError: the reason is missing, too long, or may hold a voucher's code.

        """
        before = await self._journal.difference(number)
        if before is None or before.is_resolved:
            raise UnknownDifferenceError
        after = replace(
            before,
            resolved_at=self._clock.now().wall,
            resolved_by=by.name,
            approved_by=by.approved_by,
            reason=_plain(reason),
        )
        try:
            await self._journal.commit((DifferenceResolved(before, after),))
        except StaleChangeError:
            raise UnknownDifferenceError from None
        return after

    def _check(self, upstream: str) -> None:
        if upstream not in self._upstreams:
            raise UnknownUpstreamError

    @asynccontextmanager
    async def _opened(self, wanted: Wanted) -> AsyncIterator[OpenStatement]:
        with ExitStack() as opened:

            def open_file() -> OpenStatement:
                # Whoever is stopped meanwhile never gets the file, and it is closed all the same.
                file = self._statements.open(wanted.path, wanted.columns)
                opened.callback(file.close)
                return file

            yield await _in_thread(open_file)

    async def _read(self, file: OpenStatement, reconciler: Reconciler, told: Told | None) -> int:
        """Read all lines, and return how many there are."""

        def read_some() -> int:
            lines = file.read_some(LINES_AT_ONCE)
            reconciler.add_lines(lines)
            return len(lines)

        done = 0
        while count := await _in_thread(read_some):
            done += count
            _tell(told, Stage.READING, done, file.share)
        if not done:
            # All of its lines are other tills'.
            raise StatementRefusedError(StatementTrouble(StatementProblem.EMPTY))
        return done

    async def _refuse_done(self, wanted: Wanted, file_hash: str) -> None:
        """Refuse a file that was reconciled before, unless that is known."""
        if wanted.is_again:
            return
        before = await self._journal.reconciliation_of_file(wanted.upstream, file_hash)
        if before is not None:
            trouble = StatementTrouble(StatementProblem.DONE_BEFORE, number=before.number)
            raise StatementRefusedError(trouble)

    async def _compare(self, reconciler: Reconciler, wanted: Wanted) -> Outcome:
        """Compare what was redeemed around the statement's time, then what it names besides."""
        first, last = await self._span(reconciler.period)
        for after in range(first - 1, last, BOOKINGS_AT_ONCE):
            until = min(after + BOOKINGS_AT_ONCE, last)
            bookings = await self._journal.bookings(wanted.upstream, after, until)
            await _add(reconciler, bookings)
            done = until - first + 1
            _tell(wanted.told, Stage.COMPARING, done, done / (last - first + 1))
        names = await _in_thread(reconciler.references)
        for at in range(0, len(names), BOOKINGS_AT_ONCE):
            some = names[at : at + BOOKINGS_AT_ONCE]
            await _add(reconciler, await self._journal.bookings_named(wanted.upstream, some))
        return await _in_thread(reconciler.finish)

    async def _span(self, period: Period | None) -> tuple[int, int]:
        """Return the slip numbers to look at; all where nobody knows the statement's time."""
        if period is None:
            return 1, await self._journal.next_slip_number() - 1
        span = period.since - _AROUND, period.until + _AROUND
        first, last = await self._journal.slip_numbers_of(*span)
        return max(1, first), last

    def _run(
        self, wanted: Wanted, file: OpenStatement, period: Period | None, by: Actor
    ) -> Reconciliation:
        return Reconciliation(
            upstream=wanted.upstream,
            at=self._clock.now().wall,
            by=by.name,
            approved_by=by.approved_by,
            file_name=file.file_name,
            file_hash=file.file_hash,
            columns=self._statements.columns_text(wanted.columns),
            since=None if period is None else period.since,
            until=None if period is None else period.until,
            of_other_tills=file.of_other_tills,
        )

    async def _keep(self, run: Reconciliation, outcome: Outcome) -> Reconciled:
        """Write all that was found in one commit."""
        whole = replace(
            run,
            matched=outcome.matched,
            undecided=len(outcome.undecided),
            without_effect=outcome.without_effect,
            beyond=outcome.beyond,
            differences=len(outcome.differences),
        )
        found = (DifferenceFound(one, whole.at) for one in outcome.differences)
        await self._journal.commit((StatementReconciled(whole), *found))
        kept = await self._journal.reconciliation_of_file(whole.upstream, whole.file_hash)
        assert kept is not None, "what was written is there"
        differences = await self._journal.differences(kept.number)
        return Reconciled(kept, differences, outcome.undecided)


def _plain(reason: str) -> str:
    """Return a reason that may be stored and printed unencrypted."""
    line = clean_text(reason, REASON_MAX + 1)
    fault = None
    if not line:
        fault = TextFault.MISSING
    elif len(line) > REASON_MAX:
        fault = TextFault.TOO_LONG
    elif holds_many_digits(line):
        fault = TextFault.HOLDS_CODE
    if fault is not None:
        raise SettlementTextError("reason", fault)
    return line


async def _add(reconciler: Reconciler, bookings: Sequence[Booking]) -> None:
    await _in_thread(lambda: reconciler.add_bookings(bookings))


def _tell(told: Told | None, stage: Stage, done: int, share: float) -> None:
    if told is not None:
        told(Progress(stage, done, min(1.0, share)))


async def _in_thread(work: Callable[[], _Answer]) -> _Answer:
    """Do a short step in a thread; a cancellation waits until it is done, and is raised then."""
    running = asyncio.get_running_loop().run_in_executor(None, work)
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        await asyncio.wait({running})
        running.cancelled() or running.exception()
        raise
