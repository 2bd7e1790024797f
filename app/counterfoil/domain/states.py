"""The states of a redemption, a sale and its customer, and the moves between them, as data."""

from enum import StrEnum


class RedemptionState(StrEnum):
    """What the journal knows of one redemption."""

    PREPARED = "prepared"
    """Written; nothing may have left the till."""
    INFLIGHT = "inflight"
    """May have left; the outcome is not known. Nothing may be concluded from silence."""
    APPROVED = "approved"
    """A valid approval is durable, with the change voucher; no hand-over was shown yet."""
    FINAL = "final"
    """The sale is closed with it. From here, and only here, goods may be handed over."""
    REVERSING = "reversing"
    """A reversal is owed. The value may or may not be back on the voucher."""
    DECLINED = "declined"
    """Proof that no money moved."""
    ABANDONED = "abandoned"
    """It was written but never sent."""
    REVERSED = "reversed"
    """The upstream acknowledged the reversal and holds nothing."""
    REVERSED_UNVERIFIED = "reversed_unverified"
    """The upstream acknowledged the reversal but is known to ignore advices."""
    UNCLAIMED = "unclaimed"
    """Value was taken, and the sale was not closed with it; a customer still here closes it."""
    ATTENTION = "attention"
    """The till cannot decide. A person must, with evidence."""
    RESOLVED = "resolved"
    """People settled it: a supervisor by evidence, or a void outside the voucher."""


S = RedemptionState

MOVES: frozenset[tuple[RedemptionState, RedemptionState]] = frozenset(
    {
        (S.PREPARED, S.INFLIGHT),
        (S.PREPARED, S.ABANDONED),
        (S.INFLIGHT, S.APPROVED),
        (S.INFLIGHT, S.DECLINED),
        (S.INFLIGHT, S.REVERSING),
        (S.INFLIGHT, S.ATTENTION),
        (S.APPROVED, S.FINAL),
        (S.APPROVED, S.REVERSING),
        (S.APPROVED, S.UNCLAIMED),
        (S.FINAL, S.REVERSING),
        (S.FINAL, S.ATTENTION),
        (S.FINAL, S.RESOLVED),
        (S.REVERSING, S.REVERSED),
        (S.REVERSING, S.REVERSED_UNVERIFIED),
        (S.REVERSING, S.ATTENTION),
        (S.REVERSING, S.RESOLVED),
        (S.UNCLAIMED, S.FINAL),
        (S.UNCLAIMED, S.RESOLVED),
        (S.ATTENTION, S.RESOLVED),
    }
)
"""Every legal move; the journal's file enforces the same set."""

OPEN: frozenset[RedemptionState] = frozenset({S.PREPARED, S.INFLIGHT, S.APPROVED, S.REVERSING})
"""The till still has something to do; its sale can start no other redemption."""

FOR_A_PERSON: frozenset[RedemptionState] = frozenset({S.UNCLAIMED, S.ATTENTION})
"""The till has done what it can; a supervisor has not."""

VOUCHER_LOCKED: frozenset[RedemptionState] = OPEN | FOR_A_PERSON
"""The voucher can start no other redemption here until this one is settled."""

REFUNDED_NOTHING: frozenset[RedemptionState] = frozenset({S.DECLINED, S.ABANDONED, S.REVERSED})
"""A refund in one of these surely gave nothing back, so that another may be tried."""

TERMINAL: frozenset[RedemptionState] = frozenset(S) - {before for before, _ in MOVES}
"""No way out; derived, so that it cannot disagree with the moves."""


class SaleState(StrEnum):
    """Whether a sale can still be paid."""

    OPEN = "open"
    """Something is due, and the customer is taken to be there."""
    PAID = "paid"
    """Closed with redemptions that cover what was due."""
    SET_ASIDE = "set_aside"
    """Cancelled, paid another way, or the customer left. A late approval is unclaimed."""


class Customer(StrEnum):
    """Where the customer of an open sale is, once the till was stopped and started over the sale.

    While no stop came between, this is None: the customer is taken to be at the counter.
    """

    ASKED = "asked"
    """Nobody has said it yet, so that no approval pays the sale."""
    HERE = "here"
    """Still at the counter: an approval pays the sale, also one that came before this was said."""
    PAID_OTHERWISE = "paid_otherwise"
    """The sale is closed without the voucher."""
    GONE = "gone"
    """Left; the sale is closed without the voucher."""


CUSTOMER_MOVES: frozenset[tuple[Customer | None, Customer]] = frozenset(
    {
        (None, Customer.ASKED),
        (Customer.HERE, Customer.ASKED),
        (Customer.ASKED, Customer.HERE),
        *(
            (before, after)
            for before in (None, Customer.ASKED, Customer.HERE)
            for after in (Customer.PAID_OTHERWISE, Customer.GONE)
        ),
    }
)
"""What may be noted of an open sale's customer; each later stop asks anew."""


def check_move(before: RedemptionState, after: RedemptionState) -> None:
    """Check that a move is in the table.

    Raises:
        AssertionError: it is not, which is a mistake in the program.

    """
    assert before == after or (before, after) in MOVES, f"no move from {before} to {after}"
