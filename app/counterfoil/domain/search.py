"""What redemptions are searched by: reference, last four, type name, amount, day or state."""

from dataclasses import field
from datetime import datetime

from counterfoil.declaring import dataclass
from counterfoil.domain.states import RedemptionState

LETTERS_MIN = 3
"""How many letters of a reference, or of the last four, are enough; fewer find half the journal."""
COUNTED_MAX = 1_000
"""What a search finds is counted so far; one more stands for all that are more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """A text that was typed to search for, in all its possible meanings; one match is enough."""

    text: str
    """In small letters; never empty. It may be part of the type's name."""
    cents: int | None = None
    days: tuple[datetime, datetime] | None = None
    """From the first moment, and before the second."""
    states: frozenset[RedemptionState] = field(default_factory=frozenset)

    @property
    def letters(self) -> str | None:
        """The beginning of a reference, without its dash, if the text may mean one; else None."""
        letters = "".join(filter(str.isalnum, self.text.upper()))
        return letters if len(letters) >= LETTERS_MIN else None

    @property
    def tail(self) -> str | None:
        """The beginning of a voucher's last four, if the text may mean them; else None."""
        return self.text if len(self.text) >= LETTERS_MIN else None

    def means_name(self, name: str) -> bool:
        """Whether the text is part of this type name."""
        return self.text in name.lower()
