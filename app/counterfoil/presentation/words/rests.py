"""The words of the question how the rest of a sale is paid, which its vouchers did not cover."""

from collections.abc import Mapping
from enum import StrEnum

from counterfoil.domain.money import format_cents
from counterfoil.presentation.words.speaking import SpokenTable, say, speak_constants

TITLE = "Take the rest"
DUE = "Still to be paid"
HOW = "How is it paid?"
GIVEN = "Cash that the customer gives"
CARD = "By card"
OTHER = "Some other way"
CHANGE = "Change to give"
IN_CASH = "In cash"
NO_CHANGE = "Leave it empty for the exact amount."
GIVE_CHANGE = "Give the change now. The sale is closed."
DONE = "Done"
TAKEN = "The rest is taken, and the sale closed"
NO_SHIFT = "No shift is open, so nothing can be counted into the drawer."
NO_SHIFT_LINE = "Open one with what is in the drawer. The sale waits, and F2 comes back to it."
OPEN_SHIFT = "Open a shift"


class Way(StrEnum):
    """How the customer pays what the vouchers did not cover."""

    CASH = "cash"
    CARD = "card"
    OTHER = "other"
    MIX = "mix"


WAYS: Mapping[Way, str] = SpokenTable(
    {
        Way.CASH: "Cash",
        Way.CARD: "Card",
        Way.OTHER: "Other",
        Way.MIX: "A mix",
    }
)


def act(way: Way | None, cents: int, currency: str) -> str:
    """Return the caption of the button that takes the rest."""
    amount = format_cents(cents, currency)
    how = {Way.CASH: say(" in cash"), Way.CARD: say(" by card"), Way.OTHER: say(" some other way")}
    return say("Take {amount}{what}", amount=amount, what=how.get(way, "") if way else "")


speak_constants(__name__)
