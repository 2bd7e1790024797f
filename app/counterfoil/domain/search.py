"""What redemptions are looked for by: reference, last four, name, amount, day or state."""

from dataclasses import dataclass, field
from datetime import datetime

from counterfoil.domain.states import RedemptionState

LETTERS_MIN = 3
"""How many letters of a reference are enough; fewer would find half the journal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What was typed, in each way in which it can be meant; one that fits is enough."""

    text: str
    """In small letters; never empty. Part of the last four, or of the type's name."""
    cents: int | None = None
    days: tuple[datetime, datetime] | None = None
    """From the first moment, and before the second."""
    states: frozenset[RedemptionState] = field(default_factory=frozenset)

    @property
    def letters(self) -> str | None:
        """How a reference begins that may be meant, without its dash; None where none may be."""
        letters = "".join(filter(str.isalnum, self.text.upper()))
        return letters if len(letters) >= LETTERS_MIN else None
