"""The rules that every row must keep, checked before it is written.

The file's triggers repeat them.
"""

from dataclasses import replace
from typing import TypeVar, assert_never

from counterfoil.adapters.journal.storage.spec import ADVICE, DIFFERENCE, REDEMPTION, SHIFT, STAFF
from counterfoil.adapters.journal.storage.table import Change, Table
from counterfoil.domain.advice import ADVICE_MOVES, Advice, AdviceKind, AdviceState
from counterfoil.domain.drawer import is_cash_amount
from counterfoil.domain.failures import StaleChangeError
from counterfoil.domain.money import Exact
from counterfoil.domain.printing import PRINT_MOVES, PrintState
from counterfoil.domain.reconciliation import DIFFERENCES_MAX, Difference
from counterfoil.domain.redemption import Redemption
from counterfoil.domain.rows import (
    AdviceAttemptEnded,
    AdviceAttemptStarted,
    AdviceOwed,
    AdviceSettled,
    AttemptEnded,
    AttemptStarted,
    CashMoved,
    CodeShown,
    ConfirmationReplaced,
    CustomerNoted,
    DifferenceFound,
    DifferenceResolved,
    DrawerCounted,
    PhoneExported,
    PrintMoved,
    PrintQueued,
    RedemptionChanged,
    RedemptionPrepared,
    RestPaid,
    RetentionDone,
    Row,
    SaleClosed,
    SaleMustBeOpen,
    SaleOpened,
    SecretsShredded,
    SettingChanged,
    SettlementKept,
    ShiftClosed,
    ShiftNotPrinted,
    ShiftOpened,
    ShiftPrinted,
    StaffKept,
    StatementReconciled,
    TypesKept,
    VoidAsked,
)
from counterfoil.domain.settlement import SettledAs
from counterfoil.domain.shift import Shift, ShiftState
from counterfoil.domain.slip import SlipKind
from counterfoil.domain.staff import Person
from counterfoil.domain.states import (
    CUSTOMER_MOVES,
    TERMINAL,
    Customer,
    RedemptionState,
    SaleState,
    check_move,
)
from counterfoil.domain.tender import TenderKind
from counterfoil.domain.voucher_type import UpstreamKind

_Record = TypeVar("_Record")

OUTCOMES = frozenset({"approved", "declined", "unknown"})
"""How an attempt may end."""

NEVER_PRINTED = frozenset({SlipKind.DRAFT})


def check_row(row: Row) -> None:
    """Check a row by itself, before anything is written.

    Raises:
        AssertionError: no journal may ever hold it, which is a mistake in the program.

    """
    match row:
        case SaleOpened(sale):
            assert sale.state is SaleState.OPEN, "a sale is born open"
        case RedemptionPrepared(redemption):
            assert redemption.state is RedemptionState.PREPARED, "a redemption is born prepared"
        case RedemptionChanged(before, after):
            check_redemption_move(before, after.state)
        case AttemptStarted(attempt):
            assert attempt.ended_at is None, "an attempt is born without an end"
        case (
            AdviceOwed()
            | ConfirmationReplaced()
            | AdviceAttemptStarted()
            | AdviceAttemptEnded()
            | AdviceSettled()
        ):
            _check_advice(row)
        case (
            ShiftOpened()
            | CashMoved()
            | RestPaid()
            | DrawerCounted()
            | ShiftClosed()
            | ShiftPrinted()
            | ShiftNotPrinted()
        ):
            _check_drawer(row)
        case StatementReconciled() | DifferenceFound() | DifferenceResolved():
            _check_reconciled(row)
        case _:
            _check_paper_or_end(row)


def _check_paper_or_end(
    row: SaleMustBeOpen
    | SaleClosed
    | CustomerNoted
    | AttemptEnded
    | PrintQueued
    | PrintMoved
    | TypesKept
    | StaffKept
    | SettlementKept
    | VoidAsked
    | CodeShown
    | SecretsShredded
    | RetentionDone
    | PhoneExported
    | SettingChanged,
) -> None:
    """Check the rows that are no sale, no redemption and no start."""
    match row:
        case AttemptEnded():
            assert row.outcome in OUTCOMES, "an end is one of three"
        case PrintQueued(job):
            assert job.state is PrintState.QUEUED, "a paper is born queued"
            assert job.kind not in NEVER_PRINTED, f"a slip that is {job.kind} is never printed"
        case PrintMoved(before, after):
            moved = (before, after.state)
            assert moved in PRINT_MOVES, f"no move of a paper from {before} to {after.state}"
        case SettlementKept(settlement):
            is_by_hand = settlement.settled_as is SettledAs.BY_HAND
            assert is_by_hand == (settlement.evidence is not None), (
                "what is settled by hand, and no void, has the provider's word for it"
            )
        case (
            SaleMustBeOpen()
            | SaleClosed()
            | CustomerNoted()
            | TypesKept()
            | StaffKept()
            | VoidAsked()
            | CodeShown()
            | SecretsShredded()
            | RetentionDone()
            | PhoneExported()
            | SettingChanged()
        ):
            pass
        case _:
            assert_never(row)


