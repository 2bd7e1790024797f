"""Print jobs: each is recorded for itself, because money never waits for paper."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from counterfoil.declaring import dataclass
from counterfoil.domain.redemption import Redemption
from counterfoil.domain.settlement import SettledAs
from counterfoil.domain.slip import SlipKind
from counterfoil.domain.states import FOR_A_PERSON, RedemptionState

BEING_UNDONE = frozenset(
    {
        RedemptionState.REVERSING,
        RedemptionState.REVERSED,
        RedemptionState.REVERSED_UNVERIFIED,
    }
)
_WITH_CODE = frozenset({SlipKind.ORIGINAL, SlipKind.COPY})
_OF_A_SALE = FOR_A_PERSON | {
    RedemptionState.INFLIGHT,
    RedemptionState.REVERSING,
    RedemptionState.DECLINED,
    RedemptionState.RESOLVED,
}


class PrintState(StrEnum):
    """What is known of one print job."""

    QUEUED = "queued"
    """Counted; bytes may have gone to the printer."""
    SENT = "sent"
    """The printer took the bytes. Whether paper came out is not known."""
    NOT_SENT = "not_sent"
    """Proof that nothing reached the printer."""
    UNCERTAIN = "uncertain"
    """The printing was interrupted; some paper may have come out."""
    CONFIRMED = "confirmed"
    """A person said that the whole slip came out."""
    NOT_COMPLETE = "not_complete"
    """A person said that it did not."""


P = PrintState

PRINT_MOVES: frozenset[tuple[PrintState, PrintState]] = frozenset(
    {
        (P.QUEUED, P.SENT),
        (P.QUEUED, P.NOT_SENT),
        (P.QUEUED, P.UNCERTAIN),
        (P.SENT, P.CONFIRMED),
        (P.SENT, P.NOT_COMPLETE),
        (P.UNCERTAIN, P.CONFIRMED),
        (P.UNCERTAIN, P.NOT_COMPLETE),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintJob:
    """One print job of one redemption. ``number`` counts from 1 for each redemption."""

    redemption_id: str
    number: int
    kind: SlipKind
    copy_number: int
    """0 for an original or a pending slip; else what COPY n says."""
    state: PrintState = PrintState.QUEUED
    queued_at: datetime
    by: str

    @property
    def is_asked_about(self) -> bool:
        """Whether a person must say if all of the paper came out."""
        return self.state in {PrintState.SENT, PrintState.UNCERTAIN}


def is_handed_over(redemption: Redemption, jobs: Iterable[PrintJob]) -> bool:
    """Whether the customer has the change voucher: somebody said that its slip came out whole.

    From then on its code is in one hand, and whoever opens it again could spend it first (fault
    X1). A redemption without such a code is never handed over in this sense.
    """
    return redemption.has_change_pin and any(
        job.state is PrintState.CONFIRMED and job.kind in _WITH_CODE for job in jobs
    )


def has_slip(redemption: Redemption, *, is_void: bool = False) -> bool:
    """Whether a redemption has a slip for the customer.

    There is none for what was abandoned or reversed, unless it is the void of a sale, and none for
    a refund that has given nothing back: no value moved. One of what was declined comes only to
    whoever asks for it, and says why; a provider may ask the customer for it.
    """
    if is_void and redemption.state in BEING_UNDONE and not redemption.is_refund:
        return True
    is_sale_s = redemption.state in _OF_A_SALE and not redemption.is_refund
    return redemption.state is RedemptionState.FINAL or is_sale_s


def finishing_kinds(settled_as: str | None) -> frozenset[SlipKind]:
    """Return the kinds of paper that finish a redemption's slip, once a person has confirmed one.

    Until then it is listed under *Slips to finish*. That goes for what was sold; for what was
    settled by hand where the provider took the value, as its change voucher may be on no other
    paper; and for what was voided outside the voucher: that paper says what the customer got
    instead, and is to be signed. A pending slip finishes nothing. No slip is needed where nothing
    was taken, or where the provider puts the value back on the voucher.
    """
    if settled_as == SettledAs.OUTSIDE:
        return frozenset({SlipKind.VOID})
    return frozenset({SlipKind.ORIGINAL, SlipKind.COPY})


def slip_papers(redemption: Redemption, jobs: Iterable[PrintJob]) -> tuple[PrintJob, ...]:
    """Return the print jobs of the slip that belongs to a redemption's present state."""
    kinds = finishing_kinds(redemption.settled_as)
    if redemption.state in BEING_UNDONE:
        kinds = frozenset({SlipKind.VOID})
    return tuple(job for job in jobs if job.kind in kinds)
