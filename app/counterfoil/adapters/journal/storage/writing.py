"""Writes the rows of one commit. Every function runs inside a transaction, in the file's thread.

Beside each row goes an event: what happened, by which mark the row can be known, and a link to the
event before it. So an edit, a deletion and an old copy of a row all leave a trace.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, assert_never

from counterfoil.adapters.journal.storage import records
from counterfoil.adapters.journal.storage.chain import end_of_chain
from counterfoil.adapters.journal.storage.events import content_of, number_of, time_us
from counterfoil.adapters.journal.storage.marks import (
    EVENT_MAC_BYTES,
    SqlValue,
    check_joined,
    check_mark,
    mark_link,
    mark_row,
)
from counterfoil.adapters.journal.storage.queries import queries
from counterfoil.adapters.journal.storage.rules import (
    check_advice_fresh,
    check_advice_growth,
    check_growth,
    check_owed,
    check_row,
    state_once_noted,
)
from counterfoil.domain.advice import Advice, AdviceKind
from counterfoil.domain.audit import Happened, happened
from counterfoil.domain.failures import SaleClosedError, StaleChangeError
from counterfoil.domain.printing import PrintJob
from counterfoil.domain.redemption import Attempt
from counterfoil.domain.rows import (
    AdviceAttemptEnded,
    AdviceAttemptStarted,
    AdviceOwed,
    AdviceTurned,
    AttemptEnded,
    AttemptStarted,
    CodeShown,
    CustomerNoted,
    PrintMoved,
    PrintQueued,
    RedemptionChanged,
    RedemptionPrepared,
    Row,
    SaleClosed,
    SaleMustBeOpen,
    SaleOpened,
    TypesKept,
    VoidAsked,
)
from counterfoil.domain.states import Customer, SaleState
from counterfoil.ports.vault import Vault


@dataclass(frozen=True, slots=True)
class Written:
    """The mark of a row that lies in the file now, and of which redemption it is."""

    row_mac: bytes
    slip_number: int | None = None


@dataclass(frozen=True, slots=True)
class _Written(Written):
    """A row of a commit; ``row`` has the slip number that the journal gave."""

    row: Row = field(kw_only=True)


@dataclass(frozen=True, slots=True)
class _Named:
    """What is needed of a redemption to write its other rows."""

    slip_number: int
    seals: records.Seals


class Writer:
    """Writes to one open file."""

    def __init__(self, connection: sqlite3.Connection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

    def write(self, rows: Sequence[Row]) -> None:
        """Write all rows; the caller commits or rolls back."""
        written = []
        for row in rows:
            check_row(row)
            if one := self._write(row):
                written.append(one)
        for one in written:
            self._append(one)

    def _execute(self, query: str, **values: SqlValue) -> sqlite3.Cursor:
        return self._connection.execute(queries()[query], values)

    def _write(self, row: Row) -> _Written | None:
        match row:
            case SaleOpened() | SaleMustBeOpen() | SaleClosed() | CustomerNoted():
                return self._write_sale(row)
            case RedemptionPrepared() | RedemptionChanged() | VoidAsked() | CodeShown():
                return self._write_redemption(row)
            case AttemptStarted() | AttemptEnded():
                return self._write_attempt(row)
            case AdviceOwed() | AdviceTurned() | AdviceAttemptStarted() | AdviceAttemptEnded():
                return self._write_advice(row)
            case PrintQueued() | PrintMoved():
                return self._write_paper(row)
            case TypesKept():
                return self._keep_types(row)
            case _:
                assert_never(row)

    # -------------------------------------------------------------------------------------- sales

    def _write_sale(
        self, row: SaleOpened | SaleMustBeOpen | SaleClosed | CustomerNoted
    ) -> _Written | None:
        if isinstance(row, SaleOpened):
            return self._write_marked(row, "sale", "insert_sale", records.sale_columns(row.sale))
        found = self._execute("read_sale", id=row.sale_id).fetchone()
        sale = None if found is None else check_mark(self._vault, "sale", found)
        if sale is None or sale["state"] != SaleState.OPEN:
            raise SaleClosedError("the sale is not open")
        if isinstance(row, SaleMustBeOpen):
            return None
        if isinstance(row, CustomerNoted):
            return self._note_customer(row, sale)
        columns = sale | {"state": row.state.value}
        return self._write_marked(row, "sale", "close_sale", columns)

    def _note_customer(self, row: CustomerNoted, sale: dict[str, Any]) -> _Written:
        """Note where a customer is; the story of the redemption tells it."""
        before = Customer(said) if (said := sale["customer"]) else None
        columns = sale | {
            "state": state_once_noted(before, row).value,
            "customer": row.customer.value,
            "customer_at": records.time_text(row.at),
        }
        written = self._write_marked(row, "sale", "note_customer", columns)
        return replace(written, slip_number=self._named(row.redemption_id).slip_number)

    # -------------------------------------------------------------------------------- redemptions

    def _write_redemption(
        self, row: RedemptionPrepared | RedemptionChanged | VoidAsked | CodeShown
    ) -> _Written:
        if isinstance(row, RedemptionPrepared):
            return self._prepare(row)
        return self._change(row) if isinstance(row, RedemptionChanged) else self._note(row)

    def _prepare(self, row: RedemptionPrepared) -> _Written:
        number = self._execute("next_slip_number").fetchone()[0]
        redemption = replace(row.redemption, slip_number=number)
        key = self._vault.new_row_key(redemption.id)
        seals = records.Seals(self._vault, redemption.id, key)
        columns = records.fixed_columns(redemption, seals, row.request)
        columns |= records.changing_columns(redemption, None)
        prepared = replace(row, redemption=redemption)
        return self._write_marked(prepared, "redemption", "insert_redemption", columns)

    def _change(self, row: RedemptionChanged) -> _Written:
        found = self._execute("read_redemption", id=row.after.id).fetchone()
        columns = {} if found is None else check_mark(self._vault, "redemption", found)
        if not columns or columns["state"] != row.before:
            raise StaleChangeError("the redemption moved on")
        old = records.read_redemption(columns, self._vault)
        new = replace(row.after, slip_number=row.after.slip_number or old.slip_number)
        check_growth(old, new)
        if new.state is not old.state:
            check_owed(new, self._advice_of(old.id)[1])
        sealed = columns["change_sealed"]
        if sealed is None and new.change is not None:
            seals = records.seals_of(self._vault, columns)
            sealed = seals.seal(records.CHANGE, records.change_text(new.change))
        columns |= records.changing_columns(new, sealed)
        return self._write_marked(
            row, "redemption", "change_redemption", columns, before=row.before.value
        )

    def _note(self, row: VoidAsked | CodeShown) -> _Written:
        """Note what was asked or shown, beside the redemption as it is now."""
        found = self._execute("read_redemption", id=row.redemption_id).fetchone()
        assert found is not None, "what is written belongs to a redemption"
        columns = check_mark(self._vault, "redemption", found)
        return _Written(columns["row_mac"], columns["slip_number"], row=row)

    def _named(self, redemption_id: str) -> _Named:
        named = self._named_or_none(redemption_id)
        assert named is not None, "what is written belongs to a redemption"
        return named

    def _named_or_none(self, redemption_id: str) -> _Named | None:
        found = self._execute("read_redemption", id=redemption_id).fetchone()
        if found is None:
            return None
        seals = records.Seals(self._vault, redemption_id, found["row_key"])
        return _Named(found["slip_number"], seals)

    # -------------------------------------------------------------------------------------- advices

    def _write_advice(
        self, row: AdviceOwed | AdviceTurned | AdviceAttemptStarted | AdviceAttemptEnded
    ) -> _Written:
        if isinstance(row, AdviceOwed):
            return self._owe(row)
        new = row.after if isinstance(row, AdviceAttemptEnded) else row.advice
        columns, old = self._advice_of(new.redemption_id)
        if old is None:
            raise StaleChangeError("there is no such advice")
        named = self._named(new.redemption_id)
        if isinstance(row, AdviceTurned):
            if old.attempts > 0 or old.kind is not AdviceKind.CONFIRMATION:
                raise StaleChangeError("the advice may have left")
            check_advice_growth(replace(old, kind=new.kind, reason=new.reason), new)
            columns |= records.advice_columns(new)
            columns["body_sealed"] = named.seals.seal(records.ADVICE, row.body)
            return self._write_marked(row, "advice", "turn_advice", columns)
        check_advice_fresh(row, old)
        check_advice_growth(old, new)
        columns |= records.advice_columns(new)
        return self._write_marked(
            row,
            "advice",
            "change_advice",
            columns,
            before=old.state.value,
            ended_before=old.attempts_ended,
        )

    def _owe(self, row: AdviceOwed) -> _Written:
        named = self._named(row.advice.redemption_id)
        columns: dict[str, SqlValue] = {
            "sequence": self._execute("next_advice").fetchone()[0],
            "slip_number": named.slip_number,
            "body_sealed": named.seals.seal(records.ADVICE, row.body),
        }
        columns |= records.advice_columns(row.advice)
        return self._write_marked(row, "advice", "insert_advice", columns)

    def _advice_of(self, redemption_id: str) -> tuple[dict[str, Any], Advice | None]:
        """Read the advice of a redemption; empty and None where there is none."""
        found = self._execute("read_advice", redemption_id=redemption_id).fetchone()
        if found is None:
            return {}, None
        columns = check_joined(self._vault, "advice", found, "redemption_id", "refund_of")
        is_refund = found["refund_of"] is not None
        return columns, records.read_advice(columns, redemption_id, is_refund=is_refund)

    # ------------------------------------------------------------------------ attempts and papers

    def _write_attempt(self, row: AttemptStarted | AttemptEnded) -> _Written:
        if isinstance(row, AttemptStarted):
            return self._start_attempt(row, row.attempt)
        named = self._named_or_none(row.redemption_id)
        if named is None:
            raise StaleChangeError("the attempt was never started")
        columns = self._find("attempt", "read_attempt", named.slip_number, row.number)
        if not columns or columns["ended_at"] is not None:
            raise StaleChangeError("the attempt has ended")
        columns |= {
            "ended_at": records.time_text(row.at),
            "outcome": row.outcome,
            "cause": row.cause,
            "http_status": row.http_status,
            "body_sealed": None
            if row.body is None
            else named.seals.seal(records.body_column(row.number), row.body),
        }
        return self._write_marked(row, "attempt", "end_attempt", columns)

    def _start_attempt(self, row: AttemptStarted, attempt: Attempt) -> _Written:
        named = self._named(attempt.redemption_id)
        columns: dict[str, SqlValue] = {
            "slip_number": named.slip_number,
            "number": attempt.number,
            "kind": attempt.kind.value,
            "started_at": records.time_text(attempt.started_at),
        }
        return self._write_marked(row, "attempt", "insert_attempt", columns)

    def _write_paper(self, row: PrintQueued | PrintMoved) -> _Written:
        if isinstance(row, PrintQueued):
            return self._queue_paper(row, row.job)
        job = row.after
        named = self._named(job.redemption_id)
        columns = self._find("print_job", "read_print_job", named.slip_number, job.number)
        if not columns or columns["state"] != row.before:
            raise StaleChangeError("the paper moved on")
        columns |= {"state": job.state.value}
        return self._write_marked(
            row, "print_job", "move_print_job", columns, before=row.before.value
        )

    def _queue_paper(self, row: PrintQueued, job: PrintJob) -> _Written:
        named = self._named(job.redemption_id)
        columns: dict[str, SqlValue] = {
            "slip_number": named.slip_number,
            "number": job.number,
            "kind": job.kind.value,
            "copy_number": job.copy_number,
            "state": job.state.value,
            "queued_at": records.time_text(job.queued_at),
            "queued_by": job.by,
        }
        return self._write_marked(row, "print_job", "insert_print_job", columns)

    def _find(self, table: str, query: str, slip_number: int, number: int) -> dict[str, Any]:
        """Read an attempt or a paper; empty where there is none."""
        found = self._execute(query, slip_number=slip_number, number=number).fetchone()
        return {} if found is None else check_mark(self._vault, table, found)

    def _keep_types(self, row: TypesKept) -> _Written:
        columns: dict[str, SqlValue] = {
            "upstream": row.upstream,
            "at": records.time_text(row.at),
            "types": records.types_text(row.types),
        }
        return self._write_marked(row, "kept_types", "keep_types", columns)

    # ---------------------------------------------------------------------- marks and the chain

    def _write_marked(
        self,
        row: Row,
        table: str,
        query: str,
        columns: dict[str, Any],
        **more: SqlValue,
    ) -> _Written:
        """Write columns with the mark that proves them. The file refuses what is not allowed."""
        mark = mark_row(self._vault, table, columns)
        written = self._execute(query, **columns | {"row_mac": mark} | more)
        assert written.rowcount == 1, "one row is written"
        return _Written(mark, columns.get("slip_number"), row=row)

    def _append(self, written: _Written) -> None:
        event = happened(written.row)
        assert event is not None, "what is written has an event"
        append_event(self._connection, self._vault, written, event)


def append_event(
    connection: sqlite3.Connection, vault: Vault, written: Written, one: Happened
) -> None:
    """Append what happened; without a time of its own it takes that of the event before it."""
    end = end_of_chain(connection)
    columns: dict[str, SqlValue] = {
        "sequence": end.sequence + 1,
        "at_us": end.at_us if one.at is None else time_us(one.at),
        "slip_number": written.slip_number,
        "kind": number_of(one.event),
        "content": content_of(one.event),
        "row_mac": written.row_mac[:EVENT_MAC_BYTES],
    }
    link = mark_link(vault, columns, end.link)
    connection.execute(queries()["insert_event"], columns | {"link": link})
