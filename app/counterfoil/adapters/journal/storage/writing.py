"""Writes the rows of one commit. Every function runs inside a transaction, in the file's thread.

With each row an event is written: what happened, the first bytes of the row's MAC, and a link to
the event before it. So an edit, a deletion and an old copy of a row all leave a trace.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import field, replace
from typing import Any, assert_never

from counterfoil.adapters.journal.storage import records, spec
from counterfoil.adapters.journal.storage.chain import Chain, end_of_chain
from counterfoil.adapters.journal.storage.codecs import packed_id
from counterfoil.adapters.journal.storage.events import content_of, number_of, time_us
from counterfoil.adapters.journal.storage.queries import queries
from counterfoil.adapters.journal.storage.reading import BESIDE_ADVICE, read_advice, read_redemption
from counterfoil.adapters.journal.storage.row_keys import DROPPED, keep_pad, new_pad, padded
from counterfoil.adapters.journal.storage.row_macs import (
    MAC_BYTES,
    AlteredRowError,
    check_joined,
    check_mac,
    columns_of,
    is_same_mac,
    mac_of_link,
    mac_of_row,
)
from counterfoil.adapters.journal.storage.rules import (
    check_advice_fresh,
    check_advice_growth,
    check_difference_growth,
    check_growth,
    check_owed,
    check_person_growth,
    check_row,
    check_shift_growth,
    state_once_noted,
)
from counterfoil.adapters.journal.storage.table import (
    LINK,
    MAC_BEFORE,
    ROW_MAC,
    Columns,
    SqlValue,
    Table,
)
from counterfoil.declaring import dataclass
from counterfoil.domain.advice import Advice, AdviceKind
from counterfoil.domain.audit import Happened, happened
from counterfoil.domain.failures import SaleClosedError, StaleChangeError
from counterfoil.domain.redemption import Redemption
from counterfoil.domain.rows import (
    AdviceAttemptEnded,
    AdviceAttemptStarted,
    AdviceOwed,
    AdviceSettled,
    AttemptEnded,
    AttemptStarted,
    CashMoved,
    CodeShown,
    ConfirmationReplaced,
    CustomerNoted,
    DifferenceFound,
    DifferenceResolved,
    DrawerCounted,
    PhoneExported,
    PrintMoved,
    PrintQueued,
    RedemptionChanged,
    RedemptionPrepared,
    RestPaid,
    RetentionDone,
    Row,
    SaleClosed,
    SaleMustBeOpen,
    SaleOpened,
    SecretsShredded,
    SettingChanged,
    SettlementKept,
    ShiftClosed,
    ShiftNotPrinted,
    ShiftOpened,
    ShiftPrinted,
    StaffKept,
    StatementReconciled,
    TypesKept,
    VoidAsked,
)
from counterfoil.domain.sale import Sale, SaleEnding
from counterfoil.domain.shift import Shift, ShiftState
from counterfoil.domain.slip_facts import shredded_phone
from counterfoil.domain.states import SaleState
from counterfoil.ports.vault import Vault

_OfShift = CashMoved | RestPaid | DrawerCounted | ShiftClosed | ShiftPrinted | ShiftNotPrinted


@dataclass(frozen=True, slots=True)
class Written:
    """The MAC of a row that was written, and the redemption that the row belongs to."""

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
    """Writes the rows of commits, each with its audit event, into one open journal."""

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
            case (
                RedemptionPrepared()
                | RedemptionChanged()
                | SettlementKept()
                | VoidAsked()
                | CodeShown()
                | SecretsShredded()
            ):
                return self._write_redemption(row)
            case AttemptStarted() | AttemptEnded():
                return self._write_attempt(row)
            case (
                AdviceOwed()
                | ConfirmationReplaced()
                | AdviceAttemptStarted()
                | AdviceAttemptEnded()
                | AdviceSettled()
            ):
                return self._write_advice(row)
            case PrintQueued() | PrintMoved():
                return self._write_paper(row)
            case TypesKept() | StaffKept() | RetentionDone() | PhoneExported() | SettingChanged():
                return self._keep(row)
            case StatementReconciled() | DifferenceFound() | DifferenceResolved():
                return self._reconcile(row)
            case _:
                return self._write_shift(row)

    # -------------------------------------------------------------------------------------- sales

    def _write_sale(
        self, row: SaleOpened | SaleMustBeOpen | SaleClosed | CustomerNoted
    ) -> _Written | None:
        if isinstance(row, SaleOpened):
            return self._insert(row, spec.SALE, spec.SALE.write(row.sale))
        columns = self._read(spec.SALE, "read_sale", id=packed_id(row.sale_id))
        sale = spec.SALE.read(columns) if columns else None
        if sale is None or sale.state is not SaleState.OPEN:
            raise SaleClosedError("the sale is not open")
        if isinstance(row, SaleMustBeOpen):
            return None
        if isinstance(row, CustomerNoted):
            return self._note_customer(row, sale, columns)
        return self._update(row, spec.SALE, columns, spec.SALE.write(_closed(sale, row.ending)))

    def _note_customer(self, row: CustomerNoted, sale: Sale, columns: Columns) -> _Written:
        """Note where a customer is; the story of the redemption tells it."""
        noted = replace(
            sale,
            state=state_once_noted(sale.customer, row),
            customer=row.customer,
            customer_at=row.at,
        )
        written = self._update(row, spec.SALE, columns, spec.SALE.write(noted))
        return replace(written, slip_number=self._named(row.redemption_id).slip_number)

    # -------------------------------------------------------------------------------- redemptions

    def _write_redemption(
        self,
        row: RedemptionPrepared
        | RedemptionChanged
        | SettlementKept
        | VoidAsked
        | CodeShown
        | SecretsShredded,
    ) -> _Written:
        match row:
            case RedemptionPrepared():
                return self._prepare(row)
            case RedemptionChanged():
                return self._change(row)
            case SettlementKept():
                return self._keep_settlement(row)
            case SecretsShredded():
                return self._shred(row)
            case _:
                return self._note(row)

    def _prepare(self, row: RedemptionPrepared) -> _Written:
        number = self._execute("next_slip_number").fetchone()[0]
        redemption = replace(row.redemption, slip_number=number)
        key, pad = self._vault.new_row_key(redemption.id), new_pad()
        seals = records.Seals(self._vault, redemption.id, key)
        sealed: dict[str, SqlValue] = {
            spec.ROW_KEY: padded(key, pad),
            spec.REQUEST_SEALED: seals.seal(records.REQUEST, row.request),
        }
        columns = spec.REDEMPTION.write(redemption) | sealed
        written = self._insert(replace(row, redemption=redemption), spec.REDEMPTION, columns)
        keep_pad(self._connection, number, pad)
        return written

    def _change(self, row: RedemptionChanged) -> _Written:
        columns = self._read(spec.REDEMPTION, "read_redemption", id=packed_id(row.after.id))
        old = self._read_redemption(columns) if columns else None
        if old is None or old.state is not row.before:
            raise StaleChangeError("the redemption moved on")
        if old.shredded_at != row.after.shredded_at:
            raise StaleChangeError("the redemption moved on")
        new = replace(row.after, slip_number=row.after.slip_number or old.slip_number)
        check_growth(old, new)
        if new.state is not old.state:
            check_owed(new, self._advice_of(old.id)[1])
        changed = spec.REDEMPTION.write(new) | spec.REDEMPTION.learnt(columns)
        if old.change is None and new.change is not None:
            assert row.change is not None, "a change voucher is written whole"
            assert row.change.shape == new.change, (
                "a change voucher has the shape of its redemption"
            )
            seals = records.seals_of(self._connection, self._vault, columns)
            sealed = seals.seal(records.CHANGE, records.change_text(row.change))
            changed[spec.CHANGE_SEALED] = sealed
        return self._update(row, spec.REDEMPTION, columns, changed)

    def _shred(self, row: SecretsShredded) -> _Written:
        """Drop the key of a redemption that is over; of its phone number only the end stays.

        The file writes zeros over the key's pad itself, in the same step.
        """
        columns = self._read(spec.REDEMPTION, "read_redemption", id=packed_id(row.redemption_id))
        if not columns or columns[spec.SHREDDED_AT] is not None:
            raise StaleChangeError("there is no key to be dropped")
        old = self._read_redemption(columns)
        phone = None if old.sms_to is None else shredded_phone(old.sms_to)
        written = spec.REDEMPTION.write(replace(old, sms_to=phone, shredded_at=row.at))
        # What there is stays to the letter. Before version 2.3 the shape of change was only sealed.
        known = {name: value for name, value in columns.items() if value is not None}
        lost = {spec.SMS_TO: phone, spec.ROW_KEY: DROPPED}
        changed = written | known | lost
        return self._update(row, spec.REDEMPTION, columns, changed)

    def _read_redemption(self, columns: Columns) -> Redemption:
        return read_redemption(self._connection, columns, self._vault)

    def _note_beside_count(self, row: RetentionDone | PhoneExported | SettingChanged) -> _Written:
        """Note what was done with the journal as a whole, beside the count of its openings."""
        keeper = columns_of(self._execute("read_keeper").fetchone())
        return _Written(keeper[ROW_MAC], row=row)

    def _keep_settlement(self, row: SettlementKept) -> _Written:
        of = self._named(row.settlement.redemption_id).slip_number
        columns = spec.SETTLEMENT.write(row.settlement) | {spec.SLIP_NUMBER: of}
        return self._insert(row, spec.SETTLEMENT, columns)

    def _note(self, row: VoidAsked | CodeShown) -> _Written:
        """Note what was asked or shown, beside the redemption as it is now."""
        columns = self._read(spec.REDEMPTION, "read_redemption", id=packed_id(row.redemption_id))
        assert columns, "what is written belongs to a redemption"
        return _Written(columns[ROW_MAC], columns[spec.SLIP_NUMBER], row=row)

    def _named(self, redemption_id: str) -> _Named:
        named = self._named_or_none(redemption_id)
        assert named is not None, "what is written belongs to a redemption"
        return named

    def _named_or_none(self, redemption_id: str) -> _Named | None:
        found = self._execute("read_redemption", id=packed_id(redemption_id)).fetchone()
        if found is None:
            return None
        seals = records.seals_of(self._connection, self._vault, columns_of(found))
        return _Named(found[spec.SLIP_NUMBER], seals)

    # -------------------------------------------------------------------------------------- advices

    def _write_advice(
        self,
        row: AdviceOwed
        | ConfirmationReplaced
        | AdviceAttemptStarted
        | AdviceAttemptEnded
        | AdviceSettled,
    ) -> _Written:
        if isinstance(row, AdviceOwed):
            return self._owe(row)
        new = row.after if isinstance(row, AdviceAttemptEnded | AdviceSettled) else row.advice
        columns, old = self._advice_of(new.redemption_id)
        if old is None:
            raise StaleChangeError("there is no such advice")
        changed = spec.ADVICE.write(new)
        if isinstance(row, ConfirmationReplaced):
            is_confirmation = old.kind is AdviceKind.CONFIRMATION
            if old.attempts > 0 or not is_confirmation or not old.is_to_be_sent:
                raise StaleChangeError("the advice may have left, or is over")
            old = replace(old, kind=new.kind, reason=new.reason)
            seals = self._named(new.redemption_id).seals
            changed[spec.BODY_SEALED] = seals.seal(records.ADVICE, row.body)
        else:
            check_advice_fresh(row, old)
        check_advice_growth(old, new)
        return self._update(row, spec.ADVICE, columns, changed)

    def _owe(self, row: AdviceOwed) -> _Written:
        named = self._named(row.advice.redemption_id)
        columns: dict[str, SqlValue] = {
            spec.SEQUENCE: self._execute("next_advice").fetchone()[0],
            spec.SLIP_NUMBER: named.slip_number,
            spec.BODY_SEALED: named.seals.seal(records.ADVICE, row.body),
        }
        return self._insert(row, spec.ADVICE, spec.ADVICE.write(row.advice) | columns)

    def _advice_of(self, redemption_id: str) -> tuple[dict[str, Any], Advice | None]:
        """Read the advice of a redemption; empty and None where there is none."""
        found = self._execute("read_advice", redemption_id=packed_id(redemption_id)).fetchone()
        if found is None:
            return {}, None
        columns = check_joined(self._vault, spec.ADVICE, found, *BESIDE_ADVICE)
        return columns, read_advice(found, columns)

    # ------------------------------------------------------------------------ attempts and papers

    def _write_attempt(self, row: AttemptStarted | AttemptEnded) -> _Written:
        if isinstance(row, AttemptStarted):
            of = self._named(row.attempt.redemption_id).slip_number
            columns = spec.ATTEMPT.write(row.attempt) | {spec.SLIP_NUMBER: of}
            return self._insert(row, spec.ATTEMPT, columns)
        named = self._named_or_none(row.redemption_id)
        if named is None:
            raise StaleChangeError("the attempt was never started")
        columns = self._read(
            spec.ATTEMPT, "read_attempt", slip_number=named.slip_number, number=row.number
        )
        if not columns or columns[spec.ENDED_AT] is not None:
            raise StaleChangeError("the attempt has ended")
        ended = replace(
            spec.ATTEMPT.read(columns, redemption_id=packed_id(row.redemption_id)),
            ended_at=row.at,
            outcome=row.outcome,
            cause=row.cause,
            http_status=row.http_status,
        )
        changed = spec.ATTEMPT.write(ended)
        if row.body is not None:
            column = records.body_column(row.number)
            changed[spec.BODY_SEALED] = named.seals.seal(column, row.body)
        return self._update(row, spec.ATTEMPT, columns, changed)

    def _write_paper(self, row: PrintQueued | PrintMoved) -> _Written:
        job = row.job if isinstance(row, PrintQueued) else row.after
        of = self._named(job.redemption_id).slip_number
        changed = spec.PRINT_JOB.write(job)
        if isinstance(row, PrintQueued):
            return self._insert(row, spec.PRINT_JOB, changed | {spec.SLIP_NUMBER: of})
        columns = self._read(spec.PRINT_JOB, "read_print_job", slip_number=of, number=job.number)
        if not columns or columns[spec.STATE] != row.before:
            raise StaleChangeError("the paper moved on")
        return self._update(row, spec.PRINT_JOB, columns, changed)

    def _keep(
        self, row: TypesKept | StaffKept | RetentionDone | PhoneExported | SettingChanged
    ) -> _Written:
        match row:
            case TypesKept():
                return self._keep_types(row)
            case StaffKept():
                return self._keep_person(row)
            case _:
                return self._note_beside_count(row)

    def _keep_types(self, row: TypesKept) -> _Written:
        """Keep an upstream's types in place of those kept before, which nobody reads again."""
        kept = spec.KeptTypes(upstream=row.upstream, at=row.at, types=records.types_text(row.types))
        columns = spec.KEPT_TYPES.write(kept)
        found = self._execute("read_types", upstream=row.upstream).fetchone()
        if found is None:
            return self._insert(row, spec.KEPT_TYPES, columns)
        return self._update(row, spec.KEPT_TYPES, columns_of(found), columns)

    def _keep_person(self, row: StaffKept) -> _Written:
        """Keep one of the staff; what they approved is told with its redemption."""
        changed = spec.STAFF.write(row.after)
        if row.before is None:
            written = self._insert(row, spec.STAFF, changed)
        else:
            columns = self._read(spec.STAFF, "read_person", number=row.after.number)
            if not columns or spec.STAFF.read(columns) != row.before:
                raise StaleChangeError("the person's entry was changed")
            check_person_growth(row.before, row.after)
            self._check_newest(row.before.number, columns)
            written = self._update(row, spec.STAFF, columns, changed)
        return self._told_with(written, row.redemption_id)

    def _check_newest(self, number: str, columns: Columns) -> None:
        """Refuse an older copy of somebody's entry, which may have fewer wrong PINs.

        Whoever signs in has a PIN counted first, so it is found then.

        Raises:
            AlteredRowError: it is not as the last event about it left it.

        """
        chain = Chain(self._connection)
        last = chain.last_of_person(number)
        is_newest = last is not None and is_same_mac(columns[ROW_MAC], last.row_mac)
        if last is None or not is_newest or not chain.holds(last, self._vault):
            raise AlteredRowError(spec.STAFF.name, columns)

    # ------------------------------------------------------------------------------------- shifts

    def _write_shift(self, row: ShiftOpened | _OfShift) -> _Written:
        return self._open_shift(row) if isinstance(row, ShiftOpened) else self._write_of_shift(row)

    def _open_shift(self, row: ShiftOpened) -> _Written:
        """Write a shift with the next number; it goes on from where the Z before it ended."""
        last = self._read(spec.SHIFT, "read_last_shift")
        before = spec.SHIFT.read(last) if last else None
        if before is not None and before.state is ShiftState.OPEN:
            raise StaleChangeError("a shift is open")
        number, begins_after = 1, self._begin_of_first()
        if before is not None and before.books is not None and before.books.head is not None:
            number, begins_after = before.number + 1, before.books.head.sequence
        shift = replace(row.shift, number=number, begins_after=begins_after)
        return self._insert(replace(row, shift=shift), spec.SHIFT, spec.SHIFT.write(shift))

    def _begin_of_first(self) -> int:
        """Return after which event the first shift begins: nothing of before is on any Z.

        Of a till that has sold nothing it is the beginning, which may say what came before it.
        """
        has_sold = self._execute("next_slip_number").fetchone()[0] > 1
        return end_of_chain(self._connection).sequence if has_sold else 0

    def _write_of_shift(self, row: _OfShift) -> _Written:
        """Change a shift, or note beside it what was done with its drawer."""
        columns = self._read(spec.SHIFT, "read_shift", number=_shift_of(row))
        shift = spec.SHIFT.read(columns) if columns else None
        is_paper = isinstance(row, ShiftPrinted | ShiftNotPrinted)
        wanted = ShiftState.CLOSED if is_paper else ShiftState.OPEN
        if shift is None or shift.state is not wanted:
            raise StaleChangeError("the shift is not open, or not closed")
        if isinstance(row, RestPaid):
            paid_cents = self._execute("sum_paid", id=packed_id(row.sale_id)).fetchone()[0]
            if paid_cents != row.paid_cents:
                raise StaleChangeError("a voucher has paid more of the sale")
            named = self._named(row.redemption_id)
            return _Written(columns[ROW_MAC], named.slip_number, row=row)
        if not isinstance(row, ShiftClosed | ShiftPrinted | ShiftNotPrinted):
            return _Written(columns[ROW_MAC], row=row)
        after = _closed_shift(shift, row) if isinstance(row, ShiftClosed) else _printed(shift, row)
        check_shift_growth(shift, after)
        return self._update(row, spec.SHIFT, columns, spec.SHIFT.write(after))

    # --------------------------------------------------------------------------- reconciliation

    def _reconcile(
        self, row: StatementReconciled | DifferenceFound | DifferenceResolved
    ) -> _Written:
        if isinstance(row, StatementReconciled):
            run = replace(row.run, number=self._execute("next_reconciliation").fetchone()[0])
            numbered = replace(row, run=run)
            return self._insert(numbered, spec.RECONCILIATION, spec.RECONCILIATION.write(run))
        if isinstance(row, DifferenceFound):
            found = replace(
                row.difference,
                number=self._execute("next_difference").fetchone()[0],
                run=self._execute("last_reconciliation").fetchone()[0],
            )
            columns = spec.DIFFERENCE.write(found)
            written = self._insert(replace(row, difference=found), spec.DIFFERENCE, columns)
            return self._told_with(written, found.redemption_id)
        columns = self._read(spec.DIFFERENCE, "read_difference", number=row.before.number)
        if not columns or spec.DIFFERENCE.read(columns) != row.before:
            raise StaleChangeError("the difference was resolved")
        check_difference_growth(row.before, row.after)
        written = self._update(row, spec.DIFFERENCE, columns, spec.DIFFERENCE.write(row.after))
        return self._told_with(written, row.after.redemption_id)

    def _told_with(self, written: _Written, redemption_id: str | None) -> _Written:
        """Have an event told with the story of a redemption."""
        if redemption_id is None:
            return written
        return replace(written, slip_number=self._named(redemption_id).slip_number)

    # ---------------------------------------------------------------------- MACs and the chain

    def _read(self, table: Table[Any], query: str, **values: SqlValue) -> dict[str, Any]:
        """Read a row as this till wrote it; empty where there is none."""
        found = self._execute(query, **values).fetchone()
        return {} if found is None else check_mac(self._vault, table, found)

    def _insert(self, row: Row, table: Table[Any], columns: Columns) -> _Written:
        """Write a new row. The file refuses what is not allowed."""
        mac = insert_row(self._connection, self._vault, table, columns)
        return _Written(mac, columns.get(spec.SLIP_NUMBER), row=row)

    def _update(self, row: Row, table: Table[Any], before: Columns, changed: Columns) -> _Written:
        """Write what has changed of a row that is as it was read; a later till's columns stay."""
        mac = update_row(self._connection, self._vault, table, before, changed)
        return _Written(mac, before.get(spec.SLIP_NUMBER), row=row)

    def _append(self, written: _Written) -> None:
        event = happened(written.row)
        assert event is not None, "what is written has an event"
        append_event(self._connection, self._vault, written, event)


