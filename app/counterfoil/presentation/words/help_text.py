"""What the help says: the keys that work, and what to do when something is unusual."""

from typing import Final

KEYS: Final[tuple[tuple[str, str], ...]] = (
    ("F1", "Help"),
    ("F2", "Redeem; again: the next customer, an empty form"),
    ("F3", "Balance"),
    ("F4", "Switch: somebody else signs in"),
    ("F5", "Refresh; in In doubt: ask again, try now, resume"),
    ("F6", "History; again: In doubt, Slips to finish"),
    ("F7", "Shift: float, cash, count, Z"),
    ("F8", "Lock the till; the work goes on"),
    ("F9", "Print, No, or take the rest"),
    ("F10", "Menu; Shift+F6: Statements"),
    ("F11", "The next step: slip whole, still here, void, settle"),
    ("F12", "Redeem. This key alone uses a voucher"),
    ("Esc", "Back; empties the form, and brings it back"),
)

WHEN: Final[tuple[tuple[str, str], ...]] = (
    (
        "The green head says HAND OVER NOW",
        "It is paid and saved. Only then hand over the goods and the slip.",
    ),
    (
        "The till is still checking",
        "Keep the customer, hand nothing over, and do not try the voucher again.",
    ),
    (
        "The result is not known",
        "Keep the voucher and give the pending slip. The till keeps asking by itself.",
    ),
    (
        "A sale was interrupted",
        "Say if its customer is still here. Only then can the voucher pay. F2 asks again later.",
    ),
    (
        "The voucher held too little",
        "F9 takes the rest in cash, by card or mixed, and says what change to give.",
    ),
    (
        "The voucher is refused",
        "Nothing was taken. Read the PIN again, or take another payment.",
    ),
    (
        "The slip did not come out whole",
        "Say No. The next paper says COPY. It waits in Slips to finish.",
    ),
    (
        "The customer waits for change",
        "It is on the slip. Hold the button to read it out if you must.",
    ),
    (
        "The top bar says that something is owed",
        "A provider has not acknowledged it. The till goes on: see In doubt.",
    ),
    (
        "In doubt asks for a supervisor",
        "Print the entry and call one. The reference tells the provider which it is.",
    ),
)
