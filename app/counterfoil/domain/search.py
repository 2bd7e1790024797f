"""What redemptions are looked for by: reference, last four, name, amount, day or state."""

from dataclasses import dataclass, field
from datetime import datetime

from counterfoil.domain.money import Exact
from counterfoil.domain.redemption import Redemption
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

    def finds(self, one: Redemption) -> bool:
        """Whether a redemption is meant."""
        asked = one.amount.cents if isinstance(one.amount, Exact) else None
        cents = asked if one.redeemed_cents is None else one.redeemed_cents
        reference = one.reference.replace("-", "")
        return (
            (self.letters is not None and reference.startswith(self.letters))
            or self.text in one.voucher_tail
            or self.text in one.type_name.lower()
            or (self.cents is not None and self.cents == cents)
            or (self.days is not None and self.days[0] <= one.created_at < self.days[1])
            or one.state in self.states
        )
