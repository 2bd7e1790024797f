"""The words about reconciling a provider's statement: what is wrong in it, and what differs."""

from collections.abc import Mapping

from counterfoil.domain.failures import (
    CounterfoilError,
    StatementRefusedError,
    UnknownDifferenceError,
)
from counterfoil.domain.money import format_cents
from counterfoil.domain.reconciliation import Difference, DifferenceKind, Reconciliation
from counterfoil.domain.reconciling import Undecided
from counterfoil.domain.statement import (
    BadLine,
    LineFault,
    LineKind,
    Preview,
    StatementColumns,
    StatementLine,
    StatementProblem,
    StatementTrouble,
)
from counterfoil.domain.states import RedemptionState
from counterfoil.presentation.words.speaking import SpokenTable, say, speak_constants

NO_RUNS = "No statement was reconciled yet."
NO_DIFFERENCES = "No difference waits for anybody."
CONFIRM_FIRST = (
    "Nobody has said yet which column says what. Look at it with --preview, then confirm it with "
    "--confirm, or say it with --mapping."
)
NOTHING_KEPT = "Nothing of it was kept."

_KINDS: Mapping[DifferenceKind, str] = SpokenTable(
    {
        DifferenceKind.MISSING_HERE: "Missing here",
        DifferenceKind.MISSING_THERE: "Missing there",
        DifferenceKind.DIFFERING: "Differing",
        DifferenceKind.DOUBLED: "Doubled",
    }
)
_STATES: Mapping[RedemptionState, str] = SpokenTable(
    {
        RedemptionState.DECLINED: "refused here",
        RedemptionState.ABANDONED: "never sent from here",
        RedemptionState.REVERSED: "restored here",
        RedemptionState.REVERSED_UNVERIFIED: "restored here, as far as the provider said",
    }
)
_PROBLEMS: Mapping[StatementProblem, str] = SpokenTable(
    {
        StatementProblem.NOT_THERE: "There is no such file, or it cannot be read.",
        StatementProblem.NOT_A_FILE: "This is no file that can be read.",
        StatementProblem.TOO_LARGE: "The file is larger than {one.number} MB.",
        StatementProblem.EMPTY: "The file has no line for this till below its headings.",
        StatementProblem.NOT_TEXT: (
            "This is no table of text. Save it as CSV (UTF-8), with its headings in the first line."
        ),
        StatementProblem.HEADINGS: (
            "The first line must be the headings, each of them once. Look at {heading}."
        ),
        StatementProblem.COLUMN_MISSING: (
            "The file has no column {heading}. Its provider may have changed it: look at it again "
            "with a preview."
        ),
        StatementProblem.COLUMNS_UNKNOWN: CONFIRM_FIRST,
        StatementProblem.COLUMNS_NOT_WHOLE: (
            "It must be known which column has the reference, ours or the provider's, "
            "and which the amount."
        ),
        StatementProblem.BAD_LINES: "Lines that cannot be read: {one.bad_count}.",
        StatementProblem.TOO_MANY_LINES: "The file has more than {one.number:,} lines.",
        StatementProblem.TOO_MANY_DIFFERENCES: (
            "More than {one.number} differences: this is most likely the statement of "
            "another shop or of several tills, or a column is not what it was taken for. "
            "A shorter time can be asked for, too."
        ),
        StatementProblem.DONE_BEFORE: "This very file was reconciled before, in run {one.number}.",
    }
)
_FAULTS: Mapping[LineFault, str] = SpokenTable(
    {
        LineFault.COLUMNS: "it has not as many columns as there are headings",
        LineFault.TOO_LONG: "it is far too long",
        LineFault.NOT_TEXT: "it holds what is no text",
        LineFault.QUOTES: "its quotation marks do not fit",
        LineFault.NO_REFERENCE: "it has no reference",
        LineFault.NOT_AN_AMOUNT: "its amount cannot be read: {found}",
        LineFault.TOO_LARGE: "no voucher has so much on it: {found}",
        LineFault.NOT_A_CURRENCY: "its currency is none of three letters: {found}",
        LineFault.NOT_A_TIME: "its time cannot be read: {found}",
        LineFault.UNKNOWN_KIND: "nobody has said what this means: {found}",
    }
)
_LINE_KINDS: Mapping[LineKind, str] = SpokenTable(
    {
        LineKind.TAKEN: "taken",
        LineKind.GIVEN_BACK: "given back",
        LineKind.NOTHING: "nothing moved",
    }
)
_COLUMNS: Mapping[str, str] = SpokenTable(
    {
        "reference": "our reference",
        "their_reference": "the provider's reference",
        "amount": "amount",
        "currency": "currency",
        "time": "time",
        "kind": "what it is",
        "till": "which till",
    }
)


