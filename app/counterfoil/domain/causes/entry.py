"""Why what was typed into a field cannot be sent, as keys and values. The text itself is in none.

What is wrong with a code stands in ``code``, what is wrong with an amount in ``money``.
"""

from enum import StrEnum

from counterfoil.declaring import dataclass
from counterfoil.domain.code import NotACode
from counterfoil.domain.money import Money, NotAnAmount


class EntryProblem(StrEnum):
    """Why a value is refused."""

    MISSING = "missing"
    NOT_CHOSEN = "not_chosen"
    NOT_ANSWERED = "not_answered"
    NOT_IN_LIST = "not_in_list"
    NOT_YES_OR_NO = "not_yes_or_no"
    NOT_A_PHONE = "not_a_phone"
    NOT_AN_EMAIL = "not_an_email"
    NOT_WHOLE = "not_whole"
    NOT_A_NUMBER = "not_a_number"
    NOT_A_DATE = "not_a_date"
    NOT_IN_FORM = "not_in_form"
    """Not as the upstream's pattern wants it."""
    NOT_LIKE = "not_like"
    """The same; ``wanted`` is an example."""
    BELOW_LEAST = "below_least"
    ABOVE_MOST = "above_most"
    TOO_SHORT = "too_short"
    """``found`` of ``wanted`` characters."""
    TOO_LONG = "too_long"
    """More than ``wanted`` characters."""
    NO_SUCH_FIELD = "no_such_field"
    """The type of voucher has no field of this name."""
    NOT_SENDABLE = "not_sendable"
    """The upstream's interface has no way to write it."""
    CURRENCY_NOT_SENDABLE = "currency_not_sendable"


@dataclass(frozen=True, slots=True)
class NotAValue:
    """Why a text is refused; ``label`` is the field's, for sentences that name it."""

    problem: EntryProblem
    label: str = ""
    found: int = 0
    wanted: str | int | Money = ""


EntryCause = NotAValue | NotACode | NotAnAmount
