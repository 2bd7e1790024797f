"""Slips that lie in the till's folder as files and show a change voucher's code."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class KeptPaper:
    """One file that says it is a till's slip; only the print ledger knows whose it is.

    ``slip_number`` is without the till's own number before it, and ``copy_number`` is 0 for an
    original.
    """

    name: str
    slip_number: int
    copy_number: int
    reference: str


class Papers(Protocol):
    """The folder that the till prints into."""

    async def kept(self) -> tuple[KeptPaper, ...]:
        """Return the slips with a code that lie there; empty where the folder cannot be read."""
        ...

    async def remove(self, name: str) -> None:
        """Remove one of them; one that cannot be removed stays, and is met again."""
        ...
