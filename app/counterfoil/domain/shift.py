"""A shift: the drawer from its float to the Z that closes it.

A shift is closed by its Z, and gives it its number. What the till does while no shift is open
belongs to the next one, so that every sale is on exactly one Z, whatever the clock says.
"""

from datetime import datetime
from enum import StrEnum

from counterfoil.declaring import dataclass
from counterfoil.domain.books import Books


class ShiftState(StrEnum):
    """Whether a shift goes on."""

    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """One shift as the journal keeps it.

    ``begins_after`` is the number of the last audit event that the Z before it adds up; ``books``
    is what its own Z says, and there once it is closed.
    """

    number: int
    opened_at: datetime
    opened_by: str
    currency: str
    float_cents: int
    begins_after: int
    state: ShiftState = ShiftState.OPEN
    closed_at: datetime | None = None
    closed_by: str | None = None
    explanation: str | None = None
    """Why the count was not what should have been there, as whoever closed it said."""
    books: Books | None = None
    printed: int = 0
    """How often its Z was counted for a printer."""
    unsent: int = 0
    """Of how many of these nothing reached the printer."""

    @property
    def papers(self) -> int:
        """How many papers of its Z there may be; each after the first is a copy."""
        return self.printed - self.unsent


@dataclass(frozen=True, slots=True)
class ShiftReport:
    """What an X says of an open shift, or a Z of a closed one."""

    shift: Shift
    books: Books
