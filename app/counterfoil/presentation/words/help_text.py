"""What the help says: the keys that work, and what to do when this screen is unusual."""

from collections.abc import Mapping
from typing import Final

from counterfoil.presentation.key_map import KEYS, Front
from counterfoil.presentation.rooms import Room
from counterfoil.presentation.words.speaking import say, spoken

_KEYS: Final[tuple[tuple[str, str], ...]] = (
    ("F1", "Help"),
    ("F2", "Voucher; again: the next customer"),
    ("F3", "Balance"),
    ("F4", "Switch: somebody else signs in"),
    ("F5", "Refresh; in Waiting: ask again"),
    ("F6", "History; again: the next list"),
    ("F7", "Shift; again: Reports"),
    ("F8", "Lock the till; the work goes on"),
    ("F9", "Print, No, the rest, the last slip"),
    ("F10", "Menu: type what you want to do"),
    ("F11", "The next step on the screen"),
    ("F12", "Only this uses a voucher"),
    ("Esc", "Back; empties the form"),
    ("Shift+F1", "Health, and a support file"),
    ("Shift+F5", "Waiting"),
    ("Shift+F6", "Statements"),
    ("Shift+F7", "Reports"),
    ("Shift+F8", "Settings"),
    ("Shift+F9", "Slips to finish"),
    ("Shift+F2", "In training: the tour"),
)
_OF_BUTTONS: Final = frozenset({"F9", "F11", "F12"})
"""These are on buttons of the pages, and not, or not everywhere, in the table of the keys."""

