"""What is said at the counter beside a result: about the sale, the customer and the slip."""

from counterfoil.domain.money import format_cents
from counterfoil.domain.search import COUNTED_MAX


def another_currency(owed: str, offered: str) -> str:
    """Say why a voucher cannot pay the rest of a sale."""
    return f"This sale is in {owed}, and this voucher type in {offered}. Choose another type."


def only_owed(rest_cents: int, currency: str) -> str:
    """Say why an amount above the rest of a sale is not taken."""
    return f"only {format_cents(rest_cents, currency)} is still to be paid"


def only_whole(name: str) -> str:
    """Say why a type that is only taken whole cannot pay the rest of a sale."""
    return f"{name} is only taken whole, which can be more than the rest. Choose another type."


def still_owed(rest_cents: int, currency: str) -> str:
    """Say what the customer still owes of a sale that was paid in part; nothing for nothing."""
    return f"{format_cents(rest_cents, currency)} is still to be paid." if rest_cents else ""


WHOLE_VALUE = "Whole value"
ONLY_THE_WHOLE_VALUE = "Only the whole value can be taken"
NOT_OF_SANDBOX = (
    "This number is none of the sandbox's. Never type a real voucher's number in training."
)
CLOSING = "The till is closing."
LEFT_OPEN = (
    "The result of this voucher is not known yet. Nothing is lost: the till shows this sale first "
    "when it is opened again."
)
SLIP_LEFT_OPEN = (
    "Nobody said yet that the slip came out. Nothing is lost: it waits in Slips to finish."
)
PRINT_FAILED = "Something went wrong while printing. Look whether a slip came out."


STILL_HERE = "Is this customer still here?"
NOBODY_SPOKE = (
    "The till stopped during this sale. Nothing pays it until somebody says on Redeem that the "
    "customer is still here."
)
SAY_PAID_OTHERWISE = "If the customer paid otherwise, say so, or a late approval pays this sale."
CLOSED_WITHOUT = (
    "The sale was closed without this voucher. If an approval still comes, call a supervisor."
)


def found_count(count: int) -> str:
    """Return how many a search found, in words; above ``COUNTED_MAX`` only that there are more."""
    return f"{count:,}" if count <= COUNTED_MAX else f"more than {COUNTED_MAX:,}"