def _check_drawer(
    row: ShiftOpened
    | CashMoved
    | RestPaid
    | DrawerCounted
    | ShiftClosed
    | ShiftPrinted
    | ShiftNotPrinted,
) -> None:
    """Check what is written of a shift and of its drawer."""
    match row:
        case ShiftOpened(shift):
            assert shift.state is ShiftState.OPEN, "a shift is born open"
            assert shift.float_cents >= 0, "a drawer never holds less than nothing"
        case CashMoved(move):
            assert is_cash_amount(move.kind, move.cents), "cash that is moved is an amount"
        case RestPaid(tender=tender):
            assert tender.kind is not TenderKind.VOUCHER, "what vouchers paid is in their rows"
            assert tender.cents > 0, "what is paid is an amount"
        case DrawerCounted() | ShiftClosed() | ShiftPrinted() | ShiftNotPrinted():
            pass
        case _:
            assert_never(row)


def check_shift_growth(before: Shift, after: Shift) -> None:
    """Refuse a change to what a shift began with, or to what its Z says."""
    _check_changes(SHIFT, before, after)


def state_once_noted(before: Customer | None, row: CustomerNoted) -> SaleState:
    """Return the state of an open sale after ``row`` says where its customer is.

    Raises:
        StaleChangeError: somebody has answered already.

    """
    if (before, row.customer) not in CUSTOMER_MOVES:
        raise StaleChangeError("where the customer is was said before")
    is_there = row.customer in {Customer.ASKED, Customer.HERE}
    return SaleState.OPEN if is_there else SaleState.SET_ASIDE


def _check_advice(
    row: AdviceOwed
    | ConfirmationReplaced
    | AdviceAttemptStarted
    | AdviceAttemptEnded
    | AdviceSettled,
) -> None:
    """Check the rows of an advice."""
    advice = row.after if isinstance(row, AdviceAttemptEnded | AdviceSettled) else row.advice
    assert (advice.kind is AdviceKind.REVERSAL) == (advice.reason is not None), (
        "a reversal, and only a reversal, has a reason"
    )
    match row:
        case AdviceOwed():
            is_new = advice.state is AdviceState.OWED and advice.attempts == 0
            assert is_new, "an advice is born owed"
        case ConfirmationReplaced():
            assert advice.attempts == 0, "what may have left is not replaced"
            assert advice.kind is AdviceKind.REVERSAL, "only a confirmation is replaced"
        case AdviceAttemptStarted():
            assert advice.is_under_way, "a start counts an attempt"
        case AdviceAttemptEnded():
            assert not advice.is_under_way, "an end ends the attempt"
            assert advice.state is not AdviceState.SETTLED, "only a person settles an advice"
            move = (row.before, advice.state)
            is_legal = row.before is advice.state or move in ADVICE_MOVES
            assert is_legal, f"no move of an advice from {row.before} to {advice.state}"
        case AdviceSettled(before):
            assert (before.state, advice.state) in ADVICE_MOVES, "what is over is not settled"
            is_end = advice == replace(before, state=AdviceState.SETTLED, next_due_at=None)
            assert is_end, "a settlement ends an advice, and changes nothing else of it"
        case _:
            assert_never(row)


def check_advice_growth(before: Advice, after: Advice) -> None:
    """Refuse a change to what is fixed in an advice: its text is repeated unchanged."""
    _check_changes(ADVICE, before, after)
    is_ended = before.state is AdviceState.DISPUTED and after.state is AdviceState.SETTLED
    assert before.is_to_be_sent or is_ended, "an advice that is over never changes"


