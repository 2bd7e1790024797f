"""Words of the owner's page: statements, their differences, and what is kept about customers."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from counterfoil.domain.money import format_cents
from counterfoil.domain.reconciliation import Difference, DifferenceKind, Reconciliation
from counterfoil.domain.retention import Retention, RetentionState, Round, WhyKept
from counterfoil.domain.slip import Align, Pair, Rule, Slip, SlipKind, SlipLine, Text
from counterfoil.domain.statement import (
    AmountForm,
    LineKind,
    Preview,
    StatementLine,
    TimeForm,
    Zone,
)
from counterfoil.presentation.words.owed import upstream_name
from counterfoil.presentation.words.retention import day_line
from counterfoil.presentation.words.speaking import (
    SpokenTable,
    dated,
    say,
    say_number,
    speak_constants,
)
from counterfoil.presentation.words.statements import state_here

OWNER = "Owner"
READING = "Reading the journal…"
STATEMENTS = "Statements"
HOME_LINE = (
    "Compare what a provider says with what this till has, and see what is kept about customers."
)
COMPARE = "Compare a statement"
RETENTION = "What is kept about customers"
KEPT = "What is kept"
OPEN_DIFFERENCES = "Differences that wait for somebody"
EARLIER = "Earlier statements"
NO_RUNS = "No statement was compared on this till yet."
NO_OPEN = "No difference waits for anybody."
STATUS = "Statements, differences, and what is kept about customers."
CHOOSE = "Choose the file"
CHOOSE_LINE = "The provider's statement as a CSV file, headings in its first line."
PROVIDER = "Whose statement it is"
PATH = "The file"
FOUND = "Found on this machine, newest first"
NONE_FOUND = "None was found in Downloads, Desktop, Documents or on a USB stick."
LOOK = "Look at it"
NO_PROVIDER = "Choose whose statement it is."
NO_FILE = "Choose a file, or type where it is."
COLUMNS = "Which column says what"
COLUMNS_LINE = "Look at the first lines on the paper. If they are read rightly, go on."
SAVED = "As with the last statement of this provider."
GUESSED = "Guessed from the headings: look at the first lines before you go on."
KINDS_TO_SAY = "Say below what each of these words means."
NOT_WHOLE = "Say which column has the reference, ours or theirs, and which the amount."
BAD_LINES = "Lines that cannot be read"
START = "Compare it"
RUNNING = "Comparing"
RUNNING_LINE = "Sales go on meanwhile. Whatever stops this leaves nothing of it."
LEFT_OPEN = "A statement is being compared. Closing the till stops it, and nothing of it is kept."
STOP = "Stop"
STOPPED = "Stopped. Nothing was kept."
TOO_LATE = "It was done already, and is kept."
AGAIN = "Compare it again"
MATCHED = "Matched"
DIFFERENCES = "Differences"
NOT_SETTLED = "Not settled here"
NO_DIFFERENCE = "Nothing differs."
DONE = "Done"
RESOLVE = "Resolve it"
RESOLVED = "Resolved"
WHY = "What became of it"
OWN_WORDS = "Or in your own words"
NO_REASON = "Say what became of it."
REFERENCE = "Reference"
SHOW_SALE = "Show the sale"
HERE = "Here"
THERE = "There"
STEPS = ("File", "Columns", "Compare")
REASONS = (
    "Provider put it right",
    "We put it right",
    "Belongs to another day",
    "Accepted as a loss",
)
"""What may be touched, so that nobody needs a keyboard."""
REMOVE_NOW = "Remove what is due now"
RETENTION_LINE = "The till does it by itself once a day. What money moved stays for good."
NOTHING_DUE = "Nothing is due now."
HELD_BACK = "Not removed now"
LAST_ROUND = "The last round"
NO_ROUND = "No round was made of late."
IN_BACKUPS = "In backups"

_COLUMNS: Mapping[str, str] = SpokenTable(
    {
        "reference": "Our reference",
        "their_reference": "Their reference",
        "amount": "Amount",
        "time": "Time",
        "currency": "Currency",
        "kind": "What it is",
        "till": "Which till",
    }
)
_KINDS: Mapping[DifferenceKind, str] = SpokenTable(
    {
        DifferenceKind.MISSING_HERE: "Missing here: they have it, this till has not",
        DifferenceKind.MISSING_THERE: "Missing there: this till has it, they have not",
        DifferenceKind.DIFFERING: "Differing: both have it, with other amounts",
        DifferenceKind.DOUBLED: "Doubled: they have it more than once",
    }
)
_TITLES: Mapping[DifferenceKind, str] = SpokenTable(
    {
        DifferenceKind.MISSING_HERE: "Missing here",
        DifferenceKind.MISSING_THERE: "Missing there",
        DifferenceKind.DIFFERING: "Differing",
        DifferenceKind.DOUBLED: "Doubled",
    }
)
_TO_DO: Mapping[DifferenceKind, str] = SpokenTable(
    {
        DifferenceKind.MISSING_HERE: (
            "Ask the provider which till it came from before you pay for it."
        ),
        DifferenceKind.MISSING_THERE: "Ask the provider why it is not paid to you.",
        DifferenceKind.DIFFERING: "Ask the provider for its record of this reference.",
        DifferenceKind.DOUBLED: "Ask the provider to take the second one back.",
    }
)
_AMOUNT_FORMS: Mapping[AmountForm, str] = SpokenTable(
    {
        AmountForm.POINT: "1,234.50",
        AmountForm.COMMA: "1.234,50",
        AmountForm.CENTS: "123450, in cents",
    }
)
_TIME_FORMS: Mapping[TimeForm, str] = SpokenTable(
    {
        TimeForm.ISO: "2026-11-29 14:05",
        TimeForm.DAY_FIRST: "29/11/2026 14:05",
        TimeForm.MONTH_FIRST: "11/29/2026 14:05",
        TimeForm.YEAR_FIRST: "2026/11/29 14:05",
    }
)
_ZONES: Mapping[Zone, str] = SpokenTable({Zone.UTC: "UTC", Zone.LOCAL: "as the clock here"})
_LINE_KINDS: Mapping[LineKind, str] = SpokenTable(
    {
        LineKind.TAKEN: "taken",
        LineKind.GIVEN_BACK: "given back",
        LineKind.NOTHING: "nothing moved",
    }
)
_HELD: Mapping[WhyKept, str] = SpokenTable(
    {
        WhyKept.NOT_DUE: "Not due yet",
        WhyKept.NOT_OVER: "Not over, or disputed",
        WhyKept.SLIP_NOT_CONFIRMED: "Nobody has confirmed the slip",
    }
)
Pairs = tuple[tuple[str, str], ...]


def column_fields(headings: tuple[str, ...]) -> Iterator[tuple[str, str, Pairs]]:
    """Return what a column may say, each with its name, its words and the headings to choose."""
    there = tuple((one, one) for one in headings if one)
    for name, said in _COLUMNS.items():
        yield name, said, there


def form_fields() -> Iterator[tuple[str, str, Pairs]]:
    """Return how amounts and times may be written."""
    yield "amount_form", say("Amounts look like"), _pairs(_AMOUNT_FORMS)
    yield "time_form", say("Times look like"), _pairs(_TIME_FORMS)
    yield "zone", say("Times without a zone are"), _pairs(_ZONES)


def kind_field(word: str) -> tuple[str, Pairs]:
    """Return what is asked about a word in the column of kinds, and what it may mean."""
    return say("“{word}” means", word=word), _pairs(_LINE_KINDS)


TILL_IS = "Only lines with this in it"


def _pairs(words: Mapping[Any, str]) -> Pairs:
    return tuple((one.value, said) for one, said in words.items())


def file_row(name: str, changed_at: datetime) -> str:
    """Name a file that was found, and say when it was saved."""
    return f"{name}   {day(changed_at)}"


def run_row(run: Reconciliation) -> str:
    """Name an earlier run, and say what came of it."""
    found = (
        say("{differences} differ", differences=run.differences)
        if run.differences
        else say("all agrees")
    )
    return say(
        "{day}   {upstream_name}   {lines} lines, {found}",
        day=day(run.at),
        upstream_name=upstream_name(run.upstream),
        lines=run.lines,
        found=found,
    )


def difference_row(one: Difference) -> str:
    """Name a difference below its kind."""
    resolved = f"   {say(RESOLVED).casefold()}" if one.is_resolved else ""
    return f"{one.reference or one.their_reference}   {_both(one)}{resolved}"


def open_row(one: Difference) -> str:
    """Name a difference among those of other kinds."""
    return f"{_TITLES[one.kind]}   {one.reference or one.their_reference}   {_both(one)}"


def _both(one: Difference) -> str:
    return say("{here} here, {there} there", here=here(one), there=there(one))


def here(one: Difference) -> str:
    """Say what the journal has of it."""
    if one.redemption_id is None:
        return say("nothing")
    return "?" if one.here_cents is None else format_cents(one.here_cents, one.currency)


def there(one: Difference) -> str:
    """Say what the statement has of it."""
    return format_cents(one.there_cents, one.there_currency) if one.lines else say("nothing")


def kind_heading(kind: DifferenceKind, count: int) -> str:
    """Head the differences of a kind."""
    return f"{_KINDS[kind]} ({count})"


def kind_title(kind: DifferenceKind) -> str:
    """Name a kind of difference."""
    return _TITLES[kind]


def what_to_do(one: Difference) -> str:
    """Say what to do about a difference, or what became of it."""
    if one.is_resolved:
        return say("{reason}, by {resolved_by}.", reason=one.reason, resolved_by=one.resolved_by)
    return _TO_DO[one.kind]


def day(at: datetime) -> str:
    """Write a day and a time of it."""
    return dated(at.astimezone(), "%d %b %Y, %H:%M")


def run_title(run: Reconciliation) -> str:
    """Name a run."""
    return say(
        "Statement {number}, {upstream_name}",
        number=run.number,
        upstream_name=upstream_name(run.upstream),
    )


def finished(run: Reconciliation) -> str:
    """Tell somebody on another page that a run is done."""
    return say(
        "{run_title}: {matched} matched, {differences} differ",
        run_title=run_title(run),
        matched=run.matched,
        differences=run.differences,
    )


def progress(done: int, *, is_reading: bool) -> str:
    """Say how far a run is."""
    what = say("lines read") if is_reading else say("sales compared")
    return f"{done:,} {what}"


def due_line(state: RetentionState) -> str:
    """Say how many are due."""
    count = state.due
    return (
        say(NOTHING_DUE)
        if not count
        else say("Due now: {redemptions}.", redemptions=_redemptions(count))
    )


def held_lines(state: RetentionState) -> tuple[str, ...]:
    """Say what is not removed now, and why."""
    return tuple(f"{_HELD[why]}: {count}" for why, count in state.held.items())


def round_lines(last: Round | None) -> tuple[str, ...]:
    """Say when the last round was, and what it removed."""
    if last is None:
        return (say(NO_ROUND),)
    kept = (say("Kept longer, for its reason: {kept}", kept=last.kept),) if last.kept else ()
    return say(
        "{day}, by {by}: removed from {redemptions}",
        day=day(last.at),
        by=last.by,
        redemptions=_redemptions(last.shredded),
    ), *kept


def backup_lines(retention: Retention) -> tuple[str, ...]:
    """Say what older backups still hold, and until when."""
    return (
        say(
            "{backups} backups stay, for at most {backup_days} days.",
            backups=retention.backups,
            backup_days=retention.backup_days,
        ),
        say("Each still holds what was removed after it was made."),
    )


def removed(shredded: int) -> str:
    """Tell what a round removed."""
    return say("Removed from {redemptions}", redemptions=_redemptions(shredded))


def _redemptions(count: int) -> str:
    return say_number("1 payment", "{count} payments", count)


# ------------------------------------------------------------------------------------- the papers


def file_paper(upstream: str, name: str, said: str = "") -> Slip:
    """Return the paper beside the choice of a file, and beside a run."""
    lines: list[SlipLine] = [*_head(say("STATEMENT"))]
    if upstream:
        lines.append(Pair(say("Provider"), upstream_name(upstream)))
    if name:
        lines.append(Text(name))
    lines += [Text(say(said))] * bool(said)
    return _draft(lines)


def preview_paper(preview: Preview) -> Slip:
    """Return the first lines of a statement as its columns are read."""
    lines: list[SlipLine] = [*_head(say("THE FIRST LINES"))]
    if not preview.lines:
        lines.append(Text(say("None can be read so."), Align.CENTRE))
    for one in preview.lines:
        amount = format_cents(one.cents, one.currency)
        lines.append(Pair(_reference(one), amount, is_bold=True))
        lines.append(Pair(day(one.at) if one.at else say("no time"), _LINE_KINDS[one.kind]))
    return _draft(lines)


def _reference(one: StatementLine) -> str:
    return one.reference or one.their_reference


def run_paper(
    run: Reconciliation, found: tuple[Mapping[DifferenceKind, int], int] | None = None
) -> Slip:
    """Return what came of a run; ``found`` are its differences by kind, and how many are resolved.

    It is None where they were not read.
    """
    lines: list[SlipLine] = [
        *_head(say("STATEMENT {number}", number=run.number)),
        Pair(say("Provider"), upstream_name(run.upstream)),
        Pair(say("Compared"), day(run.at)),
        Pair(say("by"), run.by),
        Text(run.file_name),
    ]
    if run.since and run.until:
        lines += [Pair(say("From"), day(run.since)), Pair(say("To"), day(run.until))]
    else:
        lines.append(Text(say("It says no times, so nothing can be missing there.")))
    lines += [Rule(), Pair(say("Lines"), str(run.lines)), Pair(say(MATCHED), str(run.matched))]
    lines += [
        Pair(say(label), str(count))
        for label, count in (
            (say(NOT_SETTLED), run.undecided),
            (say("Lines that moved nothing"), run.without_effect),
            (say("Lines of another time"), run.beyond),
            (say("Lines of other tills"), run.of_other_tills),
        )
        if count
    ]
    lines.append(Rule())
    if found is not None:
        lines += [Pair(_TITLES[kind], str(found[0].get(kind, 0))) for kind in DifferenceKind]
    lines.append(Pair(say(DIFFERENCES), str(run.differences), is_bold=True))
    if found is not None and run.differences:
        lines.append(Pair(say(RESOLVED), str(found[1])))
    return _draft(lines)


def difference_paper(one: Difference) -> Slip:
    """Return both sides of a difference."""
    lines: list[SlipLine] = [
        *_head(say("DIFFERENCE {number}", number=one.number)),
        Pair(_TITLES[one.kind], one.reference or one.their_reference, is_bold=True),
    ]
    if one.at:
        lines.append(Text(day(one.at)))
    lines += [Rule(), Text(say("THIS TILL"), is_bold=True)]
    if one.redemption_id is None:
        lines.append(Text(say("knows no such payment")))
    else:
        lines.append(Pair(say("Took"), here(one)))
        state = state_here(one)
        lines += [Text(say(state))] * bool(state)
    lines += [Rule(), Text(say("THE PROVIDER"), is_bold=True)]
    if one.lines:
        lines.append(Pair(say("Says"), there(one)))
        lines.append(Pair(say("Lines"), str(one.lines)))
        lines.append(Pair(say("The first is line"), str(one.line)))
    else:
        lines.append(Text(say("says nothing of it")))
    if one.their_reference:
        lines.append(Pair(say("Calls it"), one.their_reference))
    return _draft(lines)


def retention_paper(retention: Retention) -> Slip:
    """Return the rules by which what is kept about customers goes."""
    lines: list[SlipLine] = [*_head(say("KEPT ABOUT CUSTOMERS"))]
    lines += [Text(day_line(kind, days)) for kind, days in retention.days.items()]
    lines += [
        Rule(),
        Text(say("All of a payment goes at once, on the first of its days.")),
        Text(say("What is not over, is disputed or has no confirmed slip stays.")),
    ]
    return _draft(lines)


def _head(title: str) -> tuple[SlipLine, ...]:
    return Text(title, Align.CENTRE, is_bold=True), Rule()


def _draft(lines: list[SlipLine]) -> Slip:
    return Slip(kind=SlipKind.DRAFT, lines=tuple(lines))


speak_constants(__name__)
