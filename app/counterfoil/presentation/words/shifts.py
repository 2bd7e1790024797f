"""The words about shifts, the drawer, and the X and Z reports."""

from collections.abc import Iterable, Mapping

from counterfoil.domain.drawer import CashMove, CashMoveKind, ShiftProblem
from counterfoil.domain.failures import CounterfoilError, ShiftRefusedError
from counterfoil.domain.money import format_cents
from counterfoil.domain.shift import Shift
from counterfoil.domain.tender import Tender, TenderKind
from counterfoil.presentation.words.speaking import SpokenTable, say, speak_constants

TENDERS: SpokenTable[TenderKind, str] = SpokenTable(
    {
        TenderKind.VOUCHER: "Vouchers",
        TenderKind.CASH: "Cash",
        TenderKind.CARD: "Card",
        TenderKind.OTHER: "Other",
    }
)
"""What a sale is paid with, as a heading or a button."""

MOVES: Mapping[CashMoveKind, str] = SpokenTable(
    {
        CashMoveKind.PAY_IN: "Pay in",
        CashMoveKind.PAY_OUT: "Pay out",
        CashMoveKind.DROP: "Drop to the safe",
        CashMoveKind.NO_SALE: "Open the drawer",
    }
)
"""Why the drawer is opened without a sale, as a button."""

_PROBLEMS: Mapping[ShiftProblem, str] = SpokenTable(
    {
        ShiftProblem.NOT_OPEN: "No shift is open. Open one first, with what is in the drawer.",
        ShiftProblem.OPEN_ALREADY: "A shift is open already. Close it with its Z first.",
        ShiftProblem.NOT_COUNTED: "Count the drawer first. Nothing was closed.",
        ShiftProblem.NOT_EXPLAINED: (
            "What you counted is not what should be there. Count again, or say why. "
            "Nothing was closed."
        ),
        ShiftProblem.NO_REASON: "Say in a few words why. Nothing was done.",
        ShiftProblem.REASON_TOO_LONG: "That is too long. Say it in fewer words. Nothing was done.",
        ShiftProblem.REASON_HOLDS_CODE: (
            "That looks like a code, and it would be printed for all to read. Use other "
            "words. Nothing was done."
        ),
        ShiftProblem.NOT_AN_AMOUNT: "That is no amount for a drawer. Nothing was done.",
        ShiftProblem.NOT_PIECES: (
            "Type how many there are of each note and coin, in whole numbers. Nothing was done."
        ),
        ShiftProblem.NOTHING_DUE: "Nothing is left to pay of this sale. Nothing was taken.",
        ShiftProblem.NOT_THE_REST: (
            "The parts do not add up to what is left to pay. Nothing was taken."
        ),
        ShiftProblem.TOO_LITTLE_GIVEN: "The customer gave less than that. Nothing was taken.",
        ShiftProblem.MOVED_ON: (
            "The sale or the shift has changed meanwhile. Look at it again. Nothing was taken."
        ),
        ShiftProblem.UNKNOWN_SHIFT: "There is no Z with this number.",
    }
)

NONE_YET = "No shift was opened yet."
PIECES_WANTED = "Type the value and how many there are, such as 200=3."


def line(shift: Shift) -> str:
    """Return a shift as one line of a list, without its takings."""
    opened = f"{shift.opened_at.astimezone():%Y-%m-%d %H:%M}"
    said = say(
        "{number}  opened {opened} by {opened_by}",
        number=f"{shift.number:>6}",
        opened=opened,
        opened_by=shift.opened_by,
    )
    if shift.closed_at is None:
        return say("{said}, open", said=said)
    return say(
        "{said}, closed {at} by {closed_by}",
        said=said,
        at=f"{shift.closed_at.astimezone():%Y-%m-%d %H:%M}",
        closed_by=shift.closed_by,
    )


def moved(move: CashMove, currency: str) -> str:
    """Say which cash move was recorded."""
    if move.kind is CashMoveKind.NO_SALE:
        return f"{MOVES[move.kind]}: {move.reason}"
    return f"{MOVES[move.kind]}: {format_cents(move.cents, currency)}, {move.reason}"


def counted(cents: int, currency: str) -> str:
    """Say what was counted, but not what should be there."""
    return say("Counted {amount}.", amount=format_cents(cents, currency))


def rest_taken(tenders: Iterable[Tender], change_cents: int, currency: str) -> str:
    """Say how the rest of a sale was paid, and what change is due."""
    parts = (f"{format_cents(one.cents, currency)} {TENDERS[one.kind].lower()}" for one in tenders)
    said = say("The rest is paid: {parts}.", parts=", ".join(parts))
    return (
        say("{said} Change due: {amount}.", said=said, amount=format_cents(change_cents, currency))
        if change_cents
        else said
    )


def refused(error: CounterfoilError) -> str | None:
    """Return why something was not done with a shift; None where the error is about no shift."""
    return _PROBLEMS[error.problem] if isinstance(error, ShiftRefusedError) else None


speak_constants(__name__)
