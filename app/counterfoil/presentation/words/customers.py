"""What a customer reads on a display of their own: a few plain words, and never a secret.

A state has at most twenty letters, so that a display with two lines of twenty holds it.
"""

from counterfoil.domain.redemption import Redemption
from counterfoil.domain.slip_facts import is_remainder_by_sms
from counterfoil.presentation.words.speaking import say, speak_constants

WELCOME = "Welcome"
TRAINING = "Training only"
CLOSED = "Till closed"
TO_PAY = "To pay"
STILL_TO_PAY = "Still to pay"
CHECKING = "Checking voucher"
ONE_MOMENT = "One moment, please"
PAID = "Paid. Thank you!"
NOT_KNOWN = "Not known yet"
NOT_ACCEPTED = "Voucher not accepted"
NOT_PAID = "Not paid"
KEEP_VOUCHER = "Keep your voucher."
NOTHING_TAKEN = "Nothing was taken."
CASHIER_HELPS = "The cashier helps you."
CHANGE_ON_SLIP = "Your change voucher is on the slip."
CHANGE_BY_SMS = "The rest of your voucher comes by SMS."


def about_change(redemption: Redemption) -> tuple[str, ...]:
    """Say where the rest of a voucher is; empty where there is none."""
    if is_remainder_by_sms(redemption):
        return (say(CHANGE_BY_SMS),)
    return (say(CHANGE_ON_SLIP),) if redemption.has_change_pin else ()


def no_screen(wanted: str, there: tuple[str, ...]) -> str:
    """Tell the cashier that the customer's screen is not there, and which screens are."""
    return say(
        "No screen {wanted} for the customer. There are: {there}.",
        wanted=wanted,
        there=", ".join(there),
    )


def own_screen(wanted: str) -> str:
    """Tell the cashier that the customer's screen is the one the till is on."""
    return say(
        "The customer's screen {wanted} is the till's own, so the customer is shown nothing.",
        wanted=wanted,
    )


def no_line_display(device: str) -> str:
    """Tell the cashier that the customer's line display cannot be written to."""
    return say(
        "The customer's display at {device} does not answer. The till works on without it.",
        device=device,
    )


speak_constants(__name__)