def refused(error: CounterfoilError) -> str | None:
    """Return why a statement or a difference is refused; None for any other failure."""
    match error:
        case StatementRefusedError():
            return trouble(error.cause)
        case UnknownDifferenceError():
            return say("No difference of this number waits for anybody. Nothing was done.")
        case _:
            return None


def trouble(one: StatementTrouble) -> str:
    """Return why a statement is not reconciled, with the lines that cannot be read."""
    heading = f'"{one.heading}"' if one.heading else say("them")
    said = _PROBLEMS[one.problem].format(one=one, heading=heading)
    lines = [bad_line(bad) for bad in one.bad_lines]
    return "\n".join(
        [
            say(
                "{said} {nothing_kept} Nothing was done.", said=said, nothing_kept=say(NOTHING_KEPT)
            ),
            *lines,
        ]
    )


def bad_line(one: BadLine) -> str:
    """Return which line cannot be read, and why."""
    found = f'"{one.found}"' if one.found else say("there is none")
    return say(
        "Line {number}: {format}.", number=one.number, format=_FAULTS[one.fault].format(found=found)
    )


def columns(one: StatementColumns) -> list[str]:
    """Return which column holds what, a line for each."""
    return [
        f"{said}: {heading}" for name, said in _COLUMNS.items() if (heading := getattr(one, name))
    ]


def preview(one: Preview) -> list[str]:
    """Return what a statement looks like, for a person to confirm."""
    how = (
        say("As the last one of this provider:")
        if one.is_saved
        else say("Guessed from the headings:")
    )
    forms = one.columns.amount_form, one.columns.time_form, one.columns.zone
    lines = [how, *(f"  {line}" for line in columns(one.columns))]
    lines.append(
        say(
            "  written as: amounts {forms}, times {forms_2}, {forms_3}",
            forms=forms[0],
            forms_2=forms[1],
            forms_3=forms[2],
        )
    )
    if not one.columns.is_whole:
        lines.append(_PROBLEMS[StatementProblem.COLUMNS_NOT_WHOLE])
        lines.append(
            say("Its headings: {headings}", headings=", ".join(filter(None, one.headings)))
        )
    lines += [say("The first lines:")] * bool(one.lines)
    lines += [f"  {statement_line(line)}" for line in one.lines]
    lines += [bad_line(bad) for bad in one.bad_lines]
    if one.kinds:
        lines.append(say("Say what these mean: {kinds}", kinds=", ".join(one.kinds)))
    return lines


def statement_line(one: StatementLine) -> str:
    """Return a line of a statement as it was read."""
    at = f"{one.at.astimezone():%Y-%m-%d %H:%M}  " if one.at else ""
    amount = format_cents(one.cents, one.currency)
    return f"{at}{one.reference or one.their_reference}  {amount}  {_LINE_KINDS[one.kind]}"


def kind(one: DifferenceKind) -> str:
    """Return what kind of difference it is."""
    return _KINDS[one]


def state_here(one: Difference) -> str:
    """Return what else became of it here, where that explains the amount; empty where not."""
    return _STATES.get(one.state, "") if one.state else ""