def check_advice_fresh(
    row: AdviceAttemptStarted | AdviceAttemptEnded | AdviceSettled, old: Advice
) -> None:
    """Refuse a row about another attempt than the advice's last one.

    Raises:
        StaleChangeError: another attempt was counted, this one has ended, or one is under way.

    """
    if isinstance(row, AdviceSettled):
        if old.is_under_way or old != row.before:
            raise StaleChangeError("the advice moved on, or is being sent")
        return
    if isinstance(row, AdviceAttemptStarted):
        is_replaced = row.advice.kind is not old.kind
        is_settled = old.state is AdviceState.SETTLED
        is_next = row.advice.attempts == old.attempts + 1
        if old.is_under_way or is_replaced or is_settled or not is_next:
            raise StaleChangeError("another attempt was counted, or the advice was settled")
        assert row.advice.state is old.state, "a start moves nothing"
    elif not old.is_under_way or row.after.attempts != old.attempts or row.before != old.state:
        raise StaleChangeError("the attempt to deliver the advice has ended")


def check_owed(redemption: Redemption, advice: Advice | None) -> None:
    """Refuse a state that owes an advice if there is none, or ends before it is acknowledged."""
    if redemption.kind is UpstreamKind.KEYED:
        return
    kind = None if advice is None else advice.kind
    match redemption.state:
        case RedemptionState.FINAL if redemption.has_confirmation:
            assert kind is AdviceKind.CONFIRMATION, "what is final owes its confirmation"
        case RedemptionState.REVERSING:
            assert kind is AdviceKind.REVERSAL, "what is reversed owes its reversal"
        case RedemptionState.REVERSED | RedemptionState.REVERSED_UNVERIFIED:
            is_told = advice is not None and advice.state is AdviceState.ACKNOWLEDGED
            assert is_told, "a reversal is over when it is acknowledged"
            assert kind is AdviceKind.REVERSAL, "what is reversed owes its reversal"
        case _:
            pass


def _check_reconciled(row: StatementReconciled | DifferenceFound | DifferenceResolved) -> None:
    """Check the rows of a provider's statement."""
    match row:
        case StatementReconciled(run):
            assert run.lines > 0, "a statement has lines"
            assert 0 <= run.differences <= DIFFERENCES_MAX, "one commit holds up no sale"
        case DifferenceFound(difference):
            assert not difference.is_resolved, "a difference is born open"
        case DifferenceResolved(before, after):
            assert not before.is_resolved, "a difference is resolved once"
            is_said = after.resolved_at and after.resolved_by and after.reason
            assert is_said, "a person resolves it, with a reason"
        case _:
            assert_never(row)


def check_difference_growth(before: Difference, after: Difference) -> None:
    """Refuse a change to a difference as it was found; only its resolution may be added."""
    _check_changes(DIFFERENCE, before, after)


def check_person_growth(before: Person, after: Person) -> None:
    """Refuse another name or number: the journal knows people by them."""
    _check_changes(STAFF, before, after)


def check_redemption_move(before: RedemptionState, after: RedemptionState) -> None:
    """Refuse a move that is not in the table, and any change of a redemption in a final state."""
    assert before not in TERMINAL, f"a redemption that is {before} never changes"
    check_move(before, after)


def _check_changes(table: Table[_Record], before: _Record, after: _Record) -> None:
    """Refuse a change that the table of columns does not allow."""
    for name in table.attributes(Change.FIXED, Change.UNTIL_SENT, Change.SHREDDED):
        known = getattr(before, name)
        assert known == getattr(after, name), f"{name} of {table.name} never changes"
    for name in table.attributes(Change.ONCE):
        known = getattr(before, name)
        assert known in {None, getattr(after, name)}, f"{name} of {table.name} is written once"
    for name in table.attributes(Change.RISING):
        known = getattr(before, name)
        assert known <= getattr(after, name), f"{name} of {table.name} never goes back"


def check_growth(before: Redemption, after: Redemption) -> None:
    """Refuse a change to columns of a redemption that are fixed, written once, or only rise."""
    _check_changes(REDEMPTION, before, after)
    assert after.attempts_ended <= after.attempts, "no more attempts end than start"
    if after.is_refund:
        is_whole = after.redeemed_cents is None or after.amount == Exact(after.redeemed_cents)
        assert is_whole, "a refund gives back all of it"
        is_replaced = (before.state, after.state) == (
            RedemptionState.FINAL,
            RedemptionState.REVERSING,
        )
        assert not is_replaced, "a refund that is final is not reversed"
