"""The words of the page Shift: the float, the cash moves, the blind count, and the reports."""

from collections.abc import Mapping
from datetime import datetime

from counterfoil.domain.drawer import CashMoveKind
from counterfoil.domain.money import format_cents
from counterfoil.domain.shift import Shift
from counterfoil.domain.slip import Align, Pair, Rule, Slip, SlipKind, SlipLine, Text
from counterfoil.domain.till import TillProfile
from counterfoil.ports.printer import PrintOutcome, Sent
from counterfoil.presentation.words import failures
from counterfoil.presentation.words.shifts import MOVES
from counterfoil.presentation.words.slips import shop_head
from counterfoil.presentation.words.speaking import SpokenTable, dated, say, speak_constants

NO_SHIFT = "No shift is open"
OPEN_WITH = "Count what is in the drawer before the first sale, and type it in."
FLOAT = "Float"
OPEN_SHIFT = "Open the shift"
OPENED_BY = "Opened by"
SINCE = "Open since"
CASH = "Cash in and out"
READ_X = "Show the X"
TO_THE_END = "At its end count the drawer, and close it with the Z."
COUNT_DRAWER = "Count the drawer"
BLIND = "Count what is there. The till shows its own figure only on the Z."
NOTES = "Notes"
COINS = "Coins"
COUNTED_SO_FAR = "Counted so far"
FINISH_COUNT = "Finish the count"
CLOSE_TITLE = "Close the shift"
COUNTED = "You counted"
CLOSE_WITH_Z = "Close with Z"
Z_ENDS_IT = "The Z ends the shift. What still waits for an answer is named on it and goes on."
COUNT_AGAIN = "Count again"
EXPLAIN = "Why is it not what should be there?"
REASON = "What for"
OWN_WORDS = "Or in your own words"
CLOSED_NOW = "The shift is closed. This is what it took."
X_GOES_ON = "The shift goes on. An X changes nothing."
PRINT = "Print"
PRINT_COPY = "Print a COPY"
EARLIER = "Earlier shifts"
NO_EARLIER = "No shift was closed on this till yet."
STEPS = ("Count", "Close", "Z report")
COUNT_LEFT_OPEN = "A count of the drawer is not finished. What was typed of it is lost."
READING = "Reading the journal…"

REASONS: Mapping[CashMoveKind, tuple[str, ...]] = SpokenTable(
    {
        CashMoveKind.PAY_IN: ("More change", "Put right a mistake", "Found in the shop"),
        CashMoveKind.PAY_OUT: ("Delivery", "Milk and tea", "Cleaning", "Wages"),
        CashMoveKind.DROP: ("Too much in the drawer", "End of the day", "Fetched by the owner"),
        CashMoveKind.NO_SALE: ("Change a note", "Coin stuck", "Put in a new till roll"),
    }
)
"""What may be touched as a reason, so that nobody needs a keyboard."""
EXPLANATIONS = ("Change given wrongly", "A pay out was not typed", "Not known")
_NOTES_FROM = {"ZAR": 1_000}
"""From which value on, in minor units, a currency has notes."""


def title(shift: Shift) -> str:
    """Return the title of a shift."""
    return say("Shift {number}", number=shift.number)


def status(shift: Shift | None) -> str:
    """Say in the line at the window's foot whether a shift is open."""
    if shift is None:
        return f"{say(NO_SHIFT)}."
    return say(
        "Shift {number}, open since {clock}.", number=shift.number, clock=clock(shift.opened_at)
    )


def money(cents: int, currency: str) -> str:
    """Write an amount."""
    return format_cents(cents, currency)


def clock(at: datetime) -> str:
    """Write a time of the last days."""
    return dated(at.astimezone(), "%d %b %H:%M")


def open_with(cents: int, currency: str) -> str:
    """Return the caption of the button that opens a shift."""
    return say(
        "{open_shift} with {amount}", open_shift=say(OPEN_SHIFT), amount=money(cents, currency)
    )


def move_title(kind: CashMoveKind) -> str:
    """Name a kind of cash move."""
    return MOVES[kind]


def move_line(kind: CashMoveKind) -> str:
    """Explain a kind of cash move."""
    return {
        CashMoveKind.PAY_IN: say("Cash that is put into the drawer, and is no sale."),
        CashMoveKind.PAY_OUT: say("Cash that is taken out of the drawer and spent."),
        CashMoveKind.DROP: say("Cash that is taken out of the drawer and kept in the safe."),
        CashMoveKind.NO_SALE: say("The drawer opens, and nothing is put in or taken out."),
    }[kind]


