"""The timeline of a redemption: a line for each event that a person would ask about."""

from collections.abc import Iterable
from enum import Enum, auto

from counterfoil.declaring import dataclass
from counterfoil.domain import audit
from counterfoil.domain.advice import AdviceKind, AdviceState
from counterfoil.domain.money import format_cents
from counterfoil.domain.printing import PrintState
from counterfoil.domain.reasons import NO_REASONS, Reasons
from counterfoil.domain.redemption import AttemptKind, Redemption
from counterfoil.domain.slip import SlipKind
from counterfoil.domain.states import RedemptionState
from counterfoil.domain.verdict import UnknownCause
from counterfoil.presentation.screens import TimelineRow
from counterfoil.presentation.words import (
    messages,
    outcomes,
    refunds,
    retention,
    settlements,
    shifts,
    statements,
)
from counterfoil.presentation.words.speaking import SpokenTable, say

_FIRST = 1


class _Try(Enum):
    """What a run of tries that brought nothing is about."""

    ASK = auto()
    ADVISE = auto()


_RUN_BEGINS = SpokenTable({_Try.ASK: "same request, ", _Try.ADVISE: ""})


@dataclass(frozen=True, slots=True)
class _Line:
    """The line of one event; lines of the same ``run`` after each other become one."""

    title: str
    detail: str = ""
    run: _Try | None = None
    is_hand_over: bool = False


def timeline(
    redemption: Redemption, recorded: Iterable[audit.Recorded], reasons: Reasons = NO_REASONS
) -> tuple[TimelineRow, ...]:
    """Return the lines of a redemption's timeline; ``reasons`` are in the words of the shop.

    Attempts in a row that changed nothing are one line, so that a long night stays readable.
    """
    rows: list[TimelineRow] = []
    run, length = None, 0
    for one in recorded:
        line = _told(redemption, one.event)
        if isinstance(one.event, audit.VoidAsked):
            asked = refunds.reason(one.event.reason, reasons)
            line = _Line(
                say("Void asked for"), say("{asked}, by {by}", asked=asked, by=one.event.by)
            )
        if line is None:
            continue
        length = length + 1 if line.run is not None and line.run is run else 1
        run, detail = line.run, line.detail
        if run is not None and length > 1:
            rows.pop()
            detail = say("{run_begins}{length} times", run_begins=_RUN_BEGINS[run], length=length)
        time = f"{one.at.astimezone():%H:%M:%S}"
        rows.append(TimelineRow(time, line.title, detail, is_hand_over=line.is_hand_over))
    return tuple(rows)


_PAPERS = SpokenTable(
    {
        SlipKind.ORIGINAL: "original",
        SlipKind.PENDING: "not as paid",
        SlipKind.VOID: "void",
    }
)
"""Each paper that can be the first of its kind."""
_SHOWN = "Change voucher's code shown"
_PRINTED = "Slip sent to the printer"


def _told(redemption: Redemption, event: audit.AuditEvent) -> _Line | None:
    match event:
        case audit.RedemptionPrepared():
            return _Line(say("Saved"), redemption.reference)
        case audit.RedemptionChanged():
            return _moved(redemption, event.after) if event.is_move else None
        case audit.AttemptStarted():
            return _attempt(redemption, event.kind)
        case audit.AttemptEnded():
            return _end(event)
        case audit.ConfirmationReplaced():
            return _Line(say("Voided"), say("the money goes back on the voucher"))
        case audit.AdviceOwed():
            return _owed(redemption, event.kind)
        case audit.AdviceAttemptEnded():
            return _delivery(redemption, event)
        case _:
            return _wish_or_paper(redemption, event)


def _wish_or_paper(redemption: Redemption, event: audit.AuditEvent) -> _Line | None:
    """Tell what a person wanted, and what became of a slip."""
    match event:
        case audit.Settled():
            return _Line(*settlements.told(event))
        case audit.CodeShown(by=by, way=way, is_reopened=is_reopened):
            title = say("Code shown after the hand-over") if is_reopened else say(_SHOWN)
            return _Line(title, messages.shown_to(by, way))
        case audit.PrintQueued(kind=kind, copy_number=copy, is_reopened=is_reopened):
            said = say("copy {copy}", copy=copy) if copy else _PAPERS[kind]
            return _Line(
                say(_PRINTED),
                say("{said}, after the hand-over", said=said) if is_reopened else said,
            )
        case audit.PrintMoved(after=after):
            return _paper(redemption, after)
        case audit.RestPaid():
            amount = format_cents(event.cents, redemption.currency)
            return _Line(
                say("Rest of the sale paid"), f"{amount}, {shifts.TENDERS[event.kind].lower()}"
            )
        case _:
            return _in_the_books(event)