def insert_row(
    connection: sqlite3.Connection, vault: Vault, table: Table[Any], columns: Columns
) -> bytes:
    """Write a new row with its MAC, and return the MAC."""
    whole = table.whole(columns)
    mac = mac_of_row(vault, table, whole)
    connection.execute(table.insert_sql, whole | {ROW_MAC: mac})
    return mac


def update_row(
    connection: sqlite3.Connection,
    vault: Vault,
    table: Table[Any],
    before: Columns,
    changed: Columns,
) -> bytes:
    """Write the changed columns of a row that is still as it was read, and return its new MAC."""
    columns = {**before, **changed}
    mac = mac_of_row(vault, table, columns)
    more = {ROW_MAC: mac, MAC_BEFORE: before[ROW_MAC]}
    written = connection.execute(table.update_sql, columns | more)
    assert written.rowcount == 1, "one row is written"
    return mac


def _closed(sale: Sale, ending: SaleEnding) -> Sale:
    """Return a sale that ended so; of one that is paid the state says it."""
    said = None if ending is SaleEnding.PAID else ending
    return replace(sale, state=ending.state, closed_as=said)


def _shift_of(row: _OfShift) -> int:
    match row:
        case CashMoved(move):
            return move.shift
        case DrawerCounted(count):
            return count.shift
        case RestPaid():
            return row.shift
        case ShiftClosed() | ShiftPrinted() | ShiftNotPrinted():
            return row.number
        case _:
            assert_never(row)


