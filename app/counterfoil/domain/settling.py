"""What a settlement by people does to a redemption, and to the advice that is owed for it.

An approval that comes once its sale is closed is offered for a new sale of its customer. It is then
settled with the goods of that sale, and needs no move of its own. FINAL would say that it paid the
sale it was asked for, which is closed for good; and the till keeps no sale but the part that a
voucher is asked for, so what the new one costs more is redeemed or paid as ever. A settlement is
one commit and the redemption's last move, so a late approval pays for one thing at most.
"""

from collections.abc import Iterable
from dataclasses import replace

from counterfoil.declaring import dataclass
from counterfoil.domain import rows as row
from counterfoil.domain.advice import Advice, AdviceState
from counterfoil.domain.redemption import Redemption
from counterfoil.domain.settlement import TEXTS, CustomerGot, Evidence, SettledAs, Settlement
from counterfoil.domain.states import FOR_A_PERSON, RedemptionState

_TELLS_ALL = frozenset({CustomerGot.GOODS, CustomerGot.CASH, CustomerGot.CREDIT})
"""What needs no word beside it; anything else is an agreement that somebody must write down."""


@dataclass(frozen=True, slots=True)
class SettledStep:
    """A redemption as a settlement leaves it; ``rows`` are the whole commit."""

    redemption: Redemption
    rows: tuple[row.Row, ...]


def can_settle_by_hand(
    redemption: Redemption, advice: Advice | None, *, is_reachable: bool
) -> bool:
    """Whether a person may decide a redemption, because the till cannot.

    It waits for a person, or what its upstream is owed does. ``is_reachable`` says whether anything
    can be sent to the upstream at all.
    """
    if redemption.state in FOR_A_PERSON:
        return True
    if advice is None or not advice.is_to_be_sent:
        return False
    return advice.needs_a_person or not is_reachable


def is_late_approval(redemption: Redemption) -> bool:
    """Whether the provider approved it, and no sale was paid with it: its answer is evidence."""
    return redemption.state is RedemptionState.UNCLAIMED


def needed_texts(
    redemption: Redemption, evidence: Evidence, got: CustomerGot | None
) -> tuple[str, ...]:
    """Return which of the `TEXTS` a settlement by hand must have; None is no choice yet.

    Nobody has to be asked about a late approval, as the provider's answer is in the journal.
    """
    if not is_late_approval(redemption) or evidence is not Evidence.TAKEN:
        return TEXTS
    return () if got in _TELLS_ALL else ("reason",)


def settle(redemption: Redemption, advice: Advice | None, settlement: Settlement) -> SettledStep:
    """Return the step that settles a redemption, in the one commit of these rows.

    By hand its advice ends, too. After a void outside the voucher the upstream must still hear that
    the sale stood, so there it stays owed.
    """
    is_by_hand = settlement.settled_as is SettledAs.BY_HAND
    ends_advice = is_by_hand and advice is not None and _is_open(advice)
    kept: tuple[row.Row, ...] = (row.SettlementKept(settlement),)
    if ends_advice and advice is not None:
        over = replace(advice, state=AdviceState.SETTLED, next_due_at=None)
        kept = (*kept, row.AdviceSettled(advice, over, settlement.at))
    if not _is_moved(redemption, settlement):
        return SettledStep(redemption, kept)
    after = replace(
        redemption,
        state=RedemptionState.RESOLVED,
        settled_as=settlement.settled_as,
        next_due_at=None,
    )
    return SettledStep(
        after, (*kept, row.RedemptionChanged(redemption.state, after, settlement.at))
    )


def settlement_of(redemption: Redemption, kept: Iterable[Settlement]) -> Settlement | None:
    """Return the settlement that resolved a redemption; None where it is not resolved."""
    return next((one for one in kept if one.settled_as is redemption.settled_as), None)


def _is_open(advice: Advice) -> bool:
    """Whether an advice is not over: to be sent, or left to a person."""
    return advice.is_to_be_sent or advice.state is AdviceState.DISPUTED


def _is_moved(redemption: Redemption, settlement: Settlement) -> bool:
    """Whether the redemption itself changes, and not only what is owed for it.

    What was sold, and the provider says so too, stays sold; what is over stays as it ended.
    """
    if redemption.state is RedemptionState.FINAL:
        return settlement.evidence is not Evidence.TAKEN
    return redemption.state in FOR_A_PERSON | {RedemptionState.REVERSING}