def _in_the_books(event: audit.AuditEvent) -> _Line | None:
    """Tell what came of it once it was over."""
    match event:
        case audit.SecretsShredded():
            return _Line(retention.SHREDDED, retention.SHREDDED_DETAIL)
        case audit.DifferenceFound(number=number, kind=kind):
            return _Line(*statements.story(number, kind))
        case audit.DifferenceResolved(by=by, reason=reason):
            return _Line(*statements.story_resolved(by, reason))
        case _:
            return None


def _attempt(redemption: Redemption, kind: AttemptKind) -> _Line:
    match kind:
        case AttemptKind.SEND:
            return _Line(say("Sent to {type_name}", type_name=redemption.type_name), say("try 1"))
        case AttemptKind.RESEND:
            return _Line(say("Asked again"), say("same request, 1 time"), _Try.ASK)
        case AttemptKind.FETCH:
            return _Line(say("Asked again"), say("by the provider's own number"), _Try.ASK)


def _end(event: audit.AttemptEnded) -> _Line | None:
    """Tell an end that brought nothing: the first one, and one that a person must look at."""
    if event.outcome != "unknown" or event.cause is None:
        return None
    cause = UnknownCause(event.cause)
    if event.number != _FIRST and cause is not UnknownCause.MISMATCH:
        return None
    said = outcomes.unknown(cause)
    return _Line(said[:1].upper() + said[1:])


def _owed(redemption: Redemption, kind: AdviceKind) -> _Line | None:
    if kind is not AdviceKind.REVERSAL:
        return None
    undone = (
        say("the provider is told to undo it")
        if redemption.is_refund
        else say("the money goes back")
    )
    return _Line(say("Cancelled"), undone)


_SETTLED = frozenset({"acknowledged", "not_known_there"})
"""What an acknowledgement looks like; a safety resend that brings nothing leaves it as it was."""
_CONTRADICTED = frozenset({"contradicted", "not_waiting"})


def _delivery(redemption: Redemption, event: audit.AdviceAttemptEnded) -> _Line | None:
    """Tell what a try to tell the provider brought."""
    if event.outcome in _CONTRADICTED:
        return _Line(say("The provider says otherwise"), say("needs a supervisor"))
    match event.after:
        case AdviceState.ACKNOWLEDGED if event.outcome in _SETTLED:
            return _acknowledged(redemption, event.kind)
        case AdviceState.SUSPENDED:
            return _Line(say("The provider cannot read it"), say("needs a supervisor"))
        case AdviceState.OWED:
            return _Line(say("Sent, no answer yet"), say("1 time"), _Try.ADVISE)
        case _:
            return None


def _acknowledged(redemption: Redemption, kind: AdviceKind) -> _Line:
    if kind is AdviceKind.CONFIRMATION:
        return _Line(say("Confirmed"), say("the provider has it"))
    if not redemption.is_advice_effective:
        return _Line(say("Sent to the provider"), say("they have still to confirm it"))
    return _Line(
        say("Undone") if redemption.is_refund else say("Money is back"), say("the provider has it")
    )


def _moved(redemption: Redemption, state: RedemptionState) -> _Line | None:
    match state:
        case RedemptionState.APPROVED:
            return _Line(
                say("Approved"),
                say("change voucher locked away") if redemption.has_change_pin else "",
            )
        case RedemptionState.FINAL if redemption.is_refund:
            return _Line(say("Given back"), say("to the voucher"))
        case RedemptionState.FINAL:
            return _Line(say("Paid"), say("hand over from here"), is_hand_over=True)
        case RedemptionState.DECLINED:
            why = outcomes.declined(redemption.decline, redemption.type_name)
            return _Line(say("Refused"), why)
        case RedemptionState.ABANDONED:
            return _Line(say("Given up"), say("nothing was sent"))
        case RedemptionState.UNCLAIMED:
            return _Line(say("Money taken, sale open"), say("needs a supervisor"))
        case RedemptionState.ATTENTION:
            return _Line(
                say("Needs a supervisor"),
                say("reference {reference}", reference=redemption.reference),
            )
        case _:
            return None


def _paper(redemption: Redemption, state: PrintState) -> _Line | None:
    match state:
        case PrintState.CONFIRMED:
            return _Line(
                say("Whole slip confirmed"), say("by {cashier}", cashier=redemption.cashier)
            )
        case PrintState.NOT_COMPLETE:
            return _Line(
                say("Slip not complete"), say("said {cashier}", cashier=redemption.cashier)
            )
        case PrintState.NOT_SENT:
            return _Line(say("Slip not printed"))
        case PrintState.UNCERTAIN:
            return _Line(say("Printing was interrupted"))
        case _:
            return None