def _closed_shift(shift: Shift, row: ShiftClosed) -> Shift:
    return replace(
        shift,
        state=ShiftState.CLOSED,
        closed_at=row.at,
        closed_by=row.by,
        explanation=row.explanation or None,
        books=row.books,
    )


def _printed(shift: Shift, row: ShiftPrinted | ShiftNotPrinted) -> Shift:
    is_paper = isinstance(row, ShiftPrinted)
    if shift.papers != row.copy_number + (0 if is_paper else 1):
        raise StaleChangeError("another paper was counted")
    if is_paper:
        return replace(shift, printed=shift.printed + 1)
    return replace(shift, unsent=shift.unsent + 1)


def append_event(
    connection: sqlite3.Connection, vault: Vault, written: Written, one: Happened
) -> None:
    """Append an event; without a time of its own it has that of the event before it."""
    end = end_of_chain(connection)
    columns: dict[str, SqlValue] = {
        spec.SEQUENCE: end.sequence + 1,
        spec.AT_US: end.at_us if one.at is None else time_us(one.at),
        spec.SLIP_NUMBER: written.slip_number,
        spec.KIND_OF: number_of(one.event),
        spec.CONTENT: content_of(one.event),
        ROW_MAC: written.row_mac[:MAC_BYTES],
    }
    link = mac_of_link(vault, columns, end.link)
    connection.execute(spec.EVENT.insert_sql, columns | {LINK: link})
