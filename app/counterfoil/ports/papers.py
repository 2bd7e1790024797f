"""Slips that lie in the till's folder as files and show a change voucher's code."""

from typing import Protocol

from counterfoil.declaring import dataclass


@dataclass(frozen=True, slots=True)
class KeptPaper:
    """One file that says it is a slip; only the journal knows whether it is one of this till.

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
        """Return the slips with a code in the folder; empty where the folder cannot be read."""
        ...

    async def remove(self, name: str) -> None:
        """Remove one of them; one that cannot be removed stays, and is returned again by `kept`."""
        ...
