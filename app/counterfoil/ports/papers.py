"""Slips lying as files in the folder that the till prints into, with a change voucher's code."""

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
        """Return the slips in the folder that show a change voucher's code.

        Empty where the folder cannot be read.
        """
        ...

    async def remove(self, name: str) -> None:
        """Remove the file of one of these slips by its name.

        One that cannot be removed stays, and `kept` returns it again.
        """
        ...
