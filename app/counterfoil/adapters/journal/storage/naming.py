"""What a record is called where it is found not to be as it was written: ``attempt 2 of K7Q-42F``.

`journal verify` says so, and what a supervisor has accepted is kept under this name.
"""

from counterfoil.adapters.journal.storage.marks import Columns
from counterfoil.domain import audit


def name_of(table: str, columns: Columns, reference: str) -> str:
    """Name a row; ``reference`` is that of its redemption, where it is of one."""
    match table:
        case "sale":
            return f"sale {columns['id']}"
        case "attempt":
            return f"attempt {columns['number']} of {reference}"
        case "advice":
            return f"advice of {reference}"
        case "print_job":
            return f"paper {columns['number']} of {reference}"
        case "kept_types":
            return f"types of {columns['upstream']}"
        case "acceptance":
            return f"acceptance {columns['number']}"
        case "event" | "happening":
            return f"{table} {columns['sequence']}"
        case _:
            return f"{table} {reference}"


def name_told(event: audit.AuditEvent, reference: str) -> str:
    """Name the row that an event goes with."""
    table, columns = _row_told(event)
    return name_of(table, columns, reference)


def _row_told(event: audit.AuditEvent) -> tuple[str, Columns]:
    match event:
        case audit.SaleOpened() | audit.SaleClosed() | audit.CustomerNoted():
            return "sale", {"id": event.sale_id}
        case audit.AttemptStarted() | audit.AttemptEnded():
            return "attempt", {"number": event.number}
        case audit.PrintQueued() | audit.PrintMoved():
            return "print_job", {"number": event.number}
        case audit.TypesKept():
            return "kept_types", {"upstream": event.upstream}
        case audit.JournalAccepted():
            return "acceptance", {"number": event.number}
        case (
            audit.AdviceOwed()
            | audit.AdviceTurned()
            | audit.AdviceAttemptStarted()
            | audit.AdviceAttemptEnded()
        ):
            return "advice", {}
        case _:
            return "redemption", {}
