"""The names of records in findings and damages, such as ``attempt 2 of K7Q-42F``."""

from collections.abc import Callable, Mapping
from typing import Any

from counterfoil.adapters.journal.storage import spec
from counterfoil.adapters.journal.storage.codecs import id_text
from counterfoil.adapters.journal.storage.table import Columns, Table
from counterfoil.domain import audit

_NAMES: Mapping[str, Callable[[Columns, str], str]] = {
    spec.SALE.name: lambda columns, _: f"sale {id_text(columns[spec.ID])}",
    spec.ATTEMPT.name: lambda columns, of: f"attempt {columns[spec.NUMBER]} of {of}",
    spec.ADVICE.name: lambda _, of: f"advice of {of}",
    spec.PRINT_JOB.name: lambda columns, of: f"paper {columns[spec.NUMBER]} of {of}",
    spec.SETTLEMENT.name: lambda columns, of: f"settlement {columns[spec.SETTLED_AS]} of {of}",
    spec.KEPT_TYPES.name: lambda columns, _: f"types of {columns[spec.UPSTREAM]}",
    spec.STAFF.name: lambda columns, _: f"staff {columns[spec.NUMBER]}",
    spec.RECONCILIATION.name: lambda columns, _: f"reconciliation {columns[spec.NUMBER]}",
    spec.DIFFERENCE.name: lambda columns, _: f"difference {columns[spec.NUMBER]}",
    spec.SHIFT.name: lambda columns, _: f"shift {columns[spec.NUMBER]}",
    spec.ACCEPTANCE.name: lambda columns, _: f"acceptance {columns[spec.NUMBER]}",
    spec.EVENT.name: lambda columns, _: f"{spec.EVENT.name} {columns[spec.SEQUENCE]}",
    spec.HAPPENING: lambda columns, _: f"{spec.HAPPENING} {columns[spec.SEQUENCE]}",
}


def name_of(table: str, columns: Columns, reference: str) -> str:
    """Return the name of a row; ``reference`` is that of its redemption, if it has one."""
    name = _NAMES.get(table)
    return f"{table} {reference}" if name is None else name(columns, reference)


def said_altered(name: str) -> str:
    """Return the stored text of a finding that this row was altered; every version has the same."""
    return f"{name} was altered"


def name_told(event: audit.AuditEvent, reference: str) -> str:
    """Return the name of the row that an event is about."""
    table, columns = row_told(event)
    return name_of(table, columns, reference)


def row_told(event: audit.AuditEvent) -> tuple[str, Columns]:
    """Return the table of the row that an event is about, and its key columns."""
    found = _ROWS.get(type(event))
    if found is None:
        return spec.REDEMPTION.name, {}
    table, column, key = found
    return table.name, {} if column is None else {column: key(event)}


_About = tuple[Table[Any], str | None, Callable[[Any], object]]


def _by_number(table: Table[Any]) -> _About:
    return table, spec.NUMBER, lambda event: event.number


_SALE: _About = (spec.SALE, spec.ID, lambda event: event.sale_id)
_ADVICE: _About = (spec.ADVICE, None, lambda _: None)
_OF_SHIFT: _About = (spec.SHIFT, spec.NUMBER, lambda event: event.shift)
_ROWS: Mapping[type, _About] = {
    audit.SaleOpened: _SALE,
    audit.SaleClosed: _SALE,
    audit.CustomerNoted: _SALE,
    audit.AttemptStarted: _by_number(spec.ATTEMPT),
    audit.AttemptEnded: _by_number(spec.ATTEMPT),
    audit.AdviceOwed: _ADVICE,
    audit.ConfirmationReplaced: _ADVICE,
    audit.AdviceAttemptStarted: _ADVICE,
    audit.AdviceAttemptEnded: _ADVICE,
    audit.AdviceSettled: _ADVICE,
    audit.Settled: (spec.SETTLEMENT, spec.SETTLED_AS, lambda event: event.settled_as.value),
    audit.PrintQueued: _by_number(spec.PRINT_JOB),
    audit.PrintMoved: _by_number(spec.PRINT_JOB),
    audit.TypesKept: (spec.KEPT_TYPES, spec.UPSTREAM, lambda event: event.upstream),
    audit.JournalAccepted: _by_number(spec.ACCEPTANCE),
    audit.StaffDone: _by_number(spec.STAFF),
    audit.StatementReconciled: _by_number(spec.RECONCILIATION),
    audit.DifferenceFound: _by_number(spec.DIFFERENCE),
    audit.DifferenceResolved: _by_number(spec.DIFFERENCE),
    audit.ShiftOpened: _by_number(spec.SHIFT),
    audit.ShiftClosed: _by_number(spec.SHIFT),
    audit.ShiftPrinted: _by_number(spec.SHIFT),
    audit.ShiftNotPrinted: _by_number(spec.SHIFT),
    audit.CashMoved: _OF_SHIFT,
    audit.RestPaid: _OF_SHIFT,
    audit.DrawerCounted: _OF_SHIFT,
}
"""By the type of an event: the table of the row it is about, the column of that row's key, and how
the event says the key. Any other is about its redemption."""
