"""What redemptions are looked for by: reference, last four, name, amount, day or state."""

from dataclasses import dataclass, field
from datetime import datetime

from counterfoil.domain.states import RedemptionState

LETTERS_MIN = 3
"""How many letters of a reference, or of the last four, are enough; fewer find half the journal."""
COUNTED_MAX = 1_000
"""What a search finds is counted so far; one more stands for all that are more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What was typed, in each way in which it can be meant; one that fits is enough."""

    text: str
    """In small letters; never empty. It may be part of the type's name."""
    cents: int | None = None
    days: tuple[datetime, datetime] | None = None
    """From the first moment, and before the second."""
    states: frozenset[RedemptionState] = field(default_factory=frozenset)

    @property
    def letters(self) -> str | None:
        """How a reference begins that may be meant, without its dash; None where none may be."""
        letters = "".join(filter(str.isalnum, self.text.upper()))
        return letters if len(letters) >= LETTERS_MIN else None

    @property
    def tail(self) -> str | None:
        """How the last four begin that may be meant; None where the text is too short."""
        return self.text if len(self.text) >= LETTERS_MIN else None

    def means_name(self, name: str) -> bool:
        """Whether a type of this name is meant."""
        return self.text in name.lower()