def move_act(kind: CashMoveKind, cents: int | None, currency: str) -> str:
    """Return the caption of the button that moves cash, with the amount once there is one."""
    amount = "" if not cents else f": {money(cents, currency)}"
    return f"{MOVES[kind]}{amount}"


def moved(kind: CashMoveKind, cents: int, currency: str) -> str:
    """Say that cash was moved."""
    if kind is CashMoveKind.NO_SALE:
        return say("Noted: the drawer was opened")
    return say("Noted: {moves}, {amount}", moves=MOVES[kind].lower(), amount=money(cents, currency))


def denomination(value: int, currency: str) -> str:
    """Write what a note or a coin is worth, as people call it."""
    if currency == "ZAR":
        return f"R{value // 100}" if value >= 100 else f"{value}c"
    return money(value, currency)


def is_note(value: int, currency: str) -> bool:
    """Whether a value is that of a note, so that it stands in the first column."""
    return value >= _NOTES_FROM.get(currency, 0)


def headings(currency: str) -> tuple[str, str]:
    """Return the headings of the notes and of the coins.

    Both are empty for a currency of which the till does not know which values are notes.
    """
    return (say(NOTES), say(COINS)) if currency in _NOTES_FROM else ("", "")


def pieces(label: str) -> str:
    """Name the box of one value, for the keypad and for screen readers."""
    return say("{label} pieces", label=label)


def counted(cents: int, currency: str) -> str:
    """Say what was counted, in the line at the window's foot."""
    return f"{say(COUNTED_SO_FAR)}: {money(cents, currency)}."


def earlier(shift: Shift) -> str:
    """Name an earlier shift by its Z, when it ended, and by whom."""
    assert shift.closed_at is not None, "only a closed shift has a Z"
    return f"{z_title(shift.number)}   {clock(shift.closed_at)}   {shift.closed_by}"


def z_title(number: int) -> str:
    """Return the title of the Z report with this number."""
    return say("Z {number}", number=number)


def x_title(number: int) -> str:
    """Return the title of the X report of a shift."""
    return say("X of shift {number}", number=number)


def printed(copy_number: int, outcome: PrintOutcome) -> str:
    """Say whether a report that was sent to the printer came out."""
    if isinstance(outcome, Sent):
        return (
            say("Printed as COPY {copy_number}", copy_number=copy_number)
            if copy_number
            else say("Printed")
        )
    return failures.print_trouble(outcome.trouble)


def draft(
    profile: TillProfile,
    shift: Shift | None,
    who: str,
    at: datetime,
    found: Mapping[int, int] | None = None,
) -> Slip:
    """Return the slip that grows while the drawer is counted; it never says what should be there.

    ``found`` is how many pieces of each value were typed so far; None while nobody counts.
    """
    lines: list[SlipLine] = [
        *shop_head(profile),
        Text(say("CASH-UP (DRAFT)"), Align.CENTRE, is_bold=True),
        Pair(f"{profile.till_name}  {who}", f"{at.astimezone():%Y-%m-%d %H:%M}"),
    ]
    if shift is None:
        lines += [Rule(), Text(say("NO SHIFT IS OPEN"), Align.CENTRE)]
        return Slip(kind=SlipKind.DRAFT, lines=tuple(lines))
    since = say("open since {time}", time=f"{shift.opened_at.astimezone():%H:%M}")
    lines += [Pair(say("Shift {number}", number=shift.number), since), Rule()]
    currency = shift.currency
    for heading, is_of_notes in zip(headings(currency), (True, False), strict=True):
        rows = [
            Pair(
                say("  {count} x {coin}", count=count, coin=denomination(value, currency)),
                money(value * count, currency),
            )
            for value, count in (found or {}).items()
            if count and is_note(value, currency) is is_of_notes
        ]
        if rows and heading:
            lines.append(Text(say(heading), is_bold=True))
        lines += rows
    if found is not None:
        total = sum(value * count for value, count in found.items())
        lines.append(Rule())
        lines.append(Pair(say(COUNTED_SO_FAR), money(total, currency), is_bold=True))
    lines.append(Pair(say(FLOAT), money(shift.float_cents, currency)))
    if found is not None:
        lines.append(Pair(say("Expected"), say("on the Z")))
    return Slip(kind=SlipKind.DRAFT, lines=tuple(lines))


speak_constants(__name__)