_Pairs = tuple[tuple[str, str], ...]
_RESULT: Final[_Pairs] = (
    (
        "The green head says HAND OVER NOW",
        "It is paid and saved. Only then hand over the goods and the slip.",
    ),
    (
        "The till is still checking",
        "Keep the customer, hand nothing over, and do not try the voucher again.",
    ),
    (
        "We do not know yet if it was paid",
        "Keep the voucher and give the slip to bring back. The till keeps asking by itself.",
    ),
    (
        "Before the till stopped",
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
)
_FORM: Final[_Pairs] = (
    (
        "A customer gives you a voucher",
        "Scan it, or type its PIN. Type the amount, then press F12. Wait for green.",
    ),
    (
        "The customer wants to spend only a part",
        "Type that part as the amount. The rest comes back as a change voucher on the slip.",
    ),
    (
        "The wrong voucher is in the form",
        "Scan the right one: it takes its place. Esc empties the form, and brings it back.",
    ),
    (
        "The button Use voucher is grey",
        "It says what is missing. A red line below a box says what is wrong there.",
    ),
    (
        "A scan is not taken",
        "The till says why, aloud. Answer the question on the screen first, then scan again.",
    ),
    (
        "The voucher's kind is not in the list",
        "F5 asks the providers again. If it stays away, that provider does not offer it here.",
    ),
    (
        "The customer changes their mind",
        "Before F12 nothing was taken: press F2. After it: void the sale in History.",
    ),
)
_OWED: Final = (
    "The top bar has messages to send",
    "A provider has not got them yet. The till goes on: see Waiting.",
)
_WHEN: Final[Mapping[Room | Front, _Pairs]] = {
    Room.REDEEM: (*_FORM, _OWED),
    Room.BALANCE: (
        (
            "A customer asks what is on a voucher",
            "Scan it, or type its number, then press F3. Nothing is taken by that.",
        ),
        (
            "There is less on it than the sale costs",
            "Take what is on it. Then F9 takes the rest in cash, by card or with another one.",
        ),
        (
            "This kind shows no balance",
            "Its provider shows none. Type an amount: what is too much is refused, not taken.",
        ),
    ),
    Room.HISTORY: (
        ("A customer lost the slip", "Find the sale, press F9. The paper says which copy it is."),
        (
            "A customer brings goods back",
            "Take the goods first. Choose the sale, press F11 and say why: it says what follows.",
        ),
        (
            "You look for a sale",
            "Scan its slip on any page. Or type the reference, the last 4, the amount or the day.",
        ),
        (
            "You want to know what happened",
            "Choose the sale: its story stands beside it, with times and names.",
        ),
    ),
    Room.SHIFT: (
        ("The day begins", "Count the drawer, type it as the float, press F11."),
        (
            "The count is not what should be there",
            "Count again with F9, or say why. A supervisor can see what should be there.",
        ),
        (
            "An answer is missing at closing time",
            "Close all the same. It is named on the Z and goes on into the next shift.",
        ),
        ("Cash goes out or into the safe", "Pay out or Drop: the amount and why. It is on the Z."),
    ),
    Room.IN_DOUBT: (
        (
            "An answer is missing",
            "F5 asks again at once. The till asks by itself anyway. Do not try the voucher again.",
        ),
        (
            "The customer paid another way",
            "Say so with the button, or a late yes pays this sale as well.",
        ),
        (
            "Waiting asks for a supervisor",
            "Print the entry and call one. The reference tells the provider which it is.",
        ),
        (
            "A queue stands still",
            "The provider refuses the till's key. Have it put right, then press Resume.",
        ),
        _OWED,
    ),
    Room.SLIPS: (
        ("The printer is ready again", "Choose the entry, press F9. Then say that all came out."),
        (
            "The customer is gone without the slip",
            "Keep it here. It is their change voucher: print it when they come back.",
        ),
        (
            "The paper ran out in the middle",
            "Put in a roll and print again. Only a slip that came out whole is ticked off.",
        ),
    ),
    Room.REPORTS: (
        (
            "Somebody stands out",
            "The slip says in what, and by which rule. It accuses nobody: look at those sales.",
        ),
        (
            "The figures are needed elsewhere",
            "F9 saves them as a PDF, and Save as CSV for a spreadsheet, among your documents.",
        ),
        (
            "A supervisor is asked for",
            "What was taken is only for who may see it. F11 calls somebody who may.",
        ),
    ),
    Room.OWNER: (
        (
            "A provider's statement has come",
            "Compare a statement: choose whose it is and the file, look at it, then go on.",
        ),
        (
            "A difference waits",
            "Choose it: it says what each side has. Ask the provider, then say what became of it.",
        ),
        (
            "Somebody asks what is kept about them",
            "The page Statements says for how long (F9). A manager gives out all about a number.",
        ),
    ),
    Front.SIGN_IN: (
        ("You forgot your PIN", "A supervisor gives you a new one: Menu, Staff, New PIN."),
        (
            "The till makes you wait",
            "After wrong PINs it waits, longer each time. A new PIN from a supervisor ends it.",
        ),
        (
            "The manager's passphrase is lost",
            "Lost passphrase: type the recovery code that was shown at the first start.",
        ),
        ("Somebody left a sale open", "It goes on. Its result waits here for who signs in next."),
    ),
    Front.CLOSED: (
        (
            "The till is closed",
            "Nothing can be saved, so nothing is sold. Do the steps on the screen, in order.",
        ),
        (
            "A customer paid just before",
            "What was saved is not lost. Keep the voucher and write down the time.",
        ),
        ("You call support", "Shift+F1 says what is wrong, and makes a file that you can send."),
    ),
}


def keys(front: Front, *, is_training: bool) -> _Pairs:
    """Return the keys that work over what is in front, with what each does."""
    here = (row for row in KEYS if is_training or not row.is_for_training)
    working = {row.key for row in here if front in row.fronts}
    if front in {Front.COUNTER, Front.LIST}:
        working |= _OF_BUTTONS
    return tuple((key, say(said)) for key, said in _KEYS if key in working)


def when(front: Front, room: Room, *, is_result: bool) -> _Pairs:
    """Return what may be unusual on this screen, and what to do then."""
    if front in {Front.SIGN_IN, Front.CLOSED}:
        return spoken(_WHEN[front])
    return spoken(_RESULT if is_result and front is Front.COUNTER else _WHEN[room])
