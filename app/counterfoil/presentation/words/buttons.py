"""Every button of the counter and the lists: what it says, what it asks for, and its key."""

from collections.abc import Iterable
from dataclasses import replace

from counterfoil.presentation.screens import Act, Button
from counterfoil.presentation.words.speaking import speak_constants, spoken

NEW_VOUCHER = Button("New voucher", Act.NEW_VOUCHER, "F2")
REFUSED_NEXT = Button("Another voucher", Act.NEW_VOUCHER, "F2")
LOOK_UP_BALANCE = Button("Check the balance", Act.LOOK_UP_BALANCE, "F3", is_primary=True)
LOOK_IN_HISTORY = Button("Look in History", Act.LOOK_IN_HISTORY, "F6")
NEXT_CUSTOMER = Button("Next customer", Act.NEW_VOUCHER, "F2")
COLLECT_REST = Button("Collect the rest", Act.NEW_VOUCHER, "F2")
ANOTHER_VOUCHER = Button("Another voucher", Act.GO_ON_WITH_SALE, "F11", is_primary=True)
TAKE_REST = Button("Take the rest", Act.TAKE_REST, icon="cash")
REST_PAID_OTHERWISE = Button("Rest paid otherwise", Act.REST_PAID_OTHERWISE)
PAID_ANOTHER_WAY = Button("Paid another way", Act.PAID_OTHERWISE)
PAID_OTHERWISE = Button("Customer paid another way", Act.PAID_OTHERWISE)
PRINT_PENDING = Button("Print slip to bring back", Act.PRINT_PENDING, "F11", is_primary=True)
PRINT = Button("Print", Act.PRINT_PENDING, icon="printer")
PRINT_SLIP = Button("Print", Act.PRINT_AGAIN, "F9", is_primary=True, icon="printer")
PRINT_AGAIN = Button("Print again", Act.PRINT_AGAIN, "F9", icon="printer")
PRINT_COPY = Button("Print a copy", Act.PRINT_AGAIN, "F9", icon="printer")
RESUME_AND_PRINT = Button("Resume and print", Act.RESUME_PRINTER, icon="printer")
"""In the place of the button that printed, while the print queue is paused; its key is the same."""
VOID = Button("Void", Act.VOID, "F11", icon="void")
VOID_NOW = Button("Void", Act.VOID, icon="void")
"""Right after a sale, where F11 is for its slip; from anywhere F6 and F11 do the same."""
SETTLE = Button("Settle", Act.SETTLE, "F11", icon="check")
SLIP_COMPLETE = Button("Yes, the whole slip", Act.SLIP_COMPLETE, "F11", is_primary=True)
SLIP_NOT_COMPLETE = Button("No", Act.SLIP_NOT_COMPLETE, "F9")
ASK_AGAIN = Button("Ask again", Act.ASK_AGAIN, "F5")
TRY_AGAIN = Button("Try again", Act.REFRESH, "F5", is_primary=True)
NO_REST = Button("There is no rest", Act.NO_REST)
BRING_BACK = Button("Bring it back", Act.BRING_BACK, "Esc")
SAME_VOUCHER = Button("Yes, this voucher", Act.SAME_VOUCHER, "F11", is_primary=True)
EMPTY_FORM = Button("No, empty the form", Act.EMPTY_FORM, "Esc")
NONE_OF_THEM = Button("None of them", Act.EMPTY_FORM, "Esc")

PRINTING = frozenset({Act.PRINT_AGAIN, Act.PRINT_PENDING})


def resuming(offered: Iterable[Button]) -> tuple[Button, ...]:
    """Return buttons as they are while the print queue is paused: one press resumes and prints."""
    return tuple(
        replace(spoken(RESUME_AND_PRINT), key=one.key, is_primary=one.is_primary)
        if one.act in PRINTING
        else one
        for one in offered
    )


speak_constants(__name__)
