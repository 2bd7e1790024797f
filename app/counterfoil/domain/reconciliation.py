"""A run of reconciliation, and the differences that it found, as the journal keeps them."""

from datetime import datetime
from enum import StrEnum

from counterfoil.declaring import dataclass
from counterfoil.domain.states import RedemptionState

DIFFERENCES_MAX = 100
"""A statement with more differences is most likely another till's, or read by the wrong columns.

All of a run is one commit, and no sale may wait for it longer than a person notices.
"""
REASON_MAX = 200
"""How many characters the reason may have for which a difference is resolved."""


class DifferenceKind(StrEnum):
    """How a statement and the journal differ about one redemption."""

    MISSING_HERE = "missing_here"
    """The provider moved value for a reference that the journal does not know."""
    MISSING_THERE = "missing_there"
    """The journal has it as taken, or given back, and no line of the statement says so."""
    DIFFERING = "differing"
    """Both have it, with other amounts.

    So it is with what was refused or restored here, and stands there.
    """
    DOUBLED = "doubled"
    """It stands there more than once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One difference. Amounts are in minor units, and negative where value was given back.

    ``number`` and ``run`` are given by the journal; 0 before. ``reference`` is the redemption's
    short one, or what the statement has where the journal knows no such redemption.
    """

    number: int = 0
    run: int = 0
    kind: DifferenceKind
    reference: str
    their_reference: str = ""
    redemption_id: str | None = None
    state: RedemptionState | None = None
    """The state of the redemption when it was compared."""
    here_cents: int | None = None
    """None where the journal has no such redemption, or cannot know how much it took."""
    there_cents: int = 0
    currency: str
    there_currency: str
    at: datetime | None = None
    """When it was redeemed; of one that is missing here when the statement says."""
    line: int | None = None
    """The first line of the statement about it."""
    lines: int = 0
    """How many lines are about it."""
    resolved_at: datetime | None = None
    resolved_by: str | None = None
    approved_by: str | None = None
    reason: str | None = None

    @property
    def is_resolved(self) -> bool:
        """Whether somebody has said what became of it."""
        return self.resolved_at is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """One run: a provider's statement compared with the journal.

    ``number`` is given by the journal; 0 before. ``file_hash`` is the SHA-256 of the file in hex,
    and ``columns`` is how it was read, as JSON. ``since`` and ``until`` are the time it covers;
    where they are None nothing can be said to be missing there.
    """

    number: int = 0
    upstream: str
    at: datetime
    by: str
    approved_by: str | None = None
    file_name: str
    file_hash: str
    columns: str
    since: datetime | None = None
    until: datetime | None = None
    lines: int = 0
    matched: int = 0
    undecided: int = 0
    """What is not settled here yet, and does not contradict the statement."""
    without_effect: int = 0
    """Lines about no redemption of this till that moved no value, or gave it back again."""
    beyond: int = 0
    """Lines outside the time that was asked for."""
    of_other_tills: int = 0
    differences: int = 0
