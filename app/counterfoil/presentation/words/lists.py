"""What the lists say beside their rows: titles, what is empty, what was done."""

from collections.abc import Collection, Mapping

from counterfoil.domain.search import COUNTED_MAX
from counterfoil.ports.printer import PrintOutcome, Sent
from counterfoil.presentation.screens import HistoryFilter
from counterfoil.presentation.words import failures, settlements
from counterfoil.presentation.words.speaking import SpokenTable, say, say_number, speak_constants

IN_DOUBT = "Waiting for an answer"
NOTHING_IN_DOUBT = "Nothing waits"
ALL_SETTLED = "Every payment has its answer, and every message is sent."
TOO_LATE = "Too late: the voucher has paid this sale."
SALE_CLOSED = "The sale is closed"
HISTORY = "History"
SLIPS = "Slips to finish"
ALL_SLIPS_OUT = "Every slip is out"
NOBODY_WAITS = "Nobody waits for paper."
SLIP_FINISHED = "Slip finished"
NO_PAPER_STAMP = "NO SLIP"
NO_PAYMENTS = "No voucher payments yet."


def asked_again(said: str) -> str:
    """Say why the result is still not known after asking again, in the words ``said``."""
    return say("Asked again: {said}.", said=said)


def resumed(name: str) -> str:
    """Say that a print queue works again."""
    return say("Sending to {name} again", name=name)


def slip_printed(copy_number: int) -> str:
    """Say that a slip was printed, and which copy it is."""
    return (
        say("Slip printed as COPY {number}", number=copy_number)
        if copy_number
        else say(SLIP_PRINTED)
    )


SLIP_PRINTED = "Slip printed"


def print_said(copy_number: int, outcome: PrintOutcome) -> str:
    """Say what became of a slip that was sent to the printer."""
    if isinstance(outcome, Sent):
        return slip_printed(copy_number)
    return failures.print_trouble(outcome.trouble)


def settled_and(printed: str) -> str:
    """Say that something is settled, and what became of its slip."""
    return f"{settlements.SETTLED}. {printed}"


def slips_waiting(count: int) -> str:
    """Say how many customers have no whole slip yet; empty for none."""
    if not count:
        return ""
    return say_number(
        "1 customer has not been given a whole slip yet.",
        "{count} customers have not been given a whole slip yet.",
        count,
    )


FILTERS: Mapping[HistoryFilter, str] = SpokenTable(
    {
        HistoryFilter.TODAY: "Today",
        HistoryFilter.PAID: "Paid",
        HistoryFilter.REFUSED: "Refused",
        HistoryFilter.WAITING: "Waiting",
        HistoryFilter.TAKEN_BACK: "Taken back",
    }
)
HEADINGS = ("Time", "Voucher", "Last 4", "Amount", "State")
"""What stands over the columns of History."""
FILTERS_TITLE = "Show only"


def looked_for(text: str, filters: Collection[HistoryFilter]) -> str:
    """Say what History was narrowed to; empty where nothing was looked for."""
    said = [f'"{text}"'] if text else []
    return ", ".join([*said, *(word for one, word in FILTERS.items() if one in filters)])


def nothing_found(text: str, filters: Collection[HistoryFilter] = ()) -> tuple[str, str]:
    """Return what an empty history says, and why; ``text`` is what was looked for."""
    if filters:
        return say("Nothing found"), say(
            "Looked for: {looked_for}.", looked_for=looked_for(text, filters)
        )
    if text:
        return say("Nothing found"), say('Nothing on this till has "{text}".', text=text)
    return say("No voucher payments yet"), say("The first one will stand here.")


def shown(listed: int, count: int, *, is_found: bool) -> str:
    """Say how many rows are listed, and of how many."""
    of = found_count(count) if is_found else f"{count:,}"
    return (
        say("{listed} shown", listed=listed)
        if listed >= count
        else say("{listed} of {of} shown", listed=listed, of=of)
    )


def paid(shown_words: str, total: str) -> str:
    """Say how many rows are listed and what was paid with them."""
    return say("{shown_words}, {total} paid", shown_words=shown_words, total=total)


def found_count(count: int) -> str:
    """Return how many a search found; they are not all counted where there are very many."""
    return (
        f"{count:,}"
        if count <= COUNTED_MAX
        else say("more than {counted_max}", counted_max=f"{COUNTED_MAX:,}")
    )


def history_status(count: int, *, is_found: bool) -> str:
    """Say how many redemptions there are, or were found."""
    if is_found:
        found = say_number(
            "1 payment found.", "{number} payments found.", count, number=found_count(count)
        )
        return found[0].upper() + found[1:]
    return say_number("1 payment.", "{number} payments.", count, number=f"{count:,}")


def slips_status(count: int) -> str:
    """Say how many slips are to be finished."""
    return say_number("1 slip to finish.", "{count} slips to finish.", count)


def doubt_status(count: int) -> str:
    """Say how many redemptions and advices are not settled."""
    return say_number("1 waits for an answer.", "{count} wait for an answer.", count)


speak_constants(__name__)
