"""What happens in a shift in the window, for whoever does it and for whoever checks it."""

from typing import Final

from counterfoil_sandbox.pins import ONE_VOUCHER
from support.canary import CANARY_PIN
from support.killing import Cashier

OPENED, SOLD, REST, PAID_OUT, CLOSED, PRINTED = (
    "opened",
    "sold in part",
    "rest taken",
    "paid out",
    "closed",
    "printed",
)
AT_Z, Z_SHOWN = "about to close", "Z shown"
"""How far who closes has come: the next press closes, and its Z is in front of them."""
STORY: Final = (OPENED, SOLD, REST, PAID_OUT, CLOSED, PRINTED)
SALE: Final = Cashier(type_id=ONE_VOUCHER, typed={"pin": CANARY_PIN}, amount="69.00")
SOLD_CENTS, REST_CENTS = 5_000, 1_900
"""The voucher holds less than the sale comes to."""
FLOAT_CENTS, PAID_OUT_CENTS = 50_000, 400
FOUND_CENTS = FLOAT_CENTS + REST_CENTS - PAID_OUT_CENTS
"""What is in the drawer in the end, whoever died before."""
