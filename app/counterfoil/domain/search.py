"""What redemptions are searched by: reference, last four, type, amount, time, cashier, number."""

from dataclasses import field
from datetime import datetime

from counterfoil.declaring import dataclass
from counterfoil.domain.secret import Secret
from counterfoil.domain.states import RedemptionState

LETTERS_MIN = 3
"""How many letters of a reference, or of the last four, are enough; fewer find half the journal."""
CODE_MIN = 8
"""From so many letters and digits on, most of them digits, a text may be a whole voucher number."""
LOOKED_AT_MAX = 5_000
"""Of so many of the last redemptions the cashier and the change voucher's serial number are found.

Neither has an index, as that would take room in every sale. So a search stays as quick as it is.
Likewise so many of the last that each meaning finds are looked at where a search is narrowed.
"""
COUNTED_MAX = 1_000
"""What a search finds is counted so far; one more stands for all that are more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """A text that was typed to search for, in all its possible meanings; one match is enough."""

    text: str = ""
    """In small letters; it may be part of a type's or a cashier's name. Empty where there is a
    ``code``, which nobody may read here."""
    code: Secret | None = None
    """What may be a whole voucher number, or the serial number of a change voucher, as typed."""
    phone: Secret | None = None
    """A phone number, as it is sent with its country."""
    cents: int | None = None
    days: tuple[datetime, datetime] | None = None
    """From the first moment, and before the second."""
    states: frozenset[RedemptionState] = field(default_factory=frozenset)
    within: tuple[datetime, datetime] | None = None
    """Of what is found, only what began then: from the first moment, and before the second."""
    only: frozenset[RedemptionState] = field(default_factory=frozenset)
    """Of what is found, only what is in one of these states; empty for all."""

    @property
    def is_narrowed(self) -> bool:
        """Whether not all that is found is wanted; then it is looked for among `LOOKED_AT_MAX`."""
        return self.within is not None or bool(self.only)

    @property
    def letters(self) -> str | None:
        """The beginning of a reference, without its dash, if the text may mean one; else None."""
        letters = "".join(filter(str.isalnum, self.text.upper()))
        return letters if len(letters) >= LETTERS_MIN else None

    @property
    def tail(self) -> str | None:
        """The beginning of a voucher's last four, if the text may mean them; else None."""
        return self.text if len(self.text) >= LETTERS_MIN else None

    @property
    def voucher_codes(self) -> tuple[Secret, ...]:
        """A voucher number as it is hashed: as it is, and without the zeros in front of a number.

        One of several parts, such as a number and a PIN, is hashed with them and is not found.
        """
        if self.code is None:
            return ()
        whole = plain_code(self.code.reveal())
        return tuple(Secret(one) for one in dict.fromkeys((whole, whole.lstrip("0") or whole)))

    def means_name(self, name: str) -> bool:
        """Whether the text is part of this name of a type."""
        return bool(self.text) and self.text in name.lower()

    def means_person(self, name: str) -> bool:
        """Whether the text is enough of this name of a cashier."""
        return len(self.text) >= LETTERS_MIN and self.text in name.lower()


def plain_code(text: str) -> str:
    """Return a code as it is hashed, however it was typed."""
    return "".join(filter(str.isalnum, text.upper()))


def may_be_code(text: str) -> bool:
    """Whether a text may be a whole voucher number: long, and mostly digits."""
    plain = plain_code(text)
    return len(plain) >= CODE_MIN and 2 * sum(map(str.isdigit, plain)) > len(plain)


def phone_source(phone: Secret) -> str:
    """Return the text of which the keyed hash of a phone number is made; no voucher has it."""
    return f"phone/{phone.reveal()}"
