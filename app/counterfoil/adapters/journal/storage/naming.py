"""The names of records in findings and damages, such as ``attempt 2 of K7Q-42F``."""

from collections.abc import Callable, Mapping

from counterfoil.adapters.journal.storage import spec
from counterfoil.adapters.journal.storage.codecs import id_text
from counterfoil.adapters.journal.storage.columns import Columns
from counterfoil.domain import audit

_NAMES: Mapping[str, Callable[[Columns, str], str]] = {
    spec.SALE.name: lambda columns, _: f"sale {id_text(columns[spec.ID])}",
    spec.ATTEMPT.name: lambda columns, of: f"attempt {columns[spec.NUMBER]} of {of}",
    spec.ADVICE.name: lambda _, of: f"advice of {of}",
    spec.PRINT_JOB.name: lambda columns, of: f"paper {columns[spec.NUMBER]} of {of}",
    spec.SETTLEMENT.name: lambda columns, of: f"settlement {columns[spec.SETTLED_AS]} of {of}",
    spec.KEPT_TYPES.name: lambda columns, _: f"types of {columns[spec.UPSTREAM]}",
    spec.STAFF.name: lambda columns, _: f"staff {columns[spec.NUMBER]}",
    spec.ACCEPTANCE.name: lambda columns, _: f"acceptance {columns[spec.NUMBER]}",
    spec.EVENT.name: lambda columns, _: f"{spec.EVENT.name} {columns[spec.SEQUENCE]}",
    spec.HAPPENING: lambda columns, _: f"{spec.HAPPENING} {columns[spec.SEQUENCE]}",
}


def name_of(table: str, columns: Columns, reference: str) -> str:
    """Return the name of a row; ``reference`` is that of its redemption, if it has one."""
    name = _NAMES.get(table)
    return f"{table} {reference}" if name is None else name(columns, reference)


def said_altered(name: str) -> str:
    """Return how an acceptance keeps that a named row was altered; the same in every version."""
    return f"{name} was altered"


def name_told(event: audit.AuditEvent, reference: str) -> str:
    """Return the name of the row that an event is about."""
    table, columns = row_told(event)
    return name_of(table, columns, reference)


def row_told(event: audit.AuditEvent) -> tuple[str, Columns]:
    """Return the table of the row that an event is about, and its key columns."""
    match event:
        case audit.SaleOpened() | audit.SaleClosed() | audit.CustomerNoted():
            return spec.SALE.name, {spec.ID: event.sale_id}
        case audit.AttemptStarted() | audit.AttemptEnded():
            return spec.ATTEMPT.name, {spec.NUMBER: event.number}
        case audit.PrintQueued() | audit.PrintMoved():
            return spec.PRINT_JOB.name, {spec.NUMBER: event.number}
        case audit.TypesKept():
            return spec.KEPT_TYPES.name, {spec.UPSTREAM: event.upstream}
        case audit.StaffDone() | audit.JournalAccepted():
            table = spec.STAFF if isinstance(event, audit.StaffDone) else spec.ACCEPTANCE
            return table.name, {spec.NUMBER: event.number}
        case (
            audit.AdviceOwed()
            | audit.ConfirmationReplaced()
            | audit.AdviceAttemptStarted()
            | audit.AdviceAttemptEnded()
            | audit.AdviceSettled()
        ):
            return spec.ADVICE.name, {}
        case audit.Settled():
            return spec.SETTLEMENT.name, {spec.SETTLED_AS: event.settled_as.value}
        case _:
            return spec.REDEMPTION.name, {}