def difference(one: Difference) -> str:
    """Return a difference in one line: its number, what it is about, and both amounts."""
    here = (
        say("not known") if one.here_cents is None else format_cents(one.here_cents, one.currency)
    )
    there = format_cents(one.there_cents, one.there_currency)
    name = one.reference or one.their_reference
    match one.kind:
        case DifferenceKind.MISSING_HERE:
            said = say("{there} there, and no such redemption here", there=there)
        case DifferenceKind.MISSING_THERE:
            said = say("{here} here, and nothing in the statement", here=here)
        case DifferenceKind.DIFFERING:
            said = say("{here} here, {there} there", here=here, there=there)
        case _:
            said = say(
                "{here} here, {there} there in {lines} lines",
                here=here,
                there=there,
                lines=one.lines,
            )
    state = state_here(one)
    told = f"{said} ({state})" if state else said
    return f"{one.number}  {kind(one.kind)}  {name}  {told}"


def resolution(one: Difference) -> str:
    """Return who resolved a difference, and why."""
    by = (
        say(
            "{resolved_by}, approved by {approved_by}",
            resolved_by=one.resolved_by,
            approved_by=one.approved_by,
        )
        if one.approved_by
        else one.resolved_by
    )
    return say("Resolved by {by}: {reason}", by=by, reason=one.reason)


def run(one: Reconciliation) -> str:
    """Return a run in one line."""
    at = f"{one.at.astimezone():%Y-%m-%d %H:%M}"
    counts = say(
        "{lines} lines, {matched} matched, {differences} differing",
        lines=one.lines,
        matched=one.matched,
        differences=one.differences,
    )
    return say(
        "{number}  {at}  {upstream}  {file_name}  {counts}  by {by}",
        number=one.number,
        at=at,
        upstream=one.upstream,
        file_name=one.file_name,
        counts=counts,
        by=one.by,
    )


def undecided(one: Undecided) -> str:
    """Return what the statement says of a redemption that is not settled here."""
    redemption = one.redemption
    there = format_cents(one.there_cents, redemption.currency)
    said = say("{there} there", there=there) if one.there_cents else say("nothing there")
    return say("{reference}  {said}, not settled here", reference=redemption.reference, said=said)


def summary(one: Reconciliation) -> list[str]:
    """Return the result of a run, a line for each count that is not 0."""
    covers = say("The statement says no times, so nothing can be missing there.")
    if one.since and one.until:
        since, until = (at.astimezone() for at in (one.since, one.until))
        covers = say(
            "From {since} to {until}.",
            since=f"{since:%Y-%m-%d %H:%M}",
            until=f"{until:%Y-%m-%d %H:%M}",
        )
    counted = (
        (say("matched"), one.matched),
        (say("not settled here"), one.undecided),
        (say("lines that moved nothing"), one.without_effect),
        (say("lines of another time"), one.beyond),
        (say("lines of other tills"), one.of_other_tills),
        (say("differences"), one.differences),
    )
    told = [f"  {what}: {count}" for what, count in counted if count or what == say("differences")]
    return [
        say(
            "Run {number}: {lines} lines of {file_name}. {covers}",
            number=one.number,
            lines=one.lines,
            file_name=one.file_name,
            covers=covers,
        ),
        *told,
    ]


def progress(done: int, share: float, *, is_reading: bool) -> str:
    """Return how far a run is."""
    what = say("lines read") if is_reading else say("redemptions compared")
    return f"{done:,} {what}, {share:.0%}"


def story(number: int, kind_of: DifferenceKind) -> tuple[str, str]:
    """Return how the timeline of its redemption shows a difference: a title and a detail."""
    return say("Provider's statement differs"), say(
        "{kind}, difference {number}", kind=kind(kind_of).casefold(), number=number
    )


def story_resolved(by: str, reason: str) -> tuple[str, str]:
    """Return how the timeline shows that a difference was resolved."""
    return say("Difference resolved"), say("{reason}, by {by}", reason=reason, by=by)


speak_constants(__name__)
